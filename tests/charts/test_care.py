"""From records to lanes and panels: which form stands for a day, and where a treatment begins and ends."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.charts.care import care, doses, panel, since
from bhi_core.charts.parts import Care, Contact, Dose
from tests.charts.patient import PHQ9

DAY = date(2026, 6, 5)


def forms(*rows: tuple[str, int, float, int]) -> pd.DataFrame:
    """Make forms of (date, recorded order, total, answer to item 9)."""
    frame = pd.DataFrame(rows, columns=["taken_on", "recorded_order", "total", "safety_answer"])
    return frame.assign(taken_on=pd.to_datetime(frame["taken_on"]).astype("datetime64[s]"), total_only=False)


def treatments(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    """Make a log of (date, change, treatment, dose)."""
    frame = pd.DataFrame(rows, columns=["date", "change", "treatment", "dose"])
    return frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[s]"), why="insomnia")


def bars(*rows: tuple[str, str, str | None, str | None]) -> list[tuple[str, str, str, str | None]]:
    """Give the bars of a log as (treatment, dose, start, stop)."""
    return [
        (bar.treatment, bar.dose, bar.start.isoformat(), None if bar.stop is None else bar.stop.isoformat())
        for bar in doses(treatments(*rows))
    ]


def test_the_last_recorded_form_stands_for_its_day_and_the_other_is_named() -> None:
    made = panel(PHQ9, forms(("2026-06-05", 2, 12, 0), ("2026-06-05", 1, 15, 1)), 12)

    assert [(score.total, score.others) for score in made.scores] == [(12, (15,))]


def test_the_higher_of_two_forms_recorded_at_once_stands_for_its_day() -> None:
    made = panel(PHQ9, forms(("2026-06-05", 1, 15, 0), ("2026-06-05", 1, 12, 0)), 15)

    assert [score.total for score in made.scores] == [15]


def test_an_incomplete_form_recorded_later_takes_no_score_away_and_its_item9_is_kept() -> None:
    made = panel(PHQ9, forms(("2026-06-05", 1, 15, 0), ("2026-06-05", 2, np.nan, 2)), 15)

    assert [(score.total, score.safety) for score in made.scores] == [(15, 2)]


def test_forms_come_in_the_order_of_their_dates() -> None:
    made = panel(PHQ9, forms(("2026-07-05", 1, 10, 0), ("2026-06-05", 2, 15, 0)), 15)

    assert [score.on.month for score in made.scores] == [6, 7]


def test_no_forms_give_a_panel_without_scores() -> None:
    assert panel(PHQ9, forms(), np.nan).scores == ()
    assert panel(PHQ9, forms(), np.nan).half is None


def test_a_dose_change_ends_one_bar_and_begins_the_next() -> None:
    assert bars(
        ("2026-06-07", "start", "Sertraline", "50 mg"),
        ("2026-07-07", "dose up", "sertraline ", "100 mg"),
        ("2026-09-07", "stop", "Sertraline", None),
    ) == [
        ("Sertraline", "50 mg", "2026-06-07", "2026-07-07"),
        ("Sertraline", "100 mg", "2026-07-07", "2026-09-07"),
    ]


def test_a_treatment_without_a_stop_goes_on() -> None:
    assert bars(("2026-06-07", "start", "Sertraline", "50 mg")) == [("Sertraline", "50 mg", "2026-06-07", None)]


def test_a_switch_ends_what_was_started_but_not_what_was_added_nor_a_therapy() -> None:
    ends = {
        name: stop
        for name, _, _, stop in bars(
            ("2026-06-01", "start", "Sertraline", "50 mg"),
            ("2026-06-02", "augment", "Bupropion", "150 mg"),
            ("2026-06-03", "therapy start", "CBT", None),
            ("2026-07-01", "switch", "Venlafaxine", "75 mg"),
        )
    }

    assert ends == {"Sertraline": "2026-07-01", "Bupropion": None, "CBT": None, "Venlafaxine": None}


def test_a_dose_change_of_something_added_does_not_make_a_switch_end_it() -> None:
    ends = {
        (name, dose): stop
        for name, dose, _, stop in bars(
            ("2026-06-02", "augment", "Bupropion", "150 mg"),
            ("2026-06-20", "dose up", "Bupropion", "300 mg"),
            ("2026-07-01", "switch", "Venlafaxine", "75 mg"),
        )
    }

    assert ends[("Bupropion", "300 mg")] is None


def test_a_stop_that_names_nothing_ends_every_medication_and_no_therapy() -> None:
    ends = {
        name: stop
        for name, _, _, stop in bars(
            ("2026-06-01", "start", "Sertraline", None),
            ("2026-06-02", "augment", "Bupropion", None),
            ("2026-06-03", "therapy start", "CBT", None),
            ("2026-08-01", "stop", None, None),
        )
    }

    assert ends == {"Sertraline": "2026-08-01", "Bupropion": "2026-08-01", "CBT": None}


def test_a_stop_of_something_that_was_never_started_draws_nothing() -> None:
    assert bars(("2026-08-01", "stop", "Sertraline", None)) == []


def test_a_dose_change_without_a_start_shows_from_its_own_date() -> None:
    assert bars(("2026-08-01", "dose up", "Sertraline", "100 mg")) == [("Sertraline", "100 mg", "2026-08-01", None)]


def test_why_a_treatment_ended_is_kept_with_the_bar_that_ended() -> None:
    made = doses(
        treatments(
            ("2026-06-01", "start", "A", "1"), ("2026-07-01", "dose up", "A", "2"), ("2026-08-01", "stop", "A", None)
        )
    )

    assert [bar.why for bar in made] == ["", "insomnia"]


def test_a_referral_happens_once() -> None:
    (made,) = doses(treatments(("2026-08-01", "referral", "Sleep clinic", None)))

    assert made.once and made.treatment == "Sleep clinic"


def test_a_treatment_without_a_name_is_called_so() -> None:
    assert bars(("2026-08-01", "start", None, "10 mg"))[0][0] == "Not named"


def test_contacts_take_the_modality_or_else_the_kind_and_come_by_date() -> None:
    log = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-07-01", "2026-06-01"]).astype("datetime64[s]"),
            "modality": pd.array([None, "phone"], dtype="str"),
            "kind": pd.array(["no show", "follow-up"], dtype="str"),
            "attended": [False, True],
        }
    )

    made = care(log, _empty("date", "consultant", "recommendation"), treatments())

    assert made.contacts == (Contact(date(2026, 6, 1), "phone", True), Contact(date(2026, 7, 1), "no show", False))


def test_a_review_is_worded_by_consultant_and_recommendation() -> None:
    log = pd.DataFrame({"date": [pd.Timestamp("2026-07-01")], "consultant": ["Dr Osei"], "recommendation": [np.nan]})

    assert care(_empty("date", "modality", "kind", "attended"), log, treatments()).reviews[0].words == "Dr Osei"


def test_what_came_before_an_episode_is_left_out_and_what_went_on_begins_with_it() -> None:
    given = Care(
        contacts=(Contact(date(2026, 1, 1), "phone", True), Contact(DAY, "phone", True)),
        doses=(Dose("A", "", date(2026, 1, 1), date(2026, 2, 1)), Dose("B", "", date(2026, 1, 1))),
    )

    kept = since(given, DAY)

    assert [contact.on for contact in kept.contacts] == [DAY]
    assert [(dose.treatment, dose.start) for dose in kept.doses] == [("B", DAY)]


def _empty(*columns: str) -> Any:
    frame = pd.DataFrame({column: pd.array([], dtype="str") for column in columns})
    return frame.assign(date=pd.to_datetime(pd.Series([], dtype="datetime64[s]")))
