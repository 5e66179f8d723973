"""Real longitudinal data in ../shared/data/longitudinal, brought in with dates that a mapping assigns."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bhi_core import intake
from bhi_core.domain.instruments import InstrumentRegistry, load
from bhi_core.domain.records import ParsedFile

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "longitudinal"
START = date(2020, 7, 15)
MORE = {"bdi2": ("BDI-II", 63), "hamd17": ("HAM-D17", 52), "shaps": ("SHAPS", 56), "rq": ("RQ", 60)}


@pytest.fixture
def instruments(tmp_path: Path) -> InstrumentRegistry:
    """Configure the questionnaires of these studies, as a clinic adds its own."""
    for name, (title, maximum) in MORE.items():
        fields = f'id = "{name}"\nname = "{title}"\nminimum = 0\nmaximum = {maximum}\ndirection = "higher is worse"\n'
        (tmp_path / f"{name}.toml").write_text(fields, encoding="utf-8")
    return load([tmp_path])


def read(name: str, mapping: dict[str, Any], instruments: InstrumentRegistry) -> ParsedFile:
    """Read one of the files."""
    given = intake.from_dict(mapping, "scores")
    data = (FOLDER / name).read_bytes()
    return intake.read(data, name, "scores", given, as_of=date(2026, 6, 30), instruments=instruments)


def visits(*values: object) -> dict[str, str]:
    """Assign a date to each value of a column, four weeks apart."""
    return {str(value): (START + timedelta(weeks=4 * at)).isoformat() for at, value in enumerate(values)}


def test_three_waves_of_a_population_come_in_whole(instruments: InstrumentRegistry) -> None:
    mapping = {
        "mapping": {"patient_id": "ID"},
        "measure": [{"instrument": "phq9", "total": "PHQ"}],
        "dates": {"column": "time", "values": {"0": "2020-07-15", "3": "2020-09-15", "6": "2021-01-15"}},
    }

    parsed = read("japan_phq9_panel_half.csv", mapping, instruments)

    assert parsed.rows == 2070
    assert parsed.lines["outcome"].eq("accepted").all()
    assert parsed.records["assigned"].all()
    assert sorted(parsed.records["date"].dt.strftime("%Y-%m-%d").unique()) == ["2020-07-15", "2020-09-15", "2021-01-15"]


def test_visits_of_a_trial_come_in_with_whole_totals_written_as_decimals(instruments: InstrumentRegistry) -> None:
    mapping = {
        "mapping": {"patient_id": "PATIENT"},
        "measure": [{"instrument": "hamd17", "total": "HAMDTL17"}],
        "dates": {"column": "VISIT", "values": visits(4, 5, 6, 7)},
    }

    parsed = read("antidepressant_data.csv", mapping, instruments)

    assert parsed.rows == 608
    assert (parsed.lines["outcome"] == "accepted").all()
    assert parsed.records["patient_id"].nunique() == 172


def test_wide_trial_keeps_what_is_there_and_counts_what_is_missing(instruments: InstrumentRegistry) -> None:
    columns = ("bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m")
    measures = [
        {"instrument": "bdi2", "total": name, "on": on}
        for name, on in zip(columns, visits(*columns).values(), strict=True)
    ]

    parsed = read("btheb_bdi.csv", {"mapping": {"patient_id": "id"}, "measure": measures}, instruments)

    assert (parsed.lines["outcome"] == "accepted").all()
    assert (parsed.rows, len(parsed.records)) == (100, 380)


def test_four_questionnaires_a_line_are_four_scores(instruments: InstrumentRegistry) -> None:
    names = {"bdi": "bdi2", "shaps": "shaps", "who": "who5", "hamd": "hamd17"}
    mapping = {
        "mapping": {"patient_id": "id"},
        "measure": [{"instrument": name, "total": column} for column, name in names.items()],
        "dates": {"column": "time", "values": visits(1, 2, 3, 4)},
    }

    parsed = read("claus_2020.csv", mapping, instruments)

    assert parsed.rows == 172
    assert not parsed.questions
    assert set(parsed.lines["outcome"]) <= {"accepted", "rejected"}
    assert all(
        "rewritten by a spreadsheet" in why[0]
        for why in parsed.lines.loc[parsed.lines["outcome"] == "rejected", "reasons"]
    )


def test_columns_with_names_of_all_kinds_come_in_when_named(instruments: InstrumentRegistry) -> None:
    heads = (FOLDER / "sgdata_bad.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    dates = visits(*range(15))
    measures = [
        {"instrument": name, "total": column, "on": dates[str(at)]}
        for name, columns in (("bdi2", heads[1:16]), ("rq", heads[16:]))
        for at, column in enumerate(columns)
    ]

    parsed = read("sgdata_bad.csv", {"mapping": {"patient_id": "id"}, "measure": measures}, instruments)

    assert parsed.rows == 43
    assert not parsed.questions


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.csv")))
def test_without_a_mapping_nothing_of_them_is_guessed(name: str, instruments: InstrumentRegistry) -> None:
    parsed = read(name, {}, instruments)

    assert parsed.questions
    assert len(parsed.records) == 0
