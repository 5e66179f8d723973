"""Enter one questionnaire, or correct one, by keyboard alone. For the care manager, at every contact."""

import streamlit as st

from bhi_core.ui import access, data, entry, form_history, questionnaire, subject

person = access.require("record")

# 1 Ask: who stands in the URL and is looked up again; the rest is typed.
who = subject.asked()
if who is None:
    subject.nobody_picked()
    st.stop()
today = data.today()
kept = form_history.read(who.patient_id)
entry.head(who)
with st.container(horizontal=True, key="screening_top"):
    form = entry.form_for(who, kept)
    if form is None:
        form_history.show(who.patient_id, kept)
        st.stop()
    on = entry.taken_on(form, today)
    mode = questionnaire.mode(form.token, form.before)
    given = questionnaire.kind(form.instrument, form.token, form.before)
    if given == questionnaire.ANSWERS:
        questionnaire.all_in_a_row(form.instrument, form.token)
questions, told = st.columns([2.2, 1], gap="large")
with questions:
    typed = questionnaire.ask(form.instrument, form.token, given, form.before)

# 2 Work out and 3 Show: where the total stands, what item 9 means, what is known of that day.
with told, entry.in_sight():
    entry.saved_note(who)
    entry.correcting(form)
    entry.standing(form, typed, on, kept)
    # 4 Act
    entry.act(person, form, typed, on, mode)
    form_history.show(who.patient_id, kept)
