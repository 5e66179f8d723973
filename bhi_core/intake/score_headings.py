"""What one heading says of a score: which instrument, total or item or date, and which of several occasions."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.intake.headings import tight, vocabulary, words

Role = Literal["total", "item", "safety item", "functional", "date", "derived", "state", "loose", "foreign", "other"]

_WORDS = vocabulary()["words"]
_SCORE = frozenset(_WORDS["score"])
FIRST = frozenset(_WORDS["first"])
LAST = frozenset(_WORDS["last"])
_OCCASION = frozenset(_WORDS["occasion"]) | FIRST | LAST
_FILLER = frozenset(_WORDS["filler"])
_DERIVED = re.compile(rf"%|\b({'|'.join(_WORDS['derived'])})\b")
_STATE = re.compile(rf"\b({'|'.join(_WORDS['state'])})\b")
_DATE = re.compile(r"\b(date|dates|datum|fecha|timestamp|datetime|dt|when|time stamp|date time)\b|date\b|^on\b|\bon$")
_FUNCTIONAL = re.compile(
    r"how difficult|difficulty|\bdifficult\b|functioning|\bfunctional\b|impairment|wie schwer|dificultad"
)
_RANGE = re.compile(r"\(\s*(?:range\s*)?\d+\s*(?:-|–|to)\s*\d+\s*\)|\bout of \d+\b|/\s*\d+\s*$")
_OCCASION_GLUED = re.compile(
    r"(?:week|wk|w|month|mo|m|session|sess|s|visit|v|time|t|fu|followup|day|d)?\d{1,3}(?:st|nd|rd|th|m|w|d|wk|mo)?"
)
_LOOSE_NAMES = re.compile(r"\b(phq|gad)\b")
_FOREIGN = re.compile(r"\b(?:phq|gad)\s*\d{1,2}[a-z]?\b|\bphq\s?(?:a|ads)\b")
_PERCENT = re.compile(r"%|\bpercent(age)?\b|\b(0 )?(to )?100\b")
_LOOSE_NUMBERED = re.compile(r"^(q|p|question|item|frage|pregunta|i)\s*(?:\d{1,2}\s+)?0*(\d{1,2})[a-z]?$")
_NHANES = re.compile(r"^dpq\s*0?(\d{2})0$")


@dataclass(frozen=True)
class Named:
    """Say what a heading was understood as.

    Attributes:
        role: what the column holds; ``"loose"`` is a score whose questionnaire the heading does not name, ``"foreign"``
            one of a questionnaire that is not configured (PHQ-8), ``"state"`` says whether the form was filled in,
            ``"derived"`` was worked out from scores.
        instrument: id, or None.
        number: the item's number, from 1; 0 when it is no item.
        occasion: which of several scores, for example ``"first"``; empty when the heading does not say.
        family: for loose items what they begin with (``"q"``, ``"phq"``); ``"text"`` for the text of a question;
            for totals ``"percent"`` when the heading says so.
    """

    role: Role
    instrument: str | None = None
    number: int = 0
    occasion: str = ""
    family: str = ""


def understand(heading: str, instruments: InstrumentRegistry) -> Named:
    """Say what a heading says of a score; role ``"other"`` when it says nothing of one."""
    plain = words(_RANGE.sub(" ", heading))
    if coded := _by_code(heading, instruments):
        return coded
    if nhanes := _NHANES.match(plain):
        return _nhanes(int(nhanes[1]), instruments)
    by_text = _by_text(heading, instruments)
    if by_text:
        return by_text
    found = _find_name(plain, instruments)
    if found is not None:
        return _with_instrument(instruments[found[0]], *found[1:])
    return _without_instrument(plain)


def _by_code(heading: str, instruments: InstrumentRegistry) -> Named | None:
    """Recognise a LOINC code of a total, an item or the functional item."""
    code = re.search(r"\b\d{4,6}-\d\b", heading)
    if code is None:
        return None
    for instrument in instruments:
        if code[0] == instrument.loinc_total:
            return Named("total", instrument.id)
        if instrument.functional and code[0] == instrument.functional.loinc:
            return Named("functional", instrument.id)
        for number, item in enumerate(instrument.items, start=1):
            if code[0] == item.loinc:
                return Named("item", instrument.id, number, family="text")
    return None


def _nhanes(tens: int, instruments: InstrumentRegistry) -> Named:
    """Read DPQ010 to DPQ090 (the items) and DPQ100 (the functional item) of the NHANES survey."""
    if "phq9" not in instruments or tens > 10:
        return Named("other")
    return Named("functional", "phq9") if tens == 10 else Named("item", "phq9", tens, family="dpq")


def _by_text(heading: str, instruments: InstrumentRegistry) -> Named | None:
    """Recognise the text of a question, with or without a number, a common stem before it, or brackets around it.

    Instruments that share a question (PHQ-2 and PHQ-9) are told apart by the whole set, so the longest form is named.
    """
    texts = _question_texts(instruments)
    whole = re.sub(r"#\d+$", "", heading)
    tries = [whole, re.sub(r"^\W*(?:q|item|question|frage|pregunta)?\s*\d{1,2}\s*[\W_]+\s*", "", whole, flags=re.I)]
    tries += re.findall(r"\[([^\]]+)\]", whole)
    tries += [whole[place.end() :] for place in re.finditer(r"\s[-–—:|/]\s|[:?]\s+|/", whole)]
    numberless = [re.sub(r"^\W*\d{1,2}\s*[\W_]+\s*", "", text) for text in tries]
    for text in (*tries, *numberless):
        if found := texts.get(tight(text)):
            return found
    return Named("functional") if re.search(r"how difficult have these", words(heading)) else None


@lru_cache(maxsize=8)
def _question_texts_of(instruments: tuple[Instrument, ...]) -> dict[str, Named]:
    texts: dict[str, Named] = {}
    for instrument in sorted(instruments, key=lambda one: (-len(one.items), one.order)):
        for number, item in enumerate(instrument.items, start=1):
            for text in filter(None, (item.text, *item.also)):
                texts.setdefault(tight(text), Named("item", instrument.id, number, family="text"))
        if instrument.functional:
            for text in filter(None, (instrument.functional.text, *instrument.functional.also)):
                texts.setdefault(tight(text), Named("functional", None))
    return texts


def _question_texts(instruments: InstrumentRegistry) -> dict[str, Named]:
    return _question_texts_of(tuple(instruments))


def names_of(instrument: Instrument) -> tuple[str, ...]:
    """Give all names of an instrument, longest first."""
    return tuple(sorted({instrument.id, instrument.name, *instrument.aliases}, key=len, reverse=True))


@lru_cache(maxsize=8)
def _patterns_of(instruments: tuple[Instrument, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = []
    for instrument in instruments:
        for name in names_of(instrument):
            signs = re.sub(r"[\W_]+", "", name.lower())
            pairs.append((len(signs), re.compile(_name_pattern(signs)), instrument.id))
    return tuple((pattern, found) for _, pattern, found in sorted(pairs, key=lambda pair: -pair[0]))


def _name_pattern(signs: str) -> str:
    """Give the pattern of a name in a heading's words: its signs with any spaces between.

    A digit is not followed by another (PHQ-2 in PHQ-25). A letter after a digit ends its word: "PHQ9 at intake" and
    "PHQ9 m3" are no PHQ-9A and PHQ-9M.
    """
    body = r"\s*".join(re.escape(sign) for sign in signs)
    if signs[-1].isdigit():
        return rf"(?<![a-z]){body}(?![0-9])"
    if len(signs) > 1 and signs[-2].isdigit():
        before, letter = body.rsplit(r"\s*", 1)
        return rf"(?<![a-z]){before}(?:{letter}|\s+{letter}(?!\s*\d))(?![a-z])"
    return rf"(?<![a-z]){body}"


def _find_name(plain: str, instruments: InstrumentRegistry) -> tuple[str, str, str] | None:
    """Find the longest name of an instrument in a heading: its id, the words before and the words after it."""
    for pattern, found in _patterns_of(tuple(instruments)):
        if place := pattern.search(plain):
            rest = pattern.sub(" ", plain[place.end() :])
            for again, same in _patterns_of(tuple(instruments)):
                rest = again.sub(" ", rest) if same == found else rest
            if place.end() < len(plain) and plain[place.end()].isalpha() and not _glued_word(plain[place.end() :]):
                continue
            return found, plain[: place.start()].strip(), rest.strip()
    return None


def _glued_word(rest: str) -> bool:
    """Say whether what is written straight after a name (``phq9total``, ``phq9q1``) is a word known here."""
    first = re.split(r"[\s\d]", rest, maxsplit=1)[0]
    return first in _SCORE or first in _OCCASION or first in {"q", "item", "date", "question", "score"}


def _with_instrument(one: Instrument, before: str, after: str) -> Named:
    """Say what a heading holds that names an instrument: from the words around the name."""
    rest, instrument = f"{before} {after}".strip(), one.id
    if one.second_scales and _PERCENT.search(rest) and _only_score_words(_PERCENT.sub(" ", rest)):
        return Named("total", instrument, occasion=occasion_of(_PERCENT.sub(" ", rest)), family="percent")
    if role := next((role for role, pattern in _ROLES if pattern.search(rest)), None):
        return Named(role, instrument, occasion=_dated_occasion(rest) if role == "date" else "")
    if (item := _item(instrument, before, after)) and item.number <= len(one.items) + 1 and one.items:
        return item
    if _STATE.search(rest):
        return Named("state", instrument)
    return (
        Named("total", instrument, occasion=occasion_of(rest))
        if _only_score_words(rest)
        else Named("other", instrument)
    )


_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (("functional", _FUNCTIONAL), ("derived", _DERIVED), ("date", _DATE))


def _item(instrument: str, before: str, after: str) -> Named | None:
    """Recognise an item by its number: ``phq9_1``, ``PHQ9_Q1``, ``phq9_item9_score``."""
    if item := re.match(r"^(q|item|question|i|frage|pregunta)?\s*0*(\d{1,2})\b(.*)$", after):
        tail = [word for word in item[3].split() if word not in _SCORE]
        if item[1] or not tail:
            return Named("item", instrument, int(item[2]), occasion=occasion_of(before), family=item[1] or "")
    if item := re.search(r"\bitem\s*0*(\d{1,2})\b", f"{before} {after}"):
        return Named("item", instrument, int(item[1]), family="item")
    return None


def _without_instrument(plain: str) -> Named:
    """Say what a heading holds that names no instrument."""
    if re.search(r"how difficult|functional item", plain):
        return Named("functional")
    if re.fullmatch(r"(display )?(item|i) ?9( score)?", plain):
        return Named("safety item", None, 9, family="item")
    if numbered := _LOOSE_NUMBERED.match(plain):
        return Named("item", None, int(numbered[2]), family=re.split(r"\d", plain.replace(" ", ""))[0])
    if _DERIVED.search(plain) or _STATE.search(plain):
        return Named("other")
    if _DATE.search(plain):
        return Named("date", occasion=_dated_occasion(plain))
    return Named("foreign") if _FOREIGN.search(plain) else _loose(plain)


def _loose(plain: str) -> Named:
    """Recognise a score whose questionnaire is not named: Score, Total, PHQ, Puntaje total."""
    bare = _LOOSE_NAMES.sub(" ", plain)
    if _only_score_words(bare) and (bare != plain or set(bare.split()) & _SCORE):
        return Named("loose", occasion=occasion_of(bare))
    return Named("other")


def _only_score_words(rest: str) -> bool:
    """Say whether only words are left that a total's heading has: total, score, first, week 4."""
    return all(
        word in _SCORE or word in _OCCASION or word in _FILLER or _OCCASION_GLUED.fullmatch(word)
        for word in rest.split()
    )


def occasion_of(rest: str) -> str:
    """Give what is left of a heading without the words for a score: which of several scores it is.

    >>> occasion_of("first score"), occasion_of("total"), occasion_of("most recent")
    ('first', '', 'most recent')
    """
    apart = re.sub(r"(first|last|initial|latest|recent|baseline)(score|total|date)", r"\1 \2", rest)
    return " ".join(word for word in apart.split() if word not in _SCORE and word not in _FILLER)


def _dated_occasion(rest: str) -> str:
    """Give which of several scores a date belongs to: only the words that say so ("completed" does not)."""
    said = occasion_of(_DATE.sub(" ", rest)).split()
    return " ".join(word for word in said if word in _OCCASION or _OCCASION_GLUED.fullmatch(word))


def understand_percent(heading: str) -> bool:
    """Say whether a heading says that its totals are percent."""
    return bool(_PERCENT.search(words(heading)))
