"""Exports: safe to open in a spreadsheet, ids keep their zeros, missing stays empty."""

import io

import openpyxl
import pandas as pd
import pytest

from bhi_core.report import sheets

ROWS = pd.DataFrame(
    {
        "MRN": ["00123", "=1+1"],
        "Name": ["Ash, Kit", "@sum"],
        "Total": [14.0, float("nan")],
        "Date": pd.to_datetime(pd.Series(["2026-03-01", None])).astype("datetime64[s]"),
        "Attended": [True, False],
    }
)


def test_a_csv_keeps_leading_zeros_and_leaves_missing_cells_empty() -> None:
    text = sheets.csv_bytes(ROWS).decode("utf-8-sig")

    assert text.splitlines()[1] == '00123,"Ash, Kit",14,2026-03-01,True'
    assert text.splitlines()[2].split(",")[2:4] == ["", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(start: str) -> None:
    assert sheets.harmless(f"{start}cmd") == f"'{start}cmd"


def test_ordinary_text_is_written_as_it_is() -> None:
    assert sheets.harmless("Müller 5*3") == "Müller 5*3"


def test_a_workbook_holds_ids_as_text_numbers_as_numbers_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx_bytes({"Caseload": ROWS})))

    lines = list(book["Caseload"].iter_rows(values_only=True))

    assert lines[0] == ("MRN", "Name", "Total", "Date", "Attended")
    assert lines[1] == ("00123", "Ash, Kit", 14, "2026-03-01", "yes")
    assert lines[2][:2] == ("'=1+1", "'@sum")
    assert all(cell.data_type != "f" for row in book["Caseload"] for cell in row)


def test_an_empty_frame_gives_a_file_with_only_its_headings() -> None:
    assert sheets.csv_bytes(ROWS.head(0)).decode("utf-8-sig").strip() == "MRN,Name,Total,Date,Attended"


def test_a_missing_whole_number_is_an_empty_cell() -> None:
    answers = pd.DataFrame({"Item 9": pd.array([0, pd.NA], dtype="Int64")})

    assert sheets.csv_bytes(answers).decode("utf-8-sig").splitlines()[1:] == ["0", '""']
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx_bytes({"Scores": answers})))
    assert [cell.value for cell in book["Scores"]["A"]] == ["Item 9", 0]


def test_text_that_already_begins_with_an_apostrophe_keeps_it_when_read_again() -> None:
    assert sheets.harmless("'=1") == "''=1"
    assert sheets.harmless("'tis") == "'tis"
