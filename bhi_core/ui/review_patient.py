"""The patient on the screen of the meeting: who, how it stands in one sentence, the figure, the findings in words."""

from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.charts import course as figures
from bhi_core.domain import answers, words
from bhi_core.domain.answers import Chart, Course, chart
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.ui import chart_parts, data, look, marks
from bhi_core.ui.patient_page import Shown
from bhi_core.ui.review_place import Meeting


def shown(meeting: Meeting, patient_id: int, today: date) -> Shown | None:
    """Look up a patient of a meeting, as of today or of the day it was held when that is past."""
    as_of = min(meeting.held_on, today) if meeting.ended_at is not None else today
    registry, caseload = data.patient(patient_id, as_of, meeting.scope)
    if registry.patients.empty:
        return None
    forms = data.forms(patient_id, as_of)
    episodes = registry.episodes.sort_values("enrolled_on", kind="stable", ascending=False)["episode_id"]
    told = tuple(chart(caseload, registry, forms[~forms["superseded"]], int(one)) for one in episodes[:1])
    order = tuple(item.patient_id for item in meeting.on)
    return Shown(
        registry.patients.iloc[0], as_of, today, registry, caseload, forms, told[0] if told else None, (), order
    )


def column(who: Shown) -> None:
    """Draw the patient: name, facts, the sentence, the figure, the findings."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="review_who"):
        st.title(look.literal(who.name), anchor=False, width="content")
        look.fact_line(" · ".join(_facts(who)))
        st.page_link("pages/care/patient.py", label="Open the patient", query_params={"id": str(who.patient_id)})
    if who.told is None:
        look.answer("Known, but not enrolled in an episode.")
        return
    with st.container(key="review_sentence"):
        st.markdown(sentence(who, who.told))
    _figure(who, who.told)
    _findings(who.told)


def _facts(who: Shown) -> list[str]:
    person, told = who.patient, who.told
    born = words.plain_date(person["birth_date"])
    about = [str(_age(born, who.as_of))] if born else []
    about += [person["sex"]] if isinstance(person["sex"], str) else []
    facts = [str(person["mrn"])]
    if told is not None:
        facts += [f"week {(who.as_of - told.enrolled_on).days // 7}"]
        facts += [told.status] if told.status != "active" else []
    facts += [person["site"]] if isinstance(person["site"], str) else []
    aim = "" if told is None else words.aim(told.episode.iloc[0].get("target"))
    return [*facts, *([", ".join(about)] if about else []), *([aim] if aim else [])]


def sentence(who: Shown, told: Chart) -> str:
    """Say in one sentence, as markdown: the open flag, each course, and whether the target is reached."""
    parts = [_flag(who.caseload, who.registry)]
    parts += [_course(course) for course in told.courses if course.instrument.trackable and course.last is not None][:3]
    parts += [_target(who.caseload, told)]
    return " ".join(part for part in parts if part) or "Nothing is measured yet\\."


def _flag(caseload: Caseload, registry: Registry) -> str:
    """Say the open safety flag: ``◆ Item 9: 2, open 6 days.``"""
    flags = caseload.flags
    opened = flags[flags["open"]] if not flags.empty else flags
    if opened.empty:
        return ""
    first, answer = pd.to_datetime(opened["date"]).min().date(), int(opened["answer"].max())
    days = words.count((registry.as_of - first).days, "day")
    if answer <= 0:
        return f":red[**◆ Safety flag, open {days}\\.**]"
    mark, tone = ("◆", "red") if answer > 1 else ("◇", "orange")
    return f":{tone}[**{mark} Item 9: {answer}, open {days}\\.**]"


def _course(course: Course) -> str:
    """Say a course: ``PHQ-9 19 → 17, down 2 (11 %), no change.``"""
    name, first = look.literal(course.name), words.number(course.baseline or 0)
    if course.latest is None or course.baseline is None:
        last = words.number(course.last or 0)
        return f"{name} **{last}**, one score so far\\."
    moved = words.moved(course.latest - course.baseline, course.baseline, course.instrument.maximum)
    said = f"{name} **{look.literal(first)} → {look.literal(words.number(course.latest))}**, {look.literal(moved)}"
    if course.outcome_class is None:
        return f"{said}\\."
    return f"{said}, {marks.class_mark(course.outcome_class, course.instrument.direction)[1].lower()}\\."


def _target(caseload: Caseload, told: Chart) -> str:
    """Say whether the scores that count are at target, and in which week."""
    rows = caseload.courses[caseload.courses["episode_id"] == told.episode["episode_id"].iloc[0]]
    counted = rows[rows["scored"] & rows["has_score"] & rows["elevated_start"]]
    if counted.empty:
        return ""
    week = (told.as_of - told.enrolled_on).days // 7
    reached = "At target" if bool(counted["on_target"].all()) else "Not at target"
    return f"{reached} in week {week}\\."


def _figure(who: Shown, told: Chart) -> None:
    """Draw the course in the size of the meeting."""
    drawn = [panel for panel in chart_parts.panels(told) if panel.scores]
    if not drawn:
        look.fact_line("No score is recorded in this episode.")
        return
    now = "today" if not who.is_past else f"as of {words.day(who.as_of, who.today)}"
    figure = figures.course(
        drawn, chart_parts.care_of(told), told.as_of, told.enrolled_on, look.palette(), size="review", now=now
    )
    st.plotly_chart(figure, theme=None, key="review_course", config=chart_parts.PLAIN, alt=answers.answer(told))


def _findings(told: Chart) -> None:
    """Write the findings in full, each with what it suggests and where it comes from."""
    actions = answers.what_now(told)
    look.small_head(f"What the rules say, {words.day(told.as_of, told.as_of)}, rules {told.rule_book.version}")
    if not actions:
        look.fact_line("No rule fires: carry on, measure again in time.")
        return
    lines = [f"{one.number}. {look.literal(one.finding)} :gray[{look.literal(one.action)}]" for one in actions]
    first, more = lines[: chart_parts.FINDINGS_AT_ONCE], lines[chart_parts.FINDINGS_AT_ONCE :]
    st.markdown("\n".join(first))
    if more:
        with st.popover(f"{len(more)} more", key="review_findings_more", type="tertiary"):
            st.markdown("\n".join(more))


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def owners(who: Shown) -> tuple[str, ...]:
    """Name those who are likely to do something: the care manager, the consultant, the PCP; nobody twice."""
    team = [] if who.told is None else [who.told.episode.iloc[0][role] for role in ("care_manager", "consultant")]
    names = [*team, who.patient["pcp"]]
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))
