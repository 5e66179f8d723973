"""The minutes say who was discussed on which figures, what was recommended and who does what until when."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bhi_core.domain.review.minutes import DECISION_SUPPORT
from bhi_core.domain.review.note import note
from bhi_core.errors import Refused
from tests.domain.clinic import Case, caseload_of, day, registry_of
from tests.domain.review.meeting_made import (
    HELD,
    NO_CHANGE_YET,
    RAISED,
    WELL,
    entries,
    items,
    stepped,
    told,
    wrote,
)

BOTH = (NO_CHANGE_YET, WELL)


def recorded(*rows: dict[str, Any]) -> Any:
    return wrote(registry_of(*BOTH), *rows)


def test_patients_stand_in_the_order_of_the_agenda() -> None:
    agenda = items("done", "carried over").assign(place=[2, 1])

    assert [one.mrn for one in told(agenda=agenda).patients] == ["0002", "0001"]


def test_scores_stand_with_their_dates_and_the_safety_item() -> None:
    first = told().patients[0]

    assert [one.said.replace("\u202f", " ") for one in first.scores] == [
        "PHQ-9 15 on 2 Mar 2026 (first 16 on 5 Jan 2026; down 1 (6 %); no change); item 9: 1"
    ]


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ("PHQ-9@0=16", "PHQ-9 16 on 5 Jan 2026 (the only score); item 9: unknown"),
        ("PHQ-9@0=16;PHQ-9@7=[i9=2][incomplete]", "PHQ-9 16 on 5 Jan 2026 (the only score); item 9: 2 on 12 Jan 2026"),
        ("PHQ-9@0=16[i9=blank]", "PHQ-9 16 on 5 Jan 2026 (the only score); item 9: left blank"),
    ],
)
def test_unknown_safety_item_is_never_a_zero(scores: str, said: str) -> None:
    assert [one.said for one in told((NO_CHANGE_YET.with_(scores=scores), WELL)).patients[0].scores] == [said]


def test_facts_stand_in_one_line() -> None:
    assert told().patients[0].facts == "MRN 0001 · age 40 · Harbor · A. Novak · active, week 8, enrolled 5 Jan 2026"


def test_recommendation_carries_kind_words_owner_and_due_date() -> None:
    (one,) = told(now=recorded(RAISED)).patients[0].recommendations

    assert (one.what, one.terms, one.fate) == (
        "Raise dose: sertraline to 150 mg", "owner Dr Park, due 20 Mar 2026", "proposed",
    )  # fmt: skip


def test_recommendations_of_other_meetings_are_left_out() -> None:
    assert told(now=recorded({**RAISED, "meeting_id": 8.0})).patients[0].recommendations == ()


def test_status_is_that_of_today_and_scores_are_those_of_the_meeting() -> None:
    now = wrote(registry_of(*BOTH), RAISED, as_of=day(HELD + 20))
    later = stepped(now, 900, "declined", day(HELD + 7), "fears side effects")

    found = told(now=later)

    assert found.patients[0].recommendations[0].fate == "declined 13 Mar 2026: fears side effects"
    assert (found.as_of, found.status_on) == (day(HELD), day(HELD + 20))


@pytest.mark.parametrize(("days", "late"), [(14, 0), (15, 1)])
def test_open_recommendation_is_overdue_from_the_day_after_its_due_date(days: int, late: int) -> None:
    now = wrote(registry_of(*BOTH), RAISED, as_of=day(HELD + days))

    ((_, (task,)),) = told(now=now).tasks

    assert task.days_late == late


def test_tasks_stand_by_owner_and_due_date_and_those_without_an_owner_last() -> None:
    now = recorded(
        RAISED,
        {**RAISED, "category": "re-measure", "owner": "A. Novak", "due": day(70)},
        {**RAISED, "category": "refer", "owner": "A. Novak", "due": day(65)},
        {**RAISED, "category": "outreach", "owner": None, "due": None},
    )

    found = told(now=now).tasks

    assert [(owner, [task.what.split(":")[0] for task in some]) for owner, some in found] == [
        ("A. Novak", ["Refer", "Re-measure"]), ("Dr Park", ["Raise dose"]), ("No owner named", ["Outreach"]),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["no change"])
def test_no_change_makes_no_task(kind: str) -> None:
    assert told(now=recorded({**RAISED, "category": kind})).tasks == ()


@pytest.mark.parametrize("status", ["enacted", "declined"])
def test_what_is_settled_makes_no_task(status: str) -> None:
    assert told(now=stepped(recorded(RAISED), 900, status, day(HELD))).tasks == ()


def test_text_that_was_typed_and_not_closed_stands_as_such_and_makes_no_task() -> None:
    typed = entries((2, "discussed", "Doing well"), (2, "rec1.kind", "no change"), (2, "rec2.words", "call on Monday"),
                    (2, "rec2.owner", "A. Novak"), (2, "rec2.due", "2026-03-09"))  # fmt: skip

    found = told(typed=typed)
    second = found.patients[1]

    assert (second.discussed, second.finished) == ("Doing well", False)
    assert [(one.number, one.kind, one.words, one.due) for one in second.recommendations] == [
        (1, "no change", "", None), (2, "", "call on Monday", date(2026, 3, 9)),
    ]  # fmt: skip
    assert found.tasks == ()


def test_recorded_text_stands_and_what_was_changed_since_is_said() -> None:
    typed = entries((1, "discussed", "Changed since"), (1, "rec1.kind", "switch"))

    first = told(now=recorded(RAISED), typed=typed).patients[0]

    assert (first.discussed, first.finished) == ("No better.\nSleeps badly.", False)


def test_what_was_recommended_stays_a_task_though_somebody_typed_on() -> None:
    typed = entries((1, "discussed", "Typed after Done"), (1, "rec1.kind", "raise dose"))

    ((owner, (task,)),) = told(now=recorded(RAISED), typed=typed).tasks

    assert (owner, task.what) == ("Dr Park", "Raise dose: sertraline to 150 mg")


def test_recorded_text_that_says_what_was_typed_is_finished() -> None:
    typed = entries(
        (1, "discussed", "No better.\nSleeps badly. "), (1, "rec1.kind", "raise dose"),
        (1, "rec1.words", "sertraline to 150 mg"), (1, "rec1.owner", "Dr Park"),
        (1, "rec1.due", day(HELD + 14).isoformat()),
    )  # fmt: skip

    assert told(now=recorded(RAISED), typed=typed).patients[0].finished


def test_both_texts_of_a_conflict_stand_with_their_names() -> None:
    typed = entries((1, "rec1.words", "150 mg"), (1, "rec1.words", "200 mg", "Dr Osei"))

    (conflict,) = told(typed=typed).patients[0].conflicts

    assert conflict.about == "Recommendation 1, words"
    assert conflict.texts == (("A. Novak", "150 mg"), ("Dr Osei", "200 mg"))


def test_no_change_without_words_says_itself_once() -> None:
    typed = entries((1, "discussed", "Stable"), (1, "rec1.kind", "no change"))
    row = {**RAISED, "discussed": "Stable", "category": "no change", "recommendation": "no change", "owner": None}

    first = told(now=recorded({**row, "due": None}), typed=typed).patients[0]

    assert [(one.what, one.fate) for one in first.recommendations] == [("No change", "nothing to do")]
    assert first.finished


def test_leading_finding_of_each_group_and_scale_is_told() -> None:
    stuck = NO_CHANGE_YET.with_(as_of=160, scores="PHQ-9@0=20[i9=0];PHQ-9@30=20[i9=0];PHQ-9@150=19[i9=0]")
    every = caseload_of(stuck).findings

    found = told((stuck,), items("done")).patients[0].findings

    assert (
        len(every[every["group"] == "not_improving"]),
        len([one for one in found if "Not in remission" in one]),
    ) == (2, 0)
    assert every["full"].iloc[0] in found


def test_acknowledgement_of_the_day_stands_beside_the_finding_of_the_morning() -> None:
    now = registry_of(NO_CHANGE_YET.with_(events=f"contact@0;contact@50;safety_ack@{HELD}"), WELL)

    first = told(now=now).patients[0]

    assert any("not acknowledged" in said for said in first.findings)
    assert first.safety == ("Safety flag acknowledged on 6 Mar 2026 by A. Novak.",)


def test_summary_counts_each_state_with_its_denominator() -> None:
    cases = [NO_CHANGE_YET, *(WELL.with_(mrn=f"000{at}") for at in range(2, 6))]
    agenda = items("done", "done", "carried over", "to come", "removed", why={5: "seen yesterday"})

    found = told(cases, agenda, now=wrote(registry_of(*cases), RAISED))

    assert found.summary == (
        "2 of 4 patients on the agenda discussed, 1 carried over, 1 still to come; 1 recommendation, 1 open task."
    )
    assert [len(some) for some in (found.discussed, found.not_reached, found.removed)] == [2, 2, 1]


def test_why_somebody_was_added_and_why_somebody_was_removed_are_told_apart() -> None:
    agenda = items("to come", "removed", why={1: "asked by the PCP", 2: "seen yesterday"})

    first, second = told(agenda=agenda).patients

    assert (first.reason, first.why) == ("asked by the PCP", "")
    assert second.why == "seen yesterday"


def test_who_was_taken_off_without_a_word_was_never_part_of_the_meeting() -> None:
    found = told(agenda=items("done", "removed"))

    assert ([one.mrn for one in found.patients], found.removed) == (["0001"], ())


def test_times_are_those_of_the_clinic() -> None:
    found = told(zone=ZoneInfo("America/New_York"), ended_at=None)

    assert f"{found.started_at:%H:%M}" == "10:02"
    assert found.ended_at is None


def test_meeting_without_an_agenda_has_minutes_that_say_so() -> None:
    empty = items("done").iloc[:0]

    assert told(agenda=empty).summary == "0 of 0 patients on the agenda discussed; 0 recommendations, 0 open tasks."


def test_patient_who_is_nowhere_in_the_registry_is_still_in_the_minutes() -> None:
    found = told((NO_CHANGE_YET,), now=registry_of(*BOTH))

    assert [(one.mrn, one.scores, one.findings) for one in found.patients][1] == ("0002", (), ())


def test_closed_episode_still_has_its_scores() -> None:
    closed = WELL.with_(status="graduated", closed=55)

    assert (
        told((NO_CHANGE_YET, closed)).patients[1].facts.startswith("MRN 0002 · age 40 · Harbor · A. Novak · graduated")
    )


def test_note_is_whole_and_short() -> None:
    said = note(told(now=recorded(RAISED)), 1, "A. Novak")

    assert said.splitlines() == [
        "Case review with the psychiatric consultant, 6 Mar 2026",
        "Test, Pat 0001, MRN 0001 | age 40 | Harbor | A. Novak | active, week 8, enrolled 5 Jan 2026",
        "PHQ-9 15 on 2 Mar 2026 (first 16 on 5 Jan 2026; down 1 (6 %); no change); item 9: 1.",
        "Findings:",
        *(line for line in said.splitlines() if line.startswith("- ")),
        "Discussed: No better.",
        "  Sleeps badly.",
        "Recommendation:",
        "1. Raise dose: sertraline to 150 mg (owner Dr Park, due 20 Mar 2026); proposed.",
        "Present: A. Novak, Dr Osei.",
        "Author: A. Novak, 6 Mar 2026. Scores and findings as of 6 Mar 2026, rules 2026.2.",
        DECISION_SUPPORT,
    ]
    assert said.count("\n- ") >= 2


def test_note_has_only_letters_that_every_record_system_can_keep() -> None:
    said = note(told(now=recorded({**RAISED, "discussed": "Größer − müde\u202e \x07"})), 1, "A. Novak")

    assert said.encode("cp1252")
    assert "Größer - müde" in said


@pytest.mark.parametrize("patient_id", [2, 99])
def test_note_of_somebody_who_was_not_discussed_is_refused(patient_id: int) -> None:
    with pytest.raises(Refused, match="not discussed"):
        note(told(), patient_id, "A. Novak")


def test_note_of_a_text_that_may_still_change_says_so() -> None:
    said = note(told(typed=entries((1, "discussed", "Not closed"))), 1, "A. Novak")

    assert "Recommendation: none recorded." in said
    assert told().patients[0].finished


def test_nobody_is_named_twice_as_owner_in_two_spellings_of_order() -> None:
    now = recorded({**RAISED, "owner": "b"}, {**RAISED, "owner": "B"}, {**RAISED, "owner": "b"})

    assert [owner for owner, _ in told(now=now).tasks] == ["B", "b"]


def test_child_without_findings_has_none_in_the_minutes() -> None:
    young = Case(
        as_of=HELD, age=9, scores="PHQ-9@0=3[i9=0];PHQ-9@50=3[i9=0]", events="contact@0;contact@50", mrn="0003"
    )

    assert told((NO_CHANGE_YET, young)).patients[1].findings == ()
