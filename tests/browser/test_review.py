"""The weekly review in a real browser: by keyboard from agenda to minutes, two people at once, and through failures."""

import math
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bhi_core.domain.actor import local_person
from bhi_core.domain.review.flagged import flagged_on
from bhi_core.domain.review.inertia import loop
from bhi_core.store import commands, queries
from bhi_core.store.engine import connect_engine, reading
from tests.browser.conftest import TODAY, free_port, serve, settled
from tests.browser.review_table import (
    Hand,
    begin,
    decided,
    meeting,
    on_screen,
    patient,
    promises,
    ready,
    recommend,
    rows,
    saved,
    texts,
    two_texts,
)
from tests.browser.test_accessibility import ours

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
WEEK = timedelta(days=7)
A_WEEK_LATER = """
from datetime import timedelta
from bhi_core import clock
now = clock.now
clock.now = lambda: now() + timedelta(days=7)
"""
ENOUGH = 12
"""Clicks and keys that a patient may cost beside the free text."""


@pytest.fixture
def clinic(seeded: Path, tmp_path: Path) -> Path:
    """Give the demo clinic in a file of this test."""
    return Path(copyfile(seeded, tmp_path / "clinic.db"))


@contextmanager
def open_clinic(database: Path, before: Path | None = None) -> Iterator[str]:
    """Serve the product on a database until the end of the block; give the address."""
    port = free_port()
    server = serve(database, port, before=before)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=30)


WORSE = (("M1", "Aster, Ann", 10), ("M2", "Betony, Bea", 20), ("M3", "Clover, Cy", 3))
"""MRN, name and days since the score that was 8 points worse than the first: the day of the flag (rule D1)."""

BY_HAND = {
    "M1": {"consult": 10, "recommendation": 10, "change": 16, "score": 17},
    "M2": {},
    "M3": {"consult": 3, "recommendation": 3},
}
"""Days from the flag to each step a week after the meeting: M1 was recommended a treatment, started six days later and
measured the day after that; M2 was carried over; M3 was recommended a treatment that nobody started yet."""


def _three_worse(database: Path) -> None:
    """Add three patients who got worse, and pin them to the agenda of today."""
    engine, person = connect_engine(f"sqlite:///{database}"), local_person("D. Reyes")
    items = []
    for mrn, name, days in WORSE:
        last, first = name.split(", ")
        patient_id = commands.add_patient(
            engine, person, token=f"add{mrn}", today=TODAY, mrn=mrn, last_name=last, first_name=first
        ).record_id
        assert patient_id is not None
        enrolled = TODAY - timedelta(days=30)
        commands.enrol(
            engine, person, token=f"enrol{mrn}", today=TODAY, patient_id=patient_id, enrolled_on=enrolled,
            care_manager="D. Reyes",
        )  # fmt: skip
        for number, (on, items_of) in enumerate(
            ((enrolled, [2, 2, 2, 2, 1, 1, 1, 1, 0]), (TODAY - timedelta(days=days), [3, 3, 3, 3, 2, 2, 2, 2, 0]))
        ):
            commands.record_score(
                engine, person, token=f"score{mrn}{number}", today=TODAY, patient_id=patient_id, instrument="phq9",
                taken_on=on, items=items_of,
            )  # fmt: skip
        items.append({"patient_id": patient_id, "pinned": True, "why": "worse"})
    commands.open_meeting(engine, person, token="agenda", today=TODAY, held_on=TODAY, items=items, start=False)
    engine.dispose()


