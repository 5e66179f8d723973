"""The loop in words: the sentence, the interval that may have no end, and groups too small to be described."""

import numpy as np
import pandas as pd
import pytest

from bhi_core.domain.kaplan_meier import Rise, rise
from bhi_core.domain.review.loop_words import answer, interval, middle, not_over, share, short_middle
from bhi_core.domain.review.pace import Pace, Within, pace


def rows(*, adjusted: int, waiting: int, days: int = 10) -> pd.DataFrame:
    """Make flagged episodes: some adjusted after so many days, the others open, all flagged 100 days ago."""
    n = adjusted + waiting
    change = np.array([float(days)] * adjusted + [np.nan] * waiting)
    flagged_on = pd.Series(pd.Timestamp("2026-01-05"), index=range(n), dtype="datetime64[s]")
    return pd.DataFrame(
        {
            "consult_days": change, "recommendation_days": change, "change_days": change, "score_days": change,
            "watched_days": 100.0, "flagged_days": 100.0, "waiting": np.isnan(change),
            "changed_on": flagged_on + pd.to_timedelta(change, unit="D"),
        }
    )  # fmt: skip


def said(found: Pace) -> str:
    """Give the sentence with plain blanks."""
    return " ".join(answer(found).split())


def curve(happened: int, waiting: int) -> Rise:
    """Make a curve: it happens to one more each day."""
    days = [*range(1, happened + 1), *[100] * waiting]
    return rise(np.array(days, dtype=float), np.array([True] * happened + [False] * waiting))


def window(adjusted: int, of: int, *later: int) -> Within:
    """Make a window of 28 days; later ones are adjusted, waiting, closed."""
    return Within(28, adjusted, of, *(later or (0, 0, 0)))


def test_the_sentence_says_the_median_its_interval_and_of_how_many() -> None:
    assert said(pace(rows(adjusted=30, waiting=10))) == (
        "Half of those flagged as not improving had their treatment adjusted within 10 days "
        "(95 % interval 10 to 10); 40 flagged episodes, 10 still wait."
    )


def test_where_half_is_not_reached_no_median_is_said() -> None:
    assert said(pace(rows(adjusted=4, waiting=9))) == (
        "Fewer than half of 13 flagged episodes have had the treatment adjusted so far: 4 had, 9 still wait."
    )


def test_one_who_waits_waits_in_the_singular() -> None:
    assert said(pace(rows(adjusted=11, waiting=1))).endswith("12 flagged episodes, 1 still waits.")


def test_ten_are_not_described_and_eleven_are() -> None:
    assert said(pace(rows(adjusted=10, waiting=0))).startswith("Fewer than 11 episodes were flagged")
    assert said(pace(rows(adjusted=11, waiting=0))).startswith("Half of those flagged")


def test_nobody_flagged_is_said_as_such() -> None:
    assert said(pace(rows(adjusted=0, waiting=0))) == "Nobody was flagged as not improving."


def test_an_interval_may_have_no_end() -> None:
    # By hand, of 40: on day 14 (26 left) the lower bound is 0.48, on day 26 (14 left) the upper 0.495.
    assert interval(curve(30, 10)) == "14 to 26"
    assert interval(curve(7, 6)).endswith(" or more")
    assert short_middle(curve(2, 10)) == "half not reached"
    assert middle(curve(2, 10)) == "–"


@pytest.mark.parametrize(
    ("found", "words"),
    [(window(6, 12), "50 % (6 of 12)"), (window(6, 10), "fewer than 11"), (window(0, 0), "–")],
)
def test_a_share_has_its_two_numbers_unless_it_is_of_few(found: Within, words: str) -> None:
    assert " ".join(share(found).split()) == words


def test_those_left_out_are_named_by_what_became_of_them() -> None:
    assert not_over(window(6, 12, 3, 9, 1)) == "13 flagged later, left out: 3 adjusted, 9 waiting, 1 closed"
    assert not_over(window(6, 12, 0, 2, 0)) == "2 flagged later, left out: 2 waiting"
    assert not_over(window(6, 12)) == "nobody was flagged later"
