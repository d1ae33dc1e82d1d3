"""Verdicts under each option of the levers, from the worlds of a run in which it was drawn.

A run draws options like anything else, so a share over all its worlds is one over all options. What
an actor is free to choose is no uncertainty: each option has a verdict of its own. Here each is
judged by its own part of the worlds; `exploring.options` compares them over the same ones.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer
from numpy import ndarray

from schelling.analysis.summary import widened
from schelling.analysis.verdicts import UNDECIDED, UNKNOWN, Share, share_of_worlds, spanning
from schelling.case.language.typed.types import Typed
from schelling.case.model import Assumption
from schelling.compile.influence import reach
from schelling.compile.planning.plan import Plan
from schelling.study.runs.lever_options import Option, option, options_of

MOST = 8
"""Combinations of options that a claim is judged under one by one."""
SPANNED = 64
"""Combinations up to which at least their span is told."""

Drawn = Callable[[str], Float[ndarray, " draw"]]
"""The values of an assumption in every world, in its declared unit."""


@dataclass(frozen=True)
class Told:
    """What the worlds of a run tell of one claim, or of one yes-or-no question.

    Attributes:
        holds: Whether it holds; whatever a failed world says here is not read.
        failed: Worlds whose numbers failed.
        counts: Worlds that ask it.
        replicate: Which replicate of the design each world belongs to.
        weights: Where its worlds were drawn by weight from those of another run, the weight of
            each, 1 on average over those drawn from; None where every world was computed.
    """

    holds: Bool[ndarray, " draw"]
    failed: Bool[ndarray, " draw"]
    counts: Bool[ndarray, " draw"]
    replicate: Integer[ndarray, " draw"]
    weights: Float[ndarray, " draw"] | None = None

    def share(self, where: Bool[ndarray, " draw"] | None = None) -> Share:
        """Its share, of all worlds that ask it or of some."""
        kept = self.counts if where is None else self.counts & where
        weights = None if self.weights is None else self.weights[kept]
        return share_of_worlds(self.holds[kept], self.failed[kept], self.replicate[kept], weights)


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

    def spanning(self, whole: Share) -> Share:
        """The share over all worlds, or the span over the options where they differ."""
        return spanning([share for _, share in self.options], whole)


def of_claims(plan: Plan, drawn: Drawn, told: Callable[[str], Told]) -> Mapping[str, OptionShares]:
    """Every claim of a plan that a lever can reach, option by option.

    Args:
        plan: The plan of what was run.
        drawn: Looks up an assumption.
        told: Looks up a claim by its name.

    Returns:
        By claim, in the order of the case; empty where the case declares no lever.
    """
    found: dict[str, OptionShares] = {}
    for claim in plan.claims:
        own = levers(plan, claim.holds)
        if own:
            found[claim.name] = judged(claim.name, own, drawn, told(claim.name))
    return found


def levers(plan: Plan, *asked: Typed | None) -> tuple[Assumption, ...]:
    """The levers that can reach what is asked of a finished run."""
    declared = [one for one in plan.assumptions if one.lever]
    if not declared:
        return ()
    reached = [reach.of_expression(plan, one).sources for one in asked if one is not None]
    return tuple(one for one in declared if any(one.name in sources for sources in reached))


def judged(name: str, own: Sequence[Assumption], drawn: Drawn, told: Told) -> OptionShares:
    """One claim, or question, under each option.

    Args:
        name: Its name.
        own: The levers that can reach it.
        drawn: Looks up an assumption.
        told: What the worlds tell of it.
    """
    shares = tuple((one, told.share(here)) for one, here in worlds_under(own, drawn))
    return OptionShares(name, tuple(one.name for one in own), shares)


def worlds_under(
    own: Sequence[Assumption], drawn: Drawn, most: int = SPANNED
) -> Iterator[tuple[Option, Bool[ndarray, " draw"]]]:
    """In which worlds each combination of options was drawn; none where they are too many.

    Args:
        own: The levers, at least one.
        drawn: Looks up an assumption.
        most: How many combinations are not too many.
    """
    combinations = list(itertools.product(*(options_of(one).tolist() for one in own)))
    columns = [drawn(one.name) for one in own]
    for values in combinations if len(combinations) <= most else []:
        same = [column == value for column, value in zip(columns, values, strict=True)]
        yield option(own, values), np.logical_and.reduce(same)
