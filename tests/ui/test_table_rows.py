"""The rows made once for every view say what rows made for one view say."""

import json

import pytest
from pandas.testing import assert_frame_equal

from bhi_core.domain.caseload import work_out
from bhi_core.ui.tables import Rows, caseload_data, sent
from tests.domain.clinic import Case, registry_of

SEEN = "contact@0; contact@80; review@80"
CASES = (
    Case(90, "PHQ-9@0=19[i9=0]; PHQ-9@84=17[i9=2]", SEEN, mrn="1"),
    Case(90, "PHQ-9@0=14; PHQ-9@84=20; GAD-7@0=15; GAD-7@84=3", SEEN, mrn="2"),
    Case(90, "PHQ-9@0=19; PHQ-9@84=4", SEEN, mrn="3"),
    Case(90, "", "", mrn="4"),
)


@pytest.mark.parametrize("places", [[0, 1, 2, 3], [3, 0], [2], []])
def test_a_view_is_what_the_table_of_the_same_rows_is(places: list[int]) -> None:
    registry = registry_of(*CASES)
    caseload = work_out(registry)
    rows = Rows(caseload, registry)
    rows.view()
    shown = caseload.worklist.iloc[places]

    view = rows.view(shown, "so many")

    assert len(json.loads(view.text)["rows"]) == len(places)
    assert view == sent(caseload_data(caseload, registry, shown, "so many"))


def test_making_rows_leaves_what_they_are_made_from_as_it_is() -> None:
    registry = registry_of(*CASES)
    caseload = work_out(registry)
    worklist, trajectories, scores = caseload.worklist.copy(), caseload.trajectories.copy(), registry.scores.copy()

    Rows(caseload, registry).view()

    assert_frame_equal(caseload.worklist, worklist)
    assert_frame_equal(caseload.trajectories, trajectories)
    assert_frame_equal(registry.scores, scores)
