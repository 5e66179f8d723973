"""The command ``loop``: one object an episode that was flagged, counted from the day of the flag, and the summary."""

from typing import Any

from tests.command_line.running import Clinic

AS_OF = "2026-06-01"
KEYS = {
    "mrn", "enrolled_on", "flagged_on", "rule", "consulted_on", "recommended_on", "changed_on", "measured_on", "days",
    "waiting",
}  # fmt: skip


def bring_in(clinic: Clinic) -> None:
    """Bring in two courses without improvement, one of which was answered, and one that responded."""
    people = ("00123", "00124", "00125")
    clinic.bring_in(clinic.write("patients.csv", [{"MRN": mrn, "Site": "Harbor"} for mrn in people]), "patients")
    episodes = [{"MRN": mrn, "Enrolled on": "2026-01-05", "Care manager": "A. Novak"} for mrn in people]
    clinic.bring_in(clinic.write("episodes.csv", episodes), "episodes", "--as-of", AS_OF)
    totals = {"00123": (16, 16, 9), "00124": (18, 18, 17), "00125": (16, 6, 4)}
    scores = [
        {"MRN": mrn, "Date": on, "Instrument": "PHQ-9", "Total": total}
        for mrn, course in totals.items()
        for on, total in zip(("2026-01-05", "2026-02-04", "2026-03-25"), course, strict=True)
    ]
    clinic.bring_in(clinic.write("scores.csv", scores), "scores", "--as-of", AS_OF)
    review = {"MRN": "00123", "Date": "2026-02-13", "Recommendation": "raise the dose", "Category": "raise dose"}
    clinic.bring_in(clinic.write("reviews.csv", [review]), "reviews", "--as-of", AS_OF)
    change = {"MRN": "00123", "Date": "2026-02-18", "Change": "dose up", "Treatment": "Sertraline", "Dose": "100 mg"}
    clinic.bring_in(clinic.write("treatments.csv", [change]), "treatments", "--as-of", AS_OF)


def looped(clinic: Clinic, *options: object) -> Any:
    """Give the document of the command."""
    said = clinic.run("loop", "--json", "--as-of", AS_OF, *options)
    assert said.status == 0, said.err
    return said.document


def test_each_flagged_episode_is_followed_from_its_flag(clinic: Clinic) -> None:
    bring_in(clinic)

    episodes = looped(clinic)["episodes"]

    assert [set(episode) for episode in episodes] == [KEYS, KEYS]
    assert episodes[0] == {
        "mrn": "00123", "enrolled_on": "2026-01-05", "flagged_on": "2026-02-04", "rule": "T3",
        "consulted_on": "2026-02-13", "recommended_on": "2026-02-13", "changed_on": "2026-02-18",
        "measured_on": "2026-03-25", "days": {"consult": 9, "recommendation": 9, "change": 14, "score": 49},
        "waiting": False,
    }  # fmt: skip
    assert (episodes[1]["mrn"], episodes[1]["changed_on"], episodes[1]["waiting"]) == ("00124", None, True)
    assert episodes[1]["days"] == {"consult": None, "recommendation": None, "change": None, "score": 49}


def test_the_summary_counts_the_same_episodes(clinic: Clinic) -> None:
    bring_in(clinic)

    summary = looped(clinic)["summary"]

    assert (summary["flagged"], summary["adjusted"], summary["waiting"]) == (2, 1, 1)
    assert {days: (one["n"], one["of"]) for days, one in summary["adjusted_within"].items()} == {
        "14": (1, 2), "28": (1, 2), "56": (1, 2),
    }  # fmt: skip
    assert summary["median_days"]["change"]["median"] == 14
    assert summary["by_care_manager"]["A. Novak"]["flagged"] == summary["by_site"]["Harbor"]["flagged"] == 2
    assert list(summary["by_month"]) == ["2026-02"]


def test_before_the_flag_nobody_is_in_the_loop(clinic: Clinic) -> None:
    bring_in(clinic)

    said = clinic.run("loop", "--json", "--as-of", "2026-02-03")

    assert said.document["episodes"] == []
    assert said.document["summary"]["flagged"] == 0


def test_without_json_it_says_so_in_a_sentence_and_describes_no_small_group(clinic: Clinic) -> None:
    bring_in(clinic)

    said = clinic.run("loop", "--as-of", AS_OF)

    assert said.status == 0
    assert said.out.splitlines() == [
        "Fewer than 11 episodes were flagged as not improving: too few to say how long a change takes."
    ]


def test_an_empty_registry_has_no_loop(clinic: Clinic) -> None:
    said = clinic.run("loop", "--as-of", AS_OF)

    assert (said.status, said.out.strip()) == (0, "Nobody was flagged as not improving.")


def test_a_date_that_is_none_is_refused_in_a_sentence(clinic: Clinic) -> None:
    said = clinic.run("loop", "--as-of", "June")

    assert said.status == 2
    assert "YYYY-MM-DD" in said.sentence
