"""The sheet for the course of care: its status, its team and schedule; every field begins with what stands now."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain import instruments, words
from bhi_core.domain.closed_lists import Condition, Status
from bhi_core.domain.episodes import ACTIVE, CLOSED, RELAPSE_PREVENTION
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_fields, care_slip, care_words, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

Fields = dict[str, Any]
"""What stands in the fields: status, since, reason, care_manager, consultant, weeks (as typed), condition, primary,
consent_on, target; None for an empty one."""

NEEDS_REASON = tuple(status for status in CLOSED if status != Status.GRADUATED)
SAME_NAME = ("care_manager", "consultant", "condition", "consent_on", "target")
"""Fields that are called like the column they change."""
AIM = "Aim: what patient and team want to reach, in their words"
AIM_LIKE = "PHQ-9 below 5, back at work"


def show(slip: Slip, known: Known) -> None:
    """Show the latest episode and keep what is changed in it."""
    episode = known.episode
    if episode is None:
        return
    seen = _seen(slip, episode)
    begin = stands(seen)
    typed = _status(slip, begin) | team(slip, begin)
    if seen["version"] != int(episode["version"]):
        _changed_meanwhile(slip, episode, seen, untouched=typed == begin)
    look.fact_line(target(known))
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        changed = changes(begin, typed)
        commands.change_episode(engine, slip.person, token=token, today=today, version=seen["version"], **changed)
        return f"episode of {words.day(seen['enrolled_on'], today)}: {', '.join(sorted(said(changed)))} changed."

    care_slip.keep(slip, "Save the episode", (seen["version"], typed), work)


def stands(row: Mapping[Any, Any]) -> Fields:
    """Give what the fields begin with, from an episode as it stands."""
    plain = {name: None if pd.isna(value) else value for name, value in row.items()}
    since = plain["closed_on"] or plain["status_since"] if plain["status"] in CLOSED else plain["status_since"]
    every = plain["follow_up_weeks"]
    return {
        "status": plain["status"],
        "since": words.plain_date(since),
        "reason": plain["reason"],
        "weeks": None if every is None else words.number(float(every)),
        "primary": plain["primary_instrument"],
        **{name: plain[name] for name in SAME_NAME},
        "consent_on": words.plain_date(plain["consent_on"]),
    }


def changes(begin: Fields, typed: Fields) -> Fields:
    """Give the columns that change from what stood in the fields to what stands in them.

    Raises:
        Refused: nothing changed, or something is missing.
    """
    changed = {name: typed[name] for name in SAME_NAME if typed[name] != begin[name]}
    if typed["weeks"] != begin["weeks"]:
        changed["follow_up_weeks"] = care_fields.weeks(typed["weeks"])
    if typed["primary"] != begin["primary"]:
        changed["primary_instrument"] = typed["primary"]
    status = typed["status"]
    if status is None:
        raise Refused("Say where the episode stands.")
    if any(typed[name] != begin[name] for name in ("status", "since", "reason")):
        if status in NEEDS_REASON and not typed["reason"]:
            raise Refused(f"Say why: {status} without a reason cannot be understood later.")
        if status != begin["status"] and typed["since"] is None:
            raise Refused("Say since when.")
        closed = typed["since"] if status in CLOSED else None
        changed |= {"status": status, "status_since": typed["since"], "closed_on": closed, "reason": typed["reason"]}
    if not changed:
        raise Refused("Nothing is changed yet.")
    return changed


def said(changed: Fields) -> set[str]:
    """Name what changed, for the note that it was saved."""
    status = {"status", "status_since", "closed_on", "reason"}
    return {"status" if name in status else care_words.EPISODE_PARTS[name] for name in changed}


def _seen(slip: Slip, episode: "pd.Series[Any]") -> Fields:
    """Keep the episode as it was when the sheet was opened: a change made meanwhile is noticed, not overwritten."""
    kept: Fields = st.session_state.setdefault(slip.key("seen"), episode.to_dict())
    return kept | {"version": int(kept["version"])}


def _changed_meanwhile(slip: Slip, episode: "pd.Series[Any]", seen: Fields, *, untouched: bool) -> None:
    """Say that somebody changed the episode since the sheet was opened; an untouched sheet begins anew by itself."""
    if untouched:
        slip.empty()
        st.rerun()
    by = episode["recorded_by"] if isinstance(episode["recorded_by"], str) else ""
    with look.alert("care_changed", "orange"):
        what = care_words.episode_changes(seen, episode.to_dict(), slip.today)
        st.markdown(look.literal(f"{by or 'Somebody'} changed this episode meanwhile: {what}."))
        st.button("Begin again from how it stands now", key=slip.key("again"), on_click=slip.empty)


def _status(slip: Slip, begin: Fields) -> Fields:
    """Ask where the episode stands, since when and why."""
    status = care_fields.one_of(slip, "status", "Status", list(Status), begin["status"])
    same = status == begin["status"]
    if same and status == ACTIVE:
        return {"status": status, "since": begin["since"], "reason": begin["reason"]}
    label = "Closed on" if status in CLOSED else "Since"
    needed = " (needed)" if status in NEEDS_REASON else ""
    with st.container(horizontal=True):
        since = care_fields.day(slip, f"since_{status}", label, begin["since"] if same else slip.today)
        reason = care_fields.line(
            slip, f"reason_{status}", f"Why?{needed}", begin["reason"] if same else None, width=420
        )
    if status in (RELAPSE_PREVENTION, Status.GRADUATED):
        look.fact_line("A relapse-prevention plan belongs to this step: see the sheet of that name.")
    return {"status": status, "since": since, "reason": reason}


def team(slip: Slip, begin: Fields) -> Fields:
    """Ask who cares for the patient, how often, for what, by which instrument, with consent since when, to what aim."""
    scales = {one.id: one.name for one in instruments.registry() if one.trackable}
    offered = [*scales, *([begin["primary"]] if begin["primary"] and begin["primary"] not in scales else [])]
    with st.container(horizontal=True):
        manager = care_fields.staff(slip, "manager", "Care manager", begin["care_manager"], new=True)
        consultant = care_fields.staff(slip, "consultant", "Consultant", begin["consultant"], new=True)
        weeks = care_fields.line(slip, "weeks", "Weeks between contacts", begin["weeks"], width=180)
    condition = care_fields.one_of(slip, "condition", "Condition", list(Condition), begin["condition"])
    with st.container(horizontal=True):
        primary = st.selectbox(
            "Primary instrument",
            offered,
            index=offered.index(begin["primary"]) if begin["primary"] else None,
            format_func=lambda one: scales.get(one, one),
            key=slip.key("primary"),
            persist_state="session",
            placeholder="By the rule",
            width=180,
        )
        consent: date | None = care_fields.day(slip, "consent", "Consent on", begin["consent_on"])
    aim = care_fields.line(slip, "target", AIM, begin["target"], placeholder=AIM_LIKE, max_chars=200, width=560)
    look.fact_line("The aim is for people to read. No rule reads it: the rules keep the clinic's target.")
    return {
        "care_manager": manager, "consultant": consultant, "weeks": weeks, "condition": condition, "primary": primary,
        "consent_on": consent, "target": aim,
    }  # fmt: skip


def target(known: Known) -> str:
    """Say what this clinic treats to, in this patient's numbers."""
    rule = known.caseload.target_rule
    rows = known.caseload.trajectories
    episode = known.episode
    mine = rows[rows["episode_id"] == episode["episode_id"]] if episode is not None else rows.iloc[:0]
    scored = known.caseload.rule_book.words("scored_scales")
    parts = []
    for row in mine[mine["baseline"].notna()].to_dict("records"):
        instrument = known.caseload.instruments[str(row["instrument"])]
        if instrument.id in scored and instrument.threshold is not None:
            half = words.number(float(row["baseline"]) / 2)
            parts.append(f"{instrument.name} below {instrument.threshold} {rule} at half of the first ({half})")
    return (
        f"Treatment target, this clinic's rule: {'; '.join(parts)}." if parts else "No treatment target yet: no score."
    )
