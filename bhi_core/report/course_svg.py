"""The course of one episode for paper: each instrument in its panel and the care given, on one true time axis.

As on the screen nothing but scores is drawn on the scores, no axis is cut, and a line is broken where scores are far
apart. On paper nothing follows a pointer, so the scores carry their numbers as far as there is room for them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

from markupsafe import Markup

from bhi_core.domain import words
from bhi_core.domain.answers import Chart, Course, lead
from bhi_core.domain.axes import GAP_DAYS, band_steps, span, ticks, top, weeks
from bhi_core.domain.instruments import Instrument
from bhi_core.report.lanes_svg import LANE, Ground, draw_lanes, lanes_of
from bhi_core.report.print_look import BANDS, HUES, INK, INK2, LINE, ORANGE, PAGE, RED
from bhi_core.report.svg import Sheet

WIDTH, LEFT, RIGHT, TOP, BOTTOM, GAP = 760.0, 120.0, 100.0, 16.0, 30.0, 12.0
FIRST, OTHER = 150.0, 78.0
"""Units: heights of the first panel and of every further one. 760 units are as wide as the printed page."""

PANELS = 2
"""At most so many instruments are drawn; others are named in words."""

TICKS = 7
TEXT = 11.5
DENSE = 26
"""Scores: above this number the points are small."""

NUMBERED_APART = 21.0
"""Units: the least distance between two scores that both carry their number."""


@dataclass(frozen=True)
class Point:
    """A score: its day, its total (points), and the highest answer to a safety item that day (-2 unknown)."""

    on: date
    total: float
    safety: int
    total_only: bool


@dataclass(frozen=True)
class Stage:
    """Where everything is drawn.

    Attributes:
        sheet: collects it.
        told: the episode.
        start, end: the ends of the time axis.
    """

    sheet: Sheet
    told: Chart
    start: datetime
    end: datetime

    def x(self, on: date) -> float:
        """Give the place of a day."""
        share = (datetime.combine(on, time()) - self.start) / (self.end - self.start)
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def shown(told: Chart) -> tuple[Course, ...]:
    """Choose the courses that are drawn: those that are followed and have a score; the leading one is among them."""
    followed = [course for course in told.courses if course.instrument.trackable and course.last is not None]
    first = lead(told)
    if first in followed[PANELS:]:
        followed = [*followed[: PANELS - 1], first] if first else followed
    return tuple(followed[:PANELS])


def course(told: Chart, says: str, now: str = "today") -> Markup:
    """Draw the course of an episode as an SVG element without a width of its own; see ``draw``.

    Args:
        told: the episode.
        says: the drawing in a sentence, for those who do not see it.
        now: the word on the upright line of the date of care.
    """
    return draw(told, now).drawn(says)


def draw(told: Chart, now: str = "today") -> Sheet:
    """Draw the course of an episode, ``WIDTH`` units wide and as high as its instruments and treatments need."""
    courses = shown(told)
    begin = min([told.enrolled_on, *(course.baseline_on for course in courses if course.baseline_on)])
    start, end = span(begin, told.enrolled_on, told.as_of)
    lanes = lanes_of(told, begin)
    heights = [FIRST if place == 0 else OTHER for place in range(len(courses))]
    height = TOP + sum(heights) + GAP * len(heights) + LANE * len(lanes.names) + BOTTOM
    stage = Stage(Sheet(WIDTH, height), told, start, end)
    y = TOP
    bases = []
    for one, tall in zip(courses, heights, strict=True):
        bases.append((y, tall))
        _panel(stage, one, y, tall)
        y += tall + GAP
    floor = y + LANE * len(lanes.names)
    for on in lanes.changes:
        for above, tall in [*bases, (y, floor - y)]:
            stage.sheet.line((stage.x(on), above, stage.x(on), above + tall), LINE, 1, "1.5 2.5")
    stage.sheet.line((stage.x(told.as_of), TOP, stage.x(told.as_of), floor), INK2, 1)
    stage.sheet.words((stage.x(told.as_of), TOP - 8), now, TEXT, INK2, anchor="middle")
    for one, (above, tall) in zip(courses, bases, strict=True):
        _scores(stage, one, above, tall)
    draw_lanes(Ground(stage.sheet, stage.x, told.as_of, y, LEFT, WIDTH - RIGHT), lanes)
    _time_axis(stage, floor)
    return stage.sheet


def _level(scale: Instrument, above: float, tall: float, value: float) -> float:
    """Give the place of a total."""
    return above + tall * (top(scale) - value) / (top(scale) - scale.minimum)


def _panel(stage: Stage, one: Course, above: float, tall: float) -> None:
    """Draw what lies under the scores: bands, lines, and the words of the margins."""
    scale, sheet, right = one.instrument, stage.sheet, WIDTH - RIGHT
    edges = [float(band.low) for band in scale.bands] + [top(scale)]
    for step, (low, high) in zip(band_steps(scale), pairwise(edges), strict=False):
        upper = _level(scale, above, tall, high)
        sheet.box((LEFT, upper), (right - LEFT, _level(scale, above, tall, low) - upper), BANDS[step])
    sheet.box((LEFT, above), (right - LEFT, tall), "none", LINE, stroke_width=0.6)
    for value, text in _lines(scale, tall == FIRST):
        y = _level(scale, above, tall, value)
        sheet.line((LEFT, y, right, y), INK2, 1.1)
        sheet.words((right + 6, y), text, TEXT, INK, bold=True)
    half = _half(one)
    if half is not None:
        y = _level(scale, above, tall, half)
        sheet.line((LEFT, y, right, y), INK, 1.6, "1.6 2.4")
        sheet.words((LEFT - 24, y), f"half: {words.number(half)}", TEXT, INK, anchor="end")
    _band_names(stage, one, above, tall)
    _title(stage, scale, above, tall == FIRST)
    for tick in ticks(scale):
        sheet.words((LEFT - 5, _level(scale, above, tall, tick)), words.number(tick), TEXT - 1, INK2, anchor="end")


def _lines(scale: Instrument, tall: bool) -> list[tuple[float, str]]:
    """Give the lines of reference with their words: the target, and remission where there is room for both."""
    known = scale.outcome_classes == "all"
    found: list[tuple[float, str]] = []
    if scale.threshold is not None:
        found.append((scale.threshold, f"{scale.threshold} {'target' if known else 'threshold'}"))
    if known and tall and scale.remission_below is not None:
        found.append((scale.remission_below, f"{scale.remission_below} remission"))
    return found


def _half(one: Course) -> float | None:
    """Give half of the first score where that is what response means."""
    scale = one.instrument
    if not one.baseline or scale.outcome_classes != "all" or scale.direction < 0:
        return None
    return one.baseline / 2


def _band_names(stage: Stage, one: Course, above: float, tall: float) -> None:
    """Name the bands in the right margin; a band's name gives way to a line's."""
    scale = one.instrument
    taken = [_level(scale, above, tall, value) for value, _ in _lines(scale, tall == FIRST)]
    highs = [float(band.low) for band in scale.bands[1:]] + [top(scale)]
    for band, high in zip(scale.bands, highs, strict=bool(scale.bands)):
        places = (_level(scale, above, tall, band.low + part * (high - band.low)) for part in (0.5, 0.35, 0.65))
        free = next((y for y in places if all(abs(y - other) >= TEXT for other in taken)), None)
        if free is not None:
            taken.append(free)
            name = band.name.replace("moderately", "mod.")
            stage.sheet.words((WIDTH - RIGHT + 6, free), name, TEXT - 0.5, INK2)


def _title(stage: Stage, scale: Instrument, above: float, tall: bool) -> None:
    """Name the scale in the left margin: what it measures, its range and which way is better."""
    better = f"{'lower' if scale.direction > 0 else 'higher'} is better"
    reach = f"{words.number(scale.minimum)}–{words.number(scale.maximum)}"
    lines = [line for line in (scale.condition, reach, better) if line] if tall else [better]
    stage.sheet.words((0, above + 7), scale.name, TEXT + 2.5, HUES.get(scale.series, INK), bold=True)
    for place, line in enumerate(lines):
        stage.sheet.words((0, above + 23 + place * (TEXT + 2)), line, TEXT - 0.5, INK2)


def points_of(told: Chart, one: Course) -> list[Point]:
    """Give the valid scores of a course, one a day, each with the highest safety answer of any form of that day."""
    forms = told.own_forms
    same = forms[told.of_series(forms) == one.instrument.series]
    safety = same.groupby("taken_on")["safety_answer"].max()
    return [
        Point(on.date(), float(total), int(safety[on]), not isinstance(items, str))
        for on, total, items in zip(
            *(told.scores_of(one)[name] for name in ("taken_on", "total", "items")), strict=True
        )
    ]


def _scores(stage: Stage, one: Course, above: float, tall: float) -> None:
    """Draw the line, the points and their numbers."""
    scale = one.instrument
    hue, valid = HUES.get(scale.series, INK), points_of(stage.told, one)
    places = [(stage.x(point.on), _level(scale, above, tall, point.total)) for point in valid]
    runs: list[list[tuple[float, float]]] = [[places[0]]]
    for (before, after), place in zip(pairwise(valid), places[1:], strict=True):
        if (after.on - before.on).days > GAP_DAYS:
            _gap(stage, before, after, (runs[-1][-1], place))
            runs.append([])
        runs[-1].append(place)
    for run in runs:
        if len(run) > 1:
            stage.sheet.path(run, hue, 2.2)
    _numbers(stage, valid, places, hue)
    small = 1.4 if len(valid) > DENSE else 0.0
    for point, place in zip(valid, places, strict=True):
        _mark(stage.sheet, point, place, hue, small)


def _mark(sheet: Sheet, point: Point, at: tuple[float, float], hue: str, smaller: float) -> None:
    """Draw a score: a filled diamond for item 9 at 2 or 3, an outlined one for 1, hollow for a total alone."""
    if point.safety >= 2:
        sheet.diamond(at, 6.4 - smaller, RED, PAGE, 1)
    elif point.safety == 1:
        sheet.diamond(at, 5.8 - smaller, PAGE, ORANGE, 1.8)
    else:
        sheet.dot(at, 3.6 - smaller, PAGE if point.total_only else hue, hue)


def _gap(stage: Stage, before: Point, after: Point, ends: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Say in the hole how long nothing was measured, if the words fit there."""
    (x0, y0), (x1, y1) = ends
    length = words.count((after.on - before.on).days // 7, "week")
    text = next((text for text in (f"no score for {length}", length) if (len(text) + 3) * 5.8 < x1 - x0), None)
    if text is not None:
        stage.sheet.words(((x0 + x1) / 2, (y0 + y1) / 2), text, TEXT - 0.5, INK2, anchor="middle")


def _numbers(stage: Stage, valid: list[Point], places: list[tuple[float, float]], hue: str) -> None:
    """Write the last score right of its point or of today's line, the others at theirs where there is room."""
    sheet, (last_x, last_y) = stage.sheet, places[-1]
    today = stage.x(stage.told.as_of)
    x = today + 4 if today - last_x < 30 else last_x + 9
    text = words.number(valid[-1].total)
    sheet.backing((x, last_y), text, TEXT + 4.5, "start")
    sheet.words((x, last_y), text, TEXT + 4.5, hue, bold=True)
    free_from = 0.0
    for place, ((x, y), point) in enumerate(zip(places[:-1], valid[:-1], strict=True)):
        if x < free_from or last_x - x < NUMBERED_APART:
            continue
        free_from = x + NUMBERED_APART
        neighbours = [places[other][1] for other in (place - 1, place + 1) if 0 <= other < len(places)]
        below = all(y > other for other in neighbours)
        first = place == 0
        size = TEXT + 2 if first else TEXT - 1
        at = (x, y + (13 if below else -12))
        text = words.number(point.total)
        sheet.backing(at, text, size, "middle")
        sheet.words(at, text, size, hue, anchor="middle", bold=first)


def _time_axis(stage: Stage, floor: float) -> None:
    """Write the weeks over the dates under the lanes."""
    told, sheet = stage.told, stage.sheet
    sheet.line((LEFT, floor, WIDTH - RIGHT, floor), LINE, 1)
    for week, on in weeks(stage.start, stage.end, told.enrolled_on, told.as_of, TICKS):
        x = stage.x(on)
        sheet.line((x, floor, x, floor + 4), LINE, 1)
        sheet.words((x, floor + 11), f"wk {week}", TEXT - 1, INK2, anchor="middle")
        sheet.words((x, floor + 23), words.day(on, told.as_of), TEXT - 1, INK2, anchor="middle")


def also_measured(told: Chart) -> str:
    """Name the other followed instruments with their last score; ``""`` when all are drawn."""
    drawn = {course.instrument.series for course in shown(told)}
    others = [one for one in told.courses if one.last is not None and one.instrument.series not in drawn]
    said = [f"{one.name} {words.number(one.last or 0)} on {words.day(one.last_on, told.as_of)}"
            for one in others]  # fmt: skip
    return f"Also measured: {words.joined(said)}." if said else ""
