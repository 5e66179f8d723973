"""Columns of dates: what decides the order, what is asked, what is no date."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.intake.date_meaning import Purpose
from bhi_core.intake.dates import DateReading, Stated, order_evidence, read_dates

AS_OF = date(2026, 6, 30)
NEW_YORK = ZoneInfo("America/New_York")


def column(*texts: str) -> "pd.Series[str]":
    """Make a column of cells."""
    return pd.Series(list(texts), dtype="str")


def read(*texts: str, purpose: Purpose = "care", epoch: int = 1900, **stated: object) -> DateReading:
    """Read a column called Visit as of 30 June 2026 in New York."""
    return read_dates(
        column(*texts),
        column="Visit",
        as_of=AS_OF,
        zone=NEW_YORK,
        purpose=purpose,
        stated=Stated(**stated),  # type: ignore[arg-type]
        excel_epoch=epoch,  # type: ignore[arg-type]
    )


def days(found: DateReading) -> list[str]:
    """Give the days as ISO text."""
    assert not found.questions
    return [str(day)[:10] for day in found.cells.values]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/01/05",
        "2026.01.05",
        "20260105",
        "20260105093100",
        "2026-01-05 09:31",
        "2026-01-05T09:31:00",
        "2026-01-05 09:31:00.000",
        "2026-01-05T09:31:00-05:00",
        "5 Jan 2026",
        "5-Jan-2026",
        "05JAN2026",
        "Jan 5, 2026",
        "January 5th, 2026",
        "2026-Jan-05",
        "Monday, January 5, 2026",
        "Mon, 05 Jan 2026 09:31:00",
        "Mon Jan 05 2026 09:31:00 GMT-0500 (Eastern Standard Time)",
        "5. Januar 2026",
        "5 de enero de 2026",
        "05.01.2026",
        "5.1.2026 09:31",
        "46027",
        "46027.396527778",
        "２０２６-01-05",
        "\u00a02026-01-05 ",
    ],
)
def test_day_is_read_however_it_is_written(text: str) -> None:
    assert days(read(text)) == ["2026-01-05"]


@pytest.mark.parametrize(
    ("month", "text"),
    [(3, "3. März 2025"), (10, "3. Okt. 2025"), (12, "3 dic 2025"), (9, "Sept 3, 2025"), (8, "3-AGO-2025")],
)
def test_months_are_known_in_english_german_and_spanish(month: int, text: str) -> None:
    assert days(read(text)) == [f"2025-{month:02d}-03"]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2025", "01/15/2026"], "MDY"),
        (["03/04/2025", "15/01/2026"], "DMY"),
        (["03-04-2025", "15-01-2026"], "DMY"),
        (["03.04.2025"], "DMY"),
        (["03.04.2025", "30.11.1988"], "DMY"),
        (["02/30/2026"], "MDY"),
        (["01152026"], "MDY"),
        (["15012026"], "DMY"),
    ],
)
def test_order_is_decided_from_the_whole_column(texts: list[str], order: str) -> None:
    found = read(*texts)

    assert found.order == order
    assert not found.questions


def test_open_order_is_asked_with_an_example_in_words() -> None:
    found = read("05/05/2025", "03/04/2025", "")

    question = found.questions[0]
    assert (question.about, question.column, question.options) == ("date_order", "Visit", ("DMY", "MDY"))
    assert question.ask == "03/04/2025: 3 April or March 4?"


def test_column_that_reads_the_same_both_ways_is_not_asked_about() -> None:
    assert days(read("05/05/2025", "01/01/2026")) == ["2025-05-05", "2026-01-01"]


def test_column_with_both_orders_is_asked_and_then_what_does_not_fit_is_a_reason() -> None:
    texts = ("13/02/2026", "02/14/2026", "03/04/2026")

    asked, answered = read(*texts), read(*texts, order="DMY")

    assert [question.about for question in asked.questions] == ["date_order"]
    assert days(answered) == ["2026-02-13", "NaT", "2026-04-03"]
    assert answered.cells.reasons[1] == "02/14/2026 is not a date, read day first."


def test_stated_order_is_followed_even_against_dots() -> None:
    assert days(read("03/04/2025", "03.04.2025", order="MDY")) == ["2025-03-04", "2025-03-04"]
    assert days(read("25-03-04", order="YMD", century="confirm")) == ["2025-03-04"]


def test_evidence_of_several_columns_can_be_looked_at() -> None:
    found = order_evidence(column("03/04/2025", "13/04/2025", ""))

    assert (found.day_first, found.month_first, found.either) == ("13/04/2025", None, "03/04/2025")
    assert found.order == "DMY"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "2026-02-30 is not a date."),
        ("02/30/2026", "02/30/2026 is not a date."),
        ("1975-02-29", "1975-02-29 is not a date."),
        ("2026-13-01", "2026-13-01 is not a date."),
        ("2062-01-05", "2062-01-05 is in the future."),
        ("2026-07-01", "2026-07-01 is in the future."),
        ("1826-01-05", "1826-01-05 is before 1900."),
        ("2026-01", "2026-01 has no day, so it is not a date."),
        ("Jan 2026", "Jan 2026 has no day, so it is not a date."),
        ("2026", "2026 has no day, so it is not a date."),
        ("10-Dec", "10-Dec has no year, so it is not a date."),
        ("14/10", "14/10 has no year, so it is not a date."),
        ("week 8", "week 8 is not a date."),
        ("yesterday", '"yesterday" is not a date.'),
        ("2026-01-05 25:00", "2026-01-05 25:00 is not a date."),
        ("1/14/2026 0:05 pm", "1/14/2026 0:05 pm is not a date."),
        ("2026-01-05T09:31:00+99:00", "2026-01-05T09:31:00+99:00 is not a date."),
        ("20260105993100", "20260105993100 is not a date."),
        ("2026-01-05 " + "x" * 90, '"2026-01-05 xxxxxxxxxxxxxxxxxxxxxxxxxxxx…" is not a date.'),
        ("2026-01-05 to 2026-01-07", "2026-01-05 to 2026-01-07 is not a date."),
        ("12", "12 is not a date."),
        ("99999", "99999 is not a date."),
        ("#VALUE!", "#VALUE! is a formula error, not a value."),
        ("TRUE", '"TRUE" is not a date.'),
    ],
)
def test_cell_that_is_no_date_has_a_reason(text: str, reason: str) -> None:
    found = read(text, *["2026-01-05", "2026-01-06", "2026-01-07"])

    assert found.cells.reasons.tolist() == [reason, "", "", ""]
    assert not found.cells.missing.any()


def test_the_day_itself_is_not_in_the_future() -> None:
    assert days(read("2026-06-30")) == ["2026-06-30"]


@pytest.mark.parametrize(
    "text", ["", "N/A", "-", "0000-00-00", "1/0/1900", "0", "1980-01-01", "1900-01-01", "01.01.1900"]
)
def test_missing_words_and_dummy_days_are_missing(text: str) -> None:
    found = read(text)

    assert found.cells.missing.tolist() == [True]
    assert found.cells.reasons[0].startswith("No date")


def test_dummy_day_of_care_can_be_a_birth_date() -> None:
    assert days(read("1980-01-01", purpose="birth")) == ["1980-01-01"]
    assert read("1900-01-01", purpose="birth").cells.missing.tolist() == [True]


def test_what_is_planned_may_lie_ahead() -> None:
    assert days(read("2026-12-24", purpose="planned")) == ["2026-12-24"]


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("2026-01-15T02:30:00Z", "2026-01-14", "2026-01-15T02:30:00"),
        ("2026-01-15 02:30:00+0000", "2026-01-14", "2026-01-15T02:30:00"),
        ("2026-01-15 02:30 UTC", "2026-01-14", "2026-01-15T02:30:00"),
        ("2026-01-14T23:30:00-05:00", "2026-01-14", "2026-01-15T04:30:00"),
        ("2026-07-01T03:00:00Z", "2026-06-30", "2026-07-01T03:00:00"),
        ("2026-01-14 21:05:11", "2026-01-14", "2026-01-15T02:05:11"),
        ("1/14/2026 9:05:11 PM", "2026-01-14", "2026-01-15T02:05:11"),
        ("1/14/2026 12:05 am", "2026-01-14", "2026-01-14T05:05:00"),
        ("2026-06-14 12:00", "2026-06-14", "2026-06-14T16:00:00"),
    ],
)
def test_moment_belongs_to_the_local_day_of_the_clinic(text: str, day: str, moment: str) -> None:
    found = read(text)

    assert days(found) == [day]
    assert str(found.moments[0]) == moment


def test_days_written_as_midnight_utc_throughout_do_not_move_to_the_day_before() -> None:
    texts = [f"2026-01-{day:02d}T00:00:00Z" for day in range(5, 10)]

    plain, moments = read(*texts), read(*texts, "2026-01-10T15:00:00Z")

    assert days(plain)[0] == "2026-01-05"
    assert plain.notes == ('In "Visit" every time is midnight UTC: they were read as days without a time.',)
    assert days(moments)[0] == "2026-01-04"


def test_last_moment_of_the_calendar_is_a_dummy_day_in_any_zone() -> None:
    assert read("9999-12-31T23:59:00-05:00").cells.missing.tolist() == [True]


def test_date_without_a_time_is_no_moment() -> None:
    assert np.isnat(read("2026-01-05").moments).all()


@pytest.mark.parametrize(
    ("text", "unit", "day"), [("1767225600", "s", "2025-12-31"), ("1767225600000", "ms", "2025-12-31")]
)
def test_counts_since_1970_are_asked_about(text: str, unit: str, day: str) -> None:
    asked = read(text)

    assert [(question.about, question.options[0]) for question in asked.questions] == [("date_format", unit)]
    assert days(read(text, date_format=unit)) == [day]


def test_one_odd_number_among_dates_raises_no_question() -> None:
    found = read(*(f"2026-01-{day:02d}" for day in range(1, 29)), "1767225600")

    assert not found.questions
    assert found.cells.reasons[-1] == "1767225600 is not a date."


def test_serial_numbers_since_1990_are_dates_beside_dates_as_text() -> None:
    assert days(read("46027", "01/13/2026")) == ["2026-01-05", "2026-01-13"]
    assert days(read("44565", epoch=1904)) == ["2026-01-05"]


def test_serial_numbers_before_1990_are_asked_about() -> None:
    asked = read("12345", "23456", purpose="birth")

    assert asked.questions[0].ask == "12345: a spreadsheet's number for 18 October 1933?"
    assert days(read("12345", "23456", purpose="birth", date_format="excel")) == ["1933-10-18", "1964-03-20"]


def test_years_of_two_digits_are_asked_about_and_what_reads_both_ways_is_a_reason() -> None:
    texts = ("1/14/26", "1/5/71")

    asked = read(*texts, purpose="birth")
    rejected = read(*texts, purpose="birth", century="reject")
    confirmed = read(*texts, purpose="birth", century="confirm")

    assert [question.about for question in asked.questions] == ["century"]
    assert days(rejected) == ["NaT", "1971-01-05"]
    assert rejected.cells.reasons[0] == "1/14/26 could be 1926 or 2026."
    assert days(confirmed) == ["2026-01-14", "1971-01-05"]


def test_score_of_the_last_century_is_not_thought_of_for_a_year_that_can_only_be_this_one() -> None:
    assert days(read("1/14/26", "14-Feb-26", century="reject")) == ["2026-01-14", "2026-02-14"]


def test_real_dates_that_may_have_been_swapped_are_noted() -> None:
    real = [f"2026-0{month}-0{month + 1}" for month in range(1, 7)]
    text = [f"{day}/02/2026" for day in range(13, 19)]

    found = read_dates(
        column(*real, *text), column="Visit", as_of=AS_OF, zone=NEW_YORK, typed=np.array([True] * 6 + [False] * 6)
    )

    assert "may have swapped day and month" in found.notes[0]


def test_real_dates_on_any_day_are_not_noted() -> None:
    real = [f"2026-01-{day}" for day in range(10, 16)]
    text = [f"{day}/02/2026" for day in range(13, 19)]

    found = read_dates(
        column(*real, *text), column="Visit", as_of=AS_OF, zone=NEW_YORK, typed=np.array([True] * 6 + [False] * 6)
    )

    assert found.notes == ()


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789/-.: TZamp,JanMärz+", max_size=24) | st.text(max_size=20), max_size=8))
def test_any_text_gives_a_day_or_a_reason(texts: list[str]) -> None:
    for purpose in ("care", "birth", "planned"):
        found = read(*texts, purpose=purpose, order="DMY", century="confirm", date_format="excel")

        assert (np.isnat(found.cells.values) == (found.cells.reasons != "")).all()


FORMS: dict[str, dict[str, Any]] = {
    "%Y-%m-%d": {},
    "%Y/%m/%d": {},
    "%Y%m%d": {},
    "%d.%m.%Y": {},
    "%m/%d/%Y": {"order": "MDY"},
    "%d-%m-%Y": {"order": "DMY"},
    "%d %b %Y": {},
    "%B %d, %Y": {},
    "%Y-%m-%dT00:00:00": {},
    "%m/%d/%Y 12:00:00 AM": {"order": "MDY"},
    "%a %d %b %Y": {},
}


@settings(deadline=None)
@given(st.dates(date(1990, 1, 2), AS_OF), st.sampled_from(sorted(FORMS)))
def test_every_day_survives_every_form(day: date, form: str) -> None:
    found = read(day.strftime(form), purpose="birth", **FORMS[form])

    assert days(found) == [day.isoformat()]


@settings(deadline=None)
@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2026, 6, 29)),
    st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]),
)
def test_every_moment_survives_whatever_its_zone(naive: datetime, zone: str) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone))

    found = read(moment.isoformat(), purpose="birth")

    assert str(found.moments[0]) == naive.replace(microsecond=0).isoformat()
    assert days(found) == [moment.astimezone(NEW_YORK).date().isoformat()]
