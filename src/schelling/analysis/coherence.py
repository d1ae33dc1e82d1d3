"""Whether claims hold together: in how many worlds, pair by pair, and which cannot.

Claims that each hold somewhere may hold nowhere at once. Knows truths, not what the claims say.
Axes: (draw, claim). Worlds whose numbers failed are counted, never read as false.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer, UInt8
from numpy import ndarray

from schelling.analysis.summary import rule_of_three, share_half_width
from schelling.analysis.verdicts import Share, share_of_worlds


@dataclass(frozen=True)
class Coherence:
    """In how many worlds claims hold together.

    Attributes:
        together: Share of the worlds in which all claims hold at once; a world counts as failed
            only where no sound claim is false and some claim's numbers failed.
        pairs: Share of worlds in which both claims hold, among those where both are sound; the
            single shares are on the diagonal. NaN where no world is left.
        half_width: Half the 95 % interval of `pairs`, from the replicates; at least the rule of
            three where the replicates all agree.
        given: Of the worlds in which the row's claim holds, the share in which the column's does
            too: 1 where the first implies the second in every world seen; NaN if the first never
            holds.
    """

    together: Share
    pairs: Float[ndarray, "claim claim"]
    half_width: Float[ndarray, "claim claim"]
    given: Float[ndarray, "claim claim"]


@dataclass(frozen=True)
class Conflicts:
    """The smallest sets of claims that hold together in no world.

    Attributes:
        sets: Positions of the claims; all sets of the smallest size, up to the number asked for.
            Empty if all claims hold together somewhere, or if none was found.
        ruled_out: Every set of at most this many claims holds together in some world.
        complete: Whether `sets` are all of that size; False if the search ran out of steps or room.
        bound: Such a set may hold in up to this share of worlds all the same, at 95 % confidence:
            the rule of three.
        worlds: Worlds read, those whose numbers are sound for all claims.
    """

    sets: tuple[tuple[int, ...], ...]
    ruled_out: int
    complete: bool
    bound: float
    worlds: int


def coherence(
    holds: Bool[ndarray, "draw claim"],
    failed: Bool[ndarray, "draw claim"],
    replicate: Integer[ndarray, " draw"],
) -> Coherence:
    """Shares of worlds in which all claims, and each two of them, hold at once.

    Args:
        holds: Whether each claim holds; what a failed one says is not read.
        failed: Where a claim's numbers failed.
        replicate: Which replicate of the design each world belongs to.

    Returns:
        The shares and their error bars.

    Examples:
        >>> holds = np.array([[True, False], [True, True], [False, True], [True, True]])
        >>> seen = coherence(holds, np.zeros((4, 2), dtype=bool), np.array([0, 1, 0, 1]))
        >>> seen.together.share
        0.5
        >>> seen.given.round(3)
        array([[1.   , 0.667],
               [0.667, 1.   ]])
    """
    true, sound = holds & ~failed, ~failed
    undecided: Bool[ndarray, " draw"] = np.any(failed, axis=1) & np.all(holds | failed, axis=1)
    all_true: Bool[ndarray, " draw"] = np.all(true, axis=1)
    together = share_of_worlds(all_true, undecided, replicate)
    groups = np.unique(replicate)
    claims = holds.shape[1]
    both, read = np.zeros((2, groups.size, claims, claims))
    for place, group in enumerate(groups):
        member = replicate == group
        x, y = true[member].astype(np.float64), sound[member].astype(np.float64)
        both[place], read[place] = x.T @ x, y.T @ y
    held, seen = both.sum(axis=0), read.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = held / seen
        given = held / (true.astype(np.float64).T @ sound.astype(np.float64))
        half_width = _half_width(both / read, seen)
    return Coherence(together, pairs, half_width, given)


def _half_width(
    shares: Float[ndarray, "replicate claim claim"], seen: Float[ndarray, "claim claim"]
) -> Float[ndarray, "claim claim"]:
    copies = shares.shape[0]
    if copies < 2:
        return np.full(seen.shape, np.nan)
    error = np.std(shares, axis=0, ddof=1) / np.sqrt(copies)
    bars = [
        share_half_width(spread, copies, int(worlds))
        for spread, worlds in zip(error.flat, seen.flat, strict=True)
    ]
    return np.array(bars).reshape(seen.shape)


def smallest_conflicts(
    holds: Bool[ndarray, "draw claim"],
    failed: Bool[ndarray, "draw claim"] | None = None,
    *,
    most: int = 20,
    steps: int = 100_000,
) -> Conflicts:
    """The smallest sets of claims that hold together in none of the worlds.

    A set conflicts if in every world at least one of its claims is false: it hits the false claims
    of every world. The search deepens one claim at a time, branches on the world with fewest false
    claims and is bounded by worlds whose false claims are disjoint, each of which needs its own.

    Args:
        holds: Whether each claim holds.
        failed: Where a claim's numbers failed; such worlds are left out.
        most: How many sets to list.
        steps: How many branches to try before giving up; sizes finished by then stay ruled out.

    Returns:
        The sets, and how far the search is proof.

    Examples:
        >>> holds = np.array([[True, True, False], [True, False, True], [False, True, True]])
        >>> smallest_conflicts(holds).sets
        ((0, 1, 2),)
        >>> smallest_conflicts(holds[:, :2]).sets, smallest_conflicts(holds[:, :2]).ruled_out
        ((), 2)

    References:
        Reiter, R. (1987), A theory of diagnosis from first principles, Artificial Intelligence
        32(1): hitting sets by branching on conflict sets.
    """
    read = holds if failed is None else holds[~failed.any(axis=1)]
    worlds, claims = read.shape
    bound = rule_of_three(worlds)
    if worlds == 0 or claims == 0:
        return Conflicts((), 0, False, bound, worlds)
    false_sets = _minimal(~read)
    if not false_sets[0]:
        return Conflicts((), claims, True, bound, worlds)
    search = _HittingSets(false_sets, most, steps)
    size = 0
    while not search.found and not search.stopped:  # all claims together are a conflict at last
        size += 1
        search.grow((), frozenset(), size)
    return Conflicts(tuple(sorted(search.found)), size - 1, not search.stopped, bound, worlds)


def _minimal(false: Bool[ndarray, "draw claim"]) -> list[frozenset[int]]:
    """Sets of false claims that contain no other world's set, the smallest first."""
    packed: UInt8[ndarray, "draw byte"] = np.unique(np.packbits(false, axis=1), axis=0)
    packed = packed[np.argsort(np.bitwise_count(packed).sum(axis=1), kind="stable")]
    kept: list[frozenset[int]] = []
    while packed.shape[0]:
        first = packed[0]
        bits = np.unpackbits(first, count=false.shape[1])
        kept.append(frozenset(int(claim) for claim in np.flatnonzero(bits)))
        packed = packed[~((packed & first) == first).all(axis=1)]
    return kept


