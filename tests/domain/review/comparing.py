"""Compares a clinic with itself at two times, in the language of ``tests.domain.clinic``."""

from typing import Any

import pandas as pd

from bhi_core.domain.caseload import work_out
from bhi_core.domain.review.changes import changes
from tests.domain.clinic import Case, registry_of


def changed(then: Case | tuple[Case, ...], now: Case | tuple[Case, ...], **options: Any) -> pd.DataFrame:
    """Give what changed between what was known then and what is known now."""
    sides = []
    for cases in (then, now):
        registry = registry_of(*((cases,) if isinstance(cases, Case) else cases))
        sides.append((registry, work_out(registry, **options)))
    return changes(*sides)


def told(then: Case | tuple[Case, ...], now: Case | tuple[Case, ...], kind: str) -> list[str]:
    """Give the sentences of one kind, with ordinary spaces."""
    rows = changed(then, now)
    return [what.replace("\u202f", " ") for what in rows.loc[rows["kind"] == kind, "what"]]


def week_later(case: Case, kind: str, *, days: int = 7) -> list[str]:
    """Give the sentences of one kind between a case and itself some days later, nothing recorded in between."""
    return told(case.with_(as_of=int(case.as_of) - days if isinstance(case.as_of, int) else case.as_of), case, kind)
