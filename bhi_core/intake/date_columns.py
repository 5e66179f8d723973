"""The date columns of a file, each read once; columns that date the same kind of thing settle their order together."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bhi_core.domain.records import Question
from bhi_core.intake.cells import Cells, distinct
from bhi_core.intake.date_meaning import Purpose
from bhi_core.intake.dates import DateReading, Stated, order_evidence, read_dates
from bhi_core.intake.mapping import Answers, Dates
from bhi_core.intake.numbers import number
from bhi_core.intake.sheet import Sheet


class DateColumns:
    """Read the date columns of one file.

    Attributes:
        questions: what the columns read so far leave open, each asked once.
        notes: sentences for the report.
    """

    def __init__(self, sheet: Sheet, answers: Answers, as_of: date, zone: ZoneInfo) -> None:
        """Take the file, what a person has said of its dates, the last day that is not in the future, and the zone."""
        self.sheet, self.as_of, self.zone = sheet, as_of, zone
        self.stated = Stated(order=answers.date_order, date_format=answers.date_format, century=answers.century)
        self.questions: list[Question] = []
        self.notes: list[str] = []
        self._read: dict[tuple[str, Purpose], DateReading] = {}

    def agree(self, headings: Iterable[str]) -> None:
        """Let columns of one role decide their order together: where some show one order and none another, all have it.

        A first and a last date of the same export are written alike. A birth date does not decide for a visit.
        """
        if self.stated.order is not None:
            return
        shown = {heading: order_evidence(self.sheet.cells[heading]) for heading in dict.fromkeys(headings)}
        orders = {one.order for one in shown.values() if one.order is not None}
        both = [one for one in shown.values() if one.day_first and one.month_first]
        if len(orders) == 1 and not both:
            self.stated = replace(self.stated, order=orders.pop())

    def read(self, heading: str, purpose: Purpose = "care", noun: str = "date", *, asks: bool = True) -> DateReading:
        """Read a column, once.

        Args:
            heading: the column.
            purpose: ``"care"``, ``"birth"`` or ``"planned"``.
            noun: what is missing where a cell is empty.
            asks: whether what it leaves open is a question of the file.
        """
        key = (heading, purpose)
        if key not in self._read:
            self._read[key] = read_dates(
                self.sheet.cells[heading],
                column=heading,
                as_of=self.as_of,
                zone=self.zone,
                purpose=purpose,
                stated=self.stated,
                typed=self.sheet.dates(heading) if self.sheet.kinds else None,
                excel_epoch=self.sheet.excel_epoch,
                noun=noun,
            )
            self.notes += self._read[key].notes
        if asks:
            asked = {question.about for question in self.questions}
            self.questions += [each for each in self._read[key].questions if each.about not in asked]
        return self._read[key]


def assigned(sheet: Sheet, dates: Dates) -> Cells:
    """Give the dates that a person assigned to the cells of a column (datetime64[s]); one without is a reason."""
    codes, texts = distinct(sheet.cells[dates.column])
    by_text = {_plain(text): day for text, day in dates.values.items()}
    days: NDArray[np.datetime64] = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    reasons = np.full(len(texts), "", dtype=object)
    for at, text in enumerate(texts):
        day = by_text.get(_plain(text))
        if day is None:
            reasons[at] = f'No date: the mapping assigns none to {dates.column} "{text}".'
        else:
            days[at] = np.datetime64(day, "s")
    return Cells(days[codes], reasons[codes], np.array([text == "" for text in texts], dtype=np.bool_)[codes])


def _plain(text: str) -> str:
    """Compare a number as a number: ``1.0`` is ``1``."""
    value = number(text)
    return f"{value:g}" if value is not None else text.strip().casefold()
