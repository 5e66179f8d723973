"""Text cells to words: closed lists, yes and no, free text."""

from collections.abc import Iterable, Mapping

import pandas as pd

from bhi_core.intake.cells import NULL_WORDS, Cells, One, absent, comparable, formula_error, quoted, read_distinct

YES = ("yes", "y", "true", "1", "attended")
NO = ("no", "n", "false", "0", "no show", "noshow", "cancelled", "canceled")


def match_word(text: str, words: Mapping[str, str]) -> str | None:
    """Find the word of a closed list that a text means, or None.

    Args:
        text: as written; compared like headings (case, spaces, ``_ - .`` do not matter).
        words: spelling -> the list's word. A word should also be a key of itself.

    >>> match_word("Face-to-face ", {"face to face": "in person"})
    'in person'
    """
    wanted = comparable(text)
    return next((word for spelling, word in words.items() if comparable(spelling) == wanted), None)


def matched(texts: "pd.Series[str]", words: Mapping[str, str], *, noun: str, choices: Iterable[str] = ()) -> Cells:
    """Read a column whose words come from a closed list.

    Args:
        texts: the cells, ``""`` = empty.
        words: spelling -> the list's word.
        noun: the list's name for the sentence, for example ``modality``.
        choices: the words to name in the sentence, in order; by default every word of the list once.

    Returns:
        Words of the list (object array, None without one). Any other word is a reason that names the list.
    """
    table = {comparable(spelling): word for spelling, word in words.items()}
    named = ", ".join(choices or dict.fromkeys(words.values()))

    def read(text: str) -> One:
        word = table.get(comparable(text)) if text else None
        if word is not None:
            return One(word)
        return absent(text, noun, words=NULL_WORDS) or One(None, f"{quoted(text)} is not a {noun}: use {named}.")

    return read_distinct(texts, read, "object")


def yes_no(texts: "pd.Series[str]", *, noun: str = "yes or no") -> Cells:
    """Read a column of yes and no (object array of bool, None without one); any other word is a reason."""
    table = {comparable(word): True for word in YES} | {comparable(word): False for word in NO}

    def read(text: str) -> One:
        said = table.get(comparable(text)) if text else None
        if said is not None:
            return One(said)
        return absent(text, noun, words=NULL_WORDS) or One(None, f"{quoted(text)} is neither yes nor no.")

    return read_distinct(texts, read, "object")


def free_text(texts: "pd.Series[str]") -> Cells:
    """Read a column of free text (object array of str, None for an empty cell); a formula error is a reason."""

    def read(text: str) -> One:
        if not text:
            return One(None, "Empty.", True)
        error = formula_error(text)
        return One(None, error) if error and error.startswith("#") else One(text)

    return read_distinct(texts, read, "object")
