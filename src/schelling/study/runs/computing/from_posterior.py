"""Worlds of a run that are drawn from a posterior rather than from the prior.

A run counts all its worlds alike, so they are drawn by their weights (systematic resampling).
Worlds of one group of the posterior stay together in a replicate as far as the weights allow: what
groups differ by is what the posterior is uncertain by, and error bars come from replicates. A run
has no more worlds than the posterior is worth independent ones, as all that is computed from a run
counts its worlds as independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int, UInt32
from numpy import ndarray

from schelling.case.model import Case
from schelling.errors import RunError
from schelling.study.runs.files import posterior_file
from schelling.study.runs.files.manifest import OF_THE_POSTERIOR
from schelling.study.runs.files.posterior_file import WeightedWorlds

DESIGN = "drawn from a posterior"


@dataclass(frozen=True)
class PosteriorDesign:
    """Which world of a posterior each world of a run is.

    Attributes:
        source: The posterior.
        chosen: Position of each world in it.
    """

    source: WeightedWorlds
    chosen: Int[ndarray, " world"]

    @property
    def told(self) -> dict[str, str]:
        """What the manifest of the run says of it."""
        luck = OF_THE_POSTERIOR if self.source.luck is not None else "drawn anew"
        return {
            "digest": self.digest,
            "engine": self.source.engine,
            "records": self.source.records,
            "known": self.source.known.isoformat(),
            "luck": luck,
        }

    @cached_property
    def digest(self) -> str:
        """Of the posterior."""
        return posterior_file.digest(self.source)

    def values(self, first: int, count: int) -> Float[ndarray, "world assumption"]:
        """Assumptions of consecutive worlds, in declared units."""
        return self.source.values[self.chosen[first : first + count]]

    def luck(self, first: int, count: int) -> UInt32[ndarray, " world"] | None:
        """Numbers that their luck goes by; None where it is that of their own numbers."""
        known = self.source.luck
        return None if known is None else known[self.chosen[first : first + count]]


def check(source: WeightedWorlds, case: Case, seed: int) -> int:
    """The seed of a run that is drawn from a posterior.

    Args:
        source: The posterior.
        case: The case to be run.
        seed: What was asked for; 0 leaves it to the posterior.

    Raises:
        RunError: The posterior is of another case, or has another seed.
    """
    if source.case != case.digest:
        message = "the posterior is of another case, of another version or rival of this one, or "
        message += "was fitted with other values set; fit the case that is run"
        raise RunError(message)
    if source.names != tuple(one.name for one in case.assumptions):
        message = "the posterior has other assumptions than the case"
        raise RunError(message)
    if seed not in (0, source.seed):
        message = f"luck is numbered by the seed of the fit, which is {source.seed}; "
        message += f"a run of its posterior cannot have the seed {seed}"
        raise RunError(message)
    return source.seed


def design(source: WeightedWorlds, worlds: int | None, replicates: int) -> PosteriorDesign:
    """Draw equally weighted worlds from a posterior.

    Args:
        source: The posterior.
        worlds: How many; as many independent ones as the posterior is worth when None.
        replicates: World w belongs to replicate w modulo this.

    Raises:
        RunError: More are asked for than it is worth.
    """
    most, total = min(source.effective, len(source.weights)), len(source.weights)
    count = most if worlds is None else worlds
    if count > most:
        message = f"the {total:,} worlds of the posterior are worth {most:,} independent ones, and "
        message += f"a run of it has no more (got {count:,}); fit the case with more worlds"
        raise RunError(message)
    rng = np.random.default_rng([abs(source.seed), 43, count])
    order = np.argsort(source.group, kind="stable")
    share = np.cumsum(source.weights[order]) / source.weights.sum()
    marks = (np.arange(count) + rng.uniform()) / count
    drawn = order[np.minimum(np.searchsorted(share, marks), total - 1)]
    chosen = np.empty(count, np.int64)
    start = 0
    for replicate in range(replicates):
        size = len(range(replicate, count, replicates))
        chosen[replicate::replicates] = rng.permutation(drawn[start : start + size])
        start += size
    return PosteriorDesign(source, chosen)
