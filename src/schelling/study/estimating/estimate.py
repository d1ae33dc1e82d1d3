"""The recipe of `schelling estimate`: read game, table and model, fit, compare, predict."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from schelling.case.file import render
from schelling.errors import CaseError, MethodError, Problem, RunError, Span
from schelling.evidence.estimation import nonnested
from schelling.evidence.estimation.moves import ErrorKind, LinkFunction
from schelling.study.estimating import (
    binding,
    choice_shares,
    fitting,
    model_text,
    nesting,
    observed_table,
    offers,
)
from schelling.study.estimating.binding import Bound
from schelling.study.estimating.fitted import (
    Estimation,
    FitStatus,
    Fitted,
    Rivalry,
)
from schelling.study.estimating.model_text import ModelText
from schelling.study.estimating.observed_table import Observed
from schelling.study.estimating.offer_rules import ULTIMATUM, OfferRules
from schelling.study.estimating.wishes import DEFAULT, EstimateOptions
from schelling.study.solving import load
from schelling.study.solving.answer import Game, TreeGame

if TYPE_CHECKING:
    import pandas as pd

MOST_NODES = 500
"""Nodes of the largest game: its program is written out, at 30 ms of compiling for each node."""
_NOWHERE = Span(0, 0, 0, 0)
MOST_REPLICATES = 100_000
"""Resamples of the largest bootstrap."""


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
    bayes: bool = False,
) -> Estimation | choice_shares.Choices:
    """Estimate the payoffs of a game from a table of decisions.

    A model of choice shares (lines `decision`, `action` and `count`) gives the precision of quantal
    response, or the mean level of reasoning, instead of payoffs.

    Args:
        game: Path of a game file, `CASE:game`, or `ultimatum`.
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
        seed: Of starts, resamples, chains and bands.
        bayes: Draw from a posterior instead, by NUTS; needs NumPyro.

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
        bayes,
    )
    return run(game, table, _listed(model), options)


