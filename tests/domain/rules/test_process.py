"""T0, T9, M0 to M2, C1, R1 and G1, G2: contact, review, missing measures, and who is ready to step down."""

import pytest

from tests.domain.clinic import Case, caseload_of, fired

QUIET = Case(as_of=20, scores="PHQ-9@0=16[i9=0]", events="contact@0;contact@14;review@15")
RECOVERED = "PHQ-9@0=16[i9=0]; PHQ-9@40=8; PHQ-9@68=7"


def level(case: Case, rule: str, **options: object) -> str | None:
    """Give the level at which a rule fires, None if it does not."""
    return fired(case, **options).get(rule)


def test_nothing_fires_for_a_patient_on_time() -> None:
    assert fired(QUIET) == {}


@pytest.mark.parametrize(("as_of", "expected"), [(27, None), (28, "red")])
def test_without_a_second_contact_t0_fires_from_day_28(as_of: int, expected: str | None) -> None:
    assert level(QUIET.with_(as_of=as_of, events="contact@0;review@15"), "T0") == expected
    assert level(QUIET.with_(as_of=as_of, events="review@15"), "T0") == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("contact@0;contact@0", "red"),
        ("contact@0;no_show@10", "red"),
        ("contact@0;contact@1", None),
        ("contact@0;contact@39", None),
        ("contact@-10;contact@0", None),
    ],
)
def test_follow_up_is_an_attended_contact_on_a_later_day_however_late(events: str, expected: str | None) -> None:
    assert level(QUIET.with_(as_of=40, events=f"{events};review@30"), "T0") == expected


@pytest.mark.parametrize(("as_of", "expected"), [("2026-10-04", None), ("2026-10-05", "info")])
def test_nine_calendar_months_are_long(as_of: str, expected: str | None) -> None:
    assert level(QUIET.with_(as_of=as_of), "T9") == expected


@pytest.mark.parametrize(("as_of", "expected"), [("2026-02-27", None), ("2026-02-28", "info")])
def test_nine_months_after_the_31st_end_on_the_last_day_of_a_short_month(as_of: str, expected: str | None) -> None:
    assert level(QUIET.with_(enrolled="2025-05-31", as_of=as_of), "T9") == expected


@pytest.mark.parametrize(("as_of", "expected"), [(13, None), (14, "stale")])
def test_baseline_is_missing_from_day_14(as_of: int, expected: str | None) -> None:
    events = "contact@0;contact@10;review@10"

    assert level(Case(as_of=as_of, events=events), "M0") == expected
    assert level(Case(as_of=as_of, scores="PHQ-9@0=16[incomplete]", events=events), "M0") == expected
    assert level(Case(as_of=as_of, scores="PCL-5@3=40", events=events), "M0") is None


@pytest.mark.parametrize(("as_of", "expected"), [(30, None), (31, "stale")])
def test_score_is_out_of_date_after_30_days_baseline_included(as_of: int, expected: str | None) -> None:
    assert level(QUIET.with_(as_of=as_of), "M1") == expected


@pytest.mark.parametrize(("as_of", "expected"), [(60, None), (61, "stale")])
def test_score_is_out_of_date_after_60_days_in_relapse_prevention(as_of: int, expected: str | None) -> None:
    case = QUIET.with_(as_of=as_of, status="relapse prevention", since=10)

    assert level(case, "M2") == expected
    assert level(case, "M1") is None


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@0=16; GAD-7@0=12; GAD-7@30=12", {"PHQ-9"}),
        ("PHQ-9@0=16; GAD-7@0=12", {"PHQ-9", "GAD-7"}),
        ("PHQ-9@0=16; GAD-7@0=9; PHQ-9@30=16", set()),
        ("PHQ-9@0=9; GAD-7@0=9; PHQ-9@30=9", set()),
        ("PHQ-9@0=9; GAD-7@0=9", {"PHQ-9", "GAD-7"}),
        ("PHQ-9@0=16; PCL-5@0=33; PHQ-9@30=16", {"PCL-5"}),
        ("PHQ-9@0=16; PCL-5@0=32; PHQ-9@30=16", set()),
        ("PHQ-9@0=16; WHO-5@0=12; PHQ-9@30=16", {"WHO-5"}),
        ("PHQ-9@0=16; WHO-5@0=13; PHQ-9@30=16", set()),
        ("PHQ-9@0=16; PHQ-2@0=6; PHQ-9@30=16", set()),
        ("EPDS@0=10", {"EPDS"}),
    ],
)
def test_stale_is_any_elevated_instrument_or_with_none_elevated_all_of_them(scores: str, expected: set[str]) -> None:
    findings = caseload_of(QUIET.with_(as_of=35, scores=scores)).findings
    names = {"phq9": "PHQ-9", "gad7": "GAD-7", "pcl5": "PCL-5", "who5": "WHO-5", "epds": "EPDS"}

    assert {names[series] for series in findings.loc[findings["rule"] == "M1", "instrument"]} == expected


