"""Say each finding in two wordings: short for the table, where the figures stand beside it, and full for everywhere
    else.

Every function takes a row of the frame of findings (with the facts and the course beside them) and the date of care.
Words: "possible non-response", never "failed"; "after", never "because of".
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.episodes import RELAPSE_PREVENTION
from bhi_core.domain.rules.book import DAYS_A_WEEK
from bhi_core.domain.rules.phrases import Teller, by_week, consult, course, extras, moved, since_change


def _item(row: Any) -> str:
    """Name the safety item of a form."""
    return (
        str(row.item_name)
        if row.name in ("", "PHQ-9")
        else f"{row.name} {row.item_name[:1].lower()}{row.item_name[1:]}"
    )


def s1(row: Any, tell: Teller) -> tuple[str, str]:
    """Item 9, not acknowledged."""
    days = tell.days_since(row.flag_on)
    open_for = f"; open {words.count(days, 'day')}" if days else ""
    equals = "" if row.answer_words.startswith("“") else "= "
    short = f"{_item(row)} {equals}{row.answer_words}, {tell.day(row.flag_on)}{open_for}"
    full = f"{_item(row)} answered {row.answer_words} on {tell.day(row.flag_on)}, {words.ago(days)}; not acknowledged."
    if row.flags > 1:
        full += f" {int(row.flags)} forms since {tell.day(row.first_flag_on)} are not acknowledged."
    if row.corrected:
        full += " The form was corrected since; that does not clear the flag."
    return short, full


def s2(row: Any, tell: Teller) -> tuple[str, str]:
    """A C-SSRS level or a flag by hand, not acknowledged."""
    days = tell.days_since(row.flag_on)
    open_for = f"; open {words.count(days, 'day')}" if days else ""
    on = tell.day(row.flag_on)
    if row.kind == "C-SSRS":
        level = row.flag_level.strip().lower()
        short = f"C-SSRS {level}, {on}{open_for}"
        full = f"C-SSRS level {level} on {on}, {words.ago(days)}; not acknowledged."
    else:
        by = f" by {row.by}" if isinstance(row.by, str) and row.by else ""
        short = f"Safety flag by hand, {on}{open_for}"
        full = f"Safety flag raised by hand on {on}{by}, {words.ago(days)}; not acknowledged."
    if row.flags > 1:
        full += f" {int(row.flags)} flags since {tell.day(row.first_flag_on)} are not acknowledged."
    return short, full


def d1(row: Any, _tell: Teller) -> tuple[str, str]:
    """Worse than at the start."""
    way = "rise" if row.direction > 0 else "fall"
    reliable, size = int(row.reliable), abs(row.latest - row.baseline)
    reading = f"A {way} of {reliable} or more is more than measurement error."
    if size < reliable:
        reading = f"A {way} of {words.number(size)} is a warning; {reliable} or more is more than measurement error."
    return f"Worse than at start by {words.count(int(size), 'point')}", f"Worse: {moved(row)}. {reading}"


def d2(row: Any, tell: Teller) -> tuple[str, str]:
    """Possible relapse."""
    up = words.number(row.lost)
    best, now = words.number(row.best), words.number(row.latest)
    full = f"Possible relapse: {row.name} {best} at best, now {now}, up {up}."
    if row.lost < tell.points("d2_rise", row):
        full += f" In relapse prevention a score of {words.number(row.threshold)} or more counts."
    return f"Possible relapse: up {up} from a best of {best}", full


def d3(row: Any, _tell: Teller) -> tuple[str, str]:
    """Rose past the threshold from below it."""
    limit = words.number(row.threshold)
    return (
        f"Below {limit} at start, now {limit} or more",
        f"Rose past the threshold: {moved(row)}; below {limit} at the start.",
    )


def d4(row: Any, _tell: Teller) -> tuple[str, str]:
    """Part of the gain lost."""
    up, best = words.number(row.lost), words.number(row.best)
    return (
        f"Part of the gain lost: up {up} from a best of {best}",
        f"Part of the gain lost: {row.name} {best} at best, now {words.number(row.latest)}, up {up}.",
    )


def t0(row: Any, tell: Teller) -> tuple[str, str]:
    """Not reached since the first contact."""
    at = int(row.enrolled_days) // DAYS_A_WEEK
    if pd.isna(row.initial_contact):
        return (
            "Never reached",
            f"Never reached: no attended contact since enrolment on {tell.day(row.enrolled_on)}, week {at}.",
        )
    on, days = tell.day(row.initial_contact), tell.days_since(row.initial_contact)
    return (
        f"Not reached since the first contact, {on}",
        f"Not reached since the first contact on {on}, {words.ago(days)}; week {at}.",
    )


def t1(row: Any, tell: Teller) -> tuple[str, str]:
    """Adequate change since the last treatment change."""
    return f"Adequate change {by_week(row)}", f"Adequate change so far: {since_change(row, tell)}."


def t2_t3(row: Any, tell: Teller) -> tuple[str, str]:
    """Little or no change since the last treatment change."""
    if row.dropped < 0:
        what = "Up" if row.direction > 0 else "Down"
        since = by_week(row)
        comma = "," if since[0].isdigit() else ""  # never two numbers in a row
        short = f"{what} {words.number(-row.dropped)}{comma} {since}"
        return short, f"No improvement so far: {since_change(row, tell)}.{extras(row, tell)}"
    what = "Little change" if row.dropped > 0 else "No change"
    return f"{what} {by_week(row)}", f"{what} so far: {since_change(row, tell)}.{extras(row, tell)}"


def t4(row: Any, tell: Teller) -> tuple[str, str]:
    """Less than a quarter better since the last treatment change."""
    part = words.percent(tell.book.number("t4_percent"))
    return (
        f"Less than {part} better {by_week(row)}",
        f"Less than {part} better: {since_change(row, tell)}.{extras(row, tell)}",
    )


def t5(row: Any, tell: Teller) -> tuple[str, str]:
    """Not at target in weeks 8 to 12, no consult yet at week 8 or later."""
    at = int(row.w_days) // DAYS_A_WEEK
    first, last = tell.book.number("consult_from"), tell.book.number("consult_to")
    full = f"Possible non-response: {course(row, tell)}; {consult(row, tell, short=False)}."
    full += f" A consult is due in weeks {first} to {last}.{extras(row, tell)}"
    return f"Not at target in week {at}; {consult(row, tell, short=True)}", full


def t6(row: Any, tell: Teller) -> tuple[str, str]:
    """Not at target after week 12, no consult since week 8."""
    at = int(row.w_days) // DAYS_A_WEEK
    first, last = tell.book.number("consult_from"), tell.book.number("consult_to")
    full = f"Not at target in week {at}: {course(row, tell)}; {consult(row, tell, short=False)}."
    full += f" A consult was due in weeks {first} to {last}.{extras(row, tell)}"
    return f"Consult overdue in week {at}; {consult(row, tell, short=True)}", full


def t7(row: Any, tell: Teller) -> tuple[str, str]:
    """Not at target at week 10 or later."""
    at = int(row.w_days) // DAYS_A_WEEK
    full = f"Possible non-response: {course(row, tell)}; {consult(row, tell, short=False)}."
    if row.level == "amber":
        on = tell.day(row.changed_on)
        full += f" Treatment was changed on {on}, {words.ago(row.changed_days)}.{extras(row, tell)}"
        return f"Not at target in week {at}; changed {on}", full
    return f"Not at target in week {at}; {consult(row, tell, short=True)}", full + extras(row, tell)


def t8(row: Any, tell: Teller) -> tuple[str, str]:
    """Not in remission late, or after enough trials."""
    at = int(row.w_days) // DAYS_A_WEEK
    full = f"Not in remission in week {at}: {course(row, tell)}."
    short = f"Not in remission in week {at}"
    if row.trials >= tell.book.number("t8_trials"):
        kept = tell.book.number("trial")
        full += f" {words.count(int(row.trials), 'trial')} kept for {kept} weeks or more."
        short += f", after {words.count(int(row.trials), 'trial')}"
    return short, full + extras(row, tell)


def t9(row: Any, tell: Teller) -> tuple[str, str]:
    """Long enrolled and still active."""
    months = words.count(int(row.enrolled_months), "month")
    return f"Enrolled {months} ago", f"Enrolled on {tell.day(row.enrolled_on)}, {months} ago, and still active."


def m0(row: Any, tell: Teller) -> tuple[str, str]:
    """No valid baseline score."""
    at = int(row.enrolled_days) // DAYS_A_WEEK
    return (
        f"No baseline score by week {at}",
        f"No valid score yet: enrolled on {tell.day(row.enrolled_on)}, week {at}; the baseline is missing.",
    )


def m1_m2(row: Any, tell: Teller) -> tuple[str, str]:
    """The last valid score is out of date."""
    days = words.count(int(row.age_days), "day")
    last, on = words.number(row.last_valid), tell.day(row.last_valid_on)
    full = f"No {row.name} for {days}; the last, {last}, was {on}."
    if row.has_score and isinstance(row.outcome_class, str):
        full += " The class above is of that date."
    return f"No {row.name} for {days}", full


def c1(row: Any, tell: Teller) -> tuple[str, str]:
    """Contact overdue."""
    days = tell.days_since(row.contact_due)
    return (
        f"Contact {words.count(days, 'day')} overdue",
        f"Contact was due {tell.day(row.contact_due)}, {words.ago(days)}.",
    )


def r1(row: Any, tell: Teller) -> tuple[str, str]:
    """Case review due."""
    if pd.isna(row.last_review):
        return "Case review due; none yet", f"Case review due: none yet since enrolment on {tell.day(row.enrolled_on)}."
    on, days = tell.day(row.last_review), tell.days_since(row.last_review)
    return f"Case review due; last {on}", f"Case review due: last {on}, {words.ago(days)}."


def _plan(row: Any, tell: Teller) -> tuple[str, str]:
    if pd.isna(row.plan_on):
        return "no relapse-prevention plan yet", "No relapse-prevention plan yet."
    return f"plan of {tell.day(row.plan_on)}", f"Relapse-prevention plan of {tell.day(row.plan_on)}."


def g1(row: Any, tell: Teller) -> tuple[str, str]:
    """Ready for relapse prevention."""
    short, full = _plan(row, tell)
    reached = "At target" if row.all_on_target else "Improved"
    return f"{reached} twice; {short}", f"{reached} on two scores: {row.all_courses}. {full}"


def g2(row: Any, tell: Teller) -> tuple[str, str]:
    """Ready to graduate."""
    since = tell.day(row.status_since)
    weeks = words.count(tell.days_since(row.status_since) // DAYS_A_WEEK, "week")
    return (
        f"{weeks} in {RELAPSE_PREVENTION}; {_plan(row, tell)[0]}",
        f"In {RELAPSE_PREVENTION} for {weeks}, since {since}: {row.all_courses}. {_plan(row, tell)[1]}",
    )


Wording = Callable[[Any, Teller], tuple[str, str]]

WORDINGS: dict[str, Wording] = {
    "S1": s1, "S2": s2, "D1": d1, "D2": d2, "D3": d3, "D4": d4,
    "T0": t0, "T1": t1, "T2": t2_t3, "T3": t2_t3, "T4": t4, "T5": t5, "T6": t6, "T7": t7, "T8": t8, "T9": t9,
    "M0": m0, "M1": m1_m2, "M2": m1_m2, "C1": c1, "R1": r1, "G1": g1, "G2": g2,
}  # fmt: skip
"""Rule -> the function that says it."""

WORDED = (
    "age_days", "all_courses", "all_on_target", "answer_words", "baseline", "baseline_on", "best", "by",
    "changed_days", "changed_on", "contact_due", "corrected", "direction", "dropped", "enrolled_days",
    "enrolled_months", "enrolled_on", "first_flag_on", "flag_level", "flag_on", "flags", "has_score",
    "initial_contact", "item_name", "k_days", "kind", "last_review", "last_valid", "last_valid_on", "late",
    "latest", "latest_on", "level", "lost", "maximum", "name", "outcome_class", "plan_on", "reference",
    "reliable", "rule", "series", "status_since", "threshold", "trials", "w_days",
)  # fmt: skip
"""The columns that the words are made of."""
