"""New non-responders, deteriorated, relapsed, responded, remitted, no longer listed, newly overdue."""

import pytest

from bhi_core.domain.review.changed_state import one_sentence
from tests.domain.clinic import Case
from tests.domain.review.comparing import told, week_later

CALM = "contact@1;contact@50;review@40"
STUCK = Case(as_of=60, scores="PHQ-9@0=16; PHQ-9@50=15", events=CALM)


@pytest.mark.parametrize(("as_of", "new"), [(55, False), (56, True), (62, True), (63, False)])
def test_new_non_responder_is_told_in_the_week_in_which_week_8_is_reached(as_of: int, new: bool) -> None:
    assert bool(week_later(STUCK.with_(as_of=as_of), "new non-responder")) is new


def test_new_non_responder_is_told_with_numbers_and_dates() -> None:
    assert week_later(STUCK, "new non-responder") == [
        "PHQ-9 16 to 15 at week 7, down 1 (6 %), on 24 Feb; last consult in week 5."
    ]


def test_consult_overdue_after_consult_due_is_no_new_non_responder() -> None:
    assert week_later(STUCK.with_(as_of=86), "new non-responder") == []  # T5 then, T6 now


def test_non_responder_without_a_second_score_is_told_so() -> None:
    assert week_later(Case(as_of=60, scores="PHQ-9@0=16"), "new non-responder") == [
        "PHQ-9 16 on 5 Jan, no score since; no consult yet."
    ]


def test_consult_that_turned_out_not_to_be_makes_a_non_responder_anew() -> None:
    consulted = STUCK.with_(as_of=62, events=f"{CALM};review@57")

    assert told(consulted, STUCK.with_(as_of=64), "new non-responder") != []


@pytest.mark.parametrize(("total", "is_told"), [(18, False), (19, True)])
def test_deteriorated_is_told_when_a_rise_reaches_the_rule(total: int, is_told: bool) -> None:
    case = Case(as_of=60, scores=f"PHQ-9@0=14; PHQ-9@50=14; PHQ-9@58={total}", events=CALM)

    assert bool(week_later(case, "deteriorated")) is is_told


def test_deteriorated_is_told_with_the_class_before() -> None:
    case = Case(as_of=60, scores="PHQ-9@0=14; PHQ-9@50=14; PHQ-9@58=20", events=CALM)

    assert week_later(case, "deteriorated") == [
        "PHQ-9 14 to 20 at week 8, up 6 (43 %), on 4 Mar; it was “no change” on 27 Feb."
    ]


def test_warning_that_became_a_reliable_rise_is_told_again_and_a_rise_that_stays_is_not() -> None:
    case = Case(as_of=60, scores="PHQ-9@0=14; PHQ-9@50=19; PHQ-9@58=20", events=CALM)

    assert week_later(case, "deteriorated") != []
    assert week_later(case.with_(as_of=67), "deteriorated") == []


def test_worse_on_another_instrument_is_told_though_the_state_is_worse_already() -> None:
    case = Case(as_of=60, scores="PHQ-9@0=14; PHQ-9@50=13; GAD-7@0=10; GAD-7@58=14", events=CALM)

    assert week_later(case, "deteriorated")[0].startswith("GAD-7 10 to 14 at week 8, up 4 (40 %), on 4 Mar")


@pytest.mark.parametrize(("total", "is_told"), [(9, False), (10, True)])
def test_relapsed_is_told_when_a_better_score_is_lost(total: int, is_told: bool) -> None:
    case = Case(as_of=60, scores=f"PHQ-9@0=16; PHQ-9@30=4; PHQ-9@58={total}", events=CALM)

    found = week_later(case, "relapsed")

    assert found == ([f"PHQ-9 4 at best on 4 Feb, {total} on 4 Mar, up {total - 4}."] if is_told else [])
    assert week_later(case.with_(as_of=67), "relapsed") == []


@pytest.mark.parametrize(
    ("before", "now", "responded", "remitted"),
    [
        (15, 9, False, False),  # improved is neither
        (15, 8, True, False),
        (15, 5, True, False),
        (15, 4, False, True),
        (8, 4, False, True),
        (8, 7, False, False),
        (4, 8, False, False),  # back from remission
    ],
)
def test_response_and_remission_are_told_when_they_are_reached(
    before: int, now: int, responded: bool, remitted: bool
) -> None:
    case = Case(as_of=60, scores=f"PHQ-9@0=16; PHQ-9@50={before}; PHQ-9@58={now}", events=CALM)

    assert (bool(week_later(case, "responded")), bool(week_later(case, "remitted"))) == (responded, remitted)


