"""Kinds other than scores: canonical headings, closed lists, dates and numbers."""

import pytest

from bhi_core.domain.records import KINDS
from bhi_core.intake.headings import canonical
from tests.intake.small_files import asked, column, outcomes, read, reasons

CANONICAL = {
    "patients": (
        ("MRN,First name,LAST_NAME,birth-date,Sex,Race,Ethnicity,Language,Payer,Site,PCP"),
        "A,Wren,Alder,1984-05-02,F,,,English,Self-pay,North,Dr. Hale",
    ),
    "episodes": (
        (
            "MRN,Enrolled on,Status,Status since,Care manager,Consultant,Follow-up weeks,Condition,"
            "Primary instrument,Consent on,Closed on,Reason,Site"
        ),
        "A,2026-01-05,Active,2026-01-05,Quill,Vane,2,depression,PHQ-9,2026-01-05,,,North",
    ),
    "contacts": (
        "MRN,Date,Kind,Modality,Attended,Minutes,Staff,Next due",
        "A,2026-01-05,follow-up,phone,yes,20,Quill,2026-12-01",
    ),
    "treatments": ("MRN,Date,Change,Treatment,Dose,Why", "A,2026-01-05,dose up,sertraline,100 mg,partial response"),
    "reviews": (
        ("MRN,Date,Consultant,Discussed,Recommendation,Category,Owner,Due"),
        "A,2026-01-05,Vane,sleep,raise dose,dose,Quill,2026-12-01",
    ),
    "safety": ("MRN,Date,Kind,Level,By,Outcome", "A,2026-01-05,acknowledged,,Quill,assessed"),
    "plans": (
        ("MRN,Date,Medications to continue,Warning signs,What helps,Contacts"),
        "A,2026-01-05,sertraline,no sleep,walking,sister",
    ),
    "coverage": ("MRN,Payer,From,To", "A,Medicaid managed care,2026-01-01,2026-12-31"),
    "diagnoses": ("MRN,Code,Onset,End", "A,F32.1,2026-01-05,"),
}


@pytest.mark.parametrize("kind", CANONICAL)
def test_canonical_headings_need_no_mapping(kind: str) -> None:
    head, line = CANONICAL[kind]

    parsed = read(f"{head}\n{line}\n", kind=kind)

    assert outcomes(parsed) == ["accepted"]
    assert parsed.unmapped == []
    assert list(parsed.records.columns) == ["line", "record", *KINDS[kind], "recorded_at"]
    filled = {field for field in KINDS[kind] if parsed.records[field].notna().all()}
    assert len(filled) == sum(bool(cell) for cell in line.split(","))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_its_canonical_columns_and_the_moment_of_recording(kind: str) -> None:
    assert {"mrn", "recordedat"} <= set(canonical(kind))


@pytest.mark.parametrize(
    ("kind", "head", "cell", "word"),
    [
        ("contacts", "Kind", "Initial assessment", "assessment"),
        ("contacts", "Kind", "NO SHOW", "no show"),
        ("contacts", "Kind", "Follow up", "follow-up"),
        ("treatments", "Change", "Therapy-Start", "therapy start"),
        ("safety", "Kind", "c-ssrs", "C-SSRS"),
    ],
)
def test_words_of_closed_lists_are_matched_without_case(kind: str, head: str, cell: str, word: str) -> None:
    parsed = read(f"MRN,Date,{head},By,Outcome\nA,2026-01-05,{cell},Q,seen\n", kind=kind)

    assert column(parsed, head.lower()) == [word]


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("telephone", "phone"),
        ("Office", "in person"),
        ("face to face", "in person"),
        ("In-Person", "in person"),
        ("VIDEO", "video"),
    ],
)
def test_modalities_have_their_synonyms(cell: str, word: str) -> None:
    parsed = read(f"MRN,Date,Kind,Modality\nA,2026-01-05,follow-up,{cell}\n", kind="contacts")

    assert column(parsed, "modality") == [word]


@pytest.mark.parametrize(
    ("cell", "attended"),
    [
        ("Y", True),
        ("true", True),
        ("1", True),
        ("Attended", True),
        ("n", False),
        ("FALSE", False),
        ("0", False),
        ("No-show", False),
        ("Cancelled", False),
    ],
)
def test_attended_has_its_synonyms(cell: str, attended: bool) -> None:
    parsed = read(f"MRN,Date,Kind,Attended\nA,2026-01-05,follow-up,{cell}\n", kind="contacts")

    assert column(parsed, "attended") == [attended]


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        (
            "contacts",
            "A,2026-01-05,chat,,",
            '"chat" is not a kind of contact: use assessment, follow-up, outreach, no show, other',
        ),
        (
            "contacts",
            "A,2026-01-05,follow-up,Telehealth,",
            '"Telehealth" is not a modality: use in person, video, phone, portal',
        ),
        ("contacts", "A,2026-01-05,follow-up,phone,maybe", '"maybe" is not a yes or no: use yes, no'),
        ("contacts", "A,,follow-up,phone,yes", "No date"),
        ("contacts", "A,2026-01-05,,phone,yes", "No kind"),
        ("contacts", "A,2071-01-05,follow-up,phone,yes", "in the future"),
    ],
)
def test_other_words_and_bad_dates_reject_their_line(kind: str, line: str, said: str) -> None:
    parsed = read(f"MRN,Date,Kind,Modality,Attended\nB,2026-01-05,other,video,no\n{line}\n", kind=kind)

    assert outcomes(parsed) == ["accepted", "rejected"]
    assert said in reasons(parsed, 3)


