"""The worlds of a run as arrays: their assumptions, and the claims in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Integer, UInt32
from numpy import ndarray

from schelling.analysis.boxes.rounding import Label
from schelling.case.model import Assumption
from schelling.study.runs.lever_options import Option, spoken
from schelling.study.runs.option_shares import MOST, worlds_under
from schelling.study.runs.results import Run

FEW = 12
"""An assumption with at most as many values is a category to boxes and slices."""


@dataclass(frozen=True)
class Sample:
    """Worlds of a run; fixed assumptions are left out.

    Attributes:
        assumptions: Those that vary.
        claims: Names of the claims.
        values: Assumptions in declared units.
        holds: Whether each claim holds; False where its numbers failed.
        margin: How far it is from flipping, in base units; NaN where its numbers failed.
        replicate: Which replicate of the design each world belongs to.
        world: Numbers that the luck of the worlds goes by; their own, unless the run was drawn from
            a posterior.
        asked: Where each claim asks something; None where every world asks every claim. A claim
            that is not asked has no margin.
    """

    assumptions: tuple[Assumption, ...]
    claims: tuple[str, ...]
    values: Float[ndarray, "draw assumption"]
    holds: Bool[ndarray, "draw claim"]
    margin: Float[ndarray, "draw claim"]
    replicate: Integer[ndarray, " draw"]
    world: UInt32[ndarray, " draw"]
    asked: Bool[ndarray, "draw claim"] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the assumptions."""
        return tuple(assumption.name for assumption in self.assumptions)

    @property
    def failed(self) -> Bool[ndarray, "draw claim"]:
        """Where a claim's numbers failed."""
        return np.isnan(self.margin)

    @property
    def truth(self) -> Float[ndarray, "draw claim"]:
        """Truth as 1 and 0, and NaN where numbers failed."""
        return np.where(self.failed, np.nan, self.holds)

    def categories(self) -> tuple[int, ...]:
        """For every assumption 0 if it is a number, else how many values it has."""
        found = (_listed(assumption) for assumption in self.assumptions)
        return tuple(len(values) if values is not None else 0 for values in found)

    def coded(self) -> Float[ndarray, "draw assumption"]:
        """The values, those of categories as their places in the list."""
        columns = self.values.copy()
        for column, assumption in enumerate(self.assumptions):
            values = _listed(assumption)
            if values is not None:
                columns[:, column] = np.searchsorted(np.array(values), self.values[:, column])
        return columns

    def labels(self) -> tuple[Label, ...]:
        """How each assumption is written in a sentence."""
        return tuple(
            Label(
                assumption.name,
                unit=spoken(assumption.unit.written),
                categories=tuple(f"{value:g}" for value in _listed(assumption) or ()),
            )
            for assumption in self.assumptions
        )

    def only(self, places: Sequence[int]) -> Sample:
        """Some of the assumptions only, by their places."""
        kept = list(places)
        some = tuple(self.assumptions[place] for place in kept)
        return replace(self, assumptions=some, values=self.values[:, kept])

    def first(self, worlds: int) -> Sample:
        """The first worlds only."""
        return self.where(slice(worlds))

    def where(self, here: Bool[ndarray, " draw"] | slice) -> Sample:
        """Some of the worlds only."""
        return replace(
            self,
            values=self.values[here],
            holds=self.holds[here],
            margin=self.margin[here],
            replicate=self.replicate[here],
            world=self.world[here],
            asked=None if self.asked is None else self.asked[here],
        )

    def column(self, name: str) -> Float[ndarray, " draw"]:
        """The values of one assumption."""
        return self.values[:, self.names.index(name)]

    def levers(self, reached: Collection[str]) -> list[Assumption]:
        """The levers among some assumptions.

        Args:
            reached: Names of the assumptions.
        """
        return [one for one in self.assumptions if one.lever and one.name in reached]

    def under_options(
        self, reached: Collection[str]
    ) -> list[tuple[Option | None, Bool[ndarray, " draw"]]]:
        """In which worlds each combination of options of the levers that reach something was drawn.

        Args:
            reached: Names of the assumptions that reach it.

        Returns:
            All worlds, under None, where no lever does, or where combinations are too many.
        """
        own = self.levers(reached)
        found = list(worlds_under(own, self.column, MOST)) if own else []
        return [*found] or [(None, np.ones(len(self.world), dtype=bool))]


def of(run: Run, claims: tuple[str, ...]) -> Sample:
    """The worlds of a run.

    Args:
        run: The run.
        claims: Names of claims it was asked.

    Returns:
        All its worlds.
    """
    varying = tuple(a for a in run.case.assumptions if varies(a))
    worlds = len(run.column("replicate"))
    margin = [run.column(f"margin.{claim}") for claim in claims]
    holds = [run.column(f"holds.{claim}").astype(bool) for claim in claims]
    values = [run.column(assumption.name) for assumption in varying]
    asked = [run.counts(claim) for claim in claims]
    return Sample(
        varying,
        claims,
        np.stack(values, axis=1) if values else np.zeros((worlds, 0)),
        np.stack(holds, axis=1) if holds else np.zeros((worlds, 0), dtype=bool),
        np.stack(margin, axis=1) if margin else np.zeros((worlds, 0)),
        run.column("replicate").astype(np.int64),
        run.column(run.manifest.numbered).astype(np.uint32),
        None if all(one.all() for one in asked) else np.stack(asked, axis=1),
    )


def varies(assumption: Assumption) -> bool:
    """Whether an assumption has more than one value."""
    if assumption.prior.family == "choice":
        return len(_possible(assumption)) > 1
    return assumption.prior.family != "fixed"


def _possible(assumption: Assumption) -> tuple[float, ...]:
    values, weights = (np.asarray(p, dtype=np.float64) for p in assumption.prior.parameters)
    return tuple(float(value) for value in np.unique(values[weights > 0.0]))


def _listed(assumption: Assumption) -> tuple[float, ...] | None:
    if assumption.prior.family != "choice":
        return None
    values = _possible(assumption)
    return values if len(values) <= FEW else None
