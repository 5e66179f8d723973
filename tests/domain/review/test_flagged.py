"""The first day of no improvement is the day that asking every single day would find."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bhi_core.domain.caseload import work_out
from bhi_core.domain.moments import judge_moments
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.flagged import NOT_IMPROVING, flagged_on
from bhi_core.domain.rules import book
from tests.domain.clinic import Case, registry_of
from tests.spec import test_second_reading as second

LOUD = book().levels.order[: book().rank(book().levels.team) + 1]
SLOW = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FEWER = settings(SLOW, max_examples=15)
"""Each example works out whole caseloads."""


def first(case: Case) -> tuple[str, str] | None:
    """Give the day (of the case, as a date) and the rule of the only episode; None when it never was flagged."""
    found = flagged_on(registry_of(case))
    return None if found.empty else (str(found["flagged_on"].iloc[0].date()), str(found["rule"].iloc[0]))


def on(days: int) -> str:
    """Give a day of a case as a date."""
    return str(date(2026, 1, 5) + timedelta(days=days))


def test_a_course_without_change_is_flagged_by_the_score_of_week_4() -> None:
    assert first(Case(as_of=100, scores="PHQ-9@0=18; PHQ-9@28=18")) == (on(28), "T3")


def test_a_score_a_day_before_week_4_does_not_flag() -> None:
    assert first(Case(as_of=55, scores="PHQ-9@0=18; PHQ-9@27=18")) is None


def test_without_another_score_week_8_flags_by_its_own() -> None:
    assert first(Case(as_of=55, scores="PHQ-9@0=18")) is None
    assert first(Case(as_of=56, scores="PHQ-9@0=18")) == (on(56), "T5")
    assert first(Case(as_of=400, scores="PHQ-9@0=18")) == (on(56), "T5")


def test_an_improved_course_is_never_flagged() -> None:
    assert first(Case(as_of=400, scores="PHQ-9@0=18; PHQ-9@28=4; PHQ-9@56=4")) is None


def test_a_child_under_twelve_is_not_flagged() -> None:
    child = Case(as_of=100, scores="PHQ-9@0=18; PHQ-9@28=18", age=11.5)

    assert first(child) is None


def test_no_patients_give_no_flags_and_all_columns() -> None:
    nobody = registry_of(Case(as_of=10)).episodes.iloc[:0]
    registry = registry_of(Case(as_of=10))
    empty = Registry(**{**registry.__dict__, "episodes": nobody})

    found = flagged_on(empty)

    assert found.empty
    assert list(found) == ["episode_id", "patient_id", "flagged_on", "rule", "instrument"]


def every_day(registry: Registry) -> pd.DataFrame:
    """Ask every single day of every patient, and give the first red one of each episode with its rules."""
    last, moments = pd.Timestamp(registry.as_of), []
    for patient_id, begun in registry.episodes.groupby("patient_id")["enrolled_on"].min().items():
        moments += [(patient_id, day) for day in pd.date_range(begun, last)]
    asked = pd.DataFrame(moments, columns=["patient_id", "as_of"]).astype({"as_of": "datetime64[s]"})
    at = judge_moments(registry, asked)
    facts = at.facts.set_index("episode_id")
    findings = at.judged.findings
    red = findings[findings["rule"].isin(NOT_IMPROVING) & findings["level"].isin(LOUD)]
    of = facts.loc[red["episode_id"]]
    rows = pd.DataFrame({"episode_id": of["episode"].to_numpy(), "flagged_on": of["as_of"].to_numpy(),
                         "rule": red["rule"].to_numpy()})  # fmt: skip
    return rows.sort_values(["episode_id", "flagged_on"], kind="stable").drop_duplicates("episode_id")


@SLOW
@given(st.data())
def test_few_days_say_the_same_as_every_day(data: st.DataObject) -> None:
    as_of = data.draw(st.sampled_from(second.AS_OF))
    registry = second.registry_of([data.draw(second.a_history(number, as_of)) for number in (1, 2)], as_of)

    found, plain = flagged_on(registry), every_day(registry)

    assert found["episode_id"].tolist() == plain["episode_id"].tolist()
    assert found["flagged_on"].tolist() == plain["flagged_on"].tolist()
    assert found["rule"].tolist() == plain["rule"].tolist()


def cut(registry: Registry, day: date) -> Registry:
    """Give what is dated up to a day."""
    kept = {}
    for name, frame in registry.__dict__.items():
        if not isinstance(frame, pd.DataFrame) or name == "patients":
            continue
        column = {"episodes": "enrolled_on", "scores": "taken_on", "corrected_safety": "taken_on"}.get(name, "date")
        kept[name] = frame[frame[column] <= pd.Timestamp(day)].reset_index(drop=True)
    return Registry(**{**registry.__dict__, **kept, "as_of": day})


@FEWER
@given(st.data())
def test_a_copy_is_judged_as_the_whole_caseload_of_its_day_would_be(data: st.DataObject) -> None:
    as_of = data.draw(st.sampled_from(second.AS_OF))
    registry = second.registry_of([data.draw(second.a_history(number, as_of)) for number in (1, 2, 3)], as_of)
    days = data.draw(st.lists(st.sampled_from(second.SPANS), min_size=2, max_size=2, unique=True))
    on_days = [as_of - timedelta(days=days_back) for days_back in days]
    asked = pd.DataFrame(
        [(patient_id, pd.Timestamp(day)) for day in on_days for patient_id in registry.patients["patient_id"]],
        columns=["patient_id", "as_of"],
    ).astype({"as_of": "datetime64[s]"})

    at = judge_moments(registry, asked)

    said = at.judged.findings.merge(at.facts[["episode_id", "episode", "as_of"]], on="episode_id")
    for day in on_days:
        plain = work_out(cut(registry, day)).findings
        here = said[said["as_of"] == pd.Timestamp(day)].sort_values("episode", kind="stable")
        assert list(
            zip(here["episode"], here["rule"], here["level"], here["instrument"], here["strong"], strict=True)
        ) == (
            list(
                zip(
                    plain["episode_id"],
                    plain["rule"],
                    plain["level"],
                    plain["instrument"],
                    plain["strong"],
                    strict=True,
                )
            )
        )
