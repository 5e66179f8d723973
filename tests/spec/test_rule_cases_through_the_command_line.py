"""The worked cases of the decision table, written as a clinic's files, brought in and asked for by commands.

Source: data/rules/cases.csv of the project's shared data (see its README), answers written by hand from the rulebook.
"""

import csv
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bhi_core.domain.caseload import as_json
from tests.command_line.running import Clinic
from tests.domain.clinic import DAY_0, Case, caseload_of, label
from tests.spec.rule_case_files import CHANGES, STATUS, written

CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "rules" / "cases.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))


def check(row: dict[str, str], patient: dict[str, Any] | None) -> None:
    """Compare a patient of the caseload with what was written down."""
    findings = patient["findings"] if patient else []
    found = {label(finding): finding["level"].upper() for finding in findings}
    assert found == dict(part.split("=") for part in row["expected_rules"].split(";") if part), row["case_id"]
    if patient is None:
        return
    for name in ("PHQ-9", "GAD-7", "PCL-5"):
        measured = patient["instruments"].get(name)
        assert (measured["class"].upper() if measured else "") == row[f"expected_class_{name.lower().replace('-', '')}"]
    assert f"{patient['state']['class'].upper()} {patient['state']['instrument']}" == row["expected_state"]
    assert ("late baseline" in patient["badges"]) == (row["expected_late_baseline"] == "yes")


