"""The sheet that chooses the form from which an episode is measured, or gives the choice back to the rule."""

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.episodes import assign
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_slip, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

BY_RULE = 0
"""Stands for no chosen form; ids of forms begin with 1."""
HOW = {"first": "the first score", "late": "the first score, late", "chosen": "chosen by hand"}


def show(slip: Slip, known: Known) -> None:
    """Say what the episode is measured from, and let another form be chosen."""
    episode = known.episode
    if episode is None:
        return
    look.small_head("Baseline: the form that change is measured from")
    look.fact_line("; ".join(_from(known)) or "None yet: no complete score in this episode.")
    labels = forms_of(known)
    chosen = BY_RULE if pd.isna(episode["baseline_score_id"]) else int(episode["baseline_score_id"])
    offered = [BY_RULE, *labels]
    if len(offered) == 1:
        return
    picked = st.selectbox(
        "Measure from",
        offered,
        index=offered.index(chosen) if chosen in offered else 0,
        format_func=lambda one: labels.get(one, "The rule: the first score of each instrument"),
        key=f"{slip.key('form')}_{chosen}",
        persist_state="session",
        width=380,
    )
    engine, version = data.engine(), int(episode["version"])

    def work(token: str) -> str:
        if picked == chosen:
            raise Refused("The baseline is this one already: pick another form.")
        score_id = None if picked == BY_RULE else picked
        commands.choose_baseline(engine, slip.person, token=token, version=version, score_id=score_id)
        return f"measured from {labels[picked]}." if score_id else "the baseline follows the rule again."

    care_slip.keep(slip, "Save the baseline", (version, picked), work, main=False)


def forms_of(known: Known) -> dict[int, str]:
    """Give the complete forms of the latest episode, oldest first: id -> date, instrument and total."""
    scores, episode = known.registry.scores, known.episode
    if episode is None:
        return {}
    mine = assign(scores["patient_id"], scores["taken_on"], known.registry.episodes) == int(episode["episode_id"])
    rows = scores[mine & scores["total"].notna().to_numpy()].sort_values(["taken_on", "recorded_order"])
    names = {one.id: one.name for one in known.caseload.instruments}
    as_of = known.registry.as_of
    return {
        int(row["score_id"]): f"{words.day(row['taken_on'], as_of)}: {names.get(str(row['instrument']), '')} "
        f"{words.number(float(row['total']))}"
        for row in rows.to_dict("records")
        if str(row["instrument"]) in names
    }


def _from(known: Known) -> list[str]:
    """Say for each instrument what it is measured from."""
    rows, episode = known.caseload.trajectories, known.episode
    if episode is None:
        return []
    mine = rows[(rows["episode_id"] == episode["episode_id"]) & rows["baseline"].notna()]
    return [
        f"{known.caseload.instruments[str(row['instrument'])].name} {words.number(float(row['baseline']))} of "
        f"{words.day(row['baseline_on'], known.registry.as_of)} ({HOW.get(str(row['baseline_how']), '')})"
        for row in mine.to_dict("records")
    ]
