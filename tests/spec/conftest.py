"""A registry of the test's own for examples that go through the command line."""

from tests.command_line.registries import clinic, clinic_without_tables

__all__ = ["clinic", "clinic_without_tables"]
