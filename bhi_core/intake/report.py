"""The report of an import as one document, and the rejected lines in their own columns."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain.records import ImportReport, ParsedFile, Question
from bhi_core.intake.lines import SAFETY
from bhi_core.intake.mapping import CANONICAL
from bhi_core.intake.reading import Opened
from bhi_core.intake.sheet import Sheet

_SAFETY_WORDS = {-1: "blank", -2: "unknown"}
_NO_RECORD = ("line", "record", "recorded_at")


def before_the_store(parsed: ParsedFile) -> ImportReport:
    """Give the report of a file that no store has looked at: nothing is known yet; with questions all counts are 0."""
    counts = parsed.lines["outcome"].value_counts()
    return ImportReport(
        file=parsed.file,
        kind=parsed.kind,
        rows=parsed.rows,
        accepted=int(counts.get("accepted", 0)),
        known=0,
        rejected=int(counts.get("rejected", 0)),
        mixed=int(counts.get("mixed", 0)),
        lines=parsed.lines,
        kept=parsed.records,
        set_aside=parsed.set_aside,
        notes=parsed.notes,
        questions=parsed.questions,
        unmapped=parsed.unmapped,
    )


def as_json(report: ImportReport) -> dict[str, Any]:
    """Give the document of ``import --report``: plain values, dates as ISO text.

    Every data line has its entry. Lines of which a form with a safety answer above zero was refused come first, the
    others follow in the order of the file. The lists of reasons are empty for accepted lines.
    """
    holds = "scores" if report.kind == "scores" else "record"
    found: dict[int, Any] = {}
    if report.kind == "scores":
        for line, score in _scores(report.kept):
            found.setdefault(line, []).append(score)
    else:
        found = dict(_records(report.kept))
    nothing: Any = [] if report.kind == "scores" else None
    lines = [
        {"line": line, "outcome": outcome, holds: found.get(line, nothing), "reasons": list(reasons)}
        for line, outcome, reasons in zip(
            report.lines["line"].tolist(),
            report.lines["outcome"].tolist(),
            report.lines["reasons"].tolist(),
            strict=True,
        )
    ]
    lines.sort(key=lambda line: not any(SAFETY in reason for reason in line["reasons"]))
    return {
        "file": report.file,
        "kind": report.kind,
        "rows": report.rows,
        "accepted": report.accepted,
        "known": report.known,
        "rejected": report.rejected,
        "mixed": report.mixed,
        "set_aside": [{"line": int(line), "reason": reason} for line, reason in report.set_aside],
        "notes": list(report.notes),
        "questions": [_question(question) for question in report.questions],
        "unmapped": list(report.unmapped),
        "lines": lines,
    }


def guess_as_json(opened: Opened) -> dict[str, Any]:
    """Give the document of ``guess --json``: the report's, with the proposed mapping and why each part of it."""
    because = [
        {"field": one.field, "heading": one.heading, "how_sure": one.sure, "why": one.why}
        for one in opened.guess.because
    ]
    return as_json(before_the_store(opened.parsed)) | {"mapping": opened.parsed.mapping, "because": because}


def rejected_lines(sheet: Sheet, report: ImportReport) -> pd.DataFrame:
    """Give the lines of which something was refused, in the file's own columns, to be corrected and brought in again.

    Args:
        sheet: the table of the file.
        report: what became of it.

    Returns:
        Line, Reason, then the file's columns as text. Lines with a safety answer above zero come first, then the order
        of the file.
    """
    refused = report.lines[report.lines["outcome"].isin(["rejected", "mixed"])]
    reasons = [" ".join(sentences) for sentences in refused["reasons"]]
    urgent = np.array([SAFETY in reason for reason in reasons], dtype=np.bool_)
    order = np.argsort(~urgent, kind="stable")
    rows = np.searchsorted(sheet.lines, refused["line"].to_numpy()[order])
    columns = sheet.cells.iloc[rows].reset_index(drop=True)
    first = pd.DataFrame(
        {"Line": refused["line"].to_numpy()[order], "Reason": pd.Series(reasons, dtype="str").iloc[order].to_numpy()}
    )
    return pd.concat([first, columns], axis=1)


def _question(question: Question) -> dict[str, Any]:
    return {
        "about": question.about,
        "column": question.column,
        "ask": question.ask,
        "options": list(question.options),
    }


def _scores(kept: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give line and document of each score."""
    columns = ["line", "patient_id", "instrument", "date", "total", "items", "safety_answer", "functional", "assigned"]
    for line, patient, instrument, date, total, items, safety, functional, assigned in _rows(kept, columns):
        score = {
            "patient_id": patient,
            "instrument": instrument,
            "date": date,
            "total": "incomplete" if total is None else total,
            "items": None if items is None else [int(answer) if answer else None for answer in items.split(",")],
            "item9": _SAFETY_WORDS.get(safety, str(safety)),
            "functional": functional,
        }
        yield line, score | ({"assigned": True} if assigned else {})


def _records(kept: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give line and document of each record of another kind, with the canonical columns in snake case."""
    columns = [column for column in kept.columns if column not in _NO_RECORD]
    names = [CANONICAL.get(column, column) for column in columns]
    for line, *values in _rows(kept, ["line", *columns]):
        yield line, dict(zip(names, values, strict=True))


def _rows(frame: pd.DataFrame, columns: list[str]) -> Iterable[tuple[Any, ...]]:
    """Go through rows as plain values: missing is None, whole numbers are int, dates ISO text."""
    return zip(*(_plain(frame[column]) for column in columns), strict=True)


def _plain(column: "pd.Series[Any]") -> list[Any]:
    """Give a column as plain values."""
    missing = column.isna().tolist()
    values = column.dt.strftime("%Y-%m-%d").tolist() if column.dtype.kind == "M" else column.tolist()
    if column.dtype.kind == "f":
        values = [
            int(value) if not gone and value.is_integer() else value
            for value, gone in zip(values, missing, strict=True)
        ]
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]
