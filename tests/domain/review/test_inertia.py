"""The loop: what became of each flagged episode, worked out by hand, and what is said of them together."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from bhi_core.domain.registry import Registry
from bhi_core.domain.review.inertia import REACHED, Loop, as_json, at_red, loop, therapeutic_inertia
from bhi_core.domain.review.pace import STEPS, Within, within
from tests.domain.clinic import DAY_0, Case, caseload_of, day, registry_of


def flags(*rows: tuple[int, int, str], instrument: str | None = None) -> pd.DataFrame:
    """Make flags of (patient, day after day 0, rule): the patient's only episode, or the first of several."""
    frame = pd.DataFrame(
        {
            "episode_id": [100 * patient for patient, _, _ in rows],
            "flagged_on": pd.to_datetime([day(on) for _, on, _ in rows]).astype("datetime64[s]"),
            "rule": [rule for _, _, rule in rows],
        }
    )
    frame["episode_id"] = frame["episode_id"].astype("int64")
    return frame if instrument is None else frame.assign(instrument=instrument)


def advised(registry: Registry, **texts: str) -> Registry:
    """Let the reviews hold recommendations: ``r0="switch"`` is said in the first review of the registry."""
    said = registry.reviews["review_id"].map({int(name[1:]): text for name, text in texts.items()}).astype("str")
    return replace(registry, reviews=registry.reviews.assign(recommendation=said.where(said != "nan")))


def followed(case: Case, flagged_on: int, instrument: str | None = None, **texts: str) -> Any:
    """Follow one patient from a flag on."""
    found = loop(advised(registry_of(case), **texts), flags((1, flagged_on, "T3"), instrument=instrument))
    assert len(found.episodes) == 1
    return found.episodes.iloc[0]


def on(stamp: Any) -> int | None:
    """Give a date as days after day 0."""
    return None if pd.isna(stamp) else (stamp.date() - DAY_0).days


PLAIN = Case(as_of=120, scores="PHQ-9@0=16;PHQ-9@30=16;PHQ-9@75=9")


def test_everything_is_counted_from_the_flag() -> None:
    row = followed(PLAIN.with_(events="review@39;dose_up@44=Sertraline"), 30, r0="raise the dose")

    assert [on(row[column]) for column in REACHED.values()] == [39, 39, 44, 75]
    assert [row[f"{step}_days"] for step in STEPS] == [9, 9, 14, 45]
    assert (row["flagged_days"], row["watched_days"], bool(row["waiting"])) == (90, 90, False)


def test_what_came_before_the_flag_does_not_count() -> None:
    row = followed(PLAIN.with_(events="review@29;dose_up@29=Sertraline"), 30, r0="raise the dose")

    assert [on(row[name]) for name in ("consulted_on", "recommended_on", "changed_on")] == [None, None, None]
    assert bool(row["waiting"])


def test_what_came_on_the_day_of_the_flag_took_no_days_but_its_score_is_the_one_that_raised_it() -> None:
    row = followed(PLAIN.with_(events="review@30;med_switch@30=Venlafaxine"), 30, r0="switch")

    assert [row[f"{step}_days"] for step in STEPS] == [0, 0, 0, 45]


def test_a_review_without_a_recommendation_is_a_consult_only() -> None:
    row = followed(PLAIN.with_(events="review@40;review@61"), 30, r1="add therapy")

    assert (on(row["consulted_on"]), on(row["recommended_on"])) == (40, 61)


def test_blank_words_recommend_nothing() -> None:
    row = followed(PLAIN.with_(events="review@40"), 30, r0="  ")

    assert (on(row["consulted_on"]), on(row["recommended_on"])) == (40, None)


@pytest.mark.parametrize("event", ["med_start", "dose_up", "dose_down", "med_switch", "med_augment", "therapy_start"])
def test_a_change_that_restarts_the_clock_ends_the_waiting(event: str) -> None:
    row = followed(PLAIN.with_(events=f"{event}@50=Something"), 30)

    assert (on(row["changed_on"]), bool(row["waiting"])) == (50, False)


@pytest.mark.parametrize("event", ["med_stop", "therapy_stop", "referral"])
def test_a_stop_or_a_referral_adjusts_nothing(event: str) -> None:
    row = followed(PLAIN.with_(events=f"{event}@50=Something"), 30)

    assert (on(row["changed_on"]), bool(row["waiting"])) == (None, True)


