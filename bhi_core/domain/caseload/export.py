"""The caseload as plain data, in the shape that scripts read."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from bhi_core.domain.lookup import each_row

if TYPE_CHECKING:
    from bhi_core.domain.caseload.work_out import Caseload


def as_json(caseload: "Caseload") -> dict[str, Any]:
    """Give the caseload as a document of plain values, ready for ``json.dumps``.

    Returns:
        ``{"as_of", "rules_version", "patients": [...]}``: first the listed by rank, then everyone else by MRN, each
        with state, badges, instruments by name, findings and, when not listed, the reason. Missing is None.
    """
    names = {instrument.id: instrument.name for instrument in caseload.instruments}
    wanted = caseload.worklist["episode_id"]
    courses = caseload.trajectories[caseload.trajectories["episode_id"].isin(wanted)]
    by_episode: dict[int, dict[str, Any]] = {}
    for row in each_row(courses):
        by_episode.setdefault(row.episode_id, {})[names[row.instrument]] = _course(row)
    findings: dict[int, list[dict[str, Any]]] = {}
    for row in each_row(caseload.findings[caseload.findings["episode_id"].isin(wanted)]):
        findings.setdefault(row.episode_id, []).append(_finding(row, names))
    patients = [
        _patient(row, by_episode.get(row.episode_id, {}), findings.get(row.episode_id, []), names)
        for row in each_row(caseload.worklist)
    ]
    return {"as_of": caseload.as_of.isoformat(), "rules_version": caseload.rules_version, "patients": patients}


def _patient(
    row: Any, courses: dict[str, Any], findings: list[dict[str, Any]], names: dict[str, str]
) -> dict[str, Any]:
    """Give one patient."""
    state = {"class": row.state_class, "instrument": names[row.state_instrument]} if row.state_class else None
    return {
        "mrn": row.mrn,
        "enrolled_on": _day(row.enrolled_on),
        "status": row.status,
        "needs_team": bool(row.needs_team),
        "listed": bool(row.listed),
        "rank": int(row.rank) if row.listed else None,
        "level": row.level,
        "state": state,
        "badges": list(row.badges),
        "instruments": courses,
        "findings": findings,
        "not_listed_because": row.not_listed_because,
    }


def _course(row: Any) -> dict[str, Any]:
    """Give one instrument's course."""
    return {
        "baseline": _number(row.baseline),
        "baseline_on": _day(row.baseline_on),
        "latest": _number(row.latest),
        "latest_on": _day(row.latest_on),
        "change": _number(row.change),
        "percent": None if pd.isna(row.percent) else float(row.percent),
        "class": _text(row.outcome_class),
        "item9": _text(row.item9),
    }


def _finding(row: Any, names: dict[str, str]) -> dict[str, Any]:
    """Give one finding; one about the patient names no instrument."""
    about = {"instrument": names[row.instrument]} if row.instrument is not None else {}
    return {"rule": row.rule, **about, "level": row.level, "reason": row.full, "action": row.action}


def _day(on: Any) -> str | None:
    return None if pd.isna(on) else str(on.date().isoformat())


def _text(word: Any) -> str | None:
    return word if isinstance(word, str) else None


def _number(value: float) -> int | float | None:
    """Give a whole number as one; missing as None."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
