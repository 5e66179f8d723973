"""A second reading of the decision table: one patient at a time, plain dictionaries and dates, straight from the text.

Source: clinical-rules.md sections 3 and 4, command-line.md ("Which episode", "Status", ``caseload --json``). Written
without a look at ``bhi_core.domain.rules``, ``caseload`` and ``trajectory``, and importing nothing from the product, so
that the two can be held against each other. Slow on purpose. Where the text is open, the reading taken stands in
docs/decisions/0005-readings-of-the-decision-table.md.

A person is a dictionary: ``patient_id``, ``mrn``, ``birth_date`` and the lists ``episodes``, ``scores``,
``corrected_safety``, ``contacts``, ``treatments``, ``reviews``, ``safety``, ``plans``, each a list of dictionaries
with the columns of the registry's frames; dates are ``date`` or None, totals are whole numbers or None.
"""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Course = dict[str, Any]

LEVELS = ["safety", "red+", "red", "amber", "review due", "overdue", "stale", "info", "green", "ok"]
CLASSES = [
    "relapsed", "deteriorated", "rose", "worse", "no change", "no follow-up", "small gain", "partial", "improved",
    "below threshold", "response", "remission",
]  # fmt: skip
SERIES = {"phq9": "phq9", "phq9m": "phq9", "gad7": "gad7", "pcl5": "pcl5", "epds": "epds", "who5": "who5"}
ORDER = ["phq9", "gad7", "pcl5", "epds", "who5"]
NAMES = {"phq9": "PHQ-9", "gad7": "GAD-7", "pcl5": "PCL-5", "epds": "EPDS", "who5": "WHO-5"}
SCALES = ("phq9", "gad7")
RELIABLE = {"phq9": 6, "gad7": 4, "pcl5": 15, "who5": 3}
WITH_SAFETY_ITEM = ("phq9", "phq9m", "epds")
BANDS = {"phq9": [(20, 4), (15, 3), (10, 2), (5, 1), (0, 0)], "gad7": [(15, 4), (10, 2), (5, 1), (0, 0)]}

MEDICATION = ("start", "dose up", "dose down", "switch", "augment")
THERAPY = ("therapy start",)
TRIALS = ("start", "switch", "augment")

STEPS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("S1", "S2"), ("safety",)),
    (("D1", "D2", "D3"), ("red",)),
    (("T6",), ("red+",)),
    (("T5", "T7", "T8"), ("red",)),
    (("discuss",), ()),
    (("new",), ()),
    (("T3", "T4"), ("red",)),
    (("T0",), ("red",)),
    (("R1",), ("review due",)),
    (("D1", "D3", "D4", "T2", "T7", "T8"), ("amber",)),
    (("M0", "M1", "M2", "C1"), ("stale", "overdue")),
    (("T9",), ("info",)),
    (("G1", "G2"), ("green",)),
]


def add_months(on: date, months: int) -> date:
    """Count calendar months on; a day that the month lacks is its last one."""
    index = on.month - 1 + months
    year, month = on.year + index // 12, index % 12 + 1
    return date(year, month, min(on.day, calendar.monthrange(year, month)[1]))


def caseload(people: list[Row], as_of: date, *, target_rule: str = "or", discuss: tuple[int, ...] = ()) -> list[Row]:
    """Give a row an open episode, or a closed one with an open flag; the listed ones with their rank."""
    rows = [row for person in people for row in judge(person, as_of, target_rule=target_rule, discuss=discuss)]
    listed = sorted((row for row in rows if row["listed"]), key=lambda row: row["order"])
    for rank, row in enumerate(listed, start=1):
        row["rank"] = rank
    return rows


def judge(person: Row, as_of: date, *, target_rule: str = "or", discuss: tuple[int, ...] = ()) -> list[Row]:
    """Judge each episode of a person."""
    found = []
    for episode in person["episodes"]:
        status = status_on(episode, as_of)
        findings = judge_episode(person, episode, status, as_of, target_rule)
        is_open = status in ("active", "relapse prevention")
        if not is_open and not any(f["rule"] in ("S1", "S2") for f in findings):
            continue
        badges = badges_of(person, episode, status, as_of, discuss)
        found.append(row_of(person, episode, status, as_of, findings=findings, badges=badges))
    return found


