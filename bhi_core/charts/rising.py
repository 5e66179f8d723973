"""How the share of those to whom something has happened rises with the days (Kaplan-Meier), with its 95 % band."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from bhi_core.charts.course import FONT
from bhi_core.charts.figure import figure
from bhi_core.charts.palette import Palette
from bhi_core.charts.parts import safe
from bhi_core.domain import words
from bhi_core.domain.kaplan_meier import Rise

FEWEST_AT_RISK = 10
"""The curve stops where fewer are at risk: there each step is one patient and the band is most of the picture."""

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 330, 66, 24, 30, 46
TEXT = 12.5
TICK_WEEKS = (1, 2, 4, 8, 12, 26, 52)
MOST_TICKS = 8


@dataclass(frozen=True)
class Drawn:
    """The part of a curve that is drawn.

    Attributes:
        days, share, low, high: the corners of the steps from day 0 on, shares in percent; low and high NaN without
            an interval.
        end: the last day drawn.
    """

    days: list[float]
    share: list[float]
    low: list[float]
    high: list[float]
    end: float


def drawn(curve: Rise) -> Drawn | None:
    """Cut a curve where fewer than ten are at risk; None when there never were as many."""
    end = curve.last_day_with(FEWEST_AT_RISK)
    if end is None:
        return None
    steps = curve.steps[curve.steps["day"] <= end]
    columns = [[0.0, *(100 * steps[name]).tolist()] for name in ("share", "low", "high")]
    days = [0.0, *steps["day"].tolist()]
    last = [end] if end > days[-1] else []
    share, low, high = ([*values, values[-1]] if last else values for values in columns)
    return Drawn([*days, *last], share, low, high, max(end, 1.0))


def rising(curve: Rise, what: str, palette: Palette) -> go.Figure | None:
    """Draw the curve as steps.

    Args:
        curve: the estimate, in days.
        what: to what it has happened, in a few words, for the axis and the hover ("treatment adjusted").
        palette: the colours of the theme.

    Returns:
        A figure to be drawn with ``theme=None`` and without a mode bar, or None when fewer than ten were ever watched.
        Its height is in ``layout.height``, in px.
    """
    part = drawn(curve)
    if part is None:
        return None
    band = _band(part, palette) if curve.events else []
    traces = [*band, _line(part, curve, what, palette)]
    layout = _layout(part, curve, what, palette)
    shapes, notes = _median(part, curve, palette)
    layout |= {"shapes": shapes, "annotations": [*layout["annotations"], *notes]}
    return figure(traces, layout)


def alt(curve: Rise, what: str) -> str:
    """Say in words what the curve shows: the median with its interval, and the share on the last day drawn."""
    part = drawn(curve)
    if part is None:
        return f"{what}: fewer than {FEWEST_AT_RISK} episodes, no curve."
    middle = "half is not reached" if curve.median is None else f"half by day {curve.median:.0f}"
    return (
        f"{what}, share of {curve.n} episodes by days from the flag: {middle}; "
        f"{_percent(part.share[-1])} by day {part.end:.0f}, the last with {FEWEST_AT_RISK} still waiting."
    )


def ticks(end: float) -> list[int]:
    """Choose the days that the axis names: every one, two, four ... weeks, eight ticks at most.

    >>> ticks(56), ticks(200)
    ([0, 14, 28, 42, 56], [0, 28, 56, 84, 112, 140, 168, 196])
    """
    step = next((weeks * 7 for weeks in TICK_WEEKS if end < weeks * 7 * MOST_TICKS), TICK_WEEKS[-1] * 7)
    step = max(step, 14) if end >= 28 else step
    return list(range(0, int(end) + 1, step))


def _percent(share: float) -> str:
    return words.percent(int(share + 0.5))


def _line(part: Drawn, curve: Rise, what: str, palette: Palette) -> dict[str, Any]:
    hover = [
        f"day {day:.0f}: {_percent(share)} {safe(what)}<br>{curve.at_risk(day)} at risk"
        for day, share in zip(part.days, part.share, strict=True)
    ]
    return {
        "type": "scatter", "mode": "lines", "x": part.days, "y": part.share, "hoverinfo": "text", "hovertext": hover,
        "line": {"shape": "hv", "width": 2.5, "color": palette.blue},
    }  # fmt: skip


def _band(part: Drawn, palette: Palette) -> list[dict[str, Any]]:
    """Draw the band as two stepped edges with the tint between them, as far as the interval is defined."""
    known = np.flatnonzero(~np.isnan(part.low[1:])) + 1
    if not len(known):
        return []
    places = [0, *known.tolist()]
    edge: dict[str, Any] = {
        "type": "scatter", "mode": "lines", "x": [part.days[place] for place in places], "hoverinfo": "skip",
        "line": {"shape": "hv", "width": 0, "color": palette.blue},
    }  # fmt: skip
    low, high = ([values[place] for place in places] for values in (part.low, part.high))
    return [edge | {"y": low}, edge | {"y": high, "fill": "tonexty", "fillcolor": palette.blue_tint}]


def _median(part: Drawn, curve: Rise, palette: Palette) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Draw the dotted cross at the median and name it, when it lies on the part that is drawn."""
    if curve.median is None or curve.median > part.end:
        return [], []
    dotted = {"width": 1.2, "color": palette.ink2, "dash": "2px,3px"}
    ends = ((0, 50, curve.median, 50), (curve.median, 0, curve.median, 50))
    shapes = [
        {"type": "line", "xref": "x", "yref": "y", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": dotted}
        for x0, y0, x1, y1 in ends
    ]
    low, high = (None if end is None else f"{end:.0f}" for end in (curve.low, curve.high))
    between = f" ({low} to {high})" if low and high else f" ({low} or more)" if low else ""
    right = curve.median < part.end / 2
    note = {
        "text": f"median {words.count(int(curve.median), 'day')}{between}", "x": curve.median, "y": 4,
        "xref": "x", "yref": "y", "showarrow": False, "xanchor": "left" if right else "right", "yanchor": "bottom",
        "xshift": 6 if right else -6, "font": {"size": TEXT + 0.5, "color": palette.ink},
        "bgcolor": palette.page, "borderpad": 2,
    }  # fmt: skip
    return shapes, [note]


def _layout(part: Drawn, curve: Rise, what: str, palette: Palette) -> dict[str, Any]:
    at = ticks(part.end)
    axis = {
        "fixedrange": True, "showgrid": False, "zeroline": False, "tickmode": "array",
        "tickfont": {"color": palette.ink2, "size": TEXT},
    }  # fmt: skip
    names = {"xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": TEXT, "color": palette.ink2}}
    return {
        "height": HEIGHT,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM, "pad": 0, "autoexpand": False},
        "paper_bgcolor": palette.page,
        "plot_bgcolor": palette.page,
        "font": {"family": FONT, "size": TEXT, "color": palette.ink},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": palette.page, "bordercolor": palette.line, "align": "left",
            "font": {"family": FONT, "size": TEXT + 1, "color": palette.ink},
        },
        "xaxis": axis | {
            "range": [0, part.end * 1.02], "showline": True, "linecolor": palette.line, "ticks": "outside",
            "ticklen": 4, "tickcolor": palette.line, "tickangle": 0, "tickvals": at,
            "ticktext": [f"{day}<br>{curve.at_risk(day)}" for day in at],
        },
        "yaxis": axis | {
            "range": [0, 101], "ticks": "", "tickvals": [0, 25, 50, 75, 100],
            "ticktext": [words.percent(share) for share in (0, 25, 50, 75, 100)],
        },
        "annotations": [
            names | {"text": safe(what) + ", share of all flagged", "x": 0, "y": 1, "xanchor": "left",
                     "yanchor": "bottom", "yshift": 8},
            names | {"text": "day", "x": 0, "y": 0, "xanchor": "right", "yanchor": "top", "xshift": -14, "yshift": -5},
            names | {"text": "at risk", "x": 0, "y": 0, "xanchor": "right", "yanchor": "top", "xshift": -14,
                     "yshift": -21},
        ],
    }  # fmt: skip
