"""One bound model is fitted: its maximum, its standard errors, its profiles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import stats

from schelling.errors import MethodError
from schelling.evidence.estimation import identification, maximum
from schelling.evidence.estimation.maximum import Maximum, Profile
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.study.estimating import offers, posterior_fit, predicting
from schelling.study.estimating.binding import Bound
from schelling.study.estimating.fitted import (
    Bootstrapped,
    Coefficient,
    ErrorSource,
    FitStatus,
    Fitted,
    ProfileRow,
)
from schelling.study.estimating.offer_rules import OfferRules
from schelling.study.estimating.wishes import DEFAULT, EstimateOptions

_STARTS, _STARTS_OF_MANY, _MANY = 5, 2, 20_000
_NOTHING = 1e-9  # curvature, per unit of a covariate's size, that is none
_FAR = (64.0, 1_024.0, 16_384.0, 65_536.0)  # steps along what grows, in units of a predictor
_CLIMBS = 3  # from points of profiles that lie above the maximum


def fit(bound: Bound, options: EstimateOptions = DEFAULT) -> Fitted:
    """Fit a model that fits its game and its table.

    Args:
        bound: The model.
        options: How.

    Returns:
        The fit, with its status.

    Raises:
        MethodError: The observations are too few, or no whole ones, for the standard errors.
    """
    sample = bound.sample
    _check(bound, options)
    starts = options.starts or (_STARTS if sample.rows <= _MANY else _STARTS_OF_MANY)
    centre = offers.begin(bound) if isinstance(bound.game, OfferRules) else None
    found = maximum.maximise(sample, starts, options.seed, centre=centre)
    profile: tuple[ProfileRow, ...] = ()
    if options.profile and found.converged:
        found, profile = _profiled(bound, found, options)
    growing = identification.unbounded(sample, found.coefficients, found.curvature)
    status = FitStatus.SOLVED
    if growing is not None:
        status = FitStatus.SEPARATED
    elif not found.converged:
        status = FitStatus.NO_CONVERGENCE
    flat = _flat(bound)
    named = (
        ()
        if growing is None
        else tuple(
            f"{':'.join(flat[member])} ({'+' if part > 0 else '-'})"
            for member, part in zip(growing.members, growing.parts, strict=True)
        )
    )
    fitted = Fitted(
        bound,
        status,
        found,
        (),
        np.full((len(flat), len(flat)), np.nan),
        ErrorSource.CURVATURE,
        options.level,
        named,
        _null(bound),
        profile=profile,
    )
    if options.bayes:
        return _with_posterior(fitted, options)
    infinite = {} if growing is None else dict(zip(growing.members, growing.parts, strict=True))
    if status is not FitStatus.SOLVED:
        nothing = np.full(len(flat), np.nan)
        return replace(fitted, coefficients=_rows(fitted, nothing, (nothing, nothing), infinite))
    return _with_errors(fitted, options)


def _with_posterior(fitted: Fitted, options: EstimateOptions) -> Fitted:
    """Posterior and predictions of a model."""
    fitted, draws = posterior_fit.fit(fitted, options.level, options.seed)
    if options.vary and fitted.status is FitStatus.SOLVED:
        told = predicting.predict(fitted, options.vary, draws, options.level, options.seed)
        fitted = replace(fitted, prediction=told)
    return fitted


def _check(bound: Bound, options: EstimateOptions) -> None:
    """Refuse standard errors that these observations cannot have."""
    weights = bound.sample.weights
    if bound.clusters is not None:
        return
    if options.bootstrap and (weights != np.round(weights)).any():
        msg = "--bootstrap draws whole observations, and the column of counts has fractions"
        raise MethodError(msg)
    if (options.bootstrap or options.robust) and weights.sum() <= 1:
        msg = "--bootstrap and --robust need more than one observation"
        raise MethodError(msg)


def _with_errors(fitted: Fitted, options: EstimateOptions) -> Fitted:
    """Standard errors, intervals and predictions of a proper maximum."""
    bound, found = fitted.bound, fitted.maximum
    sample, clusters = bound.sample, bound.clusters
    notes = _few(clusters, sample.coefficients)
    draws = None
    if options.bootstrap:
        drawn = maximum.bootstrap(sample, found, options.bootstrap, options.seed, clusters)
        draws = drawn.coefficients
        tally = Bootstrapped(options.bootstrap, drawn.failed)
        if len(draws) < 2:
            msg = f"{drawn.failed:,} of {options.bootstrap:,} resamples have no finite estimates"
            raise MethodError(msg)
        covariance = np.atleast_2d(np.cov(draws, rowvar=False))
        source = ErrorSource.BOOTSTRAP
        fitted = replace(fitted, bootstrap=tally)
        if drawn.failed:
            notes.append(
                f"{drawn.failed:,} of {options.bootstrap:,} resamples have no finite estimates and "
                "are left out: standard errors and intervals may be too small"
            )
    elif clusters is not None or options.robust:
        covariance = maximum.sandwich(sample, found, clusters)
        source = ErrorSource.ROBUST if clusters is None else ErrorSource.CLUSTERED
    else:
        covariance, source = maximum.covariance(found), ErrorSource.CURVATURE
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    reach = float(stats.norm.ppf((1 + options.level) / 2)) * errors
    ends = found.coefficients - reach, found.coefficients + reach
    if draws is not None:
        tail = (1 - options.level) / 2
        low, high = np.quantile(draws, (tail, 1 - tail), axis=0)
        ends = low, high
    fitted = replace(fitted, covariance=covariance, source=source, notes=(*fitted.notes, *notes))
    fitted = replace(fitted, coefficients=_rows(fitted, errors, ends, {}))
    if options.vary:
        told = predicting.predict(fitted, options.vary, draws, options.level, options.seed)
        fitted = replace(fitted, prediction=told)
    return fitted


def _few(clusters: Int[np.ndarray, " row"] | None, coefficients: int) -> list[str]:
    """A warning of clusters that are too few for their coefficients."""
    groups = 0 if clusters is None else int(clusters.max()) + 1
    if clusters is None or groups > coefficients:
        return []
    return [
        f"only {groups} clusters for {coefficients} coefficients: standard errors by cluster need "
        "more clusters than coefficients, and those shown may be far too small"
    ]


def _rows(
    fitted: Fitted,
    errors: Float[np.ndarray, " coefficient"],
    ends: tuple[Float[np.ndarray, " coefficient"], Float[np.ndarray, " coefficient"]],
    infinite: Mapping[int, float],
) -> tuple[Coefficient, ...]:
    found = fitted.maximum.coefficients
    if infinite:
        found = np.where(_loose(fitted, infinite), np.nan, found)
    return tuple(
        Coefficient(
            equation,
            name,
            math.copysign(math.inf, infinite[k]) if k in infinite else float(found[k]),
            float(errors[k]),
            float(ends[0][k]),
            float(ends[1][k]),
            k in infinite,
        )
        for k, (equation, name) in enumerate(_flat(fitted.bound))
    )


def _loose(fitted: Fitted, infinite: Mapping[int, float]) -> Bool[np.ndarray, " coefficient"]:
    """Coefficients that the likelihood does not depend on, as those without end have grown.

    These decide some rows whatever the others are, and only the rest tells anything of the others.
    """
    sample, start = fitted.bound.sample, fitted.maximum.coefficients
    size = sample.size
    way = np.zeros(len(start))
    way[list(infinite)] = list(infinite.values())
    way /= np.abs(way * size).max()
    bends = sample.hill(start + np.array([[0.0], *([far] for far in _FAR)]) * way).curvature
    known = np.isfinite(bends).all(axis=(1, 2))
    bend = bends[int(np.flatnonzero(known)[-1])] if known.any() else fitted.maximum.curvature
    return np.abs(np.diag(bend)) <= _NOTHING * size**2


def _flat(bound: Bound) -> list[tuple[str, str]]:
    return [
        (equation.name, name)
        for equation, names in zip(bound.equations, bound.coefficients, strict=True)
        for name in names
    ]


def _profiled(
    bound: Bound, found: Maximum, options: EstimateOptions
) -> tuple[Maximum, tuple[ProfileRow, ...]]:
    """Profile likelihoods; where one rises above the maximum, the climb starts again from there."""
    told = _profile(bound, found)
    for _ in range(_CLIMBS):
        if told.top <= found.log_likelihood + 1e-6 * max(1.0, abs(found.log_likelihood)):
            break
        again = maximum.maximise(bound.sample, 1, options.seed, told.best)
        lower = (found.log_likelihood, *found.lower)
        found = replace(again, starts=found.starts + 1, lower=lower)
        if not found.converged:
            return found, ()
        told = _profile(bound, found)
    rows = tuple(
        ProfileRow(
            *_flat(bound)[k],
            tuple(told.values[k].tolist()),
            tuple((told.heights[k] - found.log_likelihood).tolist()),
        )
        for k in range(len(told.values))
    )
    return found, rows


def _profile(bound: Bound, found: Maximum) -> Profile:
    errors = np.sqrt(np.maximum(np.diag(maximum.covariance(found)), 0.0))
    return maximum.profile(bound.sample, found, errors)


def _null(bound: Bound) -> float:
    """Log-likelihood where all actions at a decision have the same probability; NaN of offers."""
    form, game = bound.sample.specification, bound.game
    if isinstance(game, OfferRules) or isinstance(form, OfferGame):
        return math.nan
    tree, moves = game.tree, form.moves
    logs = np.zeros(len(tree.ends))
    for end, place in enumerate(tree.ends):
        node = place
        while tree.parent[node] >= 0:
            up = tree.parent[node]
            share = 1 / len(tree.children[up])
            weight = moves.chance[up][tree.slot[node]] if moves.chance[up] else share
            with np.errstate(divide="ignore"):
                logs[end] += np.log(weight)
            node = up
    rows = np.log(np.exp(logs) @ bound.sample.seen)
    return float(bound.sample.weights @ rows)
