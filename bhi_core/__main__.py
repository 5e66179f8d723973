"""The command line: what the screens do, without a browser. Nothing is decided here.

Exit status: 0 done; 1 done, and something needs a person; 2 the input or the arguments could not be used;
3 done, but some rows were rejected. A refusal is one sentence on standard error.
"""

import json
import logging
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer
from sqlalchemy import Engine

from bhi_core import clock, settings
from bhi_core.domain import caseload as caseloads
from bhi_core.domain import instruments
from bhi_core.domain.actor import Actor, local_person
from bhi_core.domain.records import KINDS, ImportOptions, ImportReport
from bhi_core.errors import Refused
from bhi_core.store import queries
from bhi_core.store.engine import connect_engine, is_current, migrate, reading

if TYPE_CHECKING:
    from bhi_core.intake import Opened

DONE, NEEDS_A_PERSON, UNUSABLE, SOME_REJECTED = 0, 1, 2, 3

app = typer.Typer(
    name="python -m bhi_core",
    help="Scheduled imports, lists and checks for the registry named by BHI_DATABASE_URL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Date of care; today if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
Kind = Annotated[str, typer.Option("--kind", help="One of: " + ", ".join(KINDS) + ".")]
Source = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV, text or XLSX file.")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="A mapping file (TOML): which heading is what.")]


@app.command("migrate")
def migrate_() -> None:
    """Create the database or bring it up to date."""
    migrate(_engine(needs_tables=False))
    _say("The database is up to date.")


@app.command()
def seed(
    episodes: Annotated[int, typer.Option(min=1, help="Courses of care.")] = 300,
    number: Annotated[int, typer.Option("--seed", help="The same number gives the same clinic.")] = 1,
    as_of: AsOf = None,
) -> None:
    """Fill an empty database with the demo clinic; refuse one that holds anything else."""
    from bhi_core.demo import seeding

    engine = _engine(needs_tables=False)
    migrate(engine)
    kept = seeding.seed(engine, _day(as_of, engine), episodes=episodes, number=number)
    _say(f"The demo clinic is in the database: {kept} records of invented people.")


@app.command("import")
def import_(
    file: Source,
    kind: Kind,
    mapping: MappingFile = None,
    create_patients: Annotated[bool, typer.Option("--create-patients", help="Make unknown patients.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Work everything out, keep nothing.")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Where to write what became of each line.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Bring a file in, whole or not at all."""
    from bhi_core import intake
    from bhi_core.store import commands

    engine = _engine()
    day = _day(as_of, engine)
    parsed = _open(engine, file, kind, mapping, day).parsed
    options = ImportOptions(day, create_patients, dry_run)
    with _progress(f"Bringing in {file.name}") as step:
        result = commands.import_file(engine, _person(), parsed, options, progress=step)
    document = intake.as_json(result)
    if report is not None:
        _write(report, json.dumps(document, ensure_ascii=False, indent=1).encode())
    if as_json:
        _give(document)
    _say(_sentence(result, dry_run))
    for question in result.questions:
        _say(f"{question.ask} [{', '.join(question.options)}]" if question.options else question.ask)
    raise typer.Exit(_status(result))


@app.command()
def guess(file: Source, kind: Kind, mapping: MappingFile = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Print the mapping that would be proposed and what has to be asked; change nothing."""
    from bhi_core import intake

    engine = _engine() if "BHI_DATABASE_URL" in _environment() else None
    day = _day(as_of, engine)
    document = intake.guess_as_json(_open(engine, file, kind, mapping, day))
    if as_json:
        _give(document)
    else:
        typer.echo(json.dumps(document["mapping"], ensure_ascii=False, indent=1))
        for question in document["questions"]:
            _say(question["ask"])
    raise typer.Exit(DONE)


@app.command()
def caseload(
    target: Annotated[str | None, typer.Option(help="or (default), and: what counts as at target.")] = None,
    as_of: AsOf = None,
    known_at: Annotated[datetime | None, typer.Option("--known-at", help="With what was known at this moment.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the list in the order of the meeting, and everyone not listed, each with the reasons."""
    engine = _engine()
    _person().require("see caseload")
    with reading(engine) as connection:
        chosen = target or str(queries.settings(connection).get("target_rule", "or"))
        if chosen not in ("or", "and"):
            raise Refused(f'The target is "or" or "and", not "{chosen}".')
        moment = known_at.astimezone() if known_at is not None else None
        registry = queries.registry(connection, queries.EVERYBODY, _day(as_of, engine), moment)
    found = caseloads.work_out(registry, target_rule="and" if chosen == "and" else "or")
    if as_json:
        _give(caseloads.as_json(found))
        return
    typer.echo(caseloads.headline(found.worklist))
    for row in found.worklist.itertuples():
        place = f"{row.rank:4.0f}" if row.listed else "    "
        typer.echo(f"{place}  {row.mrn:<12} {row.level or '':<10}  {row.why_full if row.listed else row.not_listed_because}")


@app.command()
def export(
    kind: Kind,
    out: Annotated[Path, typer.Option("--out", help="A file ending in .csv or .xlsx.")],
    as_of: AsOf = None,
) -> None:
    """Write records with the canonical columns, fit to be imported again."""
    from bhi_core.report import sheets
    from bhi_core.store import commands

    _check_kind(kind)
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise Refused(f"{out.name} ends in neither .csv nor .xlsx: name one of these.")
    engine = _engine()
    rows = commands.export_records(engine, _person(), kind, _day(as_of, engine))
    _write(out, sheets.csv_bytes(rows) if out.suffix.lower() == ".csv" else sheets.xlsx_bytes({kind.capitalize(): rows}))
    _say(f"{len(rows)} rows written to {out.name}.")


@app.command()
def check(as_json: AsJson = False) -> None:
    """Look for what must not be: out of range, orphans, superseding loops, ledgers that do not add up."""
    engine = _engine()
    with reading(engine) as connection:
        found = queries.check(connection, instruments.registry())
    problems = [{"what": what, "count": count, "ids": ids} for what, count, ids in found if count]
    if as_json:
        _give({"checks": len(found), "problems": problems})
    for problem in problems:
        _say(f"{problem['what']}: {problem['count']}")
    if not problems:
        _say(f"{len(found)} checks, nothing found.")
    raise typer.Exit(NEEDS_A_PERSON if problems else DONE)


def _environment() -> dict[str, str]:
    """Give what names the database, if anything does."""
    return {} if settings.read().is_demo else {"BHI_DATABASE_URL": settings.read().database_url}


def _engine(*, needs_tables: bool = True) -> Engine:
    """Open the database that the setting names."""
    chosen = settings.read()
    if chosen.extra_instruments is not None:
        instruments.configure([chosen.extra_instruments])
    engine = connect_engine(chosen.database_url)
    if needs_tables and not is_current(engine):
        raise Refused("The database is not made yet, or is of an older version: run python -m bhi_core migrate first.")
    return engine


def _day(given: datetime | None, engine: Engine | None) -> date:
    """Give the date of care: as given, else today in the clinic's zone."""
    return given.date() if given is not None else clock.today(_zone(engine))


def _zone(engine: Engine | None) -> str:
    if engine is None or not is_current(engine):
        return settings.DEFAULT_ZONE
    with reading(engine) as connection:
        return str(queries.settings(connection).get("clinic_zone", settings.DEFAULT_ZONE))


def _open(engine: Engine | None, file: Path, kind: str, mapping: Path | None, day: date) -> "Opened":
    """Read the file, with the mapping that was given, else the one kept for its layout, else a guess."""
    from bhi_core import intake

    _check_kind(kind)
    content = _content(file)
    told = intake.from_toml(_content(mapping), kind) if mapping is not None else None

    def kept(layout: str) -> dict[str, Any] | None:
        if engine is None:
            return None
        with reading(engine) as connection:
            return queries.mapping_for(connection, layout, kind)

    return intake.open_file(content, file.name, kind, told, as_of=day, clinic_zone=_zone(engine), kept=kept)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Refused(f"{file} cannot be read ({problem.strerror or 'unknown reason'}): check the path.") from None


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise Refused(f"{file} cannot be written ({problem.strerror or 'unknown reason'}): check the path.") from None


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Refused(f'"{kind}" is no kind of record: use one of {", ".join(KINDS)}.')


def _sentence(result: ImportReport, dry_run: bool) -> str:
    """Say what became of the file."""
    if result.questions:
        return f"{result.file}: nothing was kept; {len(result.questions)} thing(s) must be said first."
    start = "Would be" if dry_run else "Rows"
    return (
        f"{result.file}: {start} accepted {result.accepted} + known {result.known} + rejected {result.rejected} "
        f"+ mixed {result.mixed} = {result.rows}."
    )


def _status(result: ImportReport) -> int:
    """Give the exit status of an import."""
    if result.questions:
        return UNUSABLE
    return SOME_REJECTED if result.rejected or result.mixed else DONE


@contextmanager
def _progress(what: str) -> Iterator[Callable[[float, str], None] | None]:
    """Show a bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share, doing: bar.update(task, completed=share, description=doing)


def _person() -> Actor:
    """Give who acts from the command line: the one local person."""
    return local_person("command line")


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _give(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status; a refusal is one sentence, never a traceback."""
    try:
        return int(app(args=arguments, standalone_mode=False) or DONE)
    except click.exceptions.Exit as left:
        return int(left.exit_code)
    except click.ClickException as wrong:
        _say(wrong.format_message())
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        _say("Stopped; nothing was kept.")
        return UNUSABLE
    except Refused as refusal:
        _say(str(refusal))
        return UNUSABLE
    except Exception as unexpected:  # noqa: BLE001  the last line of defence: no traceback, no value of a patient
        reference = uuid.uuid4().hex[:6].upper()
        logging.getLogger("bhi_core").error("reference %s: %s", reference, type(unexpected).__name__)
        _say(f"This could not be done, and nothing was kept. Reference {reference}, {type(unexpected).__name__}.")
        return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
