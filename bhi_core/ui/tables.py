"""From a worked-out caseload to the rows of the caseload table: worded already, integers and codes where possible.

A row is a dict with short names, since every view of the page sends all rows. ``Rows`` makes the rows of a caseload
once, as text; a view only puts some of them together again, under its own groups:

* ``g`` place in ``groups``; ``id`` patient id; ``n`` name; ``m`` the second line under it; ``w`` week; ``d`` days on
  the time axis of its courses.
* ``b`` item 9: 0 nothing, 1 to 3 the open answer, 11 to 13 an acknowledged one, -1 unknown.
* ``p``, ``a`` the measure in the place of PHQ-9 and of GAD-7, or None: ``i`` place in ``scales``, ``f`` first and ``l``
  last score (None with one score), ``a`` age in words, ``o`` 1 when that is too old, ``c`` change in words, ``k`` place
  in ``classes`` or None, ``h`` half of the first score or None, ``s`` the scores as [day, points, item 9, day, ...].
* ``y`` why it is on the list: the reason for its group, and up to two more findings.
* ``c``, ``r`` contact and review: [first line, tone, second line].
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.ui.courses import FIRST, each, measures
from bhi_core.ui.marks import class_table

Row = dict[str, Any]

_SEEN = (
    "patient_id", "episode_id", "group", "name", "mrn", "care_manager", "week", "item9", "item9_answer",
    "item9_acknowledged", "why_short", "last_contact", "contact_due", "last_review",
)  # fmt: skip
"""What is read of ``Caseload.worklist``."""

MORE = 2
"""Findings under the reason for the group."""

FAMILY = {
    "T5": "target",
    "T6": "target",
    "T7": "target",
    "T8": "target",
    "T2": "change",
    "T3": "change",
    "T4": "change",
}
"""Rules that say the same of a course in other words: of a family the table shows the first, which is the worst."""

SHOWN_ELSEWHERE = {"C1", "R1", "M1", "M2", "T1"}
"""Rules that another column shows: contact, review, the age of the score, its change."""

SHOWN_BADGES = {
    "late baseline": "late baseline",
    "adult evidence": "adult evidence",
    "discuss": "asked to be discussed",
}
"""Badge -> words under the reason. That somebody is new, the Review column says: never."""


@dataclass(frozen=True)
class Sent:
    """A view of the table as the browser gets it.

    Attributes:
        patient_ids: who stands in it; a pick of anybody else is not heard.
        text: what ``caseload_data`` returns, as JSON in UTF-8.
    """

    patient_ids: frozenset[int]
    text: bytes


class Rows:
    """Every row of a caseload, made when first asked for and kept; read only."""

    def __init__(self, caseload: Caseload, registry: Registry) -> None:
        """Take what was worked out, and what it was worked out from."""
        self._caseload, self._registry = caseload, registry

    @cached_property
    def _made(self) -> dict[int, str]:
        """Give the text of every row by episode_id, without the place of its group, which depends on the view."""
        rows = self._caseload.worklist
        made = _rows(self._caseload, self._registry, rows)
        return {episode: encoded(row)[1:] for episode, row in zip(rows["episode_id"].tolist(), made, strict=True)}

    def view(self, shown: pd.DataFrame | None = None, alt: str | None = None) -> Sent:
        """Put some rows together, as ``caseload_data`` does with the same arguments."""
        rows, places, about = _view(self._caseload, shown, alt)
        made = self._made
        texts = [
            f'{{"g":{places[slug]},{made[episode]}'
            for slug, episode in zip(rows["group"].tolist(), rows["episode_id"].tolist(), strict=True)
        ]
        text = f'{encoded(about)[:-1]},"rows":[{",".join(texts)}]}}'
        return Sent(frozenset(rows["patient_id"].tolist()), text.encode("utf-8"))


def encoded(value: Any) -> str:
    """Write plain values as JSON, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sent(data: dict[str, Any]) -> Sent:
    """Write what ``caseload_data`` returns as the browser gets it."""
    return Sent(frozenset(int(row["id"]) for row in data["rows"]), encoded(data).encode("utf-8"))


def caseload_data(
    caseload: Caseload, registry: Registry, shown: pd.DataFrame | None = None, alt: str | None = None
) -> dict[str, Any]:
    """Make what the caseload table draws.

    Args:
        caseload: what was worked out.
        registry: what it was worked out from; the scores of the small courses come from here.
        shown: the rows of ``caseload.worklist`` to show; all by default.
        alt: what the table shows, in a sentence, for those who do not see it; the headline does well.

    Returns:
        ``rows`` (the module's docstring names their fields), ``groups`` ([heading, note] of the groups that have
        patients, in the order of the meeting), ``scales`` ([name, lowest, highest, threshold or None, direction]),
        ``classes`` ([mark, word, tone]) and ``alt``. No rows give an empty table.
    """
    rows, places, about = _view(caseload, shown, alt)
    made = _rows(caseload, registry, rows)
    grouped = [{"g": places[slug]} | row for slug, row in zip(rows["group"].tolist(), made, strict=True)]
    return about | {"rows": grouped}


