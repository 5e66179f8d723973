"""The weekly list: who needs the team, who is listed, in which order, and why."""

import json

import pytest

from bhi_core.domain.caseload import as_json, work_out
from tests.domain.clinic import Case, caseload_of, patient, registry_of

BASE = "contact@0;contact@14;med_start@0"
STILL = "PHQ-9@0=16[i9=0]; PHQ-9@50=15[i9=0]"


def mrns(*cases: Case, **options: object) -> list[str]:
    """Give the MRNs of the list in order."""
    rows = caseload_of(*cases, **options).worklist
    return list(rows.loc[rows["listed"], "mrn"])


def test_list_follows_the_steps_of_the_meeting() -> None:
    quiet = f"{BASE};contact@90;review@95"
    late = "PHQ-9@0=16; PHQ-9@30=12; PHQ-9@60=8; PHQ-9@98="
    cases = {
        "safety": Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@98=8[i9=1]", events=quiet),
        "worse": Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@98=22", events=quiet),
        "consult_overdue": Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@98=14", events=f"{BASE};contact@90;review@50"),
        "not_improving": Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@98=12", events=quiet),
        "discuss": Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@60=8; PHQ-9@98=7", events=quiet),
        "new": Case(as_of=100, enrolled=90, scores="PHQ-9@90=16", events="contact@90"),
        "watch": Case(
            as_of=100, enrolled=60, scores="PHQ-9@60=16; PHQ-9@90=16", events="contact@60;contact@70;review@95"
        ),
        "never_reached": Case(as_of=100, enrolled=70, scores="PHQ-9@70=16; PHQ-9@98=10", events="contact@70;review@95"),
        "review_due": Case(
            as_of=100, enrolled=50, scores="PHQ-9@50=9; PHQ-9@98=8", events="contact@50;contact@60;review@55"
        ),
        "if_time": Case(
            as_of=100, enrolled=60, scores="PHQ-9@60=16; PHQ-9@92=14", events="contact@60;contact@70;review@95"
        ),
        "overdue": Case(as_of=100, enrolled=60, scores="PHQ-9@60=9", events="contact@60;contact@70;review@95"),
        "long_enrolled": Case(as_of=100, enrolled=-300, scores=late + "4", events=quiet + ";contact@-280"),
        "step_down": Case(
            as_of=100, enrolled=20, scores="PHQ-9@20=16; PHQ-9@60=8; PHQ-9@98=4", events=f"contact@20;{quiet}"
        ),
        "on_track": Case(
            as_of=100, enrolled=60, scores="PHQ-9@60=16; PHQ-9@98=9", events="contact@60;contact@70;review@95"
        ),
    }
    shuffled = [case.with_(mrn=f"{number:03}") for number, case in enumerate(reversed(cases.values()))]
    discussed = len(cases) - list(cases).index("discuss")

    rows = caseload_of(*shuffled, discuss={discussed}).worklist

    assert rows["group"].tolist()[:11] == list(cases)[:11]
    assert rows["rank"].tolist()[:11] == [float(place) for place in range(1, 12)]
    assert rows.loc[~rows["listed"], "group"].tolist() == ["on_track", "step_down", "long_enrolled"]  # by MRN
    assert rows.loc[rows["needs_team"], "group"].tolist() == list(cases)[:8]


def test_within_a_step_never_reviewed_comes_first_then_longest_then_severity_then_mrn() -> None:
    scores = "PHQ-9@0=16[i9=1]; PHQ-9@90={}[i9=0]"
    cases = [
        Case(as_of=100, mrn="10", scores=scores.format(12), events="review@90"),
        Case(as_of=100, mrn="9", scores=scores.format(12), events="review@90"),
        Case(as_of=100, mrn="2", scores=scores.format(15), events="review@90"),
        Case(as_of=100, mrn="3", scores=scores.format(12), events="review@80"),
        Case(as_of=100, mrn="4", scores=scores.format(12)),
        Case(as_of=100, mrn="1", scores=scores.format(12) + "; GAD-7@90=15", events="review@90"),
    ]

    assert mrns(*cases) == ["4", "3", "1", "2", "10", "9"]  # severe before moderately severe; MRN as text


