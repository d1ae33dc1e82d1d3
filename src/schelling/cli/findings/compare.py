"""`schelling compare`: a case and its rivals, run on the same worlds and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from schelling.case.settings import given
from schelling.cli.arguments import computing, names_of_case
from schelling.cli.arguments.computing import NoCache
from schelling.cli.arguments.loading import load
from schelling.cli.running.run import PosteriorPaths, Seed
from schelling.cli.writing.check import CasePath, Changes, SourcePath

NAME = "compare"
HELP = "Run a case and its rivals on the same worlds and compare the results."
EPILOG = "Example: schelling compare cases/widening-war deterred drift"


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    rival: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RIVAL...",
            help="Names of rivals; all if none is given.",
            autocompletion=names_of_case.rivals,
        ),
    ] = None,
    *,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            "-n",
            help="Number of worlds for each [10,000; all of the smallest posterior].",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML page.")
    ] = None,
    posterior: PosteriorPaths = None,
    source: SourcePath = None,
    set_: Changes = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_cache: NoCache = False,
) -> None:
    """Compare a case with its rivals."""
    changed = given.options(set_ or ())
    checked = load(case, source=source, settings=changed)
    names = rival or [known.name for known in checked.opposed]
    rivals = [load(case, source=source, rival=name, settings=changed) for name in names]
    computing.prepare(no_cache=no_cache)
    from schelling.report.comparison import comparison_json, comparison_sheets  # noqa: PLC0415
    from schelling.study.rivals.compare import compare  # noqa: PLC0415

    seen = compare(checked, rivals, worlds=worlds, seed=seed, posteriors=posterior or ())
    if json_:
        typer.echo(json.dumps(comparison_json.to_json(seen), indent=2, allow_nan=False))
    else:
        typer.echo(comparison_sheets.text(seen))
    if report is not None:
        comparison_sheets.write(seen, report)
        typer.echo(f"page written to {report}", err=True)
