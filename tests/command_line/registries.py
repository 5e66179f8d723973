"""Fixtures: registries that commands are run on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bhi_core.domain import instruments
from tests.command_line.running import Clinic


@pytest.fixture
def clinic_without_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Clinic]:
    """Name a database that is not made yet."""
    monkeypatch.setenv("BHI_DATABASE_URL", f"sqlite:///{tmp_path / 'registry.db'}")
    monkeypatch.delenv("BHI_INSTRUMENTS", raising=False)
    yield Clinic(tmp_path, capsys)
    instruments.configure([])


@pytest.fixture
def clinic(clinic_without_tables: Clinic, migrated_sqlite: Path) -> Clinic:
    """Name an empty database with its tables."""
    shutil.copyfile(migrated_sqlite, clinic_without_tables.folder / "registry.db")
    return clinic_without_tables
