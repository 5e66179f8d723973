"""Seed, check and export: the demo clinic goes in once, is whole, and comes out fit to be brought in again."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bhi_core.__main__ import main
from bhi_core.domain.records import KINDS
from tests.command_line.running import Clinic

TODAY = "2026-03-02"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the file of a small demo clinic; to be copied."""
    path = tmp_path_factory.mktemp("demo") / "registry.db"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BHI_DATABASE_URL", f"sqlite:///{path}")
        assert main(["seed", "--episodes", "40", "--as-of", TODAY]) == 0
    yield path


@pytest.fixture
def demo(clinic_without_tables: Clinic, seeded: Path) -> Clinic:
    """Give a registry that holds the demo clinic."""
    shutil.copyfile(seeded, clinic_without_tables.folder / "registry.db")
    return clinic_without_tables


def broken(clinic: Clinic, *statements: str) -> None:
    """Do to the tables by hand what no command would."""
    with sqlite3.connect(clinic.folder / "registry.db") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
    connection.close()


def test_seed_makes_the_tables_and_fills_them(clinic_without_tables: Clinic) -> None:
    said = clinic_without_tables.run("seed", "--episodes", "3", "--seed", "7", "--as-of", TODAY, "--json")

    assert said.status == 0
    assert said.document["episodes"] == 3
    assert said.document["records"] > 3


def test_seed_refuses_a_registry_that_holds_anything(demo: Clinic) -> None:
    said = demo.run("seed", "--episodes", "3")

    assert said.status == 2
    assert "empty database" in said.sentence


def test_seed_refuses_a_registry_with_a_single_patient(clinic: Clinic) -> None:
    clinic.bring_in(clinic.write("patients.csv", "MRN\nA\n"), "patients")

    assert clinic.run("seed", "--episodes", "3").status == 2


def test_same_number_seeds_the_same_clinic(demo: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = demo.caseload(TODAY)
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{tmp_path / 'again.db'}")

    demo.run("seed", "--episodes", "40", "--as-of", TODAY)

    assert demo.caseload(TODAY) == before


def test_migrating_again_changes_nothing(demo: Clinic) -> None:
    before = demo.caseload(TODAY)

    assert demo.run("migrate").status == 0
    assert demo.run("migrate", "--json").document == {"up_to_date": True}
    assert demo.caseload(TODAY) == before


def test_check_finds_nothing_in_the_demo_clinic(demo: Clinic) -> None:
    said = demo.run("check", "--json")

    assert said.status == 0
    assert said.document["problems"] == []
    assert said.document["checks"] > 20


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE score SET total = 28 WHERE id = (SELECT min(id) FROM score WHERE instrument = 'phq9')", "range"),
        ("UPDATE score SET instrument = 'phq8' WHERE id = (SELECT min(id) FROM score)", "not configured"),
        ("UPDATE contact SET patient_id = 99999 WHERE id = (SELECT min(id) FROM contact)", "without a patient"),
        ("UPDATE score SET superseded_by = id WHERE id = (SELECT min(id) FROM score)", "in a circle"),
        ("UPDATE import_batch SET accepted = accepted + 1 WHERE kind = 'scores'", "do not add up"),
        ("DELETE FROM review WHERE id = (SELECT min(id) FROM review)", "than the ledger says"),
    ],
)
def test_check_finds_what_was_broken_by_hand(demo: Clinic, statement: str, what: str) -> None:
    broken(demo, statement)

    said = demo.run("check", "--json")

    assert said.status == 1
    assert any(what in problem["what"] and problem["count"] for problem in said.document["problems"])
    assert what in said.err


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_demo_clinic_is_the_same_after_it_went_out_to_files_and_in_again(
    demo: Clinic, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    for beside in ("discuss_request", "snooze"):  # no kind of file holds them
        broken(demo, f"DELETE FROM {beside}")
    expected = demo.run("caseload", "--json", "--as-of", TODAY).document
    for kind in KINDS:
        assert demo.run("export", "--kind", kind, "--out", demo.folder / f"{kind}.{ending}").status == 0
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{demo.folder / 'second.db'}")
    demo.run("migrate")

    for kind in KINDS:
        report = demo.bring_in(demo.folder / f"{kind}.{ending}", kind)
        assert report["accepted"] == report["rows"] > 0
        assert report["unmapped"] == []

    assert demo.run("caseload", "--json", "--as-of", TODAY).document == expected
    assert demo.run("check").status == 0


def test_export_brought_into_the_same_registry_is_known_whole(demo: Clinic) -> None:
    expected = demo.caseload(TODAY)

    for kind in KINDS:
        demo.run("export", "--kind", kind, "--out", demo.folder / f"{kind}.csv")
        report = demo.bring_in(demo.folder / f"{kind}.csv", kind)
        assert report["known"] == report["rows"] > 0

    assert demo.caseload(TODAY) == expected


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_text_that_a_spreadsheet_would_run_goes_out_harmless_and_comes_back_as_it_was(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    clinic.bring_in(clinic.write("patients.csv", 'MRN,Last name\n00123,"O\'Brien, Jr"\n-7,"=1+1"\n'), "patients")
    rows = (
        "MRN,Date,Change,Treatment,Why\n"
        "00123,2026-01-05,start,=cmd|calc,\"''-quoted\n+ second line\"\n"
        "-7,2026-01-05,stop,@x,-\n"
    )
    clinic.bring_in(clinic.write("treatments.csv", rows), "treatments")
    for kind in ("patients", "treatments"):
        clinic.run("export", "--kind", kind, "--out", clinic.folder / f"{kind}.{ending}")
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{clinic.folder / 'second.db'}")
    clinic.run("migrate")

    people = clinic.bring_in(clinic.folder / f"patients.{ending}", "patients")["lines"]
    care = clinic.bring_in(clinic.folder / f"treatments.{ending}", "treatments")["lines"]

    assert [(one["record"]["patient_id"], one["record"]["last_name"]) for one in people] == [
        ("00123", "O'Brien, Jr"), ("-7", "=1+1"),
    ]  # fmt: skip
    assert [(one["record"]["treatment"], one["record"]["why"]) for one in care] == [
        ("=cmd|calc", "'-quoted\n+ second line"), ("@x", "-"),
    ]  # fmt: skip


def test_export_tells_how_many_rows_it_wrote(demo: Clinic) -> None:
    said = demo.run("export", "--kind", "patients", "--out", demo.folder / "patients.csv", "--json")

    assert said.document["rows"] == len((demo.folder / "patients.csv").read_text(encoding="utf-8").splitlines()) - 1


def test_export_of_an_empty_registry_has_its_headings(clinic: Clinic) -> None:
    for kind in KINDS:
        assert clinic.run("export", "--kind", kind, "--out", clinic.folder / f"{kind}.csv").status == 0
        assert (clinic.folder / f"{kind}.csv").read_text(encoding="utf-8-sig").startswith("MRN,")
