"""The rule book: every number has a unit and a source, and nothing in it can be half wrong."""

from pathlib import Path

import pytest

from bhi_core.domain.caseload import work_out
from bhi_core.domain.rules import book
from bhi_core.domain.rules.book import FILE, read
from bhi_core.errors import Refused
from tests.domain.clinic import Case, registry_of

RULES = [
    "S1", "S2", "D1", "D2", "D3", "D4", "T0", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9",
    "M0", "M1", "M2", "C1", "R1", "G1", "G2",
]  # fmt: skip


def test_book_has_every_rule_of_the_table_in_its_order() -> None:
    assert list(book().rules) == RULES


def test_general_knowledge_is_shown_as_common_practice_and_may_be_set() -> None:
    general = [threshold for threshold in book().thresholds.values() if threshold.source == "GK"]

    assert general
    assert all(threshold.shown_source == "common practice" and threshold.editable for threshold in general)


def test_levels_and_groups_stand_in_the_order_of_the_rulebook() -> None:
    assert book().levels.order == (
        "safety", "red+", "red", "amber", "review due", "overdue", "stale", "info", "green", "ok",
    )  # fmt: skip
    assert [group.slug for group in book().groups] == [
        "safety", "worse", "consult_overdue", "not_improving", "discuss", "new", "watch", "never_reached", "review_due",
        "if_time", "overdue", "long_enrolled", "step_down", "on_track",
    ]  # fmt: skip


def test_clinic_may_move_t7_to_week_12_and_nothing_else_moves() -> None:
    case = Case(as_of=70, scores="PHQ-9@0=16; PHQ-9@69=15", events="review@60")
    chosen = book().adjusted({"t7_from": 12})

    standard = work_out(registry_of(case)).findings["rule"].tolist()
    adjusted = work_out(registry_of(case), rule_book=chosen).findings["rule"].tolist()

    assert [rule for rule in standard if rule != "T7"] == adjusted
    assert "T7" in standard


@pytest.mark.parametrize(
    ("chosen", "says"),
    [({"t7_from": 13}, "8 to 12"), ({"t9_from": 6}, "fixed by its source"), ({"x": 1}, 'no threshold "x"'),
     ({"d1_rise": 4}, 'no threshold "d1_rise"')],
)  # fmt: skip
def test_value_that_a_clinic_may_not_choose_is_refused_in_a_sentence(chosen: dict[str, int], says: str) -> None:
    with pytest.raises(Refused, match=says):
        book().adjusted(chosen)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('[rules.G2]\ntitle = "Ready to graduate"', "[rules.G2]", "rules.G2.title"),
        ('rules = ["T0"]', 'rules = ["T99"]', "T99"),
        ('rules = ["T0"]', "rules = []", '"T0" has no group'),
        ('team = "red"', 'team = "scarlet"', "levels.team"),
        ('version = "2026.2"', 'version = "2026.2"\nauthor = "me"', "author"),
    ],
)
def test_broken_book_is_refused_with_the_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "rules.toml"
    broken.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(Refused, match=says):
        read(broken)


def test_threshold_is_read_in_the_form_it_has() -> None:
    assert book().days("consult_from") == 56
    assert book().days("m1_after") == 30
    assert book().points("d1_warning") == {"phq9": 5}
    for wrong in (book().days, book().words):
        with pytest.raises(ValueError, match="t9_from"):
            wrong("t9_from")
    with pytest.raises(ValueError, match="cssrs_flag"):
        book().number("cssrs_flag")
