"""What the commands share: the database, dates, files, and what is said to whom. Nothing is decided here."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import Engine

from bhi_core import clock, settings
from bhi_core.domain import instruments
from bhi_core.domain.actor import Actor, local_person
from bhi_core.domain.records import KINDS, ImportReport
from bhi_core.errors import Refused
from bhi_core.store import queries
from bhi_core.store.engine import connect_engine, is_current, reading

if TYPE_CHECKING:
    from bhi_core.intake import Opened

DONE, NEEDS_A_PERSON, UNUSABLE, SOME_REJECTED = 0, 1, 2, 3
PROGRAM = "python -m bhi_core"

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Date of care; today if not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]

Give = Callable[[dict[str, Any]], None]

_open_databases: list[Engine] = []


def database(*, needs_tables: bool = True) -> Engine:
    """Open the database that the setting names, and configure the clinic's own instruments.

    Raises:
        Refused: it cannot be opened, or has no tables yet though they are needed.
    """
    chosen = settings.read()
    instruments.configure([chosen.extra_instruments.resolve()] if chosen.extra_instruments else [])
    found = connect_engine(chosen.database_url)
    _open_databases.append(found)
    if needs_tables and not is_current(found):
        raise Refused(f"The database is not made yet, or is of an older version: run {PROGRAM} migrate first.")
    return found


def close_databases() -> None:
    """Let go of every database that a command opened."""
    while _open_databases:
        _open_databases.pop().dispose()


def database_for_files() -> Engine:
    """Open the database for a file: never the demo clinic's own, which is made anew each week."""
    if settings.read().is_demo:
        raise Refused("No database is named: set BHI_DATABASE_URL, for example to sqlite:///registry.db.")
    return database()


def database_to_ask() -> Engine | None:
    """Open the database for the mappings that it keeps; None where none is named or made yet."""
    found = database(needs_tables=False)
    return found if not settings.read().is_demo and is_current(found) else None


def read_date(given: str | None) -> date | None:
    """Read a date of care, None where none is given."""
    try:
        return None if given is None else datetime.strptime(given.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise Refused(f'"{given}" is not a date: write --as-of as YYYY-MM-DD, for example 2026-03-02.') from None


def date_of_care(given: str | None, asked: Engine | None) -> date:
    """Give the date of care: as given, else today in the clinic's zone."""
    return read_date(given) or clock.today(clinic_zone(asked))


def read_moment(given: str | None, asked: Engine) -> datetime | None:
    """Read a moment; one without a zone is the clinic's."""
    try:
        moment = None if given is None else datetime.fromisoformat(given.strip())
    except ValueError:
        raise Refused(f'"{given}" is not a moment: write --known-at as 2026-03-02T17:30.') from None
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=clock.zone(clinic_zone(asked)))


def clinic_zone(asked: Engine | None) -> str:
    """Give the clinic's time zone, by its IANA name."""
    if asked is None or not is_current(asked):
        return settings.DEFAULT_ZONE
    with reading(asked) as connection:
        return str(queries.settings(connection).get("clinic_zone", settings.DEFAULT_ZONE))


def opened(asked: Engine | None, file: Path, kind: str, mapping: Path | None, day: date) -> "Opened":
    """Read the file, with the mapping that was given, else the one kept for its layout, else a guess."""
    from bhi_core import intake

    check_kind(kind)
    bytes_ = content(file)
    told = intake.from_toml(content(mapping), kind) if mapping is not None else None

    def kept(layout: str) -> dict[str, Any] | None:
        if asked is None:
            return None
        with reading(asked) as connection:
            return queries.mapping_for(connection, layout, kind)

    return intake.open_file(bytes_, file.name, kind, told, as_of=day, clinic_zone=clinic_zone(asked), kept=kept)


def check_kind(kind: str) -> None:
    """Refuse a word that is no kind of record."""
    if kind not in KINDS:
        raise Refused(f'"{kind}" is no kind of record: use one of {", ".join(KINDS)}.')


def content(file: Path) -> bytes:
    """Give a file's bytes."""
    with _whose_path(file, "read"):
        return file.read_bytes()


def write(file: Path, bytes_: bytes) -> None:
    """Write a file; what it held before is gone."""
    with _whose_path(file, "written"):
        file.write_bytes(bytes_)


@contextmanager
def _whose_path(file: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Refused(f"{file} cannot be {what} ({problem.strerror or 'unknown reason'}): check the path.") from None


@contextmanager
def reported(out: Path | None, file: Path, kind: str, *, as_json: bool) -> Iterator[Give]:
    """Write an import's report whatever happens: also when the file, its mapping or the database cannot be used.

    Args:
        out: where to, None for no report. It is opened at once, so that nothing is kept without its report.
        file: what is brought in.
        kind: what its records are said to be.
        as_json: whether the document goes to standard output as well.
    """
    if out is not None:
        with _whose_path(out, "written"):
            if out.exists() and file.exists() and out.samefile(file):
                raise Refused(f"{out} is the file itself: name another one for the report.")
            out.open("ab").close()

    def report(document: dict[str, Any]) -> None:
        if out is not None:
            write(out, json.dumps(document, ensure_ascii=False, indent=1).encode())
        if as_json:
            give(document)

    try:
        yield report
    except Exception as wrong:
        report(_refusal(file.name, kind, str(wrong) if isinstance(wrong, Refused) else fault_of_the_program(wrong)))
        raise


def _refusal(file: str, kind: str, why: str) -> dict[str, Any]:
    """Give the report of a file that could not be used: no row was read, and the sentence says why."""
    counts = dict.fromkeys(("rows", "accepted", "known", "rejected", "mixed"), 0)
    lists: dict[str, list[Any]] = {"set_aside": [], "notes": [why], "questions": [], "unmapped": [], "lines": []}
    return {"file": file, "kind": kind, **counts, **lists}


def summary(result: ImportReport, *, dry_run: bool) -> str:
    """Say what became of the file."""
    if result.questions:
        asked = (f"{one.ask} [{', '.join(one.options)}]" if one.options else one.ask for one in result.questions)
        return f"{result.file}: nothing was kept, this must be said in the mapping first: {' '.join(asked)}"
    start = "Would be" if dry_run else "Rows"
    return (
        f"{result.file}: {start} accepted {result.accepted} + known {result.known} + rejected {result.rejected} "
        f"+ mixed {result.mixed} = {result.rows}."
    )


def import_status(result: ImportReport) -> int:
    """Give the exit status of an import."""
    if result.questions:
        return UNUSABLE
    return SOME_REJECTED if result.rejected or result.mixed else DONE


@contextmanager
def progress(what: str) -> Iterator[Callable[[float, str], None] | None]:
    """Show a bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share, doing: bar.update(task, completed=share, description=doing)


def person() -> Actor:
    """Give who acts from the command line: the one local person."""
    return local_person("command line")


def say(sentence: str) -> None:
    """Say something to a person, on standard error."""
    typer.echo(sentence, err=True)


def give(document: Any) -> None:
    """Give a document on standard output; letters that it cannot write are escaped."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    typer.echo(json.dumps(document, ensure_ascii=plain, indent=1))


def fault_of_the_program(wrong: BaseException) -> str:
    """Say where a fault of the program is, without any value: those could be a patient's."""
    place = traceback.extract_tb(wrong.__traceback__)[-1]
    where = f"{type(wrong).__name__}, {Path(place.filename).name} line {place.lineno}"
    return f"This could not be done, and nothing was kept: a fault of the program ({where}). Please report it."
