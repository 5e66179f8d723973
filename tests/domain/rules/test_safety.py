"""S1 and S2: what raises a flag, and the one thing that closes it."""

import pytest

from bhi_core.domain.caseload import as_json
from tests.domain.clinic import Case, caseload_of, fired, patient

EVENTS = "contact@0;contact@14;review@15"


def flagged(scores: str = "PHQ-9@0=16[i9=0]", events: str = "", **changes: object) -> set[str]:
    """Give the safety rules that fire on day 20."""
    case = Case(as_of=20, scores=scores, events=f"{EVENTS};{events}".strip(";")).with_(**changes)
    return {rule for rule in fired(case) if rule in ("S1", "S2")}


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@0=16[i9=0]", set()),
        ("PHQ-9@0=16[i9=1]", {"S1"}),
        ("PHQ-9@0=16[i9=?]", set()),
        ("PHQ-9@0=16[i9=blank]", set()),
        ("PHQ-9@0=16[i9=3]; PHQ-9@10=9[i9=0]", {"S1"}),
        ("PHQ-9@0=16[i9=3]; PHQ-9@10=9[i9=?]", {"S1"}),
        ("PHQ-9@0=[i9=2][incomplete]", {"S1"}),
        ("PHQ-9@0=16[i9=2][corrected]; PHQ-9@0=14[i9=0]", {"S1"}),
        ("EPDS@0=8[i9=1]", {"S1"}),
        ("PHQ-9M@0=8[i9=1]", {"S1"}),
    ],
)
def test_any_positive_safety_item_on_any_form_raises_the_flag(scores: str, expected: set[str]) -> None:
    assert flagged(scores) == expected


@pytest.mark.parametrize(("ack", "expected"), [(9, {"S1"}), (10, set()), (11, set())])
def test_acknowledgement_closes_flags_dated_on_or_before_it(ack: int, expected: set[str]) -> None:
    assert flagged("PHQ-9@0=16[i9=0]; PHQ-9@10=15[i9=2]", f"safety_ack@{ack}") == expected


def test_positive_answer_after_an_acknowledgement_raises_a_new_flag() -> None:
    assert flagged("PHQ-9@0=16[i9=2]; PHQ-9@10=15[i9=1]", "safety_ack@5") == {"S1"}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("orange", True), ("Red", True), ("high risk", True), ("moderate", True), ("yellow", False), ("green", False),
     ("low", False), ("", False), ("scared", False)],
)  # fmt: skip
def test_cssrs_raises_a_flag_at_orange_and_red(level: str, expected: bool) -> None:
    assert ("S2" in flagged(events=f"c_ssrs@5={level}")) is expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("manual_flag@5", {"S2"}),
        ("manual_flag@5;cleared@4", {"S2"}),
        ("manual_flag@5;cleared@5", set()),
        ("manual_flag@5;safety_ack@6", set()),
        ("c_ssrs@5=red;cleared@6", {"S2"}),
        ("c_ssrs@5=red;safety_ack@6", set()),
    ],
)
def test_clearing_closes_a_flag_by_hand_only(events: str, expected: set[str]) -> None:
    assert flagged(events=events) == expected


def test_clearing_does_not_close_item_9() -> None:
    assert flagged("PHQ-9@0=16[i9=1]", "cleared@6") == {"S1"}


def test_closed_episode_stays_on_the_list_with_an_open_flag_and_leaves_it_acknowledged() -> None:
    case = Case(as_of=90, status="graduated", closed=60, scores="PHQ-9@0=16[i9=0]; PHQ-9@50=7[i9=1]")

    found = patient(case)

    assert (found["needs_team"], found["rank"], found["level"], found["status"]) == (True, 1, "safety", "graduated")
    assert [finding["rule"] for finding in found["findings"]] == ["S1"]
    assert as_json(caseload_of(case.with_(events="safety_ack@51")))["patients"] == []


def test_flag_before_the_first_episode_hangs_on_it_and_no_other_rule_reads_the_score() -> None:
    case = Case(as_of=20, scores="PHQ-9@-40=25[i9=2]; PHQ-9@0=16[i9=0]", events=EVENTS)

    found = patient(case)

    assert set(fired(case)) == {"S1"}
    assert found["instruments"]["PHQ-9"]["baseline"] == 16
    assert caseload_of(case).worklist["item9"].tolist() == ["positive"]


def test_flag_of_an_old_episode_stays_with_it_when_the_patient_comes_back() -> None:
    case = Case(as_of=20, earlier=(-300,), scores="PHQ-9@-290=16[i9=1]; PHQ-9@0=12[i9=0]", events=EVENTS)

    rows = caseload_of(case).worklist

    assert rows[["status", "group"]].to_numpy().tolist() == [["graduated", "safety"], ["active", "on_track"]]


@pytest.mark.parametrize(
    ("scores", "events", "expected"),
    [
        ("PHQ-9@0=16[i9=2]; PHQ-9@10=9[i9=0]", "", ("positive", 2, False)),
        ("PHQ-9@0=16[i9=2]; PHQ-9@10=9[i9=0]", "safety_ack@1", ("negative", 0, True)),
        ("PHQ-9@0=16[i9=2]", "safety_ack@1", ("unknown", 0, True)),
        ("PHQ-9@0=16[i9=0]; PHQ-9@10=9[i9=?]", "", ("unknown", 0, False)),
        ("PHQ-9@0=16[i9=0]; PHQ-9@10=9[i9=blank]", "", ("unknown", 0, False)),
        ("PHQ-9@0=16[i9=?]; PHQ-9@10=9[i9=0]", "", ("negative", 0, False)),
        ("GAD-7@0=16", "", ("unknown", 0, False)),
    ],
)
def test_unknown_is_not_negative_and_acknowledged_is_not_positive(
    scores: str, events: str, expected: tuple[str, int, bool]
) -> None:
    rows = caseload_of(Case(as_of=20, scores=scores, events=f"{EVENTS};{events}".strip(";"))).worklist

    row = rows.iloc[0]
    assert (row["item9"], row["item9_answer"], row["item9_acknowledged"]) == expected


def test_item9_of_an_instrument_without_a_safety_item_is_null() -> None:
    found = patient(Case(as_of=20, scores="PHQ-9@0=16[i9=2]; GAD-7@0=12", events=EVENTS))

    assert found["instruments"]["PHQ-9"]["item9"] == "positive"
    assert found["instruments"]["GAD-7"]["item9"] is None


def test_highest_open_answer_grades_the_flag() -> None:
    findings = caseload_of(Case(as_of=20, scores="PHQ-9@0=16[i9=3]; PHQ-9@9=12[i9=1]", events=EVENTS)).findings

    assert findings.loc[findings["rule"] == "S1", "severity"].tolist() == [3]
