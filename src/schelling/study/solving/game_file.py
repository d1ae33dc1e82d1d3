"""A game that was read, as the text of a game file: what `schelling solve --export` writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from schelling.errors import RunError
from schelling.games.errors import GameError
from schelling.games.files import csv_table, efg_write, nfg
from schelling.study.solving import strategic_form, trees
from schelling.study.solving.answer import Game, StatesGame, TableGame, TreeGame

SUFFIXES = (".efg", ".nfg", ".csv")
"""Endings of game files that are written."""


def write(game: Game, path: Path) -> None:
    """Write a game to a file.

    Args:
        game: The game.
        path: The file; its ending says in which format.

    Raises:
        RunError: The format does not hold this kind of game, or the file cannot be written.
    """
    try:
        path.write_text(text(game, path.suffix.lower()), encoding="utf-8")
    except GameError as error:
        msg = f"the game cannot be exported: {error}"
        raise RunError(msg) from error
    except OSError as error:
        msg = f"the game cannot be exported: {error.strerror}: {path}"
        raise RunError(msg) from error


def text(game: Game, suffix: str) -> str:
    """A game as the text of a file.

    Args:
        game: The game; one draw.
        suffix: One of `SUFFIXES`.

    Returns:
        The text. Payoffs of an `.efg` file stay the exact fractions they were; other numbers are
        floats, written so that the same floats are read back.

    Raises:
        RunError: The format does not hold this kind of game, or the game has several draws.
        GameError: As in `as_table`.

    Examples:
        >>> from schelling.study.solving.load import load
        >>> print(text(load("cases/widening-war:provocation"), ".efg").splitlines()[0])
        EFG 2 R "widening-war:provocation" { "russia" "nato" }
    """
    if isinstance(game, TreeGame) and len(game.payoffs) != 1:
        msg = "a game file contains the game of one world: leave out --worlds"
        raise RunError(msg)
    match game, suffix:
        case TreeGame(), ".efg":
            payoffs = game.exact or game.payoffs[0]
            weights = None if game.weights is None else list(game.weights[0])
            return efg_write.write(game.tree, payoffs, game.name, weights=weights)
        case ((TreeGame() | TableGame()), ".nfg"):
            table = as_table(game)
            return nfg.write(table.payoffs, table.players, table.actions, table.name)
        case StatesGame(), ".csv":
            return csv_table.write(game.table)
        case _:
            msg = "a tree is exported as .efg or .nfg, a table as .nfg, a stochastic game as .csv"
            raise RunError(msg)


def as_table(game: TreeGame | TableGame) -> TableGame:
    """A game of one draw in strategic form.

    Args:
        game: The game. In a tree, strategies that differ only where the player's own earlier
            choices never lead are one strategy.

    Returns:
        The table; players who never move are left out.

    Raises:
        GameError: A player of a tree has imperfect recall, nobody moves, or there are too many
            profiles.
    """
    if isinstance(game, TableGame):
        return game
    luck = trees.edges(game, None)[0]
    form = strategic_form.form(game.tree, game.payoffs[0], luck)
    if not form.movers:
        msg = "it has no moves"
        raise GameError(msg)
    return TableGame(game.name, form.movers, form.strategies, np.asarray(form.payoffs))
