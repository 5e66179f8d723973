"""A real server with a database of its own, and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bhi_core import clock, settings
from bhi_core.demo import seeding
from bhi_core.store.engine import connect_engine, migrate

ROOT = Path(__file__).resolve().parents[2]
TODAY = clock.today(settings.DEFAULT_ZONE)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000
"""Milliseconds to wait for something on a busy machine."""
expect.set_options(timeout=PATIENCE)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(database: Path | None, folder: Path = ROOT, script: str = "dashboard.py") -> Iterator[str]:
    """Serve a script until the end of the block, on a database file; give the address."""
    port = free_port()
    server = serve(database, port, folder, script)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=30)


def serve(
    database: Path | None, port: int, folder: Path = ROOT, script: str = "dashboard.py", before: Path | None = None
) -> "subprocess.Popen[bytes]":
    """Start a server and wait until it answers; a folder ``before`` the product may hold a ``sitecustomize.py``."""
    named = {"BHI_DATABASE_URL": f"sqlite:///{database}"} if database else {}
    found = os.pathsep.join(str(one) for one in (before, ROOT) if one is not None)
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true", "--server.port", str(port),
         "--server.address", "127.0.0.1"],
        cwd=folder, env=os.environ | {"PYTHONPATH": found} | named,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        # the script's own check, as a container's probe would: else the first link to a page says "Page not found"
        _wait_for(f"http://127.0.0.1:{port}/_stcore/script-health-check", server)
    except BaseException:
        server.kill()
        raise
    return server


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the demo clinic, made once, to copy."""
    path = tmp_path_factory.mktemp("browser") / "clinic.db"
    engine = connect_engine(f"sqlite:///{path}")
    migrate(engine)
    seeding.seed(engine, TODAY)
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def clinic_file(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the demo clinic in a file of this module."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.db"
    shutil.copyfile(seeded, path)
    return path


@pytest.fixture(scope="module")
def clinic_address(clinic_file: Path) -> Iterator[str]:
    """Give the address of the product, showing the demo clinic of this module."""
    with serving(clinic_file) as address:
        yield address


@pytest.fixture(scope="module")
def empty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the product on an empty database."""
    with serving(tmp_path_factory.mktemp("empty") / "registry.db") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a headless Chromium: the one that BHI_TEST_CHROMIUM names, else an installed one."""
    named = os.environ.get("BHI_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=named, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Give what opens an address in a browser of its own (a session), 1440 px wide and light unless said."""
    with ExitStack() as stack:

        def opened(address: str, width: int = 1440, scheme: Any = "light") -> Page:
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            settled(page)
            return page

        yield opened


def settled(page: Page) -> None:
    """Wait until the script has run and nothing on the page is a skeleton or faded any more."""
    page.locator("[data-testid=stMainBlockContainer]").wait_for()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-testid=stSkeleton]')"
    )
