"""The intake cases in ../shared/data/intake: each file with the right outcome of every row."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bhi_core import intake
from bhi_core.domain.records import ParsedFile
from bhi_core.intake import as_json, before_the_store

CASES = sorted((Path(__file__).resolve().parents[3] / "shared" / "data" / "intake").glob("*/expected.toml"))
TODAY = date(2026, 6, 30)
SECTIONS = ("file", "mapping", "measure", "answers", "dates", "date_order", "clinic_zone")
pytestmark = pytest.mark.parametrize("case", CASES, ids=lambda path: path.parent.name)


def expected(case: Path) -> dict[str, Any]:
    """Read what a case expects."""
    return tomllib.loads(case.read_text(encoding="utf-8"))


def read(case: Path, sections: tuple[str, ...]) -> ParsedFile:
    """Read a case's file with these sections of its expected.toml as the mapping."""
    right = expected(case)
    mapping = intake.from_dict({key: right[key] for key in sections if key in right}, right["kind"])
    name = right["file"]["name"]
    return intake.read((case.parent / name).read_bytes(), name, right["kind"], mapping, as_of=TODAY)


def plain(value: Any) -> Any:
    """Bring what a case writes into the form of the report."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [None if each == "" else each for each in value]
    return value


def check(case: Path, parsed: ParsedFile) -> None:
    """Compare each row; what only the store can know (a repeat, another birth date) is left to it."""
    right = expected(case)
    report = as_json(before_the_store(parsed))
    lines = {line["line"]: line for line in report["lines"]}
    assert report["questions"] == []
    assert report["rows"] == right["rows"]
    assert set(lines) == {row["line"] for row in right["row"]}
    for row in right["row"]:
        line = lines[row["line"]]
        if row["outcome"] == "known" or "already has birth date" in row.get("reason", ""):
            continue
        assert line["outcome"] == row["outcome"], (line, row)
        assert bool(line["reasons"]) == (row["outcome"] != "accepted")
        kept = line.get("scores", [line.get("record")])
        wanted = row.get("scores", [row["record"]] if "record" in row else kept)
        assert len(kept) == len(wanted)
        for one, other in zip(kept, wanted, strict=True):
            said = {key: plain(value) for key, value in (other or {}).items()}
            assert {key: (one or {}).get(key) for key in said} == said
        for part in row.get("rejected_parts", []):
            assert any(part["column"] in reason and part["reason"] in reason for reason in line["reasons"])


def test_every_row_comes_out_as_expected_with_the_case_s_mapping(case: Path) -> None:
    check(case, read(case, SECTIONS))


def test_every_row_comes_out_as_expected_without_a_mapping(case: Path) -> None:
    check(case, read(case, ("answers", "date_order", "clinic_zone")))
