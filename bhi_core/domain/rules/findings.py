"""Rules that fired, as places in frames; and the frame of findings, with or without words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import each_row
from bhi_core.domain.rules.book import RuleBook
from bhi_core.domain.rules.conditions import Levels
from bhi_core.domain.rules.phrases import Teller
from bhi_core.domain.rules.wording import WORDED, WORDINGS

Places = npt.NDArray[np.int64]

FINDING_COLUMNS = (
    "episode_id", "rule", "instrument", "level", "short", "full", "action", "source", "group", "severity", "strong",
)  # fmt: skip


@dataclass(frozen=True)
class Fired:
    """Hold rules that fired, before they are put into words.

    Attributes:
        rows: the frame that they fired on, with columns of ``WORDED``; episode_id, and series where there is one.
        place: the row of each finding in it, int64.
        rule, level: of each finding, as places in the rule book's order.
    """

    rows: pd.DataFrame
    place: Places
    rule: Places
    level: Places

    @property
    def episode_id(self) -> Places:
        """Give the episode of each finding."""
        ids: Places = self.rows["episode_id"].to_numpy(dtype=np.int64)[self.place]
        return ids


def places_of(names: Iterable[str]) -> dict[str, int]:
    """Number names in their order."""
    return {name: place for place, name in enumerate(names)}


def fired_by(rows: pd.DataFrame, levels: dict[str, Levels], rule_book: RuleBook) -> Fired:
    """Turn levels by rule into findings."""
    fires = [np.flatnonzero(at != "") for at in levels.values()]
    found = [at[where] for at, where in zip(levels.values(), fires, strict=True)]
    rules, ranks = places_of(rule_book.rules), places_of(rule_book.levels.order)
    return Fired(
        rows,
        np.concatenate(fires),
        np.repeat([rules[name] for name in levels], [len(where) for where in fires]),
        np.array([ranks[level] for at in found for level in at], dtype=np.int64),
    )


def say(
    groups: list[Fired], teller: Teller | None, rule_book: RuleBook, instruments: InstrumentRegistry
) -> pd.DataFrame:
    """Put the findings in order, and into words unless there is no teller."""
    series = [_of_rows(fired, "series", None) for fired in groups]
    place_of = places_of(instruments.series)
    last = len(place_of)
    table = {
        "episode_id": np.concatenate([fired.episode_id for fired in groups]),
        "level": np.concatenate([fired.level for fired in groups]),
        "rule": np.concatenate([fired.rule for fired in groups]),
        "series": np.array([place_of.get(name, last) for column in series for name in column], dtype=np.int64),
    }
    order = np.lexsort(list(table.values())[::-1])
    rules, levels = list(rule_book.rules), list(rule_book.levels.order)
    in_group = {
        pair: rule_book.group_of(rules[pair[0]], levels[pair[1]])
        for pair in set(zip(table["rule"].tolist(), table["level"].tolist(), strict=True))
    }
    pairs = zip(table["rule"][order].tolist(), table["level"][order].tolist(), strict=True)
    rule, level = (
        np.array(names, dtype=object)[table[name][order]] for names, name in ((rules, "rule"), (levels, "level"))
    )
    named = np.array([*place_of, None], dtype=object)
    words = {} if teller is None else _words(groups, rule, order, teller, instruments)
    columns = {
        "episode_id": table["episode_id"][order],
        "rule": rule,
        "instrument": pd.Series(named[table["series"][order]], dtype=object),
        "level": level,
        **words,
        "group": np.array([in_group[pair] for pair in pairs], dtype=object),
        "severity": np.concatenate([_of_rows(fired, "severity", 0) for fired in groups]).astype(np.int64)[order],
        "strong": np.concatenate([_of_rows(fired, "strong", False) for fired in groups]).astype(bool)[order],
    }  # fmt: skip
    return pd.DataFrame({name: columns[name] for name in FINDING_COLUMNS if name in columns})


def _of_rows(fired: Fired, column: str, otherwise: object) -> npt.NDArray[Any]:
    """Give a column of the rows that a group fired on, or the same for each where they have none."""
    if column not in fired.rows:
        return np.full(len(fired.place), otherwise, dtype=object)
    return fired.rows[column].to_numpy()[fired.place]


def _words(
    groups: list[Fired], rule: npt.NDArray[Any], order: Places, teller: Teller, instruments: InstrumentRegistry
) -> dict[str, Any]:
    """Say each finding in two wordings, with its action and source."""
    rules, levels = list(teller.book.rules), list(teller.book.levels.order)
    leading = instruments[teller.book.words("scored_scales")[0]].name
    said: list[tuple[str, str]] = []
    for fired in groups:
        named = zip(fired.rule.tolist(), fired.level.tolist(), each_row(fired.rows, WORDED, fired.place), strict=True)
        for which, level, row in named:
            row.rule, row.level = rules[which], levels[level]
            short, full = WORDINGS[row.rule](row, teller)
            said.append((_named(short, getattr(row, "name", None), leading), full))
    book = teller.book.rules
    return {
        "short": pd.Series([said[place][0] for place in order], dtype=object),
        "full": pd.Series([said[place][1] for place in order], dtype=object),
        "action": np.array([book[name].action for name in rule], dtype=object),
        "source": np.array([book[name].shown_source for name in rule], dtype=object),
    }


def _named(short: str, name: object, leading: str) -> str:
    """Put the instrument before a short wording unless it is the leading one or named already."""
    if not isinstance(name, str) or name in ("", leading) or name in short:
        return short
    return f"{name}: {short[:1].lower()}{short[1:]}"
