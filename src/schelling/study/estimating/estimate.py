"""The recipe of `schelling estimate`: read game, table and model, fit, compare, predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from scipy import stats

from schelling.case.file import render
from schelling.errors import CaseError, MethodError, Problem, RunError
from schelling.evidence.estimation import identification, maximum, nonnested
from schelling.evidence.estimation.maximum import Maximum
from schelling.evidence.estimation.moves import ErrorKind, Link
from schelling.study.estimating import (
    binding,
    choice_shares,
    model_text,
    observed_table,
    predicting,
)
from schelling.study.estimating.binding import Bound
from schelling.study.estimating.fitted import (
    Bootstrapped,
    Coefficient,
    ErrorSource,
    Estimate,
    FitStatus,
    Fitted,
    ProfileRow,
    Rivalry,
)
from schelling.study.estimating.model_text import ModelText
from schelling.study.estimating.observed_table import Observed
from schelling.study.solving import load
from schelling.study.solving.answer import Game, TreeGame

if TYPE_CHECKING:
    import pandas as pd

MOST_REPLICATES = 100_000
"""Resamples of the largest bootstrap."""
_STARTS, _STARTS_OF_MANY, _MANY = 5, 2, 20_000
_FEW = 0.9  # share of finite bootstrap refits below which a note says so


@dataclass(frozen=True)
class EstimateOptions:
    """How to estimate.

    Attributes:
        against: A second model to be compared with, as `model` is given.
        link: Distribution of the disturbances; as the model says, or probit, if None.
        errors: Whose uncertainty they are; as the model says, or agent error, if None.
        where: Conditions that rows must meet.
        drop_missing: Whether rows with missing cells are left out.
        starts: Climbs from different coefficients; 5, or 2 of many rows, if None.
        robust: Whether standard errors are those of the sandwich.
        bootstrap: Resamples, from which standard errors and intervals are taken; 0 for none.
        profile: Whether to compute profile likelihoods.
        vary: Column along which probabilities are predicted; empty for none.
        level: Level of intervals and bands.
        seed: Of starts, resamples and bands.
    """

    against: tuple[str, ...] = ()
    link: str | None = None
    errors: str | None = None
    where: tuple[str, ...] = ()
    drop_missing: bool = False
    starts: int | None = None
    robust: bool = False
    bootstrap: int = 0
    profile: bool = False
    vary: str = ""
    level: float = 0.95
    seed: int = 0


DEFAULT = EstimateOptions()
"""Nothing in particular."""


def estimate(  # noqa: PLR0913 - one argument an option
    game: str | Path,
    table: str | Path | pd.DataFrame,
    model: str | Sequence[str],
    *,
    against: str | Sequence[str] = (),
    link: str | None = None,
    errors: str | None = None,
    where: str | Sequence[str] = (),
    drop_missing: bool = False,
    starts: int | None = None,
    robust: bool = False,
    bootstrap: int = 0,
    profile: bool = False,
    vary: str = "",
    level: float = 0.95,
    seed: int = 0,
) -> Estimate | choice_shares.Choices:
    """Estimate the payoffs of a game from a table of decisions.

    A model of choice shares (lines `decision`, `action` and `count`) gives the precision of quantal
    response, or the mean level of reasoning, instead of payoffs.

    Args:
        game: Path of a game file, or `CASE:game`.
        table: Path of a CSV file, or a table of pandas.
        model: Lines of a model, or the path of a file of them.
        against: A second model, given likewise, to be compared with.
        link: `probit` or `logit`; as the model says, or probit, if None.
        errors: `agent` or `private`; as the model says, or agent, if None.
        where: Conditions that rows must meet, such as `year >= 1850`.
        drop_missing: Leave out rows with missing cells instead of refusing them.
        starts: Climbs from different coefficients; 5, or 2 of many rows, if None.
        robust: Standard errors of the sandwich.
        bootstrap: Resamples from which standard errors and intervals are taken; 0 for none.
        profile: Compute profile likelihoods.
        vary: Column along which probabilities of the ends are predicted.
        level: Level of intervals and bands.
        seed: Of starts, resamples and bands.

    Returns:
        The fit, and a second one where a rival model is given.

    Raises:
        CaseError: Game, table or model have problems, or the model is not identified.
        MethodError: The game has no such likelihood.
        RunError: The options are impossible.
    """
    options = EstimateOptions(
        _listed(against),
        link,
        errors,
        _listed(where),
        drop_missing,
        starts,
        robust,
        bootstrap,
        profile,
        vary,
        level,
        seed,
    )
    return run(game, table, _listed(model), options)


def _listed(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def run(
    game: str | Path,
    table: str | Path | pd.DataFrame,
    model: Sequence[str],
    options: EstimateOptions = DEFAULT,
) -> Estimate | choice_shares.Choices:
    """What `estimate` does, with its options as data.

    Args:
        game: Path of a game file, or `CASE:game`.
        table: Path of a CSV file, or a table of pandas.
        model: Lines of a model, or paths of files of them.
        options: How.

    Returns:
        The fit.

    Raises:
        CaseError: Game, table or model have problems, or the model is not identified.
        MethodError: The game has no such likelihood.
        RunError: The options are impossible.
    """
    _check(options)
    found = load.load(str(game))
    read = _table(table)
    written = _model(model)
    problems = [
        observed_table.where(read, condition) for condition in options.where if not read.problems
    ]
    if any(problems):
        raise RunError("; ".join(f"--where: {words}" for words in problems if words))
    if choice_shares.wanted(written):
        return _shares(written, found, read, options)
    if not isinstance(found, TreeGame):
        msg = (
            "payoffs are estimated of trees: an .efg file, or a game of a case with moves in "
            "turn; of a table, 'decision', 'action' and 'count' give its quantal precision"
        )
        raise MethodError(msg)
    _playable(found)
    first = _bound(found, read, written, options)
    fitted = fit(first, options)
    if not options.against:
        return Estimate(fitted)
    rival = _model(options.against)
    second = _bound(found, read, rival, replace(options, link=None, errors=None))
    if not np.array_equal(first.used, second.used):
        msg = (
            f"the two models use different rows ({first.used.sum():,} and {second.used.sum():,}): "
            "only models of the same rows can be compared; use --where to take the same ones"
        )
        raise MethodError(msg)
    other = fit(second, replace(options, vary="", profile=False))
    return Estimate(fitted, other, _compared(fitted, other))


def _model(given: Sequence[str]) -> ModelText:
    lines, problems = model_text.gather(given)
    model = model_text.parse(lines)
    model.problems[:0] = problems
    if not lines and not problems:
        msg = "give a model: lines such as 'outcome = end' and 'attacker.war ~ 1 + balance'"
        raise RunError(msg)
    return model


def _shares(
    model: ModelText, game: Game, table: Observed, options: EstimateOptions
) -> choice_shares.Choices:
    """The estimate of one number from choice shares."""
    unused = [
        name
        for name, value in (
            ("--against", options.against),
            ("--link", options.link),
            ("--errors", options.errors),
            ("--bootstrap", options.bootstrap),
            ("--robust", options.robust),
            ("--profile", options.profile),
            ("--vary", options.vary),
        )
        if value
    ]
    if unused:
        msg = f"choice shares have no {', '.join(unused)}"
        raise RunError(msg)
    found = None
    if not table.problems and not model.problems:
        try:
            found = choice_shares.estimate(model, game, table, options.level)
        except observed_table.TooMuch:
            pass
    if found is None:
        raise _wrong(model, table)
    return found


def _check(options: EstimateOptions) -> None:
    checks = (
        (options.starts is None or 1 <= options.starts <= 1000, "--starts must be 1 to 1,000"),
        (0 <= options.bootstrap <= MOST_REPLICATES, f"--bootstrap goes up to {MOST_REPLICATES:,}"),
        (options.bootstrap != 1, "--bootstrap needs at least 2 resamples"),
        (0 < options.level < 1, "--level must lie between 0 and 1"),
        (options.link in (None, *(one.value for one in Link)), "--link is probit or logit"),
        (
            options.errors in (None, *(one.value for one in ErrorKind)),
            "--errors is agent or private",
        ),
    )
    wrong = [words for fine, words in checks if not fine]
    if wrong:
        raise RunError("; ".join(wrong))


def _playable(game: TreeGame) -> None:
    if not game.tree.perfect_information:
        msg = (
            f"{game.name}: somebody moves without knowing what happened before; payoffs are "
            "estimated of games of perfect information; 'decision', 'action' and 'count' give the "
            "quantal precision of any game"
        )
        raise MethodError(msg)
    if not game.tree.infosets:
        msg = f"{game.name}: nobody decides anything, so there is nothing to estimate"
        raise MethodError(msg)


def _table(table: str | Path | pd.DataFrame) -> Observed:
    if not isinstance(table, str | Path):
        return observed_table.parse(table.to_csv(index=False), observed_table.FRAME)
    found = observed_table.read(Path(table))
    if isinstance(found, Problem):
        raise CaseError((found,), render.problems((found,), {}))
    return found


def _bound(
    game: TreeGame, table: Observed, model: ModelText, options: EstimateOptions
) -> Bound:
    if options.link is not None:
        model.link = Link(options.link)
    if options.errors is not None:
        model.errors = ErrorKind(options.errors)
    bound = None
    if not table.problems:
        try:
            bound = binding.bind(model, game, table, drop_missing=options.drop_missing)
        except observed_table.TooMuch:
            pass
    if bound is None or model.problems or table.problems:
        raise _wrong(model, table)
    if not bound.sample.coefficients:
        msg = "the model has no coefficient to be estimated: give a formula, such as log(scale) ~ 1"
        raise RunError(msg)
    return bound


def _wrong(model: ModelText, table: Observed) -> CaseError:
    found = (*model.problems, *table.problems)
    table.problems = []
    texts = model.texts() | {table.path: table.content}
    return CaseError(found, render.problems(found, texts))


def fit(bound: Bound, options: EstimateOptions = DEFAULT) -> Fitted:
    """Fit a model that fits its game and its table.

    Args:
        bound: The model.
        options: How.

    Returns:
        The fit, with its status.
    """
    sample = bound.sample
    starts = options.starts or (_STARTS if sample.rows <= _MANY else _STARTS_OF_MANY)
    found = maximum.maximise(sample, starts, options.seed)
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
    named = () if growing is None else tuple(
        f"{':'.join(flat[member])} ({'+' if part > 0 else '-'})"
        for member, part in zip(growing.members, growing.parts, strict=True)
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
    infinite = frozenset(() if growing is None else growing.members)
    if status is not FitStatus.SOLVED:
        nothing = np.full(len(flat), np.nan)
        return replace(fitted, coefficients=_rows(fitted, nothing, (nothing, nothing), infinite))
    return _with_errors(fitted, options)


def _with_errors(fitted: Fitted, options: EstimateOptions) -> Fitted:
    """Standard errors, intervals and predictions of a proper maximum."""
    bound, found = fitted.bound, fitted.maximum
    sample, clusters = bound.sample, bound.clusters
    notes: list[str] = []
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
    fitted = replace(
        fitted, covariance=covariance, source=source, notes=(*fitted.notes, *notes)
    )
    fitted = replace(fitted, coefficients=_rows(fitted, errors, ends, frozenset()))
    if options.vary:
        told = predicting.predict(fitted, options.vary, draws, options.level, options.seed)
        fitted = replace(fitted, prediction=told)
    return fitted


def _rows(
    fitted: Fitted,
    errors: Float[np.ndarray, " coefficient"],
    ends: tuple[Float[np.ndarray, " coefficient"], Float[np.ndarray, " coefficient"]],
    infinite: frozenset[int],
) -> tuple[Coefficient, ...]:
    found = fitted.maximum.coefficients
    return tuple(
        Coefficient(
            equation,
            name,
            float(found[k]),
            float(errors[k]),
            float(ends[0][k]),
            float(ends[1][k]),
            k in infinite,
        )
        for k, (equation, name) in enumerate(_flat(fitted.bound))
    )


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
    for _ in range(3):
        covariance = maximum.covariance(found)
        errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        told = maximum.profile(bound.sample, found, errors)
        if told.top <= found.log_likelihood + 1e-6 * max(1.0, abs(found.log_likelihood)):
            break
        again = maximum.maximise(bound.sample, 1, options.seed, told.best)
        lower = (found.log_likelihood, *found.lower)
        found = replace(again, starts=found.starts + 1, lower=lower)
        if not found.converged:
            return found, ()
    rows = tuple(
        ProfileRow(
            *_flat(bound)[k],
            tuple(told.values[k].tolist()),
            tuple((told.heights[k] - found.log_likelihood).tolist()),
        )
        for k in range(len(told.values))
    )
    return found, rows


def _null(bound: Bound) -> float:
    """Log-likelihood where all actions at a decision have the same probability."""
    tree = bound.game.tree
    moves = bound.sample.specification.moves
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


def _compared(first: Fitted, second: Fitted) -> Rivalry:
    rows = first.maximum.rows, second.maximum.rows
    counts = len(first.coefficients), len(second.coefficients)
    weights = first.bound.sample.weights
    return Rivalry(
        nonnested.vuong(*rows, counts, weights), nonnested.clarke(*rows, counts, weights)
    )
