"""Workbooks: what a cell really is, which sheet, what is hidden, and files that lie about themselves."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.errors import Refused
from bhi_core.intake import sheet, workbook_parts, worksheet
from bhi_core.intake.grid import BOOL, DATE, ERROR, NUMBER, TEXT
from bhi_core.intake.mapping import FileSpec
from bhi_core.intake.number_formats import from_serial, number_format
from bhi_core.intake.sheet import Sheet
from tests.intake.workbooks import MAIN, STRICT, book, raw_book, text_row

HEADING = ["MRN", "Date", "PHQ-9"]
HEADING_XML = text_row(1, *HEADING)


def read(data: bytes, **file: object) -> Sheet:
    """Read a workbook."""
    return sheet.read(data, "scores.xlsx", FileSpec.model_validate(file))


def test_real_dates_come_as_iso_text_and_are_marked_as_real() -> None:
    rows = [HEADING, ["A1", date(2026, 1, 5), 14], ["A2", "01/13/2026", 9], ["A3", datetime(2026, 1, 6, 21, 5, 11), 3]]

    found = read(book({"S": rows}))

    assert found.cells["Date"].tolist() == ["2026-01-05", "01/13/2026", "2026-01-06T21:05:11"]
    assert found.dates("Date").tolist() == [True, False, True]
    assert found.kinds["PHQ-9"].tolist() == [NUMBER, NUMBER, NUMBER]


def test_dates_of_a_1904_workbook_come_right_and_its_epoch_is_told() -> None:
    found = read(book({"S": [HEADING, ["A1", date(2026, 1, 5), 14]]}, date_1904=True))

    assert found.cells["Date"].tolist() == ["2026-01-05"]
    assert found.excel_epoch == 1904


def test_numbers_lose_the_decimal_point_they_never_had() -> None:
    found = read(book({"S": [["MRN", "A", "B"], [12345.0, 7.5, 0.1 + 0.2], [123456789012, 12, 1e15]]}))

    assert found.cells.to_numpy().tolist() == [["12345", "7.5", "0.3"], ["123456789012", "12", "1E+15"]]


def test_zeros_that_a_format_shows_belong_to_the_id() -> None:
    found = read(book({"S": [HEADING, [345, "2026-01-05", 14], [1234567, "2026-01-05", 14]]}, formats={0: "000000"}))

    assert found.cells["MRN"].tolist() == ["000345", "1234567"]


def test_decimals_that_a_format_hides_stay_and_a_percentage_keeps_its_sign() -> None:
    rows = [["MRN", "Total", "Percent"], ["A1", 7.5, 0.58]]

    found = read(book({"S": rows}, formats={1: "0", 2: "0%"}))

    assert found.cells.to_numpy().tolist() == [["A1", "7.5", "58%"]]


def test_error_cells_come_by_name_and_never_as_empty() -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADING)
    for at, error in enumerate(("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"), 2):
        made.active.append([f"A{at}", "2026-01-05"])
        made.active.cell(at, 3, error).data_type = "e"
    out = io.BytesIO()
    made.save(out)

    found = read(out.getvalue())

    assert found.cells["PHQ-9"].tolist() == ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]
    assert found.errors("PHQ-9").all()


def test_formula_gives_its_saved_result() -> None:
    rows = HEADING_XML + (
        '<row r="2"><c r="A2" t="str"><f>"A"&amp;1</f><v>A1</v></c><c r="C2"><f>SUM(D2:L2)</f><v>14</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>B3</f><v></v></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="A4" t="b"><f>1=1</f><v>1</v></c><c r="C4"><f>A9</f><v>0</v></c></row>'
    )

    found = read(raw_book(rows))

    assert found.cells["MRN"].tolist() == ["A1", "", "TRUE"]
    assert found.cells["PHQ-9"].tolist() == ["14", "#DIV/0!", "0"]
    assert found.kinds["MRN"].tolist() == [TEXT, TEXT, BOOL]


def test_formula_without_a_saved_result_is_marked_and_is_not_empty() -> None:
    rows = HEADING_XML + '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>SUM(D2:L2)</f></c></row>'
    rows += '<row r="3"><c r="A3"><v>2</v></c><c r="C3"><f t="shared" si="0"/><v/></c></row>'

    found = read(raw_book(rows))

    assert found.cells["PHQ-9"].tolist() == ["=SUM(D2:L2)", "=(formula)"]
    assert found.kinds["PHQ-9"].tolist() == [ERROR, ERROR]


def test_zero_that_a_program_put_under_a_formula_is_no_score_of_zero() -> None:
    rows = HEADING_XML + '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>SUM(D2:L2)</f><v>0</v></c></row>'
    rows += '<row r="3"><c r="A3"><v>2</v></c><c r="C3"><f>SUM(D3:L3)</f><v>12</v></c></row>'

    found = read(raw_book(rows, calculation='fullCalcOnLoad="1"'))

    assert found.cells["PHQ-9"].tolist() == ["=SUM(D2:L2)", "12"]


def test_hidden_rows_are_data_and_counted() -> None:
    rows = [HEADING, *([f"A{at}", "2026-01-05", at] for at in range(4))]

    one = read(book({"S": rows}, hidden_rows=[3]))
    two = read(book({"S": rows}, hidden_rows=[3, 5], hidden_columns=[1]))

    assert len(two.cells) == 4
    assert one.notes == ["1 hidden row was read."]
    assert two.notes == ["2 hidden rows were read.", "1 hidden column was read: Date."]


def test_hidden_sheets_are_not_read_and_named() -> None:
    rows = [HEADING, ["A1", "2026-01-05", 14]]

    found = read(book({"Scores": rows, "Old": rows, "Cover": [["Read me"]]}, hidden_sheets=["Old"]))

    assert found.sheet == "Scores"
    assert found.sheets == ["Scores", "Old", "Cover"]
    assert found.notes == ['Sheet not read: "Cover".', 'Hidden sheet not read: "Old".']
    assert not found.questions


def test_table_is_found_behind_a_cover_sheet() -> None:
    cover = [["Caseload of the North clinic"], ["Run on 3/2/2026"]]

    found = read(book({"Cover": cover, "Scores": [HEADING, ["A1", "2026-01-05", 14]], "Empty": []}))

    assert found.sheet == "Scores"


def test_which_of_several_tables_is_asked() -> None:
    rows = [HEADING, ["A1", "2026-01-05", 14]]

    found = read(book({"2025": rows, "2026": rows}))
    stated = read(book({"2025": rows, "2026": rows}), sheet="2026")

    assert [(question.about, question.options) for question in found.questions] == [("sheet", ("2025", "2026"))]
    assert stated.sheet == "2026" and not stated.questions


def test_sheet_that_is_not_there_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(Refused, match='no sheet "Registry": it has "S"'):
        read(book({"S": [HEADING, ["A1", "2026-01-05", 14]]}), sheet="Registry")


def test_empty_sheet_is_refused() -> None:
    with pytest.raises(Refused, match="is empty"):
        read(book({"S": []}))


def test_merged_groups_reach_as_far_as_they_are_merged() -> None:
    rows = [
        ["MRN", "4 weeks", None, "12 weeks", None, None],
        [None, "Date", "PHQ-9", "Date", "PHQ-9", "Comment"],
        ["A1", date(2026, 1, 5), 14, date(2026, 2, 5), 9, "x"],
    ]

    found = read(book({"S": rows}, merged=["A1:A2", "B1:C1", "D1:E1"]))

    assert found.headings == [
        "MRN",
        "4 weeks / Date",
        "4 weeks / PHQ-9",
        "12 weeks / Date",
        "12 weeks / PHQ-9",
        "Comment",
    ]
    assert found.lines.tolist() == [3]


def test_id_and_name_merged_over_the_visits_of_a_patient_are_read_in_each_row() -> None:
    data = raw_book(
        text_row(1, "MRN", "Name", "Date", "PHQ-9")
        + text_row(2, "A1", "Alder", "2026-01-05", "14")
        + '<row r="3"><c r="C3" t="inlineStr"><is><t>2026-01-06</t></is></c></row>'
        + text_row(4, "A2", "Birch", "2026-01-07", "9"),
        end='<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B2:B3"/><mergeCell ref="D2:D3"/></mergeCells>',
    )

    found = read(data)

    assert found.cells["MRN"].tolist() == ["A1", "A1", "A2"]
    assert found.cells["Name"].tolist() == ["Alder", "Alder", "Birch"]
    assert found.cells["PHQ-9"].tolist() == ["14", "", "9"]
    assert found.notes == ["Cells merged over several rows were read in each of them: MRN, Name."]


def test_totals_row_of_formulas_without_results_is_no_data_row() -> None:
    total = '<row r="3"><c r="A3" t="inlineStr"><is><t>Total</t></is></c><c r="C3"><f>SUM(C2:C2)</f></c></row>'

    found = read(raw_book(HEADING_XML + text_row(2, "A1", "2026-01-05", "14") + total))

    assert found.lines.tolist() == [2]


def test_table_on_a_hidden_sheet_alone_is_asked_about() -> None:
    rows = [HEADING, ["A1", "2026-01-05", 14]]

    found = read(book({"Cover": [["Read me"]], "Scores": rows}, hidden_sheets=["Scores"]))

    assert [(question.about, question.options) for question in found.questions] == [("sheet", ("Scores",))]


def test_rows_keep_their_sheet_numbers_and_blank_ones_are_set_aside() -> None:
    rows = [["Report"], [], HEADING, ["A1", "2026-01-05", 14], [], ["A2", "2026-01-06", 9], [], ["Run on 3/2/2026"]]

    found = read(book({"S": rows}))

    assert found.lines.tolist() == [4, 6]
    assert [line for line, _ in found.set_aside] == [1, 2, 5, 7, 8]


def test_table_that_begins_in_another_column_has_no_empty_columns() -> None:
    found = read(book({"S": [[None, *HEADING], [None, "A1", "2026-01-05", 14], [None, "A2", "2026-01-05", 9, "late"]]}))

    assert found.headings == [*HEADING, "Column E"]
    assert found.faults.tolist() == ["", ""]


def test_logical_values_and_numbers_kept_as_text_come_as_text() -> None:
    found = read(book({"S": [["MRN", "Attended", "PHQ-9"], ["A1", True, "'16"], ["A2", False, "16 "]]}))

    assert found.cells["Attended"].tolist() == ["TRUE", "FALSE"]
    assert found.logicals("Attended").all()
    assert found.kinds["PHQ-9"].tolist() == [TEXT, TEXT]


def test_times_are_text_and_elapsed_times_too() -> None:
    found = read(book({"S": [["MRN", "At", "Took"], ["A1", 0.375, 0.5]]}, formats={1: "h:mm AM/PM", 2: "[h]:mm"}))

    assert found.cells.to_numpy().tolist() == [["A1", "09:00:00", "12:00:00"]]


def test_shared_texts_with_runs_readings_and_escapes_are_whole() -> None:
    shared = "<si><t>MRN</t></si><si><t>A_x000D_1</t></si>"
    shared += "<si><r><t>PHQ</t></r><r><t>-9</t></r><rPh><t>reading</t></rPh></si>"
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row><row><c t="s"><v>1</v></c><c><v>14</v></c></row>'

    found = read(raw_book(rows, shared=shared), header_rows=[1])

    assert found.headings == ["MRN", "PHQ-9"]
    assert found.cells.to_numpy().tolist() == [["A\r1", "14"]]


def test_texts_in_the_cells_themselves_leave_readings_out() -> None:
    cell = '<c r="A2" t="inlineStr"><is><r><t>A</t></r><r><t>1</t></r><rPh sb="0" eb="1"><t>reading</t></rPh></is></c>'

    found = read(raw_book(HEADING_XML + f'<row r="2">{cell}<c r="C2"><v>14</v></c></row>'))

    assert found.cells["MRN"].tolist() == ["A1"]


def test_sheet_of_many_rows_is_looked_at_only_as_far_as_needed() -> None:
    rows = [HEADING, *([f"A{at}", "2026-01-05", at % 28] for at in range(20_000))]

    found = read(book({"Scores": rows, "Cover": [["Read me"]]}))

    assert found.sheet == "Scores"
    assert len(found.cells) == 20_000


def test_strict_workbooks_and_prefixed_names_are_read() -> None:
    rows = HEADING_XML + '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="d"><v>2026-01-05T00:00:00</v></c></row>'
    strict = read(raw_book(rows, namespace=STRICT))
    prefixed = _replace(raw_book(rows), "xl/worksheets/sheet1.xml", _prefixed)

    assert strict.cells["Date"].tolist() == ["2026-01-05"]
    assert strict.kinds["Date"].tolist() == [DATE]
    assert read(prefixed).cells.to_numpy().tolist() == strict.cells.to_numpy().tolist()


def _prefixed(text: str) -> str:
    """Give every element a prefix."""
    return re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')


def _replace(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """Change one part of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            text = old.read(each).decode()
            new.writestr(each, change(text) if each == name else text)
    return out.getvalue()


