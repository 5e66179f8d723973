"""Severity then and now: from which band to which, on each scale that has the bands of severity."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bhi_core.domain.caseload.figures import Figure

if TYPE_CHECKING:
    from bhi_core.domain.caseload.work_out import Caseload

SEVERITY_FLOW = "severity flow"


@dataclass(frozen=True)
class Flow:
    """The open patients of one scale by their first and their latest band.

    Attributes:
        name: the scale's name.
        bands: from the mildest to the most severe.
        cells: a row a band at the start, a column a band of the latest score (the first where there is no other). A
            cell's denominator is its row.
    """

    name: str
    bands: tuple[str, ...]
    cells: tuple[tuple[Figure, ...], ...]


def severity_flow(caseload: "Caseload") -> list[Flow]:
    """Lay the bands of the first score of the open patients against those of the latest valid one."""
    facts = caseload.facts
    shown = facts["is_open"] & facts["episode_id"].isin(caseload.worklist["episode_id"])
    people = facts.loc[shown].set_index("episode_id")["patient_id"]
    courses = caseload.courses
    flows = []
    for series in caseload.rule_book.words("scored_scales"):
        instrument = caseload.instruments[series]
        here = (courses["series"] == series) & courses["has_baseline"] & courses["episode_id"].isin(people.index)
        rows = courses.loc[here, ["episode_id", "baseline", "last_valid"]].set_index("episode_id")
        inside = {
            column: [rows[column].between(band.low, band.high).to_numpy() for band in instrument.bands]
            for column in ("baseline", "last_valid")
        }
        names = tuple(band.name for band in instrument.bands)
        ids = people.reindex(rows.index).to_numpy()
        cells = []
        for start, of in zip(names, inside["baseline"], strict=True):
            all_of = tuple(int(one) for one in ids[of])
            whom = f"open patients whose first {instrument.name} was {start}"
            row = []
            for latest, now in zip(names, inside["last_valid"], strict=True):
                found = tuple(int(one) for one in ids[of & now])
                label = f"{instrument.name} {start}, now {latest}"
                row.append(Figure(SEVERITY_FLOW, label, len(found), len(all_of), whom, found, all_of))
            cells.append(tuple(row))
        flows.append(Flow(instrument.name, names, tuple(cells)))
    return flows
