"""A text file of separated values to a grid: encoding, delimiter, quotation marks, and the line each row starts on."""

import csv
import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.errors import Refused
from bhi_core.intake.cells import INVISIBLE, trimmed
from bhi_core.intake.encoding import decoded
from bhi_core.intake.grid import Grid
from bhi_core.intake.regular_lines import read_regular

DELIMITERS = ",;\t|"
_SAMPLE = 400
_LONGEST_RECORD = 200
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_ODD = f'^="|[{INVISIBLE}]'
_FORMULA_TEXT = re.compile(r'="([^"]*)"')


def read_csv(data: bytes, encoding: str | None, delimiter: str | None) -> Grid:
    """Read a text file of separated values.

    Args:
        data: the file's bytes.
        encoding: a codec's name, or None to find it.
        delimiter: one character, or None to find it.

    Returns:
        Every line of the file in order; a quoted field may span lines, its row has the line on which it starts. Lines
        that hold control characters, or a quotation mark that is never closed, are faults.

    Raises:
        Refused: the file is not text, or no delimiter makes a table of it.
    """
    text, notes = decoded(data, encoding)
    text = text.rstrip("\x1a\x00")  # how old programs mark the end of a file
    if not text.strip():
        raise Refused("The file is empty: export it again, with its headings and rows.")
    said, text = _sep_line(text)
    set_aside = [(1, "The line that names the delimiter.")] if said else []
    delimiter = delimiter or said or find_delimiter(text)
    grid = _quick_grid(text, delimiter) or _careful_grid(text, delimiter)
    return replace(grid, lines=grid.lines + 1 if said else grid.lines, set_aside=set_aside, notes=notes)


def _quick_grid(text: str, delimiter: str) -> Grid | None:
    """Read a text whose every line is one row; None when it is not so regular."""
    if not delimiter.isascii() or delimiter == '"' or _CONTROL.search(text):
        return None
    found = read_regular(text, delimiter)
    if found is None:
        return None
    cells, lengths = found
    return Grid(trim_frame(cells), np.arange(1, len(cells) + 1, dtype=np.int64), lengths=lengths)


def _careful_grid(text: str, delimiter: str) -> Grid:
    """Read any text: quoted cells over several lines, stray quotation marks, control characters."""
    rows, starts, faults = _records(text, delimiter)
    cells, lengths, more = _frame(rows)
    faults = more | faults
    if _CONTROL.search(text):
        faults |= _control_faults(cells)
    return Grid(cells, starts, faults, lengths)


