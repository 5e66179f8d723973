"""What the page of rules shows of the rule book and the instruments."""

from bhi_core.domain.instruments import registry
from bhi_core.domain.rules import book
from bhi_core.ui import rule_tables


def test_every_rule_of_the_book_is_shown_with_a_level_and_a_source() -> None:
    shown = rule_tables.rule_rows(book())

    assert list(shown.index) == list(book().rules)
    assert (shown["Level"] != rule_tables.NONE).all()
    assert (shown["Source"] != "").all()


def test_a_rule_shows_the_numbers_of_its_own_thresholds() -> None:
    shown = rule_tables.rule_rows(book())

    assert "20 weeks from the baseline" in str(shown.loc["T8", "Numbers"])
    assert "1 calendar month since" in str(shown.loc["R1", "Numbers"])


def test_levels_are_named_worst_first() -> None:
    assert rule_tables.levels_of(book(), "T7") == ["red", "amber"]


def test_every_threshold_is_shown_with_its_value_and_unit() -> None:
    shown = rule_tables.threshold_rows(book())

    assert len(shown) == len(book().thresholds)
    assert (shown[["Value", "Counts", "Source"]] != "").all().all()


def test_general_knowledge_reads_common_practice() -> None:
    assert rule_tables.threshold_rows(book()).loc["t1 drop", "Source"] == "common practice"


def test_every_instrument_is_shown_with_range_and_direction() -> None:
    shown = rule_tables.instrument_rows(registry())

    assert shown.loc["PHQ\\-9", "Range"] == "0 to 27, lower is better"
    assert shown.loc["WHO\\-5", "Range"] == "0 to 25, higher is better"
    assert shown.loc["WHO\\-5", "Elevated"] == "12 or less"


def test_every_instrument_names_its_sources() -> None:
    assert (rule_tables.source_rows(registry())["Sources"] != rule_tables.NONE).all()


def test_text_of_the_rule_book_is_shown_as_it_stands_and_never_as_markdown() -> None:
    assert not rule_tables.threshold_rows(book())["Source"].str.contains(r"(?<!\\)\*").any()
