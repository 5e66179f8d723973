"""Record care: each sheet keeps what stands in it once, says so, and loses nothing that was typed when refused."""

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.store.queries.versions import record_versions
from bhi_core.store.tables import OF_MEETINGS, RECORDS
from bhi_core.ui.care_sheets import SHEETS
from tests.pages.conftest import AGO, PERSON, TODAY, Open

PAGE = "pages/records/contact.py"


def shown(app: AppTest) -> str:
    """Give all that the page says, without the signs that keep markdown away."""
    said = [str(each.value) for kind in (app.title, app.markdown, app.caption, app.warning) for each in kind]
    said += [" ".join(table.value.astype(str).to_numpy().ravel()) for table in app.table]
    return "\n".join(said).replace("\\", "").replace("\u2060", "")


def field(app: AppTest, start: str, kind: str = "text_input") -> Any:
    """Give the field whose key starts so."""
    return next(each for each in getattr(app, kind) if str(each.key).startswith(start))


def pick(app: AppTest, start: str, word: str) -> AppTest:
    """Pick a word of a short list."""
    field(app, start, "segmented_control").set_value(word).run()
    return app


def typed(app: AppTest, start: str, text: str) -> AppTest:
    """Type into a field."""
    field(app, start).set_value(text).run()
    return app


def save(app: AppTest, sheet: str) -> AppTest:
    """Press the button that keeps a sheet."""
    field(app, f"care_{sheet}_save_", "button").click().run()
    assert not app.exception
    return app


def kept(engine: Engine, kind: str, patient_id: int = 1) -> pd.DataFrame:
    """Give the records of a kind that stand."""
    with reading(engine) as connection:
        found = record_versions(connection, (RECORDS | OF_MEETINGS)[kind], patient_id)
    return found[found["superseded_at"].isna()]


def episode(engine: Engine, patient_id: int = 1) -> "pd.Series[Any]":
    """Give the latest episode as it stands."""
    with reading(engine) as connection:
        found = queries.episode_versions(connection, patient_id)
    return found[found["superseded_at"].isna()].iloc[-1]


def a_contact(app: AppTest) -> AppTest:
    """Fill in a phone call in which the patient was reached."""
    pick(app, "care_contacts_kind_", "follow-up")
    pick(app, "care_contacts_modality_", "phone")
    return pick(app, "care_contacts_reached_", "yes")


def a_stop(app: AppTest) -> AppTest:
    """Fill in that sertraline was stopped, without a reason."""
    pick(app, "care_treatments_change_", "stop")
    return pick(app, "care_treatments_running_", "Sertraline")


@pytest.fixture
def on_sertraline(clinic: Engine) -> Engine:
    """Give the clinic with its first patient on sertraline 50 mg."""
    commands.record_treatment(
        clinic, PERSON, token="t1", today=TODAY, patient_id=1, date=TODAY - AGO, change="start",
        treatment="Sertraline", dose="50 mg",
    )  # fmt: skip
    return clinic


def test_page_asks_for_whom_first(clinic: Engine, open_page: Open) -> None:
    assert "Record care: for whom?" in shown(open_page(PAGE))


def test_page_without_patients_offers_to_bring_in_a_file(empty_registry: Engine, open_page: Open) -> None:
    assert "No patients yet" in shown(open_page(PAGE))


def test_page_refuses_a_person_without_the_right(clinic: Engine, only_may_look: None, open_page: Open) -> None:
    app = open_page(PAGE, id="1")

    assert "You may not" in shown(app)
    assert not app.text_input


@pytest.mark.parametrize("wrong", ["99", "x", "-1", "1e3"])
def test_an_id_that_nobody_has_opens_nobody(clinic: Engine, open_page: Open, wrong: str) -> None:
    app = open_page(PAGE, id=wrong)

    assert not app.exception
    assert "not in the registry" in shown(app)


@pytest.mark.parametrize("what", list(SHEETS))
def test_every_sheet_opens_by_its_link_with_nothing_recorded_yet(clinic: Engine, open_page: Open, what: str) -> None:
    app = open_page(PAGE, id="2", care_what=what)

    assert not app.exception
    assert app.segmented_control(key="care_what").value == what


def test_an_open_safety_flag_stands_above_every_sheet(clinic: Engine, open_page: Open) -> None:
    commands.raise_flag(clinic, PERSON, token="f", today=TODAY, patient_id=1, date=TODAY, level="high")

    assert "Open safety flag" in shown(open_page(PAGE, id="1"))


