"""Hand traces and a layout over as a figure that the browser draws once."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from plotly import graph_objects as go
from plotly.io.json import to_json_plotly


def figure(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """Make a figure, without a template and with a data revision of its own.

    Streamlit hands plotly a copy of each figure right after its first drawing. Plotly draws a copy again whenever it
    has a template, even an empty one, or no data revision (docs/PERFORMANCE.md). The revision is made from all that is
    drawn, so a figure of anything else is never taken for this one.

    Args:
        traces: what is drawn, as plotly's JSON has it.
        layout: axes, shapes, notes and sizes, as plotly's JSON has it.

    Returns:
        The figure, its attributes not checked again.
    """
    revision = blake2b(to_json_plotly([traces, layout]).encode(), digest_size=16).hexdigest()
    drawn = go.Figure({"data": list(traces), "layout": {**layout, "datarevision": revision}}, _validate=False)
    drawn.layout.template = None
    return drawn
