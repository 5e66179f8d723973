"""Headings to scores: where the totals, items and dates of each questionnaire stand, or what has to be asked."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.intake.grid import kind_of
from bhi_core.intake.headings import either, is_never_a_score_date, occurrence, tight, words
from bhi_core.intake.item_sets import ItemSet, item_sets, numbered_totals
from bhi_core.intake.long_tables import Because, ScoresGuess, long_table
from bhi_core.intake.mapping import Measure
from bhi_core.intake.score_headings import FIRST, LAST, Named, understand


def guess_scores(headings: Iterable[str], cells: pd.DataFrame, instruments: InstrumentRegistry) -> ScoresGuess:
    """Look for scores in a file.

    Args:
        headings: the headings that hold nothing else, in the file's order; ``Date#2`` is the second called Date.
        cells: the file's cells as text, a column a heading.
        instruments: those configured.

    Returns:
        The scores found; with any question nothing may be taken for sure.
    """
    found = {heading: understand(heading, instruments) for heading in headings}
    found = {one: named for one, named in found.items() if named.role != "date" or not is_never_a_score_date(one)}
    long = long_table(found, cells, instruments)
    if long is not None:
        return long
    found = _phq_1_to_9(found, instruments)
    boxes = _tick_boxes(found)
    questions = [*_ask_boxes(boxes), *_dated_headings(found), *_loose(found)]
    found = {heading: named for heading, named in found.items() if heading not in boxes}
    totals = [heading for heading, named in found.items() if named.role == "total"]
    sets, more = item_sets(found, instruments)
    questions += more
    totals += numbered_totals(found, sets)
    measures, more = _measures(found, totals, sets, instruments)
    questions += more
    if not measures and not questions:
        questions.append(_nothing_found(found))
    return ScoresGuess(tuple(measures), {}, tuple(_because(measures, instruments)), tuple(questions))


def _phq_1_to_9(found: dict[str, Named], instruments: InstrumentRegistry) -> dict[str, Named]:
    """Read phq1 ... phq9 (and gad1 ... gad7) as items where the whole set is there; phq2 is no total then."""
    changed = dict(found)
    for family, instrument, count in (("phq", "phq9", 9), ("gad", "gad7", 7)):
        numbered = {
            heading: int(number[1])
            for heading in found
            if (number := re.fullmatch(rf"{family}\s?0*(\d{{1,2}})", words(heading)))
        }
        numbers = Counter(numbered.values())
        if instrument in instruments and set(range(1, count + 1)) <= set(numbers) <= set(range(1, count + 2)):
            for heading, place in numbered.items():
                changed[heading] = Named("item", instrument, place, family=family)
    return changed


def _tick_boxes(found: Mapping[str, Named]) -> list[str]:
    """List the headings of tick boxes: a column an answer (``phq9_1___0``, ``phq9_1___1``)."""
    groups: dict[str, list[str]] = defaultdict(list)
    for heading in found:
        if tick := re.match(r"^(.+?)(?:___\d+|\s*\(choice=.*\))$", heading.strip()):
            groups[tight(tick[1])].append(heading)
    return [heading for group in groups.values() if len(group) > 1 for heading in group]


def _ask_boxes(boxes: list[str]) -> list[Question]:
    """Ask which questions tick boxes belong to."""
    if not boxes:
        return []
    ask = (
        f'"{boxes[0]}" looks like a tick box, a column for each answer: which questionnaire is it, and which columns '
        "belong to which question? Say so with one_hot under [[measure]]."
    )
    return [Question("measure", ask, boxes[0])]


def _dated_headings(found: Mapping[str, Named]) -> list[Question]:
    """Ask about dates as headings: which score stands under them is not written."""
    dated = [heading for heading in found if kind_of(re.sub(r"#\d+$", "", heading)) == "date" and len(heading) > 5]
    if not dated:
        return []
    ask = (
        f'The heading "{dated[0]}" is a date: which questionnaire\'s scores stand under it? Name it as total, and the '
        "date as on, under [[measure]]."
    )
    return [Question("measure", ask, dated[0])]


def _loose(found: Mapping[str, Named]) -> list[Question]:
    """Ask about headings that name no questionnaire: Score, Total, PHQ, Q1 ... This goes before a guess from items."""
    questions = []
    loose = [heading for heading, named in found.items() if named.role == "loose"]
    for heading in loose:
        ask = f'Which questionnaire does "{heading}" hold? It could be more than one.'
        questions.append(Question("measure", ask, heading))
    families: dict[str, list[str]] = defaultdict(list)
    for heading, named in found.items():
        if named.role == "item" and named.instrument is None:
            families[named.family].append(heading)
    for headings in families.values():
        if len(headings) > 1:
            ask = f'Which questionnaire do "{headings[0]}" to "{headings[-1]}" belong to?'
            questions.append(Question("measure", ask, headings[0]))
    return questions


def _measures(
    found: Mapping[str, Named], totals: list[str], sets: list[ItemSet], instruments: InstrumentRegistry
) -> tuple[list[Measure], list[Question]]:
    """Bring totals, items and dates together to scores of a line."""
    measures: list[Measure] = []
    questions: list[Question] = []
    left = list(sets)
    by_key: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for heading in totals:
        by_key[_key(heading, found)].append(heading)
    own_totals = Counter(key[0] for key in by_key)
    for (instrument, occasion, which), headings in by_key.items():
        if len(headings) > 1:
            name = instruments[instrument].name
            questions.append(
                Question(
                    "measure", f"Which column is the {name} total: {either(headings)}?", headings[0], tuple(headings)
                )
            )
        own = [one for one in sets if one.instrument == instrument]
        same = [one for one in own if (one.occasion, one.occurrence) == (occasion, which)]
        form = (
            same[0]
            if same
            else own[0]
            if len(own) == 1 and not own[0].occasion and own_totals[instrument] >= 1
            else None
        )
        if form in left:
            left.remove(form)
        measures.append(_measure(instrument, headings[0], form, own_dates(found, headings[0])))
    for one in left:
        measures.append(
            _measure(one.instrument, None, one, own_dates(found, one.items[0] if one.items else str(one.item9)))
        )
    return measures, questions


def _measure(instrument: str, total: str | None, form: ItemSet | None, dates: list[str]) -> Measure:
    parts = form or ItemSet(instrument, "", 1, (), None, None)
    date = dates[0] if len(dates) == 1 else None
    return Measure(
        instrument=instrument, total=total, items=parts.items, item9=parts.item9, functional=parts.functional, date=date
    )


def _key(heading: str, found: Mapping[str, Named]) -> tuple[str, str, int]:
    named = found[heading]
    return str(named.instrument), named.occasion or (str(named.number) if named.number else ""), occurrence(heading)


def own_dates(found: Mapping[str, Named], heading: str) -> list[str]:
    """Find the date columns that belong to a score alone; none when it shares the line's date.

    Args:
        found: what each heading says.
        heading: the score's total, or its first item.
    """
    instrument, occasion, which = _key(heading, found)
    dates = {each: named for each, named in found.items() if named.role == "date"}
    wanted = _occasion_key(occasion)
    for named_after in (instrument, None):
        fitting = [
            each
            for each, named in dates.items()
            if named.instrument == named_after
            and _occasion_key(named.occasion) == wanted
            and occurrence(each) == which
            and (named_after or occasion or which > 1)
        ]
        if fitting:
            return fitting
    return []


def _occasion_key(occasion: str) -> frozenset[str]:
    """Bring occasions together that mean the same: initial and first, last and most recent, week 4 and wk4."""
    apart = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", occasion)
    said = {
        "week" if word in ("wk", "w", "weeks") else "month" if word in ("mo", "m", "months") else word
        for word in apart.split()
    }
    if said & FIRST:
        said = said - FIRST | {"first"}
    if said & LAST:
        said = said - LAST | {"last"}
    return frozenset(said)


def _nothing_found(found: Mapping[str, Named]) -> Question:
    """Ask where the scores are."""
    foreign = [heading for heading, named in found.items() if named.role == "foreign"]
    if foreign:
        return Question(
            "measure", f'"{foreign[0]}" is of a questionnaire that is not configured: which one is it?', foreign[0]
        )
    return Question("measure", "Which column holds which questionnaire's score? No heading names one.", None)


def _because(measures: Iterable[Measure], instruments: InstrumentRegistry) -> Iterable[Because]:
    for measure in measures:
        name = instruments[measure.instrument].name
        if measure.total:
            yield Because(f"{measure.instrument} total", measure.total, "sure", f"The heading names {name}.")
        if measure.items:
            shown = f"{measure.items[0]} ... {measure.items[-1]}"
            yield Because(
                f"{measure.instrument} items", shown, "sure", f"All {len(measure.items)} questions of {name} are there."
            )
        if measure.item9:
            yield Because(f"{measure.instrument} item9", measure.item9, "sure", f"The safety question of {name} alone.")
        if measure.functional:
            yield Because(
                f"{measure.instrument} functional",
                measure.functional,
                "sure",
                "Asked after the questions, never in the total.",
            )
        if measure.date:
            yield Because(f"{measure.instrument} date", measure.date, "sure", "Named like the score beside it.")
