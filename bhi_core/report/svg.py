"""A sheet to draw on: lines, marks and words as SVG, in which every word from data is escaped."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from bhi_core.report.pages import visible
from bhi_core.report.print_look import FONT, INK, PAGE

Anchor = Literal["start", "middle", "end"]
MIDDLE = 0.35
"""Of the size: how far below its middle the baseline of a line of words lies."""


@dataclass
class Sheet:
    """Collect what is drawn, in the order in which it is drawn.

    Attributes:
        width, height: units of the drawing; the page scales it to its own width.
        parts: the elements.
    """

    width: float
    height: float
    parts: list[Markup] = field(default_factory=list)

    def element(self, name: str, text: str | None = None, **attributes: Any) -> None:
        """Add an element; ``_`` in an attribute's name is written ``-``, None leaves it out, numbers are cut short."""
        given = Markup("").join(
            Markup(' {}="{}"').format(key.strip("_").replace("_", "-"), _cut(value))
            for key, value in attributes.items()
            if value is not None
        )
        opened = Markup("<{}{}").format(Markup(name), given)
        end = Markup("/>") if text is None else Markup(">{}</{}>").format(text, Markup(name))
        self.parts.append(opened + end)

    def line(
        self, ends: tuple[float, float, float, float], color: str, width: float = 1, dash: str | None = None
    ) -> None:
        """Draw a straight line from (x0, y0) to (x1, y1)."""
        x1, y1, x2, y2 = ends
        self.element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, stroke_width=width, stroke_dasharray=dash)

    def path(self, points: Iterable[tuple[float, float]], color: str, width: float) -> None:
        """Draw a line through points."""
        drawn = " ".join(f"{_cut(x)},{_cut(y)}" for x, y in points)
        self.element("polyline", points=drawn, fill="none", stroke=color, stroke_width=width, stroke_linejoin="round")

    def box(
        self, corner: tuple[float, float], size: tuple[float, float], fill: str, edge: str | None = None, **more: Any
    ) -> None:
        """Draw a rectangle from its upper left corner."""
        (x, y), (width, height) = corner, size
        self.element("rect", x=x, y=y, width=max(width, 0), height=height, fill=fill, stroke=edge, **more)

    def dot(self, at: tuple[float, float], radius: float, fill: str, edge: str, width: float = 1.6) -> None:
        """Draw a point."""
        self.element("circle", cx=at[0], cy=at[1], r=radius, fill=fill, stroke=edge, stroke_width=width)

    def shape(self, corners: Iterable[tuple[float, float]], fill: str, edge: str, width: float) -> None:
        """Draw a shape from its corners."""
        drawn = " ".join(f"{_cut(x)},{_cut(y)}" for x, y in corners)
        self.element("polygon", points=drawn, fill=fill, stroke=edge, stroke_width=width)

    def diamond(self, at: tuple[float, float], radius: float, fill: str, edge: str, width: float = 1.6) -> None:
        """Draw a diamond."""
        x, y = at
        self.shape(((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)), fill, edge, width)

    def cross(self, at: tuple[float, float], radius: float, color: str) -> None:
        """Draw a cross."""
        x, y = at
        for slope in (1, -1):
            self.line((x - radius, y - slope * radius, x + radius, y + slope * radius), color, 1.8)

    def words(
        self, at: tuple[float, float], text: str, size: float, color: str = INK, *, anchor: Anchor = "start",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Write words; ``at`` is the middle of their height."""
        weight = 700 if bold else None
        self.element(
            "text", visible(text), x=at[0], y=at[1] + MIDDLE * size, font_size=size, fill=color, font_weight=weight,
            text_anchor=None if anchor == "start" else anchor,
        )  # fmt: skip

    def backing(self, at: tuple[float, float], text: str, size: float, anchor: Anchor) -> None:
        """Lighten what lies behind words, so that no line strikes them through."""
        width = 0.6 * size * len(text)
        left = at[0] - {"start": 1.0, "middle": width / 2, "end": width}[anchor]
        self.box((left, at[1] - size / 2), (width + 1, size), PAGE, fill_opacity=0.85)

    def drawn(self, says: str) -> Markup:
        """Give the whole drawing, as wide as the page lets it be; ``says`` is read out in its place."""
        head = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="{}">'
        ).format(_cut(self.width), _cut(self.height), visible(says), FONT)
        return head + Markup("").join(self.parts) + Markup("</svg>")


def _cut(value: Any) -> Any:
    """Write a number with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
