"""The sheets of care side by side with what was recorded of their kind; which one is shown stands in the URL."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.ui import (
    care_advice,
    care_baseline,
    care_contact,
    care_enrol,
    care_episode,
    care_kept,
    care_listing,
    care_plan,
    care_treatment,
    care_words,
    look,
)
from bhi_core.ui.care_kept import SayRow
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

CONTACT, TREATMENT, ADVICE, EPISODE, PLAN, SNOOZE, DISCUSS = (
    "Contact", "Treatment", "Recommendations", "Episode", "Relapse plan", "Snooze", "Discuss",
)  # fmt: skip
WHAT_KEY = "care_what"
"""The name in the URL of which sheet is shown."""


@dataclass(frozen=True)
class Sheet:
    """A sheet and the records of its kind.

    Attributes:
        kind: a key of ``care_kept.TABLES``.
        head: what the records are.
        ask: draws the fields and keeps what stands in them; is given the records.
        say: says a record in one line.
        withdraws: whether one can be withdrawn beside it; else the sheet itself takes it back.
    """

    kind: str
    head: str
    ask: Callable[[Slip, Known, pd.DataFrame], None]
    say: SayRow
    withdraws: bool = True


SHEETS: dict[str, Sheet | None] = {
    CONTACT: Sheet("contacts", "Contacts", lambda slip, known, _: care_contact.show(slip, known), care_words.contact),
    TREATMENT: Sheet(
        "treatments", "Changes of treatment", lambda slip, known, _: care_treatment.show(slip, known),
        care_words.treatment,
    ),
    ADVICE: None,
    EPISODE: None,
    PLAN: Sheet("plans", "Relapse-prevention plans", care_plan.show, care_words.plan),
    SNOOZE: Sheet("snoozes", "Snoozes", care_listing.snooze, care_words.snooze, withdraws=False),
    DISCUSS: Sheet("requests", "Requests to discuss", care_listing.discuss, care_words.request, withdraws=False),
}  # fmt: skip
"""What can be recorded, the daily first; None for what is changed rather than recorded."""


def ask() -> str:
    """Ask what is recorded."""
    return st.segmented_control(
        "What is recorded",
        list(SHEETS),
        default=CONTACT,
        required=True,
        key=WHAT_KEY,
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )


def show(what: str, slip: Slip, known: Known) -> None:
    """Show a sheet, and beside it what was recorded of its kind."""
    chosen = SHEETS[what]
    with look.stack("care_sheet"):
        sheet, beside = st.columns([1.35, 1], gap="large")
    if chosen is None:
        change, listed = (_episode, _versions) if what == EPISODE else (_advice, care_advice.listed)
        with sheet:
            change(slip, known)
        with beside:
            listed(slip, known)
        return
    kept = care_kept.read(chosen.kind, slip.who.patient_id)
    with sheet:
        chosen.ask(slip.another(chosen.kind), known, kept)
    with beside:
        care_kept.show(
            slip.another(chosen.kind), chosen.kind, chosen.head, chosen.say, kept, withdraws=chosen.withdraws
        )


def _advice(slip: Slip, known: Known) -> None:
    """Show what became of the recommendations."""
    care_advice.show(slip.another("advice"), known)


def _episode(slip: Slip, known: Known) -> None:
    """Show the course of care: the sheet that begins one, or the one that changes it, and its baseline."""
    if known.episode is None:
        care_enrol.show(slip.another("enrol"), known)
        return
    care_episode.show(slip.another("episode"), known)
    if not known.is_open:
        care_enrol.folded(slip.another("enrol"), known)
    care_baseline.show(slip.another("baseline"), known)


def _versions(slip: Slip, known: Known) -> None:
    """Show what was changed in the episodes, newest first, by whom and when."""
    look.small_head("Episodes and what changed in them, newest first")
    if known.versions.empty:
        look.fact_line("Not enrolled yet.")
        return
    before: dict[int, care_words.Row] = {}
    lines = []
    for row in known.versions.to_dict("records"):
        episode_id = int(row["episode_id"])
        said = care_words.episode_changes(before.get(episode_id), row, slip.today)
        began = words.day(row["enrolled_on"], slip.today)
        who = look.literal(care_kept.recorded(row, slip.today))
        lines.append((look.literal(f"Episode of {began}: {said}"), who))
        before[episode_id] = row
    care_kept.lines(lines[::-1], "Episodes and what changed in them, newest first")
