"""The colours, written once; ``.streamlit/config.toml`` repeats them for Streamlit and a test compares the two.

Contrast by WCAG 2.x, on the page and on the darkest band of a chart: ink 16.3 and 11.0, ink 2 7.6 and 5.1, blue 7.8 and
5.3, violet 8.7 and 5.8, orange 6.7 and 4.5, red 7.8 and 5.2 in light; 6 or more throughout in dark. Red against orange
and blue against violet cannot be told apart by everybody: a shape, a word or a panel of its own always goes with them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Hold the colours of one theme, as hexadecimal CSS colours, by what they are used for.

    Attributes:
        page: behind everything.
        panel: behind widgets and the row under the pointer.
        ink: text.
        ink2: notes, axis text, reference lines.
        line: axes, treatment uprights, limits.
        hair: row rules; carries no meaning.
        primary: the main button (Streamlit writes white on it).
        blue: PHQ-9, better, links.
        violet: GAD-7.
        orange: late, no change, item 9 answered 1.
        red: worse, item 9 answered 2 or 3.
        green: only "saved" and "done".
        red_tint, orange_tint, blue_tint, grey_tint, green_tint, violet_tint: behind alerts, the current row, intervals.
        bands: minimal to severe, five steps.
        heat: answers 0 to 3.
        heat_ink: the digit on each of ``heat``.
    """

    page: str
    panel: str
    ink: str
    ink2: str
    line: str
    hair: str
    primary: str
    blue: str
    violet: str
    orange: str
    red: str
    green: str
    red_tint: str
    orange_tint: str
    blue_tint: str
    grey_tint: str
    green_tint: str
    violet_tint: str
    bands: tuple[str, str, str, str, str]
    heat: tuple[str, str, str, str]
    heat_ink: tuple[str, str, str, str]


LIGHT = Palette(
    page="#FFFFFF",
    panel="#F3F5F6",
    ink="#1B2126",
    ink2="#4A555E",
    line="#8A959D",
    hair="#D5DBDF",
    primary="#0B5394",
    blue="#0B5394",
    violet="#5C3B86",
    orange="#8F4A00",
    red="#A4161A",
    green="#0B5D57",
    red_tint="#FBE9E7",
    orange_tint="#FBF0E0",
    blue_tint="#E6EFF8",
    grey_tint="#EEF1F2",
    green_tint="#E1F1EF",
    violet_tint="#EFE9F6",
    bands=("#FFFFFF", "#F8F6F1", "#F1ECE1", "#E9E1CF", "#DFD3B9"),
    heat=("#EEF1F2", "#DCE6EF", "#8FB1D1", "#1F5A93"),
    heat_ink=("#4A555E", "#1B2126", "#1B2126", "#FFFFFF"),
)

DARK = Palette(
    page="#14191D",
    panel="#1E252A",
    ink="#E8ECEF",
    ink2="#B3BDC4",
    line="#7E8A93",
    hair="#37424A",
    primary="#2A74B8",
    blue="#8EC1F2",
    violet="#CDB2F0",
    orange="#F0B25E",
    red="#FF9C93",
    green="#7FD1C7",
    red_tint="#44201F",
    orange_tint="#3D2C12",
    blue_tint="#1B3047",
    grey_tint="#262E34",
    green_tint="#12332F",
    violet_tint="#31264A",
    bands=("#14191D", "#1B1F1F", "#242521", "#2F2C23", "#3B3526"),
    heat=("#262E34", "#24384B", "#3F6C98", "#A9D0F5"),
    heat_ink=("#B3BDC4", "#E8ECEF", "#E8ECEF", "#14191D"),
)


def palette(theme: str | None) -> Palette:
    """Give the colours of a theme: ``"dark"``, or light for anything else (also when the browser has not said yet).

    >>> palette("dark").page, palette(None).page
    ('#14191D', '#FFFFFF')
    """
    return DARK if theme == "dark" else LIGHT
