"""How long from the flag to an adjusted treatment, where does it take longest, and who still waits? Once a month."""

import streamlit as st

from bhi_core.domain.review import loop_words
from bhi_core.store.queries import EVERYBODY
from bhi_core.ui import access, caseload_parts, data, look, process_data, process_parts
from bhi_core.ui.components.caseload_table import caseload_table

access.require("see caseload")

if data.nobody_yet():
    caseload_parts.empty_registry()
    st.stop()

# 1 Ask: the answer stands above the questions, so its place is kept first.
answer = st.container(key="process_answer")
chosen = process_parts.ask()

# 2 Work out
registry, caseload = data.caseload(EVERYBODY, chosen.as_of)
found = process_data.narrowed(process_data.loop(EVERYBODY, chosen.as_of), chosen)
summary = found.summary

# 3 Show
with answer:
    process_parts.looking_back(chosen)
    look.headline(loop_words.answer(summary))
    process_parts.freshness(chosen, found, registry, caseload)
if not summary.flagged:
    process_parts.nobody(chosen)
    st.stop()
if not summary.is_small:
    process_parts.shares(summary)
    process_parts.curve(summary)
    process_parts.groups(found)

# 4 Act
look.section("Still waiting for a change")
table = process_parts.waiting(found, registry, caseload)
picked = None
if table is None:
    look.fact_line("Nobody who was flagged in this period is open and without a treatment change.")
else:
    picked = caseload_table(table, key="process_table")
look.fact_line(process_parts.READING)
if picked is not None:
    past = {"as_of": chosen.as_of.isoformat()} if chosen.is_past else {}
    st.switch_page("pages/care/patient.py", query_params={"id": str(picked)} | past)
