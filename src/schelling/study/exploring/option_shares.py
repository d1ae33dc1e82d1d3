"""Verdicts under each option of the levers, from the worlds of a run in which it was drawn.

A run draws options like anything else, so its shares are over all of them. What an actor is free to
choose is no uncertainty: each option has a verdict of its own. Here each is judged by its own part
of the worlds; `options` compares them over the same ones.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from schelling.analysis.summary import widened
from schelling.analysis.verdicts import UNDECIDED, UNKNOWN, Share, share_of_worlds
from schelling.compile import plan, reach
from schelling.study.exploring.options import Option, option, options_of
from schelling.study.runs.results import Run

MOST = 8
"""Combinations of options that a claim is judged under one by one."""
SPANNED = 64
"""Combinations up to which at least their span is told."""


@dataclass(frozen=True)
class OptionShares:
    """A claim under each option of the levers that can reach it.

    Attributes:
        claim: Its name.
        levers: Names of those levers.
        options: Each combination of their options with the share of its worlds in which the claim
            holds; empty where there are more than `SPANNED`.
    """

    claim: str
    levers: tuple[str, ...]
    options: tuple[tuple[Option, Share], ...]

    @property
    def alike(self) -> bool:
        """Whether it is known to have one verdict under all of them."""
        words = {share.word for _, share in self.options}
        return len(words) == 1 and not words & {UNDECIDED, UNKNOWN}

    @property
    def told(self) -> bool:
        """Whether they are few enough to be told one by one."""
        return 0 < len(self.options) <= MOST

    @property
    def apart(self) -> bool:
        """Whether two options differ by more than chance, at the 5 % level over all their pairs.

        Shares differ where the distance of their nearer bounds exceeds the error of a difference,
        with Bonferroni's correction for the number of pairs.
        """
        known = [share for _, share in self.options if share.worlds]
        pairs = math.comb(len(known), 2)
        if not pairs:
            return False
        wider = widened(pairs, min(share.replicates for share in known))
        return any(
            high.low - low.high > wider * math.hypot(high.low_half_width, low.high_half_width)
            for high, low in itertools.permutations(known, 2)
        )


def of_run(run: Run) -> tuple[OptionShares, ...]:
    """Every claim of a run that a lever can reach, option by option.

    Args:
        run: The run.

    Returns:
        In the order of the case; empty where the case declares no lever.
    """
    levers = [one for one in run.case.assumptions if one.lever]
    if not levers:
        return ()
    asked = plan.build(run.case, run.manifest.claims)
    found: list[OptionShares] = []
    for claim, reached in zip(asked.claims, reach.of_claims(asked), strict=True):
        own = [one for one in levers if one.name in reached.sources]
        if not own:
            continue
        combinations = list(itertools.product(*(options_of(one).tolist() for one in own)))
        told = combinations if len(combinations) <= SPANNED else []
        columns = [run.column(one.name) for one in own]
        counts = run.counts(claim.name)
        holds = run.column(f"holds.{claim.name}").astype(bool)
        failed = np.isnan(run.column(f"margin.{claim.name}"))
        replicate = run.column("replicate")
        shares: list[tuple[Option, Share]] = []
        for values in told:
            here = counts.copy()
            for column, value in zip(columns, values, strict=True):
                here &= column == value
            share = share_of_worlds(holds[here], failed[here], replicate[here])
            shares.append((option(own, values), share))
        found.append(OptionShares(claim.name, tuple(one.name for one in own), tuple(shares)))
    return tuple(found)
