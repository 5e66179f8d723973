"""Ask the records: every answer is a frame or a plain value, never a row object."""

from bhi_core.store.queries.frames import EVERYBODY, Scope
from bhi_core.store.queries.registry import registry

__all__ = ["EVERYBODY", "Scope", "registry"]
