"""The commands of the weekly review. Nothing is decided here; ``__main__`` adds them to the program."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from sqlalchemy import Engine

from bhi_core import clock
from bhi_core.command_line import AsJson, AsOf, clinic_zone, database, date_of_care, give, person, say, write
from bhi_core.domain.registry import Registry
from bhi_core.errors import Refused
from bhi_core.store import queries
from bhi_core.store.engine import reading

if TYPE_CHECKING:
    from bhi_core.domain.review.minutes import Minutes

MINUTES_ENDINGS = (".html", ".pdf", ".txt")
HIGHEST_ID = 2_147_483_647
"""What a database's integer holds."""


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("loop")(loop)
    app.command("minutes")(minutes)


def what_is_known(engine: Engine, day: date) -> tuple[Registry, Literal["or", "and"]]:
    """Read everybody's records as of a day, and the clinic's target rule."""
    with reading(engine) as connection:
        target = queries.settings(connection).get("target_rule", "or")
        return queries.registry(connection, queries.EVERYBODY, day), "and" if target == "and" else "or"


def loop(*, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Print how long from the flag to the consult, the change and the next score, and who still waits."""
    from bhi_core.domain.review import inertia, loop_words
    from bhi_core.domain.review.flagged import flagged_on

    engine = database()
    person().require("see caseload")
    registry, target = what_is_known(engine, date_of_care(as_of, engine))
    found = inertia.loop(registry, flagged_on(registry, target_rule=target))
    if as_json:
        give(inertia.as_json(found))
        return
    typer.echo(loop_words.answer(found.summary))
    if found.summary.is_small:
        return
    for one in found.summary.within:
        typer.echo(f"Adjusted within {one.days} days: {loop_words.share(one)}; {loop_words.not_over(one)}.")
    for step, curve in found.summary.until.items():
        typer.echo(f"Days to the {loop_words.STEP_WORDS[step]}, median: {loop_words.middle(curve)}.")


def minutes(
    *,
    review: Annotated[
        int, typer.Option("--review", metavar="ID", min=1, max=HIGHEST_ID, help="The meeting, by its id.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A file ending in .html, .pdf or .txt.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write the minutes of a case review: as text, or into a file; the status of recommendations is that of --as-of."""
    from bhi_core.domain.review.minutes_export import as_json as as_document
    from bhi_core.report import minutes as written
    from bhi_core.store import commands

    if out is not None and out.suffix.lower() not in MINUTES_ENDINGS:
        raise Refused(f"{out.name} ends in none of {', '.join(MINUTES_ENDINGS)}: name one of these.")
    engine = database()
    person().require("see caseload")
    told = _minutes_of(engine, review, date_of_care(as_of, engine))
    made = written.file_bytes(told, out.suffix.lower()) if out is not None else b""
    commands.note_export(engine, person(), kind="minutes", count=len(told.patients))
    if out is not None:
        write(out, made)
        say(f"The minutes of {told.held_on} are written to {out.name}.")
    if as_json:
        give(as_document(told) | ({"file": out.name} if out is not None else {}))
    elif out is None:
        typer.echo(written.text(told), nl=False)


def _minutes_of(engine: Engine, meeting_id: int, day: date) -> "Minutes":
    """Read a meeting and put its minutes together: scores as the meeting began, statuses as of a day."""
    from bhi_core.domain.caseload import work_out
    from bhi_core.domain.review.minutes import minutes as put_together

    now, target = what_is_known(engine, day)
    with reading(engine) as connection:
        meeting = queries.meeting(connection, meeting_id)
        if meeting is None:
            known = [str(one) for one in queries.meetings(connection)["meeting_id"].head(5)]
            newest = f"the newest are {', '.join(known)}" if known else "none is recorded yet"
            raise Refused(f"No meeting has the id {meeting_id}: {newest}.")
        if meeting["held_on"] > day:
            raise Refused(
                f"The meeting {meeting_id} is on {meeting['held_on']}: name that day or a later one as --as-of."
            )
        then = queries.registry(connection, queries.EVERYBODY, meeting["held_on"], meeting["started_at"])
        items, typed = queries.agenda_items(connection, meeting_id), queries.entries(connection, meeting_id)
    found = work_out(then, target_rule=target)
    zone = clock.zone(clinic_zone(engine))
    return put_together(meeting, items, typed, then, found, now=now, zone=zone)
