"""Running a case: draw worlds, simulate them and evaluate the claims."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path

from schelling.case.model import Case
from schelling.errors import RunError
from schelling.study.runs import complete
from schelling.study.runs.computing import from_posterior, jobs, looks, memory
from schelling.study.runs.computing.compute import InMemory, Workers, local, make, remote
from schelling.study.runs.computing.first_worlds import SAMPLE_WORLDS
from schelling.study.runs.computing.jobs import REPLICATES, WORLDS, Design
from schelling.study.runs.computing.resumable import RunRequest
from schelling.study.runs.computing.worker import Progress
from schelling.study.runs.files import posterior_file
from schelling.study.runs.files.layout import Contents
from schelling.study.runs.files.posterior_file import WeightedWorlds
from schelling.study.runs.results import Run


def run(  # noqa: PLR0913 - the door of the package: one argument an option
    case: Case,
    *,
    worlds: int | None = None,
    seed: int = 0,
    replicates: int = REPLICATES,
    claims: Iterable[str] | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
    design: str = "sobol",
    until_error: float | None = None,
    paths: int = SAMPLE_WORLDS,
    resume: bool | None = None,
    shard: tuple[int, int] | None = None,
    executor: Executor | None = None,
    memory_limit: int | None = None,
    course: bool = True,
    posterior: WeightedWorlds | str | Path | None = None,
) -> Run:
    """Run a case over many worlds.

    Args:
        case: A checked case, from `schelling.load`.
        worlds: How many worlds; at least `replicates`. 10,000 when None; with `until_error` at
            most so many, 1,000,000 when None.
        seed: Seed of the design and of chance; any integer.
        replicates: Independent copies of the design, from which error bars come; at least 2.
        claims: Names of the claims to ask; all of them when None.
        folder: Where to keep the run; in memory when None. A folder that holds something else is
            refused.
        progress: Called as worlds are finished.
        design: `sobol`, `lhs` (Latin hypercube), `mc` (Monte Carlo) or `full-factorial`, which is
            cut to as many whole levels of every assumption as `worlds` allow.
        until_error: Stop when every verdict's error bar (half its 95 % interval) is below this
            share.
        paths: How many of the first worlds are kept with their whole paths.
        resume: What to do with an unfinished run of this folder: True resumes it, False
            starts again, None refuses.
        shard: `(i, n)` computes part i of n of the run (i from 1), for `schelling.merge`.
        executor: Who computes; this process, on all its cores, when None.
        memory_limit: Bytes this run may take; what the machine has when None.
        course: Whether to find out more than the table of worlds, from which verdicts come. Without
            it the run is quicker, and has no series, bands or games and does not know what luck
            decides: whoever asks it gets a `RunError`. Such a run stays in memory.
        posterior: Draw worlds from the posterior of a fit rather than from the prior:
            `CaseFit.posterior`, or the folder of `schelling fit --into`. As many as it is worth
            independent ones when `worlds` is None.

    Returns:
        The run: verdicts, draws, series, games. Of a shard, its own worlds only.

    Raises:
        RunError: The numbers asked for are impossible, the folder cannot be used, or memory would
            not suffice.

    Examples:
        >>> import schelling
        >>> case = schelling.load("cases/teaching/bargaining-range")
        >>> schelling.run(case, worlds=256, seed=1).manifest.worlds
        256
    """
    source = (
        posterior_file.read(Path(posterior)) if isinstance(posterior, str | Path) else posterior
    )
    drawn = None
    if source is not None:
        seed = _of_posterior(source, case, seed, design, until_error)
        drawn = from_posterior.design(source, worlds, replicates)
        worlds = len(drawn.chosen)
    if worlds is None:
        worlds = WORLDS if until_error is None else looks.MOST
    kind = jobs.kind(design)
    looks.check(until_error, kind)
    if folder is not None and not course:
        message = "a run that is kept has its course; leave out `course=False` or the folder"
        raise RunError(message)
    asked = Design(worlds, seed, replicates, kind)
    job = jobs.job(case, asked, claims, paths, course=course, posterior=drawn)
    request = RunRequest(job, jobs.checked_shard(shard, folder, until_error), until_error)
    memory.check(job, in_memory=folder is None, limit=memory_limit, shard=request.shard is not None)
    workers = local(progress) if executor is None else remote(executor, progress)
    with workers as ready:
        if folder is not None:
            return complete.run(request, Path(folder), ready, resume=resume)
        return _in_memory(request, ready)


def _of_posterior(
    source: WeightedWorlds, case: Case, seed: int, design: str, until_error: float | None
) -> int:
    """The seed of a run that is drawn from a posterior.

    Raises:
        RunError: It cannot be drawn from it.
    """
    if jobs.kind(design) != "sobol" or until_error is not None:
        message = "worlds of a posterior follow no design and cannot be added to; leave out the "
        message += "design and the error to stop at"
        raise RunError(message)
    return from_posterior.check(source, case, seed)


def _in_memory(request: RunRequest, workers: Workers) -> Run:
    store = InMemory()
    finished = make(request, workers, store)
    return Run(Contents(request.job.case, finished.manifest, store.course), store.table())
