"""What changed in the caseload between two times: then with what was known then, now with all that is known.

Nothing of this is kept: it is worked out from the caseload at the two times, so a correction or a score that arrives
late is new, however old its date. ``docs/decisions/0008-the-weekly-review.md`` has the readings.
"""

import pandas as pd

from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.changed_flags import flag_changes
from bhi_core.domain.review.changed_records import record_changes
from bhi_core.domain.review.changed_state import state_changes
from bhi_core.domain.review.two_times import Change, Known

KINDS = (
    "new safety flag", "acknowledged", "new non-responder", "deteriorated", "relapsed", "responded", "remitted",
    "no longer listed", "newly overdue", "newly enrolled", "closed", "score corrected", "score arrived late",
    "recommendation due",
)  # fmt: skip
"""The kinds of change, in the order in which they are told."""

COLUMNS = ("patient_id", "mrn", "kind", "what")


def changes(then: tuple[Registry, Caseload], now: tuple[Registry, Caseload]) -> pd.DataFrame:
    """Tell what changed between two times.

    Args:
        then: what was known then, as of that day, and the caseload worked out from it.
        now: what is known now, as of a day on or after it, and the caseload worked out from it by the same rules. Both
            are of the same people: read them for everybody and narrow the result, since somebody who was another care
            manager's then would seem newly enrolled.

    Returns:
        A row a change, in the order of ``KINDS``, within a kind by rank on the list now (those not listed last, by
        MRN), then by date: patient_id (int64), mrn, kind, what (one sentence with numbers and dates). A patient may
        have several, also of one kind: a safety flag, an acknowledgement, a score, a recommendation and each thing
        overdue have a row each. Nothing changed gives an empty frame with these columns.
    """
    then, now = Known(*then), Known(*now)
    found = [*flag_changes(then, now), *state_changes(then, now), *record_changes(then, now)]
    rows = pd.DataFrame(found, columns=list(Change._fields))
    rows = rows[rows["patient_id"].isin(now.patients)]
    ranks = now.caseload.worklist.groupby("patient_id")["rank"].min()
    people = now.registry.patients.set_index("patient_id")["mrn"]
    rows = rows.assign(
        patient_id=rows["patient_id"].astype("int64"),
        mrn=people.reindex(rows["patient_id"]).to_numpy(dtype=object),
        rank=ranks.reindex(rows["patient_id"]).to_numpy(dtype=float),
        place=rows["kind"].map({kind: place for place, kind in enumerate(KINDS)}).astype("int64"),
        on=pd.to_datetime(rows["on"]).astype("datetime64[s]"),
    )
    ordered = rows.sort_values(["place", "rank", "mrn", "on"], kind="stable", ignore_index=True)
    return ordered[list(COLUMNS)]
