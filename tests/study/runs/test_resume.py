"""Stopped at any moment and gone on with, a run is the run that nobody disturbed, to the byte."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import jax
import pytest

import schelling
from schelling.case.model import Case
from schelling.cli import app
from schelling.study.runs.files import tables
from study.runs.keeping import content, write

PART, WORLDS = 1024, 9_000
LAST = -(-WORLDS // PART) - 1

CHILD = """
import sys, time
import jax
jax.config.update("jax_compilation_cache_dir", sys.argv[3])
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
import schelling
from schelling.study.runs.files import files
from schelling.study.runs.files import tables
tables.PART = 1024
write = files.write
def slowly(path, data):  # so that a random moment is often one between two files
    time.sleep(0.03)
    write(path, data)
files.write = slowly
case = schelling.load(sys.argv[1])
print("go", flush=True)
schelling.run(case, worlds=9_000, seed=4, replicates=4, folder=sys.argv[2], resume=True)
print("done", flush=True)
"""


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PART", PART)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("cases") / "tiny"))


@pytest.fixture(scope="module")
def whole(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "PART", PART)
        make(case, folder)
    assert len(list((folder / "worlds").iterdir())) == LAST + 1
    return folder


def make(case: Case, folder: Path, **more: Any) -> schelling.Run:
    return schelling.run(case, worlds=WORLDS, seed=4, replicates=4, folder=folder, **more)


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir())


def started(case: Case, folder: Path) -> subprocess.Popen[str]:
    cache = jax.config.values["jax_compilation_cache_dir"]
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHILD, str(case.path), str(folder), cache],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "go\n"
    return child


def kill_at_random_moments(case: Case, folder: Path, kills: int, seed: int, longest: float) -> int:
    """Start, kill and start again; how many of the kills came before the end."""
    moments, early = random.Random(seed), 0
    for _ in range(kills):
        child = started(case, folder)
        time.sleep(moments.uniform(0.0, longest))
        early += child.poll() is None
        child.kill()
        child.communicate()
    return early


def test_killed_and_gone_on_with(case: Case, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "run"
    folder.parent.mkdir()
    assert kill_at_random_moments(case, folder, kills=3, seed=1, longest=0.9) > 0
    make(case, folder, resume=True)
    assert content(folder) == content(whole)
    assert beside(folder) == ["run"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_many_moments(seed: int, case: Case, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "run"
    folder.parent.mkdir()
    kill_at_random_moments(case, folder, kills=4, seed=100 + seed, longest=2.5)
    make(case, folder, resume=True)
    assert content(folder) == content(whole)
    assert beside(folder) == ["run"]


class Stop(Exception):
    """What the power going looks like from inside."""


def moments(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> int:
    """Stop just before the nth thing that is done to the disk; how many things there were."""
    count = 0

    def counted(real: Any) -> Any:
        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count > at:
                raise Stop
            return real(*arguments, **named)

        return step

    with monkeypatch.context() as patch:
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "rename"), (Path, "mkdir")):
            patch.setattr(owner, name, counted(getattr(owner, name)))
        patch.setattr("shutil.rmtree", lambda *_, **__: None)  # the dead tidy nothing up
        with suppress(Stop):
            make(case, folder, resume=True)
    return count


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_stopped_before_each_step_on_the_disk(
    stride: int, case: Case, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some or all of about seventy steps, none of them tidied up after."""
    steps = moments(case, tmp_path / "all" / "run", monkeypatch, at=10**9)
    assert steps > 4 * LAST
    for at in range(0, steps, stride):
        folder = tmp_path / str(at) / "run"
        moments(case, folder, monkeypatch, at)
        make(case, folder, resume=True)
        assert content(folder) == content(whole), at
        assert beside(folder) == ["run"], at


def interrupted_after(parts: int, case: Case, folder: Path, **more: Any) -> BaseException:
    """Ctrl-C once some parts are there."""
    unfinished = folder.with_name(f"{folder.name}.unfinished") / "worlds"

    def stop(_: int) -> None:
        if unfinished.exists() and len(list(unfinished.glob("*.parquet"))) >= parts:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        make(case, folder, progress=stop, **more)
    return caught.value


