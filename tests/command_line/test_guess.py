"""Guess: the mapping that would be proposed, and what has to be asked; nothing is changed."""

import tomllib

from tests.command_line.running import Clinic

WIDE = "MRN,Visit,PHQ-9,GAD-7,Note\nA,03/04/2026,9,7,x\nB,05/04/2026,8,,y\n"


def test_mapping_is_printed_and_what_is_open_is_said(clinic: Clinic) -> None:
    said = clinic.run("guess", clinic.write("wide.csv", WIDE), "--kind", "scores")

    assert said.status == 0
    mapping = tomllib.loads(said.out)
    assert mapping["mapping"] == {"patient_id": "MRN", "date": "Visit"}
    assert [one["total"] for one in mapping["measure"]] == ["PHQ-9", "GAD-7"]
    assert "3 April" in said.sentence


def test_json_has_the_report_s_shape_and_the_mapping_with_its_reasons(clinic: Clinic) -> None:
    document = clinic.run("guess", clinic.write("wide.csv", WIDE), "--kind", "scores", "--json").document

    assert [document[name] for name in ("file", "kind", "rows", "accepted", "lines")] == [
        "wide.csv",
        "scores",
        2,
        0,
        [],
    ]
    assert [one["about"] for one in document["questions"]] == ["date_order"]
    assert document["questions"][0]["options"] == ["DMY", "MDY"]
    assert document["unmapped"] == ["Note"]
    assert {one["heading"] for one in document["because"]} >= {"MRN", "Visit"}
    assert all(one["why"] for one in document["because"])


def test_guess_with_the_answers_of_a_mapping_asks_no_more(clinic: Clinic) -> None:
    mapping = clinic.write("map.toml", '[answers]\ndate_order = "DMY"\n')

    said = clinic.run("guess", clinic.write("wide.csv", WIDE), "--kind", "scores", "--mapping", mapping, "--json")

    assert said.document["questions"] == []
    assert [line["outcome"] for line in said.document["lines"]] == ["accepted", "accepted"]


def test_guess_changes_nothing(clinic: Clinic) -> None:
    before = (clinic.folder / "registry.db").read_bytes()

    clinic.run("guess", clinic.write("scores.csv", "MRN,Date,PHQ-9\nA,2026-01-05,9\n"), "--kind", "scores")

    assert (clinic.folder / "registry.db").read_bytes() == before


def test_mapping_kept_for_the_layout_is_offered(clinic: Clinic) -> None:
    file = clinic.write("wide.csv", WIDE)
    mapping = clinic.write("map.toml", '[answers]\ndate_order = "DMY"\n')
    clinic.bring_in(file, "scores", "--create-patients", "--mapping", mapping)

    document = clinic.run("guess", file, "--kind", "scores", "--json").document

    assert document["mapping"]["answers"] == {"date_order": "DMY"}
    assert document["questions"] == []


def test_printed_mapping_with_the_answer_added_is_the_mapping_file(clinic: Clinic) -> None:
    file = clinic.write("wide.csv", WIDE)
    proposed = clinic.run("guess", file, "--kind", "scores").out
    mapping = clinic.write("map.toml", proposed + '\n[answers]\ndate_order = "DMY"\n')

    report = clinic.bring_in(file, "scores", "--create-patients", "--mapping", mapping)

    assert (report["accepted"], report["unmapped"]) == (2, ["Note"])
