"""Items and totals: what is complete, incomplete, and what cannot go together."""

import pytest

from tests.intake.small_files import asked, column, items, outcomes, read, reasons, scores

PHQ9 = """
[mapping]
patient_id = "MRN"
date = "Date"
[[measure]]
instrument = "phq9"
total = "phq9_total"
items = ["phq9_1","phq9_2","phq9_3","phq9_4","phq9_5","phq9_6","phq9_7","phq9_8","phq9_9"]
"""
WHOLE = "A,2026-01-05,2,2,1,2,1,2,2,1,0,13"


def test_total_of_a_whole_form_is_the_sum_of_its_answers() -> None:
    parsed = read(items(WHOLE), PHQ9)

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 13)]
    assert column(parsed, "items") == ["2,2,1,2,1,2,2,1,0"]
    assert column(parsed, "safety_answer") == [0]


def test_whole_form_without_a_total_gets_it_from_its_answers() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,0,1,1,1,1,1,1,1,1,"), PHQ9)

    assert scores(parsed)[1] == (3, "phq9", "2026-01-05", 8)


def test_total_that_is_not_the_sum_is_rejected() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,0,1,1,1,1,1,1,1,0,8"), PHQ9)

    assert outcomes(parsed) == ["accepted", "rejected"]
    assert "the total 8 is not the sum of the answers, 7" in reasons(parsed, 3)


def test_form_with_a_blank_answer_keeps_its_answers_and_no_total() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,2,2,1,2,1,2,2,,2,14"), PHQ9)

    assert scores(parsed)[1] == (3, "phq9", "2026-01-05", None)
    assert column(parsed, "items")[1] == "2,2,1,2,1,2,2,,2"
    assert column(parsed, "safety_answer")[1] == 2
    assert any("Line 3" in note and "not answered: 8" in note and "total was not kept" in note for note in parsed.notes)


def test_safety_question_left_blank_is_blank_and_not_zero() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,2,2,1,2,1,2,2,1,,"), PHQ9)

    assert column(parsed, "safety_answer") == [0, -1]


def test_total_alone_stands_and_its_safety_question_is_unknown() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,,,,,,,,,,14"), PHQ9)

    assert scores(parsed)[1] == (3, "phq9", "2026-01-05", 14)
    assert column(parsed, "items")[1] is None
    assert column(parsed, "safety_answer")[1] == -2


def test_one_answer_beside_a_total_is_known_and_the_total_stands() -> None:
    mapping = '[[measure]]\ninstrument="phq9"\ntotal="PHQ9"\nitem9="Item9"'

    parsed = read("MRN,Date,PHQ9,Item9\nA,2026-01-05,14,1\nB,2026-01-05,9,0\nC,2026-01-05,12,\n", mapping)

    assert scores(parsed) == [
        (2, "phq9", "2026-01-05", 14),
        (3, "phq9", "2026-01-05", 9),
        (4, "phq9", "2026-01-05", 12),
    ]
    assert column(parsed, "items") == [",,,,,,,,1", ",,,,,,,,0", None]
    assert column(parsed, "safety_answer") == [1, 0, -1]


def test_total_below_its_one_known_answer_is_rejected_and_the_answer_is_not_lost() -> None:
    mapping = '[[measure]]\ninstrument="phq9"\ntotal="PHQ9"\nitem9="Item9"'

    parsed = read("MRN,Date,PHQ9,Item9\nA,2026-01-05,2,3\nB,2026-01-05,9,0\n", mapping)

    assert outcomes(parsed) == ["rejected", "accepted"]
    assert "PHQ-9 item 9 was answered 3" in reasons(parsed, 2)


@pytest.mark.parametrize(
    ("total", "said"), [("11.6", "not a whole number"), ("28", "above"), ("-1", "below 0"), ("twelve", "not a number")]
)
def test_prorated_and_impossible_totals_are_rejected(total: str, said: str) -> None:
    parsed = read(items(WHOLE, f"B,2026-01-05,2,2,1,2,1,2,2,,0,{total}"), PHQ9)

    assert outcomes(parsed) == ["accepted", "rejected"]
    assert said in reasons(parsed, 3)


def test_rejected_line_says_that_its_safety_question_is_above_zero() -> None:
    parsed = read(
        items(WHOLE, "B,2026-01-05,2,2,1,2,1,2,2,1,2,27", ",2026-01-05,2,2,1,2,1,2,2,1,3,16", "C,,,,,,,,,,1,"), PHQ9
    )

    assert outcomes(parsed) == ["accepted", "rejected", "rejected", "rejected"]
    assert "PHQ-9 item 9 was answered 2" in reasons(parsed, 3)
    assert "PHQ-9 item 9 was answered 3" in reasons(parsed, 4)
    assert "PHQ-9 item 9 was answered 1" in reasons(parsed, 5)
    assert parsed.lines["safety"].tolist() == [0, 2, 3, 1]


def test_answer_that_cannot_be_read_rejects_its_line() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,2,5,1,2,1,2,2,1,0,"), PHQ9)

    assert outcomes(parsed) == ["accepted", "rejected"]
    assert "phq9_2: 5 is above 3" in reasons(parsed, 3)


def test_safety_answer_above_the_form_s_highest_is_above_zero() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,2,1,1,2,1,2,2,1,4,"), PHQ9)

    assert "PHQ-9 item 9 was answered 4" in reasons(parsed, 3)


