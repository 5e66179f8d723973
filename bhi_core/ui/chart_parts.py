"""The evidence on the patient page: the course, the five questions, the items, what happened, earlier courses."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from bhi_core.charts import care as lanes
from bhi_core.charts import course as figures
from bhi_core.charts import items as heatmap
from bhi_core.charts.parts import Care, Panel
from bhi_core.domain import answers, words
from bhi_core.domain.answers import Chart
from bhi_core.domain.answers.items import answers as answers_of
from bhi_core.domain.answers.items import possible_range
from bhi_core.domain.episodes import status_on
from bhi_core.domain.instruments import Instrument
from bhi_core.domain.instruments import registry as instruments
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.since import last_advice
from bhi_core.ui import look
from bhi_core.ui.patient_page import Shown

PLAIN = {"displayModeBar": False, "showSendToCloud": False}
KEY_LINE = (
    "◆ item 9 answered 2 or 3 · ◇ answered 1 · ○ total only, item 9 unknown · │ attended · × missed · □ case review · "
    "dotted upright: a treatment began, changed or ended · dotted level: half of the first score"
)
SHOWN_EVENTS = 14
FINDINGS_AT_ONCE = 3
"""The worst three stand beside the course; the rest one click away, so that the answers stay beside the picture."""


def panels(told: Chart) -> list[Panel]:
    """Make the panels of an episode, PHQ-9 and GAD-7 first."""
    found = []
    for course in told.courses:
        forms = [
            (row["taken_on"], row["total"], row["safety_answer"], not isinstance(row["items"], str))
            for row in told.own_rows
            if row["series"] == course.instrument.series
        ]
        found.append(lanes.panel_of(course.instrument, forms, course.baseline))
    return found


def care_of(told: Chart) -> Care:
    """Make the lanes of care of an episode."""
    return lanes.care(told.contacts, told.reviews, told.treatments)


def course(shown: Shown, told: Chart, key: str = "patient_course") -> None:
    """Draw the course of an episode, its key, and say where it rests on fewer or assigned dates."""
    drawn = [panel for panel in panels(told) if panel.scores]
    if not drawn:
        look.fact_line("No score is recorded in this episode.")
        return
    figure = figures.course(drawn, care_of(told), told.until, told.enrolled_on, look.palette(), now=_now(shown, told))
    st.plotly_chart(figure, theme=None, key=key, config=PLAIN, alt=answers.answer(told))
    look.fact_line(KEY_LINE)
    if bool(told.own_forms["assigned"].any()):
        look.fact_line("Some dates were assigned by a person when the file came in; the file had none.")


def _now(shown: Shown, told: Chart) -> str:
    """Say what the upright line at the end of a course is."""
    if told.closed_on is not None:
        closed = words.day_and_year(told.closed_on)
        return (
            f"closed {closed}" if told.until == told.closed_on else f"{words.day_and_year(told.until)}, after the close"
        )
    return "today" if not shown.is_past else f"as of {words.day(shown.as_of, shown.today)}"


def questions(shown: Shown, told: Chart) -> None:
    """Answer the five questions in words, then the last recommendations."""
    better = answers.getting_better(told)
    real = answers.is_it_real(told)
    _question("Getting better?", f"**{look.literal(better.word)}.** " + _joined(better.sentences))
    _question("Is that real?", _joined(real.sentences))
    _question("What did not move?", _joined(answers.what_did_not_move(told).sentences))
    _question("What was tried?", _joined(answers.what_was_tried(told).sentences))
    actions = answers.what_now(told)
    first, more = actions[:FINDINGS_AT_ONCE], actions[FINDINGS_AT_ONCE:]
    nothing = "Care is closed." if told.closed_on else "No rule fires: carry on, measure again in time."
    _question("What now?", "\n".join(_finding(one) for one in first) or nothing)
    with st.container(horizontal=True, gap="small", key=f"patient_more_{told.episode['episode_id'].iloc[0]}"):
        if more:
            with st.popover(f"{len(more)} more", key="patient_more", type="tertiary"):
                st.markdown("\n".join(_finding(one) for one in more))
        if actions:
            with st.popover("Where these rules come from", key="patient_sources", type="tertiary"):
                for one in actions:
                    st.markdown(f"**{look.literal(one.rule)}** {look.literal(one.source)}")
                look.fact_line(f"Rules {shown.caseload.rules_version}.")
        if real.basis:
            with st.popover("What “reliable” rests on", key="patient_basis", type="tertiary"):
                for line in real.basis:
                    st.markdown(look.literal(line))
    _recommended(shown, told)


def _recommended(shown: Shown, told: Chart) -> None:
    """Say what the last case review recommended, and what became of it."""
    tomorrow = shown.as_of + timedelta(days=1)
    advice = last_advice(
        shown.registry, int(told.episode["episode_id"].iloc[0]), before=tomorrow, closed=bool(told.closed_on)
    )
    said = []
    for one in advice:
        became = look.literal(f"{one.became}.")
        said.append(f"{look.literal(f'{one.said}:')} " + (f":orange[**{became}**]" if one.late else became))
    if said:
        _question("Last recommendation" if len(said) == 1 else "Last recommendations", "  \n".join(said))


def _finding(action: answers.Action) -> str:
    """Write a numbered finding with what it suggests."""
    return f"{action.number}. {look.literal(action.finding)} :gray[{look.literal(action.action)}]"


def _question(head: str, text: str) -> None:
    st.markdown(
        f":gray[**:small[{head}]**]  \n{text}" if not text.startswith("1.") else f":gray[**:small[{head}]**]\n\n{text}"
    )


def _joined(sentences: tuple[str, ...]) -> str:
    return look.literal(" ".join(sentences))


def items(told: Chart) -> None:
    """Draw items x visits of one instrument that has answers."""
    look.section("Items: what moved and what did not")
    having = [one.instrument for one in told.courses if visits(told, one.instrument)]
    if not having:
        look.fact_line("Only totals are recorded, so nothing can be said of single items; item 9 is unknown.")
        return
    names = [one.name for one in having]
    picked = names[0]
    if len(names) > 1:
        chosen = st.segmented_control("Instrument", names, default=names[0], required=True, key="patient_items_of",
                                      label_visibility="collapsed")  # fmt: skip
        picked = chosen or names[0]
    instrument = having[names.index(picked)]
    drawn = visits(told, instrument)
    st.plotly_chart(
        heatmap.items(instrument, drawn, told.as_of, look.palette()), theme=None, key=f"patient_items_{instrument.id}",
        config=PLAIN, alt=heatmap.alt(instrument, drawn, told.as_of),
    )  # fmt: skip


def visits(told: Chart, instrument: Instrument) -> list[heatmap.Visit]:
    """Give the forms of an instrument, oldest first; none when no form has answers."""
    rows = [row for row in told.own_rows if row["series"] == instrument.series]
    if not any(isinstance(row["items"], str) for row in rows):
        return []
    return [
        _visit(row["taken_on"].date(), row["total"], row["items"], told.instruments[row["instrument"]]) for row in rows
    ]


def _visit(on: date, total: float, text: object, instrument: Instrument) -> heatmap.Visit:
    if not isinstance(text, str):
        return heatmap.Visit(on, None if pd.isna(total) else total)
    given = tuple(answers_of(text))
    if not pd.isna(total):
        return heatmap.Visit(on, total, given)
    low, high, missing = possible_range(instrument, text)
    return heatmap.Visit(on, None, given, (low, high), missing)


def happened(shown: Shown, told: Chart) -> None:
    """List what happened, newest first; each line a record."""
    look.section("What happened, newest first")
    events = answers.happened(told)
    if not events:
        look.fact_line("Nothing is recorded yet.")
        return
    whole = st.toggle(f"All {len(events)}", key="patient_all_events") if len(events) > SHOWN_EVENTS else True
    rows = events if whole else events[:SHOWN_EVENTS]
    table = pd.DataFrame(
        {
            "When": [look.literal(one.said_on).replace(" ", "\u00a0") for one in rows],
            "What": [f"**{look.literal(one.what)}**" for one in rows],
            "Detail": [look.literal(one.detail) for one in rows],
        }
    )
    st.table(table, border="horizontal", hide_index=True, hide_header=True, alt="What happened, newest first")
    corrected = shown.forms[shown.forms["superseded"]]
    if not corrected.empty:
        look.fact_line(f"{words.count(len(corrected), 'corrected score')}: see Enter a score, Correct one.")


def earlier_courses(shown: Shown) -> None:
    """Fold in the episodes before the latest, each with its own figure, worked out when it is opened."""
    episodes = shown.registry.episodes.set_index("episode_id")
    for number, episode_id in enumerate(shown.earlier):
        row = episodes.loc[[episode_id]]
        status = status_on(row, shown.as_of).iloc[0]
        title = f"Earlier course, enrolled {words.day(row['enrolled_on'].iloc[0], shown.as_of)}: {status}"
        with st.expander(title, key=f"patient_earlier_{number}", on_change="rerun") as fold:
            if fold.open:
                told = shown.chart_of(episode_id)
                st.markdown(look.literal(answers.answer(told)))
                course(shown, told, key=f"patient_earlier_course_{number}")


def forms_outside(shown: Shown) -> None:
    """List the scores of a person without an episode; no rule uses them."""
    rows = shown.forms[~shown.forms["superseded"]].sort_values("taken_on", ascending=False)
    if rows.empty:
        look.fact_line("No score is recorded.")
        return
    names = {one.id: one.name for one in instruments()}
    lines = [
        f"{words.day(row.taken_on, shown.as_of)}: {names.get(str(row.instrument), str(row.instrument))} "
        + ("incomplete" if pd.isna(row.total) else words.number(row.total))
        for row in each_row(rows)
    ]
    st.markdown("  \n".join(look.literal(line) for line in lines))
    look.fact_line(
        "Scores outside an episode are shown, but no rule uses them; a positive item 9 still raises its flag."
    )