def test_sheet_that_unpacks_to_more_than_any_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_parts, "LARGEST_PART", 10_000)
    bomb = raw_book(HEADING_XML + "<!--" + " " * 20_000 + "-->")

    with pytest.raises(Refused, match="unpacks to more"):
        read(bomb)


def test_sheet_wider_or_larger_than_any_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="too large"):
        read(raw_book(HEADING_XML + '<row r="2"><c r="XFD2"><v>1</v></c></row>'))
    monkeypatch.setattr(worksheet, "LARGEST_TABLE", 5)
    with pytest.raises(Refused, match="too large"):
        read(book({"S": [HEADING, ["A1", "2026-01-05", 14]]}))


def test_document_type_is_refused_before_its_entities_grow() -> None:
    start = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'

    with pytest.raises(Refused, match="damaged or not a real one"):
        read(raw_book(text_row(1, "MRN", "&b;"), start=start))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',  # no such shared text
        '<row r="1"><c r="A1"><v>abc</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v>',
        '<row r="one"><c><v>1</v></c></row>',
    ],
)
def test_damaged_sheet_is_refused(rows: str) -> None:
    with pytest.raises(Refused, match="damaged"):
        read(raw_book(rows))


def test_workbook_cut_off_or_flipped_anywhere_is_read_or_refused() -> None:
    data = book({"S": [HEADING, ["A1", date(2026, 1, 5), 14], ["A2", date(2026, 1, 6), 9]]})

    for at in range(0, len(data), 97):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            try:
                read(broken)
            except Refused as refusal:
                assert str(refusal).endswith(".")


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (0, None, "general"),
        (14, None, "date"),
        (20, None, "time"),
        (22, None, "date"),
        (9, None, "percent"),
        (164, "dd.mm.yyyy", "date"),
        (164, "[$-409]mmmm d, yyyy;@", "date"),
        (164, "mmm-yy", "date"),
        (164, 'yyyy"-"mm"-"dd hh:mm', "date"),
        (164, "mm:ss.0", "time"),
        (164, "[h]:mm", "time"),
        (164, "0.0%", "percent"),
        (164, "000-00-0000", "general"),
        (164, "00000", "zeros"),
        (164, '0" days"', "general"),
        (164, "[Red]0.00", "general"),
        (164, "General", "general"),
        (164, "@", "general"),
        (164, "#,##0", "general"),
    ],
)
def test_number_formats_say_what_a_person_sees(number: int, code: str | None, shown: str) -> None:
    assert number_format(number, code).shown == shown


