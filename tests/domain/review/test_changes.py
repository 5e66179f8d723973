"""Changes of any history agree with the caseload asked at the two times and every record counted."""

from collections import Counter

from hypothesis import HealthCheck, given, settings

from bhi_core.domain.caseload import as_json, work_out
from bhi_core.domain.review.changes import KINDS, changes
from tests.domain.review.brute_force import compared
from tests.domain.review.histories import FAR, NOW, History, at, end_of, histories

EXAMPLES = 50


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(histories())
def test_changes_agree_with_a_plain_comparison_of_the_two_times(history: History) -> None:
    then, now = at(history, history.then, end_of(history.then)), at(history, NOW, FAR)
    before, caseload = work_out(then), work_out(now)

    rows = changes((then, before), (now, caseload))

    expected = compared(history, as_json(before), as_json(caseload))
    assert Counter(zip(rows["mrn"], rows["kind"], strict=True)) == expected
    ranks = caseload.worklist.groupby("mrn")["rank"].min().fillna(1000)
    order = [(KINDS.index(row.kind), ranks.get(row.mrn, 1000), row.mrn) for row in rows.itertuples()]
    assert order == sorted(order)
    for what in rows["what"]:
        assert what[0].isupper() and what[-1] == "."
        assert "nan" not in what.casefold() and "NaT" not in what and "None" not in what
