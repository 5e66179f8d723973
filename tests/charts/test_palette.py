"""The colours: written once, the same for Streamlit, and with the contrast that they are said to have."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from bhi_core.charts.palette import DARK, LIGHT, Palette, palette

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
HUES = ("red", "orange", "blue", "green", "violet")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Give the relative luminance of WCAG 2.x."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of WCAG 2.x."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_streamlit_has_the_same_colours(name: str, colours: Palette) -> None:
    theme = tomllib.loads(CONFIG.read_text())["theme"][name]

    assert theme["primaryColor"] == colours.primary
    assert theme["backgroundColor"] == colours.page
    assert theme["secondaryBackgroundColor"] == colours.panel
    assert theme["textColor"] == colours.ink
    assert theme["borderColor"] == colours.hair
    assert theme["linkColor"] == colours.blue
    assert (theme["grayColor"], theme["grayTextColor"]) == (colours.line, colours.ink2)
    assert theme["grayBackgroundColor"] == colours.grey_tint
    for hue in HUES:
        assert theme[f"{hue}Color"] == theme[f"{hue}TextColor"] == getattr(colours, hue)
        assert theme[f"{hue}BackgroundColor"] == getattr(colours, f"{hue}_tint")


def test_both_themes_set_the_same_keys() -> None:
    theme = tomllib.loads(CONFIG.read_text())["theme"]

    assert set(theme["light"]) == set(theme["dark"])


@THEMES
def test_text_is_readable_on_the_page_and_values_on_the_darkest_band(theme: Palette) -> None:
    for name in ("ink", "ink2", *HUES):
        assert contrast(getattr(theme, name), theme.page) >= 4.5, name
    for name in ("ink", "ink2", "blue", "violet"):
        assert contrast(getattr(theme, name), theme.bands[4]) >= 4.5, name


@THEMES
def test_marks_of_item9_stand_out_from_the_darkest_band(theme: Palette) -> None:
    assert min(contrast(theme.red, theme.bands[4]), contrast(theme.orange, theme.bands[4])) >= 3


@THEMES
def test_text_is_readable_on_its_own_tint(theme: Palette) -> None:
    for hue in HUES:
        assert contrast(getattr(theme, hue), getattr(theme, f"{hue}_tint")) >= 4.5, hue
        assert contrast(theme.ink, getattr(theme, f"{hue}_tint")) >= 7, hue
    assert contrast(theme.ink2, theme.grey_tint) >= 4.5


@THEMES
def test_digits_are_readable_on_every_cell_and_white_on_the_main_button(theme: Palette) -> None:
    assert all(contrast(cell, ink) >= 4.5 for cell, ink in zip(theme.heat, theme.heat_ink, strict=True))
    assert contrast("#FFFFFF", theme.primary) >= 4.5


@THEMES
def test_bands_and_cells_keep_their_order_in_grey(theme: Palette) -> None:
    for steps in (theme.bands, theme.heat):
        grey = [luminance(step) for step in steps]
        assert grey == sorted(grey) or grey == sorted(grey, reverse=True)
        assert len(set(grey)) == len(grey)


@THEMES
def test_every_colour_is_a_six_digit_hexadecimal_one(theme: Palette) -> None:
    values = [getattr(theme, field.name) for field in fields(theme)]
    flat = [colour for value in values for colour in ([value] if isinstance(value, str) else value)]

    assert all(len(colour) == 7 and colour[0] == "#" for colour in flat)


def test_an_unknown_theme_is_light() -> None:
    assert palette(None) is LIGHT and palette("dark") is DARK
