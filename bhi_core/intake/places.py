"""Where scores stand in a file: each place is an instrument with its columns, and the rows that it holds for."""

import datetime as dt
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.intake.cells import absent, distinct, quoted
from bhi_core.intake.headings import tight
from bhi_core.intake.mapping import Mapping, Measure
from bhi_core.intake.numbers import number
from bhi_core.intake.score_headings import understand
from bhi_core.intake.sheet import Sheet

Rows = NDArray[np.intp]
HIGHEST_POINTS = 4
"""Of an answer in any questionnaire; above it, a number where no question is means missing."""


@dataclass(frozen=True)
class Place:
    """Say where one score of a line stands.

    Attributes:
        instrument: what it is a score of.
        rows: positions of the data rows it may stand on.
        total: heading of the total, or None.
        items: headings of the answers in the form's order, ``""`` for one that the file lacks; empty without any.
        ticks: for tick boxes, the headings of each item's answers from the lowest; empty otherwise.
        ticked: the items are tick boxes that were folded: their answers are points already, whatever was answered.
        functional: heading of the functional item, or None.
        date: heading of its own date, or None for the line's.
        on: the date that a person gave, or None.
    """

    instrument: Instrument
    rows: Rows
    total: str | None = None
    items: tuple[str, ...] = ()
    ticks: tuple[tuple[str, ...], ...] = ()
    functional: str | None = None
    date: str | None = None
    on: dt.date | None = None
    ticked: bool = False

    @property
    def item_count(self) -> int:
        """Count the places of a form's items: those of the scored ones, or more where more are mapped."""
        return max(len(self.items), len(self.ticks), len(self.instrument.scored_items)) if self.has_items else 0

    @property
    def has_items(self) -> bool:
        """Say whether any item is mapped."""
        return any(self.items) or bool(self.ticks)

    @property
    def label(self) -> str:
        """Name the place in a sentence: its total's heading, else the instrument."""
        return self.total or self.instrument.name


@dataclass(frozen=True)
class Places:
    """Hold all places of a file.

    Attributes:
        places: in the mapping's order.
        refused: rows of a long table whose instrument is none; reason for each, else ``""`` (object array, one a row).
        safety: the safety answer that stands on such a row as a value of its own (float64, NaN without).
        questions: what is open about the mapping.
        notes: sentences for the report.
    """

    places: tuple[Place, ...]
    refused: NDArray[np.object_]
    safety: NDArray[np.float64]
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = field(default=())


def places_of(sheet: Sheet, mapping: Mapping, instruments: InstrumentRegistry) -> Places:
    """Find the places where a file's scores stand.

    Args:
        sheet: the file's table.
        mapping: the whole mapping, headings as the file spells them.
        instruments: those configured.

    Returns:
        The places. A measure whose instrument is not configured, or whose columns do not make its form, is a question.
    """
    rows = np.arange(len(sheet.cells), dtype=np.intp)
    nothing = np.full(len(rows), "", dtype=object)
    no_answer = np.full(len(rows), np.nan)
    if not mapping.measures:
        return _long(sheet, mapping, instruments, nothing, no_answer)
    places, questions = [], []
    for measure in mapping.measures:
        instrument = instruments.find(measure.instrument)
        if instrument is None:
            questions.append(_not_configured(measure, instruments))
            continue
        place = _place(measure, instrument, rows)
        if isinstance(place, Question):
            questions.append(place)
            continue
        questions += _other_name(place, instruments)
        places.append(place)
    return Places(tuple(places), nothing, no_answer, tuple(questions))


def _not_configured(measure: Measure, instruments: InstrumentRegistry) -> Question:
    known = ", ".join(instrument.name for instrument in instruments)
    ask = (
        f'"{measure.instrument}" is not a configured instrument: which one is it, or add its file. Configured: {known}.'
    )
    return Question("measure", ask, measure.total, tuple(instruments.ids))


def _place(measure: Measure, instrument: Instrument, rows: Rows) -> Place | Question:
    """Make a place of a measure, or ask where its items do not make the form."""
    items, ticks = measure.items, _ticks(measure, instrument)
    count = len(ticks) or len(items)
    if isinstance(ticks, str):
        return Question("measure", ticks, measure.total)
    if count and count not in (len(instrument.items), len(instrument.scored_items)):
        shown = measure.total or next(filter(None, items), None)
        ask = (
            f"{instrument.name} has {len(instrument.scored_items)} questions, but {count} columns are mapped as its "
            "items: which questionnaire is it, and which columns are its questions?"
        )
        return Question("measure", ask, shown)
    if measure.item9 and not count:
        if not instrument.safety_items:
            return Question("measure", f"{instrument.name} has no safety question: what is this column?", measure.item9)
        at = instrument.safety_items[0]
        items = tuple(measure.item9 if place == at else "" for place in range(len(instrument.scored_items)))
    return Place(
        instrument,
        rows,
        measure.total,
        () if ticks else items,
        tuple(ticks),
        measure.functional,
        measure.date,
        measure.on,
    )


