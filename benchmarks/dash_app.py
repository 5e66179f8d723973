"""The caseload table and a patient's figures in Dash: the same rows, the same figures, for a side-by-side click."""

import sys
from typing import Any

import dash
import dash_ag_grid as dag
from dash import Input, Output, dcc, html

from bhi_core import clock, settings
from bhi_core.charts.palette import LIGHT
from bhi_core.domain.answers import chart
from bhi_core.domain.caseload import headline, work_out
from bhi_core.report.worklist import rows as file_rows
from bhi_core.store import queries
from bhi_core.store.engine import connect_engine, reading

SHOWN = ("Name", "MRN", "Week", "PHQ-9 first", "PHQ-9 latest", "PHQ-9 change", "PHQ-9 class", "GAD-7 first",
         "GAD-7 latest", "GAD-7 change", "GAD-7 class", "Why", "Last contact", "Last review")  # fmt: skip


def application() -> dash.Dash:
    """Make the app: everything is worked out once, as the product's cache does; a click only answers from it."""
    engine = connect_engine(settings.read().database_url)
    day = clock.today(settings.DEFAULT_ZONE)
    with reading(engine) as connection:
        registry = queries.registry(connection, queries.EVERYBODY, day)
        caseload = work_out(registry)
        people = caseload.worklist["patient_id"].tolist()[:40]
        forms = {one: queries.forms(connection, one, day) for one in people}
    table = file_rows(caseload, caseload.worklist)[list(SHOWN)].astype(str)
    every, needing = table.to_dict("records"), table[caseload.worklist["needs_team"].to_numpy()].to_dict("records")
    figures = [_figures(caseload, registry, forms[one], one) for one in people]
    app = dash.Dash(__name__)
    columns = [{"field": name, "wrapText": name == "Why", "autoHeight": name == "Why"} for name in SHOWN]
    app.layout = html.Div(
        [
            html.H3(headline(caseload.worklist)),
            html.Button("All", id="all"),
            dag.AgGrid(id="grid", rowData=needing, columnDefs=columns, dashGridOptions={"domLayout": "autoHeight"}),
            html.Button("Next", id="next"),
            html.Div(id="name"),
            dcc.Graph(id="course", figure=figures[0][0]),
            dcc.Graph(id="items", figure=figures[0][1]),
        ]
    )

    @app.callback(Output("grid", "rowData"), Input("all", "n_clicks"), prevent_initial_call=True)
    def _all(presses: int) -> Any:
        return every if presses % 2 else needing

    @app.callback(
        Output("course", "figure"), Output("items", "figure"), Output("name", "children"),
        Input("next", "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def _next(presses: int) -> Any:
        course, items = figures[presses % len(figures)]
        return course, items, str(presses)

    return app


def _figures(caseload: Any, registry: Any, forms: Any, patient_id: int) -> tuple[Any, Any]:
    """Draw a patient's course and items as the product does."""
    from bhi_core.charts import course, items
    from bhi_core.ui import chart_parts

    kept = forms[forms["superseded_at"].isna()].assign(
        patient_id=patient_id, recorded_order=range(int(forms["superseded_at"].isna().sum()))
    )
    episodes = registry.episodes[registry.episodes["patient_id"] == patient_id].sort_values("enrolled_on")
    told = chart(caseload, registry, kept, int(episodes["episode_id"].iloc[-1]))
    drawn = [panel for panel in chart_parts.panels(told) if panel.scores]
    having = next((one.instrument for one in told.courses if chart_parts.visits(told, one.instrument)), None)
    first = course.course(drawn, chart_parts.care_of(told), told.as_of, told.enrolled_on, LIGHT)
    second = items.items(having, chart_parts.visits(told, having), told.as_of, LIGHT) if having else first
    return first, second


if __name__ == "__main__":
    application().run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
