"""Exploration: what claims hinge on, what flips them, and whether they can hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from schelling.case.model import Case
from schelling.compile.planning import plan
from schelling.errors import RunError
from schelling.study.exploring import (
    coherence,
    findings,
    flips,
    indicators,
    options,
    sample,
    scenarios,
    sensitivity,
    slopes,
    under,
)
from schelling.study.exploring.box_search import BoxChoice, Boxes
from schelling.study.exploring.coherence import ClaimCoherence
from schelling.study.exploring.finding_kinds import Finding
from schelling.study.exploring.flip_results import ClaimFlips
from schelling.study.exploring.indicators import ClaimIndicator
from schelling.study.exploring.indices import Sensitivity
from schelling.study.exploring.options import Options
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample
from schelling.study.exploring.sensitivity import SeriesSensitivity
from schelling.study.exploring.slopes import Slopes
from schelling.study.runs.files.posterior_file import WeightedWorlds
from schelling.study.runs.results import Run
from schelling.study.runs.run import run as run_case

PARTS = (
    "sensitivity",
    "boxes",
    "flips",
    "coherence",
    "indicators",
    "options",
    "gradients",
)
"""What can be asked for."""

FIRST = ("sensitivity", "boxes", "coherence")
"""What the findings are made of; `options` beside them in a case with levers."""

BASE = 1_024
"""Base points of the design behind Sobol' indices; half as many where the inputs are many."""

_MANY = 32

_SEARCHED = 1_024

Progress = Callable[[str], None]
"""Called with the name of each part as it begins."""


@dataclass(frozen=True, repr=False)
class Exploration:
    """What a case hinges on.

    Attributes:
        run: The ordinary sample: its verdicts are the run's.
        claims: Names of the claims looked at.
        what: The requested parts; the others are None or empty.
        base: Base points of the design behind Sobol' indices.
        world: Number of the world flips start from; None for the central one.
        sensitivity: What decides each claim.
        series: What decides series, step by step.
        boxes: Where claims fail and hold.
        flips: What flips each claim.
        coherence: Whether the claims hold together; None where there are fewer than two.
        indicators: What to watch for.
        options: How robust the options are; None if the case has no lever.
        gradients: Slopes of the margins where the case is smooth.
        findings: What stands out from the error bars, as far as the requested parts tell.
    """

    run: Run
    claims: tuple[str, ...]
    what: tuple[str, ...]
    base: int
    world: int | None
    sensitivity: Sensitivity | None = None
    series: tuple[SeriesSensitivity, ...] = ()
    boxes: tuple[Boxes, ...] = ()
    flips: tuple[ClaimFlips, ...] = ()
    coherence: ClaimCoherence | None = None
    indicators: tuple[ClaimIndicator, ...] = ()
    options: Options | None = None
    gradients: Slopes | None = None
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"<Exploration of {self.run.case.name!r}, parts: {', '.join(self.what)}>"

    @property
    def case(self) -> Case:
        """The case."""
        return self.run.case

    @property
    def verdicts(self) -> pd.DataFrame:
        """Shares, error bars and words of the claims; see `Run.verdicts`."""
        return self.run.verdicts.loc[list(self.claims)]


def explore(  # noqa: PLR0913 - as many as there are things to choose
    case: Case,
    run: Run | None = None,
    *,
    worlds: int | None = None,
    seed: int = 0,
    claims: Iterable[str] | None = None,
    what: Sequence[str] = PARTS,
    base: int | None = None,
    world: int | None = None,
    series: Sequence[str] = (),
    extras: Sequence[str] = (),
    density: float | None = None,
    mass: float = 0.05,
    posterior: WeightedWorlds | str | Path | None = None,
    brief: bool = False,
    progress: Progress | None = None,
) -> Exploration:
    """Find out what the claims of a case hinge on.

    Args:
        case: A checked case, from `schelling.load`.
        run: A run of it to start from; one is made in memory when None.
        worlds: How many worlds to run when there is no run yet; 10,000 when None, or as many as a
            posterior is worth.
        seed: Seed of that run; a run given has its own.
        claims: Names of the claims to look at; all of them when None.
        what: The parts to compute: some of `PARTS`.
        base: Base points of the design behind Sobol' indices; it runs this times the number of
            groups of inputs plus 2 worlds, and where assumptions are correlated, for Shapley
            effects, about this times the number of inputs more. A power of two; 1,024 when None, or
            512 where more than 32 assumptions vary.
        world: Number of a world of the run to start flips from; the central one when None.
        series: Names of series whose sensitivity is asked for, step by step.
        extras: What else is asked of sensitivity: `second-order` (pairs), `shapley` (also where
            nothing is correlated), `pawn` (PAWN and RBD-FAST).
        density: Least density of a box: of the boxes along the peeling that reach it the one of
            largest coverage is told. When None, the box that tells most.
        mass: Least worlds of a box, as a share of those sought.
        posterior: Make the run from the posterior of a fit; see `schelling.run`. A run that was
            drawn from one is explored without `sensitivity`, whose designs draw assumptions from
            the prior, and flips start from its world nearest the middle.
        brief: Look for boxes only where the findings have a use for them: of worlds of a kind that
            is rare.
        progress: Called as parts begin.

    Returns:
        The exploration. The same case, seed and numbers give the same exploration.

    Raises:
        RunError: A claim, part, extra, world or series does not exist.

    Examples:
        >>> import schelling
        >>> case = schelling.load("cases/teaching/bargaining-range")
        >>> found = schelling.explore(case, worlds=256, claims=["war_comes"], what=["flips"])
        >>> [move.assumption for move in found.flips[0].smallest.moves]
        ['cost_a', 'type_b']
    """
    tell = progress or _silent
    _check_request(case, what, base, extras)
    asked = None if claims is None else tuple(claims)
    points = _base(case) if base is None else base
    if run is None:
        tell("worlds")
        run = run_case(case, worlds=worlds, seed=seed, claims=asked, posterior=posterior)
    elif asked is None:
        asked = run.manifest.claims
    names = run.manifest.claims if asked is None else asked
    _check_run(run, case, names, world)
    what = under.parts(run, what, series)
    compiled = Probe(plan.build(case, asked), run.manifest.seed)  # as the run was, if it was here
    choices = _Choices(points, world, frozenset(extras), BoxChoice(density, mass), brief)
    study = _Study(run, names, choices, compiled)
    found: dict[str, object] = {}
    for part in PARTS:
        if part in what:
            tell(part)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                found[part] = getattr(study, part)()  # margins may be beyond all squares and sums
    if series:
        tell("series")
        found["series"] = sensitivity.of_series(study.probe, series, base=points, seed=study.seed)
    looked = tuple(part for part in PARTS if part in what)
    made = Exploration(run, names, looked, points, world, **found)  # pyright: ignore
    return replace(made, findings=_findings(made, study.sample))


