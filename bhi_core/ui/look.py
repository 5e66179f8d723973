"""The one style block, and the few texts that every page writes the same way. Text from data is always made literal."""

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Literal, Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bhi_core.charts.palette import DARK, LIGHT, Palette
from bhi_core.charts.palette import palette as palette_of
from bhi_core.domain import words

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:^=&/@])")
"""Every sign that markdown, Streamlit's colours, icons, formulas or links begin with; ``/`` or icons would appear."""

_BLANK = re.compile(r"\s+")

_REPLACED = re.compile(r"(?<=[<>~=-])(?=[<>=-])|(?<=:)(?=streamlit:)|(?<=\w)(?=://|@)|(?<=www)(?=\.)", re.IGNORECASE)
"""Where Streamlit makes an arrow, a dash, its own picture or a link of the signs, although they are escaped."""

_JOINER = "\u2060"
"""Word joiner: has no width, and stands between such signs."""

Tone = Literal["red", "orange", "blue", "green"]


class Figured(Protocol):
    """What ``figure_row`` shows of a figure: its label, its two numbers, and whom it counts."""

    @property
    def label(self) -> str:
        """Name what is counted."""

    @property
    def numerator(self) -> int:
        """Count those with it."""

    @property
    def denominator(self) -> int:
        """Count all of whom it could be true."""

    @property
    def of_whom(self) -> str:
        """Say who they are."""


def literal(text: object) -> str:
    """Make text from data safe for anything that reads markdown: what was typed is what is shown.

    Without it ``![x](http://...)`` would be fetched, ``5*3*2`` would show as 532, and ``:red[...]`` would be obeyed.

    >>> literal("5*3*2 mg"), literal(":red[x]")
    ('5\\\\*3\\\\*2 mg', '\\\\:red\\\\[x\\\\]')
    """
    return _MARKDOWN.sub(r"\\\1", _REPLACED.sub(_JOINER, _BLANK.sub(" ", str(text)).strip()))


def palette() -> Palette:
    """Give the colours of the theme that the browser shows now, for charts."""
    return palette_of(st.context.theme.type)


def headline(text: str) -> None:
    """Write the page's answer as its heading: one sentence, 21 px."""
    st.title(literal(text), anchor=False)


def answer(text: str) -> None:
    """Write the answer under a patient's name: one sentence, 21 px."""
    with st.container(key="answer"):
        st.header(literal(text), anchor=False)


def section(text: str) -> None:
    """Write the heading of a section, 16 px."""
    st.header(literal(text), anchor=False)


def fact_line(text: str, late: bool = False) -> None:
    """Write who, when and how fresh: one line of 13.5 px in ink 2; orange and bold when the data are late."""
    st.caption(f":orange[**{literal(text)}**]" if late else literal(text))


def small_head(text: str) -> None:
    """Write the small head of a passage, 13.5 px, bold, in ink 2."""
    st.caption(f"**{literal(text)}**")


def figure_row(figures: Sequence[Figured], key: str, to_come: Sequence[tuple[str, str]] = ()) -> DeltaGenerator:
    """Write a strip of figures, each as a share with its two numbers beside it, between two rules.

    A share of nobody is a dash, never 0 %.

    Args:
        figures: what is known.
        key: of the strip.
        to_come: label and of whom of figures that are still worked out; they get their place, so that nothing jumps.

    Returns:
        The place of the figures, where ``figures_into`` can write them again when all are known.
    """
    with st.container(key=f"figures_{key}"):
        place = st.empty()
    figures_into(place, figures, to_come)
    return place


def figures_into(place: DeltaGenerator, figures: Sequence[Figured], to_come: Sequence[tuple[str, str]] = ()) -> None:
    """Write the figures of a strip into its place."""
    parts = [
        f":gray[{literal(figure.label)}]  \n**{literal(words.share(figure.numerator, figure.denominator))}** "
        f":gray[{figure.numerator} of {figure.denominator}]  \n:gray[{literal(figure.of_whom)}]"
        for figure in figures
    ]
    parts += [f":gray[{literal(label)}]  \n**–** :gray[working out]  \n:gray[{literal(of)}]" for label, of in to_come]
    place.markdown("\n\n".join(parts))  # one element, a paragraph a figure: columns would be eleven


def skip_to_table() -> None:
    """Put a link before the filters that leads to the caseload table; it is seen only when Tab reaches it."""
    st.html('<a class="bhi-skip" href="#bhi-ct" target="_self">Skip to the table</a>')


def alert(key: str, tone: Tone = "red") -> DeltaGenerator:
    """Give a tinted box with a bar on its left, for what must be seen first; write into it with ``with``."""
    return st.container(key=f"alert_{tone}_{key}", horizontal=True, vertical_alignment="center")


def stack(key: str, at: Literal[1180, 1000] = 1180) -> DeltaGenerator:
    """Give a box whose columns stand under each other on a screen narrower than ``at`` px."""
    return st.container(key=f"stack{at}_{key}")


def style() -> None:
    """Put the one style block on the page; called once a run, before anything is shown."""
    st.html(f"<style>{STYLE}</style>")


def _colours() -> str:
    """Give every colour to the style block as ``--bhi-name``; the browser knows which theme it shows."""
    single = [field.name for field in fields(Palette) if isinstance(getattr(LIGHT, field.name), str)]
    pairs = [
        f"--bhi-{name.replace('_', '-')}:light-dark({getattr(LIGHT, name)},{getattr(DARK, name)})" for name in single
    ]
    return ";".join(pairs)


