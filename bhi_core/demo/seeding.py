"""Put the demo clinic into a database, through the same import that a file takes."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine

from bhi_core import settings
from bhi_core.demo.clinic import clinic
from bhi_core.demo.keeping import keep_weekly_review
from bhi_core.demo.weekly import weekly_review
from bhi_core.domain.actor import Actor, local_person
from bhi_core.domain.records import ImportOptions
from bhi_core.errors import Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import migrate, reading

SIGNED = "demo clinic"
KEPT_FOR = timedelta(days=6)
"""How long a demo clinic is taken for this week's; an older one is made anew when the program starts."""
PRETENDED_LINES = {"Harbor": "Harbor crisis team 555-0142 (invented)"}


def seed(engine: Engine, as_of: date, *, episodes: int = 300, number: int = 1) -> int:
    """Fill an empty database with the demo clinic as it stands on a day.

    Args:
        engine: a database with its tables.
        as_of: today; everything is dated before it.
        episodes: courses of care.
        number: the seed; the same gives the same clinic.

    Returns:
        How many records were kept.

    Raises:
        Refused: the database holds something.
    """
    with reading(engine) as connection:
        if not queries.is_empty(connection):
            raise Refused(
                "This database holds records already, and the demo clinic never mixes with them: "
                "name an empty database in BHI_DATABASE_URL."
            )
    person = local_person(SIGNED)
    told = clinic(as_of, episodes=episodes, seed=number)
    reports = commands.import_frames(engine, person, told, ImportOptions(as_of=as_of), file="demo clinic")
    held = weekly_review(as_of, told, episodes=episodes, seed=number)
    kept = keep_weekly_review(engine, person, told, held)
    _set_up(engine, person, as_of)
    return kept + sum(len(report.kept) for report in reports.values())


def _set_up(engine: Engine, person: Actor, as_of: date) -> None:
    """Record one site's crisis line, and the day of seeding."""
    for site, line in PRETENDED_LINES.items():
        commands.set_setting(engine, person, key=f"crisis_line/{site}", value=line, token=f"seed-{site}")
    commands.set_setting(engine, person, key="demo_seeded_on", value=as_of.isoformat(), token="seed-day")


def keep_this_weeks(engine: Engine, today: date) -> None:
    """Fill the demo clinic's own database, and make it anew when it is older than this week.

    Only ever called for the database that is used when none is named: what it holds is invented.
    """
    with reading(engine) as connection:
        empty = queries.is_empty(connection)
        seeded = queries.settings(connection).get("demo_seeded_on", "")
    if not empty and seeded and date.fromisoformat(str(seeded)) >= today - KEPT_FOR:
        return
    if not empty:
        _start_over(engine)
    seed(engine, today)


def _start_over(engine: Engine) -> None:
    """Remove the demo clinic's file and make its tables anew.

    Raises:
        Refused: this is another database.
    """
    if engine.url.database != str(settings.DEMO_DATABASE):
        raise Refused("Only the demo clinic's own database is ever started over.")
    engine.dispose()
    for ending in ("", "-wal", "-shm"):
        Path(f"{settings.DEMO_DATABASE}{ending}").unlink(missing_ok=True)
    migrate(engine)
