"""``python -m benchmarks NAME [--episodes N] [--json]``: runs one benchmark and prints what it measured."""

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.measured import Measured

NOT_BENCHMARKS = ("__init__", "__main__", "apps", "dash_app", "measured", "histories", "kernel_polars")


def names() -> list[str]:
    """List the benchmarks: each module of this folder that has ``run(episodes: int | None) -> Measured``."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def main(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(names())}.")],
    episodes: Annotated[int | None, typer.Option(help="How many episodes; each benchmark has its own default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Run one benchmark. A ratio is the first contender's time divided by the second's: below 1 is faster."""
    if name not in names():
        typer.echo(f'There is no benchmark "{name}": choose one of {", ".join(names())}.', err=True)
        raise typer.Exit(2)
    try:
        measured: Measured = importlib.import_module(f"benchmarks.{name}").run(episodes)
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
