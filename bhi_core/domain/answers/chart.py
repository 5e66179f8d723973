"""What is known of one episode, cut out of the frames of many: what the answers on a patient's page are made from."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd

from bhi_core.domain.answers.rows import records
from bhi_core.domain.episodes import BEFORE_ENROLMENT, OPEN, RELAPSE_PREVENTION, assign, status_on
from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.domain.outcome_class import CLASSES
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import RuleBook
from bhi_core.domain.words import plain_date

BEFORE_ANY = -1


class WorkedOut(Protocol):
    """What the answers need of a ``Caseload``: its courses, its findings, and what they were worked out with."""

    @property
    def trajectories(self) -> pd.DataFrame:
        """A row an episode and series."""

    @property
    def findings(self) -> pd.DataFrame:
        """A row a finding."""

    @property
    def instruments(self) -> InstrumentRegistry:
        """The questionnaires."""

    @property
    def rule_book(self) -> RuleBook:
        """The thresholds."""


@dataclass(frozen=True)
class Course:
    """One series of scores of an episode: a row of ``trajectory.summarise`` in plain values.

    Attributes:
        instrument: the series' instrument.
        baseline, latest, best: points, None where there is none; ``latest`` comes after the baseline, ``best`` between.
        baseline_on, latest_on, best_on, last_on: their dates; ``last_on`` is the last valid score, be it the baseline.
        last: the last valid score, points.
        halved: whether the latest is at most half of the baseline (in the instrument's direction).
        outcome_class: a word of ``CLASSES``, None without one.
        age_days: days since ``last_on``.
    """

    instrument: Instrument
    baseline: float | None
    baseline_on: date | None
    latest: float | None
    latest_on: date | None
    best: float | None
    best_on: date | None
    last: float | None
    last_on: date | None
    halved: bool
    outcome_class: str | None
    age_days: int | None

    @property
    def name(self) -> str:
        """Give the instrument's name."""
        return self.instrument.name

    @property
    def change(self) -> float | None:
        """Give latest minus baseline, points."""
        return None if self.latest is None or self.baseline is None else self.latest - self.baseline

    @property
    def noticed(self) -> int | None:
        """Give the smallest change that patients notice, points; where none is published the reliable change."""
        return self.instrument.mcid or self.instrument.reliable

    def gain(self, earlier: float, later: float) -> float:
        """Say by how many points the later score is better than the earlier one."""
        return self.instrument.direction * (earlier - later)

    def is_elevated(self, total: float | None) -> bool:
        """Say whether a total is at or past the instrument's threshold, in its own direction; no if it has none."""
        threshold = self.instrument.threshold
        if total is None or threshold is None:
            return False
        return self.instrument.direction * (total - threshold) >= 0


@dataclass(frozen=True)
class Chart:
    """Hold one episode of one patient, as of a date.

    Attributes:
        as_of: the date of care.
        enrolled_on, status: the episode's; status as of the date, a word of ``domain.episodes``.
        courses: one a series with at least one form, in the instruments' order.
        forms: the columns of ``Registry.scores`` and items (text such as ``"2,3,,1"``, missing for a total alone).
        contacts, treatments, reviews, safety, plans: as in ``Registry``; with those before any episode when this is the
            patient's first, so that the history shows them.
        findings: rows of ``rules.evaluate``, worst first.
        episode: the episode's row, columns of ``Registry.episodes``.
        instruments, rule_book: what the caseload was worked out with.
    """

    as_of: date
    enrolled_on: date
    status: str
    courses: tuple[Course, ...]
    forms: pd.DataFrame
    contacts: pd.DataFrame
    treatments: pd.DataFrame
    reviews: pd.DataFrame
    safety: pd.DataFrame
    plans: pd.DataFrame
    findings: pd.DataFrame
    episode: pd.DataFrame
    instruments: InstrumentRegistry
    rule_book: RuleBook

    @cached_property
    def own_forms(self) -> pd.DataFrame:
        """Give the forms that count for the episode, oldest first; earlier ones are history only."""
        counts = self.forms["taken_on"] >= pd.Timestamp(self.enrolled_on - BEFORE_ENROLMENT)
        return self.forms[counts].sort_values(["taken_on", "recorded_order"])

    @cached_property
    def form_rows(self) -> list[dict[Hashable, Any]]:
        """Give ``forms`` as dicts, oldest first, with ``series``; a form of an unknown instrument has the series ""."""
        series = {instrument.id: instrument.series for instrument in self.instruments}
        rows = records(self.forms.sort_values(["taken_on", "recorded_order"], kind="stable"))
        return [row | {"series": series.get(row["instrument"], "")} for row in rows]

    @cached_property
    def own_rows(self) -> list[dict[Hashable, Any]]:
        """Give ``own_forms`` as dicts, as ``form_rows``."""
        first = pd.Timestamp(self.enrolled_on - BEFORE_ENROLMENT)
        return [row for row in self.form_rows if row["taken_on"] >= first]

    @property
    def closed_on(self) -> date | None:
        """Give when the episode was closed; None while it is open, or when no date is recorded."""
        row = self.episode.iloc[0]
        if self.status in OPEN:
            return None
        return plain_date(row["closed_on"]) or plain_date(row["status_since"])

    @property
    def until(self) -> date:
        """Give the last day that a picture of the episode shows: today, or the close and what was recorded after it."""
        if self.closed_on is None:
            return self.as_of
        frames = (self.contacts["date"], self.reviews["date"], self.treatments["date"], self.forms["taken_on"])
        recorded = [plain_date(dates.max()) for dates in frames]
        return min(self.as_of, max(day for day in (self.closed_on, *recorded) if day is not None))

    @property
    def stale_after(self) -> int | None:
        """Give the age in days from which a score is out of date; None in a closed episode, which nothing is due in."""
        if self.status not in OPEN:
            return None
        return self.rule_book.days("m2_after" if self.status == RELAPSE_PREVENTION else "m1_after")

    def is_stale(self, course: Course) -> bool:
        """Say whether the course's last valid score is out of date."""
        limit = self.stale_after
        return limit is not None and course.age_days is not None and course.age_days > limit

    def of_series(self, forms: pd.DataFrame) -> "pd.Series[str]":
        """Say of each form to which series it belongs; "" for an instrument that is not configured."""
        series = {instrument.id: instrument.series for instrument in self.instruments}
        return forms["instrument"].astype(object).map(series).fillna("").astype("str")

    def scores_of(self, course: Course) -> pd.DataFrame:
        """Give the valid scores of a course, one a day (the last recorded), oldest first."""
        series = course.instrument.series
        if series not in self._valid:
            forms = self.own_forms
            rows = forms[(self.of_series(forms) == series) & forms["total"].notna()]
            self._valid[series] = rows.drop_duplicates("taken_on", keep="last").reset_index(drop=True)
        return self._valid[series]

    @cached_property
    def _valid(self) -> dict[str, pd.DataFrame]:
        return {}


def chart(caseload: WorkedOut, registry: Registry, forms: pd.DataFrame, episode_id: int) -> Chart:
    """Cut one episode out of what is known and worked out.

    Args:
        caseload: what was worked out from ``registry`` (a ``Caseload``); other patients may be in both.
        registry: what is known at a date.
        forms: the columns of ``Registry.scores`` and items (text such as ``"2,3,,1"``, missing for a total alone).
        episode_id: an episode of ``registry``.
    """
    known = caseload.instruments
    episode = registry.episodes[registry.episodes["episode_id"] == episode_id]
    patient_id = int(episode["patient_id"].iloc[0])
    mine = registry.episodes[registry.episodes["patient_id"] == patient_id]
    is_first = mine["enrolled_on"].min() == episode["enrolled_on"].iloc[0]
    wanted = [episode_id, BEFORE_ANY] if is_first else [episode_id]

    def own(known: pd.DataFrame, on: str = "date") -> pd.DataFrame:
        kept = (known["patient_id"] == patient_id).to_numpy(copy=True)
        if len(mine) > 1:  # else every record of the patient belongs here
            kept[kept] = np.isin(assign(known["patient_id"][kept], known[on][kept], mine), wanted)
        return known[kept].sort_values(on, kind="stable")

    rows = caseload.trajectories[caseload.trajectories["episode_id"] == episode_id]
    findings = caseload.findings
    return Chart(
        as_of=registry.as_of,
        enrolled_on=_date(episode["enrolled_on"].iloc[0]),
        status=str(status_on(episode, registry.as_of).iloc[0]),
        courses=tuple(_course(row, known[str(row["instrument"])]) for row in records(rows)),
        forms=own(forms, "taken_on"),
        contacts=own(registry.contacts),
        treatments=own(registry.treatments),
        reviews=own(registry.reviews),
        safety=own(registry.safety),
        plans=own(registry.plans),
        findings=findings[findings["episode_id"] == episode_id],
        episode=episode,
        instruments=known,
        rule_book=caseload.rule_book,
    )


def lead(told: Chart) -> Course | None:
    """Choose the course that the page's sentence is about; None when nothing was measured.

    The worst class among the courses elevated at the start or now (if none is, among all), as the patient's state; but
    a course that is out of date, or has one score only, gives way to one that is not.
    """
    measured = [course for course in told.courses if course.last is not None and course.instrument.trackable]
    for better in (lambda course: not told.is_stale(course), lambda course: course.latest is not None, _elevated):
        measured = [course for course in measured if better(course)] or measured
    order = {name: place for place, name in enumerate(CLASSES)}
    return min(measured, key=lambda course: order.get(course.outcome_class or "", len(CLASSES)), default=None)


def _elevated(course: Course) -> bool:
    """Say whether a course is elevated at the start or now."""
    return course.is_elevated(course.baseline) or course.is_elevated(course.latest)


def _course(row: dict[Hashable, Any], instrument: Instrument) -> Course:
    """Turn a row of the kernel into plain values."""

    def points(name: str) -> float | None:
        value = row[name]
        return None if pd.isna(value) else float(value)

    outcome_class = row["outcome_class"]
    age = points("age_days")
    return Course(
        instrument=instrument,
        baseline=points("baseline"),
        baseline_on=plain_date(row["baseline_on"]),
        latest=points("latest"),
        latest_on=plain_date(row["latest_on"]),
        best=points("best"),
        best_on=plain_date(row["best_on"]),
        last=points("last_valid"),
        last_on=plain_date(row["last_valid_on"]),
        halved=bool(row["halved"]),
        outcome_class=outcome_class if isinstance(outcome_class, str) else None,
        age_days=None if age is None else int(age),
    )


def _date(on: Any) -> date:
    """Give a date that is never missing."""
    plain = plain_date(on)
    assert plain is not None
    return plain
