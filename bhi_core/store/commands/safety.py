"""Raise, screen, acknowledge and clear: the safety log. Flags from forms are not stored, they follow from the forms.

The arguments that all commands share are told in ``commands.care``. Here the actor needs a name: it signs.
"""

import datetime as dt

from sqlalchemy import Engine

from bhi_core.domain.actor import Actor
from bhi_core.domain.closed_lists import SafetyKind
from bhi_core.errors import Refused
from bhi_core.store.act import Saved
from bhi_core.store.commands.care import record


def acknowledge_safety(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    patient_id: int,
    date: dt.date,
    outcome: str,
    level: str | None = None,
    by: str | None = None,
) -> Saved:
    """Close each flag of the patient dated on or before ``date``; needs the right "acknowledge" and an outcome.

    ``by`` is who assessed the patient, when that is not the one who records it.
    """
    kind = SafetyKind.ACKNOWLEDGED
    return _log(engine, actor, kind, date, level, outcome, by=by, token=token, today=today, patient_id=patient_id)


def clear_flag(
    engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, date: dt.date, outcome: str
) -> Saved:
    """Close a flag that was raised by hand; needs the right "acknowledge" and the reason as outcome."""
    return _log(engine, actor, SafetyKind.CLEARED, date, None, outcome, token=token, today=today, patient_id=patient_id)


def raise_flag(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    patient_id: int,
    date: dt.date,
    level: str | None = None,
    outcome: str | None = None,
) -> Saved:
    """Raise a flag by hand, whatever the forms say; needs the right "record"."""
    kind = SafetyKind.MANUAL_FLAG
    return _log(engine, actor, kind, date, level, outcome, token=token, today=today, patient_id=patient_id)


def record_screen(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    patient_id: int,
    date: dt.date,
    level: str,
    outcome: str | None = None,
) -> Saved:
    """Keep the level that a C-SSRS screen found; it acknowledges nothing by itself. Needs the right "record"."""
    if not level.strip():
        raise Refused("Say which level the screen found.")
    return _log(engine, actor, SafetyKind.CSSRS, date, level, outcome, token=token, today=today, patient_id=patient_id)


def _log(  # noqa: PLR0917
    engine: Engine,
    actor: Actor,
    kind: SafetyKind,
    date: dt.date,
    level: str | None,
    outcome: str | None,
    *,
    token: str,
    today: dt.date,
    patient_id: int,
    by: str | None = None,
) -> Saved:
    closes = kind in (SafetyKind.ACKNOWLEDGED, SafetyKind.CLEARED)
    right = "acknowledge" if closes else "record"
    actor.require(right)
    signs = (by or actor.name).strip()
    if not signs:
        raise Refused("Pick the name that signs first: a safety record always says who.")
    if closes and not (outcome or "").strip():
        raise Refused("Say what came of it: closing a flag needs its outcome.")
    values = {"date": date, "kind": kind, "level": level, "by": signs, "outcome": outcome}
    return record(
        engine, actor, "safety", values, token=token, today=today, patient_id=patient_id, right=right, action=str(kind)
    )
