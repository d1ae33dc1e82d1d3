"""Whether claims hold together: in how many worlds, pair by pair, and which cannot.

Claims that each hold somewhere may hold nowhere at once. Knows truths, not what the claims say.
Axes: (draw, claim). Worlds whose numbers failed are counted, never read as false. Worlds that
do not ask a claim say nothing about it: a set of claims is judged by the worlds that ask all of it.
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
        together: Share of the worlds that ask all claims in which all hold at once; a world counts
            as failed only where no sound claim is false and some claim's numbers failed.
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
    """The minimal sets of claims that hold together in no world.

    Attributes:
        sets: Positions of the claims, the smallest sets first, up to the number asked for. A set is
            minimal: without any of its claims the others hold together somewhere, or may do. A set
            of one is a claim that never holds.
        searched: All minimal sets of at most this many claims were found.
        complete: Whether `sets` are all there are of the sizes asked for; False if the search ran
            out of steps or room.
        bound: Such a set may hold in up to this share of the worlds that ask it all the same, at
            95 % confidence: the rule of three, for the set that fewest worlds ask.
        worlds: Worlds read. A claim whose numbers failed may hold: it is false in none of them.
        asked: For each of `sets`, the worlds that ask all its claims.
    """

    sets: tuple[tuple[int, ...], ...]
    searched: int
    complete: bool
    bound: float
    worlds: int
    asked: tuple[int, ...] = ()


def coherence(
    holds: Bool[ndarray, "draw claim"],
    failed: Bool[ndarray, "draw claim"],
    replicate: Integer[ndarray, " draw"],
    asked: Bool[ndarray, "draw claim"] | None = None,
) -> Coherence:
    """Shares of worlds in which all claims, and each two of them, hold at once.

    Args:
        holds: Whether each claim holds; what a failed one says is not read.
        failed: Where a claim's numbers failed.
        replicate: Which replicate of the design each world belongs to.
        asked: Where a claim asks something; a claim that is not asked is failed too. None where
            every world asks every claim.

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
    whole = slice(None) if asked is None else np.all(asked, axis=1)
    together = share_of_worlds(all_true[whole], undecided[whole], replicate[whole])
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


def minimal_conflicts(
    holds: Bool[ndarray, "draw claim"],
    failed: Bool[ndarray, "draw claim"] | None = None,
    asked: Bool[ndarray, "draw claim"] | None = None,
    *,
    largest: int = 5,
    most: int = 50,
    steps: int = 20_000,
) -> Conflicts:
    """The minimal sets of claims that hold together in none of the worlds.

    A set conflicts if in every world that asks all of it at least one of its claims is false: it
    hits, in every world, the claims that are false or not asked. A set that no world asks is no
    conflict, and neither is any larger one. The search deepens one claim at a time, branches on the
    world with fewest such claims and is bounded by worlds whose claims of that kind are disjoint,
    each of which needs its own.

    Args:
        holds: Whether each claim holds.
        failed: Where a claim's numbers failed, so that it may hold or not.
        asked: Where a claim asks something; None where every world asks every claim.
        largest: How many claims a set has at most.
        most: How many sets to list.
        steps: How many branches to try before giving up; sizes finished by then stay finished.

    Returns:
        The sets, and how far the search is proof.

    Examples:
        >>> holds = np.array([[True, True, False], [True, False, True], [False, True, True]])
        >>> minimal_conflicts(holds).sets
        ((0, 1, 2),)
        >>> minimal_conflicts(holds[:1]).sets, minimal_conflicts(holds[:, :2]).sets
        (((2,),), ())

    References:
        Reiter, R. (1987), A theory of diagnosis from first principles, Artificial Intelligence
        32(1): hitting sets by branching on conflict sets.
    """
    false = ~holds if failed is None else ~holds & ~failed
    false = false if asked is None else false | ~asked
    worlds, claims = false.shape
    bound = rule_of_three(worlds)
    if worlds == 0 or claims == 0:
        return Conflicts((), 0, False, bound, worlds)
    false_sets = _minimal(false)
    if not false_sets[0]:
        return Conflicts((), claims, True, bound, worlds)
    search = _HittingSets(false_sets, most, steps)
    size = 0
    while size < min(claims, largest) and not search.stopped:
        size += 1
        search.grow((), frozenset(), size)
    seen = {members: _asking(members, asked, worlds) for members in search.found}
    sets = sorted((s for s in seen if seen[s]), key=lambda members: (len(members), members))
    many = tuple(seen[members] for members in sets)
    bound = rule_of_three(min(many, default=worlds))
    return Conflicts(tuple(sets), size - search.stopped, not search.stopped, bound, worlds, many)


def _asking(
    members: tuple[int, ...], asked: Bool[ndarray, "draw claim"] | None, worlds: int
) -> int:
    """Worlds that ask all claims of a set."""
    if asked is None:
        return worlds
    return int(np.count_nonzero(asked[:, list(members)].all(axis=1)))


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
        if any(chosen and known <= set(chosen) for known in map(set, self.found)):
            return  # what it holds conflicts already: not minimal
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


@dataclass(frozen=True)
class Implication:
    """One claim that holds wherever another does.

    Attributes:
        premise: Position of the claim that holds in fewer worlds.
        conclusion: Position of the one that holds too.
        both_ways: Whether they hold in the same worlds, of those in which both are known.
        worlds: Worlds that show it: those in which the premise holds and the conclusion is known.
        everywhere: Whether the conclusion is known in every world; both ways, the premise too.
    """

    premise: int
    conclusion: int
    both_ways: bool
    worlds: int
    everywhere: bool = True


def implications(
    holds: Bool[ndarray, "draw claim"],
    failed: Bool[ndarray, "draw claim"],
    *,
    least: int = 30,
) -> tuple[Implication, ...]:
    """Claims that hold in every world in which another holds.

    Claims that hold in every world, or in none, imply and are implied by anything, and are left
    out, as are those that do so where both are known; so is what follows from two others listed, if
    one leads to the next.

    Args:
        holds: Whether each claim holds.
        failed: Where a claim's numbers failed or it is not asked; such worlds say nothing of it.
        least: Worlds that must show it.

    Returns:
        The implications, those that most worlds show first.

    Examples:
        >>> x = np.arange(100)
        >>> holds = np.column_stack([x > 60, x > 40, x > 20])
        >>> [(a.premise, a.conclusion) for a in implications(holds, np.zeros_like(holds))]
        [(1, 2), (0, 1)]
    """
    true, false = (part.astype(np.float64) for part in (holds & ~failed, ~holds & ~failed))
    both, against = true.T @ true, true.T @ false
    known: Float[ndarray, "draw claim"] = true + false
    telling = (false.T @ known > 0) & (known.T @ false > 0)
    follows = (against == 0) & (both >= least) & telling
    np.fill_diagonal(follows, False)
    same = follows & follows.T
    found: list[Implication] = []
    for one, other in np.argwhere(follows).tolist():
        if same[one, other] and one > other:
            continue
        between = follows[one] & follows[:, other] & ~same[one] & ~same[:, other]
        if not same[one, other] and between.any():
            continue
        whole = bool(known[:, [one, other] if same[one, other] else [other]].all())
        found.append(Implication(one, other, bool(same[one, other]), int(both[one, other]), whole))
    return tuple(sorted(found, key=lambda a: (-a.worlds, a.premise, a.conclusion)))
