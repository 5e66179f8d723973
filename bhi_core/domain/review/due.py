"""What is due of somebody's patients, in words and since when: safety, contacts, measures."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.episodes import OPEN
from bhi_core.domain.lookup import each_row

CONTACT_RULES, MEASURE_RULES = ("T0", "C1"), ("M0", "M1", "M2")
AHEAD = timedelta(days=7)
"""How far ahead contacts are shown: to the same day next week. Source: this project's own decision, a working week."""
Said = tuple[str, Any]
"""Words, and a date (NaT: nothing says since when)."""


@dataclass(frozen=True)
class Due:
    """What is due, by episode: words and since when, of safety, contact and measure; and contacts that come due."""

    safety: dict[int, Said]
    contact: dict[int, Said]
    measure: dict[int, Said]
    soon: dict[int, Said]

    def of(self, section: str) -> dict[int, Said]:
        """Give what is due of a section."""
        found: dict[int, Said] = getattr(self, section)
        return found


def due_of(mine: pd.DataFrame, caseload: Caseload) -> Due:
    """Find what is due of somebody's patients.

    Args:
        mine: rows of the worklist.
        caseload: what they come from.
    """
    as_of = pd.Timestamp(caseload.as_of)
    findings = caseload.findings[caseload.findings["episode_id"].isin(mine["episode_id"])]
    contact, soon = _contacts(mine, findings, as_of)
    return Due(_safety(findings, caseload.flags), contact, _measures(mine, findings, caseload.courses), soon)


def _safety(findings: pd.DataFrame, flags: pd.DataFrame) -> dict[int, Said]:
    """Say the open flags, since the first of them."""
    first = flags[flags["open"].astype(bool)].groupby("episode_id")["date"].min().to_dict()
    said = findings[findings["level"] == "safety"].groupby("episode_id")["full"].agg(" ".join)
    return {int(str(episode)): (told, first.get(episode, pd.NaT)) for episode, told in said.items()}


def _measures(mine: pd.DataFrame, findings: pd.DataFrame, courses: pd.DataFrame) -> dict[int, Said]:
    """Say which scores are missing or out of date, since the oldest of them or, without any, since enrolment."""
    fired = findings[findings["rule"].isin(MEASURE_RULES)]
    last = courses.set_index(["episode_id", "series"])["last_valid_on"].to_dict()
    enrolled = dict(zip(mine["episode_id"].tolist(), mine["enrolled_on"].tolist(), strict=True))
    measured = [last.get((row.episode_id, row.instrument), pd.NaT) for row in each_row(fired)]
    fired = fired.assign(since=pd.to_datetime(pd.Series(measured, index=fired.index, dtype=object)))
    said: dict[int, Said] = {}
    for episode, rows in fired.groupby("episode_id"):
        since = rows["since"].min()
        said[int(str(episode))] = (
            f"{'; '.join(rows['short'])}.",
            enrolled[int(str(episode))] if pd.isna(since) else since,
        )
    return said


def _contacts(
    mine: pd.DataFrame, findings: pd.DataFrame, as_of: pd.Timestamp
) -> tuple[dict[int, Said], dict[int, Said]]:
    """Say which contacts are due or overdue, and which come due in the days ahead.

    Who was reached today, or was reached before and has a day ahead, is not to be called again because the follow-up
    after the first contact is late (T0).
    """
    on = as_of.date()
    now: dict[int, Said] = {}
    soon: dict[int, Said] = {}
    late = findings[findings["rule"].isin(CONTACT_RULES)].sort_values("rule", kind="stable")
    said = late.groupby("episode_id")["full"].agg(" ".join).to_dict()
    columns = ("episode_id", "status", "contact_due", "enrolled_on", "last_contact")
    for row in each_row(mine, columns):
        due = row.contact_due
        planned = row.last_contact == as_of or (not pd.isna(due) and due > as_of and not pd.isna(row.last_contact))
        last = f" Last reached {words.day(row.last_contact, on)}." if not pd.isna(row.last_contact) else ""
        if row.episode_id in said and not planned:
            since = row.enrolled_on if pd.isna(due) or due >= as_of else due
            now[row.episode_id] = (said[row.episode_id] + ("" if "reached" in said[row.episode_id] else last), since)
        elif row.status in OPEN and not pd.isna(due) and due == as_of:
            now[row.episode_id] = (f"Contact is due today.{last}", due)
        elif row.status in OPEN and not pd.isna(due) and as_of < due <= as_of + AHEAD:
            soon[row.episode_id] = (f"Contact is due {words.full_day(words.plain_date(due) or on)}.{last}", due)
    return now, soon
