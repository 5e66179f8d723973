"""Newly enrolled, closed, corrected and late scores, recommendations that came due, and the frame of all changes."""

from dataclasses import replace

import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.review.changes import COLUMNS, KINDS, changes
from tests.domain.clinic import Case, registry_of
from tests.domain.review.comparing import changed, told, week_later

CALM = "contact@1;contact@50;review@50"
KNOWN = Case(as_of=53, scores="PHQ-9@0=16[i9=0]; PHQ-9@50=15", events=CALM)
LATER = KNOWN.with_(as_of=60)


def test_nothing_changed_gives_an_empty_frame_with_its_columns() -> None:
    rows = changed(KNOWN, KNOWN)

    assert (len(rows), tuple(rows.columns), str(rows["patient_id"].dtype)) == (0, COLUMNS, "int64")


def test_changes_come_in_the_order_of_the_kinds_then_of_the_list() -> None:
    new = Case(as_of=60, enrolled=58, scores="PHQ-9@58=14", mrn="0003")
    flagged = LATER.with_(scores="PHQ-9@0=16; PHQ-9@58=3[i9=1]", mrn="0001")
    worse = LATER.with_(scores="PHQ-9@0=16; PHQ-9@58=3[i9=2]", events=f"contact@1;{CALM}", mrn="0002")

    rows = changed((flagged.with_(as_of=53), worse.with_(as_of=53), new.with_(as_of=53)), (flagged, worse, new))

    assert list(zip(rows["kind"], rows["mrn"], strict=True)) == [
        ("new safety flag", "0001"), ("new safety flag", "0002"), ("remitted", "0001"), ("remitted", "0002"),
        ("newly enrolled", "0003"),
    ]  # fmt: skip
    assert [KINDS.index(kind) for kind in rows["kind"]] == sorted(KINDS.index(kind) for kind in rows["kind"])


@pytest.mark.parametrize(("enrolled", "is_told"), [(53, False), (54, True), (60, True)])
def test_episode_that_began_since_is_newly_enrolled(enrolled: int, is_told: bool) -> None:
    case = Case(as_of=60, enrolled=enrolled, scores=f"PHQ-9@{enrolled}=14; GAD-7@{enrolled}=11")

    assert bool(week_later(case, "newly enrolled")) is is_told


def test_newly_enrolled_are_told_with_their_first_scores() -> None:
    case = Case(as_of=60, enrolled=58, scores="PHQ-9@58=14; GAD-7@58=11")

    assert week_later(case, "newly enrolled") == ["Enrolled 4 Mar, PHQ-9 14 (moderate), GAD-7 11 (moderate)."]
    assert week_later(case.with_(scores=""), "newly enrolled") == ["Enrolled 4 Mar, no score yet."]


def test_episode_that_was_recorded_late_says_so() -> None:
    assert told((KNOWN,), (LATER, LATER.with_(mrn="0002")), "newly enrolled") == [
        "Enrolled 5 Jan, recorded after 27 Feb, PHQ-9 16 (moderately severe)."
    ]


def test_old_episode_that_was_brought_in_late_and_closed_long_ago_is_neither_new_nor_closed() -> None:
    old = LATER.with_(mrn="0002", status="graduated", closed=40)

    rows = changed((KNOWN,), (LATER, old))

    assert rows[rows["mrn"] == "0002"].empty


def test_second_course_of_care_is_newly_enrolled() -> None:
    again = Case(as_of=160, enrolled=158, earlier=(0,), scores="PHQ-9@0=16; PHQ-9@158=17")

    assert week_later(again, "newly enrolled") == ["Enrolled 12 Jun, PHQ-9 17 (moderately severe)."]


@pytest.mark.parametrize(("closed", "is_told"), [(53, False), (54, True), (60, True), (61, False)])
def test_episode_is_told_as_closed_in_the_week_of_its_closing(closed: int, is_told: bool) -> None:
    case = LATER.with_(status="lost", closed=closed)

    found = week_later(case, "closed")

    assert bool(found) is is_told
    if closed == 60:
        assert found == ["Closed 6 Mar in week 8: lost (goals met)."]


def test_episode_that_began_and_was_closed_since_is_told_as_both() -> None:
    case = Case(as_of=60, enrolled=55, status="other", closed=58)

    assert week_later(case, "newly enrolled") == ["Enrolled 1 Mar, no score yet."]
    assert week_later(case, "closed") == ["Closed 4 Mar in week 0: other (goals met)."]


def test_score_dated_since_is_no_late_arrival() -> None:
    assert week_later(LATER.with_(scores="PHQ-9@0=16; PHQ-9@54=12"), "score arrived late") == []


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@53=12", "PHQ-9 12 of 27 Feb came in after 27 Feb; the latest known then was 15 of 24 Feb."),
        ("PHQ-9@20=12[i9=1]", "PHQ-9 12, item 9 1, of 25 Jan came in after 27 Feb; the latest known then was 15 of "
         "24 Feb."),
        ("GAD-7@53=[incomplete]", "GAD-7 incomplete of 27 Feb came in after 27 Feb; no other was known then."),
        ("PHQ-9@50=12", "PHQ-9 12 of 24 Feb came in after 27 Feb; the latest known then was 15 of 24 Feb."),
    ],
)  # fmt: skip
def test_score_that_was_not_known_then_arrived_late(scores: str, expected: str) -> None:
    now = LATER.with_(scores=f"{KNOWN.scores}; {scores}")

    assert told(KNOWN, now, "score arrived late") == [expected]
    assert told(KNOWN, now, "score corrected") == []


