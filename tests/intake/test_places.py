"""Where scores stand: tick boxes in every form, the safety question of a long table, and what does not make a form."""

import pytest

from tests.intake.small_files import asked, column, outcomes, read, reasons, scores

BOXES = "MRN,Date," + ",".join(f"q{item}___{points}" for item in (1, 2) for points in range(4))
TICKED = f"{BOXES}\nA,2026-01-05,0,1,0,0,0,0,0,1\nB,2026-01-05,unchecked,,x,,Yes,No,0,0\n"
FLAT = ",".join(f'"q{item}___{points}"' for item in (1, 2) for points in range(4))


@pytest.mark.parametrize("one_hot", [f"one_hot = [{FLAT}]", 'one_hot = true\nitems = ["q1", "q2"]'])
def test_tick_boxes_may_be_listed_or_named_by_their_question(one_hot: str) -> None:
    parsed = read(TICKED, f'[[measure]]\ninstrument = "phq2"\n{one_hot}')

    assert [one[3] for one in scores(parsed)] == [4, 2]
    assert column(parsed, "items") == ["1,3", "2,0"]
    assert parsed.unmapped == []


@pytest.mark.parametrize(
    "one_hot", ['one_hot = ["q1___0", "q1___1", "q1___2"]', "one_hot = true", 'one_hot = true\nitems = ["z"]']
)
def test_tick_boxes_that_do_not_make_the_form_are_asked(one_hot: str) -> None:
    assert asked(read(TICKED, f'[[measure]]\ninstrument = "phq2"\n{one_hot}')) == ["measure"]


@pytest.mark.parametrize("items", ['["a"]', '["a", "b", "c"]'])
def test_items_that_do_not_make_the_form_are_asked(items: str) -> None:
    assert asked(
        read("MRN,Date,a,b,c\nA,2026-01-05,0,1,2\n", f'[[measure]]\ninstrument = "phq2"\nitems = {items}')
    ) == ["measure"]


def test_safety_question_of_a_form_without_one_is_asked() -> None:
    mapping = '[[measure]]\ninstrument = "gad7"\ntotal = "T"\nitem9 = "S"'

    assert asked(read("MRN,Date,T,S\nA,2026-01-05,5,1\n", mapping)) == ["measure"]


def test_question_that_the_file_lacks_may_be_left_empty() -> None:
    mapping = '[[measure]]\ninstrument = "phq2"\nitems = ["a", ""]'

    assert column(read("MRN,Date,a\nA,2026-01-05,0\nB,2026-01-05,2\n", mapping), "items") == ["0,", "2,"]


def test_safety_question_beside_a_long_table_is_read_for_forms_that_have_one() -> None:
    mapping = '[mapping]\ninstrument = "Tool"\ntotal = "Value"\nitem9 = "Item 9"'
    text = "MRN,Date,Tool,Value,Item 9\nA,2026-01-05,PHQ-9,12,2\nA,2026-01-05,GAD-7,8,\nB,2026-01-05,EPDS,9,0\n"

    parsed = read(text, mapping)

    assert column(parsed, "safety_answer") == [2, -2, 0]
    assert column(parsed, "items") == [",,,,,,,,2", None, ",,,,,,,,,0"]


@pytest.mark.parametrize(("value", "answer"), [("2", 2), ("Several days", 1), ("0", 0), ("17", 0), ("soon", 0)])
def test_safety_question_as_a_value_of_its_own_is_rejected_and_not_lost(value: str, answer: int) -> None:
    parsed = read(f"MRN,Date,Instrument,Total\nA,2026-01-05,44260-8,{value}\nB,2026-01-05,PHQ-9,5\n")

    assert outcomes(parsed) == ["rejected", "accepted"]
    assert parsed.lines["safety"].tolist() == [answer, 0]
    assert ("Safety: " in reasons(parsed, 2)) == (answer > 0)


def test_column_of_another_questionnaire_mapped_as_this_one_is_asked() -> None:
    assert asked(read("MRN,Date,GAD-7\nA,2026-01-05,5\n", '[[measure]]\ninstrument = "phq9"\ntotal = "GAD-7"')) == [
        "measure"
    ]


def test_teen_form_mapped_as_its_own_series_is_taken() -> None:
    parsed = read("MRN,Date,PHQ-9M\nA,2026-01-05,5\n", '[[measure]]\ninstrument = "phq9"\ntotal = "PHQ-9M"')

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 5)]


def test_two_columns_for_the_value_or_the_questionnaire_are_asked() -> None:
    assert asked(read("MRN,Date,Measure,Value,Score\nA,2026-01-05,PHQ-9,5,6\n")) == ["total"]
    assert asked(read("MRN,Date,Measure,Tool,Total\nA,2026-01-05,PHQ-9,GAD-7,6\n")) == ["instrument"]
