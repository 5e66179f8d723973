"""Who asks for a discussion says why; who leaves a patient off the list signs, says why and until when."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from bhi_core.domain.actor import local_person
from bhi_core.errors import Conflict, NotAllowed, Refused
from bhi_core.store import commands
from tests.store.making import KIM, NOBODY, TODAY, enrolled, known, token

WEEK = dt.timedelta(days=7)
EVERY: dict[str, dict[str, Any]] = {
    "request_discussion": {"patient_id": 1, "reason": "sleeps badly"},
    "withdraw_request": {"request_id": 1},
    "snooze": {"patient_id": 1, "until": TODAY + WEEK, "reason": "on leave"},
    "end_snooze": {"patient_id": 1},
}


@pytest.fixture
def begun(engine: Engine) -> Engine:
    """Give a registry with a patient (1), a request (1) and, since last week, a snooze for two weeks (1)."""
    enrolled(engine)
    do(engine, "request_discussion")
    do(engine, "snooze", today=TODAY - WEEK)
    return engine


def do(engine: Engine, name: str, actor: Any = KIM, **changes: Any) -> commands.Saved:
    given = {"token": token(), "today": TODAY} | EVERY[name] | changes
    saved: commands.Saved = getattr(commands, name)(engine, actor, **given)
    return saved


def left_off(engine: Engine) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Give from when and until when patients are left off the list."""
    snoozes = known(engine).snoozes
    return list(zip(snoozes["date"], snoozes["until"], strict=True))


def days(*numbers: int) -> tuple[pd.Timestamp, ...]:
    """Give days counted from today."""
    return tuple(pd.Timestamp(TODAY + dt.timedelta(days=number)) for number in numbers)


@pytest.mark.parametrize("name", EVERY)
def test_command_without_the_right_changes_nothing(begun: Engine, name: str) -> None:
    before = known(begun)

    with pytest.raises(NotAllowed):
        do(begun, name, NOBODY)

    pd.testing.assert_frame_equal(known(begun).requests, before.requests)
    pd.testing.assert_frame_equal(known(begun).snoozes, before.snoozes)


@pytest.mark.parametrize("name", EVERY)
def test_command_twice_with_one_token_is_one_act(begun: Engine, name: str) -> None:
    act = token()
    first = do(begun, name, token=act)
    after = known(begun)

    again = do(begun, name, token=act)

    assert again == commands.Saved(first.record_id, repeated=True)
    pd.testing.assert_frame_equal(known(begun).requests, after.requests)
    pd.testing.assert_frame_equal(known(begun).snoozes, after.snoozes)


@pytest.mark.parametrize("name", ["request_discussion", "snooze"])
@pytest.mark.parametrize("change", [{"reason": " "}, {"reason": "x" * 4001}, {"reason": "a\x00b"}, {"patient_id": 99}])
def test_request_and_snooze_need_a_reason_and_a_patient(begun: Engine, name: str, change: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        do(begun, name, **change)

    assert (len(known(begun).requests), left_off(begun)) == (1, [days(-7, 7)])


def test_request_says_who_when_and_why(begun: Engine) -> None:
    row = known(begun).requests.iloc[0]

    assert (row["patient_id"], row["date"], row["reason"], row["by"]) == (1, *days(0), "sleeps badly", "Kim Kwon")


def test_withdrawn_request_is_gone_and_cannot_be_withdrawn_again(begun: Engine) -> None:
    do(begun, "withdraw_request")

    assert known(begun).requests.empty
    with pytest.raises(Conflict):
        do(begun, "withdraw_request")


def test_snooze_needs_a_name_that_signs(begun: Engine) -> None:
    with pytest.raises(Refused, match="Pick the name"):
        do(begun, "snooze", local_person(""))


@pytest.mark.parametrize(("days_on", "is_kept"), [(0, False), (1, True)])
def test_snooze_ends_after_today(begun: Engine, days_on: int, is_kept: bool) -> None:
    until = TODAY + dt.timedelta(days=days_on)
    if is_kept:
        do(begun, "snooze", until=until)
    else:
        with pytest.raises(Refused, match="ends after today"):
            do(begun, "snooze", until=until)

    assert (days(0, 1) in left_off(begun)) == is_kept


def test_snooze_ended_early_ends_today_and_was_until_then(begun: Engine) -> None:
    do(begun, "end_snooze")

    assert left_off(begun) == [days(-7, 0)]


def test_snooze_that_began_today_and_ends_today_never_was(begun: Engine) -> None:
    do(begun, "end_snooze")
    do(begun, "snooze")

    do(begun, "end_snooze")

    assert left_off(begun) == [days(-7, 0)]


def test_new_snooze_takes_over_from_the_one_that_lasts(begun: Engine) -> None:
    do(begun, "snooze", until=TODAY + 3 * WEEK)

    assert sorted(left_off(begun)) == [days(-7, 0), days(0, 21)]


def test_snooze_that_has_run_out_stays_as_it_was(begun: Engine) -> None:
    later = TODAY + WEEK

    saved = do(begun, "end_snooze", today=later)

    assert saved == commands.Saved(None, repeated=True)
    assert left_off(begun) == [days(-7, 7)]
