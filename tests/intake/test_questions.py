"""What a file leaves open is asked, nothing is kept meanwhile, and an answer settles it."""

import pytest

from tests.intake.small_files import asked, column, items, outcomes, read, reasons, scores

ZERO = "Z,2026-01-05,0,0,0,0,0,0,0,0,0,0"


def test_open_question_keeps_nothing_and_still_counts_the_rows() -> None:
    parsed = read("MRN,Visit,PHQ-9\nA,03/04/2025,9\nB,05/06/2025,8\n", '[mapping]\ndate = "Visit"')

    assert asked(parsed) == ["date_order"]
    assert parsed.questions[0].column == "Visit"
    assert parsed.questions[0].options == ("DMY", "MDY")
    assert (parsed.rows, len(parsed.lines), len(parsed.records), len(parsed.people)) == (2, 0, 0, 0)


@pytest.mark.parametrize(("order", "day"), [("DMY", "2025-04-03"), ("MDY", "2025-03-04")])
def test_answered_date_order_is_followed(order: str, day: str) -> None:
    parsed = read("MRN,Date,PHQ-9\nA,03/04/2025,9\n", f'[answers]\ndate_order = "{order}"')

    assert scores(parsed) == [(2, "phq9", day, 9)]


def test_column_with_both_orders_is_asked_and_then_what_does_not_fit_is_rejected() -> None:
    text = "MRN,Date,PHQ-9\nA,13/01/2025,9\nB,01/14/2025,8\n"

    assert asked(read(text)) == ["date_order"]
    assert outcomes(read(text, '[answers]\ndate_order = "DMY"')) == ["accepted", "rejected"]


def test_dates_of_scores_settle_their_order_together_but_a_birth_date_does_not() -> None:
    first_last = "MRN,first_phq9_score,first_phq9_date,last_phq9_score,last_phq9_date\nA,9,03/04/2025,8,13/05/2025\n"
    born = "MRN,DOB,Date,PHQ-9\nA,13/05/1980,03/04/2025,9\n"

    assert scores(read(first_last))[0] == (2, "phq9", "2025-04-03", 9)
    assert asked(read(born)) == ["date_order"]


def test_guessed_birth_date_that_reads_both_ways_is_left_out_instead_of_asked() -> None:
    parsed = read("MRN,DOB,Date,PHQ-9\nA,03/04/1980,2025-04-03,9\n")

    assert outcomes(parsed) == ["accepted"]
    assert "birth_date" not in parsed.people
    assert any('"DOB" was not used' in note for note in parsed.notes)


def test_two_date_columns_are_asked() -> None:
    text = "MRN,Visit date,Entry date,PHQ-9\nA,2026-01-05,2026-01-07,9\n"

    parsed = read(text)

    assert asked(parsed) == ["date"]
    assert parsed.questions[0].options == ("Visit date", "Entry date")
    assert scores(read(text, '[mapping]\ndate = "Visit date"')) == [(2, "phq9", "2026-01-05", 9)]


def test_no_date_and_no_id_are_asked() -> None:
    assert asked(read("MRN,PHQ-9,DOB\nA,9,1980-01-05\n")) == ["date"]
    assert asked(read("MRN,PHQ-9,Enrolled on\nA,9,2026-01-05\n")) == ["date"]
    assert asked(read("Name,Date,PHQ-9\nA,2026-01-05,9\n")) == ["patient_id"]


def test_id_next_to_mrn_is_asked() -> None:
    text = "ID,MRN,Date,PHQ-9\n1,A,2026-01-05,9\n"

    parsed = read(text)

    assert asked(parsed) == ["patient_id"]
    assert parsed.questions[0].options == ("ID", "MRN")
    assert column(read(text, '[mapping]\npatient_id = "MRN"'), "patient_id") == ["A"]


@pytest.mark.parametrize(
    "heading", ["Score", "Total", "PHQ", "PHQ Score", "GAD", "GAD Score", "Puntaje total", "Total score"]
)
def test_heading_that_names_no_questionnaire_is_asked(heading: str) -> None:
    parsed = read(f"MRN,Date,{heading}\nA,2026-01-05,9\n")

    assert asked(parsed) == ["measure"]
    assert parsed.questions[0].column == heading


