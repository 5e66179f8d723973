"""What the patient figure is made of: scores on their scales, what was done, the sizes, and what is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, Literal

from bhi_core.charts.palette import Palette
from bhi_core.domain.instruments import Instrument


@dataclass(frozen=True)
class Score:
    """One form.

    Attributes:
        on: the date it was taken.
        total: points, or None for an incomplete form (drawn only in the item 9 lane).
        safety: the highest answer to a safety item; -1 left blank, -2 not on the form or unknown.
        total_only: no answers are known, only the total: drawn hollow.
        others: totals of other forms of the same instrument on that day, in points, oldest first.
    """

    on: date
    total: float | None
    safety: int = -2
    total_only: bool = False
    others: tuple[float, ...] = ()


@dataclass(frozen=True)
class Panel:
    """The course on one instrument, in a panel of its own.

    Attributes:
        instrument: the scale: its range, direction, bands and threshold.
        scores: one a day, oldest first.
        baseline: the first score as the rules see it, in points, or None. Half of it is drawn where response is
            defined as half (instruments with all outcome classes).
    """

    instrument: Instrument
    scores: tuple[Score, ...]
    baseline: float | None = None

    @property
    def valid(self) -> list[Score]:
        """Give the scores that have a total."""
        return [score for score in self.scores if score.total is not None]

    @property
    def half(self) -> float | None:
        """Give half of the first score, in points, where that is what response means."""
        scale = self.instrument
        if not self.baseline or scale.outcome_classes != "all" or scale.direction < 0:
            return None
        return self.baseline / 2


@dataclass(frozen=True)
class Contact:
    """A contact or an attempt: when, in which words (``"phone"``), and whether it came about."""

    on: date
    words: str
    attended: bool


@dataclass(frozen=True)
class Review:
    """A case review: when, and in which words (the consultant, the recommendation)."""

    on: date
    words: str = ""


@dataclass(frozen=True)
class Dose:
    """A treatment at one dose for a time.

    Attributes:
        treatment: its name; bars of one name share a lane.
        dose: the dose or the number of sessions in words, or ``""``.
        start: the first day.
        stop: the last day, or None while it goes on.
        why: why it ended, or ``""``.
        once: something that happened once and has no length, such as a referral.
    """

    treatment: str
    dose: str
    start: date
    stop: date | None = None
    why: str = ""
    once: bool = False


@dataclass(frozen=True)
class Care:
    """What was done: contacts, case reviews and treatments, each oldest first."""

    contacts: tuple[Contact, ...] = ()
    reviews: tuple[Review, ...] = ()
    doses: tuple[Dose, ...] = ()


@dataclass(frozen=True)
class Size:
    """The sizes of one variant, in px (``ticks`` is a number of ticks).

    Attributes:
        first, other: heights of the first and of every further panel.
        lane, gap: heights of a lane of care and of the space between panels.
        left, right, top, bottom: margins; the words for lines and bands stand there.
        text: the smallest text; everything else is larger by a fixed step.
        letter: the width of a letter, to decide whether words fit into a bar.
        plot: the width that the plot has at least, to decide the same.
        ticks: how many dates the time axis may have.
    """

    first: int
    other: int
    left: int
    right: int
    bottom: int
    text: float
    letter: float
    plot: int
    ticks: int
    lane: int = 24
    gap: int = 18
    top: int = 18


SIZES = {
    "page": Size(first=292, other=146, left=122, right=78, bottom=38, text=12, letter=6.6, plot=560, ticks=7),
    "review": Size(first=240, other=124, left=138, right=100, bottom=48, text=13.5, letter=7.4, plot=460, ticks=5),
}
SizeName = Literal["page", "review"]


@dataclass(frozen=True)
class Frame:
    """Where and how everything is drawn: the time axis, the sizes and the colours.

    Attributes:
        size, palette: as chosen.
        as_of: the date of care.
        enrolled_on: week 0.
        start, end: the ends of the time axis.
    """

    size: Size
    palette: Palette
    as_of: date
    enrolled_on: date
    start: datetime
    end: datetime

    @property
    def edges(self) -> tuple[str, str]:
        """Give the ends of the time axis as plotly reads them also in a path, which knows no space and no colon."""
        return self.start.date().isoformat(), (self.end.date() + timedelta(days=1)).isoformat()

    def px(self, days: float) -> float:
        """Give the width of a number of days, in px, on the narrowest plot."""
        return self.size.plot * days / ((self.end - self.start) / timedelta(days=1))

    def week(self, on: date) -> int:
        """Give the whole weeks from enrolment; negative before it."""
        return (on - self.enrolled_on).days // 7


@dataclass
class Drawing:
    """Collect what plotly is given: traces, shapes and annotations, in the order in which they are drawn."""

    traces: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def lines(self, axis: str, segments: Sequence[tuple[str, float, str, float]], **line: Any) -> None:
        """Draw straight lines of one look under the data, in data coordinates, as one shape: plotly copies each.

        Args:
            axis: the y axis, for example ``"y2"``.
            segments: the ends of each line: date, value, date, value. None draws nothing.
            line: width, color, dash.
        """
        if segments:
            path = "".join(f"M{x0},{y0:g}L{x1},{y1:g}" for x0, y0, x1, y1 in segments)
            self.shapes.append(
                {"type": "path", "layer": "below", "xref": "x", "yref": axis, "path": path, "line": line}
            )

    def box(self, axis: str, x: tuple[str, str], y: tuple[float, float], fill: str) -> None:
        """Draw a filled rectangle without an edge under the data."""
        (x0, x1), (y0, y1) = x, y
        self.shapes.append(
            {"type": "rect", "layer": "below", "xref": "x", "yref": axis, "x0": x0, "x1": x1, "y0": y0, "y1": y1,
             "fillcolor": fill, "line": {"width": 0}}
        )  # fmt: skip

    def note(self, text: str, *, x: Any, y: float, axis: str, color: str, size: float, **more: Any) -> None:
        """Write words; ``text`` is already safe markup. ``xref`` is the time axis unless ``more`` says "paper"."""
        self.notes.append(
            {"text": text, "x": x, "y": y, "xref": "x", "yref": axis, "showarrow": False,
             "font": {"color": color, "size": size}} | more
        )  # fmt: skip


def moment(on: date) -> str:
    """Write a date as plotly reads it, at midnight."""
    return on.isoformat()


def safe(text: str) -> str:
    """Make words from data harmless in plotly, which obeys ``<b>``, ``<a href>`` and ``<span style>`` in any text."""
    return escape(" ".join(text.split()), quote=False)


def cut(text: str, letters: int) -> str:
    """Shorten words to a number of letters, with an ellipsis.

    >>> cut("Behavioural activation", 12), cut("Sertraline", 12)
    ('Behavioural…', 'Sertraline')
    """
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
