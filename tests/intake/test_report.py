"""The report of an import: its shape, and the rejected lines in their own columns."""

import json

from bhi_core import intake
from bhi_core.intake import as_json, before_the_store, open_file, rejected_lines
from tests.intake.small_files import TODAY, items, read

HEAD = items("").strip()


def test_report_has_the_counts_and_one_entry_for_every_data_line() -> None:
    parsed = read(
        "MRN,Date,PHQ-9,GAD-7,Why\n00123,2026-01-05,14,30,x\nB,2026-01-05,28,,\nC,2026-01-05,,7,\n\nTotal,,42,37,\n"
    )

    document = as_json(before_the_store(parsed))

    assert [document[key] for key in ("file", "kind", "rows", "accepted", "known", "rejected", "mixed")] == [
        "scores.csv", "scores", 3, 1, 0, 1, 1,
    ]  # fmt: skip
    assert document["unmapped"] == ["Why"]
    assert [each["line"] for each in document["set_aside"]] == [5, 6]
    first, second, third = document["lines"]
    assert first["outcome"] == "mixed"
    assert first["scores"] == [
        {
            "patient_id": "00123",
            "instrument": "phq9",
            "date": "2026-01-05",
            "total": 14,
            "items": None,
            "item9": "unknown",
            "functional": None,
        }
    ]
    assert second == {
        "line": 3,
        "outcome": "rejected",
        "scores": [],
        "reasons": ["PHQ-9: 28 is above the highest PHQ-9 total, 27."],
    }
    assert third["reasons"] == []
    assert json.loads(json.dumps(document)) == document


def test_score_s_answers_stand_in_order_with_null_for_a_blank() -> None:
    parsed = read(f"{HEAD}\nA,2026-01-05,2,2,1,2,1,2,,1,0,\nB,2026-01-05,2,2,1,2,1,2,1,1,,\n")

    lines = as_json(before_the_store(parsed))["lines"]

    assert lines[0]["scores"][0]["items"] == [2, 2, 1, 2, 1, 2, None, 1, 0]
    assert lines[0]["scores"][0]["total"] == "incomplete"
    assert [line["scores"][0]["item9"] for line in lines] == ["0", "blank"]


def test_records_of_other_kinds_have_the_canonical_columns() -> None:
    parsed = read("MRN,Payer,From,To\nA,Dual,2026-01-05,\nB,Other,,\n", kind="coverage")

    lines = as_json(before_the_store(parsed))["lines"]

    assert lines[0]["record"] == {"patient_id": "A", "payer": "dual", "from": "2026-01-05", "to": None}
    assert lines[1]["record"] is None


def test_contact_has_whole_minutes_and_attended_as_true_or_false() -> None:
    parsed = read("MRN,Date,Kind,Attended,Minutes\nA,2026-01-05,other,no show,20\n", kind="contacts")

    record = as_json(before_the_store(parsed))["lines"][0]["record"]

    assert (record["attended"], record["minutes"]) == (False, 20)
    assert isinstance(record["minutes"], int)


def test_report_with_open_questions_has_them_and_no_lines() -> None:
    document = as_json(before_the_store(read("MRN,Visit,PHQ-9\nA,03/04/2025,9\n", '[mapping]\ndate = "Visit"')))

    assert document["questions"] == [
        {"about": "date_order", "column": "Visit", "ask": "03/04/2025: 3 April or March 4?", "options": ["DMY", "MDY"]}
    ]
    assert [document[key] for key in ("rows", "accepted", "rejected", "lines")] == [1, 0, 0, []]


def test_assigned_date_is_marked() -> None:
    mapping = '[[measure]]\ninstrument = "phq9"\ntotal = "pre"\non = 2025-01-05'

    score = as_json(before_the_store(read("MRN,pre\nA,9\n", mapping)))["lines"][0]["scores"][0]

    assert score["assigned"] is True


def test_rejected_lines_come_back_in_their_own_columns_with_the_urgent_ones_first() -> None:
    text = (
        f"{HEAD},Comment\nA,2026-01-05,0,0,0,0,0,0,0,0,0,28,x\nB,2026-01-05,0,0,0,0,0,0,0,0,0,0,\n"
        f"C,,0,0,0,0,0,0,0,0,2,2,y\n"
    )
    opened = open_file(text.encode(), "scores.csv", "scores", None, as_of=TODAY)

    rejected = rejected_lines(opened.sheet, before_the_store(opened.parsed))

    assert rejected["Line"].tolist() == [4, 2]
    assert "Safety: PHQ-9 item 9 was answered 2 on a form that was not kept; see to it now." in rejected["Reason"][0]
    assert rejected["MRN"].tolist() == ["C", "A"]
    assert rejected["Comment"].tolist() == ["y", "x"]
    assert list(rejected.columns)[:4] == ["Line", "Reason", "MRN", "Date"]


def test_rejected_lines_of_a_clean_file_are_none() -> None:
    opened = intake.open_file(b"MRN,Date,PHQ-9\nA,2026-01-05,9\n", "scores.csv", "scores", None, as_of=TODAY)

    assert len(rejected_lines(opened.sheet, before_the_store(opened.parsed))) == 0
