"""Who is discussed this week, what is decided, and was it done? For the weekly review: before, in and after it."""

import streamlit as st

from bhi_core.ui import access, caseload_parts, data, review_after, review_before, review_meeting, review_place

access.require("review")

if data.nobody_yet():
    caseload_parts.empty_registry()
    st.stop()

# 1 Ask: which meeting stands in the URL; without one, an agenda is made.
today = data.today()
meeting = review_place.asked_meeting()

# 2 Work out, 3 Show, 4 Act
if meeting is None:
    review_before.before(today)
elif meeting.ended_at is not None:
    review_after.after(meeting)
else:
    review_meeting.meeting(meeting, today)
