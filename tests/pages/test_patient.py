"""The patient page: runs for every kind of course, is empty, is refused, and lets a flag be acknowledged."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bhi_core.store import commands
from tests.pages.conftest import PERSON, TODAY, Open
from tests.pages.test_caseload import all_text, worked_out

PAGE = "pages/care/patient.py"


def test_the_page_runs_for_one_patient_of_every_group_and_every_instrument(
    demo_clinic: Engine, open_page: Open
) -> None:
    found = worked_out(demo_clinic)
    of_groups = found.worklist.drop_duplicates("group")["patient_id"].tolist()
    courses = found.trajectories.merge(found.facts[["episode_id", "patient_id"]], on="episode_id")
    of_instruments = courses.drop_duplicates("instrument")["patient_id"].tolist()
    twice = found.facts[found.facts["patient_id"].duplicated()]["patient_id"].tolist()[:1]

    for patient_id in dict.fromkeys([*of_groups, *of_instruments, *twice]):
        app = open_page(PAGE, id=str(patient_id))
        assert not app.exception and not app.error, patient_id
        assert app.title, patient_id


def test_a_link_without_a_patient_offers_to_find_one(demo_clinic: Engine, open_page: Open) -> None:
    assert "Which patient" in open_page(PAGE).title[0].value


@pytest.mark.parametrize("asked", ["999999", "x", "-1", "1e9", "00000000000000000000000001", "١"])
def test_an_id_that_is_nobodys_shows_nobody(demo_clinic: Engine, open_page: Open, asked: str) -> None:
    app = open_page(PAGE, id=asked)

    assert not app.exception and not app.error
    assert app.title[0].value.replace("\\", "").startswith(("Which patient", "This patient is not in your sites"))


def test_an_empty_registry_says_that_nobody_is_enrolled(empty_registry: Engine, open_page: Open) -> None:
    assert "Nobody is enrolled yet" in all_text(open_page(PAGE)).replace("\\", "")


def test_somebody_without_the_right_sees_nothing_of_the_patient(
    clinic: Engine, open_page: Open, without_rights: None
) -> None:
    app = open_page(PAGE, id="1")

    assert "Ash" not in all_text(app)
    assert "You may not" in app.warning[0].value


def test_a_patient_with_a_baseline_alone_is_told_that_a_course_needs_a_second(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1")

    assert "One score so far: PHQ-9 14" in app.header[0].value.replace("\\", "")


def test_a_patient_without_any_score_is_shown_without_a_figure(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="2")

    assert not app.exception and not app.error
    assert "No score is recorded in this episode" in all_text(app).replace("\\", "")


def test_a_name_with_markdown_in_it_is_shown_as_it_was_typed(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="2")

    assert any("\\*Otis\\*" in title.value for title in app.title)


def test_on_a_past_day_nothing_can_be_recorded(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", as_of=(TODAY - timedelta(days=20)).isoformat())

    assert "Nothing can be recorded here" in all_text(app).replace("\\", "")
    assert "Enter a score" not in [button.label for button in app.button]


def test_an_open_flag_stands_on_top_with_988_and_the_sites_line_until_it_is_acknowledged(
    clinic: Engine, open_page: Open
) -> None:
    positive = TODAY - timedelta(days=3)
    commands.record_score(
        clinic, PERSON, token="s9", today=TODAY, patient_id=1, instrument="phq9", taken_on=positive,
        items=[1, 1, 1, 1, 1, 1, 1, 1, 2],
    )  # fmt: skip
    commands.record_score(
        clinic, PERSON, token="s0", today=TODAY, patient_id=1, instrument="phq9", taken_on=TODAY, items=[0] * 9
    )
    text = all_text(open_page(PAGE, id="1")).replace("\\", "")
    assert "Open safety flag" in text and "988" in text and "Harbor team 555-0142" in text

    commands.acknowledge_safety(
        clinic, PERSON, token="ack", today=TODAY, patient_id=1, date=TODAY, outcome="Assessed, safety plan made"
    )

    assert "Open safety flag" not in all_text(open_page(PAGE, id="1")).replace("\\", "")


def test_next_shows_the_next_patient_of_the_caseload_in_one_run(demo_clinic: Engine, open_page: Open) -> None:
    order = open_page("pages/care/caseload.py").session_state["caseload_view"]
    app = open_page(PAGE, id=str(order["order"][0]))
    app.session_state["caseload_view"] = order
    app.run()
    first = app.title[0].value

    app.button(key="patient_next").click().run()

    assert not app.exception and app.query_params["id"] == str(order["order"][1])
    assert app.title[0].value != first
    assert app.button(key="patient_previous").disabled is False


def test_an_incomplete_form_with_more_items_than_its_series_is_shown_with_its_range(
    clinic: Engine, open_page: Open
) -> None:
    forms: tuple[list[int | None], ...] = ([1] * 11, [1, None] + [1] * 9)
    for number, items in enumerate(forms):
        commands.record_score(
            clinic, PERSON, token=f"m{number}", today=TODAY, patient_id=2, instrument="phq9m",
            taken_on=TODAY - timedelta(days=30 - number), items=items,
        )  # fmt: skip

    app = open_page(PAGE, id="2")

    assert not app.exception and not app.error
    assert not [warning.value for warning in app.warning]


def test_a_patient_can_be_put_on_the_agenda_of_the_next_review_but_not_on_a_past_day(
    clinic: Engine, open_page: Open
) -> None:
    past = (TODAY - timedelta(days=20)).isoformat()
    assert "Add to agenda" not in [button.label for button in open_page(PAGE, id="1", as_of=past).button]

    app = open_page(PAGE, id="1")
    app.button(key="patient_agenda").click().run()

    assert not app.exception and not app.error
    assert "Why?" in [field.label for field in app.text_input]
