"""Keep what the clinic chose, the mappings of its files, and who took records out."""

import datetime as dt
import json
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, perform
from bhi_core.store.engine import reading
from bhi_core.store.fields import has_control
from bhi_core.store.queries import export_frame
from bhi_core.store.tables import Setting, table

LONGEST_KEY = 100


def set_setting(engine: Engine, actor: Actor, *, token: str, key: str, value: Any) -> Saved:
    """Keep what the clinic chose; the value before stays in the history. None takes the choice back.

    Args:
        engine: the database.
        actor: who sets it; needs the right "set rules".
        token: one for each intended act.
        key: the setting's name.
        value: a text, number, flag, list or table (what JSON holds); None for unset.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: the key or the value cannot be kept.
    """
    if not key or len(key) > LONGEST_KEY or has_control(key):
        raise Refused("A setting needs a short name.")
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        raise Refused(
            f"The setting {key} cannot hold this value: give a text, a number, yes or no, or a list."
        ) from None

    def work(act: Act) -> Saved:
        kept = table(Setting)
        query = select(kept).where(kept.c.key == key, kept.c.superseded_at.is_(None))
        row = act.connection.execute(query).mappings().one_or_none()
        if row is None:
            return Saved(None, repeated=True) if value is None else Saved(act.insert(Setting, key=key, value=text))
        if row["value"] == text:
            return Saved(int(row["id"]), repeated=True)
        if value is None:
            act.retire(Setting, dict(row), by=None, why="unset")
            return Saved(int(row["id"]))
        return Saved(act.replace(Setting, dict(row), value=text))

    return perform(engine, actor, "set rules", action="set", what=f"setting {key}", token=token, work=work)


def export_records(engine: Engine, actor: Actor, kind: str, as_of: dt.date) -> pd.DataFrame:
    """Take the records of a kind out, as ``queries.export_frame`` gives them, with an audit row.

    Args:
        engine: the database.
        actor: who takes them; needs the right "export".
        kind: a key of ``domain.records.KINDS``.
        as_of: records dated after it are left out.

    Raises:
        NotAllowed: the actor lacks the right.
    """
    with reading(engine) as connection:
        actor.require("export")
        rows = export_frame(connection, kind, as_of)
    note_export(engine, actor, kind=kind, count=len(rows))
    return rows


def note_export(engine: Engine, actor: Actor, *, kind: str, count: int) -> None:
    """Write into the audit that records were taken out; to be called before they are handed over.

    Args:
        engine: the database.
        actor: who takes them; needs the right "export".
        kind: what was taken.
        count: how many rows.

    Raises:
        NotAllowed: the actor lacks the right.
    """
    perform(
        engine,
        actor,
        "export",
        action="export",
        what=kind,
        token=None,
        work=lambda _: Saved(None),
        details={"rows": count},
        changes_data=False,
    )
