"""Text cells to words of closed lists, yes and no, and free text."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.intake.cells import comparable, quoted, trimmed
from bhi_core.intake.words import free_text, match_word, matched, yes_no

MODALITIES = {
    "in person": "in person",
    "office": "in person",
    "face to face": "in person",
    "video": "video",
    "phone": "phone",
    "telephone": "phone",
    "portal": "portal",
}


def column(*texts: str) -> "pd.Series[str]":
    """Make a column of cells."""
    return pd.Series(list(texts), dtype="str")


def test_words_are_matched_without_case_spaces_or_hyphens() -> None:
    found = matched(column("Phone", "TELEPHONE", "Face-to-face", "in_person ", "office"), MODALITIES, noun="modality")

    assert found.values.tolist() == ["phone", "phone", "in person", "in person", "in person"]


def test_other_word_is_a_reason_that_names_the_list() -> None:
    found = matched(column("Telehealth", "unknown"), MODALITIES, noun="modality")

    assert found.values.tolist() == [None, None]
    assert found.reasons[0] == '"Telehealth" is not a modality: use in person, video, phone, portal.'
    assert found.wrong.all()


def test_empty_cell_and_null_are_missing_words() -> None:
    found = matched(column("", "NULL", "-", "N/A"), MODALITIES, noun="modality")

    assert found.missing.all()


@pytest.mark.parametrize(
    ("text", "said"), [("Yes", True), ("y", True), ("TRUE", True), ("1", True), ("Attended", True)]
)
def test_yes_is_understood(text: str, said: bool) -> None:
    assert yes_no(column(text)).values.tolist() == [said]


@pytest.mark.parametrize("text", ["No", "n", "FALSE", "0", "No show", "no-show", "Cancelled"])
def test_no_is_understood(text: str) -> None:
    assert yes_no(column(text)).values.tolist() == [False]


def test_neither_yes_nor_no_is_a_reason() -> None:
    assert yes_no(column("perhaps")).reasons.tolist() == ['"perhaps" is neither yes nor no.']


def test_one_word_can_be_matched() -> None:
    assert match_word("Tele-Phone", {"tele phone": "phone"}) == "phone"
    assert match_word("fax", MODALITIES) is None


def test_free_text_is_kept_and_a_failed_formula_is_a_reason() -> None:
    found = free_text(column(" says =no ", "", "#N/A", "=B2", "N/A", "#1 priority"))

    assert found.values.tolist() == ["says =no", None, None, "=B2", "N/A", "#1 priority"]
    assert found.missing.tolist() == [False, True, False, False, False, False]
    assert found.reasons[2] == "#N/A is a formula error, not a value."


@settings(deadline=None)
@given(st.text(max_size=40))
def test_comparable_form_is_stable(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)
    assert trimmed(trimmed(text)) == trimmed(text)


def test_spellings_of_a_heading_compare_equal() -> None:
    spellings = ["PHQ-9 Total", "phq_9.total", "\u00a0PHQ 9  total ", "ＰＨＱ‐9 Total"]

    assert len({comparable(spelling) for spelling in spellings}) == 1


def test_long_and_unprintable_text_is_shown_short_and_plain() -> None:
    assert quoted("a\x00b") == '"a·b"'
    assert len(quoted("x" * 500)) == 62
