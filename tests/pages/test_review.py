"""The review page: proposes and starts, is empty, is refused, looks back, is read after the meeting."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bhi_core.domain.review.kinds import AgendaState
from bhi_core.errors import EntryConflict
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from tests.pages.conftest import PERSON, TODAY, Open
from tests.pages.test_caseload import all_text

PAGE = "pages/care/review.py"


def plain(app: object) -> str:
    """Give everything that is written, without escapes."""
    return all_text(app).replace("\\", "")  # type: ignore[arg-type]


def opened(engine: Engine, *, start: bool = True) -> int:
    """Open a meeting of today with the clinic's two patients."""
    saved = commands.open_meeting(
        engine, PERSON, token="open", today=TODAY, held_on=TODAY, start=start,
        items=[{"patient_id": 1}, {"patient_id": 2, "pinned": True, "why": "asked by the PCP"}],
    )  # fmt: skip
    assert saved.record_id is not None
    return saved.record_id


def typed(engine: Engine, meeting_id: int, **texts: str) -> None:
    """Type into the form of the first patient."""
    for field, value in texts.items():
        commands.save_entry(
            engine, PERSON, token=f"type-{field}", today=TODAY, meeting_id=meeting_id, patient_id=1,
            field=field.replace("__", "."), value=value, seen=None,
        )  # fmt: skip


