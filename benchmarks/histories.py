"""Makes score histories of any size: what clinics have, with incomplete forms, same-day repeats and late starts."""

from datetime import date

import numpy as np
import pandas as pd

from bhi_core.domain import instruments
from bhi_core.domain.calendar import MISSING_DAY, dates_of

AS_OF = date(2026, 3, 2)


def histories(episodes: int, *, scores_each: int = 12, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make ``scores_each`` PHQ-9 and as many GAD-7 for each episode, in random order.

    Two in a hundred forms are incomplete, one in a hundred repeats the day of the one before, three in a hundred are
    PHQ-9M; one episode in five is in relapse prevention, three in five have a treatment change, one in two hundred
    has a baseline that a person chose.

    Returns:
        Scores and episodes as ``domain.trajectory.summarise`` takes them, reproducible by ``seed``.
    """
    chance = np.random.default_rng(seed)
    rows = episodes * 2 * scores_each
    episode = np.repeat(np.arange(episodes), 2 * scores_each)
    number = np.tile(np.arange(scores_each), 2 * episodes)
    anxious = np.tile(np.repeat([False, True], scores_each), episodes)
    enrolled = (AS_OF - date(1970, 1, 1)).days - chance.integers(30, 1400, episodes)

    first_day = np.where(chance.random(episodes) < 0.1, 40, 0)
    day = enrolled[episode] + first_day[episode] + number * 21 + chance.integers(-7, 8, rows)
    repeats = (chance.random(rows) < 0.01) & (number > 0)
    day[repeats] = day[np.flatnonzero(repeats) - 1]

    start = chance.normal(15, 5, episodes)
    slope = chance.normal(-0.7, 0.7, episodes)
    level = start[episode] + slope[episode] * number + chance.normal(0, 2.5, rows)
    total = np.clip(np.rint(level), 0, np.where(anxious, 21, 27))
    total[chance.random(rows) < 0.02] = np.nan
    safety = np.where(anxious, -2, chance.choice([0, 0, 0, 0, 0, 0, 1, 2, -1, -2], rows)).astype(np.int8)

    known = instruments.registry()
    teen = ~anxious & (chance.random(rows) < 0.03)
    instrument = np.where(anxious, known.ids.index("gad7"), np.where(teen, known.ids.index("phq9m"), 0))
    order = chance.permutation(rows)
    order = order[day[order] <= (AS_OF - date(1970, 1, 1)).days]
    scores = pd.DataFrame(
        {
            "score_id": order + 1,
            "episode_id": episode[order] + 1,
            "instrument": pd.Categorical.from_codes(instrument[order], dtype=pd.CategoricalDtype(list(known.ids))),
            "taken_on": dates_of(day[order]),
            "recorded_order": order,
            "total": total[order],
            "safety_answer": safety[order],
        }
    )
    second_score = np.arange(episodes) * 2 * scores_each + 2
    return scores, pd.DataFrame(
        {
            "episode_id": np.arange(1, episodes + 1),
            "enrolled_on": dates_of(enrolled),
            "status": pd.Series(np.where(chance.random(episodes) < 0.2, "relapse prevention", "active"), dtype="str"),
            "clock_on": dates_of(
                np.where(chance.random(episodes) < 0.6, enrolled + chance.integers(0, 150, episodes), MISSING_DAY)
            ),
            "baseline_score_id": np.where(chance.random(episodes) < 0.005, second_score, np.nan),
        }
    )
