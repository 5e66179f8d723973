"""Workbooks for the tests, made cell by cell or from raw sheet XML."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(
    sheets: Mapping[str, Sequence[Any]],
    *,
    formats: Mapping[int, str] | None = None,
    hidden_sheets: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    merged: Sequence[str] = (),
    date_1904: bool = False,
) -> bytes:
    """Make a workbook.

    Args:
        sheets: name -> rows of values; None leaves a cell out.
        formats: column, from 0 -> number format of its cells below the first row.
        hidden_sheets: names.
        hidden_rows: rows from 1, on every sheet.
        hidden_columns: columns from 0, on every sheet.
        merged: areas on every sheet, ``B1:C1``; their text is what the first cell holds.
        date_1904: count days from 1904.
    """
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"date_1904": date_1904, "default_date_format": "m/d/yyyy", "in_memory": True})
    styles = {column: made.add_format({"num_format": code}) for column, code in (formats or {}).items()}
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        if name in hidden_sheets:
            sheet.hide()
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value, styles.get(column) if at else None)
        for area in merged:
            first = rows[0]["ABCDEFGH".index(area[0])]
            sheet.merge_range(area, first)
        for row_number in hidden_rows:
            sheet.set_row(row_number - 1, None, None, {"hidden": True})
        for column in hidden_columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
    made.close()
    return out.getvalue()


def raw_book(
    rows: str,
    *,
    shared: str = "",
    styles: str = "",
    calculation: str = "",
    namespace: str = MAIN,
    start: str = "",
    end: str = "",
) -> bytes:
    """Make a workbook of one sheet from the XML of its rows.

    Args:
        rows: what stands in ``sheetData``.
        shared: what stands in ``sst``; empty = no such part.
        styles: what stands in ``styleSheet``; empty = no such part.
        calculation: attributes of ``calcPr``.
        namespace: the main namespace.
        start: what stands before the sheet's root element.
        end: what stands after ``sheetData``.
    """
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{LINKS}/officeDocument" '
        'Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{LINKS}"><sheets><sheet name="S" sheetId="1" '
        f'r:id="rId1"/></sheets><calcPr {calculation}/></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{start}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{end}'
        "</worksheet>",
    }
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{namespace}">{shared}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def text_row(number: int, *texts: str) -> str:
    """Write a row of texts that stand in the cells themselves."""
    cells = "".join(
        f'<c r="{"ABCDEFGH"[at]}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'
