"""One panel of the patient figure: bands, lines, the scores of one instrument and the words in its margins."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bhi_core.charts.palette import Palette
from bhi_core.charts.parts import Drawing, Frame, Panel, Score, moment, safe
from bhi_core.domain import words
from bhi_core.domain.axes import GAP_DAYS, band_steps, top
from bhi_core.domain.instruments import Instrument

DENSE = 26
"""Scores: above this number the points are small."""

LINE_HEIGHT = 1.15
"""Of the text's size: the least distance between two words in the margin."""


@dataclass(frozen=True)
class Stage:
    """One panel with the place where it is drawn.

    Attributes:
        drawing: collects what is drawn.
        frame: the time axis, the sizes and the colours.
        panel: the scores and their scale.
        axis: the name of its y axis, for example ``"y2"``.
        height: px.
    """

    drawing: Drawing
    frame: Frame
    panel: Panel
    axis: str
    height: int

    @property
    def scale(self) -> Instrument:
        """Give the instrument."""
        return self.panel.instrument

    @property
    def tall(self) -> bool:
        """Say whether there is room for three lines of title and for every line of reference."""
        return self.height == self.frame.size.first

    @property
    def px_a_point(self) -> float:
        """Give the height of one point of the score, in px."""
        return self.height / (top(self.scale) - self.scale.minimum)

    @property
    def hue(self) -> str:
        """Give the colour of the line; blue and violet stand in panels of their own."""
        palette = self.frame.palette
        return {"phq9": palette.blue, "gad7": palette.violet}.get(self.scale.series, palette.ink)

    @property
    def lines(self) -> list[tuple[float, str]]:
        """Give the lines of reference with their words: the target, and remission where there is room for both."""
        scale, known = self.scale, self.scale.outcome_classes == "all"
        found: list[tuple[float, str]] = []
        if scale.threshold is not None:
            found.append((scale.threshold, f"{scale.threshold} {'target' if known else 'threshold'}"))
        if known and self.tall and scale.remission_below is not None:
            found.append((scale.remission_below, f"{scale.remission_below} remission"))
        return found

    def levels(self, values: list[float], **line: Any) -> None:
        """Draw level lines across the panel."""
        start, end = self.frame.edges
        self.drawing.lines(self.axis, [(start, value, end, value) for value in values], **line)

    def write(self, text: str, **place: Any) -> None:
        """Write words in this panel."""
        self.drawing.note(text, axis=self.axis, **place)


def draw_panel(stage: Stage) -> None:
    """Draw a panel: tints and lines first, the words of the margins, then the scores."""
    _bands(stage)
    stage.levels([value for value, _ in stage.lines], width=1.2, color=stage.frame.palette.ink2)
    _half(stage)
    _margin(stage)
    _title(stage)
    if stage.panel.valid:
        _course(stage)
        _first_and_last(stage)


def _bands(stage: Stage) -> None:
    """Tint the bands from minimal to severe, each from its lowest total to the next band's."""
    edges = [float(band.low) for band in stage.scale.bands] + [top(stage.scale)]
    frame = stage.frame
    for step, edge in zip(band_steps(stage.scale), pairwise(edges), strict=False):
        stage.drawing.box(stage.axis, frame.edges, edge, frame.palette.bands[step])


def _half(stage: Stage) -> None:
    """Draw half of the first score, with its word on the left, because it can fall next to 10 or 5."""
    half, ink, size = stage.panel.half, stage.frame.palette.ink, stage.frame.size
    if half is None:
        return
    stage.levels([half], width=1.6, color=ink, dash="1.6px,2.4px")
    place = {"xref": "paper", "x": 0, "y": half, "xanchor": "right", "xshift": -(2 * size.text + 2)}
    stage.write(f"half: {words.number(half)}", color=ink, size=size.text, **place)


