"""The parts of the page on the loop: the answer, the shares in time, the curve, the groups, and those still waiting."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.charts import rising
from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review import loop_words
from bhi_core.domain.review.inertia import GROUPINGS, Loop, at_red
from bhi_core.domain.review.pace import SMALLEST_SHOWN, STEPS, WINDOWS, Pace
from bhi_core.ui import caseload_parts, data, look, tables
from bhi_core.ui.chart_parts import PLAIN
from bhi_core.ui.process_data import Chosen

ANY = "All"
PERIODS = {"3 months": 3, "6 months": 6, "12 months": 12, ANY: None}
DRAWN = {
    "consult": "Discussed in a case review",
    "recommendation": "Recommendation made",
    "change": "Treatment adjusted",
    "score": "Measured again",
}
"""Step -> the words on its curve."""

WAITING = (
    ("Still not improving", "flagged, open, no treatment change since; longest first"),
    ("Flagged, but at red no more", "better or consulted since, no treatment change; longest first"),
)
"""Heading and note of the groups of those still waiting."""

READING = (
    "Flagged: the first day on which D1, D2 or T3 to T8 stood at red. Adjusted: a medication started, its dose "
    "changed, switched or augmented, or a therapy started, on that day or later. Measured again: after the day of the "
    "change, or without one after the flag. Who still waits counts until the date of care, who closed until the "
    "closing (Kaplan-Meier). What came after a flag need not have come because of it."
)


def ask() -> Chosen:
    """Draw the row of filters and give what was chosen; kept in the URL."""
    managers, sites, _ = data.people_and_places()
    today = data.today()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="process_filters"):
        manager = _one("Care manager", managers, "care_manager", 170)
        site = _one("Site", sites, "site", 150)
        period = st.segmented_control(
            "Flagged within", list(PERIODS), default="12 months", required=True, key="process_period",
            bind="query-params",
        )  # fmt: skip
        as_of = st.date_input(
            "As of", value=today, max_value=today, key="process_as_of", bind="query-params", width=140,
            format="YYYY-MM-DD",
        )  # fmt: skip
    return Chosen(manager, site, PERIODS.get(period or ANY), as_of if isinstance(as_of, date) else today, today)


def _one(label: str, names: list[str], what: str, width: int) -> str | None:
    picked = st.selectbox(label, [ANY, *names], key=f"process_{what}", bind="query-params", width=width)
    return None if picked in (None, ANY) else str(picked)


def _back_to_today() -> None:
    st.session_state["process_as_of"] = data.today()


def _clear() -> None:
    st.session_state["process_care_manager"] = st.session_state["process_site"] = st.session_state["process_period"] = (
        ANY
    )


def looking_back(chosen: Chosen) -> None:
    """Say on top that a past day is shown, and give the way back."""
    if chosen.is_past:
        with look.alert("process_back", "orange"):
            said = words.day(chosen.as_of, chosen.today)
            st.markdown(look.literal(f"As it was on {said}, with all that is known now."))
            st.button("Back to today", key="process_today", on_click=_back_to_today)


def freshness(chosen: Chosen, found: Loop, registry: Registry, caseload: Caseload) -> None:
    """Say of whom, of which period, and how fresh; a count of a few is not said here either."""
    first = words.plain_date(found.episodes["flagged_on"].min())
    if chosen.months or first is None:
        period = f"in the {chosen.months} months to" if chosen.months else "up to"
    else:
        period = f"from {words.day_and_year(first)} to"
    n = found.summary.flagged
    flagged = "no episode" if n == 0 else f"{loop_words.FEWER if found.summary.is_small else n} episodes"
    recorded, late = caseload_parts.recorded(registry.recorded_to, chosen.as_of, chosen.today)
    look.fact_line(
        f"{chosen.site or 'all sites'} · {chosen.care_manager or 'all care managers'} · "
        f"{flagged} flagged {period} "
        f"{words.full_day(chosen.as_of)} · {recorded} · "
        f"rules {caseload.rules_version} · decision support: does not replace clinical judgement",
        late=late,
    )


def nobody(chosen: Chosen) -> None:
    """Say that nobody was flagged, or that the filters leave nobody, and give the way out."""
    if chosen.narrows:
        narrowing = ", ".join(part for part in (chosen.site, chosen.care_manager) if part)
        within = f"flagged within {chosen.months} months" if chosen.months else ""
        st.markdown(look.literal(f"No episode matches: {', '.join(part for part in (narrowing, within) if part)}."))
        st.button("Clear filters", key="process_clear", on_click=_clear)
    look.fact_line(READING)


def shares(found: Pace) -> None:
    """Write the shares adjusted in time, each with its two numbers and who is left out, and how many wait."""
    parts = [
        (
            f"Adjusted within {one.days} days",
            words.share(one.adjusted, one.of) if one.of >= SMALLEST_SHOWN else "–",
            f"{one.adjusted} of {one.of}" if one.of >= SMALLEST_SHOWN else loop_words.FEWER,
            f"flagged {one.days} days ago or more; {loop_words.not_over(one)}",
        )
        for one in found.within
    ]
    parts.append(
        ("Still waiting", str(found.waiting), f"of {found.flagged}", "open, no treatment change since the flag")
    )
    with st.container(key="figures_process"):
        st.markdown(
            "\n\n".join(
                f":gray[{look.literal(label)}]  \n**{look.literal(share)}** :gray[{look.literal(count)}]  \n"
                f":gray[{look.literal(of_whom)}]"
                for label, share, count, of_whom in parts
            )
        )


def curve(found: Pace) -> None:
    """Draw how the share rises with the days, and beside it the medians of every step."""
    with look.stack("process_curve", at=1000):
        left, right = st.columns([1.55, 1], gap="medium")
        with left:
            labels = [DRAWN[step] for step in STEPS]
            picked = st.segmented_control(
                "Days from the flag until", labels, default=DRAWN["change"], required=True, key="process_step",
                bind="query-params", label_visibility="collapsed",
            )  # fmt: skip
            step = STEPS[labels.index(picked or DRAWN["change"])]
            figure = rising.rising(found.until[step], DRAWN[step], look.palette())
            if figure is None:
                look.fact_line(f"Fewer than {rising.FEWEST_AT_RISK} episodes: no curve.")
            else:
                said = rising.alt(found.until[step], DRAWN[step])
                st.plotly_chart(figure, theme=None, key="process_curve_drawn", config=PLAIN, alt=said)
            look.fact_line(
                f"Share of {words.count(found.flagged, 'flagged episode')} by days from the flag; the tint is the "
                f"{words.percent(95)} interval. Stops where fewer than {rising.FEWEST_AT_RISK} are at risk: still "
                "waiting and still watched."
            )
        with right:
            look.small_head("Days from the flag until half were there")
            st.table(_medians(found), border="horizontal", hide_index=True, alt="Medians of the steps of the loop")


def _medians(found: Pace) -> pd.DataFrame:
    rows = [(DRAWN[step], found.until[step]) for step in STEPS]
    return pd.DataFrame(
        {
            "Step": [name for name, _ in rows],
            "Median, days": ["–" if one.median is None else f"**{one.median:.0f}**" for _, one in rows],
            "95\u202f% interval": [loop_words.interval(one) if one.median is not None else "–" for _, one in rows],
            "So far": [f"{one.events} of {one.n}" for _, one in rows],
        }
    )


def groups(found: Loop) -> None:
    """Compare care managers, sites, prescribers or months; groups of fewer than eleven are not described."""
    look.section("Who, where and when")
    headings = list(GROUPINGS.values())
    picked = st.segmented_control(
        "By", headings, default=headings[0], required=True, key="process_by", bind="query-params",
        label_visibility="collapsed",
    ) or headings[0]  # fmt: skip
    column = next(name for name, heading in GROUPINGS.items() if heading == picked)
    described = list(found.by(column))
    if column == "month":
        described = [(loop_words.month(name), one) for name, one in reversed(described)]
    small = [name for name, one in described if one.is_small]
    shown = [(name, one) for name, one in described if not one.is_small]
    if shown:
        st.table(_compared(picked, shown), border="horizontal", hide_index=True, alt=f"The loop by {picked.lower()}")
    if small:
        look.fact_line(f"{loop_words.FEWER.capitalize()} flagged, so not described: {', '.join(small)}.")
    look.fact_line(
        "Counts are episodes. A share counts those flagged so many days ago or more; its second number says how many "
        "they are. Differences between groups may be those of their patients."
    )


def _compared(heading: str, groups_: list[tuple[str, Pace]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            heading: [look.literal(name) for name, _ in groups_],
            "Flagged": [str(one.flagged) for _, one in groups_],
            **{
                f"Adjusted in {days} days": [look.literal(loop_words.share(one.within[place])) for _, one in groups_]
                for place, days in enumerate(WINDOWS)
            },
            "Median, days (95\u202f% interval)": [loop_words.short_middle(one.until["change"]) for _, one in groups_],
            "Still waiting": [str(one.waiting) for _, one in groups_],
        }
    )


def waiting(found: Loop, registry: Registry, caseload: Caseload) -> dict[str, Any] | None:
    """Make the table of those still waiting, longest first; None when nobody is.

    Those who are at red no more stand apart: without a change they got better, or the consult that was due was held.
    """
    rows = found.episodes[found.episodes["waiting"]]
    shown = caseload.worklist[caseload.worklist["episode_id"].isin(rows["episode_id"])]
    if shown.empty:
        return None
    titles = {rule: one.title for rule, one in caseload.rule_book.rules.items()}
    red = at_red(caseload)
    said = {
        row.patient_id: (int(row.episode_id not in red), place, _why(row, titles, found.as_of))
        for place, row in enumerate(each_row(rows))
    }
    alt = f"Still waiting for a treatment change, longest first: {words.count(len(shown), 'patient')}."
    table = tables.caseload_data(caseload, registry, shown, alt=alt)
    made = sorted(table["rows"], key=lambda row: said[row["id"]][:2])
    sizes = [sum(apart == group for apart, _, _ in said.values()) for group in range(len(WAITING))]
    present = [group for group, size in enumerate(sizes) if size]
    return table | {
        "groups": [[WAITING[group][0], f"{sizes[group]} · {WAITING[group][1]}"] for group in present],
        "rows": [row | {"g": present.index(said[row["id"]][0]), "y": said[row["id"]][2]} for row in made],
    }


def _why(row: Any, titles: dict[str, str], as_of: date) -> list[str]:
    """Say how long somebody has waited since which flag, and what was done since."""
    flagged = (
        f"{words.count(int(row.flagged_days), 'day')} since {words.day(row.flagged_on, as_of)}: {titles[row.rule]}"
    )
    done = [
        f"{what} {words.day(on, as_of)}"
        for what, on in (("consult", row.consulted_on), ("recommendation", row.recommended_on))
        if pd.notna(on)
    ]
    return [flagged, "; ".join(done) if done else "no consult since"]