def test_response_is_told_with_the_class_before() -> None:
    case = Case(as_of=60, scores="PHQ-9@0=16; PHQ-9@50=13; PHQ-9@58=8", events=CALM)

    assert week_later(case, "responded") == [
        "PHQ-9 16 to 8 at week 8, down 8 (50 %), on 4 Mar; it was “no change” on 27 Feb."
    ]


def test_response_on_one_instrument_is_none_while_another_stays_bad() -> None:
    case = Case(as_of=60, scores="PHQ-9@0=16; PHQ-9@58=8; GAD-7@0=15; GAD-7@58=15", events=CALM)

    assert week_later(case, "responded") == []


def test_response_of_an_earlier_episode_does_not_stand_against_that_of_a_new_one() -> None:
    case = Case(
        as_of=160, enrolled=100, earlier=(0,), scores="PHQ-9@0=16; PHQ-9@60=8; PHQ-9@100=16; PHQ-9@158=8",
        events="contact@101;contact@150;review@150",
    )  # fmt: skip

    assert week_later(case, "responded")[0].startswith("PHQ-9 16 to 8 at week 8")


def test_who_is_no_longer_listed_is_told_with_the_reason_then_and_now() -> None:
    case = Case(as_of=62, scores="PHQ-9@0=16; PHQ-9@50=15; PHQ-9@61=7", events=CALM + ";contact@61;review@61")

    assert week_later(case, "no longer listed", days=5) == [
        "On 3 Mar under “Not improving”; now: On track: PHQ-9 16 to 7 at week 8, down 9 (56 %), response."
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"events": f"{CALM};snooze@60=80"}, "now: Snoozed until 26 Mar by A. Novak: on leave."),
        ({"status": "graduated", "closed": 60}, "now: closed 6 Mar: graduated (goals met)."),
    ],
)
def test_snoozed_or_closed_patient_is_no_longer_listed(more: dict[str, str], expected: str) -> None:
    (found,) = told(STUCK.with_(as_of=58), STUCK.with_(as_of=61).with_(**more), "no longer listed")

    assert found == f"On 4 Mar under “Not improving”; {expected}"


def test_who_is_listed_for_another_reason_is_still_listed() -> None:
    case = STUCK.with_(as_of=60, follow_up_weeks=1, scores="PHQ-9@0=16; PHQ-9@50=15; PHQ-9@59=7")

    assert week_later(case, "no longer listed", days=3) == []


@pytest.mark.parametrize(
    ("case", "first_day", "said"),
    [
        (
            STUCK.with_(follow_up_weeks=2), 65, "Contact was due 10 Mar, 1 day ago.",
        ),
        (
            STUCK.with_(events="contact@1;contact@50;review@50"), 81,
            "No PHQ-9 for 31 days; the last, 15, was 24 Feb.",
        ),
        (
            STUCK.with_(events="contact@1;contact@50;review@50"), 78, "Case review due: last 24 Feb, 28 days ago.",
        ),
        (
            Case(as_of=0, events="contact@0;review@0"), 14,
            "No valid score yet: enrolled on 5 Jan, week 2; the baseline is missing.",
        ),
    ],
)  # fmt: skip
def test_overdue_is_told_from_the_day_on_which_the_rule_fires(case: Case, first_day: int, said: str) -> None:
    assert said in week_later(case.with_(as_of=first_day), "newly overdue", days=1)
    assert said not in week_later(case.with_(as_of=first_day - 1), "newly overdue", days=1)
    assert week_later(case.with_(as_of=first_day + 1), "newly overdue", days=1) == []


def test_each_thing_overdue_is_told_by_itself_though_another_is_overdue_already() -> None:
    case = Case(as_of=45, scores="PHQ-9@0=9; PHQ-9@30=8", events="contact@31;review@1", follow_up_weeks=1)

    assert week_later(case, "newly overdue", days=8) == ["Contact was due 12 Feb, 7 days ago."]


def test_missing_first_review_of_somebody_enrolled_since_is_new_and_not_overdue() -> None:
    case = Case(as_of=5, scores="PHQ-9@0=9", events="contact@0")

    assert week_later(case, "newly overdue") == []
    assert week_later(case.with_(as_of=32), "newly overdue", days=3) == [
        "No PHQ-9 for 32 days; the last, 9, was 5 Jan."
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Down 7 (44 %). No plan yet.", "Down 7 (44 %); no plan yet."),
        ("Asked by D. Reyes: tired.", "Asked by D. Reyes: tired."),
        ("One. PHQ-9 8.", "One. PHQ-9 8."),  # a name keeps its capitals, so its full stop
        ("One sentence.", "One sentence."),
    ],
)
def test_findings_become_one_sentence(text: str, expected: str) -> None:
    assert one_sentence(text) == expected
