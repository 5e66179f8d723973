"""Names the field for a file to a screen reader: Streamlit gives it a label, and then a role that hides it."""

import streamlit as st

from bhi_core.ui.components.caseload_table import declare

NAME = "bhi_core.dropzone"


def name_the_field() -> None:
    """Give every field for a file on the page the role of a group, as long as the page is shown."""
    declare()
    st.components.v2.component(NAME, js="dropzone.js", isolate_styles=False)(key="dropzone", height=1)
