"""Every class has a mark and a word, whichever way the scale runs."""

from bhi_core.domain.outcome_class import CLASSES
from bhi_core.ui.marks import CLASS_CODES, class_mark, class_table, item9_mark


def test_every_class_has_mark_word_and_tone() -> None:
    for name in CLASSES:
        mark, word, tone = class_mark(name)
        assert mark and word and tone in ("ink", "blue", "orange", "red")


def test_a_code_leads_to_its_class() -> None:
    for (name, direction), code in CLASS_CODES.items():
        assert class_table()[code] == class_mark(name, direction)


def test_turning_a_scale_round_turns_the_triangle_and_neither_word_nor_tone() -> None:
    for name in CLASSES:
        assert class_mark(name)[1:] == class_mark(name, -1)[1:]
    assert class_mark("remission", -1)[0] == "▲▲" and class_mark("no change", -1)[0] == "="


def test_unknown_is_never_shown_as_nothing() -> None:
    assert item9_mark(-1) == item9_mark(-2) == "?"
    assert item9_mark(0) == ""
