"""The rule book: thresholds, rules, levels and groups of ``rules.toml``, checked once when first used."""

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bhi_core.errors import Refused

FILE = Path(__file__).resolve().parent.parent / "rules.toml"
COMMON_PRACTICE = "common practice"
DAYS_A_WEEK = 7

Text = Annotated[str, Field(min_length=1)]
Level = Literal["safety", "red+", "red", "amber", "review due", "overdue", "stale", "info", "green", "ok"]


class _Part(BaseModel):
    """A part of the book: unknown keys and other types are refused, nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class _Sourced(_Part):
    """Something with a source: tags of the clinical rulebook, and the words that name it."""

    source: Text
    words: Text

    @property
    def shown_source(self) -> str:
        """Give the source as it is displayed: general knowledge reads "common practice"."""
        return COMMON_PRACTICE if self.source == "GK" else self.words


class Threshold(_Sourced):
    """One number of the decision table.

    Attributes:
        value: the number or the words; None where each scale has its own.
        phq9, gad7: points a scale; None where the scale has none.
        unit: what the number counts; a leading "days", "weeks" or "calendar months" is read.
        range: lowest and highest value that a clinic may choose, or None.
    """

    value: int | tuple[Text, ...] | None = None
    phq9: int | None = None
    gad7: int | None = None
    unit: Text
    range: tuple[int, int] | None = None

    @property
    def editable(self) -> bool:
        """Say whether a clinic may choose another value: general knowledge, or a range given by the source."""
        return self.source == "GK" or self.range is not None


class Rule(_Sourced):
    """One row of the decision table: what a list calls it and what it suggests."""

    title: Text
    action: Text


class Levels(_Part):
    """The levels, worst first, and which of them make a patient listed or one for the team."""

    order: tuple[Level, ...]
    team: Level
    listed: Level
    listed_rules: tuple[Text, ...]
    overdue_rules: tuple[Text, ...]


class Severity(_Part):
    """Names of severity bands, mildest first."""

    order: tuple[Text, ...]


class Classes(_Part):
    """Outcome classes that may be called on track."""

    on_track: tuple[Text, ...]


class Group(_Part):
    """A step of the weekly list: rules at these levels, or a badge, fall in it."""

    slug: Text
    title: Text
    note: str
    rules: tuple[Text, ...] = ()
    levels: tuple[Level, ...] = ()
    badge: Text | None = None


class RuleBook(_Part):
    """Hold the decision table's data.

    Attributes:
        version: printed on every report.
        levels, severity, classes: their orders.
        thresholds: name -> threshold.
        rules: id -> rule, in the order of the table.
        groups: the steps of the weekly list, first things first.
    """

    version: Text
    levels: Levels
    severity: Severity
    classes: Classes
    thresholds: Mapping[str, Threshold]
    rules: Mapping[str, Rule]
    groups: tuple[Group, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> "RuleBook":
        """Refuse groups and lists that name unknown rules."""
        named = {rule for group in self.groups for rule in group.rules}
        for rule in named | set(self.levels.listed_rules) | set(self.levels.overdue_rules):
            if rule not in self.rules:
                raise ValueError(f'the rule "{rule}" is not under [rules]')
        for rule in self.rules:
            if rule not in named:
                raise ValueError(f'the rule "{rule}" has no group')
        return self

    def days(self, name: str) -> int:
        """Give a threshold in days: weeks are seven days each.

        Raises:
            ValueError: it counts neither days nor weeks.
        """
        threshold = self.thresholds[name]
        if threshold.unit.startswith("weeks"):
            return DAYS_A_WEEK * self.number(name)
        if threshold.unit.startswith("days"):
            return self.number(name)
        raise ValueError(f"{name} counts {threshold.unit}")

    def number(self, name: str) -> int:
        """Give a threshold as it stands, in its own unit."""
        value = self.thresholds[name].value
        if not isinstance(value, int):
            raise ValueError(f"{name} is not one number")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """Give a threshold that is a list of words."""
        value = self.thresholds[name].value
        if not isinstance(value, tuple):
            raise ValueError(f"{name} is not a list of words")
        return value

    def points(self, name: str) -> dict[str, int]:
        """Give a threshold in points, by series; a scale without one is left out."""
        threshold = self.thresholds[name]
        by_series = {"phq9": threshold.phq9, "gad7": threshold.gad7}
        return {series: value for series, value in by_series.items() if value is not None}

    def rank(self, level: str) -> int:
        """Give the place of a level, 0 the worst."""
        return self._ranks[level]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {level: place for place, level in enumerate(self.levels.order)}

    def group_of(self, rule: str, level: str) -> str:
        """Name the group that a finding falls in."""
        return next(group.slug for group in self.groups if rule in group.rules and level in group.levels)

    @cached_property
    def group_order(self) -> dict[str, int]:
        """Give each group's place in the weekly list, 0 first."""
        return {group.slug: place for place, group in enumerate(self.groups)}

    def group(self, slug: str) -> Group:
        """Give a group by its slug."""
        return self.groups[self.group_order[slug]]

    def adjusted(self, chosen: Mapping[str, int]) -> "RuleBook":
        """Give the book with a clinic's own values.

        Args:
            chosen: threshold -> value, in the threshold's unit.

        Raises:
            Refused: a threshold is unknown, is not one number, is not left to the clinic, or the value is out of range.
        """
        thresholds = dict(self.thresholds)
        for name, value in chosen.items():
            thresholds[name] = _chosen(name, thresholds.get(name), value)
        return self.model_copy(update={"thresholds": thresholds})


def _chosen(name: str, threshold: Threshold | None, value: int) -> Threshold:
    """Give a threshold its new value, or say why it may not have it."""
    if threshold is None or not isinstance(threshold.value, int):
        raise Refused(f'There is no threshold "{name}" to set: choose one from the list of rules.')
    if not threshold.editable:
        raise Refused(f'The threshold "{name}" is fixed by its source ({threshold.words}): leave it out.')
    low, high = threshold.range or (1, value)
    if not low <= value <= high:
        raise Refused(f'The threshold "{name}" goes from {low} to {high} {threshold.unit}: {value} is outside.')
    return threshold.model_copy(update={"value": value})


@cache
def book() -> RuleBook:
    """Give the rule book that comes with the software; read and checked once a process.

    Raises:
        Refused: the file does not hold what it should; the sentence names the place.
    """
    return read(FILE)


def read(path: Path) -> RuleBook:
    """Read a rule book from a file.

    Raises:
        Refused: the file does not hold what it should; the sentence names the place.
    """
    try:
        return RuleBook.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise Refused(f"{path.name}: {place}: {first['msg']}. Correct the rule book before starting.") from wrong
