"""What a run is to compute, before anything is computed: worlds, design, claims, paths.

A job can be sent to another machine. It knows nothing of where results are kept or who computes.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from schelling.case.language.typed.scope import nearest
from schelling.case.model import Case
from schelling.compile.drawing.draws import DESIGNS, levels_within
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.errors import RunError
from schelling.study.runs.computing import from_posterior
from schelling.study.runs.computing.first_worlds import SAMPLE_WORLDS
from schelling.study.runs.computing.from_posterior import PosteriorDesign
from schelling.study.runs.files import manifest
from schelling.study.runs.files.manifest import MAX_WORLDS, Manifest

REPLICATES: Final = 16
WORLDS: Final = 10_000

SHORT: Final = {
    "sobol": "sobol",
    "lhs": "latin_hypercube",
    "mc": "monte_carlo",
    "full-factorial": "full_factorial",
}
"""Designs as they are called on the command line."""


@dataclass(frozen=True)
class Design:
    """Which worlds.

    Attributes:
        worlds: How many.
        seed: Seed of the design and of chance; any integer.
        replicates: Independent copies of the design, from which error bars come.
        kind: One of `schelling.compile.drawing.draws.DESIGNS`.
    """

    worlds: int = WORLDS
    seed: int = 0
    replicates: int = REPLICATES
    kind: str = "sobol"


@dataclass(frozen=True)
class Job:
    """What a run computes.

    Attributes:
        case: A checked case.
        design: Which worlds.
        claims: Names of the claims asked; all of them when None.
        paths: Worlds whose whole path is kept: the first of the run.
        course: Whether the course of the run and other luck are computed beside the table.
        posterior: Where worlds are drawn from, in place of the prior.
        planned: Worlds that a run may come to have which ends once it knows enough; those of the
            design when None.
    """

    case: Case
    design: Design
    claims: tuple[str, ...] | None = None
    paths: int = SAMPLE_WORLDS
    course: bool = True
    posterior: PosteriorDesign | None = None
    planned: int | None = None

    @property
    def most(self) -> int:
        """How many worlds it may come to, from which it follows by which programs all are run."""
        return self.planned or self.design.worlds

    @cached_property
    def plan(self) -> Plan:
        """The plan of the case for the claims asked."""
        return plan.build(self.case, self.claims)

    def __getstate__(self) -> dict[str, object]:
        """What another process needs; it builds the plan again."""
        return {name: value for name, value in self.__dict__.items() if name != "plan"}

    @property
    def manifest(self) -> Manifest:
        """How the run can be made again."""
        built, design = self.plan, self.design
        return Manifest(
            schema=manifest.SCHEMA,
            case=self.case.name,
            title=self.case.title,
            digest=self.case.digest,
            worlds=design.worlds,
            seed=design.seed,
            design=DESIGNS[design.kind] if self.posterior is None else from_posterior.DESIGN,
            replicates=design.replicates,
            claims=tuple(claim.name for claim in built.claims),
            assumptions=tuple(assumption.name for assumption in built.assumptions),
            versions=manifest.versions(),
            command=self.command,
            questions=built.questions,
            rival=self.case.rival,
            changed=dict(sorted(self.case.settings.items())),
            posterior=self.posterior.told if self.posterior is not None else {},
        )

    @property
    def command(self) -> str:
        """How to make the run again from a shell."""
        design, claims = self.design, self.plan.claims
        asked = [] if len(claims) == len(self.case.claims) else [c.name for c in claims]
        short = next(short for short, kind in SHORT.items() if kind == design.kind)
        said = [f"schelling run {place(self.case)}", f"--worlds {design.worlds}"]
        said.append(f"--seed {design.seed}")
        if design.replicates != REPLICATES:
            said.append(f"--replicates {design.replicates}")
        if design.kind != "sobol":
            said.append(f"--design {short}")
        if self.posterior is not None:
            said.append(f"--posterior {shlex.quote(self.posterior.source.place or 'FOLDER')}")
        if self.paths != SAMPLE_WORLDS:
            said.append(f"--paths {self.paths}")
        if self.case.rival:
            said.append(f"--rival {self.case.rival}")
        changed = sorted(self.case.settings.items())
        said += [f"--set {shlex.quote(f'{name}={text}')}" for name, text in changed]
        return " ".join([*said, *(f"--claim {name}" for name in asked)])

    def of(self, worlds: int) -> Job:
        """The same with another number of worlds."""
        return replace(self, design=replace(self.design, worlds=worlds), planned=self.most)


def kind(design: str) -> str:
    """The kind of a design, from its name on the command line or in `compile.drawing.draws`.

    Raises:
        RunError: There is none of that name.
    """
    if design in DESIGNS:
        return design
    if design not in SHORT:
        message = f"'{design}' is not a design; the designs are {', '.join(SHORT)}"
        raise RunError(message)
    return SHORT[design]


def checked_shard(
    shard: tuple[int, int] | None, folder: object, until_error: float | None
) -> tuple[int, int] | None:
    """A shard that exists and can be kept.

    Raises:
        RunError: It does not, or cannot.
    """
    if shard is None:
        return None
    if not 1 <= shard[0] <= shard[1]:
        message = f"a shard is i of n with 1 <= i <= n; got {shard[0]} of {shard[1]}"
        raise RunError(message)
    if folder is None:
        message = "a shard needs a folder"
        raise RunError(message)
    if until_error is not None:
        message = "a shard cannot stop at an error bar: it does not know the other shards"
        raise RunError(message)
    return shard


def place(case: Case) -> str:
    """The case as given on the command line: its folder, or its file."""
    path = case.path.parent if case.path.name == "case.yaml" else case.path
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def job(
    case: Case,
    design: Design,
    claims: Iterable[str] | None = None,
    paths: int = SAMPLE_WORLDS,
    *,
    course: bool = True,
    posterior: PosteriorDesign | None = None,
) -> Job:
    """A job whose numbers are possible; a full factorial design is cut to whole levels.

    Args:
        case: A checked case.
        design: Which worlds.
        claims: Names of the claims to ask; all of them when None.
        paths: Worlds whose whole path is kept.
        course: Whether the course of the run and other luck are computed beside the table.
        posterior: Where worlds are drawn from, in place of the prior.

    Raises:
        RunError: The numbers asked for are impossible, or a claim does not exist.
    """
    _check_numbers(design.worlds, design.replicates)
    if paths < 1:
        message = f"`paths` must be at least 1; got {paths}"
        raise RunError(message)
    named = tuple(claims) if claims is not None else None
    asked = Job(case, design, named, paths, course, posterior)
    try:
        built = asked.plan
    except KeyError as error:
        wrong = str(error.args[0])
        near = nearest(wrong, [claim.name for claim in case.claims])
        message = f"'{wrong}' is not a claim of this case"
        message += f"; did you mean '{near}'?" if near else ""
        raise RunError(message) from None
    if design.kind != "full_factorial":
        return asked
    return asked.of(_whole_factorial(built, design))


def _check_numbers(worlds: int, replicates: int) -> None:
    """Refuse numbers of worlds and replicates that give no error bar, or are too large."""
    message = ""
    if replicates < 2:
        message = f"error bars need at least 2 replicates; got {replicates}"
    elif worlds < replicates:
        message = f"error bars need at least {replicates} worlds, one in each of {replicates} "
        message += f"replicates; got {worlds:,}"
    elif worlds > MAX_WORLDS:
        message = f"worlds are at most {MAX_WORLDS:,}; got {worlds:,}"
    if message:
        raise RunError(message)


def _whole_factorial(built: Plan, design: Design) -> int:
    """Worlds of the largest full factorial design within a number of worlds."""
    things = len(built.assumptions)
    levels = levels_within(design.worlds, design.replicates, things)
    if built.correlations:
        message = "a full factorial design crosses all levels, so it cannot have correlations; "
        message += "choose another design"
        raise RunError(message)
    if levels < 2 or things == 0:
        need = 2**things * design.replicates
        message = f"two levels of {things} assumptions in {design.replicates} replicates are "
        message += f"{need:,} worlds; got {design.worlds:,}"
        raise RunError(message)
    return levels**things * design.replicates
