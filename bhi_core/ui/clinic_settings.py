"""What the clinic chooses: crisis lines, target rule, zone; each a setting with its history, kept by one command."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from bhi_core import clock, settings
from bhi_core.domain.actor import Actor
from bhi_core.errors import Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.ui import crisis, data, look
from bhi_core.ui.forms import digest

RIGHT = "set rules"
LONGEST_LINE = 200
TARGETS = {
    "or": "below the threshold, or at most half of the first score",
    "and": "below the threshold, and at most half of the first score",
}
"""Value of the setting ``target_rule`` -> how it reads."""
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
"""Zones offered first; any other IANA name may be typed."""


def sites() -> list[str]:
    """Give the places of the practice, in order."""
    with reading(data.engine()) as connection:
        return queries.sites(connection)


def chosen() -> dict[str, Any]:
    """Read what is set, afresh: what was just saved must show."""
    with reading(data.engine()) as connection:
        return queries.settings(connection)


def lines(person: Actor, names: Sequence[str]) -> None:
    """Show each site's line, and let one who may change it."""
    kept = chosen()
    may = RIGHT in person.rights
    for name in names:
        now = str(kept.get(crisis.key(name), "") or "")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input(
                look.literal(name),
                value=now,
                key=f"crisis_line_{digest(name, now)}",
                placeholder=crisis.NOT_RECORDED,
                max_chars=LONGEST_LINE,
                disabled=not may,
                width=560,
            )
            line = (typed or "").strip() or None
            _save(person, crisis.key(name), f"crisis_save_{digest(name)}", value=line, now=now or None)
    if not may:
        look.fact_line("Only who may change the clinic's settings can change a line.")


def target(person: Actor) -> None:
    """Ask what counts as being at target; the default is the OR rule."""
    now = str(chosen().get("target_rule") or "or")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.radio(
            "At target means",
            list(TARGETS),
            index=list(TARGETS).index(now),
            format_func=lambda one: f"{one.upper()}: {TARGETS[one]}",
            key=f"rules_target_{now}",
            disabled=RIGHT not in person.rights,
        )
        _save(person, "target_rule", "rules_target_save", value=picked, now=now)


def zone(person: Actor) -> None:
    """Ask for the clinic's time zone: its dates of care are counted there."""
    now = str(chosen().get("clinic_zone") or settings.DEFAULT_ZONE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.selectbox(
            "The clinic's time zone",
            list(dict.fromkeys([now, *ZONES])),
            key=f"rules_zone_{digest(now)}",
            accept_new_options=True,
            disabled=RIGHT not in person.rights,
            width=330,
        )
        _save(person, "clinic_zone", "rules_zone_save", value=picked, now=now, check=clock.zone)


def _save(
    person: Actor,
    key: str,
    button: str,
    *,
    value: str | None,
    now: str | None,
    check: Callable[[str], object] | None = None,
) -> None:
    """Offer to keep a setting that was changed; say when it was kept, or why not."""
    tokens: dict[str, str] = st.session_state.setdefault("settings_tokens", {})
    token = tokens.setdefault(key, uuid.uuid4().hex)
    changed = value != now
    pressed = st.button("Save", key=f"{button}_{token}", disabled=not changed or RIGHT not in person.rights)
    told: dict[str, str] = st.session_state.setdefault("settings_told", {})
    if pressed:
        try:
            if check is not None and value is not None:
                check(value)
            commands.set_setting(data.engine(), person, token=f"{token}-{digest(value)}", key=key, value=value)
        except Refused as refusal:
            st.markdown(f":red[{look.literal(str(refusal))}]")
            return
        tokens.pop(key)
        at = clock.now().astimezone(clock.zone(data.zone()))
        told.clear()
        told[key] = f"Saved {at:%H:%M:%S}"
        st.rerun()
    if key in told:
        st.markdown(f":green[{look.literal(told[key])}]")
