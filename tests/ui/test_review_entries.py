"""What stands in the form of a patient, and two texts in one field."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from bhi_core.ui.review_entries import Entries, Text, both, entries_of, label

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def frame(*rows: tuple[int, str, str, str, int, float]) -> pd.DataFrame:
    """Make rows of entries: row_id, field, value, by, minutes after three, rival_of."""
    names = ["row_id", "field", "value", "by", "at", "rival_of"]
    made = [(row, field, value, by, AT + timedelta(minutes=late), rival) for row, field, value, by, late, rival in rows]
    return pd.DataFrame(made, columns=names)


def test_texts_stand_in_their_fields_and_the_newest_moment_is_that_of_the_last() -> None:
    found = entries_of(
        frame((1, "discussed", "a", "R", 0, float("nan")), (2, "rec1.kind", "start", "", 3, float("nan")))
    )

    assert {field: text.value for field, text in found.texts.items()} == {"discussed": "a", "rec1.kind": "start"}
    assert found.two == () and found.newest == AT + timedelta(minutes=3)


def test_a_rival_stands_beside_the_text_that_it_met() -> None:
    found = entries_of(frame((1, "discussed", "a", "R", 0, float("nan")), (2, "discussed", "b", "O", 1, 1.0)))

    (two,) = found.two
    assert (two.stands.value, [rival.value for rival in two.rivals]) == ("a", ["b"])
    assert found.newest == AT + timedelta(minutes=1)


def test_an_empty_form_has_no_newest_moment() -> None:
    assert entries_of(frame()).newest is None


def test_the_next_free_recommendation_is_one_that_nobody_wrote_into() -> None:
    texts = {"rec1.kind": Text(1, "start", "", AT), "rec2.words": Text(2, "", "", AT)}

    assert Entries(texts).free_recommendation() == 2
    full = {f"rec{number}.kind": Text(number, "start", "", AT) for number in range(1, 10)}
    assert Entries(full).free_recommendation() is None


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["a", "b"], "a\nb"), (["a", "a"], "a"), (["worse", "worse since May"], "worse since May"), (["", "b"], "b"),
        (["", ""], ""),
    ],
)  # fmt: skip
def test_keeping_both_loses_no_word_and_says_none_twice(texts: list[str], joined: str) -> None:
    assert both(texts) == joined


def test_a_field_is_named_as_its_form_names_it() -> None:
    assert [label(name) for name in ("discussed", "rec1.kind", "rec3.due")] == [
        "Discussed", "Recommendation", "Due, recommendation 3",
    ]  # fmt: skip
