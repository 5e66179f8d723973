"""What was recommended, where it stands, and what could be its enactment."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from bhi_core.domain.review.kinds import ENACTED_BY, RecommendationKind, needs_owner
from bhi_core.domain.review.recommendations import COLUMNS, recommendations
from tests.domain.clinic import Case, day, registry_of

CARE = Case(as_of=60, scores="PHQ-9@0=16", events="contact@0")


def of(events: str, **changes: Any) -> pd.DataFrame:
    """Give the recommendations of one patient."""
    return recommendations(registry_of(CARE.with_(events=events, **changes)))


def only(events: str, **changes: Any) -> Any:
    """Give the only recommendation."""
    rows = of(events, **changes)
    assert len(rows) == 1
    return rows.iloc[0]


def test_review_without_a_recommendation_is_no_row() -> None:
    assert of("review@20;review@30=switch")["date"].dt.date.tolist() == [day(30)]


def test_nothing_recommended_gives_an_empty_frame_with_its_columns() -> None:
    rows = of("contact@0")

    assert (len(rows), tuple(rows.columns)) == (0, COLUMNS)
    assert [str(rows[name].dtype) for name in ("open", "overdue", "days_late")] == ["bool", "bool", "float64"]


def test_recommendation_is_proposed_until_a_step_says_otherwise() -> None:
    found = only("review@20=switch|Dr Osei|34")

    assert (found["kind"], found["words"], found["owner"]) == ("switch", "words on switch", "Dr Osei")
    assert (found["status"], found["status_on"].date(), found["open"]) == ("proposed", day(20), True)
    assert (found["episode_id"], found["due"].date()) == (100, day(34))


def test_enactment_by_a_change_that_was_withdrawn_since_does_not_stand() -> None:
    events = "dose_up@25;review@20=raise dose;step@21=0|accepted;step@25=0|enacted||0"
    registry = registry_of(CARE.with_(events=events))
    assert recommendations(registry)["status"].tolist() == ["enacted"]

    withdrawn = replace(registry, treatments=registry.treatments.iloc[:0])

    row = recommendations(withdrawn).iloc[0]
    assert (row["status"], row["open"], row["candidates"]) == ("accepted", True, [])


@pytest.mark.parametrize(
    ("steps", "status", "on", "is_open"),
    [
        ("step@21=0|accepted", "accepted", 21, True),
        ("step@21=0|accepted;step@25=0|enacted", "enacted", 25, False),
        ("step@25=0|declined|fears side effects;step@21=0|accepted", "declined", 25, False),
        ("step@21=0|enacted;step@21=0|proposed", "proposed", 21, True),  # the later recorded of one day
        ("step@61=0|enacted", "proposed", 20, True),  # after the date of care
    ],
)
def test_latest_step_says_where_it_stands(steps: str, status: str, on: int, is_open: bool) -> None:
    found = only(f"review@20=switch;{steps}")

    assert (found["status"], found["status_on"].date(), found["open"]) == (status, day(on), is_open)


def test_declined_one_says_why_and_who() -> None:
    found = only("review@20=switch;step@25=0|declined|fears side effects")

    assert (found["why"], found["by"]) == ("fears side effects", "A. Novak")


@pytest.mark.parametrize(("due", "days_late"), [(59, 1.0), (60, None), (61, None)])
def test_open_recommendation_is_overdue_from_the_day_after_it_was_due(due: int, days_late: float | None) -> None:
    found = only(f"review@20=switch||{due}")

    assert found["overdue"] == (days_late is not None)
    assert pd.isna(found["days_late"]) if days_late is None else found["days_late"] == days_late


@pytest.mark.parametrize(
    "what", ["review@20=switch||30;step@25=0|enacted", "review@20=no change||30", "review@20=switch"]
)
def test_what_is_done_or_asks_for_nothing_or_has_no_date_is_never_overdue(what: str) -> None:
    assert not only(what)["overdue"]


def test_no_change_waits_for_nobody_and_needs_no_owner() -> None:
    assert not only("review@20=no change")["open"]
    assert [kind for kind in RecommendationKind if not needs_owner(kind)] == [RecommendationKind.NO_CHANGE]


@pytest.mark.parametrize(
    ("kind", "change", "other"),
    [
        ("start", "med_start", "dose_up"), ("raise dose", "dose_up", "dose_down"), ("switch", "med_switch", "med_stop"),
        ("augment", "med_augment", "med_start"), ("add therapy", "therapy_start", "therapy_stop"),
        ("refer", "referral", "therapy_start"), ("Medication", "dose_up", "therapy_start"),
        ("no idea", "", "med_start"),
    ],
)  # fmt: skip
def test_change_of_its_kind_is_offered_as_the_enactment_and_no_other(kind: str, change: str, other: str) -> None:
    found = only(f"{other}@25;{f'{change}@26;' if change else ''}review@20={kind}")

    assert found["candidates"] == ([1] if change else [])
    assert found["candidate_on"].date() == day(26) if change else pd.isna(found["candidate_on"])


def test_every_kind_that_a_change_of_treatment_answers_is_covered() -> None:
    others = {"re-measure", "outreach", "relapse-prevention plan", "no change"}

    assert {kind.value for kind in RecommendationKind} - set(ENACTED_BY) == others


@pytest.mark.parametrize(("on", "offered"), [(19, []), (20, [0]), (60, [0])])
def test_change_is_offered_from_the_day_of_the_recommendation_on(on: int, offered: list[int]) -> None:
    assert only(f"dose_up@{on};review@20=raise dose")["candidates"] == offered


def test_change_that_enacted_one_recommendation_is_offered_for_no_other() -> None:
    rows = of("dose_up@25;dose_up@30;review@20=raise dose;review@21=raise dose;step@25=0|enacted||0")

    assert rows["candidates"].tolist() == [[], [1]]
    assert rows["treatment_id"].fillna(-1).tolist() == [0.0, -1.0]


def test_change_in_another_episode_is_no_enactment() -> None:
    rows = of("review@20=switch;med_switch@110", as_of=160, enrolled=100, earlier=(0,))

    assert rows["candidates"].tolist() == [[]]


def test_change_of_another_patient_is_no_enactment() -> None:
    registry = registry_of(CARE.with_(events="review@20=switch"), CARE.with_(mrn="0002", events="med_switch@25"))

    assert recommendations(registry)["candidates"].tolist() == [[]]


@pytest.mark.parametrize(
    ("kind", "scores", "events", "on"),
    [
        ("re-measure", "PHQ-9@0=16; PHQ-9@25=[incomplete]; PHQ-9@27=12; PHQ-9@30=11", "", 27),
        ("re-measure", "PHQ-9@0=16; PHQ-9@19=12", "", None),
        ("outreach", "PHQ-9@0=16", "no_show@22;contact@23", 23),
        ("outreach", "PHQ-9@0=16", "no_show@22", None),
        ("relapse-prevention plan", "PHQ-9@0=16", "rp_plan@24", 24),
        ("relapse-prevention plan", "PHQ-9@0=16", "rp_plan@19", None),
    ],
)
def test_score_contact_or_plan_that_answers_it_is_dated(kind: str, scores: str, events: str, on: int | None) -> None:
    found = only(f"review@20={kind};{events}", scores=scores)

    assert found["candidates"] == []
    assert pd.isna(found["candidate_on"]) if on is None else found["candidate_on"].date() == day(on)
