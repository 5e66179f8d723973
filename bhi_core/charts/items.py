"""Items by visits: which answers moved and which did not, one digit a cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from bhi_core.charts.course import FONT
from bhi_core.charts.figure import figure
from bhi_core.charts.palette import Palette
from bhi_core.charts.parts import safe
from bhi_core.domain import words
from bhi_core.domain.instruments import Instrument, Item

CELL, GAP = 26, 2
"""px: the height of a cell, and the space between cells."""

LATEST = 11
"""Visits: shown are the first and so many of the last."""

LEFT, LINE = 132, 16
"""px: the margin for the items' names, and the height of a line over the cells."""


@dataclass(frozen=True)
class Visit:
    """One form and its answers.

    Attributes:
        on: the date it was taken.
        total: points, or None for an incomplete form.
        answers: points in the form's order, None = not recorded; empty when only the total is known.
        possible: for an incomplete form the lowest and the highest total that its answers leave possible, in points.
        missing: for an incomplete form the number of blank items.
    """

    on: date
    total: float | None
    answers: tuple[int | None, ...] = ()
    possible: tuple[int, int] | None = None
    missing: int = 0

    def answer(self, place: int) -> int | None:
        """Give the answer to the item at a place (from 0), None if it is not known."""
        return self.answers[place] if place < len(self.answers) else None


def shown(visits: Sequence[Visit]) -> list[Visit]:
    """Give the visits that are drawn: the first and the last eleven."""
    return list(visits) if len(visits) <= LATEST + 1 else [visits[0], *visits[-LATEST:]]


def moved(visits: Sequence[Visit], place: int) -> int | None:
    """Give the last known answer to an item less its first known one, in points; None before there are two."""
    known = [answer for visit in visits if (answer := visit.answer(place)) is not None]
    return known[-1] - known[0] if len(known) > 1 else None


def items(instrument: Instrument, visits: Sequence[Visit], as_of: date, palette: Palette) -> go.Figure:
    """Draw the items of an instrument, a row an item in the order of the form, a column a visit.

    Args:
        instrument: the scale; the darkest cell is the worst answer, also where higher is better.
        visits: oldest first; the first and the last eleven are drawn.
        as_of: the date of care, for the years of dates.
        palette: the colours of the theme.

    Returns:
        A figure to be drawn with ``theme=None`` and without a mode bar. Its height is in ``layout.height``, in px.
    """
    columns, rows = shown(visits), list(enumerate(instrument.items))
    steps = [[_step(instrument, item, visit.answer(place)) for visit in columns] for place, item in rows]
    cells = {
        "type": "heatmap", "x": list(range(len(columns))), "y": [place for place, _ in rows], "z": steps, "zmin": 0,
        "zmax": 3, "xgap": GAP, "ygap": GAP, "showscale": False, "hoverinfo": "text", "hoverongaps": True,
        "hovertext": [[_hover(item, visit, place, as_of) for visit in columns] for place, item in rows],
        "colorscale": [[(step + edge) / 4, palette.heat[step]] for step in range(4) for edge in (0, 1)],
    }  # fmt: skip
    layout = _layout(instrument, columns, as_of, palette)
    layout["annotations"] += _changes(instrument, visits, palette)
    return figure([cells, _digits(instrument, columns, steps, palette)], layout)


def alt(instrument: Instrument, visits: Sequence[Visit], as_of: date) -> str:
    """Say in words which items moved between the first and the last visit, and which did not."""
    if not visits:
        return f"{instrument.name}: no answers."
    parts = [f"{instrument.name}, {words.count(len(visits), 'visit')}, {len(shown(visits))} shown"]
    for place, item in enumerate(instrument.items):
        change = moved(visits, place)
        if change is not None:
            parts.append(f"{item.short} {words.signed(change) if change else 'unchanged'}")
    return f"{parts[0]}, from {words.day(visits[0].on, as_of)}: " + ", ".join(parts[1:] or ["answers not known"]) + "."


def _step(instrument: Instrument, item: Item, answer: int | None) -> int | None:
    """Give the tint of an answer, 0 the best to 3 the worst, whatever the item's range."""
    if answer is None:
        return None
    part = (answer - item.minimum) / (item.maximum - item.minimum)
    return int(3 * (part if instrument.direction > 0 else 1 - part) + 0.5)


def _digit(item: Item, answer: int | None) -> str:
    """Write an answer; a positive safety item has its mark."""
    if answer is None:
        return "–"
    if item.safety and answer > 0:
        return f"<b>{'◆' if answer > 1 else '◇'}{answer}</b>"
    return str(answer)