def _listed(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def run(
    game: str | Path,
    table: str | Path | pd.DataFrame,
    model: Sequence[str],
    options: EstimateOptions = DEFAULT,
) -> Estimation | choice_shares.Choices:
    """What `estimate` does, with its options as data.

    Args:
        game: Path of a game file, `CASE:game`, or `ultimatum`.
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
    offered = str(game) == ULTIMATUM
    found = OfferRules() if offered else load.load(str(game))
    read = _table(table)
    written = _model(model)
    problems = [
        observed_table.where(read, condition) for condition in options.where if not read.problems
    ]
    if any(problems):
        raise RunError("; ".join(f"--where: {words}" for words in problems if words))
    if isinstance(found, TreeGame) and found.tree.size > MOST_NODES:
        size = found.tree.size
        msg = f"{found.name} has {size:,} nodes; games of at most {MOST_NODES} are estimated"
        raise MethodError(msg)
    if not isinstance(found, OfferRules) and choice_shares.wanted(written):
        return _shares(written, found, read, options)
    if not isinstance(found, TreeGame | OfferRules):
        msg = (
            "payoffs are estimated of trees: an .efg file, or a game of a case with moves in "
            "turn; of a table, 'decision', 'action' and 'count' give its quantal precision"
        )
        raise MethodError(msg)
    if isinstance(found, TreeGame):
        _playable(found)
    first = _bound(found, read, written, options)
    fitted = fitting.fit(first, options)
    if not options.against:
        return Estimation(fitted)
    rival = _model(options.against)
    second = _bound(found, read, rival, replace(options, link=None, errors=None))
    if not np.array_equal(first.used, second.used):
        msg = (
            f"the two models use different rows ({first.used.sum():,} and {second.used.sum():,}): "
            "only models of the same rows can be compared; use --where to take the same ones"
        )
        raise MethodError(msg)
    other = fitting.fit(second, replace(options, vary="", profile=False))
    return _compared(fitted, other)


def _model(given: Sequence[str]) -> ModelText:
    lines, problems = model_text.gather(given)
    model = model_text.parse(lines)
    model.problems[:0] = problems
    if problems and not lines:
        raise CaseError(tuple(problems), render.problems(problems, {}))
    if not lines:
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
            ("--bayes", options.bayes),
        )
        if value
    ]
    if unused:
        msg = f"choice shares have no {', '.join(unused)}"
        raise RunError(msg)
    found = None
    if not table.problems and not model.problems:
        with contextlib.suppress(observed_table.TooMuch):
            found = choice_shares.estimate(model, game, table, options.level)
    if found is None:
        raise _wrong(model, table)
    return found


def _check(options: EstimateOptions) -> None:
    checks = (
        (options.starts is None or 1 <= options.starts <= 1000, "--starts must be 1 to 1,000"),
        (0 <= options.bootstrap <= MOST_REPLICATES, f"--bootstrap goes up to {MOST_REPLICATES:,}"),
        (options.bootstrap != 1, "--bootstrap needs at least 2 resamples"),
        (
            not options.bayes
            or not (options.bootstrap or options.robust or options.profile or options.against),
            "--bayes takes no --bootstrap, --robust, --profile or --against",
        ),
        (options.seed >= 0, "--seed must be at least 0"),
        (0 < options.level < 1, "--level must lie between 0 and 1"),
        (options.link in (None, *(one.value for one in LinkFunction)), "--link is probit or logit"),
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
        about_cases = found.code == "E101"
        problem = replace(found, hint="") if about_cases else found
        raise CaseError((problem,), render.problems((problem,), {}))
    return found


def _bound(
    game: TreeGame | OfferRules, table: Observed, model: ModelText, options: EstimateOptions
) -> Bound:
    if options.link is not None:
        model.link = LinkFunction(options.link)
    if options.errors is not None:
        model.errors = ErrorKind(options.errors)
    bound = None
    if not table.problems:
        with contextlib.suppress(observed_table.TooMuch):
            if isinstance(game, OfferRules):
                bound = offers.bind(model, table, drop_missing=options.drop_missing)
            else:
                bound = binding.bind(model, game, table, drop_missing=options.drop_missing)
    if bound is None or model.problems or table.problems:
        raise _wrong(model, table)
    if not bound.sample.coefficients:
        msg = "the model has no coefficient to be estimated: give a formula, such as log(scale) ~ 1"
        raise RunError(msg)
    return bound


def _wrong(model: ModelText, table: Observed) -> CaseError:
    lines = sorted(model.problems, key=lambda one: (str(one.path), one.span or _NOWHERE))
    found = (*lines, *table.problems)
    table.problems = []
    texts = model.texts() | {table.path: table.content}
    return CaseError(found, render.problems(found, texts))


def _compared(first: Fitted, second: Fitted) -> Estimation:
    """Two fits and their tests, or why they cannot be tested."""
    fits = (first, second)
    reason = ""
    if any(one.status is not FitStatus.SOLVED for one in fits):
        reason = "they need finite estimates at a maximum of both models"
    elif any(one.bound.clusters is not None for one in fits):
        reason = (
            "they take rows for independent, and the model says that those of a cluster are not"
        )
    if reason:
        return Estimation(first, second, untested=reason)
    rows = first.maximum.rows, second.maximum.rows
    counts = len(first.coefficients), len(second.coefficients)
    samples = first.bound.sample, second.bound.sample
    within = nesting.contains(*samples), nesting.contains(*samples[::-1])
    if all(within):
        return Estimation(first, second, untested="the two are the same model")
    if any(within):
        larger, smaller = (1, 2) if within[0] else (2, 1)
        reason = f"model {larger} contains model {smaller}, and they are for models of which "
        reason += "neither contains the other"
        heights = first.log_likelihood, second.log_likelihood
        ratio = nonnested.likelihood_ratio(heights, counts)
        return Estimation(first, second, untested=reason, nested=ratio)
    weights = first.bound.sample.weights
    tests = nonnested.vuong(*rows, counts, weights), nonnested.clarke(*rows, counts, weights)
    return Estimation(first, second, Rivalry(*tests))
