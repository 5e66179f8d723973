"""A meeting keeps its agenda: opened once, changed only by those who saw it, ended with nobody forgotten."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, event

from bhi_core import clock
from bhi_core.domain.actor import local_person
from bhi_core.errors import Conflict, NotAllowed, Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from tests.store.making import KIM, NOBODY, TODAY, enrolled, known, token
from tests.store.weekly import LEE, Weekly, everything, weekly

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


@pytest.fixture
def meeting(engine: Engine) -> Weekly:
    """Give a meeting of today with the patients 1, 2 and 3."""
    return weekly(engine)


def order(found: Weekly) -> list[int]:
    patients: list[int] = found.agenda()["patient_id"].tolist()
    return patients


def seen(found: Weekly) -> frozenset[int]:
    return frozenset(found.agenda()["row_id"].tolist())


def told(found: Weekly) -> dict[str, Any]:
    with reading(found.engine) as connection:
        row = queries.meeting(connection, found.meeting_id)
    assert row is not None
    return dict(row)


EVERY: dict[str, dict[str, Any]] = {
    "open_meeting": {"patient_id": None, "held_on": TOMORROW, "meeting_id": None},
    "change_agenda": {"patient_id": None, "items": [{"patient_id": each} for each in (3, 2, 1)],
                      "seen": frozenset({1, 2, 3})},
    "set_item": {"state": "removed", "why": "moved away"},
    "carry_over": {},
    "end_meeting": {"patient_id": None},
    "save_entry": {"field": "discussed", "value": "slept", "seen": 1},
    "settle_entry": {"field": "discussed", "value": "both", "seen": 1, "rivals": []},
    "finish_discussion": {},
}  # fmt: skip


def run(found: Weekly, name: str, *, actor: Any = KIM, act: str | None = None) -> commands.Saved:
    values = EVERY[name] | {"token": act or token()}
    if values.get("meeting_id", 0) is None:
        values.pop("meeting_id")
        values.pop("patient_id")
        return commands.open_meeting(found.engine, actor, today=TODAY, **values)
    return found.do(name, actor, **values)


@pytest.fixture
def typed(meeting: Weekly) -> Weekly:
    """Give a meeting with a text typed of patient 1."""
    meeting.save("discussed", "sleeps badly")
    return meeting


@pytest.mark.parametrize("name", EVERY)
def test_command_without_the_right_changes_nothing(typed: Weekly, name: str) -> None:
    before = everything(typed.engine)

    with pytest.raises(NotAllowed, match="weekly review"):
        run(typed, name, actor=NOBODY)

    assert everything(typed.engine) == before


@pytest.mark.parametrize("name", EVERY)
def test_command_twice_with_one_token_is_one_act(typed: Weekly, name: str) -> None:
    act = token()
    first = run(typed, name, act=act)
    after = everything(typed.engine)

    again = run(typed, name, act=act)

    assert not first.repeated
    assert again == commands.Saved(first.record_id, repeated=True)
    assert everything(typed.engine) == after


class Stopped(BaseException):
    """Stand for whatever ends a command half-way: a lost connection, a kill, a fault of our own."""


@contextmanager
def stopped_at(engine: Engine, number: int) -> Iterator[list[int]]:
    """Stop at the n-th statement that writes; gives a list that grows with each of them."""
    writes: list[int] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            writes.append(len(writes) + 1)
            if len(writes) == number:
                raise Stopped

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield writes
    finally:
        event.remove(engine, "before_cursor_execute", look)


@pytest.mark.parametrize("name", EVERY)
def test_command_stopped_at_any_write_leaves_nothing_behind(typed: Weekly, name: str) -> None:
    typed.advise(1)
    before = everything(typed.engine)
    number = 0
    while True:
        number += 1
        try:
            with stopped_at(typed.engine, number) as writes:
                run(typed, name)
        except Stopped:
            assert everything(typed.engine) == before
        else:
            break

    assert len(writes) == number - 1 >= 2
    assert everything(typed.engine) != before


@pytest.mark.parametrize("name", [name for name in EVERY if name != "open_meeting"])
def test_unknown_meeting_is_refused(meeting: Weekly, name: str) -> None:
    with pytest.raises(Refused, match="not in the registry"):
        run(Weekly(meeting.engine, 99), name)


# Opening


def test_meeting_starts_with_the_agenda_in_the_order_given(engine: Engine) -> None:
    people = [enrolled(engine, mrn) for mrn in ("1", "2")]
    items: list[dict[str, Any]] = [
        {"patient_id": people[1], "pinned": True, "why": "asked for"},
        {"patient_id": people[0]},
    ]

    saved = commands.open_meeting(
        engine, KIM, token=token(), today=TODAY, held_on=TODAY, care_manager="Kim", site="North", people="Dr. Rao, Lee",
        items=items,
    )  # fmt: skip

    assert saved.record_id is not None
    found = Weekly(engine, saved.record_id)
    agenda = found.agenda()
    assert agenda["patient_id"].tolist() == [people[1], people[0]]
    assert agenda["place"].tolist() == [1, 2]
    assert agenda["pinned"].tolist() == [True, False]
    assert agenda["why"].fillna("").tolist() == ["asked for", ""]
    assert agenda["state"].unique().tolist() == ["to come"]
    assert (told(found)["minutes"], told(found)["per_patient"], told(found)["ended_at"]) == (60, 6, None)


@pytest.mark.parametrize(("held_on", "starts"), [(YESTERDAY, False), (TODAY, True), (TOMORROW, False)])
def test_only_a_meeting_of_today_starts_when_it_is_opened(engine: Engine, held_on: dt.date, starts: bool) -> None:
    assert (told(weekly(engine, held_on=held_on))["started_at"] is not None) == starts


def test_agenda_made_before_the_meeting_starts_with_it(engine: Engine) -> None:
    ahead = weekly(engine, start=False)
    before = told(ahead)["started_at"]

    ahead.do("start_meeting", patient_id=None, minutes=45, people="Lee")

    after = told(ahead)
    assert before is None
    assert after["started_at"] is not None
    assert (after["minutes"], after["per_patient"], after["people"]) == (45, 6, "Lee")
    assert ahead.do("start_meeting", patient_id=None).repeated


@pytest.mark.parametrize("held_on", [YESTERDAY, TOMORROW])
def test_meeting_of_another_day_does_not_start_today(engine: Engine, held_on: dt.date) -> None:
    with pytest.raises(Refused, match="start it on that day"):
        weekly(engine, held_on=held_on).do("start_meeting", patient_id=None)


def test_two_who_open_the_same_meeting_at_once_sit_in_one(engine: Engine) -> None:
    def open_it(name: str) -> commands.Saved:
        return commands.open_meeting(
            engine, local_person(name), token=token(), today=TODAY, held_on=TODAY, care_manager="Kim"
        )

    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(open_it, ["Kim", "Lee", "Kim", "Dr. Rao"]))

    assert {each.record_id for each in saved} == {saved[0].record_id}
    assert [each.repeated for each in saved].count(False) == 1


@pytest.mark.parametrize("other", [{"held_on": TOMORROW}, {"care_manager": "Lee"}, {"site": "North"}])
def test_meeting_of_another_day_or_of_others_is_another_meeting(meeting: Weekly, other: dict[str, Any]) -> None:
    given: dict[str, Any] = {"held_on": TODAY, "token": token(), "today": TODAY} | other

    saved = commands.open_meeting(meeting.engine, KIM, **given)

    assert saved.record_id != meeting.meeting_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0}, {"minutes": 601}, {"per_patient": 0}, {"people": "a\x00b"}, {"items": [{"patient_id": 99}]},
        {"items": [{"patient_id": 1}, {"patient_id": 1}]}, {"items": [{"patient_id": 1, "state": "asleep"}]},
    ],
)  # fmt: skip
def test_meeting_that_cannot_be_is_refused_whole(engine: Engine, wrong: dict[str, Any]) -> None:
    enrolled(engine, "1")
    given: dict[str, Any] = {"token": token(), "today": TODAY, "held_on": TODAY} | wrong

    with pytest.raises(Refused):
        commands.open_meeting(engine, KIM, **given)

    with reading(engine) as connection:
        assert queries.meetings(connection).empty


# The agenda


def test_agenda_takes_a_new_order_pins_and_additions(meeting: Weekly) -> None:
    new = enrolled(meeting.engine, "4")
    items = [{"patient_id": 3, "pinned": True}, {"patient_id": new, "why": "called this morning"},
             {"patient_id": 1}, {"patient_id": 2, "state": "removed", "why": "on leave"}]  # fmt: skip

    meeting.do("change_agenda", patient_id=None, items=items, seen=seen(meeting))

    assert order(meeting) == [3, new, 1, 2]
    assert meeting.states() == {3: "to come", new: "to come", 1: "to come", 2: "removed"}
    assert meeting.agenda()["pinned"].tolist() == [True, False, False, False]


def test_agenda_that_somebody_changed_meanwhile_is_a_conflict(meeting: Weekly) -> None:
    before = seen(meeting)
    meeting.do("carry_over", LEE, patient_id=2)

    with pytest.raises(Conflict):
        meeting.do("change_agenda", patient_id=None, items=[{"patient_id": each} for each in (3, 2, 1)], seen=before)

    assert order(meeting) == [1, 2, 3]


def test_agenda_that_leaves_somebody_out_is_refused(meeting: Weekly) -> None:
    with pytest.raises(Refused, match="missing"):
        meeting.do("change_agenda", patient_id=None, items=[{"patient_id": 1}], seen=seen(meeting))


def test_agenda_as_it_was_is_nothing_new(meeting: Weekly) -> None:
    before = seen(meeting)
    items = [{"patient_id": each} for each in (1, 2, 3)]

    saved = meeting.do("change_agenda", patient_id=None, items=items, seen=before)

    assert saved.repeated
    assert seen(meeting) == before


def test_another_order_during_the_meeting_takes_no_decision_back(meeting: Weekly) -> None:
    meeting.finish()
    meeting.do("carry_over", patient_id=2)
    items = [{"patient_id": 2, "pinned": True, "state": "to come", "why": "asked by the PCP"},
             {"patient_id": 3, "state": "to come", "why": None},
             {"patient_id": 1, "state": "removed", "why": None}]  # fmt: skip

    meeting.do("change_agenda", patient_id=None, items=items, seen=seen(meeting))

    assert order(meeting) == [2, 3, 1]
    assert meeting.states() == {2: "carried over", 3: "to come", 1: "done"}


def test_time_spent_is_kept_beside_the_state(meeting: Weekly) -> None:
    meeting.do("set_item", state="to come", seconds=95)

    meeting.do("set_item", state="carried over", why="no time")

    row = meeting.agenda().iloc[0]
    assert (row["state"], row["seconds"], row["why"]) == ("carried over", 95, "no time")


@pytest.mark.parametrize("state", ["carried over", "removed"])
def test_who_was_discussed_is_neither_carried_over_nor_removed(meeting: Weekly, state: str) -> None:
    meeting.finish()

    with pytest.raises(Refused, match="discussed in this meeting"):
        meeting.do("set_item", state=state)


def test_patient_who_is_not_on_the_agenda_is_refused(meeting: Weekly) -> None:
    stranger = enrolled(meeting.engine, "4")

    entry: dict[str, Any] = {"field": "discussed", "value": "", "seen": None}
    for name, more in {"carry_over": {}, "finish_discussion": {}, "save_entry": entry}.items():
        with pytest.raises(Refused, match="not on the agenda"):
            meeting.do(name, patient_id=stranger, **more)


# The end


def test_end_carries_over_by_itself_who_was_not_reached(meeting: Weekly) -> None:
    meeting.finish(1)
    meeting.do("set_item", patient_id=2, state="removed", why="moved away")

    meeting.do("end_meeting", patient_id=None)

    assert meeting.states() == {1: "done", 2: "removed", 3: "carried over"}
    assert told(meeting)["ended_at"] >= told(meeting)["started_at"]
    with reading(meeting.engine) as connection:
        assert queries.open_meeting(connection, TODAY) is None
        row = queries.meetings(connection).iloc[0]
    assert (row["on_agenda"], row["done"], row["carried_over"]) == (2, 1, 1)


def test_ending_twice_is_ending_once(meeting: Weekly) -> None:
    meeting.do("end_meeting", patient_id=None)
    ended = told(meeting)

    assert meeting.do("end_meeting", patient_id=None).repeated
    assert told(meeting) == ended


def test_meeting_of_tomorrow_can_neither_be_finished_nor_end(engine: Engine) -> None:
    ahead = weekly(engine, held_on=TOMORROW)

    with pytest.raises(Refused, match="future"):
        ahead.finish()
    with pytest.raises(Refused, match="cannot have ended"):
        ahead.do("end_meeting", patient_id=None)


def test_meeting_prepared_the_day_before_starts_with_the_first_discussion(engine: Engine) -> None:
    ahead = weekly(engine, held_on=TOMORROW)

    ahead.save("discussed", "sleeps better")
    ahead.do("finish_discussion", today=TOMORROW)

    assert told(ahead)["started_at"] is not None


# What is asked


def test_questions_about_no_meeting_have_empty_answers(engine: Engine) -> None:
    with reading(engine) as connection:
        assert queries.meeting(connection, 1) is None
        assert queries.open_meeting(connection, TODAY) is None
        assert queries.meeting_version(connection, 1) == 0
        frames = queries.meetings(connection), queries.agenda_items(connection, 1), queries.entries(connection, 1)
    assert [len(frame) for frame in frames] == [0, 0, 0]
    assert [list(frame.dtypes.astype(str)) for frame in frames] == [
        ["int64", "datetime64[s]", "str", "str", "str", "str", "int64", "int64", "datetime64[us, UTC]",
         "datetime64[us, UTC]", "int64", "int64", "int64"],
        ["int64", "int64", "int64", "bool", "str", "str", "float64", "str", "datetime64[us, UTC]"],
        ["int64", "int64", "str", "str", "str", "datetime64[us, UTC]", "float64"],
    ]  # fmt: skip


def test_newest_meeting_comes_first(engine: Engine) -> None:
    for held_on in (YESTERDAY, TOMORROW, TODAY):
        commands.open_meeting(engine, KIM, token=token(), today=TODAY, held_on=held_on)

    with reading(engine) as connection:
        assert queries.meetings(connection)["held_on"].dt.date.tolist() == [TOMORROW, TODAY, YESTERDAY]


@pytest.mark.parametrize("name", [name for name in EVERY if name != "open_meeting"])
def test_every_write_to_a_meeting_raises_its_version(typed: Weekly, name: str) -> None:
    def version() -> int:
        with reading(typed.engine) as connection:
            return queries.meeting_version(connection, typed.meeting_id)

    before = version()
    run(typed, name)

    assert version() > before


@pytest.mark.parametrize(
    ("name", "rises"),
    [("save_entry", False), ("carry_over", False), ("finish_discussion", True), ("end_meeting", False)],
)
def test_what_is_typed_leaves_the_caches_of_the_registry_alone(typed: Weekly, name: str, rises: bool) -> None:
    def version() -> int:
        with reading(typed.engine) as connection:
            return queries.data_version(connection)

    before = version()
    run(typed, name)

    assert (version() > before) == rises


@pytest.mark.parametrize(("name", "rises"), [(None, False), ("N. Newcomer", True)])
def test_a_meeting_leaves_the_caches_alone_unless_it_names_somebody_new(
    engine: Engine, name: str | None, rises: bool
) -> None:
    def version() -> int:
        with reading(engine) as connection:
            return queries.data_version(connection)

    before = version()
    commands.open_meeting(engine, KIM, token=token(), today=TODAY, held_on=TODAY, consultant=name)

    assert (version() > before) == rises


def test_past_meeting_is_read_as_it_was_known_then(typed: Weekly) -> None:
    typed.advise(1)
    review_id = typed.finish(1).record_id
    commands.request_discussion(typed.engine, KIM, token=token(), today=TODAY, patient_id=2, reason="sleeps badly")
    commands.snooze(typed.engine, KIM, token=token(), today=TODAY, patient_id=3, until=TOMORROW, reason="on leave")

    def all_of_it(known_at: dt.datetime | None) -> list[pd.DataFrame]:
        registry = known(typed.engine, known_at=known_at)
        with reading(typed.engine) as connection:
            frames = [
                queries.meetings(connection, known_at),
                pd.DataFrame([queries.meeting(connection, typed.meeting_id, known_at)]),
                queries.agenda_items(connection, typed.meeting_id, known_at),
                queries.entries(connection, typed.meeting_id, known_at=known_at),
            ]
        return [*frames, registry.reviews, registry.requests, registry.snoozes, registry.steps]

    then, before = clock.now(), all_of_it(None)

    typed.save("discussed", "sleeps better", LEE, seen=typed.row_of("discussed"))
    typed.advise(1, {"words": "sertraline 150 mg"})
    typed.advise(2)
    typed.finish(1)
    typed.do("end_meeting", patient_id=None)
    commands.step_recommendation(
        typed.engine, KIM, token=token(), today=TODAY, review_id=review_id or 0, status="accepted", date=TODAY
    )
    commands.withdraw_request(typed.engine, KIM, token=token(), today=TODAY, request_id=1)
    commands.end_snooze(typed.engine, KIM, token=token(), today=TODAY, patient_id=3)

    for now, past, past_again in zip(all_of_it(None), before, all_of_it(then), strict=True):
        pd.testing.assert_frame_equal(past_again, past)
        assert not now.equals(past)