def test_order_of_the_group_may_differ_from_the_level() -> None:
    case = Case(as_of=100, scores="PHQ-9@0=16; PHQ-9@98=22", events=BASE)

    found = caseload_of(case).worklist.iloc[0]

    assert (found["level"], found["group"]) == ("red+", "worse")
    assert found["why_short"] == "Worse than at start by 6 points"


def test_new_means_active_and_never_reviewed() -> None:
    new = Case(as_of=7, scores="PHQ-9@0=14; GAD-7@0=11", events="contact@0")

    found = patient(new)

    assert (found["badges"], found["needs_team"], found["level"]) == (["new"], True, "review due")
    assert "new" not in patient(new.with_(events="contact@0;review@7"))["badges"]
    assert "new" not in patient(new.with_(status="relapse prevention", since=1))["badges"]
    assert "new" not in patient(new.with_(age=10, as_of=35))["badges"]


@pytest.mark.parametrize(
    ("case", "short", "full"),
    [
        (
            Case(as_of=7, scores="PHQ-9@0=14; GAD-7@0=11"),
            "New: enrolled 5 Jan; moderate at start", "New: enrolled 5 Jan, PHQ-9 14 (moderate), GAD-7 11.",
        ),
        (Case(as_of=7), "New: enrolled 5 Jan; no score yet", "New: enrolled 5 Jan, no score yet."),
        (
            Case(as_of=7, scores="PCL-5@0=40"),
            "New: enrolled 5 Jan", "New: enrolled 5 Jan, PCL-5 40.",
        ),
        (
            Case(as_of=50, scores="PHQ-9@0=14; PHQ-9@40=8", events="contact@1;contact@2"),
            "Never reviewed: enrolled 5 Jan, week 7; moderate at start",
            "Never reviewed: enrolled 5 Jan, week 7, PHQ-9 14 (moderate).",
        ),
    ],
)  # fmt: skip
def test_new_patient_has_a_reason_in_words(case: Case, short: str, full: str) -> None:
    row = caseload_of(case).worklist.iloc[0]

    assert (row["why_short"], row["why_full"]) == (short, full)


def test_asked_to_discuss_counts_for_the_team_and_says_so() -> None:
    case = Case(as_of=50, scores="PHQ-9@0=14; PHQ-9@40=8", events="contact@1;contact@2;review@40")

    row = caseload_of(case, discuss={1}).worklist.iloc[0]

    assert (row["needs_team"], row["group"], row["badges"]) == (True, "discuss", ["discuss"])
    assert row["why_full"].startswith("Asked to be discussed")
    assert not caseload_of(case).worklist.iloc[0]["needs_team"]


@pytest.mark.parametrize(
    ("age", "expected"), [(11.9, []), (12, ["adult evidence"]), (17.5, ["adult evidence"]), (18, []), (None, [])]
)
def test_badge_adult_evidence_stands_from_12_to_17(age: float | None, expected: list[str]) -> None:
    case = Case(as_of=7, scores="PHQ-9@0=14", events="contact@0;review@5", age=age)

    assert patient(case)["badges"] == expected


@pytest.mark.parametrize(("day", "expected"), [(14, []), (15, ["late baseline"])])
def test_badge_late_baseline_stands_after_day_14(day: int, expected: list[str]) -> None:
    assert patient(Case(as_of=20, scores=f"PHQ-9@{day}=14", events="contact@0;review@5"))["badges"] == expected


