"""What is estimated: a tree of moves, and which payoffs and scales vary with covariates.

A `Specification` is plain tuples, so that it is hashable and a program can be compiled for it. It
knows no names and no data: a payoff is a fixed number or the value of a *predictor*, a linear
function of a row's covariates that is computed elsewhere. Nodes are numbered in prefix order, ends
in the order of their nodes, predictors from 0.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property

NOBODY = -1
"""Owner of an end or a chance move."""


class LinkFunction(enum.Enum):
    """Distribution of the disturbances."""

    PROBIT = "probit"
    LOGIT = "logit"


class ErrorKind(enum.Enum):
    """Whose uncertainty the disturbances are.

    Agent error disturbs the expected payoff of each action. Private information disturbs the
    payoff of each end, known to its player and to nobody else.
    """

    AGENT = "agent"
    PRIVATE = "private"


@dataclass(frozen=True)
class Moves:
    """A tree of perfect information; one entry per node.

    Attributes:
        owner: Who decides; `NOBODY` at ends and chance moves.
        children: The next nodes in the order of the actions; empty at ends.
        chance: Probability of each outcome of a chance move; empty elsewhere.
        players: Number of players.
    """

    owner: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    chance: tuple[tuple[float, ...], ...]
    players: int

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Node of each end."""
        return tuple(node for node, below in enumerate(self.children) if not below)

    @cached_property
    def deciders(self) -> frozenset[int]:
        """Players who move somewhere."""
        return frozenset(self.owner) - {NOBODY}


@dataclass(frozen=True)
class Specification:
    """Payoffs and scales of a game, fixed or given by predictors.

    Attributes:
        moves: The tree.
        fixed: Payoff of each player at each end, by end; read where no predictor says otherwise.
        utility: Predictor of each player's payoff at each end; `NOBODY` where it is fixed.
        log_scale: Logarithm of the scale of each player's disturbances where it is fixed.
        scale: Predictor of the logarithm of each player's scale; `NOBODY` where it is fixed.
        predictors: Number of predictors.
        link: Distribution of the disturbances.
        errors: Whose uncertainty they are.
    """

    moves: Moves
    fixed: tuple[tuple[float, ...], ...]
    utility: tuple[tuple[int, ...], ...]
    log_scale: tuple[float, ...]
    scale: tuple[int, ...]
    predictors: int
    link: LinkFunction
    errors: ErrorKind
