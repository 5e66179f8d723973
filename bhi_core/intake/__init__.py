"""Bytes to checked rows and rejected rows; nothing is silently dropped."""

from bhi_core.intake.mapping import Mapping, from_dict, from_toml
from bhi_core.intake.mapping_text import as_toml
from bhi_core.intake.reading import Opened, layout_of, open_file, read
from bhi_core.intake.report import as_json, before_the_store, guess_as_json, rejected_lines

__all__ = [
    "Mapping",
    "Opened",
    "as_json",
    "as_toml",
    "before_the_store",
    "from_dict",
    "from_toml",
    "guess_as_json",
    "layout_of",
    "open_file",
    "read",
    "rejected_lines",
]
