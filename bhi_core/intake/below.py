"""What stands under and between the data rows: totals, footer lines, the heading again, another table."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.intake.cells import MISSING_WORDS, comparable
from bhi_core.intake.grid import Grid, kind_of
from bhi_core.intake.heading_rows import usual_kind

AGAIN = "The heading again."
TITLE = "A title line above the heading again."
TOTALS = "A totals row under the table."
TOTALS_INSIDE = "A totals row inside the table."
FOOTER = "A footer line under the table."

_SAMPLE = 300
_TOTAL_WORDS = re.compile(
    r"(grand |sub ?|over ?all |column |all )?"
    r"(totals?|sum|average|avg|mean|median|count|minimum|maximum|min|max|std( dev)?|sd|standard deviation"
    r"|summe|gesamt|gesamtsumme|zwischensumme|mittelwert|durchschnitt|anzahl|promedio|media|suma)"
    r"( score| phq 9| gad 7)?\s*[:=]?\s*(\d+([.,]\d+)?)?|n\s*[:=]\s*\d+",
)
_LIKE_TOTALS = "(grand|sub|over|column|all|total|sum|av|me|count|m[ai][nxt]|mit|st|sd|ges|zwi|dur|anz|pro|n *[:=])"
_FOOTER_WORDS = re.compile(
    "|".join(
        (
            r"(report )?(run|printed|generated|created|exported|extracted|refreshed|downloaded|last (updated|modified))"
            r"( on| by| at| from| date|:| \d).*",
            r"(page|seite|página|pagina):? \d.*",
            r"(strictly |private and )?(confidential|vertraulich|confidencial)\b.*",
            r"end of (report|file|data|list|export)\b.*",
            r"(total|number of|no\. of|#) ?(records|patients|rows|scores|results)\b.*",
            r"(record|row|patient) count\b.*",
            r"(filters?|(data )?source|notes?|legend|disclaimer|copyright|key|quelle|erstellt|fuente)( am)?:.*",
            r"(data )?(as of|stand)(:| \d).*",
            r"n ?= ?\d+( [^\W\d]+)?",
            r"\(?\d+ (records?|patients|rows?|results|entries|datensätze|filas)\b.*",
            r"[*©†‡]+ ?[^\W\d].*",
            r"[-=_*]{3,}",
        )
    )
)


class Table:
    """The rows between the headings and the end, with what is usual in their columns."""

    def __init__(self, grid: Grid, headings: tuple[int, ...], first: int, end: int, blank: NDArray[np.bool_]) -> None:
        self.grid, self.headings, self.first, self.end, self.blank = grid, headings, first, end, blank
        self.full = [at for at in range(first, end) if not blank[at]]
        sample = [[str(cell) for cell in row] for row in grid.cells.iloc[self.full[:_SAMPLE]].to_numpy(dtype=object)]
        self.width = len(grid.cells.columns)
        self.usual = [usual_kind(sample, at) for at in range(self.width)]
        self.counts = np.zeros(len(grid.cells), dtype=np.int64)
        for name in grid.cells.columns:
            self.counts += (grid.cells[name] != "").to_numpy(dtype=np.int64)
        self.filled = float(np.median(self.counts[self.full])) if self.full else 0.0
        self.longest_words = max((len(row[0].split()) for row in sample[: max(len(sample) // 2, 1)]), default=0)

    def repeated_headings(self) -> dict[int, str]:
        """Find the rows that hold the (last row of) headings once more, with the titles of a part above them."""
        if not self.headings or self.first >= self.end:
            return {}
        names = self.grid.row(self.headings[-1])
        same = np.full(self.end - self.first, any(names))
        for at, name in enumerate(names):
            same &= (self.grid.cells[at].iloc[self.first : self.end] == name).to_numpy(dtype=np.bool_)
        found: dict[int, str] = {}
        for at in (self.first + np.flatnonzero(same)).tolist():
            found |= {title: TITLE for title in range(self._top(at), at)}
            found[at] = AGAIN
        return found

    def _top(self, at: int) -> int:
        """Give the first of the titles (one cell each, under a blank row) that stand above a row, or the row itself."""
        top = at
        while top - 1 > self.first and self.counts[top - 1] == 1:
            top -= 1
        return top if top > self.first and self.blank[top - 1] else at

    def second_heading(self) -> int | None:
        """Find the first row of another table below (its title, if it has one), or None."""
        known = {comparable(name) for at in self.headings for name in self.grid.row(at) if name}
        for at in self._candidates(known):
            if self._heads(self.grid.row(at), known, at):
                return self._top(at)
        return None

    def _candidates(self, known: set[str]) -> list[int]:
        """Give the rows worth looking at: under a blank row, or with words of the headings in them."""
        found = {at for at in self.full if at > self.first and self.blank[self._top(at) - 1]}
        for name in self.grid.cells.columns:
            column = self.grid.cells[name].iloc[self.first : self.end]
            codes, like = _distinct_among(column, known)
            if like and len(like) < 50:
                hits = np.flatnonzero(np.isin(codes, like))
                if len(hits) <= max(5, len(column) // 50):
                    found |= {self.first + int(at) for at in hits}
        rows = np.array(sorted(at for at in found if self.counts[at] >= 2), dtype=np.int64)
        values = np.zeros(len(rows), dtype=np.bool_)
        for name in self.grid.cells.columns:
            values |= self.grid.cells[name].iloc[rows].str.fullmatch(r"[-+\d.,:/ T]+").to_numpy(dtype=np.bool_)
        return [int(at) for at in rows[~values]]

    def _heads(self, row: list[str], known: set[str], at: int) -> bool:
        """Tell whether a row is the heading of another table."""
        texts = [cell for cell in row if cell]
        if len(texts) < 2 or any(kind_of(cell) != "word" for cell in texts):
            return False
        if self.headings and row == self.grid.row(self.headings[-1]):
            return False
        if sum(comparable(cell) in known for cell in texts) >= 2:
            return True
        follows = [self.grid.row(later) for later in self.full if later > at][:3]
        values_follow = any(kind_of(cell) in ("number", "date") for later in follows for cell in later)
        out_of_kind = sum(
            bool(cell) and usual in ("number", "date") and cell.casefold() not in MISSING_WORDS
            for cell, usual in zip(row, self.usual, strict=True)
        )
        return values_follow and bool(self.blank[self._top(at) - 1]) and out_of_kind >= 1

    def below(self, taken: dict[int, str]) -> dict[int, str]:
        """Find totals and footer lines: from the bottom up, and totals rows between the data."""
        found: dict[int, str] = {}
        labelled = self._labelled_totals()
        for at in reversed(self.full[-40:]):
            if at in taken:
                continue
            row = self.grid.row(at)
            if at in labelled or self._sums_up(row, at):
                found[at] = TOTALS
            elif self._is_footer(row):
                found[at] = FOOTER
            else:
                break
        return {at: TOTALS_INSIDE for at in labelled if at not in taken} | found

    def _labelled_totals(self) -> set[int]:
        """Find rows whose first cell says "Total" or the like, with nothing but numbers beside it.

        A column that holds such a word again and again is a column of words, not of totals.
        """
        found: set[int] = set()
        for name in self.grid.cells.columns:
            codes, uniques = pd.factorize(self.grid.cells[name].iloc[self.first : self.end])
            words = pd.Series(uniques, dtype="str").str.match(_LIKE_TOTALS, case=False)
            for code in np.flatnonzero(words.to_numpy(dtype=np.bool_)).tolist():
                if _TOTAL_WORDS.fullmatch(comparable(str(uniques[code]))):
                    rows = np.flatnonzero(codes == code)
                    if len(rows) <= max(3, len(self.full) // 7):
                        found |= {self.first + row for row in rows.tolist()}
        return {at for at in found if self._is_totals(self.grid.row(at))}

    def _is_totals(self, row: list[str]) -> bool:
        """Tell whether a row begins with a word for totals and holds only such words and numbers."""
        kinds = [(kind, cell) for cell in row if (kind := kind_of(cell))]
        if kinds[0][0] != "word" or any(kind == "date" for kind, _ in kinds):
            return False
        return all(kind == "number" or _TOTAL_WORDS.fullmatch(comparable(cell)) for kind, cell in kinds)

    def _sums_up(self, row: list[str], at: int) -> bool:
        """Tell whether a row without a label holds the sum or the mean of each column above it."""
        filled = [column for column, cell in enumerate(row) if cell]
        if not filled or any(kind_of(row[column]) != "number" for column in filled) or len(filled) > self.width - 1:
            return False
        above = [position for position in self.full if position < at]
        if len(above) < 3 or row[0]:
            return False
        return all(self._is_sum(column, above, row[column]) for column in filled)

    def _is_sum(self, column: int, above: list[int], text: str) -> bool:
        """Tell whether a number is the sum of a column's numbers above, or has decimals and is their mean."""
        texts = self.grid.cells[column].iloc[above].str.replace(",", ".", regex=False)
        values = pd.to_numeric(texts, errors="coerce").dropna()
        plain = text.replace(",", ".")
        said = pd.to_numeric(plain, errors="coerce")
        if len(values) < 3 or pd.isna(said):
            return False
        decimals = len(plain.partition(".")[2])
        is_mean = decimals > 0 and abs(said - values.mean()) <= 0.5001 * 10**-decimals
        return bool(is_mean or abs(said - values.sum()) < 1e-6)

    def _is_footer(self, row: list[str]) -> bool:
        """Tell whether a row is a line of text under the table rather than a record."""
        texts = [cell for cell in row if cell]
        if len(texts) > 3 or self.width < 2:
            return False
        if len(texts) < self.width and _FOOTER_WORDS.fullmatch(" ".join(texts).casefold()):
            return True
        if len(texts) > max(1.0, self.filled / 2):
            return False
        if len(texts) == 2 and texts[0].endswith(":"):
            return True
        return bool(row[0]) and len(texts) == 1 and len(row[0].split()) >= 5 > self.longest_words


def _distinct_among(column: "pd.Series[str]", known: set[str]) -> tuple[NDArray[np.intp], list[int]]:
    """Number a column's distinct texts, and give the numbers of those that are among some headings."""
    codes, uniques = pd.factorize(column)
    texts = pd.Series(uniques, dtype="str")
    longest = max((len(name) for name in known), default=0) + 8
    begins = {name[:1] for name in known} | {name[:1].upper() for name in known}
    likely = (texts.str.len() <= longest) & texts.str.slice(0, 1).isin(begins)
    numbers = np.flatnonzero(likely.to_numpy(dtype=np.bool_)).tolist()
    return codes, [number for number in numbers if comparable(str(uniques[number])) in known]
