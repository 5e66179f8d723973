"""Who is there, and what they may do; asked first by every page, fragment, dialog and command."""

import streamlit as st

from bhi_core.domain.actor import Actor, local_person
from bhi_core.errors import NotAllowed

NAME_KEY = "access_name"


def actor() -> Actor:
    """Give the person in this session: until sign-in exists, one local person with every right.

    The name is the one picked from Staff in this session; it signs entries, corrections and acknowledgements.
    """
    return local_person(str(st.session_state.get(NAME_KEY) or ""))


def require(right: str) -> Actor:
    """Let the page go on only for a person with the right; say so and stop otherwise.

    Args:
        right: a key of ``domain.actor.RIGHTS``.

    Returns:
        Who is there.
    """
    person = actor()
    try:
        person.require(right)
    except NotAllowed as refusal:
        st.warning(str(refusal))
        st.stop()
    return person
