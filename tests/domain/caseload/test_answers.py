"""The headline, and the answer to "why is this patient not listed?"."""

import pytest

from bhi_core.domain.caseload import explain, headline
from tests.domain.clinic import Case, caseload_of, registry_of

QUIET = Case(as_of=20, scores="PHQ-9@0=16[i9=0]", events="contact@0;contact@14;review@15")
FLAGGED = QUIET.with_(scores="PHQ-9@0=16[i9=2]")
LATE = QUIET.with_(follow_up_weeks=0.5)


def said(*cases: Case, whose: str = "active patients") -> str:
    """Give the headline of some patients."""
    return headline(caseload_of(*cases).worklist, whose)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        (
            [FLAGGED, FLAGGED, QUIET, LATE, LATE],
            "2 of 5 active patients need the team this week; 2 have an open safety flag, 2 are overdue for contact.",
        ),
        (
            [FLAGGED, QUIET, LATE],
            "1 patient needs the team this week, of 3 active patients; "
            "1 has an open safety flag, 1 is overdue for contact.",
        ),
        (
            [QUIET, QUIET],
            "None of 2 active patients needs the team this week; "
            "none has an open safety flag, none is overdue for contact.",
        ),
        (
            [FLAGGED],
            "1 patient needs the team this week, of 1 active patient; "
            "1 has an open safety flag, none is overdue for contact.",
        ),
        (
            [
                FLAGGED,
                FLAGGED,
                FLAGGED.with_(status="relapse prevention", since=5),
                FLAGGED.with_(status="lost", closed=5),
            ],
            "2 of 2 active patients need the team this week, besides 1 of 1 in relapse prevention and 1 whose care is "
            "closed; "
            "4 have an open safety flag, none is overdue for contact.",
        ),
    ],
)
def test_headline_counts_in_one_sentence(cases: list[Case], expected: str) -> None:
    assert said(*cases) == expected


def test_headline_of_some_names_whose_they_are() -> None:
    sentence = said(FLAGGED, QUIET, whose="D. Reyes's patients")

    assert sentence.startswith("1 of 2 of D. Reyes's patients needs the team this week; ")


def test_headline_of_nobody_says_so() -> None:
    assert said(Case(as_of=-50)).startswith("There are no active patients; none has")


def answer(text: str, *cases: Case, shown_as: str = "") -> str:
    """Give the only answer."""
    (found,) = explain(caseload_of(*cases), registry_of(*cases), text, shown_as)
    return found.sentence.replace("\u202f", " ")


def test_listed_patient_is_named_with_the_group_and_the_view_that_hides_it() -> None:
    case = QUIET.with_(as_of=60, scores="PHQ-9@0=9; PHQ-9@50=8", mrn="007")

    assert answer("007", case) == 'In "Review due". Case review due: last 20 Jan, 45 days ago.'
    assert answer(" 007 ", case, shown_as="Need the team") == (
        'In "Review due", which is not shown under "Need the team". Case review due: last 20 Jan, 45 days ago.'
    )


def test_unlisted_patient_has_the_reason_of_the_list() -> None:
    assert answer("0001", QUIET) == "No second score yet: PHQ-9 16 on 5 Jan, no score since."


def test_closed_patient_has_date_and_word() -> None:
    closed = QUIET.with_(status="graduated", closed=15)

    assert answer("0001", closed) == "Closed 20 Jan 2026: graduated (goals met)."


def test_unknown_patient_is_not_there_and_nothing_says_whether_elsewhere() -> None:
    assert answer("99999", QUIET) == "No patient with that MRN or name."
    assert answer("  ", QUIET) == "No patient with that MRN or name."


def test_patient_who_is_not_enrolled_yet_is_known() -> None:
    assert answer("0001", Case(as_of=-50)) == "Known, but not enrolled in an episode."


def test_name_finds_everyone_who_has_it() -> None:
    cases = [QUIET.with_(mrn="12"), QUIET.with_(mrn="123"), QUIET.with_(mrn="4")]

    found = explain(caseload_of(*cases), registry_of(*cases), "pat 12")

    assert [explanation.name for explanation in found] == ["Test, Pat 12", "Test, Pat 123"]
    assert [explanation.patient_id for explanation in found] == [1, 2]


def test_mrn_goes_before_a_name() -> None:
    cases = [QUIET.with_(mrn="Test"), QUIET.with_(mrn="2")]

    found = explain(caseload_of(*cases), registry_of(*cases), "test")

    assert [explanation.patient_id for explanation in found] == [1]
