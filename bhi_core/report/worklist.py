"""The caseload as rows of a file: one a patient, in the order of the meeting, with headings that people read."""

import pandas as pd

from bhi_core.domain.caseload import Caseload

SERIES = {"phq9": "PHQ-9", "gad7": "GAD-7"}
PLAIN = {
    "rank": "Rank", "name": "Name", "mrn": "MRN", "care_manager": "Care manager", "site": "Site",
    "consultant": "Consultant", "status": "Status", "enrolled_on": "Enrolled on", "week": "Week", "level": "Level",
}  # fmt: skip
COURSE = {
    "baseline": "first", "baseline_on": "first on", "latest": "latest", "latest_on": "latest on",
    "change": "change", "percent": "change %", "outcome_class": "class",
}  # fmt: skip


def rows(caseload: Caseload, shown: pd.DataFrame) -> pd.DataFrame:
    """Make the rows of the file.

    Args:
        caseload: what was worked out.
        shown: rows of ``caseload.worklist``, in the order to be written.

    Returns:
        One row a patient: who, state, both scales (points, dates, percent), the reason, contact and review, as of
        when and by which rules.
    """
    parts = [shown[list(PLAIN)].rename(columns=PLAIN)]
    courses = caseload.trajectories
    for series, name in SERIES.items():
        of_series = courses[courses["instrument"] == series].set_index("episode_id")[list(COURSE)]
        placed = of_series.reindex(shown["episode_id"].to_numpy()).set_axis(shown.index)
        placed["outcome_class"] = placed["outcome_class"].astype(object)
        placed["percent"] = placed["percent"].round(1)
        parts.append(placed.rename(columns={column: f"{name} {word}" for column, word in COURSE.items()}))
    parts.append(
        pd.DataFrame(
            {
                "Item 9": shown["item9"],
                "Why": shown["why_full"].where(shown["listed"].astype(bool), shown["not_listed_because"]),
                "Last contact": shown["last_contact"],
                "Next contact due": shown["contact_due"],
                "Last review": shown["last_review"],
                "As of": pd.Timestamp(caseload.as_of),
                "Rules": caseload.rules_version,
            }
        )
    )
    return pd.concat(parts, axis=1)
