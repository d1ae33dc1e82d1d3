"""Values of alike expressions, all at once. Axes: the alike things first, then those of a frame."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool

from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    Kind,
    OverTies,
    OverTime,
    Reference,
    Sought,
    Twin,
    Type,
    Typed,
    When,
    operands,
)
from schelling.claims import signal, temporal
from schelling.claims.signal import Signal
from schelling.compile.expressions.forms import Form, OpenPlace, Rolled, Row
from schelling.compile.expressions.forms import leaves as leaves_of
from schelling.compile.expressions.many import Names, Value, as_kept, stacked, together
from schelling.compile.expressions.open_places import Shows, constants, filled, flat, margin_of
from schelling.compile.expressions.parted import Parted
from schelling.compile.planning.twins import EachTwin, Interventions

Evaluate = Callable[[Typed, Any], Value]
"""What evaluates an expression in a frame."""

MOST = 2**12
"""Operands of operations computed together that lie side by side; of more, one of each operation is
taken after the other, which needs no room. Such a sum is added up in another order than one that is
written out, so that it may differ from it in the last digits."""

_TOLD = Type(Kind.NUMBER)

_WORST = {"+": 0.0, "min": jnp.inf, "max": -jnp.inf}
"""What changes nothing in an operation."""


class Beside(Mapping[str, Value]):
    """What stands in open places, beside all else that a frame holds.

    Args:
        own: What stands in them.
        rest: What a frame holds.
        hidden: Names of open places that are not looked for in the rest, where the places of a
            form around may have the same names.
    """

    def __init__(
        self, own: Mapping[str, Value], rest: Mapping[str, Value], hidden: Container[object] = ()
    ) -> None:
        self._own, self._rest, self._hidden = own, rest, hidden

    def __getitem__(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        if name in self._hidden:
            raise KeyError(name)
        return self._rest[name]

    def __contains__(self, name: object) -> bool:
        return name in self._own or (name not in self._hidden and name in self._rest)

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        yield from (name for name in self._rest if name not in self._hidden)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def together(self, names: Names) -> Value:
        """Some values in one array, before all other axes."""
        if any(name in self._own for name in names):
            return stacked([self[name] for name in names])
        return together(self._rest, names)


def each(common: Form, count: int, frame: Shows, evaluate: Evaluate) -> Value:
    """The values of so many expressions of one form."""
    return cast("Value", each_of(common, count, frame, evaluate))


def each_of(common: Form, count: int, frame: Shows, ask: Callable[[Typed, Any], Any]) -> Any:
    """What is asked of so many expressions of one form, each in its frame: (thing, ...)."""
    if not common.places:
        return jax.tree.map(partial(_repeated, count), ask(common.body, frame))
    one = _one(common, frame, ask)
    if any(_is_in_many_twins(place) for place in common.places):
        given = _given(common, frame, apart=True)
        return cast("Any", lax.map(partial(_of_nth, one, given), jnp.arange(count)))
    return jax.vmap(one)(_given(common, frame))


def operation(expression: Rolled, frame: Shows, evaluate: Evaluate) -> Value:
    """The value of an operation on many alike operands."""
    common, counts = expression.form, expression.counts
    given = _given(common, frame)
    counted = None if counts is None else margin_of(filled(counts, frame)) > 0
    one = _one(common, frame, evaluate)
    if _count(given) * expression.members > MOST:
        return _after_another(expression.name, one, given, counted)
    values = jax.vmap(one)(given)
    values = _as_signal(expression.name, values)
    if counted is not None:
        values = _where(expression.name, counted, values)
    return _taken(expression.name, values)


def look_ahead(expression: Typed, frame: Any, known: frozenset[str], *, games: bool = True) -> None:
    """Look at all that an expression reads but what is known beside its frame.

    What a frame computes when it is first looked at, it keeps; in a loop, or in a function of one
    of many, that would be a number of their own trace.
    """
    match expression:
        case Reference(name=name):
            if name not in known:
                frame.look(name)
            return
        case Twin():
            frame = frame.twins[expression.interventions]
        case OverTime() if not frame.parts:
            frame = frame.window(expression.first, expression.last)
        case Rolled(form=common, counts=counts):
            for place in common.places:
                _row_ahead(place.row, _in_twin(place, frame), known, games=games)
            _row_ahead(counts or (), frame, known, games=games)
            known |= {place.name for place in common.places}
            look_ahead(common.body, frame, known, games=games)
        case Sought(name=name, inner=inner):
            known, games = known | {name, *(other for other, _ in inner)}, False
        case Drawn() | OverTies():
            return  # of what an agent has, its own frame answers
        case _:
            pass
    for part in operands(expression):
        look_ahead(part, frame, known, games=games)


def _row_ahead(row: Row | Reference, frame: Any, known: frozenset[str], *, games: bool) -> None:
    """Look at what stands in an open place; one by one, where some of it is known."""
    leaves = list(leaves_of((row,) if isinstance(row, Reference) else row))
    names = {leaf.name for leaf in leaves if isinstance(leaf, Reference)}
    if names & known:
        for name in sorted(names - known):
            frame.look(name)
    elif names or (leaves and games):
        filled(row, frame)


def _is_in_many_twins(place: OpenPlace) -> bool:
    """Whether so much stands in a place, each in its own twin, that it is taken part by part."""
    of_twins = isinstance(place.twin, EachTwin) and not isinstance(place.row, Reference)
    return of_twins and sum(1 for _ in leaves_of(cast("Row", place.row))) > MOST


def _of_nth(one: Callable[[dict[str, Value]], Any], given: dict[str, Any], at: Array) -> Any:
    """What is asked of one of the expressions, of what stands in open places of all."""

    def own(value: Any) -> Value:
        return value.at(at) if isinstance(value, Parted) else one_at(at, value)

    return one({name: own(value) for name, value in given.items()})


def one_at(at: Array, values: Value) -> Value:
    """One of some values."""
    return jax.tree.map(partial(at_place, at), values)


def _given(common: Form, frame: Any, *, apart: bool = False) -> dict[str, Any]:
    """What stands in the open places of a form, each looked at in its twin.

    Args:
        common: The form.
        frame: What is seen.
        apart: Leave what stands in many twins where it is, as `Parted`.
    """
    places = {place.name: place for place in common.places}
    look_ahead(common.body, frame, frozenset(places))
    found: dict[str, Any] = {}
    for name, place in places.items():
        if isinstance(place.twin, EachTwin) and _names_in(place):
            own = frame.twins.each(place, frame)
            found[name] = own if apart and _is_in_many_twins(place) else own.whole()
        else:
            found[name] = filled(place.row, _in_twin(place, frame))
    return found


def _names_in(place: OpenPlace) -> bool:
    """Whether names stand in an open place, and not numbers."""
    row = place.row
    return not isinstance(row, Reference) and isinstance(flat(row)[1][0], Reference)


def _in_twin(place: OpenPlace, frame: Any) -> Any:
    """The frame in which a place is looked at; that of one twin stands for those of all."""
    twin = _stands_for(place)
    return frame.twins[twin] if twin else frame


def _stands_for(place: OpenPlace) -> Interventions:
    return place.twin.stands_for if isinstance(place.twin, EachTwin) else place.twin


def _one(common: Form, frame: Shows, evaluate: Evaluate) -> Callable[[dict[str, Value]], Value]:
    """One of the expressions as a function of what stands in its open places."""
    of_twin: dict[Interventions, list[OpenPlace]] = {(): []}
    for place in common.places:
        of_twin.setdefault(_stands_for(place), []).append(place)
    around: Any = frame

    def one(given: dict[str, Value]) -> Value:
        own, *others = (
            _with_places(around.twins[twin] if twin else around, places, given)
            for twin, places in of_twin.items()
        )
        twins = {**around.twins, **dict(zip(list(of_twin)[1:], others, strict=True))}
        return evaluate(common.body, replace(own, twins=twins))

    return one


def with_nth(common: Form, at: Array, frame: Any) -> Any:
    """A frame in which one of the expressions of a form can be evaluated.

    Args:
        common: The form; none of its places is looked at in a twin, or asks about a game.
        at: Which of the expressions.
        frame: What it sees.
    """
    given = {place.name: _nth(place, at, frame) for place in common.places}
    return _with_places(frame, common.places, given)


def nth(names: Names, at: Array, frame: Shows) -> Value:
    """What a frame shows of one of some alike things."""
    row = tuple(Reference(name, _TOLD) for name in names)
    return _nth(OpenPlace("", _TOLD, row), at, frame)


def _nth(place: OpenPlace, at: Array, frame: Shows) -> Value:
    """One of what stands in an open place."""
    if isinstance(place.row, Reference):
        return frame.look(place.row.name)
    shape, leaves = flat(place.row)
    if isinstance(leaves[0], Constant):
        numbers = constants([leaf for leaf in leaves if isinstance(leaf, Constant)], frame)
        return numbers.reshape(shape)[at]
    names = [leaf.name for leaf in leaves if isinstance(leaf, Reference)]
    if len(shape) == 1 and len(set(names)) == 1:
        return frame.look(names[0])
    source = frame.fixed if names[0] in frame.fixed else frame.moving
    kept = as_kept(source, names)
    places = jnp.asarray([kept.index(name) for name in names]).reshape(shape)[at]
    return jax.tree.map(partial(at_place, places), together(source, kept))


def at_place(place: Array, array: Array) -> Array:
    """The rows of an array that stand at some places."""
    return array[place]


def _with_places(around: Any, places: Sequence[OpenPlace], given: Mapping[str, Value]) -> Any:
    """A frame that also shows what stands in some open places."""
    moves = {place.name for place in places if place.type.when is When.STEP}
    still = {place.name: given[place.name] for place in places if place.name not in moves}
    moving = {name: given[name] for name in moves}
    return replace(
        around,
        fixed=Beside(still, around.fixed, moves),
        moving=Beside(moving, around.moving, still.keys()),
        rolled=True,
    )


def _repeated(count: int, array: Array) -> Array:
    return jnp.broadcast_to(array, (count, *jnp.shape(array)))


def _count(given: Mapping[str, Value]) -> int:
    """How many operands there are: as many as stand in each place, along the first axis."""
    return len(margin_of(next(iter(given.values()))))


def _as_signal(name: str, value: Value) -> Value:
    """Operands of `and` and `or` as truth values, those of others as numbers."""
    if name in ("and", "or"):
        return value if isinstance(value, Signal) else signal.fact(value > 0)
    return margin_of(value)


def _where(name: str, counted: Bool[Array, " thing"], values: Value) -> Value:
    """Operands, with what changes nothing in the place of those that do not count."""

    def or_else(array: Array, other: float | bool) -> Array:
        here = counted.reshape(counted.shape + (1,) * (array.ndim - counted.ndim))
        return jnp.where(here, array, other)

    if isinstance(values, Signal):
        every = name == "and"
        worst = jnp.inf if every else -jnp.inf
        return Signal(or_else(values.truth, every), or_else(values.margin, worst))
    return or_else(values, _WORST[name])


def _taken(name: str, values: Value) -> Value:
    """Operands taken together, along the first axis, as if they were steps of time."""
    if isinstance(values, Signal):
        return temporal.always(values) if name == "and" else temporal.eventually(values)
    if name == "+":
        return _sum(values)
    return temporal.least(values) if name == "min" else temporal.largest(values)


def _sum(values: Array) -> Array:
    """A sum of pairs of sums, rounded as if it were written out, where all lie side by side."""
    while len(values) > 1:
        if len(values) % 2:
            values = jnp.concatenate([values, jnp.zeros_like(values[:1])])
        values = values[::2] + values[1::2]
    return values[0]


def _after_another(
    name: str,
    one: Callable[[dict[str, Value]], Value],
    given: dict[str, Value],
    counted: Array | None,
) -> Value:
    """Operands taken together one after the other."""

    def operand(at: Array) -> Value:
        def now(array: Array) -> Array:
            return cast("Array", lax.dynamic_index_in_dim(array, at, keepdims=False))

        value = _as_signal(name, one(jax.tree.map(now, given)))
        return value if counted is None else _where(name, counted[at], value)

    def with_next(at: Array, before: Value) -> Value:
        return _taken(name, stacked([before, operand(at)]))

    first = jnp.zeros((), jnp.int32)
    return cast("Value", lax.fori_loop(1, _count(given), with_next, operand(first)))
