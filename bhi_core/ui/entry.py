"""Entering and correcting a form: what is asked around the questions, what is said while typing, and what is kept."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain import instruments, words
from bhi_core.domain.actor import Actor
from bhi_core.domain.instruments import Instrument
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import crisis, data, form_history, forms, look, subject
from bhi_core.ui.forms import Typed
from bhi_core.ui.questionnaire import Before
from bhi_core.ui.subject import Subject

TOKENS = "screening_tokens"
SAVED = "screening_saved"
TRIED = "screening_tried"
"""The act tried last: a second click on Save finds its own form kept, which is no form that was known before."""
FIRST_DAY = date(1900, 1, 1)
YEARS_AHEAD = 10
"""A date ahead must reach us to be refused in words; a field that allowed none would keep the last good date unseen."""


@dataclass(frozen=True)
class Form:
    """A form being filled in.

    Attributes:
        who: whose it is.
        instrument: which questionnaire.
        slot: names it among the forms of this session: patient, instrument, form being corrected.
        kept: the kept form that is corrected (a row of ``form_history.read``), None for a new one.
    """

    who: Subject
    instrument: Instrument
    slot: str
    kept: Any = None

    @property
    def token(self) -> str:
        """Give what names this form in the keys of its fields and, with its content, the act of keeping it."""
        tokens: dict[str, str] = st.session_state.setdefault(TOKENS, {})
        return tokens.setdefault(self.slot, uuid.uuid4().hex)

    @property
    def before(self) -> Before | None:
        """Give what the fields begin with when a kept form is corrected."""
        if self.kept is None:
            return None
        return Before(
            answers=form_history.answers(self.kept),
            total=form_history.whole(self.kept["total"]),
            functional=form_history.whole(self.kept["functional"]),
            mode=form_history.text(self.kept["mode"]),
        )


@dataclass(frozen=True)
class Filled:
    """What was filled in: answers, date, how it was taken, the reason of a correction, and consent to open items."""

    typed: Typed
    on: date | None
    mode: str | None
    why: str
    whole: bool


def head(who: Subject) -> None:
    """Say for whom, what was just kept, and let another patient be picked."""
    look.headline(f"Enter a score for {who.name}")
    with st.container(horizontal=True, vertical_alignment="center"):
        look.fact_line(who.facts)
        st.button("Another patient", key="screening_other", on_click=subject.leave)


def saved_note(who: Subject) -> None:
    """Say what was just kept for this patient, and where to go from here."""
    note = st.session_state.get(SAVED)
    if not note or note["patient_id"] != who.patient_id:
        return
    with look.alert("screening_saved", "green"):
        st.markdown(f"**{look.literal(note['text'])}**")
        st.page_link("pages/care/patient.py", label="Open the patient", query_params={"id": str(who.patient_id)})
        st.button("Next patient", key="screening_next", on_click=subject.leave)
    if note["flagged"]:
        with look.alert("screening_flagged", "red"):
            st.markdown(look.literal(note["flagged"]))


def form_for(who: Subject, kept: pd.DataFrame) -> Form | None:
    """Ask which questionnaire, or take the one of the form that the URL names for correction.

    Returns:
        The form; None after saying that the form to correct was changed meanwhile, or is not this patient's.
    """
    known, wanted = instruments.registry(), st.query_params.get("correct")
    if wanted is None:
        picked = st.selectbox(
            "Questionnaire",
            sorted(known.ids, key=lambda one: not known[one].trackable),
            format_func=lambda one: known[one].name,
            key="screening_instrument",
            width=160,
            persist_state="session",
        )
        return Form(who, known[picked], f"{who.patient_id}/{picked}/")
    row = next((each for _, each in kept.iterrows() if str(each["score_id"]) == wanted), None)
    if row is None or row["superseded"] or row["instrument"] not in known:
        _gone(row, kept)
        return None
    return Form(who, known[row["instrument"]], f"{who.patient_id}/{row['instrument']}/{wanted}", row)


def correcting(form: Form) -> None:
    """Say what is being corrected, and let it be left as it is."""
    if form.kept is None:
        return
    with look.alert("screening_correcting", "orange"):
        was = f"{form_history.said(form.kept, data.today())}, {form_history.recorded(form.kept)}"
        st.markdown(look.literal(f"Correcting {was}. What it was stays visible."))
        st.button("Leave it as it is", key="screening_leave", on_click=_leave_correction)


def taken_on(form: Form, today: date) -> date | None:
    """Ask for the date; it begins with today, or with the date of the form that is corrected, and is said in words."""
    with st.container(width=190, gap="xxsmall"):
        picked = st.date_input(
            "Taken on",
            value=today if form.kept is None else words.plain_date(form.kept["taken_on"]),
            min_value=FIRST_DAY,
            max_value=date(today.year + YEARS_AHEAD, 12, 31),
            format="YYYY-MM-DD",
            key=f"screening_date_{form.token}",
            persist_state="session",
        )
        on = picked if isinstance(picked, date) else None
        look.fact_line(forms.when(on, today), late=on != today)
    return on


def standing(form: Form, typed: Typed, on: date | None, kept: pd.DataFrame) -> None:
    """Say as it is typed where the total stands, what item 9 means, and what of that day is known."""
    st.markdown(f"**{look.literal(forms.so_far(form.instrument, typed))}**")
    if said := forms.safety_words(form.instrument, typed):
        positive = forms.safety_answer(form.instrument, typed) > 0
        with look.alert("screening_safety", "red" if positive else "orange"):
            helps = f"  \n**{look.literal(crisis.lines(form.who.site))}**" if positive else ""
            st.markdown(look.literal(said) + helps)
    of_day = kept[~kept["superseded"] & (kept["instrument"] == form.instrument.id) & (kept["taken_on"] == str(on))]
    if form.kept is not None:
        of_day = of_day[of_day["score_id"] != form.kept["score_id"]]
    if said := forms.same_day(form.instrument, typed, of_day["total"].tolist()):
        look.fact_line(said, late=not typed.empty)


def act(person: Actor, form: Form, typed: Typed, on: date | None, mode: str | None) -> None:
    """Offer to keep what was typed; say why when it is refused, with everything typed still there."""
    open_items = forms.open_items(form.instrument, typed)
    whole = not open_items or st.checkbox(
        f"Keep as an incomplete form, {open_items} open", key=f"screening_partly_{form.token}"
    )
    corrects, why = form.kept is not None, ""
    if corrects:
        why = st.text_input("Why is it corrected?", key=f"screening_why_{form.token}", persist_state="session") or ""
    with st.container(horizontal=True):
        label = "Save the correction" if corrects else f"Save {form.instrument.name}"
        pressed = st.button(label, key=f"screening_save_{form.token}", type="primary", shortcut="Ctrl+Enter")
        withdrawn = corrects and st.button("Withdraw: entered in error", key=f"screening_withdraw_{form.token}")
    if not person.name and data.staff_names():
        look.fact_line("This will carry no name: pick yours at the top.", late=True)
    if not (pressed or withdrawn):
        return
    try:
        if withdrawn:
            _withdraw(person, form, why)
        else:
            _keep(person, form, Filled(typed, on, mode, why, whole))
    except Refused as refusal:
        with look.alert("screening_refused", "red"):
            st.markdown(look.literal(str(refusal)))
        return
    st.rerun()


def _keep(person: Actor, form: Form, filled: Filled) -> None:
    """Keep the form by its command, then note it."""
    typed, on = filled.typed, filled.on
    if typed.wrong:
        raise Refused(typed.wrong[0])
    if typed.empty:
        raise Refused("Nothing is answered yet: type the answers or the total.")
    if on is None:
        raise Refused("Say when it was taken.")
    if not filled.whole:
        raise Refused("Some items are open: answer them, or tick that it is kept as an incomplete form.")
    given: dict[str, Any] = {
        "taken_on": on,
        "items": typed.items(form.instrument),
        "total": typed.total,
        "functional": typed.functional,
        "mode": filled.mode,
    }
    token = f"{form.token}-{forms.digest(given, filled.why)}"
    again = st.session_state.get(TRIED) == token
    st.session_state[TRIED] = token
    given |= {"token": token, "today": data.today()}
    said = f"{forms.so_far(form.instrument, typed).removesuffix('.')}, {words.full_day(on)}"
    if form.kept is None:
        given |= {"patient_id": form.who.patient_id, "instrument": form.instrument.id}
        saved = commands.record_score(data.engine(), person, **given)
        was_known = saved.repeated and not again
        _done(form, typed, "Known already, nothing was added" if was_known else "Saved", said)
        return
    given |= {"score_id": int(form.kept["score_id"]), "source": form_history.text(form.kept["source"])}
    commands.correct_score(data.engine(), person, why=filled.why, **given)
    _done(form, typed, "Corrected", said)


def _withdraw(person: Actor, form: Form, why: str) -> None:
    """Take the form out as entered in error, then note it."""
    token = f"{form.token}-{forms.digest('withdraw', why)}"
    commands.withdraw_score(data.engine(), person, token=token, score_id=int(form.kept["score_id"]), why=why)
    _done(form, Typed(), "Withdrawn", form_history.said(form.kept, data.today()))


def _done(form: Form, typed: Typed, how: str, what: str) -> None:
    """Note what was kept, for the next run to say, and give the next form fresh fields."""
    at = clock.now().astimezone(clock.zone(data.zone()))
    positive = not typed.empty and forms.safety_answer(form.instrument, typed) > 0
    said = forms.safety_words(form.instrument, typed, saved=True) if positive else ""
    st.session_state[SAVED] = {
        "patient_id": form.who.patient_id,
        "text": f"{how} {at:%H:%M:%S}: {what}.",
        "flagged": f"{said} {crisis.lines(form.who.site)}" if positive else "",
    }
    st.session_state[TOKENS].pop(form.slot, None)
    _leave_correction()


def _gone(row: Any, kept: pd.DataFrame) -> None:
    """Say why a form cannot be corrected, what stands in its place, and where to go."""
    after = None if row is None else form_history.replacement(row, kept)
    with look.alert("screening_gone", "orange"):
        if row is None:
            st.markdown("The form to correct is not one of this patient's: pick it from the list\\.")
        else:
            told = f"{form_history.said(row, data.today())} was changed meanwhile: {form_history.fate(row, kept)}."
            now = f" Now it says {form_history.said(after, data.today())}." if after is not None else ""
            st.markdown(look.literal(told + now))
        if after is not None:
            st.button("Correct that one", key="screening_after", on_click=_correct, args=(str(after["score_id"]),))
        st.button("Enter a new form", key="screening_new", on_click=_leave_correction)


def _correct(score_id: str) -> None:
    st.query_params["correct"] = score_id


STICKY = "<style>[data-testid=stLayoutWrapper]:has(>.st-key-screening_told){position:sticky;top:4.5rem}</style>"
"""What is worked out stays in sight while the questions scroll."""


def in_sight() -> Any:
    """Give the box beside the questions that does not scroll away with them."""
    st.html(STICKY)
    return st.container(key="screening_told")


def _leave_correction() -> None:
    st.query_params.pop("correct", None)
