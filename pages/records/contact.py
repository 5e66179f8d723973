"""What was done for this patient between meetings? For the care manager, right after each contact, by keyboard."""

import streamlit as st

from bhi_core.ui import access, care_known, care_sheets, data, subject
from bhi_core.ui.care_slip import Slip

person = access.require("record")

# 1 Ask: who stands in the URL and is looked up again; which sheet, too.
who = subject.asked("Record care: for whom?")
if who is None:
    subject.nobody_picked()
    st.stop()

# 2 Work out
today = data.today()
known = care_known.read(who, today)

# 3 Show and 4 Act: each sheet keeps what stands in it, beside what was recorded before.
care_known.head(who, known, today, leave=subject.leave)
what = care_sheets.ask()
care_sheets.show(what, Slip(who, "care", person, today), known)
