"""Texts that every page writes the same way: data is shown as it was typed and never obeyed."""

import re
from collections import namedtuple
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from bhi_core.charts.palette import DARK, LIGHT
from bhi_core.ui import look

SIGNS = "\\`*_{}[]()#+-.!|<>~$:^=&/@"

Figure = namedtuple("Figure", "label numerator denominator of_whom")


def shown(page: str) -> AppTest:
    """Run a page of a few lines."""
    start = "from bhi_core.ui import look\nfrom tests.ui.test_look import Figure\n"
    app = AppTest.from_string(start + page, default_timeout=30).run()
    assert not app.exception
    return app


@given(st.text())
def test_every_sign_that_markdown_knows_is_escaped(text: str) -> None:
    escaped = look.literal(text)

    for sign in SIGNS:
        assert escaped.count("\\" + sign) >= text.count(sign)
    assert "\n" not in escaped and "\t" not in escaped


@given(st.text(alphabet="abc 123äß–", min_size=1))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert look.literal(text) == " ".join(text.split())


def test_a_dose_keeps_its_stars() -> None:
    assert look.literal("5*3*2") == "5\\*3\\*2"


def test_signs_that_streamlit_replaces_are_kept_apart() -> None:
    joiner = "\u2060"

    assert look.literal("19 -> 17") == f"19 \\-{joiner}\\> 17"
    assert look.literal("a -- b >= c") == f"a \\-{joiner}\\- b \\>{joiner}\\= c"
    assert look.literal("http://x") == f"http{joiner}\\:\\/\\/x"
    assert look.literal("WWW.x me@x") == f"WWW{joiner}\\.x me{joiner}\\@x"
    assert look.literal(":streamlit:") == f"\\:{joiner}streamlit\\:"


def test_a_fact_line_is_grey_and_a_late_one_orange_and_bold() -> None:
    app = shown("look.fact_line('scores to 3 Nov')\nlook.fact_line('old [x]', late=True)")

    assert [caption.value for caption in app.caption] == ["scores to 3 Nov", ":orange[**old \\[x\\]**]"]


def test_a_headline_is_the_heading_of_the_page() -> None:
    app = shown("look.headline('47 of 96 *active* patients')")

    assert [title.value for title in app.title] == ["47 of 96 \\*active\\* patients"]


def test_a_figure_stands_with_both_numbers_and_of_whom() -> None:
    app = shown("look.figure_row([Figure('Measured', 83, 96, 'active patients')], 'x')")

    text = app.markdown[0].value.replace("\u202f", " ")
    assert text == ":gray[Measured]  \n**86 %** :gray[83 of 96]  \n:gray[active patients]"


def test_a_share_of_nobody_is_a_dash() -> None:
    app = shown("look.figure_row([Figure('Measured', 0, 0, 'patients')], 'x')")

    assert "**–** :gray[0 of 0]" in app.markdown[0].value


def test_boxes_carry_the_keys_that_the_style_block_speaks_of() -> None:
    shown("with look.alert('flag', 'red'):\n    look.small_head('x')\nwith look.stack('patient', 1000):\n    pass")

    assert all(f'st-key-alert_{tone}_"' in look.STYLE for tone in ("red", "orange", "blue", "green"))
    assert "st-key-stack1180_" in look.STYLE and "st-key-stack1000_" in look.STYLE


def test_the_style_block_leaves_the_theme_to_the_browser() -> None:
    assert f"--bhi-red-tint:light-dark({LIGHT.red_tint},{DARK.red_tint})" in look.STYLE
    assert "--bhi-ink2:light-dark(" in look.STYLE


def test_the_style_block_is_put_on_the_page_once_and_holds_no_markup() -> None:
    app = shown("look.style()")

    assert len(app.get("html")) == 1
    assert "<" not in look.STYLE and "url(" not in look.STYLE


def test_charts_get_the_colours_of_the_theme_shown() -> None:
    app = AppTest.from_string(
        "import streamlit as st\nfrom bhi_core.ui import look\nst.text(look.palette().page)", default_timeout=30
    )

    assert app.run().text[0].value == LIGHT.page


def test_html_is_made_of_fixed_text_only() -> None:
    source = Path(look.__file__).read_text(encoding="utf-8")

    assert re.findall(r"st\.html\((.*)\)", source) == [
        """'<a class="bhi-skip" href="#bhi-ct" target="_self">Skip to the table</a>'""",
        'f"<style>{STYLE}</style>"',
    ]
    assert "unsafe_allow_html" not in source
