"""Loads the game named on a command line: a file by its suffix, or a game of a case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schelling.case import check
from schelling.case.file import render
from schelling.case.language.typed import scope
from schelling.case.model import Case
from schelling.case.settings.given import NOTHING, Settings
from schelling.errors import CaseError, Problem, RunError
from schelling.games.files import csv_table, efg, game_text, nfg
from schelling.study.solving.answer import Game, StatesGame, TableGame, TreeGame

SUFFIXES = (".efg", ".nfg", ".csv")
"""Endings of game files."""


def load(
    target: str, *, worlds: int | None = None, seed: int = 0, settings: Settings = NOTHING
) -> Game:
    """Read a game.

    Args:
        target: Path of an `.efg`, `.nfg` or `.csv` file, or `CASE:game`.
        worlds: Draw so many worlds of a case; the central one if None.
        seed: Seed of the worlds.
        settings: Definitions of the case to be changed.

    Returns:
        The game with its numbers.

    Raises:
        CaseError: The file, or the case, has problems.
        RunError: The target names no game.
    """
    path = Path(target)
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        if worlds is not None:
            msg = "--worlds is for games of a case; in a file each payoff is one number"
            raise RunError(msg)
        if settings:
            msg = "--set is for games of a case; in a file, change the payoff itself"
            raise RunError(msg)
        return _read(path, suffix)
    place, colon, name = target.rpartition(":")
    if not colon or not place or not name:
        raise RunError(_unclear(target))
    case = check.load(place, settings=settings)
    from schelling.study.solving import from_case  # noqa: PLC0415 - a file need not wait for it

    return from_case.load(case, _game(case, name), worlds=worlds, seed=seed)


def _unclear(target: str) -> str:
    """What is wrong with a target that names neither a game file nor a game."""
    place = Path(target.rstrip(":"))
    named = bool(target.strip(": "))
    if (named and place.is_dir()) or place.suffix.lower() in (".yaml", ".yml"):
        case = check.load(place)
        names = ", ".join(f"{place}:{game.name}" for game in (*case.games, *case.stochastic))
        return f"name a game of the case: {names or 'it has none'}"
    return f"{target!r} is neither a {', '.join(SUFFIXES)} file nor CASE:game"


def _game(case: Case, name: str) -> str:
    names = [game.name for game in (*case.games, *case.stochastic)]
    if name not in names:
        hint = scope.suggest(name, names)
        msg = f"{name!r} is not a game of {case.name}" + (f"; {hint}" if hint else "")
        raise RunError(msg)
    return name


def _read(path: Path, suffix: str) -> Game:
    text = ""
    try:
        text = game_text.read_text(path)
        return _PARSERS[suffix](text, path)
    except CaseError as error:
        raise CaseError(error.problems, _rendered(error.problems, path, text)) from None


def _rendered(problems: tuple[Problem, ...], path: Path, text: str) -> str:
    """As problems of a case are shown."""
    rows = text.split("\n")
    blocks = [render.problem(problem, rows if problem.path == path else ()) for problem in problems]
    return "\n\n".join([*blocks, f"{len(blocks)} problem{'' if len(blocks) == 1 else 's'}"])


def _tree(text: str, path: Path) -> Game:
    found = efg.parse(text, path)
    name = found.title or path.stem
    return TreeGame(name, found.game, found.floats()[None], exact=found.payoffs)


def _table(text: str, path: Path) -> Game:
    found = nfg.parse(text, path)
    name = found.title or path.stem
    return TableGame(name, found.players, found.actions, found.floats(), found.fractions())


def _states(text: str, path: Path) -> Game:
    return StatesGame(path.stem, csv_table.parse(text, path))


_PARSERS: dict[str, Callable[[str, Path], Game]] = {
    ".efg": _tree,
    ".nfg": _table,
    ".csv": _states,
}
