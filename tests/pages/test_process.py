"""From flag to adjusted treatment: says the figures of the domain, is empty, is refused, looks back, narrows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.domain.review import loop_words
from bhi_core.domain.review.flagged import flagged_on
from bhi_core.domain.review.inertia import Loop, loop, therapeutic_inertia
from bhi_core.domain.review.pace import Pace, pace
from bhi_core.domain.words import THIN
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from tests.pages.conftest import PERSON, TODAY, Open
from tests.pages.test_caseload import all_text

PAGE = "pages/quality/process.py"
EVER = {"process_period": "All"}


def worked_out(engine: Engine) -> Loop:
    """Work the loop out as the page does."""
    with reading(engine) as connection:
        registry = queries.registry(connection, queries.EVERYBODY, TODAY)
    return loop(registry, flagged_on(registry))


def plain(app: AppTest) -> str:
    """Give everything written on the page, without the signs that keep it literal."""
    return all_text(app).replace("\\", "")


def title(app: AppTest) -> str:
    """Give the answer of the page."""
    return str(app.title[0].value).replace("\\", "")


def answer(summary: Pace) -> str:
    """Give the sentence of the domain as a page writes it: with plain blanks."""
    return " ".join(loop_words.answer(summary).split())


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Give the small tables of the page."""
    return [table.value for table in app.table]


def test_the_page_opens_with_the_sentence_that_the_domain_gives(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, **EVER)

    assert not app.exception
    assert title(app) == answer(worked_out(demo_clinic).summary)


def test_every_share_stands_with_its_two_numbers_and_who_is_left_out(demo_clinic: Engine, open_page: Open) -> None:
    summary = worked_out(demo_clinic).summary

    text = plain(open_page(PAGE, **EVER))

    for one in summary.within:
        assert f"{one.adjusted} of {one.of}" in text
        assert loop_words.not_over(one) in text
    assert f"**{summary.waiting}** :gray[of {summary.flagged}]" in text


def test_the_line_under_the_answer_says_of_whom_which_period_and_how_fresh(
    demo_clinic: Engine, open_page: Open
) -> None:
    text = plain(open_page(PAGE))

    assert "all sites · all care managers" in text
    assert "flagged in the 12 months to" in text
    assert "scores recorded up to" in text and "rules 20" in text


def test_the_medians_stand_with_their_interval_and_counts(demo_clinic: Engine, open_page: Open) -> None:
    change = worked_out(demo_clinic).summary.until["change"]

    medians = tables(open_page(PAGE, **EVER))[0].set_index("Step").loc["Treatment adjusted"]

    assert list(medians) == [f"**{change.median:.0f}**", loop_words.interval(change), f"{change.events} of {change.n}"]


def test_groups_of_fewer_than_eleven_are_named_and_not_described(demo_clinic: Engine, open_page: Open) -> None:
    months = list(worked_out(demo_clinic).by("month"))
    small = [loop_words.month(name) for name, of_group in months if of_group.flagged < 11]
    others = [loop_words.month(name) for name, of_group in months if of_group.flagged >= 11]

    app = open_page(PAGE, process_by="Month of the flag", **EVER)

    assert small and others
    assert list(tables(app)[1]["Month of the flag"]) == others[::-1]
    assert f"Fewer than 11 flagged, so not described: {', '.join(small[::-1])}." in plain(app)


def test_each_grouping_is_offered(demo_clinic: Engine, open_page: Open) -> None:
    found = worked_out(demo_clinic)

    for column, heading in (("care_manager", "Care manager"), ("site", "Site"), ("prescriber", "Prescriber")):
        names = tables(open_page(PAGE, process_by=heading, **EVER))[1][heading]

        assert [name.replace("\\", "") for name in names] == [name for name, _ in found.by(column)]


def test_a_care_manager_and_a_site_in_the_url_narrow_the_figures(demo_clinic: Engine, open_page: Open) -> None:
    rows = worked_out(demo_clinic).episodes
    first = rows.iloc[0]
    mine = rows[(rows["care_manager"] == first["care_manager"]) & (rows["site"] == first["site"])]

    app = open_page(PAGE, process_care_manager=first["care_manager"], process_site=first["site"], **EVER)

    assert title(app) == answer(pace(mine))


def test_those_still_waiting_are_all_listed(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, **EVER)

    waiting = int(worked_out(demo_clinic).episodes["waiting"].sum())
    assert waiting and f"**{waiting}**" in plain(app)
    assert "Nobody who was flagged" not in plain(app)


def test_an_empty_registry_offers_the_two_ways_on(empty_registry: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert "No patients yet" in title(app)


def test_a_clinic_in_which_nobody_was_flagged_says_so(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, **EVER)

    assert not app.exception
    assert title(app) == "Nobody was flagged as not improving."
    assert not app.table


def test_of_one_flagged_patient_no_figure_is_shown_but_the_patient_is(clinic: Engine, open_page: Open) -> None:
    later: dict[str, Any] = {"today": TODAY, "patient_id": 1, "instrument": "phq9", "taken_on": TODAY}
    commands.record_score(clinic, PERSON, token="s2", items=[2, 2, 1, 2, 1, 2, 2, 2, 0], **later)

    app = open_page(PAGE, **EVER)

    assert not app.exception
    assert "Fewer than 11 episodes were flagged" in title(app)
    assert "fewer than 11 episodes flagged" in plain(app)
    assert "Adjusted within" not in plain(app) and not app.table
    assert "Nobody who was flagged" not in plain(app)


def test_a_filter_that_leaves_nobody_says_so_and_can_be_cleared(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)
    assert "No episode matches: flagged within 12 months" in plain(app)

    app.button(key="process_clear").click().run()

    assert not app.exception
    assert "No episode matches" not in plain(app)


def test_a_past_day_is_said_on_top_and_leaves_out_later_flags(demo_clinic: Engine, open_page: Open) -> None:
    past = TODAY - timedelta(days=120)
    with reading(demo_clinic) as connection:
        registry = queries.registry(connection, queries.EVERYBODY, past)

    app = open_page(PAGE, process_as_of=past.isoformat(), **EVER)

    assert "As it was on" in plain(app)
    assert title(app) == answer(loop(registry, flagged_on(registry)).summary)


def test_somebody_without_the_right_sees_no_figure(demo_clinic: Engine, open_page: Open, without_rights: None) -> None:
    app = open_page(PAGE)

    assert "You may not" in all_text(app)
    assert not app.title and not app.table


def test_the_landing_page_says_therapeutic_inertia_with_its_numbers(demo_clinic: Engine, open_page: Open) -> None:
    figure = therapeutic_inertia(worked_out(demo_clinic))

    app = open_page("pages/care/caseload.py")

    assert figure.denominator
    for _ in range(2):  # worked out after the table; on the next run it is known
        assert f"{figure.label}]" in plain(app)
        assert f"{figure.numerator} of {figure.denominator}]" in plain(app)
        assert figure.of_whom in plain(app)
        app.run()


def test_inertia_on_the_landing_page_counts_the_patients_of_the_view(demo_clinic: Engine, open_page: Open) -> None:
    found = worked_out(demo_clinic)
    manager = str(found.episodes["care_manager"].iloc[0])
    mine = replace(found, episodes=found.episodes[found.episodes["care_manager"] == manager])
    figure = therapeutic_inertia(mine)

    text = plain(open_page("pages/care/caseload.py", caseload_care_manager=manager))

    assert f"{figure.label}]  \n**{figure.share.replace(THIN, ' ')}** :gray[{figure.numerator} of" in text
