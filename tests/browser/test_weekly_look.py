"""The Monday look: read the sentence, open a patient, go on in the order of the meeting, come back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bhi_core.domain.actor import local_person
from bhi_core.store import commands
from bhi_core.store.engine import connect_engine
from tests.browser.conftest import TODAY, settled

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def names(page: Page) -> list[str]:
    """Give the names in the table, from above."""
    page.locator("table tbody a").first.wait_for()
    return page.locator("table tbody a").all_inner_texts()


def test_a_name_opens_the_patient_and_arrows_go_on_in_the_order_of_the_meeting(
    clinic_address: str, visit: Visit
) -> None:
    page = visit(clinic_address)
    expect(page.locator("h1")).to_contain_text("active patients need the team this week")
    order = names(page)

    page.locator("table tbody a").first.click()
    expect(page.locator("h1", has_text=order[0])).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1", has_text=order[1])).to_be_visible()
    settled(page)
    page.keyboard.press("ArrowLeft")

    expect(page.locator("h1", has_text=order[0])).to_be_visible()
    assert "patient?id=" in page.url and order[0].split(",")[0] not in page.url


def test_the_way_back_keeps_what_the_caseload_was_narrowed_to(clinic_address: str, visit: Visit) -> None:
    page = visit(f"{clinic_address}?caseload_show=Overdue")
    order = names(page)
    page.locator("table tbody a").first.click()
    expect(page.locator("h1", has_text=order[0])).to_be_visible()

    page.get_by_role("link", name="Caseload", exact=True).last.click()

    page.wait_for_url("**caseload_show=Overdue**")
    assert names(page) == order


def test_a_link_to_a_patient_can_be_shared(clinic_address: str, visit: Visit) -> None:
    first = visit(clinic_address)
    name = names(first)[0]
    link = first.locator("table tbody a").first.get_attribute("href") or ""

    page = visit(clinic_address + link.lstrip("/"))

    expect(page.locator("h1", has_text=name)).to_be_visible()


def test_a_pick_made_after_the_rows_moved_opens_the_person_that_was_picked(
    clinic_address: str, clinic_file: Path, visit: Visit
) -> None:
    page = visit(f"{clinic_address}?caseload_show=All")
    listed = names(page)
    link = page.locator("table tbody a").last
    name, patient_id = link.inner_text(), int((link.get_attribute("href") or "").split("id=")[1])
    engine = connect_engine(f"sqlite:///{clinic_file}")
    commands.record_score(
        engine, local_person("D. Reyes"), token="moves", today=TODAY, patient_id=patient_id, instrument="phq9",
        taken_on=TODAY, items=[2, 2, 2, 2, 2, 2, 2, 2, 3],
    )  # fmt: skip
    engine.dispose()

    link.click()

    expect(page.locator("h1", has_text=name)).to_be_visible()
    fresh = visit(f"{clinic_address}?caseload_show=All")
    assert name in names(fresh)[:10] and name not in listed[:10], "the other session sees the new flag at once"


def test_what_is_downloaded_are_the_rows_shown(clinic_address: str, visit: Visit) -> None:
    page = visit(clinic_address)
    order = names(page)

    with page.expect_download() as taken:
        page.get_by_role("button", name="Download CSV").click()

    lines = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(order) + 1
    assert order[0] in lines[1]


def test_the_table_is_reached_and_used_by_keyboard_alone(clinic_address: str, visit: Visit) -> None:
    page = visit(clinic_address)
    order = names(page)
    page.locator("table").first.wait_for()

    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('table') !== null"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("h1", has_text=order[1])).to_be_visible()
