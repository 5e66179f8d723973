"""One sheet of care to fill in: the keys of its fields, the act of keeping it, and what is said afterwards.

Every field of a sheet carries its token in the key, and so does the act: a second click on Save finds the act done, and
a kept sheet gets a new token and with it empty fields. What stands in them survives a visit to another page.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import streamlit as st

from bhi_core import clock
from bhi_core.domain.actor import Actor
from bhi_core.errors import Refused
from bhi_core.ui import data, forms, look
from bhi_core.ui.subject import Subject

TOKENS = "care_tokens"
SAVED = "care_saved"


@dataclass(frozen=True)
class Slip:
    """A sheet being filled in.

    Attributes:
        who: whose care it is about.
        name: names the sheet among those of this patient, for example ``"contact"``.
        person: who records.
        today: the date of care.
    """

    who: Subject
    name: str
    person: Actor
    today: date

    @property
    def slot(self) -> str:
        """Name the sheet among all of this session."""
        return f"{self.who.patient_id}/{self.name}"

    @property
    def token(self) -> str:
        """Give what names this sheet in the keys of its fields and, with its content, the act of keeping it."""
        tokens: dict[str, str] = st.session_state.setdefault(TOKENS, {})
        return tokens.setdefault(self.slot, uuid.uuid4().hex)

    def key(self, what: str) -> str:
        """Give the key of a field of this sheet."""
        return f"care_{self.name}_{what}_{self.token}"

    def another(self, name: str) -> "Slip":
        """Give another sheet of the same patient."""
        return Slip(self.who, name, self.person, self.today)

    def empty(self) -> None:
        """Begin anew with fresh fields."""
        st.session_state.get(TOKENS, {}).pop(self.slot, None)


def keep(
    slip: Slip, label: str, given: object, work: Callable[[str], str], *, main: bool = True, note_on: Slip | None = None
) -> None:
    """Offer to keep what stands in the sheet; say why when it is refused, with everything typed still there.

    Args:
        slip: the sheet.
        label: what the button says.
        given: all that stands in the sheet; the same content again is the same act, other content another one.
        work: keeps it by its commands, with the token it is given, and says in a sentence what was kept. Nothing of
            Streamlit may be touched in it, so that no click cuts it in two.
        main: whether it is the main act of the screen, with Ctrl+Enter.
        note_on: the sheet under whose button it is said that this was kept, where this sheet goes by being kept.
    """
    pressed = st.button(
        label,
        key=slip.key("save"),
        type="primary" if main else "secondary",
        shortcut="Ctrl+Enter" if main else None,
    )
    if main and not slip.person.name and data.staff_names():
        look.fact_line("This will carry no name: pick yours at the top.", late=True)
    if not pressed:
        _note(slip)
        return
    try:
        said = work(f"{slip.token}-{forms.digest(given)}")
    except Refused as refusal:
        with look.alert(f"care_refused_{slip.name}", "red"):
            st.markdown(look.literal(str(refusal)))
        return
    _done(slip, said, note_on or slip)
    st.rerun()


def _note(slip: Slip) -> None:
    """Say under the button what was kept last with this sheet, and when."""
    note = st.session_state.get(SAVED)
    if not note or note["slot"] != slip.slot:
        return
    with look.alert(f"care_saved_{slip.name}", "green"):
        st.markdown(f"**{look.literal(note['text'])}**")


def _done(slip: Slip, said: str, note_on: Slip) -> None:
    """Note what was kept, for the next run to say, and give the next sheet fresh fields."""
    at = clock.now().astimezone(clock.zone(data.zone()))
    st.session_state[SAVED] = {"slot": note_on.slot, "text": f"Saved {at:%H:%M:%S}: {said}"}
    slip.empty()
