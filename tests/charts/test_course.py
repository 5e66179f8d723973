"""The patient figure: what is drawn, where, and that nothing is cut, turned round or made up."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from bhi_core.charts.course import alt, course
from bhi_core.charts.palette import DARK, LIGHT
from bhi_core.charts.parts import Care, Contact, Dose, Panel, Score
from tests.charts.patient import AS_OF, CARE, ENROLLED, GAD7_PANEL, PCL5, PHQ9, PHQ9_PANEL, WHO5, phq9

NOTHING = Care()


def drawn(*panels: Panel, care: Care = NOTHING, enrolled: date = ENROLLED, **options: Any) -> dict[str, Any]:
    """Draw and give the figure as it goes to the browser."""
    figure: dict[str, Any] = course(panels, care, AS_OF, enrolled, options.pop("palette", LIGHT), **options).to_dict()
    return figure


def notes(figure: dict[str, Any], axis: str | None = None) -> list[str]:
    """Give the words written on the figure, or on one y axis."""
    return [note["text"] for note in figure["layout"]["annotations"] if axis in (None, note["yref"])]


def segments(figure: dict[str, Any]) -> list[tuple[str, str, float, str, float, dict[str, Any]]]:
    """Give the straight lines as (axis, date, value, date, value, look)."""
    return [
        (shape["yref"], x0, float(y0), x1, float(y1), shape["line"])
        for shape in figure["layout"]["shapes"]
        if shape["type"] == "path"
        for x0, y0, x1, y1 in re.findall(r"M([\d-]+),([\d.]+)L([\d-]+),([\d.]+)", shape["path"])
    ]


def lines(figure: dict[str, Any], axis: str) -> dict[float, dict[str, Any]]:
    """Give the level lines of a panel by their height."""
    return {y0: look for at, _, y0, _, y1, look in segments(figure) if at == axis and y0 == y1}


def uprights(figure: dict[str, Any], *, dotted: bool) -> list[tuple[str, str]]:
    """Give the uprights as (date, axis)."""
    return [
        (x0, at)
        for at, x0, _, x1, _, look in segments(figure)
        if x0 == x1 and (look.get("dash") == "2px,3px") is dotted
    ]


def marks(figure: dict[str, Any], axis: str = "y") -> dict[str, Any]:
    """Give the trace of the scores of a panel."""
    return next(one for one in figure["data"] if one.get("yaxis") == axis and one.get("mode") == "markers")


def test_each_instrument_has_its_whole_range_never_cut_and_never_turned_round() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL, Panel(PCL5, PHQ9_PANEL.scores), Panel(WHO5, PHQ9_PANEL.scores))

    ranges = [figure["layout"][axis]["range"] for axis in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    assert [low for low, _ in ranges] == [0, 0, 0, 0]
    assert ranges[:2] == [[0, 27.5], [0, 21.5]]
    assert ranges[2][1] > 80 and ranges[3][1] > 25


def test_the_highest_score_is_not_clipped_by_the_edge() -> None:
    figure = drawn(phq9(27, 27))

    assert all(trace["cliponaxis"] is False for trace in figure["data"])


def test_ticks_are_those_of_the_scale() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL)

    assert list(figure["layout"]["yaxis"]["tickvals"]) == [0, 5, 10, 15, 20, 27]
    assert list(figure["layout"]["yaxis2"]["tickvals"]) == [0, 5, 10, 15, 21]


def test_panels_are_as_high_as_the_design_says() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL, care=CARE)
    plot = figure["layout"]["height"] - 18 - 38

    heights = [
        round((axis["domain"][1] - axis["domain"][0]) * plot)
        for axis in (figure["layout"][name] for name in ("yaxis", "yaxis2", "yaxis3"))
    ]

    assert heights == [292, 146, 5 * 24 + 4]


def test_the_review_has_larger_text_and_its_own_heights() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL, size="review")

    assert figure["layout"]["height"] == 240 + 18 + 124 + 18 + 3 * 24 + 4 + 18 + 48
    assert figure["layout"]["margin"]["l"] == 138 and figure["layout"]["margin"]["r"] == 100
    assert min(note["font"]["size"] for note in figure["layout"]["annotations"]) == 13.5


def test_no_text_on_the_page_is_smaller_than_12_px() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL, care=CARE)

    axes = [value["tickfont"]["size"] for name, value in figure["layout"].items() if "axis" in name]
    assert min([note["font"]["size"] for note in figure["layout"]["annotations"]] + axes) >= 12


def test_without_gad7_its_panel_goes_and_the_height_shrinks() -> None:
    both, alone = drawn(PHQ9_PANEL, GAD7_PANEL), drawn(PHQ9_PANEL)

    assert both["layout"]["height"] - alone["layout"]["height"] == 146 + 18
    assert "yaxis3" not in alone["layout"]


def test_an_instrument_without_scores_gets_no_panel() -> None:
    assert drawn(PHQ9_PANEL, Panel(PCL5, ())) == drawn(PHQ9_PANEL)


def test_without_any_score_the_care_is_still_shown() -> None:
    figure = drawn(care=CARE)

    assert list(figure["layout"]["yaxis"]["ticktext"]) == ["Contacts", "Reviews", "Sertraline", "Bupropion XL"]


def test_bands_have_tints_below_and_names_in_the_right_margin() -> None:
    figure = drawn(PHQ9_PANEL)
    bands = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]

    assert [(shape["y0"], shape["y1"], shape["fillcolor"]) for shape in bands] == [
        (0, 5, LIGHT.bands[0]), (5, 10, LIGHT.bands[1]), (10, 15, LIGHT.bands[2]), (15, 20, LIGHT.bands[3]),
        (20, 27.5, LIGHT.bands[4]),
    ]  # fmt: skip
    assert {shape["layer"] for shape in bands} == {"below"}
    for name in ("minimal", "mild", "moderate", "mod. severe", "severe"):
        note = next(note for note in figure["layout"]["annotations"] if note["text"] == name)
        assert note["xref"] == "paper" and note["x"] == 1


def test_gad7_takes_four_of_the_five_tints() -> None:
    figure = drawn(GAD7_PANEL)

    tints = [shape["fillcolor"] for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert tints == [LIGHT.bands[step] for step in (0, 1, 2, 4)]


def test_where_higher_is_better_the_darkest_band_is_the_lowest_and_the_scale_says_so() -> None:
    figure = drawn(Panel(WHO5, PHQ9_PANEL.scores, 8))

    tints = [shape["fillcolor"] for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert tints == [LIGHT.bands[4], LIGHT.bands[2], LIGHT.bands[0]]
    assert any("higher is better" in text for text in notes(figure))
    assert not any("half" in text for text in notes(figure))


def test_each_instrument_is_drawn_in_a_panel_of_its_own() -> None:
    figure = drawn(PHQ9_PANEL, Panel(WHO5, PHQ9_PANEL.scores))

    assert {trace["name"]: trace["yaxis"] for trace in figure["data"] if "name" in trace} == {
        "PHQ-9": "y",
        "WHO-5": "y2",
    }


def test_phq9_has_lines_at_10_and_5_and_a_dotted_one_at_half() -> None:
    figure = drawn(PHQ9_PANEL)

    assert set(lines(figure, "y")) == {10, 5, 9.5}
    assert "dash" in lines(figure, "y")[9.5] and lines(figure, "y")[9.5]["width"] == 1.6
    assert lines(figure, "y")[10]["width"] == 1.2
    assert {"<b>10 target</b>", "<b>5 remission</b>", "half: 9.5"} <= set(notes(figure))


def test_gad7_beside_phq9_has_the_target_and_half_only() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL)

    assert set(lines(figure, "y2")) == {10, 7.5}


def test_a_first_score_of_0_has_no_half() -> None:
    assert not any("half" in text for text in notes(drawn(phq9(0, 3))))


def test_an_instrument_without_response_has_its_threshold_only() -> None:
    figure = drawn(Panel(PCL5, PHQ9_PANEL.scores, 19))

    assert set(lines(figure, "y")) == {33}
    assert "<b>33 threshold</b>" in notes(figure)


def test_first_and_last_value_are_written_and_the_last_stands_right_of_today_when_recent() -> None:
    figure = drawn(PHQ9_PANEL)
    written = {note["text"]: note for note in figure["layout"]["annotations"] if note["yref"] == "y"}

    assert written["<b>19</b>"]["font"]["size"] == 14 and written["<b>17</b>"]["font"]["size"] == 16
    assert written["<b>17</b>"]["x"] == AS_OF.isoformat() and written["<b>17</b>"]["xanchor"] == "left"


def test_an_old_last_value_stands_at_its_point() -> None:
    figure = drawn(phq9(19, 12))

    last = next(note for note in figure["layout"]["annotations"] if note["text"] == "<b>12</b>")
    assert last["x"] == (ENROLLED + timedelta(days=14)).isoformat()


def test_one_score_has_no_line_and_one_value_and_keeps_bands_and_lines() -> None:
    figure = drawn(phq9(19))
    line = next(trace for trace in figure["data"] if trace["mode"] == "lines")

    assert list(line["x"]) == [ENROLLED.isoformat()]
    assert notes(figure).count("<b>19</b>") == 1
    assert {10, 5} <= set(lines(figure, "y"))


@pytest.mark.parametrize(("above_line", "total"), [(True, 8), (False, 20)])
def test_no_line_strikes_the_first_value_through(above_line: bool, total: float) -> None:
    figure = drawn(phq9(total, 20))
    first = next(note for note in figure["layout"]["annotations"] if note["text"] == f"<b>{total}</b>")
    px = 292 / 27.5

    middle = total + first["yshift"] / px
    assert all(abs(middle - line) * px >= 7 for line in (5, 10, total / 2))


@pytest.mark.parametrize(("days", "joined"), [(90, True), (91, False)])
def test_the_line_is_broken_after_more_than_90_days(days: int, joined: bool) -> None:
    figure = drawn(phq9(19, 12, start=date(2026, 1, 1), every=days), enrolled=date(2026, 1, 1))
    line = next(trace for trace in figure["data"] if trace["mode"] == "lines")

    assert (None not in list(line["y"])) is joined


def test_a_long_hole_says_how_long_nothing_was_measured() -> None:
    figure = drawn(phq9(19, 12, start=date(2025, 2, 1), every=470), enrolled=date(2025, 2, 1))

    assert "no score for 67 weeks" in notes(figure)


def test_a_short_hole_in_a_long_course_is_left_without_words_that_would_cover_the_scores() -> None:
    scores = (*phq9(19, 18, start=date(2020, 1, 1)).scores, *phq9(12, start=date(2020, 5, 1)).scores)
    figure = drawn(Panel(PHQ9, scores, 19), enrolled=date(2020, 1, 1))

    assert not any("week" in text for text in notes(figure, "y"))


def test_item9_is_a_red_diamond_from_2_an_outlined_orange_one_at_1_and_a_total_alone_is_hollow() -> None:
    marker = marks(drawn(PHQ9_PANEL))["marker"]
    look = list(zip(marker["symbol"], marker["size"], marker["color"], marker["line"]["color"], strict=True))

    assert look[0] == ("diamond", 11, LIGHT.page, LIGHT.orange)
    assert look[9] == ("diamond", 12, LIGHT.red, LIGHT.page)
    assert look[5] == ("circle", 8, LIGHT.blue, LIGHT.blue)
    assert look[7] == ("circle", 8, LIGHT.page, LIGHT.blue)


@pytest.mark.parametrize(("n", "size"), [(26, 8), (27, 5)])
def test_points_are_smaller_above_26_scores(n: int, size: int) -> None:
    figure = drawn(phq9(*[12.0] * n, every=5))

    assert set(marks(figure)["marker"]["size"]) == {size}


def test_an_incomplete_form_is_not_on_the_line_but_its_item9_is_in_the_lane() -> None:
    panel = Panel(PHQ9, (Score(ENROLLED, 12, 0), Score(ENROLLED + timedelta(days=14), None, 3)), 12)
    figure = drawn(panel)
    lane = next(trace for trace in figure["data"] if trace.get("mode") == "text")

    assert len(marks(figure)["x"]) == 1
    assert list(lane["text"]) == ["0", "<b>◆3</b>"]


def test_the_item9_lane_tells_zero_unknown_and_positive_apart() -> None:
    figure = drawn(PHQ9_PANEL)
    lane = next(trace for trace in figure["data"] if trace.get("mode") == "text")

    assert list(lane["text"]) == [*["<b>◇1</b>"] * 5, "0", "0", "?", "<b>◇1</b>", "<b>◆2</b>"]


def test_above_18_forms_the_item9_lane_shows_only_what_is_above_zero() -> None:
    few = drawn(phq9(*[12.0] * 18, every=7))
    many = drawn(phq9(*[12.0] * 19, every=7))

    assert any(trace.get("mode") == "text" for trace in few["data"])
    assert not any(trace.get("mode") == "text" for trace in many["data"])


def test_the_time_axis_goes_from_before_enrolment_to_after_today() -> None:
    start, end = drawn(PHQ9_PANEL)["layout"]["xaxis"]["range"]
    days = (AS_OF - ENROLLED).days

    assert start[:10] == (ENROLLED - timedelta(days=0.035 * days + 1)).isoformat()
    assert end[:10] == (AS_OF + timedelta(days=0.06 * days)).isoformat()


def test_the_time_axis_is_at_least_90_days() -> None:
    start, end = drawn(phq9(19, start=AS_OF), enrolled=AS_OF)["layout"]["xaxis"]["range"]

    assert (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days >= 90


@pytest.mark.parametrize(("size", "most"), [("page", 7), ("review", 5)])
@pytest.mark.parametrize("weeks", [1, 24, 25, 60, 150, 400, 900])
def test_there_are_never_too_many_dates_under_the_figure(size: str, most: int, weeks: int) -> None:
    enrolled = AS_OF - timedelta(weeks=weeks)
    axis = drawn(phq9(19, start=enrolled), enrolled=enrolled, size=size)["layout"]["xaxis"]

    assert 1 <= len(axis["tickvals"]) <= most
    assert axis["tickangle"] == 0


def test_a_tick_says_the_week_over_the_date() -> None:
    ticks = list(drawn(PHQ9_PANEL)["layout"]["xaxis"]["ticktext"])

    assert ticks == [
        "wk 0<br>5 Jun", "wk 4<br>3 Jul", "wk 8<br>31 Jul", "wk 12<br>28 Aug", "wk 16<br>25 Sep", "wk 20<br>23 Oct",
        "wk 24<br>20 Nov",
    ]  # fmt: skip


def test_today_stands_in_every_panel_and_is_named_above() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL, now="as of 3 Nov")

    assert uprights(figure, dotted=False) == [(AS_OF.isoformat(), axis) for axis in ("y", "y2", "y3")]
    assert "as of 3 Nov" in notes(figure, "paper")


def test_each_start_change_and_stop_sends_a_dotted_upright_through_every_panel_in_data_coordinates() -> None:
    figure = drawn(PHQ9_PANEL, GAD7_PANEL, care=CARE)

    dates = ("2026-06-07", "2026-07-07", "2026-08-30", "2026-10-03")
    assert uprights(figure, dotted=True) == [(on, axis) for axis in ("y", "y2", "y3") for on in dates]
    assert {shape["xref"] for shape in figure["layout"]["shapes"]} == {"x"}
    assert {shape["yref"] for shape in figure["layout"]["shapes"]} == {"y", "y2", "y3"}


def test_lanes_come_in_the_order_of_the_design() -> None:
    lanes = drawn(PHQ9_PANEL, GAD7_PANEL, care=CARE)["layout"]["yaxis3"]["ticktext"]

    assert list(lanes) == ["Contacts", "Reviews", "Item 9", "Sertraline", "Bupropion XL"]


def test_without_an_instrument_with_a_safety_item_there_is_no_item9_lane() -> None:
    assert list(drawn(GAD7_PANEL)["layout"]["yaxis2"]["ticktext"]) == ["Contacts", "Reviews"]


def test_words_stand_in_a_bar_only_if_they_fit() -> None:
    doses = (
        Dose("Sertraline", "100 mg", ENROLLED, AS_OF),
        Dose("Bupropion", "a very long description of a dose", ENROLLED, ENROLLED + timedelta(days=20)),
    )
    figure = drawn(PHQ9_PANEL, care=Care(doses=doses))
    bars = next(trace for trace in figure["data"] if trace["type"] == "bar")

    assert list(bars["text"]) == ["100 mg", ""]
    assert "a very long description of a dose" in bars["hovertext"][1]


def test_a_bar_that_goes_on_says_since_when_and_one_that_ended_says_why() -> None:
    figure = drawn(PHQ9_PANEL, care=CARE)
    bars = next(trace for trace in figure["data"] if trace["type"] == "bar")

    assert list(bars["hovertext"])[1:] == [
        "Sertraline 100 mg, since 7 Jul (20 weeks)",
        "Bupropion XL 150 mg, 30 Aug to 3 Oct (4 weeks): insomnia",
    ]


def test_contacts_and_reviews_say_what_they_were() -> None:
    figure = drawn(PHQ9_PANEL, care=CARE)
    said = [text for trace in figure["data"] for text in trace.get("hovertext", ())]

    assert "5 Jun, in person: attended" in said
    assert "17 Jul, phone: missed" in said
    assert "17 Oct, case review: Dr Osei: restart therapy" in said


def test_a_point_says_its_band_its_week_and_both_changes() -> None:
    hover = marks(drawn(PHQ9_PANEL))["hovertext"]

    assert (
        hover[9] == "PHQ-9 17, moderately severe<br>18 Nov, week 23<br>+2 since 31 Oct, −2 since the first<br>item 9: 2"
    )
    assert hover[0] == "PHQ-9 19, moderately severe<br>5 Jun, week 0<br>item 9: 1"
    assert hover[7].endswith("item 9 unknown")


def test_another_score_of_the_day_is_named_with_the_one_that_counts() -> None:
    figure = drawn(Panel(PHQ9, (Score(ENROLLED, 12, 0, others=(15,)),), 12))

    assert "also that day: 15" in marks(figure)["hovertext"][0]


def test_markup_in_a_record_is_shown_and_not_obeyed() -> None:
    evil = '<b>x</b> <a href="http://evil">y</a>'
    care = Care(contacts=(Contact(ENROLLED, evil, True),), doses=(Dose(evil, "<b>1</b> mg", ENROLLED),))
    figure = drawn(PHQ9_PANEL, care=care)
    bars = next(trace for trace in figure["data"] if trace["type"] == "bar")

    assert list(bars["text"]) == ["&lt;b&gt;1&lt;/b&gt; mg"]
    assert "<" not in bars["hovertext"][0]
    assert "<" not in "".join(figure["layout"]["yaxis2"]["ticktext"])
    assert not any("<a" in text for trace in figure["data"] for text in trace.get("hovertext", ()))


def test_a_referral_is_a_mark_without_an_upright() -> None:
    figure = drawn(PHQ9_PANEL, care=Care(doses=(Dose("Sleep clinic", "referral", ENROLLED, ENROLLED, once=True),)))

    assert uprights(figure, dotted=True) == []
    assert any("Sleep clinic" in text for trace in figure["data"] for text in trace.get("hovertext", ()))


def test_the_dark_theme_uses_its_own_colours_only() -> None:
    text = str(drawn(PHQ9_PANEL, GAD7_PANEL, care=CARE, palette=DARK))

    assert DARK.page in text
    assert not any(colour in text for colour in (LIGHT.page, LIGHT.ink, LIGHT.blue, LIGHT.red, LIGHT.orange))


def test_the_figure_is_a_lean_one() -> None:
    figure = course([PHQ9_PANEL, GAD7_PANEL], CARE, AS_OF, ENROLLED, LIGHT)

    assert figure.layout.template.to_plotly_json() == {}
    assert len(figure.to_json()) < 20_000


def test_the_words_for_those_who_do_not_see_it_name_first_and_last_scores() -> None:
    assert alt([PHQ9_PANEL, GAD7_PANEL], CARE, AS_OF) == (
        "PHQ-9 19 on 5 Jun, 17 on 18 Nov, 10 scores; GAD-7 15 on 5 Jun, 11 on 18 Nov, 10 scores; "
        "1 contact attended, 1 case review, 2 treatments."
    )
