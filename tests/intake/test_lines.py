"""Lines with several scores, none, or dates that are missing or assigned."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.errors import Refused
from tests.intake.small_files import asked, column, outcomes, read, reasons, scores

FIRST_LAST = "MRN,first_phq9_score,first_phq9_date,last_phq9_score,last_phq9_date\n"


def test_same_score_twice_in_a_line_is_one() -> None:
    parsed = read(FIRST_LAST + "A,16,2026-01-05,16,2026-01-05\nB,16,2026-01-05,11,2026-02-05\n")

    assert scores(parsed) == [
        (2, "phq9", "2026-01-05", 16),
        (3, "phq9", "2026-01-05", 16),
        (3, "phq9", "2026-02-05", 11),
    ]
    assert column(parsed, "record") == [0, 0, 1]


def test_two_different_totals_of_one_day_in_a_line_are_two() -> None:
    parsed = read(FIRST_LAST + "A,16,2026-01-05,15,2026-01-05\n")

    assert [one[3] for one in scores(parsed)] == [16, 15]


def test_line_with_a_good_and_a_bad_score_is_mixed() -> None:
    parsed = read(FIRST_LAST + "A,28,2026-01-05,11,2026-02-05\n")

    assert outcomes(parsed) == ["mixed"]
    assert "first_phq9_score: 28 is above" in reasons(parsed, 2)
    assert scores(parsed) == [(2, "phq9", "2026-02-05", 11)]


def test_date_without_a_score_refuses_nothing_and_is_noted() -> None:
    parsed = read(FIRST_LAST + "A,16,2026-01-05,,2026-02-05\nB,16,2026-01-05,,2026-02-30\n")

    assert outcomes(parsed) == ["accepted", "accepted"]
    assert "1 date stands without a score." in parsed.notes


def test_score_without_a_date_is_refused_by_its_column_and_value() -> None:
    parsed = read(FIRST_LAST + "A,16,,11,2026-02-05\n")

    assert outcomes(parsed) == ["mixed"]
    assert "first_phq9_score holds a score (16) without a date" in reasons(parsed, 2)


def test_word_for_missing_beside_a_score_refuses_nothing() -> None:
    parsed = read(FIRST_LAST + "A,16,2026-01-05,N/A,\nB,N/A,,-,\n")

    assert outcomes(parsed) == ["accepted", "rejected"]
    assert 'No score ("N/A")' in reasons(parsed, 3)
    assert 'No score ("-")' in reasons(parsed, 3)


def test_week_columns_under_two_heading_rows_have_their_own_dates() -> None:
    text = ",4 weeks,,12 weeks,\nMRN,Date,PHQ-9,Date,PHQ-9\nA,2026-01-05,14,2026-03-02,9\nB,2026-01-06,,2026-03-03,7\n"
    mapping = """
[file]
header_rows = [1, 2]
first_data_row = 3
[mapping]
patient_id = "MRN"
[[measure]]
instrument = "phq9"
total = "4 weeks / PHQ-9"
date = "4 weeks / Date"
[[measure]]
instrument = "phq9"
total = "12 weeks / PHQ-9"
date = "12 weeks / Date"
"""

    parsed = read(text, mapping)

    assert [one[2:] for one in scores(parsed)] == [("2026-01-05", 14), ("2026-03-02", 9), ("2026-03-03", 7)]


def test_equal_headings_are_paired_by_their_number() -> None:
    mapping = """
[mapping]
patient_id = "MRN"
[[measure]]
instrument = "phq9"
total = "PHQ-9"
date = "Date"
[[measure]]
instrument = "phq9"
total = "PHQ-9#2"
date = "Date#2"
"""
    text = "MRN,Date,PHQ-9,Date,PHQ-9\nA,2026-01-05,14,2026-03-02,9\n"

    assert scores(read(text, mapping)) == scores(read(text))
    assert [one[2:] for one in scores(read(text))] == [("2026-01-05", 14), ("2026-03-02", 9)]


def test_assigned_dates_are_marked_and_noted() -> None:
    mapping = """
