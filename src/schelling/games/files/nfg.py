"""Gambit's `.nfg` files: strategic games read exactly, with the place of everything wrong.

Both variants are read: payoffs listed cell by cell, and outcomes listed once with one number per
cell. Cells run with the first player's action fastest. Payoffs stay exact fractions until `floats`.
The payoff variant is written. Every size is checked before anything is made from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import numpy as np
from jaxtyping import Float, Shaped

from schelling.games.errors import GameError
from schelling.games.files import gambit_text
from schelling.games.files.game_text import Scanner, TokenShape, read_text

MOST_PAYOFFS = 100_000
"""Payoffs of the largest game that is read: cells times players."""

_MOST_PLAYERS = 20
_MOST_ACTIONS = 10_000

_Rows = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class StrategicTable:
    """A strategic game as a file tells it.

    Attributes:
        title: Title of the game.
        comment: Comment; may be empty.
        players: Name of each player.
        actions: Name of each action, by player.
        payoffs: Exact payoff of each player, by cell; the first player's action runs fastest.
    """

    title: str
    comment: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: _Rows = field(repr=False)

    def floats(self) -> Float[np.ndarray, "... player"]:
        """Payoffs by every player's action and player, rounded to floating point, each once."""
        return self.fractions().astype(np.float64)

    def fractions(self) -> Shaped[np.ndarray, "... player"]:
        """Payoffs by every player's action and player, as fractions in an object array."""
        counts = [len(own) for own in self.actions]
        flat = np.array(self.payoffs, dtype=object)
        shaped = flat.reshape(*counts[::-1], len(self.players))
        return shaped.transpose(*reversed(range(len(counts))), len(counts))


def read(path: Path) -> StrategicTable:
    """Read an `.nfg` file.

    Args:
        path: The file.

    Returns:
        The game.

    Raises:
        CaseError: The file cannot be read or is not a game; its problems say where and why.
    """
    return parse(read_text(path), path)


def parse(text: str, path: Path | None = None) -> StrategicTable:
    """Read the text of an `.nfg` file.

    Args:
        text: The text.
        path: Where it came from, for messages.

    Returns:
        The game.

    Raises:
        CaseError: The text is not a game; its problems say where and why.

    Examples:
        >>> game = parse('NFG 1 R "Hunt" { "ann" "bob" } { 2 2 } 5 5 4 0 0 4 2 2')
        >>> game.floats()[1, 0].tolist(), game.actions
        ([4.0, 0.0], (('1', '2'), ('1', '2')))
    """
    scanner = Scanner(text, path)
    title, players = gambit_text.heading(scanner, "NFG", "1", 1, _MOST_PLAYERS)
    actions = _actions(scanner, players)
    comment = gambit_text.optional_text(scanner)
    cells = 1
    for own in actions:
        cells *= len(own)
    listed = _outcome_cells if scanner.follows(TokenShape.BRACE, "{") else _payoff_cells
    payoffs = listed(scanner, cells, len(players))
    gambit_text.end(scanner, "the game")
    return StrategicTable(title, comment, players, actions, payoffs)


def write(
    payoffs: Float[np.ndarray, "... player"] | StrategicTable,
    players: Sequence[str] = (),
    actions: Sequence[Sequence[str]] = (),
    title: str = "",
    comment: str = "",
) -> str:
    """Write a game, payoffs cell by cell.

    Args:
        payoffs: The game by every player's action and player, or a game as read, which brings
            its own names; fractions are written exactly, floats so that reading them back gives
            the same float.
        players: Name of each player; numbered unless given.
        actions: Name of each action, by player; numbered unless given.
        title: Title of the game.
        comment: Comment.

    Returns:
        The text of the file.

    Raises:
        GameError: The names do not fit the payoffs, or a payoff is not finite.

    Examples:
        >>> print(write(np.array([[[1.0, 0.5]], [[0.0, -2.0]]]), title="One column"), end="")
        NFG 1 R "One column" { "1" "2" }
        { { "1" "2" }
        { "1" } }
        ""
        <BLANKLINE>
        1 0.5 0 -2
    """
    if isinstance(payoffs, StrategicTable):
        table = payoffs
        rows = [[str(value) for value in row] for row in table.payoffs]
        return _text(table.title, table.comment, table.players, table.actions, rows)
    counts = payoffs.shape[:-1]
    names = tuple(players) or tuple(str(i + 1) for i in range(len(counts)))
    labels = tuple(map(tuple, actions)) or tuple(
        tuple(str(a + 1) for a in range(count)) for count in counts
    )
    fits = payoffs.shape[-1:] == (len(counts),) and len(names) == len(counts)
    if not fits or tuple(map(len, labels)) != counts:
        msg = (
            f"payoffs of shape {payoffs.shape} need {len(counts)} players and actions {counts}; "
            f"got {len(names)} names and actions {tuple(map(len, labels))}"
        )
        raise GameError(msg)
    flat = payoffs.transpose(*reversed(range(len(counts))), len(counts)).reshape(-1, len(counts))
    rows = [[gambit_text.number(float(value)) for value in row] for row in flat]
    return _text(title, comment, names, labels, rows)


