"""How is the caseload doing as a whole? For the weekly meeting: each figure opens its patients."""

import streamlit as st

from bhi_core.ui import access, caseload_parts, data, look, summary_parts
from bhi_core.ui.components.caseload_table import caseload_table

access.require("see caseload")

if data.nobody_yet():
    caseload_parts.empty_registry()
    st.stop()

# 1 Ask: the answer stands above the questions, so its place is kept first.
answer = st.container(key="summary_answer")
scope, as_of = summary_parts.ask()

# 2 Work out
worked = data.worked(scope, as_of)

# 3 Show
with answer:
    look.headline(summary_parts.sentence(worked.figures))
    summary_parts.freshness(scope, worked)
chosen = summary_parts.figures(worked)
if chosen is None:
    look.fact_line("Pick a figure to see its patients.")
    st.stop()
rows = summary_parts.patients_of(chosen, worked.caseload)
look.section(f"{chosen.label}: {chosen.count}, {chosen.of_whom}")

# 4 Act
picked = None
if rows.empty:
    look.fact_line("Nobody.")
else:
    picked = caseload_table(worked.rows.view(rows, alt=chosen.label), key="summary_table")
if picked is not None:
    st.switch_page("pages/care/patient.py", query_params={"id": str(picked)})
