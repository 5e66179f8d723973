"""A long list in parts: nobody is lost, groups stay together, and a short list is not divided."""

import pandas as pd
import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.ui.paging import parts
from tests.domain.clinic import Case, registry_of

SEEN = "contact@0; contact@80; review@80"
CASELOAD = work_out(
    registry_of(
        *(Case(90, "PHQ-9@0=19[i9=0]; PHQ-9@84=17[i9=2]", SEEN, mrn=f"1{n}") for n in range(3)),
        *(Case(90, "PHQ-9@0=14; PHQ-9@84=20", SEEN, mrn=f"2{n}") for n in range(4)),
        *(Case(90, "PHQ-9@0=19; PHQ-9@84=4", SEEN, mrn=f"3{n}") for n in range(9)),
    )
)


@pytest.mark.parametrize("most", [1, 3, 5, 7, 8, 16, 300])
def test_every_row_is_in_one_part_in_the_order_of_the_groups(most: int) -> None:
    found = parts(CASELOAD, CASELOAD.worklist, most)

    assert all(0 < len(part.rows) <= most for part in found)
    assert len({part.label for part in found}) == len(found)
    together = pd.concat([part.rows for part in found])
    order = CASELOAD.rule_book.group_order
    assert sorted(together["episode_id"]) == sorted(CASELOAD.worklist["episode_id"])
    assert together["group"].map(order).is_monotonic_increasing


def test_groups_that_fit_stand_in_one_part_and_are_named() -> None:
    found = parts(CASELOAD, CASELOAD.worklist, 9)

    assert [part.label for part in found] == ["1: Safety to Worse or relapsed, 7", "2: On track, 9"]


def test_nobody_makes_no_part() -> None:
    assert parts(CASELOAD, CASELOAD.worklist.iloc[:0], 300) == []
