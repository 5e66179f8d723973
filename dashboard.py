"""The router: page settings and navigation; no clinical content."""

import gc

import streamlit as st

from bhi_core.ui import frame

st.set_page_config(page_title="Caseload", layout="wide")


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Take what was imported for the first page out of every later garbage collection (docs/PERFORMANCE.md)."""
    gc.collect()
    gc.freeze()


page = st.navigation(frame.pages(), position="top")
frame.banner()
try:
    frame.run(page)
finally:  # after the first page has been sent: nobody waits for it
    _settle()
