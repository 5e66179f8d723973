"""Every figure on the screens says of how many and of whom it is, for which time, and how fresh the data are."""

import re

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.domain import words
from bhi_core.ui.summary_parts import NOT_THESE
from tests.pages.conftest import TODAY, Open

WITH_FIGURES: tuple[tuple[str, dict[str, str]], ...] = (
    ("pages/care/caseload.py", {}),
    ("pages/care/summary.py", {}),
    ("pages/care/my_day.py", {"who": "D. Reyes"}),
    ("pages/care/review.py", {}),
    ("pages/quality/process.py", {}),
)
SHARE = re.compile(r"\*\*(\d+ %|–)\*\*")
"""How a share stands in a strip and on a button: bold, alone. A percentage in a sentence is of a patient's scores."""
COUNTS = re.compile(r"\*\*(?:\d+ %|–|\d+)\*\* (?::gray\[)?\d+ of \d+")
PERIOD = re.compile(r"\d+ (days|weeks|months)|week \d+|as of|open|own|prevention|places of|start")
"""A figure's time: a span it counts, or that it counts those who stand at this on the date of care."""


def plain(text: str) -> str:
    """Take away the signs that keep markdown away."""
    return text.replace("\\", "").replace("\u2060", "").replace("\u202f", " ").replace("\xa0", " ")


def shown(app: AppTest) -> list[str]:
    """Give every text of the page, buttons too, each paragraph by itself."""
    every = [each.value for kind in (app.title, app.header, app.markdown, app.caption) for each in kind]
    every += [button.label for button in app.button]
    return [part for text in every for part in plain(str(text)).split("\n\n")]


@pytest.mark.parametrize(("page", "query"), WITH_FIGURES)
def test_every_share_stands_with_its_two_numbers(
    demo_clinic: Engine, open_page: Open, page: str, query: dict[str, str]
) -> None:
    app = open_page(page, **query)

    shares = [text for text in shown(app) if SHARE.search(text)]
    assert not app.exception
    assert shares or page.endswith("review.py")
    assert [text for text in shares if not COUNTS.search(text)] == []


@pytest.mark.parametrize(("page", "query"), WITH_FIGURES)
def test_every_figure_of_a_strip_says_of_whom_and_for_which_time(
    demo_clinic: Engine, open_page: Open, page: str, query: dict[str, str]
) -> None:
    strips = [text for text in shown(open_page(page, **query)) if text.startswith(":gray[") and " of " in text]

    assert len(strips) >= 3 or page.endswith(("summary.py", "review.py"))
    for figure in strips:
        label, counts, of_whom = figure.split("  \n")
        assert COUNTS.search(counts), figure
        assert re.fullmatch(r":gray\[.{5,}\]", of_whom), figure
        assert PERIOD.search(label + of_whom), figure


@pytest.mark.parametrize(("page", "query"), WITH_FIGURES)
def test_every_page_with_figures_says_the_date_of_care_and_how_fresh_the_data_are(
    demo_clinic: Engine, open_page: Open, page: str, query: dict[str, str]
) -> None:
    app = open_page(page, **query)

    said = "\n".join(shown(app))
    dates = [str(each.value) for each in app.date_input]
    assert re.search(r"scores recorded up to \w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d", said)
    assert words.full_day(TODAY) in said or words.day_and_year(TODAY) in said or TODAY.isoformat() in dates


def test_every_figure_of_the_summary_says_of_whom_without_a_pointer(demo_clinic: Engine, open_page: Open) -> None:
    said = shown(open_page("pages/care/summary.py"))

    of = [text for text in said if ": of " in text]
    assert len(of) == 4, "size, process, outcome, course"
    assert any("open patients with a score" in text for text in said), "severity then and now"


def test_those_who_are_not_in_a_figure_are_named_as_such(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page("pages/care/summary.py", figure="process-measured--30-days")

    choice = next(one for one in app.segmented_control if one.key == "summary_which")
    assert NOT_THESE in choice.options
