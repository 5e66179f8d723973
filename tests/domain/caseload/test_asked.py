"""Whom to discuss because somebody asked, and whom to leave out because somebody said so."""

import pandas as pd
import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.caseload.asked import open_requests, sentence, snoozes_on
from bhi_core.domain.moments import copies
from tests.domain.clinic import Case, caseload_of, day, patient, registry_of

CALM = Case(as_of=60, scores="PHQ-9@0=14[i9=0]; PHQ-9@50=8[i9=0]", events="contact@1;contact@50;review@40")
STUCK = CALM.with_(scores="PHQ-9@0=16[i9=0]; PHQ-9@57=16[i9=0]")
SAID = "Asked to be discussed on 14 Feb by A. Novak: sleep."


def with_events(case: Case, events: str) -> Case:
    """Give the case with more that happened."""
    return case.with_(events=f"{case.events};{events}")


def test_open_request_makes_the_patient_one_for_the_team_and_says_who_asked_why() -> None:
    row = caseload_of(with_events(CALM, "discuss@40")).worklist.iloc[0]

    assert (row["needs_team"], row["group"], row["badges"]) == (True, "discuss", ["discuss"])
    assert row["why_short"] == "To discuss: sleep"
    assert row["why_full"].startswith(f"{SAID} Adequate change so far: PHQ-9 14 to 8")


def test_request_is_said_where_something_else_comes_first_too() -> None:
    row = caseload_of(with_events(STUCK, "discuss@40")).worklist.iloc[0]

    assert row["group"] == "not_improving"
    assert row["why_full"].startswith("Possible non-response: ")
    assert row["why_full"].endswith(f". {SAID}")


def test_two_requests_are_both_told() -> None:
    row = caseload_of(with_events(CALM, "discuss@40;discuss@41=tired")).worklist.iloc[0]

    assert row["why_short"] == "To discuss: sleep; To discuss: tired"
    assert row["why_full"].startswith(f"{SAID} Asked to be discussed on 15 Feb by A. Novak: tired. ")


@pytest.mark.parametrize(
    ("events", "waits"),
    [
        ("discuss@40;review@39", True),  # dated before
        ("review@40;discuss@40", True),  # recorded before
        ("discuss@40;review@40", False),
        ("discuss@40;review@41", False),
        ("discuss@40;review@41;discuss@42", True),
    ],
)
def test_review_dated_on_or_after_a_request_and_recorded_after_it_answers_it(events: str, waits: bool) -> None:
    assert len(open_requests(registry_of(CALM.with_(events=events)))) == waits


def test_another_patients_review_answers_nothing() -> None:
    registry = registry_of(CALM.with_(events="discuss@40"), CALM.with_(mrn="0002", events="review@41"))

    assert open_requests(registry)["patient_id"].tolist() == [1]


def test_request_of_somebody_whose_care_is_closed_lists_nobody() -> None:
    closed = with_events(CALM, "discuss@40").with_(status="graduated", closed=50)

    assert caseload_of(closed).worklist.empty


def test_patients_named_by_the_caller_stand_in_place_of_the_requests() -> None:
    registry = registry_of(with_events(CALM, "discuss@40"), CALM.with_(mrn="0002"))

    rows = work_out(registry, discuss={2}).worklist.set_index("mrn")

    assert rows["needs_team"].to_dict() == {"0001": False, "0002": True}
    assert str(rows.loc["0002", "why_full"]).startswith("Asked to be discussed. Adequate")


def test_snoozed_patient_is_shown_as_not_listed_with_the_sentence() -> None:
    found = patient(with_events(STUCK, "snooze@59=67"))

    assert (found["listed"], found["needs_team"], found["rank"]) == (False, False, None)
    assert found["not_listed_because"] == "Snoozed until 13 Mar by A. Novak: on leave."
    assert [finding["rule"] for finding in found["findings"]] == ["T4", "T5"]  # what fires is still said


