"""What is said while a questionnaire is typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhi_core.domain.instruments import registry
from bhi_core.errors import Refused
from bhi_core.ui import forms
from bhi_core.ui.forms import Typed

PHQ9 = registry()["phq9"]
GAD7 = registry()["gad7"]
WHO5 = registry()["who5"]
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("text", ["0", "3", " 2 "])
def test_an_answer_that_the_item_has_is_read(text: str) -> None:
    assert forms.answer(text, PHQ9.items[0], "Item 1") == int(text)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_blank_field_is_not_answered_and_never_zero(text: str | None) -> None:
    assert forms.answer(text, PHQ9.items[0], "Item 1") is None


@pytest.mark.parametrize("text", ["4", "-1", "21", "2.5", "x", "²", "1e0", "٣"])
def test_an_answer_that_the_item_cannot_have_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(Refused, match="whole number from 0 to 3"):
        forms.answer(text, PHQ9.items[0], "Item 1")


@given(st.text(max_size=60))
def test_whatever_is_typed_as_an_answer_is_read_or_refused(text: str) -> None:
    try:
        points = forms.answer(text, PHQ9.items[0], "Item 1")
    except Refused:
        return

    assert points in (None, 0, 1, 2, 3)


@pytest.mark.parametrize(("text", "points"), [("0", 0), ("27", 27)])
def test_a_total_at_either_end_of_the_range_is_read(text: str, points: int) -> None:
    assert forms.total(text, PHQ9) == points


@pytest.mark.parametrize("text", ["28", "-1", "7.5", "300"])
def test_a_total_outside_the_range_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="whole number from 0 to 27"):
        forms.total(text, PHQ9)


def test_nine_digits_in_a_row_are_nine_answers() -> None:
    assert forms.in_a_row("221 032,110", PHQ9) == list("221032110")


def test_a_dash_in_a_row_is_a_blank() -> None:
    assert forms.in_a_row("22-", PHQ9) == ["2", "2", ""]


def test_more_answers_than_items_are_refused_rather_than_shifted() -> None:
    with pytest.raises(Refused, match="10 answers for 9 items"):
        forms.in_a_row("2210321100", PHQ9)


def test_an_open_form_says_what_the_total_can_still_become() -> None:
    typed = Typed(answers=(2, 2, 1, 2, 1, 2, 1, None, None))

    assert forms.so_far(PHQ9, typed) == "So far 11; 2 items open, the total will be 11 to 17."


def test_a_whole_form_says_its_total_and_band() -> None:
    assert forms.so_far(PHQ9, Typed(answers=(1,) * 9)) == "PHQ-9 9 of 27, mild."
    assert forms.so_far(PHQ9, Typed(answers=(2,) + (1,) * 8)) == "PHQ-9 10 of 27, moderate."


def test_a_form_of_zeros_is_a_total_of_zero_and_not_an_empty_form() -> None:
    assert forms.so_far(PHQ9, Typed(answers=(0,) * 9)) == "PHQ-9 0 of 27, minimal."
    assert forms.so_far(PHQ9, Typed(answers=(None,) * 9)) == "Nothing is answered yet."


def test_the_functional_item_never_enters_the_total() -> None:
    assert forms.so_far(PHQ9, Typed(answers=(1,) * 9, functional=3)) == "PHQ-9 9 of 27, mild."


def test_a_scale_on_which_higher_is_better_says_so() -> None:
    assert "higher is better" in forms.so_far(WHO5, Typed(answers=(3,) * 5))


@pytest.mark.parametrize(("points", "said"), [(1, "several days"), (2, "more than half the days")])
def test_a_positive_item_9_says_at_once_what_it_means(points: int, said: str) -> None:
    words = forms.safety_words(PHQ9, Typed(answers=(None,) * 8 + (points,)))

    assert f"Item 9 answered “{said}” ({points})" in words
    assert "Assess today" in words


def test_a_zero_on_item_9_says_nothing() -> None:
    assert forms.safety_words(PHQ9, Typed(answers=(1,) * 8 + (0,))) == ""


def test_a_total_alone_says_that_item_9_stays_unknown() -> None:
    assert "unknown" in forms.safety_words(PHQ9, Typed(total=14))


def test_a_total_with_item_9_alone_says_what_it_means() -> None:
    assert "Item 9 answered “several days”" in forms.safety_words(PHQ9, Typed(total=14, safety_alone=1))


def test_a_blank_item_9_is_asked_for_only_when_the_rest_is_answered() -> None:
    assert "not answered" in forms.safety_words(PHQ9, Typed(answers=(1,) * 8 + (None,)))
    assert forms.safety_words(PHQ9, Typed(answers=(1,) + (None,) * 8)) == ""


def test_a_form_without_a_safety_item_says_nothing_of_it() -> None:
    assert forms.safety_words(GAD7, Typed(answers=(3,) * 7)) == ""


def test_a_total_alone_keeps_no_items() -> None:
    assert Typed(total=14).items(PHQ9) is None


def test_a_total_with_item_9_keeps_that_one_item() -> None:
    assert Typed(total=14, safety_alone=1).items(PHQ9) == [None] * 8 + [1]


def test_the_same_total_of_the_day_is_said_to_be_known() -> None:
    assert "known already" in forms.same_day(PHQ9, Typed(total=14), [14.0])


def test_another_total_of_the_day_is_said_to_be_kept_as_a_second_one() -> None:
    words = forms.same_day(PHQ9, Typed(total=13), [14.0, float("nan")])

    assert "14 and an incomplete form already" in words
    assert "two of one day" in words


def test_a_day_without_a_form_says_nothing() -> None:
    assert forms.same_day(PHQ9, Typed(total=13), []) == ""


def test_a_date_is_said_in_words_with_its_distance() -> None:
    assert forms.when(TODAY, TODAY) == "Tue 24 Nov 2026, today"
    assert forms.when(date(2026, 11, 25), TODAY) == "Wed 25 Nov 2026 is in the future."
    assert forms.when(None, TODAY) == "No date yet."


def test_the_same_content_has_the_same_fingerprint_and_other_content_another() -> None:
    assert forms.digest(1, "phq9", [1, None]) == forms.digest(1, "phq9", [1, None])
    assert forms.digest(1, "phq9", [1, None]) != forms.digest(1, "phq9", [1, 0])


def test_answers_are_said_in_the_words_of_the_form() -> None:
    assert forms.word(PHQ9, PHQ9.items[8], 3) == "nearly every day"
    assert forms.scale(PHQ9, PHQ9.items[0]).startswith("0 not at all · 1 several days")


def test_an_item_without_words_shows_its_range() -> None:
    assert forms.scale(WHO5, WHO5.items[0]) == "0 to 5"
    assert forms.word(WHO5, WHO5.items[0], 4) == "4"
