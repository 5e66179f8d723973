"""The demo clinic: its figures agree with published programmes, and its Monday list has work in every group."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from bhi_core.demo import clinic, to_discuss
from bhi_core.domain import answers, instruments
from bhi_core.domain.caseload import Caseload, work_out
from bhi_core.domain.episodes import OPEN, assign, status_on
from bhi_core.domain.records import KINDS
from bhi_core.domain.registry import Registry
from bhi_core.domain.scoring import score
from tests.domain.clinic import no_rows

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 3, 1)
CLINICS = [(MONDAY, 1), (SUNDAY, 2)]
IDENTITIES = {"contacts": "contact_id", "treatments": "treatment_id", "reviews": "review_id", "safety": "safety_id",
              "plans": "plan_id"}  # fmt: skip
WEEKS_12_TO_24 = (70, 168)  # days after the first score: a score around week 12, up to week 24
EVERY_KIND = tuple(KINDS)


@dataclass(frozen=True)
class Known:
    """A demo clinic, and the same as the rules read it."""

    as_of: date
    records: dict[str, pd.DataFrame]
    registry: Registry
    caseload: Caseload


@cache
def known(as_of: date, seed: int) -> Known:
    """Make a clinic up and read it as the store would."""
    records = clinic(as_of, seed=seed)
    registry = registry_of(records, as_of)
    mrns = registry.patients.set_index("mrn")["patient_id"]
    asked = [int(mrns[mrn]) for mrn in to_discuss(as_of, seed=seed)]
    return Known(as_of, records, registry, work_out(registry, discuss=asked))


@pytest.fixture(params=CLINICS, ids=["Monday, seed 1", "Sunday, seed 2"])
def demo(request: pytest.FixtureRequest) -> Known:
    """A clinic of 300 episodes."""
    return known(*request.param)


def registry_of(records: dict[str, pd.DataFrame], as_of: date) -> Registry:
    """Read the frames of the demo as a registry: later versions of a person or an episode stand."""
    patients = records["patients"].rename(columns={"patient_id": "mrn"})
    patients = patients.assign(patient_id=np.arange(1, len(patients) + 1))
    ids = patients.set_index("mrn")["patient_id"]

    def hung(frame: pd.DataFrame, identity: str) -> pd.DataFrame:
        owner = frame["patient_id"].map(ids).astype("int64")
        return frame.assign(patient_id=owner, **{identity: np.arange(1, len(frame) + 1)})

    episodes = records["episodes"].drop_duplicates(["patient_id", "enrolled_on"], keep="last")
    scores = hung(records["scores"], "score_id").rename(columns={"date": "taken_on"})
    scores = scores.assign(recorded_order=scores["score_id"], instrument=scores["instrument"].astype("category"))
    same = ["patient_id", "taken_on", "instrument", "total"]
    bare = scores[scores["items"].isna()].merge(scores.loc[scores["items"].notna(), same], on=same)["score_id"]
    dated = {kind: hung(records[kind], identity) for kind, identity in IDENTITIES.items()}
    return Registry(
        as_of=as_of, known_at=None, recorded_to=None, patients=patients,
        episodes=hung(episodes, "episode_id").assign(baseline_score_id=np.nan),
        scores=scores[~scores["score_id"].isin(bare)], corrected_safety=scores.iloc[:0],
        **{name: no_rows(name) for name in ("requests", "snoozes", "steps")}, **dated,
    )  # fmt: skip


def latest_episodes(demo: Known) -> pd.DataFrame:
    """Give each episode as it stands, with its status as of the date."""
    episodes = demo.registry.episodes
    return episodes.assign(status=status_on(episodes, demo.as_of))


def depression_scores(demo: Known) -> pd.DataFrame:
    """Give the valid PHQ-9 and PHQ-9M scores with their episode, its first score and the days since."""
    scores = demo.registry.scores
    scores = scores[scores["instrument"].isin(["phq9", "phq9m"]) & scores["total"].notna()]
    owner = assign(scores["patient_id"], scores["taken_on"], demo.registry.episodes)
    scores = scores.assign(episode_id=owner).sort_values(["taken_on", "recorded_order"])
    first = scores.groupby("episode_id")[["total", "taken_on"]].transform("first")
    return scores.assign(baseline=first["total"], days=(scores["taken_on"] - first["taken_on"]).dt.days)


# --- what it is made of --------------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_clinic() -> None:
    again, once = clinic(MONDAY, seed=1), known(MONDAY, 1).records

    for kind in EVERY_KIND:
        pd.testing.assert_frame_equal(again[kind], once[kind])


def test_another_seed_gives_another_clinic() -> None:
    assert not known(MONDAY, 1).records["scores"].equals(clinic(MONDAY, seed=2)["scores"])


def test_each_kind_has_its_canonical_columns_between_line_and_moment(demo: Known) -> None:
    for kind, columns in KINDS.items():
        frame = demo.records[kind]
        assert list(frame.columns) == ["line", "record", *columns, "recorded_at"]
        assert frame["line"].tolist() == list(range(2, len(frame) + 2))


def test_nothing_is_dated_or_recorded_on_the_day_itself_or_later(demo: Known) -> None:
    today = pd.Timestamp(demo.as_of)
    past = {"date", "enrolled_on", "status_since", "closed_on", "consent_on", "birth_date", "from_on", "onset"}

    for frame in demo.records.values():
        assert (frame["recorded_at"] < today.tz_localize("UTC")).all()
        for column in past & set(frame.columns):
            assert (frame[column].dropna() < today).all()


def test_nothing_is_recorded_before_it_happened(demo: Known) -> None:
    for kind in ("scores", *IDENTITIES):
        frame = demo.records[kind]
        assert (frame["recorded_at"].dt.tz_localize(None) >= frame["date"]).all()


def test_care_happens_on_weekdays(demo: Known) -> None:
    for kind in ("contacts", "scores", "reviews"):
        assert (demo.records[kind]["date"].dt.day_of_week < 5).all()


def test_record_numbers_are_texts_of_eight_digits_with_leading_zeros(demo: Known) -> None:
    mrns = demo.records["patients"]["patient_id"]

    assert mrns.str.fullmatch(r"00\d{6}").all()
    assert mrns.is_unique
    for frame in demo.records.values():
        assert frame["patient_id"].isin(mrns).all()


def test_every_person_has_a_name_of_their_own(demo: Known) -> None:
    assert demo.records["patients"]["last_name"].is_unique


def test_there_are_as_many_episodes_as_asked_for() -> None:
    assert len(clinic(MONDAY, episodes=40)["episodes"].drop_duplicates(["patient_id", "enrolled_on"])) == 40
    assert len(latest_episodes(known(MONDAY, 1))) == 300


def test_answers_add_up_to_their_total_and_show_the_safety_answer(demo: Known) -> None:
    forms = demo.records["scores"]
    forms = forms[forms["items"].notna()]
    answered = forms["items"].str.split(",").map(lambda parts: sum(part != "" for part in parts))

    for form in forms[answered > 1].to_dict("records"):
        given = [int(part) if part else None for part in form["items"].split(",")]
        scored = score(instruments.registry()[form["instrument"]], given)
        assert scored.total == (None if np.isnan(form["total"]) else form["total"])
        assert scored.safety_answer == form["safety_answer"]


def test_totals_lie_in_the_range_of_their_instrument(demo: Known) -> None:
    for name, totals in demo.records["scores"].groupby("instrument")["total"]:
        instrument = instruments.registry()[str(name)]
        assert totals.dropna().between(instrument.minimum, instrument.maximum).all()


def test_at_most_one_episode_of_a_patient_is_open_and_some_come_back(demo: Known) -> None:
    episodes = latest_episodes(demo)

    assert episodes[episodes["status"].isin(OPEN)]["patient_id"].is_unique
    assert episodes["patient_id"].duplicated().sum() >= 5
    assert {"graduated", "discharged", "lost", "referred", "other"} <= set(episodes["status"])


def test_statuses_are_recorded_when_they_change(demo: Known) -> None:
    versions = demo.records["episodes"]
    graduated = versions[versions["status"] == "graduated"]

    assert (graduated["recorded_at"].dt.tz_localize(None).dt.floor("D") == graduated["closed_on"]).all()
    assert versions.drop_duplicates(["patient_id", "enrolled_on"])["status"].eq("active").all()


def test_a_few_adolescents_answer_the_form_for_teens(demo: Known) -> None:
    teens = demo.records["scores"].query("instrument == 'phq9m'")["patient_id"].unique()
    births = demo.records["patients"].set_index("patient_id")["birth_date"][teens]

    assert 2 <= len(teens) <= 12
    assert ((pd.Timestamp(demo.as_of) - births).dt.days / 365.25).between(14, 20).all()


def test_other_questionnaires_are_used_too(demo: Known) -> None:
    assert {"phq9", "gad7", "phq9m", "pcl5", "epds", "who5", "auditc"} == set(demo.records["scores"]["instrument"])


def test_some_scores_arrive_late_some_answers_after_their_total_and_some_twice_a_day(demo: Known) -> None:
    scores = demo.records["scores"]
    days_late = (scores["recorded_at"].dt.tz_localize(None) - scores["date"]).dt.days
    same_day = scores.groupby(["patient_id", "date", "instrument"])["total"]

    assert 0.02 < (days_late >= 4).mean() < 0.12
    assert (same_day.nunique() > 1).sum() >= 5
    assert ((same_day.size() > 1) & (same_day.nunique() == 1)).sum() >= 5


def test_changes_of_treatment_follow_a_review_in_part(demo: Known) -> None:
    whys = demo.registry.treatments["why"].value_counts()

    assert whys["after case review"] >= 30
    assert whys["by the PCP, no review"] >= 3
    advised = demo.registry.reviews["category"].isin(["medication", "therapy"]).sum()
    assert 0.4 < whys["after case review"] / advised < 0.8


# --- its figures, against the published ones (clinical rulebook, section 7) ------------------------------------------


def test_first_scores_are_those_of_the_national_depression_programme(demo: Known) -> None:
    first = depression_scores(demo).drop_duplicates("episode_id")["total"]

    assert 15.3 <= first.mean() <= 17.0
    assert 4.0 <= first.std() <= 5.2
    assert first.min() >= 5
    assert (first >= 10).mean() >= 0.88


def test_response_and_remission_at_weeks_12_to_24_are_those_of_published_programmes(demo: Known) -> None:
    scores = depression_scores(demo)
    window = scores[scores["days"].between(*WEEKS_12_TO_24) & (scores["baseline"] >= 10)]
    latest = window.drop_duplicates("episode_id", keep="last")

    assert len(latest) > 150
    assert 0.40 <= (2 * latest["total"] <= latest["baseline"]).mean() <= 0.50
    assert 0.13 <= (latest["total"] < 5).mean() <= 0.33


def test_patients_are_reached_about_seven_times_in_78_days(demo: Known) -> None:
    episodes = latest_episodes(demo)
    ends = episodes["closed_on"].fillna(pd.Timestamp(demo.as_of))
    long = episodes[(ends - episodes["enrolled_on"]).dt.days >= 78].set_index("episode_id")
    contacts = demo.registry.contacts
    contacts = contacts.assign(episode_id=assign(contacts["patient_id"], contacts["date"], episodes))
    contacts = contacts[contacts["attended"] & contacts["episode_id"].isin(long.index)]
    early = contacts["date"] - contacts["episode_id"].map(long["enrolled_on"]) <= pd.Timedelta(days=78)

    assert 6.2 <= early.sum() / len(long) <= 8.2


def test_anxiety_goes_along_with_depression(demo: Known) -> None:
    first = demo.registry.scores.drop_duplicates(["patient_id", "instrument"])
    wide = first.pivot_table(index="patient_id", columns="instrument", values="total", observed=False)
    both = wide[["phq9", "gad7"]].dropna()

    assert 0.5 < float(np.corrcoef(both["phq9"], both["gad7"])[0, 1]) < 0.85
    assert 11 < both["gad7"].mean() < 15
    assert len(both) > 0.75 * len(wide)


def test_item_9_is_positive_at_the_start_in_one_of_six(demo: Known) -> None:
    first = depression_scores(demo).drop_duplicates("episode_id")
    known_answers = first[first["safety_answer"] >= 0]["safety_answer"]

    assert 0.12 <= (known_answers > 0).mean() <= 0.22
    assert (known_answers >= 2).any()


def test_forms_are_as_untidy_as_in_a_clinic(demo: Known) -> None:
    forms = demo.records["scores"].query("instrument == 'phq9'")
    one_item = forms["items"].fillna("").str.fullmatch(r",{8}[0-3]")

    assert 0.05 <= forms["items"].isna().mean() <= 0.15
    assert 0.01 <= forms["total"].isna().mean() <= 0.05
    assert 0.01 <= one_item.mean() <= 0.05
    assert 0.07 <= demo.records["contacts"]["kind"].eq("no show").mean() <= 0.16


# --- a Monday's list -------------------------------------------------------------------------------------------------


def test_about_a_hundred_episodes_are_open_shared_evenly_by_four_care_managers(demo: Known) -> None:
    worklist = demo.caseload.worklist
    opened = worklist[worklist["status"].isin(OPEN)]

    assert 90 <= len(opened) <= 100
    assert opened["care_manager"].value_counts().between(20, 30).all()
    assert opened["care_manager"].nunique() == 4
    assert opened["site"].nunique() == 3
    assert opened["consultant"].nunique() == 2


def test_every_group_of_the_list_has_somebody(demo: Known) -> None:
    groups = set(demo.caseload.worklist["group"])

    assert groups >= {group.slug for group in demo.caseload.rule_book.groups}


def test_half_of_the_patients_need_the_team_and_half_do_not(demo: Known) -> None:
    assert 0.38 <= demo.caseload.worklist["needs_team"].mean() <= 0.58


def test_a_handful_of_safety_flags_are_open_all_others_were_acknowledged(demo: Known) -> None:
    open_flags = demo.caseload.flags[demo.caseload.flags["open"]]
    items = open_flags[open_flags["rule"] == "S1"]["patient_id"].nunique()

    assert 3 <= items <= 6
    assert set(open_flags["rule"]) == {"S1", "S2"}
    assert 4 <= demo.caseload.worklist["group"].eq("safety").sum() <= 9
    assert len(open_flags) < 0.1 * len(demo.caseload.flags)


def test_most_rules_of_the_table_fire_somewhere(demo: Known) -> None:
    fired = set(demo.caseload.findings["rule"])

    assert set(demo.caseload.rule_book.rules) - fired <= {"M2", "D4", "G2"}


def test_those_to_discuss_are_patients_of_the_clinic_with_an_open_episode(demo: Known) -> None:
    asked = to_discuss(demo.as_of, seed=1 if demo.as_of == MONDAY else 2)
    listed = demo.caseload.worklist.set_index("mrn")

    assert asked
    assert listed.loc[list(asked), "status"].isin(OPEN).all()


def test_every_patient_of_the_list_has_an_answer_to_every_question() -> None:
    demo = known(MONDAY, 1)

    for episode_id in demo.caseload.worklist["episode_id"]:
        told = answers.chart(demo.caseload, demo.registry, demo.registry.scores, int(episode_id))
        texts = [
            answers.answer(told), *answers.getting_better(told).sentences, *answers.is_it_real(told).sentences,
            *answers.what_did_not_move(told).sentences, *answers.what_was_tried(told).sentences,
        ]  # fmt: skip
        assert all(text.strip() == text and text and "nan" not in text.lower().split() for text in texts)
        assert len(answers.happened(told)) >= 2