def _view(
    caseload: Caseload, shown: pd.DataFrame | None, alt: str | None
) -> tuple[pd.DataFrame, dict[str, int], dict[str, Any]]:
    """Put the rows in the order of their groups; give each group its place; say what is true of the whole view."""
    rows = caseload.worklist if shown is None else shown
    order = caseload.rule_book.group_order
    rows = rows.iloc[np.argsort([order[slug] for slug in rows["group"].tolist()], kind="stable")]
    sizes = Counter(rows["group"].tolist())
    present = [group for group in caseload.rule_book.groups if group.slug in sizes]
    places = {group.slug: place for place, group in enumerate(present)}
    about = {
        "alt": alt or f"Caseload: {words.count(len(rows), 'patient')}, grouped by the reason to speak about them.",
        "groups": [[group.title, _note(sizes[group.slug], group.note)] for group in present],
        "scales": [
            [scale.name, scale.minimum, scale.maximum, scale.threshold, scale.direction]
            for scale in caseload.instruments
        ],
        "classes": class_table(),
    }
    return rows, places, about


def _note(n: int, note: str) -> str:
    """Say how many stand in a group and what the group means."""
    return f"{n} · {note}" if note else str(n)


def _rows(caseload: Caseload, registry: Registry, rows: pd.DataFrame) -> list[Row]:
    """Make one dict a patient, but for the place of its group."""
    measured, more, as_of = measures(caseload, registry, rows), _more(caseload, rows), caseload.as_of
    rule, episodes = caseload.findings["rule"].to_numpy(), caseload.findings["episode_id"].to_numpy()
    very_late = set(episodes[(rule == "C1") & caseload.findings["strong"].to_numpy()].tolist())
    review_due = set(episodes[rule == "R1"].tolist())
    made = []
    for row in each(rows, _SEEN):
        measure = measured[row.episode_id]
        made.append(
            {
                "id": row.patient_id,
                "n": row.name,
                "m": _joined(row.mrn, row.care_manager),
                "w": row.week,
                "b": _item9(row, measure.pop("safety")),
                "y": [row.why_short, more[row.episode_id]],
                "c": _contact(row, as_of, strong=row.episode_id in very_late),
                "r": _review(row, as_of, due=row.episode_id in review_due),
            }
            | measure
        )
    return made


def _joined(*parts: Any) -> str:
    """Join what is known of some texts."""
    return " · ".join(part for part in parts if isinstance(part, str) and part)


def _item9(row: Any, highest: int) -> int:
    """Code the badge of item 9; ``highest`` is the highest answer on any form of the episode."""
    if row.item9_answer > 0:
        return int(row.item9_answer)
    if row.item9_acknowledged:
        return 10 + max(highest, 1)
    return -1 if row.item9 == "unknown" else 0


def _more(caseload: Caseload, rows: pd.DataFrame) -> dict[int, str]:
    """Say of each episode up to two more findings than the reason for its group, and what to know of its scores."""
    ids = rows["episode_id"].to_numpy()
    said: dict[int, list[str]] = {episode: [] for episode in ids.tolist()}
    taken = {episode: {why} for episode, why in zip(ids.tolist(), rows["why_short"].tolist(), strict=True)}
    kept = np.isin(caseload.findings["episode_id"].to_numpy(), ids)
    names = {scale.id: scale.name for scale in caseload.instruments if scale.id != FIRST}
    for episode, rule, short, series in each(caseload.findings, ("episode_id", "rule", "short", "instrument"), kept):
        family = FAMILY.get(rule)
        known = taken[episode]
        repeats = short in known or family in known
        known.update({short} | ({family} if family else set()))
        if not repeats and rule not in SHOWN_ELSEWHERE and len(said[episode]) < MORE:
            name = names.get(series)  # without a name it is about PHQ-9 or the patient
            said[episode].append(short if name is None or name in short else f"{name}: {short[:1].lower()}{short[1:]}")
    for episode, badges, group in each(rows, ("episode_id", "badges", "group")):
        said[episode] += [SHOWN_BADGES[badge] for badge in badges if badge in SHOWN_BADGES and badge != group]
    return {episode: _one_line(parts) for episode, parts in said.items()}


def _one_line(parts: list[str]) -> str:
    """Write findings as one line: each but the first begins small, unless its first word is a name such as PHQ-9."""
    rest = [part[:1].lower() + part[1:] if part[1:2].islower() or part[1:2] == " " else part for part in parts[1:]]
    return "; ".join(parts[:1] + rest)


def _contact(row: Any, as_of: date, *, strong: bool) -> list[str]:
    """Say when the next contact is due, and when the last was."""
    last = f"last {words.day(row.last_contact, as_of)}" if row.last_contact else "never reached"
    due = words.plain_date(row.contact_due)
    if due is None:
        return ["as needed", "", last]
    days = (as_of - due).days
    if days <= 0:
        return [f"due {words.day(due, as_of)}" if days else "due today", "", last]
    return [f"{words.score_age(days)} overdue", "very-late" if strong else "late", last]


def _review(row: Any, as_of: date, *, due: bool) -> list[str]:
    """Say when the last case review was and how long ago; orange when the next is due."""
    tone = "late" if due else ""
    last = words.plain_date(row.last_review)
    if last is None:
        return ["never", tone, ""]
    days = (as_of - last).days
    return [words.day(last, as_of), tone, f"{words.review_age(days)} ago" if days else "today"]
