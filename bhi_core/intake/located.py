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
        one.model_copy(
            update={
                "total": found(one.total),
                "items": one.items if one.one_hot is True else row(one.items),
                "item9": found(one.item9),
                "functional": found(one.functional),
                "date": found(one.date),
            }
        )
        for one in (_with_tick_boxes(measure, headings) for measure in given.measures)
    )
    dates = Dates(column=find(given.dates.column), values=given.dates.values) if given.dates else None
    return given.model_copy(update={"columns": columns, "measures": measures, "dates": dates})


def _with_tick_boxes(measure: Measure, headings: list[str]) -> Measure:
    """List the tick boxes of a measure that names only the part of their headings before the answer."""
    if measure.one_hot is not True:
        return measure
    groups = tuple(tuple(one for one in headings if _is_tick_of(one, stem)) for stem in measure.items)
    return measure.model_copy(update={"one_hot": groups, "items": ()}) if groups and all(groups) else measure


def _is_tick_of(heading: str, stem: str) -> bool:
    """Say whether a heading is a tick box of an item: the item's name, a separator, and the answer."""
    return heading.startswith(stem) and bool(re.match(r"_{2,}\d|\W", heading[len(stem) :]))


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
