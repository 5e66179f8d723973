"""What is known of an instrument, checked field by field: the shape of a TOML file in this folder."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bhi_core.domain.instruments.words import key

DIRECTIONS: Mapping[str, Literal[1, -1]] = {"higher is worse": 1, "higher is better": -1}
"""The direction in words, as a TOML file says it -> the sign by which a total is worse."""

Text = Annotated[str, Field(min_length=1)]
Points = Annotated[int, Field(ge=0, le=2000)]


class _Part(BaseModel):
    """A part of an instrument: unknown fields and values of another type are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ignored_types=(cached_property,))


class Answer(_Part):
    """The words for one answer, by language, and what it counts.

    Attributes:
        points: what the answer counts.
        loinc: the LOINC answer code (LA...), or None.
        english, spanish, german: the words; the first is shown, the others are met in files.
    """

    points: Points
    loinc: Text | None = None
    english: tuple[Text, ...] = ()
    spanish: tuple[Text, ...] = ()
    german: tuple[Text, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Give all words for this answer, English first."""
        return self.english + self.spanish + self.german


class Item(_Part):
    """One question of an instrument.

    Attributes:
        short: one or two words for a heat map, for example ``"Sleep"``.
        text: the question; empty where the words are not free to use.
        also: other spellings of the text that files have as a heading.
        loinc: the item's LOINC code, or None.
        scored: whether it counts in the total.
        safety: whether an answer above zero raises the safety flag.
        minimum, maximum: the points that an answer can have; a safety item's end at 10.
        answers: its own answers in words; empty where the instrument's hold.
    """

    short: Text
    text: str = ""
    also: tuple[Text, ...] = ()
    loinc: Text | None = None
    scored: bool = True
    safety: bool = False
    minimum: Points = 0
    maximum: Points = 3
    answers: tuple[Answer, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "Item":
        """Refuse a range that is none, and a safety item finer than any known one."""
        if self.minimum >= self.maximum or (self.safety and self.maximum > 10):
            raise ValueError('"maximum" must be above "minimum", and at most 10 for a safety item')
        return self


class Band(_Part):
    """A severity band: its name in lower case, and its lowest and highest total (both inside)."""

    name: Text
    low: Points
    high: Points


class SecondScale(_Part):
    """Another way in which totals are written: raw points times ``factor``, at most ``maximum``."""

    name: Text
    factor: Annotated[int, Field(ge=2)]
    maximum: Points


class Instrument(_Part):
    """A questionnaire as reviewed data. Totals are whole points.

    What a file leaves out is unknown: a rule that needs it is skipped, never guessed.

    Attributes:
        id: the name in the database, equal to the file's name.
        name: the name on screens, for example ``"PHQ-9"``.
        aliases: other names that files use.
        order: place among the instruments, lower first.
        condition: what it measures in a word, for example ``"depression"``; None when not said.
        minimum, maximum: the range of a total, both inside.
        direction: +1 when higher is worse, -1 when higher is better (in words in the file).
        series: the instrument whose course its scores belong to; its own by default.
        trackable: whether its scores are followed over time; false for screeners.
        recall: what span it asks about, for example ``"the last 2 weeks"``.
        stem: the words above the questions.
        items: the questions in the form's order; empty when only totals are known.
        answers: the answers in words that all its items share.
        functional: the question on difficulty, never scored.
        bands: severity bands, lowest total first; empty where none are published.
        threshold: the total from which it counts as elevated, itself inside (in the instrument's own direction).
        threshold_women, threshold_men: where the threshold depends on sex.
        caseness: the total of "a case" where that differs from the threshold.
        remission_below: remission is a total below this.
        mcid: the smallest change that patients notice, in points.
        reliable: the change from which it is taken as real, in points; without it the instrument has no outcome class.
        reliability: what ``reliable`` rests on (r and SD, or a published rule), in words.
        outcome_classes: ``"all"`` classes of the decision table, or ``"reliable change"`` alone.
        loinc_panel, loinc_total: LOINC codes of the form and of its total.
        second_scales: other scales that totals are written in.
        minimum_age: whole years from which it may be used, or None.
        licence: may it be reproduced, and who says so.
        sources: where the numbers come from.
        notes: what a reader should know.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    aliases: tuple[Text, ...] = ()
    order: int = 100
    condition: Text | None = None
    minimum: Points
    maximum: Points
    direction: Literal[1, -1]
    series: str = ""
    trackable: bool = True
    recall: Text | None = None
    stem: str = ""
    items: tuple[Item, ...] = ()
    answers: tuple[Answer, ...] = ()
    functional: Item | None = None
    bands: tuple[Band, ...] = ()
    threshold: Points | None = None
    threshold_women: Points | None = None
    threshold_men: Points | None = None
    caseness: Points | None = None
    remission_below: Points | None = None
    mcid: Annotated[int, Field(ge=1)] | None = None
    reliable: Annotated[int, Field(ge=1)] | None = None
    reliability: str = ""
    outcome_classes: Literal["all", "reliable change"] = "reliable change"
    loinc_panel: Text | None = None
    loinc_total: Text | None = None
    second_scales: tuple[SecondScale, ...] = ()
    minimum_age: Annotated[int, Field(ge=0)] | None = None
    licence: str = ""
    sources: tuple[Text, ...] = ()
    notes: str = ""

    @model_validator(mode="before")
    @classmethod
    def _read_words(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Turn the direction from words into a sign, and let an instrument be its own series."""
        direction = fields.get("direction")
        return fields | {
            "direction": DIRECTIONS.get(direction, direction) if isinstance(direction, str) else direction,
            "series": fields.get("series") or fields.get("id", ""),
        }

    @model_validator(mode="after")
    def _adds_up(self) -> "Instrument":
        """Refuse numbers that contradict each other."""
        if self.minimum >= self.maximum:
            raise ValueError(f'"minimum" ({self.minimum}) must be below "maximum" ({self.maximum})')
        scored = [item for item in self.items if item.scored]
        possible = (sum(item.minimum for item in scored), sum(item.maximum for item in scored))
        if scored and possible != (self.minimum, self.maximum):
            raise ValueError(
                f'"items" add up to {possible[0]}-{possible[1]}, not to {self.minimum}-{self.maximum} as '
                f'"minimum" and "maximum" say'
            )
        edges = [edge for band in self.bands for edge in (band.low, band.high + 1)]
        if edges and (
            [edges[0], edges[-1]] != [self.minimum, self.maximum + 1] or edges[1:-1:2] != edges[2::2]
        ):  # fmt: skip
            raise ValueError('"bands" must cover the range from end to end, without gaps or overlaps')
        for field in ("threshold", "threshold_women", "threshold_men", "caseness", "remission_below"):
            value = getattr(self, field)
            if value is not None and not self.minimum <= value <= self.maximum:
                raise ValueError(f'"{field}" ({value}) is outside {self.minimum}-{self.maximum}')
        if self.outcome_classes == "all":
            if None in (self.threshold, self.remission_below, self.mcid, self.reliable):
                needed = '"threshold", "remission_below", "mcid" and "reliable"'
                raise ValueError(f'"outcome_classes" is "all", so {needed} are needed')
            if self.direction == -1:
                raise ValueError('"outcome_classes" can only be "all" where "higher is worse"')
        return self

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """Give the items that count in the total, in the form's order."""
        return tuple(item for item in self.items if item.scored)

    @property
    def safety_items(self) -> tuple[int, ...]:
        """Give the places (from 0) of the items on self-harm; empty when the form has none."""
        return tuple(place for place, item in enumerate(self.items) if item.safety)

    def holds(self, total: float) -> bool:
        """Say whether a total is possible: a whole number inside the range."""
        return self.minimum <= total <= self.maximum and float(total).is_integer()

    def band(self, total: float) -> str | None:
        """Name the severity band of a total (points), or None where the instrument has no bands."""
        return next((band.name for band in self.bands if band.low <= total <= band.high), None)

    def band_ranks(self, totals: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
        """Number the bands of many totals (points), 0 the best; -1 for NaN and for instruments without bands."""
        if not self.bands:
            return np.full(len(totals), -1, dtype=np.int8)
        places = np.searchsorted([band.low for band in self.bands], totals, side="right") - 1
        ranks = places if self.direction == 1 else len(self.bands) - 1 - places
        return np.where(np.isnan(totals), -1, ranks).astype(np.int8)

    def threshold_for(self, sex: str | None) -> int | None:
        """Give the threshold (points) for a sex as recorded; None where none is published for it.

        Args:
            sex: free text; a first letter f or w counts as woman, m as man. None is not guessed.
        """
        letter = (sex or "").strip().lower()[:1]
        by_sex = {"f": self.threshold_women, "w": self.threshold_women, "m": self.threshold_men}.get(letter)
        return self.threshold if by_sex is None else by_sex

    def points(self, words: str, item: Item | None = None) -> int | None:
        """Give the points of an answer in words, in any language it is known in; None for other words.

        Compared like headings; a leading number that says the same points is allowed (``"1-Several days"``).
        """
        known = self._points_by_words if item is None or not item.answers else _by_words(item.answers)
        answer = key(words)
        if answer in known:
            return known[answer]
        number = answer[:1]
        points = known.get(answer[1:])
        return points if number.isdigit() and points == int(number) else None

    @cached_property
    def _points_by_words(self) -> dict[str, int]:
        return _by_words(self.answers)


def _by_words(answers: tuple[Answer, ...]) -> dict[str, int]:
    """Map an answer's words, as they are compared, to its points."""
    return {key(words): answer.points for answer in answers for words in answer.words}
