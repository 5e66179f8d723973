"""One name for every column: equal headings numbered, two rows joined, an empty heading named by its letter."""

from collections import Counter
from collections.abc import Sequence

from bhi_core.intake.grid import column_name

MergedCells = Sequence[tuple[int, int, int, int]]


def one_row(cells: Sequence[str]) -> list[str]:
    """Name the columns by one row of headings.

    >>> one_row(["MRN", "Date", "", "Date"])
    ['MRN', 'Date', 'Column C', 'Date#2']
    """
    return unique([" ".join(cell.split()) for cell in cells])


def two_rows(upper: Sequence[str], lower: Sequence[str], spans: Sequence[tuple[int, int]] = ()) -> list[str]:
    """Name the columns by two rows of headings, ``4 weeks / Date``.

    Args:
        upper: the row of groups; an empty cell belongs to the group on its left.
        lower: the row of columns.
        spans: first and last column of each merged cell of the upper row; with any, groups reach as far as these.

    >>> two_rows(["", "4 weeks", "", "12 weeks"], ["MRN", "Date", "PHQ-9", "Date"])
    ['MRN', '4 weeks / Date', '4 weeks / PHQ-9', '12 weeks / Date']
    """
    return unique(joined(filled_forward(upper, spans), lower))


def filled_forward(upper: Sequence[str], spans: Sequence[tuple[int, int]] = ()) -> list[str]:
    """Write each group's label over all its columns."""
    filled = [" ".join(cell.split()) for cell in upper]
    if spans:
        for first, last in spans:
            filled[first : last + 1] = [filled[first]] * (min(last, len(filled) - 1) - first + 1)
        return filled
    for at in range(1, len(filled)):
        filled[at] = filled[at] or filled[at - 1]
    return filled


def joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join the two rows; a column with a label in one of them only, or twice the same, has that one."""
    names = []
    for group, cell in zip(upper, lower, strict=True):
        own = " ".join(cell.split())
        names.append(f"{group} / {own}" if group and own and group != own else own or group)
    return names


def unique(names: Sequence[str]) -> list[str]:
    """Name empty headings by their letter and number equal ones from the second on."""
    seen: Counter[str] = Counter()
    taken = set(names)
    result = []
    for at, name in enumerate(names):
        own = name or f"Column {column_name(at)}"
        seen[own] += 1
        numbered = own
        while seen[own] > 1 and (numbered := f"{own}#{seen[own]}") in taken:
            seen[own] += 1
        taken.add(numbered)
        result.append(numbered)
    return result