@pytest.mark.parametrize(
    ("events", "listed"),
    [
        ("snooze@60=61", False),
        ("snooze@59=60", True),  # back on the day itself
        ("snooze@50=59", True),
        ("snooze@50=59;snooze@51=61", False),
        ("snooze@50=61;snooze@51=59", False),  # the one that lasts longest
    ],
)
def test_snooze_holds_from_its_date_to_the_day_before_its_end(events: str, listed: bool) -> None:
    assert patient(with_events(STUCK, events))["listed"] is listed


@pytest.mark.parametrize(
    ("rule", "scores", "events", "status"),
    [
        ("S1", "PHQ-9@0=16[i9=1]; PHQ-9@57=8[i9=0]", "", "active"),
        ("S2", "PHQ-9@0=16; PHQ-9@57=8", "manual_flag@57", "active"),
        ("S2", "PHQ-9@0=16; PHQ-9@57=8", "c_ssrs@57=orange", "active"),
        ("D1", "PHQ-9@0=16; PHQ-9@57=21", "", "active"),
        ("D2", "PHQ-9@0=16; PHQ-9@30=4; PHQ-9@57=11", "", "relapse prevention"),
        ("D3", "PHQ-9@0=9; PHQ-9@57=10", "", "active"),
        ("D4", "PHQ-9@0=24; PHQ-9@30=13; PHQ-9@57=19", "", "active"),
    ],
)
def test_snooze_never_hides_a_safety_flag_or_a_deterioration(rule: str, scores: str, events: str, status: str) -> None:
    calm = "contact@1;contact@50;review@50"
    case = Case(as_of=60, scores=scores, events=f"{calm};{events};snooze@58=90", status=status, since=40)

    found = patient(case)

    assert rule in {finding["rule"] for finding in found["findings"]}
    assert (found["listed"], found["not_listed_because"]) == (True, None)


def test_snooze_does_not_hide_the_flag_of_an_earlier_episode() -> None:
    case = Case(
        as_of=160, enrolled=100, earlier=(0,), scores="PHQ-9@0=16[i9=2]; PHQ-9@100=16; PHQ-9@157=16",
        events="contact@101;contact@150;review@150;snooze@158=190",
    )  # fmt: skip

    rows = caseload_of(case).worklist

    assert rows.loc[rows["listed"], "level"].tolist() == ["safety"]


@pytest.mark.parametrize(("asked", "listed"), [(57, False), (58, True), (59, True)])
def test_who_asks_on_or_after_the_day_of_a_snooze_wakes_it(asked: int, listed: bool) -> None:
    case = with_events(STUCK, f"snooze@58=90;discuss@{asked}")

    assert patient(case)["listed"] is listed


def test_snooze_of_somebody_who_is_not_listed_anyway_says_why_not() -> None:
    assert patient(with_events(CALM, "snooze@58=90"))["not_listed_because"].startswith("On track: PHQ-9 14 to 8")


def test_snoozed_patient_stays_overdue_for_contact_in_the_headline_s_count() -> None:
    row = caseload_of(with_events(STUCK, "snooze@58=90").with_(follow_up_weeks=1)).worklist.iloc[0]

    assert (row["listed"], row["overdue_contact"], str(row["snoozed_until"].date())) == (False, True, "2026-04-05")


def test_registry_in_which_nobody_said_anything_has_no_request_and_no_snooze() -> None:
    registry = registry_of(CALM)

    assert (len(open_requests(registry)), len(snoozes_on(registry))) == (0, 0)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("on leave", "Snoozed: on leave."), (" on\nleave. ", "Snoozed: on leave."), ("why?", "Snoozed: why?"),
     ("", "Snoozed."), (float("nan"), "Snoozed.")],
)  # fmt: skip
def test_reason_becomes_one_line_with_one_full_stop(reason: object, expected: str) -> None:
    assert sentence("Snoozed", reason) == expected


def test_a_request_that_one_copy_of_a_patient_answers_still_stands_in_another() -> None:
    registry = registry_of(Case(as_of=60, scores="PHQ-9@0=16", events="discuss@20;review@30"))
    moments = pd.DataFrame({"patient_id": registry.patients["patient_id"].tolist() * 2})
    moments["as_of"] = pd.Series([day(25), day(40)], dtype="datetime64[s]")

    waiting = open_requests(copies(registry, moments))

    assert waiting["patient_id"].tolist() == [0]
