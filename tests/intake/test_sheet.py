"""Where the table is on a sheet: headings, data, what is set aside and what is asked."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bhi_core.errors import Refused
from bhi_core.intake import sheet
from bhi_core.intake.mapping import FileSpec
from bhi_core.intake.sheet import Sheet


def read(text: str, **file: object) -> Sheet:
    """Read a CSV file from its text."""
    return sheet.read(text.encode(), "scores.csv", FileSpec.model_validate(file))


ROWS = "A001,2026-01-05,14\nA002,2026-01-06,9\nA003,2026-01-07,21\n"
TABLE = "MRN,Date,PHQ-9\n" + ROWS


def test_line_numbers_count_the_heading_and_start_at_one() -> None:
    found = read(TABLE)

    assert found.headings == ["MRN", "Date", "PHQ-9"]
    assert found.lines.tolist() == [2, 3, 4]
    assert found.cells["MRN"].tolist() == ["A001", "A002", "A003"]


def test_blank_lines_are_set_aside_and_do_not_shift_line_numbers() -> None:
    found = read("MRN,Date,PHQ-9\nA001,2026-01-05,14\n\n,,\nA002,2026-01-06,9\n")

    assert found.lines.tolist() == [2, 5]
    assert found.set_aside == [(3, "A blank line."), (4, "A blank line.")]


@pytest.mark.parametrize(
    "above",
    [
        "PHQ-9 report\n",
        "PHQ-9 report\nRun on 3/2/2026\n\n",
        "Clinic:,North\nRun date:,3/2/2026\n\n",
        "Report,PHQ-9\n",
        "\n\nCaseload\n",
    ],
)
def test_title_lines_above_the_heading_are_set_aside(above: str) -> None:
    found = read(above + "MRN,Date,PHQ-9,Site\n" + ROWS.replace("\n", ",North\n"))

    assert found.headings == ["MRN", "Date", "PHQ-9", "Site"]
    assert len(found.cells) == 3
    assert len(found.set_aside) == above.count("\n")


def test_stated_heading_and_first_row_are_followed() -> None:
    found = read("a,b,c\nMRN,Date,PHQ-9\nid,day,total\n" + ROWS, header_rows=[2], first_data_row=4)

    assert found.headings == ["MRN", "Date", "PHQ-9"]
    assert found.lines.tolist() == [4, 5, 6]
    assert [line for line, _ in found.set_aside] == [1, 3]


def test_rows_after_the_stated_last_one_are_set_aside() -> None:
    found = read(TABLE + "other,things,here\n", last_data_row=3)

    assert found.lines.tolist() == [2, 3]
    assert [line for line, _ in found.set_aside] == [4, 5]


def test_stated_line_that_is_not_in_the_file_is_refused() -> None:
    with pytest.raises(Refused, match="Line 90 is not in the file"):
        read(TABLE, header_rows=[90])


def test_equal_headings_are_numbered_from_the_second_on() -> None:
    found = read("MRN,Date,PHQ-9,Date,PHQ-9\nA1,2026-01-05,14,2026-02-05,9\n")

    assert found.headings == ["MRN", "Date", "PHQ-9", "Date#2", "PHQ-9#2"]


def test_empty_heading_over_values_is_named_by_its_letter_and_an_empty_column_is_dropped() -> None:
    found = read("MRN,Date,,PHQ-9,\nA1,2026-01-05,x,14,\nA2,2026-01-06,,9,\n")

    assert found.headings == ["MRN", "Date", "Column C", "PHQ-9"]


def test_headings_lose_non_breaking_spaces_and_line_breaks() -> None:
    found = read('\u00a0MRN ,"Visit\nDate",PHQ-9\u00a0\nA1,2026-01-05,14\n')

    assert found.headings == ["MRN", "Visit Date", "PHQ-9"]
    assert found.lines.tolist() == [3]


def test_two_row_heading_is_found_when_the_groups_tell_equal_headings_apart() -> None:
    found = read(",4 weeks,,12 weeks,\nMRN,Date,PHQ-9,Date,PHQ-9\nA1,2026-01-05,14,2026-02-05,9\n")

    assert found.headings == ["MRN", "4 weeks / Date", "4 weeks / PHQ-9", "12 weeks / Date", "12 weeks / PHQ-9"]
    assert found.lines.tolist() == [3]


def test_two_row_heading_with_names_in_the_upper_row_is_found() -> None:
    found = read("MRN,Baseline,,Week 4,\n,Date,PHQ-9,Date,PHQ-9\nA1,2026-01-05,14,2026-02-05,9\n")

    assert found.headings == ["MRN", "Baseline / Date", "Baseline / PHQ-9", "Week 4 / Date", "Week 4 / PHQ-9"]


def test_two_row_heading_can_be_stated() -> None:
    found = read("Who,4 weeks,\nMRN,Date,PHQ-9\nA1,2026-01-05,14\n", header_rows=[1, 2])

    assert found.headings == ["Who / MRN", "4 weeks / Date", "4 weeks / PHQ-9"]


def test_title_line_over_equal_headings_is_no_group() -> None:
    found = read("Caseload,North\nMRN,Date,PHQ-9,Date,PHQ-9\nA1,2026-01-05,14,2026-02-05,9\n")

    assert found.headings == ["MRN", "Date", "PHQ-9", "Date#2", "PHQ-9#2"]


def test_further_heading_rows_of_a_survey_tool_are_set_aside() -> None:
    found = read(
        "StartDate,ExternalReference,Q1_1\n"
        'Start Date,External Data Reference,"Over the last 2 weeks, how often ... - Little interest"\n'
        '"{""ImportId"":""startDate"",""timeZone"":""America/Denver""}","{""ImportId"":""externalDataReference""}",'
        '"{""ImportId"":""QID1_1""}"\n'
        "2026-01-05 09:31:00,A1,2\n"
    )

    assert found.headings == ["StartDate", "ExternalReference", "Q1_1"]
    assert found.lines.tolist() == [4]
    assert [line for line, _ in found.set_aside] == [2, 3]


@pytest.mark.parametrize(
    "last",
    [
        "Total,,44",
        "TOTAL:,,44",
        "Grand Total,,44",
        "Average,,14.7",
        ",Average,14.7",
        "Summe,,44",
        "Mittelwert,,14.67",
        "n = 3,,",
        ",,44",
        ",,14.67",
    ],
)
def test_totals_row_under_the_table_is_set_aside(last: str) -> None:
    found = read(TABLE + last + "\n")

    assert found.lines.tolist() == [2, 3, 4]
    assert found.set_aside == [(5, "A totals row under the table.")] or last.startswith("n =")


@pytest.mark.parametrize(
    "last",
    [
        "Run on 3/2/2026",
        "Run on,3/2/2026,",
        "Report run by Quill P at 09:31",
        "Page 1 of 2",
        "Confidential",
        '"Confidential, do not share"',
        "(3 rows affected)",
        "3 records",
        "Total patients: 3",
        "End of report",
        "Data source: registry",
        "* scores from the portal only",
        "Filters:,North",
        "These are all scores taken in the two clinics",
    ],
)
def test_footer_line_under_the_table_is_set_aside(last: str) -> None:
    found = read(TABLE + "\n" + last + "\n")

    assert found.lines.tolist() == [2, 3, 4]
    assert found.set_aside[-1] == (6, "A footer line under the table.")


@pytest.mark.parametrize(
    "line",
    [
        ",2026-01-05,9",  # no id
        "A004,,",  # nothing but an id
        "A004,,9",
        ",,9",  # neither the sum nor the mean
        ",,3",  # a score of 3 under three rows
        ",,",
        "Page,2026-01-05,9",  # a surname is no footer
        "A004,N/A,declined",
        "Total,2026-01-08,12",  # a date: a record with an odd id
        "*123,2026-01-05,9",
        "A004,see note,pending",
        "5,n,20",
    ],
)
def test_data_row_that_lacks_something_stays_a_data_row(line: str) -> None:
    found = read(TABLE + line + "\n" + "A009,2026-01-09,9\n")
    last = read(TABLE + line + "\n")

    expected = [2, 3, 4] if line == ",," else [2, 3, 4, 5]
    assert found.lines.tolist() == [*expected, 6]
    assert last.lines.tolist() == expected


def test_subtotals_between_the_data_are_set_aside() -> None:
    rows = "".join(f"A{at:03d},2026-01-05,{at % 28}\n" for at in range(12))

    found = read("MRN,Date,PHQ-9\n" + rows + "Subtotal,,66\n" + rows + "Total,,132\n")

    assert len(found.cells) == 24
    assert [reason for _, reason in found.set_aside] == [
        "A totals row inside the table.",
        "A totals row under the table.",
    ]


def test_column_of_words_such_as_total_is_no_column_of_totals_rows() -> None:
    rows = "".join(f"Total,{at},{at % 28}\nItem 9,{at},1\n" for at in range(20))

    found = read("Measure,MRN,Value\n" + rows)

    assert len(found.cells) == 40


def test_heading_that_comes_again_is_set_aside_with_its_title() -> None:
    found = read(TABLE + "\nSouth\nMRN,Date,PHQ-9\nB001,2026-01-05,14\n")

    assert found.lines.tolist() == [2, 3, 4, 8]
    assert found.set_aside[1:] == [(6, "A title line above the heading again."), (7, "The heading again.")]
    assert not found.questions


@pytest.mark.parametrize(
    "second",
    [
        "\nGAD-7 scores\nMRN,Date,GAD-7\nA001,2026-01-05,12\n",
        "\nMRN,Date,GAD-7\nA001,2026-01-05,12\n",
        "MRN,Date,GAD-7\nA001,2026-01-05,12\n",
        "\nStaff,Role,Minutes\nQuill,care manager,60\n",
    ],
)
def test_second_heading_is_asked_about(second: str) -> None:
    found = read(TABLE + second)

    assert [question.about for question in found.questions] == ["last_data_row"]
    assert found.questions[0].options == ("4",)
    assert found.lines.tolist() == [2, 3, 4]
    assert len(found.set_aside) == second.count("\n")


def test_second_table_is_out_of_the_way_once_the_last_row_is_stated() -> None:
    found = read(TABLE + "\nMRN,Date,GAD-7\nA001,2026-01-05,12\n", last_data_row=4)

    assert not found.questions
    assert found.lines.tolist() == [2, 3, 4]


def test_file_without_headings_is_asked_about() -> None:
    found = read(ROWS)

    assert [question.about for question in found.questions] == ["header_rows"]


def test_no_headings_can_be_stated() -> None:
    found = read(ROWS, header_rows=0)

    assert not found.questions
    assert found.headings == ["Column A", "Column B", "Column C"]
    assert found.lines.tolist() == [1, 2, 3]


def test_dates_and_item_numbers_can_be_headings() -> None:
    dates = read("MRN,2026-01-05,2026-02-02\nA1,14,9\nA2,,12\n")
    items = read("MRN,Date,1,2,3\nA1,2026-01-05,0,1,2\n")

    assert dates.headings == ["MRN", "2026-01-05", "2026-02-02"]
    assert items.headings == ["MRN", "Date", "1", "2", "3"]


def test_short_line_is_filled_up_and_long_one_is_a_fault_that_shifts_nothing() -> None:
    found = read("MRN,Name,Date,PHQ-9\nA1,Alder,2026-01-05\nA2,Birch, Sol,2026-01-05,14\nA3,Cedar,2026-01-05,9,\n")

    assert found.cells["PHQ-9"].tolist() == ["", "2026-01-05", "9"]
    assert found.faults.tolist() == ["", "The line has 5 cells, the heading 4: a delimiter too many?", ""]


def test_file_of_headings_alone_is_refused() -> None:
    with pytest.raises(Refused, match="no data rows"):
        read("MRN,Date,PHQ-9\n")


CELLS = st.sampled_from(
    [
        "",
        "",
        "A1",
        "14",
        "2026-01-05",
        "03/04/2025",
        "Total",
        "MRN",
        "Date",
        "PHQ-9",
        "n = 3",
        "Run on 3/2/2026",
        "N/A",
        "x",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=12))
@example([["MRN", "Date"], ["Total"]])
def test_every_line_is_a_heading_a_data_row_or_set_aside_and_never_two_of_them(rows: list[list[str]]) -> None:
    text = "MRN,Date,PHQ-9\nA0,2026-01-01,3\n" + "".join(",".join(row) + "\n" for row in rows)

    found = read(text, header_rows=[1])

    lines = [*found.lines.tolist(), *(line for line, _ in found.set_aside), 1]
    assert sorted(lines) == list(range(1, len(rows) + 3))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode())))
@example(b"PK\x03\x04")
@example(b"\xff\xfe\x00")
@example(b'a,b\n"')
@example(b"a,b\n\x00,1\n")
def test_any_bytes_give_a_table_or_a_refusal(data: bytes) -> None:
    try:
        found = sheet.read(data, "any.csv")
    except Refused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert len(found.lines) == len(found.cells) == len(found.faults) > 0
        assert len(set(found.headings)) == len(found.headings)
