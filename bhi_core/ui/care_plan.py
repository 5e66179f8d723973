"""The sheet for a relapse-prevention plan; the earlier ones stay in sight."""

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.review.kinds import RecommendationKind
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_advice, care_fields, care_kept, care_slip, care_words, data
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

EXAMPLES = {
    "medications": "Sertraline 150 mg daily, at least until June",
    "warning_signs": "Sleeps badly for a week, stops answering the phone",
    "what_helps": "Walk with the sister, the worksheet on worries",
    "contacts": "Care manager, PCP, sister; 988 at any hour",
}


def show(slip: Slip, known: Known, kept: pd.DataFrame) -> None:
    """Ask for a plan, part by part, and keep it; it may begin with the last one."""
    last = care_kept.standing(kept)
    if not last.empty:
        made = words.day(last["date"].iloc[0], slip.today)
        st.button(
            f"Begin with the plan of {made}",
            key=slip.key("begin"),
            on_click=_begin,
            args=(slip, last.iloc[0].to_dict()),
        )
    parts = {
        column: care_fields.text(slip, column, name, placeholder=EXAMPLES[column], height=88)
        for column, name in care_words.PLAN_PARTS.items()
    }
    on = care_fields.day(slip, "date", "Made on", slip.today)
    step = care_advice.offer(slip, known, (RecommendationKind.PLAN,))
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        if not any(parts.values()):
            raise Refused("Nothing is written yet: a plan has at least one of its four parts.")
        if on is None:
            raise Refused("Say on which day it was made.")
        step.check(on)
        commands.record_plan(
            engine, slip.person, token=token, today=today, patient_id=slip.who.patient_id, date=on, **parts
        )
        return f"relapse-prevention plan of {words.day(on, today)}." + step.keep(engine, slip, token, on)

    care_slip.keep(slip, "Save the plan", (on, parts, step.review_ids), work)


def _begin(slip: Slip, plan: care_words.Row) -> None:
    """Fill the fields with an earlier plan (a callback); nothing is kept by it."""
    for column in care_words.PLAN_PARTS:
        st.session_state[slip.key(column)] = care_words.text(plan[column])
