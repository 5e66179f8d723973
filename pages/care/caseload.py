"""Which patients need the team this week, and why? For the weekly review and every Monday."""

import streamlit as st

from bhi_core.ui import access, caseload_parts, data, filters, look, paging
from bhi_core.ui.components.caseload_table import caseload_table

access.require("see caseload")

if data.nobody_yet():
    caseload_parts.empty_registry()
    st.stop()

# 1 Ask: the answer stands above the questions, so its place is kept first.
answer = st.container(key="caseload_answer")
view = filters.ask(*caseload_parts.choices())

# 2 Work out
worked = data.worked(view.scope, view.as_of)
matching = filters.narrowed(view, worked.caseload)
rows = filters.shown(view, matching)
filters.remember(view, rows)

# 3 Show
with answer:
    strip = caseload_parts.answer(view, worked)
if rows.empty:
    caseload_parts.nobody_shown(view, matching)
else:
    caseload_parts.elsewhere(view, rows, matching)
    part = paging.ask(worked.caseload, rows)
    picked = caseload_table(worked.rows.view(part, alt=worked.headline(view.whose)), key="caseload_table")
    # 4 Act
    if picked is not None:
        st.switch_page("pages/care/patient.py", query_params=caseload_parts.patient_query(picked, view))
caseload_parts.under_the_table(view, worked, rows)
look.fact_line(caseload_parts.KEY_LINE)
caseload_parts.inertia(strip, view, worked)