# -- Episodes and their records ---------------------------------------------------------------------------------------


def episode_of(person: Row, on: date) -> Row | None:
    """Give the latest episode with enrolment - 14 days <= the date; None before all of them."""
    fitting = [e for e in person["episodes"] if e["enrolled_on"] - timedelta(days=14) <= on]
    return max(fitting, key=lambda e: (e["enrolled_on"], e["episode_id"])) if fitting else None


def home_of_flag(person: Row, on: date) -> Row | None:
    """Give the episode that shows a flag: the record's own; one from before the first episode goes to the first."""
    first = min(person["episodes"], key=lambda e: (e["enrolled_on"], e["episode_id"]), default=None)
    return episode_of(person, on) or first


def own(person: Row, episode: Row, kind: str, column: str = "date") -> list[Row]:
    """Give an episode's records of a kind."""
    return [row for row in person[kind] if episode_of(person, row[column]) is episode]


def status_on(episode: Row, as_of: date) -> str:
    """Say where an episode stands: before the day of its status it is active."""
    status = episode["status"] or "active"
    is_open = status in ("active", "relapse prevention")
    since = episode["status_since"] if is_open else episode["closed_on"] or episode["status_since"]
    return "active" if since is not None and since > as_of else str(status)


def age_of(person: Row, as_of: date) -> int | None:
    """Count whole years; None when the birth date is not known."""
    born = person["birth_date"]
    return None if born is None else as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


# -- Courses ----------------------------------------------------------------------------------------------------------


def courses_of(person: Row, episode: Row, as_of: date) -> dict[str, Course]:
    """Give the course of every series that has a valid score in the episode."""
    every = own(person, episode, "scores", "taken_on")
    treatments = own(person, episode, "treatments")
    changes = [t["date"] for t in treatments if t["change"] in MEDICATION + THERAPY]
    found = {}
    for series in ORDER:
        forms = [s for s in every if SERIES[s["instrument"]] == series and s["total"] is not None]
        if forms:
            found[series] = course_of(series, episode, forms, max(changes, default=None), as_of)
    return found


def course_of(series: str, episode: Row, forms: list[Row], changed_on: date | None, as_of: date) -> Course:
    """Work out B, C, Best, the clock and R of one series."""
    by_day: dict[date, Row] = {}
    for form in forms:  # the last recorded, on a tie the higher (that is: the worse)
        best = by_day.get(form["taken_on"])
        key = (form["recorded_order"], worsening(series, 0, form["total"]))
        if best is None or key > (best["recorded_order"], worsening(series, 0, best["total"])):
            by_day[form["taken_on"]] = form
    days = sorted(by_day)
    chosen = [form for form in forms if form["score_id"] == episode["baseline_score_id"]]
    for form in chosen:
        by_day[form["taken_on"]] = form
    base_on = chosen[0]["taken_on"] if chosen else days[0]
    b = by_day[base_on]["total"]
    after = [(on, int(by_day[on]["total"])) for on in days if on > base_on]
    c_on, c = after[-1] if after else (None, None)
    between = after[:-1]
    is_late = base_on > episode["enrolled_on"] + timedelta(days=14)
    clock = changed_on or base_on
    if is_late:  # "T1-T8 count from it"
        clock = max(clock, base_on)
    before_clock = [int(by_day[on]["total"]) for on in days if on <= clock]
    return {
        "series": series, "b": int(b), "b_on": base_on, "c": c, "c_on": c_on, "between": between, "after": after,
        "best": min((x for _, x in between), default=None),
        "clock": clock, "changed_on": changed_on, "r": int(before_clock[-1] if before_clock else b),
        "k": (c_on - clock).days if c_on else None, "w": (as_of - base_on).days, "wc": (as_of - clock).days,
        "last_on": days[-1], "last": int(by_day[days[-1]]["total"]),
        "is_late": is_late,
    }  # fmt: skip


def at_case(series: str, x: int) -> bool:
    """Say whether a score is at the instrument's own threshold ("B >=10")."""
    return {"phq9": x >= 10, "gad7": x >= 10, "pcl5": x >= 33, "epds": x >= 10, "who5": x <= 12}[series]


def worsening(series: str, was: int, now: int) -> int:
    """Count the points for the worse, in the instrument's own direction."""
    return was - now if series == "who5" else now - was


