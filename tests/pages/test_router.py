"""Every page asks for its right itself, is reached through the router, and never shows a trace."""

import ast
import logging
from pathlib import Path
from tempfile import gettempdir

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.ui import caseload_parts, frame
from tests.pages.conftest import ROOT, Open
from tests.pages.test_caseload import all_text

PAGES = sorted((ROOT / "pages").rglob("*.py"))
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def test_page_files_stand_in_sub_folders_only_since_the_others_run_without_the_router() -> None:
    assert PAGES and not list((ROOT / "pages").glob("*.py"))


def test_every_page_file_is_registered_and_every_registered_page_exists() -> None:
    registered = sorted(path for entries in frame.SECTIONS.values() for path, _ in entries)

    assert registered == NAMES


@pytest.mark.parametrize("page", NAMES)
def test_asking_for_the_right_is_the_first_thing_that_a_page_does(page: str) -> None:
    tree = ast.parse((ROOT / page).read_text(encoding="utf-8"))
    body = [part for part in tree.body if not isinstance(part, ast.Import | ast.ImportFrom)]

    assert isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant), "a docstring"
    assert "access.require(" in ast.unparse(body[1])


@pytest.mark.parametrize("page", NAMES)
def test_a_page_run_without_the_router_refuses_all_the_same(page: str, clinic: Engine, without_rights: None) -> None:
    app = AppTest.from_file(str(ROOT / page), default_timeout=60)
    app.query_params["id"] = "1"
    app.run()

    assert not app.exception
    assert "You may not" in all_text(app)
    assert "Ash" not in all_text(app)


@pytest.mark.parametrize("page", NAMES)
def test_no_page_lets_data_be_read_as_html(page: str) -> None:
    source = (ROOT / page).read_text(encoding="utf-8")

    assert "unsafe_allow_html" not in source and "st.html" not in source


def test_a_page_that_fails_says_so_in_a_sentence_and_leaves_no_value_in_the_log(
    clinic: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("Ash, Kit PHQ-9 14")

    monkeypatch.setattr(caseload_parts, "answer", fail)

    with caplog.at_level(logging.DEBUG):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()

    assert app.error[0].value.startswith("This page could not be shown. Nothing was lost. Reference ")
    assert not app.exception
    assert "Ash" not in caplog.text and "14" not in caplog.text.split("reference")[-1].split(" at ")[0]


def test_the_demo_says_on_every_page_that_it_is_one(
    demo_clinic: Engine, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bhi_core.ui import data

    monkeypatch.setattr(data, "is_demo", lambda: True)

    for page in NAMES:
        assert "Demo clinic" in all_text(open_page(page)), page


def test_no_source_file_names_a_path_of_a_machine() -> None:
    for source in [*(ROOT / "bhi_core").rglob("*.py"), *PAGES]:
        assert gettempdir() not in source.read_text(encoding="utf-8"), Path(source).name
