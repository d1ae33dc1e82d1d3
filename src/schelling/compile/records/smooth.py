"""The likelihood of records as a smooth function of normal scores, where a case allows that.

It does where no chance, game, agent, unknown or jump lies between the assumptions and what was
recorded: then only sums, products and functions without jumps do. Kinks, as of `max` and of bounds
of stocks, are let through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy import ndarray
from scipy.special import ndtr

from schelling.case.language.about_time.happenings import is_counter
from schelling.case.language.typed.types import (
    Constant,
    Operation,
    OverTime,
    Reference,
    Typed,
    operands,
)
from schelling.compile import worlds
from schelling.compile.drawing import draws, luck
from schelling.compile.influence import reach
from schelling.compile.planning.plan import Plan
from schelling.compile.records import recorded

Columns = Callable[[Float[Array, "world coordinate"]], Float[Array, "world column"]]

_SMOOTH: Final = frozenset(
    [
        *("+", "-", "*", "/", "**", "neg", "abs", "min", "max", "clip", "exp", "log", "sqrt"),
        *("sin", "cos", "tanh", "logistic", "logit", "atanh", "normal_cdf", "normal_ppf"),
        *("lgamma", "interpolate", "month_of_year", "day_of_year"),
    ]
)
_WINDOWS: Final = frozenset(["at", "mean", "max", "min"])
_FARTHEST: Final = 8.0
_POINTS: Final = 4097


def rough(plan: Plan) -> str:
    """What makes the way from assumptions to records rough, in words; empty where nothing does.

    Args:
        plan: A plan with records.
    """
    found = [
        reach.of_expression(plan, argument)
        for record in plan.records
        for argument in record.arguments
    ]
    passed = frozenset[str]().union(*(one.passed for one in found))
    if any(reach.CHANCE in one.sources for one in found):
        return "chance reaches what was recorded"
    for assumption in plan.assumptions:
        if assumption.name in passed and assumption.prior.family == "choice":
            return f"'{assumption.name}' is a choice among listed values"
    for population in plan.populations:
        if {state.name for state in population.states} & passed:
            return f"the agents of '{population.name}' reach what was recorded"
    for name, expression in _formulas(plan, passed):
        if not _is_smooth(expression):
            return f"'{name}' has a jump, a game or an unknown in it"
    return ""


def _formulas(plan: Plan, passed: frozenset[str]) -> Iterator[tuple[str, Typed]]:
    """Every expression on the way, with the name of what it defines."""
    for record in plan.records:
        yield from ((record.name, argument) for argument in record.arguments)
    for variable in (*plan.fixed, *plan.moving):
        if variable.name in passed:
            yield variable.name, variable.value
    for stock in plan.stocks:
        if stock.name in passed:
            yield stock.name, stock.start
            yield stock.name, stock.change
    for event in plan.events:
        for effect in event.effects:
            if effect.target in passed:
                yield event.name, effect.value
                if event.condition is not None:
                    yield event.name, event.condition


def _is_smooth(expression: Typed) -> bool:
    match expression:
        case Constant():
            return True
        case Reference():
            return not is_counter(expression.name)
        case Operation():
            known = expression.name in _SMOOTH
        case OverTime():
            known = expression.name in _WINDOWS
        case _:
            known = False
    return known and all(map(_is_smooth, operands(expression)))


def columns(plan: Plan) -> Columns:
    """What the records should have been, as a function of normal scores that has a gradient.

    Args:
        plan: A plan with records that is not `rough`.

    Returns:
        A pure function; its columns are those of `recorded.recorded`, NaN in worlds whose numbers
        fail.
    """
    still = replace(
        plan,
        events=tuple(event for event in plan.events if event.hazard is None),
        games=tuple(replace(game, schedule=()) for game in plan.games),
        populations=(),
        tallies=(),
        clocks=(),
        moves=(),
    )
    simulate, look = worlds.simulation(still, whole=False), recorded.recorded(still)
    met, quantiles = luck.of(still, 0), _quantiles(plan)
    names = [assumption.name for assumption in plan.assumptions]
    matrix = draws.correlation_matrix(names, plan.correlations)
    factor = jnp.asarray(np.linalg.cholesky(matrix)) if plan.correlations else None

    def predicted(scores: Array) -> Array:
        tied = scores if factor is None else scores @ factor.T
        drawn = jnp.stack([q(tied[:, k]) for k, q in enumerate(quantiles)], axis=1)
        numbers = jnp.zeros(len(scores), jnp.uint32)
        found, sound = look(drawn, simulate(drawn, numbers, met))
        return jnp.where(sound[:, None], found, jnp.nan)

    return predicted


def _quantiles(plan: Plan) -> Sequence[Callable[[Array], Array]]:
    """By assumption, its value at a normal score."""
    known: Mapping[str, Callable[[Array], Array]] = {
        one.name: _quantile(draws.quantile(one.prior, _levels())) for one in plan.assumptions
    }
    return [known[one.name] for one in plan.assumptions]


def _levels() -> Float[ndarray, " point"]:
    """Levels at scores from one end to the other."""
    ends = np.linspace(-_FARTHEST, _FARTHEST, _POINTS)
    return np.clip(np.asarray(ndtr(ends)), 1e-300, np.nextafter(1.0, 0.0))


def _quantile(table: Float[ndarray, " point"]) -> Callable[[Array], Array]:
    """The quantile function of normal scores through a table of its values (Catmull-Rom cubics).

    Of what is above 0 the logarithm is tabulated, so that far tails keep their digits.
    """
    positive = bool((table > 0).all()) and np.ptp(table) > 0
    heights = jnp.asarray(np.log(table) if positive else table)
    step = 2 * _FARTHEST / (_POINTS - 1)

    def value(score: Array) -> Array:
        place = (jnp.clip(score, -_FARTHEST, _FARTHEST) + _FARTHEST) / step
        cell = jnp.clip(jnp.floor(place).astype(int), 1, _POINTS - 3)
        t = place - cell
        a, b, c, d = (heights[cell + k] for k in (-1, 0, 1, 2))
        cubic = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        return jnp.exp(cubic) if positive else cubic

    return value
