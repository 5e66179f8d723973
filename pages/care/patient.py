"""Is this person getting better, is that real, what was tried, what now? For the consultant: one course, one screen."""

import streamlit as st

from bhi_core.domain import answers
from bhi_core.ui import access, chart_parts, look, patient_header, patient_page

access.require("see caseload")

# 1 Ask: who, and as of when, stand in the URL; both are checked again.
shown = patient_page.asked()
if shown is None:
    st.stop()

# 2 Work out
told = shown.told

# 3 Show
patient_header.place(shown)
patient_header.who(shown)
patient_header.safety(shown)
if told is None:
    look.answer("Known, but not enrolled in an episode.")
    chart_parts.forms_outside(shown)
    st.stop()
look.answer(answers.answer(told))
with look.stack("patient_course"):
    course, questions = st.columns([2.35, 1], gap="medium")
    with course:
        chart_parts.course(shown, told)
    with questions:
        chart_parts.questions(shown, told)
with look.stack("patient_detail"):
    items, events = st.columns([1.75, 1], gap="large")
    with items:
        chart_parts.items(told)
    with events:
        chart_parts.happened(shown, told)
chart_parts.earlier_courses(shown)
