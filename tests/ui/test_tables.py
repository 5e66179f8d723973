"""The rows of the caseload table: what each column says, in the design's words."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.words import THIN
from bhi_core.ui.marks import class_table
from bhi_core.ui.tables import caseload_data
from tests.domain.clinic import Case, registry_of

COURSE = "PHQ-9@0=19[i9=0]; GAD-7@0=15; PHQ-9@28=17[i9=0]; GAD-7@28=11; PHQ-9@84=17[i9=0]; GAD-7@84=11"
SEEN = "contact@0; contact@80; review@80"


def table(*cases: Case, **options: Any) -> dict[str, Any]:
    """Make the table of some patients."""
    registry = registry_of(*cases)
    return caseload_data(work_out(registry), registry, **options)


def row(case: Case) -> dict[str, Any]:
    """Give the only row of one patient."""
    rows: list[dict[str, Any]] = table(case)["rows"]
    assert len(rows) == 1
    return rows[0]


def class_of(measure: dict[str, Any]) -> tuple[str, str, str]:
    """Give mark, word and tone of a measure's class."""
    code: int = measure["k"]
    return class_table()[code]


def test_a_row_names_the_patient_the_record_number_and_the_care_manager() -> None:
    made = row(Case(90, COURSE, SEEN, mrn="00418823"))

    assert made["n"] == "Test, Pat 00418823"
    assert made["m"] == "00418823 · A. Novak"
    assert made["w"] == 12


def test_a_measure_says_first_last_age_and_change() -> None:
    measure = row(Case(90, COURSE, SEEN))["p"]

    assert (measure["f"], measure["l"], measure["a"], measure["o"]) == ("19", "17", "6 d old", 0)
    assert measure["c"] == f"−2 (11{THIN}%)"
    assert class_of(measure) == ("=", "No change", "orange")
    assert measure["h"] == 9.5


def test_gad7_has_the_same_three() -> None:
    measure = row(Case(90, COURSE, SEEN))["a"]

    assert (measure["f"], measure["l"], measure["c"]) == ("15", "11", f"−4 (27{THIN}%)")
    assert class_of(measure) == ("◁", "Partial", "ink")


@pytest.mark.parametrize(("as_of", "age", "old"), [(30, "30 d old", 0), (31, "31 d old", 1), (140, "20 wk old", 1)])
def test_the_age_of_a_score_is_late_after_30_days(as_of: int, age: str, old: int) -> None:
    measure = row(Case(as_of, "PHQ-9@-7=19; PHQ-9@0=17", "contact@0"))["p"]

    assert (measure["a"], measure["o"]) == (age, old)


def test_one_score_has_no_last_and_no_change() -> None:
    measure = row(Case(10, "PHQ-9@0=19", "contact@0"))["p"]

    assert (measure["f"], measure["l"], measure["c"]) == ("19", None, "")
    assert class_of(measure) == ("·", "No follow-up yet", "ink")
    assert measure["s"] == [0, 19, 0]


def test_a_last_score_of_0_is_shown_and_counts_as_the_whole_change() -> None:
    measure = row(Case(90, "PHQ-9@0=19; PHQ-9@84=0", SEEN))["p"]

    assert (measure["l"], measure["c"]) == ("0", f"−19 (100{THIN}%)")
    assert class_of(measure) == ("▼▼", "Remission", "blue")


def test_a_first_score_of_0_has_no_percentage_and_no_half() -> None:
    measure = row(Case(90, "PHQ-9@0=0; PHQ-9@84=3", SEEN))["p"]

    assert (measure["c"], measure["h"]) == ("+3", None)


def test_without_a_score_both_places_are_empty() -> None:
    made = row(Case(20, "", "contact@0"))

    assert made["p"] is None and made["a"] is None
    assert made["d"] == 28


def test_the_course_has_a_true_time_axis_from_enrolment_and_the_answers_to_item9() -> None:
    made = row(Case(90, "PHQ-9@-7=19[i9=2]; PHQ-9@28=17[i9=0]; PHQ-9@84=18", SEEN))

    assert made["d"] == 97
    assert made["p"]["s"] == [0, 19, 2, 35, 17, 0, 91, 18, 0]


def test_a_short_course_is_drawn_on_four_weeks() -> None:
    assert row(Case(10, "PHQ-9@0=19; PHQ-9@7=17", "contact@0"))["d"] == 28


def test_of_two_scores_on_a_day_the_last_recorded_is_drawn() -> None:
    assert row(Case(90, "PHQ-9@0=19; PHQ-9@28=15; PHQ-9@28=12", SEEN))["p"]["s"] == [0, 19, 0, 28, 12, 0]


def test_an_incomplete_form_is_not_in_the_course() -> None:
    assert row(Case(90, "PHQ-9@0=19; PHQ-9@28=[incomplete][i9=1]", SEEN))["p"]["s"] == [0, 19, 0]


def test_a_patient_followed_on_another_instrument_has_it_in_the_place_of_phq9_with_its_name() -> None:
    made = table(Case(90, "PCL-5@0=57; PCL-5@84=40; GAD-7@0=15", SEEN))
    measure = made["rows"][0]["p"]

    assert made["scales"][measure["i"]] == ["PCL-5", 0, 80, 33, 1]
    assert measure["a"] == "PCL-5, 6 d"
    assert measure["h"] is None
    assert made["rows"][0]["a"]["f"] == "15"


def test_where_higher_is_better_the_triangle_follows_the_score_and_the_word_the_meaning() -> None:
    measure = row(Case(90, "WHO-5@0=20; WHO-5@84=8", SEEN))["p"]

    assert class_of(measure) == ("▼", "Deteriorated", "red")


def test_a_screener_takes_no_place() -> None:
    assert row(Case(90, "PHQ-2@0=4; PHQ-2@84=2", SEEN))["p"] is None


