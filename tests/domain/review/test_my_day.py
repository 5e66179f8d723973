"""A care manager's day: safety first, each patient once, every line with its reason and since when."""

from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain.caseload import work_out
from bhi_core.domain.review.my_day import (
    ADVICE,
    CONTACT,
    MEASURE,
    MEETING,
    SAFETY,
    SECTIONS,
    SOON,
    Day,
    headline,
    my_day,
)
from bhi_core.domain.review.recommendations import recommendations
from tests.domain.clinic import Case, registry_of

NOBODY = pd.DataFrame(
    {
        "patient_id": pd.Series([], dtype="int64"),
        "place": pd.Series([], dtype="int64"),
        "state": pd.Series([], dtype="str"),
    }
)
WELL = "PHQ-9@0=14[i9=0]; PHQ-9@28=12[i9=0]"
"""Measured two days before day 30, so that no measure is out of date then."""


def the_day(*cases: Case, who: str = "A. Novak", items: pd.DataFrame = NOBODY) -> Day:
    """Work out somebody's day."""
    registry = registry_of(*cases)
    return my_day(who, registry, work_out(registry), recommendations(registry), items)


def sections(day: Day) -> list[tuple[str, str]]:
    """Give section and MRN of each line."""
    return list(zip(day.lines["section"], day.lines["mrn"], strict=True))


def only(day: Day) -> Any:
    """Give the one line there is."""
    assert len(day.lines) == 1, day.lines
    return day.lines.iloc[0]


def well(mrn: str = "0001", **more: Any) -> Case:
    """Give a patient of whom nothing is due on day 30."""
    given: dict[str, Any] = {
        "scores": WELL,
        "events": "contact@1; contact@26; review@20",
        "follow_up_weeks": 4.0,
    } | more
    return Case(30, mrn=mrn, **given)


def test_nothing_due_says_so_with_the_number_of_patients() -> None:
    day = the_day(well(), well("0002"))

    assert day.lines.empty
    assert headline(day) == "Nothing is due today for A. Novak: 2 patients in care."


def test_somebody_without_patients_has_an_empty_day() -> None:
    day = the_day(well(), who="D. Reyes")

    assert day.lines.empty
    assert [figure.denominator for figure in day.figures] == [0] * len(day.figures)


def test_no_registry_at_all_gives_an_empty_day() -> None:
    registry = registry_of(well())
    nobody = registry_of(Case(30, enrolled=40))

    assert my_day("A. Novak", nobody, work_out(nobody), recommendations(registry), NOBODY).lines.empty


def test_safety_comes_first_and_a_patient_stands_once_with_the_rest_beside() -> None:
    flagged = well("0002", scores="PHQ-9@0=14[i9=2]; PHQ-9@28=12[i9=0]", events="contact@1; contact@5=20; review@20")
    late = well("0001", events="contact@1; contact@5=20; review@20")

    day = the_day(late, flagged)

    assert sections(day) == [(SAFETY, "0002"), (CONTACT, "0001")]
    assert "Item 9 answered" in day.lines["why"].iloc[0]
    assert day.lines["since"].iloc[0].date() == date(2026, 1, 5)
    assert "Contact was due 25 Jan, 10 days ago." in day.lines["also"].iloc[0]
    assert headline(day) == "2 of A. Novak's 2 patients need you today: 1 with an open safety flag and 1 to contact."


def test_a_contact_is_due_on_its_day_overdue_the_day_after_and_soon_for_seven_days() -> None:
    def due(on: int) -> list[tuple[str, str]]:
        return sections(the_day(well(events=f"contact@1; contact@20={on}; review@20")))

    assert due(29) == [(CONTACT, "0001")]
    assert due(30) == [(CONTACT, "0001")]
    assert due(31) == due(37) == [(SOON, "0001")]
    assert due(38) == []


def test_a_contact_says_since_when_it_is_due_and_when_the_last_was() -> None:
    line = only(the_day(well(events="contact@1; contact@20=28; review@20")))

    assert line["why"] == "Contact was due 2 Feb, 2 days ago. Last reached 25 Jan."
    assert line["since"].date() == date(2026, 2, 2)


def test_a_contact_that_is_due_without_an_interval_or_a_date_is_never_due() -> None:
    assert the_day(well(follow_up_weeks=None)).lines.empty


def test_who_was_never_reached_is_to_be_contacted_since_enrolment() -> None:
    line = only(the_day(well(events="", follow_up_weeks=None)))

    assert (line["section"], line["since"].date()) == (CONTACT, date(2026, 1, 5))
    assert line["why"].startswith("Never reached")


def test_a_measure_out_of_date_says_how_long_since_the_last() -> None:
    line = only(the_day(Case(80, scores=WELL, events="contact@1; contact@78; review@70", follow_up_weeks=4.0)))

    assert line["section"] == MEASURE
    assert line["why"] == "No PHQ-9 for 52 days."
    assert line["since"].date() == date(2026, 2, 2)


def test_a_missing_baseline_is_a_measure_since_enrolment() -> None:
    line = only(the_day(well(scores="")))

    assert (line["section"], line["since"].date()) == (MEASURE, date(2026, 1, 5))


def test_the_longest_waiting_comes_first() -> None:
    day = the_day(
        well("0001", events="contact@1; contact@20=29; review@20"),
        well("0002", events="contact@1; contact@20=25; review@20"),
    )

    assert sections(day) == [(CONTACT, "0002"), (CONTACT, "0001")]


