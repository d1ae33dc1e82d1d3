"""A run that is kept in a folder: started, resumed, finished, repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from schelling.errors import RunError
from schelling.study.runs import expected, kept_ties, stored
from schelling.study.runs.computing import looks, resumable
from schelling.study.runs.computing.compute import COURSE, Workers, make
from schelling.study.runs.computing.resumable import RunRequest, Unfinished
from schelling.study.runs.computing.worker import Result
from schelling.study.runs.files import (
    files,
    layout,
    manifest,
    reading,
    series_store,
    tables,
    tables_check,
    tie_file,
)
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.reading import Refused
from schelling.study.runs.results import Run


@dataclass
class OnDisk:
    """Keeps answers as files of an unfinished run."""

    unfinished: Unfinished
    stored: bool = True

    def held(self) -> set[int]:
        """Numbers of the parts that are whole, and of the course."""
        found = {tables.number(name) for name in self.unfinished.parts()}
        return found | ({COURSE} if series_store.FILE in self.unfinished.found else set())

    def take(self, number: int, answer: Result) -> None:
        """Keep an answer."""
        name = series_store.FILE if number == COURSE else tables.name(number)
        self.unfinished.add(name, answer.data)

    def columns(self, number: int, names: Sequence[str]) -> pa.Table:
        """Some columns of a part."""
        name = tables.name(number)
        data = reading.read(self.unfinished.place, name, reading.limit(name))
        return tables.decode(data, names)


def run(request: RunRequest, folder: Path, workers: Workers, *, resume: bool | None) -> Run:
    """Make a run in a folder.

    Args:
        request: The run.
        folder: Its place.
        workers: The executor and its function.
        resume: See `schelling.run`.

    Raises:
        RunError: The folder cannot be used, or holds another run than the one to resume.
    """
    with layout.taken(folder):
        layout.recover(folder)
        if resume and (done := _finished(folder, request)) is not None:
            workers.tell(done.worlds)
            return stored.read(folder, request.job.case, done, shard=request.shard)
        with resumable.begun(folder, request, resume=resume) as unfinished:
            sound = _fitting(unfinished.place, unfinished.found, request)
            unfinished.forget(unfinished.found.keys() - sound.keys())
            for name, digest in layout.keep_case(unfinished.place, request.job.case).items():
                unfinished.know(name, digest)
            seed = request.job.design.seed
            for name, data in kept_ties.files_of(request.job.case, seed, unfinished.found):
                unfinished.add(name, data)
            job = make(request, workers, OnDisk(unfinished))
            unfinished.finish(job.manifest, request.shard)
    return stored.read(folder, request.job.case, job.manifest, shard=request.shard)


def _finished(folder: Path, request: RunRequest) -> Manifest | None:
    """The run in a folder if it is the one asked for; what is damaged in it will be made again.

    Raises:
        RunError: It is another run.
    """
    try:
        what = manifest.read(folder)
    except (OSError, Refused):
        return None
    try:
        listed, shard = files.read(folder)
    except (OSError, Refused):
        listed, shard = {}, request.shard
    most = request.job.design.worlds
    job = request.job if request.until_error is None else request.job.of(min(what.worlds, most))
    if (found := manifest.differences(what, job.manifest)) or shard != request.shard:
        message = f"'{folder}' holds another run ({'; '.join(found) or f'shard {shard}'}); without "
        message += "`--resume` it is replaced"
        raise RunError(message)
    good = {name: d for name, d in listed.items() if files.whole(folder, name, d)}
    good = _fitting(folder, good, request)
    if listed and len(good) == len(listed) and _enough(folder, good, what, request):
        resumable.sweep(folder)
        return what
    resumable.reopen(folder, request, _reusable(good, what, request))
    return None


def _enough(folder: Path, found: Mapping[str, Digest], what: Manifest, request: RunRequest) -> bool:
    """Whether a finished run has reached the error asked for, or all the worlds there may be."""
    if (
        request.until_error is None
        or what.worlds == looks.schedule(request.job.design.worlds, what.replicates)[-1]
    ):
        return True
    columns = looks.columns(what.claims)
    counted = [
        looks.tally(
            tables.decode(reading.read(folder, name, reading.limit(name)), columns),
            what.claims,
            what.replicates,
        )
        for name in sorted(found)
        if name.startswith(f"{layout.WORLDS}/")
    ]
    return looks.error_bars(sum(counted[1:], counted[0]), request.until_error).enough


def _reusable(good: Mapping[str, Digest], what: Manifest, request: RunRequest) -> dict[str, Digest]:
    """What remains as it is however many worlds there will be."""
    if request.until_error is None:
        return dict(good)
    complete = what.worlds // tables.PART
    return {
        name: digest
        for name, digest in good.items()
        if name.startswith(f"{layout.WORLDS}/") and tables.number(name) < complete
    }


def _fitting(folder: Path, found: Mapping[str, Digest], request: RunRequest) -> dict[str, Digest]:
    """The files of a run that are what its case makes; the others are made again."""
    if not found:
        return {}
    job = request.job
    what = job.manifest
    shape = expected.shape(job.plan, what)
    good: dict[str, Digest] = {}
    for name, digest in found.items():
        try:
            if name.startswith(f"{layout.WORLDS}/"):
                first = tables.number(name) * tables.PART
                rows = tables_check.check(folder / name, name, shape, first)
                if rows != min(tables.PART, what.worlds - first) and request.until_error is None:
                    continue
            elif name == series_store.FILE:
                stored.read_course(folder, job.case, job.plan, what)
            elif name.startswith(f"{tie_file.FOLDER}/"):
                kept_ties.check(folder, name, job.case)
        except (OSError, Refused):
            continue
        good[name] = digest
    return good
