"""D1 to D4: worse than at the start, relapsed, rose past the threshold, part of the gain lost."""

import pytest

from tests.domain.clinic import Case, fired, patient

EVENTS = "contact@0;contact@14;med_start@0;review@25"


def level(scores: str, rule: str, **changes: object) -> str | None:
    """Give the level at which a rule fires on day 32, None if it does not."""
    return fired(Case(as_of=32, scores=scores, events=EVENTS).with_(**changes)).get(rule)


@pytest.mark.parametrize(
    ("first", "now", "expected"),
    [
        (16, 20, None), (16, 21, "amber"), (16, 22, "red"),
        (3, 8, "amber"), (3, 9, "amber"), (4, 10, "red"), (5, 10, "amber"), (2, 6, None),
    ],
)  # fmt: skip
def test_phq9_is_worse_from_5_points_amber_at_5_or_below_10(first: int, now: int, expected: str | None) -> None:
    assert level(f"PHQ-9@0={first}; PHQ-9@30={now}", "D1/PHQ-9") == expected


@pytest.mark.parametrize(
    ("first", "now", "expected"), [(12, 15, None), (12, 16, "red"), (5, 9, "amber"), (6, 10, "red")]
)
def test_gad7_is_worse_from_4_points_amber_only_below_10(first: int, now: int, expected: str | None) -> None:
    assert level(f"GAD-7@0={first}; GAD-7@30={now}", "D1/GAD-7") == expected


@pytest.mark.parametrize(
    ("first", "now", "expected"), [(40, 54, None), (40, 55, "red"), (10, 25, "amber"), (17, 33, "red")]
)
def test_pcl5_is_worse_by_its_own_reliable_change_amber_below_33(first: int, now: int, expected: str | None) -> None:
    assert level(f"PCL-5@0={first}; PCL-5@30={now}", "D1/PCL-5") == expected


@pytest.mark.parametrize(
    ("first", "now", "expected"), [(15, 13, None), (15, 12, "red"), (25, 20, "amber"), (9, 20, None)]
)
def test_who5_is_worse_when_it_falls_because_higher_is_better(first: int, now: int, expected: str | None) -> None:
    assert level(f"WHO-5@0={first}; WHO-5@30={now}", "D1/WHO-5") == expected


def test_instrument_without_a_reliable_change_is_never_called_worse() -> None:
    assert fired(Case(as_of=20, scores="EPDS@0=5; EPDS@10=25; AUDIT-C@0=0; AUDIT-C@10=12", events=EVENTS)).keys() == {
        "R1"
    }


def test_screener_is_never_followed() -> None:
    found = fired(Case(as_of=32, scores="PHQ-2@0=1; PHQ-2@30=6", events=EVENTS))

    assert found == {"M0": "stale"}


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@0=20; PHQ-9@10=9; PHQ-9@30=13", None),
        ("PHQ-9@0=20; PHQ-9@10=9; PHQ-9@30=14", "red"),
        ("PHQ-9@0=20; PHQ-9@10=4; PHQ-9@30=9", None),
        ("PHQ-9@0=20; PHQ-9@10=4; PHQ-9@30=10", "red"),
        ("PHQ-9@0=20; PHQ-9@10=11; PHQ-9@30=19", None),
        ("PHQ-9@0=20; PHQ-9@30=19", None),
        ("PHQ-9@0=9; PHQ-9@10=4; PHQ-9@30=15", None),
    ],
)
def test_relapse_needs_an_improved_score_ten_now_and_five_from_the_best(scores: str, expected: str | None) -> None:
    assert level(scores, "D2/PHQ-9") == expected


@pytest.mark.parametrize(("now", "expected"), [(12, None), (13, "red")])
def test_gad7_relapses_by_4_points_from_the_best(now: int, expected: str | None) -> None:
    assert level(f"GAD-7@0=16; GAD-7@10=9; GAD-7@30={now}", "D2/GAD-7") == expected


