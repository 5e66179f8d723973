"""``python -m benchmarks NAME [--episodes N] [--json]``: runs one benchmark and prints what it measured."""

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.measured import Measured

PARTS = ("__init__", "__main__", "apps", "dash_app", "histories", "kernel_duckdb", "kernel_polars", "measured")
"""Modules that benchmarks are made of; each other one of this folder is a benchmark."""


def modules() -> dict[str, str]:
    """Map each benchmark to its module, which has ``run(episodes: int | None) -> Measured``."""
    stems = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in PARTS)
    return {stem.rstrip("_"): stem for stem in stems}


def main(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(modules())}.")],
    episodes: Annotated[int | None, typer.Option(help="How many episodes; each benchmark has its own default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Run one benchmark. A ratio is the first contender's time divided by the second's: below 1 is faster."""
    module = modules().get(name)
    if module is None:
        typer.echo(f'There is no benchmark "{name}": choose one of {", ".join(modules())}.', err=True)
        raise typer.Exit(2)
    try:
        measured: Measured = importlib.import_module(f"benchmarks.{module}").run(episodes)
    except ModuleNotFoundError as missing:
        typer.echo(f"{missing.name} is not installed: pip install -r requirements-bench.txt.", err=True)
        raise typer.Exit(2) from missing
    if as_json:
        typer.echo(json.dumps(measured))
        return
    for what, value in measured.items():
        typer.echo(f"{what:24} {value:,.3g}" if isinstance(value, float) else f"{what:24} {value}")


if __name__ == "__main__":
    typer.run(main)
