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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from schelling.analysis.luck import LuckShare
from schelling.analysis.summary import rule_of_three
from schelling.analysis.verdicts import UNDECIDED, UNKNOWN, Share
from schelling.case.model import Case
from schelling.case.notes import numberless
from schelling.case.notes.intervals import FALSE, TRUE
from schelling.case.notes.reach import Reach
from schelling.compile.influence.reach import CHANCE
from schelling.study.exploring import thresholds
from schelling.study.exploring.box_search import Boxes
from schelling.study.exploring.coherence import ClaimCoherence
from schelling.study.exploring.finding_kinds import (
    ConflictFinding,
    CornerFinding,
    Finding,
    FixedFinding,
    HingeFinding,
    LostFinding,
    LuckFinding,
    Measure,
    OpenFinding,
    SilentFinding,
    UnaskedFinding,
)
from schelling.study.exploring.indices import Sensitivity
from schelling.study.exploring.sample import Sample
from schelling.study.runs.results import Run

VAGUE = 0.5
"""An index whose half-width is longer tells nothing: it can lie from none to all."""

LOST = 0.1
"""Share of the points of a design lost to missing truth values above which no index is read."""

SLIGHT = 0.1
"""An index below is no finding; the table of indices has it."""

_EXPECTED = 10.0  # worlds; were the claims independent, none would be seen by chance: exp(-10)
RARE = 0.05
"""Share of worlds up to which those of a kind are a corner."""

