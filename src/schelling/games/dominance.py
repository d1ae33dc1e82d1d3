"""Whether one move beats another whatever the others answer, and by how much.

A margin, not a verdict: payoff units by which the better move stays ahead in its worst case. Knows
nothing of equilibrium or of precision. For dominance in tables see `schelling.games.strategic`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64
from schelling.games import chance
from schelling.games.tree import GameError, Kind, Tree

_Pick = Callable[[Array, Array], Array]


class GainTest(NamedTuple):
    """Whether a provocation gains whether or not the other side reacts.

    Attributes:
        margin: The smaller of the two gains, in payoff units; from zero on it gains either way.
        critical: Reaction probability at which acting and not acting are worth the same; NaN
            where no probability in [0, 1] separates the two.
        pays_below: Whether acting pays below the critical probability (else above it).
    """

    margin: Float[Array, "*draw"]
    critical: Float[Array, "*draw"]
    pays_below: Float[Array, "*draw"]


def weak_margin(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
    node: int,
    first: int,
    second: int,
    weights: Float[Array, "*#draw open"] | None = None,
) -> Float[Array, "*draw"]:
    """How far the owner of a node is better off with one action than with another, at worst.

    The value of `first` when all others answer so as to harm the owner, minus the value of
    `second` when they answer so as to please it; the owner's own later moves are its best, chance
    counts at its mean. As the answers to the two actions are given at different nodes, this is the
    smallest difference over everybody's strategies, so a margin of zero or more is weak dominance
    (given that the node is reached) and a positive one strict.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end, in the game's payoff unit.
        node: A decision node.
        first: Index of the action that should be better.
        second: Index of the action it is compared with.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        The margin in payoff units; zero or more where `first` weakly dominates `second`.

    Raises:
        GameError: The node is not a decision, or somebody at or below it cannot see where the
            game stands.

    Examples:
        >>> from schelling.games import build
        >>> answer = build.decision("nato", {"ignore": build.end(), "respond": build.end()})
        >>> root = build.decision("russia", {"hold": build.end(), "strike": answer})
        >>> game = build.compile(root, ["russia", "nato"])
        >>> payoffs = jnp.array([[0.0, 0.0], [0.3, -1.0], [-1.0, -0.5]])
        >>> float(weak_margin(game, payoffs, node=0, first=1, second=0))
        -1.0
    """
    _require_decision(game, node)
    last = node + game.subtree_size[node]
    for infoset in game.infosets:
        inside = [member for member in infoset.members if node <= member < last]
        if inside and len(infoset.members) > 1:
            msg = (
                f"set {infoset.number} of {game.players[infoset.player]!r} hides earlier moves; "
                "the margin needs perfect information from its node on"
            )
            raise GameError(msg)
    luck = chance.probabilities(game, weights)
    player = game.owner[node]
    worst = _value(game, payoffs, game.children[node][first], player, luck, jnp.minimum)
    best = _value(game, payoffs, game.children[node][second], player, luck, jnp.maximum)
    return worst - best


def critical_probability(
    unanswered: Float[Array, "*draw"], answered: Float[Array, "*draw"]
) -> Float[Array, "*draw"]:
    """Reaction probability at which a provocation is worth as much as holding still.

    With gain `b` if the other side does not react and `r` if it does, acting is worth
    `(1 - q) * b + q * r`, which is zero at `q = b / (b - r)`: the critical risk of Ellsberg and of
    Snyder and Diesing.

    Args:
        unanswered: Gain over holding still when nobody reacts, in payoff units.
        answered: Gain over holding still when the other side reacts, in payoff units.

    Returns:
        The probability; NaN where both gains have the same sign, so that none exists.

    Examples:
        >>> critical_probability(jnp.array([0.3, 0.3, -0.1]), jnp.array([-1.0, 0.2, 0.4]))
        Array([0.23076923,        nan, 0.2       ], dtype=float64)

    References:
        Ellsberg, D. (1961), The crude analysis of strategic choices, American Economic Review 51.
        Snyder, G. H. and Diesing, P. (1977), Conflict Among Nations, chapter 3.
    """
    crosses = unanswered * answered <= 0
    crosses &= unanswered != answered
    span = jnp.where(crosses, unanswered - answered, 1.0)
    return jnp.where(crosses, unanswered / span, jnp.nan)


def gain_test(unanswered: Float[Array, "*draw"], answered: Float[Array, "*draw"]) -> GainTest:
    """Test of 'a gain whatever they answer', and what the answer hinges on where it fails.

    Args:
        unanswered: Gain over holding still when nobody reacts, in payoff units.
        answered: Gain over holding still when the other side reacts, in payoff units.

    Returns:
        The margin, the critical reaction probability, and on which side of it acting pays.

    Examples:
        >>> test = gain_test(jnp.array(0.3), jnp.array(-2.7))
        >>> float(test.margin), round(float(test.critical), 9), bool(test.pays_below)
        (-2.7, 0.1, True)
    """
    return GainTest(
        margin=jnp.minimum(unanswered, answered),
        critical=critical_probability(unanswered, answered),
        pays_below=unanswered > answered,
    )


def _require_decision(game: Tree, node: int) -> None:
    if game.kind[node] is not Kind.DECISION:
        msg = f"node {node} is not a decision"
        raise GameError(msg)


def _value(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
    root: int,
    player: int,
    luck: dict[int, list[Array]],
    others: _Pick,
) -> Float[Array, "*draw"]:
    """Value of a subtree to a player who does its best against others who pick by `others`."""
    values: dict[int, Array] = {}
    for node in reversed(range(root, root + game.subtree_size[root])):
        below = [values[child] for child in game.children[node]]
        if game.kind[node] is Kind.END:
            values[node] = payoffs[..., game.end_of[node], player]
        elif game.kind[node] is Kind.CHANCE:
            terms = [p * value for p, value in zip(luck[node], below, strict=True)]
            values[node] = sum(terms[1:], start=terms[0])
        else:
            values[node] = reduce(jnp.maximum if game.owner[node] == player else others, below)
    return values[root]