def test_state_is_the_worst_class_among_the_elevated() -> None:
    scores = "PHQ-9@0=16; GAD-7@0=8; PHQ-9@30=7; GAD-7@30=9"
    events = "contact@0;contact@9;review@20"

    low = patient(Case(as_of=31, scores=scores, events=events))["state"]
    risen = patient(Case(as_of=31, scores=scores.replace("30=9", "30=10"), events=events))["state"]
    none_elevated = patient(Case(as_of=31, scores="PHQ-9@0=6; GAD-7@0=8; PHQ-9@30=4; GAD-7@30=9", events=events))[
        "state"
    ]
    unclassed = patient(Case(as_of=8, scores="EPDS@0=20", events=events))["state"]

    assert low == {"class": "response", "instrument": "PHQ-9"}
    assert risen == {"class": "rose", "instrument": "GAD-7"}
    assert none_elevated == {"class": "below threshold", "instrument": "GAD-7"}
    assert unclassed is None


@pytest.mark.parametrize(
    ("case", "listed", "needs_team"),
    [
        (
            Case(as_of=31, scores="PHQ-9@0=16; PHQ-9@30=14", events="contact@0;contact@9;review@20"),
            True,
            False,
        ),  # amber
        (Case(as_of=20, scores="PHQ-9@0=16", events="contact@0;contact@9;review@15"), False, False),
        (Case(as_of=31, scores="PHQ-9@0=16", events="contact@0;contact@9;review@15"), True, False),  # M1
        (Case(as_of=31, scores="PHQ-9@0=16; PHQ-9@30=16", events="contact@0;contact@9;review@15"), True, True),  # T3
        (Case(as_of=29, scores="PHQ-9@0=16", events="contact@0;contact@9;review@15", follow_up_weeks=2), True, False),
    ],
)
def test_red_needs_the_team_and_amber_review_measure_and_contact_are_listed(
    case: Case, listed: bool, needs_team: bool
) -> None:
    found = patient(case)

    assert (found["listed"], found["needs_team"]) == (listed, needs_team)
    assert (found["rank"] is None) is not listed
    assert (found["not_listed_because"] is None) is listed


@pytest.mark.parametrize(
    ("case", "because"),
    [
        (
            Case(as_of=33, scores="PHQ-9@0=16; PHQ-9@32=8", events="contact@0;contact@28;review@20", follow_up_weeks=4),
            "On track: PHQ-9 16 to 8 at week 4, down 8 (50 %), response. Next contact due 2 Mar.",
        ),
        (
            Case(as_of=22, scores="PHQ-9@0=16; PHQ-9@20=15", events="contact@0;contact@9;review@20"),
            "No rule asks for the team yet: PHQ-9 16 to 15 at week 2, down 1 (6 %), no change.",
        ),
        (
            Case(as_of=20, scores="PHQ-9@0=16", events="contact@0;contact@9;review@15"),
            "No second score yet: PHQ-9 16 on 5 Jan, no score since.",
        ),
        (
            Case(as_of=20, scores="PHQ-9@0=8; PHQ-9@15=7", events="contact@0;contact@9;review@15"),
            "Below the threshold: PHQ-9 8 to 7 at week 2, down 1 (13 %).",
        ),
        (
            Case(as_of=10, events="contact@0;contact@9;review@9"),
            "No score that can be judged: enrolled 5 Jan, week 1.",
        ),
        (
            Case(as_of=20, scores="PHQ-9M@0=16[i9=0]", age=9),
            "No second score yet: PHQ-9 16 on 5 Jan, no score since. "
            "Under 12: only safety and missing measures are judged.",
        ),
        (
            Case(as_of=70, scores="PHQ-9@0=16; PHQ-9@40=8; PHQ-9@68=4", events="contact@0;contact@9;review@60"),
            "At target on two scores: PHQ-9 16 to 4 at week 9, down 12 (75 %). No relapse-prevention plan yet.",
        ),
        (
            Case(as_of=300, scores="PHQ-9@0=16; PHQ-9@298=4", events="contact@0;contact@9;review@290"),
            "Enrolled on 5 Jan, 9 months ago, and still active. "
            "On track: PHQ-9 16 to 4 at week 42, down 12 (75 %), remission.",
        ),
    ],
)
def test_who_is_not_listed_has_a_sentence_of_facts(case: Case, because: str) -> None:
    assert patient(case)["not_listed_because"].replace("\u202f", " ") == because


