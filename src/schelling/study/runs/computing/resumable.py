"""A run while it is made: `NAME.unfinished` beside its place, which can be resumed.

A file in it is either complete or absent. Each complete file is recorded in a journal with its
digest; other files are ignored. The folder is there only while there is something to resume.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schelling.errors import RunError
from schelling.study.runs.computing.jobs import Job
from schelling.study.runs.files import files, layout, manifest, reading
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.reading import Refused

_REQUEST: Final = "request.json"


@dataclass(frozen=True)
class RunRequest:
    """What is asked of a run: the job, the shard of it, and when to stop.

    Attributes:
        job: What is computed, at most.
        shard: Which part of it, counted from 1, and of how many; all of it when None.
        until_error: The error bar at which it may stop, as a share; none when None.
    """

    job: Job
    shard: tuple[int, int] | None = None
    until_error: float | None = None

    def to_json(self) -> str:
        """The request as JSON text."""
        return json.dumps(
            {
                "manifest": json.loads(self.job.manifest.to_json()),
                "paths": self.job.paths,
                "shard": self.shard,
                "until_error": self.until_error,
            },
            indent=2,
        )

    def differences(self, text: str) -> tuple[str, ...]:
        """How this request differs from one kept as JSON text.

        Raises:
            Refused: It is not a request.
        """
        data = reading.json_object(text, _REQUEST)
        mine: Any = json.loads(self.to_json())
        try:
            found = manifest.differences(
                manifest.from_json(json.dumps(data["manifest"])), self.job.manifest
            )
            extra = [
                f"{key}: {data[key]} and {mine[key]}"
                for key in ("paths", "shard", "until_error")
                if data[key] != mine[key]
            ]
        except (KeyError, TypeError) as error:
            message = f"not an unfinished run: {error}"
            raise Refused(message) from error
        return (*found, *extra)

    def command(self, target: Path) -> str:
        """How to resume it from a shell."""
        extra = [self.job.command, f"--out {shlex.quote(str(target))}"]
        if self.shard is not None:
            extra.append(f"--shard {self.shard[0]}/{self.shard[1]}")
        if self.until_error is not None:
            extra.append(f"--until-error {100 * self.until_error:g}%")
        return " ".join([*extra, "--resume"])


@dataclass
class Unfinished:
    """The folder of an unfinished run, and its files that are whole.

    Attributes:
        target: The run's place.
        place: The folder it is made in.
        found: Digests of the whole files.
    """

    target: Path
    place: Path
    found: dict[str, Digest] = field(default_factory=dict[str, Digest])

    def add(self, name: str, data: bytes) -> None:
        """Take a file.

        Raises:
            RunError: There is no room, or no permission.
        """
        self.know(name, layout.add(self.place, name, data))

    def know(self, name: str, what: Digest) -> None:
        """Note a file that is there, and whole.

        Raises:
            RunError: There is no room, or no permission.
        """
        try:
            files.note(self.place, name, what)
        except OSError as error:
            raise layout.cannot_write(self.place, error) from error
        self.found[name] = what

    def forget(self, names: Iterable[str]) -> None:
        """Drop files that are no part of the run after all.

        Raises:
            RunError: The journal cannot be written.
        """
        dropped = set(names)
        if not dropped:
            return
        for name in dropped:
            (self.place / reading.inside(name)).unlink(missing_ok=True)
            del self.found[name]
        try:
            files.rewrite_journal(self.place, self.found)
        except OSError as error:
            raise layout.cannot_write(self.place, error) from error

    def parts(self) -> list[str]:
        """Names of the whole parts of the table."""
        return sorted(name for name in self.found if name.startswith(f"{layout.WORLDS}/"))

    def finish(self, what: Manifest, shard: tuple[int, int] | None) -> Mapping[str, Digest]:
        """Move the run to its place."""
        text = what.to_json().encode()
        kept = {**self.found, layout.MANIFEST: layout.add(self.place, layout.MANIFEST, text)}
        layout.seal(self.place, kept, shard)
        layout.put(self.place, self.target)
        _sweep(self.target)
        return kept


def beside(target: Path) -> Path:
    """Where the unfinished run of a place is."""
    return target.with_name(f"{target.name}.unfinished")


@contextmanager
def begun(target: Path, request: RunRequest, *, resume: bool | None) -> Generator[Unfinished]:
    """An unfinished run to resume, new or as it was left.

    When the block ends with an error, what is whole is kept if there is any part of the table,
    and the error says how to go on; otherwise nothing is left behind.

    Args:
        target: The run's place, which is held by the caller.
        request: What the run is to become.
        resume: True resumes what there is, False starts again, None starts again unless there
            is something to resume, which is then an error.

    Raises:
        RunError: There is an unfinished run of something else, or one and `resume` is None.
    """
    place = beside(target)
    _clear(place, request, resume)
    made = _again(target, place) if place.exists() else _new(target, place, request)
    try:
        yield made
    except BaseException as error:
        if parts := made.parts():
            error.add_note(
                f"{len(parts)} finished parts are stored in '{place}'; to resume: "
                f"{request.command(target)}"
            )
        else:
            shutil.rmtree(place, ignore_errors=True)
        raise


def reopen(target: Path, request: RunRequest, found: Mapping[str, Digest]) -> None:
    """Make an unfinished run of a finished one some of whose files are damaged."""
    place = beside(target)
    shutil.rmtree(place, ignore_errors=True)
    try:
        files.write(target / _REQUEST, request.to_json().encode())
        files.rewrite_journal(target, {n: d for n, d in found.items() if n != layout.MANIFEST})
        target.rename(place)
    except OSError as error:
        raise layout.cannot_write(target, error) from error


def _clear(place: Path, request: RunRequest, resume: bool | None) -> None:
    """Remove an unfinished run that is not resumed.

    Raises:
        RunError: `resume` is None, or it is not an unfinished run.
    """
    if not place.exists() and not place.is_symlink():
        return
    try:
        reading.only_files_and_folders(place)
    except Refused as error:
        message = f"'{place}' exists and is not an unfinished run ({error}); choose another place"
        raise RunError(message) from error
    try:
        text = reading.text(place, _REQUEST, reading.MANIFEST_BYTES)
        differences = request.differences(text)
    except (OSError, Refused) as error:
        if any(not path.name.startswith(".") for path in place.iterdir()):
            message = f"'{place}' exists and is not an unfinished run; choose another place"
            raise RunError(message) from error
        shutil.rmtree(place, ignore_errors=True)
        return
    parts = [name for name in _noted(place) if name.startswith(f"{layout.WORLDS}/")]
    if resume is None and parts:
        message = f"'{place}' is an unfinished run with {len(parts)} finished parts; "
        message += "`--resume` resumes it, `--no-resume` starts again"
        raise RunError(message)
    if resume and differences:
        message = f"'{place}' is an unfinished run of something else ({'; '.join(differences)}); "
        message += "`--no-resume` starts again"
        raise RunError(message)
    if not resume:
        shutil.rmtree(place, ignore_errors=True)


def _again(target: Path, place: Path) -> Unfinished:
    """What there is, without what is not whole."""
    found = {name: what for name, what in _noted(place).items() if files.whole(place, name, what)}
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if path.is_file() and name not in found and name not in {_REQUEST, files.JOURNAL}:
            path.unlink()
    try:
        files.rewrite_journal(place, found)
    except OSError as error:
        raise layout.cannot_write(place, error) from error
    return Unfinished(target, place, found)


def _noted(place: Path) -> dict[str, Digest]:
    """The files the journal of an unfinished run notes that can be files of a run."""
    return {name: what for name, what in files.journal(place).items() if files.of_a_run(name)}


def _new(target: Path, place: Path, request: RunRequest) -> Unfinished:
    made = Unfinished(target, place)
    try:
        try:
            place.mkdir()
            files.write(place / _REQUEST, request.to_json().encode())
        except OSError as error:
            raise layout.cannot_write(place, error) from error
        return made
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _sweep(target: Path) -> None:
    """Remove the journal, which a finished run does not need."""
    for name in (_REQUEST, files.JOURNAL):
        (target / name).unlink(missing_ok=True)


def sweep(target: Path) -> None:
    """Take away what a process left in a finished run when it died at the very end."""
    _sweep(target)