def _findings(made: Exploration, worlds: Sample) -> tuple[Finding, ...]:
    return findings.of_run(
        made.run,
        worlds,
        sensitivity=made.sensitivity,
        boxes=made.boxes,
        coherence=made.coherence,
    )


def _base(case: Case) -> int:
    many = sum(sample.varies(one) for one in case.assumptions) > _MANY
    return BASE // 2 if many else BASE


def _silent(part: str) -> None:
    del part


def _check_request(
    case: Case, what: Sequence[str], base: int | None, extras: Sequence[str]
) -> None:
    if not case.claims or not any(sample.varies(one) for one in case.assumptions):
        message = "there is nothing to explore: the case needs a claim and an uncertain assumption"
        raise RunError(message)
    for part in what:
        if part not in PARTS:
            message = f"'{part}' is not a part of an exploration; the parts are {', '.join(PARTS)}"
            raise RunError(message)
    for extra in extras:
        if extra not in sensitivity.EXTRAS:
            message = f"'{extra}' is no extra of sensitivity; there are "
            message += ", ".join(sensitivity.EXTRAS)
            raise RunError(message)
    if base is not None and (base < 2 or base & (base - 1)):
        message = f"`base` must be a power of two; got {base:,}"
        raise RunError(message)


def _check_run(run: Run, case: Case, names: tuple[str, ...], world: int | None) -> None:
    if run.case.digest != case.digest:
        message = "the run is of another version of this case; run the case again"
        if run.case.settings != case.settings:
            made = " ".join(f"--set {one.name}" for one in run.case.changed) or "nothing set"
            message = f"the run was made with other definitions ({made}); set the same for the case"
        raise RunError(message)
    for name in names:
        if name not in run.manifest.claims:
            message = f"{name!r} is not a claim of this run"
            raise RunError(message)
    size = run.manifest.worlds
    if world is not None and not 0 <= world < size:
        message = f"the run has worlds 0 to {size - 1:,}; there is no world {world:,}"
        raise RunError(message)


@dataclass(frozen=True)
class _Choices:
    """What was chosen; see `explore`."""

    base: int
    world: int | None
    extras: frozenset[str]
    boxes: BoxChoice
    brief: bool


class _Study:
    """One exploration under way: each part is a method of the part's name."""

    def __init__(self, run: Run, claims: tuple[str, ...], choices: _Choices, probe: Probe) -> None:
        self.run = run
        self.base = choices.base
        self.world = choices.world
        self.extras = choices.extras
        self.choices = choices
        self.probe = probe
        self.seed = run.manifest.seed
        self.sample = sample.of(run, claims)
        self.all_draws = np.stack(
            [np.asarray(run.column(a.name), dtype=np.float64) for a in probe.plan.assumptions],
            axis=1,
        )

    def sensitivity(self) -> Sensitivity:
        return sensitivity.of_claims(
            self.probe, self.sample, base=self.base, seed=self.seed, extras=self.extras
        )

    def boxes(self) -> tuple[Boxes, ...]:
        return scenarios.of_claims(
            self.probe,
            self.sample,
            seed=self.seed,
            choice=self.choices.boxes,
            redraw=not self.run.manifest.posterior,
            most=findings.RARE if self.choices.brief else 1.0,
        )

    def flips(self) -> tuple[ClaimFlips, ...]:
        begin = None
        if self.world is not None:
            begin = self.world, self.all_draws[self.world]
        elif self.run.manifest.posterior:
            middle = under.middle(self.probe, self.all_draws)
            begin = middle, self.all_draws[middle]
        return flips.of_claims(self.probe, self.all_draws[:_SEARCHED], begin)

    def coherence(self) -> ClaimCoherence | None:
        boxed = not self.choices.brief
        return coherence.of_claims(
            self.probe, self.sample, self.all_draws, seed=self.seed, boxed=boxed
        )

    def indicators(self) -> tuple[ClaimIndicator, ...]:
        times = self.run.bands["time"].values
        return indicators.of_claims(
            self.probe, self.sample, self.all_draws[: indicators.READ], times
        )

    def options(self) -> Options | None:
        return options.of_case(
            self.probe,
            self.run.case,
            self.sample,
            self.all_draws[: options.READ],
            seed=self.seed,
            choice=self.choices.boxes,
        )

    def gradients(self) -> Slopes:
        return slopes.of_claims(self.probe, self.sample, self.all_draws)
