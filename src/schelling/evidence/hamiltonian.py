"""Hamiltonian Monte Carlo with gradients: NumPyro's NUTS on normal scores.

NumPyro is an extra and is loaded when it is needed. Axes: (chain, draw, coordinate).

References:
    Hoffman & Gelman (2014), The No-U-Turn Sampler.
    Phan, Pradhan & Jankowiak (2019), Composable effects for flexible and accelerated probabilistic
    programming in NumPyro.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float
from numpy import ndarray

CHAINS: Final = 4
WARMUP: Final = 500

_DENSE: Final = 40
"""Coordinates up to which the warm-up also learns how they hang together."""

_TAILS: Final = (0.05, 0.95)


@dataclass(frozen=True)
class HamiltonianDraws:
    """Draws of a posterior.

    Attributes:
        points: Normal scores.
        divergent: Whether the step to a draw diverged.
        steps: Steps of the integrator in all, warm-up left out.
    """

    points: Float[ndarray, "chain draw coordinate"]
    divergent: Bool[ndarray, "chain draw"]
    steps: int


def is_there() -> bool:
    """Whether NumPyro is installed."""
    return importlib.util.find_spec("numpyro") is not None


def sample(
    log_likelihood: Callable[[Float[Array, " coordinate"]], Float[Array, ""]],
    start: Float[ndarray, "chain coordinate"],
    *,
    draws: int,
    seed: int,
) -> HamiltonianDraws:
    """Draw from standard normal scores times a likelihood.

    Args:
        log_likelihood: Of one world; has a gradient.
        start: Where the chains begin.
        draws: Draws of each chain, after the warm-up.
        seed: Any integer.
    """
    infer: Any = importlib.import_module("numpyro.infer")

    def potential(scores: Array) -> Array:
        found = 0.5 * jnp.sum(scores**2) - log_likelihood(scores)
        return jnp.where(jnp.isfinite(found), found, jnp.inf)

    chains, size = start.shape
    kernel: Any = infer.NUTS(
        potential_fn=potential, target_accept_prob=0.9, dense_mass=size <= _DENSE
    )
    sampler: Any = infer.MCMC(
        kernel,
        num_warmup=WARMUP,
        num_samples=draws,
        num_chains=chains,
        chain_method="vectorized",
        progress_bar=False,
    )
    fields = ("diverging", "num_steps")
    key = jax.random.PRNGKey(seed % 2**32)
    first = jnp.asarray(start) if chains > 1 else jnp.asarray(start[0])
    sampler.run(key, init_params=first, extra_fields=fields)
    points = np.asarray(sampler.get_samples(group_by_chain=True), np.float64)
    extra = sampler.get_extra_fields(group_by_chain=True)
    return HamiltonianDraws(
        points, np.asarray(extra["diverging"], bool), int(np.sum(extra["num_steps"]))
    )


def effective(values: Float[ndarray, "chain draw"]) -> float:
    """Effective sample size of draws that hang together."""
    known: Any = importlib.import_module("numpyro.diagnostics")
    if np.ptp(values) == 0:
        return float(values.size)
    found = float(np.asarray(known.effective_sample_size(values)))
    most = values.size * math.log10(values.size)
    return most if found <= 0 or found > most else found


def tail_effective(values: Float[ndarray, "chain draw"]) -> float:
    """Effective sample size of the 5 % and the 95 % quantile, the smaller of both.

    That of whether a draw lies below the quantile.

    References:
        Vehtari, Gelman, Simpson, Carpenter & Buerkner (2021), Rank-normalization, folding, and
        localization: an improved R-hat, section 4.3.
    """
    ends = np.quantile(values, _TAILS)
    return min(effective((values <= end).astype(np.float64)) for end in ends)
