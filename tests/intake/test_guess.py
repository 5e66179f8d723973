"""What headings are taken for: the table of headings of real files, row by row."""

from typing import Any

import pytest

from bhi_core.domain.instruments import registry
from bhi_core.intake import guess_as_json, open_file
from bhi_core.intake.headings import may_be_a_date
from bhi_core.intake.score_headings import understand
from tests.intake.small_files import TODAY, asked, column, read, scores

PATIENT_IDS = (
    "record_id", "PatientID", "PATID", "PTID", "PatientICN", "Person_ID", "id", "SEQN", "user_id", "UserID", "MRN",
    "PAT_MRN_ID", "EMPI", "Arb_PersonId", "participantId", "study_id", "pid", "uid", "sessionId",
    "ExternalReference", "token", "Patientennummer", "Expediente",
    "Patient ID", "Patient MRN", " mrn\u00a0",
)  # fmt: skip
SCORE_DATES = (
    "SurveyGivenDateTime", "phq9_date", "Date", "Timestamp", "taken_at", "submitted_at", "completed_at",
    "VisitDate", "FlowsheetDate", "measure_date", "measurement_date", "observation_datetime",
    "Der_AssToolCompDate", "PRO_DATE", "session_date", "StartDate", "EndDate", "RecordedDate", "submitdate",
    "Fecha", "Datum", "Date_of_PHQ-9",
    "Visit Date",
)  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    PATIENT_IDS,
)
def test_heading_of_a_patient_s_id_is_found(heading: str) -> None:
    assert column(read(f"{heading},Date,PHQ-9\n0017,2026-01-05,9\n"), "patient_id") == ["0017"]


@pytest.mark.parametrize(
    "heading",
    SCORE_DATES,
)
def test_heading_of_a_score_s_date_is_found(heading: str) -> None:
    assert scores(read(f"MRN,{heading},PHQ-9\nA,2026-01-05,9\n")) == [(2, "phq9", "2026-01-05", 9)]


@pytest.mark.parametrize(
    "heading",
    [
        "Date of Birth",
        "DOB",
        "birth_date",
        "Fecha de nacimiento",
        "Geburtsdatum",
        "enrolled",
        "date_next_follow_up_due",
        "Run on",
        "ReferralRequestReceivedDate",
        "ServDischDate",
    ],
)
def test_heading_that_never_dates_a_score_is_not_taken(heading: str) -> None:
    assert not may_be_a_date(heading)
    assert asked(read(f"MRN,{heading},PHQ-9\nA,2026-01-05,9\n")) == ["date"]


@pytest.mark.parametrize(
    ("heading", "instrument"),
    [
        *(
            (one, "phq9")
            for one in (
                "phq9_total",
                "PHQ-9 Total Score",
                "phq9_score",
                "PHQ9",
                "PHQ9_Total_Score",
                "PHQ-9 Summe",
                "PHQ-9 (0-27)",
                "44261-6",
                "Depression (PHQ-9)",
                "phq9TotalScore",
                "PHQ9total",
            )
        ),
        *((one, "gad7") for one in ("gad7_score", "GAD7", "gad7_total", "GAD-7 Total Score", "Anxiety GAD-7 score")),
        ("AUDIT-C total", "auditc"),
        ("PHQ-9M Score", "phq9m"),
        ("phq2_total", "phq2"),
        ("WHO-5", "who5"),
        ("EPDS total", "epds"),
    ],
)
def test_heading_of_a_total_names_its_instrument(heading: str, instrument: str) -> None:
    assert scores(read(f"MRN,Date,{heading}\nA,2026-01-05,5\n")) == [(2, instrument, "2026-01-05", 5)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("initial_phq9_score,initial_phq9_date", "last_phq9_score,last_phq9_date"),
        ("PHQ9_FirstScore,PHQ9_FirstDate", "PHQ9_LastScore,PHQ9_LastDate"),
        ("First_PHQ9_score,Date_first_PHQ9", "Most_recent_PHQ9,Date_most_recent_PHQ9"),
        ("IC_FIRST_PHQ9,First date", "Last PHQ-9,Last date"),
        ("PHQ9 baseline,Baseline date", "PHQ9 week 8,Week 8 date"),
        ("phq9_wk4,date_wk4", "phq9_wk12,date_wk12"),
        ("PHQ9_1,PHQ9_date_1", "PHQ9_2,PHQ9_date_2"),
        ("PHQ-9,Date", "PHQ-9,Date"),
    ],
)
def test_scores_of_several_occasions_are_paired_with_their_dates(first: str, last: str) -> None:
    parsed = read(f"MRN,{first},{last}\nA,16,2026-01-05,11,2026-03-05\n")

    assert [one[2:] for one in scores(parsed)] == [("2026-01-05", 16), ("2026-03-05", 11)]


def test_score_of_an_occasion_without_a_date_of_its_own_is_asked() -> None:
    assert asked(read("MRN,PHQ9 baseline,PHQ9 week 8\nA,16,11\n")) == ["date"]


