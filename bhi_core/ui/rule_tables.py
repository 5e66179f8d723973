"""The rule book and the instruments as tables of text, for the page that shows what the software decides by."""

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.domain.rules import RuleBook, Threshold
from bhi_core.ui.look import literal

NONE = "–"


def rule_rows(book: RuleBook) -> pd.DataFrame:
    """Give the rules in the order of the table.

    Returns:
        A row is a rule; columns Rule, Fires when, Level, Numbers, Suggests, Source: text, safe for markdown. The
        numbers are those of the rule's own thresholds; what several rules share stands in ``threshold_rows``.
    """
    rows = [
        {
            "Rule": rule_id,
            "Fires when": rule.title,
            "Level": " or ".join(levels_of(book, rule_id)) or NONE,
            "Numbers": "; ".join(_number(name, each) for name, each in _own_thresholds(book, rule_id)) or NONE,
            "Suggests": rule.action,
            "Source": rule.shown_source,
        }
        for rule_id, rule in book.rules.items()
    ]
    return _table(rows, "Rule")


def levels_of(book: RuleBook, rule_id: str) -> list[str]:
    """Name the levels at which a rule may fire, worst first."""
    named = {level for group in book.groups if rule_id in group.rules for level in group.levels}
    return [level for level in book.levels.order if level in named]


def threshold_rows(book: RuleBook) -> pd.DataFrame:
    """Give every threshold.

    Returns:
        A row is a threshold; columns Threshold, Value, Counts, Source, May be set: text, safe for markdown.
    """
    rows = [
        {
            "Threshold": name.replace("_", " "),
            "Value": _value(each),
            "Counts": each.unit,
            "Source": each.shown_source,
            "May be set": _may_be_set(each),
        }
        for name, each in book.thresholds.items()
    ]
    return _table(rows, "Threshold")


def instrument_rows(instruments: InstrumentRegistry) -> pd.DataFrame:
    """Give the configured questionnaires with their numbers.

    Returns:
        A row is an instrument; columns Instrument, Measures, Range, Bands, Elevated, Remission below, Noticed by
        patients, Real change: text, safe for markdown.
    """
    return _table([_numbers(each) for each in instruments], "Instrument")


def source_rows(instruments: InstrumentRegistry) -> pd.DataFrame:
    """Give what the instruments' numbers rest on.

    Returns:
        A row is an instrument; columns Instrument, Real change rests on, Sources, LOINC, Licence: text, safe for
        markdown.
    """
    return _table([_origins(each) for each in instruments], "Instrument")


def _numbers(one: Instrument) -> dict[str, str]:
    better = "lower is better" if one.direction > 0 else "higher is better"
    return {
        "Instrument": one.name,
        "Measures": f"{one.condition or NONE}{'' if one.trackable else '; a screener, not followed over time'}",
        "Range": f"{one.minimum} to {one.maximum}, {better}",
        "Bands": "; ".join(f"{band.low} to {band.high} {band.name}" for band in one.bands) or NONE,
        "Elevated": _elevated(one),
        "Remission below": _points(one.remission_below),
        "Noticed by patients": _points(one.mcid),
        "Real change": _points(one.reliable),
    }


def _origins(one: Instrument) -> dict[str, str]:
    codes = [f"{name} {code}" for name, code in (("total", one.loinc_total), ("form", one.loinc_panel)) if code]
    return {
        "Instrument": one.name,
        "Real change rests on": one.reliability or NONE,
        "Sources": "; ".join(one.sources) or NONE,
        "LOINC": ", ".join(codes) or NONE,
        "Licence": one.licence or NONE,
    }


def _elevated(one: Instrument) -> str:
    """Say from which total a score counts as elevated, in the scale's own direction and by sex where that differs."""
    side = "or more" if one.direction > 0 else "or less"
    by_sex = (("women", one.threshold_women), ("men", one.threshold_men))
    parts = [f"{points} {side} ({who})" for who, points in by_sex if points is not None]
    if one.threshold is not None:
        parts.insert(0, f"{one.threshold} {side}")
    return "; ".join(parts) or NONE


def _points(value: int | None) -> str:
    return NONE if value is None else words.count(value, "point")


def _own_thresholds(book: RuleBook, rule_id: str) -> list[tuple[str, Threshold]]:
    """Give the thresholds that carry a rule's id in their name."""
    start = f"{rule_id.lower()}_"
    return [(name.removeprefix(start), each) for name, each in book.thresholds.items() if name.startswith(start)]


def _number(name: str, each: Threshold) -> str:
    unit = each.unit.replace("months", "month", 1) if each.value == 1 else each.unit
    return f"{name.replace('_', ' ')} {_value(each)} {unit}"


def _value(each: Threshold) -> str:
    """Write a threshold's value: a number, words, or one number a scale."""
    if isinstance(each.value, tuple):
        return ", ".join(each.value)
    if each.value is not None:
        return str(each.value)
    scales = (("PHQ-9", each.phq9), ("GAD-7", each.gad7))
    return ", ".join(f"{name} {value}" for name, value in scales if value is not None)


def _may_be_set(each: Threshold) -> str:
    if each.range is not None:
        return f"{each.range[0]} to {each.range[1]}"
    return "yes" if each.editable else "no"


def _table(rows: list[dict[str, str]], index: str) -> pd.DataFrame:
    """Make every cell safe for markdown; the first column heads its row."""
    table = pd.DataFrame(rows, dtype="str")
    return table.map(literal).set_index(index)
