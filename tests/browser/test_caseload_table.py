"""The caseload table in a real browser: keyboard, pointer, widths, drawing in steps, accessibility, both themes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serving

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
EVIL = '<img src=x onerror="document.title=1">, <b>Ann</b>'
APP = f"""
import streamlit as st
from bhi_core.ui import look
from bhi_core.ui.components.caseload_table import caseload_table
from bhi_core.ui.marks import class_table

st.set_page_config(page_title="Table", layout="wide")
look.style()
look.skip_to_table()
look.headline("90 patients")
turned = st.toggle("Turn round", key="turned")
measure = {{"i": 0, "f": "19", "l": "17", "a": "6 d old", "o": 0, "c": "−2 (11 %)", "k": 4, "h": 9.5,
           "s": [0, 19, 1, 30, 18, 0, 160, 17, 2]}}
rows = [
    {{"id": number, "g": 0, "n": {EVIL!r} if number == 3 else f"Test, Pat {{number}}", "m": "0001 · A. Novak",
     "w": 24, "d": 168, "b": number % 4, "y": ["Item 9", "more"], "c": ["due 2 Dec", "", "last 18 Nov"],
     "r": ["17 Oct", "late", "5 wk ago"], "p": measure, "a": dict(measure, i=1) if number % 3 else None}}
    for number in range(1, 91)
]
data = {{
    "alt": "90 patients", "groups": [["Safety", "90 · assess today"]], "classes": class_table(),
    "scales": [["PHQ-9", 0, 27, 10, 1], ["GAD-7", 0, 21, 10, 1]], "rows": rows[::-1] if turned else rows,
}}
picked = caseload_table(data, key="table")
st.text(f"picked {{picked}}")
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a page with a table of 90 patients, with the application's own settings."""
    folder = tmp_path_factory.mktemp("table")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    with serving(None, folder, "app.py") as running:
        yield running


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """Give the page, wide and light, with the table drawn."""
    opened = chromium.new_page(viewport={"width": 1440, "height": 900})
    opened.goto(address)
    opened.wait_for_selector("tr.bhi-ct-row", timeout=60_000)
    yield opened
    opened.close()


def focused(page: Page) -> Any:
    """Give the place of the row that has the focus, None when it is not in the table."""
    return page.evaluate("document.activeElement.closest('tr')?.dataset.at ?? null")


def start(page: Page) -> None:
    """Put the focus on the first row."""
    page.locator("a.bhi-ct-name").first.focus()


def test_the_table_is_one_stop_of_the_keyboard(page: Page) -> None:
    page.locator("label", has_text="Turn round").locator("input").focus()

    page.keyboard.press("Tab")
    first = focused(page)
    page.keyboard.press("Tab")

    assert first == "0"
    assert focused(page) is None


def test_a_link_before_the_filters_leads_to_the_table(page: Page) -> None:
    page.get_by_role("link", name="Skip to the table").focus()

    page.keyboard.press("Enter")

    expect(page.locator("a.bhi-ct-name").first).to_be_focused()


def test_keys_move_by_rows_pages_and_to_the_ends(page: Page) -> None:
    start(page)
    places = []

    for key in ("ArrowDown", "j", "k", "ArrowUp", "ArrowUp", "PageDown", "PageUp", "End", "Home"):
        page.keyboard.press(key)
        places.append(focused(page))

    assert places == ["1", "2", "1", "0", "0", "10", "0", "89", "0"]


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_enter_and_space_open_the_patient_of_the_row(page: Page, key: str) -> None:
    start(page)
    page.keyboard.press("ArrowDown")

    page.keyboard.press(key)

    expect(page.get_by_text("picked 2", exact=True)).to_be_visible()


def test_a_click_anywhere_in_the_row_opens_the_patient(page: Page) -> None:
    page.locator("td.bhi-ct-why").nth(4).click()

    expect(page.get_by_text("picked 5", exact=True)).to_be_visible()


def test_ctrl_and_click_open_a_new_tab_and_leave_this_page(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.locator("a.bhi-ct-name").nth(1).click(modifiers=["Control"])

    assert opened.value.url.endswith("/patient?id=2")
    expect(page.get_by_text("picked None", exact=True)).to_be_visible()


def test_after_the_rows_moved_the_focus_is_on_the_same_patient(page: Page) -> None:
    start(page)
    page.keyboard.press("j")
    page.evaluate("document.querySelector('[data-testid=stCheckbox] input').click()")

    expect(page.locator("a.bhi-ct-name").first).to_have_text("Test, Pat 90")
    expect(page.locator("a.bhi-ct-name", has_text="Pat 2").last).to_be_focused()
    assert focused(page) == "88"


def test_60_rows_are_drawn_and_the_others_when_the_end_comes_near(page: Page) -> None:
    drawn = page.locator("tr.bhi-ct-row").count()
    page.mouse.move(700, 600)
    page.mouse.wheel(0, 2500)

    assert drawn == 60
    expect(page.locator("tr.bhi-ct-row")).to_have_count(90)


def test_the_head_stays_under_the_bar(page: Page) -> None:
    page.mouse.move(700, 600)
    page.mouse.wheel(0, 1500)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 500")

    assert page.evaluate("document.querySelector('.bhi-ct thead').getBoundingClientRect().top") == 56.25


@pytest.mark.parametrize(("width", "name", "heads"), [(1440, "wide", 14), (1200, "middle", 11), (900, "narrow", 11)])
def test_the_columns_follow_the_width(page: Page, width: int, name: str, heads: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    expect(page.locator("table.bhi-ct")).to_have_class(f"bhi-ct bhi-ct-{name}")
    assert page.locator(".bhi-ct thead th").count() == heads
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_name_is_text_and_never_markup(page: Page) -> None:
    expect(page.locator("a.bhi-ct-name").nth(2)).to_have_text(EVIL)

    assert page.locator(".bhi-ct img, .bhi-ct a b").count() == 0
    assert page.title() == "Table"


def test_the_line_of_a_course_is_broken_over_90_days_and_ends_in_its_diamond(page: Page) -> None:
    course = page.locator("svg.bhi-ct-phq").first

    assert (course.locator(".bhi-ct-line").get_attribute("d") or "").count("M") == 2
    assert course.locator(".bhi-ct-high").count() == 1 and course.locator(".bhi-ct-low").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 900])
def test_axe_finds_nothing(chromium: Browser, address: str, scheme: Any, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("tr.bhi-ct-row", timeout=60_000)

    found = Axe().run(page).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    page.close()
