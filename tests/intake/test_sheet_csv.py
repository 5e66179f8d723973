"""Text files: encodings, delimiters, quotation marks and lines that cannot be read."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.errors import Refused
from bhi_core.intake import sheet
from bhi_core.intake.csv_file import _careful_grid, _quick_grid, find_delimiter
from bhi_core.intake.mapping import FileSpec
from bhi_core.intake.sheet import Sheet

GERMAN = "Patientennummer;Name;Datum;PHQ-9 Summe\n0017;Müller, Jörn;21.01.2026;17\n0018;Groß, Käthe;22.01.2026;9\n"


def read(data: bytes | str, **file: object) -> Sheet:
    """Read a text file from its bytes."""
    raw = data.encode() if isinstance(data, str) else data
    return sheet.read(raw, "scores.csv", FileSpec.model_validate(file))


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode("utf-8"),
        GERMAN.encode("utf-8-sig"),
        GERMAN.encode("latin-1"),
        GERMAN.encode("cp1252"),
        GERMAN.encode("utf-16"),
        codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"),
        GERMAN.encode("utf-16-le"),
        GERMAN.encode("utf-16-be"),
        GERMAN.encode("utf-32"),
    ],
)
def test_letters_come_out_right_in_every_encoding(data: bytes) -> None:
    found = read(data)

    assert found.headings == ["Patientennummer", "Name", "Datum", "PHQ-9 Summe"]
    assert found.cells["Name"].tolist() == ["Müller, Jörn", "Groß, Käthe"]
    assert found.cells["Patientennummer"].tolist() == ["0017", "0018"]


def test_smart_quotes_of_windows_come_out_right_and_the_encoding_is_said() -> None:
    found = read("MRN,Note\n1,“couldn’t sleep”\n".encode("cp1252"))

    assert found.cells["Note"].tolist() == ["“couldn’t sleep”"]
    assert "Windows-1252" in found.notes[0]


def test_stated_encoding_is_used_and_one_that_does_not_fit_is_refused() -> None:
    data = "MRN,Name\n1,Åsa\n".encode("mac-roman")

    found = read(data, encoding="mac-roman")

    assert found.cells["Name"].tolist() == ["Åsa"]
    for wrong in ("utf-8", "klingon", "rot13", "zip"):
        with pytest.raises(Refused, match=r"encoding|not in"):
            read(data, encoding=wrong)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    found = read(GERMAN.replace(", ", " ").replace(";", delimiter))

    assert found.headings == ["Patientennummer", "Name", "Datum", "PHQ-9 Summe"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id;name\n1;Müller, Jörn\n2;Groß, Käthe\n", ";"),
        ("id,note\n1,a; b; c\n2,d\n3,e; f\n", ","),
        ('id,note\n1,"a, b, c"\n2,"d|e"\n', ","),
        ("Report;North\n\nid,date,score\n1,2026-01-05,3\n2,2026-01-06,4\n", ","),
        ("id;total\n1;12,0\n2;9,5\n", ";"),
        ("id\tname\n1\tAlder, Wren\n2\tBirch, Sol\n", "\t"),
        ("id,a,b\n1,2\n2,3,4\n3,1,1\n4,1,2\n", ","),
    ],
)
def test_delimiter_is_the_one_that_cuts_most_lines_evenly(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n'])
def test_line_that_names_the_delimiter_is_set_aside(first: str) -> None:
    found = read(first + "MRN;Date;PHQ-9\nA1;05.01.2026;14\n")

    assert found.headings == ["MRN", "Date", "PHQ-9"]
    assert found.lines.tolist() == [3]
    assert found.set_aside[0] == (1, "The line that names the delimiter.")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_understood(end: str) -> None:
    found = read(end.join(["MRN,Date,PHQ-9", "A1,2026-01-05,14", "A2,2026-01-06,9", ""]))

    assert found.lines.tolist() == [2, 3]
    assert found.cells["PHQ-9"].tolist() == ["14", "9"]


def test_quoted_cell_may_span_lines_and_its_row_has_the_line_it_starts_on() -> None:
    found = read('MRN,Note,PHQ-9\nA1,"sleeps badly,\r\nwakes at ""four""",14\nA2,,9\n')

    assert found.lines.tolist() == [2, 4]
    assert found.cells["Note"].tolist() == ['sleeps badly,\r\nwakes at "four"', ""]
    assert found.faults.tolist() == ["", ""]


@pytest.mark.parametrize(
    "text",
    [
        'MRN,Name,PHQ-9\nA1,"Alder,14\nA2,Birch,9\nA3,Cedar,3\n',
        'MRN,Name,PHQ-9\nA1,"Alder,14\nA2,"Birch",9\nA3,Cedar,3\n',
        'MRN,Name,PHQ-9\nA1,"Alder,14\nA2,Birch,9\nA3,"Cedar",3\n',
    ],
)
def test_quotation_mark_never_closed_costs_its_line_and_no_other(text: str) -> None:
    found = read(text)

    assert found.lines.tolist() == [2, 3, 4]
    assert found.faults.tolist() == ["A quotation mark on the line is not closed.", "", ""]
    assert found.cells["PHQ-9"].tolist()[1:] == ["9", "3"]


