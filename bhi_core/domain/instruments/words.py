"""How names, headings and answers in words are compared: without case, width, edges and separators."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s_\-.\u2010-\u2015\u2212]+")
_TRAILING = ("totalscore", "score", "total")


def plain(text: str) -> str:
    """Give a text as it is compared: NFKC, lower case, trimmed, each run of ``_ - . space`` as one space.

    Dashes of other widths and the non-breaking space count as separators too.

    >>> plain(" PHQ_9\\u00a0Total-Score ")
    'phq 9 total score'
    """
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def key(text: str) -> str:
    """Give a text as ``plain`` does, without its separators, so that ``PHQ9`` and ``phq 9`` are the same.

    >>> key("PHQ-9"), key("phq_9")
    ('phq9', 'phq9')
    """
    return plain(text).replace(" ", "")


def key_without_score(text: str) -> str:
    """Give ``key`` of a name without a trailing "score", "total" or "total score", which say nothing more.

    >>> key_without_score("PHQ-9 Total Score"), key_without_score("Score")
    ('phq9', 'score')
    """
    whole = key(text)
    for ending in _TRAILING:
        if whole.endswith(ending) and len(whole) > len(ending):
            return whole.removesuffix(ending)
    return whole
