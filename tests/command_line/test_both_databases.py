"""The same commands on SQLite and on PostgreSQL, from a database without tables on."""

import pytest

from tests.command_line.running import Clinic

SCORES = "MRN,Date,Instrument,Total,Item 9\n00123,2026-01-05,PHQ-9,16,0\n00123,2026-02-02,PHQ-9,17,1\n"


@pytest.fixture
def anew(clinic_without_tables: Clinic, bare_url: str, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """Name a database without tables."""
    monkeypatch.setenv("BHI_DATABASE_URL", bare_url.replace("postgresql+psycopg://", "postgresql://"))
    return clinic_without_tables


def test_commands_from_the_first_to_the_last_do_the_same_on_both(anew: Clinic) -> None:
    assert anew.run("migrate").status == 0

    report = anew.bring_in(anew.write("scores.csv", SCORES), "scores", "--create-patients")

    assert report["accepted"] == 2
    patient = anew.caseload("2026-03-02")["00123"]
    assert (patient["level"], patient["instruments"]["PHQ-9"]["latest"]) == ("safety", 17)
    assert anew.run("export", "--kind", "scores", "--out", anew.folder / "out.csv").status == 0
    assert anew.bring_in(anew.folder / "out.csv", "scores")["known"] == 2
    assert anew.run("check").status == 0


@pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)
def test_demo_clinic_is_the_same_on_both(
    clinic_without_tables: Clinic, bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, documents = clinic_without_tables, []
    for url in (f"sqlite:///{clinic.folder / 'registry.db'}", bare_url):
        monkeypatch.setenv("BHI_DATABASE_URL", url)
        assert clinic.run("seed", "--episodes", "30", "--as-of", "2026-03-02").status == 0
        assert clinic.run("seed", "--episodes", "30").status == 2
        assert clinic.run("check").status == 0
        documents.append(clinic.run("caseload", "--json", "--as-of", "2026-03-02").document)

    assert documents[0]["patients"]
    assert documents[0] == documents[1]