def check_all(clinic: Clinic, rows: list[dict[str, str]]) -> None:
    """Ask for the caseload of each case's own day, and compare."""
    for row in rows:
        patients = clinic.caseload(row["as_of"], "--target", row["target_rule"].lower())
        check(row, patients.get(row["case_id"]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case_id"])
def test_case_brought_in_on_its_own_day_comes_out_as_written(clinic: Clinic, row: dict[str, str]) -> None:
    for kind, rows in written([row]).filled():
        report = clinic.bring_in(clinic.write(f"{kind}.csv", rows), kind, "--as-of", row["as_of"])
        assert report["accepted"] == len(rows)

    check_all(clinic, [row])


def test_cases_brought_in_together_with_every_item_come_out_as_written(clinic: Clinic) -> None:
    for kind, rows in written(ROWS, whole_forms=True).filled():
        assert clinic.bring_in(clinic.write(f"{kind}.csv", rows), kind)["accepted"] == len(rows)

    check_all(clinic, ROWS)


WIDE = """
[mapping]
patient_id = "Chart no."
date = "Seen on"
[[measure]]
instrument = "PHQ-9"
total = "Depression score"
item9 = "Depression question 9"
[[measure]]
instrument = "GAD-7"
total = "Anxiety score"
[[measure]]
instrument = "PCL-5"
total = "PTSD score"
"""


def wide(row: dict[str, object]) -> dict[str, object]:
    """Write a score in a column of its instrument, under headings that only a mapping explains."""
    words = {"PHQ-9": "Depression", "PHQ-9M": "Depression", "GAD-7": "Anxiety", "PCL-5": "PTSD"}[str(row["Instrument"])]
    line = {"Chart no.": row["MRN"], "Seen on": row["Date"], f"{words} score": row["Total"]}
    return line | ({"Depression question 9": row["Item 9"]} if "Item 9" in row else {})


def test_cases_in_one_column_an_instrument_come_out_as_written(clinic: Clinic) -> None:
    files = dict(written(ROWS).filled())
    mapping = clinic.write("wide.toml", WIDE)
    for kind, rows in files.items():
        if kind != "scores":
            clinic.bring_in(clinic.write(f"{kind}.csv", rows), kind)

    report = clinic.bring_in(
        clinic.write("scores.csv", [wide(row) for row in files["scores"]]), "scores", "--mapping", mapping
    )

    assert report["accepted"] == len(files["scores"])
    check_all(clinic, ROWS[::3])


def test_cases_whose_people_come_with_their_episodes_come_out_as_written_whatever_the_order(clinic: Clinic) -> None:
    files = dict(written(ROWS).filled())
    born = {row["MRN"]: row["Birth date"] for row in files["patients"]}
    episodes = [row | {"Birth date": born[row["MRN"]]} for row in files["episodes"]]
    clinic.bring_in(clinic.write("episodes.csv", episodes), "episodes", "--create-patients")
    for kind, rows in reversed(files.items()):
        if kind not in ("patients", "episodes"):
            assert clinic.bring_in(clinic.write(f"{kind}.csv", rows), kind)["accepted"] == len(rows)

    check_all(clinic, ROWS[::3])


def invented(number: int, chance: random.Random, as_of: int) -> dict[str, str]:
    """Make up a case in the words of the worked ones; every kind of course, not a likely one."""

    def on(day: int) -> str:
        return (DAY_0 + timedelta(days=day)).isoformat()

    def days(most: int) -> list[int]:
        return sorted(chance.sample(range(-20, as_of + 10), chance.randint(0, most)))

    scores = []
    for day in days(9):
        for name, highest in (("PHQ-9", 27), ("GAD-7", 21), ("PCL-5", 76), ("PHQ-9M", 27), ("PHQ-2", 6)):
            if chance.random() > (0.8 if name == "PHQ-9" else 0.3):
                continue
            for total in chance.sample(range(highest + 1), 2 if chance.random() < 0.1 else 1):
                marks = ""
                if name.startswith("PHQ-9") and chance.random() < 0.8:
                    answer = min(total, chance.choice([0, 0, 0, 0, 1, 3]))
                    marks = f"[i9={answer}]" + ("[incomplete]" if chance.random() < 0.15 else "")
                scores.append((day, f"{name}@{on(day)}={total}{marks}"))
    events = [f"{kind}@{on(day)}" for kind in ("contact", "review") for day in days(6)]
    events += [f"{chance.choice(list(CHANGES))}@{on(day)}" for day in days(4)]
    events += [f"safety_ack@{on(day)}" for day in days(1)] + [f"rp_plan@{on(day)}" for day in days(1)]
    status = chance.choice(["Active", "Active", "Active", "RP", "Graduated"])
    if status != "Active":
        events.append(f"{'rp' if status == 'RP' else 'closed'}@{on(chance.randint(5, as_of + 5))}")
    return {
        "case_id": f"{number:04}", "age": "40", "status": status, "enrolled_on": on(0), "as_of": on(as_of),
        "contact_interval_weeks": chance.choice(["", "1", "2", "4"]),
        "scores": ";".join(text for _, text in sorted(scores, key=lambda score: score[0])), "events": ";".join(events),
    }  # fmt: skip


def as_case(row: dict[str, str]) -> Case:
    """Give an invented case in the words of the domain's own tests."""
    events = [event.partition("@") for event in filter(None, row["events"].split(";"))]
    dates = {kind: on for kind, _, on in events if kind in ("rp", "closed")}
    return Case(
        as_of=row["as_of"], enrolled=row["enrolled_on"], age=float(row["age"]), status=STATUS[row["status"]],
        scores=row["scores"], events=";".join(f"{kind}@{on}" for kind, _, on in events if kind not in dates),
        mrn=row["case_id"], follow_up_weeks=float(row["contact_interval_weeks"] or "nan"),
        since=dates.get("rp"), closed=dates.get("closed"),
    )  # fmt: skip


@pytest.mark.parametrize(("as_of", "target"), [(40, "and"), (110, "or"), (300, "and")])
def test_invented_cases_come_out_of_files_as_the_rules_judge_them_directly(
    clinic: Clinic, as_of: int, target: str
) -> None:
    chance = random.Random(as_of)
    rows = [invented(number, chance, as_of) for number in range(1, 61)]
    for kind, records in written(rows).filled():
        clinic.bring_in(clinic.write(f"{kind}.csv", records), kind)

    found = clinic.run("caseload", "--json", "--as-of", rows[0]["as_of"], "--target", target).document

    expected = as_json(caseload_of(*(as_case(row) for row in rows), target_rule=target))
    assert found["patients"] == expected["patients"]


def test_invented_cases_are_judged_the_same_after_they_went_out_to_files_and_in_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    rows = [invented(number, chance, 200) for number in range(1, 41)]
    files = dict(written(rows).filled())
    for kind, records in files.items():
        clinic.bring_in(clinic.write(f"{kind}.csv", records), kind)
    expected = clinic.caseload(rows[0]["as_of"])
    for kind in files:
        clinic.run("export", "--kind", kind, "--out", clinic.folder / f"{kind}.xlsx")
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{clinic.folder / 'second.db'}")
    clinic.run("migrate")

    for kind in files:
        clinic.bring_in(clinic.folder / f"{kind}.xlsx", kind)

    assert clinic.caseload(rows[0]["as_of"]) == expected
