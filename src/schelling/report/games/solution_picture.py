"""A solved game as a picture: SVG, a page that holds it, or TikZ, by the ending of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import accumulate
from pathlib import Path

import numpy as np
from jaxtyping import Float

from schelling.errors import RunError
from schelling.games.errors import GameError
from schelling.games.trees.tree import NodeKind
from schelling.report.charts.text_width import text_width
from schelling.report.games import table_svg, tikz_tree, tree_svg
from schelling.report.games.table_svg import Names
from schelling.study.solving import states as solve_states
from schelling.study.solving.answer import (
    Equilibrium,
    Game,
    Solution,
    StatesGame,
    TableGame,
    TreeGame,
)

SUFFIXES = (".svg", ".html", ".tex")
"""Endings of pictures."""

MOST_EQUILIBRIA = 12
"""Equilibria of one game that are drawn, each in a picture of its own."""

_CAPTION = 32.0  # height of a caption
_SIZE = re.compile(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"')


def check(path: Path) -> str:
    """The format that a file's name asks for.

    Args:
        path: Where the picture is to go.

    Returns:
        One of `SUFFIXES`.

    Raises:
        RunError: It is none of them.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        msg = f"a picture is written as {', '.join(SUFFIXES)}; got {path.name!r}"
        raise RunError(msg)
    return suffix


def write(solution: Solution, path: Path) -> None:
    """Draw a solved game into a file.

    Args:
        solution: The solved game; drawn without play where there is no answer.
        path: Where the picture goes; its ending says in which format.

    Raises:
        RunError: There is no such picture of this kind of game, it is too large, or the file
            cannot be written.
    """
    try:
        text = draw(solution, check(path))
        path.write_text(text, encoding="utf-8")
    except GameError as error:
        msg = f"no picture: {error}"
        raise RunError(msg) from error
    except OSError as error:
        msg = f"the picture cannot be written: {error}"
        raise RunError(msg) from error


def draw(solution: Solution, suffix: str) -> str:
    """A solved game as text in one format.

    Args:
        solution: The solved game.
        suffix: One of `SUFFIXES`.

    Returns:
        The text of a file.

    Raises:
        RunError: There is no such picture of this kind of game.
    """
    game = solution.game
    answers = _answers(solution)
    captions = _captions(answers, len(solution.found.equilibria))
    if suffix == ".tex":
        if not isinstance(game, TreeGame):
            msg = "TikZ is for trees; draw a table as .svg or .html"
            raise RunError(msg)
        trees = [tikz_tree.tikz(game.tree, *_tree_numbers(game, found)) for found in answers]
        headed = zip(captions, trees, strict=True)
        return "\n\n".join(f"{words}\n\n{tree}" if words else tree for words, tree in headed) + "\n"
    pictures = [picture for found in answers for picture in _pictures(game, found)]
    words = captions if len(captions) == len(pictures) else [""] * len(pictures)
    if suffix == ".svg":
        return (pictures[0] if len(pictures) == 1 else stacked(pictures, words)) + "\n"
    return _page(game.name, pictures, words)


def _answers(solution: Solution) -> list[Sequence[Equilibrium]]:
    """What each picture shows: the answers of all worlds, or one of several equilibria."""
    found = solution.found.equilibria
    draws = len(solution.game.payoffs) if isinstance(solution.game, TreeGame) else 1
    if len(found) <= 1 or draws > 1:
        return [found]
    return [[one] for one in found[:MOST_EQUILIBRIA]]


def _captions(answers: Sequence[object], count: int) -> list[str]:
    """Which of several equilibria each picture shows."""
    if len(answers) == 1:
        return [""]
    left = f"; {count - len(answers)} more are not drawn" if count > len(answers) else ""
    words = [f"Equilibrium {number + 1} of {count}" for number in range(len(answers))]
    return [*words[:-1], words[-1] + left]


def _pictures(game: Game, found: Sequence[Equilibrium]) -> list[str]:
    match game:
        case TreeGame() if game.simultaneous:
            return [_table(game, found)]
        case TreeGame():
            return [tree_svg.svg(game.tree, *_tree_numbers(game, found), title=game.name)]
        case TableGame():
            play = [np.array([one]) for one in found[0].strategy.values()] if found else None
            names = Names(game.players, game.actions, game.name)
            return [table_svg.svg(game.payoffs[None], play, names)]
        case StatesGame():
            return [_state(game, found, state) for state in range(len(game.table.states))]


