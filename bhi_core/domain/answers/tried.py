"""What was tried, dose by dose, and what the score did after: order in time, not cause."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from bhi_core.domain.answers.chart import Chart, Course, lead
from bhi_core.domain.answers.rows import records
from bhi_core.domain.answers.said import capital, points, span, within
from bhi_core.domain.words import day, plain_date

BEGINS = ("start", "switch", "augment", "therapy start")
CHANGES_DOSE = ("dose up", "dose down")
ENDS = ("stop", "therapy stop")
TOGETHER = 31  # days within which endings are told as one


@dataclass(frozen=True)
class Trial:
    """A treatment at one dose.

    Attributes:
        treatment, dose: as recorded; dose is "" where none was given.
        began, ended: its first and last day; ``ended`` is None while it goes on.
        why: why it ended or changed, as recorded, else "".
        is_therapy: whether it is a therapy rather than a medication.
        since: the first day of the treatment at any dose.
        is_last_dose: false when another dose followed.
    """

    treatment: str
    dose: str
    began: date
    ended: date | None
    why: str
    is_therapy: bool
    since: date
    is_last_dose: bool = True


@dataclass(frozen=True)
class Tried:
    """Answer what was tried.

    Attributes:
        sentences: one a treatment, those that go on first, and what the score did after the last change.
        trials: every treatment, dose by dose, in the order in which they began.
    """

    sentences: tuple[str, ...]
    trials: tuple[Trial, ...]


def what_was_tried(told: Chart) -> Tried:
    """Tell the treatments with doses, dates and reasons, and what the score did after the last change."""
    told_trials = trials(told.treatments)
    last = [trial for trial in told_trials if trial.is_last_dose]
    going = [trial for trial in last if trial.ended is None]
    ended = sorted((trial for trial in last if trial.ended is not None), key=lambda trial: trial.ended or date.min)
    if not last:
        return Tried(("No treatment is recorded.",), ())
    sentences = [_going(trial, told) for trial in going] + [_ended(trial, told.as_of) for trial in reversed(ended)]
    return Tried((*sentences, *_after(told)), told_trials)


def trials(treatments: pd.DataFrame) -> tuple[Trial, ...]:
    """Turn recorded changes into treatments with a beginning and an end, dose by dose.

    A stop ends the treatment that it names (none named: all medications); a switch ends the medication that was
    started or switched to before it, where no stop did. A change of a treatment that never began begins it.

    Args:
        treatments: date, change, treatment, dose, why; any order.
    """
    open_trials: dict[str, Trial] = {}
    done: list[Trial] = []
    main: str | None = None

    def end(name: str, on: date, why: str, *, last: bool = True, dose: str = "") -> None:
        trial = open_trials.pop(name, None)
        if trial is not None:
            done.append(_replace(trial, ended=on, why=why, last=last, dose=dose))

    for row in records(treatments.sort_values("date", kind="stable")):
        change, name, dose, why = (_text(row[key]) for key in ("change", "treatment", "dose", "why"))
        on = plain_date(row["date"])
        assert on is not None
        key = name.casefold()
        if change == "switch" and main is not None and main != key:
            end(main, on, "switched")
        if change in ENDS:
            for ending in [key] if key else [other for other, trial in open_trials.items() if not trial.is_therapy]:
                end(ending, on, why, dose=dose if change == "therapy stop" else "")
        elif change in (*BEGINS, *CHANGES_DOSE) and name:
            since = open_trials[key].since if key in open_trials else on
            end(key, on, why, last=False)
            open_trials[key] = Trial(name, dose, on, None, "", change == "therapy start", since)
        if change in ("start", "switch"):
            main = key
    return tuple(sorted([*done, *open_trials.values()], key=lambda trial: trial.began))


def _replace(trial: Trial, *, ended: date, why: str, last: bool, dose: str) -> Trial:
    return Trial(
        trial.treatment, dose or trial.dose, trial.began, ended, why, trial.is_therapy, trial.since, is_last_dose=last
    )  # fmt: skip


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _named(trial: Trial) -> str:
    return f"{trial.treatment} {trial.dose}".strip()


def _going(trial: Trial, told: Chart) -> str:
    """Say a treatment that goes on: ``Sertraline 150 mg since 26 Aug (12 weeks).``, or that went on until the close."""
    name = trial.treatment if trial.is_therapy else _named(trial)
    began, lasted = day(trial.began, told.as_of), span(trial.began, told.until)
    if told.closed_on is not None:
        return f"{capital(name)} from {began}, going on at the close ({lasted})."
    return f"{capital(name)} since {began} ({lasted})."


def _ended(trial: Trial, as_of: date) -> str:
    """Say a treatment that ended: ``Bupropion XL 150 mg, 5 weeks, stopped 3 Oct: insomnia.``"""
    assert trial.ended is not None
    on = day(trial.ended, as_of)
    why = f": {trial.why}" if trial.why and trial.why != "switched" else ""
    if trial.is_therapy:
        sessions = f", {trial.dose}" if trial.dose else ""
        return f"{capital(trial.treatment)}{sessions}, ended {on}{why}."
    how = "switched" if trial.why == "switched" else "stopped"
    return f"{capital(_named(trial))}, {span(trial.since, trial.ended)}, {how} {on}{why}."


def _after(told: Chart) -> list[str]:
    """Say what the leading score did after the last change of treatment; never that the change did it."""
    course = lead(told)
    changes = told.treatments[told.treatments["change"] != "referral"]
    if course is None or not len(changes):
        return []
    last_on = changes["date"].max()
    what = _last_change(changes, told.as_of)
    scores = told.scores_of(course)
    before, after = scores[scores["taken_on"] <= last_on], scores[scores["taken_on"] > last_on]
    if not len(after):
        return [f"No {course.name} yet after {what}."]
    if not len(before):
        return []
    start, now = float(before["total"].iloc[-1]), float(after["total"].iloc[-1])
    return [f"{_did(course, start, now)} after {what}; that is order in time, not cause."]


def _did(course: Course, start: float, now: float) -> str:
    """Say what a score did: rose, fell, hardly moved or stayed."""
    if now == start:
        return f"{course.name} stayed at {points(now)}"
    small = course.noticed is not None and abs(now - start) < course.noticed
    verb = "hardly moved," if small else "rose" if now > start else "fell"
    return f"{course.name} {verb} {points(start)} to {points(now)}"


def _last_change(changes: pd.DataFrame, as_of: date) -> str:
    """Name the last change; endings close together are named as one: ``both ended``."""
    last = changes.sort_values("date", kind="stable").iloc[-1]
    kind, name, on = _text(last["change"]), _text(last["treatment"]), day(last["date"], as_of)
    if kind in ENDS:
        near = changes[(changes["change"].isin(ENDS)) & (changes["date"] >= last["date"] - pd.Timedelta(days=TOGETHER))]
        names = near["treatment"].nunique()
        began = changes[~changes["change"].isin(ENDS) & (changes["date"] >= near["date"].min())]
        if names > 1 and not len(began):
            return "both ended" if names == 2 else f"all {names} ended"
        return f"{within(name) or 'treatment'} ended on {on}"
    dose = _text(last["dose"])
    said = {
        "switch": "the switch to ",
        "augment": "adding ",
        "therapy start": "the start of ",
        "start": "the start of ",
    }
    with_dose = f"{within(name)} {dose}".strip() if kind != "therapy start" else within(name)
    return f"{said.get(kind, '')}{with_dose} on {on}"
