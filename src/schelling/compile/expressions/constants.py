"""The numbers of a plan beside its structure: what compiled programs take as an argument.

A number that stands in a formula, a payoff, a hazard or a cell of a table is no part of a program.
`separated` puts its position among all of them in its place, so plans that differ in such numbers
alone have one structure and one program. What decides how a formula is computed stays in it: small
exponents, and 0, 1, -1 and what is not finite within a longer formula, with which the compiler does
away altogether; and the 0 that is all a stock changes by, as nothing flows there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, cast

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.drawn import Prior
from schelling.case.language.typed.types import Constant, Kind, Operation, Twin, Type, Typed
from schelling.case.language.typed.units import Unit
from schelling.case.model import Claim, Game, Stock
from schelling.case.sources import Origin
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.twins import Interventions

NUMBERS: Final = "the numbers of the plan"
"""Under which name a frame holds them, among what is the same at every step."""

_ANY_PRIOR: Final = Prior("fixed", (0.0,), None, "", interval=False)
_NOWHERE: Final = Origin()
_WITHOUT: Final = (str, int, float, Unit, Prior, type(None))
"""What has no expression in it."""

_MOST: Final = 4.0
"""Exponents up to here, in halves, stay in the program: they are products and square roots."""


@dataclass(frozen=True)
class Argument(Constant):
    """A number that comes in from outside: `position` among those of its plan; no `value`."""

    position: int = 0


def separated(plan: Plan) -> tuple[Plan, Float[ndarray, " number"]]:
    """A plan as its structure and its numbers.

    Args:
        plan: The plan.

    Returns:
        The plan without numbers, priors and prose, and the numbers that it had, in base units.
    """
    columns = tuple(
        replace(one, prior=_ANY_PRIOR, origin=_NOWHERE, lever="") for one in plan.assumptions
    )
    bare = replace(plan, case="", digest="", assumptions=columns, correlations=())
    found = _Separation()
    twins = tuple(found.held(one) for one in plan.twins)
    structure = replace(cast("Plan", found.outside(replace(bare, twins=()))), twins=twins)
    return structure, np.array(found.numbers, np.float64)


class _Separation:
    """The numbers found so far.

    Attributes:
        numbers: In the order in which they were met.
    """

    def __init__(self) -> None:
        self.numbers: list[float] = []
        self._held: dict[Interventions, Interventions] = {}

    def outside(self, value: Any) -> Any:
        """Anything that may hold expressions, without their numbers."""
        if isinstance(value, _WITHOUT):
            return value
        match value:
            case Origin():
                return _NOWHERE
            case Constant():
                return self._whole(value)
            case Claim():
                return self._parts(replace(value, written="", given=""))
            case Game():
                return self._game(value)
            case Stock() if needs.stands_still(value):
                return self._still(value)
            case tuple():
                return tuple([self.outside(one) for one in cast("tuple[Any, ...]", value)])
            case _ if isinstance(value, Typed):
                return self._inside(value)
            case _ if is_dataclass(value):
                return self._parts(value)
            case _:
                return value

    def held(self, interventions: Interventions) -> Interventions:
        """What a twin is held at; the same wherever it is looked at."""
        if interventions not in self._held:
            pairs = [(name, self.outside(value)) for name, value in interventions]
            self._held[interventions] = tuple(pairs)
        return self._held[interventions]

    def _parts(self, value: Any) -> Any:
        names = _names(value.__class__)
        found = {name: self.outside(getattr(value, name)) for name in names}
        return replace(value, **found)

    def _still(self, stock: Stock) -> Stock:
        """A stock that stands still keeps its change, which is 0."""
        pure = replace(stock.change.type, dimensions=())
        start = self.outside(stock.start)
        change = Constant(0.0, pure)
        return replace(stock, start=start, change=change, origin=_NOWHERE)

    def _game(self, game: Game) -> Game:
        """Actors of one precision keep one, so that it is solved for once."""
        each = {value: self.outside(value) for value in game.precisions}
        precision = tuple((actor, each[value]) for actor, value in game.precision)
        return replace(cast("Game", self._parts(replace(game, precision=()))), precision=precision)

    def _inside(self, expression: Any) -> Any:
        """An expression, or parts of one."""
        match expression:
            case Constant():
                return self._part(expression)
            case Operation(name="**", operands=(base, Constant() as exponent)) if _stays(exponent):
                return replace(expression, operands=(self._inside(base), exponent))
            case Twin():
                held = self.held(expression.interventions)
                return replace(expression, body=self._inside(expression.body), interventions=held)
            case Type():  # a literal 0 is of any unit
                return expression if expression.dimensions == () else _without_unit(expression)
            case tuple():
                return tuple([self._inside(one) for one in cast("tuple[Any, ...]", expression)])
            case _ if isinstance(expression, Typed):
                names = _names(type(expression))
                parts = {name: getattr(expression, name) for name in names}
                found = {name: self._inside(part) for name, part in parts.items()}
                changed = any(found[name] is not part for name, part in parts.items())
                return replace(expression, **found) if changed else expression
            case _:
                return expression

    def _whole(self, constant: Constant) -> Constant:
        """A number that is all that stands there, such as a payoff."""
        outside = constant.type.kind is Kind.NUMBER and math.isfinite(constant.value)
        return self._argument(constant) if outside else constant

    def _part(self, constant: Constant) -> Constant:
        """A number within a longer formula."""
        return constant if constant.value in (0.0, 1.0, -1.0) else self._whole(constant)

    def _argument(self, constant: Constant) -> Argument:
        self.numbers.append(constant.value)
        return Argument(math.nan, _without_unit(constant.type), len(self.numbers) - 1)


def _stays(exponent: Constant) -> bool:
    return abs(exponent.value) <= _MOST and float(2 * exponent.value).is_integer()


@cache
def _names(of: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(of) if one.init)


@cache
def _without_unit(of: Type) -> Type:
    return replace(of, dimensions=())
