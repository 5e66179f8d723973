"""The fields of one questionnaire on the screen, for keyboard alone: a digit, Tab, a digit, Tab.

Keys of the fields hold the form's token: when a form was saved it gets a new token, and with it empty fields.
What stands in them survives a visit to another page of the same session.
"""

from dataclasses import dataclass

import streamlit as st

from bhi_core.domain.instruments import Instrument, Item
from bhi_core.errors import Refused
from bhi_core.ui import forms, look
from bhi_core.ui.forms import Typed

ANSWERS, TOTAL_ONLY = "Answers", "Total only"
MODES = ("in person", "phone", "video", "portal", "on paper")
ITEM_COLUMNS = (7, 1.3, 3.4)
"""Shares of the width: the question, its field, the answer in words."""


@dataclass(frozen=True)
class Before:
    """What a kept form says, to begin a correction from.

    Attributes:
        answers: points in the form's order, None = blank; empty for a total alone.
        total: points, None for an incomplete form.
        functional: points of the functional item, None = not answered.
        mode: how it was taken, None when not recorded.
    """

    answers: tuple[int | None, ...] = ()
    total: int | None = None
    functional: int | None = None
    mode: str | None = None


def kind(instrument: Instrument, token: str, before: Before | None = None) -> str:
    """Ask whether the form gives its answers or only a total; a form without known items has only a total."""
    if not instrument.items:
        return TOTAL_ONLY
    total_first = before is not None and not any(points is not None for points in before.answers)
    return st.segmented_control(
        "What the form gives",
        [ANSWERS, TOTAL_ONLY],
        default=TOTAL_ONLY if total_first else ANSWERS,
        required=True,
        key=f"screening_kind_{token}",
        persist_state="session",
    )


def mode(token: str, before: Before | None = None) -> str | None:
    """Ask how the form was taken; nothing is picked beforehand."""
    given = before.mode if before else None
    return st.segmented_control(
        "How it was taken",
        [*MODES, *([given] if given and given not in MODES else [])],
        default=given,
        key=f"screening_mode_{token}",
        format_func=look.literal,
        persist_state="session",
    )


def all_in_a_row(instrument: Instrument, token: str) -> None:
    """Offer one field that takes all answers at once and hands them to the fields below, where they are seen."""
    key, keys = f"screening_row_{token}", _keys(instrument, token)

    def spread() -> None:
        try:
            answers = forms.in_a_row(str(st.session_state.get(key) or ""), instrument)
        except Refused as refusal:
            st.session_state[f"{key}_wrong"] = str(refusal)
            return
        st.session_state.pop(f"{key}_wrong", None)
        if answers:
            st.session_state.update(zip(keys, answers, strict=False))
            st.session_state[key] = ""

    st.text_input(
        f"All {len(keys)} answers in a row",
        key=key,
        on_change=spread,
        placeholder="or one by one below",
        autocomplete="off",
        width=190,
    )
    if told := st.session_state.get(f"{key}_wrong"):
        st.markdown(f":red[{look.literal(told)}]")


def ask(instrument: Instrument, token: str, given: str, before: Before | None = None) -> Typed:
    """Show the fields of a questionnaire and read what stands in them.

    Args:
        instrument: the questionnaire.
        token: names this form; part of every key.
        given: ``ANSWERS`` or ``TOTAL_ONLY``.
        before: what the fields begin with when a kept form is corrected.
    """
    fill = _total_alone if given == TOTAL_ONLY else _answers
    return fill(instrument, token, before)


def _keys(instrument: Instrument, token: str) -> list[str]:
    return [f"screening_item{number}_{token}" for number in range(1, len(instrument.items) + 1)]


def _answers(instrument: Instrument, token: str, before: Before | None) -> Typed:
    """Ask item by item, or all in one go."""
    keys = _keys(instrument, token)
    for key, points in zip(keys, before.answers if before else (), strict=False):
        _begin(key, points)
    stem = f"**{look.literal(instrument.stem)}** " if instrument.stem else ""
    st.caption(f"{stem}{look.literal(forms.scale(instrument, instrument.items[0]))}")
    wrong: list[str] = []
    answers = [
        _one(instrument, item, f"Item {number}", key, wrong)
        for number, (item, key) in enumerate(zip(instrument.items, keys, strict=True), start=1)
    ]
    functional = _functional(instrument, token, before, wrong)
    return Typed(answers=tuple(answers), functional=functional, wrong=tuple(wrong))


def _begin(key: str, points: int | None) -> None:
    """Let a field begin with a kept answer, once."""
    if key not in st.session_state and points is not None:
        st.session_state[key] = str(points)


def _one(instrument: Instrument, item: Item, name: str, key: str, wrong: list[str]) -> int | None:
    """Show a question, its field and, as soon as it is answered, the answer in words."""
    question, field, said = st.columns(ITEM_COLUMNS, vertical_alignment="center", gap="small")
    text = item.text or item.short
    # The label is read aloud as it stands, signs of escaping included; its words come from a reviewed file.
    question.markdown(f"**{look.literal(name.removeprefix('Item '))}**  {look.literal(text)}")
    typed = field.text_input(
        f"{name}: {text}",
        value=None,
        key=key,
        label_visibility="collapsed",
        autocomplete="off",
        live=True,
        persist_state="session",
    )
    try:
        points = forms.answer(typed, item, name)
    except Refused as refusal:
        wrong.append(str(refusal))
        said.markdown(f":red[**{item.minimum} to {item.maximum}**]")
        return None
    if points is not None:
        said.markdown(f":gray[{look.literal(forms.word(instrument, item, points))}]")
    return points


def _functional(instrument: Instrument, token: str, before: Before | None, wrong: list[str]) -> int | None:
    """Ask the question on difficulty after the others; it is never in the total."""
    item = instrument.functional
    if item is None:
        return None
    key = f"screening_functional_{token}"
    _begin(key, before.functional if before else None)
    look.fact_line(f"Not part of the total: {forms.scale(instrument, item)}")
    return _one(instrument, item, "Difficulty", key, wrong)


def _total_alone(instrument: Instrument, token: str, before: Before | None) -> Typed:
    """Ask for a total, and for the safety item if it is known."""
    wrong: list[str] = []
    key = f"screening_total_{token}"
    _begin(key, before.total if before else None)
    typed = st.text_input(
        f"{instrument.name} total, {instrument.minimum} to {instrument.maximum}",
        value=None,
        key=key,
        autocomplete="off",
        live=True,
        width=330,
        persist_state="session",
    )
    points, alone = None, None
    try:
        points = forms.total(typed, instrument)
    except Refused as refusal:
        wrong.append(str(refusal))
    if instrument.safety_items:
        place = instrument.safety_items[0]
        item, key = instrument.items[place], f"screening_alone_{token}"
        _begin(key, before.answers[place] if before and before.answers else None)
        look.fact_line(f"If it is known: {forms.scale(instrument, item)}")
        alone = _one(instrument, item, f"Item {place + 1}", key, wrong)
    return Typed(total=points, safety_alone=alone, wrong=tuple(wrong))
