"""What Gambit's `.efg` and `.nfg` files have in common: the first lines, lists of labels, payoffs.

Reading goes through a `Scanner`, so everything wrong keeps its place. Labels are written such that
strict and lenient readers see the same ones: nonempty, distinct, without quotes and escapes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from schelling.errors import printable
from schelling.games.errors import GameError
from schelling.games.files.game_text import Scanner, TokenShape


class Heading(NamedTuple):
    """The first line of a game file.

    Attributes:
        title: Title of the game.
        players: Name of each player.
    """

    title: str
    players: tuple[str, ...]


def heading(scanner: Scanner, word: str, version: str, fewest: int, most: int) -> Heading:
    """Take the format's name and version, the title and the players.

    Args:
        scanner: The file from its start.
        word: Name of the format, `EFG` or `NFG`.
        version: Its version.
        fewest: Smallest number of players, 0 or 1.
        most: Largest number of players.

    Returns:
        Title and players.

    Raises:
        CaseError: The file begins differently, or has too few or too many players.
    """
    scanner.expect(TokenShape.WORD, f"{word!r} at the start of the file", word)
    scanner.expect(TokenShape.WORD, f"version {version} of the format", version)
    if scanner.follows(TokenShape.WORD, "D"):  # old files: decimal numbers; R is for rational ones
        scanner.take()
    else:
        scanner.expect(TokenShape.WORD, "'R' after the version", "R")
    title = scanner.expect(TokenShape.TEXT, "the title in quotes").value
    opening = scanner.peek()
    players = labels(scanner, "players", "a player's name", most)
    if len(players) < fewest:
        scanner.stop("E804", "a game needs at least one player", opening)
    return Heading(title, players)


def labels(scanner: Scanner, of: str, one: str, most: int) -> tuple[str, ...]:
    """Take labels in quotes between braces.

    Args:
        scanner: The file.
        of: What they are labels of, for messages: 'players'.
        one: What one of them is, for messages: 'a player's name'.
        most: Largest number of labels.

    Returns:
        The labels.

    Raises:
        CaseError: There is no such list here, or it is too long.
    """
    opening = scanner.expect(TokenShape.BRACE, f"'{{' before the {of}", "{")
    found: list[str] = []
    while not scanner.follows(TokenShape.BRACE, "}"):
        found.append(scanner.expect(TokenShape.TEXT, f"{one} in quotes or '}}'").value)
        if len(found) > most:
            scanner.stop("E802", f"more than {most:,} {of}", opening)
    scanner.take()
    return tuple(found)


def optional_text(scanner: Scanner) -> str:
    """Take a text in quotes if one follows.

    Args:
        scanner: The file.

    Returns:
        The text; empty where none follows.
    """
    return scanner.take().value if scanner.follows(TokenShape.TEXT) else ""


def payoffs(scanner: Scanner, players: int) -> tuple[Fraction, ...]:
    """Take the payoffs of one outcome, up to the closing brace.

    Args:
        scanner: The file, with the opening brace next.
        players: Number of players.

    Returns:
        The exact payoff of each player.

    Raises:
        CaseError: There are more or fewer payoffs than players.
    """
    opening = scanner.expect(TokenShape.BRACE, "'{' before payoffs", "{")
    optional_text(scanner)  # an outcome's own name, in .nfg
    found: list[Fraction] = []
    while not scanner.follows(TokenShape.BRACE, "}") and len(found) <= players:
        found.append(scanner.number("a payoff or '}'"))
    if len(found) != players:
        count = "more" if len(found) > players else str(len(found))
        scanner.stop("E805", f"{count} payoffs for {players} players", opening)
    scanner.take()
    return tuple(found)


def end(scanner: Scanner, what: str) -> None:
    """Require that the file ends here, and raise what was reported on the way.

    Args:
        scanner: The file.
        what: What has just been completed, for the message.

    Raises:
        CaseError: Something follows, or problems were reported before.
    """
    if not scanner.follows(TokenShape.FINISH):
        message = f"{what} is complete, yet {scanner.peek()} follows"
        scanner.stop("E801", message, scanner.peek())
    scanner.finish()


def number(value: Fraction | float) -> str:
    """Exact text of a fraction; of a float the shortest decimal that reads back the same.

    Args:
        value: The number.

    Returns:
        Its text.

    Raises:
        GameError: It is not finite.

    Examples:
        >>> number(Fraction(1, 3)), number(1e-7), number(-0.0)
        ('1/3', '0.0000001', '0')
    """
    if isinstance(value, Fraction | int):
        return str(value)
    if not np.isfinite(value):
        msg = f"payoff {value} is not finite and cannot be written to a file"
        raise GameError(msg)
    return str(np.format_float_positional(value + 0.0, trim="-"))  # + 0.0: no negative zero


def plain(text: str) -> str:
    r"""Text without what readers take for the end of a label or for an escape.

    Args:
        text: The text.

    Returns:
        One line of printable characters.

    Examples:
        >>> plain('say "no"\n')
        "say 'no'"
    """
    return " ".join(printable(text).replace('"', "'").replace("\\", "/").split())


def quoted(text: str) -> str:
    """A text as it stands in a file.

    Args:
        text: The text.

    Returns:
        The text made plain, in quotes.
    """
    return f'"{plain(text)}"'


def distinct(names: Iterable[str]) -> list[str]:
    """Names made plain, nonempty and different from one another.

    Args:
        names: The names.

    Returns:
        As many labels; a name that was used before gets a number.

    Examples:
        >>> distinct(["go", "", "go", "go"])
        ['go', 'unnamed', 'go 2', 'go 3']
    """
    found: dict[str, None] = {}
    counts: dict[str, int] = {}
    for name in names:
        stem = plain(name) or "unnamed"
        label = stem
        while label in found:
            counts[stem] = counts.get(stem, 1) + 1
            label = f"{stem} {counts[stem]}"
        found[label] = None
    return list(found)
