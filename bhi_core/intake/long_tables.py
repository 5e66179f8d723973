"""What a guess of scores holds, and tables with a score a row: where the questionnaire is named, where its value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.intake.headings import among, either, tight
from bhi_core.intake.mapping import Measure
from bhi_core.intake.score_headings import Named


@dataclass(frozen=True)
class Because:
    """Say of one guess what it is, how sure it is ("sure" or "likely") and why, for a person to confirm.

    Attributes:
        field: canonical column, or ``"phq9 total"``, ``"phq9 items"``.
        heading: the heading, or headings joined.
        sure: ``"sure"`` or ``"likely"``.
        why: a sentence.
    """

    field: str
    heading: str
    sure: str
    why: str


@dataclass(frozen=True)
class ScoresGuess:
    """Hold where the scores seem to be.

    Attributes:
        measures: one for each score of a line; empty for a long table.
        columns: ``instrument``, ``total``, ``items``, ``item9``, ``functional`` of a long table.
        because: the reasons.
        questions: what the headings leave open.
    """

    measures: tuple[Measure, ...] = ()
    columns: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    because: tuple[Because, ...] = ()
    questions: tuple[Question, ...] = ()


def long_table(found: Mapping[str, Named], cells: pd.DataFrame, instruments: InstrumentRegistry) -> ScoresGuess | None:
    """Recognise a table with a score a row: a column that names the instrument, and one with the value."""
    naming = [heading for heading in found if among(heading, "scores", "instrument")]
    naming = [
        heading for heading in naming if tight(heading) == "instrument" or _names_some(cells[heading], instruments)
    ]
    if not naming:
        return None
    values = [heading for heading in found if among(heading, "scores", "value") and heading not in naming]
    items = {named.number: heading for heading, named in found.items() if _plain_item(heading, named)}
    if not values and not items:
        return None
    columns: dict[str, str | tuple[str, ...]] = {"instrument": naming[0]}
    exact = [heading for heading in values if tight(heading) == "total"]
    questions: list[Question] = []
    if len(values) == 1 or exact:
        columns["total"] = (exact or values)[0]
    elif values:
        ask = f"Which column holds the value: {either(values)}?"
        questions.append(Question("total", ask, values[0], tuple(values)))
    if items:
        columns["items"] = tuple(items.get(number, "") for number in range(1, max(items) + 1))
    functional = [heading for heading, named in found.items() if named.role == "functional"]
    if functional:
        columns["functional"] = functional[0]
    if len(naming) > 1:
        ask = f"Which column names the questionnaire: {either(naming)}?"
        questions.append(Question("instrument", ask, naming[0], tuple(naming)))
    why = "Its cells name questionnaires, one a row."
    because = [Because("instrument", naming[0], "sure", why)]
    if "total" in columns:
        because.append(Because("total", str(columns["total"]), "sure", "The value beside the questionnaire's name."))
    return ScoresGuess((), columns, tuple(because), tuple(questions))


def _names_some(texts: "pd.Series[str]", instruments: InstrumentRegistry) -> bool:
    return any(instruments.find(text) is not None for text in texts.unique()[:200] if text)


def _plain_item(heading: str, named: Named) -> bool:
    """Say whether a heading is ``Item 3``: canonical beside an instrument column, naming nothing without one."""
    return (
        named.role in ("item", "safety item") and named.instrument is None and named.family == "item" and bool(heading)
    )
