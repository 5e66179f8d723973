"""The kernel: what counts in a course, and that it agrees with a slow reference on random histories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.domain import instruments
from bhi_core.domain.packing import BLOCK
from bhi_core.domain.trajectory import COLUMNS, summarise
from bhi_core.errors import Refused

START = date(2026, 1, 5)
NONE = float("nan")


@dataclass(frozen=True)
class Form:
    """One form in a test: day 0 is enrolment; recorded in the order given."""

    day: int
    total: float
    instrument: str = "phq9"
    safety: int = -2
    episode: int = 1


def frame_of(forms: Sequence[Form], shuffled: int | None = None) -> pd.DataFrame:
    known = instruments.registry()
    frame = pd.DataFrame(
        {
            "score_id": np.arange(1, len(forms) + 1),
            "episode_id": np.array([form.episode for form in forms], dtype=np.int64),
            "instrument": pd.Categorical([form.instrument for form in forms], categories=list(known.ids)),
            "taken_on": pd.Series([START + timedelta(form.day) for form in forms], dtype="datetime64[s]"),
            "recorded_order": np.arange(len(forms)),
            "total": np.array([form.total for form in forms], dtype=np.float64),
            "safety_answer": np.array([form.safety for form in forms], dtype=np.int8),
        }
    )
    return frame if shuffled is None else frame.sample(frac=1, random_state=shuffled)


def episodes_of(
    ids: Sequence[int] = (1,),
    *,
    enrolled: Sequence[int] | None = None,
    status: str = "active",
    clock: int | None = None,
    baseline: float = NONE,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "episode_id": np.array(ids, dtype=np.int64),
            "enrolled_on": pd.Series(
                [START + timedelta(days) for days in (enrolled or [0] * len(ids))], dtype="datetime64[s]"
            ),
            "status": pd.Series([status] * len(ids), dtype="str"),
            "clock_on": pd.Series(
                [pd.NaT if clock is None else START + timedelta(clock)] * len(ids), dtype="datetime64[s]"
            ),
            "baseline_score_id": np.full(len(ids), baseline),
        }
    )


def course(
    *forms: Form | tuple[int, float], instrument: str = "phq9", as_of: int = 400, **episode: Any
) -> "pd.Series[Any]":
    """Summarise one course and give its row; a plain pair is a day and a total."""
    listed = [form if isinstance(form, Form) else Form(form[0], form[1], instrument) for form in forms]
    rows = summarise(frame_of(listed), episodes_of(**episode), START + timedelta(as_of))
    assert len(rows) == 1
    return rows.iloc[0]


def on(day: int) -> pd.Timestamp:
    return pd.Timestamp(START + timedelta(day))


def test_no_scores_give_an_empty_frame_with_all_columns() -> None:
    rows = summarise(frame_of([]), episodes_of(), START)

    assert tuple(rows.columns) == COLUMNS
    assert len(rows) == 0


def test_no_episodes_give_an_empty_frame() -> None:
    assert len(summarise(frame_of([Form(0, 16)]), episodes_of([]), START)) == 0


def test_neither_scores_nor_episodes_give_an_empty_frame() -> None:
    assert len(summarise(frame_of([]), episodes_of([]), START)) == 0


def test_a_baseline_alone_is_no_follow_up_and_has_no_latest() -> None:
    row = course((0, 16))

    assert (row.baseline, row.last_valid, row.n_scores) == (16, 16, 1)
    assert pd.isna(row.latest) and pd.isna(row.latest_on) and pd.isna(row.change) and pd.isna(row.previous)
    assert row.outcome_class == "no follow-up"


def test_a_latest_score_of_zero_is_a_score() -> None:
    row = course((0, 15), (35, 0))

    assert (row.latest, row.change, row.percent, row.outcome_class) == (0, -15, -100, "remission")


def test_a_baseline_of_zero_has_points_and_no_percent() -> None:
    row = course((0, 0), (35, 3))

    assert row.change == 3
    assert pd.isna(row.percent)


@pytest.mark.parametrize(("latest", "halved"), [(5, True), (6, False)])
def test_half_of_eleven_needs_five(latest: int, halved: bool) -> None:
    assert course((0, 11), (35, latest)).halved == halved


def test_of_two_scores_on_one_day_the_last_recorded_counts() -> None:
    row = course((0, 16), (35, 9), (35, 12))

    assert (row.latest, row.n_scores, row.previous) == (12, 2, 16)


def test_of_two_scores_on_one_day_with_equal_order_the_higher_counts() -> None:
    forms = frame_of([Form(0, 16), Form(35, 12), Form(35, 9)]).assign(recorded_order=0)

    assert summarise(forms, episodes_of(), START + timedelta(40)).iloc[0].latest == 12


def test_an_incomplete_form_after_a_score_of_the_same_day_does_not_replace_it() -> None:
    assert course((0, 16), (35, 9), (35, NONE)).latest == 9


def test_an_incomplete_form_is_never_baseline_latest_previous_or_best() -> None:
    row = course((0, NONE), (7, 16), (14, NONE), (21, 12), (28, NONE), (35, 14), (42, NONE))

    assert (row.baseline, row.previous, row.best, row.latest, row.n_scores) == (16, 12, 12, 14, 3)
    assert row.last_valid_on == on(35)


def test_a_course_of_incomplete_forms_alone_has_a_row_without_a_baseline() -> None:
    row = course(Form(0, NONE, safety=1), Form(7, NONE, safety=0))

    assert (row.n_scores, row.item9, row.safety_max) == (0, "positive", 1)
    assert row[["baseline", "latest", "last_valid", "w_days", "k_days", "wc_days", "age_days"]].isna().all()
    assert pd.isna(row.baseline_how) and row.outcome_class == "no follow-up"


@pytest.mark.parametrize(("day", "how"), [(-14, "first"), (0, "first"), (14, "first"), (15, "late")])
def test_a_baseline_is_late_from_the_fifteenth_day(day: int, how: str) -> None:
    assert course((day, 16)).baseline_how == how


def test_a_chosen_baseline_counts_instead_of_the_first_score() -> None:
    row = course((0, 16), (28, 20), (56, 9), baseline=2)

    assert (row.baseline, row.baseline_on, row.baseline_how, row.latest) == (20, on(28), "chosen", 9)


def test_a_chosen_baseline_stands_for_its_day_though_another_came_later() -> None:
    row = course((0, 20), (0, 12), (28, 9), baseline=1)

    assert (row.baseline, row.latest, row.n_scores) == (20, 9, 2)


@pytest.mark.parametrize("chosen", [2, 99])
def test_a_chosen_baseline_that_is_incomplete_or_gone_leaves_the_rule(chosen: int) -> None:
    row = course((0, 16), (7, NONE), (28, 9), baseline=chosen)

    assert (row.baseline, row.baseline_how) == (16, "first")


def test_a_chosen_baseline_of_another_episode_leaves_the_rule() -> None:
    forms = frame_of([Form(0, 16), Form(28, 9), Form(0, 12, episode=2), Form(28, 8, episode=2)])
    episodes = episodes_of([1, 2]).assign(baseline_score_id=[4.0, NONE])

    rows = summarise(forms, episodes, START + timedelta(40))

    assert list(rows.baseline) == [16, 12]
    assert list(rows.baseline_how) == ["first", "first"]


def test_scores_after_the_date_do_not_count() -> None:
    row = course((0, 16), (35, 9), (63, 4), as_of=62)

    assert (row.latest, row.age_days) == (9, 27)


def test_a_score_on_the_date_counts() -> None:
    assert course((0, 16), (63, 4), as_of=63).latest == 4


def test_a_score_before_any_episode_does_not_count() -> None:
    rows = summarise(frame_of([Form(-40, 20, episode=-1), Form(0, 16)]), episodes_of(), START)

    assert list(rows.baseline) == [16]


def test_a_score_of_an_episode_that_is_not_asked_about_does_not_count() -> None:
    rows = summarise(frame_of([Form(0, 20), Form(0, 16, episode=2), Form(0, 9, episode=3)]), episodes_of([2]), START)

    assert list(rows.episode_id) == [2]
    assert list(rows.baseline) == [16]


def test_a_score_of_an_instrument_that_is_not_configured_does_not_count() -> None:
    forms = frame_of([Form(0, 16), Form(7, 3)])
    forms["instrument"] = pd.Categorical(["phq9", "gone"])

    assert list(summarise(forms, episodes_of(), START + timedelta(9)).n_scores) == [1]


def test_a_reopened_patient_has_a_new_baseline_and_keeps_the_old_course() -> None:
    forms = frame_of([Form(0, 20), Form(60, 4), Form(200, 15, episode=2), Form(230, 12, episode=2)])

    rows = summarise(forms, episodes_of([1, 2], enrolled=[0, 200]), START + timedelta(240))

    assert list(rows.baseline) == [20, 15]
    assert list(rows.latest) == [4, 12]


def test_rows_come_by_episode_and_series_whatever_the_order_of_the_frames() -> None:
    forms = frame_of(
        [Form(0, 9, "pcl5", episode=2), Form(0, 12, "gad7", episode=2), Form(0, 7), Form(0, 16, episode=2)], shuffled=3
    )

    rows = summarise(forms, episodes_of([2, 1]), START)

    assert list(zip(rows.episode_id, rows.instrument, strict=True)) == [
        (1, "phq9"),
        (2, "phq9"),
        (2, "gad7"),
        (2, "pcl5"),
    ]


def test_phq9m_and_phq9_are_one_series() -> None:
    row = course(Form(0, 16, "phq9m"), Form(35, 8, "phq9"))

    assert (row.instrument, row.baseline, row.latest) == ("phq9", 16, 8)


def test_a_gap_of_more_than_24_weeks_breaks_nothing() -> None:
    row = course((0, 16), (300, 9), as_of=310)

    assert (row.latest, row.age_days, row.w_days, row.weeks) == (9, 10, 310, 44)


def test_best_is_between_baseline_and_latest_and_the_first_of_equals() -> None:
    row = course((0, 20), (28, 7), (56, 7), (84, 12))

    assert (row.best, row.best_on, row.previous, row.previous_on) == (7, on(28), 7, on(56))


def test_the_baseline_is_never_the_best_score() -> None:
    row = course((0, 10), (28, 17), (56, 14), (84, 18))

    assert (row.best, row.best_improved) == (14, False)


def test_two_scores_have_no_best_and_the_baseline_as_previous() -> None:
    row = course((0, 20), (28, 7))

    assert pd.isna(row.best) and pd.isna(row.best_on)
    assert row.previous == 20


def test_improved_since_is_the_first_of_the_run_that_ends_with_the_latest() -> None:
    row = course((0, 20), (14, 9), (28, 15), (42, 9), (56, NONE), (70, 8))

    assert (row.improved, row.improved_since) == (True, on(42))


def test_no_improved_run_when_the_latest_is_not_improved() -> None:
    row = course((0, 20), (14, 9), (28, 15))

    assert not row.improved
    assert row.best_improved
    assert pd.isna(row.improved_since)


def test_the_baseline_is_no_part_of_the_improved_run() -> None:
    assert course((0, 4), (14, 3)).improved_since == on(14)


def test_without_a_recorded_change_the_clock_is_the_baseline() -> None:
    row = course((2, 14), (35, 12), as_of=40)

    assert (row.clock_on, row.k_days, row.wc_days, row.reference, row.reference_on) == (on(2), 33, 38, 14, on(2))


@pytest.mark.parametrize(("clock", "reference"), [(-3, 16), (0, 16), (19, 16), (20, 15), (21, 15), (60, 9)])
def test_the_reference_is_the_latest_score_on_or_before_the_clock(clock: int, reference: int) -> None:
    row = course((0, 16), (20, 15), (30, NONE), (50, 9), clock=clock)

    assert (row.clock_on, row.reference, row.k_days) == (on(clock), reference, 50 - clock)


@pytest.mark.parametrize(("clock", "starts"), [(0, 91), (90, 91), (91, 91), (92, 92)])
def test_the_clock_does_not_start_before_a_late_baseline(clock: int, starts: int) -> None:
    row = course((91, 18), (105, 16), clock=clock)

    assert (row.clock_on, row.k_days) == (on(starts), 105 - starts)


def test_a_change_counts_as_clock_where_there_is_no_baseline() -> None:
    row = course((0, NONE), clock=3, as_of=10)

    assert (row.clock_on, row.wc_days) == (on(3), 7)
    assert pd.isna(row.reference)


def test_weeks_are_whole_weeks_from_enrolment() -> None:
    assert course((10, 16), as_of=13).weeks == 1


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([0], "negative"),
        ([2, 0], "positive"),
        ([0, -2], "unknown"),
        ([0, -1], "unknown"),
        ([-2, 0], "negative"),
        ([1, -2], "positive"),
    ],
)
def test_item_9_is_positive_for_any_form_and_negative_only_by_the_latest(answers: list[int], told: str) -> None:
    row = course(*[Form(day * 7, 12, safety=answer) for day, answer in enumerate(answers)])

    assert (row.item9, row.safety_max) == (told, max(answers))


def test_item_9_of_an_incomplete_form_counts() -> None:
    assert course(Form(0, 16, safety=0), Form(7, NONE, safety=3)).item9 == "positive"


def test_the_last_recorded_form_of_a_day_tells_item_9() -> None:
    assert course(Form(0, 16, safety=0), Form(7, 12, safety=0), Form(7, 12, safety=-1)).item9 == "unknown"


def test_an_instrument_without_a_safety_item_says_nothing_of_it() -> None:
    assert pd.isna(course((0, 12), instrument="gad7").item9)


def test_epds_has_item_9_by_its_tenth_question_and_no_class() -> None:
    row = course(Form(0, 12, "epds", safety=1), Form(28, 4, "epds", safety=0))

    assert row.item9 == "positive"
    assert pd.isna(row.outcome_class)


def test_the_relapsed_class_needs_less_in_relapse_prevention() -> None:
    scores = ((0, 16), (28, 9), (56, 12))

    assert course(*scores).outcome_class == "partial"
    assert course(*scores, status="relapse prevention").outcome_class == "relapsed"


def test_gad_7_improves_while_phq_9_worsens() -> None:
    forms = [Form(0, 12), Form(0, 18, "gad7"), Form(35, 18), Form(35, 8, "gad7")]

    rows = summarise(frame_of(forms), episodes_of(), START + timedelta(40))

    assert list(rows.outcome_class) == ["deteriorated", "response"]


def test_who_5_higher_is_better_all_the_way() -> None:
    row = course((0, 10), (14, 20), (28, 6), (42, 13), instrument="who5")

    assert (row.baseline, row.latest, row.best, row.change, row.percent) == (10, 13, 20, 3, 30)
    assert row.outcome_class == "small gain"


@pytest.mark.parametrize(("latest", "named"), [(7, "deteriorated"), (8, "no change"), (12, "no change")])
def test_who_5_falls_into_deteriorated(latest: int, named: str) -> None:
    assert course((0, 10), (28, latest), instrument="who5").outcome_class == named


def test_who_5_halved_means_half_of_what_is_missing() -> None:
    assert course((0, 5), (28, 15), instrument="who5").halved
    assert not course((0, 5), (28, 14), instrument="who5").halved


def test_the_29th_of_february_is_a_day_like_others() -> None:
    row = course((784, 16), (785, 15), enrolled=[784], as_of=786)

    assert (row.baseline_on, row.latest_on) == (pd.Timestamp(2028, 2, 28), pd.Timestamp(2028, 2, 29))
    assert row.age_days == 1


def test_the_frames_given_are_not_changed() -> None:
    forms, episodes = frame_of([Form(35, 9), Form(0, 16), Form(35, 12)]), episodes_of()
    before = forms.copy(), episodes.copy()

    summarise(forms, episodes, START + timedelta(40))

    pd.testing.assert_frame_equal(forms, before[0])
    pd.testing.assert_frame_equal(episodes, before[1])


# The slow reference: plain Python, written from the rules and not from the kernel.


def reference_course(forms: list[Form], row: dict[str, Any], as_of: int, prefer: int | None) -> dict[str, Any]:
    head = instruments.registry()[instruments.registry()[forms[0].instrument].series]
    worse = head.direction
    valid: dict[int, Form] = {}
    for form in forms:
        taken = prefer is not None and valid.get(form.day) is forms[prefer]
        if form.total == form.total and not taken:
            valid[form.day] = form
    scores = [valid[day] for day in sorted(valid)]
    first = scores.index(forms[prefer]) if prefer is not None and forms[prefer] in scores else 0
    told: dict[str, Any] = {"n_scores": len(scores)}
    if not scores:
        return told
    b, after = scores[first], scores[first + 1 :]
    told |= {"baseline": b.total, "last_valid": scores[-1].total, "w_days": as_of - b.day}
    if not after:
        return told | {"outcome_class": "no follow-up" if head.reliable else None}
    c, between = after[-1], after[:-1]
    best = min(between, key=lambda form: (worse * form.total, form.day), default=None)
    clock = b.day if row["clock"] is None else row["clock"]
    if b.day > 14:
        clock = max(clock, b.day)
    seen = [form for form in [b, *after] if form.day <= clock]

    def improved(x: float) -> bool:
        if head.id not in ("phq9", "gad7"):
            return False
        return x < 5 or 2 * x <= b.total or (x < 10 and b.total - x >= {"phq9": 5, "gad7": 4}[head.id])

    run = None
    for form in reversed(after):
        if not improved(form.total):
            break
        run = form
    return told | {
        "latest": c.total,
        "previous": ([b, *after])[-2].total,
        "best": None if best is None else best.total,
        "best_on": None if best is None else on(best.day),
        "change": c.total - b.total,
        "improved": improved(c.total),
        "best_improved": any(improved(form.total) for form in between),
        "improved_since": None if run is None else on(run.day),
        "reference": (seen[-1] if seen else b).total,
        "k_days": c.day - clock,
        "age_days": as_of - c.day,
        "outcome_class": reference_class(
            head.id, b.total, c.total, between=between, improved=improved, status=row["status"]
        ),
    }


def reference_class(name: str, b: float, c: float, *, between: list[Form], improved: Any, status: str) -> str | None:
    if name == "pcl5":
        return "deteriorated" if c - b >= 15 else "small gain" if b - c >= 15 else "no change"
    if name == "who5":
        return "deteriorated" if b - c >= 3 else "small gain" if c - b >= 3 else "no change"
    if name not in ("phq9", "gad7"):
        return None
    points, reliable = {"phq9": (5, 6), "gad7": (4, 4)}[name]
    if b < 10:
        return "rose" if c >= 10 else "remission" if b >= 5 and c < 5 else "below threshold"
    best = min((form.total for form in between), default=99.0)
    lost = c - best >= points or status == "relapse prevention"
    if any(improved(form.total) for form in between) and c >= 10 and lost:
        return "relapsed"
    table = [
        (c < 5, "remission"),
        (2 * c <= b, "response"),
        (c < 10 and b - c >= points, "improved"),
        ((b - c) * 100 >= 25 * b, "partial"),
        (b - c >= reliable, "small gain"),
        (c - b >= reliable, "deteriorated"),
        (name == "phq9" and c - b >= 5, "worse"),
    ]
    return next((named for holds, named in table if holds), "no change")


TOTALS = {"phq9": 27, "phq9m": 27, "gad7": 21, "pcl5": 80, "who5": 25, "epds": 30, "phq2": 6}


def forms_of(names: list[str]) -> st.SearchStrategy[list[Form]]:
    """Make forms of a few instruments in two episodes, so that most courses are long."""
    form = st.sampled_from(names).flatmap(
        lambda name: st.builds(
            Form,
            day=st.integers(-14, 90).map(lambda day: day - day % 3),
            total=st.one_of(st.integers(0, TOTALS[name]).map(float), st.just(NONE)),
            instrument=st.just(name),
            safety=st.sampled_from([-2, -1, 0, 1, 3]),
            episode=st.integers(1, 2),
        )
    )
    return st.lists(form, max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    forms=st.lists(st.sampled_from(sorted(TOTALS)), min_size=1, max_size=2).flatmap(forms_of),
    clock=st.one_of(st.none(), st.integers(-5, 60)),
    status=st.sampled_from(["active", "relapse prevention"]),
    chosen=st.integers(0, 40),
    seed=st.integers(0, 9),
)
def test_the_kernel_agrees_with_the_slow_reference(
    forms: list[Form], clock: int | None, status: str, chosen: int, seed: int
) -> None:
    known = instruments.registry()
    episodes = episodes_of([3, 1, 2], status=status, clock=clock)
    if 0 < chosen <= len(forms):
        episodes.loc[episodes["episode_id"] == forms[chosen - 1].episode, "baseline_score_id"] = float(chosen)

    rows = summarise(frame_of(forms, shuffled=seed), episodes, START + timedelta(100))

    expected: dict[tuple[int, int], list[int]] = {}
    for number, form in enumerate(forms, start=1):
        expected.setdefault((form.episode, known.series.index(known[form.instrument].series)), []).append(number)
    assert list(zip(rows["episode_id"], rows["instrument"].cat.codes, strict=True)) == sorted(expected)
    for (_, row), (_, numbers) in zip(rows.iterrows(), sorted(expected.items()), strict=True):
        mine = [forms[number - 1] for number in numbers]
        prefer = (
            numbers.index(chosen) if chosen in numbers and forms[chosen - 1].total == forms[chosen - 1].total else None
        )
        for column, value in reference_course(mine, {"clock": clock, "status": status}, 100, prefer).items():
            got = row[column]
            assert (pd.isna(got) and value is None) or got == value, (column, got, value)


def test_ids_far_apart_are_told_apart() -> None:
    ids = [3, 5_000_000_000]
    forms = frame_of([Form(0, 16, episode=ids[1]), Form(0, 9, episode=ids[0]), Form(7, 20, episode=4_000_000_000)])

    rows = summarise(forms, episodes_of(ids), START + timedelta(9))

    assert list(zip(rows["episode_id"], rows["baseline"], strict=True)) == [(ids[0], 9), (ids[1], 16)]


def test_ids_too_far_apart_are_refused() -> None:
    forms = frame_of([Form(0, 16), Form(0, 9, episode=2**61)])

    with pytest.raises(Refused, match="too many scores"):
        summarise(forms, episodes_of(), START)


@pytest.mark.parametrize("total", [-1, 2_049, 1e9])
def test_a_total_that_no_instrument_has_is_refused_and_spoils_nobody_else(total: float) -> None:
    with pytest.raises(Refused, match="outside its instrument's range"):
        summarise(frame_of([Form(0, 16), Form(0, total, episode=2)]), episodes_of([1, 2]), START)


def test_many_courses_at_once_give_what_each_gives_alone() -> None:
    chance = np.random.default_rng(5)
    count = 3 * BLOCK + 17
    episode = chance.integers(1, 9_001, count)
    forms = pd.DataFrame(
        {
            "score_id": np.arange(1, count + 1),
            "episode_id": episode,
            "instrument": pd.Categorical(chance.choice(["phq9", "gad7", "who5"], count)),
            "taken_on": pd.Series(np.datetime64(START) + chance.integers(0, 40, count)).astype("datetime64[s]"),
            "recorded_order": chance.permutation(count),
            "total": np.where(chance.random(count) < 0.05, NONE, chance.integers(0, 22, count).astype(float)),
            "safety_answer": chance.integers(-2, 4, count).astype(np.int8),
        }
    )
    episodes = episodes_of(range(1, 9_001), clock=20)
    chosen = chance.choice(count, 200, replace=False)
    episodes.loc[episode[chosen] - 1, "baseline_score_id"] = chosen + 1.0

    rows = summarise(forms, episodes, START + timedelta(60))

    few = [
        summarise(forms[episode % 4 == rest], episodes[episodes["episode_id"] % 4 == rest], START + timedelta(60))
        for rest in range(4)
    ]
    one_by_one = pd.concat(few).sort_values(["episode_id", "instrument"], ignore_index=True)
    pd.testing.assert_frame_equal(rows, one_by_one)
    assert (rows["baseline_how"] == "chosen").sum() > 100
