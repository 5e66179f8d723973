"""The mapping file: which heading holds what, and what a person decided where the file leaves something open."""

import datetime as dt
import re
import tomllib
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bhi_core.clock import zone
from bhi_core.domain.records import KINDS
from bhi_core.errors import Refused

PERSON = ("patient_name", "first_name", "last_name", "birth_date", "site", "enrolled_on", "status")
"""What may be mapped in any kind: used when ``--create-patients`` makes the person."""

SPELLINGS = {
    "mrn": "patient_id",
    "medications_to_continue": "medications",
    "from": "from_on",
    "to": "to_on",
    "end": "end_on",
    "functional_item": "functional",
}
"""Canonical column in snake case -> the name that the records have for it."""

CANONICAL = {"medications": "medications_to_continue", "from_on": "from", "to_on": "to", "end_on": "end"}
"""The way back, for what is written out."""

WORKED_CASE = ("title", "why", "note", "kind", "status", "rows", "counts", "row", "ask", "never")
"""What stands beside the mapping in a worked case's ``expected.toml``, which is known by its key ``case``."""

_SCORE_FIELDS = ("patient_id", "date", "instrument", "total", "items", "item9", "functional", "mode", "source")


def _words(value: object) -> object:
    """Take ``"Leave_out"`` for ``"leave out"``: the words of a closed list are matched without case."""
    return re.sub(r"[\s_-]+", " ", value.strip().lower()) if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _texts(value: object) -> object:
    """Take one text or number for a list of one, and numbers for texts: codes and answers are compared as text."""
    if isinstance(value, str | int | float):
        value = [value]
    return (
        [str(each) if isinstance(each, int | float) else each for each in value] if isinstance(value, list) else value
    )


def _numbers(value: object) -> object:
    return [value] if isinstance(value, int) else value


class Part(BaseModel):
    """A part of the mapping file: knows its keys and refuses any other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSpec(Part):
    """Say how the file opens, where looking at it does not tell.

    Attributes:
        name: ignored; the file is the one that was given.
        sheet: the workbook's sheet.
        header_rows: lines or sheet rows of the heading, from 1; 0 when the file has none; empty to find them.
        first_data_row, last_data_row: where the table begins and ends, from 1.
        encoding, delimiter: of a text file.
    """

    name: str | None = None
    sheet: str | None = None
    header_rows: Annotated[tuple[int, ...], BeforeValidator(_numbers)] = ()
    first_data_row: int | None = Field(default=None, ge=1)
    last_data_row: int | None = Field(default=None, ge=1)
    encoding: str | None = None
    delimiter: str | None = None


class Measure(Part):
    """Say where one score of a line stands.

    Attributes:
        instrument: id, name, alias or LOINC code of its total.
        total: heading of the total.
        items: headings of the answers, in the order of the form; empty text where the file lacks one.
        item9: heading of the safety item, where only that one is there.
        functional: heading of the functional item.
        date: heading of its date; overrides the date of the line.
        on: a date that a person gives to all of them; marked as assigned.
        one_hot: headings of tick boxes: one list an item, one heading an answer, from the lowest; or all in one list;
            or true when ``items`` names the part of the headings before the answer.
    """

    instrument: Annotated[str, BeforeValidator(lambda text: str(text) if isinstance(text, int) else text)]
    total: str | None = None
    items: tuple[str, ...] = ()
    item9: str | None = None
    functional: str | None = None
    date: str | None = None
    on: dt.date | None = None
    one_hot: bool | tuple[str, ...] | tuple[tuple[str, ...], ...] = False

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not (self.total or any(self.items) or self.item9 or self.one_hot):
            raise ValueError("name the column of the total, of the items or of item9")
        return self


class Dates(Part):
    """Give dates that the file lacks: the text of a column's cell -> the date. They are marked as assigned."""

    column: str
    values: dict[str, dt.date]


class Answers(Part):
    """Settle what the file leaves open. A key that is None is not answered."""

    date_order: Annotated[Literal["DMY", "MDY", "YMD"] | None, BeforeValidator(_upper)] = None
    answer_coding: str | dict[str, int] | None = None
    missing_codes: Annotated[tuple[str, ...] | None, BeforeValidator(_texts)] = None
    scale: Annotated[Literal["percent", "points"] | None, BeforeValidator(_words)] = None
    flags: Annotated[Literal["leave out", "import"] | None, BeforeValidator(_words)] = None
    century: Annotated[Literal["reject", "confirm"] | None, BeforeValidator(_words)] = None
    date_format: Annotated[Literal["ms", "s", "excel"] | None, BeforeValidator(_words)] = None
    items: Annotated[Literal["leave out", "first", "most recent"] | None, BeforeValidator(_words)] = None
    clinic_zone: str | None = None

    @model_validator(mode="after")
    def _coding_can_be_read(self) -> Self:
        coding = self.answer_coding
        if isinstance(coding, str) and coding.strip().lower() != "words" and coding_start(coding) is None:
            raise ValueError('answer_coding is "0-3", "1-4", "words" or a table such as {A1 = 0, A2 = 1}')
        return self