@pytest.mark.parametrize("letter", ["Q", "P", "q", "Item ", "Q2_"])
def test_numbered_questions_of_no_named_questionnaire_are_asked(letter: str) -> None:
    head = ",".join(f"{letter}{number}" for number in range(1, 10))

    assert asked(read(f"MRN,Date,{head}\nA,2026-01-05,0,1,1,1,1,1,1,1,1\n")) == ["measure"]


def test_loose_heading_goes_before_a_guess_from_the_questions() -> None:
    text = items(ZERO).replace("phq9_total", "Puntaje total")

    assert asked(read(text)) == ["measure"]


def test_answers_without_any_zero_are_asked() -> None:
    text = items("A,2026-01-05,1,2,3,4,1,1,1,1,1,", "B,2026-01-05,1,1,1,2,1,1,1,1,1,")

    parsed = read(text)

    assert asked(parsed) == ["answer_coding"]
    assert parsed.questions[0].options == ("0-3", "1-4")
    assert [one[3] for one in scores(read(text, '[answers]\nanswer_coding = "1-4"'))] == [6, 1]
    assert outcomes(read(text, '[answers]\nanswer_coding = "0-3"')) == ["rejected", "accepted"]


def test_one_answer_under_its_canonical_heading_is_points_as_an_export_writes_it() -> None:
    text = "MRN,Date,Instrument,Total,Item 9\nA,2026-01-05,PHQ-9,17,2\nA,2026-02-02,PHQ-9,12,\n"

    assert column(read(text), "safety_answer") == [2, -1]
    assert asked(read(text.replace("17,2", "17,4"))) == ["answer_coding"]
    assert asked(read(text.replace("Item 9", "Question"), '[mapping]\nitem9 = "Question"')) == ["answer_coding"]


def test_whole_forms_without_any_zero_are_asked_under_canonical_headings_too() -> None:
    head = "MRN,Date,Instrument,Total," + ",".join(f"Item {number}" for number in range(1, 10))

    assert asked(read(f"{head}\nA,2026-01-05,PHQ-9,,1,2,3,2,1,1,1,1,2\n")) == ["answer_coding"]


def test_answers_without_a_zero_are_points_when_a_whole_form_s_total_is_their_sum() -> None:
    parsed = read(items("A,2026-01-05,1,2,3,2,1,1,1,1,1,13", "B,2026-01-05,1,1,1,2,1,1,1,1,1,"))

    assert [one[3] for one in scores(parsed)] == [13, 10]


def test_totals_that_are_the_sum_minus_the_number_of_questions_are_asked() -> None:
    text = items("A,2026-01-05,1,2,3,4,1,1,1,1,1,6", "B,2026-01-05,1,1,1,2,1,1,1,1,1,1")

    assert asked(read(text)) == ["answer_coding"]
    assert [one[3] for one in scores(read(text, '[answers]\nanswer_coding = "1-4"'))] == [6, 1]


def test_inflated_totals_of_answers_counted_from_one_are_asked() -> None:
    text = items(
        "A,2026-01-05,1,2,3,4,1,1,1,1,1,15", "B,2026-01-05,1,1,1,2,4,1,1,1,1,13", "C,2026-01-05,1,1,1,1,1,1,1,1,1,9"
    )

    assert asked(read(text)) == ["answer_coding"]


def test_answers_of_a_table_are_read_by_it() -> None:
    text = items("A,2026-01-05,A1,A2,A3,A4,A1,A1,A1,A1,A1,")
    table = "[answers]\nanswer_coding = {A1 = 0, A2 = 1, A3 = 2, A4 = 3}"

    assert asked(read(text)) == ["answer_coding"]
    assert column(read(text, table), "items") == ["0,1,2,3,0,0,0,0,0"]


def test_totals_that_miss_the_answers_throughout_are_asked() -> None:
    text = items(ZERO[:-1] + "5", "A,2026-01-05,1,2,3,0,1,1,1,1,1,4")

    assert asked(read(text)) == ["measure"]


def test_ten_items_added_are_asked_and_named() -> None:
    head = "MRN,Date," + ",".join(f"phq9_{number}" for number in range(1, 11)) + ",phq9_total\n"

    parsed = read(head + "A,2026-01-05,0,2,1,2,1,2,2,1,0,3,14\nB,2026-01-05,0,0,0,0,0,0,0,0,0,1,1\n")

    assert asked(parsed) == ["measure"]
    assert "with the functional item added" in parsed.questions[0].ask


