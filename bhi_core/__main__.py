"""The command line: what the screens do, without a browser. Nothing is decided here.

Exit status: 0 done; 1 done, and something needs a person; 2 the input or the arguments could not be used;
3 done, but some rows were rejected. A refusal is one sentence on standard error.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, Exit, TyperException

from bhi_core import review_commands
from bhi_core.command_line import (
    DONE,
    NEEDS_A_PERSON,
    PROGRAM,
    UNUSABLE,
    AsJson,
    AsOf,
    check_kind,
    close_databases,
    database,
    database_for_files,
    database_to_ask,
    date_of_care,
    fault_of_the_program,
    give,
    import_status,
    opened,
    person,
    progress,
    read_date,
    read_moment,
    reported,
    say,
    summary,
    write,
)
from bhi_core.domain import caseload as caseloads
from bhi_core.domain import instruments
from bhi_core.domain.records import KINDS, ImportOptions
from bhi_core.errors import Refused
from bhi_core.store import queries
from bhi_core.store.engine import migrate, reading

app = typer.Typer(
    name=PROGRAM,
    help="Scheduled imports, lists and checks for the registry that BHI_DATABASE_URL names.\n\n"
    "Exit status: 0 done; 1 done, and something needs a person; 2 the input or the arguments could not be used; "
    "3 done, but some rows were rejected.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Kind = Annotated[str, typer.Option("--kind", metavar="KIND", help="One of: " + ", ".join(KINDS) + ".")]
Source = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV, text or XLSX file.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="MAP.toml", help="A mapping file: which heading is what.")
]


@app.callback(invoke_without_command=True)
def _without_a_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        say(context.get_help())
        raise Exit(UNUSABLE)


@app.command("migrate")
def migrate_(*, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Create the database or bring it up to date."""
    read_date(as_of)
    migrate(database(needs_tables=False))
    if as_json:
        give({"up_to_date": True})
    say("The database is up to date.")


@app.command()
def seed(
    *,
    episodes: Annotated[int, typer.Option(min=1, metavar="N", help="Courses of care.")] = 300,
    number: Annotated[int, typer.Option("--seed", metavar="N", help="The same number gives the same clinic.")] = 1,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Fill an empty database with the demo clinic; refuse one that holds anything else."""
    from bhi_core.demo import seeding

    read_date(as_of)
    engine = database(needs_tables=False)
    migrate(engine)
    day = date_of_care(as_of, engine)
    kept = seeding.seed(engine, day, episodes=episodes, number=number)
    if as_json:
        give({"as_of": day.isoformat(), "episodes": episodes, "records": kept})
    say(f"The demo clinic is in the database: {kept} records of invented people.")


@app.command("import")
def import_(
    file: Source,
    *,
    kind: Kind,
    mapping: MappingFile = None,
    create_patients: Annotated[bool, typer.Option("--create-patients", help="Make unknown patients.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Work everything out, keep nothing.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="OUT.json", help="Where to write what became of each line.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Bring a file in, whole or not at all."""
    from bhi_core import intake
    from bhi_core.store import commands

    with reported(report, file, kind, as_json=as_json) as tell:
        engine = database_for_files()
        day = date_of_care(as_of, engine)
        parsed = opened(engine, file, kind, mapping, day).parsed
        with progress(f"Bringing in {file.name}") as step:
            options = ImportOptions(day, create_patients, dry_run)
            result = commands.import_file(engine, person(), parsed, options, progress=step)
        tell(intake.as_json(result))
    say(summary(result, dry_run=dry_run))
    raise Exit(import_status(result))


@app.command()
def guess(
    file: Source, *, kind: Kind, mapping: MappingFile = None, as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """Print the mapping that would be proposed, as a mapping file, and what has to be asked; change nothing."""
    from bhi_core import intake

    engine = database_to_ask()
    document = intake.guess_as_json(opened(engine, file, kind, mapping, date_of_care(as_of, engine)))
    if as_json:
        give(document)
    else:
        typer.echo(intake.as_toml(document["mapping"]), nl=False)
        for question in document["questions"]:
            say(question["ask"])
    raise Exit(DONE)


@app.command()
def caseload(
    *,
    target: Annotated[
        str | None, typer.Option(metavar="or|and", help="What is at target: below 10 or halved; or both of it.")
    ] = None,
    as_of: AsOf = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", metavar="MOMENT", help="With what was known at this moment.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the list in the order of the meeting, and everyone not listed, each with the reasons."""
    engine = database()
    person().require("see caseload")
    day, moment = date_of_care(as_of, engine), read_moment(known_at, engine)
    with reading(engine) as connection:
        chosen = (target or str(queries.settings(connection).get("target_rule", "or"))).lower()
        if chosen not in ("or", "and"):
            raise Refused(f'The target is "or" or "and", not "{chosen}".')
        registry = queries.registry(connection, queries.EVERYBODY, day, moment)
    found = caseloads.work_out(registry, target_rule="and" if chosen == "and" else "or")
    if as_json:
        give(caseloads.as_json(found))
        return
    typer.echo(caseloads.headline(found.worklist))
    for row in found.worklist.to_dict("records"):
        place = f"{row['rank']:4.0f}" if row["listed"] else "    "
        why = row["why_full"] if row["listed"] else row["not_listed_because"]
        typer.echo(f"{place}  {row['mrn']:<12} {row['level'] or '':<10}  {why}")


@app.command()
def export(
    *,
    kind: Kind,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A file ending in .csv or .xlsx.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write records with the canonical columns, fit to be imported again."""
    from bhi_core.report import sheets
    from bhi_core.store import commands

    check_kind(kind)
    ending = out.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise Refused(f"{out.name} ends in neither .csv nor .xlsx: name one of these.")
    engine = database()
    rows = commands.export_records(engine, person(), kind, date_of_care(as_of, engine))
    write(out, sheets.csv_bytes(rows) if ending == ".csv" else sheets.xlsx_bytes({kind.capitalize(): rows}))
    if as_json:
        give({"kind": kind, "file": out.name, "rows": len(rows)})
    say(f"{len(rows)} rows written to {out.name}.")


@app.command()
def check(*, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Look for what must not be: out of range, orphans, superseding loops, ledgers that do not add up."""
    read_date(as_of)
    engine = database()
    with reading(engine) as connection:
        found = queries.check(connection, instruments.registry())
    problems = [{"what": what, "count": count, "ids": ids} for what, count, ids in found if count]
    if as_json:
        give({"checks": len(found), "problems": problems})
    for problem in problems:
        say(f"{problem['what']}: {problem['count']}")
    if not problems:
        say(f"{len(found)} checks, nothing found.")
    raise Exit(NEEDS_A_PERSON if problems else DONE)


review_commands.add_to(app)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status; a refusal is one sentence, never a traceback."""
    try:
        return int(app(args=arguments, prog_name=PROGRAM, standalone_mode=False) or DONE)
    except Exit as left:
        return int(left.exit_code)
    except TyperException as wrong:
        say(f"{' '.join(wrong.format_message().split()).rstrip('.')}. See {PROGRAM} --help.")
    except (Abort, KeyboardInterrupt):
        say("Stopped; nothing was kept.")
    except Refused as refusal:
        say(str(refusal))
    except Exception as unexpected:  # noqa: BLE001  the last line of defence: no traceback, no value of a patient
        say(fault_of_the_program(unexpected))
    finally:
        close_databases()
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