_DENSE, _COVERED = 0.67, 0.5


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
    lucky = _lucky(run, sample.claims, sensitivity)
    told = {claim for one in (*settled, *lucky) for claim in one.claims}
    found: list[Finding] = []
    chosen = by_option(run.case, sample.claims, sensitivity)
    if sensitivity is not None:
        others = [claim for claim in sample.claims if claim not in told]
        asked = [claim for claim in sample.claims if shares[claim].worlds]
        free = [c for c in asked if not any(c in one.certain for one in settled)]
        gone = {c: lost for c in free if (lost := lost_points(sensitivity, c)) > LOST}
        clear = [claim for claim in others if claim in asked and claim not in gone]
        found += _hinges(run, sample, sensitivity, clear, chosen)
        found += lucky
        found += settled
        fixed = {claim for one in settled for claim in one.claims} | set(gone)
        silent = tuple(c for c in asked if c not in fixed and not _standing(sensitivity, c))
        found += [SilentFinding(silent, len(sample.claims))] if silent else []
        found += [_lost(run, gone)] if gone else []
    else:
        found += [*lucky, *settled]
    found += _conflicting(sample, coherence)
    rare = [one for one in boxes if one.claim not in chosen and _corner(one, shares[one.claim])]
    found += [_cornered(run, one) for one in rare]
    open_ = {c for c, one in shares.items() if one.word in (UNDECIDED, UNKNOWN)} - chosen
    left = tuple(c for c in sample.claims if c in open_ and shares[c].worlds)
    found += [OpenFinding(left, tuple(shares[c] for c in left))] if left else []
    never = tuple(c for c in sample.claims if not shares[c].worlds)
    found += [UnaskedFinding(never)] if never else []
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
        tenth of the points of the design are lost, or where the largest index of all has too long
        an error bar to be told.
    """
    if lost_points(found, claim) > LOST:
        return ()
    name = found.leading
    table = found.table(claim)
    rows = zip(table.index, table[name], table[f"{name}_half_width"], strict=True)
    measured = [(str(one), Measure(claim, float(index), float(half))) for one, index, half in rows]
    vague = max((one.index for _, one in measured if one.half_width > VAGUE), default=-math.inf)
    told = [
        (n, one) for n, one in measured if one.half_width < one.index and one.half_width <= VAGUE
    ]
    return tuple(told) if all(one.index > vague for _, one in told[:1]) else ()


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
        lucky = tuple(m.claim for m in measures if CHANCE in _reaching(found, m, name))
        hinges.append(HingeFinding(names, name, tied, tuple(measures), told, lucky, first))

    for claim in claims:
        standing = _standing(found, claim)
        if not standing or standing[0][1].index < SLIGHT:
            continue
        (name, lead), *others = standing
        rivals = _reaching(found, lead, name) - {CHANCE}
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
    """Other inputs whose interval reaches that of the leading assumption, standing out or not."""
    key, table = found.leading, found.table(lead.claim)
    high = table[key] + table[f"{key}_half_width"]
    names = table.index[high >= lead.index - lead.half_width]
    return frozenset(str(one) for one in names if one != name)


def _lucky(run: Run, claims: Sequence[str], found: Sensitivity | None) -> list[LuckFinding]:
    lost = {c for c in claims if run.shares[c].failed > LOST * run.shares[c].worlds}
    known: Mapping[str, LuckShare] = {} if run.manifest.own_luck else run.luck
    told = [(c, _total(found, c, known[c])) for c in claims if c in known and c not in lost]
    kept = [(c, one) for c, one in told if one.pairs and one.share - one.half_width > 0.5]
    kept.sort(key=lambda one: -one[1].share)
    return [LuckFinding(tuple(c for c, _ in kept), tuple(s for _, s in kept))] if kept else []


def _total(found: Sensitivity | None, claim: str, known: LuckShare) -> LuckShare:
    """What chance decides of a claim, as the table of indices has it where it has total ones.

    Pairs of worlds of the run measure the same; of two estimates only one is told.
    """
    if found is None or found.leading != "st" or lost_points(found, claim) > LOST:
        return known
    rows = found.table(claim)[["st", "st_half_width"]].reindex([CHANCE])  # NaN without chance
    share, half = (float(one) for one in rows.iloc[0])
    return known if math.isnan(share) else replace(known, share=min(share, 1.0), half_width=half)


def _fixed(
    run: Run, shares: dict[str, Share], value: float, kind: Literal["always", "never"]
) -> list[FixedFinding]:
    kept = {claim: one for claim, one in shares.items() if one.share == value and not one.failed}
    if not kept:
        return []
    reach = Reach(run.case)
    asked = [one for one in run.case.claims if one.name in kept]
    certain = tuple(
        one.name
        for one in asked
        if reach.of(one.holds) in (TRUE, FALSE) and not numberless.may_be(one.holds, reach)
    )
    open_ = [claim for claim in kept if claim not in certain]
    bound = rule_of_three(min((kept[claim].worlds for claim in open_), default=0))
    shown = tuple(kept.values())
    return [FixedFinding(tuple(kept), kind, shown, bound, _partly(run, open_), certain)]


def _conflicting(sample: Sample, found: ClaimCoherence | None) -> list[ConflictFinding]:
    if found is None:
        return []
    held = sample.holds & ~sample.failed
    kept: list[tuple[tuple[str, ...], float, int]] = []
    for one in found.conflicts:
        places = [sample.claims.index(claim) for claim in one.claims]
        asking = slice(None) if sample.asked is None else sample.asked[:, places].all(axis=1)
        shares: list[float] = held[asking][:, places].mean(axis=0).tolist()
        expected = one.worlds * math.prod(shares)
        sets = math.comb(len(sample.claims), len(places))  # of that size, any of which may be told
        if len(places) > 1 and expected >= max(_EXPECTED, math.log(sets / RARE)):
            kept.append((one.claims, expected, one.worlds))
    if not kept:
        return []
    kept.sort(key=lambda one: (len(one[0]), -one[1]))
    search = found.search
    return [
        ConflictFinding(
            tuple(dict.fromkeys(claim for claims, _, _ in kept for claim in claims)),
            tuple(claims for claims, _, _ in kept),
            tuple(expected for _, expected, _ in kept),
            tuple(asking for _, _, asking in kept),
            search.worlds,
            search.bound,
            search.complete,
        )
    ]


def _lost(run: Run, gone: dict[str, float]) -> LostFinding:
    """Why no index of some claims is read."""
    failed = any(run.shares[claim].failed for claim in gone)
    return LostFinding(tuple(gone), tuple(gone.values()), _partly(run, gone), failed)


def _partly(run: Run, claims: Iterable[str]) -> bool:
    """Whether some world does not ask some of the claims."""
    return not all(run.counts(claim).all() for claim in claims)


def _corner(found: Boxes, share: Share) -> bool:
    """Whether worlds of a kind are few, whatever failed ones hold, and mostly in one dense box."""
    most = share.high if found.verb == "holds" else 1.0 - share.low
    if not found.rules or not found.base > 0 or not most <= RARE:
        return False
    fit = found.rules[0].fit
    return fit.density >= _DENSE and fit.coverage >= _COVERED


def _cornered(run: Run, found: Boxes) -> CornerFinding:
    failed = bool(run.shares[found.claim].failed)
    return CornerFinding((found.claim,), found, _partly(run, [found.claim]), failed)
