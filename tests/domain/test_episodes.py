"""Which episode a record belongs to, and where an episode stood on a date."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.domain.episodes import assign, is_open, status_on


def episodes_of(*rows: tuple[int, int, str]) -> pd.DataFrame:
    """Build episodes from episode_id, patient_id, enrolled_on."""
    frame = pd.DataFrame(rows, columns=["episode_id", "patient_id", "enrolled_on"])
    return frame.assign(enrolled_on=pd.to_datetime(frame["enrolled_on"]).astype("datetime64[s]"))


def assigned(episodes: pd.DataFrame, *records: tuple[int, str]) -> list[int]:
    frame = pd.DataFrame(records, columns=["patient_id", "date"])
    episode_ids = assign(frame["patient_id"], pd.to_datetime(frame["date"]).astype("datetime64[s]"), episodes)
    return [int(episode_id) for episode_id in episode_ids]


def test_a_record_counts_from_fourteen_days_before_enrolment() -> None:
    episodes = episodes_of((7, 1, "2026-01-15"))

    assert assigned(episodes, (1, "2025-12-31"), (1, "2026-01-01"), (1, "2026-01-15")) == [-1, 7, 7]


def test_a_record_belongs_to_the_latest_episode_that_had_begun() -> None:
    episodes = episodes_of((9, 1, "2026-03-01"), (7, 1, "2025-01-01"), (8, 2, "2024-01-01"))

    assert assigned(episodes, (1, "2026-02-14"), (1, "2026-02-15"), (2, "2026-02-15"), (1, "2024-01-01")) == [
        7,
        9,
        8,
        -1,
    ]


def test_a_patient_without_an_episode_has_none() -> None:
    episodes = episodes_of((7, 5, "2025-01-01"))

    assert assigned(episodes, (4, "2026-01-01"), (6, "2026-01-01"), (5, "2026-01-01")) == [-1, -1, 7]


def test_no_episodes_and_no_records_are_no_trouble() -> None:
    assert assigned(episodes_of(), (4, "2026-01-01")) == [-1]
    assert assigned(episodes_of((7, 5, "2025-01-01"))) == []


@settings(max_examples=60, deadline=None)
@given(
    starts=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 60)), max_size=8, unique=True),
    records=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 90)), max_size=20),
    spread=st.sampled_from([1, 10_000_000]),
)
def test_assignment_agrees_with_a_search_by_hand(
    starts: list[tuple[int, int]], records: list[tuple[int, int]], spread: int
) -> None:
    day = np.datetime64("2026-01-01", "D")
    episodes = episodes_of(
        *[(number, patient * spread, str(day + start)) for number, (patient, start) in enumerate(starts)]
    )

    got = assigned(episodes, *[(patient * spread, str(day + when)) for patient, when in records])

    for (patient, when), episode in zip(records, got, strict=True):
        begun = [(start, number) for number, (who, start) in enumerate(starts) if who == patient and start - 14 <= when]
        assert episode == max(begun, default=(0, -1))[1]


def status(recorded: str | None, since: str | None, closed: str | None, as_of: date) -> str:
    frame = pd.DataFrame(
        {
            "status": pd.Series([recorded], dtype="str"),
            "status_since": pd.Series([since], dtype="datetime64[s]"),
            "closed_on": pd.Series([closed], dtype="datetime64[s]"),
        }
    )
    return str(status_on(frame, as_of).iloc[0])


@pytest.mark.parametrize(
    ("recorded", "since", "closed", "as_of", "expected"),
    [
        ("active", None, None, date(2026, 1, 1), "active"),
        (None, None, None, date(2026, 1, 1), "active"),
        ("relapse prevention", "2026-03-01", None, date(2026, 2, 28), "active"),
        ("relapse prevention", "2026-03-01", None, date(2026, 3, 1), "relapse prevention"),
        ("graduated", "2026-03-01", None, date(2026, 2, 28), "active"),
        ("graduated", "2026-03-01", None, date(2026, 3, 1), "graduated"),
        ("graduated", "2026-03-01", "2026-04-01", date(2026, 3, 31), "active"),
        ("graduated", "2026-03-01", "2026-04-01", date(2026, 4, 1), "graduated"),
        ("lost", None, "2026-04-01", date(2026, 3, 31), "active"),
        ("lost", None, None, date(2026, 3, 31), "lost"),
        ("active", "2026-03-01", "2026-02-01", date(2026, 2, 15), "active"),
    ],
)
def test_an_episode_is_active_until_the_day_of_its_status(
    recorded: str | None, since: str | None, closed: str | None, as_of: date, expected: str
) -> None:
    assert status(recorded, since, closed, as_of) == expected


def test_active_and_relapse_prevention_are_open() -> None:
    words = pd.Series(
        ["active", "relapse prevention", "graduated", "discharged", "referred", "lost", "other"], dtype="str"
    )

    assert is_open(words).tolist() == [True, True, False, False, False, False, False]
