"""The caseload in figures: each a part of a whole, with the words that say of whom, and the patients behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.episodes import ACTIVE, RELAPSE_PREVENTION
from bhi_core.domain.lookup import look_up
from bhi_core.domain.outcome_class import CLASSES
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules.facts import days_between, of_episodes

if TYPE_CHECKING:
    from bhi_core.domain.caseload.work_out import Caseload

SIZE, PROCESS, OUTCOME, SEVERITY_THEN, SEVERITY_NOW, CLASS = (
    "size", "process", "outcome", "severity at start", "severity now", "class",
)  # fmt: skip

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Figure:
    """One figure of the summary.

    Attributes:
        section: what it belongs to: "size", "process", "outcome", "severity at start", "severity now" or "class".
        label: what is counted, in words.
        numerator, denominator: counts of patients; for the size, patients and places.
        of_whom: what the denominator is, in words.
        patient_ids: the patients of the numerator.
        of_patient_ids: the patients of the denominator; for the size the same as the numerator's.
    """

    section: str
    label: str
    numerator: int
    denominator: int
    of_whom: str
    patient_ids: tuple[int, ...]
    of_patient_ids: tuple[int, ...]

    @property
    def share(self) -> str:
        """Write the share in percent; a dash of nobody."""
        return words.share(self.numerator, self.denominator)

    @property
    def count(self) -> str:
        """Write the two counts: "83 of 96"."""
        return f"{self.numerator} of {self.denominator}"


def summary(caseload: "Caseload", registry: Registry) -> list[Figure]:
    """Work out the figures of the open caseload.

    Args:
        caseload: what was worked out; leave out patients (``worklist``) to have the figures of some only.
        registry: what it was worked out from.

    Returns:
        Figures in the order of the sections: size; measured and reached in 30 days, first follow-up, consulted, plans;
        response; severity at start and now, a figure a band; classes, a figure a class. A figure of nobody has
        denominator 0.
    """
    facts = caseload.facts
    shown = facts["is_open"] & facts["episode_id"].isin(caseload.worklist["episode_id"])
    opened = facts[shown].reset_index(drop=True)
    courses = caseload.courses[caseload.courses["episode_id"].isin(opened["episode_id"])]
    return [
        _size(opened, caseload),
        *_process(opened, courses, caseload),
        _consulted(opened, courses, registry, caseload),
        _planned(opened),
        _responded(opened, courses, caseload),
        *_severity(opened, courses, caseload),
        *_classes(opened, caseload),
    ]


def _figure(section: str, label: str, of_whom: str, rows: pd.DataFrame, *, among: Bools, having: Bools) -> Figure:
    """Count those having something among some rows."""
    people = rows["patient_id"].to_numpy()
    of, ids = _ids(people[among]), _ids(people[among & having])
    return Figure(section, label, len(ids), len(of), of_whom, ids, of)


def _ids(people: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(person) for person in people)


def _size(opened: pd.DataFrame, caseload: "Caseload") -> Figure:
    """Set the open caseload against the places of its care managers; one without a name counts as one."""
    low, high = caseload.rule_book.number("caseload_low"), caseload.rule_book.number("caseload_high")
    managers = max(int(opened["care_manager"].nunique()), 1)
    of_whom = f"places of {words.count(managers, 'care manager')} at up to {high} each (usual: {low} to {high})"
    ids = _ids(opened["patient_id"])
    return Figure(SIZE, "Caseload filled", len(ids), managers * high, of_whom, ids, ids)


def _process(opened: pd.DataFrame, courses: pd.DataFrame, caseload: "Caseload") -> list[Figure]:
    """Count who was measured, reached, and followed up in time."""
    book, as_of = caseload.rule_book, np.datetime64(caseload.as_of)
    recent = book.number("recent")
    active = (opened["status"] == ACTIVE).to_numpy()
    newest = look_up(courses.groupby("episode_id")["last_valid_on"].max(), opened["episode_id"])
    measured = days_between(newest, as_of) <= recent
    reached = days_between(opened["last_contact"], as_of) <= recent
    weeks, limit = book.number("t0_from"), book.days("t0_from")
    long_enough = (opened["enrolled_days"] >= limit).to_numpy()
    in_time = days_between(opened["initial_contact"], opened["follow_up_contact"]) <= limit
    return [
        _figure(PROCESS, f"Measured, {recent} days", "active patients", opened, among=active, having=measured),
        _figure(PROCESS, f"Reached, {recent} days", "active patients", opened, among=active, having=reached),
        _figure(
            PROCESS, f"First follow-up within {weeks} weeks", f"open patients enrolled {weeks} weeks or more",
            opened, among=long_enough, having=in_time,
        ),
    ]  # fmt: skip


def _leading(opened: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """Give each open patient the course that outcome figures look at: the first scale that was elevated at the
    start."""
    judged = courses[courses["scored"] & courses["elevated_start"]].drop_duplicates("episode_id")
    beside = judged.drop(columns=[column for column in judged if column in opened and column != "episode_id"])
    return opened.merge(beside, on="episode_id", how="inner")


def _consulted(opened: pd.DataFrame, courses: pd.DataFrame, registry: Registry, caseload: "Caseload") -> Figure:
    """Count the consults in weeks 8 to 12 among those not at target at week 8 whose week 12 is over."""
    book = caseload.rule_book
    rows = _leading(opened, courses)
    first, last = book.days("consult_from"), book.days("consult_to")
    over = rows["w_days"].to_numpy() >= last
    missed = ~_on_target_at(rows, registry, caseload, first)
    reviews = of_episodes(registry.reviews, registry)
    baseline_on = look_up(rows.set_index("episode_id")["baseline_on"], reviews["episode_id"])
    days = days_between(baseline_on, reviews["date"])
    in_weeks = reviews.loc[(days >= first) & (days <= last), "episode_id"]
    consulted = rows["episode_id"].isin(in_weeks).to_numpy()
    start, end = book.number("consult_from"), book.number("consult_to")
    of_whom = f"open patients not at target at week {start} and past week {end}, consulted in weeks {start} to {end}"
    label = "Consulted, not at target"
    return _figure(PROCESS, label, of_whom, rows, among=over & missed, having=consulted)


def _on_target_at(rows: pd.DataFrame, registry: Registry, caseload: "Caseload", day: int) -> Bools:
    """Say who was at target on a day after the baseline, by the latest valid score until then; without one nobody
    is."""
    series = {instrument.id: instrument.series for instrument in caseload.instruments}
    scores = registry.scores[registry.scores["total"].notna()]
    scores = scores.assign(date=scores["taken_on"], series=scores["instrument"].astype(object).map(series))
    scores = of_episodes(scores, registry)[["episode_id", "series", "date", "recorded_order", "total"]]
    then = rows[["episode_id", "series", "baseline", "baseline_on", "threshold"]].merge(
        scores, on=["episode_id", "series"]
    )
    then = then[(then["date"] > then["baseline_on"]) & (days_between(then["baseline_on"], then["date"]) <= day)]
    latest = then.sort_values(["date", "recorded_order"]).drop_duplicates("episode_id", keep="last")
    below, halved = latest["total"] < latest["threshold"], 2 * latest["total"] <= latest["baseline"]
    met = below & halved if caseload.target_rule == "and" else below | halved
    return rows["episode_id"].isin(latest.loc[met, "episode_id"]).to_numpy()


def _planned(opened: pd.DataFrame) -> Figure:
    """Count the relapse-prevention plans."""
    in_prevention = (opened["status"] == RELAPSE_PREVENTION).to_numpy()
    planned = opened["plan_on"].notna().to_numpy()
    of_whom = "patients in relapse prevention"
    return _figure(PROCESS, "Relapse-prevention plan", of_whom, opened, among=in_prevention, having=planned)


def _responded(opened: pd.DataFrame, courses: pd.DataFrame, caseload: "Caseload") -> Figure:
    """Count response or better, by the latest score against the first; who has no second score did not respond."""
    rows = _leading(opened, courses)
    long_enough = rows["w_days"].to_numpy() >= caseload.rule_book.days("response_from")
    better = (rows["has_score"] & (rows["halved"].astype(bool) | rows["remitted"])).to_numpy()
    of_whom = f"open patients in week {caseload.rule_book.number('response_from')} or later, 10 or above at the start"
    return _figure(OUTCOME, "Response or better", of_whom, rows, among=long_enough, having=better)


def _severity(opened: pd.DataFrame, courses: pd.DataFrame, caseload: "Caseload") -> list[Figure]:
    """Count the bands of the first and of the latest valid score, on each scale that has the bands of severity."""
    figures = []
    for series in caseload.rule_book.words("scored_scales"):
        instrument = caseload.instruments[series]
        of_series = courses[(courses["series"] == series) & courses["has_baseline"]]
        rows = opened[["episode_id"]].assign(patient_id=opened["patient_id"]).merge(
            of_series[["episode_id", "baseline", "last_valid"]], on="episode_id"
        )  # fmt: skip
        everyone = np.ones(len(rows), dtype=bool)
        for section, column in ((SEVERITY_THEN, "baseline"), (SEVERITY_NOW, "last_valid")):
            for band in instrument.bands:
                inside = rows[column].between(band.low, band.high).to_numpy()
                of_whom = f"open patients with a {instrument.name}"
                figures.append(
                    _figure(section, f"{instrument.name} {band.name}", of_whom, rows, among=everyone, having=inside)
                )
    return figures


def _classes(opened: pd.DataFrame, caseload: "Caseload") -> list[Figure]:
    """Count the states, worst first; who has none is counted as having none."""
    state = caseload.worklist.set_index("episode_id")["state_class"]
    of_row = look_up(state, opened["episode_id"]).astype(object)
    everyone = np.ones(len(opened), dtype=bool)
    figures = [
        _figure(CLASS, name, "open patients", opened, among=everyone, having=(of_row == name).to_numpy())
        for name in CLASSES
    ]
    return [
        *figures,
        _figure(CLASS, "no class", "open patients", opened, among=everyone, having=of_row.isna().to_numpy()),
    ]
