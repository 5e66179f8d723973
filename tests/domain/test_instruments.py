"""Instruments as reviewed data: what they say, how they are found, and which files are refused."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bhi_core.domain import instruments
from bhi_core.domain.scoring import NOT_ASKED, score
from bhi_core.domain.trajectory import summarise
from bhi_core.errors import Refused

SMALL = """
id = "mood"
name = "Mood scale"
minimum = 0
maximum = 10
direction = "higher is better"
"""


@pytest.fixture
def default_folders() -> Iterator[None]:
    yield
    instruments.configure(())


def written(folder: Path, text: str, name: str = "mood.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("phq9", "phq9"),
        ("PHQ-9", "phq9"),
        ("phq 9", "phq9"),
        ("PHQ9", "phq9"),
        ("phq_9", "phq9"),
        ("\u00a0PHQ-9 ", "phq9"),
        ("ＰＨＱ－９", "phq9"),
        ("PHQ-9 score", "phq9"),
        ("PHQ-9 Total Score", "phq9"),
        ("phq9_total", "phq9"),
        ("44261-6", "phq9"),
        ("GAD-7 Total Score", "gad7"),
        ("70274-6", "gad7"),
        ("Patient Health Questionnaire 2 item (PHQ-2) total score", "phq2"),
        ("55758-7", "phq2"),
        ("PHQ-A", "phq9m"),
        ("89204-2", "phq9m"),
        ("gad 2", "gad2"),
        ("PCL5", "pcl5"),
        ("EPDS", "epds"),
        ("AUDIT-C", "auditc"),
        ("75626-2", "auditc"),
        ("WHO-5", "who5"),
    ],
)
def test_an_instrument_is_found_by_any_of_its_names(name: str, expected: str) -> None:
    found = instruments.registry().find(name)

    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    "name",
    [
        "PHQ",
        "PHQ-8",
        "PHQ Score",
        "GAD",
        "Score",
        "Total",
        "total score",
        "",
        " ",
        "44260-8",
        "69725-0",
        "69722-7",
        "69724-3",
    ],
)
def test_a_loose_name_or_the_code_of_an_item_finds_nothing(name: str) -> None:
    assert instruments.registry().find(name) is None


@pytest.mark.parametrize(
    ("name", "by"), [("PHQ-9", "name"), ("44261-6", "total code"), ("44249-1", "panel code"), ("69737-5", "panel code")]
)
def test_a_match_says_whether_the_code_was_that_of_the_panel(name: str, by: str) -> None:
    match = instruments.registry().match(name)

    assert match is not None
    assert match.by == by


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_phq_9_has_five_bands(total: int, band: str) -> None:
    assert instruments.registry()["phq9"].band(total) == band


@pytest.mark.parametrize(
    ("total", "band"),
    [(4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe"), (21, "severe")],
)
def test_gad_7_has_four_bands(total: int, band: str) -> None:
    assert instruments.registry()["gad7"].band(total) == band


def test_pcl_5_has_no_bands() -> None:
    pcl5 = instruments.registry()["pcl5"]

    assert pcl5.band(40) is None
    assert pcl5.band_ranks(np.array([40.0])).tolist() == [-1]


def test_bands_are_numbered_from_the_best_in_either_direction() -> None:
    totals = np.array([0, 9, 27, np.nan])

    assert instruments.registry()["phq9"].band_ranks(totals).tolist() == [0, 1, 4, -1]
    assert instruments.registry()["who5"].band_ranks(np.array([0.0, 12.0, 25.0])).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("instrument", "total", "holds"),
    [
        ("phq9", 27, True),
        ("phq9", 28, False),
        ("phq9", -1, False),
        ("phq9", 7.5, False),
        ("phq9", 0, True),
        ("gad7", 22, False),
    ],
)
def test_only_whole_totals_inside_the_range_are_possible(instrument: str, total: float, holds: bool) -> None:
    assert instruments.registry()[instrument].holds(total) == holds


@pytest.mark.parametrize(
    ("instrument", "threshold", "remission", "mcid", "reliable", "caseness"),
    [
        ("phq9", 10, 5, 5, 6, 10),
        ("gad7", 10, 5, 4, 4, 8),
        ("pcl5", 33, None, None, 15, None),
        ("phq2", 3, None, None, None, None),
        ("gad2", 3, None, None, None, None),
        ("epds", 10, None, None, None, None),
        ("auditc", None, None, None, None, None),
        ("who5", 12, None, None, 3, None),
    ],
)
def test_the_numbers_are_those_of_the_rulebook_and_what_it_lacks_is_unknown(  # noqa: PLR0917
    instrument: str, threshold: int, remission: int, mcid: int, reliable: int, caseness: int
) -> None:
    found = instruments.registry()[instrument]

    assert (found.threshold, found.remission_below, found.mcid, found.reliable, found.caseness) == (
        threshold,
        remission,
        mcid,
        reliable,
        caseness,
    )


def test_every_reliable_change_says_what_it_rests_on() -> None:
    assert [each.id for each in instruments.registry() if each.reliable and not each.reliability] == []


def test_every_instrument_names_its_sources_and_its_licence() -> None:
    assert [each.id for each in instruments.registry() if not each.sources or not each.licence] == []


@pytest.mark.parametrize(
    ("sex", "threshold"), [("Female", 3), ("f", 3), ("Woman", 3), ("male", 4), ("M", 4), (None, None), ("x", None)]
)
def test_the_threshold_of_audit_c_depends_on_sex_and_is_not_guessed(sex: str | None, threshold: int | None) -> None:
    assert instruments.registry()["auditc"].threshold_for(sex) == threshold


def test_other_thresholds_do_not_depend_on_sex() -> None:
    assert instruments.registry()["phq9"].threshold_for("female") == 10


def test_self_harm_is_asked_by_these_items_alone() -> None:
    asked = {
        each.id: [place + 1 for place in each.safety_items] for each in instruments.registry() if each.safety_items
    }

    assert asked == {"phq9": [9], "phq9m": [9, 10, 11], "epds": [10]}


def test_screeners_are_not_followed_over_time() -> None:
    assert [each.id for each in instruments.registry() if not each.trackable] == ["phq2", "gad2"]


def test_higher_is_better_for_who_5_alone() -> None:
    assert [each.id for each in instruments.registry() if each.direction == -1] == ["who5"]


def test_the_two_main_questionnaires_come_first_and_phq_9m_belongs_to_phq_9() -> None:
    known = instruments.registry()

    assert len(known) == 9
    assert len(known["phq9m"].scored_items) == 9
    assert known.series == ("phq9", "gad7", "pcl5", "epds", "auditc", "who5", "phq2", "gad2")
    assert known["phq9m"].series == "phq9"


@pytest.mark.parametrize(
    ("words", "points"),
    [
        ("Not at all", 0),
        ("SEVERAL DAYS ", 1),
        ("More than half the days", 2),
        ("Over half the days", 2),
        ("Over than half the days", 2),
        ("nearly every day", 3),
        ("Nunca", 0),
        ("Varios días", 1),
        ("Más de la mitad de los días", 2),
        ("Casi todos los días", 3),
        ("Überhaupt nicht", 0),
        ("An einzelnen Tagen", 1),
        ("An mehr als der Hälfte der Tage", 2),
        ("Beinahe jeden Tag", 3),
        ("1-Several days", 1),
        ("1 - Several days", 1),
        ("2-Several days", None),
        ("sometimes", None),
        ("", None),
        ("1", None),
    ],
)
def test_answers_in_words_have_points_in_three_languages(words: str, points: int | None) -> None:
    assert instruments.registry()["phq9"].points(words) == points


def test_an_item_with_its_own_answers_reads_those() -> None:
    phq9m = instruments.registry()["phq9m"]

    assert phq9m.points("Yes", phq9m.items[10]) == 1
    assert phq9m.points("Yes", phq9m.items[0]) is None
    assert phq9m.functional is not None
    assert phq9m.points("Somewhat difficult", phq9m.functional) == 1


def test_a_file_with_range_and_direction_alone_is_found_scored_and_followed(
    tmp_path: Path, default_folders: None
) -> None:
    instruments.configure([written(tmp_path, SMALL)])

    mood = instruments.registry().find("Mood scale total")
    forms = pd.DataFrame(
        {
            "score_id": [1, 2, 3],
            "episode_id": [1, 1, 1],
            "instrument": pd.Categorical(["mood"] * 3),
            "taken_on": pd.Series(["2026-01-05", "2026-02-05", "2026-03-05"], dtype="datetime64[s]"),
            "recorded_order": [1, 2, 3],
            "total": [4.0, 9.0, 7.0],
            "safety_answer": np.full(3, NOT_ASKED, dtype=np.int8),
        }
    )
    episodes = pd.DataFrame(
        {
            "episode_id": [1],
            "enrolled_on": pd.Series(["2026-01-05"], dtype="datetime64[s]"),
            "status": pd.Series(["active"], dtype="str"),
            "clock_on": pd.Series([pd.NaT], dtype="datetime64[s]"),
            "baseline_score_id": [np.nan],
        }
    )
    row = summarise(forms, episodes, date(2026, 3, 10)).iloc[0]

    assert mood is not None
    assert (mood.id, mood.direction, mood.band(3), mood.trackable) == ("mood", -1, None, True)
    assert mood.holds(10) and not mood.holds(11)
    assert score(mood, []).safety_answer == NOT_ASKED
    assert (row.instrument, row.baseline, row.latest, row.best, row.change) == ("mood", 4, 7, 9, 3)
    assert pd.isna(row.outcome_class) and pd.isna(row.item9)


def test_a_file_with_items_is_scored_from_answers(tmp_path: Path) -> None:
    items = '[[items]]\nshort = "One"\nmaximum = 4\n[[items]]\nshort = "Two"\nmaximum = 6\nsafety = true\n'

    mood = instruments.load([written(tmp_path, SMALL + items)])["mood"]

    assert (score(mood, [4, 2]).total, score(mood, [4, 2]).safety_answer) == (6, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SMALL.replace("maximum = 10", ""), 'mood.toml: the field "maximum" is missing'),
        (SMALL.replace("minimum = 0", 'minimum = "0"'), "mood.toml: the field \"minimum\" is '0'"),
        (SMALL.replace("minimum = 0", "minimum = 0.5"), 'the field "minimum"'),
        (
            SMALL.replace("higher is better", "up"),
            'the field "direction" must be "higher is worse" or "higher is better"',
        ),
        (SMALL.replace("minimum = 0", "minimum = 10"), '"minimum" \\(10\\) must be below "maximum" \\(10\\)'),
        (SMALL.replace("minimum", "minimun"), 'the field "minimum" is missing'),
        (SMALL + "tresholds = 3", 'the field "tresholds" is not known'),
        (SMALL + "threshold = 11", '"threshold" \\(11\\) is outside 0-10'),
        (SMALL + "reliable = 0", 'the field "reliable"'),
        (SMALL + '[[items]]\nshort = "One"\n', '"items" add up to 0-3, not to 0-10'),
        (SMALL + '[[items]]\nshort = "One"\nmaximum = 11\nsafety = true\n', "at most 10 for a safety item"),
        (SMALL + '[[items]]\ntext = "One"\n', 'the field "items.1.short" is missing'),
        (SMALL + '[[bands]]\nname = "low"\nlow = 0\nhigh = 4\n', '"bands" must cover the range'),
        (SMALL + 'outcome_classes = "all"', '"threshold", "remission_below", "mcid" and "reliable" are needed'),
        (SMALL + 'series = "nothing"', 'the field "series" names "nothing"'),
        (SMALL + 'series = "phq9"', "range and direction are not the same"),
        (SMALL.replace('"mood"', '"Mood"'), 'the field "id"'),
        (SMALL.replace('"mood"', '"other"'), 'it must be "mood" like the file'),
        (SMALL + 'aliases = ["PHQ-9"]', '"PHQ-9" means both phq9.toml and mood.toml'),
        ("id = ", "mood.toml is not a TOML file that can be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_file_and_field(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        instruments.load([written(tmp_path, text)])


def test_all_classes_are_for_instruments_where_higher_is_worse(tmp_path: Path) -> None:
    numbers = 'outcome_classes = "all"\nthreshold = 5\nremission_below = 3\nmcid = 2\nreliable = 2\n'

    with pytest.raises(Refused, match="higher is worse"):
        instruments.load([written(tmp_path, SMALL + numbers)])


def test_a_second_instrument_of_one_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match='"phq9" exists already'):
        instruments.load([written(tmp_path, SMALL.replace('"mood"', '"phq9"'), "phq9.toml")])


def test_a_folder_that_is_not_there_is_refused_and_the_old_ones_stay(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no folder"):
        instruments.configure([tmp_path / "none"])

    assert "phq9" in instruments.registry()
