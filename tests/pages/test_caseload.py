"""The caseload page: says who needs the team, is empty, is refused, looks back, finds and explains."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.domain import caseload as caseloads
from bhi_core.domain.caseload import Caseload
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui import paging
from tests.pages.conftest import TODAY, Open

PAGE = "pages/care/caseload.py"


def worked_out(engine: Engine) -> Caseload:
    """Work the caseload out as the page does."""
    with reading(engine) as connection:
        return caseloads.work_out(queries.registry(connection, queries.EVERYBODY, TODAY))


def shown_ids(app: AppTest) -> list[int]:
    """Give the patients that the page shows, in its order."""
    return list(app.session_state["caseload_view"]["order"])


def all_text(app: AppTest) -> str:
    """Give everything that is written on the page."""
    parts = [*app.title, *app.markdown, *app.caption, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts)


def test_the_page_opens_with_the_sentence_that_the_rules_give(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert app.title[0].value.replace("\\", "") == caseloads.headline(worked_out(demo_clinic).worklist)


def test_the_page_shows_exactly_those_who_need_the_team_in_the_order_of_the_meeting(
    demo_clinic: Engine, open_page: Open
) -> None:
    rows = worked_out(demo_clinic).worklist

    app = open_page(PAGE)

    assert shown_ids(app) == rows[rows["needs_team"].astype(bool)]["patient_id"].tolist()


def test_all_shows_every_open_episode_once(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, caseload_show="All")

    assert sorted(shown_ids(app)) == sorted(worked_out(demo_clinic).worklist["patient_id"].tolist())


def test_a_care_manager_in_the_url_narrows_rows_and_headline(demo_clinic: Engine, open_page: Open) -> None:
    rows = worked_out(demo_clinic).worklist
    manager = rows["care_manager"].iloc[0]
    wanted = rows[(rows["care_manager"] == manager) & rows["needs_team"].astype(bool)]

    app = open_page(PAGE, caseload_care_manager=manager)

    assert sorted(shown_ids(app)) == sorted(wanted["patient_id"].tolist())
    assert f"{manager}'s active patients" in app.title[0].value.replace("\\", "")


def test_a_level_and_an_instrument_narrow_the_rows_but_not_the_headline(demo_clinic: Engine, open_page: Open) -> None:
    rows = worked_out(demo_clinic).worklist
    whole = open_page(PAGE).title[0].value

    app = open_page(PAGE, caseload_level="safety", caseload_instrument="PHQ-9")

    assert 0 < len(shown_ids(app)) <= (rows["level"] == "safety").sum()
    assert app.title[0].value == whole


def test_an_empty_registry_offers_the_two_ways_on(empty_registry: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert "No patients yet" in app.title[0].value
    assert "Bring in a file" in [button.label for button in app.button]


def test_somebody_without_the_right_sees_nobody(demo_clinic: Engine, open_page: Open, without_rights: None) -> None:
    app = open_page(PAGE)

    assert "You may not open the caseload" in app.warning[0].value
    assert not app.title
    assert "caseload_view" not in app.session_state


def test_a_past_day_is_said_on_top_and_leaves_out_what_came_later(demo_clinic: Engine, open_page: Open) -> None:
    past = TODAY - timedelta(days=60)

    app = open_page(PAGE, caseload_as_of=past.isoformat(), caseload_show="All")

    assert "Nothing can be recorded here" in all_text(app)
    assert sorted(shown_ids(app)) != sorted(worked_out(demo_clinic).worklist["patient_id"].tolist())


def test_a_search_finds_somebody_whom_the_view_does_not_show(demo_clinic: Engine, open_page: Open) -> None:
    rows = worked_out(demo_clinic).worklist
    hidden = rows[~rows["needs_team"].astype(bool)].iloc[0]
    app = open_page(PAGE)

    app.text_input(key="caseload_find").set_value(hidden["mrn"]).run()

    assert not app.exception
    assert "which is not shown under" in all_text(app).replace("\\", "")


def test_the_search_text_stays_out_of_the_url(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    app.text_input(key="caseload_find").set_value("Fern").run()

    assert "Fern" not in str(dict(app.query_params))


def test_filters_that_leave_nobody_say_so_and_can_be_cleared(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)
    app.text_input(key="caseload_find").set_value("nobody is called this").run()
    assert "No patient matches" in all_text(app)

    app.button(key="caseload_clear").click().run()

    assert shown_ids(app)


def test_why_not_listed_is_answered_for_an_unlisted_a_closed_and_an_unknown_patient(
    demo_clinic: Engine, open_page: Open
) -> None:
    found = worked_out(demo_clinic)
    unlisted = found.worklist[~found.worklist["listed"].astype(bool)].iloc[0]
    closed = found.facts[~found.facts["is_open"] & ~found.facts["patient_id"].isin(found.worklist["patient_id"])].iloc[
        0
    ]
    app = open_page(PAGE)

    for mrn, said in (
        (unlisted["mrn"], unlisted["not_listed_because"][:12]),
        (closed["mrn"], "Closed"),
        ("0", "No patient"),
    ):
        app.text_input(key="caseload_why_find").set_value(mrn).run()
        assert said in all_text(app).replace("\\", "")


def test_a_score_recorded_meanwhile_is_on_the_next_run(demo_clinic: Engine, open_page: Open) -> None:
    from bhi_core.store import commands
    from tests.pages.conftest import PERSON

    app = open_page(PAGE)
    flagged = worked_out(demo_clinic).worklist
    calm = int(flagged[~flagged["open_flag"] & flagged["listed"]]["patient_id"].iloc[-1])

    commands.record_score(
        demo_clinic, PERSON, token="new", today=TODAY, patient_id=calm, instrument="phq9", taken_on=TODAY,
        items=[1, 1, 1, 1, 1, 1, 1, 1, 2],
    )  # fmt: skip
    app.run()

    assert calm in shown_ids(app)[: int(flagged["open_flag"].sum()) + 1]


def test_a_long_list_is_shown_in_parts_and_next_still_leads_through_all_of_it(
    demo_clinic: Engine, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST", 20)
    app = open_page(PAGE, caseload_show="All")

    assert not app.exception
    assert [one.key for one in app.get("button_group") if one.key == "caseload_part"] == ["caseload_part"]
    assert len(shown_ids(app)) == len(worked_out(demo_clinic).worklist)