def improved(series: str, b: int, x: int) -> bool:
    """Say whether a score is *improved*."""
    return x < 5 or 2 * x <= b or (x < 10 and b - x >= (4 if series == "gad7" else 5))


def on_target(course: Course, target_rule: str) -> bool:
    """Say whether the latest score reaches the *target*; without one it is not reached."""
    if course["c"] is None:
        return False
    below, halved = bool(course["c"] < 10), bool(2 * course["c"] <= course["b"])
    return (below and halved) if target_rule == "and" else (below or halved)


def d2(course: Course, status: str) -> bool:
    """Say whether a course has relapsed."""
    b, c, best, series = course["b"], course["c"], course["best"], course["series"]
    if series not in SCALES or c is None or b < 10 or c < 10:
        return False
    if not any(improved(series, b, x) for _, x in course["between"]):
        return False
    return bool(c - best >= (4 if series == "gad7" else 5) or status == "relapse prevention")


def class_of(course: Course, status: str) -> str | None:
    """Give the outcome class: the first that fits."""
    series, b, c = course["series"], course["b"], course["c"]
    if series not in RELIABLE:
        return None
    if c is None:
        return "no follow-up"
    reliable = RELIABLE[series]
    if series not in SCALES:
        worse = worsening(series, b, c)
        return "deteriorated" if worse >= reliable else "small gain" if -worse >= reliable else "no change"
    if b < 10:
        return _class_below(b, c)
    drop = b - c
    rules: list[tuple[str, bool]] = [
        ("relapsed", d2(course, status)),
        ("remission", c < 5),
        ("response", 2 * c <= b),
        ("improved", c < 10 and drop >= (4 if series == "gad7" else 5)),
        ("partial", b <= 4 * drop and 2 * drop < b),
        ("small gain", drop >= reliable and 4 * drop < b),
        ("deteriorated", -drop >= reliable),
        ("worse", series == "phq9" and -drop >= 5),
    ]
    return next((name for name, fits in rules if fits), "no change")


def _class_below(b: int, c: int) -> str:
    if c >= 10:
        return "rose"
    return "remission" if b >= 5 and c < 5 else "below threshold"


def classes_of(person: Row, episode: Row, status: str, as_of: date) -> dict[str, str | None]:
    """Give the class of every series that was taken; of incomplete forms alone nothing follows a baseline."""
    courses = courses_of(person, episode, as_of)
    taken = {SERIES[s["instrument"]] for s in own(person, episode, "scores", "taken_on")}
    return {
        s: class_of(courses[s], status) if s in courses else "no follow-up" if s in RELIABLE else None
        for s in ORDER
        if s in taken
    }


def state_of(courses: dict[str, Course], classes: dict[str, str | None]) -> tuple[str, str] | None:
    """Give the worst class and its instrument, among those that are or were at the threshold; if none, among all."""
    classed = {s: name for s, name in classes.items() if name}
    scores = {s: [x for x in (course["b"], course["c"]) if x is not None] for s, course in courses.items()}
    high = [s for s in classed if any(at_case(s, x) for x in scores.get(s, []))]
    worst = min(high or classed, key=lambda s: (CLASSES.index(classed[s]), ORDER.index(s)), default=None)
    return None if worst is None else (classed[worst], worst)


# -- Safety -----------------------------------------------------------------------------------------------------------


def open_flags(person: Row, episode: Row) -> list[tuple[str, str | None, date]]:
    """Give the flags of an episode that nobody acknowledged: rule, series, date."""
    raised: list[tuple[str, str | None, date]] = []
    for form in person["scores"] + person["corrected_safety"]:
        positive = form["instrument"] in WITH_SAFETY_ITEM and form["safety_answer"] >= 1
        if positive and home_of_flag(person, form["taken_on"]) is episode:
            raised.append(("S1", SERIES[form["instrument"]], form["taken_on"]))
    for row in person["safety"]:
        if home_of_flag(person, row["date"]) is not episode:
            continue
        if row["kind"] == "manual flag":
            raised.append(("S2", None, row["date"]))
        elif row["kind"] == "C-SSRS" and str(row["level"]).lower() in ("orange", "red"):
            raised.append(("S2", "C-SSRS", row["date"]))
    acknowledged = [row["date"] for row in person["safety"] if row["kind"] == "acknowledged"]
    cleared = [row["date"] for row in person["safety"] if row["kind"] == "cleared"]
    return [
        (rule, what, on) for rule, what, on in raised
        if not any(on <= closed for closed in acknowledged)
        and not (rule == "S2" and what is None and any(on <= closed for closed in cleared))
    ]  # fmt: skip


