"""Probabilities of the ends along one covariate, with bands from draws of the coefficients.

References:
    King, G., Tomz, M. and Wittenberg, J. (2000), Making the most of statistical analyses, American
    Journal of Political Science 44(2), 347-361: simulation of coefficients for quantities of
    interest.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from jaxtyping import Float

from schelling.case.language.typed.scope import suggest
from schelling.errors import RunError
from schelling.evidence.estimation import derivatives
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.study.estimating import observed_table, offers
from schelling.study.estimating.binding import Bound
from schelling.study.estimating.fitted import Fitted, PredictedEnds
from schelling.study.estimating.observed_table import Observed

_POINTS = 7  # of a column of numbers
_DRAWS = 2_000


def predict(
    fitted: Fitted,
    column: str,
    draws: Float[np.ndarray, "replicate coefficient"] | None,
    level: float,
    seed: int,
) -> PredictedEnds:
    """Probabilities of the ends along one column, numbers held at their means, words at their mode.

    Args:
        fitted: A fitted model with a covariance.
        column: The column that varies: over its values if they are few, else from its least to its
            greatest number.
        draws: Coefficients of resamples, or of the posterior of a Bayesian fit; if None they are
            drawn from the normal distribution with the covariance of the estimates.
        level: Level of the bands.
        seed: Of the draws.

    Returns:
        The probabilities, of a Bayesian fit their means over the draws, and their bands, quantiles
        over the draws.

    Raises:
        RunError: No formula of the model has this column.
    """
    bound = fitted.bound
    columns = list(dict.fromkeys(c for e in bound.equations for c in e.translation.formula.columns))
    if column not in columns:
        hint = suggest(column, columns)
        msg = f"--vary: '{column}' is in no formula of the model" + (f"; {hint}" if hint else "")
        raise RunError(msg)
    held = {name: _typical(bound, name) for name in columns if name != column}
    values = _grid(bound, column)
    grid = Observed(observed_table.FRAME, "")
    grid.columns = {name: [cell] * len(values) for name, cell in held.items()} | {column: values}
    grid.numbers = [(1, 1)] * len(values)
    if draws is None:
        generator = np.random.default_rng(seed)
        draws = generator.multivariate_normal(
            fitted.maximum.coefficients, fitted.covariance, _DRAWS, method="eigh"
        )
    many = _chances(bound, grid, draws)
    if fitted.posterior is None:
        found = _chances(bound, grid, fitted.maximum.coefficients[None])[:, 0]
    else:
        found = many.mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(many, (tail, 1 - tail), axis=1)
    return PredictedEnds(column, tuple(values), tuple(held.items()), found.T, low.T, high.T, level)


def _chances(
    bound: Bound, grid: Observed, coefficients: Float[np.ndarray, "draw coefficient"]
) -> Float[np.ndarray, "end draw value"]:
    rows: list[np.ndarray] = []
    for equation, own in zip(bound.equations, bound.sample.slices, strict=True):
        columns = [one.values for one in equation.translation.covariates(grid)]
        matrix = np.stack(columns, axis=1) if columns else np.zeros((grid.rows, 0))
        rows.append((coefficients[:, own] @ matrix.T).ravel())
    form, eta = bound.sample.specification, np.stack(rows)
    if isinstance(form, OfferGame):
        pie = np.full(eta.shape[1], offers.mean_pie(bound))
        lanes = derivatives.expectations(form, eta, pie)
    else:
        lanes = derivatives.chances(form, eta)
    return lanes.reshape(len(lanes), len(coefficients), grid.rows)


def _category(bound: Bound, column: str) -> bool:
    return any(
        factor.column == column and coding.levels
        for equation in bound.equations
        for factor, coding in equation.translation.codings.items()
    )


def _typical(bound: Bound, column: str) -> str:
    """The mean of a column of numbers, the commonest value of another, in the rows used."""
    table = bound.table
    numbers = None if _category(bound, column) else table.as_numbers(column)
    if numbers is not None:
        return f"{np.average(numbers[bound.used], weights=bound.sample.weights):.6g}"
    counts: defaultdict[str, float] = defaultdict(float)
    for row, weight in zip(np.flatnonzero(bound.used).tolist(), bound.sample.weights, strict=True):
        counts[table.columns[column][row]] += float(weight)
    return max(sorted(counts), key=lambda value: counts[value])


def _grid(bound: Bound, column: str) -> list[str]:
    table = bound.table
    used = np.flatnonzero(bound.used).tolist()
    written = {table.columns[column][row] for row in used}
    numbers = None if _category(bound, column) else table.as_numbers(column)
    if numbers is None:
        return sorted(written)
    if len(written) <= _POINTS:
        return sorted(written, key=float)
    own = numbers[bound.used]
    low, high = float(own.min()), float(own.max())
    points = [low + (high - low) * k / (_POINTS - 1) for k in range(_POINTS)]
    return [f"{value:.6g}" for value in points]
