"""Public data in ../shared/data/longitudinal through the ordinary import, and the README's walk as it is written.

The studies' other questionnaires are added as a clinic adds its own: a file with a range and a direction.
"""

import csv
import os
import re
import shlex
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.running import Clinic, toml_text

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "longitudinal"
MORE = {"bdi2": ("BDI-II", 63), "hamd": ("HAM-D", 52), "shaps": ("SHAPS", 14), "rq": ("RQ", 70)}
VISITS = ("2020-01-06", "2020-02-03", "2020-03-02", "2020-06-01")


@pytest.fixture
def studies(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """Give an empty registry with the questionnaires of these studies configured."""
    folder = clinic.folder / "instruments"
    folder.mkdir()
    for name, (title, maximum) in MORE.items():
        fields = f'id = "{name}"\nname = "{title}"\nminimum = 0\nmaximum = {maximum}\ndirection = "higher is worse"\n'
        (folder / f"{name}.toml").write_text(fields, encoding="utf-8")
    monkeypatch.setenv("BHI_INSTRUMENTS", str(folder))
    return clinic


def rows_of(name: str) -> list[dict[str, str]]:
    """Read a file as others do."""
    return list(csv.DictReader((FOLDER / name).read_text(encoding="utf-8").splitlines()))


def bring_in(clinic: Clinic, file: Path, mapping: dict[str, Any]) -> dict[str, Any]:
    """Import a file with a mapping, making its people."""
    told = clinic.write("mapping.toml", toml_text(mapping))
    return clinic.bring_in(file, "scores", "--mapping", told, "--create-patients")


def kept(report: dict[str, Any]) -> Counter[str]:
    """Count the scores kept of each instrument."""
    return Counter(score["instrument"] for line in report["lines"] for score in line["scores"])


def filled(rows: list[dict[str, str]], *columns: str) -> int:
    """Count the cells of columns that hold a number."""
    return sum(row[column] not in ("", "NA") for row in rows for column in columns)


def test_three_waves_of_a_population_come_in_with_assigned_dates(studies: Clinic) -> None:
    name = "japan_phq9_panel_half.csv"
    rows, dates = rows_of(name), {"0": "2020-07-15", "3": "2020-09-15", "6": "2021-01-15"}
    mapping = {
        "mapping": {"patient_id": "ID"},
        "measure": [{"instrument": "phq9", "total": "PHQ"}],
        "dates": {"column": "time", "values": dates},
    }

    report = bring_in(studies, FOLDER / name, mapping)

    assert (report["rows"], report["accepted"]) == (len(rows), len(rows))
    found = [(one["patient_id"], one["date"], one["total"]) for line in report["lines"] for one in line["scores"]]
    assert found == [(row["ID"], dates[row["time"]], int(row["PHQ"])) for row in rows]
    patients = studies.caseload("2021-02-01")
    assert len(patients) == len({row["ID"] for row in rows})
    for row in rows:
        measured = patients[row["ID"]]["instruments"]["PHQ-9"]
        if row["time"] == "0":
            assert (measured["baseline"], measured["baseline_on"]) == (int(row["PHQ"]), "2020-07-15")
        if row["time"] == "6":
            assert (measured["latest"], measured["latest_on"]) == (int(row["PHQ"]), "2021-01-15")


def test_five_times_in_columns_come_in_and_what_is_missing_is_no_score(studies: Clinic) -> None:
    name, columns = "btheb_bdi.csv", ("bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m")
    rows, dates = rows_of(name), ("2020-01-06", "2020-03-06", "2020-04-06", "2020-06-06", "2020-09-06")
    measures = [{"instrument": "BDI-II", "total": at, "on": on} for at, on in zip(columns, dates, strict=True)]

    report = bring_in(studies, FOLDER / name, {"mapping": {"patient_id": "id"}, "measure": measures})

    assert report["accepted"] == report["rows"] == len(rows)
    assert kept(report) == {"bdi2": filled(rows, *columns)}
    patients = studies.caseload("2020-10-01")
    assert {mrn: patient["instruments"]["BDI-II"]["baseline"] for mrn, patient in patients.items()} == {
        row["id"]: int(row["bdi.pre"]) for row in rows
    }
    assert all(patient["instruments"]["BDI-II"]["class"] is None for patient in patients.values())


CLAUS = {
    "mapping": {"patient_id": "id"},
    "measure": [
        {"instrument": "BDI-II", "total": "bdi"}, {"instrument": "HAM-D", "total": "hamd"},
        {"instrument": "SHAPS", "total": "shaps"}, {"instrument": "WHO-5", "total": "who"},
    ],
    "dates": {"column": "time", "values": dict(zip(("1.0", "2.0", "3.0", "4.0"), VISITS, strict=True))},
}  # fmt: skip


def test_four_instruments_a_line_come_in_and_ids_that_count_are_whole_numbers(studies: Clinic) -> None:
    rows = rows_of("claus_2020.csv")

    report = bring_in(studies, FOLDER / "claus_2020.csv", CLAUS)

    empty = [row for row in rows if not any(row[column] for column in ("bdi", "hamd", "shaps", "who"))]
    assert (report["rows"], report["rejected"], report["mixed"]) == (len(rows), len(empty), 0)
    assert kept(report) == {
        "bdi2": filled(rows, "bdi"), "hamd": filled(rows, "hamd"), "shaps": filled(rows, "shaps"),
        "who5": filled(rows, "who"),
    }  # fmt: skip


def test_more_wellbeing_is_better_and_less_is_worse(studies: Clinic) -> None:
    bring_in(studies, FOLDER / "claus_2020.csv", CLAUS)

    measured = {mrn: patient["instruments"] for mrn, patient in studies.caseload("2020-06-02").items()}

    assert all(set(each) == {"BDI-II", "HAM-D", "SHAPS", "WHO-5"} for each in measured.values())
    for wellbeing in (each["WHO-5"] for each in measured.values()):
        if wellbeing["latest"] is None:
            assert wellbeing["class"] == "no follow-up"
        else:
            change = wellbeing["change"]
            wanted = "small gain" if change >= 3 else "deteriorated" if change <= -3 else "no change"
            assert wellbeing["class"] == wanted, wellbeing
    assert measured["22"]["WHO-5"]["class"] == "deteriorated"
    assert measured["32"]["WHO-5"]["class"] == "small gain"


def test_columns_named_in_many_ways_come_in_when_each_is_mapped(studies: Clinic) -> None:
    rows = rows_of("sgdata_bad.csv")
    headings = list(rows[0])
    bdi, rq = headings[1:16], headings[16:]
    measures = [
        {"instrument": name, "total": heading, "on": f"2020-{1 + at // 4:02}-{1 + 7 * (at % 4):02}"}
        for name, columns in (("BDI-II", bdi), ("RQ", rq))
        for at, heading in enumerate(columns)
    ]

    report = bring_in(studies, FOLDER / "sgdata_bad.csv", {"mapping": {"patient_id": "id"}, "measure": measures})

    assert (report["rows"], report["rejected"]) == (len(rows), 0)
    assert kept(report) == {"bdi2": filled(rows, *bdi), "rq": filled(rows, *rq)}
    assert len(studies.caseload("2020-12-01")) == len(rows)


def blocks_of_the_walk() -> dict[str, str]:
    """Take the TOML blocks of the README's walk: the name in the first comment -> the text."""
    walk = (ROOT / "README.md").read_text(encoding="utf-8").split("## A walk with real scores")[1].split("\n## ")[0]
    blocks = re.findall(r"(?:^    .*\n)+", walk, flags=re.MULTILINE)
    texts = [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks]
    return {text.splitlines()[0].removeprefix("# "): text for text in texts}


def commands_of_the_walk() -> list[list[str]]:
    """Take the commands of the README's walk, in order, without ``python -m bhi_core``."""
    walk = (ROOT / "README.md").read_text(encoding="utf-8").split("## A walk with real scores")[1].split("\n## ")[0]
    found = re.findall(r"`python -m bhi_core ([^`]+)`", " ".join(walk.split()))
    return [shlex.split(command) for command in found]


def test_walk_of_the_readme_can_be_walked_as_it_is_written(
    clinic_without_tables: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_without_tables
    for name, text in blocks_of_the_walk().items():
        (clinic.folder / name).parent.mkdir(exist_ok=True)
        (clinic.folder / name).write_text(text, encoding="utf-8")
    shutil.copyfile(FOLDER / "antidepressant_data.csv", clinic.folder / "antidepressant_data.csv")
    monkeypatch.chdir(clinic.folder)
    monkeypatch.setenv("BHI_INSTRUMENTS", "instruments")

    commands = commands_of_the_walk()

    assert [command[0] for command in commands] == ["migrate", "import"]
    for command in commands:
        said = clinic.run(*command)
        assert said.status == 0, said.err
    rows = rows_of("antidepressant_data.csv")
    assert f"accepted {len(rows)} " in said.err
    first = {row["PATIENT"]: float(row["HAMDTL17"]) for row in reversed(rows)}
    patients = clinic.caseload("2026-02-20")
    assert {mrn: patient["instruments"]["HAM-D17"]["baseline"] for mrn, patient in patients.items()} == first
    assert sorted(os.listdir(clinic.folder / "instruments")) == ["hamd17.toml"]