def _actions(scanner: Scanner, players: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Labels of every player's actions: listed, or counted."""
    opening = scanner.expect(TokenShape.BRACE, "'{' before the actions", "{")
    found: list[tuple[str, ...]] = []
    while not scanner.follows(TokenShape.BRACE, "}"):
        place = scanner.peek()
        if scanner.follows(TokenShape.BRACE, "{"):
            labels = gambit_text.labels(scanner, "actions", "an action's label", _MOST_ACTIONS)
        else:
            count = scanner.integer("a number of actions, '{' or '}'")
            if not 1 <= count <= _MOST_ACTIONS:
                message = f"a player has between 1 and {_MOST_ACTIONS:,} actions, found {place}"
                scanner.stop("E802", message, place)
            labels = tuple(str(action + 1) for action in range(count))
        if not labels:
            scanner.stop("E801", "a player needs at least one action", place)
        found.append(labels)
        if len(found) > len(players):
            break
    if len(found) != len(players):
        count = "more" if len(found) > len(players) else str(len(found))
        scanner.stop("E804", f"actions of {count} players for {len(players)} players", opening)
    scanner.take()
    size = len(players)
    for labels in found:
        size *= len(labels)
    if size > MOST_PAYOFFS:
        scanner.stop("E802", f"the game has {size:,} payoffs, more than {MOST_PAYOFFS:,}", opening)
    return tuple(found)


def _payoff_cells(scanner: Scanner, cells: int, players: int) -> _Rows:
    return tuple(
        tuple(_payoff(scanner, cells - cell) for _ in range(players)) for cell in range(cells)
    )


def _outcome_cells(scanner: Scanner, cells: int, players: int) -> _Rows:
    outcomes = _outcomes(scanner, players)
    rows: list[tuple[Fraction, ...]] = []
    for _ in range(cells):
        place = scanner.peek()
        if scanner.follows(TokenShape.FINISH):
            _truncated(scanner, cells - len(rows))
        number = scanner.integer("the number of an outcome")
        if not 0 <= number < len(outcomes):
            message = f"outcome {place} is not one of 0 (none) to {len(outcomes) - 1}"
            scanner.stop("E805", message, place)
        rows.append(outcomes[number])
    return tuple(rows)


def _outcomes(scanner: Scanner, players: int) -> list[tuple[Fraction, ...]]:
    """Payoffs of every outcome; number 0 stands for none and pays nothing."""
    found = [(Fraction(0),) * players]
    scanner.take()
    while not scanner.follows(TokenShape.BRACE, "}"):
        opening = scanner.peek()
        found.append(gambit_text.payoffs(scanner, players))
        if len(found) * players > MOST_PAYOFFS:
            scanner.stop("E802", f"more than {MOST_PAYOFFS:,} payoffs", opening)
    scanner.take()
    return found


def _payoff(scanner: Scanner, cells: int) -> Fraction:
    if scanner.follows(TokenShape.FINISH):
        _truncated(scanner, cells)
    return scanner.number("a payoff")


def _truncated(scanner: Scanner, cells: int) -> NoReturn:
    message = f"the file ends where {cells} more cells must follow"
    scanner.stop("E801", message, scanner.peek(), "the file may be truncated")


def _text(
    title: str,
    comment: str,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    rows: list[list[str]],
) -> str:
    named = _labels(players)
    listed = "\n".join(f"{{ {_labels(own)} }}" for own in actions)
    cells = " ".join(" ".join(row) for row in rows)
    head = f"NFG 1 R {gambit_text.quoted(title)} {{ {named} }}"
    return f"{head}\n{{ {listed} }}\n{gambit_text.quoted(comment)}\n\n{cells}\n"


def _labels(names: Sequence[str]) -> str:
    """Names as labels, numbered where they have none."""
    given = (gambit_text.plain(name) or str(index + 1) for index, name in enumerate(names))
    return " ".join(map(gambit_text.quoted, gambit_text.distinct(given)))
