"""Text cells to totals, answers and minutes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.intake.cells import Cells
from bhi_core.intake.numbers import answers, number, plain_numbers, totals, whole_numbers

WORDS = {
    "Not at all": 0,
    "Several days": 1,
    "More than half the days": 2,
    "Nearly every day": 3,
    "Varios días": 1,
    "Beinahe jeden Tag": 3,
}


def column(*texts: str) -> "pd.Series[str]":
    """Make a column of cells."""
    return pd.Series(list(texts), dtype="str")


def phq9(*texts: str, **more: object) -> Cells:
    """Read PHQ-9 totals."""
    return totals(column(*texts), instrument="PHQ-9", maximum=27, **more)  # type: ignore[arg-type]


def item(*texts: str, **more: object) -> Cells:
    """Read answers to PHQ-9 item 2."""
    return answers(column(*texts), item="PHQ-9 item 2", maximum=3, words=WORDS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("0", 0),
        ("27", 27),
        ("12.0", 12),
        ("12,0", 12),
        ("12.000", 12),
        (" 14", 14),
        ("16\u00a0", 16),
        ("05", 5),
        ("+5", 5),
        ("１４", 14),
        ("-0", 0),
    ],
)
def test_total_is_read(text: str, points: int) -> None:
    found = phq9(text)

    assert found.values.tolist() == [points]
    assert found.reasons.tolist() == [""]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("28", "28 is above the highest PHQ-9 total, 27."),
        ("300", "300 is above the highest PHQ-9 total, 27."),
        ("999", "999 is above the highest PHQ-9 total, 27 (often a code for missing)."),
        ("-1", "-1 is below 0."),
        ("\u22121", "\u22121 is below 0."),
        ("-99", "-99 is below 0 (often a code for missing)."),
        ("7.5", "7.5 is not a whole number."),
        ("11,6", "11,6 is not a whole number."),
        ("twelve", '"twelve" is not a number.'),
        ("12/27", '"12/27" is not a number.'),
        ("17 (moderately severe)", '"17 (moderately severe)" is not a number.'),
        ("1e1", '"1e1" is not a number.'),
        ("1 4", '"1 4" is not a number.'),
        ("14*", '"14*" is not a number.'),
        ("1,000", '"1,000" can be read with a decimal comma or with thousands: write it plainly.'),
        ("58%", '"58%" is a percentage, not points.'),
        ("9" * 5000, f'"{"9" * 59}…" is not a number.'),
        ("#N/A", "#N/A is a formula error, not a value."),
        ("#DIV/0!", "#DIV/0! is a formula error, not a value."),
        (
            "=SUM(D2:L2)",
            '"=SUM(D2:L2)" is a formula without its result: open the file in a spreadsheet and save it again.',
        ),
        ("TRUE", '"TRUE" is not a number.'),
        ("2026-01-05", '"2026-01-05" is not a number.'),
    ],
)
def test_cell_that_is_no_total_has_a_reason_and_is_not_missing(text: str, reason: str) -> None:
    found = phq9(text)

    assert np.isnan(found.values[0])
    assert found.reasons.tolist() == [reason]
    assert found.wrong.tolist() == [True]


@pytest.mark.parametrize(
    "text", ["N/A", "NA", "n/a", "NULL", "nan", "-", "–", ".", "missing", "not done", "Declined", "?"]
)
def test_word_for_missing_is_no_score_and_never_zero(text: str) -> None:
    found = phq9(text)

    assert np.isnan(found.values[0])
    assert found.missing.tolist() == [True]
    assert found.reasons.tolist() == [f'No score ("{text}").']


def test_empty_cell_is_no_score() -> None:
    found = phq9("", "  ")

    assert found.missing.tolist() == [True, True]
    assert found.reasons.tolist() == ["No score.", "No score."]
    assert not found.usable.any() and not found.wrong.any()


def test_stated_codes_are_missing_as_text_or_as_numbers() -> None:
    found = phq9("-99", "-99.0", "7", "77", "LOST", missing_codes=["-99", "7", "lost"])

    assert found.missing.tolist() == [True, True, True, False, True]


def test_percent_of_the_maximum_comes_back_as_points() -> None:
    found = totals(column("60", "60%", "61", "104", "x"), instrument="WHO-5", maximum=25, percent=True)

    assert found.values.tolist()[:2] == [15, 15]
    assert found.reasons.tolist()[2:] == [
        "61 percent of 25 is no whole WHO-5 total.",
        "104 is not between 0 and 100 percent.",
        '"x" is not a number.',
    ]


def test_total_below_the_lowest_of_an_instrument_is_named() -> None:
    assert totals(column("16"), instrument="PCL", minimum=17, maximum=85).reasons.tolist() == ["16 is below 17."]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("0", 0),
        ("3", 3),
        ("2.0", 2),
        ("Several days", 1),
        ("several  days ", 1),
        ("NOT AT ALL", 0),
        ("varios días", 1),
        ("beinahe jeden Tag", 3),
        ("2 - More than half the days", 2),
        ("1-Several days", 1),
        ("(3) Nearly every day", 3),
        ("0 = Not at all", 0),
        ("1. Several days", 1),
        ("1: Several days", 1),
    ],
)
def test_answer_is_read_as_points_or_words(text: str, points: int) -> None:
    assert item(text).values.tolist() == [points]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4", "4 is above 3, the highest answer to PHQ-9 item 2."),
        ("9", "9 is above 3, the highest answer to PHQ-9 item 2 (often a code for missing)."),
        ("-9", "-9 is below 0 (often a code for missing)."),
        ("1.5", "1.5 is not a whole number."),
        ("sometimes", '"sometimes" is not a number.'),
        ("2 - Several days", '"2 - Several days" is two answers: its number says 2, its words say 1.'),
        ("#REF!", "#REF! is a formula error, not a value."),
    ],
)
def test_cell_that_is_no_answer_has_a_reason(text: str, reason: str) -> None:
    assert item(text).reasons.tolist() == [reason]


def test_answers_counted_from_one_come_back_counted_from_zero() -> None:
    found = item("1", "4", "0", "5", "Several days", "2 - Several days", coding="1-4")

    assert found.values.tolist()[:2] == [0, 3]
    assert found.values.tolist()[4:] == [1, 1]
    assert found.reasons.tolist()[2:4] == [
        '"0" is not one of the answers to PHQ-9 item 2.',
        '"5" is not one of the answers to PHQ-9 item 2.',
    ]


def test_answers_in_a_table_of_codes_are_read_by_it_alone() -> None:
    found = item("A1", "a4", "2", "Several days", coding={"A1": 0, "A2": 1, "A3": 2, "A4": 3})

    assert found.values.tolist()[:2] == [0, 3]
    assert found.reasons.tolist()[2] == '"2" is not one of the answers to PHQ-9 item 2.'
    assert found.values.tolist()[3] == 1


def test_answers_in_words_only_take_no_numbers() -> None:
    found = item("Several days", "1", coding="words")

    assert found.usable.tolist() == [True, False]


def test_blank_answer_is_missing_and_not_zero() -> None:
    found = item("", "N/A", "-99", missing_codes=["-99"])

    assert found.missing.all()
    assert np.isnan(found.values).all()
    assert found.reasons.tolist() == ["No answer.", 'No answer ("N/A").', 'No answer ("-99").']


def test_minutes_are_whole_numbers() -> None:
    found = whole_numbers(column("20", "60.0", "1 hr", "7.5", "-5", "", "2000"), maximum=1440)

    assert found.values.tolist()[:2] == [20, 60]
    assert found.reasons.tolist()[2:] == [
        '"1 hr" is not a whole number of minutes.',
        '"7.5" is not a whole number of minutes.',
        "-5 is below 0.",
        "No number.",
        "2000 is above 1440 minutes.",
    ]


def test_plain_numbers_are_nan_where_there_is_none() -> None:
    found = plain_numbers(column("12,5", "", "x", "-9", "12,5"))

    assert found.tolist()[0] == found.tolist()[4] == 12.5
    assert np.isnan(found[1:3]).all() and found[3] == -9


def test_empty_column_is_an_empty_answer() -> None:
    found = phq9()

    assert len(found.values) == len(found.reasons) == len(found.missing) == 0


@settings(deadline=None)
@given(st.lists(st.text(max_size=40)))
def test_any_text_gives_a_value_or_a_reason(texts: list[str]) -> None:
    for found in (phq9(*texts), item(*texts), item(*texts, coding="1-4"), whole_numbers(column(*texts))):
        assert (np.isnan(found.values) == (found.reasons != "")).all()
        assert not (found.usable & found.missing).any()


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.sampled_from(["{}", "{}.0", "{},0", " {} ", "{}.00"]))
def test_whole_number_is_read_in_every_form(value: int, form: str) -> None:
    assert number(form.format(value)) == value
