"""The sentences of scores that cannot be kept, of lines without any, and of what the report should note."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.words import count
from bhi_core.intake.cells import Cells
from bhi_core.intake.forms import Forms
from bhi_core.intake.lines import Ledger
from bhi_core.intake.places import Place
from bhi_core.intake.sheet import Sheet

_MOST_NAMED = 20
"""Lines that a note names one by one; the others are counted."""


@dataclass(frozen=True)
class Part:
    """Hold what one place came to: its forms, and the date of each."""

    place: Place
    cells: pd.DataFrame
    forms: Forms
    dates: Cells
    assigned: bool


def undated(part: Part) -> NDArray[np.object_]:
    """Give the sentence for each row of a place whose score would have no date."""
    said = part.dates.reasons.copy()
    place, forms = part.place, part.forms
    for at in np.flatnonzero(part.dates.missing & ~forms.empty):
        value = f"{forms.total[at]:g}" if not np.isnan(forms.total[at]) else forms.items[at]
        why = "" if said[at] in ("", "No date.") else f" {said[at]}"
        said[at] = f"No date: {place.label} holds a score ({value}) without a date.{why}"
    if place.date:
        wrong = part.dates.wrong
        said[wrong] = [f"{place.date}: {reason}" for reason in said[wrong]]
    return said


def say_empty(sheet: Sheet, parts: list[Part], ledger: Ledger) -> None:
    """Say of lines on which nothing was kept and nothing refused that they hold no score."""
    silent = np.flatnonzero((ledger.kept == 0) & ~ledger.refused)
    if not len(silent):
        return
    said: dict[int, list[str]] = {int(row): [] for row in silent}
    dated = np.zeros(len(sheet.lines), dtype=np.bool_)
    for part in parts:
        dated[part.place.rows[~part.dates.missing]] = True
        for at in np.flatnonzero(np.isin(part.place.rows, silent) & (part.forms.nothing != "No score.")):
            said[int(part.place.rows[at])].append(f"{part.place.label}: {part.forms.nothing[at]}")
    for row, sentences in said.items():
        empty = (
            "No score on the line." if dated[row] else "No date and no score on the line: the form is not filled in."
        )
        ledger.reasons[row] += list(dict.fromkeys(sentences)) or [empty]


def notes_of(sheet: Sheet, parts: list[Part]) -> list[str]:
    """Say what happened to totals without all answers, to dates without a score, and which dates a person gave."""
    notes: list[str] = []
    undated = 0
    for part in parts:
        forms, place = part.forms, part.place
        notes += forms.notes
        incomplete = np.flatnonzero(~forms.empty & np.isnan(forms.total) & (forms.refused == ""))
        for at in incomplete[:_MOST_NAMED]:
            dropped = "; its total was not kept" if forms.dropped[at] else ""
            notes.append(f"Line {sheet.lines[place.rows[at]]}: {_incomplete(place, str(forms.items[at]))}{dropped}.")
        if len(incomplete) > _MOST_NAMED:
            more = count(len(incomplete) - _MOST_NAMED, f"more {place.instrument.name} form")
            notes.append(f"Also incomplete: {more}.")
        undated += int((forms.empty & part.dates.usable).sum()) if place.date else 0
        if part.assigned and (~forms.empty).any():
            given = count(int((~forms.empty).sum()), f"{place.instrument.name} date")
            notes.append(f"Assigned by the mapping, not in the file: {given}.")
    if undated:
        notes.append(f"{count(undated, 'date stands', 'dates stand')} without a score.")
    return notes


def _incomplete(place: Place, items: str) -> str:
    """Say which answers a form lacks, and which totals are possible."""
    answers = items.split(",")
    scored = [at for at, item in enumerate(place.instrument.items) if item.scored and at < len(answers)]
    blank = [at for at in scored if not answers[at]]
    low = sum(int(answers[at]) for at in scored if answers[at])
    high = low + sum(place.instrument.items[at].maximum for at in blank)
    numbers = ", ".join(str(at + 1) for at in blank)
    return f"{place.instrument.name} is incomplete, not answered: {numbers} (possible totals {low} to {high})"
