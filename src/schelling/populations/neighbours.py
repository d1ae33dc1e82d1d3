"""Reductions over those whom an agent sees: sum, mean, count, share, any, all, min, max.

Values are gathered a slot at a time and reduced in one fused loop; nothing of the size of the ties
is stored. A value may be an array over agents, read at the neighbour's end, or a `Between`, a
function of both ends. Several networks are ties of several kinds: a neighbour by two kinds counts
twice. Neighbours are added in ascending order, hubs in parts of 32, so a result is the same to the
bit on every run; after a renaming of agents sums of fractions may differ by rounding. Axes: (agent)
or (agent, world).
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Shaped, UInt32

from schelling.populations.networks.network import Network, RowBlock, counted


class Between(NamedTuple):
    """A value of a tie, computed from both of its ends.

    Attributes:
        function: Takes the arrays of `own` and then those of `theirs`, all of one shape, and works
            element by element.
        own: Arrays over agents, read at the agent who sees.
        theirs: Arrays over agents, read at the neighbour.
    """

    function: Callable[..., Array]
    own: tuple[Shaped[Array, "agent ..."], ...]
    theirs: tuple[Shaped[Array, "agent ..."], ...]


Values = Shaped[Array, "agent ..."] | Between
Networks = Network | Sequence[Network]
_Reader = Callable[[Int[Array, " row"]], Shaped[Array, "row ..."]]


class _Bits(NamedTuple):
    """Truths of many agents, 32 to a word: the words of a million fit the nearest cache."""

    words: UInt32[Array, " word"]


_MANY: Final = 2**18
"""From so many agents on, truths are read as bits."""


class _Reduction(NamedTuple):
    join: Callable[[Array, Array], Array]
    neutral: float | bool


_SUM: Final = _Reduction(jnp.add, 0)
_MIN: Final = _Reduction(jnp.minimum, jnp.inf)
_MAX: Final = _Reduction(jnp.maximum, -jnp.inf)
_ANY: Final = _Reduction(jnp.logical_or, False)
_ALL: Final = _Reduction(jnp.logical_and, True)


def sum(  # the word of the case language
    networks: Networks, values: Values, *, among: Values | None = None, weighted: bool = False
) -> Shaped[Array, "agent ..."]:
    """The sum of a value over the neighbours of every agent; 0 without neighbours.

    Args:
        networks: One, or several kinds of ties.
        values: Numbers, or truths that count as 0 and 1.
        among: Which neighbours count; all if None.
        weighted: Whether each value is multiplied by the weight of its tie.
    """
    return _fold(networks, values, _SUM, among, weighted=weighted)


def count(networks: Networks, truth: Values) -> Int[Array, "agent ..."]:
    """For how many neighbours something is true."""
    return _fold(networks, truth, _SUM, None, weighted=False).astype(int)


def mean(
    networks: Networks,
    values: Values,
    *,
    among: Values | None = None,
    weighted: bool = False,
    empty: float = jnp.nan,
) -> Float[Array, "agent ..."]:
    """The mean of a value over the neighbours of every agent.

    Args:
        networks: One, or several kinds of ties.
        values: Numbers, or truths that count as 0 and 1.
        among: Which neighbours count; all if None.
        weighted: Whether neighbours count by the weight of their tie.
        empty: The result for an agent without neighbours that count.
    """
    total = _fold(networks, values, _SUM, among, weighted=weighted)
    size = _beside(_size(networks, among, weighted=weighted), total.shape)
    number = _fraction(total.dtype)
    total, parts = total.astype(number), jnp.where(size == 0, 1, size).astype(number)
    # XLA replaces a division by one degree for all worlds by a product with 1 / degree, and
    # 49 * (1 / 49) is not 1; it cannot where the divisor seems to depend on the world
    parts = jnp.where(jnp.isnan(total), total, parts)
    return jnp.where(size == 0, jnp.asarray(empty, number), total / parts)


def share(
    networks: Networks, truth: Values, *, among: Values | None = None, empty: float = jnp.nan
) -> Float[Array, "agent ..."]:
    """The share of an agent's neighbours for which something is true; see `mean`."""
    return mean(networks, truth, among=among, empty=empty)


def any(networks: Networks, truth: Values) -> Bool[Array, "agent ..."]:
    """Whether something is true of a neighbour; false without neighbours."""
    return _fold(networks, truth, _ANY, None, weighted=False)


def all(networks: Networks, truth: Values) -> Bool[Array, "agent ..."]:
    """Whether something is true of every neighbour; true without neighbours."""
    return _fold(networks, truth, _ALL, None, weighted=False)


def min(
    networks: Networks, values: Values, *, among: Values | None = None
) -> Float[Array, "agent ..."]:
    """The least value among the neighbours of every agent; infinity without neighbours."""
    return _fold(networks, values, _MIN, among, weighted=False)


def max(
    networks: Networks, values: Values, *, among: Values | None = None
) -> Float[Array, "agent ..."]:
    """The greatest value among the neighbours of every agent; minus infinity without neighbours."""
    return _fold(networks, values, _MAX, among, weighted=False)


def _fraction(dtype: np.dtype) -> np.dtype:
    return dtype if jnp.issubdtype(dtype, jnp.floating) else np.dtype(np.float64)


