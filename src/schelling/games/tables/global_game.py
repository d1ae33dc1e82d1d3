"""Regime change as a global game: citizens observe the regime's strength with noise.

A regime of strength theta falls when the share that attacks exceeds theta. The cost of attacking is
a share of the payoff of success. Citizens observe theta with private noise, and possibly a public
signal. Citizens attack below a cutoff of their signal, and the regime falls below a cutoff of
theta; both are in closed form without a public signal, and roots of one equation with one. Knows no
population and no case. Axes: draw, equilibrium.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri
from jaxtyping import Array, Bool, Float, Int

_HALVINGS = 80  # of an interval of length below 2^20: to rounding


class Cutoffs(NamedTuple):
    """Equilibrium cutoffs without a public signal.

    Attributes:
        strength: The regime falls where its strength is below.
        signal: Citizens attack where their signal is below.
    """

    strength: Float[Array, "*draw"]
    signal: Float[Array, "*draw"]


class PublicCutoffs(NamedTuple):
    """Equilibrium cutoffs with a public signal, ascending in strength.

    Attributes:
        strength: The regime falls where its strength is below; NaN beyond `found`.
        signal: Citizens attack where their own signal is below; NaN beyond `found`.
        found: Number of equilibria in cutoffs: one or three.
        unique: Whether the private signals are precise enough for a unique equilibrium at every
            public signal.
    """

    strength: Float[Array, "draw 3"]
    signal: Float[Array, "draw 3"]
    found: Int[Array, " draw"]
    unique: Bool[Array, " draw"]


def private(
    cost: Float[Array | np.ndarray, "*draw"], noise: Float[Array | np.ndarray, "*draw"]
) -> Cutoffs:
    """Cutoffs when citizens know only their own signals and nothing in advance.

    Args:
        cost: Cost of attacking as a share of the gain from success, between 0 and 1.
        noise: Standard deviation of the private signals, in units of strength.

    Returns:
        The cutoffs.

    Examples:
        >>> import jax.numpy as jnp
        >>> cutoffs = private(jnp.array(0.3), jnp.array(0.1))
        >>> round(float(cutoffs.strength), 6), round(float(cutoffs.signal), 6)
        (0.7, 0.75244)

    References:
        Morris and Shin, Unique equilibrium in a model of self-fulfilling currency attacks, American
        Economic Review 88, 1998; the benchmark of Edmond, Review of Economic Studies 80, 2013.
    """
    strength = 1.0 - jnp.asarray(cost)
    return Cutoffs(strength, strength + jnp.asarray(noise) * ndtri(strength))


def public(
    cost: Float[Array | np.ndarray, " draw"],
    signal: Float[Array | np.ndarray, " draw"],
    public_precision: Float[Array | np.ndarray, " draw"],
    private_precision: Float[Array | np.ndarray, " draw"],
) -> PublicCutoffs:
    """Cutoffs when everybody also sees one public signal.

    In z, the normal quantile of the strength at the cutoff, an equilibrium is a root of
    alpha Phi(z) - sqrt(beta) z = alpha y + sqrt(alpha + beta) quantile(cost). The left side falls,
    rises between its two turning points if it has any, and falls again.

    Args:
        cost: Cost of attacking as a share of the gain from success, between 0 and 1.
        signal: The public signal y of the regime's strength.
        public_precision: Its precision alpha: one over its variance; above 0.
        private_precision: Precision beta of the private signals; above 0.

    Returns:
        All equilibria in cutoffs.

    Examples:
        >>> import jax.numpy as jnp
        >>> one = jnp.ones(2)
        >>> cutoffs = public(0.5 * one, jnp.array([0.7, 0.5]), one * 4 ** jnp.arange(2), one)
        >>> cutoffs.found.tolist(), cutoffs.unique.tolist()
        ([1, 3], [True, False])

    References:
        Morris and Shin, Global games: theory and applications, in Advances in Economics and
        Econometrics, 2003; Hellwig, Public information, private information and the multiplicity
        of equilibria in coordination games, Journal of Economic Theory 107, 2002 (uniqueness iff
        alpha / sqrt(beta) <= sqrt(2 pi)).
    """
    alpha, root = jnp.asarray(public_precision), jnp.sqrt(private_precision)
    level = alpha * jnp.asarray(signal) + jnp.sqrt(alpha + private_precision) * ndtri(cost)
    ratio = jnp.sqrt(2.0 * jnp.pi) * root / alpha
    unique = ratio >= 1.0
    turn = jnp.sqrt(-2.0 * jnp.log(jnp.minimum(ratio, 1.0)))
    far = (alpha + jnp.abs(level)) / root + 1.0 + turn

    def excess(z: Array) -> Array:
        return alpha * ndtr(z) - root * z - level

    lower = jnp.stack([-far, -turn, turn])
    upper = jnp.stack([jnp.where(unique, far, -turn), turn, far])
    above = excess(lower) > 0
    present = (above != (excess(upper) > 0)) & (~unique | (jnp.arange(3) == 0)[:, None])

    def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        before = (excess(middle) > 0) == above
        return jnp.where(before, middle, low), jnp.where(before, high, middle)

    ends = cast("tuple[Array, Array]", jax.lax.fori_loop(0, _HALVINGS, halve, (lower, upper)))
    z = jnp.sort(jnp.where(present, 0.5 * (ends[0] + ends[1]), jnp.nan), axis=0).T
    cutoff = ndtr(z)
    return PublicCutoffs(cutoff, cutoff + z / root[:, None], jnp.sum(present, axis=0), unique)
