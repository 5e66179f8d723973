"""The figures of the caseload: each n of N, and the patients behind both."""

from dataclasses import replace

import pytest

from bhi_core.domain.caseload import Figure, summary
from tests.domain.clinic import Case, caseload_of, registry_of

QUIET = Case(as_of=100, scores="PHQ-9@0=16[i9=0]; PHQ-9@95=15", events="contact@0;contact@14;contact@95;review@95")


def figure(label: str, *cases: Case, section: str | None = None, **options: object) -> Figure:
    """Give the figure with this label."""
    found = summary(caseload_of(*cases, **options), registry_of(*cases))
    return next(one for one in found if one.label == label and section in (None, one.section))


@pytest.mark.parametrize(("day", "expected"), [(69, 0), (70, 1)])
def test_measured_and_reached_count_30_days_back_inclusive(day: int, expected: int) -> None:
    case = QUIET.with_(scores=f"PHQ-9@0=16; PHQ-9@{day}=15", events=f"contact@0;contact@{day}")

    assert figure("Measured, 30 days", case).numerator == expected
    assert figure("Reached, 30 days", case).numerator == expected


def test_only_active_patients_are_asked_to_be_measured_monthly() -> None:
    cases = [QUIET, QUIET.with_(status="relapse prevention", since=50), QUIET.with_(status="lost", closed=50)]

    measured = figure("Measured, 30 days", *cases)

    assert (measured.count, measured.of_whom) == ("1 of 1", "active patients")
    assert (measured.patient_ids, measured.of_patient_ids) == ((1,), (1,))


@pytest.mark.parametrize(("second", "expected"), [(28, 1), (29, 0)])
def test_first_follow_up_is_in_time_until_day_28_and_a_late_one_stays_late(second: int, expected: int) -> None:
    case = QUIET.with_(events=f"contact@0;contact@{second}")

    assert figure("First follow-up within 4 weeks", case).numerator == expected


def test_first_follow_up_counts_those_enrolled_4_weeks() -> None:
    assert figure("First follow-up within 4 weeks", QUIET.with_(enrolled=73)).denominator == 0
    assert figure("First follow-up within 4 weeks", QUIET.with_(enrolled=72)).denominator == 1


@pytest.mark.parametrize(
    ("scores", "events", "expected"),
    [
        ("PHQ-9@0=16; PHQ-9@50=15", "review@55", "0 of 1"),
        ("PHQ-9@0=16; PHQ-9@50=15", "review@56", "1 of 1"),
        ("PHQ-9@0=16; PHQ-9@50=15", "review@84", "1 of 1"),
        ("PHQ-9@0=16; PHQ-9@50=15", "review@85", "0 of 1"),
        ("PHQ-9@0=16; PHQ-9@56=9", "review@60", "0 of 0"),  # at target on day 56
        ("PHQ-9@0=16; PHQ-9@57=9", "review@60", "1 of 1"),
        ("PHQ-9@0=16; PHQ-9@50=15; PHQ-9@50=9", "review@60", "0 of 0"),  # the later of the day
        ("PHQ-9@0=16", "", "0 of 1"),  # no score counts as not at target
        ("PHQ-9@0=9; PHQ-9@50=9", "review@60", "0 of 0"),
        ("GAD-7@0=16; GAD-7@50=15", "review@60", "1 of 1"),
    ],
)
def test_consulted_are_those_not_at_target_at_week_8_whose_week_12_is_over(
    scores: str, events: str, expected: str
) -> None:
    case = QUIET.with_(scores=scores, events=f"contact@0;{events}".strip(";"))

    assert figure("Consulted, not at target", case).count == expected
    assert figure("Consulted, not at target", case.with_(as_of=83)).denominator == 0


def test_consulted_follows_the_target_rule() -> None:
    case = QUIET.with_(scores="PHQ-9@0=24; PHQ-9@50=12", events="contact@0;review@60")

    assert figure("Consulted, not at target", case).count == "0 of 0"
    assert figure("Consulted, not at target", case, target_rule="and").count == "1 of 1"


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ("PHQ-9@0=16; PHQ-9@90=8", "1 of 1"),
        ("PHQ-9@0=16; PHQ-9@90=9", "0 of 1"),
        ("PHQ-9@0=16", "0 of 1"),
        ("PHQ-9@31=16; PHQ-9@90=4", "0 of 0"),  # week 10 not reached
        ("PHQ-9@30=16; PHQ-9@90=4", "1 of 1"),
        ("PHQ-9@0=9; PHQ-9@90=4", "0 of 0"),
    ],
)
def test_response_counts_everybody_in_week_10_or_later(scores: str, expected: str) -> None:
    assert figure("Response or better", QUIET.with_(scores=scores)).count == expected


def test_caseload_is_set_against_the_places_of_its_care_managers() -> None:
    size = figure("Caseload filled", QUIET, QUIET)

    assert (size.count, size.share) == ("2 of 100", "2\u202f%")
    assert "80 to 100" in size.of_whom


def test_severity_then_and_now_and_classes_add_up() -> None:
    cases = [QUIET, QUIET.with_(scores="PHQ-9@0=21; PHQ-9@90=4"), QUIET.with_(scores="")]

    figures = summary(caseload_of(*cases), registry_of(*cases))

    for section, whole in (("severity at start", 2), ("severity now", 2), ("class", 3)):
        parts = [one for one in figures if one.section == section and not one.label.startswith("GAD-7")]
        assert sum(one.numerator for one in parts) == whole
    assert figure("PHQ-9 severe", *cases, section="severity at start").patient_ids == (2,)
    assert figure("PHQ-9 minimal", *cases, section="severity now").patient_ids == (2,)
    assert figure("no class", *cases).patient_ids == (3,)
    assert figure("remission", *cases).patient_ids == (2,)


def test_relapse_prevention_plans_are_counted() -> None:
    planned = QUIET.with_(status="relapse prevention", since=50, events="contact@0;rp_plan@50")

    assert (
        figure("Relapse-prevention plan", planned, QUIET.with_(status="relapse prevention", since=50)).count == "1 of 2"
    )


def test_figures_of_some_are_figures_of_the_rows_shown() -> None:
    caseload = caseload_of(QUIET, QUIET.with_(mrn="0002"))
    shown = caseload.worklist[caseload.worklist["mrn"] == "0002"]

    figures = summary(replace(caseload, worklist=shown), registry_of(QUIET, QUIET.with_(mrn="0002")))

    assert figures[0].patient_ids == (2,)
    assert all(set(one.of_patient_ids) <= {2} for one in figures)


def test_nobody_has_no_share() -> None:
    assert all(
        one.share in ("–", "0\u202f%") for one in summary(caseload_of(Case(as_of=-9)), registry_of(Case(as_of=-9)))
    )
