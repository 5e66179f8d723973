"""What happened since the last review, and what became of its recommendations."""

from dataclasses import replace
from typing import Any

import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.review.since import became_of, last_advice, last_recommendations, since_last_review
from tests.domain.clinic import Case, day, registry_of

CASE = Case(as_of=60, scores="PHQ-9@0=19[i9=0]; GAD-7@0=12; PHQ-9@20=17[i9=0]", events="contact@1;review@30")


def since(case: Case, **options: Any) -> list[str]:
    """Give the sentences, with ordinary spaces."""
    registry = registry_of(case)
    found = since_last_review(work_out(registry), registry, registry.scores.assign(items=None), 100, **options)
    assert len(found) <= 4
    return [sentence.replace("\u202f", " ") for sentence in found]


def with_(case: Case, scores: str = "", events: str = "") -> Case:
    """Give the case with more scores and events."""
    return case.with_(scores=f"{case.scores}; {scores}", events=f"{case.events};{events}")


def test_four_sentences_tell_scores_item_9_treatment_and_contacts() -> None:
    events = "dose_up@31=Sertraline;contact@40;no_show@45;contact@50"
    case = with_(CASE, "PHQ-9@40=16[i9=1]; PHQ-9@50=15[i9=0]; GAD-7@50=10", events)

    assert since(case) == [
        "Since the review on 4 Feb: PHQ-9 17 to 15 on 24 Feb, down 2 (12 %); GAD-7 12 to 10 on 24 Feb, down 2 (17 %).",
        "Item 9: 1 on 14 Feb, 0 on 24 Feb; not acknowledged.",
        "Sertraline raised on 5 Feb.",
        "2 contacts of 3 attended, the last on 24 Feb.",
    ]


def test_nothing_since_is_said_and_not_left_out() -> None:
    assert since(CASE) == [
        "No score since the review on 4 Feb; PHQ-9 17 and GAD-7 12 then.", "No change of treatment.", "No contact.",
    ]  # fmt: skip


def test_without_a_review_all_is_told_since_the_enrolment() -> None:
    assert since(CASE.with_(events="contact@1;med_start@1=Sertraline")) == [
        "Never reviewed: PHQ-9 19 to 17 on 25 Jan, down 2 (11 %); GAD-7 12 on 5 Jan, the first.",
        "Item 9: 0 on 5 Jan, 0 on 25 Jan.",
        "Sertraline started on 6 Jan.",
        "1 contact attended, the last on 6 Jan.",
    ]
    assert since(Case(as_of=60)) == ["Never reviewed: no score yet.", "No change of treatment.", "No contact."]


@pytest.mark.parametrize(("on", "counts"), [(30, False), (31, True)])
def test_score_and_contact_of_the_day_of_the_review_were_known_to_it(on: int, counts: bool) -> None:
    found = since(with_(CASE, f"PHQ-9@{on}=10", f"contact@{on}"))

    assert found[0].startswith("Since the review" if counts else "No score since")
    assert (found[-1] == "No contact.") is not counts


@pytest.mark.parametrize(("on", "counts"), [(29, False), (30, True)])
def test_change_on_the_day_of_the_review_follows_it(on: int, counts: bool) -> None:
    assert ("No change of treatment." not in since(with_(CASE, events=f"med_switch@{on}=Bupropion"))) is counts


def test_review_of_the_meeting_s_own_day_is_not_the_last() -> None:
    today = with_(CASE, events="review@60")

    assert since(today)[0].startswith("No score since the review on 4 Feb")
    assert since(today, before=day(61))[0].startswith("No score since the review on 6 Mar")


def test_item_9_that_nobody_knows_is_said_so_and_an_older_open_flag_too() -> None:
    assert "Item 9 is not known of 1 form since." in since(with_(CASE, "PHQ-9@40=16"))
    assert "Item 9 of an earlier form; not acknowledged." in since(CASE.with_(scores="PHQ-9@0=19[i9=2]"))


def test_only_attempts_are_said_to_have_reached_nobody() -> None:
    assert since(with_(CASE, events="no_show@40;no_show@45"))[-1] == "Not reached in 2 attempts."


def test_first_score_of_an_instrument_has_no_change() -> None:
    assert "PCL-5 40 on 14 Feb, the first" in since(with_(CASE, "PCL-5@40=40"))[0]


def became(events: str, as_of: int = 60) -> list[str]:
    """Give what became of the recommendations; doses are 150 mg."""
    registry = registry_of(CASE.with_(as_of=as_of, events=f"contact@1;{events}"))
    treatments = registry.treatments.assign(dose="150 mg")
    return became_of(replace(registry, treatments=treatments.astype(registry.treatments.dtypes)), 100)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("", "not answered yet, 16 days late"),
        ("step@31=0|accepted", "accepted 5 Feb, 16 days late"),
        ("step@50=0|enacted", "enacted 24 Feb"),
        ("step@50=0|enacted||0;dose_up@49=Sertraline", "enacted 24 Feb, sertraline raised to 150 mg"),
        ("step@50=0|declined|fears side effects.", "declined 24 Feb: fears side effects"),
        ("dose_up@49=Sertraline", "not answered yet, 16 days late; sertraline raised to 150 mg on 23 Feb may be it"),
    ],
)
def test_each_recommendation_says_what_became_of_it(events: str, expected: str) -> None:
    found = became(f"review@30=raise dose|Dr Osei|44;{events}")

    assert found == [f"4 Feb, raise dose: words on raise dose (Dr Osei, due 18 Feb): {expected}."]


@pytest.mark.parametrize(
    ("kind", "event", "expected"),
    [
        ("outreach", "contact@40", "; a contact of 14 Feb may be it"),
        ("relapse-prevention plan", "rp_plan@41", "; a plan of 15 Feb may be it"),
        ("re-measure", "contact@40", ""),
    ],
)
def test_contact_score_or_plan_since_may_be_the_answer(kind: str, event: str, expected: str) -> None:
    assert became(f"review@30={kind};{event}")[0].endswith(f": not answered yet{expected}.")


def test_no_change_asks_for_nothing() -> None:
    assert became("review@30=no change") == ["4 Feb, no change: words on no change: nothing to do."]


def test_recommendations_of_the_latest_review_that_made_any_are_told() -> None:
    events = "review@20=refer;review@30=switch;review@30=outreach;review@40"

    assert [sentence[:13] for sentence in became(events)] == ["4 Feb, switch", "4 Feb, outrea"]
    assert became("review@40") == []


def test_recommendation_of_the_meeting_s_own_day_is_not_the_last() -> None:
    registry = registry_of(CASE.with_(events="review@30=switch;review@60=refer"))

    assert last_recommendations(registry, 100)["kind"].tolist() == ["switch"]
    assert last_recommendations(registry, 100, before=day(61))["kind"].tolist() == ["refer"]


def test_old_recommendation_is_late_only_while_care_goes_on() -> None:
    registry = registry_of(with_(CASE, events="review@31=switch|D. Reyes|40"))

    going, closed = last_advice(registry, 100), last_advice(registry, 100, closed=True)

    assert [(one.late, one.became) for one in going] == [(True, "not answered yet, 20 days late")]
    assert [(one.late, one.became) for one in closed] == [(False, "nothing is recorded after it; care is closed")]
