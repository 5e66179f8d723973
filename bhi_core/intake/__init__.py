"""Bytes to checked rows and rejected rows; nothing is silently dropped."""

from bhi_core.intake.mapping import Mapping, from_dict, from_toml
from bhi_core.intake.reading import Opened, layout_of, open_file

__all__ = ["Mapping", "Opened", "from_dict", "from_toml", "layout_of", "open_file"]