def item9_of(person: Row, episode: Row, series: str) -> str:
    """Say what is known of the safety item of a series."""
    if any(rule == "S1" and what == series for rule, what, _ in open_flags(person, episode)):
        return "positive"
    forms = [s for s in own(person, episode, "scores", "taken_on") if SERIES[s["instrument"]] == series]
    if series not in WITH_SAFETY_ITEM or not forms:
        return "unknown"
    latest = sorted(forms, key=lambda s: (s["taken_on"], s["recorded_order"]))[-1]
    return "negative" if latest["safety_answer"] == 0 else "unknown"


# -- Rules ------------------------------------------------------------------------------------------------------------


def judge_episode(person: Row, episode: Row, status: str, as_of: date, target_rule: str) -> list[Row]:
    """Give every rule that fires."""
    found: list[Row] = []

    def fire(rule: str, level: str, series: str | None = None) -> None:
        found.append({"rule": rule, "level": level, "series": series})

    flags = open_flags(person, episode)
    for series in [s for s in ORDER if any(rule == "S1" and what == s for rule, what, _ in flags)]:
        fire("S1", "safety", series)
    if any(rule == "S2" for rule, _, _ in flags):
        fire("S2", "safety")
    if status not in ("active", "relapse prevention"):
        return found

    courses = courses_of(person, episode, as_of)
    age = age_of(person, as_of)
    is_child = age is not None and age < 12
    stale = measures(episode, courses, status, as_of, fire)
    if is_child:
        return found
    for course in courses.values():
        worse(course, status, fire)
    if status == "active":
        active_rules(
            person, episode, courses=courses, stale=stale, as_of=as_of, target_rule=target_rule, fire=fire, found=found
        )
    contact_and_review(person, episode, status, as_of, fire)
    ready(person, episode, courses=courses, status=status, is_stale=bool(stale), as_of=as_of, fire=fire, found=found)
    return found


Fire = Callable[..., None]


def measures(episode: Row, courses: dict[str, Course], status: str, as_of: date, fire: Fire) -> list[str]:
    """M0, M1, M2; gives the series that are out of date."""
    enrolled = (as_of - episode["enrolled_on"]).days
    if status == "active" and enrolled >= 14 and not courses:
        fire("M0", "stale")
    limit = 30 if status == "active" else 60
    old = [s for s, course in courses.items() if (as_of - course["last_on"]).days > limit]
    high = [s for s, course in courses.items() if at_case(s, course["b"])]
    all_old = old if len(old) == len(courses) else []  # "if none, on all"
    stale = [s for s in old if s in high] if high else all_old
    for series in stale:
        fire("M1" if status == "active" else "M2", "stale", series)
    return stale


def worse(course: Course, status: str, fire: Fire) -> None:
    """D1 to D4."""
    series, b, c, best = course["series"], course["b"], course["c"], course["best"]
    if c is None or series not in RELIABLE:
        return
    rise = worsening(series, b, c)
    points = {"phq9": 5, "gad7": 4}.get(series, RELIABLE[series])
    has_d1 = rise >= points
    if has_d1:
        is_amber = not at_case(series, c) or (series == "phq9" and rise == 5)
        fire("D1", "amber" if is_amber else "red", series)
    if series not in SCALES:
        return
    has_d2 = d2(course, status)
    if has_d2:
        fire("D2", "red", series)
    if b < 10 <= c:
        fire("D3", "red" if c - b >= points else "amber", series)
    if b >= 10 and not has_d1 and not has_d2 and c >= 10 and best is not None and c - best >= RELIABLE[series]:
        fire("D4", "amber", series)


def trials(treatments: list[Row], as_of: date) -> int:
    """Count starts, switches and augmentations that were kept for six weeks: until stopped or replaced, else today."""
    count = 0
    for begun in treatments:
        if begun["change"] in TRIALS:
            ends = [later["date"] for later in treatments if later["date"] > begun["date"] and _ends(later, begun)]
            count += (min(ends, default=as_of) - begun["date"]).days >= 42
    return count


