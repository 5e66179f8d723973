"""What cannot be used is refused with exit status 2 and one sentence that says what to do, never a traceback."""

import os
from pathlib import Path

import pytest

from tests.command_line.running import Clinic, strict_json

SCORES = "MRN,Date,PHQ-9\nA,2026-01-05,9\n"
EVERY_COMMAND = [
    ("migrate",), ("seed", "--episodes", "1"), ("import", "scores.csv", "--kind", "scores"),
    ("guess", "scores.csv", "--kind", "scores"), ("caseload",), ("export", "--kind", "scores", "--out", "out.csv"),
    ("check",),
]  # fmt: skip


def test_nothing_said_shows_the_help(clinic: Clinic) -> None:
    said = clinic.run()

    assert (said.status, said.out) == (2, "")
    assert all(command[0] in said.err for command in EVERY_COMMAND)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["caselod"], "caselod"),
        (["caseload", "--targets", "or"], "--targets"),
        (["import", "scores.csv"], "--kind"),
        (["import", "--kind", "scores"], "FILE"),
        (["import", "scores.csv", "--kind"], "--kind"),
        (["seed", "--episodes", "many"], "--episodes"),
        (["seed", "--episodes", "0"], "--episodes"),
        (["caseload", "--target", "both"], "both"),
        (["caseload", "--known-at", "noon"], "noon"),
        (["export", "--kind", "scores", "--out", "scores.pdf"], "scores.pdf"),
        (["export", "--kind", "score", "--out", "scores.csv"], "score"),
        (["guess", "scores.csv", "--kind", "score"], "score"),
    ],
)
def test_wrong_arguments_are_named(clinic: Clinic, arguments: list[str], named: str) -> None:
    clinic.write("scores.csv", SCORES)

    said = clinic.run(*arguments)

    assert (said.status, said.out) == (2, "")
    assert named in said.sentence


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda command: command[0])
@pytest.mark.parametrize("as_of", ["2026-02-30", "tomorrow", "03/02/2026"])
def test_every_command_takes_a_date_and_refuses_what_is_none(
    clinic: Clinic, command: tuple[str, ...], as_of: str
) -> None:
    clinic.write("scores.csv", SCORES)
    arguments = [clinic.folder / each if "." in each else each for each in command]

    said = clinic.run(*arguments, "--as-of", as_of)

    assert (said.status, said.out) == (2, "")
    assert f'"{as_of}" is not a date' in said.sentence


