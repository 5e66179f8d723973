"""The minutes as HTML, PDF and text."""

import re

import pytest

from bhi_core.report.minutes import file_bytes, file_name, html, text, title
from bhi_core.report.pdf import PAPERS, Paper, from_html
from tests.domain.clinic import day, registry_of
from tests.domain.review.meeting_made import HELD, NO_CHANGE_YET, RAISED, WELL, entries, items, stepped, told, wrote
from tests.report.printed import HOSTILE, TURNED, pages

BOTH = (NO_CHANGE_YET, WELL)
MEASURE = {**RAISED, "category": "re-measure", "recommendation": "PHQ-9", "owner": "A. Novak"}
NOW = wrote(registry_of(*BOTH), RAISED, MEASURE, as_of=day(HELD + 20))
WHOLE = told(now=NOW, typed=entries((2, "discussed", "Out of time")))


@pytest.mark.parametrize("written", [html(WHOLE), text(WHOLE)], ids=["html", "text"])
def test_everything_of_the_meeting_stands_in_either_form(written: str) -> None:
    said = " ".join(re.sub(r"<[^>]+>", " ", written).split())

    for part in (
        "Case review, Fri 6 Mar 2026: minutes", "A. Novak's patients", "present: A. Novak, Dr Osei", "15:02 to 15:58",
        "1 of 2 patients on the agenda discussed, 1 carried over; 2 recommendations, 2 open tasks.",
        "Scores and findings as of 6 Mar 2026", "Status of recommendations on 26 Mar 2026", "rules 2026.2",
        "20 Mar 2026 (6 days late)", "Raise dose: sertraline to 150 mg", "Re-measure: PHQ-9",
        "Owner Dr Park, due 20 Mar 2026.",
        "Proposed, overdue by 6 days.", "PHQ-9 15 on 2 Mar 2026", "No better.", "Sleeps badly.", "4 min 10 s",
        "Carried over to the next review: 1", "Out of time", "may still change", "Decision support: it says who",
    ):  # fmt: skip
        assert part in said.replace("&#39;", "'"), part


@pytest.mark.parametrize("paper", PAPERS)
def test_minutes_print_on_both_papers_with_their_footers(paper: Paper) -> None:
    found = pages(from_html(html(WHOLE), paper))

    assert all(
        f"Page {at} of {len(found)}" in page and "rules 2026.2" in page for at, page in enumerate(found, start=1)
    )
    assert "Raise dose: sertraline to 150 mg" in found[0]


def test_what_was_typed_is_only_words() -> None:
    typed = entries((1, "discussed", HOSTILE + TURNED), (1, "rec1.words", HOSTILE))

    written = html(told(typed=typed, people=HOSTILE))

    assert "<script" not in written and "<b>y</b>" not in written
    assert "\u202e" not in written
    assert "\u202e" not in text(told(typed=typed))


def test_both_texts_of_a_conflict_are_written() -> None:
    typed = entries((1, "discussed", "better"), (1, "discussed", "worse", "Dr Osei"))

    assert "Not settled, Discussed: A. Novak: better / Dr Osei: worse" in text(told(typed=typed))
    assert "Dr Osei</bdi>: worse" in html(told(typed=typed))


def test_declined_recommendation_says_why() -> None:
    now = stepped(NOW, 900, "declined", day(HELD + 1), "fears side effects")

    assert "Declined 7 Mar 2026: fears side effects." in text(told(now=now))


def test_removed_and_to_come_stand_apart() -> None:
    agenda = items("removed", "to come", why={1: "seen yesterday"})

    said = text(told(agenda=agenda, started_at=None, ended_at=None, care_manager=None, consultant=None, people=None))

    assert "Taken off the agenda: 1" in said and "Why removed: seen yesterday" in said and "Still to come: 1" in said
    assert "All patients | 60 minutes" in said
    assert "No recommendation of this meeting is open." in said


def test_meeting_of_one_site_says_so() -> None:
    assert "A. Novak's patients at Harbor" in text(told(site="Harbor"))


def test_file_and_title_name_nobody() -> None:
    assert file_name(WHOLE, "pdf") == "case-review-2026-03-06-7-minutes.pdf"
    assert title(WHOLE) == "Case review, Fri 6 Mar 2026: minutes"


@pytest.mark.parametrize(
    ("ending", "start"), [(".html", b"<!doctype html>"), (".pdf", b"%PDF-"), (".txt", b"Case review")]
)
def test_file_has_the_form_of_its_ending(ending: str, start: bytes) -> None:
    assert file_bytes(WHOLE, ending).startswith(start)


def test_discussed_patient_without_a_recommendation_says_so() -> None:
    assert "Recommendations: none recorded." in text(told())
    assert "none recorded." in html(told())
