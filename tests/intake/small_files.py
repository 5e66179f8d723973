"""Small files written in a test, and what reading made of them."""

import datetime as dt
from typing import Any

import pandas as pd

from bhi_core import intake
from bhi_core.domain.records import ParsedFile

TODAY = dt.date(2026, 6, 30)


def read(text: str | bytes, mapping: str = "", kind: str = "scores", **how: Any) -> ParsedFile:
    """Read a file given as its text, with a mapping given as its TOML."""
    data = text.encode() if isinstance(text, str) else text
    return intake.read(data, "scores.csv", kind, intake.from_toml(mapping, kind), as_of=how.pop("as_of", TODAY), **how)


def outcomes(parsed: ParsedFile) -> list[str]:
    """List what became of each line."""
    assert not parsed.questions, parsed.questions
    return parsed.lines["outcome"].tolist()


def reasons(parsed: ParsedFile, line: int) -> str:
    """Give all reasons of a line in one text."""
    return " ".join(parsed.lines.loc[parsed.lines["line"] == line, "reasons"].iloc[0])


def asked(parsed: ParsedFile) -> list[str]:
    """List what is open."""
    return [question.about for question in parsed.questions]


def scores(parsed: ParsedFile) -> list[tuple[Any, ...]]:
    """List the scores kept: line, instrument, date, total."""
    assert not parsed.questions, parsed.questions
    dates = parsed.records["date"].dt.strftime("%Y-%m-%d")
    totals = [None if pd.isna(total) else int(total) for total in parsed.records["total"]]
    return list(zip(parsed.records["line"], parsed.records["instrument"], dates, totals, strict=True))


def column(parsed: ParsedFile, name: str) -> list[Any]:
    """Give a column of the records as plain values, None where missing."""
    assert not parsed.questions, parsed.questions
    return [None if pd.isna(value) else value for value in parsed.records[name]]


def items(*answers: str) -> str:
    """Head a file with PHQ-9 items and write these lines: id, date, nine answers, total."""
    head = "MRN,Date," + ",".join(f"phq9_{number}" for number in range(1, 10)) + ",phq9_total"
    return "\n".join([head, *answers])
