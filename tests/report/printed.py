"""Reads what was printed: the pages of a PDF as text, the elements of a drawing."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from pypdf import PdfReader

from bhi_core.domain.answers import Chart, chart
from bhi_core.domain.caseload import work_out
from bhi_core.domain.registry import Registry
from tests.domain.clinic import Case, registry_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script> "x" & <b>y</b>'
TURNED = "\u202egnop\u202c"


def pages(pdf: bytes) -> list[str]:
    """Give the text of each page, in one line a page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def size(pdf: bytes) -> tuple[int, int]:
    """Give width and height of the first page, in points."""
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width)), round(float(box.height))


def forms_of(registry: Registry, items: str | None = "1,1,1,1,1,1,1,1,0") -> pd.DataFrame:
    """Give the forms of a registry, all with the same answers, or with totals alone."""
    return registry.scores.assign(items=pd.Series(items, index=registry.scores.index, dtype="str"))


def named(registry: Registry, last_name: str, patient_id: int = 1) -> Registry:
    """Give the registry with another name for a patient."""
    people = registry.patients.copy()
    people.loc[people["patient_id"] == patient_id, "last_name"] = last_name
    return replace(registry, patients=people)


def chart_of(case: Case, items: str | None = "1,1,1,1,1,1,1,1,0") -> Chart:
    """Give the chart of a single patient."""
    registry = registry_of(case)
    return chart(work_out(registry), registry, forms_of(registry, items), int(registry.episodes["episode_id"].iloc[-1]))


def elements(svg: str, name: str) -> Sequence[Any]:
    """Give the elements of a name in a drawing, which must be well formed."""
    return ElementTree.fromstring(svg).findall(f"{SVG}{name}")


def words_in(svg: str) -> list[str]:
    """Give the texts of a drawing."""
    return [one.text or "" for one in elements(svg, "text")]
