"""From a click to settled paint in one headless browser: this product beside a hello-world app and beside Dash.

Ratios of medians; the clicks of all contenders are interleaved, so that a busy machine slows all of them alike.
``caseload_hello`` and ``patient_hello`` divide by a hello-world Streamlit rerun, ``caseload_dash`` and
``patient_dash`` by the same table and figures in Dash. Bytes are what the browser received for one click.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import apps
from benchmarks.measured import Measured
from bhi_core import clock, settings
from bhi_core.demo import seeding
from bhi_core.store.engine import connect_engine, migrate

EPISODES = 930
"""Episodes of the demo clinic that leave about 300 of them open."""
ROUNDS = 10
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SETTLED = """
async (find) => {
  const all = [...document.querySelectorAll('button, label')];
  const wanted = all.filter(e => e.textContent.trim().startsWith(find)).at(-1);
  let last = 0;
  const start = performance.now();
  const seen = new MutationObserver(() => { last = performance.now(); });
  seen.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
  wanted.click();
  await new Promise(done => {
    const look = () => {
      const now = performance.now();
      if ((last && now - last > 700) || now - start > 15000) done(); else requestAnimationFrame(look);
    };
    look();
  });
  seen.disconnect();
  return last - start;
}
"""
"""Click, then wait until the page has not changed for 700 ms; the time is that of the last change."""


def run(episodes: int | None = None) -> Measured:
    """Measure with a demo clinic of about 300 open episodes (``episodes`` in all)."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        database = f"sqlite:///{folder / 'clinic.db'}"
        engine = connect_engine(database)
        migrate(engine)
        seeding.seed(engine, clock.today(settings.DEFAULT_ZONE), episodes=episodes or EPISODES)
        engine.dispose()
        hello = stack.enter_context(apps.hello(folder))
        ours = stack.enter_context(apps.product(database))
        dash = stack.enter_context(apps.dash(database))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=os.environ.get("BHI_TEST_CHROMIUM") or "/usr/bin/chromium", args=list(BROWSER)
        )
        views = _views(browser, hello, ours, dash)
        seconds: dict[str, list[float]] = {name: [] for name in views}
        for counted in [False] * 2 + [True] * ROUNDS:
            for name, press in views.items():
                taken = press()
                if counted:
                    seconds[name].append(taken)
        measured = _bytes(browser, ours)
        browser.close()
    middle = {name: median(taken) for name, taken in seconds.items()}
    return {
        "caseload_hello": middle["caseload"] / middle["hello"],
        "patient_hello": middle["patient"] / middle["hello"],
        "caseload_dash": middle["caseload"] / middle["dash caseload"],
        "patient_dash": middle["patient"] / middle["dash patient"],
        **{f"{name} ms": value for name, value in middle.items()},
        **measured,
    }


def _views(browser: Any, hello: str, ours: str, dash: str) -> dict[str, Callable[[], float]]:
    """Open a page for each view and give how to press in it; each press changes what is shown."""
    pages = {
        name: browser.new_page(viewport={"width": 1440, "height": 900})
        for name in ("hello", "caseload", "patient", "dash")
    }
    pages["hello"].goto(hello)
    pages["hello"].get_by_role("button", name="Press").wait_for()
    for name in ("caseload", "patient"):
        pages[name].goto(ours)
        pages[name].locator("table tbody a").first.wait_for(timeout=120_000)
    pages["patient"].locator("table tbody a").first.click()
    pages["patient"].locator(".js-plotly-plot").first.wait_for(timeout=120_000)
    pages["dash"].goto(dash)
    pages["dash"].locator(".ag-row").first.wait_for(timeout=120_000)
    shows = iter(["All", "Need the team"] * (ROUNDS + 2))
    return {
        "hello": lambda: _press(pages["hello"], "Press"),
        "caseload": lambda: _press(pages["caseload"], next(shows)),
        "patient": lambda: _press(pages["patient"], "Next"),
        "dash caseload": lambda: _press(pages["dash"], "All"),
        "dash patient": lambda: _press(pages["dash"], "Next"),
    }


def _press(page: Page, find: str) -> float:
    page.bring_to_front()
    return float(page.evaluate(SETTLED, find))


def _bytes(browser: Any, ours: str) -> Measured:
    """Count what the browser receives over the websocket for one click on each view."""
    received: list[int] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(ours)
    page.locator("table tbody a").first.wait_for(timeout=120_000)
    page.wait_for_timeout(1500)
    counted: Measured = {}
    received.clear()
    _press(page, "All")
    counted["caseload bytes"] = sum(received)
    received.clear()
    page.locator("table tbody a").first.click()
    page.locator(".js-plotly-plot").first.wait_for(timeout=120_000)
    page.wait_for_timeout(1500)
    counted["patient bytes"] = sum(received)
    return counted