def _digits(
    instrument: Instrument, columns: list[Visit], steps: list[list[int | None]], palette: Palette
) -> dict[str, Any]:
    """Write a digit into each cell, in the ink that its tint bears."""
    x, y, text, hues = [], [], [], []
    for place, item in enumerate(instrument.items):
        for column, visit in enumerate(columns):
            step = steps[place][column]
            x.append(column)
            y.append(place)
            text.append(_digit(item, visit.answer(place)))
            hues.append(palette.ink2 if step is None else palette.heat_ink[step])
    return {
        "type": "scatter", "mode": "text", "x": x, "y": y, "text": text, "hoverinfo": "skip",
        "textfont": {"size": 13, "color": hues},
    }  # fmt: skip


def _changes(instrument: Instrument, visits: Sequence[Visit], palette: Palette) -> list[dict[str, Any]]:
    """Write last less first behind each row: blue for better, orange for worse, each with its sign; grey for 0."""
    notes = []
    for place, _ in enumerate(instrument.items):
        change = moved(visits, place)
        if change is None:
            continue
        worse = change * instrument.direction
        hue = palette.orange if worse > 0 else palette.blue if worse < 0 else palette.ink2
        notes.append(_beside(f"<b>{words.signed(change)}</b>" if change else "0", place, hue))
    return notes


def _beside(text: str, y: float, hue: str, **more: Any) -> dict[str, Any]:
    """Write words to the right of the cells."""
    return {
        "text": text, "x": 1, "xref": "paper", "xanchor": "left", "xshift": 9, "y": y, "yref": "y", "showarrow": False,
        "font": {"size": 13, "color": hue}, "align": "left",
    } | more  # fmt: skip


def _hover(item: Item, visit: Visit, place: int, as_of: date) -> str:
    """Word a cell: the question in short, the answer and the date."""
    answer = visit.answer(place)
    said = "not recorded" if answer is None else str(answer)
    return safe(f"{item.short}: {said}, {words.day(visit.on, as_of)}")


def _heads(columns: list[Visit], as_of: date) -> tuple[list[str], int]:
    """Write the heads of the columns: date, year if it is another, total, and what is missing of a partial form.

    Returns:
        The heads, and the number of lines that each has, so that all totals stand in one row.
    """
    lines = [
        (
            words.day(visit.on, visit.on),
            "" if visit.on.year == as_of.year else str(visit.on.year),
            f"<b>{_total(visit)}</b>",
            f"({visit.missing} missing)" if visit.possible is not None and visit.total is None else "",
        )
        for visit in columns
    ]
    used = [place for place in range(4) if any(line[place] for line in lines)]
    return ["<br>".join(line[place] or " " for place in used) for line in lines], len(used)


def _total(visit: Visit) -> str:
    """Write a total; a partial form has the range that its answers leave possible."""
    if visit.total is not None:
        return words.number(visit.total)
    return "?" if visit.possible is None else f"{visit.possible[0]}–{visit.possible[1]}"


def _layout(instrument: Instrument, columns: list[Visit], as_of: date, palette: Palette) -> dict[str, Any]:
    """Say how the axes look: dates on top, items on the left, the first item first."""
    rows = len(instrument.items)
    plain = {"fixedrange": True, "showgrid": False, "zeroline": False, "showline": False, "ticks": "",
             "tickmode": "array"}  # fmt: skip
    heads, deep = _heads(columns, as_of)
    remark = any("missing" in head for head in heads)
    top = LINE * max(deep, 2) + 12
    return {
        "height": rows * (CELL + GAP) + top + 8,
        "margin": {"l": LEFT, "r": 56, "t": top, "b": 8, "pad": 0, "autoexpand": False},
        "paper_bgcolor": palette.page, "plot_bgcolor": palette.page, "showlegend": False, "dragmode": False,
        "hovermode": "closest", "font": {"family": FONT, "size": 12.5, "color": palette.ink},
        "hoverlabel": {"bgcolor": palette.page, "bordercolor": palette.line,
                       "font": {"family": FONT, "size": 13, "color": palette.ink}},
        "xaxis": plain | {"side": "top", "range": [-0.5, len(columns) - 0.5], "tickangle": 0,
                          "tickvals": list(range(len(columns))), "ticktext": heads,
                          "tickfont": {"color": palette.ink, "size": 12.5}},
        "yaxis": plain | {"range": [rows - 0.5, -0.5], "tickvals": list(range(rows)),
                          "ticktext": [safe(item.short) for item in instrument.items],
                          "tickfont": {"color": palette.ink, "size": 12.5}},
        "annotations": [
            _beside("last<br>− first", 1, palette.ink2, yref="paper", yanchor="bottom", yshift=4 + LINE * remark)
        ],
    }  # fmt: skip
