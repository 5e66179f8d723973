"""A mapping written as the file that ``import --mapping`` takes."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(document: Mapping[str, Any]) -> str:
    """Write a mapping, as ``mapping.Mapping.as_dict`` gives it, as TOML.

    >>> measures = [{"instrument": "phq9", "total": "PHQ-9"}]
    >>> print(as_toml({"mapping": {"patient_id": "MRN"}, "measure": measures}), end="")
    [mapping]
    patient_id = "MRN"
    <BLANKLINE>
    [[measure]]
    instrument = "phq9"
    total = "PHQ-9"
    """
    parts = []
    for name, section in document.items():
        tables = section if isinstance(section, list) else [section]
        head = f"[[{name}]]" if isinstance(section, list) else f"[{name}]"
        parts += [
            "\n".join([head, *(f"{_key(key)} = {_value(value)}" for key, value in one.items())]) for one in tables
        ]
    return "\n\n".join(parts) + "\n" if parts else ""


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """Write a text in quotation marks; TOML escapes as JSON does, and one character more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    """Write a text, number, flag, list or inline table."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value)
