"""What a meeting left in words: the reviews that it recorded, and the texts that were typed and are not closed yet."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import RecommendationKind, RecommendationStatus
from bhi_core.domain.review.recommendations import recommendations

FIELD = re.compile(r"rec(?P<number>\d+)\.(?P<part>kind|words|owner|due)")


@dataclass(frozen=True)
class Advice:
    """One recommendation.

    Attributes:
        number: its place, from 1.
        kind, words, owner: as recorded, ``""`` where not.
        due: until when, None where no date was given.
        status: a word of ``RecommendationStatus``.
        status_on: since when; None while proposed.
        why: why it was declined, else ``""``.
        days_late: whole days past due, 0 when not late or no longer open.
    """

    number: int
    kind: str
    words: str
    owner: str
    due: date | None
    status: str = RecommendationStatus.PROPOSED
    status_on: date | None = None
    why: str = ""
    days_late: int = 0

    @property
    def what(self) -> str:
        """Say it: ``Raise dose: sertraline to 150 mg``."""
        return ": ".join(part for part in (self.kind[:1].upper() + self.kind[1:], self.words.rstrip(".")) if part)

    @property
    def terms(self) -> str:
        """Say who and until when: ``owner A. Novak, due 9 Dec 2026``; ``""`` where neither was said."""
        owner = f"owner {self.owner}" if self.owner else ""
        due = f"due {words.day_and_year(self.due)}" if self.due else ""
        return ", ".join(part for part in (owner, due) if part)

    @property
    def fate(self) -> str:
        """Say what became of it: ``proposed, overdue by 3 days``, ``declined 1 Dec 2026: prefers to wait``."""
        if self.kind == RecommendationKind.NO_CHANGE and self.status == RecommendationStatus.PROPOSED:
            return "nothing to do"
        late = f", overdue by {words.count(self.days_late, 'day')}" if self.days_late else ""
        on = f" {words.day_and_year(self.status_on)}" if self.status_on else ""
        why = f": {self.why}" if self.why else ""
        return f"{self.status}{on}{why}{late}"


@dataclass(frozen=True)
class Conflicting:
    """Texts of two or more people for one field that nobody has settled: what it is about, and (who, text) each."""

    about: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """What was said of one patient: the discussion, the recommendations, and what is not settled."""

    discussed: str = ""
    advice: tuple[Advice, ...] = ()
    conflicts: tuple[Conflicting, ...] = ()

    @property
    def said(self) -> tuple[Any, ...]:
        """Give what can be compared with another record: no numbers, no fate."""
        advice = ((one.kind, one.words, one.owner, one.due) for one in self.advice)
        return (self.discussed, *advice)


def recorded(now: Registry, meeting_id: int) -> dict[int, Record]:
    """Give what the meeting recorded, with what became of each recommendation.

    Args:
        now: what is known now; case reviews of other meetings and of none are left out.
        meeting_id: the meeting.

    Returns:
        patient_id -> what was discussed and recommended, recommendations in the order in which they were given; nobody
        of whom it recorded nothing.
    """
    reviews = now.reviews[now.reviews["meeting_id"] == meeting_id].sort_values("review_id")
    fates = {row["review_id"]: row for row in recommendations(now).to_dict("records")}
    found: dict[int, Record] = {}
    for patient_id, rows in reviews.groupby("patient_id", sort=True):
        written = rows.to_dict("records")
        given = [fates[row["review_id"]] for row in written if row["review_id"] in fates]
        discussed = next((said for row in written if (said := _text(row["discussed"]))), "")
        found[_id(patient_id)] = Record(discussed, tuple(_advice(at, row) for at, row in enumerate(given, start=1)))
    return found


def _advice(number: int, row: dict[Hashable, Any]) -> Advice:
    """Turn a row of ``recommendations`` into plain values."""
    status = RecommendationStatus(row["status"])
    kind, said = _text(row["kind"]), _text(row["words"])
    return Advice(
        number=number,
        kind=kind,
        words="" if said.casefold() == kind.casefold() else said,
        owner=_text(row["owner"]),
        due=words.plain_date(row["due"]),
        status=status,
        status_on=None if status == RecommendationStatus.PROPOSED else words.plain_date(row["status_on"]),
        why=_text(row["why"]) if status == RecommendationStatus.DECLINED else "",
        days_late=int(row["days_late"]) if row["overdue"] else 0,
    )


def typed(entries: pd.DataFrame) -> dict[int, Record]:
    """Give what stands in the fields of the form; a rival text is a conflict, not an entry.

    Args:
        entries: a row a text that stands (``store.queries.entries``): patient_id, field, value, by, rival_of (NaN: the
            text of the field).

    Returns:
        patient_id -> what is typed; a due date that is none is left out. Nobody of whom nothing was typed.
    """
    found: dict[int, Record] = {}
    for patient_id, rows in entries.groupby("patient_id", sort=True):
        standing = rows[rows["rival_of"].isna()]
        fields = {str(row["field"]): _text(row["value"]) for row in standing.to_dict("records")}
        found[_id(patient_id)] = Record(fields.get("discussed", ""), _typed_advice(fields), _conflicts(rows))
    return found


def _typed_advice(fields: dict[str, str]) -> tuple[Advice, ...]:
    """Read recommendations from fields such as ``rec1.kind``; one without kind and words is none."""
    parts: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        matched = FIELD.fullmatch(name)
        if matched is not None:
            parts.setdefault(int(matched["number"]), {})[matched["part"]] = value
    told = [part for _, part in sorted(parts.items()) if part.get("kind") or part.get("words")]
    return tuple(
        Advice(at, part.get("kind", ""), part.get("words", ""), part.get("owner", ""), _date(part.get("due", "")))
        for at, part in enumerate(told, start=1)
    )


def _conflicts(rows: pd.DataFrame) -> tuple[Conflicting, ...]:
    """Give the fields that hold a rival text, each with every text that stands for it and who wrote it."""
    contested = rows.loc[rows["rival_of"].notna(), "field"].unique().tolist()
    return tuple(
        Conflicting(
            _about(str(field)),
            tuple((_text(row["by"]), _text(row["value"])) for row in rows[rows["field"] == field].to_dict("records")),
        )
        for field in contested
    )


def _about(field: str) -> str:
    """Name a field: ``rec2.words`` is "Recommendation 2, words"."""
    matched = FIELD.fullmatch(field)
    return "Discussed" if matched is None else f"Recommendation {matched['number']}, {matched['part']}"


def _date(text: str) -> date | None:
    """Read a date as it is kept; what is none is not said."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _id(key: Any) -> int:
    return int(key)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
