"""What was recorded of a patient and one kind of care: in sight under its sheet, and withdrawn with a reason."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.store.engine import reading
from bhi_core.store.queries.versions import record_versions
from bhi_core.store.tables import OF_MEETINGS, RECORDS
from bhi_core.ui import care_fields, care_slip, data, look
from bhi_core.ui.care_slip import Slip

TABLES = RECORDS | OF_MEETINGS
"""Kind -> its table."""
SHOWN = 8
"""Records written out; the older ones one click away."""
SayRow = Callable[[Any, date], str]


def read(kind: str, patient_id: int) -> pd.DataFrame:
    """Read every record of a kind (a key of ``TABLES``) of a patient, withdrawn ones too; afresh on every run."""
    with reading(data.engine()) as connection:
        return record_versions(connection, TABLES[kind], patient_id)


def standing(kept: pd.DataFrame) -> pd.DataFrame:
    """Keep the records that stand."""
    return kept[kept["superseded_at"].isna()].reset_index(drop=True)


def show(slip: Slip, kind: str, head: str, say: SayRow, kept: pd.DataFrame, *, withdraws: bool = True) -> None:
    """Show the records of a kind, newest first, and let one be withdrawn.

    Args:
        slip: the sheet of this kind; the withdrawal is a sheet of its own.
        kind: a key of ``TABLES``.
        head: what they are, for the heading.
        say: says a record in one line.
        kept: the records, as ``read`` gives them.
        withdraws: whether one may be withdrawn here.
    """
    look.small_head(f"{head}, newest first")
    if kept.empty:
        look.fact_line("None recorded yet.")
        return
    rows = kept.to_dict("records")
    written = [_line(row, say, slip.today) for row in rows]
    lines(written[:SHOWN], head)
    if len(rows) > SHOWN:
        with st.expander(f"{len(rows) - SHOWN} older", key=f"care_{kind}_older_{slip.who.patient_id}"):
            lines(written[SHOWN:], f"{head}, the older ones")
    if withdraws:
        _withdrawal(slip.another(f"{kind}-withdraw"), kind, say, standing(kept))


def lines(written: Sequence[tuple[str, str]], alt: str, beside: str = "Recorded") -> None:
    """Show records and what stands beside them, a rule between; the texts are safe for markdown already."""
    said, more = zip(*written, strict=True)
    table = pd.DataFrame({"What": said, beside: [f":gray[{each}]" for each in more]})
    st.table(table, border="horizontal", hide_index=True, alt=alt)


def _line(row: Any, say: SayRow, today: date) -> tuple[str, str]:
    """Write a record and who recorded it, safe for markdown; a withdrawn one struck, with when and why."""
    said, by = look.literal(say(row, today)), look.literal(recorded(row, today))
    if pd.isna(row["superseded_at"]):
        return said, by
    how = "replaced" if pd.notna(row["superseded_by"]) else "withdrawn"
    why = row["superseded_why"] if isinstance(row["superseded_why"], str) else ""
    gone = f"{how} {moment(row['superseded_at'], today)}" + (f": {why}" if why else "")
    return f"~~{said}~~", look.literal(gone)


def recorded(row: Any, today: date) -> str:
    """Say when and by whom a record was recorded."""
    by = row["recorded_by"] if isinstance(row["recorded_by"], str) else ""
    return f"{moment(row['recorded_at'], today)}{f', {by}' if by else ''}"


def moment(at: Any, today: date) -> str:
    """Write a moment in the clinic's zone."""
    here = pd.Timestamp(at).tz_convert(data.zone())
    return f"{words.day(here, today)} {here:%H:%M}"


def _withdrawal(slip: Slip, kind: str, say: SayRow, kept: pd.DataFrame) -> None:
    """Let a record that was entered in error be taken out, with a reason; it stays in sight, struck."""
    labels = {int(row["record_id"]): say(row, slip.today) for row in kept.to_dict("records")}
    if not labels:
        return
    with st.expander("Withdraw one: entered in error", key=f"care_{kind}_withdraw_{slip.who.patient_id}"):
        picked = st.selectbox(
            "Which one",
            list(labels),
            index=None,
            format_func=labels.__getitem__,
            key=slip.key("pick"),
            placeholder="Pick the record",
            persist_state="session",
        )
        why = care_fields.line(slip, "why", "Why is it withdrawn?") or ""

        def work(token: str) -> str:
            if picked is None:
                raise Refused("Pick the record that is withdrawn.")
            commands.withdraw_record(engine, slip.person, token=token, kind=kind, record_id=picked, why=why)
            return f"withdrawn: {labels[picked]}"

        engine = data.engine()
        care_slip.keep(slip, "Withdraw it", (picked, why), work, main=False)
