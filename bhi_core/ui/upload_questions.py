"""What a file leaves open, each put as a choice with an example from the file; what was answered stays in sight."""

import tomllib
from collections.abc import Iterable
from typing import Any

import streamlit as st

from bhi_core.domain.records import Question
from bhi_core.errors import Refused
from bhi_core.intake.mapping import Answers, FileSpec
from bhi_core.ui import look
from bhi_core.ui.upload_file import Document

ASKED = "upload_asked"
ABOUT_FILE = tuple(name for name in FileSpec.model_fields if name != "name")
ABOUT_ANSWERS = tuple(Answers.model_fields)
OTHER = "something else"
IN_WORDS = {
    "DMY": "day, month, year",
    "MDY": "month, day, year",
    "YMD": "year, month, day",
    "[]": "points like any other",
    "confirm": "taken as 20..",
    "reject": "rejected",
    "leave out": "left out",
    "import": "brought in",
    "excel": "a spreadsheet's number",
    "s": "seconds since 1970",
    "ms": "milliseconds since 1970",
    "0-3": "0 to 3",
    "1-4": "1 to 4",
}
"""Answer as the mapping file has it -> how it reads on the screen."""


def remembered(mark: str, found: Iterable[Question]) -> list[Question]:
    """Give every question that this file has raised so far, in order: an answered one stays, to be looked at again.

    Args:
        mark: names the file and its kind.
        found: those that are open now.
    """
    everything: dict[str, list[Question]] = st.session_state.setdefault(ASKED, {})
    if mark not in everything:
        everything.clear()
    asked = everything.setdefault(mark, [])
    for one in found:
        again = one in asked or (_settles_the_file(one) and any(one.about == other.about for other in asked))
        asked += [] if again else [one]
    return asked


def _settles_the_file(question: Question) -> bool:
    """Say whether one answer holds for the whole file; codes for missing are asked column by column."""
    return question.about in (*ABOUT_FILE, *ABOUT_ANSWERS) and question.about != "missing_codes"


def about_file(mark: str, questions: Iterable[Question]) -> Document:
    """Put the questions on where the table stands, and give what was answered under ``[file]``."""
    said = {one.about: _answer(mark, one) for one in questions if one.about in ABOUT_FILE}
    numbers = {name: _whole(value) for name, value in said.items() if name not in ("sheet", "encoding", "delimiter")}
    return {name: value for name, value in (said | numbers).items() if value is not None}


def about_answers(mark: str, questions: Iterable[Question]) -> Document:
    """Put the questions on what the cells mean, and give what was answered under ``[answers]``."""
    said: Document = {}
    for number, one in enumerate(questions):
        text = _answer(f"{mark}_{number}", one) if one.about in ABOUT_ANSWERS else None
        value = None if text is None else parsed(text)
        if isinstance(value, list):
            said.setdefault(one.about, []).extend(value)
        elif value is not None:
            said[one.about] = value
    return said


def parsed(text: str) -> Any:
    """Read an answer as the mapping file would: a list or a table where it is written as one, else the text.

    >>> parsed('["99"]'), parsed("{A1 = 0, A2 = 1}"), parsed("DMY")
    (['99'], {'A1': 0, 'A2': 1}, 'DMY')
    """
    if text.strip()[:1] not in ("[", "{"):
        return text
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError as wrong:
        raise Refused(f"{text} cannot be read: write it as {{A1 = 0, A2 = 1, A3 = 2, A4 = 3}}.") from wrong


def _answer(mark: str, question: Question) -> str | None:
    """Put one question: a choice, or a field where no choice is offered; nothing is picked beforehand."""
    key = f"upload_{question.about}_{mark}"
    st.markdown(f"**{look.literal(question.ask)}**")
    offered = [one for one in question.options if not one.startswith("a table")]
    if not offered:
        return st.text_input(question.ask, key=key, label_visibility="collapsed", width=420) or None
    free = question.about in ("answer_coding", *ABOUT_FILE)
    picked = st.radio(
        question.ask,
        [*offered, *([OTHER] if free else [])],
        index=None,
        format_func=_in_words,
        horizontal=True,
        key=key,
        label_visibility="collapsed",
    )
    if picked != OTHER:
        return picked
    hint = "for example {A1 = 0, A2 = 1, A3 = 2, A4 = 3}" if question.about == "answer_coding" else ""
    return st.text_input("Say it", key=f"{key}_other", placeholder=hint, width=420) or None


def _in_words(option: str) -> str:
    said = IN_WORDS.get(option)
    if said is None:
        code = option.removeprefix('["').removesuffix('"]')
        said = f"{code} is a code for missing" if code != option else option
    return look.literal(said)


def _whole(text: str | None) -> int | None:
    """Read the number of a line.

    Raises:
        Refused: it is none.
    """
    if text is None:
        return None
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise Refused(f"{text} is not the number of a line: count the lines of the file from 1.")
    return int(text)
