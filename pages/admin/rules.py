"""By which rules, numbers and sources does the software decide, and what did this clinic choose? For who asks why."""

import streamlit as st

from bhi_core.domain import instruments
from bhi_core.domain.rules import book
from bhi_core.ui import access, clinic_settings, look, rule_tables

person = access.require("see caseload")

# 1 Ask: nothing. 2 Work out: the reviewed files, as tables of text.
rules, known = book(), instruments.registry()

# 3 Show
look.headline(
    f"Rules {rules.version}: {len(rules.rules)} rules, {len(known)} questionnaires, each number with its source."
)
look.fact_line("Decision support: it says why, never what must be done. The rules change only with a reviewed version.")

# 4 Act
look.section("What this clinic chose")
clinic_settings.target(person)
clinic_settings.zone(person)

look.section("Rules, in the order of the table")
st.table(rule_tables.rule_rows(rules), border="horizontal", alt="The rules with level, numbers, action and source")
look.section("Questionnaires")
st.table(
    rule_tables.instrument_rows(known), border="horizontal", alt="The questionnaires with ranges, bands and numbers"
)
look.section("What their numbers rest on")
st.table(rule_tables.source_rows(known), border="horizontal", alt="Reliability, sources, codes and licence")
look.section("Every threshold")
st.table(rule_tables.threshold_rows(rules), border="horizontal", alt="The thresholds with value, unit and source")
