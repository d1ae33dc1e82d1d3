"""Games that decide next to nothing: whose odds are even in most worlds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from schelling.compile.games.tree import Board
from schelling.report.words.numerals import NO_BREAK, percent
from schelling.study.runs.results import Run

_EVEN = 0.2  # odds between 40 and 60 % of two actions: a fifth around an equal part
_MOST = 0.5


def even_share(run: Run, name: str) -> float:
    """Share of the worlds that play a game in which every move of it is close to a toss.

    A move is where each of its actions has odds within a fifth of an equal part: of two actions,
    between 40 and 60 %. Moves with one action and those of chance do not count.

    Args:
        run: The run.
        name: One of its games.

    Returns:
        The share of the worlds in which the game is played and solved, or, of a game that is only
        asked about, solved; NaN where no move counts.
    """
    game = next(one for one in run.case.games if one.name == name)
    board, choice = Board.of(game), run.games[name]["choice"].values
    places = list(board.edges.values())
    even: Bool[ndarray, " world"] = np.all(np.isfinite(choice), axis=1) & _playing(run, name)
    solved, counted = int(even.sum()), False
    for mover in board.tree.infosets:
        own = [column for column, (node, _) in enumerate(places) if node == mover.members[0]]
        if len(own) < 2:
            continue
        counted = True
        equal = 1.0 / len(own)
        with np.errstate(invalid="ignore"):
            even &= (np.abs(choice[:, own] - equal) <= _EVEN * equal + 1e-12).all(axis=1)
    return float(even.sum() / solved) if counted and solved else float("nan")


def sentences(run: Run) -> Iterator[str]:
    """What is said of games that decide next to nothing.

    Args:
        run: The run.

    Yields:
        Such as "Game duel decides next to nothing: a coin toss in 83 % of worlds."
    """
    for game in run.case.games:
        if game.name in run.games:
            text = sentence(run, game.name)
            if text:
                yield text


def sentence(run: Run, name: str) -> str:
    """The same of one game; empty where its odds are not even in most worlds."""
    share = even_share(run, name)
    if not share > _MOST:
        return ""
    part = percent(share).replace(NO_BREAK, " ")
    worlds = "worlds" if _playing(run, name).all() else "the worlds that play it"
    return f"Game {name} decides next to nothing: a coin toss in {part} of {worlds}."


def _playing(run: Run, name: str) -> Bool[ndarray, " world"]:
    """Which worlds play a game at all; all of one that claims ask about and no world plays."""
    played: Bool[ndarray, " world"] = run.games[name]["played"].values >= 0
    game = next(one for one in run.case.games if one.name == name)
    return played if game.schedule else np.ones_like(played)
