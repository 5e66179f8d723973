"""Bring in a file: shown before it is kept, asked where it is open, and every line accounted for."""

from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.domain.records import ImportReport
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui import import_result, upload_file, upload_questions
from tests.pages.conftest import Open

PAGE = "pages/records/upload.py"
SCORES = b"MRN,Date,Instrument,Total\n00123,2026-01-12,PHQ-9,12\n00124,2026-01-12,GAD-7,28\n00999,2026-01-12,PHQ-9,5\n"
AMBIGUOUS = b"MRN,Visit,PHQ-9 Total\n00123,03/04/2026,12\n00124,05/06/2026,9\n"
LOOSE = b"MRN,Date,GAD-7,Score\n00123,2026-01-12,9,14\n00124,2026-01-13,3,11\n"


def shown(app: AppTest) -> str:
    """Give all that the page says, without the escapes."""
    said = [str(each.value) for kind in (app.title, app.markdown, app.caption, app.warning) for each in kind]
    return "\n".join([*said, *(table.value.to_string() for table in app.table)]).replace("\\", "")


def widget(app: AppTest, kind: str, start: str) -> Any:
    """Give the widget whose key starts so."""
    return next(each for each in getattr(app, kind) if str(each.key).startswith(start))


def hand_over(app: AppTest, content: bytes, name: str = "scores.csv") -> AppTest:
    """Give the page a file."""
    return app.file_uploader[0].upload(name, content, "text/csv").run()


def bring_in(app: AppTest) -> AppTest:
    """Press the button that keeps the file, and wait for its end."""
    widget(app, "button", "upload_bring_").click().run()
    return app


def totals(engine: Engine) -> dict[str, int]:
    """Count what is kept."""
    with reading(engine) as connection:
        return queries.counts(connection)


def test_page_asks_for_a_file(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception
    assert "before anything is kept" in shown(app)


def test_page_works_on_an_empty_registry(empty_registry: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), SCORES)

    assert not app.exception
    assert "2 new, 0 known already, 1 refused, 0 kept in part" in shown(app)


def test_page_refuses_a_person_without_the_right(clinic: Engine, only_may_look: None, open_page: Open) -> None:
    app = open_page(PAGE)

    assert "You may not bring files in" in shown(app)
    assert not app.file_uploader


def test_the_demo_takes_no_file_and_says_how_to_begin_ones_own(
    clinic: Engine, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(PAGE)
    monkeypatch.delenv("BHI_DATABASE_URL")

    app.run()

    assert "takes no files" in shown(app)
    assert "BHI_DATABASE_URL" in app.code[0].value
    assert not app.file_uploader


def test_nothing_is_kept_before_it_is_confirmed(clinic: Engine, open_page: Open) -> None:
    before = totals(clinic)

    app = hand_over(open_page(PAGE), SCORES)

    assert "1 score would be new" in shown(app)
    assert totals(clinic) == before


def test_every_line_is_shown_with_what_it_becomes_and_why(clinic: Engine, open_page: Open) -> None:
    said = shown(hand_over(open_page(PAGE), SCORES))

    assert "Of 3 lines: 1 new, 0 known already, 2 refused, 0 kept in part" in said
    assert "PHQ-9 12 of 2026-01-12, item 9: unknown" in said
    assert "28 is above" in said


def test_the_guess_is_shown_with_an_example_and_a_reason(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), AMBIGUOUS)

    assert widget(app, "selectbox", "upload_patient_id_").value == "MRN"
    assert "03/04/2026" in shown(app)
    assert "Sure. The heading names PHQ-9" in shown(app)


def test_confirmed_lines_are_kept_and_the_counts_add_up(clinic: Engine, open_page: Open) -> None:
    app = bring_in(hand_over(open_page(PAGE), SCORES))

    assert not app.exception
    assert "1 score was brought in." in shown(app)
    assert totals(clinic)["scores"] == 2


def test_the_same_file_again_is_known_and_changes_nothing(clinic: Engine, open_page: Open) -> None:
    app = bring_in(hand_over(open_page(PAGE), SCORES))
    widget(app, "button", "upload_next").click().run()

    hand_over(app, SCORES)

    assert "0 new, 1 known already, 2 refused" in shown(app)
    assert widget(app, "button", "upload_bring_").disabled


def test_unknown_patients_are_made_only_when_asked_for(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), SCORES)
    assert "2 refused" in shown(app)

    widget(app, "checkbox", "upload_create_").check().run()
    bring_in(app)

    assert totals(clinic)["patients"] == 3


def test_an_ambiguous_date_is_asked_with_an_example_and_keeps_the_button_away(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), AMBIGUOUS)

    assert "03/04/2026: 3 April or March 4?" in shown(app)
    assert not [each for each in app.button if str(each.key).startswith("upload_bring_")]


