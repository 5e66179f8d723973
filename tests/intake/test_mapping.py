"""The mapping file: its keys, its answers, and headings that the file does not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhi_core.errors import Refused
from bhi_core.intake.mapping import coding_start, fields_of, from_dict, from_toml
from tests.intake.small_files import read, scores


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("foo = 1", "foo"),
        ("[answer]\nscale = 'percent'", "answer"),
        ("[mapping]\nmrm = 'MRN'", "mapping.mrm"),
        ("[mapping]\nmodality = 'Mode'", "mapping.modality"),
        ("[answers]\nscales = 'percent'", "answers.scales"),
        ("[file]\nsheets = 'A'", "file.sheets"),
        ("[[measure]]\ninstrument = 'phq9'\ntotal = 'T'\nsum = 'S'", "measure.0.sum"),
        ("[dates]\ncolumn = 'time'\nvalues = {}\nday = 1", "dates.day"),
    ],
)
def test_unknown_key_is_refused_by_its_name(text: str, named: str) -> None:
    with pytest.raises(Refused, match=f'unknown key "{named}"'):
        from_toml(text, "scores")


@pytest.mark.parametrize(
    "text",
    [
        "[answers]\nscale = 'half'",
        "[answers]\ndate_order = 'DYM'",
        "[answers]\nanswer_coding = 'from one'",
        "[answers]\nclinic_zone = 'Mars/Olympus'",
        "[[measure]]\ninstrument = 'phq9'",
        "[dates]\ncolumn = 'time'\nvalues = {0 = 'soon'}",
        "[file]\nfirst_data_row = 0",
        "this is not TOML",
    ],
)
def test_value_that_cannot_be_used_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Refused, match=r"[.:]"):
        from_toml(text, "scores")


def test_name_of_the_file_is_ignored_and_order_and_zone_may_stand_at_the_top() -> None:
    mapping = from_toml("date_order = 'dmy'\nclinic_zone = 'UTC'\n[file]\nname = 'x.csv'", "scores")

    assert mapping.answers.date_order == "DMY"
    assert mapping.answers.clinic_zone == "UTC"
    assert mapping.as_dict() == {"answers": {"date_order": "DMY", "clinic_zone": "UTC"}}


def test_spellings_of_fields_are_brought_to_one() -> None:
    mapping = from_toml("[mapping]\nmrn = 'A'\nfrom = 'B'\nto = 'C'", "coverage")

    assert mapping.columns == {"patient_id": "A", "from_on": "B", "to_on": "C"}
    assert mapping.as_dict()["mapping"] == {"patient_id": "A", "from": "B", "to": "C"}


def test_items_of_a_long_file_are_gathered_in_their_order() -> None:
    mapping = from_toml("[mapping]\ninstrument='I'\ntotal='T'\nitem_2='b'\nitem_1='a'", "scores")

    assert mapping.columns["items"] == ("a", "b")
    assert mapping.says_where_scores_are


def test_heading_that_the_file_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(Refused, match='"Visit date", which the file does not have'):
        read("MRN,Date,PHQ-9\nA,2026-01-05,9\n", '[mapping]\ndate = "Visit date"')


def test_heading_is_found_whatever_its_spaces_and_case() -> None:
    text = "MRN , VISIT  date,PHQ-9\nA,2026-01-05,9\n"

    assert scores(read(text, '[mapping]\npatient_id = "mrn"\ndate = "Visit_Date"')) == [(2, "phq9", "2026-01-05", 9)]


WORKED_CASE = """
title = "T"
why = "W"
kind = "scores"
status = "ask"
rows = 1
date_order = "MDY"
never = ["guess"]
[mapping]
patient_id = "MRN"
[counts]
ask = 1
[[ask]]
about = "date_order"
[[row]]
line = 2
"""


def test_worked_case_with_all_that_it_expects_is_a_mapping() -> None:
    mapping = from_toml('case = "d99"' + WORKED_CASE, "scores")

    assert mapping.columns == {"patient_id": "MRN"}
    assert mapping.answers.date_order == "MDY"


@pytest.mark.parametrize(
    ("text", "named"), [(WORKED_CASE, "title"), ('case = "d99"\nanswer = 1' + WORKED_CASE, "answer")]
)
def test_what_a_worked_case_expects_is_unknown_elsewhere_and_a_misspelling_in_it_too(text: str, named: str) -> None:
    with pytest.raises(Refused, match=f'unknown key "{named}"'):
        from_toml(text, "scores")


@pytest.mark.parametrize("kind", ["scores", "contacts", "coverage"])
def test_people_and_the_moment_may_be_mapped_in_any_kind(kind: str) -> None:
    assert {"patient_name", "birth_date", "site", "enrolled_on", "status", "recorded_at"} <= set(fields_of(kind))


@given(
    columns=st.dictionaries(st.sampled_from(fields_of("scores")[:4]), st.text(min_size=1, max_size=8)),
    order=st.sampled_from(["DMY", "MDY", "YMD"]),
    codes=st.lists(st.text(max_size=4), max_size=3),
)
def test_mapping_written_out_reads_back_the_same(columns: dict[str, str], order: str, codes: list[str]) -> None:
    mapping = from_dict({"mapping": columns, "answers": {"date_order": order, "missing_codes": codes}}, "scores")

    assert from_dict(mapping.as_dict(), "scores") == mapping


def test_coding_starts_where_its_range_does() -> None:
    assert coding_start("1-4") == 1
    assert coding_start("0 to 3") == 0
    assert coding_start("4-1") is None
