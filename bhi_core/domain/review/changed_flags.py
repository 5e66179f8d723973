"""What changed in the safety flags: those raised since, and those acknowledged since."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.answers.said import within
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.two_times import Change, Known
from bhi_core.domain.rules.phrases import answer_in_words, safety_item
from bhi_core.domain.rules.safety import MANUAL, SCREEN
from bhi_core.domain.rules.wording import s1, s2

FLAG = ["patient_id", "kind", "instrument", "date", "level", "by"]
"""What makes two rows the same flag; the answer may be corrected."""

TOLD = 2
"""So many flags of one acknowledgement are named; more are counted."""


def flag_changes(then: Known, now: Known) -> Iterator[Change]:
    """Tell the flags raised and acknowledged.

    New safety flag: open now, and then there was no open one of that kind, form and date with as high an answer; so one
    whose answer was corrected upwards, or whose acknowledgement was withdrawn, is told again. Acknowledged: open then
    and not any more, or raised and closed since.

    Args:
        then: what was known then.
        now: what is known now, of the same people, worked out by the same rules.

    Yields:
        A change of the kind "new safety flag" a flag, and of the kind "acknowledged" an acknowledgement.
    """
    was, flags = _flags(then), _flags(now)
    both = flags.merge(was, on=FLAG, how="left", suffixes=("", "_then"))
    was_open, known = both["open_then"].eq(True), both["open_then"].notna()
    raised = both["open"] & ~(was_open & (both["answer_then"] >= both["answer"]))
    for row in each_row(both[raised]):
        yield Change(row.patient_id, "new safety flag", _raised(row, now), row.date)
    closed = both[~both["open"] & (was_open | ~known)].assign(was_open=was_open)
    yield from _acknowledged(closed, then, now)
    gone = was[was["open"] & was["patient_id"].isin(now.patients)].merge(
        flags[FLAG], on=FLAG, how="left", indicator=True
    )
    for row in each_row(gone[gone["_merge"] == "left_only"]):
        yield Change(row.patient_id, "acknowledged", f"{_named(row, now)} no longer stands.", row.date)


def _flags(known: Known) -> pd.DataFrame:
    """Give each flag once, with its highest answer; open where any row of it is."""
    rows = known.caseload.flags
    text = {name: rows[name].astype(object).where(rows[name].notna(), "") for name in ("instrument", "level", "by")}
    keyed = rows.assign(**text)[[*FLAG, "answer", "open", "corrected"]]
    every = keyed.sort_values(["open", "answer"], ascending=False, kind="stable").drop_duplicates(FLAG)
    return every.reset_index(drop=True)


def _raised(row: Any, now: Known) -> str:
    """Say an open flag as the rules say it."""
    form = _form(row, now)
    told = SimpleNamespace(
        name=form.name if form else "", item_name=safety_item(form), answer_words=answer_in_words(form, row.answer),
        flag_on=row.date, flags=1, first_flag_on=row.date, corrected=row.corrected, kind=row.kind,
        flag_level=row.level, by=row.by,
    )  # fmt: skip
    return (s2 if row.kind in (MANUAL, SCREEN) else s1)(told, now.tell)[1]


def _form(row: Any, now: Known) -> Any:
    known = now.caseload.instruments
    return known[row.instrument] if row.instrument in known.ids else None


def _named(row: Any, now: Known) -> str:
    """Name a flag: ``Item 9 “several days” of 16 Feb``."""
    on = now.tell.day(row.date)
    if row.kind == MANUAL:
        return f"Safety flag by hand of {on}"
    if row.kind == SCREEN:
        return f"C-SSRS {row.level.strip().lower()} of {on}"
    form = _form(row, now)
    instrument = "" if form is None or form.name == "PHQ-9" else f"{form.name} "
    item = safety_item(form)
    name = f"{instrument}{item[:1].lower() + item[1:] if instrument else item}"
    answer = answer_in_words(form, row.answer)
    return f"{name} {answer if answer.startswith('“') else f'= {answer}'} of {on}"


def _acknowledged(flags: pd.DataFrame, then: Known, now: Known) -> Iterator[Change]:
    """Tell each acknowledgement with the flags that it closed first; of flags raised since, only one made since."""
    ended = now.registry.safety[now.registry.safety["kind"].isin(["acknowledged", "cleared"])]
    pairs = flags.merge(ended, on="patient_id", suffixes=("", "_ended")).sort_values(["date_ended", "safety_id"])
    fits = (pairs["date_ended"] >= pairs["date"]) & (
        (pairs["kind_ended"] == "acknowledged") | (pairs["kind"] == MANUAL)
    )
    first = pairs[fits].drop_duplicates(FLAG)
    told = first[first["was_open"] | (first["date_ended"] > pd.Timestamp(then.registry.as_of))]
    for _, rows in told.groupby("safety_id", sort=True):
        closed = list(each_row(rows.sort_values(["date", "answer"], ascending=False)))
        yield Change(closed[0].patient_id, "acknowledged", _ended(closed, now), closed[0].date_ended)


def _ended(flags: list[Any], now: Known) -> str:
    """Say an acknowledgement: what it closed, when, by whom, with which outcome."""
    row = flags[0]
    if len(flags) <= TOLD:
        named = [_named(each, now) for each in flags]
        what = words.joined([named[0], *(within(name) for name in named[1:])])
    else:
        what = f"{len(flags)} flags, {now.tell.day(flags[-1].date)} to {now.tell.day(row.date)},"
    by = f" by {row.by_ended}" if isinstance(row.by_ended, str) and row.by_ended else ""
    outcome = f": {' '.join(row.outcome.split()).rstrip('.')}" if isinstance(row.outcome, str) and row.outcome else ""
    return f"{what} {row.kind_ended} on {now.tell.day(row.date_ended)}{by}{outcome}."