def test_the_next_score_is_the_first_after_the_day_of_the_flag_whenever_the_change_came() -> None:
    case = PLAIN.with_(scores="PHQ-9@0=16;PHQ-9@30=16;PHQ-9@40=15;PHQ-9@50=15;PHQ-9@60=14", events="dose_up@50=X")

    assert on(followed(case, 30)["measured_on"]) == 40


def test_without_a_change_the_next_score_counts() -> None:
    case = PLAIN.with_(scores="PHQ-9@0=16;PHQ-9@30=16;PHQ-9@40=15;PHQ-9@60=14")

    assert on(followed(case, 30)["measured_on"]) == 40


def test_an_incomplete_form_measures_nothing() -> None:
    case = PLAIN.with_(scores="PHQ-9@0=16;PHQ-9@30=16;PHQ-9@40=[incomplete];PHQ-9@60=14")

    assert on(followed(case, 30)["measured_on"]) == 60


def test_only_the_flagged_instrument_measures_and_any_where_none_is_named() -> None:
    case = PLAIN.with_(scores="PHQ-9@0=16;PHQ-9@30=16;GAD-7@40=12;PHQ-9@60=14")

    assert on(followed(case, 30, "phq9")["measured_on"]) == 60
    assert on(followed(case, 30, "gad7")["measured_on"]) == 40
    assert on(followed(case, 30)["measured_on"]) == 40


def test_a_closed_episode_waits_for_nothing_and_is_watched_until_its_closing() -> None:
    row = followed(PLAIN.with_(status="discharged", closed=80), 30)

    assert (bool(row["waiting"]), row["flagged_days"], row["watched_days"]) == (False, 90, 50)


def test_an_episode_that_closes_later_is_still_open_on_the_date_of_care() -> None:
    row = followed(PLAIN.with_(status="discharged", closed=130), 30)

    assert (bool(row["waiting"]), row["watched_days"]) == (True, 90)


def test_a_change_in_the_next_episode_belongs_to_that_one() -> None:
    case = Case(as_of=300, enrolled=200, earlier=(0,), scores="PHQ-9@0=16;PHQ-9@30=16", events="dose_up@210=X")

    row = followed(case, 30)

    assert row["episode_id"] == 100
    assert pd.isna(row["changed_on"]) and not row["waiting"]


TABLE = (
    # mrn, flag, consult, change, next score, closed: days after day 0; the date of care is day 100
    ("0001", 10, 12, 20, 50, None),
    ("0002", 10, 30, 38, 60, None),
    ("0003", 30, 37, 90, None, None),
    ("0004", 40, 47, None, None, None),
    ("0005", 40, None, None, None, 60),
    ("0006", 80, 81, 82, None, None),
    ("0007", 95, None, None, None, None),
)


def hand_made() -> Loop:
    """Give the loop of seven patients, one of whom closed, and two flagged too lately for the longer windows."""
    cases, said = [], 0
    for mrn, flag, consult, change, score, closed in TABLE:
        events = [f"review@{consult}"] if consult else []
        events += [f"dose_up@{change}=X"] if change else []
        scores = f"PHQ-9@0=16;PHQ-9@{flag}=16" + (f";PHQ-9@{score}=9" if score else "")
        case = Case(as_of=100, mrn=mrn, scores=scores, events=";".join(events))
        cases.append(case.with_(status="lost", closed=closed) if closed else case)
        said += consult is not None
    registry = advised(registry_of(*cases), **{f"r{number}": "raise the dose" for number in range(said)})
    return loop(registry, flags(*((place, row[1], "T3") for place, row in enumerate(TABLE, start=1))))


def test_shares_count_those_whose_window_is_over_and_name_the_others() -> None:
    summary = hand_made().summary

    assert summary.within == (
        Within(days=14, adjusted=2, of=6, not_over_adjusted=0, not_over_waiting=1, not_over_closed=0),
        Within(days=28, adjusted=2, of=5, not_over_adjusted=1, not_over_waiting=1, not_over_closed=0),
        Within(days=56, adjusted=2, of=5, not_over_adjusted=1, not_over_waiting=1, not_over_closed=0),
    )
    assert (summary.flagged, summary.adjusted, summary.waiting) == (7, 4, 2)