@dataclass
class _HittingSets:
    """Branches over hitting sets of one size; remembers what it found and whether it stopped."""

    false_sets: list[frozenset[int]]
    most: int
    steps: int
    stopped: bool = False

    def __post_init__(self) -> None:
        self.found: set[tuple[int, ...]] = set()

    def grow(self, chosen: tuple[int, ...], banned: frozenset[int], room: int) -> None:
        """Complete a set with exactly `room` more claims, none of them banned."""
        self.steps -= 1
        if self.steps < 0 or len(self.found) > self.most:
            self.stopped = True
            return
        missed = [one - banned for one in self.false_sets if one.isdisjoint(chosen)]
        if not missed:
            if len(self.found) == self.most:
                self.stopped = True
            else:
                self.found.add(tuple(sorted(chosen)))
            return
        missed.sort(key=len)
        if _disjoint(missed) > room or not missed[0]:
            return
        for claim in sorted(missed[0]):
            self.grow((*chosen, claim), banned, room - 1)
            if self.stopped:
                return
            banned |= {claim}


def _disjoint(sets: list[frozenset[int]]) -> int:
    """How many sets a greedy pass finds that share no claim: a hitting set needs as many."""
    used: frozenset[int] = frozenset()
    count = 0
    for one in sets:
        if used.isdisjoint(one):
            used |= one
            count += 1
    return count
