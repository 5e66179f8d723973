"""What the environment says: which database, which clinic zone before one is kept, which extra instruments."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_DATABASE = ROOT / "data" / "demo.db"
DEFAULT_ZONE = "America/New_York"


@dataclass(frozen=True)
class Settings:
    """What was set outside the program when it started.

    Attributes:
        database_url: an SQLAlchemy URL; ``sqlite:///...`` or ``postgresql+psycopg://...``.
        is_demo: true when no database was named, so the demo clinic is shown.
        extra_instruments: a folder with more instrument TOML files, or None.
    """

    database_url: str
    is_demo: bool
    extra_instruments: Path | None


def read() -> Settings:
    """Read the environment: ``BHI_DATABASE_URL`` and ``BHI_INSTRUMENTS``.

    A ``postgresql://`` or ``postgres://`` URL is read with the psycopg driver, as people write it.
    """
    url = os.environ.get("BHI_DATABASE_URL", "").strip()
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    extra = os.environ.get("BHI_INSTRUMENTS", "").strip()
    return Settings(
        database_url=url or f"sqlite:///{DEMO_DATABASE}",
        is_demo=not url,
        extra_instruments=Path(extra) if extra else None,
    )
