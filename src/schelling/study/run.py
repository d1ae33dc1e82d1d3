"""The main job: draw worlds, simulate them, ask the claims."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from jaxtyping import Float
from numpy import ndarray

from schelling.case.model import Case
from schelling.compile import draws, plan
from schelling.compile.plan import Plan
from schelling.compile.worlds import Outcomes, Paths
from schelling.errors import RunError
from schelling.study import collect, manifest, tables
from schelling.study.engine import MAX_WORLDS, Engine
from schelling.study.folder import Contents
from schelling.study.results import Run
from schelling.study.store import Writer

Progress = Callable[[int], None]
"""Called with the number of worlds finished since the last call."""

REPLICATES = 16


def run(
    case: Case,
    *,
    worlds: int = 10_000,
    seed: int = 0,
    replicates: int = REPLICATES,
    claims: Iterable[str] | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run a case over many worlds.

    Args:
        case: A checked case, from `schelling.load`.
        worlds: How many worlds; at least `replicates`.
        seed: Seed of the design and of chance; any integer.
        replicates: Independent scrambles of the design, from which error bars come; at least 2.
        claims: Names of the claims to ask; all of them when None.
        folder: Where to keep the run; in memory when None. A folder that holds something else is
            refused.
        progress: Called as worlds are finished.

    Returns:
        The run: verdicts, draws, series, games.

    Raises:
        RunError: The numbers asked for are impossible, or the folder cannot be used.

    Examples:
        >>> import schelling
        >>> case = schelling.load("cases/teaching/bargaining-range")
        >>> schelling.run(case, worlds=256, seed=1).manifest.worlds
        256
    """
    if not 2 <= replicates <= worlds <= MAX_WORLDS:
        message = f"2 <= replicates <= worlds <= {MAX_WORLDS:,} is needed; "
        message += f"got {replicates} replicates, {worlds:,} worlds"
        raise RunError(message)
    try:
        built = plan.build(case, claims)
    except KeyError as error:
        message = f"{error.args[0]!r} is not a claim of this case"
        raise RunError(message) from None
    what = manifest.Manifest(
        schema=manifest.SCHEMA,
        case=case.name,
        title=case.title,
        digest=case.digest,
        worlds=worlds,
        seed=seed,
        design="scrambled Sobol'",
        replicates=replicates,
        claims=tuple(claim.name for claim in built.claims),
        assumptions=tuple(assumption.name for assumption in built.assumptions),
        versions=manifest.versions(),
        command=_command(case, worlds, seed, built),
        questions=built.questions,
    )
    with Writer(case, Path(folder) if folder is not None else None) as writer:
        kept = _simulate(built, what, writer, progress)
        clock = case.clock
        contents = Contents(
            case,
            what,
            collect.series(built, clock, kept),
            collect.bands(built, clock, kept),
            collect.games(built, kept),
        )
        return writer.finish(contents)


def _command(case: Case, worlds: int, seed: int, built: Plan) -> str:
    """How to make the run again from a shell."""
    asked = [] if len(built.claims) == len(case.claims) else [c.name for c in built.claims]
    return " ".join(
        [
            f"schelling run {_place(case)} --worlds {worlds} --seed {seed}",
            *(f"--claim {name}" for name in asked),
        ]
    )


def _place(case: Case) -> str:
    """The case as given on the command line: its folder, or its file."""
    path = case.path.parent if case.path.name == "case.yaml" else case.path
    return shlex.quote(str(path))


def _simulate(
    built: Plan, what: manifest.Manifest, writer: Writer, progress: Progress | None
) -> list[Paths]:
    """All worlds, part by part; the paths of the first ones are kept."""
    engine = Engine(built, seed=what.seed)
    with ThreadPoolExecutor(1) as beside:
        kept: Future[list[Paths]] | None = None
        for first in range(0, what.worlds, tables.PART):
            count = min(tables.PART, what.worlds - first)
            drawn = draws.draw(
                built, seed=what.seed, replicates=what.replicates, first=first, count=count
            )
            if kept is None:  # compiled and computed while the claims are
                kept = beside.submit(_paths, engine, drawn[: collect.BAND_WORLDS])
            finished: list[Outcomes] = []
            for outcomes in engine.run(drawn, first):
                finished.append(outcomes)
                if progress is not None:
                    progress(len(outcomes.status))
            writer.add(tables.part(built, drawn, finished, first, what.replicates))
        return kept.result() if kept is not None else []


def _paths(engine: Engine, drawn: Float[ndarray, "draw assumption"]) -> list[Paths]:
    return list(engine.paths(drawn, 0))
