"""The caseload table on the screen: mounts the one script of this application and hears which patient was picked.

The script is served as a file from this server, because a component whose script is given as text is loaded from a
``blob:`` address, which ``script-src 'self'`` refuses. Streamlit serves files only for components that an installed
package declares; this application is not installed, so the same declaration is made here, in code. Only ``assets/`` is
served. The styles are given as text: they then arrive with the table, which is never seen without them.
"""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from bhi_core.ui.tables import Sent, sent

FOLDER = Path(__file__).resolve().parent
SCRIPT = "caseload_table.js"
STYLES = (FOLDER / "assets" / "caseload_table.css").read_text(encoding="utf-8")
NAME = "bhi_core.caseload_table"
_DECLARED = ComponentManifest(
    name="bhi_core",
    version="1",
    components=[
        ComponentConfig(name=name, asset_dir="assets") for name in ("caseload_table", "dropzone", "record_form")
    ],
)


def caseload_table(data: Sent | dict[str, Any], key: str) -> int | None:
    """Draw the table and return the patient that was picked in this run.

    Args:
        data: a view of the rows (``tables.Rows.view``), or what ``tables.caseload_data`` returns. It crosses as bytes,
            which Streamlit passes on without looking into them.
        key: the widget's key; keep it the same while filters change, so that the place in the table is kept.

    Returns:
        The patient id that was clicked or chosen by keyboard, or None. It was looked up among the rows of ``data``; the
        page that opens it asks again whether the person may see it.
    """
    declare()
    view = data if isinstance(data, Sent) else sent(data)
    mount = st.components.v2.component(NAME, css=STYLES, js=SCRIPT, isolate_styles=False)
    picked = mount(key=key, data=view.text, height="content", on_open_change=_heard).get("open")
    return picked if isinstance(picked, int) and picked in view.patient_ids else None


def declare() -> None:
    """Tell the server which files it may serve: once a server; each AppTest is a server of its own."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(NAME) is None:
        manager.register_from_manifest(_DECLARED, FOLDER)


def _heard() -> None:
    """Do nothing: Streamlit only reports a trigger that has somebody listening; the page acts on the result."""
