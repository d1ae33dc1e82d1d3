"""Two tables about how a game is played: which replies are best, and what is believed where."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.compile.games.tree import Board
from schelling.games.trees import certify, replies
from schelling.games.trees.tree import Infoset, Tree
from schelling.report.page.figure import Table
from schelling.report.words.numerals import count, percent


def best_replies(
    board: Board,
    choice: Float[ndarray, "world told"],
    payoffs: Float[ndarray, "world end player"],
) -> Table:
    """In which share of worlds each action is the best reply to how everybody else plays.

    Args:
        board: The game.
        choice: Probability of every action that can be told apart, in worlds that were solved.
        payoffs: Payoffs at the ends.
    """
    tree = board.tree
    found = replies.best_replies(tree, payoffs, board.spread(choice))
    rows: list[tuple[str, ...]] = []
    for infoset, best in zip(tree.infosets, found, strict=True):
        known = best[np.isfinite(best).all(axis=1)]
        reached = count(len(known), "world") if len(known) else "never reached"
        shares = [percent(share) for share in known.mean(axis=0)] if len(known) else []
        for action, share in zip_longest(infoset.actions, shares, fillvalue="–"):
            rows.append((_place(tree, infoset), action, share, reached))
    return Table(
        caption="Best reply to how the others play",
        head=("Who, where", "Action", "Best in", "Worlds"),
        rows=tuple(rows),
        note=f"Of {count(len(choice), 'world')}, those in which the choices of all can lead to the "
        "place; actions worth the same share it.",
    )


def beliefs(board: Board, choice: Float[ndarray, "world told"]) -> Table | None:
    """What is believed where somebody does not know which moves were made.

    Args:
        board: The game.
        choice: Probability of every action that can be told apart, in worlds that were solved.

    Returns:
        The probability of each way to a place, given that the place is reached; None for a game in
        which everything is known, or all move at once.
    """
    tree = board.tree
    unsure = [one for one in tree.infosets if len(one.members) > 1]
    if board.game.simultaneous or not unsure:
        return None
    with np.errstate(divide="ignore"):
        found = certify.beliefs(tree, np.log(board.spread(choice)))
    rows: list[tuple[str, ...]] = []
    for infoset in unsure:
        for node in infoset.members:
            own = found[:, node]
            known = own[np.isfinite(own)]
            if not len(known):
                continue
            low, middle, high = np.quantile(known, [0.05, 0.5, 0.95]).tolist()
            spread = f"{percent(low)} to {percent(high)}"
            way = " / ".join(tree.path(node))
            mean = percent(float(known.mean()))
            rows.append((_place(tree, infoset), way, mean, percent(middle), spread))
    return Table(
        caption="What is believed at places that look the same",
        head=("Who, where", "What has happened", "Mean", "Median", "90 % of worlds"),
        rows=tuple(rows),
        note="Probability once the place is reached, by Bayes’ rule from everybody’s choices.",
    )


def _place(tree: Tree, infoset: Infoset) -> str:
    """Who moves, and where."""
    actor = tree.players[infoset.player]
    if infoset.name:
        return f"{actor}, {infoset.name}"
    node, *others = infoset.members
    return actor if others else ", ".join((actor, *tree.path(node)))
