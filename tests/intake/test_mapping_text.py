"""A mapping written out is a mapping file."""

import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bhi_core.intake import from_toml
from bhi_core.intake.mapping import Mapping, from_dict
from bhi_core.intake.mapping_text import as_toml

HEADINGS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def test_every_part_of_a_mapping_comes_back() -> None:
    mapping = from_dict(
        {
            "file": {"sheet": "Registry", "header_rows": [3, 4], "delimiter": ";"},
            "mapping": {"patient_id": 'Pat "ID"', "date": "4 weeks / Date#2"},
            "measure": [
                {"instrument": "phq9", "items": ["a", "", "c\\d"], "on": "2020-07-15"},
                {"instrument": "who5", "total": "Wohlbefinden\n(%)", "one_hot": [["x", "y"], ["z"]]},
            ],
            "dates": {"column": "time", "values": {"0": "2020-07-15", "week 4": "2020-08-12"}},
            "answers": {"answer_coding": {"A1": 0, "nie": 1}, "missing_codes": ["-99"]},
        },
        "scores",
    )

    text = as_toml(mapping.as_dict())

    assert from_toml(text, "scores") == mapping
    assert mapping.measures[0].on == date(2020, 7, 15)


@given(st.dictionaries(HEADINGS, HEADINGS, max_size=3), st.lists(HEADINGS, min_size=1, max_size=3))
def test_headings_of_any_letters_come_back(values: dict[str, str], items: list[str]) -> None:
    document = {"mapping": values, "measure": [{"items": items}, {"on": True, "n": 3}]}

    assert tomllib.loads(as_toml(document)) == document


def test_empty_mapping_is_an_empty_file() -> None:
    assert as_toml(Mapping().as_dict()) == ""