def test_eight_items_called_phq9_are_asked() -> None:
    head = "MRN,Date," + ",".join(f"phq9_{number}" for number in range(1, 9)) + ",phq9_total\n"
    mapping = (
        '[[measure]]\ninstrument="phq9"\ntotal="phq9_total"\n'
        'items=["phq9_1","phq9_2","phq9_3","phq9_4","phq9_5","phq9_6","phq9_7","phq9_8"]'
    )

    assert asked(read(head + "A,2026-01-05,0,1,1,1,1,1,1,1,7\n")) == ["measure"]
    assert asked(read(head + "A,2026-01-05,0,1,1,1,1,1,1,1,7\n", mapping)) == ["measure"]


def test_phq8_mapped_as_phq9_is_asked() -> None:
    mapping = '[[measure]]\ninstrument="phq9"\ntotal="PHQ-8 Total"'

    assert asked(read("MRN,Date,PHQ-8 Total\nA,2026-01-05,9\n", mapping)) == ["measure"]


def test_measure_of_an_instrument_that_is_not_configured_is_asked() -> None:
    parsed = read("MRN,Date,BDI\nA,2026-01-05,9\n", '[[measure]]\ninstrument="bdi2"\ntotal="BDI"')

    assert asked(parsed) == ["measure"]
    assert '"bdi2" is not a configured instrument' in parsed.questions[0].ask


def test_tick_boxes_are_asked() -> None:
    head = "record_id,Date," + ",".join(f"phq9_1___{points}" for points in range(4))

    assert asked(read(f"{head}\n1,2026-01-05,0,1,0,0\n")) == ["measure"]


def test_second_scale_above_the_raw_range_is_asked() -> None:
    text = "MRN,Date,WHO-5\nA,2026-01-05,64\nB,2026-01-05,20\nC,2026-01-05,51\n"

    assert asked(read(text)) == ["scale"]
    assert [one[3] for one in scores(read(text, '[answers]\nscale = "percent"'))] == [16, 5]
    assert outcomes(read(text, '[answers]\nscale = "points"')) == ["rejected", "accepted", "rejected"]


def test_percent_never_touches_an_instrument_without_a_second_scale() -> None:
    parsed = read("MRN,Date,WHO-5,PHQ-9\nA,2026-01-05,64,20\n", '[answers]\nscale = "percent"')

    assert [one[3] for one in scores(parsed)] == [16, 20]


ONE_SET = "MRN,first_phq9_score,first_phq9_date,last_phq9_score,last_phq9_date,Item9\n"


@pytest.mark.parametrize(
    ("answer", "safety"), [("leave out", [-2, -2, -2]), ("first", [2, -1, 0]), ("most recent", [-1, 2, 0])]
)
def test_answers_that_two_totals_could_own_are_asked(answer: str, safety: list[int]) -> None:
    text = ONE_SET + "A,16,2026-01-05,11,2026-02-05,2\nB,9,2026-01-05,,,0\n"

    assert asked(read(text)) == ["items"]
    assert column(read(text, f'[answers]\nitems = "{answer}"'), "safety_answer") == safety


def test_whole_set_of_items_beside_two_totals_is_asked() -> None:
    head = "MRN,phq9_first,phq9_first_date,phq9_last,phq9_last_date," + ",".join(f"phq9_{n}" for n in range(1, 10))
    text = f"{head}\nA,16,2026-01-05,11,2026-02-05,2,2,1,1,1,1,1,2,0\nB,10,2026-01-05,9,2026-02-05,1,1,1,1,1,1,1,1,1\n"

    assert asked(read(text)) == ["items"]
    parsed = read(text, '[answers]\nitems = "most recent"')
    assert [one[2:] for one in scores(parsed)[:2]] == [("2026-01-05", 16), ("2026-02-05", 11)]
    assert column(parsed, "items") == [None, "2,2,1,1,1,1,1,2,0", None, "1,1,1,1,1,1,1,1,1"]


