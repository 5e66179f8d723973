"""An open flag stands on top until somebody acknowledges it with a name, a date and an outcome."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.browser.test_weekly_look import names

pytestmark = pytest.mark.browser


def test_acknowledging_needs_an_outcome_and_takes_the_patient_off_the_top(
    clinic_address: str, visit: Callable[..., Page]
) -> None:
    page = visit(f"{clinic_address}?caseload_level=safety")
    before = names(page)
    page.locator("table tbody a").first.click()
    expect(page.get_by_text("Open safety flag.", exact=False).first).to_be_visible()
    page.wait_for_url("**patient?id=**")
    expect(page.get_by_text("988", exact=False).first).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    dialog = page.get_by_role("dialog")
    save = dialog.get_by_role("button", name="Save acknowledgement")

    save.click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Acknowledged by").click()
    page.get_by_role("option").first.click()
    dialog.get_by_label("Outcome").click()
    page.get_by_role("option").first.click()
    save.click()

    expect(page.get_by_text("Open safety flag.", exact=False)).to_have_count(0)
    again = visit(f"{clinic_address}?caseload_level=safety")
    assert names(again) == before[1:]