def test_scores_of_somebody_unknown_then_are_not_late_one_by_one() -> None:
    assert told((KNOWN,), (LATER, LATER.with_(mrn="0002")), "score arrived late") == []


def corrected(old: str, new: str, kind: str = "score corrected") -> list[str]:
    """Give what is told when a form of day 50 is superseded by another."""
    then = registry_of(KNOWN.with_(scores=f"PHQ-9@0=16; {old}"))
    now = registry_of(LATER.with_(scores=f"PHQ-9@0=16; {new}" if new else "PHQ-9@0=16"))
    ids = now.scores["score_id"].where(now.scores["score_id"] < 2, now.scores["score_id"] + 100)
    now = replace(now, scores=now.scores.assign(score_id=ids))
    rows = changes((then, work_out(then)), (now, work_out(now)))
    return rows.loc[rows["kind"] == kind, "what"].tolist()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("PHQ-9@50=15", "PHQ-9@50=9", "PHQ-9 of 24 Feb corrected: 15 to 9."),
        ("PHQ-9@50=15[i9=2]", "PHQ-9@50=9[i9=0]", "PHQ-9 of 24 Feb corrected: 15 to 9, item 9 from 2 to 0."),
        ("PHQ-9@50=[incomplete][i9=blank]", "PHQ-9@50=9[i9=0]",
         "PHQ-9 of 24 Feb corrected: incomplete to 9, item 9 from blank to 0."),
        ("PHQ-9@50=15", "PHQ-9@50=15[i9=1]", "PHQ-9 15 of 24 Feb corrected: same total, item 9 from unknown to 1."),
        ("PHQ-9@50=15", "PHQ-9@50=15", "PHQ-9 15 of 24 Feb corrected: same total."),
        ("PHQ-9@50=15", "", "PHQ-9 15 of 24 Feb no longer stands."),
        ("PHQ-9@50=15", "PHQ-9@49=15", "PHQ-9 15 of 24 Feb no longer stands."),
    ],
)  # fmt: skip
def test_form_that_stands_no_more_was_corrected(old: str, new: str, expected: str) -> None:
    assert corrected(old, new) == [expected]


@pytest.mark.parametrize(("new", "late"), [("PHQ-9@50=9", 0), ("PHQ-9@49=15", 1), ("PHQ-9@50=9; PHQ-9@50=8", 1)])
def test_correction_is_no_late_arrival_but_another_day_or_a_second_form_is(new: str, late: int) -> None:
    assert len(corrected("PHQ-9@50=15", new, "score arrived late")) == late


ADVISED = LATER.with_(events=f"{CALM};review@50=switch|Dr Osei|57")


@pytest.mark.parametrize(("due", "is_told"), [(53, False), (54, True), (60, True), (61, False)])
def test_recommendation_is_told_when_its_due_date_is_reached(due: int, is_told: bool) -> None:
    assert bool(week_later(LATER.with_(events=f"{CALM};review@50=switch||{due}"), "recommendation due")) is is_told


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "Words on switch (of 24 Feb, owner Dr Osei): due 3 Mar, 3 days ago; nothing that answers it is recorded "
         "since."),
        ("med_switch@56", "Words on switch (of 24 Feb, owner Dr Osei): due 3 Mar, 3 days ago; what is recorded on 2 "
         "Mar may answer it."),
        ("step@55=1|accepted", "Words on switch (of 24 Feb, owner Dr Osei): due 3 Mar, 3 days ago; nothing that "
         "answers it is recorded since."),
        ("step@55=1|enacted", None),
        ("step@55=1|declined|no", None),
    ],
)  # fmt: skip
def test_recommendation_due_is_told_while_it_is_open(more: str, expected: str | None) -> None:
    case = ADVISED.with_(events=f"{ADVISED.events};{more}")

    assert week_later(case, "recommendation due") == ([] if expected is None else [expected])


def test_recommendation_that_was_recorded_late_or_opened_again_comes_due_now() -> None:
    overdue = ADVISED.with_(as_of=70)
    enacted = overdue.with_(events=f"{ADVISED.events};step@58=1|enacted")

    assert told(LATER.with_(as_of=63), overdue, "recommendation due") != []
    assert told(enacted.with_(as_of=63), enacted.with_(events=f"{enacted.events};step@69=1|proposed"),
                "recommendation due") != []  # fmt: skip


def test_recommendation_of_somebody_whose_care_is_closed_is_not_asked_for() -> None:
    assert week_later(ADVISED.with_(status="graduated", closed=55), "recommendation due") == []


def test_only_people_who_may_be_seen_now_are_told_of() -> None:
    other = LATER.with_(mrn="0002", scores="PHQ-9@0=16[i9=1]")

    assert changed((KNOWN, other.with_(as_of=53)), (LATER,))["mrn"].isin(["0001"]).all()
