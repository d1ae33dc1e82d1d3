"""The quantal response branch of a solved game as a picture: `schelling solve --branch`."""

from __future__ import annotations

from pathlib import Path

from schelling.errors import RunError
from schelling.games.errors import GameError
from schelling.games.tables import quantal_branch
from schelling.report.games import branch_svg
from schelling.study.solving.answer import Solution, TableGame, TreeGame
from schelling.study.solving.game_file import as_table


def write(solution: Solution, path: Path) -> None:
    """Draw how play moves from precision 0 to the precision that was solved for.

    Args:
        solution: A game solved for quantal response.
        path: Where the picture goes.

    Raises:
        RunError: There is no such picture of this game, or the file cannot be written.
    """
    try:
        path.write_text(draw(solution) + "\n", encoding="utf-8")
    except GameError as error:
        msg = f"no picture of the branch: {error}"
        raise RunError(msg) from error
    except OSError as error:
        msg = f"the picture cannot be written: {error}"
        raise RunError(msg) from error


def draw(solution: Solution) -> str:
    """The branch as one `svg` element.

    Args:
        solution: A game solved for quantal response.

    Returns:
        The text of the element.

    Raises:
        RunError: The game is no table, has several draws, or was not solved for quantal response.
    """
    game, precision = solution.game, solution.found.precision
    if precision is None or precision <= 0:
        msg = "--branch draws quantal response up to a precision above 0: give --precision"
        raise RunError(msg)
    match game:
        case TableGame():
            table = game
        case TreeGame() if game.simultaneous and len(game.payoffs) == 1:
            table = as_table(game)
        case _:
            msg = "--branch draws a table in one world: an .nfg file, or a `matrix` of a case"
            raise RunError(msg)
    (branch,) = quantal_branch.trace(table.payoffs[None], precision)
    return branch_svg.svg(branch, table.actions, table.players, table.name)
