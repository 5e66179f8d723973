"""The headings that a mapping names, found among those of a file."""

import re
from collections.abc import Iterable

from bhi_core.errors import Refused
from bhi_core.intake.cells import comparable
from bhi_core.intake.mapping import Dates, Mapping, Measure


def located(given: Mapping, headings: list[str]) -> Mapping:
    """Give the mapping with each heading as the file spells it.

    Raises:
        Refused: a heading is not in the file.
    """

    def find(wanted: str) -> str:
        for spell in (str, comparable, _without_signs):
            fitting = [heading for heading in headings if spell(heading) == spell(wanted)]
            if len(fitting) == 1:
                return fitting[0]
        shown = ", ".join(headings[:40])
        raise Refused(f'The mapping names the column "{wanted}", which the file does not have. It has: {shown}.')

    def found(wanted: str | None) -> str | None:
        return find(wanted) if wanted else None

    def row(wanted: Iterable[str]) -> tuple[str, ...]:
        return tuple(find(each) if each else "" for each in wanted)

    columns = {key: (found(one) or "") if isinstance(one, str) else row(one) for key, one in given.columns.items()}
    measures = tuple(
        measure.model_copy(
            update={
                "total": found(measure.total),
                "items": measure.items if measure.one_hot is True else row(measure.items),
                "item9": found(measure.item9),
                "functional": found(measure.functional),
                "date": found(measure.date),
            }
        )
        for measure in given.measures
    )
    dates = Dates(column=find(given.dates.column), values=given.dates.values) if given.dates else None
    return given.model_copy(update={"columns": columns, "measures": measures, "dates": dates})


def _without_signs(heading: str) -> str:
    """Compare headings by letters and digits alone, keeping ``#2``."""
    return re.sub(r"[^\w#]+|_", "", comparable(heading))


def used(mapping: Mapping) -> set[str]:
    """Give the headings that a mapping uses."""
    found: set[str] = set()
    for one in mapping.columns.values():
        found |= {one} if isinstance(one, str) else set(one)
    for measure in mapping.measures:
        found |= {
            measure.total or "",
            measure.item9 or "",
            measure.functional or "",
            measure.date or "",
            *measure.items,
        }
        found |= set(tick_columns(measure))
    if mapping.dates:
        found.add(mapping.dates.column)
    return found - {""}


def tick_columns(measure: Measure) -> list[str]:
    """List the headings under ``one_hot``."""
    if isinstance(measure.one_hot, bool):
        return []
    return [name for one in measure.one_hot for name in ([one] if isinstance(one, str) else one)]