def _table(game: TreeGame, found: Sequence[Equilibrium]) -> str:
    """A table that was solved as the tree in which nobody sees the others' moves."""
    sets = game.tree.infosets
    names = Names([game.players[s.player] for s in sets], [s.actions for s in sets], game.name)
    shape = (len(game.payoffs), *(len(s.actions) for s in sets), len(sets))
    payoffs = game.payoffs[..., np.array([s.player for s in sets])].reshape(shape)
    play = [np.array([one.strategy[f"{s.player + 1}.1"] for one in found]) for s in sets]
    return table_svg.svg(payoffs, play if found else None, names)


def _tree_numbers(
    game: TreeGame, found: Sequence[Equilibrium]
) -> tuple[Float[np.ndarray, "draw edge"] | None, Float[np.ndarray, "draw end player"]]:
    """Play of every draw that has an answer, and the payoffs."""
    if not found:
        return None, game.payoffs
    tree = game.tree
    choice = np.zeros((len(found), len(tree.edges)))
    opened = {edge: column for column, edge in enumerate(tree.open_edges)}
    for edge, (node, action) in enumerate(tree.edges):
        if tree.kind[node] is NodeKind.DECISION:
            place = tree.infosets[tree.infoset[node]]
            key = f"{place.player + 1}.{place.number}"
            choice[:, edge] = [one.strategy[key][action] for one in found]
        elif edge in opened and game.weights is not None:
            own = game.weights[:, opened[edge]]
            choice[:, edge] = own if len(own) == len(found) else own.mean()
        else:
            choice[:, edge] = float(tree.weights[node][action] or 0)
    return choice, game.payoffs


def _state(game: StatesGame, found: Sequence[Equilibrium], state: int) -> str:
    """One state as a table: payoffs now and later if solved, else those of one period."""
    table, labels = game.table, game.table.actions[state]
    cells = tuple(slice(len(own)) for own in labels)
    what, payoffs, play = "payoffs of one period", table.payoffs, None
    if found:
        what = "payoff now and expected later"
        payoffs = solve_states.stages(game, found[0])
        keys = [f"{player + 1}.{state + 1}" for player in range(len(labels))]
        play = [np.array([found[0].strategy[key]]) for key in keys]
    names = Names(table.players, labels, f"{table.states[state]}: {what}")
    return table_svg.svg(payoffs[state][cells][None], play, names)


def stacked(pictures: Sequence[str], captions: Sequence[str] = ()) -> str:
    """Pictures one below the other as one, each under its caption if it has one."""
    words = list(captions) or [""] * len(pictures)
    sizes = [_SIZE.search(picture) for picture in pictures]
    widths = [float(found[1]) for found in sizes if found]
    heights = [float(found[2]) for found in sizes if found]
    above = [_CAPTION if caption else 0.0 for caption in words]
    ends = accumulate(map(sum, zip(heights, above, strict=True)), initial=0.0)
    inner: list[str] = []
    for picture, top, room, caption in zip(pictures, ends, above, words, strict=False):
        if caption:
            inner.append(
                f'<text x="12" y="{top + 22:g}" font-family="system-ui, sans-serif" '
                f'font-size="14" font-weight="600">{escape(caption)}</text>'
            )
        inner.append(picture.replace("<svg ", f'<svg y="{top + room:g}" ', 1))
    wide = max(*widths, *(text_width(caption, bold=True) + 24 for caption in words))
    high = sum(heights) + sum(above)
    size = f'viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}"'
    back = f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>' if any(words) else ""
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', back, *inner, "</svg>"]
    return "\n".join(line for line in lines if line)


def _page(title: str, pictures: Sequence[str], captions: Sequence[str]) -> str:
    body = "\n".join(
        (f"<h2>{escape(words)}</h2>\n" if words else "") + f"<p>{picture}</p>"
        for picture, words in zip(pictures, captions, strict=True)
    )
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n{body}\n</html>\n"
    )
