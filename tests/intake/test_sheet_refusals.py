"""Files that are no table are refused with a sentence that says what to do."""

import io
import zipfile

import pytest

from bhi_core.errors import Refused
from bhi_core.intake import sheet

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def archive(**parts: str) -> bytes:
    """Make a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (b"\xff\xfe", "empty"),
        (b"MRN,Date,PHQ-9", "no data rows"),
        (OLD_OFFICE, r"\.xls\b.*save it as \.xlsx or CSV"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"<html><table><tr><td>MRN</td></tr></table>", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b'{"resourceType": "Bundle"}', "JSON"),
        (b'[{"mrn": "1"}]', "JSON"),
        (archive(**{"scores.csv": "MRN,Date\n"}), "zip archive"),
        (archive(**{"[Content_Types].xml": "", "word/document.xml": ""}), "no workbook"),
        (archive(**{"mimetype": "", "content.xml": ""}), r"\.ods"),
        (archive(**{"[Content_Types].xml": "", "xl/workbook.bin": ""}), r"\.xlsb"),
        (archive(**{"[Content_Types].xml": "", "xl/workbook.xml": "<workbook"}), "damaged"),
        (archive(**{"[Content_Types].xml": "", "xl/workbook.xml": "<workbook/>"}), "no worksheet"),
        (b"PK\x03\x04 cut off", "damaged"),
        (
            b"Dear colleague, please find below what we talked about when we met, which was a lot of things.\nYours\n",
            "table",
        ),
    ],
)
def test_file_that_is_no_table_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        sheet.read(data, "scores.xls")


def test_web_page_that_calls_itself_a_workbook_is_named() -> None:
    with pytest.raises(Refused, match=r"web page, though its name ends in \.xls"):
        sheet.read(b"<table><tr><td>MRN</td></tr></table>", "scores.xls")
