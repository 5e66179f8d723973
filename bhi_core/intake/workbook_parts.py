"""The parts of an .xlsx file beside its cells: which sheets there are, shared texts, number formats, date system."""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import IO, Literal
from xml.etree import ElementTree

from bhi_core.errors import Refused
from bhi_core.intake.cells import trimmed
from bhi_core.intake.number_formats import GENERAL, NumberFormat, number_format

LARGEST_PART = 500_000_000
"""Bytes of one part once unpacked; the sheet of 100,000 rows and 20 columns has about a fifth of it."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class SheetEntry:
    """Name one worksheet: its name, whether a person sees it, and the part that holds its cells."""

    name: str
    visible: bool
    path: str


@dataclass(frozen=True)
class Parts:
    """Hold what is needed to read the cells of a workbook.

    Attributes:
        archive: the open file.
        sheets: the worksheets, in the order of their tabs; chart sheets left out.
        texts: shared texts by number.
        formats: number format by style number.
        epoch: 1900 or 1904.
        recalculates: the file asks to be calculated when opened: a saved 0 of a formula may be a placeholder.
    """

    archive: zipfile.ZipFile
    sheets: tuple[SheetEntry, ...]
    texts: list[str]
    formats: list[NumberFormat]
    epoch: Literal[1900, 1904]
    recalculates: bool


def open_part(archive: zipfile.ZipFile, path: str) -> IO[bytes]:
    """Open one part; refuse one that unpacks to more than any real table."""
    if archive.getinfo(path).file_size > LARGEST_PART:
        raise Refused("The workbook unpacks to more than can be read: bring the table in as CSV, or in parts.")
    return archive.open(path)


def refuse_doctype(*_: object) -> None:
    """Refuse XML that declares a document type: no workbook does, and entities could grow without end."""
    raise Refused("The workbook is damaged or not a real one: save it again and bring that in.")


def tree(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    """Read a small part as a tree."""
    with open_part(archive, path) as part:
        text = part.read()
    if b"<!DOCTYPE" in text:
        refuse_doctype()
    return ElementTree.fromstring(text)


def local(tag: str) -> str:
    """Give an element's name without its namespace: strict and transitional workbooks differ only there."""
    return tag.rpartition("}")[2]


def read_parts(archive: zipfile.ZipFile) -> Parts:
    """Read what is needed before the cells.

    Raises:
        KeyError, ElementTree.ParseError, zipfile.BadZipFile: the workbook is damaged.
        Refused: a part is too large.
    """
    root_links = _links(archive, "_rels/.rels", "")
    book_path = next((path for kind, path in root_links.values() if kind == "officeDocument"), "xl/workbook.xml")
    folder, name = posixpath.split(book_path)
    links = _links(archive, f"{folder}/_rels/{name}.rels", folder)
    by_kind = {kind: path for kind, path in links.values()}
    sheets, epoch, recalculates = _book(archive, book_path, links)
    texts = _shared_texts(archive, by_kind.get("sharedStrings"))
    formats = _formats(archive, by_kind.get("styles"))
    return Parts(archive, sheets, texts, formats, epoch, recalculates)


def _links(archive: zipfile.ZipFile, path: str, folder: str) -> dict[str, tuple[str, str]]:
    """Read a part's relationships: id -> (kind, path of the other part)."""
    found: dict[str, tuple[str, str]] = {}
    if path not in archive.namelist():
        return found
    for link in tree(archive, path):
        target = link.get("Target", "")
        where = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], where)
    return found


def _book(
    archive: zipfile.ZipFile, path: str, links: dict[str, tuple[str, str]]
) -> tuple[tuple[SheetEntry, ...], Literal[1900, 1904], bool]:
    """Read the list of worksheets, the date system, and whether the workbook asks to be calculated."""
    sheets: list[SheetEntry] = []
    epoch: Literal[1900, 1904] = 1900
    recalculates = False
    for element in tree(archive, path).iter():
        tag = local(element.tag)
        if tag == "workbookPr" and _is_true(element.get("date1904")):
            epoch = 1904
        elif tag == "calcPr":
            recalculates = _is_true(element.get("fullCalcOnLoad"))
        elif tag == "sheet":
            link = next((value for key, value in element.attrib.items() if local(key) == "id"), "")
            kind, where = links.get(link, ("worksheet", ""))
            if kind == "worksheet" and where:
                visible = element.get("state", "visible") == "visible"
                sheets.append(SheetEntry(element.get("name", ""), visible, where))
    return tuple(sheets), epoch, recalculates


def _is_true(value: str | None) -> bool:
    """Read a logical attribute."""
    return value in ("1", "true", "on")


def _shared_texts(archive: zipfile.ZipFile, path: str | None) -> list[str]:
    """Read the shared texts."""
    if path is None or path not in archive.namelist():
        return []
    return [trimmed(text_of(element)) for element in tree(archive, path) if local(element.tag) == "si"]


def text_of(element: ElementTree.Element) -> str:
    """Join the runs of a text; readings above Asian characters are left out."""
    runs: list[str] = []
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            runs.append(child.text or "")
        elif tag == "r":
            runs.extend(part.text or "" for part in child if local(part.tag) == "t")
    return unescaped("".join(runs))


def unescaped(text: str) -> str:
    """Put in the characters that a workbook writes as ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _formats(archive: zipfile.ZipFile, path: str | None) -> list[NumberFormat]:
    """Read the number format of each style; a workbook whose styles cannot be read is refused like a damaged one."""
    if path is None or path not in archive.namelist():
        return []
    codes: dict[int, str] = {}
    formats: list[NumberFormat] = []
    for element in tree(archive, path):
        if local(element.tag) == "numFmts":
            codes = {int(each.get("numFmtId", "0")): each.get("formatCode", "General") for each in element}
        elif local(element.tag) == "cellXfs":
            numbers = [int(each.get("numFmtId", "0")) for each in element if local(each.tag) == "xf"]
            known = {number: number_format(number, codes.get(number)) for number in set(numbers)}
            formats = [known.get(number, GENERAL) for number in numbers]
    return formats
