"""What a meeting decided of a patient becomes case reviews: one for each recommendation, the same one after an edit."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from bhi_core.domain.review.kinds import RecommendationKind
from bhi_core.errors import Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.store.tables import Review
from tests.store.making import KIM, TODAY, known, token
from tests.store.weekly import LEE, RAISE, Weekly, versions, weekly

THERAPY = {"kind": "add therapy", "words": "CBT", "owner": "Lee Marsh", "due": "2026-03-16"}


@pytest.fixture
def meeting(engine: Engine) -> Weekly:
    """Give a meeting of today with the patients 1, 2 and 3."""
    return weekly(engine)


def reviews(found: Weekly) -> pd.DataFrame:
    """Give the case reviews that stand, by their lasting id."""
    return known(found.engine).reviews.sort_values("review_id").reset_index(drop=True)


def column(found: Weekly, name: str) -> list[Any]:
    return list(reviews(found)[name].astype(object).where(reviews(found)[name].notna(), None))


def test_two_recommendations_are_two_case_reviews_and_the_first_says_what_was_discussed(meeting: Weekly) -> None:
    meeting.save("discussed", " sleeps badly\n")
    meeting.advise(1)
    meeting.advise(2, THERAPY)

    saved = meeting.finish()

    assert column(meeting, "discussed") == ["sleeps badly", None]
    assert column(meeting, "recommendation") == ["sertraline 100 mg", "CBT"]
    assert column(meeting, "category") == ["raise dose", "add therapy"]
    assert column(meeting, "owner") == ["Kim Kwon", "Lee Marsh"]
    assert column(meeting, "due") == [pd.Timestamp(2026, 3, 9), pd.Timestamp(2026, 3, 16)]
    assert column(meeting, "consultant") == ["Dr. Rao"] * 2
    assert column(meeting, "date") == [pd.Timestamp(TODAY)] * 2
    assert column(meeting, "meeting_id") == [meeting.meeting_id] * 2
    assert saved.record_id == reviews(meeting)["review_id"].iloc[0]
    assert meeting.states()[1] == "done"


def test_time_spent_is_kept_with_the_discussion_and_with_the_carry_over(meeting: Weekly) -> None:
    meeting.save("discussed", "sleeps better")
    meeting.do("finish_discussion", seconds=95)
    meeting.do("carry_over", patient_id=2, seconds=30)
    meeting.finish(1)

    agenda = meeting.agenda()
    assert agenda["seconds"].fillna(-1).tolist() == [95, 30, -1]
    assert agenda["state"].tolist() == ["done", "carried over", "to come"]


def test_patient_carried_over_and_reached_after_all_is_done(meeting: Weekly) -> None:
    meeting.do("carry_over")

    meeting.finish()

    assert meeting.states()[1] == "done"


def test_patient_of_whom_nothing_was_typed_is_not_done(meeting: Weekly) -> None:
    with pytest.raises(Refused, match="Nothing is written about this patient"):
        meeting.do("finish_discussion", patient_id=1)

    assert column(meeting, "discussed") == []
    assert meeting.states() == {1: "to come", 2: "to come", 3: "to come"}


def test_recommendation_without_words_reads_as_its_kind(meeting: Weekly) -> None:
    meeting.advise(1, {"kind": "no change"})

    meeting.finish()

    assert (column(meeting, "recommendation"), column(meeting, "owner")) == (["no change"], [None])


def test_owner_is_spelled_as_on_the_staff_list(meeting: Weekly) -> None:
    commands.add_staff(meeting.engine, KIM, token=token(), name="Kim Kwon")
    meeting.advise(1, RAISE | {"owner": "kim  kwon"})

    meeting.finish()

    assert column(meeting, "owner") == ["Kim Kwon"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": ""}, "Recommendation 1 lacks its kind"),
        ({"kind": "more"}, "Recommendation 1 lacks its kind"),
        ({"owner": " "}, "lacks its owner"),
        ({"due": ""}, "lacks its due date"),
        ({"due": "9 March"}, "is no date"),
        ({"due": "2026-03-01"}, "before the meeting"),
        ({"due": "2200-01-01"}, "due: is not between"),
    ],
)
def test_recommendation_that_nobody_could_act_on_is_refused(
    meeting: Weekly, change: dict[str, str], sentence: str
) -> None:
    meeting.advise(1, RAISE | change)

    with pytest.raises(Refused, match=sentence):
        meeting.finish()

    assert reviews(meeting).empty
    assert meeting.states()[1] == "to come"


@pytest.mark.parametrize("kind", list(RecommendationKind))
def test_every_kind_but_no_change_needs_an_owner_and_a_date(meeting: Weekly, kind: RecommendationKind) -> None:
    meeting.advise(1, {"kind": kind, "words": "as said"})

    if kind is RecommendationKind.NO_CHANGE:
        assert not meeting.finish().repeated
    else:
        with pytest.raises(Refused, match="lacks its owner"):
            meeting.finish()


def test_recommendation_due_on_the_day_of_the_meeting_is_kept(meeting: Weekly) -> None:
    meeting.advise(1, RAISE | {"due": TODAY.isoformat()})

    meeting.finish()

    assert column(meeting, "due") == [pd.Timestamp(TODAY)]


def test_discussion_with_a_rival_waits_until_it_is_settled(meeting: Weekly) -> None:
    first = meeting.save("discussed", "sleeps badly")
    with pytest.raises(Refused, match="both texts"):
        meeting.save("discussed", "eats badly", LEE)

    with pytest.raises(Refused, match="choose which text"):
        meeting.finish()

    rivals = meeting.entries().query("rival_of.notna()")["row_id"].tolist()
    meeting.do("settle_entry", field="discussed", value="both", seen=first, rivals=rivals)
    meeting.finish()
    assert column(meeting, "discussed") == ["both"]


def test_finished_twice_is_finished_once(meeting: Weekly) -> None:
    meeting.advise(1)
    meeting.finish()

    again = meeting.finish()

    assert again.repeated
    assert len(versions(meeting.engine, Review)) == 1


def test_finished_again_after_an_edit_supersedes_under_the_same_id(meeting: Weekly) -> None:
    meeting.advise(1)
    meeting.advise(2, THERAPY)
    first = meeting.finish()
    before = column(meeting, "review_id"), column(meeting, "recorded_at")
    meeting.advise(1, {"words": "sertraline 150 mg"})

    again = meeting.finish()

    assert (again.record_id, again.repeated) == (first.record_id, False)
    assert (column(meeting, "review_id"), column(meeting, "recorded_at")) == before
    assert column(meeting, "recommendation") == ["sertraline 150 mg", "CBT"]
    rows = versions(meeting.engine, Review)
    assert rows["superseded_by"].fillna(0).tolist() == [3, 0, 0]
    assert rows["recorded_at"].is_monotonic_increasing


def test_emptied_recommendation_is_withdrawn_and_comes_back_under_its_id(meeting: Weekly) -> None:
    meeting.advise(1)
    meeting.advise(2, THERAPY)
    meeting.finish()
    before = column(meeting, "review_id")
    meeting.advise(2, dict.fromkeys(THERAPY, ""))
    meeting.finish()
    emptied = column(meeting, "recommendation")

    meeting.advise(2, THERAPY | {"words": "CBT, weekly"})
    meeting.finish()

    assert emptied == ["sertraline 100 mg"]
    assert column(meeting, "review_id") == before
    assert column(meeting, "recommendation") == ["sertraline 100 mg", "CBT, weekly"]


def test_emptied_first_recommendation_leaves_what_was_discussed(meeting: Weekly) -> None:
    meeting.save("discussed", "sleeps badly")
    meeting.advise(1)
    meeting.finish()
    meeting.advise(1, dict.fromkeys(RAISE, ""))

    meeting.finish()

    assert (column(meeting, "discussed"), column(meeting, "recommendation")) == (["sleeps badly"], [None])


def test_step_stays_with_a_recommendation_that_was_reworded(meeting: Weekly) -> None:
    meeting.advise(1)
    review_id = meeting.finish().record_id or 0
    on: dict[str, Any] = {"today": TODAY, "date": TODAY}
    commands.step_recommendation(meeting.engine, KIM, token=token(), review_id=review_id, status="accepted", **on)
    meeting.advise(1, {"words": "sertraline 150 mg"})

    meeting.finish()

    assert known(meeting.engine).steps["review_id"].tolist() == column(meeting, "review_id") == [review_id]


def test_case_reviews_of_the_form_and_of_files_stand_beside_those_of_a_meeting(meeting: Weekly) -> None:
    day: dict[str, Any] = {"today": TODAY, "patient_id": 1, "date": TODAY}
    commands.record_review(meeting.engine, KIM, token=token(), recommendation="wait", **day)
    meeting.finish()
    commands.record_review(meeting.engine, KIM, token=token(), recommendation="call", **day)

    assert column(meeting, "review_id") == [1, 2, 3]
    assert column(meeting, "meeting_id") == [None, meeting.meeting_id, None]


def test_case_reviews_of_a_meeting_are_taken_out_as_all_others(meeting: Weekly) -> None:
    meeting.advise(1)
    meeting.finish()

    with reading(meeting.engine) as connection:
        rows = queries.export_frame(connection, "reviews", TODAY)

    assert rows["Recommendation"].tolist() == ["sertraline 100 mg"]
    assert rows["Due"].tolist() == [pd.Timestamp(2026, 3, 9)]


def test_meeting_written_up_the_day_after_is_dated_as_it_was_held(engine: Engine) -> None:
    late = weekly(engine, held_on=TODAY - dt.timedelta(days=1))

    late.finish()

    assert column(late, "date") == [pd.Timestamp(TODAY) - pd.Timedelta(days=1)]