def _ticks(measure: Measure, instrument: Instrument) -> tuple[tuple[str, ...], ...] | str:
    """Give the tick boxes of each item, or the sentence why they do not make the form."""
    if measure.one_hot is False:
        return ()
    if measure.one_hot is True:
        return "one_hot = true needs under items the part of the headings before the answer, for each question."
    if all(isinstance(one, tuple) for one in measure.one_hot):
        return tuple(tuple(one) for one in measure.one_hot)
    count = len(instrument.scored_items) or 1
    each, over = divmod(len(measure.one_hot), count)
    if over or not each:
        return f"one_hot names {len(measure.one_hot)} columns, which are not the same number for {count} questions."
    flat = [str(one) for one in measure.one_hot]
    return tuple(tuple(flat[at * each : (at + 1) * each]) for at in range(count))


def _other_name(place: Place, instruments: InstrumentRegistry) -> list[Question]:
    """Ask where the total's heading names another questionnaire than the mapping: PHQ-8 called PHQ-9."""
    if place.total is None:
        return []
    named = understand(place.total, instruments)
    other = named.instrument if named.role == "total" else None
    foreign = named.role == "foreign"
    if (other is None or other == place.instrument.id) and not foreign:
        return []
    if other is not None and instruments[other].series == place.instrument.series:
        return []
    ask = f'The heading "{place.total}" does not name {place.instrument.name}, as which it is mapped: which one is it?'
    return [Question("measure", ask, place.total)]


def _long(
    sheet: Sheet,
    mapping: Mapping,
    instruments: InstrumentRegistry,
    refused: NDArray[np.object_],
    safety: NDArray[np.float64],
) -> Places:
    """Divide the rows of a long table by the instrument that each names."""
    heading = mapping.heading("instrument")
    if heading is None:
        return Places((), refused, safety)
    codes, texts = distinct(sheet.cells[heading])
    by_instrument: dict[str, list[int]] = {}
    notes = []
    values = mapping.heading("total")
    for code, text in enumerate(texts):
        match = instruments.match(text) if text else None
        if match is None:
            at = codes == code
            refused[at] = why_no_instrument(text, instruments)
            if values:
                safety[at] = _safety_values(text, sheet.cells[values][at], instruments)
            continue
        by_instrument.setdefault(match.instrument.id, []).append(code)
        if match.by == "panel code":
            name = match.instrument.name
            notes.append(f"{quoted(text)} is the code of the {name} form; its values were taken as totals.")
    items = mapping.columns.get("items") or ()
    item9 = mapping.heading("item9")
    places = []
    for name, named_by in by_instrument.items():
        instrument = instruments[name]
        rows = np.flatnonzero(np.isin(codes, named_by)).astype(np.intp)
        columns = tuple(items) if not isinstance(items, str) else (items,)
        own, over = columns[: len(instrument.items)], columns[len(instrument.items) :]
        _refuse_more(sheet, rows, over, instrument, refused)
        if item9 and not own and instrument.safety_items:
            own = tuple(item9 if at == instrument.safety_items[0] else "" for at in range(len(instrument.scored_items)))
        places.append(Place(instrument, rows, values, own, (), mapping.heading("functional")))
    return Places(tuple(places), refused, safety, (), tuple(notes))


def _refuse_more(
    sheet: Sheet, rows: Rows, over: tuple[str, ...], instrument: Instrument, refused: NDArray[np.object_]
) -> None:
    """Refuse the rows of a long table that answer more questions than their instrument has: it may be another one."""
    for heading in filter(None, over):
        codes, texts = distinct(sheet.cells[heading].iloc[rows])
        given = np.array([_is_given(text) for text in texts], dtype=np.bool_)[codes]
        refused[rows[given]] = f"{heading} is answered, but {instrument.name} has {len(instrument.items)} questions."


def _is_given(text: str) -> bool:
    """Say whether a cell is an answer rather than a blank, a word or a code for missing."""
    value = number(text)
    return absent(text, "answer") is None and (value is None or 0 <= value <= HIGHEST_POINTS)


def why_no_instrument(text: str, instruments: InstrumentRegistry) -> str:
    """Say why a cell of an instrument column names none."""
    if not text:
        return "No instrument: the line does not say what was measured."
    named = understand(text, instruments)
    if named.role == "loose" or tight(text) in ("phq", "gad"):
        return f"{quoted(text)} does not say which instrument: PHQ-9 and PHQ-2, GAD-7 and GAD-2 differ."
    if named.role == "item" and named.instrument:
        return f"{quoted(text)} is one question of {instruments[named.instrument].name}, not its total."
    if named.instrument:
        return f"{quoted(text)} is not a score of an instrument."
    return f"{quoted(text)} is not a configured instrument."


def _safety_values(text: str, values: "pd.Series[str]", instruments: InstrumentRegistry) -> NDArray[np.float64]:
    """Read the answers to a safety question that are values of their own in a long table (NaN for others)."""
    named = understand(text, instruments)
    instrument = instruments[named.instrument] if named.instrument else None
    if named.role != "item" or instrument is None or named.number - 1 not in instrument.safety_items:
        return np.full(len(values), np.nan)
    item = instrument.items[named.number - 1]
    answers = {each: _answer(each, instrument, item.maximum) for each in values.unique()}
    return values.map(answers).to_numpy(dtype=np.float64)


def _answer(text: str, instrument: Instrument, highest: int) -> float:
    """Read one answer in words or as a number within the range; NaN otherwise."""
    said = instrument.points(text)
    if said is not None:
        return float(said)
    return float(text) if re.fullmatch(r"\d+(\.0+)?", text) and float(text) <= highest else np.nan