def test_the_fields_of_a_contact_begin_empty_but_for_the_date(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1")

    picks = [each.value for each in app.segmented_control if each.key != "care_what"]
    assert picks == [None, None, None]
    assert field(app, "care_contacts_date_", "date_input").value == TODAY


def test_a_contact_by_video_is_kept_and_said_to_be_saved(clinic: Engine, open_page: Open) -> None:
    app = a_contact(open_page(PAGE, id="1"))
    pick(app, "care_contacts_modality_", "video")
    typed(app, "care_contacts_minutes_", "25")

    save(app, "contacts")

    row = kept(clinic, "contacts").iloc[0]
    assert (row["kind"], row["modality"], row["attended"], row["minutes"]) == ("follow-up", "video", True, 25)
    assert "Saved" in shown(app) and "follow-up by video, reached, 25 min" in shown(app)


def test_the_next_contact_is_proposed_by_the_patients_interval_and_kept_as_shown(
    clinic: Engine, open_page: Open
) -> None:
    commands.change_episode(clinic, PERSON, token="w", today=TODAY, version=1, follow_up_weeks=2)
    app = a_contact(open_page(PAGE, id="1"))
    assert field(app, "care_contacts_due_", "date_input").value == TODAY + timedelta(days=14)
    assert "every 2 weeks" in shown(app)

    save(app, "contacts")

    assert kept(clinic, "contacts")["next_due"].iloc[0].date() == TODAY + timedelta(days=14)


def test_the_proposal_follows_the_date_of_the_contact_until_it_is_changed(clinic: Engine, open_page: Open) -> None:
    commands.change_episode(clinic, PERSON, token="w", today=TODAY, version=1, follow_up_weeks=2)
    app = a_contact(open_page(PAGE, id="1"))

    field(app, "care_contacts_date_", "date_input").set_value(TODAY - timedelta(days=3)).run()
    assert field(app, "care_contacts_due_", "date_input").value == TODAY + timedelta(days=11)
    field(app, "care_contacts_due_", "date_input").set_value(TODAY + timedelta(days=5)).run()
    field(app, "care_contacts_date_", "date_input").set_value(TODAY).run()

    assert field(app, "care_contacts_due_", "date_input").value == TODAY + timedelta(days=5)


def test_an_attempt_proposes_no_date_and_says_what_stays_due(clinic: Engine, open_page: Open) -> None:
    commands.change_episode(clinic, PERSON, token="w", today=TODAY, version=1, follow_up_weeks=2)
    app = open_page(PAGE, id="1")

    pick(app, "care_contacts_reached_", "no")

    assert field(app, "care_contacts_due_", "date_input").value is None
    assert "the contact stays due as before" in shown(app)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("kind", "what kind of contact"),
        ("reached", "whether the patient was reached"),
        ("minutes", "not a whole number"),
        ("no show", "A no show was not reached"),
        ("date", "in the future"),
        ("due", "on or before this one"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_in_words_with_everything_still_there(
    clinic: Engine, open_page: Open, missing: str, said: str
) -> None:
    app = a_contact(open_page(PAGE, id="1"))
    typed(app, "care_contacts_minutes_", "half an hour" if missing == "minutes" else "25")
    if missing in ("kind", "reached"):
        field(app, f"care_contacts_{missing}_", "segmented_control").set_value(None).run()
    if missing == "no show":
        pick(app, "care_contacts_kind_", "no show")
    if missing == "date":
        field(app, "care_contacts_date_", "date_input").set_value(TODAY + timedelta(days=1)).run()
    if missing == "due":
        field(app, "care_contacts_due_", "date_input").set_value(TODAY).run()

    save(app, "contacts")

    assert said in shown(app)
    assert field(app, "care_contacts_minutes_").value in ("25", "half an hour")
    assert field(app, "care_contacts_modality_", "segmented_control").value == "phone"
    assert kept(clinic, "contacts").empty


def test_the_next_contact_sheet_begins_empty_and_the_same_contact_may_be_kept_again(
    clinic: Engine, open_page: Open
) -> None:
    app = save(a_contact(open_page(PAGE, id="1")), "contacts")
    assert field(app, "care_contacts_kind_", "segmented_control").value is None

    save(a_contact(app), "contacts")

    assert len(kept(clinic, "contacts")) == 2


def test_a_contact_can_be_withdrawn_with_a_reason_and_stays_in_sight_struck(clinic: Engine, open_page: Open) -> None:
    app = save(a_contact(open_page(PAGE, id="1")), "contacts")
    field(app, "care_contacts-withdraw_pick_", "selectbox").set_value(1).run()
    save(app, "contacts-withdraw")
    assert "Say why" in shown(app) and len(kept(clinic, "contacts")) == 1
    typed(app, "care_contacts-withdraw_why_", "wrong patient")

    save(app, "contacts-withdraw")

    assert kept(clinic, "contacts").empty
    assert "~~" in shown(app) and "wrong patient" in shown(app)


def test_what_was_typed_for_one_patient_never_moves_to_another(clinic: Engine, open_page: Open) -> None:
    app = a_contact(open_page(PAGE, id="1"))

    app.query_params["id"] = "2"
    app.run()

    assert field(app, "care_contacts_kind_", "segmented_control").value is None


def test_what_was_typed_survives_a_look_at_another_sheet_and_another_page(clinic: Engine, open_page: Open) -> None:
    app = typed(a_contact(open_page(PAGE, id="1")), "care_contacts_minutes_", "25")

    pick(app, "care_what", "Treatment")
    pick(app, "care_what", "Contact")
    app.switch_page("pages/practice/crisis.py").run()
    app.switch_page(PAGE)
    app.query_params["id"] = "1"
    app.run()

    assert field(app, "care_contacts_minutes_").value == "25"
    assert field(app, "care_contacts_kind_", "segmented_control").value == "follow-up"


def test_a_right_taken_away_stops_the_save_of_a_sheet_that_was_open(
    clinic: Engine, open_page: Open, request: pytest.FixtureRequest
) -> None:
    app = a_contact(open_page(PAGE, id="1"))

    request.getfixturevalue("only_may_look")
    field(app, "care_contacts_save_", "button").click().run()

    assert kept(clinic, "contacts").empty


def test_a_medication_is_started_with_its_dose(clinic: Engine, open_page: Open) -> None:
    app = pick(open_page(PAGE, id="1", care_what="Treatment"), "care_treatments_change_", "start")
    typed(app, "care_treatments_name_", "Sertraline")
    save(app, "treatments")
    assert "Say the dose" in shown(app) and kept(clinic, "treatments").empty
    typed(app, "care_treatments_dose_", "50 mg")

    save(app, "treatments")

    row = kept(clinic, "treatments").iloc[0]
    assert (row["change"], row["treatment"], row["dose"]) == ("start", "Sertraline", "50 mg")
    assert "Running now: Sertraline 50 mg since" in shown(app)


def test_a_dose_step_is_of_what_runs(on_sertraline: Engine, open_page: Open) -> None:
    app = pick(open_page(PAGE, id="1", care_what="Treatment"), "care_treatments_change_", "dose up")
    pick(app, "care_treatments_running_", "Sertraline")
    typed(app, "care_treatments_dose_", "100 mg")

    save(app, "treatments")

    assert kept(on_sertraline, "treatments")[["change", "treatment", "dose"]].iloc[0].tolist() == [
        "dose up", "Sertraline", "100 mg",
    ]  # fmt: skip


def test_a_stop_needs_its_reason(on_sertraline: Engine, open_page: Open) -> None:
    app = a_stop(open_page(PAGE, id="1", care_what="Treatment"))
    save(app, "treatments")
    assert "Say why it was stopped" in shown(app) and len(kept(on_sertraline, "treatments")) == 1
    typed(app, "care_treatments_why_", "insomnia")

    save(app, "treatments")

    assert kept(on_sertraline, "treatments")["why"].iloc[0] == "insomnia"


def test_a_therapy_is_recorded_with_its_sessions_in_words(clinic: Engine, open_page: Open) -> None:
    app = pick(open_page(PAGE, id="1", care_what="Treatment"), "care_treatments_change_", "therapy start")
    typed(app, "care_treatments_name_", "CBT")
    typed(app, "care_treatments_sessions_", "weekly, 12 sessions planned")

    save(app, "treatments")

    assert kept(clinic, "treatments")["dose"].iloc[0] == "weekly, 12 sessions planned"


def test_a_plan_is_kept_in_its_parts_and_the_earlier_one_stays_in_sight(clinic: Engine, open_page: Open) -> None:
    commands.record_plan(
        clinic, PERSON, token="p", today=TODAY, patient_id=1, date=TODAY - AGO, warning_signs="Sleeps badly"
    )
    app = open_page(PAGE, id="1", care_what="Relapse plan")
    field(app, "care_plans_begin_", "button").click().run()
    assert field(app, "care_plans_warning_signs_", "text_area").value == "Sleeps badly"
    field(app, "care_plans_what_helps_", "text_area").set_value("Walks").run()

    save(app, "plans")

    assert kept(clinic, "plans")["what_helps"].tolist()[0] == "Walks"
    assert "What helps: Walks" in shown(app) and len(kept(clinic, "plans")) == 2


def test_an_empty_plan_is_refused(clinic: Engine, open_page: Open) -> None:
    app = save(open_page(PAGE, id="1", care_what="Relapse plan"), "plans")

    assert "Nothing is written yet" in shown(app)
    assert kept(clinic, "plans").empty


def test_the_episode_sheet_begins_with_what_stands_and_refuses_to_save_nothing(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", care_what="Episode")
    assert field(app, "care_episode_status_", "segmented_control").value == "active"

    save(app, "episode")

    assert "Nothing is changed yet" in shown(app)


def test_the_team_and_the_interval_of_an_episode_are_changed_together(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", care_what="Episode")
    field(app, "care_episode_manager_", "selectbox").set_value("D. Reyes").run()
    typed(app, "care_episode_weeks_", "1.5")
    pick(app, "care_episode_condition_", "depression")

    save(app, "episode")

    row = episode(clinic)
    assert (row["care_manager"], row["follow_up_weeks"], row["condition"]) == ("D. Reyes", 1.5, "depression")
    assert "care manager, condition, weeks between contacts changed" in shown(app)
    assert "weeks between contacts – → 1.5" in shown(app)


def test_the_aim_of_an_episode_is_written_in_words_read_by_people_and_by_no_rule(
    clinic: Engine, open_page: Open
) -> None:
    app = typed(open_page(PAGE, id="1", care_what="Episode"), "care_episode_target_", "Back at work, sleeps")
    assert "No rule reads it" in shown(app)

    save(app, "episode")

    assert episode(clinic)["target"] == "Back at work, sleeps"
    assert "aim – → Back at work, sleeps" in shown(app)
    assert "Aim: Back at work, sleeps" in shown(open_page("pages/care/patient.py", id="1"))


@pytest.mark.parametrize("wrong", ["0", "two", "-1", "1e3"])
def test_an_interval_that_is_no_number_is_refused_with_what_was_typed_still_there(
    clinic: Engine, open_page: Open, wrong: str
) -> None:
    app = typed(open_page(PAGE, id="1", care_what="Episode"), "care_episode_weeks_", wrong)

    save(app, "episode")

    assert "is not a number above 0" in shown(app)
    assert field(app, "care_episode_weeks_").value == wrong


def test_discharge_needs_a_reason_and_closes_on_its_day(clinic: Engine, open_page: Open) -> None:
    app = pick(open_page(PAGE, id="1", care_what="Episode"), "care_episode_status_", "discharged")
    save(app, "episode")
    assert "Say why" in shown(app) and episode(clinic)["status"] == "active"
    typed(app, "care_episode_reason_", "moved away")

    save(app, "episode")

    row = episode(clinic)
    assert (row["status"], row["closed_on"].date(), row["reason"]) == ("discharged", TODAY, "moved away")


def test_relapse_prevention_needs_no_reason_and_leaves_the_episode_open(clinic: Engine, open_page: Open) -> None:
    app = pick(open_page(PAGE, id="1", care_what="Episode"), "care_episode_status_", "relapse prevention")

    save(app, "episode")

    row = episode(clinic)
    assert (row["status"], row["status_since"].date()) == ("relapse prevention", TODAY)
    assert pd.isna(row["closed_on"])


def test_a_patient_who_was_closed_is_enrolled_again_as_a_new_episode(clinic: Engine, open_page: Open) -> None:
    commands.change_episode(
        clinic, PERSON, token="c", today=TODAY, version=1, status="graduated", closed_on=TODAY - timedelta(days=1)
    )
    app = open_page(PAGE, id="1", care_what="Episode")
    assert "No episode is open" in shown(app)
    app.session_state["care_enrol_1"] = True
    app.run()

    save(app, "enrol")

    assert episode(clinic)["enrolled_on"].date() == TODAY
    assert episode(clinic)["episode_id"] != 1


def test_an_episode_that_somebody_else_changed_meanwhile_is_not_overwritten(clinic: Engine, open_page: Open) -> None:
    app = typed(open_page(PAGE, id="1", care_what="Episode"), "care_episode_weeks_", "4")
    commands.change_episode(clinic, PERSON, token="other", today=TODAY, version=1, follow_up_weeks=2)

    save(app, "episode")

    assert "D. Reyes changed this episode meanwhile" in shown(app)
    assert "was changed by somebody else" in shown(app)
    assert field(app, "care_episode_weeks_").value == "4"
    assert episode(clinic)["follow_up_weeks"] == 2


def test_an_untouched_episode_sheet_follows_what_others_change(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", care_what="Episode")
    commands.change_episode(clinic, PERSON, token="other", today=TODAY, version=1, follow_up_weeks=2)

    app.run()

    assert field(app, "care_episode_weeks_").value == "2"
    assert "meanwhile" not in shown(app)


def test_another_baseline_can_be_chosen_and_given_back_to_the_rule(clinic: Engine, open_page: Open) -> None:
    commands.record_score(
        clinic, PERSON, token="s2", today=TODAY, patient_id=1, instrument="phq9", taken_on=TODAY, total=17
    )
    app = open_page(PAGE, id="1", care_what="Episode")
    field(app, "care_baseline_form_", "selectbox").set_value(2).run()
    save(app, "baseline")
    assert episode(clinic)["baseline_score_id"] == 2
    assert "PHQ-9 17" in shown(app) and "chosen by hand" in shown(app)
    field(app, "care_baseline_form_", "selectbox").set_value(0).run()

    save(app, "baseline")

    assert pd.isna(episode(clinic)["baseline_score_id"])


def test_text_with_markdown_is_shown_as_it_stands(clinic: Engine, open_page: Open) -> None:
    commands.record_treatment(
        clinic, PERSON, token="t", today=TODAY, patient_id=1, date=TODAY, change="start",
        treatment="![x](http://a/b)", dose="5*3*2 mg",
    )  # fmt: skip
    app = open_page(PAGE, id="1", care_what="Treatment")

    said = "\n".join(str(each.value) for each in (*app.caption, *app.markdown))
    assert "5\\*3\\*2 mg" in said
    assert "![x](" not in said


@pytest.fixture
def advised(on_sertraline: Engine) -> Engine:
    """Give the clinic with an open recommendation for its first patient: raise the dose, due two days ago."""
    commands.record_review(
        on_sertraline, PERSON, token="r1", today=TODAY, patient_id=1, date=TODAY - timedelta(days=9),
        consultant="Dr Osei", category="raise dose", recommendation="Sertraline to 100 mg", owner="D. Reyes",
        due=TODAY - timedelta(days=2),
    )  # fmt: skip
    return on_sertraline


def steps(engine: Engine) -> list[tuple[str, float]]:
    """Give what became of the recommendations, in the order of recording: status and treatment."""
    with reading(engine) as connection:
        found = record_versions(connection, OF_MEETINGS["steps"], 1)
    return list(zip(found["status"][::-1], found["treatment_id"][::-1], strict=True))


def a_dose_step(app: AppTest) -> AppTest:
    """Fill in that sertraline was raised to 100 mg."""
    pick(app, "care_treatments_change_", "dose up")
    pick(app, "care_treatments_running_", "Sertraline")
    return typed(app, "care_treatments_dose_", "100 mg")


def test_a_change_that_fits_an_open_recommendation_is_offered_as_its_enactment(
    advised: Engine, open_page: Open
) -> None:
    app = a_dose_step(open_page(PAGE, id="1", care_what="Treatment"))
    box = field(app, "care_treatments_enacts1_", "checkbox")
    assert "Enacts the recommendation of" in box.label and "raise dose, Sertraline to 100 mg" in box.label
    assert box.value is False
    box.check().run()

    save(app, "treatments")

    assert steps(advised) == [("enacted", 2.0)]
    assert "The recommendation is marked as enacted." in shown(app)


def test_a_change_that_does_not_fit_is_not_offered(advised: Engine, open_page: Open) -> None:
    app = pick(open_page(PAGE, id="1", care_what="Treatment"), "care_treatments_change_", "augment")

    assert not app.checkbox


def test_a_change_of_before_the_recommendation_cannot_enact_it_and_is_not_kept(
    advised: Engine, open_page: Open
) -> None:
    app = a_dose_step(open_page(PAGE, id="1", care_what="Treatment"))
    field(app, "care_treatments_enacts1_", "checkbox").check().run()
    field(app, "care_treatments_date_", "date_input").set_value(TODAY - timedelta(days=20)).run()

    save(app, "treatments")

    assert "after this: check the date, or untick it" in shown(app)
    assert len(kept(advised, "treatments")) == 1 and not steps(advised)


def test_what_became_of_a_recommendation_is_said_with_a_reason_when_it_is_declined(
    advised: Engine, open_page: Open
) -> None:
    app = open_page(PAGE, id="1", care_what="Recommendations")
    assert "owner D. Reyes" in shown(app) and "2 days late" in shown(app)
    pick(app, "care_step1_status_", "declined")
    save(app, "step1")
    assert "Say why it was declined" in shown(app) and not steps(advised)
    typed(app, "care_step1_why_", "nausea")

    save(app, "step1")

    assert [status for status, _ in steps(advised)] == ["declined"]
    assert "declined" in shown(app) and "nausea" in shown(app)


def test_a_recorded_change_of_its_kind_is_offered_as_the_enactment(advised: Engine, open_page: Open) -> None:
    app = save(a_dose_step(open_page(PAGE, id="1", care_what="Treatment")), "treatments")
    pick(app, "care_what", "Recommendations")
    pick(app, "care_step1_status_", "enacted")
    field(app, "care_step1_by_", "selectbox").set_value(2).run()

    save(app, "step1")

    assert steps(advised) == [("enacted", 2.0)]


def test_a_link_to_one_recommendation_opens_that_one(advised: Engine, open_page: Open) -> None:
    commands.record_review(
        advised,
        PERSON,
        token="r2",
        today=TODAY,
        patient_id=1,
        date=TODAY,
        category="refer",
        recommendation="Sleep clinic",
    )
    app = open_page(PAGE, id="1", care_what="Recommendations", review="1")

    assert field(app, "care_advice_which_", "selectbox").value == 1


def test_a_snooze_needs_a_reason_an_end_and_a_name_that_signs(clinic: Engine, open_page: Open) -> None:
    app = open_page(PAGE, id="1", care_what="Snooze")
    assert "never hides a safety flag or a deterioration" in shown(app)
    save(app, "snoozes")
    assert "Say until when" in shown(app)
    pick(app, "care_snoozes_span_", "2 weeks")
    typed(app, "care_snoozes_reason_", "on leave")
    save(app, "snoozes")
    assert "Pick the name that signs first" in shown(app) and kept(clinic, "snoozes").empty
    app.selectbox(key="access_name").set_value("D. Reyes").run()

    save(app, "snoozes")

    row = kept(clinic, "snoozes").iloc[0]
    assert (row["until"].date(), row["reason"]) == (TODAY + timedelta(days=14), "on leave")
    assert "Snoozed until" in shown(app) and "by D. Reyes: on leave" in shown(app)


def test_a_snooze_can_be_ended_before_its_time(clinic: Engine, open_page: Open) -> None:
    commands.snooze(
        clinic, PERSON, token="z", today=TODAY, patient_id=1, until=TODAY + timedelta(days=7), reason="on leave"
    )
    app = open_page(PAGE, id="1", care_what="Snooze")

    save(app, "snooze-end")

    assert "back on the list from today" in shown(app)
    assert kept(clinic, "snoozes").empty


def test_a_request_to_discuss_needs_a_reason_and_can_be_taken_back(clinic: Engine, open_page: Open) -> None:
    app = save(open_page(PAGE, id="1", care_what="Discuss"), "requests")
    assert "Say why" in shown(app)
    field(app, "care_requests_reason_", "text_area").set_value("sleeps two hours").run()
    save(app, "requests")
    assert kept(clinic, "requests")["reason"].tolist() == ["sleeps two hours"]
    assert "To discuss at the next review" in shown(app)

    save(app, "request1")

    assert kept(clinic, "requests").empty
    assert "taken back" in shown(app)


def test_the_patient_page_leads_to_the_sheets_of_the_same_patient(clinic: Engine, open_page: Open) -> None:
    app = open_page("pages/care/patient.py", id="2")

    app.button(key="patient_care").click().run()

    assert not app.exception
    assert "Record care for Ashgrove" in shown(app)


def test_nothing_can_be_recorded_from_a_past_day(clinic: Engine, open_page: Open) -> None:
    app = open_page("pages/care/patient.py", id="1", as_of=str(TODAY - timedelta(days=3)))

    assert not [each for each in app.button if each.key == "patient_care"]
