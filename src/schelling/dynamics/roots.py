"""Numbers that solve an equation in an interval, one in every world, all worlds at once.

The interval is scanned on a grid for changes of sign; each is then narrowed down to rounding by
Chandrupatla's method, which takes inverse quadratic steps where they are safe and halves elsewhere.
A change of sign across a jump or a pole is no root: there the two sides stay apart. Two roots
between the same two grid points are missed, as is a root that is only touched between them.

References:
    Chandrupatla (1997), Advances in Engineering Software 28:145, the algorithm.
    Krantz & Parks (2003), The Implicit Function Theorem, theorem 3.3.1, for the slopes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import jaxpr_as_fun
from jaxtyping import Array, Bool, Float, Int

CELLS = 32
"""Parts of equal width into which an interval is divided unless told otherwise."""

VANISHED = 2.0**-26
"""A residual counts as zero below this part of what it was at the ends of its cell."""

_EPS = 2.0**-52
_SAME = 4 * _EPS  # sides this close, relative to their size, are equal but for rounding
_MOST_STEPS = 200

_Result = TypeVar("_Result")

Sides = Callable[[Array], tuple[Array, Array]]
"""The two sides of an equation at a number."""


Candidates = Bool[Array, " node *world"]
"""Searched points that are worth a closer look."""


class Roots(NamedTuple):
    """The root chosen in every world.

    Attributes:
        root: NaN where there is none, or more than one where only one may be.
        found: How many were found before the search could stop.
    """

    root: Float[Array, "*world"]
    found: Int[Array, "*world"]


class Searched(NamedTuple):
    """Where to look, in every world: from `start` to `end`, whichever is larger."""

    start: Float[Array, "*world"]
    end: Float[Array, "*world"]
    cells: int

    def node(self, number: Array) -> Float[Array, "*world"]:
        """A grid point; the last is the end to the bit."""
        inner = self.start + (self.end - self.start) * (number / self.cells)
        return jnp.where(number >= self.cells, self.end, inner)

    @property
    def numbers(self) -> Float[Array, " node"]:
        """The numbers of all grid points."""
        return jnp.arange(self.cells + 1, dtype=float)


class _Narrowing(NamedTuple):
    """The search in every cell: the newest point, the one across the root, and the one before.

    Attributes:
        x: The points.
        gap: The residual at each.
        best: The point with the least residual so far, that residual, and the size of the sides.
            A compiler may compute a residual of a few roundings twice, with two signs; the root is
            then no longer between the points.
        ends: The largest finite residual at the ends of the cell.
        beyond: What stands for the residual where it has no value: infinite, of the other sign than
            at the end that has one, so that the search turns back from there.
        part: How far to go from the newest point to the one across.
        going: Where it goes on.
        steps: How often the sides were computed.
    """

    x: tuple[Array, Array, Array]
    gap: tuple[Array, Array, Array]
    best: tuple[Array, Array, Array]
    ends: Array
    beyond: Array
    part: Array
    going: Array
    steps: Array


class _Survey(NamedTuple):
    """How far the candidates of every world have been looked at."""

    at: Array
    looked: Array
    root: Array
    found: Array


def solve(
    sides: Sides,
    low: Float[Array, "*#world"],
    high: Float[Array, "*#world"],
    choose: str = "only",
    near: Float[Array, "*#world"] | None = None,
    *,
    cells: int = CELLS,
) -> Roots:
    """The root of an equation in an interval, in every world.

    Args:
        sides: The two sides of the equation, element by element.
        low: Where the interval begins.
        high: Where it ends; both ends belong to it.
        choose: `only`, `lowest`, `highest`, `nearest`, or `all`, which counts all and returns NaN
            unless there is one.
        near: What the root is to be nearest to; of two that are as near, the lower.
        cells: How many parts the interval is divided into.

    Returns:
        The root, with its derivatives, and how many were found.

    Examples:
        >>> import jax.numpy as jnp
        >>> found = solve(lambda x: (x**2, jnp.array(2.0)), jnp.array(0.0), jnp.array(2.0))
        >>> round(float(found.root), 12), int(found.found)
        (1.414213562373, 1)
    """
    beside = () if near is None else (jnp.asarray(near),)
    sides, shape = traced(sides, jnp.asarray(0.5 * (low + high)), *beside)
    low, high = (jnp.broadcast_to(jnp.asarray(end, float), shape) for end in (low, high))
    whole = directed(low, high, choose, cells)
    wanted = jnp.zeros(shape) if near is None else jnp.broadcast_to(near, shape)
    proper = (low < high) & jnp.isfinite(low) & jnp.isfinite(high)

    def gap(x: Array) -> Array:
        left, right = sides(x)
        return jnp.broadcast_to(left - right, shape)

    def search(_: object, start: Array) -> tuple[Array, Array]:
        found = _survey(sides, whole, choose, wanted)
        count = jnp.where(proper & jnp.isfinite(wanted), found.found, 0)
        alone = count == 1 if choose in ("only", "all") else count > 0
        return jnp.where(alone, found.root, jnp.nan), count.astype(float)

    root, count = cast(
        "tuple[Array, Array]",
        lax.custom_root(gap, jnp.zeros(shape), search, quotient, has_aux=True),
    )
    return Roots(root, count.astype(int))


def traced(
    function: Callable[[Array], _Result], middle: Array, *beside: Array
) -> tuple[Callable[[Array], _Result], tuple[int, ...]]:
    """A function that is traced once however often it is called, and the shape of its worlds.

    A search calls what it searches at a dozen places. Of searches within searches, whatever stands
    innermost would be traced that often for each of them.

    Args:
        function: Of a number in every world, element by element.
        middle: A number in the interval.
        beside: What else has a value in every world.
    """
    shape = middle.shape
    while True:
        of = jax.ShapeDtypeStruct(shape, float)
        program, parts = jax.make_jaxpr(function, return_shape=True)(of)
        wider = jnp.broadcast_shapes(
            shape, *(one.shape for one in (*jax.tree.leaves(parts), *beside))
        )
        if wider == shape:
            break
        shape = wider
    tree = cast("Any", jax.tree).structure(parts)
    call = cast("Callable[[Array], list[Array]]", jaxpr_as_fun(program))
    return lambda x: jax.tree.unflatten(tree, call(x)), shape


def directed(low: Array, high: Array, choose: str, cells: int) -> Searched:
    """An interval whose scan begins at the end that comes first in what is chosen."""
    return Searched(high, low, cells) if choose == "highest" else Searched(low, high, cells)


def quotient(slope: Callable[[Array], Array], change: Array) -> Array:
    """How far a root must move to undo a change of the residual."""
    return change / slope(jnp.ones_like(change))


def difference(sides: Sides, x: Array) -> tuple[Array, Array]:
    """The residual, exactly zero where the sides agree but for rounding, and their size."""
    left, right = sides(x)
    size = jnp.maximum(jnp.abs(left), jnp.abs(right))
    gap = left - right
    same = jnp.isfinite(size) & (jnp.abs(gap) <= _SAME * size)
    return jnp.where(same, 0.0 * gap, gap), size


def _survey(sides: Sides, whole: Searched, choose: str, near: Array) -> Roots:
    """Scan the grid, then look at the candidates in order, as long as they matter."""
    shape = whole.start.shape
    most = {"only": 2, "lowest": 1, "highest": 1}.get(choose, whole.cells + 1)

    def scan(before: Array, number: Array) -> tuple[Array, Array]:
        gap, _ = difference(sides, whole.node(number))
        sign = jnp.broadcast_to(jnp.sign(gap), shape)
        into = ~jnp.isnan(sign) & jnp.isnan(before) & (number > 0)
        out = jnp.isnan(sign) & (jnp.abs(before) > 0)
        return sign, (sign == 0) | (sign * before < 0) | into | out

    nothing = jnp.full(shape, jnp.nan)
    _, spots = lax.scan(scan, nothing, whole.numbers)
    total = jnp.sum(spots, axis=0)

    def going(state: _Survey) -> Array:
        return (state.looked < total) & (state.found < most)

    def look(state: _Survey) -> _Survey:
        now = going(state)
        at = following(spots, state.at)
        root, sound = _in_cell(sides, whole, at.astype(float), now)
        better = now & sound
        if choose == "nearest":
            better &= ~(jnp.abs(state.root - near) <= jnp.abs(root - near))
        elif choose in ("lowest", "highest"):
            better &= state.found == 0
        return _Survey(
            jnp.where(now, at, state.at),
            state.looked + now,
            jnp.where(better, root, state.root),
            state.found + (now & sound),
        )

    none = jnp.zeros(shape, int)
    state = _Survey(none - 1, none, nothing, none)
    last = lax.while_loop(lambda state: jnp.any(going(state)), look, state)
    return Roots(last.root, last.found)


def following(spots: Candidates, at: Int[Array, "*world"]) -> Int[Array, "*world"]:
    """The next candidate after a grid point, in every world."""
    numbers = jnp.arange(len(spots)).reshape(-1, *[1] * at.ndim)
    return jnp.argmax(spots & (numbers > at), axis=0)


def _in_cell(sides: Sides, whole: Searched, at: Array, now: Array) -> tuple[Array, Array]:
    """The root at a grid point or in the cell before it, and whether it is one.

    The equation stands in one place here, whatever is computed: it can be long to compile.
    """
    a, b = whole.node(at - 1), whole.node(at)
    width = jnp.abs(b - a)

    def step(state: _Narrowing) -> _Narrowing:
        (x1, x2, _), (f1, f2, _) = state.x, state.gap
        x = jnp.where(state.steps == 1, a, x1 + state.part * (x2 - x1))
        f, size = (jnp.broadcast_to(part, x.shape) for part in difference(sides, x))
        f = jnp.where(jnp.isnan(f), state.beyond, f)
        beyond = jnp.where(jnp.isnan(state.beyond), -jnp.inf * jnp.sign(f), state.beyond)
        f1 = jnp.where(jnp.isnan(f1), beyond, f1)
        same = jnp.sign(f) == jnp.sign(f1)
        x3, f3 = jnp.where(same, x1, x2), jnp.where(same, f1, f2)
        x2, f2 = jnp.where(same, x2, x1), jnp.where(same, f2, f1)
        nearer = jnp.where(jnp.abs(f) < jnp.abs(f2), x, x2)
        least = _EPS * (2 * jnp.abs(nearer) + width) / jnp.abs(x2 - x)
        over = ((least > 0.5) & (state.steps > 0)) | (f == 0)
        part = jnp.clip(_next(x, x2, x3, (f, f2, f3)), least, 1 - least)
        end = jnp.where((state.steps < 2) & jnp.isfinite(f), jnp.abs(f), 0.0)
        ends = jnp.maximum(state.ends, end)
        less = (jnp.abs(f) <= jnp.abs(state.best[1])) | jnp.isnan(state.best[1])
        best = jax.tree.map(partial(jnp.where, less), (x, f, size), state.best)
        points, gaps = (x, x2, x3), (f, f2, f3)
        fresh = _Narrowing(points, gaps, best, ends, beyond, part, ~over, state.steps)

        def kept(new: Array, old: Array) -> Array:
            return jnp.where(state.going, new, old)

        settled = cast("_Narrowing", jax.tree.map(kept, fresh, state))
        going = state.going & settled.going
        return settled._replace(going=going, steps=state.steps + 1)

    def unfinished(state: _Narrowing) -> Array:
        return jnp.any(state.going) & (state.steps < _MOST_STEPS)

    zero, unknown = jnp.zeros(b.shape), jnp.full(b.shape, jnp.nan)
    start = _Narrowing(
        (b, b, b),
        (unknown, unknown, unknown),
        (b, unknown, zero),
        zero,
        unknown,
        zero,
        now,
        jnp.zeros((), int),
    )
    last = lax.while_loop(unfinished, step, start)
    root, gap, size = last.best
    small = jnp.maximum(VANISHED * last.ends, 16 * _SAME * size)
    return root, (gap == 0) | (jnp.abs(gap) <= small)


def _next(x: Array, x2: Array, x3: Array, gaps: tuple[Array, Array, Array]) -> Array:
    """How far to go from the newest point to the one across: a half, or an inverse parabola."""
    f, f2, f3 = gaps
    xi, phi = (x - x2) / (x3 - x2), (f - f2) / (f3 - f2)
    safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
    first = f / (f2 - f) * f3 / (f2 - f3)
    second = (x3 - x) / (x2 - x) * f / (f3 - f) * f2 / (f3 - f2)
    return jnp.where(safe, first + second, 0.5)
