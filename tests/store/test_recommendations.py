"""What became of a recommendation is kept with its date, its reason and the change that enacted it."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine

from bhi_core.errors import Conflict, NotAllowed, Refused
from bhi_core.store import commands
from tests.store.making import ENROLLED, KIM, NOBODY, TODAY, enrolled, known, token

RECOMMENDED = ENROLLED + dt.timedelta(days=14)


@pytest.fixture
def begun(engine: Engine) -> Engine:
    """Give two patients; a recommendation (1) and a case review without any (2) of the first; the day after the
    recommendation a change of treatment of each (1, 2), and one (3) of the first from the day before it."""
    for mrn in ("1", "2"):
        enrolled(engine, mrn)
    day: dict[str, Any] = {"today": TODAY, "date": RECOMMENDED}
    commands.record_review(engine, KIM, token=token(), patient_id=1, recommendation="raise the dose", **day)
    commands.record_review(engine, KIM, token=token(), patient_id=1, discussed="sleeps badly", **day)
    for person, days in ((1, 1), (2, 1), (1, -1)):
        on = RECOMMENDED + dt.timedelta(days=days)
        commands.record_treatment(
            engine,
            KIM,
            token=token(),
            today=TODAY,
            patient_id=person,
            date=on,
            change="dose up",
            treatment="sertraline",
        )
    return engine


def step(engine: Engine, status: str, actor: Any = KIM, **more: Any) -> commands.Saved:
    given: dict[str, Any] = {"token": token(), "today": TODAY, "review_id": 1, "date": TODAY} | more
    return commands.step_recommendation(engine, actor, status=status, **given)


def test_steps_are_kept_in_their_order(begun: Engine) -> None:
    step(begun, "accepted", date=RECOMMENDED)
    step(begun, "enacted", treatment_id=1)

    steps = known(begun).steps
    assert steps["status"].tolist() == ["accepted", "enacted"]
    assert steps["treatment_id"].fillna(0).tolist() == [0, 1]
    assert (steps["patient_id"].tolist(), steps["review_id"].tolist()) == ([1, 1], [1, 1])
    assert steps["by"].tolist() == ["Kim Kwon"] * 2


@pytest.mark.parametrize(
    ("status", "more", "sentence"),
    [
        ("done", {}, "status"),
        ("declined", {}, "Say why"),
        ("declined", {"why": "  "}, "Say why"),
        ("accepted", {"date": TODAY + dt.timedelta(days=1)}, "future"),
        ("accepted", {"date": RECOMMENDED - dt.timedelta(days=1)}, "check the date"),
        ("accepted", {"review_id": 99}, "not in the registry"),
        ("accepted", {"review_id": 2}, "not in the registry"),
        ("accepted", {"treatment_id": 1}, "only to a recommendation that was enacted"),
        ("enacted", {"treatment_id": 2}, "another patient's"),
        ("enacted", {"treatment_id": 3}, "before the recommendation"),
        ("enacted", {"treatment_id": 99}, "not in the registry"),
    ],
)
def test_step_that_cannot_be_is_refused(begun: Engine, status: str, more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        step(begun, status, **more)

    assert known(begun).steps.empty


@pytest.mark.parametrize(
    ("status", "more"),
    [("proposed", {}), ("accepted", {"date": RECOMMENDED}), ("declined", {"why": "does not want it"}), ("enacted", {})],
)
def test_step_that_can_be_is_kept(begun: Engine, status: str, more: dict[str, Any]) -> None:
    step(begun, status, **more)

    assert known(begun).steps["status"].tolist() == [status]


def test_withdrawn_change_of_treatment_enacts_nothing(begun: Engine) -> None:
    commands.withdraw_record(begun, KIM, token=token(), kind="treatments", record_id=1, why="another patient's")

    with pytest.raises(Conflict):
        step(begun, "enacted", treatment_id=1)


def test_withdrawn_recommendation_takes_no_step(begun: Engine) -> None:
    commands.withdraw_record(begun, KIM, token=token(), kind="reviews", record_id=1, why="another patient's")

    with pytest.raises(Refused, match="not in the registry"):
        step(begun, "accepted")


def test_step_needs_the_right(begun: Engine) -> None:
    with pytest.raises(NotAllowed):
        step(begun, "accepted", NOBODY)

    assert known(begun).steps.empty


def test_step_twice_with_one_token_is_one_step(begun: Engine) -> None:
    act = token()
    first = step(begun, "accepted", token=act)

    again = step(begun, "accepted", token=act)

    assert again == commands.Saved(first.record_id, repeated=True)
    assert len(known(begun).steps) == 1


@pytest.mark.parametrize(("as_of", "seen"), [(TODAY - dt.timedelta(days=1), 0), (TODAY, 1)])
def test_step_counts_from_its_date(begun: Engine, as_of: dt.date, seen: int) -> None:
    step(begun, "accepted")

    assert len(known(begun, as_of).steps) == seen
