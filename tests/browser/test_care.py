"""Recording a contact and a change of treatment between meetings by keyboard alone, from the day of a care manager."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bhi_core.domain.actor import local_person
from bhi_core.store import commands
from bhi_core.store.engine import connect_engine, reading
from bhi_core.store.queries.versions import record_versions
from bhi_core.store.tables import OF_MEETINGS, RECORDS
from tests.browser.conftest import TODAY, settled

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PERSON = local_person("D. Reyes")


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the element with the label has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; const group = e.closest('[role=radiogroup]')?.ariaLabel;"
            " return [e.ariaLabel, group, e.tagName === 'MAIN' ? '' : e.closest('label')?.innerText].join(' ') }"
        )
        if label in focused:
            return
    raise AssertionError(f"Tab never reached {label}")


def choose(page: Page, group: str, word: str) -> None:
    """Go to a list of words by Tab and to a word by arrows; Space picks it."""
    tab_to(page, group)
    for _ in range(12):
        if page.evaluate("() => document.activeElement.innerText.trim()") == word:
            page.keyboard.press("Space")
            settled(page)
            return
        page.keyboard.press("ArrowRight")
        settled(page)
    raise AssertionError(f"The arrows never reached {word}")


def write(page: Page, label: str, text: str) -> None:
    """Go to a field by Tab and type into it."""
    tab_to(page, label)
    page.keyboard.type(text)
    settled(page)


@pytest.fixture(scope="module")
def advised(clinic_file: Path) -> int:
    """Give a new patient on sertraline with an open recommendation to raise the dose; the patient's id."""
    engine = connect_engine(f"sqlite:///{clinic_file}")
    day = TODAY - timedelta(days=21)
    patient_id = commands.add_patient(
        engine, PERSON, token="p", today=TODAY, mrn="00990001", last_name="Keyboard", first_name="Kim"
    ).record_id
    assert patient_id is not None
    commands.enrol(
        engine, PERSON, token="e", today=TODAY, patient_id=patient_id, enrolled_on=day, care_manager="D. Reyes",
        follow_up_weeks=2,
    )  # fmt: skip
    commands.record_treatment(
        engine, PERSON, token="t", today=TODAY, patient_id=patient_id, date=day, change="start",
        treatment="Sertraline", dose="50 mg",
    )  # fmt: skip
    commands.record_review(
        engine, PERSON, token="r", today=TODAY, patient_id=patient_id, date=day + timedelta(days=7),
        consultant="Dr Osei", category="raise dose", recommendation="Sertraline to 100 mg", owner="D. Reyes", due=TODAY,
    )  # fmt: skip
    engine.dispose()
    return patient_id


def test_a_contact_and_the_change_that_enacts_a_recommendation_are_recorded_by_keyboard_alone(
    advised: int, clinic_file: Path, clinic_address: str, visit: Visit
) -> None:
    page = visit(f"{clinic_address}my_day?who=D.+Reyes")
    expect(page.locator("h1")).to_contain_text("D. Reyes's")
    line = page.locator(f'[class*="st-key-day_line_contact_{advised}_"]')
    expect(line).to_contain_text("Contact was due")
    line.get_by_role("link", name="Record contact").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Record care for Keyboard, Kim")
    settled(page)

    choose(page, "What kind of contact?", "Follow-up")
    choose(page, "How?", "Video")
    choose(page, "Was the patient reached?", "Yes")
    write(page, "Minutes", "25")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("follow-up by video, reached, 25 min", exact=False).first).to_be_visible()
    expect(page.locator('[class*="st-key-alert_green_care_saved"]')).to_contain_text("Saved")

    page.goto(f"{clinic_address}contact?id={advised}&care_what=Treatment")
    settled(page)
    choose(page, "What changed?", "Dose up")
    choose(page, "Which one?", "Sertraline")
    write(page, "Dose now", "100 mg")
    tab_to(page, "Enacts the recommendation of")
    page.keyboard.press("Space")
    settled(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator('[class*="st-key-alert_green_care_saved"]')).to_contain_text("marked as enacted")

    engine = connect_engine(f"sqlite:///{clinic_file}")
    with reading(engine) as connection:
        contact = record_versions(connection, RECORDS["contacts"], advised).iloc[0]
        change = record_versions(connection, RECORDS["treatments"], advised).iloc[0]
        step = record_versions(connection, OF_MEETINGS["steps"], advised).iloc[0]
    engine.dispose()
    assert (contact["modality"], contact["minutes"], contact["next_due"].date()) == (
        "video", 25, TODAY + timedelta(days=14),
    )  # fmt: skip
    assert (change["change"], change["dose"]) == ("dose up", "100 mg")
    assert (step["status"], step["treatment_id"]) == ("enacted", change["record_id"])


def test_two_quick_clicks_on_save_keep_one_contact(
    advised: int, clinic_file: Path, clinic_address: str, visit: Visit
) -> None:
    engine = connect_engine(f"sqlite:///{clinic_file}")

    def kept() -> int:
        with reading(engine) as connection:
            return len(record_versions(connection, RECORDS["contacts"], advised))

    before = kept()
    page = visit(f"{clinic_address}contact?id={advised}")
    for word in ("Outreach", "Phone", "No"):
        page.get_by_role("radio", name=word, exact=True).click()
        settled(page)

    page.get_by_role("button", name="Save the contact").dblclick()
    expect(page.locator('[class*="st-key-alert_green_care_saved"]')).to_contain_text("outreach by phone, not reached")
    settled(page)

    assert kept() == before + 1
    engine.dispose()
