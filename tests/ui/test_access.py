"""Who is there: the name picked from Staff, or nobody's."""

from streamlit.testing.v1 import AppTest

APP = """
import streamlit as st
from bhi_core.ui import access

st.selectbox("Signing as", ["A. Novak"], index=None, key=access.NAME_KEY)
st.text(f"[{access.actor().name}]")
"""


def test_nobody_signs_until_a_name_is_picked() -> None:
    app = AppTest.from_string(APP, default_timeout=30).run()

    assert app.text[0].value == "[]"


def test_the_name_that_was_picked_signs() -> None:
    app = AppTest.from_string(APP, default_timeout=30).run()

    app.selectbox[0].set_value("A. Novak").run()

    assert app.text[0].value == "[A. Novak]"