def test_an_answered_question_stays_in_sight_and_can_be_changed(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), AMBIGUOUS)
    order = widget(app, "radio", "upload_date_order_")

    order.set_value("DMY").run()
    assert "PHQ-9 12 of 2026-04-03" in shown(app)

    widget(app, "radio", "upload_date_order_").set_value("MDY").run()
    assert "PHQ-9 12 of 2026-03-04" in shown(app)


def test_a_heading_that_names_no_questionnaire_has_to_be_decided(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), LOOSE)
    assert 'Which questionnaire does "Score" hold?' in shown(app)
    assert "would be new" not in shown(app)

    widget(app, "selectbox", "upload_instrument_q0_").set_value("phq9").run()

    assert "4 scores would be new" in shown(app)


def test_a_heading_that_names_no_questionnaire_may_be_left_out(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), LOOSE)

    widget(app, "selectbox", "upload_instrument_q0_").set_value("leave it out").run()

    assert "2 scores would be new" in shown(app)


def test_a_column_can_be_taken_for_something_else(clinic: Engine, open_page: Open) -> None:
    content = b"MRN,Other,Date,PHQ-9\n1,00123,2026-01-12,12\n"
    app = hand_over(open_page(PAGE), content)
    assert "1 refused" in shown(app)

    widget(app, "selectbox", "upload_patient_id_").set_value("Other").run()

    assert "1 score would be new" in shown(app)


def test_the_mapping_of_a_layout_is_offered_again(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), AMBIGUOUS)
    widget(app, "radio", "upload_date_order_").set_value("DMY").run()
    bring_in(app)
    widget(app, "button", "upload_next").click().run()

    hand_over(app, AMBIGUOUS.replace(b"12", b"11"), "next.csv")

    assert "as it was for the last file of this layout" in shown(app)
    assert "3 April or March" not in shown(app)


def test_the_file_is_let_go_after_it_was_brought_in(clinic: Engine, open_page: Open) -> None:
    app = bring_in(hand_over(open_page(PAGE), SCORES))

    widget(app, "button", "upload_next").click().run()

    assert app.file_uploader[0].value is None
    assert upload_file.READ not in app.session_state


def test_a_file_that_is_no_table_is_refused_in_one_sentence(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), b"%PDF-1.7 nonsense", "scores.csv")

    assert not app.exception
    assert "PDF" in shown(app)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MRN,Contact date,Type,Modality,Attended\n00123,2026-01-12,Follow-up,Phone,Yes\n", "contacts"),
        (b"MRN,Enrolled on,Status,Care manager\n00123,2026-01-12,active,D. Reyes\n", "episodes"),
        (b"MRN,First name,Last name,DOB\n00123,Kit,Ash,1980-05-01\n", "patients"),
        (b"MRN,Date,Score\n00123,2026-01-12,9\n", "scores"),
        (b"MRN,Date,Consultant,PHQ-9\n00123,2026-01-12,Dr Osei,9\n", "scores"),
    ],
)
def test_the_kind_of_record_is_guessed_from_the_file(
    clinic: Engine, open_page: Open, content: bytes, kind: str
) -> None:
    app = hand_over(open_page(PAGE), content)

    assert widget(app, "radio", "upload_kind_").value == kind


def test_a_file_of_contacts_is_taken_for_one(clinic: Engine, open_page: Open) -> None:
    content = b"MRN,Date,Kind,Modality,Attended\n00123,2026-01-12,follow-up,phone,yes\n"

    app = hand_over(open_page(PAGE), content, "contacts.csv")

    assert widget(app, "radio", "upload_kind_").value == "contacts"
    assert "1 contact would be new" in shown(app)


def test_a_list_or_table_of_codes_is_read_as_the_mapping_file_reads_it() -> None:
    assert upload_questions.parsed('["99"]') == ["99"]
    assert upload_questions.parsed("{A1 = 0, A2 = 1}") == {"A1": 0, "A2": 1}
    assert upload_questions.parsed("1-4") == "1-4"


def test_an_import_ends_even_when_its_page_is_left(clinic: Engine, open_page: Open) -> None:
    app = hand_over(open_page(PAGE), SCORES)
    read = next(iter(app.session_state[upload_file.READ].values()))
    run = upload_file.Run(read)

    run.tell(0.4, "Keeping the records")
    assert not run.is_done
    bring_in(app)
    app.switch_page("pages/practice/crisis.py").run()
    app.switch_page(PAGE).run()

    assert "1 score was brought in." in shown(app)


def test_counts_of_a_report_are_said_so_that_they_add_up(clinic: Engine, open_page: Open) -> None:
    app = bring_in(hand_over(open_page(PAGE), SCORES))
    report: ImportReport = app.session_state[upload_file.RUN].report

    assert report.accepted + report.known + report.rejected + report.mixed == report.rows
    assert f"Of {report.rows} lines" in import_result.counts(report, "was")
