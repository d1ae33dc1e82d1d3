"""The logit equilibrium branch of a strategic game as play against precision, for pictures.

A few draws at a time: the whole branch from uniform play on, with the precisions at which it folds
or splits. The answer at one precision is `schelling.games.tables.logit`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from schelling.errors import Status
from schelling.games import programs
from schelling.games.paths import branch
from schelling.games.paths.arclength import WalkSettings
from schelling.games.tables import logit, strategic
from schelling.games.tables.strategic import Payoffs


@dataclass(frozen=True)
class QuantalBranch:
    """One draw's branch, in the order in which it is walked.

    Attributes:
        precision: Precision at each point; falls after a fold.
        play: Mixed action of each player at each point.
        folds: Precisions at which the branch turns.
        bifurcations: Precisions at which other branches split off; this one goes straight on.
        status: How the walk ended.
    """

    precision: Float[np.ndarray, " point"]
    play: tuple[Float[np.ndarray, "point _action"], ...]
    folds: Float[np.ndarray, " fold"]
    bifurcations: Float[np.ndarray, " bifurcation"]
    status: Status


def trace(
    payoffs: Payoffs | Float[np.ndarray, "draw ... player"],
    precision: float,
    settings: WalkSettings = branch.FINE,
) -> tuple[QuantalBranch, ...]:
    """Follow each draw's branch from uniform play up to a precision shared by all players.

    Args:
        payoffs: The games.
        precision: Where to end, above 0.
        settings: Rules of the walk.

    Returns:
        One branch per draw.

    Raises:
        GameError: The payoffs are no strategic game.

    Examples:
        Chicken splits where both swerve with probability 0.609.

        >>> import numpy as np
        >>> chicken = np.array([[[[0.0, 0], [-0.5, 1]], [[1, -0.5], [-3, -3]]]])
        >>> (found,) = trace(chicken, 2.0)
        >>> found.bifurcations.round(4).tolist(), found.folds.tolist()
        ([1.1997], [])
    """
    table = np.asarray(payoffs, dtype=np.float64)
    actions = strategic.actions(table)
    sharp = np.full((table.shape[0], len(actions)), precision)
    scaled = _scale(table, sharp)
    walked = branch.record(logit.system(actions), scaled.gains, scaled.sharpest, settings)
    targets = np.asarray(scaled.sharpest)
    return tuple(
        _translated(one, actions, precision, float(target))
        for one, target in zip(walked, targets, strict=True)
    )


_scale = programs.compiled()(logit.scale)
_mixed = programs.compiled(1)(logit.mixed)


def _translated(
    walked: branch.WalkedBranch, actions: tuple[int, ...], precision: float, target: float
) -> QuantalBranch:
    unit = precision / target if target > 0 else 0.0
    play = _mixed(walked.z, actions)
    return QuantalBranch(
        walked.t * unit,
        tuple(np.asarray(own) for own in play),
        walked.folds * unit,
        walked.bifurcations * unit,
        walked.status,
    )
