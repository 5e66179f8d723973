"""A frame as a CSV or XLSX file that a spreadsheet can open without running anything in it."""

import io
from datetime import date, datetime
from typing import Any

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet read text as a formula (OWASP, CSV injection)."""


def harmless(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula; bringing a file in takes it off again.

    Text that begins so after apostrophes of its own gets one more, so that taking one off gives back any text.

    >>> harmless("=cmd()"), harmless("'=1"), harmless("Ash, Kit")
    ("'=cmd()", "''=1", 'Ash, Kit')
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def _written(value: Any) -> Any:
    """Give a cell as text or number: dates in ISO form, missing as empty, formulas made harmless."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    if isinstance(value, datetime):
        plain_day = value.tzinfo is None and (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if plain_day else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def written(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the frame with every cell as it is to stand in a file; columns and order as given."""
    return pd.DataFrame({name: [_written(value) for value in rows[name]] for name in rows.columns}, dtype=object)


def csv_bytes(rows: pd.DataFrame) -> bytes:
    """Write the rows as CSV: UTF-8 with the mark that spreadsheets look for, commas, CRLF."""
    text = written(rows).to_csv(index=False, lineterminator="\r\n")
    return ("\ufeff" + text).encode("utf-8")


def xlsx_bytes(sheets: dict[str, pd.DataFrame]) -> bytes:
    """Write a workbook, a sheet a frame; MRNs and other text stay text, so leading zeros stay.

    Args:
        sheets: sheet name (at most 31 characters) -> rows.
    """
    import xlsxwriter

    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            _fill(sheet, written(rows), head)
    return memory.getvalue()


def _fill(sheet: Any, rows: pd.DataFrame, head: Any) -> None:
    for at, heading in enumerate(rows.columns):
        sheet.write_string(0, at, str(heading), head)
        cells = rows[heading].tolist()
        widest = max([len(str(heading)), *(len(str(cell)) for cell in cells[:200])], default=8)
        sheet.set_column(at, at, min(widest + 2, 60))
        for line, cell in enumerate(cells, start=1):
            if cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(line, at, cell)
            elif isinstance(cell, bool):
                sheet.write_string(line, at, "yes" if cell else "no")
            else:
                sheet.write_number(line, at, cell)
