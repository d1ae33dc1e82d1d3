"""A solved game as plain data under a versioned schema, and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from rich.console import ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.report.words.terminal_text import TerminalDrawing, styled
from schelling.study.solving.answer import DecisionSet, Equilibrium, Solution, TreeGame

SCHEMA = "schelling.solve/1"

_MOST_COLUMNS = 6  # equilibria side by side
_MOST_ROWS = 120  # actions listed
_LONGEST = 60  # signs of a name
_PLACES = ".6f"  # of a probability
_HALF = 0.5
_QUANTILES = (0.05, 0.5, 0.95)


def to_json(solution: Solution) -> dict[str, Any]:
    """A solved game as data that `json.dumps` takes.

    Args:
        solution: The solved game.

    Returns:
        `schema, game, solution, precision, precision_by_player, equilibria, status, notes`; an
        equilibrium has `strategy, payoffs, regret`. Where the case gives its players different
        precisions, `precision` is None and `precision_by_player` has each, medians over draws.
    """
    found = solution.found
    return {
        "schema": SCHEMA,
        "game": solution.game.name,
        "solution": found.solution,
        "precision": found.precision,
        "precision_by_player": _own(solution),
        "equilibria": [
            {
                "strategy": {key: list(play) for key, play in one.strategy.items()},
                "payoffs": list(one.payoffs),
                "regret": one.regret,
            }
            for one in found.equilibria
        ],
        "status": found.status,
        "notes": list(found.notes),
    }


def _own(solution: Solution) -> dict[str, float] | None:
    """The precision of every player who moves, where they differ; None where they do not."""
    game = solution.game
    if solution.found.precision is not None or not isinstance(game, TreeGame):
        return None
    if game.precision is None or "quantal" not in solution.found.solution:
        return None
    middle = np.median(game.precision, axis=0)
    return {game.players[place.player]: float(middle[place.player]) for place in game.sets}


def table(solution: Solution, *, worlds: bool = False) -> RenderableType:
    """A solved game as something rich can print.

    Args:
        solution: The solved game.
        worlds: Whether the answers are one per world, to be summed up.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return TerminalDrawing(partial(_drawn, solution, worlds))


def _drawn(solution: Solution, worlds: bool, options: ConsoleOptions) -> Iterator[RenderableType]:
    found, say = solution.found, partial(_text, ascii_only=options.ascii_only)
    precision = "" if found.precision is None else f", precision {found.precision:.6g}"
    yield say(solution.game.name, "bold")
    yield say(f"{found.solution}{precision}: {found.status}")
    if found.equilibria:
        yield _table(solution, _columns(found.equilibria, worlds), say)
    left = len(found.equilibria) - _MOST_COLUMNS
    if left > 0 and not worlds:
        yield say(f"{left} more equilibria: see --json", "dim")
    for note in found.notes:
        yield say(f"- {note}", "dim")


@dataclass(frozen=True)
class _Column:
    """One column of numbers: an equilibrium, or a statistic over worlds."""

    head: str
    strategy: dict[str, tuple[float, ...]]
    payoffs: tuple[float, ...]
    regret: float


def _columns(equilibria: Sequence[Equilibrium], worlds: bool) -> list[_Column]:
    if not worlds:
        heads = [str(n + 1) for n in range(len(equilibria))] if len(equilibria) > 1 else [""]
        return [
            _Column(head, dict(one.strategy), one.payoffs, one.regret)
            for head, one in zip(heads[:_MOST_COLUMNS], equilibria, strict=False)
        ]
    play = {
        key: np.array([one.strategy[key] for one in equilibria]) for key in equilibria[0].strategy
    }
    payoffs = np.array([one.payoffs for one in equilibria])
    regret = np.array([one.regret for one in equilibria])
    columns = [
        _Column(
            "mean",
            {key: tuple(own.mean(axis=0).tolist()) for key, own in play.items()},
            tuple(payoffs.mean(axis=0).tolist()),
            float(regret.mean()),
        )
    ]
    for level in _QUANTILES:
        columns.append(
            _Column(
                f"{level:.0%}".replace("%", " %"),
                {k: tuple(np.quantile(own, level, axis=0).tolist()) for k, own in play.items()},
                tuple(np.quantile(payoffs, level, axis=0).tolist()),
                float(np.quantile(regret, level)),
            )
        )
    return columns


def _table(solution: Solution, columns: Sequence[_Column], say: Callable[[str], Text]) -> Table:
    full = "logit" in solution.found.solution  # and not its limit, which has zeros
    grid = Table(box=None, pad_edge=False, padding=(0, 1), show_edge=False)
    for head in ("set", "player", "action"):
        grid.add_column(head, overflow="fold", no_wrap=head == "set")
    for column in columns:
        grid.add_column(column.head, justify="right", no_wrap=True)
    players, rows = solution.game.players, 0
    for place in solution.game.sets:
        if rows + len(place.actions) > _MOST_ROWS:
            grid.add_row("...", "", "more: see --json")
            break
        for action, name in enumerate(place.actions):
            plays = [column.strategy[place.key][action] for column in columns]
            shares = [_probability(one, full=full and len(place.actions) > 1) for one in plays]
            who = _place(place, players) if action == 0 else ""
            key = place.key if action == 0 else ""
            grid.add_row(say(key), say(who), say(name or str(action + 1)), *shares)
        rows += len(place.actions)
    for player, name in enumerate(players):
        worth = [f"{column.payoffs[player]:.6g}" for column in columns]
        grid.add_row("" if player else "payoff", say(name), "", *worth)
    grid.add_row("regret", "", "", *(f"{column.regret:.3g}" for column in columns))
    return grid


def _probability(probability: float, *, full: bool) -> str:
    """A probability; where every action has some, it is told as neither none nor all."""
    text = format(probability, _PLACES)
    if full and float(text) in (0.0, 1.0):
        return "<0.000001" if probability < _HALF else ">0.999999"
    return text


def _place(place: DecisionSet, players: Sequence[str]) -> str:
    """The player, and what its set is called."""
    name = players[place.player] or str(place.player + 1)
    return f"{name}, {place.name}" if place.name else name


def _text(words: str, style: str = "", *, ascii_only: bool) -> Text:
    """A text of a file, cut if endless."""
    if style != "dim" and len(words) > _LONGEST * 4:
        words = words[: _LONGEST * 4] + "..."
    return styled(words, style, ascii_only=ascii_only)