def _sep_line(text: str) -> tuple[str, str]:
    """Split off a first line such as ``sep=;``: the delimiter ("" without one) and the rest of the text."""
    first, newline, rest = re.match(r"([^\r\n]*)(\r\n|\r|\n|)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    said = _SEP.fullmatch(first)
    return (said[1], rest) if said and newline else ("", text)


def find_delimiter(text: str) -> str:
    """Find the delimiter by how evenly it cuts the first lines, quoted parts left out.

    Args:
        text: the file's text.

    Returns:
        The candidate of ``, ; tab |`` under which most lines have one and the same number of cells; with equal
        evenness the one that gives more cells; ``,`` for a file of one column.

    Raises:
        Refused: the lines look like prose.
    """
    lines = _sample_lines(text)
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = [line.count(delimiter) for line in lines if delimiter in line]
        if not counts:
            continue
        usual = max(set(counts), key=lambda count: (counts.count(count), count))
        score = (round(counts.count(usual) / len(lines), 2), usual)
        if score > best:
            best, found = score, delimiter
    words = sum(len(line.split()) for line in lines)
    cells = sum(line.count(found) + 1 for line in lines)
    if best[0] <= 0.5 and words >= 4 * cells and any(len(line) > 80 for line in lines):
        raise Refused("The file is not a table: bring in a CSV file or an .xlsx workbook with one heading a column.")
    return found


def _sample_lines(text: str) -> list[str]:
    """Give the first lines that are not blank, without what stands between quotation marks."""
    sample = re.sub(r'"(?:[^"]|"")*"', '""', text[:300_000])
    lines = [line for line in re.split(r"\r\n|\r|\n", sample) if line.strip()]
    return (lines[:-1] if len(text) > 300_000 and len(lines) > 1 else lines)[:_SAMPLE]


def _records(text: str, delimiter: str) -> tuple[list[list[str]], NDArray[np.int64], dict[int, str]]:
    """Cut the text into records: their cells, the line each starts on, and the faults by position."""
    lines = list(io.StringIO(text, newline=""))
    rows: list[list[str]] = []
    starts: list[int] = []
    faults: dict[int, str] = {}
    at = 0
    while at < len(lines):
        at = _read_on(lines, at, delimiter, rows, starts)
        if at < len(lines):
            faults[len(rows)] = "A quotation mark on the line is not closed."
            rows.append(lines[at].rstrip("\r\n").split(delimiter))
            starts.append(at + 1)
            at += 1
    return rows, np.array(starts, dtype=np.int64), faults


def _read_on(lines: list[str], start: int, delimiter: str, rows: list[list[str]], starts: list[int]) -> int:
    """Add the records from a line on; give the line at which one cannot be read, or the end."""
    reader = csv.reader((lines[at] for at in range(start, len(lines))), delimiter=delimiter, skipinitialspace=True)
    at = start
    try:
        for cells in reader:
            end = start + reader.line_num
            if (end - at > 1 or (end == len(lines) and '"' in lines[at])) and _is_stray(lines[at:end], delimiter):
                break
            rows.append(cells)
            starts.append(at + 1)
            at = end
    except csv.Error:  # a cell of more than 131,072 characters
        pass
    return at


def _is_stray(lines: list[str], delimiter: str) -> bool:
    """Tell whether a record of several lines comes from a quotation mark that was never meant to open a cell."""
    if len(lines) > _LONGEST_RECORD:
        return True
    try:
        return len(list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True))) != 1
    except csv.Error as error:
        return len(lines) > 1 or "end of data" in str(error)


def _frame(rows: list[list[str]]) -> tuple[pd.DataFrame, NDArray[np.int64], dict[int, str]]:
    """Make a frame of trimmed text from rows of unequal length."""
    lengths = np.fromiter((max(len(row), 1) for row in rows), dtype=np.int64, count=len(rows))
    usual = int(np.percentile(lengths, 90)) if len(rows) else 0
    width = min(int(lengths.max(initial=0)), 2 * usual + 50)
    faults = {int(at): f"The line has {lengths[at]} cells." for at in np.flatnonzero(lengths > width)}
    padding = [""] * width
    columns = zip(*(row[:width] + padding[len(row) :] for row in rows), strict=True)
    cells = pd.DataFrame({at: pd.array(column, dtype="str") for at, column in enumerate(columns)})
    return trim_frame(cells), lengths, faults


def trim_frame(cells: pd.DataFrame) -> pd.DataFrame:
    """Trim every cell, non-breaking spaces too; ``="00123"``, text protected from a spreadsheet, is its text."""
    return pd.DataFrame({name: _trim_column(cells[name]) for name in cells.columns})


def _trim_column(column: "pd.Series[str]") -> "pd.Series[str]":
    """Trim one column; only texts with invisible marks or in a formula's quotes need more than stripping."""
    column = column.str.strip()
    odd = column.str.contains(_ODD, regex=True).to_numpy(dtype=np.bool_)
    if odd.any():
        texts = column.to_numpy(dtype=object).copy()
        texts[odd] = [_FORMULA_TEXT.sub(r"\1", text) if text.startswith('="') else trimmed(text) for text in texts[odd]]
        column = pd.Series(pd.array(texts, dtype="str"), index=column.index)
    return column


def _control_faults(cells: pd.DataFrame) -> dict[int, str]:
    """Find the rows that hold control characters."""
    bad = np.zeros(len(cells), dtype=bool)
    for name in cells.columns:
        bad |= cells[name].str.contains(_CONTROL.pattern, regex=True).to_numpy(dtype=bool)
    return {int(at): "The line holds control characters." for at in np.flatnonzero(bad)}
