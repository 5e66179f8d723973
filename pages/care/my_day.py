"""Whom do I call, measure and follow up today? For a care manager, every morning."""

import streamlit as st

from bhi_core.ui import access, care_day, caseload_parts, data

person = access.require("see caseload")

if data.nobody_yet():
    caseload_parts.empty_registry()
    st.stop()

# 1 Ask: the answer stands above the question, so its place is kept first.
answer = st.container(key="my_day_answer")
who = care_day.ask(person.name)
if who is None:
    with answer:
        care_day.nobody_picked()
    st.stop()

# 2 Work out
day, recorded_to, rules_version = care_day.work_out(who, data.today())

# 3 Show, and 4 Act: every line leads on.
with answer:
    care_day.answer(day, recorded_to, rules_version)
care_day.lines(day)