@pytest.mark.parametrize(("sex", "expected"), [("female", "stale"), ("male", None), (None, None)])
def test_threshold_that_depends_on_sex_is_read_for_the_person(sex: str | None, expected: str | None) -> None:
    scores = "PHQ-9@0=9; PHQ-9@30=9; AUDIT-C@0=3"

    assert level(QUIET.with_(as_of=35, scores=scores, sex=sex), "M1") == expected


@pytest.mark.parametrize(("as_of", "expected"), [(28, None), (29, "overdue")])
def test_contact_is_overdue_the_day_after_it_was_due(as_of: int, expected: str | None) -> None:
    assert level(QUIET.with_(as_of=as_of, follow_up_weeks=2), "C1") == expected
    assert level(QUIET.with_(as_of=as_of, follow_up_weeks=4, events="no_show@20;review@15"), "C1") == expected
    assert level(QUIET.with_(as_of=as_of), "C1") is None


@pytest.mark.parametrize(
    ("events", "due"),
    [
        ("contact@0;contact@14=40", 40),  # Next due beats the interval of 2 weeks
        ("contact@0=40;contact@14", 28),  # a later attended contact begins anew
        ("contact@0;contact@14=40;no_show@35", 40),
        ("contact@0;contact@14=40;no_show@35=42", 42),
        ("no_show@3=10", 10),
        ("", 14),
    ],
)
def test_next_due_stands_until_the_next_attended_contact(events: str, due: int) -> None:
    case = QUIET.with_(follow_up_weeks=2, events=f"{events};review@15".strip(";"))

    assert level(case.with_(as_of=max(due, 36)), "C1") == (None if due >= 36 else "overdue")
    assert level(case.with_(as_of=max(due, 36) + 1), "C1") == "overdue"


def test_as_needed_contact_is_overdue_only_by_a_next_due() -> None:
    assert level(QUIET.with_(events="contact@0;contact@14=18;review@15"), "C1") == "overdue"


@pytest.mark.parametrize(("as_of", "expected"), [("2026-03-01", False), ("2026-03-02", True)])
def test_contact_a_calendar_month_past_due_is_marked(as_of: str, expected: bool) -> None:
    case = Case(as_of=as_of, events="contact@0;contact@14;review@40", follow_up_weeks=2)  # due 2 February

    findings = caseload_of(case).findings

    assert findings.loc[findings["rule"] == "C1", "strong"].tolist() == [expected]


@pytest.mark.parametrize(
    ("as_of", "status", "expected"),
    [
        ("2026-02-19", "active", None), ("2026-02-20", "active", "review due"),
        ("2026-03-19", "relapse prevention", None), ("2026-03-20", "relapse prevention", "review due"),
    ],
)  # fmt: skip
def test_review_is_due_after_one_calendar_month_and_two_in_relapse_prevention(
    as_of: str, status: str, expected: str | None
) -> None:
    assert level(QUIET.with_(as_of=as_of, status=status, since=2), "R1") == expected


@pytest.mark.parametrize("status", ["active", "relapse prevention"])
def test_who_was_never_reviewed_is_due_at_once(status: str) -> None:
    assert level(QUIET.with_(as_of=1, events="contact@0", status=status, since=0), "R1") == "review due"


def test_review_of_an_earlier_episode_does_not_count() -> None:
    case = QUIET.with_(earlier=(-300,), events="contact@0;contact@14;review@-200")

    assert level(case, "R1") == "review due"


RECENT = "contact@0;contact@14;med_start@0;review@60"


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@0=16; PHQ-9@40=8; PHQ-9@68=7", "green"),
        ("PHQ-9@0=16; PHQ-9@41=8; PHQ-9@68=7", None),  # 27 days
        ("PHQ-9@0=16; PHQ-9@30=8; PHQ-9@50=12; PHQ-9@68=7", None),  # not all between
        ("PHQ-9@0=16; PHQ-9@40=9; PHQ-9@68=9", "green"),
        ("PHQ-9@0=13; PHQ-9@40=9; PHQ-9@68=9", None),  # at target, not improved
        ("PHQ-9@0=16; GAD-7@0=12; PHQ-9@40=8; PHQ-9@68=7; GAD-7@68=6", None),  # GAD-7 not on two scores
        ("PHQ-9@0=16; GAD-7@0=12; PHQ-9@40=8; GAD-7@40=6; PHQ-9@68=7; GAD-7@68=6", "green"),
        ("PHQ-9@0=16; GAD-7@0=9; PHQ-9@40=8; PHQ-9@68=7", "green"),
        ("PHQ-9@0=9; PHQ-9@40=3; PHQ-9@68=3", None),  # no instrument with B of 10
    ],
)
def test_two_improved_scores_28_days_apart_make_ready_for_relapse_prevention(scores: str, expected: str | None) -> None:
    assert level(Case(as_of=70, scores=scores, events=RECENT), "G1") == expected


