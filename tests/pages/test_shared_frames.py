"""What a session keeps is shared by its pages, so no page may change it."""

from dataclasses import fields
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine

from bhi_core.ui import data
from bhi_core.ui.worked import Worked
from tests.pages.conftest import TODAY, Open
from tests.pages.test_caseload import worked_out


def copies(worked: Worked) -> dict[str, pd.DataFrame]:
    """Copy every frame, deeply."""
    return {
        f"{type(whole).__name__}.{part.name}": getattr(whole, part.name).copy(deep=True)
        for whole in (worked.registry, worked.caseload)
        for part in fields(whole)
        if isinstance(getattr(whole, part.name), pd.DataFrame)
    }


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Worked]:
    """Give what the pages of a test took from the session, in the order of asking."""
    taken: list[Worked] = []
    asked = data.worked

    def noted(*args: Any, **options: Any) -> Worked:
        taken.append(asked(*args, **options))
        return taken[-1]

    monkeypatch.setattr(data, "worked", noted)
    return taken


def test_no_page_changes_the_frames_that_the_session_keeps(
    demo_clinic: Engine, open_page: Open, kept: list[Worked]
) -> None:
    flagged = worked_out(demo_clinic).worklist["patient_id"].tolist()
    open_page("pages/care/caseload.py", caseload_show="All")
    before = copies(kept[0])

    for page, query in (
        ("pages/care/caseload.py", {"caseload_level": "safety", "caseload_instrument": "GAD-7"}),
        ("pages/care/patient.py", {"id": str(flagged[0])}),
        ("pages/care/summary.py", {}),
    ):
        open_page(page, **query)

    assert all(worked is kept[0] for worked in kept if len(worked.patient_ids) > 1), "worked out once"
    for name, frame in copies(kept[0]).items():
        assert_frame_equal(frame, before[name], obj=name)


def test_a_patient_taken_out_of_the_caseload_is_what_a_caseload_of_one_is(
    demo_clinic: Engine, open_page: Open, kept: list[Worked]
) -> None:
    open_page("pages/care/caseload.py")
    whole = kept[0]

    for patient_id in whole.caseload.worklist["patient_id"].tolist()[:6]:
        alone = whole.patient(patient_id)
        registry, caseload = alone.registry, alone.caseload
        assert registry.as_of == TODAY
        for part in (registry.scores, registry.contacts, caseload.worklist, caseload.flags):
            assert set(part["patient_id"]) <= {patient_id}
        expected = whole.registry.scores[whole.registry.scores["patient_id"] == patient_id].reset_index(drop=True)
        assert_frame_equal(registry.scores, expected)
        mine = whole.caseload.findings["episode_id"].isin(registry.episodes["episode_id"])
        assert_frame_equal(caseload.findings, whole.caseload.findings[mine].reset_index(drop=True))


def test_somebody_who_is_not_in_the_caseload_gives_empty_frames(
    demo_clinic: Engine, open_page: Open, kept: list[Worked]
) -> None:
    open_page("pages/care/caseload.py")

    assert kept[0].patient(999_999).registry.patients.empty