def test_a_whole_review_by_keyboard_and_a_week_later_what_became_of_it(
    clinic: Path, tmp_path: Path, visit: Visit
) -> None:
    _three_worse(clinic)
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        begin(page)
        advised = _five_patients(Hand(page), clinic)
        page.get_by_role("button", name="End the meeting").press("Enter")
        expect(page.get_by_role("button", name="End it and show the minutes")).to_be_visible()
        settled(page)
        page.get_by_role("button", name="End it and show the minutes").press("Enter")

        expect(page.locator("h1").first).to_have_text(
            "4 of 10 patients on the agenda discussed, 6 carried over; 3 recommendations, 3 open tasks."
        )
        settled(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Minutes, text").click()
        minutes = Path(taken.value.path()).read_text(encoding="utf-8")
        assert "Aster, Ann" in minutes and "Start: Start mirtazapine 7.5 mg at night" in minutes

    _a_week_passes(clinic, advised[0])
    ahead = tmp_path / "ahead"
    ahead.mkdir()
    (ahead / "sitecustomize.py").write_text(A_WEEK_LATER)
    with open_clinic(clinic, before=ahead) as address:
        page = visit(f"{address}review?meeting={meeting(clinic)}")
        expect(page.get_by_text("Recorded since: Mirtazapine started, 7.5 mg")).to_be_visible()
        settled(page)
        page.get_by_role("button", name="This enacted it").click()
        expect(page.get_by_role("button", name="This enacted it")).to_have_count(0)
        settled(page)

    question = "SELECT status, treatment_id IS NOT NULL FROM recommendation_step WHERE patient_id = ?"
    steps = rows(clinic, question, advised[0])
    assert steps == [("enacted", 1)]
    assert _loop(clinic) == BY_HAND


def _five_patients(hand: Hand, clinic: Path) -> list[int]:
    """Decide about five patients: three recommendations, one carried over, one only discussed; give the advised."""
    page, advised = hand.page, []
    for number in range(5):
        name = patient(page)
        if number == 1:
            hand.press("Control+Shift+Enter")
        elif number == 3:
            hand.press("d")
            hand.type("Doing what was agreed.")
            hand.press("Control+Enter")
        else:
            advised.append(on_screen(page, clinic))
            recommend(hand, "Sleep worse, lost job.", "1", "Start mirtazapine 7.5 mg at night", weeks=number // 2)
            hand.press("Control+Enter")
        decided(page, name)
    return advised


def _a_week_passes(database: Path, patient_id: int) -> None:
    """Record what the PCP started six days after the meeting, and the score of the day after."""
    engine, person, day = connect_engine(f"sqlite:///{database}"), local_person("Dr Amaro"), timedelta(days=1)
    commands.record_treatment(
        engine, person, token="later", today=TODAY + WEEK, patient_id=patient_id, date=TODAY + WEEK - day,
        change="start", treatment="Mirtazapine", dose="7.5 mg",
    )  # fmt: skip
    commands.record_score(
        engine, person, token="measured", today=TODAY + WEEK, patient_id=patient_id, instrument="phq9",
        taken_on=TODAY + WEEK, items=[2, 2, 2, 2, 2, 2, 2, 2, 0],
    )  # fmt: skip
    engine.dispose()


def _loop(database: Path) -> dict[str, dict[str, int]]:
    """Give the days of the loop of the three, as the product works them out a week later."""
    engine = connect_engine(f"sqlite:///{database}")
    with reading(engine) as connection:
        registry = queries.registry(connection, queries.EVERYBODY, TODAY + WEEK)
    engine.dispose()
    episodes = loop(registry, flagged_on(registry)).episodes
    days = {}
    for row in episodes[episodes["mrn"].isin(list(BY_HAND))].to_dict("records"):
        steps = {step: row[f"{step}_days"] for step in ("consult", "recommendation", "change", "score")}
        days[str(row["mrn"])] = {step: int(number) for step, number in steps.items() if not math.isnan(number)}
    return days


def test_two_people_write_in_one_review_at_once_and_nothing_is_lost(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        first = visit(f"{address}review")
        begin(first)
        second = visit(first.url)
        ready(second)
        patient_id = on_screen(first, clinic)

        first.get_by_label("Discussed").focus()
        second.get_by_label("In words").focus()
        for number in range(100):
            for page in (first, second):
                page.keyboard.type(f"{number} ")
                page.evaluate("document.activeElement.dispatchEvent(new Event('change', {bubbles: true}))")
        saved(first)
        saved(second)

        whole = "".join(f"{number} " for number in range(100))
        kept = texts(clinic, patient_id)
        assert (kept["discussed"], kept["rec1.words"]) == (whole, whole)
        expect(first.get_by_label("In words")).to_have_value(whole)
        expect(second.get_by_label("Discussed")).to_have_value(whole)
        expect(first.get_by_text("is also writing here")).to_be_visible()


def test_two_texts_in_one_field_are_both_shown_and_a_person_chooses(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        first = visit(f"{address}review")
        begin(first)
        second = visit(first.url)
        patient_id = two_texts(first, second, clinic, "Sleep worse since May.", "Lost the job in September.")

        for page in (first, second):
            expect(page.get_by_text("two people wrote at once")).to_be_visible()
            for text in ("Sleep worse since May.", "Lost the job in September."):
                expect(page.locator("[class*=st-key-alert_orange_review_two]").get_by_text(text)).to_be_visible()
        settled(first)
        first.get_by_role("button", name="Keep both").click()

        for page in (first, second):
            expect(page.get_by_text("two people wrote at once")).to_have_count(0)
            expect(page.get_by_label("Discussed")).to_have_value(
                "\n".join(sorted(("Sleep worse since May.", "Lost the job in September."), key=_first_kept(clinic)))
            )
        assert set(texts(clinic, patient_id)["discussed"].split("\n")) == {
            "Sleep worse since May.", "Lost the job in September.",
        }  # fmt: skip


def _first_kept(database: Path) -> Callable[[str], int]:
    """Give what says in which order texts were kept."""
    ids = dict(rows(database, "SELECT value, MIN(id) FROM meeting_entry GROUP BY value"))
    return lambda text: int(ids[text])


def test_after_a_killed_server_everything_that_said_saved_is_there_and_the_rest_follows(
    clinic: Path, visit: Visit
) -> None:
    port = free_port()
    server = serve(clinic, port)
    address = f"http://127.0.0.1:{port}/"
    page = visit(f"{address}review")
    begin(page)
    patient_id = on_screen(page, clinic)
    typed, promised = "", []
    page.get_by_label("Discussed").focus()
    for number in range(48):
        page.keyboard.type(f"word {number} ", delay=10)
        typed += f"word {number} "
        if number % 12 == 7:
            saved(page)
        promised += promises(page)

    os.kill(server.pid, signal.SIGKILL)
    server.wait(timeout=30)
    page.keyboard.type("and after the server was gone")
    typed += "and after the server was gone"
    there = texts(clinic, patient_id).get("discussed", "")
    expect(page.locator(".bhi-rf-status")).to_contain_text("Keep this page open.")
    assert len(promised) >= 4 and all(there.startswith(text) for text in promised), "what said saved is in the database"

    server = serve(clinic, port)
    try:
        saved(page)
        assert texts(clinic, patient_id)["discussed"] == typed
        again = visit(page.url)
        expect(again.get_by_label("Discussed")).to_have_value(typed)
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_a_click_elsewhere_at_any_moment_of_a_save_loses_nothing(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        begin(page)
        agenda = page.locator(".st-key-review_agenda button").filter(has_text=",")
        wanted: dict[int, str] = {}
        for number in range(12):
            patient_id = on_screen(page, clinic)
            text = f"Typed before click {number}, {'x' * number}"
            page.get_by_label("Discussed").fill(wanted.get(patient_id, "") + text)
            wanted[patient_id] = wanted.get(patient_id, "") + text
            if number % 3:
                page.get_by_label("Discussed").blur()
                page.wait_for_timeout(25 * number)
            name = patient(page)
            agenda.nth((number * 3 + 1) % 10).click()
            page.wait_for_timeout(20 * (number % 4))
            agenda.nth((number * 5 + 2) % 10).click()
            expect(page.locator(".st-key-review_who h1")).not_to_have_text(name)
            ready(page)

        page.wait_for_timeout(2_000)
        assert {one: texts(clinic, one).get("discussed", "") for one in wanted} == wanted


def test_a_double_click_on_done_makes_one_case_review(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        begin(page)
        patient_id, name = on_screen(page, clinic), patient(page)
        before = len(rows(clinic, "SELECT id FROM review WHERE patient_id = ?", patient_id))
        page.get_by_label("Discussed").fill("Agreed to go on.")
        page.get_by_role("button", name="Done, next").dblclick()
        decided(page, name)

        assert len(rows(clinic, "SELECT id FROM review WHERE patient_id = ?", patient_id)) == before + 1


@pytest.mark.parametrize("way", ["keyboard", "mouse"])
def test_ten_patients_each_with_decision_owner_and_date_cost_at_most_twelve_clicks_and_keys(
    clinic: Path, visit: Visit, way: str
) -> None:
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        begin(page)
        hand = Hand(page)
        for number in range(10):
            name = patient(page)
            if way == "keyboard":
                recommend(hand, f"Discussed {number}.", str(number % 9 + 1), "As agreed", weeks=1)
            else:
                _by_mouse(hand, number)
            hand.press("Control+Enter")
            hand.next_patient()
            if number < 9:
                decided(page, name)
        expect(page.get_by_text("Everybody is decided upon", exact=False)).to_be_visible()

        question = "SELECT id FROM review WHERE meeting_id = ? AND owner IS NOT NULL AND due > ''"
        assert len(rows(clinic, question, meeting(clinic))) == 10
        assert max(sum(cost) for cost in hand.costs) <= ENOUGH, hand.costs


def _by_mouse(hand: Hand, number: int) -> None:
    """Record with the mouse: into the text, a kind, into the words, an owner, a date."""
    page = hand.page
    hand.click(page.get_by_label("Discussed"))
    hand.type(f"Discussed {number}.")
    hand.click(page.locator(".bhi-rf-rec > .bhi-rf-choices .bhi-rf-choice").nth(number % 9))
    hand.click(page.get_by_label("In words"))
    hand.type("As agreed")
    hand.click(page.locator(".bhi-rf-part").nth(0).locator(".bhi-rf-choice").first)
    hand.click(page.locator(".bhi-rf-part").nth(1).locator(".bhi-rf-choice").nth(1))


def test_a_form_keeps_its_texts_through_a_reload_and_the_place_is_in_the_address(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        begin(page)
        first = patient(page)
        page.keyboard.press("ArrowRight")
        decided(page, first)
        name = patient(page)
        page.get_by_label("Discussed").fill("Kept through a reload.")
        saved(page)

        page.reload()
        ready(page)

        assert patient(page) == name
        expect(page.get_by_label("Discussed")).to_have_value("Kept through a reload.")


def test_axe_finds_nothing_of_ours_before_in_and_after_a_meeting(clinic: Path, visit: Visit) -> None:
    with open_clinic(clinic) as address:
        page = visit(f"{address}review")
        expect(page.get_by_role("button", name="Start the meeting")).to_be_enabled()
        settled(page)
        broken = ours(Axe().run(page).response)
        begin(page)
        broken += ours(Axe().run(page).response)
        for width, scheme in ((900, "dark"), (1440, "dark")):
            other = visit(page.url, width=width, scheme=scheme)
            ready(other)
            broken += ours(Axe().run(other).response)
        page.get_by_role("button", name="End the meeting").press("Enter")
        page.get_by_role("button", name="End it and show the minutes").click()
        expect(page.get_by_role("button", name="Minutes, text")).to_be_visible()
        settled(page)
        broken += ours(Axe().run(page).response)

    assert not broken, "\n".join(broken)
