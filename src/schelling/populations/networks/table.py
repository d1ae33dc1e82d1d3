"""Ties that somebody observed: a table with a row for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int, Shaped
from numpy import ndarray

from schelling.errors import MethodError
from schelling.later import LaterModule
from schelling.populations.networks import storing
from schelling.populations.networks.network import Network

if TYPE_CHECKING:
    import scipy.sparse
else:
    scipy = LaterModule("scipy")


def table(
    agents: int,
    one: Shaped[ndarray, " *_any"],
    other: Shaped[ndarray, " *_any"],
    *,
    mutual: bool = True,
    weights: Shaped[ndarray, " *_any"] | None = None,
    own: bool = False,
    limit: int = storing.LIMIT,
) -> Network:
    """A network from a table of ties.

    Args:
        agents: How many; they are numbered from 0.
        one: One end of every tie: a whole number for each.
        other: The other end.
        mutual: Whether both ends see each other; if not, `one` sees `other`.
        weights: Of every tie, finite and not negative; all 1 if None.
        own: Whether agents may see themselves, as those do who weigh their own opinion.
        limit: Most bytes while it is made.

    Raises:
        MethodError: A row names nobody, joins an agent with itself or repeats another row, columns
            do not fit, a weight is no weight, or the network is too large. Rows count from 0.
    """
    columns = [np.asarray(column) for column in (one, other)]
    _check_columns(agents, columns, weights, own=own)
    ties = (2 if mutual else 1) * len(columns[0])
    storing.afford(agents, ties, limit=limit, weighted=weights is not None)
    first, second = (column.astype(np.int32) for column in columns)
    _check_repeats(agents, first, second, mutual=mutual)
    if weights is None and mutual and not own:
        return storing.mutual(agents, [first, second])
    # numbered from 1, as a weight of 0 is a tie too
    number = np.arange(1, len(first) + 1, dtype=np.int32)
    if mutual:
        apart = first != second
        first, second = (
            np.concatenate([first, second[apart]]),
            np.concatenate([second, first[apart]]),
        )
        number = np.concatenate([number, number[apart]])
    lists = scipy.sparse.coo_array((number, (first, second)), shape=(agents, agents)).tocsr()
    lists.sort_indices()
    values = None if weights is None else np.asarray(weights)[lists.data - 1]
    return storing.stored(lists.indptr, lists.indices, values)


def _check_columns(
    agents: int,
    columns: list[Shaped[ndarray, " *_any"]],
    weights: Shaped[ndarray, " *_any"] | None,
    *,
    own: bool,
) -> None:
    for column in columns:
        if column.ndim != 1 or not (np.issubdtype(column.dtype, np.integer) or column.size == 0):
            msg = f"a column of ties is a list of whole numbers; got {column.dtype} {column.shape}"
            raise MethodError(msg)
    one, other = columns
    if len(one) != len(other):
        msg = f"the two columns of ties are equally long; got {len(one)} and {len(other)} rows"
        raise MethodError(msg)
    for column in columns:
        _refuse(
            (column < 0) | (column >= agents),
            lambda row, column=column: (
                f"row {row} names agent {column[row]}, but agents are 0 to {agents - 1}"
            ),
        )
    if not own:
        _refuse(one == other, lambda row: f"row {row} ties agent {one[row]} to itself")
    if weights is not None:
        _check_weights(np.asarray(weights), len(one))


def _check_weights(weights: Shaped[ndarray, " *_any"], rows: int) -> None:
    if weights.shape != (rows,) or not np.issubdtype(weights.dtype, np.floating):
        msg = f"weights are one number for each of {rows} ties; got {weights.dtype} {weights.shape}"
        raise MethodError(msg)
    _refuse(
        ~np.isfinite(weights) | (weights < 0),
        lambda row: f"row {row} has weight {weights[row]}; a weight is finite and not negative",
    )


def _check_repeats(
    agents: int, one: Int[ndarray, " tie"], other: Int[ndarray, " tie"], *, mutual: bool
) -> None:
    """Refuse two rows that say the same."""
    first, second = (np.minimum(one, other), np.maximum(one, other)) if mutual else (one, other)
    number = first.astype(np.int64) * agents + second
    order = np.argsort(number, kind="stable")
    again = np.flatnonzero(number[order[1:]] == number[order[:-1]])
    if len(again):
        place = again[np.argmin(order[again + 1])]
        row, earlier = int(order[place + 1]), int(order[place])
        msg = f"row {row} ties agents {one[row]} and {other[row]} once more, as row {earlier} does"
        raise MethodError(msg)


def _refuse(wrong: Bool[ndarray, " tie"], say: Callable[[int], str]) -> None:
    """Refuse the first row that is wrong."""
    if wrong.any():
        raise MethodError(say(int(np.argmax(wrong))))
