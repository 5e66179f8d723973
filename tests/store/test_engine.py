"""No update is lost, reads pass while somebody writes, and no error carries a value of a row."""

import sqlite3
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from bhi_core.errors import Refused
from bhi_core.store import engine as opening
from bhi_core.store.engine import connect_engine, is_current, migrate, reading, run_migrations, writing
from tests.store.making import patient

THREADS, TIMES = 8, 40


def one_setting(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO setting (id, recorded_at, recorded_by, key, value) "
                "VALUES (1, '2026-01-01 00:00:00.000000', '', 'n', '0')"
            )
        )


def value(connection: Any) -> int:
    return int(connection.execute(text("SELECT value FROM setting WHERE id = 1")).scalar_one())


def test_every_one_of_320_updates_that_read_first_is_kept(engine: Engine) -> None:
    one_setting(engine)

    def add_one(_: int) -> None:
        with writing(engine) as connection:
            now = value(connection)
            connection.execute(text("UPDATE setting SET value = :next WHERE id = 1"), {"next": str(now + 1)})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(add_one, range(THREADS * TIMES)))

    with reading(engine) as connection:
        assert value(connection) == THREADS * TIMES


def test_reads_pass_while_somebody_writes(engine: Engine) -> None:
    one_setting(engine)

    with writing(engine) as writer:
        writer.execute(text("UPDATE setting SET value = '7' WHERE id = 1"))
        with reading(engine) as reader:
            assert value(reader) == 0


def test_a_read_sees_one_moment_however_long_it_lasts(engine: Engine) -> None:
    one_setting(engine)

    with reading(engine) as reader:
        before = value(reader)
        with writing(engine) as writer:
            writer.execute(text("UPDATE setting SET value = '7' WHERE id = 1"))
        assert value(reader) == before


class Killed(BaseException):
    """What Streamlit does to a script: no Exception."""


def test_kill_inside_a_write_rolls_back_and_frees_the_lock(engine: Engine) -> None:
    one_setting(engine)

    with pytest.raises(Killed), writing(engine) as connection:
        connection.execute(text("UPDATE setting SET value = '7' WHERE id = 1"))
        raise Killed

    with writing(engine) as connection:
        assert value(connection) == 0


def test_work_that_is_not_to_be_kept_is_rolled_back(engine: Engine) -> None:
    one_setting(engine)

    with writing(engine, keep=False) as connection:
        connection.execute(text("UPDATE setting SET value = '7' WHERE id = 1"))

    with reading(engine) as connection:
        assert value(connection) == 0


def test_refused_row_stands_neither_in_the_error_nor_in_its_traceback(engine: Engine) -> None:
    with pytest.raises(Refused) as refusal, writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO patient (id, patient_id, recorded_at, recorded_by, mrn, last_name, birth_date) "
                "VALUES (:id, 1, :at, '', :mrn, :name, :born)"
            ),
            {"id": 1, "at": "2026-01-01 00:00:00.000000", "mrn": "4711", "name": "Ash", "born": "1776-07-04"},
        )

    told = "".join(traceback.format_exception(refusal.value))
    assert "ck_patient_birth_date_in_range" in str(refusal.value)
    assert not any(secret in told for secret in ("4711", "Ash", "1776-07-04"))


def test_missing_tables_say_which_command_makes_them(bare_url: str) -> None:
    run_migrations(bare_url, "base")
    engine = connect_engine(bare_url)

    with pytest.raises(Refused, match="bhi_core migrate"), reading(engine) as connection:
        connection.execute(text("SELECT * FROM patient"))
    engine.dispose()


def test_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are notes, and no database at all " * 100)
    engine = connect_engine(f"sqlite:///{tmp_path / 'notes.db'}")

    with pytest.raises(Refused, match="not a database"), reading(engine):
        pass


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all/registry.db", "postgresql://nobody@127.0.0.1:1/nowhere?connect_timeout=1"],
)
def test_database_that_cannot_be_opened_is_said_in_a_sentence(url: str) -> None:
    engine = connect_engine(url)

    with pytest.raises(Refused, match="could not be opened"), reading(engine):
        pass
    engine.dispose()


@pytest.mark.parametrize("url", ["registry.db", "mysql://server/registry", ""])
def test_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="BHI_DATABASE_URL"):
        connect_engine(url)


def test_locked_database_is_said_to_be_busy(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
    other = connect_engine(str(sqlite_engine.url))

    with writing(sqlite_engine), pytest.raises(Refused, match="busy"), writing(other):
        pass
    other.dispose()


def test_sqlite_is_set_so_that_a_commit_survives_a_power_cut(sqlite_engine: Engine) -> None:
    with reading(sqlite_engine) as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]

    assert told == ["wal", 2, 1]


def test_audit_rows_can_be_neither_changed_nor_deleted(engine: Engine) -> None:
    patient(engine)

    for act in ("UPDATE audit SET action = 'nothing'", "DELETE FROM audit"):
        with pytest.raises(Refused, match="only ever added"), writing(engine) as connection:
            connection.execute(text(act))


def test_database_is_current_only_when_it_has_the_newest_tables(bare_url: str) -> None:
    engine = connect_engine(bare_url)
    before = is_current(engine)
    migrate(engine)
    after = is_current(engine)
    run_migrations(engine, "base")

    assert (before, after, is_current(engine)) == (False, True, False)
    engine.dispose()


def test_newest_revision_is_the_one_that_the_engine_looks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))

    assert ScriptDirectory.from_config(config).get_heads() == [opening.NEWEST]


def test_database_of_a_newer_program_is_left_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Refused, match="newer version"):
        migrate(engine)


def test_two_programs_that_migrate_at_once_make_one_database(bare_url: str) -> None:
    together = threading.Barrier(2)

    def make(_: int) -> None:
        together.wait()
        migrate(bare_url)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make, range(2)))

    engine = connect_engine(bare_url)
    assert is_current(engine)
    engine.dispose()


def test_backup_of_the_file_holds_what_was_committed(sqlite_engine: Engine, tmp_path: Path) -> None:
    patient(sqlite_engine)
    with sqlite3.connect(str(sqlite_engine.url.database)) as source, sqlite3.connect(tmp_path / "copy.db") as copy:
        source.backup(copy)
    source.close()

    assert copy.execute("SELECT count(*) FROM patient").fetchone() == (1,)
    copy.close()
