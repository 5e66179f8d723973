"""Files made to trip the intake, each after something that it once got wrong."""

import pytest

from tests.intake.small_files import asked, outcomes, read, reasons, scores

WORDS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
ITEMS = [f"phq9_{number}" for number in range(1, 10)]
PHQ9 = f'[mapping]\npatient_id = "MRN"\ndate = "Date"\n[[measure]]\ninstrument = "phq9"\nitems = {ITEMS}\n'


def boxes(*answers: int) -> str:
    """Write the tick boxes of answers, four a question."""
    return ",".join(str(int(answer == points)) for answer in answers for points in range(4))


@pytest.mark.parametrize("how", ["flat", "nested", "true"])
@pytest.mark.parametrize("said", ["", '[answers]\nanswer_coding = "1-4"\n'])
def test_tick_boxes_are_points_also_where_nobody_ticked_the_first(how: str, said: str) -> None:
    names = [[f"{item}___{points}" for points in range(4)] for item in ITEMS]
    flat = [name for each in names for name in each]
    one_hot = {"flat": flat, "nested": names, "true": "true"}[how]
    items = f"items = {ITEMS}\n" if how == "true" else ""
    measure = f'[[measure]]\ninstrument = "phq9"\none_hot = {one_hot}\n{items}'
    mapping = f'[mapping]\npatient_id = "MRN"\ndate = "Date"\n{measure}{said}'

    parsed = read(f"MRN,Date,{','.join(flat)}\nA,2026-01-05,{boxes(*[1] * 9)}\n", mapping)

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 9)]


@pytest.mark.parametrize(
    "form", ["{words} ({points})", "{words} [{points}]", "{words} = {points}", "{words} - {points}"]
)
def test_answer_may_have_its_number_behind_its_words(form: str) -> None:
    answers = ",".join(form.format(words=WORDS[at % 4], points=at % 4) for at in range(9))

    parsed = read(f"MRN,Date,{','.join(ITEMS)}\nA,2026-01-05,{answers}\n", PHQ9)

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 12)]


def test_answer_whose_number_behind_says_otherwise_is_refused() -> None:
    answers = ",".join(["Not at all (0)"] * 8 + ["Several days (2)"])

    parsed = read(f"MRN,Date,{','.join(ITEMS)}\nA,2026-01-05,{answers}\n", PHQ9)

    assert outcomes(parsed) == ["rejected"]
    assert "two answers" in reasons(parsed, 2)


def test_score_named_by_its_snomed_code() -> None:
    parsed = read("MRN,Date,Measure,Value\nA,2026-01-05,720433000,9\nA,2026-01-05,445455005,3\nA,2026-01-05,999,3\n")

    assert asked(parsed) == []
    assert scores(parsed) == [(2, "phq9", "2026-01-05", 9), (3, "gad7", "2026-01-05", 3)]
    assert "not a configured instrument" in reasons(parsed, 4)


def test_more_answers_than_the_questionnaire_has_are_never_dropped() -> None:
    head = "MRN,Date,Instrument,Total," + ",".join(f"Item {number}" for number in range(1, 10))
    parsed = read(
        f"{head}\nA,2026-01-05,GAD-7,7,1,1,1,1,1,1,1,1,\nB,2026-01-05,GAD-7,7,1,1,1,1,1,1,1,,-99\n"
        "C,2026-01-05,GAD-7,6,0,1,1,1,1,1,1,,\n"
    )

    assert outcomes(parsed) == ["rejected", "accepted", "accepted"]
    assert reasons(parsed, 2) == "Item 8 is answered, but GAD-7 has 7 questions."


def test_times_of_day_beside_the_date_are_no_second_date() -> None:
    parsed = read("MRN,Date,Time,PHQ-9\nA,2026-01-05,10:00,9\nB,2026-01-06,4:05 PM,8\n")

    assert scores(parsed) == [(2, "phq9", "2026-01-05", 9), (3, "phq9", "2026-01-06", 8)]


def test_count_of_people_under_the_table_is_no_row() -> None:
    parsed = read("MRN,Date,PHQ-9\nA,2026-01-05,9\nB,2026-01-06,8\n\nTotal,,17\nn = 2 patients,,\nPage 1 of 1,,\n")

    assert parsed.rows == 2
    assert [line for line, _ in parsed.set_aside] == [4, 5, 6, 7]
