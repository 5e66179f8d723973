"""Bring in a file of scores or other records: nothing is kept before it was shown. For whoever keeps the registry."""

import streamlit as st

from bhi_core.errors import Refused
from bhi_core.ui import access, data, import_result, intake_screen, upload_file

person = access.require("import")

if data.is_demo():
    intake_screen.not_in_the_demo()
    st.stop()
run = upload_file.running()
if run is not None:
    import_result.under_way(person, run)
    st.stop()

# 1 Ask
file = intake_screen.take()
if file is None:
    st.stop()
try:
    read, still_open = intake_screen.settled(file)
    if still_open:
        intake_screen.still_open(still_open)
        st.stop()
    create = intake_screen.ask_create(read, file.mark)

    # 2 Work out: what would become of each line, without keeping any.
    report = upload_file.tried(person, file, read, create=create)
except Refused as refusal:
    intake_screen.refused(refusal)
    st.stop()

# 3 Show
import_result.preview(file, report)

# 4 Act
import_result.act(person, read, report, create=create)
