"""The pre-read: a first page with the agenda and who is not on it, then one page a patient, on Letter and A4."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.agenda import agenda
from bhi_core.report.pdf import PAPERS, Paper, from_html
from bhi_core.report.preread import Asked, asked_by, html
from tests.domain.clinic import Case, day, registry_of
from tests.report.printed import HOSTILE, TURNED, forms_of, named, pages

AS_OF = 168
STUCK = Case(
    as_of=AS_OF, mrn="0001",
    scores="PHQ-9@0=19[i9=0];PHQ-9@28=20[i9=0];PHQ-9@84=18[i9=1];PHQ-9@160=19[i9=2];GAD-7@0=15;GAD-7@84=15;GAD-7@160=14",
    events="contact@0;no_show@20;contact@150;med_start@7=Sertraline;dose_up@40=Sertraline;therapy_start@60=CBT;"
    "review@40=switch|Dr Park|100",
)  # fmt: skip
NEW = Case(as_of=AS_OF, mrn="0002", enrolled=160, scores="PHQ-9@160=14[i9=0]", events="contact@160")
WELL = Case(
    as_of=AS_OF, mrn="0003", scores="PHQ-9@0=14[i9=0];PHQ-9@140=3[i9=0];PHQ-9@160=3[i9=0]",
    events="contact@0;contact@160;review@150",
)  # fmt: skip
LATE = Case(as_of=AS_OF, mrn="0004", scores="PHQ-9@0=14[i9=0];PHQ-9@60=12[i9=0]", events="contact@0;review@60")
EVERYBODY = registry_of(STUCK, NEW, WELL, LATE)
ASKED = Asked(day(AS_OF), [2, 1], {1: 3, 4: 2}, {2: "asked by the PCP"}, "D. Reyes's patients")


def preread(registry: Registry = EVERYBODY, asked: Asked = ASKED) -> str:
    return html(work_out(registry), registry, forms_of(registry), asked)


def plain(document: str) -> str:
    """Give the words of a document, without its head."""
    body = re.sub(r"<svg.*?</svg>", " ", document.split("<body>")[1], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("paper", PAPERS)
def test_each_patient_has_one_page_and_every_page_says_what_it_rests_on(paper: Paper) -> None:
    found = pages(from_html(preread(), paper))

    assert [re.search(r"[12] of 2\b", page) is not None for page in found] == [False, True, True, False]
    assert "Test, Pat 0002" in found[1] and "Test, Pat 0001" in found[2]
    for at, page in enumerate(found, start=1):
        assert f"Page {at} of 4" in page
        assert "Data as of 22 Jun 2026" in page and "rules 2026.2" in page
        assert "Decision support: it says who may need the team and why" in page


def test_first_page_has_the_agenda_in_its_order_with_reasons_and_weeks() -> None:
    cover = plain(preread()).split("Listed and not on the agenda")[0]

    assert cover.index("Test, Pat 0002") < cover.index("Test, Pat 0001")
    assert "New: enrolled 14 Jun" in cover and "asked by the PCP" in cover and "3 weeks" in cover


def test_who_is_listed_and_not_on_the_agenda_stands_with_reason_and_weeks() -> None:
    others = plain(preread()).split("Listed and not on the agenda: 1")[1].split("1 of 2")[0]

    assert "Test, Pat 0004" in others and "2 weeks :" in others


def test_who_is_not_listed_stands_on_the_last_page_with_the_reason() -> None:
    last = plain(preread()).split("Not listed, each with the reason")[1]

    assert "Test, Pat 0003 0003: On track" in last


def test_page_of_a_patient_answers_in_the_order_of_the_meeting() -> None:
    page = plain(preread()).split("2 of 2")[1]

    parts = ["Item 9 answered", "No improvement: PHQ-9 19 after 19", "Findings and what they suggest", "→",
             "Since the last review", "What was tried", "Last recommendation", "switch", "Notes"]  # fmt: skip
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_recommendation_that_waits_says_how_late_it_is() -> None:
    assert re.search(r"switch: words on switch \(Dr Park, due 15 Apr\): .*68 days late", plain(preread()))


def test_safety_flag_stands_before_everything_and_not_again_among_the_findings() -> None:
    page = plain(preread()).split("2 of 2")[1]

    assert page.count("Item 9 answered") == 1
    assert page.index("Item 9 answered") < page.index("No improvement")


def test_patient_with_a_flag_and_nothing_else_has_no_other_finding() -> None:
    flagged = registry_of(WELL.with_(scores="PHQ-9@0=14[i9=0];PHQ-9@140=3[i9=0];PHQ-9@160=3[i9=1]"), NEW)

    assert "No other finding." in plain(preread(flagged, Asked(day(AS_OF), [1])))


def test_names_and_reasons_are_only_words() -> None:
    document = preread(named(EVERYBODY, HOSTILE + TURNED), replace(ASKED, added={1: HOSTILE}, who=HOSTILE))

    assert "<script" not in document and "<b>y</b>" not in document
    assert "\u202e" not in document
    assert "&lt;script&gt;" in document


def test_document_brings_everything_with_it() -> None:
    document = preread()

    assert "default-src &#39;none&#39;" in document or "default-src 'none'" in document
    assert set(re.findall(r"(?:https?:)?//[^\s\"')]+", document)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(script|link|img|iframe|object)|url\(|@import", document)


def test_title_names_nobody() -> None:
    title = re.findall(r"<title>(.*?)</title>", preread())

    assert title == ["Case review, Mon 22 Jun 2026: pre-read"]


def test_nobody_on_the_agenda_is_said() -> None:
    said = plain(preread(asked=Asked(day(AS_OF), [])))

    assert "Nobody is on the agenda." in said
    assert "0 patients are on the agenda; 3 more are listed." in said


def test_patient_without_a_name_or_an_open_episode_has_a_page() -> None:
    closed = registry_of(STUCK, WELL.with_(status="graduated", closed=165))
    nameless = replace(
        closed, patients=closed.patients.assign(last_name=None, first_name=None).astype({"last_name": "str"})
    )

    said = plain(preread(nameless, Asked(day(AS_OF), [2])))

    assert "0003 No open episode." in said
    assert "Remission: PHQ-9 is 3, from 14 in 22 weeks." in said


def test_patient_without_any_episode_is_named() -> None:
    registry = replace(EVERYBODY, episodes=EVERYBODY.episodes[EVERYBODY.episodes["patient_id"] != 2])

    assert "No episode is recorded." in plain(preread(registry))


def test_patient_who_is_not_in_the_registry_is_said_to_be_so() -> None:
    assert "patient 99" in plain(preread(asked=Asked(day(AS_OF), [99])))


def test_longest_texts_lose_nothing_on_paper() -> None:
    events = STUCK.events + "".join(f";med_augment@{70 + at}=Drug number {at} of a long name" for at in range(12))
    registry = registry_of(STUCK.with_(events=events))

    found = " ".join(pages(from_html(preread(registry, Asked(day(AS_OF), [1], added={1: "word " * 300})))))

    assert found.count("word") >= 300
    assert all(f"number {at} of" in found for at in range(12))


def test_proposed_agenda_can_be_asked_for_as_it_stands() -> None:
    plan = agenda(work_out(EVERYBODY), EVERYBODY, pd.Series({1: 3, 4: 2}), minutes=12, per_patient=6)

    asked = asked_by(plan, day(AS_OF), who="Harbor")

    assert list(asked.agenda) == plan.items["patient_id"].tolist()
    assert (asked.weeks[1], asked.weeks[4], asked.minutes, asked.who) == (3, 2, 12, "Harbor")
