"""Keep, correct and withdraw the forms that patients fill in."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Engine

from bhi_core.domain import instruments, scoring
from bhi_core.domain.actor import Actor
from bhi_core.domain.instruments import Instrument
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, checked, not_in_future, perform
from bhi_core.store.fields import ScoreFields
from bhi_core.store.importing import as_parsed, events, keep
from bhi_core.store.importing.incoming import prepare, typed
from bhi_core.store.importing.people import People
from bhi_core.store.tables import Score

WHY = "Say why: a correction without a reason cannot be understood later."


def record_score(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    patient_id: int,
    instrument: str,
    taken_on: dt.date,
    items: Sequence[int | None] | None = None,
    total: int | None = None,
    functional: int | None = None,
    mode: str | None = None,
    source: str | None = None,
) -> Saved:
    """Keep a form.

    All items answered: the total is their sum. Exactly one answered beside a total: the total stands and the item is
    known. Several but not all: the form is incomplete; the answers are kept, a total is not. No items: the total alone.

    Args:
        engine: the database.
        actor: who records it; needs the right "record".
        token: one for each intended act.
        today: the date of care today.
        patient_id: whose form it is.
        instrument: an instrument's id.
        taken_on: when it was filled in.
        items: points in the form's order, None = not answered; None when only the total is known.
        total: points; None where the answers give it or the form is incomplete.
        functional: points of the functional item, None = not answered.
        mode: how it was given, for example "phone".
        source: where it comes from.

    Returns:
        The form's id; ``repeated`` when this form of that day was known already.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: the form is not possible, is of the future or of before birth, or nobody has this patient_id.
    """
    values = _form(instrument, items, total, functional) | {"date": taken_on, "mode": mode, "source": source}
    not_in_future(today, date=taken_on)

    def work(act: Act) -> Saved:
        return _keep(act, patient_id, checked(ScoreFields, **values))

    return perform(engine, actor, "record", action="record score", what="scores", token=token, work=work)


def correct_score(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    score_id: int,
    why: str,
    taken_on: dt.date,
    items: Sequence[int | None] | None = None,
    total: int | None = None,
    functional: int | None = None,
    mode: str | None = None,
    source: str | None = None,
) -> Saved:
    """Put a corrected form in the place of one; both stay in the history, and a raised safety flag stays raised.

    Arguments are as for ``record_score``; the patient and the instrument stay as they are: a form of the wrong patient
    is withdrawn and recorded anew.

    Args:
        engine: the database.
        actor: who corrects; needs the right "record".
        token: one for each intended act.
        today: the date of care today.
        score_id: the form as it was seen.
        why: the reason, needed.
        taken_on, items, total, functional, mode, source: the whole form as it should be.

    Raises:
        Conflict: somebody corrected or withdrew it meanwhile.
        NotAllowed: the actor lacks the right.
        Refused: the form is not possible, or ``why`` is empty.
    """
    not_in_future(today, date=taken_on)
    reason = _reason(why)

    def work(act: Act) -> Saved:
        row = act.current(Score, score_id)
        form = _form(str(row["instrument"]), items, total, functional)
        fields = checked(ScoreFields, **form, date=taken_on, mode=mode, source=source)
        _after_birth(act.known_patient(int(row["patient_id"])), taken_on)
        return Saved(act.replace(Score, row, superseded_why=reason, **fields.model_dump()))

    return perform(engine, actor, "record", action="correct score", what="scores", token=token, work=work)


def withdraw_score(engine: Engine, actor: Actor, *, token: str, score_id: int, why: str) -> Saved:
    """Take a form out of all that is worked out, as entered in error; it stays visible in the history.

    A positive answer to a safety item keeps its flag until somebody acknowledges it.

    Raises:
        Conflict: somebody corrected or withdrew it meanwhile.
        NotAllowed: the actor lacks the right "record".
        Refused: ``why`` is empty.
    """
    reason = _reason(why)

    def work(act: Act) -> Saved:
        act.retire(Score, act.current(Score, score_id), by=None, why=reason)
        return Saved(score_id)

    return perform(engine, actor, "record", action="withdraw score", what="scores", token=token, work=work)


def _reason(why: str) -> str:
    if not why.strip():
        raise Refused(WHY)
    return why.strip()


def _form(name: str, items: Sequence[int | None] | None, total: int | None, functional: int | None) -> dict[str, Any]:
    """Score a form and give what is kept of it."""
    known = instruments.registry()
    if name not in known:
        raise Refused(f'No instrument "{name}" is configured.')
    instrument = known[name]
    answered = [] if items is None else [place for place, points in enumerate(items) if points is not None]
    if functional is not None:
        _check_functional(instrument, functional)
    kept: dict[str, Any] = {"instrument": instrument.id, "functional": functional, "items": None, "safety_answer": -2}
    if not answered or items is None:
        if total is None:
            raise Refused("Nothing is answered: type the answers or the total.")
        return kept | {"total": _possible(instrument, total)}
    kept["items"] = ",".join("" if points is None else str(points) for points in items)
    if len(answered) == 1 and total is not None and len(instrument.items) > 1:
        asked = [place == answered[0] for place in range(len(instrument.items))]
        scored = scoring.score(instrument, items, asked)
        return kept | {"total": _possible(instrument, total), "safety_answer": scored.safety_answer}
    scored = scoring.score(instrument, items)
    if total is not None and total != scored.total:
        raise Refused(_not_the_sum(instrument, total, scored.total))
    return kept | {"total": scored.total, "safety_answer": scored.safety_answer}


def _not_the_sum(instrument: Instrument, total: int, points: int | None) -> str:
    if points is None:
        return f"{instrument.name} has items left open, so it has no total: leave the total empty or answer them."
    return f"{instrument.name} total {total} is not the sum of its items ({points}): check both."


def _possible(instrument: Instrument, total: int) -> int:
    if not instrument.holds(total):
        raise Refused(f"{instrument.name} total {total} is outside {instrument.minimum} to {instrument.maximum}.")
    return total


def _check_functional(instrument: Instrument, points: int) -> None:
    item = instrument.functional
    if item is None:
        raise Refused(f"{instrument.name} has no item on difficulty: leave it empty.")
    if not item.minimum <= points <= item.maximum:
        raise Refused(f"{instrument.name} difficulty {points}: it can only be {item.minimum} to {item.maximum}.")


def _after_birth(patient: Any, date: dt.date) -> None:
    if patient["birth_date"] is not None and date < patient["birth_date"]:
        raise Refused(f"The date {date} is before this person was born: check the date.")


def _keep(act: Act, patient_id: int, form: ScoreFields) -> Saved:
    """Keep a form by the rules of a file: the same again is known, a fuller one replaces a total alone."""
    patient = act.known_patient(patient_id)
    _after_birth(patient, form.date)
    mrn = str(patient["mrn"])
    incoming = prepare(as_parsed("scores", typed({"patient_id": mrn} | form.model_dump()), "typed"), act.at)
    births = np.array([patient["birth_date"]], dtype="datetime64[D]")
    one = np.zeros(1, dtype=np.int64)
    person = People([mrn], one, np.array([patient_id]), births, one - 1)
    found = events.settle(act.connection, incoming, person, seen=False)
    if not incoming.new[0]:
        return Saved(found.rows[0], repeated=True)
    return Saved(keep.events(act, None, incoming, person, found.replaced)[0])
