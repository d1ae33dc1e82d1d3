"""Verdicts over the worlds in which the premises of an argument hold.

Granting a premise is conditioning: only worlds in which it holds are counted, with the weights that
the priors give them. Nothing is simulated anew, and nothing is made true in a world where it fails.
A world in which a premise has no truth value, since its numbers failed or it asks a game that is
never played, grants nothing and denies nothing: it is left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from schelling.analysis import verdicts
from schelling.analysis.summary import widened
from schelling.analysis.verdicts import Share
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
        outright: Share of all worlds that ask it, as in the verdicts.
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
            value.
        together: Share of the worlds in which all hold.
        claims: The claims asked of the run.
    """

    premises: tuple[tuple[str, Share], ...]
    together: Share
    claims: tuple[GrantedClaim, ...]


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
    replicate = run.column("replicate")
    truths = [_truth(run, f"premise.{name}") for name in names]
    holds = np.array([truth == 1 for truth in truths])
    fails = np.array([truth == 0 for truth in truths])
    unknown = ~(holds | fails)
    none_fails = ~np.logical_or.reduce(fails)
    return Granted(
        tuple(
            (name, verdicts.share_of_worlds(holds[n], unknown[n], replicate))
            for n, name in enumerate(names)
        ),
        verdicts.share_of_worlds(
            np.logical_and.reduce(holds), none_fails & np.logical_or.reduce(unknown), replicate
        ),
        tuple(_claim(run, claim, names, holds, fails) for claim in run.shares),
    )


def _claim(
    run: Run,
    claim: str,
    names: list[str],
    holds: Bool[ndarray, "premise world"],
    fails: Bool[ndarray, "premise world"],
) -> GrantedClaim:
    relaxed: list[Relaxed] = []
    whole = _share(run, claim, np.logical_and.reduce(holds))
    comparisons = len(names) * len(run.shares)
    for n, name in enumerate(names):
        others = np.logical_and.reduce(np.delete(holds, n, axis=0))
        dropped, failing = _share(run, claim, others), _share(run, claim, others & fails[n])
        relaxed.append(Relaxed(name, dropped, failing, apart(whole, failing, comparisons)))
    return GrantedClaim(claim, run.shares[claim], whole, tuple(relaxed))


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
