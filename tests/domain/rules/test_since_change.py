"""T1 to T4: what the weeks since the last treatment change brought."""

import pytest

from tests.domain.clinic import Case, fired

EVENTS = "contact@0;contact@14;med_start@0;review@25"
T1_TO_T4 = ("T1", "T2", "T3", "T4")


def only(case: Case, instrument: str = "PHQ-9") -> dict[str, str]:
    """Give T1 to T4 alone, by rule."""
    names = {f"{rule}/{instrument}": rule for rule in T1_TO_T4}
    return {names[name]: level for name, level in fired(case).items() if name in names}


def at(day: int, first: int, now: int, events: str = EVENTS) -> dict[str, str]:
    """Give T1 to T4 for a PHQ-9 of this day, seen the day after."""
    return only(Case(as_of=day + 1, scores=f"PHQ-9@0={first}; PHQ-9@{day}={now}", events=events))


@pytest.mark.parametrize(
    ("day", "expected"), [(27, {}), (28, {"T3": "red"}), (41, {"T3": "red"}), (42, {"T3": "red", "T4": "red"}),
                          (55, {"T3": "red", "T4": "red"}), (56, {"T4": "red"})]
)  # fmt: skip
def test_week_4_rules_begin_on_day_28_and_end_before_day_56_and_t4_begins_on_day_42(
    day: int, expected: dict[str, str]
) -> None:
    assert at(day, 20, 19) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [(25, {"T3": "red"}), (20, {"T3": "red"}), (19, {"T3": "red"}), (18, {"T2": "amber"}), (16, {"T2": "amber"}),
     (15, {"T1": "ok"}), (10, {"T1": "ok"})],
)  # fmt: skip
def test_drop_of_phq9_is_adequate_from_5_and_little_from_2(now: int, expected: dict[str, str]) -> None:
    found = at(30, 20, now)

    assert found == expected


@pytest.mark.parametrize(("now", "expected"), [(17, "T3"), (16, "T2"), (15, "T2"), (14, "T1")])
def test_drop_of_gad7_is_adequate_from_4_and_little_from_2(now: int, expected: str) -> None:
    case = Case(as_of=31, scores=f"GAD-7@0=18; GAD-7@30={now}", events=EVENTS)

    assert list(only(case, "GAD-7")) == [expected]


def test_improved_score_is_neither_little_nor_no_change() -> None:
    restart = "contact@0;contact@14;med_start@0;dose_up@20;review@25"

    assert only(Case(as_of=50, scores="PHQ-9@0=20; PHQ-9@19=9; PHQ-9@49=9", events=restart)) == {}


@pytest.mark.parametrize(("now", "expected"), [(16, {"T4": "red"}), (15, {})])
def test_t4_asks_for_a_quarter_of_the_score_at_the_change(now: int, expected: dict[str, str]) -> None:
    assert at(60, 20, now) == expected


def test_t1_is_not_said_when_t4_fires() -> None:
    assert at(45, 24, 19) == {"T4": "red"}


@pytest.mark.parametrize(("day", "expected"), [(55, {"T3": "red"}), (56, {"T4": "red"})])
def test_therapy_alone_has_until_week_8(day: int, expected: dict[str, str]) -> None:
    assert at(day, 20, 19, "contact@0;contact@14;therapy_start@0;review@25") == expected


def test_therapy_with_a_medication_has_until_week_6() -> None:
    events = "contact@0;contact@14;therapy_start@0;med_start@-3;review@25"

    assert at(42, 20, 19, events) == {"T3": "red", "T4": "red"}


def test_without_any_treatment_the_clock_runs_from_the_baseline() -> None:
    assert at(42, 20, 19, "contact@0;contact@14;review@25") == {"T3": "red", "T4": "red"}


@pytest.mark.parametrize("change", ["med_start", "dose_up", "dose_down", "med_switch", "med_augment", "therapy_start"])
def test_treatment_change_restarts_the_clock(change: str) -> None:
    assert at(45, 20, 19, f"contact@0;contact@14;med_start@0;{change}@30;review@35") == {}


@pytest.mark.parametrize("change", ["referral", "med_stop", "therapy_stop"])
def test_referral_and_stop_do_not_restart_the_clock(change: str) -> None:
    assert at(45, 20, 19, f"contact@0;contact@14;med_start@0;{change}@30;review@35") == {"T3": "red", "T4": "red"}


def test_after_a_change_the_drop_counts_from_the_score_at_the_change() -> None:
    events = "contact@0;contact@14;med_start@0;dose_up@30;review@40"
    scores = "PHQ-9@0=20; PHQ-9@28=18; PHQ-9@60=13"

    assert only(Case(as_of=61, scores=scores, events=events)) == {"T1": "ok"}


def test_change_on_the_day_of_a_score_takes_that_score_as_its_reference() -> None:
    events = "contact@0;contact@14;med_start@0;dose_up@30;review@40"
    scores = "PHQ-9@0=20; PHQ-9@30=16; PHQ-9@60=15"

    assert only(Case(as_of=31, scores="PHQ-9@0=20; PHQ-9@30=16", events=events)) == {}
    assert only(Case(as_of=61, scores=scores, events=events)) == {"T3": "red"}


def test_late_baseline_is_not_judged_by_a_change_that_came_before_it() -> None:
    events = "contact@0;contact@14;med_start@0;review@95"
    scores = "PHQ-9@91=18; PHQ-9@118=18"

    assert only(Case(as_of=118, scores=scores, events=events)) == {}
    assert only(Case(as_of=119, scores=scores.replace("118", "119"), events=events)) == {"T3": "red"}


def test_low_baseline_has_no_week_4_rules() -> None:
    assert at(30, 9, 9) == {}


def test_relapse_prevention_has_no_week_4_rules() -> None:
    case = Case(as_of=31, scores="PHQ-9@0=20; PHQ-9@30=19", events=EVENTS, status="relapse prevention", since=5)

    assert only(case) == {}


def test_stale_score_hides_t1_of_its_instrument_only() -> None:
    scores = "PHQ-9@0=20; GAD-7@0=18; PHQ-9@30=14; GAD-7@50=13"

    found = fired(Case(as_of=61, scores=scores, events="contact@0;contact@14;med_start@0;review@40"))

    assert "T1/PHQ-9" not in found
    assert found["T1/GAD-7"] == "ok"
    assert found["M1"] == "stale"
