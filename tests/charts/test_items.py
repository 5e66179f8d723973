"""Items by visits: every answer in its cell, what is not known as a dash, and what moved."""

from datetime import date, timedelta
from typing import Any

from bhi_core.charts.items import Visit, alt, items, moved, shown
from bhi_core.charts.palette import DARK, LIGHT
from tests.charts.patient import AS_OF, PHQ9, WHO5

START = date(2026, 6, 5)
FULL = (2, 3, 3, 2, 2, 3, 2, 1, 1)


def visit(place: int, *answers: int | None, total: float | None = 19, **more: Any) -> Visit:
    """Make a visit, two weeks apart."""
    return Visit(START + timedelta(days=14 * place), total, answers, **more)


def drawn(*visits: Visit, **options: Any) -> dict[str, Any]:
    """Draw and give the figure as it goes to the browser."""
    scale = options.get("scale", PHQ9)
    return dict(items(scale, visits, AS_OF, options.get("palette", LIGHT)).to_dict())


def digits(figure: dict[str, Any]) -> dict[tuple[int, int], tuple[str, str]]:
    """Give text and colour of each cell by item and visit."""
    text = figure["data"][1]
    return {
        (y, x): (word, colour)
        for x, y, word, colour in zip(text["x"], text["y"], text["text"], text["textfont"]["color"], strict=True)
    }


def beside(figure: dict[str, Any]) -> dict[int, str]:
    """Give the words behind each row."""
    return {note["y"]: note["text"] for note in figure["layout"]["annotations"] if note["yref"] == "y"}


def test_each_cell_has_its_digit_in_an_ink_that_its_tint_bears() -> None:
    cells = digits(drawn(visit(0, *FULL)))

    assert cells[0, 0] == ("2", LIGHT.heat_ink[2])
    assert cells[1, 0] == ("3", LIGHT.heat_ink[3])
    assert len(cells) == 9


def test_the_rows_are_the_items_in_the_order_of_the_form() -> None:
    figure = drawn(visit(0, *FULL))

    assert list(figure["layout"]["yaxis"]["ticktext"]) == [item.short for item in PHQ9.items]
    assert figure["layout"]["yaxis"]["range"] == [8.5, -0.5]


def test_an_answer_that_is_not_recorded_is_a_dash_and_has_no_tint() -> None:
    figure = drawn(visit(0), visit(1, 2, None, 3))

    assert digits(figure)[0, 0] == ("–", LIGHT.ink2)
    assert digits(figure)[1, 1] == ("–", LIGHT.ink2)
    assert figure["data"][0]["z"][1][1] is None


def test_item9_carries_its_mark_when_it_is_positive() -> None:
    figure = drawn(visit(0, *FULL), visit(1, *FULL[:8], 2), visit(2, *FULL[:8], 0))

    assert [digits(figure)[8, place][0] for place in range(3)] == ["<b>◇1</b>", "<b>◆2</b>", "0"]


def test_behind_each_row_stands_last_less_first() -> None:
    figure = drawn(visit(0, *FULL), visit(1), visit(2, 2, 2, 3, 2, 2, 3, 2, 1, 2))

    assert beside(figure)[0] == "0"
    assert beside(figure)[1] == "<b>−1</b>"
    assert beside(figure)[8] == "<b>+1</b>"


def test_better_is_blue_and_worse_is_orange_whichever_way_the_scale_runs() -> None:
    def colours(figure: dict[str, Any]) -> dict[int, str]:
        return {note["y"]: note["font"]["color"] for note in figure["layout"]["annotations"] if note["yref"] == "y"}

    fell = colours(drawn(visit(0, *[3] * 9), visit(1, *[1] * 9)))
    rose = colours(drawn(visit(0, *[1] * 5), visit(1, *[4] * 5), scale=WHO5))

    assert set(fell.values()) == {LIGHT.blue}
    assert set(rose.values()) == {LIGHT.blue}


def test_an_item_answered_once_has_no_change() -> None:
    assert beside(drawn(visit(0, *FULL), visit(1))) == {}


def test_the_first_and_the_last_eleven_visits_are_drawn() -> None:
    visits = [visit(place, *FULL) for place in range(15)]

    assert shown(visits[:12]) == visits[:12]
    assert shown(visits) == [visits[0], *visits[4:]]


def test_what_moved_is_judged_on_all_visits_also_those_not_drawn() -> None:
    visits = [visit(place, 3 if place == 1 else None, *FULL[1:]) for place in range(14)] + [visit(14, 1, *FULL[1:])]

    assert moved(visits, 0) == -2


def test_the_head_of_a_column_has_date_over_total() -> None:
    assert list(drawn(visit(0, *FULL))["layout"]["xaxis"]["ticktext"]) == ["5 Jun<br><b>19</b>"]


def test_a_partial_form_shows_the_range_that_is_still_possible() -> None:
    heads = list(
        drawn(visit(0, *FULL), visit(1, *FULL[:8], None, total=None, possible=(12, 15), missing=1))["layout"]["xaxis"][
            "ticktext"
        ]
    )

    assert heads[1] == "19 Jun<br><b>12–15</b><br>(1 missing)"
    assert heads[0].startswith("5 Jun<br><b>19</b>")


def test_a_year_stands_on_a_line_of_its_own_so_that_dates_do_not_run_into_each_other() -> None:
    last_year = Visit(date(2025, 11, 18), 21, FULL)

    heads = list(drawn(last_year, visit(0, *FULL))["layout"]["xaxis"]["ticktext"])

    assert heads == ["18 Nov<br>2025<br><b>21</b>", "5 Jun<br> <br><b>19</b>"]


def test_where_higher_is_better_the_lowest_answer_is_the_darkest() -> None:
    steps = drawn(visit(0, 0, 5, 3, 2, 1), scale=WHO5)["data"][0]["z"]

    assert [row[0] for row in steps][:2] == [3, 0]


def test_the_height_follows_the_number_of_items() -> None:
    nine, five = drawn(visit(0, *FULL)), drawn(visit(0, 1, 1, 1, 1, 1), scale=WHO5)

    assert nine["layout"]["height"] - five["layout"]["height"] == 4 * 28


def test_without_visits_an_empty_grid_is_drawn() -> None:
    assert list(drawn()["layout"]["xaxis"]["ticktext"]) == []


def test_the_dark_theme_has_its_own_tints() -> None:
    scale = drawn(visit(0, *FULL), palette=DARK)["data"][0]["colorscale"]

    assert {colour for _, colour in scale} == set(DARK.heat)


def test_the_words_for_those_who_do_not_see_it_say_what_moved() -> None:
    said = alt(PHQ9, [visit(0, *FULL), visit(1, 1, *FULL[1:])], AS_OF)

    assert said.startswith("PHQ-9, 2 visits, 2 shown, from 5 Jun: Interest −1, Mood unchanged")
    assert alt(PHQ9, [], AS_OF) == "PHQ-9: no answers."
