"""The commands of the weekly review. Nothing is decided here; ``__main__`` adds them to the program."""

from datetime import date
from typing import Literal

import typer
from sqlalchemy import Engine

from bhi_core.command_line import AsJson, AsOf, database, date_of_care, give, person
from bhi_core.domain.registry import Registry
from bhi_core.store import queries
from bhi_core.store.engine import reading


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("loop")(loop)


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
