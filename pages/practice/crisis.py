"""Where does a patient in a crisis turn, at each of our sites? For everybody; kept by who may change settings."""

import streamlit as st

from bhi_core.ui import access, clinic_settings, crisis, look

person = access.require("see caseload")

# 1 Ask and 2 Work out: which sites there are, and what each has recorded.
sites = clinic_settings.sites()

# 3 Show: the national line is fixed in the code and stands even when nothing else does.
look.headline(f"{crisis.NATIONAL}.")
look.fact_line("Shown with every safety flag, together with the line of the patient's site.")
if not sites:
    look.fact_line("No sites yet: they come with the first file that names them.")
    st.page_link("pages/records/upload.py", label="Bring in a file")
    st.stop()

# 4 Act
look.section("Each site's own line")
clinic_settings.lines(person, sites)
