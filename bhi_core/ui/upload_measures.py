"""The scores that one line of a file holds: questionnaire, total, answers and date of each, as fields to change."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from bhi_core.domain import instruments
from bhi_core.domain.instruments import Instrument
from bhi_core.domain.records import Question
from bhi_core.intake.score_headings import understand
from bhi_core.ui import look
from bhi_core.ui.upload_asked import Asked
from bhi_core.ui.upload_file import Document

LEAVE_OUT = "leave it out"
MOST_VALUES = 24
"""A column that stands for dates (visit numbers, waves) has few values."""
FIRST_DAY = date(1900, 1, 1)
COLUMNS = (1.5, 2, 2.6, 2, 2)


def ask(asked: Asked) -> tuple[list[Document], bool]:
    """Show each score that was found, and one for each question about another; give them as ``[[measure]]``.

    Returns:
        The measures, and whether a question is still undecided.
    """
    slots: list[tuple[str, Document, Question | None]] = [
        (f"{number}", before, None) for number, before in enumerate(asked.read.parsed.mapping.get("measure", []))
    ]
    about = [one for one in asked.questions if one.about == "measure"]
    slots += [(f"q{number}", _begin(asked, question), question) for number, question in enumerate(about)]
    more = f"upload_scores_{asked.mark}"
    slots += [(f"m{number}", {}, None) for number in range(st.session_state.get(more, 0))]
    measures = [_measure(asked, *slot) for slot in slots]

    def one_more() -> None:
        st.session_state[more] = st.session_state.get(more, 0) + 1

    st.button("Another score in the line", key=f"upload_another_{asked.mark}", on_click=one_more)
    undecided = any(measure is None for measure, slot in zip(measures, slots, strict=True) if slot[2] is not None)
    return [one for one in measures if one], undecided


def items_of_long(asked: Asked) -> Document:
    """Ask for the answers beside a questionnaire's name, for files with a score a row."""
    before = [one for one in asked.read.guess.mapping.columns.get("items", ()) if one]
    chosen = _columns(asked, "Answers beside it, in order", before, f"long_items_{asked.mark}")
    return {"items": chosen} if chosen else {}


def given_dates(asked: Asked) -> Document:
    """Let a person give the dates that the file lacks, value by value of a column; they are marked as assigned."""
    question = asked.question("date")
    lacking = question is not None and not question.options
    with st.expander("The file has no dates: give them", key=f"upload_dates_{asked.mark}", expanded=lacking):
        look.fact_line("For a column that says when without a date, such as a visit number. Marked as given by you.")
        column = st.selectbox(
            "The column", asked.headings, index=None, key=f"upload_dates_column_{asked.mark}", width=330
        )
        if column is None:
            return {}
        values = sorted({str(cell) for cell in asked.read.sheet.cells[column] if cell})
        if len(values) > MOST_VALUES:
            st.markdown(look.literal(f"{len(values)} different values: this column does not stand for a few dates."))
            return {}
        with st.container(horizontal=True):
            given = {text: _day(f"{text}", f"upload_dates_{place}_{asked.mark}") for place, text in enumerate(values)}
    known = {text: on.isoformat() for text, on in given.items() if on}
    return {"column": column, "values": known} if known else {}


def _begin(asked: Asked, question: Question) -> Document:
    """Begin a score with the column that is asked about: as its total, or as its first answer."""
    if question.column is None or question.column not in asked.headings:
        return {}
    role = understand(question.column, instruments.registry()).role
    return {"first": question.column} if role == "item" else {"total": question.column}


