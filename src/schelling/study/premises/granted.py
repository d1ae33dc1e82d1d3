"""Verdicts over the worlds in which the premises of an argument hold.

Granting a premise is conditioning: only worlds in which it holds are counted, with the weights that
the priors give them. Nothing is simulated anew, and nothing is made true in a world where it fails.
A world in which a premise has no truth value, since its numbers failed or it asks a game that is
never played, grants nothing and denies nothing: it is left out and counted. Where an actor's
options can reach a claim or a premise, each option is told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from schelling.analysis import verdicts
from schelling.analysis.summary import widened
from schelling.analysis.verdicts import Share, spanning
from schelling.case.model import Assumption
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.study.runs import option_shares
from schelling.study.runs.lever_options import Option
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class Relaxed:
    """A claim with all premises granted but one.

    Attributes:
        premise: The one.
        dropped: Share of the worlds in which all others hold, whether or not this one does.
        failing: Share of the worlds in which all others hold and this one does not.
        differs: Whether `failing` differs from the share with all granted, whatever failed worlds
            hold: the intervals of all comparisons together, at 95 %, do not overlap.
    """

    premise: str
    dropped: Share
    failing: Share
    differs: bool


@dataclass(frozen=True)
class GrantedClaim:
    """A claim with the premises granted.

    Attributes:
        claim: Its name.
        outright: Share of all worlds that ask it, or of those under an option, as in the verdicts.
        granted: Share of the worlds that ask it and in which all premises hold.
        relaxed: With each premise relaxed alone, in the order of the case.
    """

    claim: str
    outright: Share
    granted: Share
    relaxed: tuple[Relaxed, ...]


@dataclass(frozen=True)
class Granted:
    """What follows if the premises are granted.

    Attributes:
        premises: Share of the worlds in which each premise holds, of those in which it has a truth
            value; where options of a lever differ, the span over them.
        together: Share of the worlds in which all hold, or its span.
        claims: The claims asked of the run, but for those in `options`.
        options: Of the claims that a lever can reach, or whose premises one can, the same under
            each combination of options, among its own worlds.
        alike: Levers whose options are too many for that: all is counted over them as they are
            drawn, each as often as its others.
    """

    premises: tuple[tuple[str, Share], ...]
    together: Share
    claims: tuple[GrantedClaim, ...]
    options: tuple[tuple[Option, Granted], ...] = ()
    alike: tuple[str, ...] = ()


def granted(run: Run) -> Granted | None:
    """The verdicts of a run with the premises of its case granted.

    Args:
        run: The run.

    Returns:
        Shares with their errors; None where the case names no premises.
    """
    names = [premise.name for premise in run.case.premises]
    if not names:
        return None
    truths = [_truth(run, f"premise.{name}") for name in names]
    counted = _Counted(run, tuple(names), *(np.array([t == n for t in truths]) for n in (1, 0)))
    every, all_worlds = tuple(run.shares), np.ones(len(truths[0]), dtype=bool)
    levers = _Levers.of(run)
    if not levers.own:
        return counted.of(all_worlds, every, len(every))
    parts = list(option_shares.worlds_under(levers.own, run.column, option_shares.MOST))
    if not parts:
        whole = counted.of(all_worlds, every, len(every))
        return replace(whole, alike=tuple(one.name for one in levers.own))
    reached = tuple(name for name in every if levers.reach(name))
    others = tuple(name for name in every if name not in reached)
    pairs = len(others) + len(parts) * len(reached)
    options = tuple((option, counted.of(here, reached, pairs)) for option, here in parts)
    whole = replace(counted.of(all_worlds, others, pairs), options=options)
    return _spanned(whole) if levers.premises else whole


def _spanned(whole: Granted) -> Granted:
    """The same with the spans of premises over the options in place of shares over all of them."""
    under = [one for _, one in whole.options]
    named = tuple(
        (name, spanning([one.premises[n][1] for one in under], share))
        for n, (name, share) in enumerate(whole.premises)
    )
    together = spanning([one.together for one in under], whole.together)
    return replace(whole, premises=named, together=together)


@dataclass(frozen=True)
class _Levers:
    """Which levers reach what.

    Attributes:
        own: Those that reach a claim or a premise.
        premises: Those that reach a premise, and so every claim once it is granted.
        claims: Names of the claims that one of `own` reaches.
    """

    own: tuple[Assumption, ...]
    premises: tuple[Assumption, ...]
    claims: frozenset[str]

    @staticmethod
    def of(run: Run) -> _Levers:
        """Those of a case."""
        built: Plan = plan.build(run.case, run.manifest.claims)
        premises = option_shares.levers(built, *(one.grants for one in run.case.premises))
        found = {one.name: option_shares.levers(built, one.holds) for one in built.claims}
        kept = {lever.name for levers in (premises, *found.values()) for lever in levers}
        own = tuple(one for one in built.assumptions if one.name in kept)
        return _Levers(own, premises, frozenset(name for name, one in found.items() if one))

    def reach(self, claim: str) -> bool:
        """Whether what is told of a claim can hang on an option."""
        return bool(self.premises) or claim in self.claims


@dataclass(frozen=True)
class _Counted:
    """The premises in the worlds of a run."""

    run: Run
    names: tuple[str, ...]
    holds: Bool[ndarray, "premise world"]
    fails: Bool[ndarray, "premise world"]

    def of(self, here: Bool[ndarray, " world"], claims: Sequence[str], pairs: int) -> Granted:
        """What is told of some worlds.

        Args:
            here: Those worlds.
            claims: Names of the claims.
            pairs: How many claims are told, under one option or another.
        """
        replicate = self.run.column("replicate")[here]
        holds, fails = self.holds[:, here], self.fails[:, here]
        unknown = ~(holds | fails)
        none_fails = ~np.logical_or.reduce(fails)
        return Granted(
            tuple(
                (name, verdicts.share_of_worlds(holds[n], unknown[n], replicate))
                for n, name in enumerate(self.names)
            ),
            verdicts.share_of_worlds(
                np.logical_and.reduce(holds), none_fails & np.logical_or.reduce(unknown), replicate
            ),
            tuple(self.claim(claim, here, pairs) for claim in claims),
        )

    def claim(self, claim: str, here: Bool[ndarray, " world"], pairs: int) -> GrantedClaim:
        """What is told of a claim in some worlds."""
        relaxed: list[Relaxed] = []
        whole = _share(self.run, claim, here & np.logical_and.reduce(self.holds))
        for n, name in enumerate(self.names):
            others = here & np.logical_and.reduce(np.delete(self.holds, n, axis=0))
            dropped = _share(self.run, claim, others)
            failing = _share(self.run, claim, others & self.fails[n])
            differs = apart(whole, failing, len(self.names) * pairs)
            relaxed.append(Relaxed(name, dropped, failing, differs))
        outright = self.run.shares[claim] if here.all() else _share(self.run, claim, here)
        return GrantedClaim(claim, outright, whole, tuple(relaxed))


def apart(one: Share, other: Share, comparisons: int) -> bool:
    """Whether two shares differ, among so many comparisons, whatever failed worlds hold.

    Their intervals may depend on one another in any way: worlds that are even between two parts of
    a sample push the shares of the parts to opposite sides.

    Args:
        one: A share of some worlds.
        other: The share of other worlds.
        comparisons: How many pairs are looked at.
    """
    if not one.worlds or not other.worlds:
        return False
    longer = widened(comparisons, min(one.replicates, other.replicates))
    up = other.low - one.high - longer * (other.low_half_width + one.high_half_width)
    down = one.low - other.high - longer * (one.low_half_width + other.high_half_width)
    return up > 0 or down > 0  # neither where there is no number


def _share(run: Run, claim: str, within: Bool[ndarray, " world"]) -> Share:
    """The share of a claim in some worlds, of those that ask it."""
    counts = run.counts(claim) & within
    return verdicts.share_of_worlds(
        run.column(f"holds.{claim}").astype(bool)[counts],
        np.isnan(run.column(f"margin.{claim}"))[counts],
        run.column("replicate")[counts],
    )


def _truth(run: Run, column: str) -> ndarray:
    """1, 0, or NaN where there is no truth value."""
    return run.table([column]).column(column).to_pandas().to_numpy(dtype=float, na_value=np.nan)
