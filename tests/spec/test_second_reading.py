"""The product and a second, independent reading of the decision table say the same of any history.

``reference.py`` was written from the text alone. Some 100 histories run by default, and a few thousand with
``BHI_SECOND_READING=1000 pytest tests/spec/test_second_reading.py`` (every example is a clinic of one to six patients).
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bhi_core.domain import instruments
from bhi_core.domain.caseload import as_json, work_out
from bhi_core.domain.registry import Registry
from tests.domain.clinic import COLUMNS
from tests.spec import reference
from tests.spec.rule_case_files import CHANGES, forms
from tests.spec.test_rule_cases import ROWS, STATUS

EXAMPLES = int(os.environ.get("BHI_SECOND_READING", "30"))

AS_OF = [
    date(2026, 3, 31),
    date(2026, 3, 2),
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2026, 5, 30),
    date(2026, 11, 24),
]
EDGES = [0, 1, 7, 14, 28, 30, 42, 56, 60, 70, 84, 140]
NEAR = sorted({max(0, edge + by) for edge in EDGES for by in (-1, 0, 1)})
SPANS = [*NEAR, 35, 50, 98, 112, 168, 250, 280, 400]
INTERVALS = [None, 1, 2, 4, 8]
TOTALS = {
    "phq9": [0, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 26, 27],
    "gad7": [0, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 21],
    "pcl5": [0, 17, 18, 32, 33, 34, 47, 48, 49, 80],
    "epds": [0, 9, 10, 13, 30],
    "who5": [0, 9, 10, 11, 12, 13, 14, 15, 16, 25],
}
TOTALS["phq9m"] = TOTALS["phq9"]
TREATMENT_CHANGES = [
    "start", "start", "dose up", "dose down", "switch", "augment", "stop", "therapy start", "therapy start",
    "therapy stop", "referral",
]  # fmt: skip
DRUGS = [None, "sertraline", "bupropion"]
SAFETY = [
    ("acknowledged", None), ("acknowledged", None), ("acknowledged", None), ("cleared", None), ("manual flag", None),
    ("C-SSRS", "red"), ("C-SSRS", "orange"), ("C-SSRS", "yellow"), ("C-SSRS", "green"),
]  # fmt: skip
TAKEN = [["phq9"], ["gad7"], ["phq9", "gad7"], ["phq9", "phq9m", "pcl5"], ["epds", "who5"], list(TOTALS)]
CLOSED = ["graduated", "discharged", "referred", "lost", "other"]
KINDS = ("scores", "corrected_safety", "contacts", "treatments", "reviews", "safety", "plans")


@st.composite
def a_history(draw: st.DrawFn, number: int, as_of: date) -> dict[str, Any]:
    """Draw one patient: one to three courses of care and what was recorded of them."""
    episodes = _episodes(draw, number, as_of)
    calm = draw(st.booleans())  # no safety flags, followed closely: the quieter rules need that
    marks = [draw(st.sampled_from(SPANS)) for _ in range(2)]
    enrolled = [e["enrolled_on"] for e in episodes]

    def some_day() -> date:
        on: date
        anchor = draw(st.sampled_from(["today", "mark"] if calm else ["enrolled", "today", "month", "mark"]))
        span = draw(st.sampled_from(SPANS))
        if anchor == "enrolled":
            on = draw(st.sampled_from(enrolled)) + timedelta(days=draw(st.sampled_from([span, span, span, -span])))
        elif anchor == "mark":
            on = enrolled[-1] + timedelta(days=draw(st.sampled_from(marks)) + draw(st.sampled_from([0, 0, 1, 28, 42])))
        elif anchor == "month":
            on = reference.add_months(as_of, -draw(st.integers(1, 3))) + timedelta(days=draw(st.integers(-1, 1)))
        else:
            on = as_of - timedelta(days=span)
        return min(on, as_of)

    person: dict[str, Any] = {
        "patient_id": number, "mrn": f"{draw(st.sampled_from(['7', '07', '10', 'A']))}-{number}",
        "birth_date": _birth(draw, as_of), "episodes": episodes, **{kind: [] for kind in KINDS},
    }  # fmt: skip
    series = draw(st.sampled_from(TAKEN[:3] if calm else TAKEN))
    for place in range(draw(st.integers(3 if calm else 0, 8))):
        form = _score(draw, number * 1000 + place, draw(st.sampled_from(series)), some_day())
        person["scores"].append(form | {"safety_answer": min(form["safety_answer"], 0)} if calm else form)
    for place in range(draw(st.integers(0, 4))):
        attended = draw(st.sampled_from([True, True, False]))
        due = draw(st.none() | st.sampled_from([as_of + timedelta(days=by) for by in (-40, -1, 0, 1, 14)]))
        person["contacts"].append({"contact_id": place, "date": some_day(), "attended": attended, "next_due": due})
    for place in range(draw(st.integers(0, 4))):
        change, drug = draw(st.sampled_from(TREATMENT_CHANGES)), draw(st.sampled_from(DRUGS))
        person["treatments"].append({"treatment_id": place, "date": some_day(), "change": change, "treatment": drug})
    person["reviews"] = [{"review_id": place, "date": some_day()} for place in range(draw(st.integers(0, 3)))]
    person["plans"] = [{"plan_id": place, "date": some_day()} for place in range(draw(st.integers(0, 1)))]
    if calm:
        person["contacts"] += [
            {"contact_id": place, "date": as_of, "attended": True, "next_due": None} for place in (8, 9)
        ]
        person["contacts"][-2]["date"] = enrolled[-1]
    else:
        _add_safety(draw, person, number, some_day)
    if person["scores"] and draw(st.integers(0, 7)) == 0:
        episodes[-1]["baseline_score_id"] = draw(st.sampled_from(person["scores"]))["score_id"]
    return person


def _add_safety(draw: st.DrawFn, person: dict[str, Any], number: int, some_day: Callable[[], date]) -> None:
    """Draw flags, screens and what closed them."""
    if draw(st.integers(0, 5)) == 0:
        form = _score(draw, number * 1000 + 900, "phq9", some_day())
        person["corrected_safety"].append(form | {"safety_answer": 1})
    for place in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        kind, level = draw(st.sampled_from(SAFETY))
        person["safety"].append(
            {"safety_id": place, "date": some_day(), "kind": kind, "level": level, "by": "A. Novak", "outcome": "seen"}
        )


def _episodes(draw: st.DrawFn, number: int, as_of: date) -> list[dict[str, Any]]:
    """Draw one to three courses of care; only the last may be open."""
    if draw(st.integers(0, 9)) == 0:
        begun = reference.add_months(as_of, -9) + timedelta(days=draw(st.integers(-1, 1)))
    else:
        begun = as_of - timedelta(days=draw(st.sampled_from(SPANS)))
    starts = [begun]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        starts.insert(0, starts[0] - timedelta(days=draw(st.sampled_from([10, 30, 90, 200]))))
    episodes = []
    for place, start in enumerate(starts):
        is_last = place == len(starts) - 1
        until = as_of if is_last else starts[place + 1]
        ended = min(start + timedelta(days=draw(st.sampled_from(SPANS))), until)
        status, since, closed = draw(st.sampled_from(CLOSED)), ended, ended
        if is_last:
            status = draw(st.sampled_from(["active"] * 5 + ["relapse prevention"] * 3 + ["graduated", "lost"]))
            if status == "relapse prevention":
                since = max(start, as_of - timedelta(days=draw(st.sampled_from(SPANS))))
            elif status in CLOSED and draw(st.integers(0, 3)) == 0:
                closed = as_of + timedelta(days=1)
        elif draw(st.booleans()):
            since = start
        episodes.append(
            {
                "episode_id": number * 10 + place, "patient_id": number, "enrolled_on": start, "status": status,
                "status_since": since, "closed_on": closed if status in CLOSED else None,
                "follow_up_weeks": draw(st.sampled_from(INTERVALS)), "baseline_score_id": None,
            }
        )  # fmt: skip
    return episodes


def _birth(draw: st.DrawFn, as_of: date) -> date | None:
    """Draw a birth date: an adult mostly, sometimes a birthday about today at 12 and at 18."""
    years = draw(st.sampled_from([40] * 8 + [60, 8, 12, 12, 15, 18, 18, None]))
    if years is None:
        return None
    return reference.add_months(as_of, -12 * years) + timedelta(days=draw(st.integers(-1, 1)))


def _score(draw: st.DrawFn, score_id: int, instrument: str, on: date) -> dict[str, Any]:
    """Draw one form; some are incomplete, some recorded at the same moment as another."""
    total = None if draw(st.integers(0, 7)) == 0 else draw(st.sampled_from(TOTALS[instrument]))
    answer = -2
    if instrument in reference.WITH_SAFETY_ITEM:
        answer = draw(st.sampled_from([0, 0, 0, 0, 0, 0, -2, -1, 1, 2]))
    order = score_id if draw(st.integers(0, 5)) else score_id // 1000 * 1000
    return {
        "score_id": score_id, "instrument": instrument, "taken_on": on, "recorded_order": order, "total": total,
        "safety_answer": answer, "assigned": False,
    }  # fmt: skip


def registry_of(people: list[dict[str, Any]], as_of: date) -> Registry:
    """Put people into the frames that the store gives."""
    rows: dict[str, list[dict[str, Any]]] = {"patients": [], "episodes": [], **{kind: [] for kind in KINDS}}
    for person in people:
        rows["patients"].append({name: person[name] for name in ("patient_id", "mrn", "birth_date")})
        for kind in ("episodes", *KINDS):
            rows[kind] += [{"kind": "follow-up", **row, "patient_id": person["patient_id"]} for row in person[kind]]
    rows |= {kind: [] for kind in ("requests", "snoozes", "steps")}
    return Registry(as_of=as_of, known_at=None, recorded_to=None, **{kind: _frame(kind, rows[kind]) for kind in rows})


def _frame(kind: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS[kind]))
    for column, dtype in COLUMNS[kind].items():
        if dtype == "category":
            frame[column] = pd.Categorical(frame[column], categories=instruments.registry().ids)
        elif dtype == "datetime64[s]":
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
        else:
            frame[column] = frame[column].astype(dtype)  # type: ignore[call-overload]
    return frame


def by_product(
    people: list[dict[str, Any]], as_of: date, target_rule: Any, discuss: tuple[int, ...]
) -> tuple[dict[Any, Any], list[Any]]:
    """Give what the product says: a row by MRN and enrolment, and the listed ones in order."""
    document = as_json(work_out(registry_of(people, as_of), target_rule=target_rule, discuss=frozenset(discuss)))
    found: dict[Any, Any] = {}
    for patient in document["patients"]:
        assert [reference.LEVELS.index(f["level"]) for f in patient["findings"]] == sorted(
            reference.LEVELS.index(f["level"]) for f in patient["findings"]
        )
        key = (patient["mrn"], patient["enrolled_on"])
        assert key not in found
        taken = patient["instruments"]
        known = {name: course for name, course in taken.items() if course["baseline"] is not None}
        state = patient["state"]
        found[key] = {
            "status": patient["status"], "level": patient["level"], "needs_team": patient["needs_team"],
            "listed": patient["listed"], "badges": sorted(patient["badges"]),
            "state": (state["class"], state["instrument"]) if state else None,
            "findings": sorted((f["rule"], f.get("instrument") or "", f["level"]) for f in patient["findings"]),
            "classes": {name: course["class"] for name, course in taken.items()},
            "baselines": {name: (course["baseline"], course["baseline_on"]) for name, course in known.items()},
            "latest": {name: (c["latest"], c["latest_on"]) for name, c in known.items() if c["latest_on"]},
            "item9": {name: course["item9"] for name, course in taken.items() if name in ("PHQ-9", "EPDS")},
        }  # fmt: skip
    ranked = sorted((p for p in document["patients"] if p["listed"]), key=lambda p: p["rank"])
    assert [p["rank"] for p in ranked] == list(range(1, len(ranked) + 1))
    return found, [(p["mrn"], p["enrolled_on"]) for p in ranked]


def by_reference(
    people: list[dict[str, Any]], as_of: date, target_rule: str, discuss: tuple[int, ...]
) -> tuple[dict[Any, Any], list[Any]]:
    """Give what the second reading says, in the same shape."""
    rows = reference.caseload(people, as_of, target_rule=target_rule, discuss=discuss)
    names = reference.NAMES
    found = {}
    for row in rows:
        courses, state = row["courses"], row["state"]
        found[(row["mrn"], row["enrolled_on"].isoformat())] = {
            "status": row["status"], "level": row["level"], "needs_team": row["needs_team"], "listed": row["listed"],
            "badges": sorted(row["badges"]), "state": (state[0], names[state[1]]) if state else None,
            "findings": sorted((rule, names.get(series or "", ""), level) for rule, series, level in row["findings"]),
            "classes": {names[s]: name for s, name in row["classes"].items()},
            "baselines": {names[s]: (c["b"], c["b_on"].isoformat()) for s, c in courses.items()},
            "latest": {names[s]: (c["c"], c["c_on"].isoformat()) for s, c in courses.items() if c["c_on"]},
            "item9": {names[s]: known for s, known in row["item9"].items() if s in ("phq9", "epds")},
        }  # fmt: skip
    listed = sorted((row for row in rows if row["listed"]), key=lambda row: row["rank"])
    return found, [(row["mrn"], row["enrolled_on"].isoformat()) for row in listed]


@st.composite
def a_clinic(draw: st.DrawFn) -> tuple[list[dict[str, Any]], date, str, tuple[int, ...]]:
    """Draw a few patients, the day, the target rule and who is to be discussed."""
    as_of = draw(st.sampled_from(AS_OF))
    people = [draw(a_history(number, as_of)) for number in range(1, draw(st.integers(1, 6)) + 1)]
    discuss = tuple(p["patient_id"] for p in people if draw(st.integers(0, 9)) == 0)
    return people, as_of, draw(st.sampled_from(["or", "or", "and"])), discuss


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(a_clinic())
def test_two_readings_of_the_table_agree_on_any_history(clinic: tuple[Any, Any, Any, Any]) -> None:
    people, as_of, target_rule, discuss = clinic

    found, order = by_product(people, as_of, target_rule, discuss)

    expected, expected_order = by_reference(people, as_of, target_rule, discuss)
    assert found == expected
    assert order == expected_order


def person_of(row: dict[str, str]) -> dict[str, Any]:
    """Turn a worked case into a person."""
    as_of = date.fromisoformat(row["as_of"])
    events = [
        (kind, date.fromisoformat(on)) for kind, _, on in (e.partition("@") for e in row["events"].split(";") if e)
    ]
    on_of = dict(events)
    ids = {instrument.name: instrument.id for instrument in instruments.registry()}
    return {
        "patient_id": 1, "mrn": row["case_id"], "birth_date": date(as_of.year - int(row["age"]), 1, 1),
        "episodes": [{
            "episode_id": 1, "enrolled_on": date.fromisoformat(row["enrolled_on"]), "status": STATUS[row["status"]],
            "status_since": on_of.get("rp") or on_of.get("closed"), "closed_on": on_of.get("closed"),
            "follow_up_weeks": int(row["contact_interval_weeks"]) if row["contact_interval_weeks"] else None,
            "baseline_score_id": None,
        }],
        "scores": [
            {"score_id": place, "instrument": ids[form.instrument], "taken_on": date.fromisoformat(form.on),
             "recorded_order": place, "total": None if form.is_incomplete else int(form.total),
             "safety_answer": int(form.item9) if form.item9.isdigit() else -2}
            for place, form in enumerate(forms(row["scores"]))
        ],
        "corrected_safety": [],
        "contacts": [{"contact_id": n, "date": on, "attended": True, "next_due": None}
                     for n, (kind, on) in enumerate(events) if kind == "contact"],
        "treatments": [{"treatment_id": n, "date": on, "change": CHANGES[kind], "treatment": None}
                       for n, (kind, on) in enumerate(events) if kind in CHANGES],
        "reviews": [{"date": on} for kind, on in events if kind == "review"],
        "safety": [{"date": on, "kind": "acknowledged", "level": None} for kind, on in events if kind == "safety_ack"],
        "plans": [{"date": on} for kind, on in events if kind == "rp_plan"],
    }  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row["case_id"] for row in ROWS])
def test_the_second_reading_passes_the_worked_cases(row: dict[str, str]) -> None:
    as_of = date.fromisoformat(row["as_of"])

    (judged,) = reference.caseload([person_of(row)], as_of, target_rule=row["target_rule"].lower())

    found = {
        rule if rule[0] in "SMGCR" or not series else f"{rule}/{reference.NAMES[series]}": level.upper()
        for rule, series, level in judged["findings"]
    }
    assert found == dict(part.split("=") for part in row["expected_rules"].split(";") if part)
    assert not ({name.partition("/")[0] for name in found} | set(found)) & set(row["expected_not_fired"].split())
    for series in ("phq9", "gad7", "pcl5"):
        assert (judged["classes"].get(series) or "").upper() == row[f"expected_class_{series}"]
    name, series = judged["state"]
    assert f"{name.upper()} {reference.NAMES[series]}" == row["expected_state"]
    assert ("late baseline" in judged["badges"]) == (row["expected_late_baseline"] == "yes")