@pytest.mark.parametrize("command", EVERY_COMMAND[2:], ids=lambda command: command[0])
def test_database_without_tables_is_named_and_not_made(clinic_without_tables: Clinic, command: tuple[str, ...]) -> None:
    clinic = clinic_without_tables
    clinic.write("scores.csv", SCORES)

    said = clinic.run(*(clinic.folder / each if "." in each else each for each in command))

    assert not (clinic.folder / "registry.db").exists()
    if command[0] == "guess":
        assert said.status == 0
    else:
        assert said.status == 2
        assert "migrate" in said.sentence


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://user:secret@host/registry", "postgresql://nobody:secret@127.0.0.1:1/registry"]
)
@pytest.mark.parametrize("command", [("migrate",), ("caseload",), ("check",)], ids=lambda command: command[0])
def test_database_that_cannot_be_reached_is_said_without_its_password(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, url: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BHI_DATABASE_URL", url)

    said = clinic.run(*command)

    assert said.status == 2
    assert "BHI_DATABASE_URL" in said.sentence
    assert "secret" not in said.err


def test_file_that_is_no_database_is_said(clinic: Clinic) -> None:
    (clinic.folder / "registry.db").write_text("These are not the tables.", encoding="utf-8")

    assert "not a database" in clinic.run("caseload").sentence
    assert "not a database" in clinic.run("migrate").sentence


def test_folder_of_the_database_that_cannot_be_made_is_said(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.write("file", "")
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{clinic.folder / 'file' / 'registry.db'}")

    said = clinic.run("migrate")

    assert said.status == 2
    assert "BHI_DATABASE_URL" in said.sentence


def test_folder_of_instruments_that_cannot_be_used_is_said(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BHI_INSTRUMENTS", str(clinic.folder))
    clinic.write("bdi.toml", "id = ")

    said = clinic.run("caseload")

    assert said.status == 2
    assert "bdi.toml" in said.sentence


def test_no_file_is_brought_into_the_demo_clinic(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BHI_DATABASE_URL")

    said = clinic.run("import", clinic.write("scores.csv", SCORES), "--kind", "scores", "--dry-run")

    assert said.status == 2
    assert "set BHI_DATABASE_URL" in said.sentence


@pytest.mark.parametrize(
    ("name", "content", "kind", "options"),
    [
        ("missing.csv", None, "scores", []),
        ("folder.csv", "a folder", "scores", []),
        ("empty.csv", b"", "scores", []),
        ("headings.csv", "MRN,Date,PHQ-9\n", "scores", []),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "scores", []),
        ("broken.xlsx", b"PK\x03\x04not a workbook", "scores", []),
        ("scores.csv", SCORES, "score", []),
        ("scores.csv", SCORES, "scores", ["--mapping", "no.toml"]),
        ("scores.csv", SCORES, "scores", ["--mapping", "bad.toml"]),
        ("scores.csv", SCORES, "scores", ["--mapping", "unknown.toml"]),
        ("scores.csv", SCORES, "scores", ["--mapping", "heading.toml"]),
        ("scores.csv", SCORES, "scores", ["--as-of", "soon"]),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_file_that_cannot_be_used_is_refused_and_the_report_says_why(
    clinic: Clinic, name: str, content: str | bytes | None, kind: str, options: list[str]
) -> None:
    clinic.write("bad.toml", "[mapping")
    clinic.write("unknown.toml", '[answers]\nscales = "percent"\n')
    clinic.write("heading.toml", '[mapping]\ndate = "Visit"\n')
    if content == "a folder":
        (clinic.folder / name).mkdir()
    elif content is not None:
        clinic.write(name, content)
    out = clinic.write("report.json", "of the last time")
    arguments = [clinic.folder / each if each.endswith(".toml") else each for each in options]

    said = clinic.run("import", clinic.folder / name, "--kind", kind, "--report", out, *arguments)

    assert (said.status, said.out) == (2, "")
    assert strict_json(out.read_text(encoding="utf-8")) == {
        "file": name, "kind": kind, "rows": 0, "accepted": 0, "known": 0, "rejected": 0, "mixed": 0, "set_aside": [],
        "notes": [said.sentence], "questions": [], "unmapped": [], "lines": [],
    }  # fmt: skip


def test_unknown_key_of_a_mapping_is_named(clinic: Clinic) -> None:
    mapping = clinic.write("unknown.toml", '[answers]\nscales = "percent"\n')

    said = clinic.run("import", clinic.write("scores.csv", SCORES), "--kind", "scores", "--mapping", mapping)

    assert said.status == 2
    assert '"answers.scales"' in said.sentence


def test_report_is_written_when_the_database_is_not_made(clinic_without_tables: Clinic) -> None:
    clinic = clinic_without_tables
    out = clinic.folder / "report.json"

    said = clinic.run("import", clinic.write("scores.csv", SCORES), "--kind", "scores", "--report", out, "--json")

    assert said.status == 2
    assert strict_json(out.read_text(encoding="utf-8")) == said.document
    assert said.document["notes"] == [said.sentence]


@pytest.mark.parametrize("place", ["no such folder/report.json", "."])
def test_report_that_cannot_be_written_keeps_nothing(clinic: Clinic, place: str) -> None:
    file = clinic.write("scores.csv", SCORES)

    said = clinic.run("import", file, "--kind", "scores", "--create-patients", "--report", clinic.folder / place)

    assert said.status == 2
    assert "cannot be written" in said.sentence
    assert clinic.caseload("2026-02-01") == {}


def test_report_never_replaces_the_file_that_is_brought_in(clinic: Clinic) -> None:
    file = clinic.write("scores.csv", SCORES)

    said = clinic.run("import", file, "--kind", "scores", "--report", os.path.relpath(file))

    assert said.status == 2
    assert file.read_text(encoding="utf-8") == SCORES


def test_export_that_cannot_be_written_is_said(clinic: Clinic) -> None:
    said = clinic.run("export", "--kind", "scores", "--out", clinic.folder / "no such folder" / "scores.csv")

    assert said.status == 2
    assert "cannot be written" in said.sentence


def test_fault_of_the_program_is_one_sentence_without_a_value(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("patient 00123")

    monkeypatch.setattr("bhi_core.domain.caseload.work_out", broken)

    said = clinic.run("caseload")

    assert said.status == 2
    assert "KeyError" in said.sentence
    assert "00123" not in said.err


def test_paths_are_taken_with_spaces_and_letters_of_any_language(clinic: Clinic) -> None:
    folder = clinic.folder / "Übergabe März"
    folder.mkdir()
    file: Path = folder / "Werte ä.csv"
    file.write_text(SCORES, encoding="utf-8")

    assert clinic.bring_in(file, "scores", "--create-patients")["file"] == "Werte ä.csv"
