"""What an exploration found, most telling first, as data from which sentences are made.

A finding is kept only where it stands out from its error bars: an input whose sensitivity index is
larger than half its 95 % interval, a threshold chosen in one half of the replicates and measured in
the other, a claim that luck alone decides for more than half even at the lower end of the interval,
a conflict where independent claims would have held together in several worlds. Worlds in which a
claim has no truth value are never read as false: shares are bounds then, and indices that lose many
points are not read. No share is averaged over options. Axes: (draw, claim).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schelling.analysis.luck import LuckShare
from schelling.analysis.summary import rule_of_three
from schelling.analysis.verdicts import UNDECIDED, UNKNOWN, Share
from schelling.case.model import Case
from schelling.compile.reach import CHANCE
from schelling.study.exploring import thresholds
from schelling.study.exploring.box_search import Boxes
from schelling.study.exploring.coherence import ClaimCoherence
from schelling.study.exploring.indices import Sensitivity
from schelling.study.exploring.sample import Sample
from schelling.study.exploring.thresholds import Threshold
from schelling.study.runs.results import Run

VAGUE = 0.5
"""An index whose half-width is longer tells nothing: it can lie from none to all."""

LOST = 0.1
"""Share of the points of a design lost to missing truth values above which no index is read."""

_SLIGHT = 0.1  # an index below is no finding; the table of indices has it
_EXPECTED = 10.0  # worlds; were the claims independent, none would be seen by chance: exp(-10)
_RARE = 0.05
_DENSE, _COVERED = 0.67, 0.5


@dataclass(frozen=True)
class Measure:
    """How much of one claim an input decides.

    Attributes:
        claim: Name of the claim.
        index: Total Sobol' index, or Shapley effect where assumptions are correlated.
        half_width: Half its 95 % interval.
    """

    claim: str
    index: float
    half_width: float


@dataclass(frozen=True)
class HingeFinding:
    """Claims for which one assumption matters most; or one claim for which several may.

    Attributes:
        claims: Names of the claims, the clearest first.
        assumption: The assumption with the largest index.
        tied: Assumptions that cannot be told apart from it, since their intervals overlap; there is
            one claim then.
        measures: How much the assumption decides of each claim.
        crossings: Where it separates the worlds in which a claim holds, and where those of `tied`
            do.
        clear: Whether its interval lies above all others, of those that do not stand out too.
        kind: `hinge`.
    """

    claims: tuple[str, ...]
    assumption: str
    tied: tuple[str, ...]
    measures: tuple[Measure, ...]
    crossings: tuple[Threshold, ...]
    clear: bool = True
    kind: Literal["hinge"] = "hinge"


@dataclass(frozen=True)
class LuckFinding:
    """Claims more than half of whose truth chance draws alone decide.

    Attributes:
        claims: Their names, the luckiest first.
        shares: Share of variance that luck alone decides.
        kind: `luck`.
    """

    claims: tuple[str, ...]
    shares: tuple[LuckShare, ...]
    kind: Literal["luck"] = "luck"


@dataclass(frozen=True)
class FixedFinding:
    """Claims that hold in every world, or in none, and whose numbers never failed.

    Attributes:
        claims: Their names.
        kind: `always` or `never`.
        shares: Shares of worlds.
        bound: Up to this share of worlds may be otherwise, at 95 % confidence, for the claim with
            fewest worlds.
        partly: Whether some of them are asked in some worlds only.
    """

    claims: tuple[str, ...]
    kind: Literal["always", "never"]
    shares: tuple[Share, ...]
    bound: float
    partly: bool


@dataclass(frozen=True)
class ConflictFinding:
    """Claims that hold together in no world, each set minimal.

    Attributes:
        claims: All claims concerned.
        sets: The sets.
        expected: In how many worlds each set would hold if its claims were independent.
        worlds: Worlds examined.
        bound: A set may hold together in up to this share of worlds, at 95 % confidence.
        complete: Whether all sets were searched for.
        kind: `conflict`.
    """

    claims: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    expected: tuple[float, ...]
    worlds: int
    bound: float
    complete: bool
    kind: Literal["conflict"] = "conflict"


@dataclass(frozen=True)
class CornerFinding:
    """A claim that fails, or holds, in few worlds, most of them in one box.

    Attributes:
        claims: The claim.
        boxes: Its boxes; the first rule is the corner.
        kind: `corner`.
    """

    claims: tuple[str, ...]
    boxes: Boxes
    kind: Literal["corner"] = "corner"


@dataclass(frozen=True)
class OpenFinding:
    """Claims whose verdict failed numbers leave open.

    Attributes:
        claims: Their names.
        shares: Bounds of the shares of worlds.
        kind: `open`.
    """

    claims: tuple[str, ...]
    shares: tuple[Share, ...]
    kind: Literal["open"] = "open"


@dataclass(frozen=True)
class LostFinding:
    """Claims of which it cannot be told what they hang on, since many points have no truth value.

    Attributes:
        claims: Their names.
        lost: Share of the points of the design that have a world without a truth value.
        kind: `lost`.
    """

    claims: tuple[str, ...]
    lost: tuple[float, ...]
    kind: Literal["lost"] = "lost"


@dataclass(frozen=True)
class SilentFinding:
    """Claims for which no assumption stands out from the error bars.

    Attributes:
        claims: Their names.
        asked: How many claims were asked.
        kind: `nothing`.
    """

    claims: tuple[str, ...]
    asked: int
    kind: Literal["nothing"] = "nothing"


Finding = (
    HingeFinding
    | LuckFinding
    | FixedFinding
    | ConflictFinding
    | CornerFinding
    | OpenFinding
    | LostFinding
    | SilentFinding
)


def of_run(
    run: Run,
    sample: Sample,
    *,
    sensitivity: Sensitivity | None = None,
    boxes: Sequence[Boxes] = (),
    coherence: ClaimCoherence | None = None,
) -> tuple[Finding, ...]:
    """The findings of an exploration.

    Args:
        run: The run.
        sample: Its worlds, with the claims looked at.
        sensitivity: What decides each claim, if that was asked.
        boxes: Where claims fail and hold, if that was asked.
        coherence: Whether claims hold together, if that was asked.

    Returns:
        Hinges, those of most claims first; then luck, what always or never holds, what nothing was
        found for, what lost points hide, conflicts, rare corners, and what failed numbers leave.
    """
    shares = {claim: run.shares[claim] for claim in sample.claims}
    settled = [*_fixed(run, shares, 0.0, "never"), *_fixed(run, shares, 1.0, "always")]
    lucky = _lucky(run, sample.claims)
    told = {claim for one in (*settled, *lucky) for claim in one.claims}
    found: list[Finding] = []
    chosen = by_option(run.case, sample.claims, sensitivity)
    if sensitivity is not None:
        others = [claim for claim in sample.claims if claim not in told]
        gone = {c: lost for c in sample.claims if (lost := lost_points(sensitivity, c)) > LOST}
        clear = [claim for claim in others if claim not in gone]
        found += _hinges(run, sample, sensitivity, clear, chosen)
        found += lucky
        found += settled
        fixed = {claim for one in settled for claim in one.claims} | set(gone)
        silent = tuple(c for c in sample.claims if c not in fixed and not _standing(sensitivity, c))
        found += [SilentFinding(silent, len(sample.claims))] if silent else []
        found += [LostFinding(tuple(gone), tuple(gone.values()))] if gone else []
    else:
        found += [*lucky, *settled]
    found += _conflicting(sample, coherence)
    found += [CornerFinding((one.claim,), one) for one in boxes if _corner(one, chosen)]
    open_ = {c for c, one in shares.items() if one.word in (UNDECIDED, UNKNOWN)} - chosen
    left = tuple(c for c in sample.claims if c in open_)
    found += [OpenFinding(left, tuple(shares[c] for c in left))] if left else []
    return tuple(found)


def by_option(case: Case, claims: Sequence[str], found: Sensitivity | None) -> frozenset[str]:
    """Claims that an option of an actor can reach: their shares are never averaged over options.

    Args:
        case: The case.
        claims: Names of the claims.
        found: What can reach each claim; None where an option may reach any.
    """
    levers = {one.name for one in case.assumptions if one.lever}
    if found is None:
        return frozenset(claims if levers else ())
    rows = [n for n, name in enumerate(found.inputs) if name in levers]
    return frozenset(c for n, c in enumerate(found.claims) if found.reaches[rows, n].any())


def lost_points(found: Sensitivity, claim: str) -> float:
    """Share of the points of the design that have a world without a truth value of a claim."""
    seen = found.truth
    lost = seen.dropped if seen.walks_dropped is None else seen.walks_dropped
    return float(lost[found.claims.index(claim)]) / found.base


def standing_out(found: Sensitivity, claim: str) -> tuple[tuple[str, Measure], ...]:
    """The inputs whose index is larger than its error, so that they affect whether a claim holds.

    Args:
        found: What decides each claim.
        claim: Name of a claim.

    Returns:
        Inputs, chance among them, each with its measure, the largest first; none where more than a
        tenth of the points of the design are lost.
    """
    if lost_points(found, claim) > LOST:
        return ()
    name = found.leading
    table = found.table(claim)
    told = zip(table.index, table[name], table[f"{name}_half_width"], strict=True)
    return tuple(
        (str(one), Measure(claim, float(index), float(half)))
        for one, index, half in told
        if index > half and half <= VAGUE
    )


def _standing(found: Sensitivity, claim: str) -> list[tuple[str, Measure]]:
    """The same without chance."""
    return [one for one in standing_out(found, claim) if one[0] != CHANCE]


def _hinges(
    run: Run, sample: Sample, found: Sensitivity, claims: Sequence[str], chosen: frozenset[str]
) -> list[HingeFinding]:
    clear: dict[str, list[Measure]] = {}
    hinges: list[HingeFinding] = []

    def add(measures: list[Measure], name: str, tied: tuple[str, ...], first: bool) -> None:
        names = tuple(m.claim for m in measures)
        asked = [(claim, n) for n in (name, *tied) for claim in names if claim not in chosen]
        crossings = (thresholds.crossing(sample, *one, asked=run.counts(one[0])) for one in asked)
        told = tuple(one for one in crossings if one is not None)
        hinges.append(HingeFinding(names, name, tied, tuple(measures), told, first))

    for claim in claims:
        standing = _standing(found, claim)
        if not standing or standing[0][1].index < _SLIGHT:
            continue
        (name, lead), *others = standing
        rivals = _reaching(found, lead, name)
        tied = tuple(n for n, _ in others if n in rivals)
        if rivals:
            add([lead], name, tied, False)
        else:
            clear.setdefault(name, []).append(lead)
    for name, measures in clear.items():
        add(sorted(measures, key=lambda m: m.half_width - m.index), name, (), True)
    hinges.sort(key=lambda one: -sum(m.index - m.half_width for m in one.measures))
    return hinges


def _reaching(found: Sensitivity, lead: Measure, name: str) -> frozenset[str]:
    """Other assumptions whose interval reaches that of the leading one, standing out or not."""
    key, table = found.leading, found.table(lead.claim)
    high = table[key] + table[f"{key}_half_width"]
    names = table.index[high >= lead.index - lead.half_width]
    return frozenset(str(one) for one in names if one not in (name, CHANCE))


def _lucky(run: Run, claims: Sequence[str]) -> list[LuckFinding]:
    told = [(c, run.luck[c]) for c in claims if c in run.luck]
    kept = [(c, one) for c, one in told if one.pairs and one.share - one.half_width > 0.5]
    kept.sort(key=lambda one: -one[1].share)
    return [LuckFinding(tuple(c for c, _ in kept), tuple(s for _, s in kept))] if kept else []


def _fixed(
    run: Run, shares: dict[str, Share], value: float, kind: Literal["always", "never"]
) -> list[FixedFinding]:
    kept = {claim: one for claim, one in shares.items() if one.share == value and not one.failed}
    if not kept:
        return []
    least = min(one.worlds for one in kept.values())
    partly = not all(run.counts(claim).all() for claim in kept)
    return [FixedFinding(tuple(kept), kind, tuple(kept.values()), rule_of_three(least), partly)]


def _conflicting(sample: Sample, found: ClaimCoherence | None) -> list[ConflictFinding]:
    if found is None:
        return []
    held: list[int] = (sample.holds & ~sample.failed).sum(axis=0).tolist()
    worlds = len(sample.holds)
    kept: list[tuple[tuple[str, ...], float]] = []
    for one in found.conflicts:
        places = [sample.claims.index(claim) for claim in one.claims]
        expected = worlds * math.prod(held[place] / worlds for place in places)
        sets = math.comb(len(sample.claims), len(places))  # of that size, any of which may be told
        if len(places) > 1 and expected >= max(_EXPECTED, math.log(sets / _RARE)):
            kept.append((one.claims, expected))
    if not kept:
        return []
    kept.sort(key=lambda one: (len(one[0]), -one[1]))
    search = found.search
    return [
        ConflictFinding(
            tuple(dict.fromkeys(claim for claims, _ in kept for claim in claims)),
            tuple(claims for claims, _ in kept),
            tuple(expected for _, expected in kept),
            search.worlds,
            search.bound,
            search.complete,
        )
    ]


def _corner(found: Boxes, chosen: frozenset[str]) -> bool:
    """Whether worlds of a kind are few and mostly in one box, in which most worlds are of it."""
    if found.claim in chosen or not found.rules or not 0 < found.base <= _RARE:
        return False
    fit = found.rules[0].fit
    return fit.density >= _DENSE and fit.coverage >= _COVERED