@pytest.mark.parametrize(
    ("heading", "mark", "fine"),
    [
        ("phq9_complete", "0", "1"),
        ("Complete?", "Incomplete", "Unverified"),
        ("IsCompleteFlag", "false", "true"),
        ("Finished", "No", "Yes"),
        ("Progress", "60", "100"),
        ("Status", "Survey Test", "IP Address"),
        ("TestPatientFlag", "Y", "N"),
        ("PHQ-9 Completed Today", "No", "Yes"),
    ],
)
def test_whole_score_on_a_line_marked_incomplete_or_test_is_asked(heading: str, mark: str, fine: str) -> None:
    text = f"MRN,Date,PHQ-9,{heading}\nA,2026-01-05,9,{fine}\nB,2026-01-05,8,{mark}\nC,,,{mark}\n"

    assert asked(read(text)) == ["flags"]
    assert outcomes(read(text, '[answers]\nflags = "leave out"')) == ["accepted", "rejected", "rejected"]
    assert outcomes(read(text, '[answers]\nflags = "import"')) == ["accepted", "accepted", "rejected"]


def test_mark_on_a_line_without_a_whole_score_asks_nothing() -> None:
    head = items(ZERO).splitlines()[0] + ",phq9_complete\n"

    parsed = read(head + ZERO + ",2\nA,2026-01-05,1,1,,1,1,1,1,1,1,,0\n")

    assert outcomes(parsed) == ["accepted", "accepted"]


def test_safety_answer_of_a_line_left_out_is_not_lost() -> None:
    head = items(ZERO).splitlines()[0] + ",phq9_complete\n"

    parsed = read(head + ZERO + ",2\nA,2026-01-05,1,1,1,1,1,1,1,1,1,,0\n", '[answers]\nflags = "leave out"')

    assert outcomes(parsed) == ["accepted", "rejected"]
    assert "answered 1" in reasons(parsed, 3)


def test_dates_as_headings_are_asked_and_settled_by_measures() -> None:
    text = "MRN,2026-01-05,2026-02-05\nA,9,8\n"
    mapping = '[[measure]]\ninstrument="phq9"\ntotal="2026-01-05"\non="2026-01-05"'

    assert "measure" in asked(read(text))
    assert scores(read(text, mapping)) == [(2, "phq9", "2026-01-05", 9)]


def test_years_of_two_digits_are_asked() -> None:
    text = "MRN,Date,PHQ-9\nA,13/01/25,9\n"

    assert asked(read(text)) == ["century"]
    assert scores(read(text, '[answers]\ncentury = "reject"')) == [(2, "phq9", "2025-01-13", 9)]


def test_epoch_numbers_are_asked_and_spreadsheet_serials_are_dates() -> None:
    text = "MRN,Date,PHQ-9\nA,1767600000000,9\n"

    assert asked(read(text)) == ["date_format"]
    assert scores(read(text, '[answers]\ndate_format = "ms"')) == [(2, "phq9", "2026-01-05", 9)]
    assert scores(read("MRN,Date,PHQ-9\nA,46027,9\n")) == [(2, "phq9", "2026-01-05", 9)]


def test_code_for_missing_that_could_be_points_is_asked() -> None:
    text = "MRN,Date,PCL-5\nA,2026-01-05,77\nB,2026-01-05,30\n"

    assert asked(read(text)) == ["missing_codes"]
    assert outcomes(read(text, '[answers]\nmissing_codes = ["77"]')) == ["rejected", "accepted"]
    assert outcomes(read(text, "[answers]\nmissing_codes = []")) == ["accepted", "accepted"]


def test_code_that_stands_in_every_item_and_as_the_total_is_asked() -> None:
    text = items(ZERO, "A,2026-01-05,9,9,9,9,9,9,9,9,9,9")

    assert asked(read(text)) == ["missing_codes"]
    assert outcomes(read(text, '[answers]\nmissing_codes = ["9"]')) == ["accepted", "rejected"]


def test_scores_that_are_not_found_are_asked() -> None:
    assert asked(read("MRN,Date,Weight\nA,2026-01-05,80\n")) == ["measure"]


def test_measures_in_the_mapping_stop_any_guess_of_others() -> None:
    parsed = read("MRN,Date,PHQ-9,GAD-7,Score\nA,2026-01-05,9,8,7\n", '[[measure]]\ninstrument="phq9"\ntotal="PHQ-9"')

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 9)]
    assert parsed.unmapped == ["GAD-7", "Score"]


def test_mapping_without_measures_still_looks_for_scores() -> None:
    parsed = read("Chart,Date,PHQ-9,GAD-7\nA,2026-01-05,9,8\n", '[mapping]\npatient_id="Chart"')

    assert [one[1] for one in scores(parsed)] == ["phq9", "gad7"]
