"""Headings and cells to a whole mapping: what a person has said stands, the rest is found or asked."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import KINDS, Question
from bhi_core.intake.closed_lists import LISTS
from bhi_core.intake.grid import kind_of
from bhi_core.intake.guess_scores import guess_scores, own_dates
from bhi_core.intake.headings import (
    among,
    canonical,
    either,
    is_never_a_score_date,
    may_be_a_date,
    place,
    tight,
    vocabulary,
    words,
)
from bhi_core.intake.located import located, used
from bhi_core.intake.long_tables import Because
from bhi_core.intake.mapping import PERSON, Mapping
from bhi_core.intake.numbers import plain_numbers
from bhi_core.intake.score_headings import understand
from bhi_core.intake.sheet import Sheet
from bhi_core.intake.words import match_word

NEEDED = {
    "patients": ("patient_id",),
    "episodes": ("patient_id", "enrolled_on"),
    "scores": ("patient_id",),
    "contacts": ("patient_id", "date", "kind"),
    "treatments": ("patient_id", "date", "change"),
    "reviews": ("patient_id", "date"),
    "safety": ("patient_id", "date", "kind"),
    "plans": ("patient_id", "date"),
    "coverage": ("patient_id", "payer", "from_on"),
    "diagnoses": ("patient_id", "code", "onset"),
}
"""Kind -> fields without which no line can be kept."""

_ID = re.compile(r"\bmrn\b|\bpatient id\b|\bpt id\b|\bmedical record\b|\bpatienten(nummer|id)\b")
_SERIAL_FROM = 20_000
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]\.?m\.?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Guess:
    """Hold a mapping that is as whole as headings and cells can make it.

    Attributes:
        mapping: what a person has said, and what was found besides; headings as the file spells them.
        because: why each thing was found, and how sure that is.
        questions: what is open.
    """

    mapping: Mapping
    because: tuple[Because, ...]
    questions: tuple[Question, ...]


def complete(sheet: Sheet, kind: str, given: Mapping, instruments: InstrumentRegistry) -> Guess:
    """Find what a mapping does not say.

    Args:
        sheet: the file's table.
        kind: a key of ``KINDS``.
        given: what a person has said; may be empty.
        instruments: those configured.

    Returns:
        The whole mapping. ``because`` has nothing of what a person said.

    Raises:
        Refused: the mapping names a heading that the file does not have.
    """
    search = _Search(sheet, kind, located(given, sheet.headings), instruments)
    search.canonical_columns()
    search.patient_id()
    if kind == "scores":
        search.scores()
        search.score_date()
    else:
        search.other_fields()
    search.person()
    return Guess(search.mapping(), tuple(search.because), tuple(search.questions))


class _Search:
    """Fill a mapping step by step; ``because`` and ``questions`` say what happened."""

    def __init__(self, sheet: Sheet, kind: str, given: Mapping, instruments: InstrumentRegistry) -> None:
        self.sheet, self.kind, self.given, self.instruments = sheet, kind, given, instruments
        self.columns, self.measures = dict(given.columns), given.measures
        self.because: list[Because] = []
        self.questions: list[Question] = []

    def mapping(self) -> Mapping:
        """Give what has been found so far."""
        return self.given.model_copy(update={"columns": self.columns, "measures": self.measures})

    def free(self) -> list[str]:
        """List the headings that hold nothing yet."""
        taken = used(self.mapping())
        return [heading for heading in self.sheet.headings if heading not in taken]

    def take(self, field: str, heading: str, why: str, sure: str = "sure") -> None:
        """Give a heading to a field."""
        self.columns[field] = heading
        self.because.append(Because(field, heading, sure, why))

    def ask(self, about: str, ask: str, options: Iterable[str] = ()) -> None:
        """Put a question; its column is the first option."""
        choices = tuple(options)
        self.questions.append(Question(about, ask, choices[0] if choices else None, choices))

    def canonical_columns(self) -> None:
        """Take the canonical headings for what is not mapped; a score's place and date, and the id, come later."""
        later = {"patient_id", "date", "instrument", "total", "functional"} if self.kind == "scores" else {"patient_id"}
        names = canonical(self.kind)
        for heading in self.free():
            field = names.get(tight(heading))
            if field and field not in later and field not in self.columns:
                self.take(field, heading, "The canonical heading.")

    def patient_id(self) -> None:
        """Find the patient's id; two columns that could be it are a question."""
        if self.columns.get("patient_id"):
            return
        free = self.free()
        found = [one for one in free if among(one, "patient_id", "first") or _ID.search(words(one))]
        found = found or [one for one in free if among(one, "patient_id", "last")][:1]
        if len(found) == 1:
            self.take("patient_id", found[0], "The heading of a patient's id.")
        elif found:
            self.ask("patient_id", f"Which column is the patient's MRN: {either(found)}?", found)
        else:
            self.ask("patient_id", "Which column is the patient's MRN? No heading says so.")

    def scores(self) -> None:
        """Find the scores, unless a person has said where they are."""
        free = self.free()
        if self.given.says_where_scores_are:
            if not self.measures:
                self._parts_of_a_long_table(free)
            return
        if self.columns.get("instrument") or self.columns.get("total"):
            self._rest_of_a_long_table(free)
            return
        if self.columns.get("instrument") or self.columns.get("total"):
            self._rest_of_a_long_table(free)
            return
        guess = guess_scores(free, self.sheet.cells, self.instruments)
        self.columns |= {field: one for field, one in guess.columns.items() if field not in self.columns}
        self.measures = guess.measures
        self.because += guess.because
        self.questions += guess.questions

    def _rest_of_a_long_table(self, free: list[str]) -> None:
        """Find the value beside a mapped instrument column, or the instrument column beside a mapped value."""
        field, name = ("total", "value") if self.columns.get("instrument") else ("instrument", "instrument")
        found = [one for one in free if among(one, "scores", name)]
        if len(found) == 1:
            self.take(field, found[0], "The other half of a long table.")
        elif found:
            self.ask(field, f"Which column is it: {either(found)}?", found)
        elif field == "instrument":
            self.ask(
                "measure",
                "Which questionnaire is it a total of? Name it under [[measure]].",
                [str(self.columns["total"])],
            )
        self._parts_of_a_long_table(free)

    def _parts_of_a_long_table(self, free: list[str]) -> None:
        """Take Item 1 ... and Functional item beside a mapped instrument and total."""
        items = {int(number[1]): one for one in free if (number := re.fullmatch(r"item0*(\d{1,2})", tight(one)))}
        if items and not self.columns.get("items"):
            self.columns["items"] = tuple(items.get(number, "") for number in range(1, max(items) + 1))
        for one in free:
            if tight(one) == "functionalitem" and "functional" not in self.columns:
                self.take("functional", one, "The canonical heading.")

    def score_date(self) -> None:
        """Find the date of the scores that have none of their own; two columns that could be it are a question."""
        if self.columns.get("date") or self.given.dates:
            return
        self._own_dates()
        lacking = [measure for measure in self.measures if not (measure.date or measure.on)]
        if self.measures and not lacking:
            return
        twice = [name for name, times in Counter(one.instrument for one in lacking).items() if times > 1]
        if twice:
            ask = f"A line has several {self.instruments[twice[0]].name} scores: which column is the date of each?"
            self.ask("date", ask if twice[0] in self.instruments else "Which column is the date of each score?")
            return
        free = self.free()
        dated = [one for one in free if may_be_a_date(one) and self._holds_dates(one)]
        if len(dated) == 1 and self._is_sure_date(dated[0]):
            self.take("date", dated[0], "The only heading that dates a score.")
            return
        dated = dated or [one for one in free if self._mostly_dates(one) and not is_never_a_score_date(one)]
        if dated:
            self.ask("date", f"Which column is the date of the score: {either(dated)}?", dated)
        elif not self.questions or self.measures or "instrument" in self.columns:
            self.ask("date", "When were the scores taken? No column says so: name it, or give the dates under [dates].")

    def _own_dates(self) -> None:
        """Give each score the date that is named after it."""
        found = {
            one: understand(one, self.instruments) for one in self.sheet.headings if not is_never_a_score_date(one)
        }
        free, filled = set(self.free()), []
        for measure in self.measures:
            first = measure.total or next(filter(None, measure.items), None) or measure.item9
            own = own_dates(found, first) if first in found and not (measure.date or measure.on) else []
            own = [one for one in own if one in free and self._holds_dates(one)]
            if len(own) > 1:
                self.ask("date", f"Which column is the date of the score: {either(own)}?", own)
            filled.append(measure.model_copy(update={"date": own[0]}) if len(own) == 1 else measure)
        self.measures = tuple(filled)

    def _holds_dates(self, heading: str) -> bool:
        """Say whether a column has anything like a date in it; an empty one may."""
        texts = self.sheet.cells[heading]
        some = [text for text in texts.unique()[:200] if text]
        if some and all(_TIME_OF_DAY.fullmatch(text) for text in some):
            return False
        if self.sheet.dates(heading).any():
            return True
        if not some:
            return among(heading, "scores", "date")
        numbers = plain_numbers(texts[texts != ""].head(200))
        return any(kind_of(text) == "date" for text in some) or bool((numbers >= _SERIAL_FROM).any())

    def _mostly_dates(self, heading: str) -> bool:
        """Say whether most cells of a column look like dates, whatever its heading says."""
        some = [text for text in self.sheet.cells[heading].unique()[:200] if text]
        return bool(some) and 2 * sum(kind_of(text) == "date" for text in some) > len(some)

    def _is_sure_date(self, heading: str) -> bool:
        named = understand(heading, self.instruments)
        own = {measure.instrument for measure in self.measures}
        after_all = named.role == "date" and named.instrument is not None and own == {named.instrument}
        return among(heading, "scores", "date") or after_all

    def other_fields(self) -> None:
        """Find the fields of the kinds other than scores: the needed ones always, the rest where nothing is mapped."""
        rest = [field for field in KINDS[self.kind] if field != "patient_id"]
        wanted = rest if not self.given.columns else [field for field in rest if field in NEEDED[self.kind]]
        for field in wanted:
            if field not in self.columns:
                self._field(field)
        for field in NEEDED[self.kind]:
            if not self.columns.get(field) and not any(question.about == field for question in self.questions):
                self.ask(field, f"Which column holds the {field.removesuffix('_on').replace('_', ' ')}?")

    def _field(self, field: str) -> None:
        """Find one field by the headings that files use for it."""
        section, name = ("dates", self.kind) if field == "date" else ("fields", field)
        if field in vocabulary()["person"]:
            section = "person"
        found = [one for one in self.free() if among(one, section, name) and self._fits(field, one)]
        if len(found) == 1:
            self.take(field, found[0], "A heading that is used for it.", "likely")
        elif found and field in NEEDED[self.kind]:
            self.ask(field, f"Which column holds the {field.replace('_', ' ')}: {either(found)}?", found)
        elif found:
            self.take(
                field, min(found, key=lambda one: place(one, section, name)), "The commonest heading for it.", "likely"
            )

    def _fits(self, field: str, heading: str) -> bool:
        """Say whether a column with a closed list has a word of it."""
        listed = LISTS.get((self.kind, field))
        return listed is None or any(match_word(text, listed) for text in self.sheet.cells[heading].unique()[:100])

    def person(self) -> None:
        """Find what makes a person, for ``--create-patients``; never a question."""
        if self.given.columns and self.kind != "patients":
            return
        for field, names in vocabulary()["person"].items():
            if field in self.columns or (field not in PERSON) or not names:
                continue
            found = [one for one in self.free() if among(one, "person", field)]
            if len(found) == 1 and (field != "patient_name" or self._has_commas(found[0])):
                self.take(field, found[0], "A heading that is used for it.", "likely")

    def _has_commas(self, heading: str) -> bool:
        """Say whether a column of names is written "Last, First"."""
        texts = self.sheet.cells[heading]
        filled = texts[texts != ""].head(200)
        return bool(len(filled)) and bool(np.mean(filled.str.contains(",", regex=False)) > 0.5)
