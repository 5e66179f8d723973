"""Templates into HTML: every text is escaped, letters that hide or turn round others are taken out."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bhi_core.report import print_look

TEMPLATES = Path(__file__).with_name("templates")

TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that change the direction of what follows them, so that a name could rewrite its line."""


def visible(text: str) -> str:
    """Take out of a text what cannot be seen and could mislead: control characters and marks of direction.

    >>> visible("Ash\u202e, Kit\x00")
    'Ash, Kit'
    """
    return "".join(letter for letter in text if letter in "\n\t" or (ord(letter) >= 32 and letter not in TURNING))


def css_string(text: str) -> Markup:
    r"""Write a text as a string of CSS that can end neither itself nor the style element.

    >>> str(css_string('a "b" </style>'))
    '"a \\22 b\\22  \\3c /style\\3e "'
    """
    unsafe: dict[str, str | int | None] = {letter: f"\\{ord(letter):x} " for letter in "\"\\<>&'\n"}
    return Markup('"{}"').format(Markup(visible(text).translate(str.maketrans(unsafe))))


def _shown(value: Any) -> Any:
    """Clean what a template writes; what is markup already was cleaned when it was made."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=_shown,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["css_string"] = css_string
    made.globals["look"] = print_look
    return made


def render(template: str, **values: Any) -> str:
    """Fill a template in.

    Args:
        template: the name of a file in ``templates``.
        values: what it shows; one that it needs and does not get is an error.
    """
    return _environment().get_template(template).render(**values)
