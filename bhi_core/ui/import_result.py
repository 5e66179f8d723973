"""What each line of a file will become, the import at work, and what became of each line."""

import json
import time
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core import intake
from bhi_core.domain import instruments, words
from bhi_core.domain.actor import Actor
from bhi_core.domain.records import KINDS, ImportReport
from bhi_core.intake import Opened
from bhi_core.report import sheets
from bhi_core.ui import data, look, upload_file, upload_mapping
from bhi_core.ui.upload_file import Run, Taken

SHOWN_LINES = 50
MOST_IN_FULL = 60
POLL = 0.15
"""Seconds between two looks at how far an import is."""
MEANINGS = {
    "scores": ("score", "scores"),
    "patients": ("person", "people"),
    "episodes": ("course of care", "courses of care"),
    "contacts": ("contact", "contacts"),
    "treatments": ("treatment", "treatments"),
    "reviews": ("case review", "case reviews"),
    "safety": ("safety record", "safety records"),
    "plans": ("relapse-prevention plan", "relapse-prevention plans"),
    "coverage": ("coverage record", "coverage records"),
    "diagnoses": ("diagnosis", "diagnoses"),
}
"""Kind of record -> one and several of it, in words."""
BECOMES = {"accepted": "new", "known": "known already", "rejected": "refused", "mixed": "kept in part"}
"""Outcome of a line -> how it reads on the screen; every line has one."""


def preview(file: Taken, report: ImportReport) -> None:
    """Show what each line will become: the counts, which add up, the first lines and every refused one."""
    look.section("What each line will become")
    st.markdown(look.literal(counts(report, "will be")))
    _notes(report)
    lines = _lines(report)
    first = lines.head(SHOWN_LINES)
    look.fact_line(f"The first {len(first)} of {words.count(len(lines), 'line')}.")
    _table(first, f"upload_preview_{file.mark}", "What each of the first lines will become")
    refused = lines[lines["Becomes"].isin([BECOMES["rejected"], BECOMES["mixed"]])]
    if len(refused):
        look.fact_line(f"Every refused line, {len(refused)}.", late=True)
        _table(refused, f"upload_refused_{file.mark}", "The refused lines, with why")


def counts(report: ImportReport, verb: str) -> str:
    """Say how many lines become what; the four numbers add up to the lines of the file.

    Args:
        report: of a trial or of the import itself.
        verb: ``"will be"`` or ``"was"``.
    """
    n = len(report.kept)
    done = "would be new" if verb == "will be" else f"{'was' if n == 1 else 'were'} brought in"
    kept = f"{words.count(n, *MEANINGS[report.kind])} {done}"
    parts = [f"{getattr(report, name)} {said}" for name, said in BECOMES.items()]
    aside = f" {words.count(len(report.set_aside), 'line')} beside the table set aside." if report.set_aside else ""
    return f"{kept}. Of {words.count(report.rows, 'line')}: {', '.join(parts)}.{aside}"


def act(person: Actor, read: Opened, report: ImportReport, *, create: bool) -> None:
    """Offer to bring the file in; only this keeps anything."""
    if not len(report.kept):
        look.fact_line("Nothing in this file is new: there is nothing to bring in.", late=True)
    label = f"Bring in {words.count(len(report.kept), *MEANINGS[report.kind])}"
    key = f"upload_bring_{upload_file.token()}"
    if st.button(label, key=key, type="primary", disabled=not len(report.kept)):
        follow(upload_file.begin(person, read, create=create))


def under_way(person: Actor, run: Run) -> None:
    """Show an import that was begun: how far it is, or what became of the file."""
    if run.is_done:
        result(person, run)
        return
    look.headline("Bringing the file in")
    follow(run)


def follow(run: Run) -> None:
    """Show how far the import is until it has ended; leaving the page does not stop it."""
    bar = st.progress(run.share, text=run.doing)
    while not run.is_done:
        bar.progress(run.share, text=run.doing)
        time.sleep(POLL)
    st.rerun()


