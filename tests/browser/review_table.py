"""What two people at a review do with keyboard and mouse, said in the words of the table; and what it costs them."""

import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


@dataclass
class Hand:
    """Somebody's hands on a page: counts the clicks and keys beside the free text.

    Attributes:
        page: the page.
        clicks, keys: how many so far; letters of free text are not counted.
    """

    page: Page
    clicks: int = 0
    keys: int = 0
    costs: list[tuple[int, int]] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Press a key, or keys together."""
        self.keys += 1
        self.page.keyboard.press(key)

    def click(self, what: Any) -> None:
        """Click on something."""
        self.clicks += 1
        what.click()

    def type(self, text: str) -> None:
        """Type free text, which costs nothing here."""
        self.page.keyboard.type(text)

    def next_patient(self) -> None:
        """Write down what the patient cost, and begin to count anew."""
        self.costs.append((self.clicks, self.keys))
        self.clicks = self.keys = 0


def begin(page: Page) -> None:
    """Start the meeting by keyboard, on the page of the review."""
    expect(page.get_by_role("button", name="Start the meeting")).to_be_enabled()
    settled(page)
    page.keyboard.press("Control+Enter")
    ready(page)


def ready(page: Page) -> None:
    """Wait until the form of a patient is on the screen, and the form of the patient before is off it."""
    settled(page)
    expect(page.get_by_label("Discussed")).to_have_count(1)
    expect(page.get_by_label("Discussed")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    settled(page)


def patient(page: Page) -> str:
    """Give the name of the patient on the screen."""
    return page.locator(".st-key-review_who h1").inner_text()


def decided(page: Page, before: str) -> None:
    """Wait until another patient is on the screen."""
    expect(page.locator(".st-key-review_who h1")).not_to_have_text(before)
    ready(page)


def promises(page: Page) -> list[str]:
    """Give the text of "Discussed" when the form says at this moment that it is saved, nothing otherwise."""
    said, text = page.evaluate(
        "[document.querySelector('.bhi-rf-status').textContent, document.querySelector('[data-field=discussed]').value]"
    )
    return [text] if SAVED.match(said) else []


def saved(page: Page) -> None:
    """Wait until the form says that everything is saved."""
    expect(page.locator(".bhi-rf-status")).to_have_text(SAVED)


def recommend(hand: Hand, discussed: str, digit: str, words: str, weeks: int = 0) -> None:
    """Record by keyboard: discussed, a kind by its digit, words, the first likely owner, a due date in some weeks."""
    hand.press("d")
    hand.type(discussed)
    hand.press("Tab")
    hand.press(digit)
    hand.press("Tab")
    hand.type(words)
    hand.press("Tab")
    hand.press("Space")
    hand.press("Tab")
    hand.press("Tab")
    for _ in range(weeks):
        hand.press("ArrowRight")
    hand.press("Space")


def rows(database: Path, question: str, *values: Any) -> list[Any]:
    """Ask the database directly, as a stranger to the product would."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute(question, values).fetchall()


def texts(database: Path, patient_id: int) -> dict[str, str]:
    """Give the texts that stand in the form of a patient, by field."""
    question = (
        "SELECT field, value FROM meeting_entry WHERE patient_id = ? AND superseded_at IS NULL AND rival_of IS NULL "
        "AND meeting_id = ?"
    )
    return dict(rows(database, question, patient_id, meeting(database)))


def meeting(database: Path) -> int:
    """Give the id of the newest meeting: the clinic has held others before."""
    return int(rows(database, "SELECT MAX(meeting_id) FROM meeting")[0][0])


def on_screen(page: Page, database: Path) -> int:
    """Give the id of the patient on the screen."""
    mrn = page.locator(".st-key-review_who [data-testid=stCaptionContainer]").first.inner_text().split(" ")[0]
    return int(rows(database, "SELECT patient_id FROM patient WHERE mrn = ? AND superseded_at IS NULL", mrn)[0][0])


def two_texts(first: Page, second: Page, clinic: Path, text: str, other: str) -> int:
    """Let two people type in one field at once, and give the patient."""
    ready(second)
    patient_id = on_screen(first, clinic)
    for page, said in ((first, text), (second, other)):
        page.get_by_label("Discussed").fill(said)
    for page in (first, second):
        page.get_by_label("Discussed").blur()
    return patient_id