@pytest.mark.parametrize(("now", "expected"), [(9, None), (10, "red")])
def test_in_relapse_prevention_ten_is_a_relapse_however_small_the_rise(now: int, expected: str | None) -> None:
    scores = f"PHQ-9@0=20; PHQ-9@10=8; PHQ-9@30={now}"

    assert level(scores, "D2/PHQ-9", status="relapse prevention", since=12) == expected


def test_best_score_counts_wherever_it_lies_between_baseline_and_now() -> None:
    assert level("PHQ-9@0=20; PHQ-9@5=4; PHQ-9@10=9; PHQ-9@20=9; PHQ-9@30=11", "D2/PHQ-9") == "red"


@pytest.mark.parametrize(
    ("first", "now", "expected"), [(9, 9, None), (9, 10, "amber"), (9, 13, "amber"), (9, 14, "red"), (10, 11, None)]
)
def test_rise_past_ten_from_below_is_amber_and_red_from_5_points(first: int, now: int, expected: str | None) -> None:
    assert level(f"PHQ-9@0={first}; PHQ-9@30={now}", "D3/PHQ-9") == expected


@pytest.mark.parametrize(("now", "expected"), [(12, "amber"), (13, "red")])
def test_gad7_rise_past_ten_is_red_from_4_points(now: int, expected: str) -> None:
    assert level(f"GAD-7@0=9; GAD-7@30={now}", "D3/GAD-7") == expected


def test_pcl5_has_no_rise_past_the_threshold() -> None:
    assert level("PCL-5@0=20; PCL-5@30=50", "D3/PCL-5") is None


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@0=20; PHQ-9@10=12; PHQ-9@30=17", None),
        ("PHQ-9@0=20; PHQ-9@10=12; PHQ-9@30=18", "amber"),
        ("PHQ-9@0=16; PHQ-9@10=14; PHQ-9@30=21", None),  # D1 fires, so D4 does not
        ("PHQ-9@0=20; PHQ-9@10=4; PHQ-9@30=12", None),  # D2 fires
        ("PHQ-9@0=9; PHQ-9@10=3; PHQ-9@30=11", None),  # B below 10
        ("GAD-7@0=18; GAD-7@10=12; GAD-7@30=15", None),
        ("GAD-7@0=18; GAD-7@10=12; GAD-7@30=16", "amber"),
    ],
)
def test_part_of_the_gain_is_lost_from_6_points_without_relapse(scores: str, expected: str | None) -> None:
    instrument = scores[:5]

    assert level(scores, f"D4/{instrument}") == expected


def test_gad7_improves_while_phq9_worsens_and_both_are_said() -> None:
    case = Case(as_of=32, scores="PHQ-9@0=14; GAD-7@0=16; PHQ-9@30=20; GAD-7@30=7", events=EVENTS)

    found = patient(case)

    assert fired(case) == {"D1/PHQ-9": "red", "T3/PHQ-9": "red", "T1/GAD-7": "ok"}
    assert found["state"] == {"class": "deteriorated", "instrument": "PHQ-9"}


def test_baseline_zero_has_points_and_no_percentage() -> None:
    found = patient(Case(as_of=32, scores="PHQ-9@0=0; PHQ-9@30=6", events=EVENTS))

    assert found["instruments"]["PHQ-9"]["percent"] is None
    assert found["findings"][0]["reason"] == (
        "Worse: PHQ-9 0 to 6 at week 4, up 6. A rise of 6 or more is more than measurement error."
    )


def test_phq9m_and_phq9_are_one_series() -> None:
    assert fired(Case(as_of=32, age=15, scores="PHQ-9M@0=14; PHQ-9@30=20", events=EVENTS))["D1/PHQ-9"] == "red"


def test_later_of_two_scores_on_one_day_counts() -> None:
    assert level("PHQ-9@0=16; PHQ-9@30=16; PHQ-9@30=22", "D1/PHQ-9") == "red"
    assert level("PHQ-9@0=16; PHQ-9@30=22; PHQ-9@30=16", "D1/PHQ-9") is None


def test_incomplete_form_has_no_total_that_could_be_worse() -> None:
    assert level("PHQ-9@0=16; PHQ-9@30=22[incomplete]", "D1/PHQ-9") is None
