"""Text cells to patient ids: what a spreadsheet rewrote is never repaired."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.intake.ids import ids


def column(*texts: str) -> "pd.Series[str]":
    """Make a column of cells."""
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize(
    ("text", "patient_id"),
    [
        ("00123", "00123"),
        ("000345 ", "000345"),
        ("\u00a0000346", "000346"),
        ("\ufeffA-1\u200b", "A-1"),
        ("K-014", "K-014"),
        ("12E5", "12E5"),
        ("1.2", "1.2"),
        ("MRN 12", "MRN 12"),
        ("Ä-7", "Ä-7"),
        ("123456789012", "123456789012"),
    ],
)
def test_id_is_kept_as_written_without_the_space_around_it(text: str, patient_id: str) -> None:
    found = ids(column(text))

    assert found.values.tolist() == [patient_id]
    assert found.usable.all()


@pytest.mark.parametrize(
    "text",
    [
        "1.2E+11",
        "1,2E+11",
        "1.23457E+11",
        "1E+11",
        "1.2e11",
        "12345.0",
        "12345,0",
        "12345.00",
        "1,234,567",
        "1,234",
        "1.234.567",
    ],
)
def test_id_that_a_spreadsheet_rewrote_is_a_reason(text: str) -> None:
    found = ids(column(text))

    assert found.values.tolist() == [None]
    assert found.reasons.tolist() == [f"The patient id {text} was rewritten by a spreadsheet: export it again as text."]
    assert not found.missing.any()


def test_empty_id_is_no_patient_id() -> None:
    found = ids(column("", " ", "N/A", "NULL"))

    assert found.missing.all()
    assert found.reasons.tolist() == [
        "No patient id.",
        "No patient id.",
        'No patient id ("N/A").',
        'No patient id ("NULL").',
    ]


@pytest.mark.parametrize("text", ["A\x001", "A\u202e1", "A\u200b1", "A\ufffd1", "A\n1"])
def test_control_and_invisible_characters_inside_are_a_reason(text: str) -> None:
    found = ids(column(text))

    assert "control or unreadable characters" in found.reasons[0]


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "=B2", "TRUE", "x" * 101])
def test_failed_formulas_logical_values_and_essays_are_no_ids(text: str) -> None:
    found = ids(column(text))

    assert found.wrong.tolist() == [True]


def test_whole_number_of_a_workbook_is_an_id_and_one_with_a_fraction_is_not() -> None:
    found = ids(column("12345", "12345.5", "7.5"), np.array([True, True, False]))

    assert found.values.tolist() == ["12345", None, "7.5"]
    assert found.reasons[1] == "12345.5 is a number with a fraction, not a patient id."


def test_ids_that_differ_in_zeros_are_different() -> None:
    assert ids(column("0000071", "71", "0000071")).values.tolist() == ["0000071", "71", "0000071"]


@settings(deadline=None)
@given(st.lists(st.text(max_size=30)))
def test_any_text_gives_an_id_or_a_reason(texts: list[str]) -> None:
    found = ids(column(*texts))

    for value, reason in zip(found.values, found.reasons, strict=True):
        assert (value is None) == (reason != "")


@settings(deadline=None)
@given(st.from_regex(r"[A-Z]{1,3}-?[0-9]{1,9}", fullmatch=True))
def test_ordinary_id_is_never_changed(text: str) -> None:
    assert ids(column(text)).values.tolist() == [text]


def test_a_column_that_counts_its_people_is_read_as_whole_numbers() -> None:
    read = ids(pd.Series(["1.0", "1.0", "2.0", "3.0"]))

    assert read.values.tolist() == ["1", "1", "2", "3"]


@pytest.mark.parametrize("texts", [["1.0", "3.0"], ["12345.0", "12346.0"], ["1.0", "2.0", "A3"], ["1.0"]])
def test_ids_that_do_not_count_from_one_without_a_gap_stay_rewritten_ones(texts: list[str]) -> None:
    read = ids(pd.Series(texts))

    assert "was rewritten by a spreadsheet" in read.reasons[0]
