"""The printed course: true time, nothing cut, every meaning in a shape or a word as well as in a colour."""

from dataclasses import fields

import pytest

from bhi_core.charts.palette import LIGHT
from bhi_core.report import print_look
from bhi_core.report.course_svg import LEFT, RIGHT, WIDTH, also_measured, course, draw, points_of
from bhi_core.report.lanes_svg import TREATMENTS, lanes_of
from tests.domain.clinic import Case, day
from tests.report.printed import HOSTILE, TURNED, chart_of, elements, words_in

CASE = Case(
    as_of=168, scores="PHQ-9@0=19[i9=0];PHQ-9@28=17[i9=1];PHQ-9@84=12[i9=2];GAD-7@0=15;GAD-7@84=9",
    events="contact@0;no_show@20;review@40=switch|Dr Park|50;med_start@7=Sertraline;med_switch@50=Bupropion",
)  # fmt: skip
COURSES = {
    "no score": CASE.with_(scores=""),
    "one score": CASE.with_(scores="PHQ-9@0=19"),
    "an incomplete form": CASE.with_(scores="PHQ-9@0=[i9=2][incomplete]"),
    "the highest score": CASE.with_(scores="PHQ-9@0=27;PHQ-9@7=0;GAD-7@0=21"),
    "a score before enrolment": CASE.with_(scores="PHQ-9@-14=19;PHQ-9@30=12"),
    "higher is better": CASE.with_(scores="WHO-5@0=6;WHO-5@60=18"),
    "forty scores": CASE.with_(as_of=420, scores=";".join(f"PHQ-9@{7 * at}={19 - at % 12}" for at in range(60))),
    "nothing done": CASE.with_(events=""),
}


def drawn(case: Case, items: str | None = "1,1,1,1,1,1,1,1,0") -> str:
    return str(course(chart_of(case, items), "says"))


@pytest.mark.parametrize("case", COURSES.values(), ids=COURSES)
def test_every_course_can_be_drawn_and_no_mark_falls_off_the_sheet(case: Case) -> None:
    svg = drawn(case)
    height = draw(chart_of(case)).height

    marks = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in elements(svg, "circle")]
    texts = [(float(text.get("x")), float(text.get("y"))) for text in elements(svg, "text")]
    assert all(LEFT <= x <= WIDTH - RIGHT for x, _ in marks)
    assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in marks + texts)


def test_time_between_scores_is_true() -> None:
    x = [
        float(dot.get("cx"))
        for dot in elements(drawn(CASE.with_(scores="PHQ-9@0=19;PHQ-9@20=19;PHQ-9@80=19")), "circle")
    ]

    assert (x[2] - x[1]) / (x[1] - x[0]) == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize(("days", "lines"), [(90, 1), (91, 0)])
def test_scores_more_than_ninety_days_apart_are_not_joined(days: int, lines: int) -> None:
    assert len(elements(drawn(CASE.with_(scores=f"PHQ-9@0=19;PHQ-9@{days}=18")), "polyline")) == lines


def test_hole_in_a_course_says_how_long_it_is() -> None:
    assert "no score for 20 weeks" in words_in(drawn(CASE.with_(scores="PHQ-9@0=19;PHQ-9@140=18")))


def test_item_9_is_told_by_shape_and_digit() -> None:
    svg = drawn(CASE.with_(scores="PHQ-9@0=19[i9=0];PHQ-9@28=17[i9=1];PHQ-9@84=12[i9=2]"))

    on_line_and_in_lane = [(one.get("fill"), one.get("stroke")) for one in elements(svg, "polygon")]
    assert on_line_and_in_lane.count((print_look.PAGE, print_look.ORANGE)) == 2
    assert sum(fill == print_look.RED for fill, _ in on_line_and_in_lane) == 2
    assert {"0", "1", "2"} <= set(words_in(svg))


