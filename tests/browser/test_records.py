"""Entering one questionnaire by keyboard alone, and bringing in a spreadsheet of one's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, settled
from tests.browser.test_weekly_look import names

pytestmark = pytest.mark.browser

CASES = ROOT.parent / "shared/data/intake"
Visit = Callable[..., Page]


def bring_in(page: Page, file: Path) -> None:
    """Hand the file over and confirm what each line will become."""
    page.locator("input[type=file]").set_input_files(file)
    button = page.get_by_role("button", name="Bring in ", exact=False).last
    expect(button).to_contain_text("score")
    settled(page)
    button.click()


def test_a_phq9_is_entered_with_digits_and_tab_and_shows_its_total_as_it_grows(
    clinic_address: str, visit: Visit
) -> None:
    link = visit(clinic_address).locator("table tbody a").last.get_attribute("href") or ""
    page = visit(f"{clinic_address}screening?{link.split('?')[1]}")
    fields = page.locator('[class*="st-key-screening_item"] input, [class*="st-key-screening_answer"] input')
    expect(fields.first).to_be_visible()
    fields.first.focus()

    for digit in "121212100":
        page.keyboard.press(digit)
        page.keyboard.press("Tab")
        settled(page)
    expect(page.get_by_text("PHQ-9 10", exact=False).first).to_be_visible()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()


def test_a_first_time_user_brings_in_two_spreadsheets_and_sees_who_needs_the_team(
    empty_address: str, visit: Visit
) -> None:
    page = visit(empty_address)
    page.get_by_role("button", name="Bring in a file").click()
    bring_in(page, CASES / "d01-caseload-first-and-last/caseload_report.csv")
    expect(page.get_by_text("Of 6 lines", exact=False).first).to_be_visible()
    settled(page)

    again = visit(f"{empty_address}upload")
    bring_in_unknown(again, CASES / "d07-xlsx-typical/scores.xlsx")
    expect(again.get_by_text("Of 5 lines", exact=False).first).to_be_visible()

    caseload = visit(f"{empty_address}?caseload_show=All")
    expect(caseload.locator("h1")).to_contain_text("active patients")
    assert len(names(caseload)) == 8


def bring_in_unknown(page: Page, file: Path) -> None:
    """Hand over a file with patients whom the registry does not know, and ask to make them."""
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Make patients whom the registry does not know").click()
    button = page.get_by_role("button", name="Bring in 8 scores")
    expect(button).to_be_visible()
    settled(page)
    button.click()
