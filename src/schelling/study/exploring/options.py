"""Options of the actors that have levers, compared over the same worlds and chance draws."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.analysis.robustness import Robustness, robustness
from schelling.errors import RunError
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample

MOST = 64
"""Combinations of options that are compared."""

READ = 8_192
"""Worlds each is run over: the first of the run."""


@dataclass(frozen=True)
class Option:
    """One value of every lever.

    Attributes:
        values: Name of the lever, its actor, and its value in the declared unit.
    """

    values: tuple[tuple[str, str, float], ...]

    @property
    def words(self) -> str:
        """Such as `aid = 0.5, sanctions = 1`."""
        return ", ".join(f"{lever} = {value:g}" for lever, _, value in self.values)


@dataclass(frozen=True)
class ClaimOptions:
    """How robust a claim is under every option; larger margins are better for it.

    Attributes:
        claim: Its name.
        robustness: One entry per option.
    """

    claim: str
    robustness: Robustness


@dataclass(frozen=True)
class Options:
    """Every combination of options, over the same worlds.

    Attributes:
        options: The combinations.
        worlds: Worlds each was run over.
        claims: Results for each claim; claims whose numbers failed in all worlds are left out.
    """

    options: tuple[Option, ...]
    worlds: int
    claims: tuple[ClaimOptions, ...]


def of_case(
    probe: Probe, sample: Sample, draws: Float[ndarray, "draw assumption"]
) -> Options | None:
    """Run every combination of the options of a case over the same worlds.

    Args:
        probe: The plan of the case.
        sample: Worlds of a run of it.
        draws: All assumptions of the first of them, in declared units; as many as are read.

    Returns:
        The comparison; None if the case has no lever.

    Raises:
        RunError: There are more combinations than can be compared.
    """
    levers = [assumption for assumption in probe.plan.assumptions if assumption.lever]
    if not levers:
        return None
    listed = [np.unique(np.asarray(a.prior.parameters[0], dtype=np.float64)) for a in levers]
    count = int(np.prod([values.size for values in listed]))
    if count > MOST:
        message = f"{count} combinations of options; at most {MOST} are compared"
        raise RunError(message)
    names = [assumption.name for assumption in probe.plan.assumptions]
    worlds = len(draws)
    options: list[Option] = []
    told: list[np.ndarray] = []
    for values in itertools.product(*listed):
        drawn = draws.copy()
        for lever, value in zip(levers, values, strict=True):
            drawn[:, names.index(lever.name)] = value
        found = probe.ask_values(drawn, sample.world[:worlds])
        told.append(np.stack([found.margin, found.holds]))
        chosen = zip(levers, values, strict=True)
        options.append(Option(tuple((a.name, a.lever, float(v)) for a, v in chosen)))
    margin, holds = np.stack(told, axis=-1)
    claims: list[ClaimOptions] = []
    for column, claim in enumerate(sample.claims):
        values = margin[:, column]
        if np.isfinite(values).all(axis=1).any():
            satisfied = holds[:, column] > 0
            replicate = sample.replicate[:worlds]
            claims.append(ClaimOptions(claim, robustness(values, satisfied, replicate)))
    return Options(tuple(options), worlds, tuple(claims))
