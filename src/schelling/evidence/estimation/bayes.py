"""Posterior of the coefficients of a strategic model: normal priors, NUTS around the mode.

The chains run in coordinates in which the posterior is nearly standard normal: the mode, plus a
root of the inverse curvature there. Axes: (chain, draw, coefficient).

References:
    Hoffman, M. D. and Gelman, A. (2014), The No-U-Turn Sampler, Journal of Machine Learning
    Research 15, 1593-1623; Gelman, A., Jakulin, A., Pittau, M. G. and Su, Y.-S. (2008), A weakly
    informative default prior distribution for logistic and other regression models, Annals of
    Applied Statistics 2(4), 1360-1383: Cauchy priors of scale 2.5 per two standard deviations of a
    covariate, of which normal ones per one deviation are made here; Vehtari, A. and others
    (2021), Rank-normalization, folding, and localization: an improved R-hat, Bayesian Analysis
    16(2), 667-718.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy import optimize

from schelling.evidence import hamiltonian
from schelling.evidence.estimation.derivatives import row_log_likelihood
from schelling.evidence.estimation.sample import DecisionSample, Hill

DRAWS: Final = 1_000
"""Draws of each chain, after the warm-up."""
_DEEP: Final = 1e300  # a log-likelihood of minus infinity, for the search of the mode
_STRETCH: Final = 2.0  # spread of the starts, in posterior standard deviations


class NormalPrior(NamedTuple):
    """A normal prior: coefficients are `mean` plus `root` times standard normal scores.

    Attributes:
        mean: Mean of each coefficient.
        root: A root of their covariance, invertible.
    """

    mean: Float[np.ndarray, " coefficient"]
    root: Float[np.ndarray, "coefficient score"]


class CoefficientDraws(NamedTuple):
    """Draws of a posterior of coefficients.

    Attributes:
        values: The coefficients.
        divergent: Share of steps that diverged.
    """

    values: Float[np.ndarray, "chain draw coefficient"]
    divergent: float


def draw(
    sample: DecisionSample, prior: NormalPrior, seed: int, draws: int = DRAWS
) -> CoefficientDraws:
    """Draw from the posterior.

    Args:
        sample: The data; the posterior is proper even where the likelihood has no maximum.
        prior: Of the coefficients.
        seed: Of starts and chains.
        draws: Of each of `hamiltonian.CHAINS` chains.

    Returns:
        The draws.
    """
    height = _log_posterior(sample, prior)
    mode, root = _mode(sample, prior)

    middle, shape = jnp.asarray(mode), jnp.asarray(root)

    def moved(scores: Array) -> Array:
        return height(middle + shape @ scores) + 0.5 * jnp.sum(scores**2)

    source = np.random.default_rng(seed)
    start = source.normal(0.0, _STRETCH, (hamiltonian.CHAINS, len(mode)))
    there = prior.mean + (mode + start @ root.T) @ prior.root.T
    start[~np.isfinite(sample.hill(there).value)] = 0.0
    once = cast("Callable[[Array], Array]", jax.jit(moved))  # one program, not one an operation
    found = hamiltonian.sample(once, start, draws=draws, seed=seed)
    values = prior.mean + (mode + found.points @ root.T) @ prior.root.T
    return CoefficientDraws(values, float(found.divergent.mean()))


def _log_posterior(
    sample: DecisionSample, prior: NormalPrior
) -> Callable[[Float[Array, " score"]], Float[Array, ""]]:
    """The logarithm of likelihood times prior, by the scores of the prior."""
    parts = [jnp.asarray(part) for part in sample.covariates]
    offsets, seen = jnp.asarray(sample.offsets), jnp.asarray(sample.seen)
    weights = jnp.asarray(sample.weights)
    mean, root = jnp.asarray(prior.mean), jnp.asarray(prior.root)

    def row(predictors: Any, what: Any) -> Any:
        return row_log_likelihood(sample.specification, predictors, what)

    def height(scores: Array) -> Array:
        coefficients = mean + root @ scores
        own = zip(sample.slices, parts, offsets, strict=True)
        eta = jnp.stack([part @ coefficients[where] + offset for where, part, offset in own])
        rows = cast("Array", jax.vmap(row, in_axes=(-1, -1))(eta, seen))
        return weights @ rows - 0.5 * jnp.sum(scores**2)

    return height


def _mode(
    sample: DecisionSample, prior: NormalPrior
) -> tuple[Float[np.ndarray, " score"], Float[np.ndarray, "score score"]]:
    """The highest point by scores of the prior, and a root of the inverse curvature there."""

    def hill(scores: np.ndarray) -> Hill:
        found = sample.hill((prior.mean + prior.root @ scores)[None])
        return Hill(*(np.nan_to_num(part, posinf=0.0, neginf=-_DEEP) for part in found))

    def depth(scores: np.ndarray) -> float:
        return float(0.5 * scores @ scores - hill(scores).value[0])

    def slope(scores: np.ndarray) -> np.ndarray:
        return scores - prior.root.T @ hill(scores).slope[0]

    def bend(scores: np.ndarray) -> np.ndarray:
        curvature = prior.root.T @ hill(scores).curvature[0] @ prior.root
        return np.eye(len(scores)) - (curvature + curvature.T) / 2

    start = np.zeros(len(prior.mean))
    ended = optimize.minimize(depth, start, method="trust-exact", jac=slope, hess=bend)
    values, vectors = np.linalg.eigh(bend(ended.x))
    # where the likelihood bends down, the posterior bends by at least the prior's one
    return ended.x, vectors / np.sqrt(np.maximum(values, 1.0))