class Mapping(Part):
    """A whole mapping file.

    Attributes:
        file: how the file opens.
        columns: the section ``[mapping]``: field -> heading, "" to leave a field out; ``items`` is a list (long files).
        measures: one for each score that a line can hold.
        dates: dates that the file lacks.
        answers: what a person decided.
    """

    file: FileSpec = FileSpec()
    columns: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict, validation_alias=AliasChoices("mapping", "columns")
    )
    measures: tuple[Measure, ...] = Field(default=(), validation_alias=AliasChoices("measure", "measures"))
    dates: Dates | None = None
    answers: Answers = Answers()

    def heading(self, field: str) -> str | None:
        """Give the heading mapped to a field; None when it is not mapped or left out."""
        heading = self.columns.get(field)
        return heading if isinstance(heading, str) and heading else None

    @property
    def says_where_scores_are(self) -> bool:
        """True with a ``[[measure]]``, or with instrument and total in ``[mapping]``: no others are guessed then."""
        return bool(self.measures) or bool(self.columns.get("instrument") and self.columns.get("total"))

    def as_dict(self) -> dict[str, Any]:
        """Write the mapping in the form of the mapping file, with only what it says; dates as ISO text."""
        written: dict[str, Any] = {}
        if file := self.file.model_dump(mode="json", exclude_defaults=True, exclude={"name"}):
            written["file"] = file
        if self.columns:
            written["mapping"] = {
                CANONICAL.get(field, field): heading if isinstance(heading, str) else list(heading)
                for field, heading in self.columns.items()
            }
        if self.measures:
            written["measure"] = [m.model_dump(mode="json", exclude_defaults=True) for m in self.measures]
        if self.dates:
            written["dates"] = self.dates.model_dump(mode="json")
        if answers := self.answers.model_dump(mode="json", exclude_none=True):
            written["answers"] = answers
        return written


def coding_start(coding: str) -> int | None:
    """Read where a coding such as ``"1-4"`` starts: the number that stands for the lowest answer; None if it is none.

    >>> coding_start("1-4"), coding_start("0-3"), coding_start("words")
    (1, 0, None)
    """
    found = re.fullmatch(r"\s*(\d+)\s*(?:-|–|to)\s*(\d+)\s*", coding)
    return int(found[1]) if found and int(found[1]) < int(found[2]) else None


def fields_of(kind: str) -> tuple[str, ...]:
    """List the fields that ``[mapping]`` may have for a kind of record, in the order of the canonical columns."""
    own = _SCORE_FIELDS if kind == "scores" else KINDS[kind]
    return (*own, *(field for field in (*PERSON, "recorded_at") if field not in own))


def from_toml(text: str | bytes, kind: str) -> Mapping:
    """Read a mapping file.

    Raises:
        Refused: it is no TOML, has an unknown key (named), or a value that cannot be used.
    """
    try:
        document = tomllib.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Refused(f"The mapping is not a TOML file: {wrong}. Correct it and try again.") from wrong
    return from_dict(document, kind)


def from_dict(document: dict[str, Any], kind: str) -> Mapping:
    """Read a mapping from the form of the mapping file, for example one kept with its layout.

    ``date_order`` and ``clinic_zone`` may stand at the top: they belong under ``[answers]``. A worked case, with all
    that it expects, is a mapping, too.

    Raises:
        Refused: an unknown key (named), or a value that cannot be used.
    """
    beside = ("case", *WORKED_CASE) if "case" in document else ()
    sections: dict[str, Any] = {key: value for key, value in document.items() if key not in beside}
    moved = {key: sections.pop(key) for key in ("date_order", "clinic_zone") if key in sections}
    if moved:
        sections["answers"] = {**moved, **sections.get("answers", {})}
    if isinstance(sections.get("mapping"), dict):
        sections["mapping"] = _gather(sections["mapping"], kind)
    try:
        mapping = Mapping.model_validate(sections)
    except ValidationError as wrong:
        raise Refused(_sentence(wrong)) from wrong
    if mapping.answers.clinic_zone:
        zone(mapping.answers.clinic_zone)
    return mapping


def _gather(columns: dict[str, Any], kind: str) -> dict[str, Any]:
    """Bring the spellings of ``[mapping]`` to the fields' names; refuse a key that the kind does not have."""
    allowed = fields_of(kind)
    gathered: dict[str, Any] = {}
    items: dict[int, str] = {}
    for key, heading in columns.items():
        field = SPELLINGS.get(key, key)
        numbered = re.fullmatch(r"item_?(\d+)", key)
        if kind == "scores" and numbered:
            items[int(numbered[1])] = heading
        elif field in allowed:
            gathered[field] = heading
        else:
            known = ", ".join(CANONICAL.get(name, name) for name in allowed)
            raise Refused(f'The mapping has an unknown key "mapping.{key}" for {kind}. Known there: {known}.')
    if set(items) == {9}:
        gathered["item9"] = items[9]
    elif items:
        gathered["items"] = [items.get(number, "") for number in range(1, max(items) + 1)]
    return gathered


def _sentence(wrong: ValidationError) -> str:
    """Turn pydantic's first complaint into a sentence that names the key."""
    first = wrong.errors(include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f'The mapping has an unknown key "{path}". Take it out or correct its spelling.'
    return f'The mapping\'s "{path}" cannot be used: {first["msg"].removeprefix("Value error, ")}.'
