"""How long something takes, when for some it has not happened yet: the Kaplan-Meier estimate, rising.

Source: Kaplan & Meier 1958, J Am Stat Assoc 53:457-481. The interval is Greenwood's on the log(-log) scale (Kalbfleisch
& Prentice 2002, section 1.4), which stays within 0 and 1; the median's interval is where that band crosses one half
(Brookmeyer & Crowley 1982, Biometrics 38:29-41).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

NORMAL_975 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution: half the width of a 95 % interval, in standard errors."""

HALF = 0.5
ROUNDING = 1e-9
"""One half reached by multiplying fractions may lie a hair above one half."""

Days = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rise:
    """The share of a group to whom something has happened, as it rises with the days.

    Attributes:
        n: how many were watched.
        events: to how many of them it has happened.
        steps: a row is a day on which it happened to somebody, in order: day (float64 days), share (float64, 0 to 1, of
            those to whom it has happened by the end of that day), low and high (float64, the 95 % interval of the
            share, NaN where it is undefined: after the last event when nobody is left), at_risk (int64: still watched
            at the beginning of that day, and it had not happened). Empty when it happened to nobody.
        median: days until it has happened to half, None when it has not come so far.
        low, high: the 95 % interval of the median, in days; None where it has no end.
        watched: for how many days each was watched until it happened or watching ended, shortest first.
    """

    n: int
    events: int
    steps: pd.DataFrame
    median: float | None
    low: float | None
    high: float | None
    watched: Days

    def at_risk(self, day: float) -> int:
        """Count those who are still watched, and to whom it has not happened, at the beginning of a day."""
        return int(self.n - np.searchsorted(self.watched, day, side="left"))

    def last_day_with(self, at_risk: int) -> float | None:
        """Give the last day at whose beginning at least so many are at risk; None when there never were."""
        return float(self.watched[-at_risk]) if 0 < at_risk <= self.n else None


def rise(days: Days, happened: Flags) -> Rise:
    """Estimate how the share of those to whom something has happened rises.

    Args:
        days: days from the start until it happened, or until the last day that somebody was watched; 0 or more.
        happened: whether it happened; in the order of ``days``.

    Returns:
        The estimate. Nobody gives n 0, no steps and no median.
    """
    from scipy import stats

    watched, seen = np.asarray(days, dtype=np.float64), np.asarray(happened, dtype=bool)
    ordered = np.sort(watched)
    if not seen.any():
        return Rise(len(watched), 0, _steps(*np.empty((5, 0))), None, None, None, ordered)
    curve = stats.ecdf(stats.CensoredData(uncensored=watched[seen], right=watched[~seen])).sf
    on, counts = np.unique(watched[seen], return_counts=True)
    left = curve.probabilities[np.searchsorted(curve.quantiles, on)]
    at_risk = (len(ordered) - np.searchsorted(ordered, on, side="left")).astype(np.float64)
    low, high = _interval(left, counts, at_risk)
    return Rise(
        len(watched), int(seen.sum()), _steps(on, 1 - left, 1 - high, 1 - low, at_risk),
        median=_first_at_half(on, left), low=_first_at_half(on, low), high=_first_at_half(on, high),
        watched=ordered,
    )  # fmt: skip


def _interval(left: Days, events: npt.NDArray[np.int64], at_risk: Days) -> tuple[Days, Days]:
    """Give the ends of the 95 % interval of the share that is left; NaN where nobody is left.

    Not by scipy's ``confidence_interval``: it warns of those days, and warnings cannot be silenced for one thread only.
    """
    low, high = np.full(len(left), np.nan), np.full(len(left), np.nan)
    inside = (left > 0) & (left < 1)
    greenwood = np.cumsum(events[inside] / (at_risk[inside] * (at_risk[inside] - events[inside])))
    logarithm = np.log(left[inside])
    width = NORMAL_975 * np.sqrt(greenwood) / -logarithm
    low[inside], high[inside] = left[inside] ** np.exp(width), left[inside] ** np.exp(-width)
    return low, high


def _first_at_half(on: Days, left: Days) -> float | None:
    """Give the first day on which at most half are left; None when there is none."""
    reached = np.flatnonzero(left <= HALF + ROUNDING)
    return float(on[reached[0]]) if len(reached) else None


def _steps(day: Days, share: Days, low: Days, high: Days, at_risk: Days) -> pd.DataFrame:
    return pd.DataFrame({"day": day, "share": share, "low": low, "high": high, "at_risk": at_risk.astype(np.int64)})