def _ends(later: Row, begun: Row) -> bool:
    """Say whether a change ends a trial: a stop of it or of everything, a switch what was started or switched to."""
    if later["change"] == "switch":
        return bool(begun["change"] != "augment")
    return bool(later["change"] == "stop" and later["treatment"] in (None, begun["treatment"]))


def active_rules(
    person: Row, episode: Row, *, courses: dict[str, Course], stale: list[str], as_of: date, target_rule: str,
    fire: Fire, found: list[Row],
) -> None:  # fmt: skip
    """T0 to T9."""
    if (as_of - episode["enrolled_on"]).days >= 28:
        attended = [c for c in own(person, episode, "contacts") if c["attended"]]
        if len({c["date"] for c in attended}) < 2:  # after the initial one: on a later day
            fire("T0", "red")
    if as_of >= add_months(episode["enrolled_on"], 9):
        fire("T9", "info")
    treatments = own(person, episode, "treatments")
    reviews = [r["date"] for r in own(person, episode, "reviews")]
    for series in SCALES:
        if series in courses and courses[series]["b"] >= 10:
            since_change(courses[series], treatments, series in stale, fire, found)
            against_target(
                courses[series], treatments, reviews, target_rule=target_rule, as_of=as_of, fire=fire, found=found
            )


def since_change(course: Course, treatments: list[Row], is_stale: bool, fire: Fire, found: list[Row]) -> None:
    """T1 to T4."""
    series, b, c, r, k = (course[name] for name in ("series", "b", "c", "r", "k"))
    if c is None:
        return
    well = improved(series, b, c)
    drop = r - c
    therapy = any(t["change"] in ("therapy start", "therapy stop") for t in treatments)
    medication = any(t["change"] in (*MEDICATION, "stop") for t in treatments)
    has_t4 = k >= (56 if therapy and not medication else 42) and not well and 4 * drop < r
    has_d = any(f["series"] == series and f["rule"][0] == "D" for f in found)
    if 28 <= k < 56:
        adequate = 4 if series == "gad7" else 5
        if drop >= adequate and not has_d and not has_t4 and not is_stale:
            fire("T1", "ok", series)
        if not well and 2 <= drop < adequate:
            fire("T2", "amber", series)
        if not well and drop <= 1:
            fire("T3", "red", series)
    if has_t4:
        fire("T4", "red", series)


def against_target(
    course: Course, treatments: list[Row], reviews: list[date], *, target_rule: str, as_of: date, fire: Fire,
    found: list[Row],
) -> None:  # fmt: skip
    """T5 to T8."""
    series, c, w = course["series"], course["c"], course["w"]
    reached = on_target(course, target_rule)
    consulted = any(on >= course["b_on"] + timedelta(days=56) for on in reviews)
    if not reached and not consulted and w >= 56:
        if w <= 84:
            fire("T5", "red", series)
        else:
            fire("T6", "red+", series)
    if not reached and w >= 70:
        has_t1 = any(f["series"] == series and f["rule"] == "T1" for f in found)
        waits = course["changed_on"] is not None and course["wc"] < (56 if has_t1 else 28)
        fire("T7", "amber" if waits else "red", series)
    if (w >= 140 or trials(treatments, as_of) >= 2) and (c is None or c >= 5):
        fire("T8", "amber" if reached else "red", series)


def contact_and_review(person: Row, episode: Row, status: str, as_of: date, fire: Fire) -> None:
    """C1 and R1."""
    due = contact_due(person, episode)
    if due is not None and due < as_of:
        fire("C1", "overdue")
    reviews = [r["date"] for r in own(person, episode, "reviews")]
    months = 1 if status == "active" else 2
    if not reviews or add_months(max(reviews), months) <= as_of:
        fire("R1", "review due")


def contact_due(person: Row, episode: Row) -> date | None:
    """Say when the next contact is due: what the last attended contact or a later attempt set, else the interval."""
    contacts = sorted(own(person, episode, "contacts"), key=lambda c: (c["date"], c["contact_id"]))
    due: date | None = None
    last: date = episode["enrolled_on"]
    for contact in contacts:
        if contact["attended"]:
            last, due = contact["date"], contact["next_due"]
        elif contact["next_due"] is not None:
            due = contact["next_due"]
    if due is not None:
        return due
    weeks = episode["follow_up_weeks"]
    return None if weeks is None else last + timedelta(days=7 * int(weeks))