@pytest.mark.parametrize(
    ("instrument", "value"),
    [
        ("FlowsheetRowDisplayName", "Value"),
        ("SurveyName", "RawScore"),
        ("Der_AssessmentToolName", "PersScore"),
        ("PRO_MEASURE_NAME", "PRO_MEASURE_SCORE"),
        ("measurement_source_value", "value_as_number"),
        ("Instrument", "Score"),
        ("Measure", "Total"),
    ],
)
def test_long_tables_are_recognised(instrument: str, value: str) -> None:
    parsed = read(f"MRN,Date,{instrument},{value}\nA,2026-01-05,PHQ-9,9\nA,2026-01-05,70274-6,5\n")

    assert [one[1] for one in scores(parsed)] == ["phq9", "gad7"]


ITEMS = {
    "phq9_1": [f"phq9_{n}" for n in range(1, 10)],
    "PHQ9_Q1": [f"PHQ9_Q{n}" for n in range(1, 10)],
    "phq9_q01": [f"phq9_q{n:02d}" for n in range(1, 10)],
    "PHQ9_QUESTION_1": [f"PHQ9_QUESTION_{n}" for n in range(1, 10)],
    "phq1": [f"phq{n}" for n in range(1, 10)],
    "DPQ010": [f"DPQ0{n}0" for n in range(1, 10)],
    "PHQ-9 item 1": [f"PHQ-9 item {n}" for n in range(1, 10)],
    "text": [item.text for item in registry()["phq9"].items],
    "numbered text": [f"{n}. {item.text}" for n, item in enumerate(registry()["phq9"].items, 1)],
    "stem - text": [f"Over the last 2 weeks - {item.text}" for item in registry()["phq9"].items],
    "stem [text]": [f"Over the last 2 weeks, how often? [{item.text}]" for item in registry()["phq9"].items],
    "LOINC": [str(item.loinc) for item in registry()["phq9"].items],
}


@pytest.mark.parametrize("spelling", ITEMS)
@pytest.mark.parametrize("shuffled", [False, True])
def test_items_of_phq9_are_found_in_the_form_s_order(spelling: str, shuffled: bool) -> None:
    pairs = list(zip(ITEMS[spelling], "012301230", strict=True))
    pairs = pairs[::-1] if shuffled else pairs
    head = ",".join(f'"{name}"' for name, _ in pairs)

    parsed = read(f"MRN,Date,{head}\nA,2026-01-05,{','.join(answer for _, answer in pairs)}\n")

    assert column(parsed, "items") == ["0,1,2,3,0,1,2,3,0"]
    assert scores(parsed) == [(2, "phq9", "2026-01-05", 12)]


@pytest.mark.parametrize(
    ("heading", "spelling"),
    [
        ("phq9_10", "phq9_1"),
        ("PHQ9_DIFFICULTY_FUNCTIONING", "phq9_1"),
        ("DPQ100", "DPQ010"),
        ("69722-7", "LOINC"),
        ("phq10", "phq1"),
        ("how difficult have these problems made it", "text"),
    ],
)
def test_functional_item_is_found_and_never_added(heading: str, spelling: str) -> None:
    head = ",".join(f'"{name}"' for name in ITEMS[spelling])

    parsed = read(f"MRN,Date,{head},{heading}\nA,2026-01-05,0,1,2,3,0,1,2,3,0,2\n")

    assert column(parsed, "functional") == [2]
    assert scores(parsed)[0][3] == 12


@pytest.mark.parametrize("heading", ["Item9", "phq9_item9_score", "display_I9", "44260-8"])
def test_item_9_alone_is_found_beside_a_total(heading: str) -> None:
    parsed = read(f"MRN,Date,PHQ-9,{heading}\nA,2026-01-05,9,1\nB,2026-01-05,9,0\n")

    assert column(parsed, "safety_answer") == [1, 0]


@pytest.mark.parametrize(
    "heading",
    [
        "Percent_Change_PHQ9",
        "change_in_PHQ9",
        "phq9_severity",
        "PHQ_9_rating",
        "PHQ9_Category",
        "ReliableImprovement_Flag",
        "Weeks Since I/A",
        "phq9_count",
        "PHQ-9 Completed Today",
        "phq9_complete",
        "PHQ-8",
        "PHQ-15 total",
    ],
)
def test_derived_columns_and_other_questionnaires_are_never_a_score(heading: str) -> None:
    assert understand(heading, registry()).role in ("derived", "state", "other", "foreign")
    parsed = read(f"MRN,Date,PHQ-9,{heading}\nA,2026-01-05,9,2\n")
    assert scores(parsed) == [(2, "phq9", "2026-01-05", 9)]
    assert heading in parsed.unmapped


def test_phq2_is_found_where_only_its_two_questions_are() -> None:
    head = ",".join(f'"{item.text}"' for item in registry()["phq2"].items)

    assert scores(read(f"MRN,Date,{head}\nA,2026-01-05,0,2\n")) == [(2, "phq2", "2026-01-05", 2)]


def test_eight_question_texts_are_asked() -> None:
    head = ",".join(f'"{name}"' for name in ITEMS["text"][:8])

    assert asked(read(f"MRN,Date,{head}\nA,2026-01-05,0,1,2,3,0,1,2,3\n")) == ["measure"]


