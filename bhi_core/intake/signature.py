"""What a file is, told by its first bytes; what cannot be a table is refused with what to do instead."""

import io
import re
import zipfile
from typing import Literal

from bhi_core.errors import Refused

_SAVE_AS = "open it in a spreadsheet, save it as .xlsx or CSV and bring that in"
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "The file is a PDF: ask for the table as CSV or .xlsx."),
    (b"\x1f\x8b", "The file is compressed (gzip): unpack it and bring in what is inside."),
    (b"7z\xbc\xaf\x27\x1c", "The file is compressed (7z): unpack it and bring in what is inside."),
    (b"Rar!", "The file is compressed (RAR): unpack it and bring in what is inside."),
    (b"\x89PNG", "The file is a picture: ask for the table as CSV or .xlsx."),
    (b"\xff\xd8\xff", "The file is a picture: ask for the table as CSV or .xlsx."),
    (b"GIF8", "The file is a picture: ask for the table as CSV or .xlsx."),
    (b"{\\rtf", "The file is a text document (RTF): ask for the table as CSV or .xlsx."),
    (b"SQLite format 3", "The file is a database: export the table as CSV."),
    (b"PAR1", "The file is a Parquet file: export the table as CSV."),
    (b"$FL2", "The file is an SPSS file: export it as CSV."),
    (b"<stata_dta>", "The file is a Stata file: export it as CSV."),
)


def refuse_what_is_no_table(data: bytes, filename: str) -> Literal["workbook", "text"]:
    """Tell whether the bytes are a workbook or text.

    Args:
        data: the file's bytes.
        filename: its name, for the sentences.

    Returns:
        ``"workbook"`` for .xlsx and .xlsm, else ``"text"``.

    Raises:
        Refused: an empty file, an old or protected workbook, a PDF, a picture, an archive, a web page.
    """
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise Refused("The file is empty: export it again, with its headings and rows.")
    if data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("The workbook is protected by a password: save it without one and bring it in again.")
        raise Refused(f"The file is an old Excel workbook (.xls) or another old Office file: {_SAVE_AS}.")
    if data.startswith(b"PK"):
        _refuse_other_archives(data)
        return "workbook"
    for start, sentence in _SIGNATURES:
        if data.startswith(start):
            raise Refused(sentence)
    begin = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith((b"<!doctype html", b"<html", b"<table")):
        raise Refused(f"The file is a web page{_despite(filename)}: {_SAVE_AS}.")
    if begin.startswith((b"<?xml", b"<workbook")):
        raise Refused(f"The file is XML{_despite(filename)}: {_SAVE_AS}.")
    if re.match(rb'[\[{]\s*["{\[]', begin):
        raise Refused("The file is JSON, not a table: export the table as CSV or .xlsx.")
    return "text"


def _despite(filename: str) -> str:
    """Say that a file is no spreadsheet though its name says so."""
    ending = filename.lower().rpartition(".")[2]
    return f", though its name ends in .{ending}" if ending in ("xls", "xlsx", "csv") else ""


def _refuse_other_archives(data: bytes) -> None:
    """Refuse a zip archive that is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as broken:
        raise Refused("The workbook is damaged or cut off: save it again and bring that in.") from broken
    if "xl/workbook.bin" in names:
        raise Refused(f"The file is a binary workbook (.xlsb): {_SAVE_AS}.")
    if "content.xml" in names and "mimetype" in names:
        raise Refused(f"The file is an OpenDocument file (.ods): {_SAVE_AS}.")
    if "[Content_Types].xml" not in names:
        raise Refused("The file is a zip archive: unpack it and bring in the table that is inside.")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Refused("The file is an Office document but no workbook: ask for the table as CSV or .xlsx.")
