"""`schelling explore`: what the claims of a case hinge on, and what would flip them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from schelling.case.model import Case
from schelling.case.settings import given
from schelling.cli.arguments import computing
from schelling.cli.arguments.computing import WAITS, NoCache
from schelling.cli.arguments.loading import load
from schelling.cli.running.run import Claims, PosteriorPath, Seed, given_posterior
from schelling.cli.writing.check import CasePath, Changes, RivalName, SourcePath

NAME = "explore"
HELP = "Find out what the claims of a case hinge on, and what would flip them."
EPILOG = "Example: schelling explore cases/teaching/bargaining-range --claim war_comes"


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    run: Annotated[
        Path | None,
        typer.Argument(
            metavar="RUN", help="Folder of a run of the case; without one, a run is made."
        ),
    ] = None,
    *,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            "-n",
            help="Number of worlds if no run is given [10,000; all of a posterior].",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    claim: Claims = None,
    what: Annotated[
        str | None,
        typer.Option(
            "--what",
            metavar="LIST",
            help="Only some of sensitivity,boxes,flips,coherence,indicators,options,gradients.",
        ),
    ] = None,
    base: Annotated[
        int | None,
        typer.Option(
            help="Base points for Sobol' indices: a power of two; more give better precision."
        ),
    ] = None,
    world: Annotated[
        int | None,
        typer.Option(help="Start flips from this world of the run instead of the central world."),
    ] = None,
    series: Annotated[
        list[str] | None,
        typer.Option(
            help="Also the sensitivity of this series at each step (in --json); may be repeated."
        ),
    ] = None,
    second_order: Annotated[
        bool, typer.Option("--second-order", help="Also which pairs decide more together.")
    ] = False,
    shapley: Annotated[
        bool,
        typer.Option("--shapley", help="Shapley effects, even without correlations (--json)."),
    ] = False,
    pawn: Annotated[
        bool, typer.Option("--pawn", help="Also PAWN and RBD-FAST indices, from the run itself.")
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="Print everything found, claim by claim, rather than the first screen."
        ),
    ] = False,
    density: Annotated[
        float | None,
        typer.Option(help="Of the boxes at least this dense, tell the one of largest coverage."),
    ] = None,
    mass: Annotated[
        float, typer.Option(help="Least worlds of a box, as a share of those sought.")
    ] = 0.05,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML report.")
    ] = None,
    posterior: PosteriorPath = None,
    source: SourcePath = None,
    rival: RivalName = None,
    set_: Changes = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not show progress.")] = False,
    no_cache: NoCache = False,
) -> None:
    """Explore a case."""
    checked = load(case, source=source, rival=rival, settings=given.options(set_ or ()))
    computing.prepare(no_cache=no_cache)
    from schelling.study.exploring.explore import FIRST, PARTS, explore  # noqa: PLC0415
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    opened = open_run(run, source=source) if run is not None else None
    extras = {"second-order": second_order, "shapley": shapley, "pawn": pawn}
    drawn_from = given_posterior(posterior)
    if opened is not None and drawn_from is not None:
        message = "a run that is given has its worlds already; leave out one of the two"
        raise typer.BadParameter(message, param_hint="--posterior")
    conditioned = drawn_from is not None or (opened is not None and opened.manifest.posterior)
    full = full or any((claim, what, second_order, pawn, density, world is not None, conditioned))
    brief = not (full or json_ or report)
    parts = _first(checked, FIRST) if brief else PARTS
    asked = parts if what is None else tuple(part.strip() for part in what.split(","))
    with _stage(show=not quiet) as progress:
        found = explore(
            checked,
            opened,
            worlds=worlds,
            seed=seed,
            claims=claim,
            what=asked,
            base=base,
            world=world,
            series=series or (),
            density=density,
            mass=mass,
            posterior=drawn_from,
            brief=brief,
            extras=[name for name, asked in extras.items() if asked],
            progress=progress,
        )
    if json_:
        from schelling.report.exploration import exploration_json  # noqa: PLC0415

        typer.echo(json.dumps(exploration_json.to_json(found), indent=2))
    else:
        from rich.console import Console  # noqa: PLC0415

        from schelling.report.exploration import (  # noqa: PLC0415
            exploration_terminal,
            first_screen,
        )

        Console().print((exploration_terminal.summary if full else first_screen.screen)(found))
    if report is not None:
        from schelling.report import html  # noqa: PLC0415

        html.write(found.run, report, found)
        typer.echo(f"report written to {report}", err=True)


def _first(case: Case, parts: tuple[str, ...]) -> tuple[str, ...]:
    """What the first screen needs: options only where there are any."""
    return (*parts, "options") if any(one.lever for one in case.assumptions) else parts


@contextmanager
def _stage(*, show: bool) -> Generator[Callable[[str], None] | None]:
    """The name of what is being explored, on a terminal; nothing elsewhere."""
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status(WAITS) as status:

        def tell(part: str) -> None:
            status.update(f"exploring: {part}")

        yield tell
