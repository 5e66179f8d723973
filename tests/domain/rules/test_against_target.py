"""T5 to T8: not at target by the weeks since the baseline."""

import pytest

from tests.domain.clinic import Case, fired

CONTACTS = "contact@0;contact@14"


def seen(as_of: int, scores: str, events: str = "", target_rule: str = "or", **changes: object) -> dict[str, str]:
    """Give T5 to T8 as of a day, by rule and instrument."""
    case = Case(as_of=as_of, scores=scores, events=f"{CONTACTS};{events}").with_(**changes)
    found = fired(case, target_rule=target_rule)
    return {name: level for name, level in found.items() if name[:2] in ("T5", "T6", "T7", "T8")}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (55, {}),
        (56, {"T5/PHQ-9": "red"}),
        (69, {"T5/PHQ-9": "red"}),
        (70, {"T5/PHQ-9": "red", "T7/PHQ-9": "red"}),
        (84, {"T5/PHQ-9": "red", "T7/PHQ-9": "red"}),
        (85, {"T6/PHQ-9": "red+", "T7/PHQ-9": "red"}),
        (139, {"T6/PHQ-9": "red+", "T7/PHQ-9": "red"}),
        (140, {"T6/PHQ-9": "red+", "T7/PHQ-9": "red", "T8/PHQ-9": "red"}),
    ],
)
def test_consult_is_due_on_days_56_to_84_overdue_from_85_and_week_10_and_20_follow(
    as_of: int, expected: dict[str, str]
) -> None:
    assert seen(as_of, "PHQ-9@0=16; PHQ-9@50=15") == expected


@pytest.mark.parametrize(("consult", "expected"), [(55, {"T5/PHQ-9": "red"}), (56, {}), (60, {})])
def test_only_a_consult_from_day_56_on_counts(consult: int, expected: dict[str, str]) -> None:
    assert seen(60, "PHQ-9@0=16; PHQ-9@50=15", f"review@{consult}") == expected


def test_consult_of_week_8_is_counted_from_the_baseline_not_from_the_enrolment() -> None:
    assert seen(67, "PHQ-9@10=16; PHQ-9@50=15", "review@65") == {"T5/PHQ-9": "red"}
    assert seen(67, "PHQ-9@10=16; PHQ-9@50=15", "review@66") == {}


@pytest.mark.parametrize(
    ("scores", "by_or", "by_and"),
    [
        ("PHQ-9@0=16; PHQ-9@50=10", True, True),
        ("PHQ-9@0=16; PHQ-9@50=9", False, True),
        ("PHQ-9@0=16; PHQ-9@50=8", False, False),
        ("PHQ-9@0=24; PHQ-9@50=12", False, True),
        ("PHQ-9@0=24; PHQ-9@50=13", True, True),
        ("PHQ-9@0=11; PHQ-9@50=6", False, True),
        ("PHQ-9@0=11; PHQ-9@50=5", False, False),
        ("PHQ-9@0=10; PHQ-9@50=9", False, True),
    ],
)
def test_target_is_below_10_or_halved_and_by_the_strict_rule_both(scores: str, by_or: bool, by_and: bool) -> None:
    assert ("T5/PHQ-9" in seen(60, scores)) is by_or
    assert ("T5/PHQ-9" in seen(60, scores, target_rule="and")) is by_and


def test_without_a_second_score_the_target_is_not_reached() -> None:
    assert seen(56, "PHQ-9@0=16") == {"T5/PHQ-9": "red"}
    assert seen(140, "PHQ-9@0=16") == {"T6/PHQ-9": "red+", "T7/PHQ-9": "red", "T8/PHQ-9": "red"}


def test_last_score_is_carried_forward_however_old() -> None:
    assert seen(84, "PHQ-9@0=16; PHQ-9@5=15")["T5/PHQ-9"] == "red"
    assert "T5/PHQ-9" not in seen(84, "PHQ-9@0=16; PHQ-9@5=8")


