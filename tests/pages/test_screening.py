"""Enter a score: found, typed, said at once, kept once, corrected with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from tests.pages.conftest import AGO, PERSON, TODAY, Open

PAGE = "pages/records/screening.py"


def shown(app: AppTest) -> str:
    """Give all that the page says."""
    return "\n".join(str(each.value) for kind in (app.title, app.markdown, app.caption, app.warning) for each in kind)


def field(app: AppTest, start: str, kind: str = "text_input") -> Any:
    """Give the field whose key starts so."""
    return next(each for each in getattr(app, kind) if str(each.key).startswith(start))


def type_answers(app: AppTest, answers: str) -> AppTest:
    """Type all answers in one go and leave the field."""
    field(app, "screening_row_").set_value(answers).run()
    return app


def save(app: AppTest) -> AppTest:
    """Press Save."""
    field(app, "screening_save_", "button").click().run()
    return app


def kept(engine: Engine, patient_id: int = 1) -> list[tuple[float, int]]:
    """Give total and item 9 of the forms that stand."""
    with reading(engine) as connection:
        forms = queries.forms(connection, patient_id, TODAY)
    standing = forms[forms["superseded_at"].isna()]
    return list(zip(standing["total"].tolist(), standing["safety_answer"].tolist(), strict=True))


def test_page_asks_for_whom_first(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert "for whom" in shown(app)


def test_page_without_patients_offers_to_bring_in_a_file(empty_registry: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert "No patients yet" in shown(app)


def test_page_refuses_a_person_without_the_right(clinic: Engine, without_rights: None, open_page: Open) -> None:
    app = open_page(PAGE, id="1")

    assert "You may not" in shown(app)
    assert not app.text_input


def test_an_mrn_finds_one_patient_and_puts_the_id_into_the_url(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    app.text_input(key="screening_find").set_value("00124").run()

    assert app.query_params["id"] in ("2", ["2"])
    assert "Enter a score for Ashgrove" in shown(app)


def test_a_name_of_several_patients_is_offered_with_mrn_and_birth_date(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    app.text_input(key="screening_find").set_value("ash").run()

    offered = field(app, "screening_which_", "selectbox").options
    assert offered == ["Ash, Kit · 00123 · born 1 May 1980", "Ashgrove, *Otis* · 00124 · born 2 May 1980"]


def test_a_name_with_markdown_is_shown_as_it_stands(clinic: Engine, open_page: Open) -> None:
    assert "\\*Otis\\*" in shown(open_page(PAGE, id="2"))


@pytest.mark.parametrize("wrong", ["99", "x", "-1", "1e3", "9" * 40])
def test_an_id_that_nobody_has_opens_nobody(clinic: Engine, open_page: Open, wrong: str) -> None:
    app = open_page(PAGE, id=wrong)

    assert not app.exception
    assert "not in the registry" in shown(app)


def test_fields_begin_empty(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1")

    assert [field(app, f"screening_item{number}_").value for number in range(1, 10)] == [None] * 9
    assert "Nothing is answered yet" in shown(app)


def test_the_total_is_said_while_typing(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1")

    type_answers(app, "2212121")

    assert "So far 11; 2 items open, the total will be 11 to 17" in shown(app).replace("\\", "")


def test_a_positive_item_9_says_at_once_what_it_means_with_988_and_the_sites_line(
    clinic: Engine, open_page: Open
) -> None:
    app = open_page(PAGE, id="1")

    type_answers(app, "111111113")

    said = shown(app).replace("\\", "")
    assert "Item 9 answered “nearly every day” (3). Assess today" in said
    assert "988 Suicide & Crisis Lifeline" in said
    assert "Harbor team 555-0142" in said


def test_a_whole_form_is_kept_and_said_to_be_saved(clinic: Engine, open_page: Open) -> None:
    app = save(type_answers(open_page(PAGE, id="1"), "111111110"))

    assert not app.exception
    assert "Saved" in shown(app)
    assert kept(clinic) == [(14.0, 0), (8.0, 0)]


def test_the_next_form_begins_empty(clinic: Engine, open_page: Open) -> None:
    app = save(type_answers(open_page(PAGE, id="1"), "111111110"))

    assert field(app, "screening_item1_").value is None


def test_the_same_form_twice_is_kept_once(clinic: Engine, open_page: Open) -> None:
    app = save(type_answers(open_page(PAGE, id="1"), "111111110"))

    save(type_answers(app, "111111110"))

    assert "Known already, nothing was added" in shown(app)
    assert kept(clinic) == [(14.0, 0), (8.0, 0)]


def test_another_total_of_the_day_is_announced_before_it_is_kept(clinic: Engine, open_page: Open) -> None:
    app = save(type_answers(open_page(PAGE, id="1"), "111111110"))

    type_answers(app, "222222220")

    assert "This day has PHQ-9 8 already" in shown(app).replace("\\", "")


def test_an_impossible_answer_is_never_kept_and_stays_in_its_field(clinic: Engine, open_page: Open) -> None:
    app = type_answers(open_page(PAGE, id="1"), "111111110")
    field(app, "screening_item2_").set_value("21").run()

    save(app)

    assert "not a whole number from 0 to 3" in shown(app)
    assert field(app, "screening_item2_").value == "21"
    assert kept(clinic) == [(14.0, 0)]


def test_an_incomplete_form_is_kept_only_when_said_so(clinic: Engine, open_page: Open) -> None:
    app = save(type_answers(open_page(PAGE, id="1"), "1111111-2"))
    assert kept(clinic) == [(14.0, 0)]

    field(app, "screening_partly_", "checkbox").check().run()
    save(app)

    totals, answers = zip(*kept(clinic), strict=True)
    assert totals[1] != totals[1]
    assert answers == (0, 2)


def test_a_date_ahead_is_refused_with_everything_still_there(clinic: Engine, open_page: Open) -> None:
    app = type_answers(open_page(PAGE, id="1"), "111111110")
    field(app, "screening_date_", "date_input").set_value(TODAY + timedelta(days=1)).run()

    save(app)

    assert "in the future" in shown(app)
    assert field(app, "screening_item1_").value == "1"
    assert kept(clinic) == [(14.0, 0)]


def test_a_total_alone_leaves_item_9_unknown(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1")
    field(app, "screening_kind_", "segmented_control").set_value("Total only").run()
    field(app, "screening_total_").set_value("17").run()
    assert "Item 9 stays unknown" in shown(app)

    save(app)

    assert kept(clinic) == [(14.0, 0), (17.0, -2)]


def test_what_was_typed_for_one_patient_never_moves_to_another(clinic: Engine, open_page: Open) -> None:
    app = type_answers(open_page(PAGE, id="1"), "111111110")

    app.query_params["id"] = "2"
    app.run()

    assert field(app, "screening_item1_").value is None


def test_what_was_typed_survives_a_visit_to_another_page(clinic: Engine, open_page: Open) -> None:
    app = type_answers(open_page(PAGE, id="1"), "22")

    app.switch_page("pages/practice/crisis.py").run()
    app.switch_page(PAGE)
    app.query_params["id"] = "1"
    app.run()

    assert [field(app, f"screening_item{number}_").value for number in (1, 2)] == ["2", "2"]


def test_a_correction_begins_with_what_was_kept_and_needs_a_reason(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", correct="1")
    assert [field(app, f"screening_item{number}_").value for number in range(1, 10)] == list("221212220")

    type_answers(app, "221212221")
    save(app)

    assert "Say why" in shown(app)
    assert kept(clinic) == [(14.0, 0)]


def test_a_correction_is_kept_and_what_it_was_is_shown_struck(clinic: Engine, open_page: Open) -> None:
    app = type_answers(open_page(PAGE, id="1", correct="1"), "221212221")
    field(app, "screening_why_").set_value("misread").run()

    save(app)

    said = shown(app).replace("\\", "")
    assert "Corrected" in said
    assert "PHQ-9 14, item 9: 0~~ replaced" in said
    assert "misread" in said
    assert kept(clinic) == [(15.0, 1)]


def test_a_correction_that_somebody_else_made_meanwhile_is_shown(clinic: Engine, open_page: Open) -> None:
    app = type_answers(open_page(PAGE, id="1", correct="1"), "221212221")
    field(app, "screening_why_").set_value("misread").run()
    commands.correct_score(
        clinic, PERSON, token="other", today=TODAY, score_id=1, why="second look",
        taken_on=TODAY - AGO, total=20,
    )  # fmt: skip

    save(app)

    said = shown(app).replace("\\", "")
    assert "was changed meanwhile" in said
    assert "by D. Reyes: second look" in said
    assert kept(clinic) == [(20.0, -2)]


def test_a_form_entered_in_error_can_be_withdrawn(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", correct="1")
    field(app, "screening_why_").set_value("wrong person").run()

    field(app, "screening_withdraw_", "button").click().run()

    assert "Withdrawn" in shown(app)
    assert kept(clinic) == []


def test_a_form_of_somebody_else_cannot_be_corrected_through_the_url(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="2", correct="1")

    assert "not one of this patient" in shown(app)


def test_a_right_taken_away_stops_the_save_of_a_form_that_was_open(
    clinic: Engine, open_page: Open, request: pytest.FixtureRequest
) -> None:
    app = type_answers(open_page(PAGE, id="1"), "111111110")

    request.getfixturevalue("only_may_look")
    save(app)

    assert kept(clinic) == [(14.0, 0)]
