"""The command line: what the screens do, without a browser. Nothing is decided here.

Exit status: 0 done; 1 done, and something needs a person; 2 the input or the arguments could not be used;
3 done, but some rows were rejected. A refusal is one sentence on standard error.
"""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bhi_core import clock, settings
from bhi_core.domain.actor import Actor, local_person
from bhi_core.domain.records import KINDS, ImportOptions, ImportReport
from bhi_core.errors import Refused

app = typer.Typer(
    name="python -m bhi_core",
    help="Scheduled imports, lists and checks for the registry named by BHI_DATABASE_URL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Date of care; today if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
KindOption = Annotated[str, typer.Option("--kind", help="One of: " + ", ".join(KINDS) + ".")]


def say(sentence: str) -> None:
    """Tell the person at the terminal, on standard error."""
    typer.echo(sentence, err=True)


def give(document: Any) -> None:
    """Print one JSON document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


def person() -> Actor:
    """Give who acts from the command line: the one local person."""
    return local_person("command line")
