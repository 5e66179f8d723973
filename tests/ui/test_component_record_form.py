"""The form of a meeting: one reviewed script that cannot turn text into markup, and what it sends is checked."""

import re
from typing import Any

import pytest

from bhi_core.ui.components import record_form
from bhi_core.ui.components.caseload_table import FOLDER
from bhi_core.ui.components.record_form import Typed, Written, read

SCRIPT = (FOLDER / "assets" / record_form.SCRIPT).read_text(encoding="utf-8")
SENT: dict[str, Any] = {
    "mount": "m1",
    "seq": 3,
    "meeting": 1,
    "patient": 2,
    "fields": {"discussed": {"text": "x", "row": 7, "sent": ["y"]}},
}


@pytest.mark.parametrize(
    "way", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "Fragment("]
)
def test_the_script_has_no_way_to_turn_text_into_markup(way: str) -> None:
    assert way not in SCRIPT


@pytest.mark.parametrize(
    "way", ["fetch(", "XMLHttpRequest", "WebSocket", "localStorage", "sessionStorage", "cookie", "http:", "https:"]
)
def test_the_script_asks_nobody_and_keeps_no_text_in_the_browser(way: str) -> None:
    assert way not in SCRIPT


def test_colours_come_from_the_theme_only_and_every_class_has_the_prefix() -> None:
    rules = re.sub(r"/\*.*?\*/", "", record_form.STYLES, flags=re.DOTALL)
    names = re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^}]*\}", " ", rules))

    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules)
    assert set(re.findall(r"var\((--[a-z]+)", rules)) == {"--st"}
    assert names and all(name.startswith("bhi-rf") for name in names)


def test_every_class_of_the_script_is_styled_or_a_plain_hook() -> None:
    used = set(re.findall(r"bhi-rf(?:-[a-z]+)+", SCRIPT))

    assert used - set(re.findall(r"bhi-rf(?:-[a-z]+)+", record_form.STYLES)) <= {
        "bhi-rf-status", "bhi-rf-also", "bhi-rf-people", "bhi-rf-rec",
    }  # fmt: skip


def test_what_the_form_sends_is_read_with_its_numbers_and_texts() -> None:
    assert read(SENT) == Typed("m1", 3, 1, 2, (Written("discussed", "x", 7, ("y",)),))


def test_the_token_of_a_field_is_the_same_for_the_same_sending_and_another_for_the_next() -> None:
    first, again, later = (read(SENT | {"seq": seq}) for seq in (3, 3, 4))

    assert first is not None and again is not None and later is not None
    assert first.token("discussed") == again.token("discussed") != later.token("discussed")


@pytest.mark.parametrize(
    "changed",
    [
        {"mount": ""}, {"mount": 7}, {"mount": "m" * 61}, {"seq": None}, {"seq": "3"}, {"seq": True}, {"seq": 1.5},
        {"meeting": None}, {"patient": "2"}, {"fields": None}, {"fields": ["discussed"]},
    ],
)  # fmt: skip
def test_what_is_no_sending_of_a_form_is_nothing(changed: dict[str, Any]) -> None:
    assert read(SENT | changed) is None


@pytest.mark.parametrize("value", [None, "x", {"row": 1}, {"text": 7}, {"text": None}])
def test_a_field_without_a_text_is_left_out(value: Any) -> None:
    found = read(SENT | {"fields": {"discussed": value}})

    assert found is not None and found.fields == ()


def test_a_field_without_a_row_was_typed_upon_nothing() -> None:
    found = read(SENT | {"fields": {"discussed": {"text": "", "row": None, "sent": "y"}}})

    assert found is not None and found.fields == (Written("discussed", "", None, ()),)


def test_more_fields_than_a_form_has_are_cut() -> None:
    found = read(SENT | {"fields": {f"f{number}": {"text": "x"} for number in range(1000)}})

    assert found is not None and len(found.fields) == record_form.MOST_FIELDS


def test_nothing_is_sent_before_somebody_types() -> None:
    assert read(None) is None and read("x") is None and read({}) is None
