"""Log-likelihood of many observations, with its first and second derivatives by the predictors.

A *lane* is one observation under one set of coefficients: a fit from several starts and all refits
of a bootstrap are lanes side by side. One program per specification computes `LANES` of them at a
time, so that everything a fit does is compiled once. Axes: the lane comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple, cast

import jax
import numpy as np
from jaxtyping import Bool, Float

from schelling.evidence.estimation.backward import log_chances, log_likelihood
from schelling.evidence.estimation.moves import Specification
from schelling.evidence.estimation.ultimatum import OfferGame, expected, offer_log_likelihood

GameForm = Specification | OfferGame
"""What has a likelihood: a tree, or the ultimatum game."""

LANES = 4096
"""Lanes computed at a time: their numbers stay in the cache of a core."""
_KEPT = 16  # programs
_OPTIONS = {"xla_cpu_use_fusion_emitters": False}  # compiles in half the time and runs as fast
_THREADS = 2


class Derivatives(NamedTuple):
    """Of the log-likelihood of each lane.

    Attributes:
        value: The log-likelihood.
        slope: Its first derivatives.
        curvature: Its second derivatives.
    """

    value: Float[np.ndarray, " lane"]
    slope: Float[np.ndarray, "predictor lane"]
    curvature: Float[np.ndarray, "predictor predictor lane"]


def derivatives(
    specification: GameForm,
    predictors: Float[np.ndarray, "predictor lane"],
    seen: Bool[np.ndarray, "end lane"] | Float[np.ndarray, "what lane"],
) -> Derivatives:
    """Log-likelihood and derivatives of every lane.

    Args:
        specification: The game.
        predictors: Values of the predictors.
        seen: The ends that agree with each observation; or its offer, pie and answer.

    Returns:
        Numbers per lane; not finite where the predictors are not.
    """
    parts = _chunked(_program(specification), predictors, seen)
    return Derivatives(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def chances(
    specification: Specification, predictors: Float[np.ndarray, "predictor lane"]
) -> Float[np.ndarray, "end lane"]:
    """Probability of every end in every lane.

    Args:
        specification: The game.
        predictors: Values of the predictors.

    Returns:
        Probabilities; they sum to one over the ends.
    """
    parts = _chunked(_chance_program(specification), predictors)
    return np.concatenate([part for (part,) in parts], axis=-1)


def row_log_likelihood(specification: GameForm, predictors: Any, seen: Any) -> Any:
    """Log-likelihood of one observation, as arrays of JAX.

    Args:
        specification: The game.
        predictors: Values of the predictors.
        seen: What was seen.
    """
    if isinstance(specification, OfferGame):
        return offer_log_likelihood(specification, predictors, seen)
    return log_likelihood(specification, predictors, seen)


def expectations(
    game: OfferGame,
    predictors: Float[np.ndarray, "predictor lane"],
    pie: Float[np.ndarray, " lane"],
) -> Float[np.ndarray, "what lane"]:
    """Mean offer as a share of the pie, and chance of acceptance, in every lane.

    Args:
        game: The ultimatum game.
        predictors: Values of the predictors.
        pie: What is shared.

    Returns:
        Two numbers a lane.
    """
    parts = _chunked(_expected_program(game), predictors, pie[None])
    return np.concatenate([part for (part,) in parts], axis=-1)


def _chunked(program: Callable[..., Any], *arrays: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """A program over `LANES` lanes at a time; the last chunk repeats its last lane."""
    count = arrays[0].shape[-1]

    def compute(start: int) -> tuple[np.ndarray, ...]:
        stop = min(start + LANES, count)
        given = [array[..., start:stop] for array in arrays]
        if stop - start < LANES:
            width = LANES - (stop - start)
            given = [np.pad(each, ((0, 0), (0, width)), mode="edge") for each in given]
        found = cast("tuple[Any, ...]", program(*given))
        return tuple(np.asarray(each)[..., : stop - start] for each in found)

    starts = range(0, count, LANES)
    first = [compute(starts[0])]  # compiles once, not once a thread
    if len(starts) == 1:
        return first
    with ThreadPoolExecutor(_THREADS) as pool:
        return first + list(pool.map(compute, starts[1:]))


@lru_cache(maxsize=_KEPT)
def _program(specification: GameForm) -> Callable[..., Any]:
    def value(predictors: Any, seen: Any) -> Any:
        return row_log_likelihood(specification, predictors, seen)

    def slope(predictors: Any, seen: Any) -> Any:
        height, rise = jax.value_and_grad(value)(predictors, seen)
        return rise, (height, rise)

    def lane(predictors: Any, seen: Any) -> Any:
        bend = cast("Callable[..., Any]", jax.jacfwd(slope, has_aux=True))
        curvature, (height, rise) = bend(predictors, seen)
        return height, rise, curvature

    return jax.jit(jax.vmap(lane, in_axes=-1, out_axes=-1), compiler_options=_OPTIONS)


@lru_cache(maxsize=_KEPT)
def _chance_program(specification: Specification) -> Callable[..., Any]:
    def lane(predictors: Any) -> Any:
        return (jax.numpy.exp(log_chances(specification, predictors)),)

    return jax.jit(jax.vmap(lane, in_axes=-1, out_axes=-1), compiler_options=_OPTIONS)


@lru_cache(maxsize=_KEPT)
def _expected_program(game: OfferGame) -> Callable[..., Any]:
    def lane(predictors: Any, pie: Any) -> Any:
        return (expected(game, predictors, pie[0]),)

    return jax.jit(jax.vmap(lane, in_axes=-1, out_axes=-1), compiler_options=_OPTIONS)