def _margin(stage: Stage) -> None:
    """Write the names of lines and bands into the right margin; a band's name gives way to a line's."""
    palette, size, scale = stage.frame.palette, stage.frame.size, stage.scale
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 7, "align": "left", "size": size.text}
    taken = [value for value, _ in stage.lines]
    for value, text in stage.lines:
        stage.write(f"<b>{text}</b>", y=value, color=palette.ink, **place)
    room = LINE_HEIGHT * size.text / stage.px_a_point
    highs = [float(band.low) for band in scale.bands[1:]] + [top(scale)]
    for band, high in zip(scale.bands, highs, strict=bool(scale.bands)):
        candidates = [band.low + share * (high - band.low) for share in (0.5, 0.35, 0.65, 0.2, 0.8)]
        free = next((y for y in candidates if all(abs(y - other) >= room for other in taken)), None)
        if free is not None:
            taken.append(free)
            stage.write(_band_name(band.name, size.right / size.letter), y=free, color=palette.ink2, **place)


def _band_name(name: str, letters: float) -> str:
    """Fit a band's name into the margin: a usual abbreviation, else on two lines."""
    short = name.replace("moderately", "mod.")
    if len(short) <= letters or " " not in short:
        return safe(short)
    first, _, rest = short.partition(" ")
    return f"{safe(first)}<br>{safe(rest)}"


def _title(stage: Stage) -> None:
    """Name the scale in the left margin: what it measures, its range and which way is better."""
    scale, size, palette = stage.scale, stage.frame.size, stage.frame.palette
    facts = [safe(scale.condition or ""), f"{words.number(scale.minimum)}–{words.number(scale.maximum)}"]
    known = ("<br>" if stage.tall else ", ").join(fact for fact in facts if fact)
    better = f"{'lower' if scale.direction > 0 else 'higher'} is better"
    place: dict[str, Any] = {
        "x": 0, "y": top(scale), "xref": "paper", "xanchor": "left", "xshift": 2 - size.left, "yanchor": "top",
        "align": "left",
    }  # fmt: skip
    stage.write(f"<b>{safe(scale.name)}</b>", color=stage.hue, size=size.text + 3, **place)
    stage.write(f"{known}<br>{better}", color=palette.ink2, size=size.text, yshift=-(size.text + 8), **place)


def _course(stage: Stage) -> None:
    """Draw the line, broken where scores are far apart, and a point for each score; the words follow the pointer."""
    valid = stage.panel.valid
    x: list[str | None] = [moment(valid[0].on)]
    y: list[float | None] = [valid[0].total]
    for before, score in pairwise(valid):
        if (score.on - before.on).days > GAP_DAYS:
            x.append(None)
            y.append(None)
            _gap(stage, before, score)
        x.append(moment(score.on))
        y.append(score.total)
    common = {"type": "scatter", "xaxis": "x", "yaxis": stage.axis, "cliponaxis": False, "showlegend": False}
    line = {"mode": "lines", "x": x, "y": y, "line": {"color": stage.hue, "width": 2.5}, "hoverinfo": "skip"}
    points = {
        "mode": "markers",
        "name": safe(stage.scale.name),
        "x": [moment(score.on) for score in valid],
        "y": [score.total for score in valid],
        "marker": _markers(valid, stage.hue, stage.frame.palette, has_safety=bool(stage.scale.safety_items)),
        "hoverinfo": "text",
        "hovertext": _hovers(stage),
    }
    stage.drawing.traces += [common | line, common | points]


def _markers(valid: list[Score], hue: str, palette: Palette, *, has_safety: bool) -> dict[str, Any]:
    """Say the look of each point: a diamond for a positive item 9, hollow for a total alone."""
    smaller = 3 if len(valid) > DENSE else 0
    symbols, sizes, fills, edges, widths = [], [], [], [], []
    for score in valid:
        high, low = has_safety and score.safety >= 2, has_safety and score.safety == 1
        symbols.append("diamond" if high or low else "circle")
        sizes.append((12 if high else 11 if low else 8) - smaller)
        fills.append(palette.red if high else palette.page if low or score.total_only else hue)
        edges.append(palette.page if high else palette.orange if low else hue)
        widths.append(1 if high else 2 if low or score.total_only else 0)
    line = {"color": edges, "width": widths}
    return {"symbol": symbols, "size": sizes, "color": fills, "opacity": 1, "line": line}


