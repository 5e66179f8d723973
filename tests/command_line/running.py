"""Runs commands in this process on a registry of the test's own, and writes the small files that they take."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bhi_core.__main__ import main


@dataclass(frozen=True)
class Said:
    """What a command left behind: its exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Read standard output as the one JSON document that it must be."""
        return strict_json(self.out)

    @property
    def sentence(self) -> str:
        """Give the one line on standard error."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


class Clinic:
    """A registry in a folder of the test, used through commands alone."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def run(self, *arguments: object) -> Said:
        """Run one command."""
        self._capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err
        return Said(status, captured.out, captured.err)

    def write(self, name: str, content: str | bytes | Sequence[Mapping[str, object]]) -> Path:
        """Write a file into the folder: text, bytes, or rows under their headings."""
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else csv_text(content), encoding="utf-8", newline="")
        return path

    def bring_in(self, file: Path, kind: str, *options: object) -> dict[str, Any]:
        """Import a file and give its report, which must hold whatever the exit status is."""
        out = self.folder / "report.json"
        out.unlink(missing_ok=True)
        said = self.run("import", file, "--kind", kind, "--report", out, *options)
        report: dict[str, Any] = strict_json(out.read_text(encoding="utf-8"))
        counts = [report[name] for name in ("accepted", "known", "rejected", "mixed")]
        wanted = 2 if report["questions"] else 3 if report["rejected"] or report["mixed"] else 0
        assert said.status == wanted, said.err
        if not report["questions"]:
            assert sum(counts) == report["rows"] == len(report["lines"])
        return report

    def caseload(self, as_of: str | date, *options: object) -> dict[str, dict[str, Any]]:
        """Give the patients of ``caseload --json`` by MRN."""
        said = self.run("caseload", "--json", "--as-of", as_of, *options)
        assert said.status == 0, said.err
        patients = {patient["mrn"]: patient for patient in said.document["patients"]}
        assert len(patients) == len(said.document["patients"])
        return patients


def strict_json(text: str) -> Any:
    """Read JSON as others do: without NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def csv_text(rows: Sequence[Mapping[str, object]]) -> str:
    """Write rows as CSV under the headings of all of them, in the order met."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def toml_text(document: Mapping[str, Any]) -> str:
    """Write a mapping file: tables of plain values, and arrays of such tables."""
    parts = []
    for key, value in document.items():
        if isinstance(value, Mapping):
            parts.append(f"[{key}]\n" + "".join(f"{_key(name)} = {_value(each)}\n" for name, each in value.items()))
        else:
            tables = [f"[[{key}]]\n" + "".join(f"{_key(n)} = {_value(v)}\n" for n, v in one.items()) for one in value]
            parts += tables
    return "\n".join(parts)


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
