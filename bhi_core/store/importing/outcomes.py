"""Say of each line of a file what became of it."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain.records import ImportReport, ParsedFile
from bhi_core.store.importing.incoming import KNOWN, NEW, REJECTED, Incoming, Ints

OUTCOMES = ("accepted", "known", "rejected", "mixed")


def report_on(parsed: ParsedFile, incoming: Incoming, notes: list[str]) -> ImportReport:
    """Count and explain: a line with new records is accepted, with none but known ones known, with refused ones
    rejected, or mixed beside good ones. A line on which reading found nothing to refuse and nothing to keep stays as
    reading found it.
    """
    lines = parsed.lines.reset_index(drop=True)
    numbers = lines["line"].to_numpy(dtype=np.int64)
    at_line = pd.Index(numbers).get_indexer(pd.Index(incoming.lines))
    new, known, refused = (
        np.bincount(at_line[incoming.outcome == each], minlength=len(lines)) for each in (NEW, KNOWN, REJECTED)
    )
    before = lines["outcome"].to_numpy(dtype=object)
    bad = (before == "mixed") | (refused > 0)
    good = new + known > 0
    outcome = np.where(
        before == "rejected",
        "rejected",
        np.where(bad, np.where(good, "mixed", "rejected"), np.where((known > 0) & (new == 0), "known", "accepted")),
    )
    reasons = pd.Series(_reasons(lines, incoming, at_line, outcome), dtype=object)
    lines = lines.assign(outcome=pd.Series(outcome, dtype="str"), reasons=reasons)
    counts = {name: int((outcome == name).sum()) for name in OUTCOMES}
    return ImportReport(
        file=parsed.file,
        kind=parsed.kind,
        rows=len(lines),
        lines=lines,
        kept=_kept(parsed, incoming),
        set_aside=parsed.set_aside,
        notes=[*parsed.notes, *notes],
        questions=parsed.questions,
        unmapped=parsed.unmapped,
        **counts,
    )


def asked(parsed: ParsedFile) -> ImportReport:
    """Report a file with open questions: nothing was looked at, nothing is kept."""
    return ImportReport(
        file=parsed.file,
        kind=parsed.kind,
        rows=parsed.rows,
        accepted=0,
        known=0,
        rejected=0,
        mixed=0,
        lines=parsed.lines.iloc[:0],
        kept=parsed.records.iloc[:0],
        set_aside=parsed.set_aside,
        notes=parsed.notes,
        questions=parsed.questions,
        unmapped=parsed.unmapped,
    )


def with_batch(report: ImportReport, batch_id: int | None) -> ImportReport:
    """Name the ledger row."""
    return dataclasses.replace(report, batch_id=batch_id)


def _reasons(lines: pd.DataFrame, incoming: Incoming, at_line: Ints, outcome: Any) -> list[list[str]]:
    """Join what reading said with what the store found; where a record was known matters only on a known line."""
    reasons: list[list[str]] = lines["reasons"].tolist()
    for place in sorted(incoming.reasons):
        line = int(at_line[place])
        if incoming.outcome[place] == REJECTED or outcome[line] == "known":
            more = [each for each in incoming.reasons[place] if each not in reasons[line]]
            reasons[line] = [*reasons[line], *more]
    return reasons


def _kept(parsed: ParsedFile, incoming: Incoming) -> pd.DataFrame:
    """Give the records kept, as reading gave them."""
    kept = incoming.records[incoming.new]
    columns = [name for name in parsed.records.columns if name in kept]
    return kept[columns].reset_index(drop=True)
