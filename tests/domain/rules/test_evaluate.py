"""The frame of findings."""

import pandas as pd

from bhi_core.domain.rules import FINDING_COLUMNS, evaluate
from tests.domain.clinic import Case, caseload_of


def test_findings_are_one_row_each_worst_first_with_the_columns_that_everyone_reads() -> None:
    caseload = caseload_of(
        Case(as_of=100, scores="PHQ-9@0=16[i9=2]; GAD-7@0=12; PHQ-9@60=15; GAD-7@60=13", follow_up_weeks=2)
    )

    findings = evaluate(
        caseload.facts, caseload.trajectories, caseload.flags, caseload.as_of,
        target_rule="or", rule_book=caseload.rule_book, instruments=caseload.instruments,
    )  # fmt: skip

    pd.testing.assert_frame_equal(findings, caseload.findings)
    assert tuple(findings) == FINDING_COLUMNS
    assert not findings.duplicated(["episode_id", "rule", "instrument"]).any()
    assert findings["level"].map(caseload.rule_book.rank).is_monotonic_increasing
    assert findings[["rule", "instrument"]].to_numpy().tolist()[:3] == [["S1", "phq9"], ["T6", "phq9"], ["T6", "gad7"]]
