"""From the records of one patient to what the patient figure draws."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.charts.parts import Care, Contact, Dose, Panel, Review, Score
from bhi_core.domain.instruments import Instrument

DOSE_CHANGES = ("dose up", "dose down")
BEGINS = ("start", "switch", "augment", "therapy start", *DOSE_CHANGES)
"""Changes after which a bar begins."""

UNNAMED = "Not named"
"""The lane of a treatment whose record gives no name."""


def panel(instrument: Instrument, forms: pd.DataFrame, baseline: float | None) -> Panel:
    """Make the panel of one instrument from the forms of one course.

    Args:
        instrument: the scale.
        forms: a row is a form, in any order: taken_on, recorded_order, total (points, NaN = incomplete), safety_answer
            (as in ``Registry.scores``), total_only (bool: no answers are known). Empty gives a panel without scores.
        baseline: the first score as the rules see it, in points; None or NaN without one.

    Returns:
        One score a day: the last recorded of those with a total, on a tie the higher; the others of that day are named
        in its hover. A positive safety item of any form of the day is kept, since none may get lost.
    """
    rows = forms.sort_values(["taken_on", "recorded_order", "total"], na_position="first")
    columns = (rows[name].tolist() for name in ("taken_on", "total", "safety_answer", "total_only"))
    return panel_of(instrument, zip(*columns, strict=True), baseline)


def panel_of(instrument: Instrument, forms: Iterable[tuple[Any, float, int, bool]], baseline: float | None) -> Panel:
    """Make the panel, as ``panel``, from (taken_on, total, safety_answer, total_only) of each form.

    Args:
        instrument: the scale.
        forms: in the order of date, recording and total, one without a total first.
        baseline: as for ``panel``.
    """
    scores: list[Score] = []
    for stamp, total, safety, total_only in forms:
        on = stamp.date()
        form = Score(on, None if np.isnan(total) else total, int(safety), bool(total_only))
        if scores and scores[-1].on == on:
            scores[-1] = _one_of_a_day(scores[-1], form)
        else:
            scores.append(form)
    return Panel(instrument, tuple(scores), None if baseline is None or np.isnan(baseline) else baseline)


def _one_of_a_day(earlier: Score, later: Score) -> Score:
    """Let the later form stand for the day, if it has a total, and keep the other's total and its safety answer."""
    stands, other = (later, earlier) if later.total is not None or earlier.total is None else (earlier, later)
    others = (*earlier.others, *(() if other.total is None else (other.total,)))
    return replace(stands, safety=max(earlier.safety, later.safety), others=others)


def care(contacts: pd.DataFrame, reviews: pd.DataFrame, treatments: pd.DataFrame) -> Care:
    """Make the lanes of care from the records of one patient, with the columns of ``Registry``, in any order."""
    contacts, reviews = contacts.sort_values("date"), reviews.sort_values("date")
    return Care(
        contacts=tuple(
            Contact(on.date(), _words(modality) or _words(kind), bool(attended))
            for on, modality, kind, attended in zip(
                contacts["date"], contacts["modality"], contacts["kind"], contacts["attended"], strict=True
            )
        ),
        reviews=tuple(
            Review(on.date(), ": ".join(part for part in (_words(consultant), _words(recommendation)) if part))
            for on, consultant, recommendation in zip(
                reviews["date"], reviews["consultant"], reviews["recommendation"], strict=True
            )
        ),
        doses=doses(treatments),
    )


def doses(treatments: pd.DataFrame) -> tuple[Dose, ...]:
    """Turn the log of starts, changes and stops into bars, one for each dose.

    A dose change ends the bar before it and begins the next. A stop ends the bars of its treatment (one that names none
    ends every medication, or every therapy). A switch ends what a start or a switch began, as ``domain.rules.trials``
    counts it.

    Args:
        treatments: date, change, treatment, dose, why, of one patient, in any order.

    Returns:
        Bars in the order of their lanes: by the first start of a treatment, then by date.
    """
    running: dict[str, tuple[Dose, str]] = {}  # the name as it is compared -> the bar that goes on, and how it began
    found: list[Dose] = []
    rows = treatments.sort_values("date", kind="stable")
    for stamp, change, treatment, dose, why in zip(
        rows["date"], rows["change"], rows["treatment"], rows["dose"], rows["why"], strict=True
    ):
        on, name = stamp.date(), _words(treatment)
        key = name.casefold()
        begun = "therapy" if change == "therapy start" else "start" if change in DOSE_CHANGES else change
        for ended in _ended(change, key, running):
            bar, how = running.pop(ended)
            begun = how if change in DOSE_CHANGES else begun
            found.append(replace(bar, stop=on, why=_words(why) if "stop" in change else ""))
        if change == "referral":
            found.append(Dose(name or "Referral", _words(dose) or "referral", on, on, _words(why), once=True))
        elif change in BEGINS:  # a dose change of what began before the first record shows from its own date
            running[key] = (Dose(name or UNNAMED, _words(dose), on), begun)
    found += [bar for bar, _ in running.values()]
    return _in_lanes(found)


def _ended(change: str, key: str, running: dict[str, tuple[Dose, str]]) -> list[str]:
    """Say which running bars a record ends."""
    if change == "referral":
        return []
    if change in ("stop", "therapy stop") and not key:
        return [name for name, (_, begun) in running.items() if (begun == "therapy") == (change == "therapy stop")]
    replaced = [name for name, (_, begun) in running.items() if change == "switch" and begun in ("start", "switch")]
    return list(dict.fromkeys([*replaced, *([key] if key in running else [])]))


def _in_lanes(bars: Iterable[Dose]) -> tuple[Dose, ...]:
    """Order bars by the first start of their treatment, under the spelling that came first."""
    by_date = sorted(bars, key=lambda bar: bar.start)
    lanes: dict[str, tuple[int, str]] = {}
    for bar in by_date:
        lanes.setdefault(bar.treatment.casefold(), (len(lanes), bar.treatment))
    named = [replace(bar, treatment=lanes[bar.treatment.casefold()][1]) for bar in by_date]
    return tuple(sorted(named, key=lambda bar: (lanes[bar.treatment.casefold()][0], bar.start)))


def _words(value: Any) -> str:
    """Give text as it was recorded; missing gives ``""``."""
    return value.strip() if isinstance(value, str) else ""


def since(care_given: Care, first: date) -> Care:
    """Leave out what came before a date, so that an earlier course of care does not stretch the axis of this one.

    A treatment that went on past the date keeps its bar from that date on.
    """
    return Care(
        tuple(contact for contact in care_given.contacts if contact.on >= first),
        tuple(review for review in care_given.reviews if review.on >= first),
        tuple(
            replace(dose, start=max(dose.start, first))
            for dose in care_given.doses
            if dose.stop is None or dose.stop > first or dose.start >= first
        ),
    )
