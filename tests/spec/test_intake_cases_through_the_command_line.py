"""The intake cases in ../shared/data/intake, brought in by ``import`` with each case's mapping, line by line.

Where a case allows a second behaviour (``also_ok``), the first is held here: it is what the program does.
"""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.running import Clinic, toml_text

CASES = sorted((Path(__file__).resolve().parents[3] / "shared" / "data" / "intake").glob("*/expected.toml"))
TODAY = "2026-06-30"
SECTIONS = ("file", "mapping", "measure", "answers", "dates")
GIST = re.compile(r'"[^"]+"|-?\d[\d.-]*')
pytestmark = pytest.mark.parametrize("case", CASES, ids=lambda path: path.parent.name)


def expected(case: Path) -> dict[str, Any]:
    """Read what a case expects."""
    return tomllib.loads(case.read_text(encoding="utf-8"))


def bring_in(clinic: Clinic, case: Path, mapping: Path) -> dict[str, Any]:
    """Import a case's file as its README says: patients are made where unknown, today is 30 June 2026."""
    right = expected(case)
    options = ("--mapping", mapping, "--create-patients", "--as-of", TODAY)
    return clinic.bring_in(case.parent / right["file"]["name"], right["kind"], *options)


def mapping_of(clinic: Clinic, case: Path) -> Path:
    """Write a case's mapping as the mapping file has it: what stands at the top belongs under [answers]."""
    right = expected(case)
    moved = {key: right[key] for key in ("date_order", "clinic_zone") if key in right}
    sections = {key: right[key] for key in SECTIONS if key in right}
    if moved:
        sections["answers"] = moved | sections.get("answers", {})
    return clinic.write("mapping.toml", toml_text(sections))


def plain(value: Any) -> Any:
    """Bring what a case writes into the form of the report."""
    if isinstance(value, date):
        return value.isoformat()
    return [None if each == "" else each for each in value] if isinstance(value, list) else value


def said(kept: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Give what the report says of the fields that a case names."""
    return {key: kept.get(key) for key in wanted}


def check(line: dict[str, Any], row: dict[str, Any]) -> None:
    """Compare a line of the report with the case's row."""
    assert line["outcome"] == row["outcome"], (line, row)
    kept = line["scores"] if "scores" in line else [line["record"]] if line["record"] else []
    wanted = [{key: plain(value) for key, value in one.items()} for one in row.get("scores", [row.get("record", {})])]
    if row["outcome"] in ("accepted", "mixed"):
        assert [said(one, other) for one, other in zip(kept, wanted, strict=True)] == wanted
    else:
        assert kept == []
    reasons = " ".join(line["reasons"])
    assert bool(reasons) == (row["outcome"] != "accepted")
    if row["outcome"] == "rejected":
        named = [part.rstrip(".") for part in GIST.findall(row.get("reason", ""))]
        assert all(part.strip('"') in reasons for part in named), (reasons, row["reason"])
    for part in row.get("rejected_parts", []):
        assert part["column"] in reasons
        assert part["reason"] in reasons


@pytest.mark.parametrize("whole", [False, True], ids=["its mapping", "expected.toml itself"])
def test_every_row_comes_out_as_expected(clinic: Clinic, case: Path, whole: bool) -> None:
    right = expected(case)

    report = bring_in(clinic, case, case if whole else mapping_of(clinic, case))

    assert report["questions"] == []
    assert report["rows"] == right["rows"]
    counts = {name: right["counts"][name] for name in ("accepted", "known", "rejected", "mixed")}
    assert {name: report[name] for name in counts} == counts
    lines = {line["line"]: line for line in report["lines"]}
    assert sorted(lines) == [row["line"] for row in right["row"]]
    for row in right["row"]:
        check(lines[row["line"]], row)


def test_file_without_any_mapping_is_asked_nothing_when_it_may_be_imported(clinic: Clinic, case: Path) -> None:
    right = expected(case)
    file = case.parent / right["file"]["name"]

    guessed = clinic.run("guess", file, "--kind", right["kind"], "--as-of", TODAY, "--json")

    assert guessed.status == 0
    assert [one["about"] for one in guessed.document["questions"]] == [one["about"] for one in right.get("ask", [])]
    assert guessed.document["rows"] == right["rows"]


def test_same_file_again_brings_nothing_new(clinic: Clinic, case: Path) -> None:
    right, mapping = expected(case), mapping_of(clinic, case)
    bring_in(clinic, case, mapping)

    again = bring_in(clinic, case, mapping)

    assert again["accepted"] == 0
    assert again["rejected"] == right["counts"]["rejected"]
    assert not any(line.get("scores") or line.get("record") for line in again["lines"])