def test_an_interrupt_says_how_to_go_on(case: Case, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (note,) = interrupted_after(2, case, folder).__notes__
    assert "finished parts are stored" in note
    assert note.endswith(
        f"schelling run {case.path.parent} --worlds 9000 --seed 4 --replicates 4 "
        f"--out {folder} --resume"
    )
    with pytest.raises(schelling.RunError, match=r"unfinished run .*--resume.*--no-resume"):
        make(case, folder)
    make(case, folder, resume=True)
    assert content(folder) == content(whole)


def test_the_command_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C, which typer makes an exit of."""

    def interrupted(*_: object, **more: object) -> None:
        error = KeyboardInterrupt()
        if more["worlds"] == 64:
            error.add_note("to resume: this")
        raise error

    monkeypatch.setattr("schelling.study.runs.run.run", interrupted)
    monkeypatch.chdir(tmp_path)
    for worlds, words in (
        ("64", "interrupted; to resume: this"),
        ("65", "no files were left behind"),
    ):
        monkeypatch.setattr(sys, "argv", ["schelling", "run", str(case.path), "-n", worlds])
        with pytest.raises(SystemExit, match="130"):
            app.main()
        assert words in capsys.readouterr().err


def test_beginning_anew(case: Case, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    interrupted_after(2, case, folder)
    make(case, folder, resume=False)
    assert content(folder) == content(whole)
    assert beside(folder) == ["run"]


def test_going_on_with_another_run_is_refused(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    interrupted_after(2, case, folder)
    with pytest.raises(schelling.RunError, match=r"something else \(worlds: 9000 and 64\)"):
        schelling.run(case, worlds=64, seed=4, replicates=4, folder=folder, resume=True)
    with pytest.raises(schelling.RunError, match=r"something else \(paths: 256 and 10\)"):
        make(case, folder, paths=10, resume=True)


def test_nothing_to_go_on_with_is_a_beginning(case: Case, whole: Path, tmp_path: Path) -> None:
    make(case, tmp_path / "run", resume=True)
    assert content(tmp_path / "run") == content(whole)


def test_a_finished_run_is_not_made_again(case: Case, whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*")}
    seen: list[int] = []
    again = make(case, whole, resume=True, progress=seen.append)
    assert sum(seen) == WORLDS
    assert again.manifest.worlds == WORLDS
    assert {path: path.stat().st_mtime_ns for path in whole.rglob("*")} == before
    with pytest.raises(schelling.RunError, match="holds another run"):
        schelling.run(case, worlds=64, seed=4, replicates=4, folder=whole, resume=True)


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 8
    path.write_bytes(bytes(data))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("harm", [damaged, truncated, Path.unlink])
def test_a_harmed_part_is_made_again(
    harm: Any, finished: bool, case: Case, whole: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    if finished:
        make(case, folder)
        harm(folder / tables.name(3))
        harm(folder / "series.zarr.zip")
    else:
        interrupted_after(3, case, folder)
        unfinished = folder.with_name("run.unfinished")
        harm(next((unfinished / "worlds").glob("*.parquet")))
    make(case, folder, resume=True)
    assert content(folder) == content(whole)
    assert beside(folder) == ["run"]


def test_a_full_disk(
    case: Case, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room for the sixth file: said so, nothing half-written, and gone on with."""
    folder, written = tmp_path / "run", 0
    fsync = os.fsync

    def full(handle: int) -> None:
        nonlocal written
        written += 1
        if written > 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(schelling.RunError, match="No space left on device") as caught:
        make(case, folder)
    assert "--resume" in caught.value.__notes__[0]
    monkeypatch.undo()
    monkeypatch.setattr(tables, "PART", PART)
    assert not list(tmp_path.rglob("*.writing"))
    make(case, folder, resume=True)
    assert content(folder) == content(whole)


def test_a_disk_full_from_the_start_leaves_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(schelling.RunError, match="No space left on device"):
        make(case, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_two_runs_in_one_folder(case: Case, whole: Path, tmp_path: Path) -> None:
    """The second is refused while the first goes on, whatever it wants, and does no harm."""
    folder, refused = tmp_path / "run", 0

    def meanwhile(_: int) -> None:
        nonlocal refused
        for resume in (True, False, None):
            with pytest.raises(schelling.RunError, match="another run is writing"):
                make(case, folder, resume=resume)
            refused += 1

    make(case, folder, progress=meanwhile)
    assert refused > 2
    assert content(folder) == content(whole)
    assert beside(folder) == ["run"]


def test_a_dead_run_holds_no_lock(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    child = started(case, folder)
    while not folder.with_name(".run.lock").exists():
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert folder.with_name(".run.lock").exists()
    schelling.run(case, worlds=64, replicates=4, folder=folder, resume=False)
    assert beside(folder) == ["run"]


def test_what_is_in_the_way_is_left_alone(case: Case, tmp_path: Path) -> None:
    (tmp_path / "run.unfinished").mkdir()
    (tmp_path / "run.unfinished" / "thesis.tex").write_text("years of work", "utf-8")
    for resume in (True, False, None):
        with pytest.raises(schelling.RunError, match="not an unfinished run"):
            make(case, tmp_path / "run", resume=resume)
    assert (tmp_path / "run.unfinished" / "thesis.tex").read_text("utf-8") == "years of work"
