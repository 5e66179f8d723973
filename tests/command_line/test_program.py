"""The program as it is started from a shell."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "migrate", "seed", "import", "guess", "caseload", "export", "check", "agenda", "changes", "loop", "minutes",
)  # fmt: skip


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python at the root of the repository."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_help_names_every_command() -> None:
    done = python("-m", "bhi_core", "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {command} " in done.stdout for command in COMMANDS)


def test_wrong_command_leaves_the_exit_status_to_the_shell() -> None:
    done = python("-m", "bhi_core", "caselod")

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_command_line_starts_without_the_screens() -> None:
    loaded = python("-c", "import sys, bhi_core.__main__; print(*sys.modules)").stdout.split()

    assert "bhi_core.command_line" in loaded
    assert not {"streamlit", "plotly", "alembic", "scipy", "openpyxl", "xlsxwriter"} & set(loaded)
