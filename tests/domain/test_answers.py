"""The answers on a patient's page: each sentence on either side of the threshold that chooses it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bhi_core.domain import answers, instruments
from bhi_core.domain.answers import Chart, Trial
from bhi_core.domain.answers.change import same_way, slope
from bhi_core.domain.answers.chart import WorkedOut
from bhi_core.domain.caseload import work_out
from bhi_core.domain.episodes import assign, status_on
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import FINDING_COLUMNS, RuleBook, book
from bhi_core.domain.trajectory import summarise
from bhi_core.domain.words import MINUS, THIN
from tests.domain.clinic import DAY_0, Case, registry_of

NOTHING = np.nan


def charted(
    scores: str = "",
    as_of: int = 100,
    *,
    items: dict[int, str] | None = None,
    treatments: Sequence[tuple[Any, ...]] = (),
    reviews: Sequence[tuple[Any, ...]] = (),
    contacts: Sequence[tuple[Any, ...]] = (),
    safety: Sequence[tuple[Any, ...]] = (),
    worked_out: Callable[[Registry], WorkedOut] | None = None,
    **case: Any,
) -> Chart:
    """Chart one patient enrolled on day 0 (5 January 2026); all days are counted from it.

    Args:
        scores: as in ``tests.domain.clinic``, days for dates.
        items: the answers of some forms, by the form's number in ``scores`` from 1.
        treatments: (day, change, treatment, dose, why).
        reviews: (day, consultant, recommendation, owner, due day or None).
        contacts: (day, kind, modality, attended, minutes).
        safety: (day, kind, level, by, outcome).
        worked_out: what works the courses, and maybe the findings, out.
    """
    registry = registry_of(Case(as_of=as_of, scores=scores, **case))
    registry = replace(
        registry,
        treatments=_rows(registry.treatments, treatments, ("date", "change", "treatment", "dose", "why")),
        reviews=_rows(registry.reviews, reviews, ("date", "consultant", "recommendation", "owner", "due")),
        contacts=_rows(registry.contacts, contacts, ("date", "kind", "modality", "attended", "minutes")),
        safety=_rows(registry.safety, safety, ("date", "kind", "level", "by", "outcome")),
    )
    given = items or {}
    texts = [given.get(int(number), NOTHING) for number in registry.scores["score_id"]]
    forms = registry.scores.assign(items=pd.Series(texts, dtype="str"))
    episodes = registry.episodes.sort_values("enrolled_on")
    return answers.chart((worked_out or courses_alone)(registry), registry, forms, int(episodes["episode_id"].iloc[-1]))


@dataclass(frozen=True)
class Courses:
    """What was worked out of the courses alone: for answers that no finding stands in."""

    trajectories: pd.DataFrame
    findings: pd.DataFrame
    instruments: InstrumentRegistry
    rule_book: RuleBook


def courses_alone(registry: Registry) -> Courses:
    """Work the courses out, and no rule: a tenth of the time."""
    scores = registry.scores
    scores = scores.assign(episode_id=assign(scores["patient_id"], scores["taken_on"], registry.episodes))
    episodes = registry.episodes.assign(
        status=status_on(registry.episodes, registry.as_of), clock_on=registry.episodes["enrolled_on"]
    )
    findings = pd.DataFrame({column: [] for column in FINDING_COLUMNS})
    return Courses(summarise(scores, episodes, registry.as_of), findings, instruments.registry(), book())


def _rows(like: pd.DataFrame, rows: Sequence[tuple[Any, ...]], names: tuple[str, ...]) -> pd.DataFrame:
    """Build records with the columns and types of a frame."""
    if not rows:
        return like
    told = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    for column in {"date", "due"} & set(told.columns):
        told[column] = [pd.NaT if days is None else pd.Timestamp(DAY_0 + timedelta(days=days)) for days in told[column]]
    told = told.assign(patient_id=1, **{like.columns[0]: range(len(told))}).reindex(columns=like.columns)
    return told.astype(like.dtypes.to_dict())


def plain(text: str) -> str:
    """Write a thin space as a plain one."""
    return text.replace(THIN, " ")


def said(scores: str, as_of: int = 100, **more: Any) -> str:
    """Give the answer sentence."""
    return plain(answers.answer(charted(scores, as_of, **more)))


def real(scores: str, as_of: int = 100, **more: Any) -> list[str]:
    """Give the sentences on whether a change is real."""
    return [plain(sentence) for sentence in answers.is_it_real(charted(scores, as_of, **more)).sentences]


# --- the answer in one sentence --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ("PHQ-9@0=17;PHQ-9@98=4", "Remission: PHQ-9 is 4, from 17 in 14 weeks."),
        ("PHQ-9@0=17;PHQ-9@98=5", "Response: PHQ-9 halved, 17 to 5 in 14 weeks."),
        ("PHQ-9@0=15;PHQ-9@98=0", "Remission: PHQ-9 is 0, from 15 in 14 weeks."),
        ("PHQ-9@0=18;PHQ-9@84=8", "Response: PHQ-9 halved, 18 to 8 in 12 weeks."),
        ("PHQ-9@0=18;PHQ-9@84=9", "Response: PHQ-9 halved, 18 to 9 in 12 weeks."),
        ("PHQ-9@0=21;PHQ-9@84=11", "Some improvement: PHQ-9 21 to 11 in 12 weeks, down 10 (48 %)."),
        ("PHQ-9@0=14;PHQ-9@84=9", "Some improvement: PHQ-9 14 to 9 in 12 weeks, down 5 (36 %)."),
        ("PHQ-9@0=18;PHQ-9@84=12", "Some improvement: PHQ-9 18 to 12 in 12 weeks, down 6 (33 %)."),
        ("PHQ-9@0=20;PHQ-9@84=15", "Some improvement: PHQ-9 20 to 15 in 12 weeks, down 5 (25 %)."),
        ("PHQ-9@0=20;PHQ-9@84=16", "No improvement: PHQ-9 16 after 20, 12 weeks."),
        ("PHQ-9@0=25;PHQ-9@84=19", "Some improvement: PHQ-9 25 to 19 in 12 weeks, down 6 (24 %)."),
        ("PHQ-9@0=17;PHQ-9@63=16", "No improvement: PHQ-9 16 after 17, 9 weeks."),
        ("PHQ-9@0=17;PHQ-9@98=17", "No improvement: PHQ-9 17 after 17, 14 weeks."),
        ("PHQ-9@0=14;PHQ-9@98=18", "No improvement: PHQ-9 18 after 14, 14 weeks."),
        ("PHQ-9@0=14;PHQ-9@98=19", "Worse: PHQ-9 14 to 19 in 14 weeks, up 5 (36 %)."),
        ("PHQ-9@0=14;PHQ-9@98=20", "Worse: PHQ-9 14 to 20 in 14 weeks, up 6 (43 %)."),
        ("PHQ-9@0=8;PHQ-9@98=10", "Worse: PHQ-9 8 to 10 in 14 weeks, up 2 (25 %); below 10 at the start."),
        (
            "PHQ-9@0=8;PHQ-9@98=9",
            "Below threshold: PHQ-9 is 9, from 8 in 14 weeks; below 10 at the start and now.",
        ),
        ("PHQ-9@0=17;PHQ-9@6=16", "No improvement: PHQ-9 16 after 17, 6 days."),
    ],
)
def test_the_sentence_follows_the_class(scores: str, sentence: str) -> None:
    last_day = int(re.findall(r"@(\d+)=", scores)[-1])

    assert said(scores, last_day + 2) == sentence


def test_improvement_that_did_not_last_names_the_month_of_the_best() -> None:
    sentence = said("PHQ-9@0=19;PHQ-9@60=14;PHQ-9@98=17")

    assert sentence == (
        "No lasting improvement: PHQ-9 is 17 after a first score of 19. It fell to 14 in March, then came back."
    )


def test_a_best_of_four_points_is_no_improvement_at_all() -> None:
    assert said("PHQ-9@0=19;PHQ-9@60=15;PHQ-9@98=17") == "No improvement: PHQ-9 17 after 19, 14 weeks."


def test_worse_after_having_been_better_says_both() -> None:
    assert said("PHQ-9@0=16;PHQ-9@60=11;PHQ-9@98=22") == (
        "Worse: PHQ-9 16 to 22 in 14 weeks, up 6 (38 %). It fell to 11 in March in between."
    )


@pytest.mark.parametrize(
    ("latest", "start"),
    [(10, "Possible relapse: PHQ-9 is 10 after a best of 5 in March; the first score was 20."), (9, "Response:")],
)
def test_relapse_begins_at_ten(latest: int, start: str) -> None:
    assert said(f"PHQ-9@0=20;PHQ-9@60=5;PHQ-9@98={latest}").startswith(start)


def test_a_year_is_named_when_it_is_not_this_one() -> None:
    assert said("PHQ-9@0=19;PHQ-9@340=12;PHQ-9@398=17", 400).endswith("It fell to 12 in December 2026, then came back.")
    assert said("PHQ-9@390=19", 400) == "One score so far: PHQ-9 19 on 30 January. A course needs a second."


def test_one_score_needs_a_second_and_gets_its_age_when_stale() -> None:
    assert said("PHQ-9@0=19", 30) == "One score so far: PHQ-9 19 on 5 January. A course needs a second."
    assert said("PHQ-9@0=19", 31) == "One score so far: PHQ-9 19 on 5 January, 31 days ago. A course needs a second."


@pytest.mark.parametrize(
    ("status", "fresh", "stale"), [("active", 30, 31), ("relapse prevention", 60, 61)], ids=["active", "prevention"]
)
def test_a_score_out_of_date_is_said_first(status: str, fresh: int, stale: int) -> None:
    scores = "PHQ-9@0=17;PHQ-9@40=12"

    assert said(scores, 40 + fresh, status=status, since=10).startswith("Some improvement:")
    assert said(scores, 40 + stale, status=status, since=10) == "No score since 14 February; PHQ-9 was 12 then."


def test_nothing_is_out_of_date_once_an_episode_is_closed() -> None:
    assert said("PHQ-9@0=17;PHQ-9@40=3", 300, status="graduated", closed=50).startswith("Remission: PHQ-9 is 3")


def test_nothing_measured_and_nothing_complete_are_not_the_same() -> None:
    assert said("", 15) == "Nothing measured yet: enrolled on 5 January, 2 weeks ago."
    assert said("PHQ-9@3=[incomplete][i9=0]", 15) == (
        "No complete score yet: the form of 8 January has answers missing."
    )


def test_gad_7_alone_is_answered_by_its_own_numbers() -> None:
    assert said("GAD-7@0=15;GAD-7@98=11") == "Some improvement: GAD-7 15 to 11 in 14 weeks, down 4 (27 %)."
    assert said("GAD-7@0=15;GAD-7@60=11;GAD-7@98=14") == (
        "No lasting improvement: GAD-7 is 14 after a first score of 15. It fell to 11 in March, then came back."
    )


def test_wellbeing_is_better_when_it_rises() -> None:
    assert said("WHO-5@0=8;WHO-5@98=13") == "Some improvement: WHO-5 8 to 13 in 14 weeks, up 5 (63 %)."
    assert said("WHO-5@0=8;WHO-5@98=10") == "No improvement: WHO-5 10 after 8, 14 weeks."
    assert said("WHO-5@0=13;WHO-5@98=9") == "Worse: WHO-5 13 to 9 in 14 weeks, down 4 (31 %)."
    assert said("WHO-5@0=8;WHO-5@60=14;WHO-5@98=9") == (
        "No lasting improvement: WHO-5 is 9 after a first score of 8. It rose to 14 in March, then came back."
    )


def test_an_instrument_without_a_reliable_change_has_no_class() -> None:
    assert said("EPDS@0=15;EPDS@98=9") == (
        "EPDS 15 to 9 in 14 weeks, down 6 (40 %). No reliable change is published for it, so it has no class."
    )


def test_the_worst_class_leads_and_names_its_instrument() -> None:
    both = "PHQ-9@0=18;GAD-7@0=15;PHQ-9@98=8;GAD-7@98=15"

    assert said(both) == "No improvement: GAD-7 15 after 15, 14 weeks."
    assert said(both.replace("GAD-7@0=15", "GAD-7@0=9").replace("GAD-7@98=15", "GAD-7@98=9")).startswith("Response")


def test_a_stale_course_or_one_with_one_score_does_not_lead() -> None:
    assert said("PHQ-9@0=18;GAD-7@0=15;PHQ-9@98=8;GAD-7@40=15").startswith("Response: PHQ-9")
    assert said("PHQ-9@0=18;PCL-5@90=50;PHQ-9@98=8").startswith("Response: PHQ-9")


def test_a_second_episode_is_answered_from_its_own_first_score() -> None:
    sentence = said("PHQ-9@-200=22;PHQ-9@-100=4;PHQ-9@0=17;PHQ-9@63=16", 65, earlier=(-200,))

    assert sentence == "No improvement: PHQ-9 16 after 17, 9 weeks."


# --- getting better? -------------------------------------------------------------------------------------------------


def test_getting_better_gives_every_course_the_span_once() -> None:
    told = answers.getting_better(charted("PHQ-9@0=19;GAD-7@0=15;PHQ-9@98=17;GAD-7@98=11"))

    assert told.word == "No"
    assert [plain(sentence) for sentence in told.sentences] == [
        "PHQ-9 19 → 17 in 14 weeks, down 2 (11 %), “no change”.",
        "GAD-7 15 → 11, down 4 (27 %), “partial”.",
    ]


@pytest.mark.parametrize(
    ("scores", "word"),
    [
        ("PHQ-9@0=18;PHQ-9@98=9", "Yes"),
        ("PHQ-9@0=18;PHQ-9@98=12", "In part"),
        ("PHQ-9@0=18;PHQ-9@98=14", "No"),
        ("PHQ-9@0=18;GAD-7@0=15;PHQ-9@98=8;GAD-7@98=15", "In part"),
        ("PHQ-9@0=9;PHQ-9@98=5", "Steady"),
        ("PHQ-9@0=3;PHQ-9@98=7", "Steady"),
        ("PHQ-9@0=3;PHQ-9@98=8", "No"),
        ("PHQ-9@98=18", "Not known"),
        ("PHQ-9@0=18;PHQ-9@40=9", "Not known"),
        ("EPDS@0=18;EPDS@98=9", "Not known"),
        ("", "Not known"),
    ],
)
def test_the_word_for_getting_better(scores: str, word: str) -> None:
    assert answers.getting_better(charted(scores)).word == word


def test_a_stale_class_carries_its_date() -> None:
    told = answers.getting_better(charted("PHQ-9@0=18;PHQ-9@40=9;GAD-7@98=8"))

    assert [plain(sentence) for sentence in told.sentences] == [
        "GAD-7 8 on 13 Apr, no second score.",
        "PHQ-9 18 → 9 in 5 weeks, down 9 (50 %), “response” of 14 Feb.",
    ]


# --- is that real? ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (19, 17, "Down 2 is within measurement error (6 or more is reliable)."),
        (19, 15, "Down 4 is within measurement error (6 or more is reliable)."),
        (
            19,
            14,
            "Down 5 (26 %): patients notice 5 or more, but it is within measurement error (6 or more is reliable).",
        ),
        (19, 13, "Down 6 (32 %): more than measurement error, short of half."),
        (16, 9, "Down 7 (44 %): more than measurement error, short of half."),
        (18, 9, "Down 9 (50 %): more than measurement error, and halved."),
        (10, 5, "Down 5 (50 %): halved, but within measurement error (6 or more is reliable)."),
        (10, 9, "Down 1 is within measurement error (6 or more is reliable), though below 10 now."),
        (11, 10, "Down 1 is within measurement error (6 or more is reliable)."),
        (14, 14, "Unchanged."),
        (14, 19, "Up 5 (36 %): patients notice 5 or more, but it is within measurement error (6 or more is reliable)."),
        (14, 20, "Up 6 (43 %): more than measurement error (6 or more is reliable)."),
    ],
)
def test_where_the_rules_disagree_both_are_said(first: int, last: int, sentence: str) -> None:
    assert real(f"PHQ-9@0={first};PHQ-9@98={last}")[0] == sentence


def test_another_scale_is_judged_by_its_own_numbers() -> None:
    sentences = real("PHQ-9@0=19;GAD-7@0=15;PHQ-9@98=17;GAD-7@98=11")

    assert sentences[-1] == "GAD-7: down 4 (27 %): more than measurement error, short of half."


def test_reliable_change_shows_its_r_and_sd() -> None:
    basis = answers.is_it_real(charted("PHQ-9@0=19;GAD-7@0=15;PHQ-9@98=17;GAD-7@98=11")).basis

    assert basis[0].startswith("PHQ-9, 6 points: ")
    assert "SD 5.5" in basis[0] and "r .89" in basis[0]
    assert "SD 4.5" in basis[1] and "r .92" in basis[1]


def test_what_was_lost_since_the_best_is_held_against_reliable_change() -> None:
    course = "PHQ-9@0=19;PHQ-9@56=12;PHQ-9@70=13;PHQ-9@84=15;PHQ-9@98="

    assert real(course + "17")[1] == (
        "The rise from 12 to 17 since 2 Mar, up 5, is one point short of reliable; "
        "three scores in a row point the same way."
    )
    assert real(course + "18")[1].startswith("The rise from 12 to 18 since 2 Mar, up 6, is more than measurement error")
    assert not real(course + "16")[1].startswith("The rise")


def test_fewer_than_three_scores_in_a_row_are_no_run() -> None:
    assert real("PHQ-9@0=19;PHQ-9@56=12;PHQ-9@84=15;PHQ-9@98=17")[1].endswith("short of reliable.")


def test_same_way_counts_from_the_end() -> None:
    assert same_way(np.array([19.0, 12, 13, 15, 17])) == 3
    assert same_way(np.array([12.0, 13, 15, 14])) == 1
    assert same_way(np.array([12.0, 12])) == 0
    assert same_way(np.array([12.0])) == 0


def test_a_slope_needs_four_scores() -> None:
    three = "PHQ-9@0=19;PHQ-9@70=17;PHQ-9@98=16"

    assert real(three)[-1] == "Too few scores for a slope: 3 scores, it needs 4."
    assert real(three.replace(";", ";PHQ-9@84=16;", 1))[-1].startswith("Slope, last 14 weeks: ")


def test_the_slope_of_a_straight_line_is_its_steepness_whatever_the_days_between() -> None:
    told = charted("PHQ-9@0=20;PHQ-9@49=20;PHQ-9@63=18;PHQ-9@70=17;PHQ-9@91=14;PHQ-9@98=13")
    fit = slope(told, told.courses[0])

    assert fit is not None
    assert fit.a_week == pytest.approx(-1.0)
    assert (fit.low, fit.high) == pytest.approx((-1.0, -1.0))
    assert (fit.weeks, fit.scores) == (8, 5)


def test_the_slope_says_when_it_could_be_chance() -> None:
    flat = real("PHQ-9@0=17;PHQ-9@56=16;PHQ-9@70=18;PHQ-9@84=16;PHQ-9@98=17")[-1]
    down = real("PHQ-9@0=20;PHQ-9@49=20;PHQ-9@63=18;PHQ-9@70=17;PHQ-9@91=14;PHQ-9@98=13")[-1]

    assert flat.endswith("; no trend beyond chance.")
    assert down == f"Slope, last 8 weeks: {MINUS}1.0 a week ({MINUS}1.0 to {MINUS}1.0)."


def test_one_outlier_does_not_carry_the_slope() -> None:
    told = charted("PHQ-9@0=20;PHQ-9@56=18;PHQ-9@63=17;PHQ-9@70=27;PHQ-9@77=15;PHQ-9@84=14;PHQ-9@91=13;PHQ-9@98=12")
    fit = slope(told, told.courses[0])

    assert fit is not None
    assert fit.a_week == pytest.approx(-1.0, abs=0.2)


def test_one_score_is_no_change() -> None:
    assert real("PHQ-9@98=19") == ["A change needs two scores."]


# --- what did not move? ----------------------------------------------------------------------------------------------

FIRST, LAST = "2,3,3,2,2,3,2,1,1", "2,2,3,2,2,2,2,0,2"


def moved(scores: str, items: dict[int, str]) -> list[str]:
    """Give the sentences on the items."""
    return list(answers.what_did_not_move(charted(scores, items=items)).sentences)


def test_items_that_stayed_and_those_that_fell_are_named_with_item_9() -> None:
    assert moved("PHQ-9@0=19[i9=1];PHQ-9@98=17[i9=2]", {1: FIRST, 2: LAST}) == [
        "Sleep 3 → 3, interest 2 → 2, energy 2 → 2, appetite 2 → 2, concentration 2 → 2, item 9 1 → 2.",
        "Better: mood 3 → 2, self-worth 3 → 2, psychomotor 1 → 0.",
    ]


def test_moves_hold_every_scored_item_in_the_order_of_the_form() -> None:
    moves = answers.what_did_not_move(charted("PHQ-9@0=19[i9=1];PHQ-9@98=17[i9=2]", items={1: FIRST, 2: LAST})).moves

    assert [move.name for move in moves][-2:] == ["psychomotor", "item 9"]
    assert [(move.then, move.now) for move in moves][:3] == [(2, 2), (3, 2), (3, 3)]


def test_an_answer_of_one_that_stayed_is_not_named_and_one_that_rose_is() -> None:
    sentences = moved("PHQ-9@0=4[i9=0];PHQ-9@98=4[i9=0]", {1: "1,1,0,0,2,0,0,0,0", 2: "1,0,1,0,2,0,0,0,0"})

    assert sentences[0] == "Appetite 2 → 2, sleep 0 → 1."


def test_item_9_of_zero_is_said_too() -> None:
    sentences = moved("PHQ-9@0=3[i9=0];PHQ-9@98=2[i9=0]", {1: "3,0,0,0,0,0,0,0,0", 2: "2,0,0,0,0,0,0,0,0"})

    assert sentences == ["Nothing stayed high.", "Item 9 0 then and now.", "Better: interest 3 → 2."]


def test_the_range_of_an_incomplete_form_is_said() -> None:
    sentences = moved("PHQ-9@0=19[i9=1];PHQ-9@98=[incomplete][i9=2]", {1: FIRST, 2: "2,2,3,2,2,2,,0,2"})

    assert sentences[-1] == "The form of 13 Apr lacks 1 answer: its total lies between 15 and 18."


def test_a_later_total_alone_is_said_to_hold_no_answers() -> None:
    sentences = moved("PHQ-9@0=19[i9=1];PHQ-9@84=17[i9=2];PHQ-9@98=13", {1: FIRST, 2: LAST})

    assert sentences[-1] == "Answers of 30 Mar; the form of 13 Apr has a total alone."


def test_without_answers_or_with_one_form_nothing_is_compared() -> None:
    assert moved("PHQ-9@0=19;PHQ-9@98=17", {}) == ["No answers to single items are recorded."]
    assert moved("PHQ-9@0=19;PHQ-9@98=17", {1: ",,,,,,,,1"}) == ["No answers to single items are recorded."]
    assert moved("PHQ-9@0=19[i9=1];PHQ-9@98=17", {1: FIRST})[0] == (
        "One form with answers so far, of 5 Jan. Highest: mood 3, sleep 3, self-worth 3."
    )


# --- what was tried? -------------------------------------------------------------------------------------------------

PICTURE = (
    (0, "start", "Sertraline", "50 mg", None),
    (28, "dose up", "Sertraline", "100 mg", "tolerated"),
    (30, "therapy start", "Behavioural activation", "8 sessions planned", None),
    (42, "dose up", "Sertraline", "150 mg", None),
    (40, "augment", "Bupropion XL", "150 mg", None),
    (60, "therapy stop", "Behavioural activation", "6 of 8 sessions", None),
    (75, "stop", "Bupropion XL", None, "insomnia"),
)


def tried(scores: str, treatments: Sequence[tuple[Any, ...]], as_of: int = 100) -> list[str]:
    """Give the sentences on what was tried."""
    told = answers.what_was_tried(charted(scores, as_of, treatments=treatments))
    return [plain(sentence) for sentence in told.sentences]


def test_treatments_are_told_with_dose_dates_weeks_and_reasons() -> None:
    assert tried("PHQ-9@0=19;PHQ-9@70=12;PHQ-9@98=17", PICTURE) == [
        "Sertraline 150 mg since 16 Feb (8 weeks).",
        "Bupropion XL 150 mg, 5 weeks, stopped 21 Mar: insomnia.",
        "Behavioural activation, 6 of 8 sessions, ended 6 Mar.",
        "PHQ-9 rose 12 to 17 after both ended; that is order in time, not cause.",
    ]


@pytest.mark.parametrize(
    ("latest", "what"),
    [
        (17, "PHQ-9 rose 12 to 17"),
        (16, "PHQ-9 hardly moved, 12 to 16"),
        (12, "PHQ-9 stayed at 12"),
        (8, "PHQ-9 hardly moved, 12 to 8"),
        (7, "PHQ-9 fell 12 to 7"),
    ],
)
def test_what_the_score_did_after_the_last_change(latest: int, what: str) -> None:
    sentences = tried(f"PHQ-9@0=19;PHQ-9@40=12;PHQ-9@98={latest}", PICTURE[:4])

    assert sentences[-1] == f"{what} after sertraline 150 mg on 16 Feb; that is order in time, not cause."


def test_no_score_after_the_last_change_is_said() -> None:
    assert tried("PHQ-9@0=19;PHQ-9@42=17", PICTURE[:4], 60)[-1] == "No PHQ-9 yet after sertraline 150 mg on 16 Feb."


def test_a_switch_ends_what_was_started_but_not_what_was_added() -> None:
    treatments = (
        (0, "start", "Sertraline", "50 mg", None),
        (20, "augment", "Mirtazapine", "15 mg", None),
        (50, "switch", "Venlafaxine XR", "75 mg", "from sertraline: nausea"),
    )

    assert tried("PHQ-9@0=19;PHQ-9@98=18", treatments) == [
        "Mirtazapine 15 mg since 25 Jan (11 weeks).",
        "Venlafaxine XR 75 mg since 24 Feb (7 weeks).",
        "Sertraline 50 mg, 7 weeks, switched 24 Feb.",
        "PHQ-9 hardly moved, 19 to 18 after the switch to venlafaxine XR 75 mg on 24 Feb; "
        "that is order in time, not cause.",
    ]


def test_a_stop_that_names_nothing_ends_all_medications_and_no_therapy() -> None:
    told = charted("PHQ-9@0=19", treatments=[*PICTURE[:5], (80, "stop", None, None, "pregnancy")])
    last = [trial for trial in answers.trials(told.treatments) if trial.is_last_dose]

    assert {trial.treatment: trial.ended for trial in last} == {
        "Sertraline": date(2026, 3, 26),
        "Bupropion XL": date(2026, 3, 26),
        "Behavioural activation": None,
    }


def test_each_dose_is_a_trial_of_its_own() -> None:
    told = charted("PHQ-9@0=19", treatments=PICTURE[:2])

    assert answers.trials(told.treatments) == (
        Trial("Sertraline", "50 mg", DAY_0, date(2026, 2, 2), "tolerated", False, DAY_0, is_last_dose=False),
        Trial("Sertraline", "100 mg", date(2026, 2, 2), None, "", False, DAY_0),
    )


def test_an_abbreviation_keeps_its_capitals_within_a_sentence() -> None:
    treatments = [(0, "therapy start", "CBT", None, None), (60, "therapy stop", "CBT", "8 of 8 sessions", None)]

    assert tried("PHQ-9@0=19;PHQ-9@98=18", treatments) == [
        "CBT, 8 of 8 sessions, ended 6 Mar.",
        "PHQ-9 hardly moved, 19 to 18 after CBT ended on 6 Mar; that is order in time, not cause.",
    ]


def test_no_treatment_is_said() -> None:
    assert tried("PHQ-9@0=19;PHQ-9@98=17", ()) == ["No treatment is recorded."]


def test_a_treatment_from_before_the_enrolment_is_told_too() -> None:
    assert tried("PHQ-9@0=19", [(-60, "start", "Sertraline", "50 mg", None)], 20)[0].startswith(
        "Sertraline 50 mg since 6 Nov 2025"
    )


# --- what now? -------------------------------------------------------------------------------------------------------


def test_findings_are_numbered_worst_first_with_what_they_suggest() -> None:
    told = answers.what_now(charted("PHQ-9@0=19[i9=0];PHQ-9@98=17[i9=2]", worked_out=work_out))

    assert [action.number for action in told] == list(range(1, len(told) + 1))
    assert told[0].rule == "S1"
    assert told[0].finding.startswith("Item 9 answered “more than half the days” on 13 Apr, 2 days ago")
    assert told[0].action.startswith("Same-day assessment")


def test_no_rule_gives_no_action() -> None:
    assert answers.what_now(charted("PHQ-9@0=19", 300, status="graduated", closed=50, worked_out=work_out)) == ()


# --- what happened ---------------------------------------------------------------------------------------------------


def test_history_is_newest_first_and_says_each_thing_in_two_words() -> None:
    told = charted(
        "PHQ-9@0=19[i9=1];GAD-7@0=15;PHQ-9@60=13;PHQ-9@98=17[i9=2];GAD-7@98=11",
        contacts=[
            (0, "assessment", "in person", True, 50.0), (40, "outreach", "phone", False, NOTHING),
            (50, "no show", "phone", False, NOTHING), (98, "follow-up", "video", True, 26.0),
        ],
        reviews=[(70, "Dr Osei", "Restart BA", "D. Reyes", 84)],
        treatments=[(75, "stop", "Bupropion XL", None, "insomnia"), (28, "dose up", "Sertraline", "100 mg", None)],
        safety=[(0, "acknowledged", None, "A. Novak", "Safety plan made."), (1, "C-SSRS", "yellow", "A. Novak", None)],
    )  # fmt: skip

    assert [(event.said_on, event.what, event.detail) for event in answers.happened(told)] == [
        ("13 Apr", "Video", "attended, 26 min"),
        ("13 Apr", "PHQ-9 17, GAD-7 11", "◆ item 9: 2"),
        ("21 Mar", "Bupropion XL", "stopped: insomnia"),
        ("16 Mar", "Case review", "Dr Osei: Restart BA"),
        ("6 Mar", "PHQ-9 13", "total only, item 9 unknown"),
        ("24 Feb", "Phone", "did not attend"),
        ("14 Feb", "Phone", "outreach, not reached"),
        ("2 Feb", "Sertraline", "raised to 100 mg"),
        ("6 Jan", "C-SSRS", "yellow, A. Novak"),
        ("5 Jan", "In person", "assessment, attended, 50 min"),
        ("5 Jan", "PHQ-9 19, GAD-7 15", "◇ item 9: 1"),
        ("5 Jan", "Safety flag acknowledged", "A. Novak: Safety plan made."),
        ("5 Jan", "Enrolled", "A. Novak"),
    ]


@pytest.mark.parametrize(
    ("mark", "detail", "item9"),
    [("0", "", 0), ("1", "◇ item 9: 1", 1), ("2", "◆ item 9: 2", 2), ("blank", "item 9 left blank", None),
     ("?", "total only, item 9 unknown", None)],
)  # fmt: skip
def test_item_9_has_its_mark_and_unknown_is_not_zero(mark: str, detail: str, item9: int | None) -> None:
    event = answers.happened(charted(f"PHQ-9@98=17[i9={mark}]"))[0]

    assert (event.detail, event.item9) == (detail, item9)


def test_an_incomplete_form_shows_the_range_of_its_total() -> None:
    event = answers.happened(charted("PHQ-9@98=[incomplete][i9=0]", items={1: "1,1,,2,2,2,2,2,0"}))[0]

    assert event.what == "PHQ-9 12–15 (1 missing)"


def test_a_closed_episode_ends_with_its_closing() -> None:
    events = answers.happened(charted("PHQ-9@0=19", 300, status="graduated", closed=50))

    assert (events[0].what, events[0].detail, events[0].said_on) == ("Closed", "graduated: goals met", "24 Feb")


def test_what_came_before_any_episode_is_history_and_no_baseline() -> None:
    told = charted("PHQ-9@-60=25;PHQ-9@0=17;PHQ-9@63=16", 65)

    assert [event.what for event in answers.happened(told) if event.kind == "score"][-1] == "PHQ-9 25"
    assert answers.answer(told).startswith("No improvement: PHQ-9 16 after 17")