def test_a_window_is_over_on_its_last_day() -> None:
    rows = hand_made().episodes

    assert (within(rows, 20).of, within(rows, 21).of) == (6, 5)
    assert (within(rows, 10).adjusted, within(rows, 9).adjusted) == (2, 1)


def test_medians_count_those_who_wait_until_the_date_of_care_or_their_closing() -> None:
    until = hand_made().summary.until

    # Changed after 2, 10, 28 and 60 days; watched without one for 5, 20 and 60 days:
    # 6/7 x 4/5 x 2/3 x 1/2 of 7, 5, 3 and 2 at risk.
    assert (until["change"].median, until["change"].n, until["change"].events) == (28, 7, 4)
    assert until["change"].steps["at_risk"].tolist() == [7, 5, 3, 2]
    assert [round(share, 4) for share in until["change"].steps["share"]] == [0.1429, 0.3143, 0.5429, 0.7714]
    assert (until["consult"].median, until["consult"].events) == (7, 5)


def test_the_document_has_one_object_an_episode_and_no_missing_key() -> None:
    document = as_json(hand_made())

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert set(document) == {"episodes", "summary"}
    assert document["episodes"][0] == {
        "mrn": "0001", "enrolled_on": "2026-01-05", "flagged_on": "2026-01-15", "rule": "T3",
        "consulted_on": "2026-01-17", "recommended_on": "2026-01-17", "changed_on": "2026-01-25",
        "measured_on": "2026-02-24", "days": {"consult": 2, "recommendation": 2, "change": 10, "score": 40},
        "waiting": False,
    }  # fmt: skip
    assert document["episodes"][3] == {
        "mrn": "0004", "enrolled_on": "2026-01-05", "flagged_on": "2026-02-14", "rule": "T3",
        "consulted_on": "2026-02-21", "recommended_on": "2026-02-21", "changed_on": None, "measured_on": None,
        "days": {"consult": 7, "recommendation": 7, "change": None, "score": None}, "waiting": True,
    }  # fmt: skip


def test_the_document_sums_up_all_and_each_group() -> None:
    summary = as_json(hand_made())["summary"]

    assert summary["as_of"] == (DAY_0 + timedelta(days=100)).isoformat()
    assert (summary["flagged"], summary["adjusted"], summary["waiting"]) == (7, 4, 2)
    assert summary["adjusted_within"]["28"] == {
        "n": 2, "of": 5, "share": 0.4, "window_not_over": {"adjusted": 1, "waiting": 1, "closed": 0},
    }  # fmt: skip
    assert summary["median_days"]["change"]["median"] == 28
    assert summary["by_month"]["2026-01"]["flagged"] == 2
    assert list(summary["by_month"]) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert summary["by_care_manager"]["A. Novak"]["flagged"] == summary["by_site"]["Harbor"]["flagged"] == 7
    assert summary["by_prescriber"]["not recorded"]["flagged"] == 7


def test_groups_add_up_to_the_whole() -> None:
    found = hand_made()

    for column in ("care_manager", "site", "prescriber", "month"):
        assert sum(of_group.flagged for _, of_group in found.by(column)) == found.summary.flagged


def test_inertia_counts_those_not_adjusted_within_four_weeks_of_a_flag_old_enough() -> None:
    figure = therapeutic_inertia(hand_made())

    assert (figure.numerator, figure.denominator) == (3, 5)
    assert figure.patient_ids == (3, 4, 5)


def test_at_red_are_those_whom_a_rule_of_no_improvement_still_names() -> None:
    still = Case(as_of=60, mrn="0001", scores="PHQ-9@0=16;PHQ-9@56=16")
    better = Case(as_of=60, mrn="0002", scores="PHQ-9@0=16;PHQ-9@56=4")

    assert at_red(caseload_of(still, better)) == {100}


def test_nobody_flagged_gives_empty_rows_zeros_and_no_median() -> None:
    found = loop(registry_of(PLAIN), flags())

    assert found.episodes.empty
    assert (found.summary.flagged, found.summary.until["change"].median) == (0, None)
    assert as_json(found)["episodes"] == []
    assert as_json(found)["summary"]["adjusted_within"]["14"]["share"] is None
    assert therapeutic_inertia(found).denominator == 0
