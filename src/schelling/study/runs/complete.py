"""A run that is kept in a folder: begun, gone on with, finished, mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from schelling.errors import RunError
from schelling.study.runs import open as store
from schelling.study.runs.computing import looks
from schelling.study.runs.computing import resumable as beginnings
from schelling.study.runs.computing.compute import COURSE, Crew, make
from schelling.study.runs.computing.resumable import Unfinished, Wish
from schelling.study.runs.computing.worker import Answer
from schelling.study.runs.files import files, manifest, series_store, tables
from schelling.study.runs.files import folder as layout
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.results import Run


@dataclass
class OnDisk:
    """Keeps answers as files of an unfinished run."""

    unfinished: Unfinished
    stored: bool = True

    def held(self) -> set[int]:
        """Numbers of the parts that are whole, and of the course."""
        found = {_number(name) for name in self.unfinished.parts()}
        return found | ({COURSE} if series_store.FILE in self.unfinished.found else set())

    def take(self, number: int, answer: Answer) -> None:
        """Keep an answer."""
        name = series_store.FILE if number == COURSE else tables.name(number)
        self.unfinished.add(name, answer.data)

    def columns(self, number: int, names: Sequence[str]) -> pa.Table:
        """Some columns of a part."""
        return tables.decode((self.unfinished.place / tables.name(number)).read_bytes(), names)


def run(wish: Wish, folder: Path, crew: Crew, *, resume: bool | None) -> Run:
    """Make a run in a folder.

    Args:
        wish: The run.
        folder: Its place.
        crew: Whoever computes.
        resume: See `schelling.run`.

    Raises:
        RunError: The folder cannot be used, or holds another run than the one to go on with.
    """
    with layout.taken(folder):
        layout.recover(folder)
        if resume and (done := _finished(folder, wish)) is not None:
            crew.tell(done.worlds)
            return store.read(folder, wish.job.case, done, shard=wish.shard)
        with beginnings.begun(folder, wish, resume=resume) as unfinished:
            for name, digest in layout.keep_case(unfinished.place, wish.job.case).items():
                unfinished.know(name, digest)
            job = make(wish, crew, OnDisk(unfinished))
            unfinished.finish(job.manifest, wish.shard)
    return store.read(folder, wish.job.case, job.manifest, shard=wish.shard)


def _finished(folder: Path, wish: Wish) -> Manifest | None:
    """The run in a folder if it is the one asked for; what is damaged in it will be made again.

    Raises:
        RunError: It is another run.
    """
    try:
        what = manifest.from_json((folder / layout.MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        listed, shard = files.from_json((folder / files.LIST).read_text("utf-8"))
    except (OSError, ValueError):
        listed, shard = {}, wish.shard
    most = wish.job.design.worlds
    job = wish.job if wish.until_error is None else wish.job.of(min(what.worlds, most))
    if (found := manifest.differences(what, job.manifest)) or shard != wish.shard:
        message = f"'{folder}' holds another run ({'; '.join(found) or f'shard {shard}'}); without "
        message += "`--resume` it is replaced"
        raise RunError(message)
    good = {name: d for name, d in listed.items() if files.whole(folder / name, d)}
    if listed and len(good) == len(listed) and _enough(folder, what, wish):
        beginnings.sweep(folder)
        return what
    beginnings.reopen(folder, wish, _reusable(good, what, wish))
    return None


def _enough(folder: Path, what: Manifest, wish: Wish) -> bool:
    """Whether a finished run has reached the error asked for, or all the worlds there may be."""
    if (
        wish.until_error is None
        or what.worlds == looks.schedule(wish.job.design.worlds, what.replicates)[-1]
    ):
        return True
    counted = [
        looks.tally(
            tables.decode(path.read_bytes(), looks.columns(what.claims)),
            what.claims,
            what.replicates,
        )
        for path in sorted((folder / layout.WORLDS).iterdir())
    ]
    return looks.error_bars(sum(counted[1:], counted[0]), wish.until_error).enough


def _reusable(good: Mapping[str, Digest], what: Manifest, wish: Wish) -> dict[str, Digest]:
    """What remains as it is however many worlds there will be."""
    if wish.until_error is None:
        return dict(good)
    complete = what.worlds // tables.PART
    return {
        name: digest
        for name, digest in good.items()
        if name.startswith(f"{layout.WORLDS}/") and _number(name) < complete
    }


def _number(name: str) -> int:
    return int(name.rpartition("-")[2].partition(".")[0])
