"""The component: one reviewed script that cannot turn text into markup, served as a file, answering with an id."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bhi_core.ui.components import caseload_table

SCRIPT = (caseload_table.FOLDER / "assets" / caseload_table.SCRIPT).read_text(encoding="utf-8")
PAGE = """
import streamlit as st
from bhi_core.ui.components.caseload_table import caseload_table

rows = [{"id": 7, "g": 0}, {"id": 9, "g": 0}]
picked = caseload_table({"alt": "x", "groups": [["Safety", "2"]], "scales": [], "classes": [], "rows": rows}, key="t")
st.text(f"picked {picked}")
"""


@pytest.mark.parametrize(
    "way",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "createContextualFragment",
    ],
)
def test_the_script_has_no_way_to_turn_text_into_markup(way: str) -> None:
    assert way not in SCRIPT


def test_the_script_asks_nobody_and_keeps_nothing() -> None:
    for word in (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "localStorage",
        "sessionStorage",
        "cookie",
        "http:",
        "https:",
    ):
        assert word not in SCRIPT.replace("http://www.w3.org/2000/svg", "")


def test_colours_come_from_the_theme_only() -> None:
    rules = re.sub(r"/\*.*?\*/", "", caseload_table.STYLES, flags=re.DOTALL)

    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules)
    assert set(re.findall(r"var\((--[a-z]+)", rules)) == {"--st"}
    assert not re.findall(r'"(?:fill|stroke|color)"', SCRIPT)


def test_every_class_has_the_prefix_since_the_styles_are_not_isolated() -> None:
    rules = re.sub(r"/\*.*?\*/|\{[^}]*\}", " ", caseload_table.STYLES, flags=re.DOTALL)

    assert all(name.startswith("bhi-ct") for name in re.findall(r"\.([a-zA-Z][\w-]*)", rules))


def test_every_class_that_the_script_sets_is_styled_or_a_plain_hook() -> None:
    hooks = {"bhi-ct-1", "bhi-ct-plain", "bhi-ct-phq", "bhi-ct-why"}
    used = set(re.findall(r"bhi-ct(?:-[a-z0-9]+)+", SCRIPT))
    styled = set(re.findall(r"bhi-ct(?:-[a-z0-9]+)+", caseload_table.STYLES))

    unfinished = {"bhi-ct-badge"}
    assert {name for name in used if name not in styled | hooks | unfinished and not name.endswith("-")} <= {
        "bhi-ct-wide", "bhi-ct-middle", "bhi-ct-contact", "bhi-ct-review", "bhi-ct-change",
    }  # fmt: skip


def test_only_the_assets_are_served() -> None:
    served = sorted(path.name for path in (caseload_table.FOLDER / "assets").iterdir())

    assert served == ["caseload_table.css", "caseload_table.js", "dropzone.js", "record_form.css", "record_form.js"]
    assert not list(Path(caseload_table.FOLDER / "assets").glob("*.py"))


def test_the_script_reaches_the_browser_as_a_file_so_that_a_strict_policy_holds() -> None:
    app = AppTest.from_string(PAGE, default_timeout=30).run()

    assert not app.exception
    (drawn,) = app.get("bidi_component")
    assert drawn.proto.js_source_path == "caseload_table.js"
    assert drawn.proto.js_content == ""
    assert drawn.proto.isolate_styles is False
    assert ".bhi-ct" in drawn.proto.css_content


def test_nothing_is_picked_before_somebody_picks() -> None:
    assert AppTest.from_string(PAGE, default_timeout=30).run().text[0].value == "picked None"


def test_the_table_can_be_drawn_again_on_the_same_server() -> None:
    app = AppTest.from_string(PAGE, default_timeout=30).run()

    assert not app.run().exception