def _hovers(stage: Stage) -> list[str]:
    """Word each point: the total and its band, date and week, change since the one before and since the first."""
    scale, frame, valid, found = stage.scale, stage.frame, stage.panel.valid, []
    for place, score in enumerate(valid):
        total = score.total or 0.0
        band = scale.band(total)
        said = [f"{scale.name} {words.number(total)}" + (f", {band}" if band else "")]
        said.append(f"{words.day(score.on, frame.as_of)}, week {words.number(frame.week(score.on))}")
        if place:
            before = valid[place - 1]
            since = f"{words.signed(total - (before.total or 0))} since {words.day(before.on, frame.as_of)}"
            first = words.signed(total - (valid[0].total or 0))
            said.append(since if place == 1 else f"{since}, {first} since the first")
        if scale.safety_items:
            said.append({-2: "item 9 unknown", -1: "item 9 left blank"}.get(score.safety, f"item 9: {score.safety}"))
        elif score.total_only:
            said.append("total only")
        if score.others:
            said.append("also that day: " + ", ".join(words.number(other) for other in score.others))
        found.append("<br>".join(safe(line) for line in said))
    return found


def _gap(stage: Stage, before: Score, after: Score) -> None:
    """Say in the hole how long nothing was measured, if the words fit there."""
    days, size, scale = (after.on - before.on).days, stage.frame.size, stage.scale
    weeks = words.count(days // 7, "week")
    fitting = (
        text for text in (f"no score for {weeks}", weeks) if (len(text) + 3) * size.letter < stage.frame.px(days)
    )
    text = next(fitting, None)
    if text is None:
        return
    middle = ((before.total or 0) + (after.total or 0)) / 2
    inside = 0.06 * (scale.maximum - scale.minimum)
    y = min(max(middle, scale.minimum + inside), scale.maximum - inside)
    look = {"color": stage.frame.palette.ink2, "size": size.text, "bgcolor": stage.frame.palette.page, "borderpad": 2}
    stage.write(text, x=moment(before.on + timedelta(days=days / 2)), y=y, **look)


def _first_and_last(stage: Stage) -> None:
    """Write the last value to the right of its point, or of today's line, and the first above its point."""
    frame, size, (first, *_), last = stage.frame, stage.frame.size, stage.panel.valid, stage.panel.valid[-1]
    recent = frame.px((frame.as_of - last.on).days) < 4 * size.letter + 12
    right = {"xanchor": "left", "xshift": 4 if recent else 8, "yshift": _clear(stage, last, [0], size.text + 4)}
    _value(stage, last, size.text + 4, x=moment(frame.as_of if recent else last.on), **right)
    if first is not last:
        above = 10 + (size.text + 2) / 2
        shift = _clear(stage, first, [above, -above], size.text + 2)
        _value(stage, first, size.text + 2, x=moment(first.on), yshift=shift)


def _value(stage: Stage, score: Score, size: float, **place: Any) -> None:
    """Write a value, bold and in the colour of its line."""
    stage.write(f"<b>{words.number(score.total or 0)}</b>", y=score.total or 0, color=stage.hue, size=size, **place)


def _clear(stage: Stage, score: Score, wanted: list[float], height: float) -> float:
    """Find a place for a value where no line strikes it through.

    Args:
        stage: the panel and its lines.
        score: what the value stands at.
        wanted: px above the score at which it may stand, the best first; moved up from the first if all are struck.
        height: px of the words.

    Returns:
        The shift to use, in px.
    """
    levels = [value for value, _ in stage.lines] + ([stage.panel.half] if stage.panel.half is not None else [])
    lines = sorted((level - (score.total or 0)) * stage.px_a_point for level in levels)
    floor = (stage.scale.minimum - (score.total or 0)) * stage.px_a_point + 0.5 * height
    struck = 0.55 * height
    free = (shift for shift in wanted if shift >= floor and all(abs(line - shift) >= struck for line in lines))
    shift = next(free, None)
    if shift is not None:
        return shift
    shift = wanted[0]
    for line in lines:
        if abs(line - shift) < struck:
            shift = line + struck
    return shift