def ready(
    person: Row, episode: Row, *, courses: dict[str, Course], status: str, is_stale: bool, as_of: date, fire: Fire,
    found: list[Row],
) -> None:  # fmt: skip
    """G1 and G2."""
    high = [course for s, course in courses.items() if s in SCALES and course["b"] >= 10]
    flagged = any(open_flags(person, each) for each in person["episodes"])
    loud = flagged or any(f["level"] in ("safety", "red+", "red") for f in found)
    if status == "active" and high and all(held(course) for course in high) and not loud and not is_stale:
        fire("G1", "green")
    since = episode["status_since"]
    if status != "relapse prevention" or since is None or (as_of - since).days < 56:
        return
    followed = high or [course for s, course in courses.items() if s in SCALES]
    good = bool(followed) and all(
        course["c"] is not None
        and improved(course["series"], course["b"], course["c"])
        and (as_of - course["c_on"]).days <= 60
        for course in followed
    )
    if good and own(person, episode, "plans") and not flagged and not any(f["rule"][0] == "D" for f in found):
        fire("G2", "green")


def held(course: Course) -> bool:
    """Say whether a course is *improved* on the latest score, on one 28 days before it, and on all between."""
    if course["c"] is None:
        return False
    for on, x in reversed(course["after"]):
        if not improved(course["series"], course["b"], x):
            return False
        if (course["c_on"] - on).days >= 28:
            return True
    return False


# -- The row ----------------------------------------------------------------------------------------------------------


def badges_of(person: Row, episode: Row, status: str, as_of: date, discuss: tuple[int, ...]) -> set[str]:
    """Give the badges: new, discuss, late baseline, adult evidence."""
    badges = set()
    is_open = status in ("active", "relapse prevention")
    if is_open and person["patient_id"] in discuss:
        badges.add("discuss")
    age = age_of(person, as_of)
    is_child = age is not None and age < 12
    if status == "active" and not is_child and not own(person, episode, "reviews"):
        badges.add("new")
    if any(course["is_late"] for course in courses_of(person, episode, as_of).values()):
        badges.add("late baseline")
    if age is not None and 12 <= age <= 17:
        badges.add("adult evidence")
    return badges


def row_of(person: Row, episode: Row, status: str, as_of: date, *, findings: list[Row], badges: set[str]) -> Row:
    """Give what is shown of an episode."""
    levels = {f["level"] for f in findings}
    rules = {f["rule"] for f in findings}
    courses = courses_of(person, episode, as_of)
    classes = classes_of(person, episode, status, as_of)
    needs_team = bool(levels & {"safety", "red+", "red"} or badges & {"new", "discuss"})
    reviews = [r["date"] for r in own(person, episode, "reviews")]
    severity = max((_severity(course) for course in courses.values()), default=-1)
    return {
        "patient_id": person["patient_id"], "mrn": person["mrn"], "episode_id": episode["episode_id"],
        "enrolled_on": episode["enrolled_on"], "status": status,
        "findings": {(f["rule"], f["series"], f["level"]) for f in findings},
        "badges": badges, "state": state_of(courses, classes), "classes": classes,
        "courses": courses,
        "item9": {s: item9_of(person, episode, s) for s in classes},
        "level": next((level for level in LEVELS if level in levels), None),
        "needs_team": needs_team,
        "listed": needs_team or "amber" in levels or bool(rules & {"R1", "M0", "M1", "M2", "C1"}),
        "rank": None,
        "order": (_step(findings, badges), max(reviews, default=date.min), -severity, person["mrn"]),
    }  # fmt: skip


def _severity(course: Course) -> int:
    return next((rank for low, rank in BANDS.get(course["series"], []) if course["last"] >= low), -1)


def _step(findings: list[Row], badges: set[str]) -> int:
    """Find the first step of the weekly list that names a finding or a badge."""
    for step, (rules, levels) in enumerate(STEPS):
        if badges & set(rules) or any(f["rule"] in rules and f["level"] in levels for f in findings):
            return step
    return len(STEPS)