def result(person: Actor, run: Run) -> None:
    """Say what became of the file, hand over the report and the refused lines, and let the next file come."""
    if run.report is None:
        with look.alert("upload_failed", "red"):
            st.markdown(look.literal(run.refused))
        st.button("Back to the file", key="upload_back", on_click=_forget_run)
        return
    report = run.report
    look.headline(counts(report, "was").split(". ", maxsplit=1)[0] + ".")
    st.markdown(look.literal(f"{report.file}. {counts(report, 'was').split('. ', maxsplit=1)[1]}"))
    _notes(report)
    refused = intake.rejected_lines(run.read.sheet, report)
    if len(refused):
        look.small_head(f"Refused, whole or in part: {len(refused)}")
        _table(refused.iloc[:, :2], "upload_result_refused", "The refused lines, with why")
    with st.container(horizontal=True):
        _downloads(person, report, refused)
        st.button("Bring in another file", key="upload_next", on_click=upload_file.let_go)
        st.page_link("pages/care/caseload.py", label="To the caseload")


def _forget_run() -> None:
    st.session_state.pop(upload_file.RUN, None)
    st.session_state.pop(upload_file.TOKEN, None)


def _downloads(person: Actor, report: ImportReport, refused: pd.DataFrame) -> None:
    """Offer the report and the refused lines as files; made, and audited, only when asked for."""

    def document() -> bytes:
        data.audit_export(person, "import report", report.rows)
        return json.dumps(intake.as_json(report), ensure_ascii=False, indent=1).encode()

    def lines() -> bytes:
        data.audit_export(person, "refused lines", len(refused))
        return sheets.csv_bytes(refused)

    st.download_button(
        "Report (JSON)", document, "import-report.json", "application/json", key="upload_report", on_click="ignore"
    )
    if len(refused):
        st.download_button(
            "Refused lines (CSV)", lines, "refused-lines.csv", "text/csv", key="upload_lines", on_click="ignore"
        )


def _table(rows: pd.DataFrame, key: str, alt: str) -> None:
    """Show lines with their whole text; a long list as a grid, which cuts long reasons but scrolls."""
    if len(rows) <= MOST_IN_FULL:
        st.table(rows.map(look.literal), hide_index=True, border="horizontal", alt=alt)
    else:
        st.dataframe(rows, hide_index=True, key=key, alt=alt)


def _notes(report: ImportReport) -> None:
    for note in report.notes:
        look.fact_line(note)


def _lines(report: ImportReport) -> pd.DataFrame:
    """Give a row a line: Line, Becomes, MRN, What (the records of the line in words), Why (the reasons)."""
    told = _in_words(report)
    mrn, what = zip(*(told.get(line, ("", "")) for line in report.lines["line"].tolist()), strict=True)
    return pd.DataFrame(
        {
            "Line": report.lines["line"],
            "Becomes": report.lines["outcome"].map(BECOMES),
            "MRN": mrn,
            "What": what,
            "Why": [" ".join(reasons) for reasons in report.lines["reasons"]],
        }
    )


def _in_words(report: ImportReport) -> dict[int, tuple[str, str]]:
    """Say of the lines that are written out what is new on them: line -> MRN, and the records in words."""
    lines = report.lines
    shown = pd.concat([lines["line"].head(SHOWN_LINES), lines.loc[lines["outcome"] == "mixed", "line"]])
    kept = report.kept[report.kept["line"].isin(shown)]
    if report.kind == "scores":
        columns = (kept[name] for name in ("instrument", "total", "date", "safety_answer"))
        said = [_score(*each) for each in zip(*columns, strict=True)]
    else:
        said = [_record(row) for row in kept[[*KINDS[report.kind][1:]]].to_dict("records")]
    told: dict[int, tuple[str, str]] = {}
    for line, mrn, words_ in zip(kept["line"].tolist(), kept["patient_id"].tolist(), said, strict=True):
        before = told.get(line, (mrn, ""))[1]
        told[line] = (mrn, f"{before}; {words_}" if before else words_)
    return told


def _score(instrument: str, total: float, on: pd.Timestamp, safety: int) -> str:
    found = instruments.registry()[instrument]
    points = "incomplete" if pd.isna(total) else words.number(float(total))
    item = f", item {found.safety_items[0] + 1}: {safety if safety >= 0 else 'unknown'}" if found.safety_items else ""
    return f"{found.name} {points} of {on:%Y-%m-%d}{item}"


def _record(row: dict[Any, Any]) -> str:
    """Write the filled columns of a record."""
    written = {name: f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value for name, value in row.items()}
    return ", ".join(
        f"{upload_mapping.label(name)} {value}" for name, value in written.items() if not pd.isna(value) and value != ""
    )
