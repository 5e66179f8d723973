"""Bytes to text: which encoding a file was saved in."""

import codecs
import re

from bhi_core.errors import Refused

_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_LETTERS = re.compile("[^\x00-\x7f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes, encoding: str | None) -> tuple[str, list[str]]:
    """Decode a text file.

    A byte order mark decides; then the pattern of zero bytes (UTF-16 without a mark), then UTF-8 when every byte
    fits; what is left is read as Windows-1252, of which Latin-1 is a part, and said in a note.

    Args:
        data: the file's bytes.
        encoding: the name of an encoding that a person has stated, or None.

    Returns:
        The text without a byte order mark, and notes for the report.

    Raises:
        Refused: the stated encoding is unknown or does not fit, or the bytes are no text.
    """
    if encoding:
        return _stated(data, encoding), []
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _marked(data, name), []
    if name := _utf16_without_mark(data):
        return data.decode(name, errors="replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _mostly_utf8(data) or (
            _eight_bit(data),
            ["The file was read as Windows-1252 (Latin-1): check that names look right."],
        )


def _stated(data: bytes, encoding: str) -> str:
    """Decode with the encoding that a person has stated."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError as unknown:
        raise Refused(f'"{encoding}" is not an encoding: use utf-8, utf-16, latin-1 or cp1252.') from unknown
    if name == "utf-8":
        name = "utf-8-sig"
    if name == "iso8859-1":
        return _eight_bit(data)
    if name == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = _utf16_without_mark(data) or "utf-16-le"
    try:
        return data.decode(name).removeprefix("\ufeff")
    except (UnicodeError, ValueError, LookupError) as unfit:
        raise Refused(f"The file is not in {encoding}: leave the encoding out, or save the file as UTF-8.") from unfit


def _marked(data: bytes, name: str) -> str:
    """Decode what a byte order mark has named; a cut-off last character is dropped."""
    return data.decode(name, errors="replace").removeprefix("\ufeff")


def _utf16_without_mark(data: bytes) -> str:
    """Name the byte order of UTF-16 without a mark from where the zero bytes stand; empty when it is not UTF-16."""
    sample = data[:4000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd / half > 0.4 and even / half < 0.1:
        return "utf-16-le"
    if even / half > 0.4 and odd / half < 0.1:
        return "utf-16-be"
    return ""


def _mostly_utf8(data: bytes) -> tuple[str, list[str]] | None:
    """Decode UTF-8 with a few bytes that are not, each as U+001A, which makes its line a fault; None for other text."""
    text = data.decode("utf-8", errors="surrogateescape")
    plain, strange = _NOT_UTF8.subn("\x1a", text)
    if len(_LETTERS.findall(text)) <= 2 * strange:
        return None
    return plain, ["Some bytes of the file are not UTF-8: the lines that hold them cannot be read."]


def _eight_bit(data: bytes) -> str:
    """Decode Windows-1252; its five unused bytes come out as Latin-1 has them."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
