"""Questionnaires as reviewed data: one TOML file an instrument, and how to find one by what a file calls it."""

from bhi_core.domain.instruments.loader import InstrumentRegistry, Match, configure, load, registry
from bhi_core.domain.instruments.model import Answer, Band, Instrument, Item, SecondScale
from bhi_core.domain.instruments.words import key, key_without_score, plain

__all__ = [
    "Answer",
    "Band",
    "Instrument",
    "InstrumentRegistry",
    "Item",
    "Match",
    "SecondScale",
    "configure",
    "key",
    "key_without_score",
    "load",
    "plain",
    "registry",
]
