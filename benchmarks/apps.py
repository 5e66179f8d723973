"""The servers that the screen benchmarks compare: this product, a hello-world app, and the same views in Dash."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HELLO = """
import streamlit as st

st.title("Hello")
st.text(f"pressed {st.session_state.setdefault('pressed', 0)} times")
if st.button("Press", key="press"):
    st.session_state.pressed += 1
    st.rerun()
"""
QUIET = ("--server.headless", "true", "--server.address", "127.0.0.1")
PATIENCE = 120.0
"""Seconds to wait for a server."""


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(url: str, server: "subprocess.Popen[bytes] | None" = None) -> None:
    """Wait until a server answers.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server is not None and server.poll() is not None:
            raise RuntimeError(f"The server for {url} ended before it answered.")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{url} did not answer.")


def launch(command: list[str], folder: Path, database: str | None = None) -> "subprocess.Popen[bytes]":
    """Start a server process, quietly."""
    named = {"BHI_DATABASE_URL": database} if database else {}
    return subprocess.Popen(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)} | named,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def streamlit_command(script: str, port: int) -> list[str]:
    """Give the command that serves a Streamlit script."""
    return [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), *QUIET]


@contextmanager
def serving(command: list[str], folder: Path, port: int, path: str, database: str | None = None) -> Iterator[str]:
    """Serve until the end of the block; give the address."""
    server = launch(command, folder, database)
    try:
        wait_for(f"http://127.0.0.1:{port}{path}", server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def hello(folder: Path) -> Iterator[str]:
    """Serve the hello-world app with this product's own Streamlit settings."""
    script = folder / "hello.py"
    script.write_text(HELLO, encoding="utf-8")
    settings = folder / ".streamlit"
    settings.mkdir(exist_ok=True)
    (settings / "config.toml").write_text(
        (ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    port = free_port()
    with serving(streamlit_command(str(script), port), folder, port, "/_stcore/health") as address:
        yield address


@contextmanager
def product(database: str) -> Iterator[str]:
    """Serve the product on a database, warmed as a container's probe would."""
    port = free_port()
    with serving(
        streamlit_command("dashboard.py", port), ROOT, port, "/_stcore/script-health-check", database
    ) as address:
        yield address


@contextmanager
def dash(database: str) -> Iterator[str]:
    """Serve the same table and figures in Dash."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.dash_app", str(port)]
    with serving(command, ROOT, port, "/_dash-layout", database) as address:
        yield address
