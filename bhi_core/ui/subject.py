"""Whose form or care is recorded: found by MRN or name, named in the URL by id, and looked up again on every run."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui import data, look

LAST = "screening_last"
MOST_SHOWN = 50
"""More matches than this are not listed: type more of the name."""


@dataclass(frozen=True)
class Subject:
    """A patient: the id, the MRN, "Last, First" (the MRN without names), birth date and site as far as known."""

    patient_id: int
    mrn: str
    name: str
    born: date | None
    site: str | None

    @property
    def facts(self) -> str:
        """Say who this is in one line, so that a person of the same name is noticed."""
        born = f"born {words.day(self.born, date.max)}" if self.born else "birth date not recorded"
        return " · ".join(part for part in (f"MRN {self.mrn}", born, self.site) if part)


def asked(title: str = "Enter a score: for whom?") -> Subject | None:
    """Give the patient that the URL names, else ask under the title; None while nobody is picked."""
    text = st.query_params.get("id")
    if text is None:
        look.headline(title)
        _find()
        return None
    found = by_id(int(text)) if text.isascii() and text.isdigit() and len(text) < 16 else None
    if found is None:
        look.headline("This patient is not in the registry, or the link is not whole.")
        look.fact_line("Find the patient by name or MRN below.")
        _find()
    else:
        st.session_state[LAST] = found.patient_id
    return found


def by_id(patient_id: int) -> Subject | None:
    """Look a patient up by id; None when there is none."""
    with reading(data.engine()) as connection:
        row = queries.patient(connection, patient_id)
    if row is None:
        return None
    names = [row[part] for part in ("last_name", "first_name") if row[part]]
    return Subject(patient_id, str(row["mrn"]), ", ".join(names) or str(row["mrn"]), row["birth_date"], row["site"])


def leave() -> None:
    """Let the next patient be picked."""
    st.session_state.pop(LAST, None)
    for name in ("id", "correct"):
        st.query_params.pop(name, None)


def matching(people: pd.DataFrame, text: str) -> pd.DataFrame:
    """Give the people whose MRN is the text, else those whose names or MRN hold every word of it.

    Args:
        people: patient_id, mrn, last_name, first_name, birth_date.
        text: what was typed; words in any order, without regard to case.

    Returns:
        Their rows, in the order given.
    """
    exact = people[people["mrn"] == text.strip()]
    if len(exact):
        return exact
    whole = people[["last_name", "first_name", "mrn"]].fillna("").agg(" ".join, axis=1).str.casefold()
    fits = pd.Series(True, index=people.index)
    for part in text.casefold().replace(",", " ").split():
        fits &= whole.str.contains(part, regex=False)
    return people[fits]


def nobody_picked() -> None:
    """Offer to go on with the patient whose form was left to see another page; say so when there is nobody at all."""
    last = by_id(st.session_state[LAST]) if LAST in st.session_state else None
    if last is not None:
        label = look.literal(f"Go on with {last.name}, MRN {last.mrn}")
        st.button(label, key="screening_go_on", on_click=_name, args=(last.patient_id,))
    if data.nobody_yet():
        look.fact_line("No patients yet: bring in a file of patients or scores first.")
        st.page_link("pages/records/upload.py", label="Bring in a file")


def _find() -> None:
    """Ask for a name or MRN; a single match is taken, several are offered by name, MRN and birth date."""
    text = st.text_input(
        "Patient", key="screening_find", placeholder="Name or MRN, then Enter", autocomplete="off", width=420
    ).strip()
    if not text:
        return
    with reading(data.engine()) as connection:
        found = matching(queries.patients(connection), text)
    if found.empty:
        st.markdown(look.literal(f"No patient matches “{text}”. Only people in the registry can be entered for."))
        st.page_link("pages/records/upload.py", label="Bring in a file of patients")
    elif len(found) == 1:
        _take(int(found["patient_id"].to_numpy()[0]))
    elif len(found) > MOST_SHOWN:
        st.markdown(f"{len(found)} patients match: type more of the name.")
    else:
        labels = {int(str(row.patient_id)): _label(row) for row in found.itertuples()}
        picked = st.selectbox(
            words.count(len(found), "patient matches", "patients match"),
            list(labels),
            index=None,
            format_func=labels.__getitem__,
            key=f"screening_which_{text}",
            placeholder="Which one?",
            width=420,
        )
        if picked is not None:
            _take(picked)


def _take(patient_id: int) -> None:
    """Put the picked patient into the URL, where a reload and a link find them again."""
    _name(patient_id)
    st.rerun()


def _name(patient_id: int) -> None:
    st.query_params["id"] = str(patient_id)


def _label(row: object) -> str:
    """Name a person so that two of one name can be told apart."""
    last, first, mrn, born = (getattr(row, part) for part in ("last_name", "first_name", "mrn", "birth_date"))
    name = ", ".join(part for part in (last, first) if isinstance(part, str) and part)
    on = words.plain_date(born)
    return " · ".join(part for part in (name, str(mrn), f"born {words.day(on, date.max)}" if on else "") if part)
