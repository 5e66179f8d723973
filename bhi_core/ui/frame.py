"""What stands around every page: the list of pages, the demo's banner, who is there."""

import logging
import traceback
import uuid
from pathlib import Path
from typing import Any

import streamlit as st

from bhi_core import clock, settings
from bhi_core.errors import Refused
from bhi_core.ui import access, data, look

log = logging.getLogger("bhi_core")

SECTIONS: dict[str, list[tuple[str, str]]] = {
    "Care": [
        ("pages/care/caseload.py", "Caseload"),
        ("pages/care/my_day.py", "My day"),
        ("pages/care/review.py", "Review"),
        ("pages/care/patient.py", "Patient"),
        ("pages/care/summary.py", "Caseload summary"),
    ],
    "Quality": [
        ("pages/quality/process.py", "From flag to adjusted treatment"),
    ],
    "Records": [
        ("pages/records/screening.py", "Enter a score"),
        ("pages/records/contact.py", "Record care"),
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
        section: [st.Page(path, title=title, default=path == LANDING) for path, title in entries]
        for section, entries in SECTIONS.items()
    }


def banner() -> None:
    """Say on every page that this is a demo, and who signs what is recorded."""
    look.style()
    demo = data.is_demo()
    names = data.staff_names()
    with st.container(horizontal=True, vertical_alignment="center", key="frame_banner"):
        if demo:
            look.fact_line("Demo clinic: everybody here is invented")
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


def run(page: Any) -> None:
    """Run a page; when it fails, say so in a sentence with a reference that finds the failure in the log."""
    try:
        page.run()
    except Refused as refusal:
        st.warning(look.literal(str(refusal)))
    except Exception as failure:  # noqa: BLE001  the last line of defence: no trace and no value of a patient on a screen
        reference = uuid.uuid4().hex[:4].upper()
        frames = traceback.extract_tb(failure.__traceback__)
        where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames[-6:]))
        log.error("reference %s: %s at %s", reference, type(failure).__name__, where)
        at = clock.now().astimezone(clock.zone(settings.DEFAULT_ZONE))
        st.error(f"This page could not be shown. Nothing was lost. Reference {reference}, {at:%H:%M}.")
