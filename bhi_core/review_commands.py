"""The commands of the weekly review. Nothing is decided here; ``__main__`` adds them to the program."""

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
import typer
from sqlalchemy import Connection, Engine

from bhi_core import clock
from bhi_core.command_line import (
    AsJson,
    AsOf,
    clinic_zone,
    database,
    date_of_care,
    give,
    person,
    read_moment,
    say,
    write,
)
from bhi_core.domain import caseload as caseloads
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.agenda import still_waiting
from bhi_core.domain.review.kinds import AgendaState
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
    app.command("agenda")(agenda)
    app.command("changes")(changes)
    app.command("loop")(loop)
    app.command("minutes")(minutes)


def what_is_known(engine: Engine, day: date, known_at: datetime | None = None) -> tuple[Registry, Literal["or", "and"]]:
    """Read everybody's records as of a day (with what was known at a moment), and the clinic's target rule."""
    with reading(engine) as connection:
        target = queries.settings(connection).get("target_rule", "or")
        return queries.registry(connection, queries.EVERYBODY, day, known_at), "and" if target == "and" else "or"


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


def agenda(
    *,
    minutes: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Minutes of the meeting; the clinic's if not given.")
    ] = None,
    per_patient: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Minutes a patient; the clinic's if not given.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print who is on the agenda, who is passed over and for how many weeks running, and who is not listed and why."""
    from bhi_core.domain.review import agenda as agendas
    from bhi_core.domain.review.backlog import weeks_passed_over

    engine = database()
    person().require("see caseload")
    day, zone = date_of_care(as_of, engine), clinic_zone(engine)
    registry, target = what_is_known(engine, day)
    with reading(engine) as connection:
        chosen = queries.settings(connection)
        history = queries.history(connection, queries.EVERYBODY, day)
        found = caseloads.work_out(registry, target_rule=target)
        pinned, removed = _placed_by_hand(connection, found)
    listed = found.worklist.loc[found.worklist["listed"].astype(bool), "patient_id"]
    weeks = weeks_passed_over(history, day, listed, lambda night: clock.end_of_day(night, zone), target_rule=target)
    plan = agendas.agenda(
        found, registry, weeks, pinned=pinned, removed=removed,
        minutes=_whole(minutes, chosen, "meeting_minutes", agendas.MINUTES),
        per_patient=_whole(per_patient, chosen, "minutes_per_patient", agendas.PER_PATIENT),
    )  # fmt: skip
    if as_json:
        give(agendas.as_json(plan))
        return
    typer.echo(agendas.fitted(plan))
    for row in (*plan.items.to_dict("records"), *plan.passed_over.to_dict("records")):
        typer.echo(_line(row))
    for row in plan.not_listed.to_dict("records"):
        typer.echo(f"{'':4}  {row['mrn']:<12} {'not listed':<16}  {row['because']}")


def _placed_by_hand(connection: Connection, found: Caseload) -> tuple[list[int], list[int]]:
    """Give whom the open meeting of the day pinned, in its order, and whom it removed; without one, whom the last
    meeting of everybody's patients carried over, and nobody."""
    meeting_id = queries.open_meeting(connection, found.as_of)
    if meeting_id is None:
        held = queries.meetings(connection)
        ended = held["ended_at"].notna() & (held["held_on"] < pd.Timestamp(found.as_of))
        last = held[ended & held["care_manager"].isna() & held["site"].isna()].head(1)
        for row in each_row(last, ("meeting_id", "held_on")):
            return still_waiting(found, queries.agenda_items(connection, row.meeting_id), row.held_on.date()), []
        return [], []
    items = queries.agenda_items(connection, meeting_id)
    gone = items["state"] == AgendaState.REMOVED.value
    removed = gone & items["why"].notna()  # without a reason nobody removed them: the time did not suffice
    pinned = items["pinned"].astype(bool) & ~gone
    return items.loc[pinned, "patient_id"].tolist(), items.loc[removed, "patient_id"].tolist()


def _whole(given: int | None, chosen: Mapping[str, Any], key: str, otherwise: int) -> int:
    """Give a number of minutes: as given, else as the clinic chose, else as it comes."""
    kept = chosen.get(key)
    return given if given is not None else kept if type(kept) is int and kept > 0 else otherwise


def _line(row: Mapping[Hashable, Any]) -> str:
    """Write a patient of the agenda for people."""
    weeks = f"{row['weeks_passed_over']} wk" if row["weeks_passed_over"] else ""
    rank = "" if pd.isna(row["rank"]) else f"{row['rank']:.0f}"
    return f"{rank:>4}  {row['mrn']:<12} {row['level'] or '':<10} {weeks:>5}  {row['reason']}"


def changes(
    *,
    since: Annotated[str, typer.Option("--since", metavar="YYYY-MM-DD", help="The day to compare with.")],
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", metavar="MOMENT", help="With what was known then; else at the end of that day."),
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print what changed in the caseload since a day, corrections and scores that arrived late among it."""
    from bhi_core.domain.review.changes import changes as compared

    engine = database()
    person().require("see caseload")
    now, then = date_of_care(as_of, engine), _since(since)
    if then > now:
        raise Refused(f"{then} is after {now}: give as --since a day on or before it, or another --as-of.")
    moment = read_moment(known_at, engine) or clock.end_of_day(then, clinic_zone(engine))
    rows = compared(_worked_out(engine, then, moment), _worked_out(engine, now, None))
    if as_json:
        told = rows[["mrn", "kind", "what"]].to_dict("records")
        give({"since": then.isoformat(), "as_of": now.isoformat(), "changes": told})
        return
    typer.echo(f"{len(rows)} {'change' if len(rows) == 1 else 'changes'} from {then} to {now}.")
    for row in rows.to_dict("records"):
        typer.echo(f"{row['kind']:<20} {row['mrn']:<12} {row['what']}")


def _since(given: str) -> date:
    """Read the day to compare with."""
    try:
        return datetime.strptime(given.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise Refused(f'"{given}" is not a date: write --since as YYYY-MM-DD, for example 2026-03-02.') from None


def _worked_out(engine: Engine, day: date, known_at: datetime | None) -> tuple[Registry, caseloads.Caseload]:
    """Give what was known of everybody, as of a day, and the caseload worked out from it by today's target rule."""
    registry, target = what_is_known(engine, day, known_at)
    return registry, caseloads.work_out(registry, target_rule=target)
