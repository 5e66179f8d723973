"""axe-core finds nothing on our screens beyond the three upstream rules that are known."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

PAGES = (
    "", "my_day?who=D.+Reyes", "patient?id=ID", "summary", "process", "screening?id=ID", "contact?id=ID",
    "contact?id=ID&care_what=Treatment", "contact?id=ID&care_what=Episode", "upload", "crisis", "rules",
)  # fmt: skip
WIDTHS = (1440, 900)
UPSTREAM = {("list", "stNav"), ("listitem", "stNav"), ("svg-img-alt", "stMetric")}
"""Rule and the part of Streamlit's own page that breaks it: the grouped navigation's list, the metric's sparkline."""


def ours(found: dict[str, list[dict[str, object]]]) -> list[str]:
    """Give the violations that are not upstream, each with its place."""
    broken = []
    for rule in found["violations"]:
        for node in rule["nodes"]:  # type: ignore[attr-defined]
            place = f"{node['target']} {node['html']}"
            if not any(rule["id"] == known and part in place for known, part in UPSTREAM):
                broken.append(f"{rule['id']}: {place[:300]}")
    return broken


def _field_named(page: Page) -> None:
    """Wait until a field for a file has its role: our own component gives it, and its script may come after the run.

    Until then axe is right to complain of the role that Streamlit gives; what counts is the page that people use.
    """
    if page.locator("[data-testid=stFileUploaderDropzone]").count():
        page.locator("[data-testid=stFileUploaderDropzone][role=group]").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_of_ours_wide_and_narrow(
    clinic_address: str, visit: Callable[..., Page], scheme: str
) -> None:
    page = visit(clinic_address, scheme=scheme)
    page.locator("table tbody a").first.wait_for()
    patient_id = (page.locator("table tbody a").first.get_attribute("href") or "").split("id=")[1]
    broken: list[str] = []

    for path in PAGES:
        page.goto(clinic_address + path.replace("ID", patient_id))
        settled(page)
        _field_named(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            broken += [f"/{path} at {width} px: {one}" for one in ours(Axe().run(page).response)]

    assert not broken, "\n".join(broken)


def test_axe_finds_nothing_of_ours_on_the_first_screen_of_an_empty_registry(
    empty_address: str, visit: Callable[..., Page]
) -> None:
    page = visit(empty_address)

    assert not ours(Axe().run(page).response)
