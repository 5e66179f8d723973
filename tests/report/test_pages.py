"""Templates: every text is escaped, nothing is hidden, nothing that a template needs may be missing."""

import pytest
from jinja2 import UndefinedError

from bhi_core.report.pages import css_string, render, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ash, Kit", "Ash, Kit"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("a\x00\x07b", "ab"),
        ("a\n\tb", "a\n\tb"),
        ("Zoë", "Zoë"),
    ],
)
def test_marks_that_hide_or_turn_round_are_taken_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_string_of_css_ends_neither_itself_nor_its_element() -> None:
    said = str(css_string('a "b" \\ </style>\n'))

    assert said == '"a \\22 b\\22  \\5c  \\3c /style\\3e \\a "'


def test_value_that_a_template_needs_may_not_be_missing() -> None:
    with pytest.raises(UndefinedError):
        render("base.html", title="x")
