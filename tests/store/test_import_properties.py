"""Whatever a file holds: its counts add up to its lines, and the same file again changes nothing."""

from hashlib import sha256
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bhi_core.domain import instruments
from bhi_core.domain.records import ImportReport
from bhi_core.store import queries
from bhi_core.store.engine import reading, writing
from bhi_core.store.tables import metadata
from tests.store.making import bring_in, parsed

LINES = st.integers(2, 9)
MRNS = st.sampled_from(["0000071", "71", "404"])
DATES = st.sampled_from(["2026-01-05", "2026-01-12", "1984-05-01"])
BIRTHS = st.sampled_from([None, "1984-05-02", "1985-05-02"])

SCORES = st.fixed_dictionaries(
    {
        "line": LINES,
        "record": st.integers(0, 2),
        "patient_id": MRNS,
        "date": DATES,
        "instrument": st.sampled_from(["phq9", "gad7", "nonsense"]),
        "total": st.sampled_from([None, 3, 5, 40]),
        "items": st.sampled_from([None, "1,1,1", "1,,1", ",,3"]),
        "safety_answer": st.sampled_from([-2, -1, 0, 2]),
        "mode": st.sampled_from([None, "paper", "phone"]),
    }
)
EPISODES = st.fixed_dictionaries(
    {
        "line": LINES,
        "patient_id": MRNS,
        "enrolled_on": DATES,
        "status": st.sampled_from([None, "active", "relapse prevention", "lost", "asleep"]),
        "status_since": st.sampled_from([None, "2026-02-02"]),
        "care_manager": st.sampled_from([None, "Kim", "kim", "Lee"]),
    }
)
PATIENTS = st.fixed_dictionaries(
    {
        "line": LINES,
        "patient_id": MRNS,
        "birth_date": BIRTHS,
        "last_name": st.sampled_from([None, "Ash", "Birch"]),
        "site": st.sampled_from([None, "North"]),
    }
)
CONTACTS = st.fixed_dictionaries(
    {
        "line": LINES,
        "patient_id": MRNS,
        "date": DATES,
        "kind": st.sampled_from(["other", "no show", "chat"]),
        "minutes": st.sampled_from([None, 20, 1441]),
        "staff": st.sampled_from([None, "Kim"]),
    }
)
FILES = st.one_of(
    *(
        st.tuples(st.just(kind), st.lists(rows, min_size=1, max_size=10), st.sets(LINES, max_size=3))
        for kind, rows in {"scores": SCORES, "episodes": EPISODES, "patients": PATIENTS, "contacts": CONTACTS}.items()
    )
)


def begin_anew(engine: Engine) -> None:
    """Empty the registry, so that each example stands for itself; only the audit grows."""
    with writing(engine) as connection:
        for each in reversed(metadata.sorted_tables):
            if each.name not in ("audit", "data_version"):
                connection.execute(each.delete())


def one_record_each(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let a line hold several scores, but one record of any other kind."""
    return rows if kind == "scores" else list({row["line"]: row for row in rows}.values())


def add_up(report: ImportReport) -> None:
    assert report.accepted + report.known + report.rejected + report.mixed == report.rows == len(report.lines)
    told = report.lines.set_index("line")["outcome"].to_dict()
    assert {told[line] for line in report.kept["line"].tolist()} <= {"accepted", "mixed"}
    for outcome, reasons in zip(report.lines["outcome"], report.lines["reasons"], strict=True):
        assert reasons or outcome == "accepted", outcome


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(FILES, min_size=1, max_size=4), create=st.booleans())
def test_counts_add_up_and_the_same_file_again_keeps_nothing(
    engine: Engine, files: list[tuple[str, list[dict[str, Any]], set[int]]], create: bool
) -> None:
    begin_anew(engine)
    for kind, rows, bad in files:
        refused = dict.fromkeys(bad, "The date is none.")
        checksum = sha256(repr((kind, rows, bad)).encode()).hexdigest()
        file = parsed(kind, one_record_each(kind, rows), refused=refused, checksum=checksum)

        first = bring_in(engine, file, create_patients=create)
        with reading(engine) as connection:
            before = queries.counts(connection)
        again = bring_in(engine, file, create_patients=create)

        add_up(first)
        add_up(again)
        assert len(again.kept) == 0
        with reading(engine) as connection:
            assert queries.counts(connection) == before
            found = queries.check(connection, instruments.registry())
        assert [each for each in found if each[1]] == []
