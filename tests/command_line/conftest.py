"""A registry of the test's own, named by BHI_DATABASE_URL."""

from tests.command_line.registries import clinic, clinic_without_tables

__all__ = ["clinic", "clinic_without_tables"]