def test_json_has_the_shape_that_scripts_read() -> None:
    case = Case(
        as_of="2026-03-02", enrolled="2025-12-01", mrn="00123", scores="PHQ-9@2025-12-01=16[i9=1]; PHQ-9@2026-02-02=15"
    )

    document = as_json(caseload_of(case))

    found = document["patients"][0]
    assert json.loads(json.dumps(document)) == document
    assert (document["as_of"], document["rules_version"]) == ("2026-03-02", "2026.2")
    assert list(found) == [
        "mrn", "enrolled_on", "status", "needs_team", "listed", "rank", "level", "state", "badges", "instruments",
        "findings", "not_listed_because",
    ]  # fmt: skip
    assert found["instruments"]["PHQ-9"] == {
        "baseline": 16, "baseline_on": "2025-12-01", "latest": 15, "latest_on": "2026-02-02", "change": -1,
        "percent": -6.25, "class": "no change", "item9": "positive",
    }  # fmt: skip
    assert list(found["findings"][0]) == ["rule", "instrument", "level", "reason", "action"]
    assert "instrument" not in next(finding for finding in found["findings"] if finding["rule"] == "R1")
    levels = [finding["level"] for finding in found["findings"]]
    assert levels == sorted(levels, key=["safety", "red+", "red", "amber", "review due", "overdue", "stale"].index)


def test_without_episodes_there_is_an_empty_list() -> None:
    registry = registry_of(Case(as_of=-100))  # enrolled later

    caseload = work_out(registry)

    assert as_json(caseload)["patients"] == []
    assert caseload.worklist.empty
    assert caseload.findings.empty


def test_leap_day_counts_twelve_months_to_the_28th() -> None:
    case = Case(as_of="2025-02-27", enrolled="2024-02-29", scores="PHQ-9@2024-02-29=9; PHQ-9@2025-02-20=9",
                events="contact@2024-02-29;contact@2025-02-20;review@2025-01-29")  # fmt: skip

    before, on = (caseload_of(case.with_(as_of=day)).findings["rule"].tolist() for day in ("2025-02-27", "2025-02-28"))

    assert "R1" not in before
    assert "R1" in on


def test_reopened_patient_has_a_new_baseline_and_the_old_episode_is_kept() -> None:
    case = Case(as_of=40, earlier=(-400,), scores="PHQ-9@-395=20; PHQ-9@-300=4; PHQ-9@0=15; PHQ-9@35=14",
                events="contact@0;contact@9;review@30")  # fmt: skip

    caseload = caseload_of(case)

    assert caseload.trajectories["baseline"].tolist() == [20, 15]
    assert [row["enrolled_on"] for row in as_json(caseload)["patients"]] == ["2026-01-05"]
    assert "D2" not in caseload.findings["rule"].tolist()


def test_score_before_the_enrolment_counts_from_14_days_before_it() -> None:
    early = patient(Case(as_of=10, scores="PHQ-9@-15=20; PHQ-9@0=15", events="contact@0"))
    counted = patient(Case(as_of=10, scores="PHQ-9@-14=20; PHQ-9@0=15", events="contact@0"))

    assert early["instruments"]["PHQ-9"]["baseline"] == 15
    assert counted["instruments"]["PHQ-9"]["baseline"] == 20


def test_gap_of_more_than_24_weeks_keeps_the_course() -> None:
    case = Case(as_of=260, scores="PHQ-9@0=20; PHQ-9@30=18; PHQ-9@255=8", events="contact@0;contact@250;review@250")

    assert patient(case)["instruments"]["PHQ-9"]["class"] == "response"


def test_chosen_baseline_is_used_by_the_rules() -> None:
    case = Case(as_of=61, scores="PHQ-9@0=9; PHQ-9@20=18; PHQ-9@60=18", events="contact@0;contact@9;review@55")

    assert {finding["rule"] for finding in patient(case)["findings"]} == {"D1", "D3"}
    assert {finding["rule"] for finding in patient(case.with_(baseline_score=2))["findings"]} == {"T3"}