@pytest.mark.parametrize(
    ("minutes", "fine"),
    [("20", True), ("0", True), ("", True), ("1 hr", False), ("12.5", False), ("-5", False), ("2000", False)],
)
def test_minutes_are_whole_and_no_longer_than_a_day(minutes: str, fine: bool) -> None:
    parsed = read(f"MRN,Date,Kind,Minutes\nA,2026-01-05,follow-up,{minutes}\n", kind="contacts")

    assert outcomes(parsed) == ["accepted" if fine else "rejected"]


def test_contacts_without_attended_count_by_their_kind_and_it_is_said() -> None:
    parsed = read(
        "MRN,Date,Kind\nA,2026-01-05,follow-up\nA,2026-01-06,no show\nA,2026-01-07,outreach\n", kind="contacts"
    )

    assert column(parsed, "attended") == [True, False, False]
    assert any("3 contacts without Attended" in note for note in parsed.notes)


def test_what_is_planned_may_lie_ahead_and_what_happened_may_not() -> None:
    contacts = read("MRN,Date,Kind,Next due\nA,2026-01-05,follow-up,2026-12-24\n", kind="contacts")
    coverage = read("MRN,Payer,From,To\nA,dual,2026-12-24,\nB,dual,2026-01-01,2030-01-01\n", kind="coverage")

    assert outcomes(contacts) == ["accepted"]
    assert outcomes(coverage) == ["rejected", "accepted"]


def test_episode_has_an_instrument_and_weeks_that_make_sense() -> None:
    head = "MRN,Enrolled on,Follow-up weeks,Primary instrument\n"

    parsed = read(
        head + "A,2026-01-05,0,\nB,2026-01-05,2,gad 7\nC,2026-01-05,,PHQ-8\nD,2026-01-05,1.5,44261-6\n", kind="episodes"
    )

    assert outcomes(parsed) == ["rejected", "accepted", "rejected", "accepted"]
    assert column(parsed, "primary_instrument") == ["gad7", "phq9"]
    assert column(parsed, "follow_up_weeks") == [2, 1.5]


def test_episode_without_a_status_is_active_and_one_that_closes_early_is_rejected() -> None:
    head = "MRN,Enrolled on,Status,Closed on\n"

    parsed = read(
        head + "A,2026-01-05,,\nB,2026-01-05,,2026-03-01\nC,2026-01-05,graduated,2025-12-01\n", kind="episodes"
    )

    assert outcomes(parsed) == ["accepted", "accepted", "rejected"]
    assert column(parsed, "status") == ["active", "other"]
    assert "The closing date is before the enrolment date." in reasons(parsed, 4)


def test_acknowledgement_needs_by_and_outcome() -> None:
    parsed = read("MRN,Date,Kind,By,Outcome\nA,2026-01-05,acknowledged,Quill,\nB,2026-01-05,cleared,,\n", kind="safety")

    assert outcomes(parsed) == ["rejected", "accepted"]
    assert "needs By and Outcome" in reasons(parsed, 2)


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("1975-02-29", "not a date"),
        ("2071-01-01", "birth date in the future"),
        ("1890-01-01", "before 1900"),
        ("1899-12-30", ""),
    ],
)
def test_impossible_birth_dates_reject_and_dummy_ones_are_missing(born: str, said: str) -> None:
    parsed = read(f"MRN,DOB\nA,{born}\nB,1984-05-02\n", kind="patients")

    assert outcomes(parsed)[0] == ("rejected" if said else "accepted")
    assert said in reasons(parsed, 2)


def test_name_in_one_column_makes_first_and_last_name_of_a_patient() -> None:
    parsed = read(
        'MRN,Name\nA,"Alder, Wren"\n', '[mapping]\npatient_id = "MRN"\npatient_name = "Name"', kind="patients"
    )

    assert column(parsed, "last_name") == ["Alder"]
    assert column(parsed, "first_name") == ["Wren"]


def test_needed_column_that_is_not_found_is_asked() -> None:
    assert asked(read("MRN,Date,Minutes\nA,2026-01-05,20\n", kind="contacts")) == ["kind"]
    assert asked(read("MRN,Code\nA,F32.1\n", kind="diagnoses")) == ["onset"]


def test_headings_that_clinics_use_are_found_when_their_words_fit() -> None:
    parsed = read("MRN,Contact date,Type,Clinician\nA,2026-01-05,Follow-up,Quill\n", kind="contacts")

    assert column(parsed, "kind") == ["follow-up"]
    assert column(parsed, "staff") == ["Quill"]


def test_field_left_out_by_the_mapping_is_not_taken() -> None:
    parsed = read("MRN,Date,Kind,Staff\nA,2026-01-05,other,Quill\n", '[mapping]\nstaff = ""', kind="contacts")

    assert column(parsed, "staff") == [None]
    assert parsed.unmapped == ["Staff"]


def test_order_of_dates_is_asked_for_other_kinds_too() -> None:
    text = "MRN,Date,Kind\nA,03/04/2025,other\n"

    assert asked(read(text, kind="contacts")) == ["date_order"]
    assert outcomes(read(text, '[answers]\ndate_order="DMY"', kind="contacts")) == ["accepted"]
