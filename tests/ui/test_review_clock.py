"""The time of a meeting against its budget, in words."""

from dataclasses import replace

from bhi_core.ui.review_clock import Time, clock, line, since_the_last

IN_TIME = Time(place=4, patients=10, spent=21 * 60 + 5, here=250, decided="", to_go=6, minutes=60, per_patient=6)


def plain(time: Time) -> str:
    """Give the line without escapes and bold."""
    return line(time).replace("\\", "").replace("**", "")


def test_within_the_budget_nothing_is_orange() -> None:
    assert (
        plain(IN_TIME) == "4 of 10 · this patient 4:10 of 6 min · meeting 21 of 60 min · 6 to go need 36 min, 39 left"
    )


def test_a_patient_over_time_is_orange_and_says_so_in_words() -> None:
    assert ":orange[this patient 7:30 of 6 min, 2 min over]" in plain(replace(IN_TIME, here=450))


def test_the_last_second_of_the_budget_is_not_over_and_the_next_one_is() -> None:
    assert "over" not in plain(replace(IN_TIME, here=360))
    assert "1 min over" in plain(replace(IN_TIME, here=361))


def test_a_meeting_over_time_says_how_much() -> None:
    assert ":orange[meeting 63 of 60 min, 3 min over]" in plain(replace(IN_TIME, spent=63 * 60, to_go=0))


def test_those_to_come_who_do_not_fit_any_more_are_said_in_minutes() -> None:
    assert ":orange[6 to go need 36 min, 35 left, 1 short]" in plain(replace(IN_TIME, spent=25 * 60))


def test_a_patient_decided_upon_shows_the_time_that_was_kept() -> None:
    assert "this patient 4:10, done" in plain(replace(IN_TIME, decided="done"))


def test_the_time_of_nobody_yet_is_that_of_the_patient_on_the_screen() -> None:
    assert since_the_last(600, [250, 100]) == 250
    assert since_the_last(100, [250]) == 0


def test_an_hour_is_written_in_minutes() -> None:
    assert clock(3605) == "60:05"
