"""Severity then and now: each open patient stands in one cell, and the sums are those of the summary."""

from bhi_core.domain.caseload import severity_flow, summary, work_out
from tests.domain.clinic import Case, registry_of

SEEN = "contact@0; contact@80; review@80"
REGISTRY = registry_of(
    Case(90, "PHQ-9@0=22; PHQ-9@84=7; GAD-7@0=16", SEEN, mrn="1"),
    Case(90, "PHQ-9@0=21; PHQ-9@84=23", SEEN, mrn="2"),
    Case(90, "PHQ-9@0=12", SEEN, mrn="3"),
    Case(90, "", "", mrn="4"),
)
CASELOAD = work_out(REGISTRY)


def test_a_cell_counts_those_who_came_from_its_row_to_its_column() -> None:
    phq9 = next(flow for flow in severity_flow(CASELOAD) if flow.name == "PHQ-9")
    counted = {cell.label: cell.count for row in phq9.cells for cell in row if cell.numerator}

    assert counted == {
        "PHQ-9 severe, now mild": "1 of 2",
        "PHQ-9 severe, now severe": "1 of 2",
        "PHQ-9 moderate, now moderate": "1 of 1",
    }


def test_rows_and_columns_add_up_to_the_figures_of_the_summary() -> None:
    figures = {(figure.section, figure.label): set(figure.patient_ids) for figure in summary(CASELOAD, REGISTRY)}

    for flow in severity_flow(CASELOAD):
        for place, band in enumerate(flow.bands):
            row = {one for cell in flow.cells[place] for one in cell.patient_ids}
            column = {one for cells in flow.cells for one in cells[place].patient_ids}
            assert row == figures["severity at start", f"{flow.name} {band}"]
            assert column == figures["severity now", f"{flow.name} {band}"]


def test_nobody_gives_cells_of_nobody() -> None:
    empty = work_out(registry_of(Case(90, "", "", mrn="1")))

    assert all(cell.denominator == 0 for flow in severity_flow(empty) for row in flow.cells for cell in row)