def test_anything_red_stands_against_g1_and_amber_does_not() -> None:
    case = Case(as_of=70, scores=RECOVERED, events=RECENT)

    assert level(case.with_(scores=RECOVERED + "; PCL-5@0=40; PCL-5@68=56"), "G1") is None
    assert level(case.with_(scores=RECOVERED + "; PHQ-9@50=8[i9=1]"), "G1") is None
    assert level(case.with_(events="contact@0;review@60"), "G1") is None  # T0
    assert level(case.with_(scores=RECOVERED + "; GAD-7@0=3; GAD-7@68=7"), "G1") == "green"  # D1 amber


def test_stale_score_hides_g1() -> None:
    case = Case(as_of=98, scores=RECOVERED, events="contact@0;contact@14;review@90")

    assert level(case, "G1") == "green"
    assert level(case.with_(as_of=99), "G1") is None


PREVENTION = Case(
    as_of=156, status="relapse prevention", since=100, scores="PHQ-9@0=16[i9=0]; PHQ-9@60=8; PHQ-9@96=7",
    events="contact@0;contact@14;review@120;rp_plan@100",
)  # fmt: skip


def test_g2_needs_56_days_a_score_of_60_days_and_a_plan() -> None:
    assert fired(PREVENTION) == {"G2": "green"}
    assert level(PREVENTION.with_(as_of=155), "G2") is None
    assert level(PREVENTION.with_(as_of=157), "G2") is None  # the score is 61 days old
    assert level(PREVENTION.with_(events="contact@0;contact@14;review@120"), "G2") is None
    assert level(PREVENTION.with_(since=None), "G2") is None


def test_g2_needs_an_improved_score_without_safety_flag_or_d_rule() -> None:
    scores = PREVENTION.scores

    assert level(PREVENTION.with_(scores=scores + "; PHQ-9@120=9"), "G2") == "green"
    assert level(PREVENTION.with_(scores=scores + "; PHQ-9@120=10"), "G2") is None  # relapsed
    assert level(PREVENTION.with_(scores=scores + "; GAD-7@0=15; GAD-7@120=12"), "G2") is None
    assert level(PREVENTION.with_(scores=scores + "; PHQ-9@120=7[i9=1]"), "G2") is None
    assert level(PREVENTION.with_(events=PREVENTION.events + ";manual_flag@110"), "G2") is None
    assert level(PREVENTION.with_(scores=scores + "; PCL-5@0=20; PCL-5@120=36"), "G2") is None


def test_plan_of_an_earlier_episode_is_no_plan() -> None:
    case = PREVENTION.with_(earlier=(-300,), events="contact@0;contact@14;review@120;rp_plan@-200")

    assert level(case, "G2") is None


def test_closed_episode_has_no_rule() -> None:
    assert fired(Case(as_of=200, scores="PHQ-9@0=16; PHQ-9@60=25", status="discharged", closed=150)) == {}


def test_episode_that_closes_later_counts_as_active() -> None:
    assert (
        level(Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@60=25", status="discharged", closed=150), "D1/PHQ-9") == "red"
    )


def test_episode_before_its_relapse_prevention_counts_as_active() -> None:
    case = PREVENTION.with_(as_of=99)

    assert level(case, "G1") == "green"


@pytest.mark.parametrize(
    ("age", "expected"), [(11.5, {"M1"}), (12, {"M1", "D1/PHQ-9", "T0", "R1", "C1", "T3/PHQ-9", "T4/PHQ-9"})]
)
def test_under_12_only_safety_and_missing_measures_are_judged(age: float, expected: set[str]) -> None:
    case = Case(as_of=77, scores="PHQ-9M@0=16; PHQ-9M@45=23", age=age, follow_up_weeks=2, events="contact@0;review@5")

    found = set(fired(case)) - {"T5/PHQ-9", "T7/PHQ-9"}

    assert found == expected


def test_child_keeps_safety() -> None:
    assert fired(Case(as_of=20, scores="PHQ-9M@0=16[i9=1]", age=9))["S1"] == "safety"