def _measure(asked: Asked, number: str, before: Document, question: Question | None) -> Document | None:
    """Show one score; None while nobody has said which questionnaire it is, {} when it is left out."""
    known, key = instruments.registry(), f"{number}_{asked.mark}"
    if question is not None:
        st.markdown(f":orange[**{look.literal(question.ask)}**]")
    which, total_at, items_at, date_at, more_at = st.columns(COLUMNS, gap="small")
    meant = known.find(str(before.get("instrument", "")))
    choices = [*known.ids, LEAVE_OUT]
    picked = which.selectbox(
        "Questionnaire",
        choices,
        index=choices.index(meant.id) if meant else None,
        format_func=lambda one: known[one].name if one in known else LEAVE_OUT,
        key=f"upload_instrument_{key}",
        placeholder="Which one?",
    )
    if picked is None or picked == LEAVE_OUT:
        return None if picked is None else {}
    kept = {name: value for name, value in before.items() if name == "one_hot"}
    with total_at:
        kept["total"] = _column(asked, "Column of the total", before.get("total"), f"total_{key}")
    with items_at:
        kept["items"] = _items(asked, known[picked], before, f"items_{picked}_{key}")
    with date_at:
        kept["date"] = _column(asked, "Its date, if not the line's", before.get("date"), f"date_{key}")
    with more_at:
        kept |= _rest(asked, known[picked], before, key, items=bool(kept["items"]))
    why = asked.why(f"{picked} total", kept["total"]) or asked.why(f"{picked} items", _run(kept["items"]))
    first = asked.example(kept["total"]) or asked.example(next(iter(kept["items"]), None))
    look.fact_line(f"First value: {first or 'none'}. {why}")
    return {"instrument": picked} | {name: value for name, value in kept.items() if value}


def _rest(asked: Asked, instrument: Instrument, before: Document, key: str, *, items: bool) -> Document:
    """Ask for what is rarer: item 9 beside a total, the functional item, one date for all."""
    kept: Document = {name: before.get(name) for name in ("item9", "functional", "on")}
    with st.popover("More", key=f"upload_rest_{key}"):
        if instrument.safety_items and not items:
            name = f"Item {instrument.safety_items[0] + 1} alone"
            kept["item9"] = _column(asked, name, before.get("item9"), f"item9_{key}")
        if instrument.functional:
            kept["functional"] = _column(asked, "Item on difficulty", before.get("functional"), f"functional_{key}")
        on = _day("One date for all of them, given by you", f"upload_on_{key}", before.get("on"))
        kept["on"] = on.isoformat() if on else None
    if items:
        kept["item9"] = None
    return kept


def _items(asked: Asked, instrument: Instrument, before: Document, key: str) -> list[str]:
    """Ask for the columns of the answers, beginning with those found or those that follow the first one."""
    found = list(before.get("items", []))
    first = asked.place(before.get("first"))
    if first is not None:
        found = asked.headings[first : first + len(instrument.scored_items)]
    chosen = _columns(asked, "Columns of its answers", [one for one in found if one], key)
    return found if chosen == [one for one in found if one] else chosen


def _columns(asked: Asked, label: str, before: Sequence[str], key: str) -> list[str]:
    """Offer several columns in order, folded away behind the first and the last."""
    key = f"upload_{key}"
    now = st.session_state.get(key, before)
    st.caption(look.literal(label))
    with st.popover(look.literal(_run(now) or "none"), key=f"{key}_open"):
        return st.multiselect(label, asked.headings, default=list(before), key=key)


def _run(columns: Sequence[str]) -> str:
    filled = [one for one in columns if one]
    return f"{filled[0]} ... {filled[-1]}" if len(filled) > 1 else "".join(filled)


def _column(asked: Asked, label: str, before: Any, key: str) -> str | None:
    return st.selectbox(
        label, asked.headings, index=asked.place(before), key=f"upload_{key}", placeholder="none"
    )  # fmt: skip


def _day(label: str, key: str, before: Any = None) -> date | None:
    picked = st.date_input(
        look.literal(label),
        value=date.fromisoformat(before) if isinstance(before, str) else before,
        min_value=FIRST_DAY,
        format="YYYY-MM-DD",
        key=key,
        width=190,
    )
    return picked if isinstance(picked, date) else None