def _stacking(at: int) -> str:
    """Let the columns of a stacking box go under each other, at full width."""
    box = f'[class*="st-key-stack{at}_"]'
    return (
        f"@media (max-width:{at}px){{{box} [data-testid=stHorizontalBlock]:has(>[data-testid=stColumn])"
        f"{{flex-direction:column}}"
        f"{box} [data-testid=stColumn]{{width:100%;flex:1 1 auto}}}}"
    )


def _alerts() -> str:
    """Tint the boxes of ``alert``."""
    return "".join(
        f'[class*="st-key-alert_{tone}_"]{{background:var(--bhi-{tone}-tint);border-left:6px solid var(--bhi-{tone});'
        f"padding:8px 14px;border-radius:0;flex-wrap:nowrap}}"
        for tone in ("red", "orange", "blue", "green")
    )


def _tints() -> str:
    """Tint the cells of severity then and now by the share of their row."""
    return "".join(
        f'[class*="st-key-summary_cell{step}_"] button'
        f"{{background:color-mix(in srgb,var(--bhi-blue) {part}%,transparent)}}"
        for step, part in ((1, 7), (2, 15), (3, 25), (4, 36))
    )


STYLE = f"""
.stApp{{{_colours()}}}
/* The table needs the width that Streamlit leaves empty; lines stay readable up to here. */
[data-testid=stMainBlockContainer]{{max-width:1720px;padding-left:32px;padding-right:32px}}
/* Headings stand as near to what they head as to each other: steps of 4, 8 and 16 px. */
[data-testid=stMain] :is(h1,h2,h3){{padding:.25rem 0;letter-spacing:0;line-height:1.25}}
/* h1 is the page's answer, or the name of a patient and under it, as h2, the answer; sections are h2, then h3. */
[data-testid=stMain] h1{{font-size:21px;padding-bottom:.65rem}}
.st-key-patient_who h1{{font-size:24px;padding-bottom:.25rem}}
[data-testid=stMain] h2{{font-size:16px}}
.st-key-answer h2{{font-size:21px}}
/* Streamlit's caption is too pale for facts: ink 2, 13.5 px. */
[data-testid=stCaptionContainer],[data-testid=stCaptionContainer] p{{color:var(--bhi-ink2);font-size:13.5px;opacity:1}}
/* A pill or segment is lower than a select box, so their labels would not be level. */
[data-testid=stButtonGroup] button{{min-height:2.5rem}}
/* The words of a picked segment would be 3.6:1 in dark, and those of a key 3.9:1. */
[data-testid=stButtonGroup] button[data-selected=true] *{{color:var(--bhi-ink)}}
.stApp kbd{{color:inherit;opacity:1}}
/* The small head of a passage stands right over it. */
[data-testid=stElementContainer]:has([data-testid=stCaptionContainer] p>strong:only-child){{margin-bottom:-.75rem}}
.bhi-skip{{position:absolute;left:-9999px}}
a.bhi-skip:focus{{left:0;top:2px;z-index:3;padding:4px 10px;color:var(--bhi-blue)}}
a.bhi-skip:focus{{background:var(--bhi-page);outline:2px solid var(--bhi-primary)}}
[data-testid=stElementContainer]:has(.bhi-skip){{position:absolute;height:0}}
[class*="st-key-figures_"]{{border-top:1px solid var(--bhi-hair);border-bottom:1px solid var(--bhi-hair);padding:8px 0}}
[class*="st-key-figures_"] [data-testid=stMarkdownContainer]{{display:flex;gap:1rem;margin-bottom:0}}
[class*="st-key-figures_"] p{{flex:1 1 0;margin:0;font-size:14px;line-height:1.5;font-variant-numeric:tabular-nums}}
@media (max-width:640px){{[class*="st-key-figures_"] [data-testid=stMarkdownContainer]{{flex-direction:column}}}}
[class*="st-key-figures_"] p>span:last-child{{display:inline-block;font-size:12.5px;line-height:1.35}}
[class*="st-key-figures_"] strong{{font-size:24px;font-weight:650;line-height:1.3}}
/* A line of the day: a rule above it, and its ways on look like links, which a page link else does not. */
:is(.st-key-care_head,[class*="st-key-alert_red_care"]) [data-testid=stPageLink] p{{text-decoration:underline}}
[class*="st-key-day_line_"]{{border-top:1px solid var(--bhi-hair);padding-top:4px}}
[class*="st-key-day_line_"] [data-testid=stPageLink] p{{text-decoration:underline;font-size:14px}}
[class*="st-key-day_line_"] [data-testid=stPageLink] :is(a,span,p){{padding-left:0;white-space:normal;overflow:visible}}
/* Severity then and now: the more of its row, the deeper the tint; four steps, each with its number. */
[class*="st-key-summary_flow_"] button{{min-height:2.9rem;padding:2px 6px}}
[class*="st-key-summary_flow_"] button p{{line-height:1.3;white-space:normal;font-variant-numeric:tabular-nums}}
{_tints()}
[class*="st-key-summary_cell"][class*="_same_"] button{{outline:2px solid var(--bhi-ink2);outline-offset:-2px}}
/* The demo's sign and who signs stand in the bar, which else is empty there: no line of the page is spent on them. */
.st-key-frame_banner{{position:fixed;top:10px;right:32px;z-index:1000000;width:auto;justify-content:flex-end}}
{_alerts()}
{_stacking(1180)}
{_stacking(1000)}
"""
