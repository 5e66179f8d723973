"""Who is on the agenda, who is passed over, and who is not listed: each patient once."""

import json
from typing import Any

import pandas as pd
import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.review.agenda import Agenda, agenda, as_json, fitted
from bhi_core.errors import Refused
from tests.domain.clinic import Case, registry_of

FLAGGED = Case(as_of=60, scores="PHQ-9@0=16[i9=2]; PHQ-9@57=8[i9=0]", events="contact@1;contact@50;review@50")
WORSE = FLAGGED.with_(scores="PHQ-9@0=14; PHQ-9@57=20", mrn="0002")
STUCK = FLAGGED.with_(scores="PHQ-9@0=16; PHQ-9@57=16", mrn="0003")
CALM = FLAGGED.with_(scores="PHQ-9@0=14; PHQ-9@57=6", mrn="0004")
SNOOZED = STUCK.with_(events=f"{STUCK.events};snooze@59=80", mrn="0005")
EVERYBODY = (CALM, STUCK, SNOOZED, WORSE, FLAGGED)
IDS = {case.mrn: number for number, case in enumerate(EVERYBODY, start=1)}
NO_WEEKS = pd.Series(dtype="int64")


def of(*cases: Case, weeks: "pd.Series[int]" = NO_WEEKS, **options: Any) -> Agenda:
    """Give the agenda of some patients; ``pinned`` and ``removed`` are MRNs of ``EVERYBODY``."""
    for name in ("pinned", "removed"):
        if name in options:
            options[name] = [IDS[mrn] for mrn in options[name]]
    registry = registry_of(*cases)
    return agenda(work_out(registry), registry, weeks, **options)


def mrns(plan: Agenda) -> tuple[list[str], list[str], list[str]]:
    """Give who stands where."""
    return plan.items["mrn"].tolist(), plan.passed_over["mrn"].tolist(), plan.not_listed["mrn"].tolist()


def test_first_of_the_list_are_on_the_agenda_as_many_as_there_is_time_for() -> None:
    plan = of(*EVERYBODY, minutes=12)

    assert plan.fits == 2
    assert mrns(plan) == (["0001", "0002"], ["0003"], ["0004", "0005"])
    assert plan.items["rank"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(("minutes", "per_patient", "fits"), [(60, 6, 10), (59, 6, 9), (5, 6, 0), (0, 6, 0), (6, 1, 6)])
def test_time_is_rounded_down_to_whole_patients(minutes: int, per_patient: int, fits: int) -> None:
    plan = of(*EVERYBODY, minutes=minutes, per_patient=per_patient)

    assert (plan.fits, len(plan.items)) == (fits, min(fits, 3))
    assert len(plan.items) + len(plan.passed_over) == 3


@pytest.mark.parametrize("numbers", [{"minutes": -1}, {"per_patient": 0}])
def test_minutes_that_make_no_meeting_are_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="at least 1"):
        of(CALM, **numbers)


def test_pinned_patients_come_first_in_their_order_and_keep_their_rank() -> None:
    plan = of(*EVERYBODY, minutes=12, pinned=["0003", "0001"])

    assert mrns(plan) == (["0003", "0001"], ["0002"], ["0004", "0005"])
    assert plan.items["rank"].tolist() == [3.0, 1.0]
    assert plan.items["pinned"].tolist() == [True, True]


def test_pinned_patient_who_is_not_listed_is_on_the_agenda_with_both_reasons() -> None:
    plan = of(*EVERYBODY, minutes=12, pinned=["0005"])

    assert mrns(plan) == (["0005", "0001"], ["0002", "0003"], ["0004"])
    assert plan.items["reason"].iloc[0] == "Pinned for this meeting. Snoozed until 26 Mar by A. Novak: on leave."


def test_more_pinned_than_fit_are_passed_over_in_the_open() -> None:
    assert mrns(of(*EVERYBODY, minutes=6, pinned=["0003", "0001"]))[:2] == (["0003"], ["0001", "0002"])


def test_patient_taken_off_makes_room_for_the_next_and_counts_as_passed_over() -> None:
    assert mrns(of(*EVERYBODY, minutes=12, removed=["0001"]))[:2] == (["0002", "0003"], ["0001"])


def test_patient_who_stands_on_the_list_twice_is_on_the_agenda_once() -> None:
    twice = Case(
        as_of=160, enrolled=100, earlier=(0,), scores="PHQ-9@0=16[i9=2]; PHQ-9@100=16; PHQ-9@157=16",
        events="contact@101;contact@150;review@150",
    )  # fmt: skip

    plan = of(twice)

    assert (plan.items["level"].tolist(), len(plan.passed_over), len(plan.not_listed)) == (["safety"], 0, 0)


def test_weeks_passed_over_and_late_recommendations_stand_beside_the_patient() -> None:
    late = STUCK.with_(events=f"{STUCK.events};review@51=switch|Dr Osei|58;review@52=refer|Dr Osei|58")
    weeks = pd.Series({1: 3}, dtype="int64")

    plan = of(late, WORSE, weeks=weeks)

    rows = plan.items.set_index("mrn")
    assert rows["weeks_passed_over"].to_dict() == {"0002": 0, "0003": 3}
    assert rows["late"].to_dict() == {"0002": 0, "0003": 2}


def test_document_has_the_documented_shape() -> None:
    document = as_json(of(*EVERYBODY, minutes=12))

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert {name: document[name] for name in ("as_of", "minutes", "per_patient", "fits")} == {
        "as_of": "2026-03-06", "minutes": 12, "per_patient": 6, "fits": 2,
    }  # fmt: skip
    assert [set(line) for line in document["agenda"]] == [{"rank", "mrn", "level", "reason", "weeks_passed_over"}] * 2
    assert document["agenda"][0]["rank"] == 1
    assert document["agenda"][0]["level"] == "safety"
    assert document["agenda"][0]["reason"].startswith("Item 9 answered “more than half the days” on 5 Jan")
    assert [set(line) for line in document["passed_over"]] == [{"mrn", "level", "reason", "weeks_passed_over"}]
    assert document["not_listed"][1] == {
        "mrn": "0005", "because": "Snoozed until 26 Mar by A. Novak: on leave.",
    }  # fmt: skip


def test_pinned_patient_who_is_not_listed_has_no_rank_in_the_document() -> None:
    assert as_json(of(*EVERYBODY, pinned=["0004"]))["agenda"][0]["rank"] is None


def test_empty_caseload_has_an_empty_agenda() -> None:
    document = as_json(of(Case(as_of=-50)))

    assert (document["agenda"], document["passed_over"], document["not_listed"]) == ([], [], [])


def test_sentence_says_how_the_list_fits() -> None:
    assert fitted(of(*EVERYBODY, minutes=12)) == (
        "2 patients fit into 12 minutes at 6 minutes each; 2 of 3 listed patients are on the agenda, 1 is passed over."
    )
    assert fitted(of(*EVERYBODY, minutes=1, per_patient=1)) == (
        "1 patient fits into 1 minute at 1 minute each; 1 of 3 listed patients is on the agenda, 2 are passed over."
    )