def _size(networks: Networks, among: Values | None, *, weighted: bool) -> Array:
    """How many neighbours count, or the sum of their weights."""
    if among is not None or weighted:
        first = networks if isinstance(networks, Network) else networks[0]
        ones = jnp.ones(first.agents, jnp.int32)
        return _fold(networks, ones, _SUM, among, weighted=weighted)
    if isinstance(networks, Network):
        return networks.degree
    size = networks[0].degree
    for network in networks[1:]:
        size = size + network.degree
    return size


def _fold(
    networks: Networks,
    values: Values,
    reduction: _Reduction,
    among: Values | None,
    *,
    weighted: bool,
) -> Array:
    several = (networks,) if isinstance(networks, Network) else networks
    result = _one(several[0], values, reduction, among, weighted=weighted)
    for network in several[1:]:
        result = reduction.join(result, _one(network, values, reduction, among, weighted=weighted))
    return result


def _one(
    network: Network,
    values: Values,
    reduction: _Reduction,
    among: Values | None,
    *,
    weighted: bool,
) -> Array:
    """One network, level by level."""
    told, counting = _as_bits(values), None if among is None else _as_bits(among)
    read: list[Array] = [
        _rows(block, told, reduction, counting, weighted=weighted) for block in network.levels[0]
    ]
    parts, level = list(read), read
    for blocks in network.levels[1:]:
        below = _joined(level)
        level = [_rows(block, below, reduction, None, weighted=False) for block in blocks]
        parts += level
    result = _joined(parts)
    return result if network.place is None else _gather(result, network.place)


def _joined(parts: Sequence[Array]) -> Array:
    return parts[0] if len(parts) == 1 else jnp.concatenate(parts)


def _rows(
    block: RowBlock,
    values: Values | _Bits,
    reduction: _Reduction,
    among: Values | _Bits | None,
    *,
    weighted: bool,
) -> Array:
    """The reduction of every row of a block, slot after slot."""
    read, counts = _reader(block, values), None if among is None else _reader(block, among)
    shape, dtype = _form(block, read, counts, reduction, weighted=weighted)
    result = neutral = jnp.full(shape, reduction.neutral, dtype)
    for slot in range(block.slots.shape[0]):
        value = _beside(read(block.slots[slot]).astype(dtype), shape)
        if weighted and block.weights is not None:
            value = value * _beside(block.weights[slot].astype(dtype), shape)
        there = counted(block, slot)
        if there is not None:
            value = jnp.where(_beside(there, shape), value, neutral)
        if counts is not None:
            value = jnp.where(_beside(counts(block.slots[slot]), shape), value, neutral)
        result = reduction.join(result, value)
    return result


def _as_bits(values: Values) -> Values | _Bits:
    """Truths of very many agents in one world as bits; anything else as it is."""
    if isinstance(values, Between) or values.ndim > 1 or values.dtype != jnp.bool_:
        return values
    if len(values) < _MANY:
        return values
    rows = jnp.pad(values, (0, -len(values) % 32)).reshape(-1, 32).astype(jnp.uint32)
    words = (rows << jnp.arange(32, dtype=jnp.uint32)).sum(1, dtype=jnp.uint32)
    return _Bits(jax.lax.optimization_barrier(words))  # or every gather would pack its own


def _reader(block: RowBlock, values: Values | _Bits) -> _Reader:
    """What gives the values of the neighbours with given indices, a row each."""
    if isinstance(values, _Bits):
        words = values.words
        return lambda at: (_gather(words, at >> 5) >> (at & 31).astype(jnp.uint32)) & 1 == 1
    if not isinstance(values, Between):
        return lambda indices: _gather(values, indices)
    function, theirs = values.function, values.theirs
    own = [_gather(array, block.row) for array in values.own]
    dims = builtins.max(array.ndim for array in (*values.own, *theirs))

    def read(indices: Array) -> Array:
        ends = [*own, *(_gather(array, indices) for array in theirs)]
        return function(*(end if end.ndim == dims else end[:, None] for end in ends))

    return read


def _gather(array: Array, indices: Array) -> Array:
    return array.at[indices].get(mode="promise_in_bounds", wrap_negative_indices=False)


def _beside(array: Array, shape: tuple[int, ...]) -> Array:
    """A value of each row, in the shape of the result."""
    return jnp.broadcast_to(array if array.ndim == len(shape) else array[:, None], shape)


def _form(
    block: RowBlock,
    read: _Reader,
    counts: _Reader | None,
    reduction: _Reduction,
    *,
    weighted: bool,
) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of a block's result."""
    value = jax.eval_shape(read, block.row)
    shape = value.shape
    if counts is not None:
        other = jax.eval_shape(counts, block.row).shape
        shape = builtins.max(shape, other, key=len)
    if reduction is _ANY or reduction is _ALL:
        return shape, np.dtype(bool)
    if reduction is _MIN or reduction is _MAX:
        return shape, _fraction(value.dtype)
    dtype = np.dtype(np.int32) if value.dtype == np.bool_ else value.dtype
    if weighted and block.weights is not None:
        dtype = jnp.promote_types(dtype, block.weights.dtype)
    return shape, np.dtype(dtype)
