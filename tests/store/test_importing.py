"""A file meets the registry: what is known, what supersedes, what is refused, and that it is whole or not at all."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from bhi_core.domain.records import ImportOptions, Question
from bhi_core.errors import NotAllowed, Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from tests.store.making import (
    ENROLLED,
    FULL,
    KIM,
    NOBODY,
    TODAY,
    bring_in,
    counts,
    enrolled,
    form,
    known,
    parsed,
    patient,
    reasons,
    score,
    token,
)

ITEMS = ",".join(map(str, FULL))


def people(*rows: dict[str, Any]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    for name in ("birth_date", "enrolled_on"):
        if name in made:
            made[name] = pd.to_datetime(made[name]).astype("datetime64[s]")
    return made


# Who


def test_score_of_an_unknown_patient_is_rejected_and_says_so(engine: Engine) -> None:
    report = bring_in(engine, parsed("scores", [score("404")]))

    assert counts(report) == (0, 0, 1, 0)
    assert "No patient has the id 404" in reasons(report)[0]


def test_positive_item_9_of_a_rejected_line_is_said_in_its_reason(engine: Engine) -> None:
    report = bring_in(engine, parsed("scores", [score("404", items=",,,,,,,,2", safety_answer=2)]))

    assert "self-harm with 2" in reasons(report)[0]


def test_leading_zeros_make_another_patient(engine: Engine) -> None:
    bring_in(engine, parsed("patients", [{"patient_id": "0000071"}, {"patient_id": "71"}]))

    assert known(engine).patients["mrn"].tolist() == ["0000071", "71"]


def test_another_birth_date_in_the_file_is_rejected_with_the_line_that_stated_it(engine: Engine) -> None:
    rows = [
        {"patient_id": "0000071", "birth_date": "1984-05-02"},
        {"patient_id": "0000071", "birth_date": "1985-05-02"},
    ]

    report = bring_in(engine, parsed("patients", rows))

    assert counts(report) == (1, 0, 1, 0)
    assert reasons(report) == ["id 0000071 already has birth date 1984-05-02 (line 2)."]


def test_another_birth_date_than_the_registrys_is_rejected(engine: Engine) -> None:
    patient(engine, birth_date=dt.date(1984, 5, 2))

    report = bring_in(engine, parsed("patients", [{"patient_id": "0000071", "birth_date": "1985-05-02"}]))

    assert reasons(report) == ["id 0000071 already has birth date 1984-05-02."]


def test_score_under_another_birth_date_is_rejected(engine: Engine) -> None:
    patient(engine, birth_date=dt.date(1984, 5, 2))
    who = people({"line": 2, "patient_id": "0000071", "birth_date": "1985-05-02"})

    report = bring_in(engine, parsed("scores", [score()], people=who))

    assert counts(report) == (0, 0, 1, 0)


@pytest.mark.parametrize(("on", "accepted"), [("1984-05-01", 0), ("1984-05-02", 1)])
def test_record_from_before_birth_is_rejected(engine: Engine, on: str, accepted: int) -> None:
    patient(engine, birth_date=dt.date(1984, 5, 2))

    report = bring_in(engine, parsed("scores", [score(on=on)]))

    assert report.accepted == accepted
    assert accepted or "before birth" in reasons(report)[0]


# Created people


def test_created_person_is_enrolled_on_the_first_record_of_the_file(engine: Engine) -> None:
    file = parsed("scores", [score("9", "2026-02-01"), score("9", "2026-01-12", 16)])

    report = bring_in(engine, file, create_patients=True)

    assert counts(report) == (2, 0, 0, 0)
    episodes = known(engine).episodes
    assert episodes["enrolled_on"].tolist() == [pd.Timestamp("2026-01-12")]
    assert episodes["status"].tolist() == ["active"]


def test_created_person_takes_what_the_mapping_gives(engine: Engine) -> None:
    bring_in(engine, parsed("patients", [{"patient_id": "1", "site": "North"}]))
    who = people(
        {"line": 2, "patient_id": "9", "last_name": None, "birth_date": None, "enrolled_on": None, "site": None,
         "status": None},
        {"line": 3, "patient_id": "9", "last_name": "Ash", "birth_date": "1990-01-02", "enrolled_on": "2025-12-01",
         "site": "north", "status": "relapse prevention"},
    )  # fmt: skip
    file = parsed("scores", [score("9"), score("9", "2026-01-19")], people=who)

    bring_in(engine, file, create_patients=True)

    found = known(engine)
    assert found.patients.iloc[-1][["last_name", "site"]].tolist() == ["Ash", "North"]
    assert found.patients["birth_date"].iloc[-1] == pd.Timestamp("1990-01-02")
    assert found.episodes[["status"]].iloc[-1].tolist() == ["relapse prevention"]
    assert found.episodes["enrolled_on"].iloc[-1] == pd.Timestamp("2025-12-01")


def test_unknown_site_of_a_created_person_is_made(engine: Engine) -> None:
    who = people(
        {"line": 2, "patient_id": "9", "site": "East  Clinic"},
        {"line": 3, "patient_id": "10", "site": "east clinic"},
        {"line": 4, "patient_id": "11", "site": "x" * 300},
    )
    file = parsed("scores", [score("9"), score("10"), score("11")], people=who)

    report = bring_in(engine, file, create_patients=True)

    assert report.accepted == 3
    assert [note[:34] for note in report.notes] == ["1 cell with a name or a site left e"[:34]]
    sites = known(engine).patients["site"].iloc[-3:]
    assert sites.iloc[:2].tolist() == ["East Clinic", "East Clinic"]
    assert sites.isna().iloc[2]


def test_episodes_of_a_created_person_are_those_of_the_file_alone(engine: Engine) -> None:
    file = parsed("episodes", [{"patient_id": "9", "enrolled_on": "2026-01-05"}])

    bring_in(engine, file, create_patients=True)

    assert len(known(engine).episodes) == 1


def test_patients_file_makes_no_episode(engine: Engine) -> None:
    bring_in(engine, parsed("patients", [{"patient_id": "9"}]), create_patients=True)

    assert len(known(engine).patients) == 1
    assert known(engine).episodes.empty


# Known


def test_same_line_twice_is_once_accepted_and_once_known(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(), score()]))

    assert counts(report) == (1, 1, 0, 0)
    assert reasons(report) == ["Nothing new: the same as line 2."]


def test_two_totals_of_one_day_are_both_kept_in_order(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(total=15), score(total=13)]))

    assert report.accepted == 2
    assert known(engine).scores["total"].tolist() == [15, 13]


def test_line_that_fills_fewer_columns_is_known(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(mode="paper", items=ITEMS, total=13), score(total=13)]))

    assert counts(report) == (1, 1, 0, 0)


def test_line_that_fills_a_column_differently_is_new(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(mode="paper"), score(mode="phone")]))

    assert report.accepted == 2


def test_same_score_twice_on_one_line_is_one(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(), score(line=2, record=1)]))

    assert counts(report) == (1, 0, 0, 0)
    assert len(known(engine).scores) == 1


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("contacts", {"date": "2026-01-12", "kind": "follow-up", "attended": False, "minutes": 20, "staff": "Kim"}),
        ("treatments", {"date": "2026-01-12", "change": "start", "treatment": "sertraline", "dose": "50 mg"}),
        ("reviews", {"date": "2026-01-12", "consultant": "Dr. Rao", "due": "2026-04-01"}),
        ("safety", {"date": "2026-01-12", "kind": "acknowledged", "by": "Kim", "outcome": "assessed"}),
        ("plans", {"date": "2026-01-12", "warning_signs": "sleeps badly"}),
        ("coverage", {"payer": "Medicare", "from_on": "2025-01-01"}),
        ("diagnoses", {"code": "F32.1", "onset": "2025-12-01"}),
        ("episodes", {"enrolled_on": "2026-01-05", "follow_up_weeks": 2, "care_manager": "Kim", "site": "North"}),
        ("patients", {"last_name": "Ash", "birth_date": "1984-05-02", "site": "North"}),
        ("scores", {"date": "2026-01-12", "instrument": "gad7", "items": "1,1,,1,1,1,1", "functional": 1}),
    ],
)
def test_the_same_file_again_changes_nothing_whatever_its_kind(engine: Engine, kind: str, row: dict[str, Any]) -> None:
    patient(engine)
    file = parsed(kind, [{"patient_id": "0000071", **row}])

    first, again = bring_in(engine, file), bring_in(engine, file)

    assert counts(first) == (1, 0, 0, 0)
    assert counts(again) == (0, 1, 0, 0)
    assert len(again.kept) == 0
    with reading(engine) as connection:
        assert queries.counts(connection)[kind] == 1


def test_file_with_two_states_of_an_episode_again_changes_nothing(engine: Engine) -> None:
    patient(engine)
    rows = [
        {"patient_id": "0000071", "enrolled_on": "2025-01-06", "status": "active"},
        {"patient_id": "0000071", "enrolled_on": "2025-01-06", "status": "graduated", "closed_on": "2025-09-01"},
    ]
    file = parsed("episodes", rows, checksum="c0ffee")

    first, again = bring_in(engine, file), bring_in(engine, file)

    assert counts(first) == (2, 0, 0, 0)
    assert counts(again) == (0, 2, 0, 0)
    assert known(engine).episodes["status"].tolist() == ["graduated"]


def test_line_that_was_known_and_then_superseded_by_its_own_file_does_not_come_back(engine: Engine) -> None:
    patient(engine, last_name="Birch")
    rows = [{"patient_id": "0000071", "last_name": name} for name in ("Birch", "Ash")]
    file = parsed("patients", rows, checksum="c0ffee")

    first, again = bring_in(engine, file), bring_in(engine, file)

    assert counts(first) == (1, 1, 0, 0)
    assert counts(again) == (0, 2, 0, 0)
    assert known(engine).patients["last_name"].tolist() == ["Ash"]


def test_score_that_a_person_corrected_is_not_brought_back_by_its_file(engine: Engine) -> None:
    patient(engine)
    file = parsed("scores", [score(total=24)])
    bring_in(engine, file)
    wrong = int(known(engine).scores["score_id"].iloc[0])
    commands.correct_score(
        engine,
        KIM,
        token=token(),
        today=TODAY,
        score_id=wrong,
        why="typing error",
        taken_on=dt.date(2026, 1, 12),
        total=14,
    )

    report = bring_in(engine, file)

    assert counts(report) == (0, 1, 0, 0)
    assert "the correction stands" in reasons(report)[0]
    assert known(engine).scores["total"].tolist() == [14]


# Supersede


def test_other_values_of_a_patient_supersede_in_the_columns_that_are_filled(engine: Engine) -> None:
    patient(engine, last_name="Ash", sex="F")

    report = bring_in(engine, parsed("patients", [{"patient_id": "0000071", "last_name": "Birch"}]))

    assert report.accepted == 1
    row = known(engine).patients.iloc[0]
    assert (row["last_name"], row["sex"]) == ("Birch", "F")


def test_new_status_leaves_behind_what_belonged_to_the_old_one(engine: Engine) -> None:
    patient(engine)
    first = {"patient_id": "0000071", "enrolled_on": "2026-01-05", "care_manager": "Kim"}
    bring_in(engine, parsed("episodes", [first | {"status": "relapse prevention", "status_since": "2026-02-01"}]))

    bring_in(engine, parsed("episodes", [first | {"status": "active"}]))

    row = known(engine).episodes.iloc[0]
    assert row["status"] == "active"
    assert pd.isna(row["status_since"])
    assert row["care_manager"] == "Kim"


def test_items_that_agree_with_a_total_alone_supersede_it(engine: Engine) -> None:
    patient(engine)
    bring_in(engine, parsed("scores", [score(total=13, mode="paper")]))

    report = bring_in(engine, parsed("scores", [score(total=13, items=ITEMS, safety_answer=0)]))

    assert report.accepted == 1
    scores = known(engine).scores
    assert scores["safety_answer"].tolist() == [0]
    with reading(engine) as connection:
        forms = queries.forms(connection, 1, TODAY)
    assert forms["superseded_by"].tolist()[0] == forms["score_id"].tolist()[1]
    assert forms["mode"].tolist() == ["paper", "paper"]


def test_items_that_come_first_make_the_later_total_alone_known(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(total=13, items=ITEMS), score(total=13, mode="phone")]))

    assert counts(report) == (1, 1, 0, 0)


def test_items_with_another_sum_stand_beside_the_total(engine: Engine) -> None:
    patient(engine)

    bring_in(engine, parsed("scores", [score(total=14), score(total=13, items=ITEMS)]))

    assert known(engine).scores["total"].tolist() == [14, 13]


@pytest.mark.parametrize(("item9", "left"), [("0", 1), ("1", 2)])
def test_items_supersede_a_total_with_item_9_only_when_it_agrees(engine: Engine, item9: str, left: int) -> None:
    patient(engine)
    bring_in(engine, parsed("scores", [score(total=13, items=f",,,,,,,,{item9}")]))

    bring_in(engine, parsed("scores", [score(total=13, items=ITEMS)]))

    assert len(known(engine).scores) == left


def test_chosen_baseline_follows_the_form_that_supersedes_it(engine: Engine) -> None:
    person = enrolled(engine)
    alone = form(engine, person, total=13)
    with reading(engine) as connection:
        version = int(queries.episode_versions(connection, person)["version"].iloc[0])
    commands.choose_baseline(engine, KIM, token=token(), version=version, score_id=alone)

    bring_in(engine, parsed("scores", [score(on=ENROLLED.isoformat(), total=13, items=ITEMS)]))

    found = known(engine)
    assert found.episodes["baseline_score_id"].tolist() == found.scores["score_id"].tolist()


def test_file_of_episodes_keeps_a_chosen_baseline(engine: Engine) -> None:
    person = enrolled(engine)
    baseline = form(engine, person)
    with reading(engine) as connection:
        version = int(queries.episode_versions(connection, person)["version"].iloc[0])
    commands.choose_baseline(engine, KIM, token=token(), version=version, score_id=baseline)

    bring_in(engine, parsed("episodes", [{"patient_id": "0000071", "enrolled_on": ENROLLED, "consultant": "Dr. Rao"}]))

    assert known(engine).episodes["baseline_score_id"].tolist() == [baseline]


def test_file_of_episodes_keeps_the_aim_that_people_wrote(engine: Engine) -> None:
    person = enrolled(engine)
    with reading(engine) as connection:
        version = int(queries.episode_versions(connection, person)["version"].iloc[0])
    commands.change_episode(engine, KIM, token=token(), today=TODAY, version=version, target="Back at work")

    bring_in(engine, parsed("episodes", [{"patient_id": "0000071", "enrolled_on": ENROLLED, "consultant": "Dr. Rao"}]))

    assert known(engine).episodes["target"].tolist() == ["Back at work"]


def test_end_that_comes_for_an_open_coverage_supersedes_it(engine: Engine) -> None:
    patient(engine)
    row = {"patient_id": "0000071", "payer": "Medicare", "from_on": "2025-01-01"}
    bring_in(engine, parsed("coverage", [row]))

    bring_in(engine, parsed("coverage", [row | {"to_on": "2025-12-31"}]))

    with reading(engine) as connection:
        assert queries.export_frame(connection, "coverage", TODAY)["To"].tolist() == [pd.Timestamp("2025-12-31")]


# Episodes


def test_second_open_episode_is_rejected(engine: Engine) -> None:
    enrolled(engine)

    report = bring_in(engine, parsed("episodes", [{"patient_id": "0000071", "enrolled_on": "2026-02-02"}]))

    assert counts(report) == (0, 0, 1, 0)
    assert "enrolled 2026-01-05" in reasons(report)[0]


def test_new_episode_is_taken_when_the_file_closes_the_old_one_on_a_later_line(engine: Engine) -> None:
    enrolled(engine)
    rows = [
        {"patient_id": "0000071", "enrolled_on": "2026-02-02"},
        {"patient_id": "0000071", "enrolled_on": "2026-01-05", "status": "graduated", "closed_on": "2026-02-01"},
    ]

    report = bring_in(engine, parsed("episodes", rows))

    assert counts(report) == (2, 0, 0, 0)
    assert sorted(known(engine).episodes["status"]) == ["active", "graduated"]


def test_of_two_open_episodes_in_a_file_the_first_is_kept(engine: Engine) -> None:
    patient(engine)
    rows = [{"patient_id": "0000071", "enrolled_on": on} for on in ("2026-02-02", "2026-01-05")]

    report = bring_in(engine, parsed("episodes", rows))

    assert report.lines["outcome"].tolist() == ["accepted", "rejected"]
    assert known(engine).episodes["enrolled_on"].tolist() == [pd.Timestamp("2026-02-02")]


# Recorded at


def test_recorded_at_of_the_file_is_kept_and_orders_what_is_known(engine: Engine) -> None:
    patient(engine)
    early, late = dt.datetime(2026, 1, 13, 9, tzinfo=dt.UTC), dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)

    bring_in(engine, parsed("scores", [score(total=12, recorded_at=late), score(total=11, recorded_at=early)]))

    assert known(engine).scores["total"].tolist() == [11, 12]
    assert known(engine, known_at=early).scores["total"].tolist() == [11]
    assert known(engine).recorded_to == late


def test_recorded_at_in_the_future_is_rejected(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(recorded_at=dt.datetime(2199, 1, 1, tzinfo=dt.UTC))]))

    assert counts(report) == (0, 0, 1, 0)


def test_states_of_an_episode_stand_in_the_order_of_recording_not_of_lines(engine: Engine) -> None:
    patient(engine)
    row = {"patient_id": "0000071", "enrolled_on": "2025-01-06"}
    march, january = dt.datetime(2025, 3, 3, tzinfo=dt.UTC), dt.datetime(2025, 1, 6, tzinfo=dt.UTC)
    rows: list[dict[str, Any]] = [
        row | {"status": "discharged", "recorded_at": march},
        row | {"status": "active", "recorded_at": january},
    ]

    bring_in(engine, parsed("episodes", rows))

    assert known(engine).episodes["status"].tolist() == ["discharged"]
    assert known(engine, known_at=dt.datetime(2025, 2, 1, tzinfo=dt.UTC)).episodes["status"].tolist() == ["active"]


# Staff and sites


def test_staff_and_sites_that_a_file_names_are_made_and_spelled_one_way(engine: Engine) -> None:
    patient(engine, "1")
    patient(engine, "2")
    rows = [
        {"patient_id": "1", "enrolled_on": "2026-01-05", "care_manager": "Kim  Kwon", "site": "North"},
        {"patient_id": "2", "enrolled_on": "2026-01-05", "care_manager": "kim kwon", "site": "north"},
    ]

    bring_in(engine, parsed("episodes", rows))

    assert known(engine).episodes["care_manager"].tolist() == ["Kim Kwon", "Kim Kwon"]
    with reading(engine) as connection:
        assert queries.staff(connection)[["name", "role"]].values.tolist() == [["Kim Kwon", "care manager"]]
        assert queries.sites(connection) == ["North"]


def test_staff_named_on_a_rejected_line_are_not_made(engine: Engine) -> None:
    bring_in(engine, parsed("contacts", [{"patient_id": "404", "date": "2026-01-12", "kind": "other", "staff": "Kim"}]))

    with reading(engine) as connection:
        assert queries.staff(connection).empty


# Limits, checked again


@pytest.mark.parametrize(
    ("kind", "row", "word"),
    [
        ("contacts", {"date": "2026-01-12", "kind": "chat"}, "Kind"),
        ("contacts", {"date": "2026-01-12", "kind": "other", "minutes": 1441}, "Minutes"),
        ("contacts", {"date": None, "kind": "other"}, "Date"),
        ("scores", {"date": "2026-01-12", "instrument": "phq9", "total": 28}, "outside 0 to 27"),
        ("scores", {"date": "2026-01-12", "instrument": "phq9", "total": 11.6}, "Total"),
        ("scores", {"date": "2026-01-12", "instrument": "nonsense", "total": 3}, "nonsense"),
        ("scores", {"date": "2026-01-12", "instrument": "phq9"}, "neither"),
        ("scores", {"date": "1899-12-31", "instrument": "phq9", "total": 3}, "1900"),
        ("episodes", {"enrolled_on": "2026-01-05", "closed_on": "2026-01-04"}, "before"),
        ("episodes", {"enrolled_on": "2026-01-05", "status": "asleep"}, "Status"),
        ("safety", {"date": "2026-01-12", "kind": "acknowledged", "by": "Kim"}, "Outcome"),
        ("treatments", {"date": "2026-01-12", "change": "start", "dose": "50\x00mg"}, "control"),
        ("plans", {"date": "2026-01-12", "contacts": "x" * 4001}, "too long"),
        ("coverage", {"payer": "somebody", "from_on": "2025-01-01"}, "Payer"),
    ],
)
def test_record_that_the_tables_would_refuse_is_rejected_with_words(
    engine: Engine, kind: str, row: dict[str, Any], word: str
) -> None:
    patient(engine)

    report = bring_in(engine, parsed(kind, [{"patient_id": "0000071", **row}]))

    assert counts(report) == (0, 0, 1, 0)
    assert word in reasons(report)[0]


# Lines


def test_line_refused_in_reading_stays_so_and_is_kept_in_the_ledger(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score()], refused={3: "PHQ-9 total 28 is above 27."}))

    assert counts(report) == (1, 0, 1, 0)
    assert report.batch_id is not None
    with reading(engine) as connection:
        lines = queries.refused_lines(connection, report.batch_id)
    assert lines[["line", "outcome"]].values.tolist() == [[3, "rejected"]]
    assert lines["reasons"].tolist() == [["PHQ-9 total 28 is above 27."]]


def test_line_with_good_and_refused_scores_is_mixed(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score()], refused={2: "GAD-7 total 22 is above 21."}))

    assert counts(report) == (0, 0, 0, 1)
    assert len(report.kept) == 1


def test_line_of_which_the_store_refuses_one_score_is_mixed(engine: Engine) -> None:
    patient(engine)

    report = bring_in(engine, parsed("scores", [score(), score(line=2, record=1, total=28)]))

    assert counts(report) == (0, 0, 0, 1)


def test_line_with_new_and_known_scores_is_accepted(engine: Engine) -> None:
    patient(engine)
    bring_in(engine, parsed("scores", [score()]))

    report = bring_in(engine, parsed("scores", [score(), score(line=2, record=1, on="2026-01-19")]))

    assert counts(report) == (1, 0, 0, 0)
    assert len(report.kept) == 1
    assert reasons(report) == []


def test_file_with_open_questions_keeps_nothing(engine: Engine) -> None:
    patient(engine)
    ask = Question("date_order", "03/04/2025: 3 April or March 4?", "Visit", ("DMY", "MDY"))

    report = bring_in(engine, parsed("scores", [score()], questions=[ask]))

    assert counts(report) == (0, 0, 0, 0)
    assert report.questions == [ask]
    assert known(engine).scores.empty


# Whole or not at all


def test_dry_run_gives_the_same_report_and_keeps_nothing(engine: Engine) -> None:
    file = parsed("scores", [score("9"), score("9"), score("404", total=28)])

    tried = bring_in(engine, file, create_patients=True, dry_run=True)

    assert tried.batch_id is None
    with reading(engine) as connection:
        assert queries.is_empty(connection)
        assert queries.batches(connection).empty
    assert counts(bring_in(engine, file, create_patients=True)) == counts(tried)


class Killed(BaseException):
    """What Streamlit does to a script: no Exception."""


def test_kill_in_the_middle_leaves_nothing(engine: Engine) -> None:
    def kill(share: float, _what: str) -> None:
        if share > 0.9:
            raise Killed

    with pytest.raises(Killed):
        commands.import_file(
            engine, KIM, parsed("scores", [score("9")]), ImportOptions(TODAY, create_patients=True), progress=kill
        )

    with reading(engine) as connection:
        assert queries.is_empty(connection)
        assert queries.batches(connection).empty
        assert queries.data_version(connection) == 0


def test_database_error_in_the_middle_leaves_nothing_and_names_no_value(engine: Engine) -> None:
    patient(engine)
    with engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("CREATE UNIQUE INDEX one_total ON score (total)")

    with pytest.raises(Refused) as refusal:
        bring_in(engine, parsed("scores", [score(), score(on="2026-01-19")]))

    assert "14" not in str(refusal.value)
    assert known(engine).scores.empty
    with reading(engine) as connection:
        assert queries.batches(connection).empty


def test_import_needs_its_right(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        commands.import_file(engine, NOBODY, parsed("scores", [score()]), ImportOptions(TODAY, create_patients=True))


def test_same_token_again_makes_no_second_batch_of_records(engine: Engine) -> None:
    patient(engine)
    file, act = parsed("scores", [score()]), token()

    first = commands.import_file(engine, KIM, file, ImportOptions(TODAY), token=act)
    again = commands.import_file(engine, KIM, file, ImportOptions(TODAY), token=act)

    assert (first.accepted, again.accepted) == (1, 0)
    assert len(known(engine).scores) == 1


def test_mapping_is_kept_with_its_layout_and_the_newest_is_offered(engine: Engine) -> None:
    patient(engine)
    for heading in ("Visit", "Seen"):
        mapping = {"mapping": {"date": heading}, "dates": {"values": {"0": dt.date(2026, 1, 1)}}}
        bring_in(engine, parsed("scores", [score()], layout="MRN|Visit|Total", mapping=mapping))

    with reading(engine) as connection:
        kept = queries.mapping_for(connection, "MRN|Visit|Total", "scores")
        assert queries.mapping_for(connection, "MRN|Visit|Total", "contacts") is None
    assert kept == {"mapping": {"date": "Seen"}, "dates": {"values": {"0": "2026-01-01"}}}


def test_audit_of_an_import_holds_counts_and_no_values(engine: Engine) -> None:
    patient(engine)
    bring_in(engine, parsed("scores", [score()]))

    with reading(engine) as connection:
        row = queries.audit(connection).iloc[0]
    assert (row["action"], row["what"], row["by"]) == ("import", "scores", "Kim Kwon")
    assert '"accepted": 1' in row["details"]
    assert "0000071" not in " ".join(map(str, row))