@pytest.mark.parametrize(
    ("value", "epoch", "moment"),
    [
        (1, 1900, "1900-01-01T00:00:00"),
        (59, 1900, "1900-02-28T00:00:00"),
        (60, 1900, "1900-02-29T00:00:00"),  # never was: no date
        (61, 1900, "1900-03-01T00:00:00"),
        (46027, 1900, "2026-01-05T00:00:00"),
        (46027.999999, 1900, "2026-01-06T00:00:00"),
        (44565, 1904, "2026-01-05T00:00:00"),
        (0, 1904, "1904-01-01T00:00:00"),
        (2958465, 1900, "9999-12-31T00:00:00"),
        (2958466, 1900, None),
        (2958465, 1904, None),
        (-1, 1900, None),
    ],
)
def test_serial_numbers_are_counted_as_spreadsheets_count(value: float, epoch: int, moment: str | None) -> None:
    assert from_serial(value, epoch) == moment  # type: ignore[arg-type]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 4)),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.text(alphabet="abcäß 0123_-", min_size=1, max_size=8).filter(lambda text: bool(text.strip())),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_every_cell_is_what_openpyxl_says_it_is(rows: list[tuple[object, ...]]) -> None:
    data = book({"S": [["MRN", "Date", "PHQ-9"], ["A1", "x", "y"], *(list(row) for row in rows), ["Z", "z", "z"]]})

    found = read(data, header_rows=[1], last_data_row=len(rows) + 3)

    oracle = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    for line, cells in zip(found.lines.tolist(), found.cells.to_numpy().tolist(), strict=True):
        assert cells == [_as_text(cell.value) for cell in oracle[line]]


def _as_text(value: object) -> str:
    """Write a value of openpyxl as the intake writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return str(value).strip()
