"""The migrations make exactly the tables that the models say, and take them away again."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bhi_core.store.engine import connect_engine, migrate, run_migrations
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
