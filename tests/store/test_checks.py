"""What must not be is found when it is there, and only then."""

import pytest
from sqlalchemy import Engine, text

from bhi_core.domain import instruments
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading, writing
from tests.store.making import ENROLLED, KIM, TODAY, bring_in, enrolled, form, parsed, patient, score, token
from tests.store.weekly import weekly


def problems(engine: Engine) -> dict[str, tuple[int, list[int]]]:
    with reading(engine) as connection:
        found = queries.check(connection, instruments.registry())
    return {what: (count, ids) for what, count, ids in found if count}


def spoil(engine: Engine, *statements: str) -> None:
    """Damage the registry as no command could: without its keys."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            raw.cursor().execute(statement)
        raw.cursor().execute("PRAGMA foreign_keys = ON")
        raw.close()
        return
    with writing(engine) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text("SET session_replication_role = DEFAULT"))


@pytest.fixture
def sound(engine: Engine) -> Engine:
    """Give a registry with a corrected form, two patients and two files."""
    person = enrolled(engine)
    wrong = form(engine, person)
    commands.correct_score(
        engine, KIM, token=token(), today=TODAY, score_id=wrong, why="typing error", taken_on=ENROLLED, total=9
    )
    patient(engine, "2")
    bring_in(engine, parsed("scores", [score(), score("2")], refused={9: "no date"}))
    bring_in(engine, parsed("patients", [{"patient_id": "2", "last_name": "Birch"}]))
    return engine


def test_registry_without_any_file_has_no_problem(engine: Engine) -> None:
    form(engine, enrolled(engine))

    assert problems(engine) == {}


def test_sound_registry_has_no_problem(sound: Engine) -> None:
    assert problems(sound) == {}


COUNTED = "files of scores with fewer or more records than the ledger says"
BASELINES = "chosen baselines that are no form of the patient"


@pytest.mark.parametrize(
    ("statement", "what", "ids"),
    [
        ("UPDATE score SET instrument = 'gone' WHERE id = 2", "scores of an instrument that is not configured", [2]),
        ("UPDATE score SET total = 28 WHERE id = 2", "scores with a total outside the instrument's range", [2]),
        ("UPDATE score SET patient_id = 77 WHERE id = 2", "scores without a patient", [2]),
        ("UPDATE score SET superseded_by = 77 WHERE id = 1", "scores replaced by nothing that is there", [1]),
        ("UPDATE score SET batch_id = 77 WHERE id = 2", "scores of a file that is not in the ledger", [2]),
        ("UPDATE import_batch SET records = 1 WHERE id = 1", COUNTED, [1]),
        ("DELETE FROM refused_line", "files whose refused lines are not all kept", [1]),
        ("UPDATE episode SET baseline_score_id = 4 WHERE id = 1", BASELINES, [1]),
    ],
)
def test_damage_is_found_and_named_by_row(sound: Engine, statement: str, what: str, ids: list[int]) -> None:
    spoil(sound, statement)

    assert problems(sound) == {what: (len(ids), ids)}


def test_rows_that_replace_each_other_in_a_circle_are_found(sound: Engine) -> None:
    spoil(
        sound,
        "UPDATE score SET superseded_at = recorded_at, superseded_by = 1 WHERE id = 2",
        "UPDATE score SET superseded_by = 2 WHERE id = 1",
    )

    assert problems(sound) == {"scores that replace each other in a circle": (2, [1, 2])}


def test_two_open_episodes_are_found(sound: Engine) -> None:
    spoil(
        sound,
        "DROP INDEX uq_episode_open_patient_id",
        "INSERT INTO episode (id, episode_id, patient_id, recorded_at, recorded_by, enrolled_on, status) "
        "VALUES (9, 9, 1, '2026-01-01 00:00:00.000000', '', '2026-02-02', 'active')",
    )

    assert problems(sound) == {"patients with two open episodes": (1, [1])}


@pytest.fixture
def discussed(engine: Engine) -> Engine:
    """Give a registry with a meeting: what is typed, a recommendation reworded (1, 2), a step (1)."""
    found = weekly(engine)
    found.advise(1)
    review_id = found.finish().record_id or 0
    found.advise(1, {"words": "sertraline 150 mg"})
    found.finish()
    commands.step_recommendation(
        engine, KIM, token=token(), today=TODAY, review_id=review_id, status="accepted", date=TODAY
    )
    commands.record_treatment(engine, KIM, token=token(), today=TODAY, patient_id=2, date=TODAY, change="start")
    return engine


def test_registry_with_a_meeting_has_no_problem(discussed: Engine) -> None:
    assert problems(discussed) == {}


STRAYED = "case reviews whose lasting id is not their first version's"
TEXTLESS = "rivals of a field that holds no text"


@pytest.mark.parametrize(
    ("statement", "what", "ids"),
    [
        ("UPDATE review SET review_id = 77 WHERE id = 2", STRAYED, [2]),
        ("UPDATE meeting_entry SET rival_of = 2 WHERE id = 1", TEXTLESS, [1]),
        ("UPDATE agenda_item SET patient_id = 77 WHERE id = 2", "agenda items without a patient", [2]),
        ("UPDATE meeting_entry SET superseded_by = 77 WHERE superseded_at IS NOT NULL",
         "meeting entries replaced by nothing that is there", [2]),
        ("UPDATE recommendation_step SET patient_id = 2", "steps of another patient's recommendation", [1]),
        ("UPDATE recommendation_step SET status = 'enacted', treatment_id = 1",
         "steps enacted by another patient's treatment", [1]),
    ],
)  # fmt: skip
def test_damage_to_a_meeting_is_found_and_named_by_row(
    discussed: Engine, statement: str, what: str, ids: list[int]
) -> None:
    spoil(discussed, statement)

    assert problems(discussed).get(what, (0, [])) == (len(ids), ids)