def test_unknown_item_9_is_a_question_mark() -> None:
    assert "?" in words_in(drawn(CASE.with_(scores="PHQ-9@0=19")))


@pytest.mark.parametrize(("items", "fill"), [("1,1,1,1,1,1,1,1,0", print_look.BLUE), (None, print_look.PAGE)])
def test_total_without_answers_is_hollow(items: str | None, fill: str) -> None:
    (dot,) = elements(drawn(CASE.with_(scores="PHQ-9@0=19[i9=0]"), items), "circle")

    assert dot.get("fill") == fill


def test_lines_of_reference_have_their_words() -> None:
    assert {"10 target", "5 remission", "half: 9.5", "half: 7.5", "today", "wk 0"} <= set(words_in(drawn(CASE)))


def test_first_and_last_score_carry_their_numbers() -> None:
    assert {"19", "12", "15", "9"} <= set(words_in(drawn(CASE)))


def test_words_from_the_data_are_only_words() -> None:
    svg = drawn(CASE.with_(events=f"med_start@7={HOSTILE.replace(';', '')}{TURNED}"))

    assert "<script" not in svg
    assert any(text.startswith("<script>") for text in words_in(svg))
    assert "\u202e" not in svg


def test_sentence_stands_for_the_drawing() -> None:
    svg = str(course(chart_of(CASE), HOSTILE))

    assert f'aria-label="{HOSTILE.replace("&", "&amp;")}"'.count("&amp;") == 1
    assert 'role="img"' in svg
    assert "<b>" not in svg


def test_two_instruments_are_drawn_and_the_leading_one_is_among_them() -> None:
    told = chart_of(CASE.with_(scores="PHQ-9@0=4;PHQ-9@60=4;GAD-7@0=5;GAD-7@60=5;PCL-5@0=50;PCL-5@60=55"))

    texts = words_in(str(course(told, "says")))

    assert {"PHQ-9", "PCL-5"} <= set(texts) and "GAD-7" not in texts
    assert also_measured(told) == "Also measured: GAD-7 5 on 6 Mar."


def test_nothing_else_measured_says_nothing() -> None:
    assert also_measured(chart_of(CASE)) == ""


def test_latest_treatments_have_the_lanes() -> None:
    events = ";".join(f"med_augment@{7 * at}=Drug {at}" for at in range(TREATMENTS + 2))

    lanes = lanes_of(chart_of(CASE.with_(events=events)), day(0))

    assert lanes.names[3:] == tuple(f"Drug {at}" for at in range(2, TREATMENTS + 2))
    assert lanes.left_out == 2


def test_referral_and_dose_have_their_marks() -> None:
    svg = drawn(CASE.with_(events="referral@14=Pain clinic;med_start@7=Sertraline;med_stop@60=Sertraline"))

    assert {"Pain clinic", "Sertraline"} <= set(words_in(svg))


def test_item_9_lane_of_a_long_course_shows_only_answers_above_zero() -> None:
    scores = ";".join(f"PHQ-9@{7 * at}=19[i9={int(at == 3)}]" for at in range(20))

    lanes = lanes_of(chart_of(CASE.with_(scores=scores)), day(0))

    assert lanes.item9 == ((day(21), 1),)


def test_positive_answer_of_an_earlier_form_of_the_day_is_not_lost() -> None:
    told = chart_of(CASE.with_(scores="PHQ-9@0=19[i9=2];PHQ-9@0=12[i9=0]"))

    (point,) = points_of(told, told.courses[0])

    assert (point.total, point.safety) == (12, 2)


def test_printed_colours_are_those_of_the_light_screens() -> None:
    names = {field.name for field in fields(LIGHT)}
    shared = [name for name in vars(print_look) if name.isupper() and name.lower() in names]

    assert len(shared) > 10
    assert all(vars(print_look)[name] == getattr(LIGHT, name.lower()) for name in shared)
    assert LIGHT.heat[1] == print_look.DOSE
