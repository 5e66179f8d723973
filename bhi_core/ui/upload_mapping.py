"""Which column holds what: the guess as fields that can be changed, each with an example, why, and how sure it is."""

from collections.abc import Sequence

import streamlit as st

from bhi_core.domain.records import KINDS
from bhi_core.intake.guess import NEEDED
from bhi_core.intake.mapping import CANONICAL, PERSON
from bhi_core.ui import look, upload_measures
from bhi_core.ui.upload_asked import Asked
from bhi_core.ui.upload_file import Document

COLUMNS = (2.2, 3, 3, 4.4)
"""Shares of the width: what it is, the column, an example from it, why and how sure."""
LABELS = {"patient_id": "MRN", "pcp": "PCP", "patient_name": "Name (Last, First)", "from_on": "From", "to_on": "To"}
SCORE_FIELDS = ("patient_id", "date")
LONG_FIELDS = ("instrument", "total")
MORE_OF_SCORES = ("item9", "functional", "mode", "source")
WIDE, LONG = "a column a score", "a row a score, the questionnaire named in a column"


def label(field: str) -> str:
    """Name a field as people read it.

    >>> label("patient_id"), label("next_due"), label("enrolled_on")
    ('MRN', 'Next due', 'Enrolled on')
    """
    return LABELS.get(field) or field.replace("_", " ").capitalize()


def ask(asked: Asked) -> tuple[Document, bool]:
    """Show the mapping and read what was changed.

    Returns:
        ``[mapping]``, ``[[measure]]`` and ``[dates]`` in the form of the mapping file; and whether something that was
        asked about the scores is still undecided.
    """
    _heads()
    if asked.kind != "scores":
        needed = [field for field in KINDS[asked.kind] if field in NEEDED[asked.kind]]
        columns = _fields(asked, needed)
        with st.expander("More columns of this kind", key=f"upload_more_{asked.mark}", expanded=True):
            columns |= _fields(asked, [field for field in KINDS[asked.kind] if field not in needed])
        return {"mapping": columns | _person(asked)}, False
    columns = _fields(asked, SCORE_FIELDS)
    holds = _holds(asked)
    document: Document = {}
    undecided = False
    if holds == LONG:
        columns |= _fields(asked, LONG_FIELDS) | upload_measures.items_of_long(asked)
    else:
        document["measure"], undecided = upload_measures.ask(asked)
    with st.expander("More columns of scores", key=f"upload_more_{asked.mark}"):
        wanted = MORE_OF_SCORES if holds == LONG else MORE_OF_SCORES[2:]
        columns |= _fields(asked, wanted)
    if dates := upload_measures.given_dates(asked):
        document["dates"] = dates
    document["mapping"] = columns | _person(asked)
    return {name: value for name, value in document.items() if value}, undecided


def _holds(asked: Asked) -> str:
    """Ask how the file holds its scores, beginning with what was found."""
    mapping = asked.read.guess.mapping
    found_long = bool(mapping.columns.get("instrument")) or asked.question("instrument") is not None
    return st.radio(
        "The file holds",
        [WIDE, LONG],
        index=1 if found_long and not mapping.measures else 0,
        horizontal=True,
        key=f"upload_holds_{asked.mark}",
    )


def _person(asked: Asked) -> Document:
    """Offer the columns that make an unknown patient, and the moment of recording."""
    rest = [field for field in (*PERSON, "recorded_at") if field not in KINDS[asked.kind]]
    with st.expander(
        "Columns on the person, used when patients are made from the file", key=f"upload_who_{asked.mark}"
    ):
        return _fields(asked, rest)


def _heads() -> None:
    for column, text in zip(
        st.columns(COLUMNS, gap="small"), ("What it is", "Column in the file", "First value", "Why"), strict=True
    ):
        column.caption(f"**{text}**")


def _fields(asked: Asked, fields: Sequence[str]) -> Document:
    """Show some fields, and give those that are mapped; "" for one that was found and taken away."""
    found: Document = {}
    for field in fields:
        before = asked.read.guess.mapping.heading(field)
        chosen = _field(asked, field, before)
        if chosen or before:
            found[CANONICAL.get(field, field)] = chosen or ""
    return found


def _field(asked: Asked, field: str, before: str | None) -> str | None:
    """Show one field: its column to pick, the first value of that column, and why it was proposed."""
    name, pick, example, why = st.columns(COLUMNS, gap="small", vertical_alignment="center")
    question = asked.question(field)
    name.markdown(f"**{look.literal(label(field))}**" if field in NEEDED[asked.kind] else look.literal(label(field)))
    chosen = pick.selectbox(
        label(field),
        asked.headings,
        index=asked.place(before),
        key=f"upload_{field}_{asked.mark}",
        placeholder="not in this file",
        label_visibility="collapsed",
    )
    example.markdown(look.literal(asked.example(chosen)))
    if question is not None and not chosen:
        why.markdown(f":orange[**{look.literal(question.ask)}**]")
    else:
        why.caption(look.literal(asked.why(field, chosen) or ("chosen by you" if chosen and chosen != before else "")))
    return chosen


def unused(headings: Sequence[str], left: Sequence[str]) -> str:
    """Say which columns are not brought in."""
    if not left:
        return "Every column is used."
    return f"Not brought in, {len(left)} of {len(headings)} columns: {', '.join(left)}."
