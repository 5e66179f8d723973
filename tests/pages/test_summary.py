"""The caseload summary: figures with their counts, each opening its patients."""

from sqlalchemy import Engine

from bhi_core.domain import caseload as caseloads
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui.caseload_parts import figure_key
from tests.pages.conftest import TODAY, Open
from tests.pages.test_caseload import all_text, worked_out

PAGE = "pages/care/summary.py"


def test_every_figure_stands_with_its_two_counts(demo_clinic: Engine, open_page: Open) -> None:
    with reading(demo_clinic) as connection:
        registry = queries.registry(connection, queries.EVERYBODY, TODAY)
    figures = caseloads.summary(caseloads.work_out(registry), registry)

    app = open_page(PAGE)

    labels = [button.label.replace("\\", "") for button in app.button]
    assert not app.exception
    for figure in figures:
        assert any(figure.label in label and figure.count in label for label in labels), figure.label


def test_a_figure_in_the_url_opens_its_patients(demo_clinic: Engine, open_page: Open) -> None:
    with reading(demo_clinic) as connection:
        registry = queries.registry(connection, queries.EVERYBODY, TODAY)
    figures = caseloads.summary(caseloads.work_out(registry), registry)
    measured = next(figure for figure in figures if figure.label.startswith("Measured"))

    app = open_page(PAGE, figure=figure_key(measured))

    assert not app.exception and not app.error
    assert measured.count in app.header[0].value.replace("\\", "")


def test_an_empty_registry_offers_the_two_ways_on(empty_registry: Engine, open_page: Open) -> None:
    assert "No patients yet" in open_page(PAGE).title[0].value


def test_somebody_without_the_right_sees_no_figure(demo_clinic: Engine, open_page: Open, without_rights: None) -> None:
    app = open_page(PAGE)

    assert "You may not" in all_text(app)
    assert not app.title


def test_a_cell_of_severity_then_and_now_opens_its_patients(demo_clinic: Engine, open_page: Open) -> None:
    flow = caseloads.severity_flow(worked_out(demo_clinic))[0]
    cell = max((cell for row in flow.cells for cell in row), key=lambda cell: cell.numerator)
    app = open_page(PAGE)

    button = next(one for one in app.button if one.key and one.key.endswith(f"_{figure_key(cell)}"))
    button.click().run()

    assert not app.exception and not app.error
    assert app.query_params["figure"] == figure_key(cell)
    assert any(cell.label in header.value.replace("\\", "") for header in app.header)
