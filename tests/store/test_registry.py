"""What is known at two times: dated up to one day, recorded up to one moment, and of whom."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from bhi_core.domain.registry import Registry
from bhi_core.store import commands, queries
from bhi_core.store.bulk import escaped, insert
from bhi_core.store.engine import reading, writing
from bhi_core.store.queries import Scope
from bhi_core.store.queries.scores import days_of
from bhi_core.store.tables import Plan, Score, table
from tests.store.making import (
    ENROLLED,
    KIM,
    TODAY,
    bring_in,
    enrolled,
    form,
    known,
    parsed,
    patient,
    score,
    token,
)


def moment(day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2026, 2, day, hour, tzinfo=dt.UTC)


def set_moment(engine: Engine, table_name: str, row: int, **moments: dt.datetime) -> None:
    """Say by hand when a row was recorded or replaced."""
    for column, at in moments.items():
        with writing(engine) as connection:
            stamp = at.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if connection.dialect.name == "sqlite" else "+00")
            connection.execute(
                text(f"UPDATE {table_name} SET {column} = :at WHERE id = :row"), {"at": stamp, "row": row}
            )


TYPES = {
    "patients": "patient_id:int64 mrn:str last_name:str first_name:str birth_date:datetime64[s] sex:str race:str "
    "ethnicity:str language:str payer:str site:str pcp:str",
    "episodes": "episode_id:int64 patient_id:int64 enrolled_on:datetime64[s] status:str status_since:datetime64[s] "
    "closed_on:datetime64[s] reason:str care_manager:str consultant:str follow_up_weeks:float64 condition:str "
    "primary_instrument:str consent_on:datetime64[s] baseline_score_id:float64 target:str site:str",
    "scores": "score_id:int64 patient_id:int64 instrument:category taken_on:datetime64[s] recorded_order:int64 "
    "total:float64 safety_answer:int8 assigned:bool",
    "contacts": "contact_id:int64 patient_id:int64 date:datetime64[s] kind:str modality:str attended:bool "
    "minutes:float64 staff:str next_due:datetime64[s]",
    "treatments": "treatment_id:int64 patient_id:int64 date:datetime64[s] change:str treatment:str dose:str why:str",
    "reviews": "review_id:int64 patient_id:int64 date:datetime64[s] consultant:str discussed:str recommendation:str "
    "category:str owner:str due:datetime64[s] meeting_id:float64 recorded_at:datetime64[us, UTC]",
    "safety": "safety_id:int64 patient_id:int64 date:datetime64[s] kind:str level:str by:str outcome:str",
    "plans": "plan_id:int64 patient_id:int64 date:datetime64[s] medications:str warning_signs:str what_helps:str "
    "contacts:str",
    "requests": "request_id:int64 patient_id:int64 date:datetime64[s] reason:str by:str "
    "recorded_at:datetime64[us, UTC]",
    "snoozes": "snooze_id:int64 patient_id:int64 date:datetime64[s] until:datetime64[s] reason:str by:str",
    "steps": "step_id:int64 review_id:int64 patient_id:int64 date:datetime64[s] status:str why:str "
    "treatment_id:float64 by:str",
}
TYPES["corrected_safety"] = TYPES["scores"]


def one_of_each(engine: Engine) -> int:
    person = enrolled(engine, care_manager="Kim", consultant="Dr. Rao", site="North", follow_up_weeks=2)
    form(engine, person)
    wrong = form(engine, person, TODAY, items=(0, 0, 0, 0, 0, 0, 0, 0, 1))
    on: dict[str, Any] = {"today": TODAY, "patient_id": person, "date": ENROLLED}
    commands.withdraw_score(engine, KIM, token=token(), score_id=wrong, why="another patient's")
    commands.record_contact(engine, KIM, token=token(), kind="other", attended=True, **on)
    commands.record_treatment(engine, KIM, token=token(), change="start", **on)
    commands.record_review(engine, KIM, token=token(), recommendation="wait", **on)
    commands.raise_flag(engine, KIM, token=token(), **on)
    commands.record_plan(engine, KIM, token=token(), **on)
    then: dict[str, Any] = {"today": ENROLLED, "patient_id": person, "reason": "on leave"}
    commands.request_discussion(engine, KIM, token=token(), **then)
    commands.snooze(engine, KIM, token=token(), until=TODAY, **then)
    commands.step_recommendation(engine, KIM, token=token(), today=TODAY, date=ENROLLED, review_id=1, status="accepted")
    return person


@pytest.mark.parametrize("filled", [True, False])
def test_frames_have_the_columns_and_types_promised_also_when_empty(engine: Engine, filled: bool) -> None:
    if filled:
        one_of_each(engine)

    found = known(engine)

    for name, types in TYPES.items():
        frame: pd.DataFrame = getattr(found, name)
        assert " ".join(f"{column}:{frame[column].dtype}" for column in frame) == types, name
        assert len(frame) == filled, name
    assert (found.recorded_to is not None) == filled


@pytest.mark.parametrize(("as_of", "seen"), [(ENROLLED - dt.timedelta(days=1), 0), (ENROLLED, 1)])
def test_events_after_the_date_of_care_do_not_count(engine: Engine, as_of: dt.date, seen: int) -> None:
    one_of_each(engine)

    found = known(engine, as_of)

    names = (
        "episodes", "scores", "contacts", "treatments", "reviews", "safety", "plans", "requests", "snoozes", "steps"
    )  # fmt: skip
    assert [len(getattr(found, name)) for name in names] == [seen] * len(names)
    assert len(found.patients) == 1


def test_site_of_an_episode_is_its_own_else_the_patients(engine: Engine) -> None:
    for mrn, site in (("1", "North"), ("2", None)):
        person = patient(engine, mrn, site="South")
        commands.enrol(engine, KIM, token=token(), today=TODAY, patient_id=person, enrolled_on=ENROLLED, site=site)

    assert known(engine).episodes["site"].tolist() == ["North", "South"]


def corrected(engine: Engine) -> tuple[int, int]:
    """Record 24 on 1 February and correct it to 14 on the 10th."""
    person = enrolled(engine)
    wrong = form(engine, person, total=24)
    right = commands.correct_score(
        engine, KIM, token=token(), today=TODAY, score_id=wrong, why="typing error", taken_on=ENROLLED, total=14
    ).record_id
    assert right is not None
    for name in ("patient", "episode", "score"):
        set_moment(engine, name, 1, recorded_at=moment(1))
    set_moment(engine, "score", wrong, superseded_at=moment(10))
    set_moment(engine, "score", right, recorded_at=moment(10))
    return wrong, right


@pytest.mark.parametrize(
    ("known_at", "totals"),
    [
        (moment(1) - dt.timedelta(microseconds=1), []),
        (moment(1), [24]),
        (moment(10) - dt.timedelta(microseconds=1), [24]),
        (moment(10), [14]),
        (None, [14]),
    ],
)
def test_correction_counts_from_the_moment_it_was_made(
    engine: Engine, known_at: dt.datetime | None, totals: list[int]
) -> None:
    corrected(engine)

    assert known(engine, known_at=known_at).scores["total"].tolist() == totals


def test_history_of_forms_is_that_of_the_moment_too(engine: Engine) -> None:
    corrected(engine)

    with reading(engine) as connection:
        then = queries.forms(connection, 1, TODAY, moment(9))
        now = queries.forms(connection, 1, TODAY)

    assert then["superseded_at"].isna().tolist() == [True]
    assert now["superseded_at"].isna().tolist() == [False, True]


def test_corrected_positive_item_9_counts_as_corrected_only_from_then_on(engine: Engine) -> None:
    person = enrolled(engine)
    wrong = form(engine, person, items=(0, 0, 0, 0, 0, 0, 0, 0, 2))
    commands.withdraw_score(engine, KIM, token=token(), score_id=wrong, why="another patient's")
    for name in ("patient", "episode"):
        set_moment(engine, name, 1, recorded_at=moment(1))
    set_moment(engine, "score", wrong, recorded_at=moment(1), superseded_at=moment(10))

    def seen(at: dt.datetime) -> tuple[int, int]:
        found = known(engine, known_at=at)
        return len(found.scores), len(found.corrected_safety)

    assert (seen(moment(9)), seen(moment(10))) == ((1, 0), (0, 1))


def test_person_recorded_later_than_an_episode_is_known_with_it(engine: Engine) -> None:
    enrolled(engine)
    set_moment(engine, "episode", 1, recorded_at=moment(1))

    then, before = known(engine, known_at=moment(2)), known(engine, known_at=moment(1, 0))

    assert (len(then.patients), len(then.episodes)) == (1, 1)
    assert (len(before.patients), len(before.episodes)) == (0, 0)


def test_order_of_recording_is_the_moment_then_the_line(engine: Engine) -> None:
    patient(engine)
    late, early = moment(2), moment(1)
    rows = [score(total=1, recorded_at=late), score(total=2, recorded_at=early), score(total=3, recorded_at=early)]
    bring_in(engine, parsed("scores", rows))

    scores = known(engine).scores

    assert scores["total"].tolist() == [2, 3, 1]
    assert scores["recorded_order"].is_monotonic_increasing
    assert known(engine).recorded_to == late


SCOPES: list[tuple[Scope, list[str]]] = [
    (Scope(), ["1", "2", "3"]),
    (Scope(care_manager="Kim"), ["1", "2"]),
    (Scope(site="North"), ["1", "3"]),
    (Scope(consultant="Dr. Rao"), ["2"]),
    (Scope(care_manager="Kim", site="South"), ["2"]),
    (Scope(care_manager="Nobody"), []),
    (Scope(patient_ids=(1, 3)), ["1", "3"]),
    (Scope(patient_ids=()), []),
    (Scope(patient_ids=(1, 2), site="South"), ["2"]),
]


@pytest.mark.parametrize(("scope", "mrns"), SCOPES)
def test_scope_narrows_every_frame(engine: Engine, scope: Scope, mrns: list[str]) -> None:
    people = {
        "1": {"care_manager": "Kim"},
        "2": {"care_manager": "Kim", "consultant": "Dr. Rao", "site": "South"},
        "3": {"care_manager": "Lee", "site": "North"},
    }
    for mrn, episode in people.items():
        person = patient(engine, mrn, site="North")
        commands.enrol(engine, KIM, token=token(), today=TODAY, patient_id=person, enrolled_on=ENROLLED, **episode)
        form(engine, person)
        commands.record_plan(engine, KIM, token=token(), today=TODAY, patient_id=person, date=ENROLLED)

    with reading(engine) as connection:
        found: Registry = queries.registry(connection, scope, TODAY)

    assert found.patients["mrn"].tolist() == mrns
    ids = set(found.patients["patient_id"])
    for frame in (found.episodes, found.scores, found.plans):
        assert set(frame["patient_id"]) == ids


# The fast way of reading scores


def somebody(engine: Engine) -> None:
    """Add the one person, once for all examples of a property."""
    if known(engine).patients.empty:
        patient(engine)


def by_cells(engine: Engine) -> pd.DataFrame:
    """Read the scores as anybody would."""
    score_table = table(Score)
    with reading(engine) as connection:
        rows = connection.execute(score_table.select().where(score_table.c.superseded_at.is_(None))).mappings().all()
    made = pd.DataFrame([dict(row) for row in rows]).sort_values(["recorded_at", "id"], kind="stable")
    return pd.DataFrame(
        {
            "score_id": made["id"].to_numpy(),
            "patient_id": made["patient_id"].to_numpy(),
            "instrument": made["instrument"].to_numpy(dtype=object),
            "taken_on": made["date"].to_numpy(dtype="datetime64[s]"),
            "recorded_order": np.arange(len(made)),
            "total": made["total"].to_numpy(dtype=np.float64),
            "safety_answer": made["safety_answer"].to_numpy(),
            "assigned": made["assigned"].to_numpy(),
        }
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "date": st.dates(dt.date(1900, 1, 1), dt.date(2026, 3, 2)).map(dt.date.isoformat),
                "instrument": st.sampled_from(["phq9", "gad7", "pcl5"]),
                "total": st.one_of(st.none(), st.integers(0, 21)),
                "items": st.just(",1"),
                "safety_answer": st.integers(-2, 3),
                "assigned": st.booleans(),
                "recorded_at": st.datetimes(
                    dt.datetime(1970, 1, 1), dt.datetime(2026, 3, 1), timezones=st.just(dt.UTC)
                ),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_fast_reading_gives_what_reading_cell_by_cell_gives(engine: Engine, rows: list[dict[str, Any]]) -> None:
    somebody(engine)
    bring_in(engine, parsed("scores", [{"patient_id": "0000071", **row} for row in rows]))

    fast = known(engine).scores.astype({"instrument": object})

    pd.testing.assert_frame_equal(fast, by_cells(engine), check_dtype=False)


@given(st.dates(dt.date(1583, 1, 1), dt.date(2999, 12, 31)))
def test_days_of_a_written_date_are_those_of_the_calendar(date: dt.date) -> None:
    signs = np.frombuffer(date.isoformat().encode(), dtype=np.uint8).reshape(-1, 10)

    assert days_of(signs).tolist() == [(date - dt.date(1970, 1, 1)).days]


# Texts survive

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_comes_back_as_it_was_written(engine: Engine, texts: list[str | None]) -> None:
    somebody(engine)
    plan = table(Plan)
    with writing(engine) as connection:
        connection.execute(plan.delete())
        columns = {
            "id": np.arange(1, len(texts) + 1),
            "patient_id": 1,
            "recorded_at": moment(1),
            "recorded_by": "",
            "date": np.full(len(texts), np.datetime64("2026-01-05")),
            "contacts": pd.Series(texts, dtype="str"),
        }
        insert(connection, plan, columns, len(texts))

    with reading(engine) as connection:
        kept = [
            row[0] for row in connection.execute(plan.select().with_only_columns(plan.c.contacts).order_by(plan.c.id))
        ]

    assert kept == texts


@pytest.mark.parametrize("words", ["a\tb", "a\\b", "a\nb", "\\N", "\\.", "a\r\nb", "'", '"', "💊 5*3*2"])
def test_signs_that_bulk_writing_reads_as_something_else_survive(engine: Engine, words: str) -> None:
    patient(engine)

    bring_in(engine, parsed("plans", [{"patient_id": "0000071", "date": "2026-01-12", "contacts": words}]))

    assert known(engine).plans["contacts"].tolist() == [words]


def test_escaping_leaves_plain_text_alone() -> None:
    assert escaped("plain, 'quoted'") == "plain, 'quoted'"


def test_find_by_mrn_is_exact(engine: Engine) -> None:
    person = patient(engine, "0000071", last_name="Ash")

    with reading(engine) as connection:
        assert queries.patient_with(connection, " 0000071 ") == person
        assert queries.patient_with(connection, "71") is None
        assert queries.patients(connection)["last_name"].tolist() == ["Ash"]
