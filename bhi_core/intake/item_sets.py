"""Item columns gathered to whole forms; a form that lacks questions is asked about."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.intake.headings import occurrence, tight
from bhi_core.intake.score_headings import Named


@dataclass(frozen=True)
class ItemSet:
    """Hold the columns of one form's items."""

    instrument: str
    occasion: str
    occurrence: int
    items: tuple[str, ...]
    item9: str | None
    functional: str | None


def item_sets(found: Mapping[str, Named], instruments: InstrumentRegistry) -> tuple[list[ItemSet], list[Question]]:
    """Gather item columns to whole forms; ask where a form lacks some."""
    groups: dict[tuple[str, str, int], dict[int, str]] = defaultdict(dict)
    texts: dict[tuple[str, str, int], bool] = {}
    for heading, named in found.items():
        if named.role == "item" and named.instrument is not None:
            key = (named.instrument, named.occasion, occurrence(heading))
            groups[key].setdefault(named.number, heading)
            texts[key] = named.family == "text"
    functionals = [heading for heading, named in found.items() if named.role == "functional"]
    sets: list[ItemSet] = []
    questions: list[Question] = []
    for (name, occasion, which), columns in groups.items():
        instrument = _shorter(instruments[name], columns, instruments) if texts[name, occasion, which] else None
        instrument = instrument or instruments[name]
        needed = len(instrument.scored_items)
        safety = [place + 1 for place in instrument.safety_items]
        if set(range(1, needed + 1)) <= set(columns):
            count = max(number for number in columns if number <= len(instrument.items))
            items = tuple(columns[number] for number in range(1, count + 1))
            functional = columns.get(count + 1) or _functional_of(instrument, functionals, found, which)
            sets.append(ItemSet(instrument.id, occasion, which, items, None, functional))
        elif list(columns) == safety[:1]:
            sets.append(ItemSet(instrument.id, occasion, which, (), columns[safety[0]], None))
        elif not _are_occasions(columns, found):
            questions.append(_part_of_a_form(instrument, columns))
    loose = [heading for heading, named in found.items() if named.role == "safety item" and named.instrument is None]
    numbered = any(
        named.family == "item" and named.instrument is None for named in found.values() if named.role == "item"
    )
    if loose and not numbered and not sets and "phq9" in instruments:
        sets.append(ItemSet("phq9", "", 1, (), loose[0], None))
    return sets, questions


def _shorter(instrument: Instrument, columns: Mapping[int, str], instruments: InstrumentRegistry) -> Instrument | None:
    """Find the short form whose questions are exactly these: PHQ-2 for the first two of PHQ-9."""
    texts = {tight(instrument.items[number - 1].text) for number in columns}
    return next((one for one in instruments if one.items and {tight(item.text) for item in one.items} == texts), None)


def _functional_of(
    instrument: Instrument, functionals: list[str], found: Mapping[str, Named], which: int
) -> str | None:
    """Find the functional item of a form: its own, else the only one in the file."""
    own = [heading for heading in functionals if found[heading].instrument == instrument.id]
    candidates = own or [heading for heading in functionals if found[heading].instrument is None]
    return next((heading for heading in candidates if occurrence(heading) == which), None)


def _are_occasions(columns: Mapping[int, str], found: Mapping[str, Named]) -> bool:
    """Say whether numbers count occasions (PHQ9_1, PHQ9_2 with dates of the same numbers) instead of questions."""
    dated = {named.occasion for named in found.values() if named.role == "date"}
    return bool(columns) and all(str(number) in dated for number in columns)


def numbered_totals(found: Mapping[str, Named], sets: list[ItemSet]) -> list[str]:
    """List ``PHQ9_1``, ``PHQ9_2`` that are totals of numbered occasions."""
    taken = {heading for one in sets for heading in (*one.items, one.item9, one.functional)}
    dated = {named.occasion for named in found.values() if named.role == "date"}
    return [
        heading
        for heading, named in found.items()
        if named.role == "item" and named.instrument and heading not in taken and str(named.number) in dated
    ]


def _part_of_a_form(instrument: Instrument, columns: Mapping[int, str]) -> Question:
    """Ask about a form that lacks questions: eight items called PHQ-9 are a PHQ-8."""
    needed = len(instrument.scored_items)
    first = columns[min(columns)]
    ask = (
        f'{instrument.name} has {needed} questions, the file has {len(columns)} of them, from "{first}": which '
        "questionnaire is it?"
    )
    return Question("measure", ask, first)
