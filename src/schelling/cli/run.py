"""`schelling run`: draw worlds, simulate them, print the verdicts, keep the run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from schelling.case.check import load
from schelling.cli.check import CasePath, SourcePath

NAME = "run"
HELP = "Run a case over many worlds and say in which share of them each claim holds."
EPILOG = "Example: schelling run cases/widening-war --worlds 100000 --report widening-war.html"


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    worlds: Annotated[int, typer.Option("--worlds", "-n", help="How many worlds.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same numbers.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="Where to keep the run [CASE.run]."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML report.")
    ] = None,
    claim: Annotated[
        list[str] | None, typer.Option("--claim", help="Ask only this claim; may be repeated.")
    ] = None,
    source: SourcePath = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Run a case."""
    checked = load(case, source=source)
    from schelling.study.engine import use_cores  # noqa: PLC0415

    use_cores()
    from schelling.study.run import run  # noqa: PLC0415

    folder = out if out is not None else Path(f"{checked.name}.run")
    with _bar(worlds, show=not quiet) as progress:
        made = run(
            checked, worlds=worlds, seed=seed, claims=claim, folder=folder, progress=progress
        )
    if json_:
        from schelling.report import data  # noqa: PLC0415

        typer.echo(json.dumps(data.to_json(made), indent=2))
    else:
        from rich.console import Console  # noqa: PLC0415

        from schelling.report import text  # noqa: PLC0415

        Console().print(text.summary(made))
    notes = [f"run kept in {folder}"]
    if report is not None:
        from schelling.report import html  # noqa: PLC0415

        html.write(made, report)
        notes.append(f"report written to {report}")
    typer.echo("; ".join(notes), err=True)


@contextmanager
def _bar(total: int, *, show: bool) -> Generator[Callable[[int], None] | None]:
    """A progress bar with rate and time left, on a terminal; nothing elsewhere."""
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        MofNCompleteColumn(),
        TextColumn("worlds"),
        TextColumn("[progress.percentage]{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("compiling", total=total, rate="")

        def advance(count: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, advance=count, description="running", rate=rate)

        yield advance
