"""Text that an export made harmless comes back as it was."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhi_core.intake.formula_guard import unguarded
from bhi_core.report.sheets import harmless
from tests.intake.small_files import read


def back(text: str) -> str:
    """Take the apostrophe off one cell."""
    return str(unguarded(pd.DataFrame({"Why": [text, "other"]}, dtype="str"))["Why"].iat[0])


@given(st.text(alphabet="'=+-@a1 \t", max_size=6))
def test_any_text_is_the_same_after_it_was_made_harmless_and_read(text: str) -> None:
    assert back(harmless(text)) == text


@pytest.mark.parametrize("text", ["'90s music", "'tis", "'", "O'Brien", ""])
def test_apostrophes_that_guard_nothing_stay(text: str) -> None:
    assert back(text) == text


def test_guarded_text_and_ids_of_a_file_are_read_without_the_apostrophe() -> None:
    parsed = read("MRN,Date,Change,Why\n'-12,2026-01-05,start,'=better sleep\n", kind="treatments")

    assert parsed.records["patient_id"].tolist() == ["-12"]
    assert parsed.records["why"].tolist() == ["=better sleep"]
