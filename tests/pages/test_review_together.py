"""The review page while other people are in the same review: nobody's hands are moved, nothing is settled unseen."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bhi_core.domain.actor import local_person
from bhi_core.errors import Conflict, EntryConflict
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.ui import data, review_entries
from tests.pages.conftest import PERSON, TODAY, Open
from tests.pages.test_review import PAGE, opened, plain, typed

KIM = local_person("Kim")


def test_a_decision_of_somebody_else_puts_no_other_patient_on_this_screen(clinic: Engine, open_page: Open) -> None:
    meeting_id = opened(clinic)
    typed(clinic, meeting_id, discussed="sleeps better")
    app = open_page(PAGE, meeting=str(meeting_id))
    commands.finish_discussion(clinic, KIM, token="done", today=TODAY, meeting_id=meeting_id, patient_id=1)

    app.run()

    assert app.title[1].value.replace("\\", "") == "Ash, Kit"


def test_a_patient_is_not_done_while_a_text_of_the_form_is_refused(clinic: Engine, open_page: Open) -> None:
    meeting_id = opened(clinic)
    app = open_page(PAGE, meeting=str(meeting_id), patient="1")
    refused = {"mount": "m", "seq": 1, "refused": {"discussed": "The database does not answer."}}
    app.session_state[review_entries.HEARD] = {f"review_form_{meeting_id}_1": refused}

    next(button for button in app.button if button.label == "Done, next").click().run()

    assert "not saved yet, so nothing was decided" in plain(app)
    with reading(clinic) as connection:
        assert queries.agenda_items(connection, meeting_id)["state"].tolist() == ["to come", "to come"]


def test_of_two_who_choose_another_text_at_once_the_second_is_told(
    clinic: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting_id = opened(clinic)
    typed(clinic, meeting_id, discussed="mine")
    with pytest.raises(EntryConflict):
        commands.save_entry(
            clinic, KIM, token="kim", today=TODAY, meeting_id=meeting_id, patient_id=1, field="discussed",
            value="theirs", seen=None,
        )  # fmt: skip
    (two,) = review_entries.read(clinic, meeting_id, 1).two
    monkeypatch.setattr(data, "engine", lambda: clinic)
    review_entries.settle(PERSON, two, "mine", (meeting_id, 1), TODAY)

    with pytest.raises(Conflict):
        review_entries.settle(KIM, two, "theirs", (meeting_id, 1), TODAY)


def test_a_meeting_that_ran_past_midnight_is_found_the_next_day(clinic: Engine, open_page: Open) -> None:
    day = TODAY - timedelta(days=1)
    commands.open_meeting(clinic, PERSON, token="late", today=day, held_on=day, items=[{"patient_id": 1}])

    app = open_page(PAGE)

    assert any("not ended" in str(getattr(link, "proto", "")) for link in app.get("page_link"))
