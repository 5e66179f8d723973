"""The caseload as the team meets it: who is on the list, in which order, why, and why the others are not."""

from bhi_core.domain.caseload.answers import Explanation, explain, headline
from bhi_core.domain.caseload.export import as_json
from bhi_core.domain.caseload.figures import Figure, summary
from bhi_core.domain.caseload.severity import Flow, severity_flow
from bhi_core.domain.caseload.work_out import Caseload, work_out

__all__ = [
    "Caseload", "Explanation", "Figure", "Flow", "as_json", "explain", "headline", "severity_flow", "summary",
    "work_out",
]  # fmt: skip
