"""The patient figure: each instrument in its panel and the care given, on one true time axis.

Nothing but scores is drawn on the scores: words for lines stand in the margins, and what was done stands in lanes below
them, with a dotted upright through all panels for each start, change and stop of a treatment. No axis is cut or turned
round. The figure is one dict, checked by the tests and not again by plotly: it is built in about a millisecond.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from bhi_core.charts.figure import figure
from bhi_core.charts.lanes import axis_of_lanes, changes, draw_lanes, lane_names, weeks_axis
from bhi_core.charts.palette import Palette
from bhi_core.charts.panel import Stage, draw_panel
from bhi_core.charts.parts import SIZES, Care, Drawing, Frame, Panel, SizeName, moment
from bhi_core.domain import words
from bhi_core.domain.axes import span, ticks, top

FONT = '"Source Sans", sans-serif'


def course(
    panels: Sequence[Panel],
    care: Care,
    as_of: date,
    enrolled_on: date,
    palette: Palette,
    *,
    size: SizeName = "page",
    now: str = "today",
) -> go.Figure:
    """Draw the course of one episode.

    Args:
        panels: one an instrument, in the order to be drawn; the first is the tall one. An instrument without scores is
            left out. PHQ-9 and a scale on which higher is better never share a panel, since each has its own.
        care: what was done.
        as_of: the date of care; the upright line.
        enrolled_on: week 0.
        palette: the colours of the theme.
        size: ``"page"``, or ``"review"`` for the larger text of the meeting.
        now: the word on the upright line; ``"as of 3 Nov"`` when looking back.

    Returns:
        A figure to be drawn with ``theme=None`` and without a mode bar. Its height is in ``layout.height``, in px.
    """
    sizes = SIZES[size]
    shown = [panel for panel in panels if panel.scores]
    first = min((panel.scores[0].on for panel in shown), default=enrolled_on)
    start, end = span(first, enrolled_on, as_of)
    frame = Frame(sizes, palette, as_of, enrolled_on, start, end)
    names = lane_names(shown, care)
    heights = [sizes.first if place == 0 else sizes.other for place in range(len(shown))]
    heights.append(sizes.lane * len(names) + 4)
    axes = ["y" if place == 0 else f"y{place + 1}" for place in range(len(heights))]

    drawing = Drawing()
    for panel, axis, height in zip(shown, axes, heights, strict=False):
        draw_panel(Stage(drawing, frame, panel, axis, height))
    extents = [(float(panel.instrument.minimum), top(panel.instrument)) for panel in shown] + [(0.0, float(len(names)))]
    _uprights(drawing, frame, changes(care), dict(zip(axes, extents, strict=True)))
    draw_lanes(drawing, frame, shown, care, axes[-1])
    drawing.note(now, x=moment(as_of), y=1, axis="paper", color=palette.ink2, size=sizes.text, yanchor="bottom")
    layout = _layout(frame, shown, axes, heights, names)
    layout |= {"shapes": drawing.shapes, "annotations": drawing.notes}
    return figure(drawing.traces, layout)


def alt(panels: Sequence[Panel], care: Care, as_of: date) -> str:
    """Say in words what the figure shows, for those who do not see it and have no answer sentence.

    Returns:
        For each instrument the first and the last score with their dates and the number of scores, then what was done.
    """
    parts = []
    for panel in panels:
        valid = panel.valid
        if valid:
            first, last = valid[0], valid[-1]
            said = f"{panel.instrument.name} {words.number(first.total or 0)} on {words.day(first.on, as_of)}"
            if len(valid) > 1:
                said += f", {words.number(last.total or 0)} on {words.day(last.on, as_of)}, {len(valid)} scores"
            parts.append(said)
    attended = sum(contact.attended for contact in care.contacts)
    parts.append(
        f"{words.count(attended, 'contact')} attended, {words.count(len(care.reviews), 'case review')}, "
        f"{words.count(len({dose.treatment for dose in care.doses}), 'treatment')}"
    )
    return "; ".join(parts) + "."


def _uprights(drawing: Drawing, frame: Frame, on: list[date], extents: dict[str, tuple[float, float]]) -> None:
    """Draw the dotted uprights of the treatments and the line of today through every panel, in data coordinates."""
    today = moment(frame.as_of)
    for axis, (low, high) in extents.items():
        dotted = [(moment(change), low, moment(change), high) for change in on]
        drawing.lines(axis, dotted, width=1, color=frame.palette.line, dash="2px,3px")
        drawing.lines(axis, [(today, low, today, high)], width=1, color=frame.palette.ink2)


def _layout(frame: Frame, panels: list[Panel], axes: list[str], heights: list[int], names: list[str]) -> dict[str, Any]:
    """Put the panels under each other and say how the axes look."""
    size, palette = frame.size, frame.palette
    plot = sum(heights) + size.gap * (len(heights) - 1)
    layout: dict[str, Any] = {
        "height": plot + size.top + size.bottom,
        "margin": {"l": size.left, "r": size.right, "t": size.top, "b": size.bottom, "pad": 0, "autoexpand": False},
        "paper_bgcolor": palette.page,
        "plot_bgcolor": palette.page,
        "font": {"family": FONT, "size": size.text, "color": palette.ink},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": palette.page, "bordercolor": palette.line, "align": "left",
            "font": {"family": FONT, "size": size.text + 1, "color": palette.ink},
        },
        "barmode": "overlay",
        "xaxis": _time_axis(frame, axes[-1]),
    }  # fmt: skip
    ceiling = float(plot)
    for axis, height, panel in zip(axes, heights, [*panels, None], strict=True):
        domain = (max(0.0, (ceiling - height) / plot), ceiling / plot)
        layout["yaxis" + axis[1:]] = (
            axis_of_lanes(names, frame, domain) if panel is None else _score_axis(frame, panel, domain)
        )
        ceiling -= height + size.gap
    return layout


def _time_axis(frame: Frame, anchor: str) -> dict[str, Any]:
    """Say how the one time axis looks: weeks over dates, under the lanes."""
    tickvals, ticktext = weeks_axis(frame)
    return {
        "type": "date", "range": [frame.start.isoformat(), frame.end.isoformat()], "fixedrange": True,
        "anchor": anchor, "showgrid": False, "zeroline": False, "showline": True, "linecolor": frame.palette.line,
        "ticks": "outside", "ticklen": 4, "tickcolor": frame.palette.line, "tickangle": 0,
        "tickmode": "array", "tickvals": tickvals, "ticktext": ticktext,
        "tickfont": {"color": frame.palette.ink2, "size": frame.size.text},
    }  # fmt: skip


def _score_axis(frame: Frame, panel: Panel, domain: tuple[float, float]) -> dict[str, Any]:
    """Say how a panel's y axis looks: the whole range of the instrument, never cut and never turned round."""
    scale = panel.instrument
    return {
        "domain": domain, "range": [scale.minimum, top(scale)], "fixedrange": True, "anchor": "x", "showgrid": False,
        "zeroline": False, "showline": False, "ticks": "", "tickmode": "array", "tickvals": ticks(scale),
        "tickfont": {"color": frame.palette.ink2, "size": frame.size.text},
    }  # fmt: skip
