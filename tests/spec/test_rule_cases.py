"""The worked cases of the decision table: each patient must come out with the complete set of rules written there.

Source: data/rules/cases.csv of the project's shared data (see its README), answers written by hand from the rulebook.
"""

import csv
from pathlib import Path
from typing import Any

import pytest

from bhi_core.domain.caseload import as_json
from tests.domain.clinic import Case, caseload_of, day, label

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CASES = SHARED / "data" / "rules" / "cases.csv"

STATUS = {"Active": "active", "RP": "relapse prevention", "Graduated": "graduated"}
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))


def case_of(row: dict[str, str]) -> Case:
    """Turn a line of the file into a case; ``rp`` and ``closed`` are dates of the episode, not records."""
    events = [event for event in row["events"].split(";") if event]
    dates = {kind: on for kind, _, on in (event.partition("@") for event in events) if kind in ("rp", "closed")}
    records = [event for event in events if event.partition("@")[0] not in ("rp", "closed")]
    return Case(
        as_of=row["as_of"], enrolled=row["enrolled_on"], age=float(row["age"]), status=STATUS[row["status"]],
        scores=row["scores"], events=";".join(records), mrn=row["case_id"],
        follow_up_weeks=float(row["contact_interval_weeks"]) if row["contact_interval_weeks"] else None,
        since=dates.get("rp"), closed=dates.get("closed"),
    )  # fmt: skip


def result_of(row: dict[str, str]) -> dict[str, Any]:
    """Work the case out and give its patient as JSON; {} when it has left the caseload."""
    patients = as_json(caseload_of(case_of(row), target_rule=row["target_rule"].lower()))["patients"]
    assert len(patients) <= 1
    return patients[0] if patients else {}


def test_the_worked_cases_are_beside_the_clone() -> None:
    assert len(ROWS) >= 18


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['case_id']} {row['title']}" for row in ROWS])
def test_worked_case_fires_exactly_the_rules_that_were_written_down(row: dict[str, str]) -> None:
    expected = dict(part.split("=") for part in row["expected_rules"].split(";") if part)

    result = result_of(row)

    found = {label(finding): finding["level"].upper() for finding in result.get("findings", [])}
    assert found == expected
    rules_alone = {name.partition("/")[0] for name in found} | set(found)
    assert not rules_alone & set(row["expected_not_fired"].split())


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['case_id']} {row['title']}" for row in ROWS])
def test_worked_case_has_the_classes_and_the_state_that_were_written_down(row: dict[str, str]) -> None:
    result = result_of(row)

    for name in ("PHQ-9", "GAD-7", "PCL-5"):
        expected = row[f"expected_class_{name.lower().replace('-', '')}"]
        found = result["instruments"].get(name)
        assert (found["class"].upper() if found else "") == expected
    state = result["state"]
    assert f"{state['class'].upper()} {state['instrument']}" == row["expected_state"]
    assert ("late baseline" in result["badges"]) == (row["expected_late_baseline"] == "yes")


def test_worked_case_dates_count_from_the_fifth_of_january() -> None:
    assert day("0").isoformat() == "2026-01-05"