[mapping]
patient_id = "ID"
[[measure]]
instrument = "phq9"
total = "PHQ"
[dates]
column = "time"
values = {0 = "2020-07-15", 1 = "2020-09-15"}
"""

    parsed = read("ID,time,PHQ\n1,0,4\n1,1.0,6\n1,2,8\n", mapping)

    assert outcomes(parsed) == ["accepted", "accepted", "rejected"]
    assert column(parsed, "assigned") == [True, True]
    assert 'assigns none to time "2"' in reasons(parsed, 4)
    assert "Assigned by the mapping, not in the file: 3 PHQ-9 dates." in parsed.notes


def test_date_given_for_a_measure_is_assigned() -> None:
    mapping = """
[mapping]
patient_id = "id"
[[measure]]
instrument = "phq9"
total = "pre"
on = "2020-07-15"
[[measure]]
instrument = "phq9"
total = "post"
on = 2030-01-01
"""

    parsed = read("id,pre,post\n1,14,\n2,9,3\n", mapping)

    assert scores(parsed) == [(2, "phq9", "2020-07-15", 14), (3, "phq9", "2020-07-15", 9)]
    assert outcomes(parsed) == ["accepted", "mixed"]
    assert "2030-01-01, assigned by the mapping, is in the future" in reasons(parsed, 3)


def test_long_table_reads_items_of_each_instrument() -> None:
    head = (
        "MRN,Date,Instrument,Total," + ",".join(f"Item {number}" for number in range(1, 10)) + ",Functional item,Mode\n"
    )

    parsed = read(
        head
        + (
            "A,2026-01-05,PHQ-9,9,1,1,1,1,1,1,1,1,1,2,tablet\nA,2026-01-05,GAD-7,7,1,1,1,1,1,1,1,,,,\n"
            "A,2026-01-06,44261-6,5,,,,,,,,,,,\nA,2026-01-07,PHQ-9,,0,,,,,,,,2,,\n"
        )
    )

    assert [one[1:] for one in scores(parsed)] == [
        ("phq9", "2026-01-05", 9),
        ("gad7", "2026-01-05", 7),
        ("phq9", "2026-01-06", 5),
        ("phq9", "2026-01-07", None),
    ]
    assert column(parsed, "mode") == ["tablet", None, None, None]
    assert column(parsed, "safety_answer") == [1, -2, -2, 2]
    assert column(parsed, "functional") == [2, None, None, None]


def test_unknown_words_in_an_instrument_column_reject_their_lines() -> None:
    text = (
        "MRN,Date,Instrument,Total\nA,2026-01-05,PHQ-9 total score,9\nB,2026-01-05,PHQ,4\n"
        "C,2026-01-05,PHQ-8,4\nD,2026-01-05,,4\nE,2026-01-05,44260-8,2\nF,2026-01-05,44249-1,8\n"
    )

    parsed = read(text)

    assert outcomes(parsed) == ["accepted", "rejected", "rejected", "rejected", "rejected", "accepted"]
    assert '"PHQ" does not say which instrument' in reasons(parsed, 3)
    assert '"PHQ-8" is not a configured instrument' in reasons(parsed, 4)
    assert "No instrument" in reasons(parsed, 5)
    assert '"44260-8" is one question of PHQ-9' in reasons(parsed, 6)
    assert "safety question was answered 2" in reasons(parsed, 6).lower()
    assert any('"44249-1" is the code of the PHQ-9 form' in note for note in parsed.notes)


def test_ids_rewritten_by_a_spreadsheet_are_rejected_on_their_line() -> None:
    parsed = read(
        'MRN,Date,PHQ-9\n1.2E+11,2026-01-05,9\n12345.0,2026-01-05,9\n"1,234,567",2026-01-05,9\n00017,2026-01-05,9\n'
    )

    assert outcomes(parsed) == ["rejected", "rejected", "rejected", "accepted"]
    assert column(parsed, "patient_id") == ["00017"]


def test_moment_of_recording_is_taken_in_the_clinic_s_zone_and_never_in_the_future() -> None:
    text = (
        "MRN,Date,PHQ-9,Recorded at\nA,2026-01-05,9,2026-01-05 20:30\n"
        "B,2026-01-05,9,2026-01-05T20:30:00Z\nC,2026-01-05,9,\nD,2026-01-05,9,2071-01-01 10:00\n"
        "E,2026-01-05,9,2026-01-06\n"
    )

    parsed = read(text, clinic_zone="America/New_York")

    assert outcomes(parsed) == ["accepted", "accepted", "accepted", "rejected", "accepted"]
    assert [str(one) for one in parsed.records["recorded_at"]] == [
        "2026-01-06 01:30:00+00:00",
        "2026-01-05 20:30:00+00:00",
        "NaT",
        "2026-01-06 05:00:00+00:00",
    ]


def test_evening_moment_in_utc_belongs_to_the_clinic_s_day_before() -> None:
    parsed = read("MRN,Date,PHQ-9\nA,2026-01-06T02:30:00Z,9\n", '[answers]\nclinic_zone = "America/New_York"')

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 9)]


def test_people_of_a_line_come_from_the_mapping() -> None:
    mapping = """
