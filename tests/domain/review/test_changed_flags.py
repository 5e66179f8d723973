"""Safety flags raised since, and acknowledged since."""

import pytest

from tests.domain.clinic import Case
from tests.domain.review.comparing import told, week_later

CALM = "contact@1;contact@50;review@50"
CASE = Case(as_of=60, scores="PHQ-9@0=16[i9=0]; PHQ-9@58=15[i9=2]", events=CALM)
RAISED = "Item 9 answered “more than half the days” on 4 Mar, 2 days ago; not acknowledged."


def with_events(case: Case, events: str) -> Case:
    """Give the case with more that happened."""
    return case.with_(events=f"{case.events};{events}")


def test_flag_raised_since_is_told_with_answer_and_date() -> None:
    assert week_later(CASE, "new safety flag") == [RAISED]
    assert week_later(CASE.with_(as_of=66), "new safety flag") == []


def test_another_flag_is_told_though_one_is_open_already() -> None:
    case = CASE.with_(scores="PHQ-9@0=16[i9=3]; PHQ-9@58=15[i9=2]")

    assert week_later(case, "new safety flag") == [RAISED]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("manual_flag@58", "Safety flag raised by hand on 4 Mar by A. Novak, 2 days ago; not acknowledged."),
        ("c_ssrs@58=orange", "C-SSRS level orange on 4 Mar, 2 days ago; not acknowledged."),
        ("c_ssrs@58=yellow", None),
    ],
)
def test_flag_by_hand_and_screen_are_told(event: str, said: str | None) -> None:
    case = with_events(CASE.with_(scores="PHQ-9@0=16"), event)

    assert week_later(case, "new safety flag") == ([] if said is None else [said])


@pytest.mark.parametrize(("now", "is_told"), [(1, False), (2, False), (3, True)])
def test_answer_that_was_corrected_upwards_is_told_and_downwards_is_not(now: int, is_told: bool) -> None:
    then = CASE.with_(scores="PHQ-9@0=16; PHQ-9@50=15[i9=2]")
    later = CASE.with_(scores=f"PHQ-9@0=16; PHQ-9@50=15[i9=2][corrected]; PHQ-9@50=15[i9={now}]")

    assert bool(told(then.with_(as_of=53), later, "new safety flag")) is is_told
    assert told(then.with_(as_of=53), later, "acknowledged") == []


def test_flag_that_came_late_is_new_however_old_its_date() -> None:
    then = CASE.with_(as_of=59, scores="PHQ-9@0=16")

    assert told(then, CASE.with_(scores="PHQ-9@0=16; PHQ-9@20=15[i9=1]"), "new safety flag") == [
        "Item 9 answered “several days” on 25 Jan, 40 days ago; not acknowledged."
    ]


def test_withdrawn_acknowledgement_opens_the_flag_again() -> None:
    then = with_events(CASE, "safety_ack@59").with_(as_of=59)

    assert told(then, CASE, "new safety flag") == [RAISED]


def test_acknowledgement_since_is_told_with_the_flag() -> None:
    case = with_events(CASE.with_(scores="PHQ-9@0=16; PHQ-9@50=15[i9=2]"), "safety_ack@58")

    assert week_later(case, "acknowledged") == [
        "Item 9 “more than half the days” of 24 Feb acknowledged on 4 Mar by A. Novak."
    ]
    assert week_later(case, "new safety flag") == []
    assert week_later(case.with_(as_of=65), "acknowledged") == []


def test_flag_raised_and_acknowledged_since_is_told_as_acknowledged() -> None:
    case = with_events(CASE, "safety_ack@59")

    assert week_later(case, "new safety flag") == []
    assert week_later(case, "acknowledged") == [
        "Item 9 “more than half the days” of 4 Mar acknowledged on 5 Mar by A. Novak."
    ]


def test_old_flag_and_its_acknowledgement_that_came_late_together_are_not_told() -> None:
    now = with_events(CASE.with_(scores="PHQ-9@0=16; PHQ-9@20=15[i9=1]"), "safety_ack@21")

    assert told(CASE.with_(as_of=53, scores="PHQ-9@0=16"), now, "acknowledged") == []


@pytest.mark.parametrize(
    ("scores", "events", "said"),
    [
        ("PHQ-9@0=16[i9=1]; PHQ-9@50=15[i9=2]", "safety_ack@58",
         "Item 9 “more than half the days” of 24 Feb and item 9 “several days” of 5 Jan acknowledged on 4 Mar by "
         "A. Novak."),
        ("PHQ-9@0=16[i9=1]; PHQ-9@20=16[i9=1]; PHQ-9@50=15[i9=2]", "safety_ack@58",
         "3 flags, 5 Jan to 24 Feb, acknowledged on 4 Mar by A. Novak."),
        ("PHQ-9@0=16", "manual_flag@50;cleared@58", "Safety flag by hand of 24 Feb cleared on 4 Mar by A. Novak."),
        ("PHQ-9@0=16", "c_ssrs@50=Red;safety_ack@58", "C-SSRS red of 24 Feb acknowledged on 4 Mar by A. Novak."),
        ("EPDS@0=16; EPDS@50=15[i9=2]", "safety_ack@58",
         "EPDS item 10 = 2 of 24 Feb acknowledged on 4 Mar by A. Novak."),
    ],
)  # fmt: skip
def test_one_acknowledgement_is_told_once_with_all_that_it_closed(scores: str, events: str, said: str) -> None:
    case = with_events(CASE.with_(scores=scores), events)

    assert week_later(case, "acknowledged") == [said]


def test_clearing_closes_no_answer_on_a_form() -> None:
    assert week_later(with_events(CASE, "cleared@59"), "acknowledged") == []


def test_flag_by_hand_that_was_taken_back_is_told() -> None:
    then = with_events(CASE.with_(scores="PHQ-9@0=16"), "manual_flag@50").with_(as_of=53)

    assert told(then, CASE.with_(scores="PHQ-9@0=16"), "acknowledged") == [
        "Safety flag by hand of 24 Feb no longer stands."
    ]
