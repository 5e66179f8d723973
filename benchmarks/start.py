"""From the start of the process to the first painted caseload, against a hello-world app (``ratio``)."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks import apps
from benchmarks.measured import Measured, ratio
from benchmarks.screen import BROWSER
from bhi_core import clock, settings
from bhi_core.demo import seeding
from bhi_core.store.engine import connect_engine, migrate

ROUNDS = 5


def run(episodes: int | None = None) -> Measured:
    """Measure with the demo clinic (300 episodes, or ``episodes``), already in its database."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        database = f"sqlite:///{folder / 'clinic.db'}"
        engine = connect_engine(database)
        migrate(engine)
        seeding.seed(engine, clock.today(settings.DEFAULT_ZONE), episodes=episodes or 300)
        engine.dispose()
        (folder / "hello.py").write_text(apps.HELLO, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("BHI_TEST_CHROMIUM") or "/usr/bin/chromium", args=list(BROWSER)
        )
        seconds: dict[str, list[float]] = {"product": [], "hello": []}
        for counted in [False] + [True] * ROUNDS:
            ours = _until_painted(browser, "dashboard.py", apps.ROOT, "table tbody a", database)
            hello = _until_painted(browser, "hello.py", folder, "h1", None)
            if counted:
                seconds["product"].append(ours)
                seconds["hello"].append(hello)
        browser.close()
    return {
        "ratio": ratio(seconds, "product", "hello"),
        "product ms": median(seconds["product"]) * 1000,
        "hello ms": median(seconds["hello"]) * 1000,
    }


def _until_painted(browser: Any, script: str, folder: Path, wanted: str, database: str | None) -> float:
    """Start a server, open its page as soon as it answers, and wait for what is wanted on it."""
    port = apps.free_port()
    start = time.perf_counter()
    server = apps.launch(apps.streamlit_command(script, port), folder, database)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    try:
        apps.wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(wanted).first.wait_for(timeout=120_000)
        return time.perf_counter() - start
    finally:
        page.close()
        server.terminate()
        server.wait(timeout=30)
