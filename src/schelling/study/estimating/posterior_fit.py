"""A fitted model gets a posterior: declared priors, chains, and what speaks against them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from jaxtyping import Float

from schelling.errors import MethodError
from schelling.evidence import diagnostics, hamiltonian, posterior
from schelling.evidence.estimation import bayes
from schelling.evidence.estimation.bayes import CoefficientDraws, NormalPrior
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.study.estimating import covariates, offers
from schelling.study.estimating.binding import Bound
from schelling.study.estimating.fitted import (
    Coefficient,
    ErrorSource,
    FitStatus,
    Fitted,
    PosteriorFit,
    PosteriorRow,
)
from schelling.study.estimating.offer_rules import OfferRules
from schelling.study.estimating.specifying import PayoffFormula

MOST_CELLS: Final = 2_000_000
"""Rows times coefficients of the largest table that chains are run for."""
SPREAD: Final = 2.5
"""Prior standard deviation of a payoff, in units of the scale.

Normal instead of the Cauchy of Gelman and others (2008), and per one standard deviation of a
covariate, where theirs is per two.
"""
_OF_PIE, _OF_LOG = 0.5, 1.0  # of a reservation value, per pie; of the logarithm of a scale


def fit(fitted: Fitted, level: float, seed: int) -> tuple[Fitted, Float[np.ndarray, "draw own"]]:
    """Draw from the posterior of a model.

    Args:
        fitted: The model; its maximum need not exist.
        level: Level of the intervals.
        seed: Of the chains.

    Returns:
        The model with means, deviations and intervals of its posterior, refused where a diagnostic
        is bad; and the draws.

    Raises:
        MethodError: NumPyro is not installed, or the table is too large.
    """
    bound = fitted.bound
    if not hamiltonian.is_there():
        msg = "--bayes needs NumPyro: pip install 'schelling[fit]'"
        raise MethodError(msg)
    if bound.clusters is not None:
        msg = "--bayes takes rows for independent: leave out the line 'cluster = COLUMN'"
        raise MethodError(msg)
    size = bound.sample.rows * bound.sample.coefficients
    if size > MOST_CELLS:
        msg = f"--bayes takes at most {MOST_CELLS:,} rows times coefficients, not {size:,}"
        raise MethodError(msg)
    given, words = prior(bound)
    drawn = bayes.draw(bound.sample, given, seed)
    found = _said(drawn, words)
    flat = drawn.values.reshape(-1, drawn.values.shape[-1])
    tail = (1 - level) / 2
    low, high = np.quantile(flat, (tail, 1 - tail), axis=0)
    mean, spread = flat.mean(axis=0), flat.std(axis=0, ddof=1)
    if not found.sound:
        found = found._replace(rows=tuple(row._replace(positive=math.nan) for row in found.rows))
        mean = spread = low = high = np.full(len(mean), math.nan)
    rows = tuple(
        Coefficient(equation.name, name, *numbers)
        for (equation, name), numbers in zip(
            [
                (equation, name)
                for equation, names in zip(bound.equations, bound.coefficients, strict=True)
                for name in names
            ],
            np.stack([mean, spread, low, high], axis=1).tolist(),
            strict=True,
        )
    )
    status = FitStatus.SOLVED if found.sound else FitStatus.REFUSED
    covariance = np.atleast_2d(np.cov(flat, rowvar=False)) + (0.0 if found.sound else math.nan)
    return (
        replace(
            fitted,
            status=status,
            coefficients=rows,
            covariance=covariance,
            source=ErrorSource.POSTERIOR,
            level=level,
            growing=(),
            posterior=found,
        ),
        flat,
    )


def prior(bound: Bound) -> tuple[NormalPrior, tuple[tuple[str, str], ...]]:
    """The prior of a model: of the value at the covariates' means, and per deviation of each.

    Args:
        bound: The model.

    Returns:
        The prior, and for each equation what it says.
    """
    sample, stated = bound.sample, dict(bound.spreads)
    pie = offers.mean_pie(bound) if isinstance(bound.game, OfferRules) else 0.0
    mean = offers.begin(bound) if pie else np.zeros(sample.coefficients)
    root = np.zeros((sample.coefficients, sample.coefficients))
    words: list[tuple[str, str]] = []
    for equation, names, own, part in zip(
        bound.equations, bound.coefficients, sample.slices, sample.covariates, strict=True
    ):
        spread = stated.get(equation.name, _usual(bound, equation, pie))
        middle = np.average(part, axis=0, weights=sample.weights)
        deviation = np.sqrt(np.average((part - middle) ** 2, axis=0, weights=sample.weights))
        alone = covariates.INTERCEPT in names
        for k, name in enumerate(names):
            at = own.start + k
            constant = name == covariates.INTERCEPT or deviation[k] == 0
            unit = abs(middle[k]) if constant else deviation[k]
            root[at, at] = spread / max(float(unit), 1e-300)
            if alone and not constant:
                root[own.start + names.index(covariates.INTERCEPT), at] = -middle[k] * root[at, at]
        level = float(mean[own.start + names.index(covariates.INTERCEPT)]) if alone else 0.0
        words.append((equation.name, _words(level, spread, names)))
    return NormalPrior(mean, root), tuple(words)


def _words(level: float, spread: float, names: tuple[str, ...]) -> str:
    parts: list[str] = []
    if covariates.INTERCEPT in names:
        where = " at the covariates' means" if len(names) > 1 else ""
        parts.append(f"normal({level:.4g}, {spread:.4g}){where}")
    if len(names) > 1 or not parts:
        parts.append(f"normal(0, {spread:.4g}) per standard deviation of each covariate")
    return ", ".join(parts)


def _usual(bound: Bound, equation: PayoffFormula, pie: float) -> float:
    """Standard deviation of a prior that the model does not state."""
    if equation.of_scale:
        return _OF_LOG
    form = bound.sample.specification
    if isinstance(form, OfferGame):
        return _OF_PIE * pie
    return SPREAD * math.exp(form.log_scale[equation.player])


def _said(drawn: CoefficientDraws, words: tuple[tuple[str, str], ...]) -> PosteriorFit:
    rows: list[PosteriorRow] = []
    for column in np.moveaxis(drawn.values, 2, 0):
        size = min(hamiltonian.effective(column), hamiltonian.tail_effective(column))
        rows.append(PosteriorRow(float((column > 0).mean()), diagnostics.r_hat(column), size))
    readings = posterior.chain_readings(drawn.values, drawn.divergent)
    return PosteriorFit(tuple(rows), readings, words, drawn.values.shape[0] * drawn.values.shape[1])
