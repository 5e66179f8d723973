"""What is typed in a meeting: kept field by field, read back, and two texts in one field settled by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from bhi_core import clock
from bhi_core.domain.actor import Actor
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.kinds import RecommendationKind
from bhi_core.errors import EntryConflict, Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.ui import data, forms
from bhi_core.ui.components.record_form import Typed, Written

HEARD = "review_heard"
OWN = "review_own_rows"
MOST_RECOMMENDATIONS = 9
STILL_WRITING = timedelta(seconds=90)
"""For so long after an entry somebody is said to be writing."""
PARTS = {"kind": "Recommendation", "words": "In words", "owner": "Owner", "due": "Due"}
ONE_OF = ("owner", "due")
"""Parts that can hold one value only: there is no keeping both."""


@dataclass(frozen=True)
class Text:
    """One text of a field: the row that holds it, what it says, who wrote it and when (UTC)."""

    row: int
    value: str
    by: str
    at: datetime


@dataclass(frozen=True)
class TwoTexts:
    """A field in which texts met: the one that stands, and those written at the same time."""

    field: str
    stands: Text
    rivals: tuple[Text, ...]


@dataclass(frozen=True)
class Entries:
    """What stands in the form of a patient.

    Attributes:
        texts: field -> the text that stands.
        two: the fields with more than one text.
    """

    texts: dict[str, Text]
    two: tuple[TwoTexts, ...] = ()

    @property
    def newest(self) -> datetime | None:
        """Give the moment of the newest text, UTC; None when nothing was written."""
        every = [*self.texts.values(), *(rival for each in self.two for rival in each.rivals)]
        return max((text.at for text in every), default=None)

    def free_recommendation(self) -> int | None:
        """Give the number of the first recommendation that nobody wrote into; None when all are taken."""
        used = {field.split(".")[0] for field, text in self.texts.items() if text.value}
        return next((n for n in range(1, MOST_RECOMMENDATIONS + 1) if f"rec{n}" not in used), None)


def read(engine: Engine, meeting_id: int, patient_id: int) -> Entries:
    """Read what stands in the form of a patient."""
    with reading(engine) as connection:
        rows = queries.entries(connection, meeting_id, patient_id)
    return entries_of(rows)


def entries_of(rows: pd.DataFrame) -> Entries:
    """Put the rows of ``queries.entries`` of one patient in their fields."""
    standing: dict[str, Text] = {}
    rivals: dict[str, list[Text]] = {}
    for row in each_row(rows):
        text = Text(int(row.row_id), str(row.value), row.by if isinstance(row.by, str) else "", _moment(row.at))
        if pd.isna(row.rival_of):
            standing[row.field] = text
        else:
            rivals.setdefault(row.field, []).append(text)
    two = tuple(TwoTexts(field, standing[field], tuple(texts)) for field, texts in rivals.items() if field in standing)
    return Entries(standing, two)


def _moment(at: Any) -> datetime:
    moment: datetime = pd.Timestamp(at).to_pydatetime()
    return moment


def keep(person: Actor, typed: Typed | None, key: str, today: date) -> bool:
    """Keep what the form sent, unless this sending was dealt with before.

    Nothing of Streamlit is asked between the first field and the last, so that no click elsewhere can stop it half-way.

    Returns:
        Whether there was something new, so that what stands has to be read again.
    """
    heard: dict[str, dict[str, Any]] = st.session_state.setdefault(HEARD, {})
    last = heard.get(key)
    if typed is None or (last is not None and last["mount"] == typed.mount and last["seq"] >= typed.seq):
        return False
    engine, own = data.engine(), st.session_state.setdefault(OWN, set())
    refused: dict[str, str] = {}
    for written in typed.fields:
        try:
            saved = _save(engine, person, typed, written, today)
            own.add(saved)
        except EntryConflict as conflict:
            own.add(conflict.rival.row_id)  # both texts stand side by side now, and the page shows them
        except Refused as refusal:
            refused[written.field] = str(refusal)
    heard[key] = {"mount": typed.mount, "seq": typed.seq, "refused": refused}
    return True


def _save(engine: Engine, person: Actor, typed: Typed, written: Written, today: date) -> int | None:
    """Keep one field upon the row that the person had before them, be it one that this form has just written."""
    with reading(engine) as connection:
        rows = queries.entries(connection, typed.meeting, typed.patient)
    stands = entries_of(rows).texts.get(written.field)
    own_earlier = stands is not None and stands.row != written.row and stands.value in written.sent
    saved = commands.save_entry(
        engine, person, token=typed.token(written.field), today=today, meeting_id=typed.meeting,
        patient_id=typed.patient, field=written.field, value=written.text,
        seen=stands.row if own_earlier and stands is not None else written.row,
    )  # fmt: skip
    return saved.record_id


def heard(key: str) -> dict[str, Any]:
    """Give what is known of the last sending that was dealt with: mount, seq, refused."""
    nothing: dict[str, Any] = {"mount": "", "seq": 0, "refused": {}}
    found: dict[str, Any] = st.session_state.get(HEARD, {}).get(key, nothing)
    return found


def who_else(entries: Entries, person: Actor, now: datetime) -> str:
    """Say who else has just written here, "" for nobody."""
    own: set[int] = st.session_state.get(OWN, set())
    every = [*entries.texts.values(), *(rival for each in entries.two for rival in each.rivals)]
    others = [
        text
        for text in every
        if text.row not in own and now - text.at < STILL_WRITING and (text.by != person.name or not text.by)
    ]
    if not others:
        return ""
    return f"{max(others, key=lambda text: text.at).by or 'Somebody else'} is also writing here"


def is_own(text: Text, person: Actor) -> bool:
    """Say whether a text was written by the person in this session."""
    own: set[int] = st.session_state.get(OWN, set())
    return text.row in own or (bool(person.name) and text.by == person.name)


def both(texts: Sequence[str]) -> str:
    """Join texts so that nothing is lost; a text that another one holds already is not said twice.

    >>> both(["Sleep worse", "Sleep worse since May", "Lost job"])
    'Sleep worse since May\\nLost job'
    """
    whole = [text.strip() for text in dict.fromkeys(texts)]
    kept = [text for text in whole if text and not any(text != other and text in other for other in whole)]
    return "\n".join(kept)


def settle(person: Actor, two: TwoTexts, value: str, ids: tuple[int, int], today: date) -> None:
    """Keep one value where texts met.

    Args:
        person: who chose.
        two: the texts as they were shown.
        value: what was chosen.
        ids: the meeting and the patient.
        today: the date of care.
    """
    rivals = [rival.row for rival in two.rivals]
    token = f"settle-{two.stands.row}-{max(rivals)}-{forms.digest(value)}"  # another choice is another act
    commands.settle_entry(
        data.engine(), person, token=token, today=today, meeting_id=ids[0], patient_id=ids[1], field=two.field,
        value=value, rivals=rivals, seen=two.stands.row,
    )  # fmt: skip


def label(field: str) -> str:
    """Name a field as its form does.

    >>> label("discussed"), label("rec2.owner")
    ('Discussed', 'Owner, recommendation 2')
    """
    if "." not in field:
        return field.capitalize()
    number, part = field.removeprefix("rec").split(".")
    return PARTS[part] if number == "1" else f"{PARTS[part]}, recommendation {number}"


def kind_choices() -> list[tuple[str, str]]:
    """Give the kinds of recommendation: what is kept, and the words of its button."""
    return [(str(kind), str(kind).capitalize()) for kind in RecommendationKind]


def at_time(moment: datetime | None) -> str:
    """Write a moment as the clinic's clock showed it, with seconds; "" for none."""
    return "" if moment is None else f"{moment.astimezone(clock.zone(data.zone())):%H:%M:%S}"