def test_baseline_below_10_has_none_of_these() -> None:
    assert seen(200, "PHQ-9@0=9; PHQ-9@50=9") == {}


def test_late_baseline_counts_from_itself() -> None:
    assert seen(146, "PHQ-9@91=16; PHQ-9@120=15") == {}
    assert seen(147, "PHQ-9@91=16; PHQ-9@120=15") == {"T5/PHQ-9": "red"}


def test_each_instrument_is_judged_on_its_own() -> None:
    assert seen(60, "PHQ-9@0=16; GAD-7@0=12; PHQ-9@50=8; GAD-7@50=12") == {"T5/GAD-7": "red"}


def test_pcl5_has_no_target() -> None:
    assert seen(200, "PCL-5@0=50; PCL-5@50=50") == {}


@pytest.mark.parametrize(
    ("change", "score", "expected"),
    [
        (63, 15, "amber"),  # day 27 of the change
        (62, 15, "red"),  # day 28
        (0, 15, "red"),
    ],
)
def test_recent_change_softens_t7_for_28_days(change: int, score: int, expected: str) -> None:
    scores = f"PHQ-9@0=16; PHQ-9@60={score}"

    assert seen(90, scores, f"med_start@{change};review@80")["T7/PHQ-9"] == expected


@pytest.mark.parametrize(("as_of", "expected"), [(105, "amber"), (106, "red")])
def test_change_that_works_at_week_4_softens_t7_until_day_56(as_of: int, expected: str) -> None:
    scores = "PHQ-9@0=20; PHQ-9@49=19; PHQ-9@80=13"

    found = seen(as_of, scores, "med_start@50;review@80")

    assert found["T7/PHQ-9"] == expected


def test_baseline_is_no_recorded_change_that_could_soften_t7() -> None:
    assert seen(70, "PHQ-9@0=16; PHQ-9@69=15", "review@60")["T7/PHQ-9"] == "red"


def test_treatment_change_does_not_restart_t5_and_t6() -> None:
    found = seen(90, "PHQ-9@0=16; PHQ-9@89=15", "med_start@0;med_switch@80")

    assert found == {"T6/PHQ-9": "red+", "T7/PHQ-9": "amber"}


@pytest.mark.parametrize(("now", "expected"), [(10, "red"), (9, "amber"), (5, "amber"), (4, None)])
def test_not_remitted_in_week_20_is_red_and_amber_at_target(now: int, expected: str | None) -> None:
    assert seen(140, f"PHQ-9@0=18; PHQ-9@130={now}", "review@130").get("T8/PHQ-9") == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("med_start@0;med_switch@42", True),  # kept 42 days and 42 days
        ("med_start@0;med_switch@41", False),  # the first only 41
        ("med_start@0;med_switch@43", False),  # the second only 41
        ("med_start@0;med_augment@42", True),
        ("med_start@0;med_augment@43", False),
        ("med_start@0=sertraline;med_stop@45=sertraline;med_start@40=mirtazapine", True),
        ("med_start@0=sertraline;med_stop@41=Sertraline;med_start@42=mirtazapine", False),
        ("med_start@0=sertraline;med_stop@41=bupropion;med_start@42=mirtazapine", True),
        ("med_start@0=sertraline;med_stop@41;med_start@42=mirtazapine", False),
        ("med_start@0;dose_up@42", False),
        ("med_start@0;therapy_start@0", False),
        ("med_start@0=a;med_augment@10=b;med_switch@42=c", True),  # the augmentation goes on
    ],
)
def test_two_adequate_trials_make_t8_before_week_20(events: str, expected: bool) -> None:
    assert ("T8/PHQ-9" in seen(84, "PHQ-9@0=18; PHQ-9@80=16", f"{events};review@70")) is expected


def test_relapse_prevention_has_none_of_these() -> None:
    assert seen(200, "PHQ-9@0=16; PHQ-9@150=15", status="relapse prevention", since=100) == {}
