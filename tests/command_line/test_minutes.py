"""The command minutes: what a meeting decided, as text, JSON or a file."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, text

from bhi_core.domain.actor import local_person
from bhi_core.store import commands
from bhi_core.store.engine import connect_engine, reading
from tests.command_line.running import Clinic

HELD = date(2026, 3, 2)
SCORES = (
    "MRN,Patient,Enrolled,Date,PHQ-9 total\n"
    "0001,\"Ash, Kit\",2025-12-01,2025-12-01,16\n0001,\"Ash, Kit\",2025-12-01,2026-02-20,15\n"
    "0002,\"Birch, Lou\",2025-12-01,2025-12-01,14\n0002,\"Birch, Lou\",2025-12-01,2026-02-20,6\n"
)  # fmt: skip
MAPPING = (
    '[mapping]\npatient_id = "MRN"\npatient_name = "Patient"\nenrolled_on = "Enrolled"\ndate = "Date"\n'
    '[[measure]]\ninstrument = "phq9"\ntotal = "PHQ-9 total"\n'
)
ENTRIES = {
    "discussed": "No better, sleeps badly", "rec1.kind": "raise dose", "rec1.words": "sertraline to 150 mg",
    "rec1.owner": "Dr Park", "rec1.due": "2026-03-16",
}  # fmt: skip


class Meeting:
    """A meeting held through the commands of the store."""

    def __init__(self, clinic: Clinic) -> None:
        self.engine: Engine = connect_engine(f"sqlite:///{clinic.folder / 'registry.db'}")
        self._tokens = 0
        with reading(self.engine) as connection:
            self.patients = list(connection.execute(text("SELECT id FROM patient ORDER BY mrn")).scalars())
        items = [{"patient_id": patient, "pinned": False, "why": None} for patient in self.patients]
        self.id = int(
            self.do(commands.open_meeting, held_on=HELD, consultant="Dr Osei", people="A. Novak", items=items).record_id
        )

    def do(self, command: Any, **fields: Any) -> Any:
        """Run a command with a token of its own."""
        self._tokens += 1
        return command(self.engine, local_person("A. Novak"), token=f"token {self._tokens}", today=HELD, **fields)

    def discuss(self) -> None:
        """Record the first patient and end the meeting."""
        about = {"meeting_id": self.id, "patient_id": self.patients[0]}
        for name, value in ENTRIES.items():
            self.do(commands.save_entry, **about, field=name, value=value, seen=None)
        self.do(commands.finish_discussion, **about)
        self.do(commands.end_meeting, meeting_id=self.id)


@pytest.fixture
def two_patients(clinic: Clinic) -> Clinic:
    """Give a registry with two patients."""
    scores, mapping = clinic.write("scores.csv", SCORES), clinic.write("map.toml", MAPPING)
    clinic.bring_in(scores, "scores", "--create-patients", "--mapping", mapping, "--as-of", HELD)
    return clinic


@pytest.fixture
def meeting(two_patients: Clinic) -> Iterator[Meeting]:
    """Give a meeting that was held and ended."""
    held = Meeting(two_patients)
    held.discuss()
    yield held
    held.engine.dispose()


def test_minutes_are_printed_as_text(clinic: Clinic, meeting: Meeting) -> None:
    said = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD)

    assert (said.status, said.err) == (0, "")
    for part in (
        "1 of 2 patients on the agenda discussed, 1 carried over", "Ash, Kit", "PHQ-9 15 on 20 Feb 2026",
        "Raise dose: sertraline to 150 mg. Owner Dr Park, due 16 Mar 2026. Proposed.", "Decision support",
    ):  # fmt: skip
        assert part in said.out


def test_json_has_the_meeting_its_patients_and_tasks(clinic: Clinic, meeting: Meeting) -> None:
    document = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD, "--json").document

    assert (document["review"], document["held_on"], document["as_of"]) == (meeting.id, "2026-03-02", "2026-03-02")
    assert [(one["mrn"], one["state"]) for one in document["patients"]] == [("0001", "done"), ("0002", "carried over")]
    assert document["patients"][0]["scores"] == [
        {"instrument": "PHQ-9", "first": 16, "last": 15, "first_on": "2025-12-01", "last_on": "2026-02-20"}
    ]
    assert document["tasks"] == [
        {"owner": "Dr Park", "due": "2026-03-16", "mrn": "0001", "what": "Raise dose: sertraline to 150 mg",
         "status": "proposed", "days_late": 0}
    ]  # fmt: skip
    assert document["not_reached"] == ["0002"]


def test_findings_are_those_that_the_meeting_saw(clinic: Clinic, meeting: Meeting) -> None:
    document = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD, "--json").document

    assert any("no consult yet" in said for said in document["patients"][0]["findings"])


def test_status_is_that_of_the_date_of_care(clinic: Clinic, meeting: Meeting) -> None:
    later = HELD + timedelta(days=17)

    document = clinic.run("minutes", "--review", meeting.id, "--as-of", later, "--json").document

    (advice,) = document["patients"][0]["recommendations"]
    assert (advice["status"], advice["days_late"], document["status_on"]) == ("proposed", 3, later.isoformat())
    assert document["as_of"] == HELD.isoformat()


@pytest.mark.parametrize(("ending", "start"), [("html", b"<!doctype html>"), ("txt", b"Case review"), ("PDF", b"%PDF")])
def test_file_has_the_form_of_its_ending(clinic: Clinic, meeting: Meeting, ending: str, start: bytes) -> None:
    out = clinic.folder / f"minutes.{ending}"

    said = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD, "--out", out)

    assert (said.status, said.out) == (0, "")
    assert said.sentence == f"The minutes of 2026-03-02 are written to {out.name}."
    assert out.read_bytes().startswith(start)


def test_pdf_holds_what_was_decided(clinic: Clinic, meeting: Meeting) -> None:
    out = clinic.folder / "minutes.pdf"

    document = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD, "--out", out, "--json").document

    assert document["file"] == "minutes.pdf"
    assert "sertraline to 150 mg" in PdfReader(io.BytesIO(out.read_bytes())).pages[0].extract_text()


def test_minutes_taken_out_stand_in_the_audit(clinic: Clinic, meeting: Meeting) -> None:
    clinic.run("minutes", "--review", meeting.id, "--as-of", HELD)

    with reading(meeting.engine) as connection:
        found = connection.execute(text("SELECT count(*) FROM audit WHERE what = 'minutes'")).scalar()
    assert found == 1


def test_meeting_that_still_goes_on_has_minutes(two_patients: Clinic) -> None:
    held = Meeting(two_patients)

    said = two_patients.run("minutes", "--review", held.id, "--as-of", HELD)

    held.engine.dispose()
    assert "0 of 2 patients on the agenda discussed, 2 still to come" in said.out


@pytest.mark.parametrize(("known", "sentence"), [(True, "the newest are 1."), (False, "none is recorded yet.")])
def test_unknown_meeting_is_refused(two_patients: Clinic, known: bool, sentence: str) -> None:
    if known:
        Meeting(two_patients).engine.dispose()

    said = two_patients.run("minutes", "--review", 99)

    assert said.status == 2
    assert said.sentence == f"No meeting has the id 99: {sentence}"


def test_other_ending_is_refused_before_anything_is_read(clinic: Clinic) -> None:
    said = clinic.run("minutes", "--review", 1, "--out", Path("minutes.docx"))

    assert said.status == 2
    assert said.sentence == "minutes.docx ends in none of .html, .pdf, .txt: name one of these."


@pytest.mark.parametrize("wrong", ["0", "x", str(2**31)])
def test_number_that_is_no_id_is_refused(clinic: Clinic, wrong: str) -> None:
    said = clinic.run("minutes", "--review", wrong)

    assert said.status == 2
    assert "--review" in said.sentence


def test_day_before_the_meeting_is_refused(clinic: Clinic, meeting: Meeting) -> None:
    said = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD - timedelta(days=1))

    assert said.status == 2
    assert "name that day or a later one as --as-of" in said.sentence


def test_folder_that_is_not_there_is_refused(clinic: Clinic, meeting: Meeting) -> None:
    out = clinic.folder / "nowhere" / "minutes.txt"

    said = clinic.run("minutes", "--review", meeting.id, "--as-of", HELD, "--out", out)

    assert said.status == 2
    assert "cannot be written" in said.sentence
