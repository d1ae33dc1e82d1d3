"""`schelling same`: whether two games, or the mechanisms of two cases, are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.cli.arguments.loading import load
from schelling.errors import RunError
from schelling.games.errors import GameError

if TYPE_CHECKING:
    from schelling.study.solving.same import Sameness

NAME = "same"
HELP = "Tell whether two games, or two cases, are the same up to names, order and payoff scales."
EPILOG = "Example: schelling same pennies.nfg cases/teaching/deterrence-crisis:crisis"


def command(
    first: Annotated[
        str, typer.Argument(metavar="A", help="An .efg or .nfg file, CASE:game, or a case.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The same, to compare it with.")],
    *,
    rival: Annotated[
        str | None,
        typer.Option("--rival", metavar="NAME", help="Of two cases: this rival of the second."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two games or two cases."""
    from schelling.report.games import same_words  # noqa: PLC0415

    kinds = [_is_case(one) for one in (first, second)]
    if kinds[0] != kinds[1]:
        message = "one is a case and the other a game; name a game of the case as CASE:game"
        raise RunError(message)
    if rival is not None and not kinds[1]:
        message = "it belongs to a case"
        raise typer.BadParameter(message, param_hint="--rival")
    found = _cases(first, second, rival) if kinds[0] else _games(first, second)
    names = (first, second if rival is None else f"{second} ({rival})")
    if json_:
        typer.echo(json.dumps(same_words.to_json(found, names), indent=2, ensure_ascii=False))
    else:
        up_to = "names" if kinds[0] else "names, order and scales of payoffs"
        typer.echo(same_words.in_words(found, names, up_to))
    if not found.same:
        raise typer.Exit(1)


def _is_case(target: str) -> bool:
    path = Path(target)
    return path.is_dir() or path.suffix.lower() in (".yaml", ".yml")


def _games(first: str, second: str) -> Sameness:
    from schelling.study.solving import load as reading  # noqa: PLC0415
    from schelling.study.solving import same  # noqa: PLC0415

    try:
        return same.games(reading.load(first), reading.load(second))
    except GameError as error:
        raise RunError(str(error)) from error


def _cases(first: str, second: str, rival: str | None) -> Sameness:
    from schelling.study.solving import same_cases  # noqa: PLC0415

    return same_cases.cases(load(first), load(second, rival=rival))