[mapping]
patient_id = "MRN"
date = "Date"
patient_name = "Name"
birth_date = "Born"
site = "Where"
status = "State"
[[measure]]
instrument = "phq9"
total = "PHQ-9"
"""
    text = (
        "MRN,Name,Born,Where,State,Date,PHQ-9\n"
        'A,"Müller, Jörn",1971-03-05,North,Relapse prevention,2026-01-05,9\n'
        "B,Solo,never,,unheard of,2026-01-06,8\n"
    )

    parsed = read(text, mapping)

    people = parsed.people
    assert people["last_name"].tolist() == ["Müller", "Solo"]
    assert people["first_name"].tolist()[0] == "Jörn"
    assert people["status"].tolist()[0] == "relapse prevention"
    assert people["birth_date"].isna().tolist() == [False, True]
    assert outcomes(parsed) == ["accepted", "accepted"]
    assert str(people["first_date"][1].date()) == "2026-01-06"


def test_unmapped_headings_are_named_and_layout_and_checksum_are_given() -> None:
    parsed = read("MRN,Date,PHQ-9,Percent change,Comments\nA,2026-01-05,9,-12,\n")

    assert parsed.unmapped == ["Percent change", "Comments"]
    assert parsed.layout.split("\x1f")[0] == "MRN"
    assert len(parsed.checksum) == 64
    assert parsed.mapping["mapping"]["patient_id"] == "MRN"


cell = st.sampled_from(
    [
        "",
        "A1",
        "12345.0",
        "9",
        "28",
        "-9",
        "7.5",
        "N/A",
        "2026-01-05",
        "2026-02-30",
        "2071-01-01",
        "Not at all",
        "0",
        "1",
        "2",
        "3",
        "4",
        "x",
        "#REF!",
        "PHQ-9",
        "PHQ",
        "yes",
    ]
) | st.text(max_size=6)
heads = st.sampled_from(
    [
        "MRN,Date,PHQ-9",
        "MRN,Date,Instrument,Total",
        "MRN,Date," + ",".join(f"phq9_{number}" for number in range(1, 10)) + ",phq9_total",
        "MRN,first_phq9_score,first_phq9_date,last_phq9_score,last_phq9_date",
        "MRN,Date,PHQ9,Item9",
    ]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    head=heads, rows=st.lists(st.lists(cell, min_size=12, max_size=12), min_size=1, max_size=6), answers=st.booleans()
)
def test_every_data_line_has_one_outcome_whatever_stands_in_its_cells(
    head: str, rows: list[list[str]], answers: bool
) -> None:
    width = head.count(",") + 1
    quoted = [",".join('"' + text.replace('"', '""') + '"' for text in row[:width]) for row in rows]
    mapping = (
        '[answers]\ndate_order = "DMY"\nanswer_coding = "0-3"\ncentury = "reject"\ndate_format = "s"' if answers else ""
    )

    try:
        parsed = read("\n".join([head, *quoted]) + "\n", mapping)
    except Refused:
        return

    if parsed.questions:
        assert len(parsed.lines) == 0 and len(parsed.records) == 0
    else:
        counts = parsed.lines["outcome"].value_counts()
        assert counts.sum() == parsed.rows == len(set(parsed.lines["line"]))
        assert set(counts.index) <= {"accepted", "rejected", "mixed"}
        assert all(
            bool(why) != (what == "accepted")
            for what, why in zip(parsed.lines["outcome"], parsed.lines["reasons"], strict=True)
        )
        kept = parsed.lines.loc[parsed.lines["outcome"] != "rejected", "line"]
        assert set(parsed.records["line"]) == set(kept)
    assert asked(parsed) == [question.about for question in parsed.questions]
