"""The fields of a meeting's record: saved while they are typed, shared with whoever else is in the meeting.

What is typed is a *state* of the component, not an event: when a run of the script is stopped before it could save, the
next one finds the same state and saves it. Each sending carries ``mount`` (one opening of the form in one browser) and
``seq`` (its number), which make the command's token, so that the same sending is never kept twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from bhi_core.ui.components.caseload_table import FOLDER, declare

NAME = "bhi_core.record_form"
SCRIPT = "record_form.js"
STYLES = (FOLDER / "assets" / "record_form.css").read_text(encoding="utf-8")
MOST_FIELDS = 200
"""More fields than this are no form of ours."""
LONGEST_MOUNT = 60


@dataclass(frozen=True)
class Written:
    """One field as it was typed.

    Attributes:
        field: its name: "discussed", "rec1.kind", "rec1.words", "rec1.owner", "rec1.due" ...
        text: what stands in it now.
        row: the row that it was typed upon, None when there was none.
        sent: texts of this form that were sent upon the same row and not yet answered.
    """

    field: str
    text: str
    row: int | None
    sent: tuple[str, ...]


@dataclass(frozen=True)
class Typed:
    """One sending of the form.

    Attributes:
        mount, seq: which opening of the form, and the number of the sending within it.
        meeting, patient: whose record it is.
        fields: the fields that waited to be saved.
    """

    mount: str
    seq: int
    meeting: int
    patient: int
    fields: tuple[Written, ...]

    def token(self, field: str) -> str:
        """Name the saving of a field in this sending."""
        return f"{self.mount}-{self.seq}-{field}"


def record_form(data: dict[str, Any], key: str) -> Typed | None:
    """Draw the form.

    Args:
        data: meeting, patient (ids); fields (name -> text and row as kept); rivals (fields with two texts to choose
            from); kinds, owners, dues (pairs of value and words); people (names); saved (the moment of the newest kept
            row, in words, "" for none); also (who else writes here, in words); heard (mount and seq of the last sending
            that was dealt with); refused (field -> sentence).
        key: the widget's key: one for each meeting and patient.

    Returns:
        The last sending, None before the first.
    """
    declare()
    mount = st.components.v2.component(NAME, css=STYLES, js=SCRIPT, isolate_styles=False)
    return read(mount(key=key, data=data, height="content", on_typed_change=_heard).get("typed"))


def waiting(key: str) -> Typed | None:
    """Give the last sending of a form before it is drawn in this run."""
    state = st.session_state.get(key)
    return read(state.get("typed")) if isinstance(state, Mapping) else None


def read(sent: Any) -> Typed | None:
    """Check what the browser sent; None for what is no sending of a form."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("fields"), Mapping):
        return None
    mount, numbers = sent.get("mount"), [_whole(sent.get(name)) for name in ("seq", "meeting", "patient")]
    if not isinstance(mount, str) or not 0 < len(mount) <= LONGEST_MOUNT or None in numbers:
        return None
    fields = [_written(str(name), value) for name, value in list(sent["fields"].items())[:MOST_FIELDS]]
    seq, meeting, patient = (one for one in numbers if one is not None)
    return Typed(mount, seq, meeting, patient, tuple(field for field in fields if field is not None))


def _written(name: str, value: Any) -> Written | None:
    if not isinstance(value, Mapping) or not isinstance(value.get("text"), str):
        return None
    row, sent = value.get("row"), value.get("sent")
    texts = tuple(text for text in sent if isinstance(text, str)) if isinstance(sent, list) else ()
    return Written(name, value["text"], _whole(row), texts)


def _whole(value: Any) -> int | None:
    """Give a whole number; the browser has only one kind of number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and float(value).is_integer() else None


def _heard() -> None:
    """Do nothing: Streamlit only keeps a state that has somebody listening; the page acts on it."""
