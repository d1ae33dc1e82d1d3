"""From pairs of agents to a `Network`, with memory estimated before anything is allocated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Int32, Shaped
from numpy import ndarray

from schelling.errors import MethodError
from schelling.later import LaterModule
from schelling.populations.networks.network import WIDEST, Network, RowBlock

if TYPE_CHECKING:
    import scipy.sparse
else:
    scipy = LaterModule("scipy")

LIMIT: Final = 8 * 2**30
"""Bytes that making a network may take unless the caller says otherwise."""

MOST: Final = 2**31 - 1
"""Agents and ties are counted with 32 bits."""

_SCARCE: Final = 32
"""A length that fewer than one row in so many has shares a block with shorter ones."""

_FEW: Final = 64
"""So does one that fewer rows than this have: every block takes time to compile."""


def afford(agents: int, ties: float, *, limit: int, weighted: bool = False) -> None:
    """Refuse a network that is too large before anything is allocated.

    Args:
        agents: How many.
        ties: Expected sum of degrees.
        limit: Most bytes that may be in use at once while it is made.
        weighted: Whether ties have weights.

    Raises:
        MethodError: The estimate is above the limit, or a count does not fit 32 bits.
    """
    if agents < 1:
        msg = f"a population has at least one agent; got {agents}"
        raise MethodError(msg)
    if agents > MOST or ties > MOST:
        msg = (
            f"a network has at most {MOST:,} agents and ties, counted from both ends; "
            f"got {agents:,} agents and about {ties:,.0f} ties"
        )
        raise MethodError(msg)
    need = memory(agents, ties, weighted=weighted)
    if need > limit:
        msg = (
            f"a network of {agents:,} agents and about {ties:,.0f} ties needs about "
            f"{need / 2**30:.2f} GiB while it is made, and the limit is {limit / 2**30:.2f} GiB; "
            "take fewer agents or a lower degree, or raise the limit"
        )
        raise MethodError(msg)


def memory(agents: int, ties: float, *, weighted: bool = False) -> int:
    """Bytes in use at once while a network is made; a third or less remains.

    Args:
        agents: How many.
        ties: Sum of degrees.
        weighted: Whether ties have weights, of 8 bytes.
    """
    value = 8 if weighted else 1
    return int(48 * agents + ties * (12 + 3 * value))


def mutual_of(
    agents: int, chunks: Sequence[tuple[Int32[ndarray, " tie"], Int32[ndarray, " tie"]]]
) -> Network:
    """A network of mutual ties that come in chunks; see `mutual`."""
    none = np.empty(0, np.int32)
    one = np.concatenate([none, *(low for low, _ in chunks)])
    other = np.concatenate([none, *(high for _, high in chunks)])
    return mutual(agents, [one, other])


def mutual(agents: int, ends: list[Int32[ndarray, " tie"]]) -> Network:
    """A network of ties that are seen from both ends.

    Args:
        agents: How many.
        ends: One end of every tie and the other; no two ties join the same two agents. The list is
            emptied, so that they make room where nobody else holds them.
    """
    other, one = ends.pop(), ends.pop()
    marks = np.ones(len(one), np.int8)
    half = scipy.sparse.coo_array((marks, (one, other)), shape=(agents, agents)).tocsr()
    del marks, one, other
    whole = (half + half.T.tocsr()).tocsr()
    starts, seen = whole.indptr, whole.indices
    del half, whole
    return stored(starts, seen, None)


def stored(
    starts: Int[ndarray, " start"],
    seen: Int32[ndarray, " tie"],
    weights: Float[ndarray, " tie"] | None,
) -> Network:
    """A network from lists of neighbours, one after the other.

    Args:
        starts: Where each agent's list starts; one number more than agents.
        seen: The neighbours, in ascending order within each list.
        weights: One for every tie, or None.
    """
    agents = len(starts) - 1
    degree = np.diff(starts).astype(np.int32)
    place = np.empty(agents, np.int32)
    owner, begin, length = np.arange(agents, dtype=np.int32), starts[:-1], degree
    items, levels, offset = seen, list[tuple[RowBlock, ...]](), 0
    while True:
        rows = np.maximum(-(-length // WIDEST), 1)
        first = np.cumsum(rows, dtype=np.int32) - rows
        blocks, spot = _blocks(_cut(owner, begin, length, rows), items, weights)
        levels.append(blocks)
        done = rows == 1
        place[owner[done]] = offset + spot[first[done]]
        if done.all():
            break
        offset += len(spot)
        owner, begin, length = owner[~done], first[~done], rows[~done]
        items, weights = spot, None
    in_order = len(levels) == 1 and len(levels[0]) == 1
    return Network(
        degree=jnp.asarray(degree),
        levels=tuple(levels),
        place=None if in_order else jnp.asarray(place),
        agents=agents,
        ties=len(seen),
    )


class _Rows(NamedTuple):
    """Rows in the order of their owners: whose they are, where each begins and how long it is."""

    owner: Int32[ndarray, " row"]
    begin: Int[ndarray, " row"]
    length: Int[ndarray, " row"]


def _cut(
    owner: Int32[ndarray, " list"],
    begin: Int[ndarray, " list"],
    length: Int[ndarray, " list"],
    rows: Int[ndarray, " list"],
) -> _Rows:
    """Lists cut into rows of at most `WIDEST`."""
    if rows.max() == 1:
        return _Rows(owner, begin, length)
    whose = np.repeat(np.arange(len(owner)), rows)
    done = WIDEST * (np.arange(len(whose)) - np.repeat(np.cumsum(rows) - rows, rows))
    return _Rows(owner[whose], begin[whose] + done, np.minimum(WIDEST, length[whose] - done))


def _blocks(
    rows: _Rows, items: Int32[ndarray, " item"], weights: Float[ndarray, " item"] | None
) -> tuple[tuple[RowBlock, ...], Int32[ndarray, " row"]]:
    """Blocks of rows of nearly one length, and where each row stands in them."""
    spot = np.empty(len(rows.length), np.int32)
    blocks: list[RowBlock] = []
    seen = 0
    for fewest, most in _groups(np.bincount(rows.length, minlength=1)):
        chosen = np.flatnonzero((rows.length >= fewest) & (rows.length <= most))
        begin, length = rows.begin[chosen], rows.length[chosen]
        blocks.append(
            RowBlock(
                slots=jnp.asarray(_slots(begin, length, (fewest, most), items)),
                length=None if fewest == most else jnp.asarray(length.astype(np.int8)),
                row=jnp.asarray(rows.owner[chosen]),
                weights=None
                if weights is None
                else jnp.asarray(_slots(begin, length, (fewest, most), weights)),
                fewest=fewest,
            )
        )
        spot[chosen] = np.arange(seen, seen + len(chosen), dtype=np.int32)
        seen += len(chosen)
    return tuple(blocks), spot


def _groups(rows: Int[ndarray, " length"]) -> list[tuple[int, int]]:
    """Least and greatest length of each block, given how many rows have each length.

    Every length is a block of its own, except that scarce ones join the next shorter.
    """
    lengths = [int(length) for length in np.flatnonzero(rows)[::-1]]
    enough = max(int(rows.sum()) / _SCARCE, _FEW)
    groups: list[tuple[int, int]] = []
    most, members = lengths[0], 0
    for length in lengths:
        members += int(rows[length])
        if members >= enough or length == lengths[-1]:
            groups.append((length, most))
            most, members = length - 1, 0
    return groups


def _slots(
    begin: Int[ndarray, " row"],
    length: Int[ndarray, " row"],
    lengths: tuple[int, int],
    items: Shaped[ndarray, " item"],
) -> Shaped[ndarray, "slot row"]:
    """The k-th item of every row, for each slot k; 0 beyond a row's length.

    Args:
        begin: Where each row begins.
        length: How long it is.
        lengths: The least and the greatest length.
        items: The rows, one after the other.
    """
    fewest, most = lengths
    slots = np.empty((most, len(begin)), items.dtype)
    for slot in range(fewest):  # all rows have it; places are in bounds, so none is clipped
        np.take(items, begin + slot, out=slots[slot], mode="clip")
    slots[fewest:] = 0
    for slot in range(fewest, most):
        there = length > slot
        slots[slot, there] = items[begin[there] + slot]
    return slots
