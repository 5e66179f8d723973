"""Open the database, read from it and write to it so that no update is lost and no row value leaves in an error.

SQLite and PostgreSQL behave the same to the rest: a read sees one moment, writes come one after the other.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from bhi_core.errors import Refused
from bhi_core.store.errors import in_words
from bhi_core.store.tables import DataVersion, table

BUSY_MS = 20_000
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
)
NEWEST = "0004"
"""The revision of the newest migration."""

MIGRATING = 5_210_426
"""The number of the PostgreSQL advisory lock that one migration at a time holds."""


def connect_engine(url: str) -> Engine:
    """Make the engine for a database; nothing is opened yet.

    Args:
        url: an SQLAlchemy URL, ``sqlite:///path.db`` or ``postgresql+psycopg://...``.

    Raises:
        Refused: the URL cannot be read or names another kind of database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Refused("BHI_DATABASE_URL is not a database URL: write sqlite:///path.db or postgresql://...") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(parsed, hide_parameters=True, pool_size=20)
        event.listen(engine, "connect", _prepare_sqlite)
    elif backend == "postgresql":
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
        )
    else:
        raise Refused("BHI_DATABASE_URL names another kind of database: only SQLite and PostgreSQL are known.")
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _say_in_words)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Leave the transactions to us, and make a commit survive a power cut."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    """Begin; only a writer locks SQLite at once, so that what it read cannot go stale, and others may still read."""
    writes = connection.get_execution_options().get("write", False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")


def _say_in_words(context: ExceptionContext) -> None:
    """Raise our own error; the driver's text may hold the failing row, so it is taken out of what a log would print."""
    original = context.original_exception
    refused = in_words(original)
    if refused is None:
        return
    original.args = (type(original).__name__,)
    raise refused


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment of the database for as long as it is open."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, *, keep: bool = True) -> Iterator[Connection]:
    """Give a connection whose work is kept whole, or not at all when anything fails on the way.

    Writers come one after the other on both databases: what one reads cannot change before it writes.

    Args:
        keep: false rolls everything back at the end (a dry run).
    """
    with engine.execution_options(write=True).connect() as connection, connection.begin() as transaction:
        connection.execute(select(table(DataVersion).c.version).with_for_update()).scalar_one()
        yield connection
        if not keep:
            transaction.rollback()


def raw_cursor(connection: Connection) -> Any:
    """Give the driver's own cursor inside the connection's transaction, for bulk work."""
    return connection.connection.cursor()


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say errors of the driver's own cursor in words, as those that pass through SQLAlchemy are."""
    try:
        yield
    except Refused:
        raise
    except Exception as failed:
        refused = in_words(failed)
        if refused is None:
            raise
        raise refused from None


def is_current(engine: Engine) -> bool:
    """Say whether the tables are those of this program, without importing the migrations."""
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return False
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found == NEWEST


def migrate(target: Engine | str) -> None:
    """Create the tables or bring them up to date, in one transaction; a database that is up to date stays as it is.

    Raises:
        Refused: the database cannot be opened, or is newer than this program.
    """
    run_migrations(target, "head")


def run_migrations(target: Engine | str, revision: str, *, back: bool = False) -> None:
    """Upgrade to a revision, or downgrade to it when ``back`` or when it is ``"base"``."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    engine = connect_engine(target) if isinstance(target, str) else target
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    _make_folder(engine)
    try:
        with engine.execution_options(write=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            config.attributes["connection"] = connection
            if back or revision == "base":
                command.downgrade(config, revision)
            else:
                command.upgrade(config, revision)
    except CommandError:
        raise Refused(
            "The database was made by a newer version of this program: use that version, or another database."
        ) from None
    finally:
        if isinstance(target, str):
            engine.dispose()


def _make_folder(engine: Engine) -> None:
    """Make the folder of an SQLite file where it is missing.

    Raises:
        Refused: it cannot be made.
    """
    if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        folder = Path(str(engine.url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            why = problem.strerror or "unknown reason"
            raise Refused(
                f"The folder {folder} of the database cannot be made ({why}): check BHI_DATABASE_URL."
            ) from None
