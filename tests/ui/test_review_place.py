"""Where in a meeting somebody is: who comes next, who stands beside, what an agenda that is being made keeps."""

from datetime import UTC, date, datetime

from bhi_core.store.queries import Scope
from bhi_core.ui.review_place import Item, Meeting
from bhi_core.ui.review_plan import Place

STATES = {1: "done", 2: "to come", 3: "removed", 4: "to come", 5: "carried over"}


def meeting(**states: str) -> Meeting:
    """Make a meeting of five patients, each in a state."""
    of = {**{str(patient): state for patient, state in STATES.items()}, **states}
    items = tuple(
        Item(100 + int(patient), int(patient), patient == "2", state, "on leave" if patient == "3" else "", None)
        for patient, state in of.items()
    )
    at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    return Meeting(7, date(2026, 11, 24), 60, 6, Scope(), "", at, None, items)


def test_the_next_is_the_first_who_waits_from_here_on_and_then_from_the_start() -> None:
    assert meeting().next_after(1) == 2
    assert meeting().next_after(2) == 4
    assert meeting().next_after(5) == 2
    assert meeting().next_after(None) == 2


def test_nobody_is_next_when_everybody_is_decided_upon() -> None:
    assert meeting(**{"2": "done", "4": "done"}).next_after(1) is None
    assert meeting(**{"2": "done"}).next_after(4) is None


def test_looking_around_passes_everybody_but_those_taken_off_and_stops_at_the_ends() -> None:
    assert meeting().beside(2, 1) == 4
    assert meeting().beside(4, -1) == 2
    assert meeting().beside(1, -1) is None
    assert meeting().beside(5, 1) is None


def test_somebody_who_was_taken_off_or_is_unknown_has_no_place() -> None:
    assert meeting().item(3) is None and meeting().item(99) is None and meeting().item(None) is None
    assert [item.patient_id for item in meeting().on] == [1, 2, 4, 5]


def test_the_plan_keeps_pins_and_reasons_and_forgets_whom_only_the_time_took_off() -> None:
    plan = meeting(**{"4": "removed"}).plan

    assert plan.off == (Place(3, removed=True, why="on leave"),)
    assert [place.patient_id for place in plan.on] == [1, 2, 5]
    assert [place.patient_id for place in plan.on if place.pinned] == [2]
