"""What stands around every page: the list of pages, the demo's banner, who is there."""

from typing import Any

import streamlit as st

from bhi_core import settings

from bhi_core.ui import access, data, look

SECTIONS: dict[str, list[tuple[str, str]]] = {
    "Care": [
        ("pages/care/caseload.py", "Caseload"),
        ("pages/care/patient.py", "Patient"),
        ("pages/care/summary.py", "Caseload summary"),
    ],
    "Records": [
        ("pages/records/screening.py", "Enter a score"),
        ("pages/records/upload.py", "Bring in a file"),
    ],
    "This clinic": [
        ("pages/practice/crisis.py", "Crisis lines"),
        ("pages/admin/rules.py", "Rules and sources"),
    ],
}
"""Section -> (page file, title). Daily work first: a top bar hides pages one click deep."""

LANDING = "pages/care/caseload.py"


def pages() -> dict[str, list[Any]]:
    """Give the pages by section, for ``st.navigation``; all are registered, each asks for its right itself."""
    return {
        section: [st.Page(path, title=title, default=path == LANDING) for path, title in entries if (settings.ROOT / path).exists()]
        for section, entries in SECTIONS.items()
    }


def banner() -> None:
    """Say on every page that this is a demo, and who signs what is recorded."""
    look.style()
    demo = data.is_demo()
    names = data.staff_names()
    with st.container(horizontal=True, vertical_alignment="center", key="frame_banner"):
        if demo:
            look.fact_line("Demo clinic: every person here is invented. Nothing recorded here is kept for care.")
        if names:
            st.selectbox(
                "Signing as",
                names,
                index=None,
                key=access.NAME_KEY,
                placeholder="Signing as: pick your name",
                label_visibility="collapsed",
                width=230,
                persist_state="session",
            )
