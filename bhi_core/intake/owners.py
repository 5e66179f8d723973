"""One set of answers and two totals on a line: which score the answers belong to is asked, and then followed."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.intake.cells import Cells
from bhi_core.intake.headings import either
from bhi_core.intake.mapping import Mapping, Measure
from bhi_core.intake.places import Place

Rule = Literal["leave out", "first", "most recent"]


def settle_items(mapping: Mapping, instruments: InstrumentRegistry) -> tuple[Mapping, list[Question]]:
    """Find answers that two totals could own.

    Args:
        mapping: the whole mapping.
        instruments: those configured.

    Returns:
        The mapping with the answers at every total that could own them, or at none when a person said to leave them
        out or has said nothing; then a question too.
    """
    measures = list(mapping.measures)
    shared: list[int] = []
    for at, measure in enumerate(measures):
        if not _answers(measure) or at in shared:
            continue
        same = [
            one for one, other in enumerate(measures) if _answers(other) == _answers(measure) and _same(measure, other)
        ]
        owners = [one for one in same if measures[one].total]
        loose = measure.total is None and not (measure.date or measure.on)
        if loose and len(owners) == 0:
            owners = [
                one
                for one, other in enumerate(measures)
                if other.total and _same(measure, other) and not _answers(other)
            ]
        if len(owners) < 2:
            continue
        shared += [*owners, *([at] if loose else [])]
        for one in owners:
            parts = {name: getattr(measure, name) for name in ("items", "item9", "one_hot")}
            measures[one] = measures[one].model_copy(update=parts)
        if loose:
            measures[at] = measure.model_copy(update={"items": (), "item9": None, "one_hot": False})
    rule = mapping.answers.items
    questions = []
    if shared and rule is None:
        questions = [_question([measures[one] for one in shared if measures[one].total], instruments)]
    if rule is None or rule == "leave out":
        nothing = {"items": (), "item9": None, "one_hot": False}
        measures = [one.model_copy(update=nothing) if at in shared else one for at, one in enumerate(measures)]
    kept = tuple(one for one in measures if one.total or _answers(one))
    return mapping.model_copy(update={"measures": kept}), questions


def _answers(measure: Measure) -> tuple[object, ...]:
    """Give the columns of a measure's answers; empty without any."""
    parts = (measure.items, measure.item9, measure.one_hot)
    return parts if any(parts) else ()


def _same(one: Measure, other: Measure) -> bool:
    return one.instrument == other.instrument


def _question(measures: list[Measure], instruments: InstrumentRegistry) -> Question:
    instrument = instruments.find(measures[0].instrument)
    name = instrument.name if instrument else measures[0].instrument
    columns = [measure.total or "" for measure in measures]
    first = measures[0].item9 or next((heading for heading in measures[0].items if heading), None)
    ask = (
        f"The answers to {name} stand once on a line, its totals twice: do they belong to {either(columns)}? "
        "First, most recent, or leave them out?"
    )
    return Question("items", ask, first, ("leave out", "first", "most recent"))


def owned_rows(places: list[tuple[Place, pd.DataFrame, Cells]], rule: Rule | None) -> list[NDArray[np.bool_] | None]:
    """Say for each place on which rows its answers are its own.

    Args:
        places: place, cells and dates of each.
        rule: what a person said: the answers belong to the first or to the most recent score of the line.

    Returns:
        For each place a bool array, one a row; None where no other place has the same answers.
    """
    owned: list[NDArray[np.bool_] | None] = [None] * len(places)
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for at, (place, _, _) in enumerate(places):
        if place.has_items and place.total:
            groups.setdefault((place.instrument.id, place.items), []).append(at)
    for members in groups.values():
        if len(members) < 2 or rule is None:
            continue
        days = np.column_stack([_days(*places[at]) for at in members])
        first, last = np.iinfo(np.int64).max, np.iinfo(np.int64).min
        best = np.where(days == last, first, days).argmin(axis=1) if rule == "first" else _last_of(days)
        for column, at in enumerate(members):
            owned[at] = np.asarray((best == column) & (days[:, column] != last), dtype=np.bool_)
    return owned


def _days(place: Place, cells: pd.DataFrame, dates: Cells) -> NDArray[np.int64]:
    """Give the day of each row that has a total here, the lowest number where it has none."""
    days = dates.values.astype("datetime64[s]").astype(np.int64)
    there = (cells[str(place.total)] != "").to_numpy(dtype=np.bool_) & dates.usable
    return np.where(there, days, np.iinfo(np.int64).min)


def _last_of(days: NDArray[np.int64]) -> NDArray[np.intp]:
    """Give the column of the latest day of each row, the last of equal ones."""
    width = days.shape[1]
    return np.asarray(width - 1 - days[:, ::-1].argmax(axis=1), dtype=np.intp)
