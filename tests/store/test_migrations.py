"""The migrations make exactly the tables that the models say, and take them away again."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from bhi_core.domain import instruments
from bhi_core.store import queries
from bhi_core.store.engine import connect_engine, migrate, reading, run_migrations, writing
from bhi_core.store.tables import metadata


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def checks(engine: Engine) -> dict[str, set[tuple[str, str]]]:
    seen = inspect(engine)
    return {
        name: {(str(check["name"]), str(check["sqltext"])) for check in seen.get_check_constraints(name)}
        for name in metadata.tables
    }


def test_migrated_database_is_what_the_models_say(engine: Engine) -> None:
    assert differences(engine) == []


def test_migrated_database_has_the_checks_that_the_models_say(bare_url: str) -> None:
    run_migrations(bare_url, "base")  # makes the folder
    engine = connect_engine(bare_url)
    metadata.create_all(engine)
    wanted = checks(engine)
    metadata.drop_all(engine)

    migrate(engine)

    assert sum(len(rules) for rules in wanted.values()) > 60
    assert checks(engine) == wanted
    engine.dispose()


def test_migrating_twice_changes_nothing(bare_url: str) -> None:
    migrate(bare_url)
    migrate(bare_url)

    engine = connect_engine(bare_url)
    assert differences(engine) == []
    engine.dispose()


def test_downgrade_takes_every_table_away_and_upgrade_brings_it_back(bare_url: str) -> None:
    migrate(bare_url)
    run_migrations(bare_url, "base")

    engine = connect_engine(bare_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    assert differences(engine) == []
    engine.dispose()


MOMENT = "2026-01-{day:02} 12:00:00.123456"
PATIENT = "INSERT INTO patient (id, patient_id, mrn, recorded_at, recorded_by) VALUES (1, 1, '0000071', :at, 'Kim')"
STAFF = "INSERT INTO staff (id, name, active, recorded_at, recorded_by) VALUES (1, 'Kim', :yes, :at, 'Kim')"
REVIEW = (
    "INSERT INTO review (id, recorded_at, recorded_by, batch_id, line, superseded_at, superseded_by, superseded_why, "
    "patient_id, date, consultant, discussed, recommendation, category, owner, due) VALUES (:id, :at, 'Kim', NULL, "
    ":line, :gone_at, :by, :why, 1, '2026-01-05', 'Kim', 'sleeps badly', :says, 'medication', 'Kim', '2026-02-02')"
)
BEFORE = (
    "id, recorded_at, recorded_by, batch_id, line, superseded_at, superseded_by, superseded_why, patient_id, date, "
    "consultant, discussed, recommendation, category, owner, due"
)
CHAIN: dict[int, tuple[int | None, int]] = {
    1: (3, 1),
    2: (None, 2),
    3: (6, 1),
    4: (None, 4),
    5: (None, 5),
    6: (None, 1),
}
"""Case review of a database of 0001 -> the row that replaced it, and its first version; 4 is withdrawn."""


@pytest.fixture
def old(bare_url: str) -> Iterator[Engine]:
    """Give a database of 0001 with case reviews that stand, were corrected twice and were withdrawn."""
    run_migrations(bare_url, "0001")
    engine = connect_engine(bare_url)

    def moment(day: int | None) -> str | None:
        zone = "" if engine.dialect.name == "sqlite" else "+00"
        return None if day is None else MOMENT.format(day=day) + zone

    with writing(engine) as connection:
        connection.execute(text(PATIENT), {"at": moment(1)})
        connection.execute(text(STAFF), {"at": moment(1), "yes": True})
        for row, (by, _) in CHAIN.items():
            gone = by or (9 if row == 4 else None)
            values = {"id": row, "at": moment(row), "line": row, "gone_at": moment(gone), "by": by}
            connection.execute(text(REVIEW), values | {"why": "error" if gone else None, "says": f"advice {row}"})
    yield engine
    engine.dispose()


def test_upgrade_gives_every_case_review_the_id_of_its_first_version_and_changes_nothing_else(old: Engine) -> None:
    with reading(old) as connection:
        before = connection.execute(text(f"SELECT {BEFORE} FROM review ORDER BY id")).all()

    migrate(old)

    with reading(old) as connection:
        after = connection.execute(text(f"SELECT {BEFORE} FROM review ORDER BY id")).all()
        more = connection.execute(text("SELECT id, review_id, meeting_id, place FROM review ORDER BY id")).all()
        problems = [what for what, count, _ in queries.check(connection, instruments.registry()) if count]
        found = queries.registry(connection, queries.EVERYBODY, dt.date(2026, 3, 2)).reviews
    assert after == before
    assert [tuple(row) for row in more] == [(row, first, None, None) for row, (_, first) in CHAIN.items()]
    assert problems == []
    assert sorted(zip(found["review_id"], found["recommendation"], strict=True)) == [
        (1, "advice 6"), (2, "advice 2"), (5, "advice 5")
    ]  # fmt: skip
    assert found.set_index("review_id").loc[1, "recorded_at"] == dt.datetime(2026, 1, 1, 12, 0, 0, 123456, dt.UTC)
    assert differences(old) == []


def test_case_reviews_survive_the_way_back(old: Engine) -> None:
    migrate(old)
    run_migrations(old, "0001", back=True)

    with reading(old) as connection:
        rows = connection.execute(text("SELECT id, recommendation FROM review ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(row, f"advice {row}") for row in CHAIN]
    assert "meeting" not in inspect(old).get_table_names()


EPISODE = (
    "INSERT INTO episode (id, episode_id, patient_id, enrolled_on, status, recorded_at, recorded_by) "
    "VALUES (1, 1, 1, '2026-01-05', 'active', :at, 'Kim')"
)


def test_episodes_get_an_empty_aim_and_survive_the_way_back(bare_url: str) -> None:
    run_migrations(bare_url, "0002")
    engine = connect_engine(bare_url)
    at = {"at": MOMENT.format(day=1) + ("" if engine.dialect.name == "sqlite" else "+00")}
    with writing(engine) as connection:
        connection.execute(text(PATIENT), at)
        connection.execute(text(EPISODE), at)

    migrate(engine)

    with writing(engine) as connection:
        assert connection.execute(text("SELECT id, target FROM episode")).all() == [(1, None)]
        connection.execute(text("UPDATE episode SET target = 'back at work'"))
    run_migrations(engine, "0002", back=True)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT id, status FROM episode")).all() == [(1, "active")]
    assert "target" not in {column["name"] for column in inspect(engine).get_columns("episode")}
    engine.dispose()
