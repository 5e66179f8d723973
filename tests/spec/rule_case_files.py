"""Writes worked cases of the decision table as the files of a clinic: one file a kind, with the canonical columns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bhi_core.domain import instruments

Row = dict[str, object]
SCORE = re.compile(r"^(?P<name>[^@]+)@(?P<on>[-\d]+)=(?P<total>\d*)(?P<marks>(?:\[[^]]*\])*)$")
STATUS = {"Active": "active", "RP": "relapse prevention", "Graduated": "graduated"}
CHANGES = {
    "med_start": "start", "dose_up": "dose up", "dose_down": "dose down", "med_switch": "switch",
    "med_augment": "augment", "med_stop": "stop", "therapy_start": "therapy start", "therapy_stop": "therapy stop",
    "referral": "referral",
}  # fmt: skip
KINDS = ("patients", "episodes", "scores", "contacts", "treatments", "reviews", "safety", "plans")


@dataclass(frozen=True)
class Form:
    """One score of a case.

    Attributes:
        instrument: its name.
        on: the date.
        total: as text, empty for none.
        item9: the answer as text, ``"?"`` not known.
        is_incomplete: true when the form has no valid total.
    """

    instrument: str
    on: str
    total: str
    item9: str
    is_incomplete: bool


@dataclass
class Files:
    """Hold the rows of each kind's file, in the order recorded."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def filled(self) -> Iterable[tuple[str, list[Row]]]:
        """Give the kinds that have rows, in the order in which they are to be brought in."""
        return ((kind, rows) for kind, rows in self.rows.items() if rows)


def forms(text: str) -> list[Form]:
    """Read the scores of a case, in the order recorded."""
    found = []
    for part in filter(None, text.split(";")):
        score = SCORE.match(part)
        assert score, part
        answer = re.search(r"\[i9=(.)\]", score["marks"])
        incomplete = "[incomplete]" in score["marks"]
        found.append(Form(score["name"], score["on"], score["total"], answer[1] if answer else "?", incomplete))
    return found


def written(cases: Iterable[Mapping[str, str]], *, whole_forms: bool = False) -> Files:
    """Write cases as files.

    Args:
        cases: rows of ``cases.csv``.
        whole_forms: give every item of a form whose item 9 is known, not item 9 alone.
    """
    files = Files()
    for case in cases:
        _person(files.rows, case)
        for form in forms(case["scores"]):
            files.rows["scores"].append({"MRN": case["case_id"], **_score(form, whole_forms=whole_forms)})
        seen = False
        for kind, _, on in (event.partition("@") for event in filter(None, case["events"].split(";"))):
            _event(files.rows, {"MRN": case["case_id"], "Date": on}, kind, is_first_contact=not seen)
            seen = seen or kind == "contact"
    return files


def _person(rows: dict[str, list[Row]], case: Mapping[str, str]) -> None:
    events = dict(event.split("@") for event in case["events"].split(";") if event.startswith(("rp@", "closed@")))
    as_of = date.fromisoformat(case["as_of"])
    born = date(as_of.year - int(case["age"]), 1, 1)
    rows["patients"].append({"MRN": case["case_id"], "Last name": case["case_id"], "Birth date": born})
    rows["episodes"].append(
        {
            "MRN": case["case_id"], "Enrolled on": case["enrolled_on"], "Status": STATUS[case["status"]],
            "Status since": events.get("rp", ""), "Closed on": events.get("closed", ""),
            "Follow-up weeks": case["contact_interval_weeks"],
        }
    )  # fmt: skip


def _score(form: Form, *, whole_forms: bool) -> Row:
    instrument = instruments.registry().find(form.instrument)
    assert instrument
    row: Row = {"Date": form.on, "Instrument": form.instrument, "Total": "" if form.is_incomplete else form.total}
    if not form.item9.isdigit():
        return row
    count = len(instrument.scored_items)
    if form.is_incomplete:  # every other answer, and item 9
        return row | {f"Item {number}": "1" for number in range(2, count, 2)} | {f"Item {count}": form.item9}
    if not whole_forms:
        return row | {f"Item {count}": form.item9}
    rest = int(form.total) - int(form.item9)
    for number in range(1, count):
        points = min(3, rest)
        row[f"Item {number}"] = points
        rest -= points
    assert not rest, form
    return row | {f"Item {count}": form.item9}


def _event(rows: dict[str, list[Row]], row: Row, kind: str, *, is_first_contact: bool) -> None:
    if kind == "contact":
        rows["contacts"].append(
            row | {"Kind": "Initial assessment" if is_first_contact else "Follow-up", "Attended": "Y"}
        )
    elif kind in CHANGES:
        rows["treatments"].append(row | {"Change": CHANGES[kind], "Treatment": "Sertraline"})
    elif kind == "review":
        rows["reviews"].append(row | {"Consultant": "Dr Osei", "Discussed": "PHQ-9"})
    elif kind == "safety_ack":
        rows["safety"].append(row | {"Kind": "acknowledged", "By": "A. Novak", "Outcome": "C-SSRS low"})
    elif kind == "rp_plan":
        rows["plans"].append(row | {"Warning signs": "Sleep"})
    else:
        assert kind in ("rp", "closed"), kind