def test_two_forms_side_by_side_are_told_apart() -> None:
    gad7 = [f"gad7_{n}" for n in range(1, 8)]
    head = ",".join([*ITEMS["phq9_1"], *gad7, "gad7_total", "phq9_total"])

    parsed = read(f"MRN,Date,{head}\nA,2026-01-05,0,1,2,3,0,1,2,3,0,1,1,1,1,1,1,0,6,12\n")

    assert [one[1::2] for one in scores(parsed)] == [("gad7", 6), ("phq9", 12)]


def test_columns_of_one_total_named_twice_are_asked() -> None:
    assert asked(read("MRN,Date,PHQ9,PHQ-9 Total Score\nA,2026-01-05,9,9\n")) == ["measure"]


def test_guess_says_what_it_found_why_and_how_sure() -> None:
    text = b"MRN,Date,PHQ-9,Score\nA,2026-01-05,9,1\n"

    document = guess_as_json(open_file(text, "scores.csv", "scores", None, as_of=TODAY))

    assert document["mapping"]["mapping"] == {"patient_id": "MRN", "date": "Date"}
    assert document["mapping"]["measure"] == [{"instrument": "phq9", "total": "PHQ-9"}]
    assert document["questions"][0] == {
        "about": "measure",
        "column": "Score",
        "ask": 'Which questionnaire does "Score" hold? It could be more than one.',
        "options": [],
    }
    assert {
        "field": "phq9 total",
        "heading": "PHQ-9",
        "how_sure": "sure",
        "why": "The heading names PHQ-9.",
    } in document["because"]
    assert (document["rows"], document["accepted"], document["lines"]) == (1, 0, [])


def test_mapping_kept_for_a_layout_is_used_for_the_next_file_of_it() -> None:
    kept: dict[str, Any] = {
        "mapping": {"patient_id": "MRN", "date": "Visit"},
        "measure": [{"instrument": "gad7", "total": "Score"}],
    }
    layouts = []

    def keeper(layout: str) -> dict[str, Any]:
        layouts.append(layout)
        return kept

    opened = open_file(b"MRN,Visit,Score\nA,2026-01-05,9\n", "scores.csv", "scores", None, as_of=TODAY, kept=keeper)

    assert layouts == ["MRN\x1fVisit\x1fScore"]
    assert scores(opened.parsed) == [(2, "gad7", "2026-01-05", 9)]


def test_two_scores_of_a_line_never_share_one_date_unasked() -> None:
    assert asked(read("MRN,Date,PHQ9 baseline,PHQ9 week 8\nA,2026-01-05,9,8\n")) == ["date"]


def test_date_of_enrolment_or_discharge_is_never_a_score_s() -> None:
    text = "MRN,PHQ9 at enrollment,enrollment date,PHQ9 at discharge,discharge date\nA,9,2026-01-05,8,2026-02-05\n"

    assert asked(read(text)) == ["date"]


def test_word_after_an_instrument_s_name_is_no_part_of_it() -> None:
    assert understand("PHQ9 at intake", registry()).instrument == "phq9"
    assert understand("PHQ9 m3", registry()).occasion == "m3"
    assert understand("phq9m_1", registry()).instrument == "phq9m"


def test_half_of_a_long_table_that_is_mapped_finds_the_other() -> None:
    parsed = read("MRN,Date,Tool,Score\nA,2026-01-05,PHQ-9,8\n", '[mapping]\ninstrument="Tool"')

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 8)]


def test_value_without_an_instrument_is_asked() -> None:
    assert asked(read("MRN,Date,Thing\nA,2026-01-05,8\n", '[mapping]\ntotal="Thing"')) == ["measure"]


def test_two_heading_rows_pair_scores_and_dates_by_their_group() -> None:
    weeks = ",4 weeks,,12 weeks,\nMRN,Date,PHQ-9,Date,PHQ-9\nA,2026-01-05,14,2026-03-02,9\nB,2026-01-06,,2026-03-03,7\n"
    forms = ",PHQ-9,,GAD-7,\nMRN,Date,Score,Date,Score\nA,2026-01-05,14,2026-03-02,9\nB,2026-01-06,,2026-03-03,7\n"

    assert [one[1:] for one in scores(read(weeks))][:2] == [("phq9", "2026-01-05", 14), ("phq9", "2026-03-02", 9)]
    assert [one[1:] for one in scores(read(forms))][:2] == [("phq9", "2026-01-05", 14), ("gad7", "2026-03-02", 9)]


def test_whole_forms_of_two_occasions_keep_their_own_answers_and_dates() -> None:
    first, last = (",".join(f"{when}_phq9_{number}" for number in range(1, 10)) for when in ("bl", "w8"))
    text = f"MRN,bl_date,{first},w8_date,{last}\nA,2026-01-05,1,1,1,1,1,1,1,1,0,2026-03-05,0,0,0,0,0,0,0,0,1\n"

    parsed = read(text)

    assert [one[2:] for one in scores(parsed)] == [("2026-01-05", 8), ("2026-03-05", 1)]
    assert column(parsed, "safety_answer") == [0, 1]
