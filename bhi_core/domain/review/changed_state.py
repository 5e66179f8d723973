"""What changed in how patients stand: what the rules say now and did not say then, class, list, due dates."""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.review.two_times import Change, Known, class_then, measured
from bhi_core.domain.rules.phrases import consult

DETERIORATED, RESPONSE, REMISSION = "deteriorated", "response", "remission"
"""Outcome classes that a review asks for by name."""

OVERDUE = {"contact": ("C1",), "measure": ("M0", "M1", "M2"), "review": ("R1",)}
"""What may be overdue -> the rules that say so."""

NOT_HERE = " The class above is of that date."
"""What a finding says of the table that it stands in, which a list of changes is not."""


def state_changes(then: Known, now: Known) -> Iterator[Change]:
    """Tell every change of state, in any order.

    Args:
        then: what was known then.
        now: what is known now, of the same people, worked out by the same rules.

    Yields:
        Changes of the kinds "new non-responder", "deteriorated", "relapsed", "responded", "remitted", "no longer
        listed" and "newly overdue"; a patient at most one of each kind, but one for each thing overdue.
    """
    yield from _non_responders(then, now)
    yield from _deteriorated(then, now)
    yield from _relapsed(then, now)
    yield from _reached(then, now)
    yield from _no_longer_listed(then, now)
    yield from _newly_overdue(then, now)


def _non_responders(then: Known, now: Known) -> Iterator[Change]:
    """New non-responder: T5 or T6 fires on the patient now, and neither did then."""
    new = now.with_rule("T5", "T6") - then.with_rule("T5", "T6")
    for patient_id, rows in _fired(now, ("T5", "T6"), new):
        said = "; ".join(measured(row, now.tell) for row in rows)
        yield Change(patient_id, "new non-responder", f"{said}; {consult(rows[0], now.tell, short=False)}.")


def _deteriorated(then: Known, now: Known) -> Iterator[Change]:
    """Deteriorated: some course of the open episode has that class now and none had it then, or D1 fires on the patient
    now and did not then. So a warning that became a reliable rise is told again."""
    was, having = (_with_class(known, now.open_episodes["episode_id"], DETERIORATED) for known in (then, now))
    by_class = set(having["patient_id"]) - set(was["patient_id"])
    by_rule = now.with_rule("D1") - then.with_rule("D1")
    keys = pd.concat([having, _keys(now, ("D1",))])
    for patient_id, rows in _of(now, keys, by_class | by_rule):
        said = "; ".join(f"{measured(row, now.tell)}{class_then(row, then)}" for row in rows)
        yield Change(patient_id, "deteriorated", f"{said}.")


def _relapsed(then: Known, now: Known) -> Iterator[Change]:
    """Relapsed: D2 fires on the patient now and did not then."""
    for patient_id, rows in _fired(now, ("D2",), now.with_rule("D2") - then.with_rule("D2")):
        said = "; ".join(
            f"{row.name} {words.number(row.best)} at best on {now.tell.day(row.best_on)}, "
            f"{words.number(row.latest)} on {now.tell.day(row.latest_on)}, up {words.number(row.lost)}"
            for row in rows
        )
        yield Change(patient_id, "relapsed", f"{said}.")


def _reached(then: Known, now: Known) -> Iterator[Change]:
    """Responded, remitted: the class that is the patient's state now, and was not that of the same episode then. Who
    falls back from remission to response has not responded."""
    before = then.caseload.worklist.set_index("episode_id")["state_class"]
    rows = now.open_episodes
    was = look_up(before, rows["episode_id"])
    responded = (rows["state_class"] == RESPONSE) & ~was.isin([RESPONSE, REMISSION])
    remitted = (rows["state_class"] == REMISSION) & (was != REMISSION)
    for kind, which in (("responded", responded), ("remitted", remitted)):
        keys = rows[which].rename(columns={"state_instrument": "series"})
        for patient_id, (row,) in _of(now, keys, set(keys["patient_id"])):
            yield Change(patient_id, kind, f"{measured(row, now.tell)}{class_then(row, then)}.")


