"""The demo clinic: its figures agree with published programmes, and its Monday list has work in every group."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from bhi_core.demo import clinic, weekly_review
from bhi_core.domain import answers, instruments
from bhi_core.domain.caseload import Caseload, work_out
from bhi_core.domain.episodes import OPEN, assign, status_on
from bhi_core.domain.records import KINDS
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import ENACTED_BY, AgendaState, RecommendationKind, needs_owner
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.domain.scoring import score

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 3, 1)
CLINICS = [(MONDAY, 1), (SUNDAY, 2)]
IDENTITIES = {"contacts": "contact_id", "treatments": "treatment_id", "reviews": "review_id", "safety": "safety_id",
              "plans": "plan_id"}  # fmt: skip
WEEKS_12_TO_24 = (70, 168)  # days after the first score: a score around week 12, up to week 24
EVERY_KIND = tuple(KINDS)
OF_THE_WEEK = ("meetings", "agenda items", "meeting entries", "requests", "snoozes", "steps")


@dataclass(frozen=True)
class Known:
    """A demo clinic, and the same as the rules read it."""

    as_of: date
    records: dict[str, pd.DataFrame]
    weekly: dict[str, pd.DataFrame]
    registry: Registry
    caseload: Caseload


@cache
def known(as_of: date, seed: int) -> Known:
    """Make a clinic up and read it as the store would."""
    records = clinic(as_of, seed=seed)
    weekly = weekly_review(as_of, records, seed=seed)
    registry = registry_of(records, weekly, as_of)
    return Known(as_of, records, weekly, registry, work_out(registry))


@pytest.fixture(params=CLINICS, ids=["Monday, seed 1", "Sunday, seed 2"])
def demo(request: pytest.FixtureRequest) -> Known:
    """A clinic of 300 episodes."""
    return known(*request.param)


def registry_of(records: dict[str, pd.DataFrame], weekly: dict[str, pd.DataFrame], as_of: date) -> Registry:
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
    steps = weekly["steps"]
    steps = steps.assign(
        patient_id=records["reviews"]["patient_id"].to_numpy()[steps["review"]],
        review_id=steps["review"] + 1,
        treatment_id=(steps["treatment"] + 1.0).replace(0.0, np.nan),
    )
    return Registry(
        as_of=as_of, known_at=None, recorded_to=None, patients=patients,
        episodes=hung(episodes, "episode_id").assign(baseline_score_id=np.nan),
        scores=scores[~scores["score_id"].isin(bare)], corrected_safety=scores.iloc[:0],
        requests=hung(weekly["requests"], "request_id"), snoozes=hung(weekly["snoozes"], "snooze_id"),
        steps=hung(steps, "step_id"), **dated,
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
    again, once = clinic(MONDAY, seed=1), known(MONDAY, 1)
    held = weekly_review(MONDAY, again, seed=1)

    for kind in EVERY_KIND:
        pd.testing.assert_frame_equal(again[kind], once.records[kind])
    for kind, frame in held.items():
        pd.testing.assert_frame_equal(frame, once.weekly[kind])


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

    past |= {"held_on"}
    for frame in (*demo.records.values(), *(demo.weekly[kind] for kind in OF_THE_WEEK)):
        assert (frame["recorded_at"] < today.tz_localize("UTC")).all()
        for column in past & set(frame.columns):
            assert (frame[column].dropna() < today).all()


def test_nothing_is_recorded_before_it_happened(demo: Known) -> None:
    for kind in ("scores", *IDENTITIES):
        frame = demo.records[kind]
        assert (frame["recorded_at"].dt.tz_localize(None) >= frame["date"]).all()
    for kind in ("requests", "snoozes", "steps"):
        frame = demo.weekly[kind]
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
    advised = demo.registry.reviews["category"].isin(list(ENACTED_BY)).sum()
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


# --- its weekly reviews ----------------------------------------------------------------------------------------------


def test_reviews_recommend_in_the_words_of_the_weekly_review(demo: Known) -> None:
    reviews = demo.records["reviews"]
    asks = reviews["category"].map(needs_owner)

    assert set(reviews["category"]) == {kind.value for kind in RecommendationKind}
    assert reviews["recommendation"].notna().all()
    assert reviews.loc[asks, ["owner", "due"]].notna().all().all()
    assert reviews.loc[~asks, ["owner", "due"]].isna().all().all()


def test_recommendations_are_enacted_by_what_was_recorded_declined_for_a_reason_or_late(demo: Known) -> None:
    told = recommendations(demo.registry)
    told = told[told["kind"] != RecommendationKind.NO_CHANGE]
    declined = told["status"] == "declined"
    shares = told["status"].value_counts(normalize=True)

    assert 0.5 < shares["enacted"] < 0.8
    assert 0.1 < shares["declined"] < 0.4
    assert (told["status"] == "accepted").any()
    assert told.loc[declined, "why"].notna().all()
    assert 5 <= told["overdue"].sum() <= 40
    assert told.loc[told["open"], "candidate_on"].notna().any()


def test_a_treatment_change_enacts_one_recommendation_of_its_kind_within_four_weeks(demo: Known) -> None:
    told = recommendations(demo.registry)
    told = told[told["treatment_id"].notna()]
    changes = demo.registry.treatments.set_index("treatment_id").loc[told["treatment_id"]]

    assert told["treatment_id"].is_unique
    assert (changes["patient_id"].to_numpy() == told["patient_id"].to_numpy()).all()
    days = (changes["date"].to_numpy() - told["date"].to_numpy()).astype("timedelta64[D]").astype(int)
    assert ((days > 0) & (days <= 28)).all()
    assert all(change in ENACTED_BY[kind] for change, kind in zip(changes["change"], told["kind"], strict=True))


def test_a_step_is_of_its_review_or_later_and_recorded_after_what_it_rests_on(demo: Known) -> None:
    steps, reviews = demo.weekly["steps"], demo.records["reviews"]
    reviewed = reviews.iloc[steps["review"]]
    resting = steps[steps["treatment"] >= 0]
    changes = demo.records["treatments"].iloc[resting["treatment"]]

    assert (steps["date"].to_numpy() >= reviewed["date"].to_numpy()).all()
    assert (steps["recorded_at"].to_numpy() > reviewed["recorded_at"].to_numpy()).all()
    assert (resting["recorded_at"].to_numpy() > changes["recorded_at"].to_numpy()).all()


def test_each_care_manager_met_every_week_and_the_meetings_have_ended(demo: Known) -> None:
    meetings = demo.weekly["meetings"]
    length = meetings["ended_at"] - meetings["started_at"]

    assert meetings["care_manager"].value_counts().between(6, 8).all()
    assert meetings["care_manager"].nunique() == 4
    assert (meetings["started_at"].dt.tz_localize(None).dt.floor("D") == meetings["held_on"]).all()
    assert length.between(pd.Timedelta(minutes=30), pd.Timedelta(minutes=60)).all()


def test_the_reviews_of_a_meeting_were_recorded_in_it_for_those_whom_its_agenda_calls_done(demo: Known) -> None:
    meetings = demo.weekly["meetings"].set_index("meeting")
    of = demo.weekly["reviews"]
    reviews, items = demo.records["reviews"].iloc[of["review"]], demo.weekly["agenda items"]
    met = meetings.loc[of["meeting"]]
    done = items[items["state"] == AgendaState.DONE]

    assert (reviews["date"].to_numpy() == met["held_on"].to_numpy()).all()
    assert (reviews["recorded_at"].to_numpy() > met["started_at"].to_numpy()).all()
    assert (reviews["recorded_at"].to_numpy() <= met["ended_at"].to_numpy()).all()
    assert set(zip(of["meeting"], reviews["patient_id"], strict=True)) == set(
        zip(done["meeting"], done["patient_id"], strict=True)
    )
    assert (items["state"] == AgendaState.CARRIED_OVER).sum() >= 8


def test_what_was_typed_in_a_meeting_is_what_its_reviews_say(demo: Known) -> None:
    typed = demo.weekly["meeting entries"].pivot(index=["meeting", "patient_id"], columns="field", values="value")
    of = demo.weekly["reviews"]
    reviews = demo.records["reviews"].iloc[of["review"]].assign(meeting=of["meeting"].to_numpy())
    reviews = reviews.set_index(["meeting", "patient_id"]).loc[typed.index]

    assert len(typed) == len(reviews) == len(of)
    assert (typed["discussed"] == reviews["discussed"]).all()
    assert (typed["rec1.kind"] == reviews["category"]).all()
    assert (typed["rec1.due"].dropna() == reviews["due"].dropna().dt.strftime("%Y-%m-%d")).all()


def test_half_of_the_open_episodes_and_more_have_an_aim_in_words(demo: Known) -> None:
    aims = demo.weekly["aims"]
    latest = demo.caseload.worklist.set_index("mrn")

    assert 0.45 < len(aims) / latest["status"].isin(OPEN).sum() < 0.75
    assert aims["patient_id"].is_unique
    assert latest.loc[aims["patient_id"], "status"].isin(OPEN).all()


def test_a_few_patients_were_asked_for_and_two_wait_for_a_reason(demo: Known) -> None:
    listed = demo.caseload.worklist
    asked = listed[listed["patient_id"].isin(demo.registry.requests["patient_id"])]
    snoozed = listed[listed["patient_id"].isin(demo.registry.snoozes["patient_id"])]

    assert len(asked) == 3
    assert asked["needs_team"].all()
    assert len(snoozed) == 2
    assert snoozed["not_listed_because"].str.startswith("Snoozed until").all()


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
