"""Equations of arrays in parts, where what they remember is of another length in each element."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Fn, Ref, walk

MOST_PARTS = 200
_LENGTH = {"delay": 1, "delayfixed": 1, "delayn": 2, "smthn": 2}

_By = Mapping[tuple[str, ...], ElementEquation]


def apart(quantity: Quantity, given: _By, flat: Flat) -> _By:
    """The equations; one for each element where delay times or orders are constants that differ.

    Args:
        quantity: Whose equations they are.
        given: One for all elements, or others, which stay as they are.
        flat: The model.
    """
    equation = given.get(())
    dims = quantity.dims
    if equation is None or equation.term is None or equation.initial is not None:
        return given
    several = len(given) > 1 or len(set(dims)) < len(dims)
    if several or not constants.short(equation.term):
        return given
    elements = list(itertools.islice(_elements(quantity, flat), MOST_PARTS + 1))
    scope = quantity.scope if equation.scope is None else equation.scope
    calls = [one for one in walk(equation.term) if isinstance(one, Fn)]
    if not 1 < len(elements) <= MOST_PARTS or any(map(_takes_a_whole_array, calls)):
        return given
    lengths = [c.args[_LENGTH[c.name]] for c in calls if len(c.args) > _LENGTH.get(c.name, 99)]
    differ = [one for one in lengths if constants.value(one, scope, flat) is None]
    bindings = [dict(zip(dims, members, strict=True)) for members in elements]
    each = (constants.bound(one, to, scope, flat) for one in differ for to in bindings)
    if not differ or any(constants.value(one, scope, flat) is None for one in each):
        return given
    term = equation.term
    return {
        members: replace(equation, term=constants.bound(term, to, scope, flat))
        for members, to in zip(elements, bindings, strict=True)
    }


def _elements(quantity: Quantity, flat: Flat) -> Iterator[tuple[str, ...]]:
    return itertools.product(*(flat.dims.get(dim, ()) for dim in quantity.dims))


def _takes_a_whole_array(call: Fn) -> bool:
    """Whether a name without subscripts may stand for all elements there."""
    bare = (isinstance(one, Ref) and not one.subs for one in call.args[:1])
    return call.name in constants.REDUCED and any(bare)
