"""A table and its mapping to scores: every place of every line is kept, empty, or refused with its reason."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.intake.answer_coding import codings_of
from bhi_core.intake.cells import Cells
from bhi_core.intake.date_columns import DateColumns, assigned
from bhi_core.intake.form_state import flagged_lines
from bhi_core.intake.forms import fold_ticks, read_forms, safety_above_zero
from bhi_core.intake.lines import Ledger
from bhi_core.intake.mapping import Mapping
from bhi_core.intake.owners import owned_rows, settle_items
from bhi_core.intake.places import Place, places_of
from bhi_core.intake.score_reasons import Part, notes_of, say_empty, undated
from bhi_core.intake.sheet import Sheet

NO_RECORDS = pd.DataFrame(
    {
        "row": pd.Series(dtype="int64"),
        "order": pd.Series(dtype="int64"),
        "date": pd.Series(dtype="datetime64[s]"),
        "instrument": pd.Series(dtype="str"),
        "total": pd.Series(dtype="float64"),
        "items": pd.Series(dtype="str"),
        "safety_answer": pd.Series(dtype="int8"),
        "functional": pd.Series(dtype="float64"),
        "assigned": pd.Series(dtype="bool"),
    }
)
"""The scores of a file in which no line names an instrument."""


@dataclass(frozen=True)
class Read:
    """Hold what a table came to.

    Attributes:
        records: a record a row; ``row`` is the position of its data row, then the canonical columns.
        ledger: what became of each row; None with questions.
        questions: what is open.
        notes: sentences for the report.
    """

    records: pd.DataFrame
    ledger: Ledger | None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = field(default=())


_Begun = tuple[Place, pd.DataFrame, Cells, bool]
"""A place, its cells, the date of each row, and whether a person assigned them."""


def read_scores(
    sheet: Sheet, mapping: Mapping, instruments: InstrumentRegistry, dates: DateColumns, ids: Cells
) -> Read:
    """Read the scores of a table.

    Args:
        sheet: the table.
        mapping: the whole mapping, headings as the file spells them.
        instruments: those configured.
        dates: the file's date columns; what they leave open is added to their questions.
        ids: the patient id of each row.

    Returns:
        Records with row, date, instrument, total, items, safety_answer, functional, assigned; or questions.
    """
    settled, questions = settle_items(mapping, instruments)
    found = places_of(sheet, settled, instruments)
    questions += found.questions
    dates.agree([heading for place in found.places if (heading := place.date or settled.heading("date"))])
    begun = _own_answers([_begin(sheet, place, settled, dates) for place in found.places], settled)
    codings = codings_of([(place, cells) for place, cells, _, _ in begun], mapping.answers)
    for coding in codings:
        questions += [one for one in coding.questions if one not in questions]
    questions += [one for one in dates.questions if one not in questions]
    if questions or (not found.places and not (found.refused != "").any()):
        return Read(pd.DataFrame(), None, tuple(questions))
    whole = [
        Part(place, cells, read_forms(place, cells, coding), days, is_assigned)
        for (place, cells, days, is_assigned), coding in zip(begun, codings, strict=True)
    ]
    ledger = Ledger(sheet.lines)
    records = _settle(sheet, whole, ledger, ids, found.refused)
    _raise(ledger, np.arange(len(sheet.lines), dtype=np.intp), np.nan_to_num(found.safety), "The safety question")
    flags = flagged_lines(sheet, mapping, records, instruments)
    if flags.question is not None:
        return Read(pd.DataFrame(), None, (flags.question,))
    records = _leave_out(records, ledger, flags.left_out, flags.why)
    ledger.keep(records["row"].to_numpy(dtype=np.intp))
    say_empty(sheet, whole, ledger)
    notes = (*found.notes, *flags.notes, *notes_of(sheet, whole))
    return Read(records, ledger, (), tuple(dict.fromkeys(notes)))


def _begin(sheet: Sheet, place: Place, mapping: Mapping, dates: DateColumns) -> _Begun:
    """Take the cells of a place, and read their dates."""
    cells = sheet.cells if len(place.rows) == len(sheet.cells) else sheet.cells.iloc[place.rows]
    place, cells = fold_ticks(place, cells)
    return place, cells, *_dates(sheet, place, mapping, dates)


def _own_answers(begun: list[_Begun], mapping: Mapping) -> list[_Begun]:
    """Blank the answers on rows where they belong to another score of the line."""
    owned = owned_rows([(place, cells, days) for place, cells, days, _ in begun], mapping.answers.items)
    result = []
    for (place, cells, days, is_assigned), owns in zip(begun, owned, strict=True):
        others = {} if owns is None else {name: cells[name].where(owns, "") for name in place.items if name}
        result.append((place, cells.assign(**others) if others else cells, days, is_assigned))
    return result


def _dates(sheet: Sheet, place: Place, mapping: Mapping, dates: DateColumns) -> tuple[Cells, bool]:
    """Give the date of each row of a place, and whether a person assigned it."""
    size = len(place.rows)
    if place.on is not None:
        days = np.full(size, np.datetime64(place.on, "s"), dtype="datetime64[s]")
        return _not_in_the_future(
            Cells(days, np.full(size, "", dtype=object), np.zeros(size, dtype=np.bool_)), dates
        ), True
    heading = place.date or mapping.heading("date")
    if heading is not None:
        return _at(dates.read(heading).cells, place.rows), False
    if mapping.dates is not None:
        return _not_in_the_future(_at(assigned(sheet, mapping.dates), place.rows), dates), True
    nothing = np.full(size, np.datetime64("NaT"), dtype="datetime64[s]")
    return Cells(nothing, np.full(size, "No date.", dtype=object), np.ones(size, dtype=np.bool_)), False


def _at(cells: Cells, rows: NDArray[np.intp]) -> Cells:
    return Cells(cells.values[rows], cells.reasons[rows], cells.missing[rows])


def _not_in_the_future(cells: Cells, dates: DateColumns) -> Cells:
    """Refuse assigned dates after today."""
    late = cells.values > np.datetime64(dates.as_of, "s")
    reasons = cells.reasons.copy()
    reasons[late] = [f"{str(day)[:10]}, assigned by the mapping, is in the future." for day in cells.values[late]]
    return Cells(np.where(late, np.datetime64("NaT"), cells.values), reasons, cells.missing)


def _settle(
    sheet: Sheet, parts: list[Part], ledger: Ledger, ids: Cells, no_instrument: NDArray[np.object_]
) -> pd.DataFrame:
    """Refuse what cannot be kept, in the ledger, and give the records of the rest."""
    stranger = np.where(sheet.faults != "", sheet.faults, np.where(ids.usable, no_instrument, ids.reasons))
    rows = np.flatnonzero(stranger != "").astype(np.intp)
    ledger.refuse(rows, stranger[rows])
    kept = []
    for order, part in enumerate(parts):
        forms, rows = part.forms, part.place.rows
        no_date = ~part.dates.usable
        sentences = np.where(forms.refused != "", forms.refused, np.where(no_date, undated(part), ""))
        refused = ~forms.empty & ((sentences != "") | (stranger[rows] != ""))
        said = refused & (stranger[rows] == "")
        ledger.refuse(rows[said], sentences[said])
        above = np.where(refused, safety_above_zero(part.place, part.cells, forms), 0)
        _raise(ledger, rows, above, _safety_name(part.place))
        kept.append(_records(part, ~forms.empty & ~refused, order))
    records = pd.concat(kept, ignore_index=True) if kept else NO_RECORDS.copy()
    return _once_a_line(records.sort_values(["row", "order"], kind="stable", ignore_index=True))


def _safety_name(place: Place) -> str:
    at = place.instrument.safety_items[0] + 1 if place.instrument.safety_items else 0
    return f"{place.instrument.name} item {at}"


def _raise(ledger: Ledger, rows: NDArray[np.intp], above: NDArray[np.float64], name: str) -> None:
    """Say of each refused form with a safety answer above zero that somebody must look at it."""
    for at in np.flatnonzero(above > 0):
        ledger.raise_safety(int(rows[at]), float(above[at]), name)


def _records(part: Part, keep: NDArray[np.bool_], order: int) -> pd.DataFrame:
    forms = part.forms
    return pd.DataFrame(
        {
            "row": part.place.rows[keep].astype(np.int64),
            "order": order,
            "date": part.dates.values[keep].astype("datetime64[s]"),
            "instrument": pd.Series(part.place.instrument.id, index=range(int(keep.sum())), dtype="str"),
            "total": forms.total[keep],
            "items": pd.Series(forms.items[keep], dtype="str"),
            "safety_answer": forms.safety[keep],
            "functional": forms.functional[keep],
            "assigned": part.assigned,
        }
    )


def _once_a_line(records: pd.DataFrame) -> pd.DataFrame:
    """Take the same score twice in a line as one; of a total with and without its answers, the one with."""
    key = ["row", "instrument", "date", "total"]
    again = records.duplicated(key, keep=False) & records["total"].notna()
    same_form = records.duplicated([*key, "items"])
    drop = same_form.to_numpy(dtype=np.bool_)
    for _, places in records[again & ~same_form].groupby(key, sort=False).groups.items():
        with_answers = [at for at in places if isinstance(records.at[at, "items"], str)]
        if with_answers and len(with_answers) < len(places):
            drop[[at for at in places if at not in with_answers]] = True
    once: pd.DataFrame = records[~drop].reset_index(drop=True)
    return once


def _leave_out(
    records: pd.DataFrame, ledger: Ledger, left_out: NDArray[np.bool_], why: NDArray[np.object_]
) -> pd.DataFrame:
    """Take the records of lines marked incomplete or test back out, with their reason."""
    if not left_out.any():
        return records
    rows = records["row"].to_numpy(dtype=np.intp)
    out = left_out[rows]
    ledger.refuse(rows[out], why[rows[out]])
    above = np.where(out, np.maximum(records["safety_answer"].to_numpy(), 0), 0).astype(np.float64)
    _raise(ledger, rows, above, "The safety question")
    left: pd.DataFrame = records[~out].reset_index(drop=True)
    return left
