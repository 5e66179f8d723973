"""Reads the instruments' files and finds an instrument by any of its names."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from bhi_core.domain.instruments.model import DIRECTIONS, Instrument
from bhi_core.domain.instruments.words import key, key_without_score
from bhi_core.errors import Refused

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Match:
    """Say which instrument a name means, and what kind of name it was.

    Attributes:
        instrument: the instrument.
        by: ``"name"`` (id, name or alias), ``"total code"``, or ``"panel code"``: the code of the form, which many
            systems write where the total's belongs; worth a warning.
    """

    instrument: Instrument
    by: Literal["name", "total code", "panel code"]


@dataclass(frozen=True)
class InstrumentRegistry:
    """Hold all instruments that are configured, in their order.

    Attributes:
        instruments: id -> instrument.
    """

    instruments: dict[str, Instrument]

    def __getitem__(self, instrument_id: str) -> Instrument:
        """Give the instrument with this id."""
        return self.instruments[instrument_id]

    def __iter__(self) -> Iterator[Instrument]:
        """Go through the instruments in their order."""
        return iter(self.instruments.values())

    def __contains__(self, instrument_id: object) -> bool:
        """Say whether an instrument has this id."""
        return instrument_id in self.instruments

    def __len__(self) -> int:
        """Count the instruments."""
        return len(self.instruments)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Give the ids in order: the categories of ``scores.instrument``."""
        return tuple(self.instruments)

    @cached_property
    def series(self) -> tuple[str, ...]:
        """Give the ids of the series in order: instruments whose scores are a course of their own."""
        return tuple(instrument.id for instrument in self if instrument.series == instrument.id)

    def find(self, text: str) -> Instrument | None:
        """Find an instrument by id, name, alias or LOINC code (of its total or panel), compared like headings.

        A trailing "score" or "total score" does not matter. An item's code and a loose name ("PHQ") find nothing.
        """
        found = self.match(text)
        return found.instrument if found else None

    def match(self, text: str) -> Match | None:
        """Find an instrument as ``find`` does, and say by what kind of name."""
        return self._names.get(key(text)) or self._names.get(key_without_score(text))

    @cached_property
    def _names(self) -> dict[str, Match]:
        names: dict[str, Match] = {}
        for instrument in self:
            for name in (instrument.id, instrument.name, *instrument.aliases):
                _claim(names, name, Match(instrument, "name"))
            if instrument.loinc_total:
                _claim(names, instrument.loinc_total, Match(instrument, "total code"))
            if instrument.loinc_panel:
                _claim(names, instrument.loinc_panel, Match(instrument, "panel code"))
        return names


def _claim(names: dict[str, Match], name: str, match: Match) -> None:
    """Give a name to an instrument.

    Raises:
        Refused: another instrument has it, so a file could mean either.
    """
    owner = names.setdefault(key(name), match).instrument
    if owner is not match.instrument:
        raise Refused(
            f'"{name}" means both {owner.id}.toml and {match.instrument.id}.toml: take it out of one of them.'
        )


def load(folders: Iterable[Path] = ()) -> InstrumentRegistry:
    """Read the instruments that come with the software and those in more folders.

    Args:
        folders: more folders of TOML files, each file named for its instrument's id.

    Raises:
        Refused: a folder is missing, or a file cannot be used; the sentence names the file and the field.
    """
    found: dict[str, Instrument] = {}
    for folder in (FOLDER, *folders):
        if not folder.is_dir():
            raise Refused(f'There is no folder "{folder}" for more instruments: create it or correct BHI_INSTRUMENTS.')
        for path in sorted(folder.glob("*.toml")):
            instrument = _read(path)
            if instrument.id in found:
                raise Refused(f'{path.name}: an instrument "{instrument.id}" exists already: give it another id.')
            found[instrument.id] = instrument
    for instrument in found.values():
        _check_series(instrument, found)
    in_order = sorted(found.values(), key=lambda instrument: (instrument.order, instrument.id))
    instruments = InstrumentRegistry({instrument.id: instrument for instrument in in_order})
    instruments.match("")  # refuses now, not at the first import, when two instruments share a name
    return instruments


def _check_series(instrument: Instrument, found: dict[str, Instrument]) -> None:
    """Refuse a series whose scores could not be compared with the instrument's."""
    series = found.get(instrument.series)
    if series is None or series.series != series.id:
        raise Refused(f'{instrument.id}.toml: the field "series" names "{instrument.series}", which heads no series.')
    same = (series.minimum, series.maximum, series.direction)
    if same != (instrument.minimum, instrument.maximum, instrument.direction):
        raise Refused(
            f'{instrument.id}.toml: the field "series" names "{series.id}", but range and direction are not the same.'
        )


def _read(path: Path) -> Instrument:
    """Read and check one file."""
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise Refused(f"{path.name} is not a TOML file that can be read ({broken}): correct it.") from broken
    try:
        instrument = Instrument.model_validate(_frozen(fields))
    except ValidationError as wrong:
        raise Refused(_sentence(path, wrong)) from wrong
    if instrument.id != path.stem:
        raise Refused(f'{path.name}: the field "id" says "{instrument.id}": it must be "{path.stem}" like the file.')
    return instrument


def _frozen(value: Any) -> Any:
    """Turn lists into tuples, all the way down, so that an instrument cannot be changed."""
    if isinstance(value, dict):
        return {name: _frozen(inner) for name, inner in value.items()}
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value


def _sentence(path: Path, wrong: ValidationError) -> str:
    """Say in a sentence which field of which file is wrong, and why."""
    first = wrong.errors(include_url=False)[0]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    if not field:
        return f"{path.name}: {first['msg'].removeprefix('Value error, ')}: correct the file."
    if first["type"] == "missing":
        return f'{path.name}: the field "{field}" is missing: add it.'
    if first["type"] == "extra_forbidden":
        return f'{path.name}: the field "{field}" is not known: take it out or correct its spelling.'
    if field == "direction":
        words = '" or "'.join(DIRECTIONS)
        return f'{path.name}: the field "direction" must be "{words}".'
    return f'{path.name}: the field "{field}" is {first["input"]!r}: {first["msg"].lower()}.'


_extra_folders: tuple[Path, ...] = ()


def configure(extra_folders: Iterable[Path]) -> None:
    """Say where more instruments are; called once at the start, before anything is read.

    Raises:
        Refused: a file there cannot be used. What was configured before then stays.
    """
    global _extra_folders  # noqa: PLW0603 - the one setting of the process, made before the first reader
    folders = tuple(extra_folders)
    _load(folders)
    _extra_folders = folders


def registry() -> InstrumentRegistry:
    """Give the configured instruments; read once a process."""
    return _load(_extra_folders)


@cache
def _load(folders: tuple[Path, ...]) -> InstrumentRegistry:
    return load(folders)
