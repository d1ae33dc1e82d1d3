"""`schelling solve`: solve a game file, or a game of a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from schelling.case.settings import given
from schelling.cli.writing.check import Changes
from schelling.study.solving.concept import Concept

NAME = "solve"
HELP = "Solve a game: an .efg, .nfg or .csv file, or a game of a case as CASE:game."
EPILOG = "Example: schelling solve cases/widening-war:provocation --draw provocation.svg"


def command(  # noqa: PLR0913 - one argument an option
    game: Annotated[
        str, typer.Argument(metavar="GAME", help="An .efg, .nfg or .csv file, or CASE:game.")
    ],
    *,
    concept: Annotated[
        Concept | None,
        typer.Option("--as", help="Solution concept; the default depends on the kind of game."),
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            "--precision", metavar="X", help="Precision of quantal response, per payoff unit."
        ),
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            "-n",
            metavar="N",
            help="Number of worlds of the case; without it, the central world.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same worlds.")] = 0,
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="All pure spe equilibria of a tree, or several quantal ones of a table."
        ),
    ] = False,
    draw: Annotated[
        Path | None,
        typer.Option("--draw", metavar="FILE", help="Write a picture: .svg, .html, .tex."),
    ] = None,
    branch: Annotated[
        Path | None,
        typer.Option("--branch", metavar="FILE", help="Draw play against precision, as .svg."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the game: .efg, .nfg, .csv."),
    ] = None,
    set_: Changes = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Solve a game and say what was found."""
    from schelling.report.games import (  # noqa: PLC0415
        branch_picture,
        solution_picture,
        solution_text,
    )
    from schelling.study.solving import game_file, solve  # noqa: PLC0415

    if draw is not None:
        solution_picture.check(draw)
    wish = solve.SolveOptions(concept, precision, worlds, seed, every, given.options(set_ or ()))
    solution = solve.solve(game, wish)
    if json_:
        typer.echo(json.dumps(solution_text.to_json(solution), indent=2, allow_nan=False))
    else:
        from rich.console import Console  # noqa: PLC0415

        Console().print(solution_text.table(solution, worlds=worlds is not None))
    if draw is not None:
        solution_picture.write(solution, draw)
        typer.echo(f"picture written to {draw}", err=True)
    if branch is not None:
        branch_picture.write(solution, branch)
        typer.echo(f"picture written to {branch}", err=True)
    if export is not None:
        game_file.write(solution.game, export)
        typer.echo(f"game written to {export}", err=True)
    if not solution.answered:
        raise typer.Exit(1)
