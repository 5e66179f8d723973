"""The intake cases in ../shared/data/intake, brought into a registry as ``import --create-patients`` does."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bhi_core import intake
from bhi_core.domain.actor import local_person
from bhi_core.domain.records import ImportOptions
from bhi_core.store.commands import import_file

CASES = sorted((Path(__file__).resolve().parents[3] / "shared" / "data" / "intake").glob("*/expected.toml"))
TODAY = date(2026, 6, 30)
SECTIONS = ("file", "mapping", "measure", "answers", "dates", "date_order", "clinic_zone")


def bring_in(engine: Engine, case: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Import a case's file; give what was expected and the report."""
    right = tomllib.loads(case.read_text(encoding="utf-8"))
    name = right["file"]["name"]
    mapping = intake.from_dict({key: right[key] for key in SECTIONS if key in right}, right["kind"])
    parsed = intake.read((case.parent / name).read_bytes(), name, right["kind"], mapping, as_of=TODAY)
    options = ImportOptions(TODAY, create_patients=True)
    return right, intake.as_json(import_file(engine, local_person("case"), parsed, options))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.parent.name)
def test_every_line_ends_as_expected(sqlite_engine: Engine, case: Path) -> None:
    right, report = bring_in(sqlite_engine, case)

    counts = right["counts"]
    assert {key: report[key] for key in ("accepted", "known", "rejected", "mixed")} == {
        key: counts[key] for key in ("accepted", "known", "rejected", "mixed")
    }
    assert {line["line"]: line["outcome"] for line in report["lines"]} == {
        row["line"]: row["outcome"] for row in right["row"]
    }
    kept = [score for line in report["lines"] for score in line.get("scores", [])]
    assert len(kept) == counts["scores"]
    for line in report["lines"]:
        if line["outcome"] in ("known", "rejected"):
            assert not line.get("scores") and not line.get("record")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.parent.name)
def test_same_file_again_is_known_line_by_line(sqlite_engine: Engine, case: Path) -> None:
    bring_in(sqlite_engine, case)

    right, report = bring_in(sqlite_engine, case)

    assert report["accepted"] == 0
    assert report["rejected"] == right["counts"]["rejected"]
    assert (
        report["known"] + report["mixed"]
        == right["counts"]["accepted"] + right["counts"]["known"] + right["counts"]["mixed"]
    )