def _no_longer_listed(then: Known, now: Known) -> Iterator[Change]:
    """No longer listed: on the list then, in no row of it now; closed, snoozed, on track or improved enough."""
    was, still = (set(rows.loc[rows["listed"].astype(bool), "patient_id"]) for rows in
                  (then.caseload.worklist, now.caseload.worklist))  # fmt: skip
    first = then.caseload.worklist.drop_duplicates("patient_id").set_index("patient_id")
    on = then.tell.day(then.registry.as_of)
    for patient_id in was - still:
        group = then.caseload.rule_book.group(str(first.loc[patient_id, "group"])).title
        yield Change(patient_id, "no longer listed", f"On {on} under “{group}”; now: {_why_not(patient_id, now)}")


def _why_not(patient_id: int, now: Known) -> str:
    """Say why a patient is not listed, as the end of a sentence."""
    rows = now.caseload.worklist
    for row in each_row(rows[rows["patient_id"] == patient_id], ("not_listed_because", "snoozed_until")):
        return str(row.not_listed_because) if pd.notna(row.snoozed_until) else one_sentence(row.not_listed_because)
    facts = now.caseload.facts
    for row in each_row(facts[facts["patient_id"] == patient_id].sort_values("enrolled_on").tail(1)):
        return f"{closed(row, now)}."
    return "no episode is recorded any more."


def closed(row: Any, known: Known) -> str:
    """Say how and when an episode was closed: ``closed 20 Feb: graduated (goals met)``.

    Args:
        row: a row of ``Caseload.facts``.
        known: when it is told.
    """
    on = row.closed_on if pd.notna(row.closed_on) else row.status_since
    reason = f" ({row.reason})" if isinstance(row.reason, str) and row.reason.strip() else ""
    return f"closed{f' {known.tell.day(on)}' if pd.notna(on) else ''}: {row.status}{reason}"


def _newly_overdue(then: Known, now: Known) -> Iterator[Change]:
    """Newly overdue: contact (C1), measure (M0 to M2) or case review (R1) is overdue now and was not then, each told by
    itself. That somebody enrolled since has no case review yet is not overdue but new."""
    known = set(then.caseload.facts["patient_id"])
    reviewed = now.caseload.facts.groupby("patient_id")["last_review"].max()
    for what, rules in OVERDUE.items():
        found = now.findings(rules)
        for patient_id in now.with_rule(*rules) - then.with_rule(*rules):
            if what == "review" and patient_id not in known and pd.isna(reviewed[patient_id]):
                continue
            texts = found.loc[found["patient_id"] == patient_id, "full"]
            said = "; ".join(one_sentence(text.removesuffix(NOT_HERE)).rstrip(".") for text in texts)
            yield Change(patient_id, "newly overdue", f"{said}.")


def one_sentence(text: str) -> str:
    """Join the sentences of a finding to one.

    >>> one_sentence("On track: PHQ-9 16 to 8. Next contact due 8 Dec.")
    'On track: PHQ-9 16 to 8; next contact due 8 Dec.'
    """
    return re.sub(
        r"(?<=[a-z0-9)”%])\. ([A-Z])(?=[a-z ])", lambda start: f"; {start.group(1).lower()}", text
    )  # fmt: skip


def _with_class(known: Known, episodes: "pd.Series[int]", word: str) -> pd.DataFrame:
    """Give patient_id, episode_id and series of the courses that have a class."""
    rows = known.caseload.courses
    having = rows[(rows["outcome_class"] == word) & rows["episode_id"].isin(episodes)]
    return having[["patient_id", "episode_id", "series"]]


def _keys(known: Known, rules: tuple[str, ...]) -> pd.DataFrame:
    """Give patient_id, episode_id and series of the courses on which some rules fire."""
    found = known.findings(rules).rename(columns={"instrument": "series"})
    return found[["patient_id", "episode_id", "series"]]


def _fired(known: Known, rules: tuple[str, ...], patients: set[int]) -> Iterator[tuple[int, list[Any]]]:
    """Give for each patient the courses on which some rules fire, worst finding first."""
    yield from _of(known, _keys(known, rules), patients)


def _of(known: Known, keys: pd.DataFrame, patients: set[int]) -> Iterator[tuple[int, list[Any]]]:
    """Give for each patient the courses named by episode_id and series."""
    wanted = keys[keys["patient_id"].isin(patients)]
    for patient_id, rows in known.courses(wanted).groupby("patient_id", sort=True):
        yield int(str(patient_id)), list(each_row(rows))
