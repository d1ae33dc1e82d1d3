"""`schelling estimate`: estimate the payoffs of a game from a table of decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.running.run import Seed

NAME = "estimate"
HELP = "Estimate the payoffs of a game, linear in covariates, from a table of decisions."
EPILOG = (
    "Examples: schelling estimate crisis.efg disputes.csv crisis.model --vary balance ; "
    "schelling estimate crisis.efg disputes.csv 'outcome = end' 'attacker.war ~ 1 + balance'"
)


def command(  # noqa: PLR0913 - one argument an option
    game: Annotated[
        str, typer.Argument(metavar="GAME", help="An .efg file, CASE:game, or ultimatum.")
    ],
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV file, one row a play.")],
    model: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...", help="Files of lines, or lines: 'PLAYER.END ~ FORMULA' and others."
        ),
    ],
    *,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="MODEL",
            help="A second model: Vuong's and Clarke's tests say which is nearer to the data.",
        ),
    ] = None,
    link: Annotated[
        str | None,
        typer.Option(
            "--link", metavar="LINK", help="probit or logit; as the model says, or probit."
        ),
    ] = None,
    errors: Annotated[
        str | None,
        typer.Option(
            "--errors",
            metavar="KIND",
            help="agent (error) or private (information); as the model says, or agent.",
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="CONDITION", help="Use these rows: 'year >= 1850'."),
    ] = None,
    drop_missing: Annotated[
        bool,
        typer.Option("--drop-missing", help="Leave out rows with missing cells."),
    ] = False,
    robust: Annotated[
        bool,
        typer.Option(
            "--robust", help="Sandwich standard errors, for a model that is not quite right."
        ),
    ] = False,
    bootstrap: Annotated[
        int,
        typer.Option(
            "--bootstrap", metavar="N", help="Standard errors and intervals from N resamples."
        ),
    ] = 0,
    profile: Annotated[
        bool,
        typer.Option("--profile", help="Profile likelihoods, which also betray local maxima."),
    ] = False,
    vary: Annotated[
        str,
        typer.Option(
            "--vary", metavar="COLUMN", help="Predict probabilities of the ends along a column."
        ),
    ] = "",
    bayes: Annotated[
        bool,
        typer.Option("--bayes", help="Draw from a posterior by NUTS; lines 'prior = SD' of MODEL."),
    ] = False,
    level: Annotated[
        float, typer.Option("--level", metavar="X", help="Level of intervals and bands.")
    ] = 0.95,
    starts: Annotated[
        int | None,
        typer.Option("--starts", metavar="N", help="Climbs from different coefficients."),
    ] = None,
    seed: Seed = 0,
    write: Annotated[
        list[Path] | None,
        typer.Option("--table", metavar="FILE", help="Write a table for a paper: .tex, .md."),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Draw what --vary predicts: .svg."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Estimate and say what was found."""
    from schelling.report.estimates import (  # noqa: PLC0415
        estimate_chart,
        estimate_json,
        estimate_tables,
        estimate_terminal,
        share_words,
    )
    from schelling.study.estimating import estimate  # noqa: PLC0415
    from schelling.study.estimating.fitted import Estimation  # noqa: PLC0415
    from schelling.study.estimating.wishes import EstimateOptions  # noqa: PLC0415

    for path in write or ():
        estimate_tables.check(path)
    if chart is not None:
        estimate_chart.check(chart, vary)
    options = EstimateOptions(
        tuple(against or ()),
        link,
        errors,
        tuple(where or ()),
        drop_missing,
        starts,
        robust,
        bootstrap,
        profile,
        vary,
        level,
        seed,
        bayes,
    )
    found = estimate.run(game, table, model, options)
    if not isinstance(found, Estimation):
        if json_:
            typer.echo(json.dumps(share_words.to_json(found), indent=2, allow_nan=False))
        else:
            from rich.console import Console  # noqa: PLC0415

            Console().print(share_words.summary(found))
        if not found.sound:
            raise typer.Exit(1)
        return
    if json_:
        typer.echo(json.dumps(estimate_json.to_json(found), indent=2, allow_nan=False))
    else:
        from rich.console import Console  # noqa: PLC0415

        Console().print(estimate_terminal.summary(found))
    for path in write or ():
        estimate_tables.write(found, path)
        typer.echo(f"table written to {path}", err=True)
    if chart is not None and found.fitted.prediction is not None:
        estimate_chart.write(found, chart)
        typer.echo(f"chart written to {chart}", err=True)
    if not found.sound:
        raise typer.Exit(1)
