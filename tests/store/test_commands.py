"""Each command: what it keeps, whom it refuses, and that the same token is the same act."""

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from bhi_core.domain.actor import Actor, local_person
from bhi_core.errors import Conflict, NotAllowed, Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from tests.store.making import ENROLLED, FULL, KIM, NOBODY, TODAY, enrolled, form, known, patient, token

Command = Callable[[Engine, Actor, str], commands.Saved]
TOMORROW = TODAY + dt.timedelta(days=1)


def version_of(engine: Engine, person: int) -> int:
    with reading(engine) as connection:
        versions = queries.episode_versions(connection, person)
    return int(versions.loc[versions["superseded_at"].isna(), "version"].iloc[0])


def seen(engine: Engine, person: int) -> int:
    with reading(engine) as connection:
        row = queries.patient(connection, person)
    assert row is not None
    return int(row["version"])


def count(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return queries.counts(connection)


def on_a_date(name: str, **values: Any) -> Command:
    def run(engine: Engine, actor: Actor, act: str) -> commands.Saved:
        command = getattr(commands, name)
        saved: commands.Saved = command(engine, actor, token=act, today=TODAY, patient_id=1, date=ENROLLED, **values)
        return saved

    return run


def record_form(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.record_score(
        engine, actor, token=act, today=TODAY, patient_id=1, instrument="phq9", taken_on=ENROLLED, items=FULL
    )


def correct_form(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.correct_score(
        engine, actor, token=act, today=TODAY, score_id=1, why="typing error", taken_on=ENROLLED, total=9
    )


def withdraw_form(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.withdraw_score(engine, actor, token=act, score_id=1, why="another patient's")


def change_person(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.change_patient(engine, actor, token=act, today=TODAY, version=1, last_name="Birch")


def enrol_again(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    on = ENROLLED - dt.timedelta(days=400)
    return commands.enrol(engine, actor, token=act, today=TODAY, patient_id=1, enrolled_on=on, status="lost")


def graduate(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.change_episode(engine, actor, token=act, today=TODAY, version=1, status="graduated")


def choose(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.choose_baseline(engine, actor, token=act, version=1, score_id=1)


def add_person(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.add_patient(engine, actor, token=act, today=TODAY, mrn="0000072", birth_date=dt.date(1990, 12, 31))


def add_staff(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.add_staff(engine, actor, token=act, name="Dr. Rao", role="consultant")


def set_rule(engine: Engine, actor: Actor, act: str) -> commands.Saved:
    return commands.set_setting(engine, actor, token=act, key="target_rule", value="and")


EVERY: dict[str, Command] = {
    "record score": record_form,
    "correct score": correct_form,
    "withdraw score": withdraw_form,
    "record contact": on_a_date("record_contact", kind="follow-up", attended=True, minutes=20, staff="Kim"),
    "record treatment": on_a_date("record_treatment", change="start", treatment="sertraline"),
    "record review": on_a_date("record_review", consultant="Dr. Rao", recommendation="raise the dose"),
    "record plan": on_a_date("record_plan", warning_signs="sleeps badly"),
    "acknowledge": on_a_date("acknowledge_safety", outcome="assessed, no plan"),
    "raise flag": on_a_date("raise_flag", level="red"),
    "record screen": on_a_date("record_screen", level="orange"),
    "clear flag": on_a_date("clear_flag", outcome="settled"),
    "add patient": add_person,
    "change patient": change_person,
    "enrol": enrol_again,
    "change episode": graduate,
    "choose baseline": choose,
    "add staff": add_staff,
    "set setting": set_rule,
}


@pytest.fixture
def begun(engine: Engine) -> Engine:
    """Give a registry with one person (1), an open episode (1) and, but for the first command, a form (1)."""
    person = enrolled(engine)
    form(engine, person, total=9)
    return engine


@pytest.mark.parametrize("name", EVERY)
def test_command_without_the_right_changes_nothing(begun: Engine, name: str) -> None:
    before = count(begun)

    with pytest.raises(NotAllowed):
        EVERY[name](begun, NOBODY, token())

    assert count(begun) == before


@pytest.mark.parametrize("name", EVERY)
def test_command_twice_with_one_token_is_one_act_with_one_audit_row(begun: Engine, name: str) -> None:
    act = token()
    first = EVERY[name](begun, KIM, act)
    after = count(begun)

    again = EVERY[name](begun, KIM, act)

    assert not first.repeated
    assert (again.record_id, again.repeated) == (first.record_id, True)
    assert count(begun) == after
    with reading(begun) as connection:
        audit = queries.audit(connection)
    assert len(audit) == 4
    assert audit["by"].iloc[0] == "Kim Kwon"


@pytest.mark.parametrize("name", EVERY)
def test_command_raises_the_version_of_the_data(begun: Engine, name: str) -> None:
    with reading(begun) as connection:
        before = queries.data_version(connection)

    EVERY[name](begun, KIM, token())

    with reading(begun) as connection:
        assert queries.data_version(connection) > before


def test_eight_clicks_at_once_make_one_row(begun: Engine) -> None:
    act = token()

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda _: EVERY["record contact"](begun, KIM, act), range(8)))

    assert len({each.record_id for each in saved}) == 1
    assert [each.repeated for each in saved].count(False) == 1
    assert count(begun)["contacts"] == 1


def test_token_of_another_act_is_refused(begun: Engine) -> None:
    act = token()
    EVERY["record contact"](begun, KIM, act)

    with pytest.raises(Conflict):
        EVERY["record score"](begun, KIM, act)


def test_audit_holds_ids_and_no_values(begun: Engine) -> None:
    commands.change_patient(begun, KIM, token=token(), today=TODAY, version=1, last_name="Birch", sex="F")

    with reading(begun) as connection:
        row = queries.audit(connection).iloc[0]
    assert row["record_id"] > 0
    assert json.loads(row["details"]) == {"repeated": False}
    assert "Birch" not in " ".join(map(str, row))


# Forms


def test_all_answers_give_their_sum_and_the_answer_to_item_9(engine: Engine) -> None:
    form(engine, patient(engine), items=(2, 2, 1, 2, 1, 2, 2, 1, 1))

    scores = known(engine).scores
    assert (scores["total"].tolist(), scores["safety_answer"].tolist()) == ([14], [1])


def test_total_that_is_not_the_sum_is_refused(engine: Engine) -> None:
    with pytest.raises(Refused, match=r"14 is not the sum of its items \(13\)"):
        form(engine, patient(engine), items=FULL, total=14)


def test_total_alone_leaves_item_9_unknown(engine: Engine) -> None:
    form(engine, patient(engine), total=14)

    assert known(engine).scores["safety_answer"].tolist() == [-2]


def test_total_with_item_9_keeps_both(engine: Engine) -> None:
    form(engine, patient(engine), items=[None] * 8 + [2], total=14)

    scores = known(engine).scores
    assert (scores["total"].tolist(), scores["safety_answer"].tolist()) == ([14], [2])


def test_form_with_blanks_is_kept_incomplete_and_its_total_is_refused(engine: Engine) -> None:
    person = patient(engine)
    form(engine, person, items=[*FULL[:8], None])

    with pytest.raises(Refused, match="items left open"):
        form(engine, person, items=[*FULL[:8], None], total=13)

    scores = known(engine).scores
    assert (scores["total"].isna().tolist(), scores["safety_answer"].tolist()) == ([True], [-1])


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"total": 28}, "outside 0 to 27"),
        ({"total": -1}, "outside 0 to 27"),
        ({"items": [4] * 9}, "can only be 0 to 3"),
        ({"items": [1] * 10}, "items"),
        ({"items": [None] * 9}, "Nothing is answered"),
        ({"total": 9, "functional": 4}, "difficulty"),
        ({"total": 9, "mode": "a\x00b"}, "control"),
        ({"total": 9, "on": TOMORROW}, "future"),
        ({"total": 9, "on": dt.date(1984, 5, 1)}, "born"),
    ],
)
def test_form_that_is_not_possible_is_refused(engine: Engine, given: dict[str, Any], word: str) -> None:
    person = patient(engine, birth_date=dt.date(1984, 5, 2))

    with pytest.raises(Refused, match=word):
        form(engine, person, **given)

    assert known(engine).scores.empty


def test_form_of_an_instrument_that_is_not_configured_is_refused(engine: Engine) -> None:
    with pytest.raises(Refused, match="nonsense"):
        commands.record_score(
            engine, KIM, token=token(), today=TODAY, patient_id=1, instrument="nonsense", taken_on=ENROLLED, total=3
        )


def test_same_form_of_that_day_again_is_known(engine: Engine) -> None:
    person = patient(engine)
    first = form(engine, person)

    again = commands.record_score(
        engine, KIM, token=token(), today=TODAY, patient_id=person, instrument="phq9", taken_on=ENROLLED, total=13
    )

    assert again == commands.Saved(first, repeated=True)


def test_answers_typed_for_a_total_alone_replace_it(engine: Engine) -> None:
    person = patient(engine)
    form(engine, person, total=13)

    form(engine, person, items=FULL)

    assert known(engine).scores["safety_answer"].tolist() == [0]


# Corrections


def test_correction_replaces_and_both_stay_in_the_history(begun: Engine) -> None:
    correct_form(begun, local_person("Lee"), token())  # the total stays 9, so only the reason is new

    with reading(begun) as connection:
        forms = queries.forms(connection, 1, TODAY)
    assert forms["superseded_by"].tolist()[0] == forms["score_id"].tolist()[1]
    assert forms["superseded_why"].tolist()[0] == "typing error"
    assert forms["recorded_by"].tolist() == ["Kim Kwon", "Lee"]
    assert forms["superseded_at"].isna().tolist() == [False, True]


def test_correction_of_what_somebody_corrected_meanwhile_is_a_conflict(begun: Engine) -> None:
    correct_form(begun, KIM, token())

    with pytest.raises(Conflict):
        correct_form(begun, local_person("Lee"), token())
    with pytest.raises(Conflict):
        withdraw_form(begun, local_person("Lee"), token())


@pytest.mark.parametrize("why", ["", "  "])
def test_correction_and_withdrawal_need_a_reason(begun: Engine, why: str) -> None:
    with pytest.raises(Refused, match="Say why"):
        commands.withdraw_score(begun, KIM, token=token(), score_id=1, why=why)
    with pytest.raises(Refused, match="Say why"):
        commands.correct_score(begun, KIM, token=token(), today=TODAY, score_id=1, why=why, taken_on=ENROLLED, total=9)


def test_corrected_positive_item_9_stays_where_its_flag_can_be_seen(engine: Engine) -> None:
    person = patient(engine)
    wrong = form(engine, person, items=(0, 0, 0, 0, 0, 0, 0, 0, 2))
    commands.correct_score(
        engine, KIM, token=token(), today=TODAY, score_id=wrong, why="typing error", taken_on=ENROLLED, items=[0] * 9
    )

    found = known(engine)
    assert found.scores["safety_answer"].tolist() == [0]
    assert found.corrected_safety["score_id"].tolist() == [wrong]


def test_withdrawn_form_counts_no_more_and_stays_visible(begun: Engine) -> None:
    withdraw_form(begun, KIM, token())

    assert known(begun).scores.empty
    with reading(begun) as connection:
        forms = queries.forms(connection, 1, TODAY)
    assert forms[["superseded_by", "superseded_at"]].isna().values.tolist() == [[True, False]]


@pytest.mark.parametrize("kind", ["contacts", "treatments", "reviews", "plans", "safety"])
def test_withdrawn_record_counts_no_more(begun: Engine, kind: str) -> None:
    name = {"contacts": "record contact", "treatments": "record treatment", "reviews": "record review",
            "plans": "record plan", "safety": "raise flag"}[kind]  # fmt: skip
    saved = EVERY[name](begun, KIM, token())
    assert saved.record_id is not None

    commands.withdraw_record(
        begun, KIM, token=token(), kind=kind, record_id=saved.record_id, why="entered for another person"
    )

    assert count(begun)[kind] == 0


# Records on a date


@pytest.mark.parametrize("name", ["record contact", "record treatment", "record review", "record plan", "raise flag"])
def test_record_of_nobody_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(Refused, match="not in the registry"):
        EVERY[name](engine, KIM, token())


@pytest.mark.parametrize(("on", "word"), [(TOMORROW, "future"), (dt.date(1984, 5, 1), "born")])
def test_record_of_the_future_or_from_before_birth_is_refused(engine: Engine, on: dt.date, word: str) -> None:
    patient(engine, birth_date=dt.date(1984, 5, 2))

    with pytest.raises(Refused, match=word):
        commands.record_plan(engine, KIM, token=token(), today=TODAY, patient_id=1, date=on)


@pytest.mark.parametrize(
    "values",
    [{"kind": "chat", "attended": True}, {"kind": "other", "attended": True, "minutes": 1441}, {"kind": "other"}],
)
def test_contact_that_cannot_be_kept_is_refused_and_names_the_field(engine: Engine, values: dict[str, Any]) -> None:
    patient(engine)

    with pytest.raises(Refused, match=r"Check (kind|minutes|attended)"):
        commands.record_contact(engine, KIM, token=token(), today=TODAY, patient_id=1, date=ENROLLED, **values)


def test_contact_may_plan_ahead_and_makes_its_staff(begun: Engine) -> None:
    commands.record_contact(
        begun, KIM, token=token(), today=TODAY, patient_id=1, date=TODAY, kind="follow-up", attended=True,
        staff="Lee Marsh", next_due=TOMORROW,
    )  # fmt: skip

    assert known(begun).contacts["next_due"].tolist() == [pd.Timestamp(TOMORROW)]
    with reading(begun) as connection:
        assert queries.staff(connection)["name"].tolist() == ["Lee Marsh"]


@pytest.mark.parametrize("name", ["acknowledge", "clear flag", "raise flag", "record screen"])
def test_safety_record_needs_a_name(begun: Engine, name: str) -> None:
    with pytest.raises(Refused, match="Pick the name"):
        EVERY[name](begun, local_person(""), token())


def test_acknowledgement_needs_its_outcome(begun: Engine) -> None:
    with pytest.raises(Refused, match="outcome"):
        on_a_date("acknowledge_safety", outcome=" ")(begun, KIM, token())


def test_acknowledgement_is_signed_dated_and_may_name_who_assessed(begun: Engine) -> None:
    on_a_date("acknowledge_safety", outcome="assessed", by="Dr. Rao")(begun, KIM, token())

    row = known(begun).safety.iloc[0]
    assert (row["kind"], row["by"], row["date"]) == ("acknowledged", "Dr. Rao", pd.Timestamp(ENROLLED))


def test_right_to_record_is_no_right_to_acknowledge(begun: Engine) -> None:
    care_manager = Actor("Kim", frozenset({"record"}))

    EVERY["raise flag"](begun, care_manager, token())
    with pytest.raises(NotAllowed):
        EVERY["acknowledge"](begun, care_manager, token())
    with pytest.raises(NotAllowed):
        EVERY["clear flag"](begun, care_manager, token())


# People and episodes


def test_mrn_that_somebody_has_is_refused(engine: Engine) -> None:
    patient(engine)

    with pytest.raises(Refused, match="MRN"):
        patient(engine)


def test_change_of_a_person_keeps_the_id_and_what_is_not_named(engine: Engine) -> None:
    person = patient(engine, last_name="Ash", sex="F")

    commands.change_patient(
        engine, KIM, token=token(), today=TODAY, version=seen(engine, person), last_name="Birch", site="North"
    )

    row = known(engine).patients.iloc[0]
    assert (row["patient_id"], row["last_name"], row["sex"], row["site"]) == (person, "Birch", "F", "North")


def test_change_of_a_version_that_somebody_changed_is_a_conflict(begun: Engine) -> None:
    change_person(begun, KIM, token())
    graduate(begun, KIM, token())

    with pytest.raises(Conflict):
        change_person(begun, KIM, token())
    with pytest.raises(Conflict):
        graduate(begun, KIM, token())


def test_second_open_episode_is_refused(begun: Engine) -> None:
    with pytest.raises(Refused, match="close it first"):
        commands.enrol(begun, KIM, token=token(), today=TODAY, patient_id=1, enrolled_on=TODAY)


def test_closed_episode_is_not_reopened_beside_an_open_one(begun: Engine) -> None:
    closed = enrol_again(begun, KIM, token())
    assert closed.record_id is not None

    with pytest.raises(Refused, match="close it first"):
        commands.change_episode(begun, KIM, token=token(), today=TODAY, version=closed.record_id, status="active")


def test_aim_of_an_episode_is_kept_as_written_and_outlives_its_status(begun: Engine) -> None:
    commands.change_episode(
        begun, KIM, token=token(), today=TODAY, version=version_of(begun, 1), target=" PHQ-9 below 5, back at work "
    )
    commands.change_episode(
        begun, KIM, token=token(), today=TODAY, version=version_of(begun, 1), status="relapse prevention"
    )

    assert known(begun).episodes["target"].tolist() == ["PHQ-9 below 5, back at work"]


def test_aim_longer_than_a_line_is_refused(begun: Engine) -> None:
    with pytest.raises(Refused, match="target"):
        commands.change_episode(
            begun, KIM, token=token(), today=TODAY, version=version_of(begun, 1), target="work " * 50
        )


def test_new_status_begins_today_and_drops_what_belonged_to_the_old_one(begun: Engine) -> None:
    commands.change_episode(
        begun,
        KIM,
        token=token(),
        today=TODAY,
        version=version_of(begun, 1),
        status="lost",
        closed_on=TODAY,
        reason="moved",
    )
    commands.change_episode(begun, KIM, token=token(), today=TODAY, version=version_of(begun, 1), status="active")

    row = known(begun).episodes.iloc[0]
    assert (row["status"], row["status_since"]) == ("active", pd.Timestamp(TODAY))
    assert row[["closed_on", "reason"]].isna().all()


def test_baseline_of_another_patient_or_without_a_total_is_refused(begun: Engine) -> None:
    other = form(begun, patient(begun, "2"))
    blank = form(begun, 1, items=[*FULL[:8], None])

    for score_id, word in ((other, "another patient"), (blank, "incomplete")):
        with pytest.raises(Refused, match=word):
            commands.choose_baseline(begun, KIM, token=token(), version=1, score_id=score_id)


def test_chosen_baseline_follows_a_correction_and_ends_with_a_withdrawal(begun: Engine) -> None:
    choose(begun, KIM, token())
    corrected = correct_form(begun, KIM, token()).record_id
    assert corrected is not None
    assert known(begun).episodes["baseline_score_id"].tolist() == [corrected]

    commands.withdraw_score(begun, KIM, token=token(), score_id=corrected, why="another patient's")

    assert known(begun).episodes["baseline_score_id"].isna().all()


# The practice


def test_setting_keeps_its_history_and_null_takes_it_back(engine: Engine) -> None:
    for value in ("and", "or", "or", None):
        commands.set_setting(engine, KIM, token=token(), key="target_rule", value=value)

    with reading(engine) as connection:
        assert queries.settings(connection) == {}
        assert queries.setting_history(connection)["value"].tolist() == ['"and"', '"or"']


@pytest.mark.parametrize(("key", "value"), [("", 1), ("k" * 101, 1), ("zone", float("nan")), ("zone", {1, 2})])
def test_setting_that_cannot_be_kept_is_refused(engine: Engine, key: str, value: Any) -> None:
    with pytest.raises(Refused):
        commands.set_setting(engine, KIM, token=token(), key=key, value=value)


def test_staff_who_left_are_no_longer_offered_and_may_come_back(engine: Engine) -> None:
    add_staff(engine, KIM, token())
    commands.retire_staff(engine, KIM, token=token(), name="dr. rao")
    with reading(engine) as connection:
        assert queries.staff(connection).empty
        assert queries.staff(connection, active=None)["role"].tolist() == ["consultant"]

    add_staff(engine, KIM, token())

    with reading(engine) as connection:
        assert queries.staff(connection, "consultant")["name"].tolist() == ["Dr. Rao"]


def test_nobody_is_retired_who_is_not_on_the_list(engine: Engine) -> None:
    with pytest.raises(Refused, match="Nobody"):
        commands.retire_staff(engine, KIM, token=token(), name="Dr. Rao")


def test_export_needs_its_right_and_leaves_an_audit_row_but_no_new_version(begun: Engine) -> None:
    with reading(begun) as connection:
        before = queries.data_version(connection)
    with pytest.raises(NotAllowed):
        commands.export_records(begun, NOBODY, "scores", TODAY)

    rows = commands.export_records(begun, KIM, "scores", TODAY)

    assert len(rows) == 1
    with reading(begun) as connection:
        audit = queries.audit(connection)
        assert queries.data_version(connection) == before
    assert (audit["action"].iloc[0], json.loads(audit["details"].iloc[0])["rows"]) == ("export", 1)
