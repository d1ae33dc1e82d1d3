"""`schelling score`: score the forecasts of a case."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.case.model import Case
from schelling.case.settings import given
from schelling.cli.arguments import computing
from schelling.cli.arguments.computing import NoCache
from schelling.cli.arguments.loading import load
from schelling.cli.running.run import PosteriorPath, given_posterior
from schelling.cli.writing.check import CasePath, Changes, RivalName, SourcePath
from schelling.errors import RunError

if TYPE_CHECKING:
    from schelling.study.runs.results import Run

NAME = "score"
HELP = "Score the forecasts of a case and compare them with baselines."
EPILOG = "Example: schelling score cases/widening-war --run widening-war.run"


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    run: Annotated[
        Path | None,
        typer.Option(
            "--run", metavar="RUN", help="Folder of a run whose worlds answer the questions."
        ),
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            "-n",
            help="Worlds to run if there is no --run [2,048; all of a posterior]; 0: no model.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same worlds.")] = 0,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Score as of this day [the last day on record]."
        ),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(
            "--export",
            metavar="SHAPE",
            help="Print the questions instead: forecasting-tools, forecastbench, metaculus.",
        ),
    ] = None,
    posterior: PosteriorPath = None,
    source: SourcePath = None,
    rival: RivalName = None,
    set_: Changes = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_cache: NoCache = False,
) -> None:
    """Score a case and say what was found."""
    checked = load(case, source=source, rival=rival, settings=given.options(set_ or ()))
    if export is not None:
        _export(checked, export)
        return
    day = _day(as_of)
    kept = _kept(run)
    computing.prepare(no_cache=no_cache)
    from schelling.study.scoring.score import score  # noqa: PLC0415

    drawn_from = given_posterior(posterior)
    if kept is not None and drawn_from is not None:
        message = "a run that is given has its worlds already; leave out one of the two"
        raise typer.BadParameter(message, param_hint="--posterior")
    found = score(checked, kept, as_of=day, worlds=worlds, seed=seed, posterior=drawn_from)
    if json_:
        from schelling.report.scores import score_json  # noqa: PLC0415

        typer.echo(json.dumps(score_json.to_json(found), indent=2, allow_nan=False))
        return
    from rich.console import Console  # noqa: PLC0415

    from schelling.report.scores import score_terminal  # noqa: PLC0415

    Console().print(score_terminal.summary(found))


def _export(case: Case, shape: str) -> None:
    from schelling.study.scoring.question_export import export  # noqa: PLC0415

    shaped, left_out = export(case, shape)
    typer.echo(json.dumps(shaped, indent=2, ensure_ascii=False))
    if left_out:
        typer.echo(
            f"left out, as they are not yes-or-no questions: {', '.join(left_out)}", err=True
        )


def _kept(folder: Path | None) -> Run | None:
    if folder is None:
        return None
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    return open_run(folder)


def _day(written: str | None) -> dt.date | None:
    if written is None:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        message = f"--as-of takes a date such as 2023-03-20; got '{written}'"
        raise RunError(message) from None