def test_before_a_meeting_the_agenda_says_who_fits_and_why_each_is_listed(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    assert not app.exception and not app.error
    assert "10 patients fit into 60 minutes at 6 minutes each" in app.title[0].value.replace("\\", "")
    assert "What changed since the last review" in [head.value for head in app.header]
    assert any("not on the agenda. Why" in fold.label for fold in app.expander)
    assert any("Passed over" in fold.label for fold in app.expander)


def test_whom_the_last_meeting_did_not_reach_comes_first_by_itself(clinic: Engine, open_page: Open) -> None:
    before = TODAY - timedelta(days=7)
    meeting_id = commands.open_meeting(
        clinic, PERSON, token="open", today=before, held_on=before, items=[{"patient_id": 2}]
    ).record_id
    assert meeting_id is not None
    commands.end_meeting(clinic, PERSON, token="end", today=before, meeting_id=meeting_id)

    app = open_page(PAGE)

    first = app.get("page_link")[0]
    assert "id=2" in str(first.proto)
    assert "pinned" in plain(app) and "carried over from" in plain(app)


def test_nobody_enrolled_yet_offers_the_two_ways_on(empty_registry: Engine, open_page: Open) -> None:
    assert "No patients yet" in open_page(PAGE).title[0].value


def test_nobody_who_needs_the_team_gives_an_empty_agenda_in_words(clinic: Engine, open_page: Open) -> None:
    for version in (1, 2):
        commands.change_episode(
            clinic, PERSON, token=f"close{version}", today=TODAY, version=version, status="graduated",
            status_since=TODAY, closed_on=TODAY,
        )  # fmt: skip

    app = open_page(PAGE)

    assert not app.exception and not app.error
    assert "Nobody is on the agenda" in app.title[0].value.replace("\\", "")


def test_somebody_without_the_right_sees_nobody(clinic: Engine, open_page: Open, only_may_look: None) -> None:
    meeting_id = opened(clinic)

    for query in ({}, {"meeting": str(meeting_id)}):
        app = open_page(PAGE, **query)
        assert "You may not" in app.warning[0].value
        assert "Ash" not in all_text(app)


def test_on_a_past_day_the_agenda_can_be_read_and_nothing_changed(demo_clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, as_of=(TODAY - timedelta(days=30)).isoformat())

    assert not app.exception and not app.error
    assert "Nothing can be recorded here" in plain(app)
    labels = {button.label for button in app.button}
    assert not labels & {"Start the meeting", "Pin", "Up", "Down", "Take off the agenda", "Ask"}


@pytest.mark.parametrize("asked", ["999", "x", "-1", "1e3", "000000000000000000000001"])
def test_a_meeting_that_is_nobodys_shows_the_agenda(clinic: Engine, open_page: Open, asked: str) -> None:
    app = open_page(PAGE, meeting=asked)

    assert not app.exception and not app.error
    assert "fit into" in app.title[0].value


def test_an_agenda_changed_by_hand_is_kept_for_everybody(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)
    pins = [button for button in app.button if button.label == "Pin"]

    pins[-1].click().run()

    assert not app.exception and not app.error
    with reading(clinic) as connection:
        items = queries.agenda_items(connection, 1)
        meeting = queries.meeting(connection, 1)
    assert meeting is not None and meeting["started_at"] is None
    assert items["pinned"].tolist() == [True, False]
    assert "pinned" in plain(open_page(PAGE))


def test_a_patient_is_taken_off_only_with_a_reason_which_everybody_reads(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)
    off = next(button for button in app.button if button.label == "Take off the agenda")
    off.click().run()
    assert "Say why" in app.error[0].value

    app = open_page(PAGE)
    next(field for field in app.text_input if field.label == "Why not this week?").set_value("on leave")
    next(button for button in app.button if button.label == "Take off the agenda").click().run()

    assert "Taken off: **Ash, Kit** on leave" in plain(open_page(PAGE))
    next(button for button in app.button if button.label == "Put back").click().run()
    assert "Taken off" not in plain(open_page(PAGE))


def test_asking_to_discuss_somebody_needs_a_reason_and_puts_it_beside_the_name(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)
    next(box for box in app.selectbox if box.label == "Patient").set_value(2)
    next(field for field in app.text_input if field.label == "Why").set_value("sleeps badly, asked by her sister")
    next(button for button in app.button if button.label == "Ask").click().run()

    assert "sleeps badly, asked by her sister" in plain(open_page(PAGE))


def test_starting_begins_the_clock_and_opens_the_first_patient(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE)

    next(button for button in app.button if button.label == "Start the meeting").click().run()

    assert not app.exception and not app.error
    with reading(clinic) as connection:
        meeting = queries.meeting(connection, 1)
    assert meeting is not None and meeting["started_at"] is not None
    assert "of 2 · this patient" in plain(app).replace("*", "")


def test_in_the_meeting_one_patient_is_shown_with_figure_findings_and_form(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, meeting=str(opened(clinic)), patient="2")

    assert [title.value.replace("\\", "") for title in app.title][1] == "Ashgrove, *Otis*"
    assert app.get("bidi_component"), "the form is there"
    labels = [button.label for button in app.button]
    assert "Done, next" in labels and "Carry over" in labels
    assert "asked by the PCP" in plain(app)


def test_a_patient_who_is_not_on_the_agenda_is_not_shown(clinic: Engine, open_page: Open) -> None:
    meeting_id = commands.open_meeting(
        clinic, PERSON, token="o", today=TODAY, held_on=TODAY, items=[{"patient_id": 1}]
    ).record_id

    app = open_page(PAGE, meeting=str(meeting_id), patient="2")

    assert app.title[1].value.replace("\\", "") == "Ash, Kit"


def test_done_without_owner_says_what_is_missing_and_keeps_everything(clinic: Engine, open_page: Open) -> None:
    meeting_id = opened(clinic)
    typed(clinic, meeting_id, discussed="Sleeps badly", rec1__kind="augment")
    app = open_page(PAGE, meeting=str(meeting_id), patient="1")

    next(button for button in app.button if button.label == "Done, next").click().run()

    assert "lacks its owner" in plain(app)
    with reading(clinic) as connection:
        assert set(queries.agenda_items(connection, meeting_id)["state"]) == {AgendaState.TO_COME}
        assert len(queries.entries(connection, meeting_id)) == 2


def test_two_texts_in_one_field_are_shown_with_who_and_when_until_one_is_chosen(
    clinic: Engine, open_page: Open
) -> None:
    meeting_id = opened(clinic)
    typed(clinic, meeting_id, discussed="Sleeps badly")
    with pytest.raises(EntryConflict):
        commands.save_entry(
            clinic, PERSON, token="rival", today=TODAY, meeting_id=meeting_id, patient_id=1, field="discussed",
            value="Lost the job", seen=None,
        )  # fmt: skip
    app = open_page(PAGE, meeting=str(meeting_id), patient="1")
    shown = plain(app)
    assert "two people wrote at once" in shown and "Sleeps badly" in shown and "Lost the job" in shown

    next(button for button in app.button if button.label == "Keep both").click().run()

    assert "two people wrote at once" not in plain(app)
    with reading(clinic) as connection:
        assert queries.entries(connection, meeting_id)["value"].tolist() == ["Sleeps badly\nLost the job"]


def ended(engine: Engine) -> int:
    """Hold a meeting in which one patient is advised, and end it."""
    meeting_id = opened(engine)
    due = (TODAY + timedelta(days=7)).isoformat()
    typed(
        engine, meeting_id, discussed="Sleeps badly", rec1__kind="start", rec1__words="Sertraline 50 mg",
        rec1__owner="Dr Amaro", rec1__due=due,
    )  # fmt: skip
    commands.finish_discussion(engine, PERSON, token="done", today=TODAY, meeting_id=meeting_id, patient_id=1)
    commands.end_meeting(engine, PERSON, token="end", today=TODAY, meeting_id=meeting_id)
    return meeting_id


def test_after_the_meeting_minutes_note_tasks_and_status_are_there(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, meeting=str(ended(clinic)))

    text = plain(app)
    assert "1 of 2 patients on the agenda discussed, 1 carried over" in app.title[0].value.replace("\\", "")
    assert "Dr Amaro" in text and "Start: Sertraline 50 mg" in text and "Proposed" in text
    assert "Case review with the psychiatric consultant" in app.code[0].value
    assert {"Minutes, HTML", "Minutes, text", "PDF, Letter", "PDF, A4"} <= {one.label for one in app.download_button}


def test_what_was_typed_of_somebody_carried_over_is_shown_and_can_be_put_into_the_record(
    clinic: Engine, open_page: Open
) -> None:
    meeting_id = opened(clinic)
    typed(clinic, meeting_id, discussed="Half told when the hour was over")
    commands.end_meeting(clinic, PERSON, token="end", today=TODAY, meeting_id=meeting_id)
    app = open_page(PAGE, meeting=str(meeting_id))
    assert "Half told when the hour was over" in plain(app) and "in no record yet" in plain(app)

    next(button for button in app.button if button.label == "Put it into the record").click().run()

    assert not app.exception and not app.error
    assert "in no record yet" not in plain(app)
    with reading(clinic) as connection:
        reviews = queries.registry(connection, queries.EVERYBODY, TODAY).reviews
    assert reviews["discussed"].tolist() == ["Half told when the hour was over"]


def test_two_texts_that_nobody_settled_in_the_meeting_are_both_shown_after_it_and_can_be_settled_there(
    clinic: Engine, open_page: Open
) -> None:
    meeting_id = opened(clinic)
    typed(clinic, meeting_id, discussed="Sleeps badly")
    with pytest.raises(EntryConflict):
        commands.save_entry(
            clinic, PERSON, token="rival", today=TODAY, meeting_id=meeting_id, patient_id=1, field="discussed",
            value="Lost the job", seen=None,
        )  # fmt: skip
    commands.end_meeting(clinic, PERSON, token="end", today=TODAY, meeting_id=meeting_id)
    app = open_page(PAGE, meeting=str(meeting_id))
    assert "Sleeps badly" in plain(app) and "Lost the job" in plain(app)
    labels = [button.label for button in app.button]
    assert "Put it into the record" not in labels and {"Keep text 1", "Keep text 2"} <= set(labels)

    next(button for button in app.button if button.label == "Keep both").click().run()
    next(button for button in app.button if button.label == "Put it into the record").click().run()

    assert not app.exception and not app.error
    with reading(clinic) as connection:
        reviews = queries.registry(connection, queries.EVERYBODY, TODAY).reviews
    assert reviews["discussed"].tolist() == ["Sleeps badly\nLost the job"]


def test_a_recorded_change_is_offered_as_the_enactment_and_is_kept_with_it(clinic: Engine, open_page: Open) -> None:
    meeting_id = ended(clinic)
    change = commands.record_treatment(
        clinic, PERSON, token="t", today=TODAY, patient_id=1, date=TODAY, change="start", treatment="Sertraline",
        dose="50 mg",
    ).record_id  # fmt: skip
    app = open_page(PAGE, meeting=str(meeting_id))
    assert "Recorded since: **Sertraline started, 50 mg" in plain(app)

    next(button for button in app.button if button.label == "This enacted it").click().run()

    with reading(clinic) as connection:
        steps = queries.registry(connection, queries.EVERYBODY, TODAY).steps
    assert steps["status"].tolist() == ["enacted"] and steps["treatment_id"].tolist() == [change]


def test_what_was_typed_after_done_can_be_put_into_the_record(clinic: Engine, open_page: Open) -> None:
    meeting_id = ended(clinic)
    with reading(clinic) as connection:
        rows = queries.entries(connection, meeting_id, 1)
    seen = int(rows.loc[rows["field"] == "discussed", "row_id"].iloc[0])
    commands.save_entry(
        clinic, PERSON, token="late", today=TODAY, meeting_id=meeting_id, patient_id=1, field="discussed",
        value="said later", seen=seen,
    )  # fmt: skip
    app = open_page(PAGE, meeting=str(meeting_id))
    assert "what was typed since is not in the record" in plain(app)

    next(button for button in app.button if button.label == "Put it into the record").click().run()

    with reading(clinic) as connection:
        reviews = queries.registry(connection, queries.EVERYBODY, TODAY).reviews
    assert "said later" in reviews["discussed"].tolist()
    assert "what was typed since is not in the record" not in plain(app)


def test_declining_needs_a_reason(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, meeting=str(ended(clinic)))
    next(button for button in app.button if button.label == "Declined").click().run()
    assert "Say why it was declined" in plain(app)

    next(field for field in app.text_input if field.label == "Declined, because").set_value("prefers to wait")
    next(button for button in app.button if button.label == "Declined").click().run()

    assert "Declined" in plain(app) and "prefers to wait" in plain(app)
