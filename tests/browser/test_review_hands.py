"""The form of the meeting under hasty hands, in a real browser: typing on where two texts met, a key held down."""

from pathlib import Path
from shutil import copyfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled
from tests.browser.review_table import begin, decided, meeting, patient, ready, rows, saved, two_texts
from tests.browser.test_review import Visit, open_clinic

pytestmark = pytest.mark.browser


@pytest.fixture
def clinic(seeded: Path, tmp_path: Path) -> Path:
    """Give the demo clinic in a file of this test."""
    return Path(copyfile(seeded, tmp_path / "clinic.db"))


def test_what_is_typed_on_where_two_texts_met_is_kept_too(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        first = visit(f"{address}review")
        begin(first)
        second = visit(first.url)
        patient_id = two_texts(first, second, clinic, "Sleep worse.", "Lost the job.")
        expect(second.get_by_text("two people wrote at once")).to_be_visible()
        settled(second)

        second.get_by_label("Discussed").evaluate(  # the last keys before the field closed
            "field => { field.value += ' In September.'; field.dispatchEvent(new Event('input')) }"
        )

        expect(second.locator("[class*=st-key-alert_orange_review_two]").get_by_text("In September.")).to_be_visible()
        kept = f"SELECT value FROM meeting_entry WHERE patient_id = {patient_id} AND field = 'discussed'"
        assert any("In September." in value for (value,) in rows(clinic, kept))


def test_a_key_held_down_decides_about_one_patient_only(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        begin(page)
        for move in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):  # something is typed of three patients
            if not page.get_by_label("Discussed").input_value():
                page.get_by_label("Discussed").fill("Agreed to go on.")
                saved(page)
                page.get_by_label("Discussed").blur()
            name = patient(page)
            page.keyboard.press(move)
            decided(page, name)
        name = patient(page)

        page.keyboard.down("Control")
        page.keyboard.down("Enter")
        decided(page, name)
        for _ in range(5):
            page.keyboard.down("Enter")  # the same key, still down: a repeat
            settled(page)
        page.keyboard.up("Enter")
        page.keyboard.up("Control")
        ready(page)

        done = "SELECT id FROM review WHERE meeting_id = ?"
        assert len(rows(clinic, done, meeting(clinic))) == 1