def test_a_snooze_leaves_a_patient_out_and_is_counted_but_never_hides_a_safety_flag() -> None:
    late = "contact@1; contact@5=20; review@20; snooze@29=35"
    day = the_day(
        well("0001", events=late),
        well("0002", events=late, scores="PHQ-9@0=14[i9=1]; PHQ-9@28=12[i9=0]"),
    )

    assert sections(day) == [(SAFETY, "0002")]
    assert day.snoozed == 1


def test_a_closed_patient_has_only_an_open_flag_to_be_seen() -> None:
    closed = {"status": "graduated", "closed": 25, "events": "contact@1; contact@5=20; review@20"}
    calm, flagged = well("0001", **closed), well("0002", **closed, scores="PHQ-9@0=14[i9=1]; PHQ-9@28=12[i9=0]")

    assert sections(the_day(calm, flagged)) == [(SAFETY, "0002")]


def test_a_recommendation_stands_on_its_day_and_until_somebody_enacts_or_declines_it() -> None:
    def due(on: int, more: str = "") -> list[tuple[str, str]]:
        advised = f"contact@1; contact@26; review@20=raise dose|D. Reyes|{on}{more}"
        return sections(the_day(well(events=advised), who="D. Reyes"))

    assert due(29) == due(30) == [(ADVICE, "0001")]
    assert due(31) == []
    assert due(29, "; step@29=0|accepted") == [(ADVICE, "0001")]
    assert due(29, "; step@29=0|enacted") == due(29, "; step@29=0|declined|not tolerated") == []


def test_a_recommendation_says_what_by_whom_and_how_late_and_is_theirs_by_owner() -> None:
    advised = well(events="contact@1; contact@26; review@20=raise dose|D. Reyes|28")

    line = only(the_day(advised, who="D. Reyes"))

    assert line["why"] == "Raise dose: words on raise dose; recommended 25 Jan, due 2 Feb, 2 days ago."
    assert line["review_id"] == 0
    assert headline(the_day(advised, who="D. Reyes")).endswith("; 1 recommendation is due.")
    assert the_day(advised).lines.empty


def test_a_recommendation_without_a_due_date_waits_from_the_start() -> None:
    line = only(the_day(well(events="contact@1; contact@26; review@20=raise dose|D. Reyes"), who="D. Reyes"))

    assert "no due date was set" in line["why"] and pd.isna(line["since"])


def test_what_a_file_recommended_without_a_due_date_is_never_due() -> None:
    events = "contact@1; contact@26; review@20=continue|D. Reyes"

    assert the_day(well(events=events), who="D. Reyes").lines.empty


def test_a_change_that_could_be_the_enactment_is_pointed_at() -> None:
    advised = "contact@1; contact@26; review@20=raise dose|D. Reyes|28; dose_up@27=Sertraline"

    line = only(the_day(well(events=advised), who="D. Reyes"))

    assert line["also"] == "Something of that kind is recorded on 1 Feb: say whether it was this."


def test_patients_on_todays_agenda_stand_with_their_number_and_those_taken_off_do_not() -> None:
    items = pd.DataFrame({"patient_id": [2, 1, 3], "place": [1, 2, 3], "state": ["to come", "done", "removed"]})

    day = the_day(well("0001"), well("0002"), well("0003"), items=items)

    assert sections(day) == [(MEETING, "0002"), (MEETING, "0001")]
    assert day.lines["why"].tolist() == ["Number 1 on the agenda, to come.", "Number 2 on the agenda, done."]


def test_figures_count_every_patient_of_a_kind_whatever_heading_they_stand_under() -> None:
    flagged = well("0002", scores="PHQ-9@0=14[i9=2]; PHQ-9@28=12[i9=0]", events="contact@1; contact@5=20; review@20")
    late = well("0001", events="contact@1; contact@5=20; review@20")

    counts = {figure.label: figure.count for figure in the_day(late, flagged, well("0003")).figures}

    assert counts["Open safety flag"] == "1 of 3"
    assert counts["Contact due or overdue"] == "2 of 3"
    assert counts["Measure out of date"] == "0 of 3"
    assert counts["Recommendations due"] == "0 of 0"


def test_the_sections_stand_in_the_order_of_the_day() -> None:
    assert list(SECTIONS) == [SAFETY, CONTACT, MEASURE, ADVICE, MEETING, SOON]


def test_a_recommendation_of_a_closed_course_is_left_to_the_history() -> None:
    advised = well(
        events="contact@1; contact@26; review@20=raise dose|D. Reyes|28", status="graduated", closed=27,
    )  # fmt: skip

    assert the_day(advised, who="D. Reyes").lines.empty


def test_a_recommendation_that_a_file_brought_waits_only_until_the_next_review() -> None:
    def waits(kind: str) -> bool:
        events = f"contact@1; contact@26; review@15={kind}|D. Reyes|20; review@22"
        return not the_day(well(events=events), who="D. Reyes").lines.empty

    assert waits("raise dose")
    assert not waits("medication")


def test_who_was_reached_today_or_has_a_day_ahead_is_not_to_be_called_again() -> None:
    def first_reached(on: int, due: str) -> list[tuple[str, str]]:
        return sections(the_day(well(events=f"contact@{on}{due}; review@20", follow_up_weeks=None)))

    assert first_reached(30, "") == []
    assert first_reached(29, "") == [(CONTACT, "0001")]
    assert first_reached(29, "=60") == []
    assert first_reached(29, "=35") == [(SOON, "0001")]
