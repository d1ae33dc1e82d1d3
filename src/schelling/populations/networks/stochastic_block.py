"""Groups with more ties inside than between, or the other way: a stochastic block model.

Every pair of agents is joined independently, with a probability that depends on their two groups
alone (Holland, Laskey and Leinhardt 1983). Agents are numbered group after group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int32
from numpy import ndarray

from schelling.errors import MethodError
from schelling.populations.networks import draws, pairs, storing
from schelling.populations.networks.network import Network

_ALIKE = 1e-9
"""Relative gap of two counts of the same ties that rounding of decimals in a file may leave."""


def stochastic_block(
    sizes: Sequence[int],
    mean_degrees: Float[ndarray, " *_any"],
    *,
    seed: int,
    stream: str,
    limit: int = storing.LIMIT,
    chunk: int = draws.CHUNK,
) -> Network:
    """A network of groups.

    Args:
        sizes: Agents in each group.
        mean_degrees: A row and a column for every group: how many neighbours in the group of the
            column an agent in the group of the row has on average. Two groups count the same ties
            between them, so size times mean degree is the same from either side.
        seed: Of the run.
        stream: Name of this network's chance, such as `ties/peers`.
        limit: Most bytes while it is made.
        chunk: How many numbers are drawn at once; changes nothing else.

    Raises:
        MethodError: Sizes or degrees are out of range or do not fit, or the network is too large.
    """
    wanted = np.asarray(mean_degrees, float)
    _check(sizes, wanted)
    agents = sum(sizes)
    storing.afford(agents, float(np.array(sizes) @ wanted.sum(1)), limit=limit)
    return storing.mutual_of(agents, list(_ties(sizes, wanted, (seed, stream), chunk)))


def from_probabilities(
    sizes: Sequence[int], probabilities: Float[ndarray, "group group"]
) -> Float[ndarray, "group group"]:
    """Mean degrees of groups whose pairs are joined with given probabilities.

    Args:
        sizes: Agents in each group.
        probabilities: For a pair from the groups of row and column; symmetric.
    """
    partners = np.tile(np.array(sizes, float), (len(sizes), 1)) - np.eye(len(sizes))
    return np.asarray(probabilities, float) * partners


def _check(sizes: Sequence[int], wanted: Float[ndarray, " *_any"]) -> None:
    groups = len(sizes)
    if groups == 0 or min(sizes) < 1:
        msg = f"every group has at least one agent; got sizes {list(sizes)}"
        raise MethodError(msg)
    if wanted.shape != (groups, groups):
        msg = f"{groups} groups need {groups} by {groups} mean degrees; got {wanted.shape}"
        raise MethodError(msg)
    for row in range(groups):
        for column in range(groups):
            most = sizes[column] - (row == column)
            if not 0.0 <= wanted[row, column] <= most:
                msg = (
                    f"an agent in group {row} has from 0 to {most} neighbours in group {column}; "
                    f"got {wanted[row, column]}"
                )
                raise MethodError(msg)
            here, there = sizes[row] * wanted[row, column], sizes[column] * wanted[column, row]
            if abs(here - there) > _ALIKE * max(here, there):
                msg = (
                    f"groups {row} and {column} count different ties between them: "
                    f"{sizes[row]} * {wanted[row, column]} = {here:g} and "
                    f"{sizes[column]} * {wanted[column, row]} = {there:g}"
                )
                raise MethodError(msg)


def _ties(
    sizes: Sequence[int],
    wanted: Float[ndarray, "group group"],
    luck: tuple[int, str],
    chunk: int,
) -> Iterator[tuple[Int32[ndarray, " tie"], Int32[ndarray, " tie"]]]:
    """Ties of every two groups, in chunks."""
    seed, stream = luck
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    for row, height in enumerate(sizes):
        for column in range(row, len(sizes)):
            key = draws.key(seed, f"{stream}/{row}/{column}")
            if row == column:
                if height == 1:
                    continue
                count, width = height * (height - 1) // 2, height - 1
            else:
                count, width = height * sizes[column], sizes[column]
            probability = min(1.0, float(wanted[row, column]) / width)
            few = min(chunk, _enough(count * probability))
            for numbers in pairs.chosen(count, probability, key, chunk=few):
                if row == column:
                    low, high = pairs.corner(numbers)
                else:
                    low = (numbers // width).astype(np.int32)
                    high = (numbers % width).astype(np.int32)
                yield low + starts[row], high + starts[column]


def _enough(ties: float) -> int:
    """How many numbers nearly always suffice for so many ties; a power of two, so few programs."""
    return 1 << int(ties + 5 * ties**0.5 + 8).bit_length()
