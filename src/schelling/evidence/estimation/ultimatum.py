"""Likelihood of offers and answers in the ultimatum game with privately known reservation values.

The proposer offers y of a pie Q and keeps Q - y if the responder accepts. What each has after a
rejection is its reservation value, R1 and R2: a predictor plus a logistic disturbance of scale s1
or s2 that nobody else knows. The responder accepts what exceeds R2. The proposer's best offer
solves

    R1 = Q - y - s2 (1 + exp((y - m2) / s2)),

with m2 the predictor of R2, and falls as R1 rises, so that an offer tells R1; offers are held
between nothing and the pie. Works on one observation, as `backward` does.

References:
    Ramsay, K. W. and Signorino, C. S. (2009), A statistical model of the ultimatum game, working
    paper, Princeton University and University of Rochester.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import wrightomega

from schelling.evidence.estimation.moves import NOBODY, LinkFunction

OFFER, PIE, ANSWER = 0, 1, 2
"""Rows of what was seen: the offer, the pie, and whether it was accepted."""
REJECTED, ACCEPTED, UNKNOWN = 0.0, 1.0, -1.0
"""Values of the last row."""
_NODES: Final = 24  # of the rule of Gauss and Legendre on each piece of the offers
_PIECES: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Ends of pieces around the middle of a logistic step, in its scale: little is left beyond."""
_HALVINGS: Final = 60


@dataclass(frozen=True)
class OfferGame:
    """Which predictors give the reservation values and the logarithms of their scales.

    Attributes:
        reservation: Predictor of each reservation value, the proposer's first; `NOBODY` if fixed.
        fixed: The reservation value where it is fixed.
        scale: Predictor of the logarithm of each scale; `NOBODY` if fixed.
        log_scale: The logarithm where it is fixed.
        predictors: Number of predictors.
    """

    reservation: tuple[int, int]
    fixed: tuple[float, float]
    scale: tuple[int, int]
    log_scale: tuple[float, float]
    predictors: int

    @property
    def link(self) -> LinkFunction:
        """Distribution of the disturbances."""
        return LinkFunction.LOGIT


def offer_log_likelihood(
    game: OfferGame, predictors: Float[Array, " predictor"], seen: Float[Array, " what"]
) -> Float[Array, ""]:
    """Logarithm of the density of an offer times the probability of its answer.

    Args:
        game: The game.
        predictors: Value of each predictor.
        seen: Offer, pie and answer; an answer may be unknown.

    Returns:
        Its logarithm; of an offer of nothing, or of the whole pie, that of a probability.
    """
    first, second, log_first, log_second = _parts(game, predictors)
    offer, pie, answer = seen[OFFER], seen[PIE], seen[ANSWER]
    lead = (offer - second) / jnp.exp(log_second)
    told = _told(offer, pie, first, second, log_second) / jnp.exp(log_first)
    inside = (
        jax.nn.log_sigmoid(told) + jax.nn.log_sigmoid(-told) - log_first + jax.nn.softplus(lead)
    )
    least, most = jax.nn.log_sigmoid(-told), jax.nn.log_sigmoid(told)
    density = jnp.where(offer <= 0, least, jnp.where(offer >= pie, most, inside))
    sign = jnp.where(answer > 0, 1.0, -1.0)
    return density + jnp.where(answer < 0, 0.0, jax.nn.log_sigmoid(sign * lead))


def expected(
    game: OfferGame, predictors: Float[Array, " predictor"], pie: Float[Array, ""]
) -> Float[Array, " what"]:
    """The mean offer as a share of the pie, and the probability that it is accepted.

    Args:
        game: The game.
        predictors: Value of each predictor.
        pie: What is shared.

    Returns:
        Both, by Gauss-Legendre quadrature of E g = g(pie) - integral of g' times the distribution
        function of offers, piece by piece, so that steps much narrower than the pie are seen.
    """
    first, second, log_first, log_second = _parts(game, predictors)
    offers, weights = _quadrature(game, predictors, pie)
    below = jax.nn.sigmoid(-_told(offers, pie, first, second, log_second) / jnp.exp(log_first))
    spread = jnp.exp(log_second)
    chance = jax.nn.sigmoid((offers - second) / spread)
    mean = 1.0 - jnp.sum(below * weights) / pie
    slope = chance * (1 - chance) / spread
    accepted = jax.nn.sigmoid((pie - second) / spread) - jnp.sum(below * slope * weights)
    return jnp.stack([mean, accepted])


def _quadrature(
    game: OfferGame, predictors: Array, pie: Array
) -> tuple[Float[Array, " node"], Float[Array, " node"]]:
    """Offers and weights on pieces that are small where chances of offers or answers change."""
    first, second, log_first, log_second = _parts(game, predictors)
    own, other = jnp.exp(log_first), jnp.exp(log_second)

    def halved(_: Array, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        middle = (ends[0] + ends[1]) / 2
        above = _told(middle, pie, first, second, log_second) > 0
        return jnp.where(above, middle, ends[0]), jnp.where(above, ends[1], middle)

    ends = cast("tuple[Array, Array]", jax.lax.fori_loop(0, _HALVINGS, halved, (0 * pie, pie)))
    median = ends[0]
    steep = own / (1 + jnp.exp((median - second) / other))  # told falls so fast at the median
    steps = np.array(sorted({*_PIECES, *(-end for end in _PIECES)}))
    around = [second + other * steps, median + own * steps, median + steep * steps]
    edges = jnp.concatenate([jnp.stack([jnp.zeros_like(pie), pie]), *around])
    edges = jnp.sort(jnp.clip(edges, 0.0, pie))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    middles, halves = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    offers = middles[:, None] + halves[:, None] * nodes
    return offers.ravel(), (halves[:, None] * weights).ravel()


def best_offer(
    pie: Float[np.ndarray, " row"],
    own: Float[np.ndarray, " row"],
    other: Float[np.ndarray, " row"],
    spread: Float[np.ndarray, " row"],
) -> Float[np.ndarray, " row"]:
    """The offer of a proposer who knows its own reservation value.

    Args:
        pie: What is shared.
        own: The proposer's reservation value.
        other: The predictor of the responder's.
        spread: Scale of the responder's disturbance.

    Returns:
        The best offer, between nothing and the pie: with W Lambert's function,
        y = Q - R1 - s2 (1 + W(exp((Q - R1 - m2) / s2 - 1))).

    Examples:
        >>> one = np.ones(1)
        >>> round(float(best_offer(10 * one, 2 * one, 3 * one, one)[0]), 6)
        4.073729
    """
    z = (pie - own - other) / spread - 1
    omega = np.real(wrightomega(z))  # Wright's omega function, W(exp(z))
    return np.clip(pie - own - spread * (1 + omega), 0.0, pie)


def _parts(game: OfferGame, predictors: Array) -> tuple[Array | float, ...]:
    def of(slot: int, fixed: float) -> Array | float:
        return fixed if slot == NOBODY else predictors[slot]

    values = [of(slot, fixed) for slot, fixed in zip(game.reservation, game.fixed, strict=True)]
    logs = [of(slot, fixed) for slot, fixed in zip(game.scale, game.log_scale, strict=True)]
    return (*values, *logs)


def _told(
    offer: Array, pie: Array, first: Array | float, second: Array | float, log_second: Array | float
) -> Array:
    """The proposer's disturbance that is implied by an offer."""
    spread = jnp.exp(log_second)
    return pie - offer - spread * (1 + jnp.exp((offer - second) / spread)) - first