@pytest.mark.parametrize(
    ("scores", "events", "code"),
    [
        ("PHQ-9@0=19[i9=2]; PHQ-9@28=17[i9=0]", "", 2),
        ("PHQ-9@0=19[i9=1]; PHQ-9@28=17[i9=0]", "", 1),
        ("PHQ-9@0=19[i9=2]; PHQ-9@28=17[i9=0]", "; safety_ack@29", 12),
        ("PHQ-9@0=19[i9=0]; PHQ-9@28=17[i9=0]", "", 0),
        ("PHQ-9@0=19; PHQ-9@28=17", "", -1),
    ],
    ids=["open, though a later form says 0", "open 1", "acknowledged", "zero", "totals only are unknown"],
)
def test_the_badge_of_item9(scores: str, events: str, code: int) -> None:
    assert row(Case(40, scores, "contact@0" + events))["b"] == code


def test_the_reason_for_the_group_comes_first_and_two_more_findings_at_most() -> None:
    first, more = row(Case(240, "PHQ-9@0=14[i9=1]; PHQ-9@230=22[i9=1]", "contact@230; review@10"))["y"]

    assert first.startswith("Item 9 “several days”")
    assert more == "Consult overdue in week 34; last consult week 1; worse than at start by 8 points"


def test_what_another_column_shows_is_not_said_again() -> None:
    first, more = row(Case(200, "PHQ-9@0=14; PHQ-9@84=14", "contact@10"))["y"]

    assert "review" not in (first + more).lower().replace("never reviewed", "")
    assert "No PHQ-9 for" not in more


def test_a_finding_on_another_instrument_names_it() -> None:
    _, more = row(Case(90, "PHQ-9@0=14; GAD-7@0=12; PHQ-9@84=20; GAD-7@84=17", SEEN))["y"]

    assert "GAD-7: worse than at start by 5 points" in more


def test_a_late_first_score_is_said_under_the_reason() -> None:
    assert "late baseline" in row(Case(120, "PHQ-9@40=14; PHQ-9@110=14", SEEN))["y"][1]


@pytest.mark.parametrize(
    ("as_of", "first", "tone"),
    [
        (40, "due 16 Feb", ""),
        (42, "due today", ""),
        (46, "4 d overdue", "late"),
        (69, "27 d overdue", "late"),
        (70, "28 d overdue", "very-late"),
    ],
)
def test_a_contact_is_late_when_due_and_very_late_from_a_calendar_month(as_of: int, first: str, tone: str) -> None:
    made = row(Case(as_of, "PHQ-9@0=14", "contact@0; contact@28", follow_up_weeks=2))

    assert made["c"] == [first, tone, "last 2 Feb"]


def test_without_an_interval_a_contact_is_as_needed_and_nobody_reached_is_said() -> None:
    assert row(Case(10, "PHQ-9@0=14", ""))["c"] == ["as needed", "", "never reached"]


def test_a_review_has_its_date_and_age_and_is_late_when_the_next_is_due() -> None:
    assert row(Case(60, COURSE, "contact@0; review@50"))["r"] == ["24 Feb", "", "10 d ago"]
    assert row(Case(120, COURSE, "contact@0; review@50"))["r"] == ["24 Feb", "late", "10 wk ago"]
    assert row(Case(60, COURSE, "contact@0"))["r"] == ["never", "late", ""]


def test_groups_come_in_the_order_of_the_meeting_with_their_notes_and_only_if_somebody_is_in_them() -> None:
    made = table(
        Case(90, "PHQ-9@0=14; PHQ-9@84=3", SEEN, mrn="1"),
        Case(90, "PHQ-9@0=19[i9=2]; PHQ-9@84=3[i9=2]", SEEN, mrn="2"),
        Case(90, "PHQ-9@0=14; PHQ-9@84=20", SEEN, mrn="3"),
    )

    assert made["groups"] == [
        ["Safety", "1 · item 9 not acknowledged: assess today"], ["Worse or relapsed", "1"], ["On track", "1"]
    ]  # fmt: skip
    assert [one["g"] for one in made["rows"]] == [0, 1, 2]


def test_only_the_rows_asked_for_are_shown() -> None:
    registry = registry_of(Case(90, COURSE, SEEN, mrn="1"), Case(90, COURSE, SEEN, mrn="2"))
    caseload = work_out(registry)

    made = caseload_data(caseload, registry, caseload.worklist.iloc[1:])

    assert [one["m"] for one in made["rows"]] == ["2 · A. Novak"]
    assert made["groups"][0][1].startswith("1")


def test_nobody_gives_an_empty_table() -> None:
    registry = registry_of(Case(90, COURSE, SEEN))
    caseload = work_out(registry)

    made = caseload_data(caseload, registry, caseload.worklist.iloc[:0])

    assert made["rows"] == [] and made["groups"] == []


def test_the_caption_is_what_the_page_says() -> None:
    assert table(Case(90, COURSE, SEEN), alt="1 of 1 needs the team.")["alt"] == "1 of 1 needs the team."
    assert "1 patient" in table(Case(90, COURSE, SEEN))["alt"]


def test_missing_names_and_care_managers_leave_no_trace() -> None:
    registry = registry_of(Case(90, COURSE, SEEN, mrn="7"))
    episodes = registry.episodes.assign(care_manager=pd.array([None], dtype="str"))
    registry = replace(registry, episodes=episodes)

    made = caseload_data(work_out(registry), registry)["rows"][0]

    assert made["m"] == "7"


def test_the_rows_are_plain_json_and_small() -> None:
    made = table(*(Case(90, COURSE, SEEN, mrn=str(number)) for number in range(20)))

    assert len(json.dumps(made["rows"])) < 20 * 700