@pytest.mark.parametrize("code", ["-9", "-99", "9", "99", "7", "999", "NULL", "NA", "N/A", "-"])
def test_codes_for_missing_among_answers_are_not_answered_and_said(code: str) -> None:
    parsed = read(items(WHOLE, f"B,2026-01-05,2,{code},1,2,1,2,2,1,0,"), PHQ9)

    assert scores(parsed)[1] == (3, "phq9", "2026-01-05", None)
    assert column(parsed, "items")[1] == "2,,1,2,1,2,2,1,0"


def test_codes_for_missing_are_noted() -> None:
    parsed = read(items(WHOLE, "B,2026-01-05,2,9,1,2,1,2,2,1,-99,"), PHQ9)

    assert any("-99, 9 in its items was read as not answered" in note for note in parsed.notes)
    assert column(parsed, "safety_answer")[1] == -1


def test_functional_item_is_never_in_the_total() -> None:
    head = "MRN,Date," + ",".join(f"phq9_{number}" for number in range(1, 11)) + ",phq9_total\n"

    parsed = read(head + "A,2026-01-05,2,2,1,2,1,2,2,1,0,3,13\nB,2026-01-05,0,0,0,0,0,0,0,0,0,,0\n")

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 13), (3, "phq9", "2026-01-05", 0)]
    assert column(parsed, "functional") == [3, None]


def test_functional_item_in_words_and_unreadable_costs_nothing() -> None:
    mapping = '[[measure]]\ninstrument="phq9"\ntotal="PHQ9"\nfunctional="Difficulty"'

    parsed = read("MRN,Date,PHQ9,Difficulty\nA,2026-01-05,14,Somewhat difficult\nB,2026-01-05,9,a bit\n", mapping)

    assert outcomes(parsed) == ["accepted", "accepted"]
    assert column(parsed, "functional") == [1, None]
    assert any("Difficulty: 1 answer could not be read" in note for note in parsed.notes)


def test_functional_answer_alone_is_no_score() -> None:
    mapping = '[[measure]]\ninstrument="phq9"\ntotal="PHQ9"\nfunctional="Difficulty"'

    parsed = read("MRN,Date,PHQ9,Difficulty\nA,2026-01-05,,2\nB,2026-01-05,9,1\n", mapping)

    assert outcomes(parsed) == ["rejected", "accepted"]
    assert "No score" in reasons(parsed, 2)


def test_answers_in_words_of_three_languages_and_with_numbers_are_understood() -> None:
    row = (
        "A,2026-01-05,Nearly every day,over half the days,1-Several days,Nunca,Varios días,"
        "An einzelnen Tagen,Beinahe jeden Tag, several  days ,Not at all,"
    )

    parsed = read(items(row), PHQ9)

    assert column(parsed, "items") == ["3,2,1,0,1,1,3,1,0"]


def test_teen_form_keeps_its_two_unscored_questions_out_of_the_total() -> None:
    head = "MRN,Date," + ",".join(f"phq9m_{number}" for number in range(1, 12))
    named = ",".join(f'"phq9m_{number}"' for number in range(1, 12))
    mapping = f'[[measure]]\ninstrument="phq9m"\nitems=[{named}]'

    parsed = read(head + "\nA,2026-01-05,1,1,1,1,1,1,1,1,0,1,0\nB,2026-01-05,1,1,1,1,1,1,1,1,0,No,Yes\n", mapping)

    assert scores(parsed) == [(2, "phq9m", "2026-01-05", 8), (3, "phq9m", "2026-01-05", 8)]
    assert column(parsed, "safety_answer") == [1, 1]
    assert column(parsed, "items")[1] == "1,1,1,1,1,1,1,1,0,0,1"


def test_gad7_has_no_safety_question() -> None:
    head = "MRN,Date," + ",".join(f"gad7_{number}" for number in range(1, 8)) + "\n"

    parsed = read(head + "A,2026-01-05,1,1,1,1,1,1,0\n")

    assert scores(parsed) == [(2, "gad7", "2026-01-05", 6)]
    assert column(parsed, "safety_answer") == [-2]


def test_tick_boxes_of_a_measure_are_folded_to_answers() -> None:
    boxes = [[f"q{item}_{points}" for points in range(4)] for item in (1, 2)]
    head = "MRN,Date," + ",".join(name for item in boxes for name in item)
    mapping = f'[[measure]]\ninstrument="phq2"\none_hot={boxes}'.replace("'", '"')

    parsed = read(
        f"{head}\nA,2026-01-05,0,1,0,0,1,0,0,0\nB,2026-01-05,0,1,1,0,1,0,0,0\nC,2026-01-05,1,0,0,0,0,0,0,0\n", mapping
    )

    assert scores(parsed) == [(2, "phq2", "2026-01-05", 1), (4, "phq2", "2026-01-05", None)]
    assert outcomes(parsed) == ["accepted", "rejected", "accepted"]


def test_stated_code_for_missing_is_no_score_unless_the_answers_add_up_to_it() -> None:
    mapping = PHQ9 + '[answers]\nmissing_codes = ["7"]'

    parsed = read(items(WHOLE, "B,2026-01-05,1,1,1,1,1,1,1,0,0,7", "C,2026-01-05,,,,,,,,,,7"), mapping)

    assert outcomes(parsed) == ["accepted", "accepted", "rejected"]
    assert asked(parsed) == []