def test_file_cut_off_within_a_quoted_cell_has_a_fault_on_its_last_line() -> None:
    found = read('MRN,PHQ-9,Name\nA1,14,Alder\nA2,9,"Bir')

    assert found.faults.tolist() == ["", "A quotation mark on the line is not closed."]


def test_quotation_mark_within_a_cell_is_text() -> None:
    found = read("MRN,Height,PHQ-9\nA1,5'10\",14\nA2,6'1\",9\n")

    assert found.cells["Height"].tolist() == ["5'10\"", "6'1\""]
    assert found.faults.tolist() == ["", ""]


def test_space_before_a_quoted_cell_does_not_cut_it() -> None:
    found = read('MRN, Name, PHQ-9\nA1, "Alder, Wren", 14\n')

    assert found.headings == ["MRN", "Name", "PHQ-9"]
    assert found.cells["Name"].tolist() == ["Alder, Wren"]


@pytest.mark.parametrize("bad", ["A\x001", "A\x071", "A\x1b[31m", "A\x7f"])
def test_control_characters_cost_their_line(bad: str) -> None:
    found = read(f"MRN,Date,PHQ-9\n{bad},2026-01-05,14\nA2,2026-01-06,9\n")

    assert found.lines.tolist() == [2, 3]
    assert found.faults.tolist() == ["The line holds control characters.", ""]


def test_cells_are_trimmed_of_every_kind_of_space_and_keep_their_inside() -> None:
    found = read("MRN,Name\n\u00a0000345 ,  Alder  Wren\u200b\n\ufeff0012,\u3000x\n")

    assert found.cells["MRN"].tolist() == ["000345", "0012"]
    assert found.cells["Name"].tolist() == ["Alder  Wren", "x"]


def test_text_protected_from_a_spreadsheet_is_its_text() -> None:
    found = read('MRN,PHQ-9\n="00123",14\n"=""00124""",9\n')

    assert found.cells["MRN"].tolist() == ["00123", "00124"]


def test_line_with_bytes_that_are_not_utf8_is_a_fault_in_a_file_that_is() -> None:
    found = read("MRN,Name\n1,Müller\n2,Groß\n3,Käthe\n".encode() + "4,Jörn\n".encode("latin-1"))

    assert found.cells["Name"].tolist()[:3] == ["Müller", "Groß", "Käthe"]
    assert found.faults.tolist() == ["", "", "", "The line holds control characters."]
    assert found.notes == ["Some bytes of the file are not UTF-8: the lines that hold them cannot be read."]


def test_mark_of_old_programs_for_the_end_of_a_file_is_no_line() -> None:
    assert read("MRN,PHQ-9\r\n1,14\r\n\x1a").lines.tolist() == [2]


def test_utf16_can_be_stated_for_a_file_without_a_mark() -> None:
    assert read(GERMAN.encode("utf-16-be"), encoding="utf-16").headings[0] == "Patientennummer"


def test_words_for_missing_stay_as_written() -> None:
    found = read("MRN,PHQ-9\nNA,N/A\nnull,nan\n")

    assert found.cells.to_numpy().tolist() == [["NA", "N/A"], ["null", "nan"]]


def test_file_of_one_column_is_a_table() -> None:
    found = read("MRN\nA1\nA2\n")

    assert found.headings == ["MRN"]
    assert found.lines.tolist() == [2, 3]


PIECES = st.sampled_from(["a", ",", ",", "\n", "\r\n", '"p,q"', '"p""q"', '"', " ", "é", "1", ";", 'x"y'])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=25))
def test_quick_way_through_a_regular_file_gives_what_the_careful_way_gives(pieces: list[str]) -> None:
    text = "".join(pieces)

    quick, careful = _quick_grid(text, ","), _careful_grid(text, ",")

    if quick is not None:
        assert quick.cells.to_numpy().tolist() == careful.cells.to_numpy().tolist()
        assert quick.lines.tolist() == careful.lines.tolist()
        assert not careful.faults


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8), min_size=2)
)
def test_any_text_survives_quoting_and_reading(cells: list[str]) -> None:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["MRN", "Note"], *([f"A{at}", cell] for at, cell in enumerate(cells))])

    found = read(out.getvalue(), header_rows=[1], delimiter=",", last_data_row=len(cells) + 1)

    assert [cell.split() for cell in found.cells["Note"]] == [
        cell.strip().strip("\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad").strip().split() for cell in cells
    ]
