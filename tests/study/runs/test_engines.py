"""Whoever computes, in whatever order and however often: the same files."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schelling
from schelling.case.model import Case
from schelling.errors import RunError
from schelling.study.runs import cluster, sbatch
from schelling.study.runs.computing import compute, dispatch, jobs
from schelling.study.runs.computing.dispatch import Patience
from schelling.study.runs.computing.resumable import RunRequest
from schelling.study.runs.files import tables
from study.runs.keeping import content, write

PART, WORLDS = 1024, 6_000


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PART", PART)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("cases") / "tiny"))


@pytest.fixture
def whole(case: Case, tmp_path: Path) -> dict[str, str]:
    make(case, tmp_path / "whole")
    return content(tmp_path / "whole")


def make(case: Case, folder: Path | None, **more: Any) -> schelling.Run:
    return schelling.run(case, worlds=WORLDS, seed=4, replicates=4, folder=folder, **more)


class Unruly(Executor):
    """Finishes tasks in a random order, twice, as failures or never."""

    def __init__(self, seed: int) -> None:
        self.inner = ThreadPoolExecutor(1)
        self.chance = random.Random(seed)
        self.pending: list[tuple[Future[Any], Callable[[], Any]]] = []
        self.lock = threading.Lock()
        self.done: list[str] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        promised: Future[Any] = Future()
        with self.lock:
            self.pending.append((promised, lambda: fn(*args, **kwargs)))
        self.inner.submit(self._one)
        return promised

    def _one(self) -> None:
        with self.lock:
            promised, work = self.pending.pop(self.chance.randrange(len(self.pending)))
            fate = self.chance.choice(["fine"] * 4 + ["fail", "cancel", "lose", "late"])
            self.done.append(fate)
        if fate == "fine":
            promised.set_result(work())
        elif fate == "fail":
            promised.set_exception(ConnectionError("the worker has gone"))
        elif fate == "cancel":
            promised.cancel()
            promised.set_running_or_notify_cancel()
        elif fate == "late":  # after it was asked for again, so that it comes twice
            threading.Timer(0.1, self._at_last, (promised, work)).start()

    def _at_last(self, promised: Future[Any], work: Callable[[], Any]) -> None:
        if promised.set_running_or_notify_cancel():
            promised.set_result(work())


@pytest.mark.slow  # the next one makes a run of it
def test_an_executor_that_reorders_repeats_and_loses() -> None:
    """Each answer comes out once, whatever happens to it on the way."""
    executor = Unruly(1)
    tasks = {number: number for number in range(40)}
    patience = Patience(window=6, attempts=50, seconds=0.01)
    found = list(dispatch.gather(executor, lambda n: n * n, tasks, patience))
    assert sorted(found) == [(n, n * n) for n in range(40)]
    assert set(executor.done) == {"fine", "fail", "cancel", "lose", "late"}


def test_the_same_run_from_an_unruly_executor(
    case: Case, whole: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = lambda window: Patience(window, attempts=50, seconds=0.02)  # noqa: E731
    monkeypatch.setattr(compute, "Patience", patience)
    counted: list[int] = []
    make(case, tmp_path / "run", executor=Unruly(3), progress=counted.append)
    assert content(tmp_path / "run") == whole
    assert sum(counted) == WORLDS


def test_a_pool_of_threads_and_memory(case: Case) -> None:
    alone = make(case, None)
    with ThreadPoolExecutor(3) as pool:
        together = make(case, None, executor=pool)
    assert together.table().equals(alone.table())
    assert together.bands.identical(alone.bands)


def failing(number: int) -> int:
    if number == 3:
        message = "no such luck"
        raise ValueError(message)
    return number


def test_a_task_that_always_fails_ends_the_run() -> None:
    with (
        ThreadPoolExecutor(2) as pool,
        pytest.raises(RunError, match=r"task 3 failed 3 times.*no such luck"),
    ):
        list(dispatch.gather(pool, failing, {n: n for n in range(9)}, Patience(4)))


def test_an_executor_that_has_closed() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(RunError, match="accepts no more tasks"):
        list(dispatch.gather(pool, failing, {1: 1}, Patience(4)))


def test_other_versions_are_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(task: Any) -> Any:
        answer = compute.compute(task)
        return type(answer)({**answer.versions, "jax": "0.1"}, table=answer.table)

    with ThreadPoolExecutor(1) as pool, compute.remote(pool, None) as crew:
        other = type(crew)(crew.executor, elsewhere, crew.patience)
        job = jobs.job(case, jobs.Design(64, 0, 4))
        with pytest.raises(RunError, match=r"other versions.*jax 0\.1, here"):
            compute.make(RunRequest(job), other, compute.InMemory())


def test_shards_make_the_run(case: Case, whole: dict[str, str], tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        made = make(case, tmp_path / str(number), shard=(number, 4))
        mine = np.arange(WORLDS) // PART % 4 == number - 1
        assert made.column("world").tolist() == np.arange(WORLDS)[mine].tolist()
    with pytest.raises(RunError, match=r"shard 2 of 4.*schelling merge"):
        schelling.open_run(tmp_path / "2")
    folders = [tmp_path / number for number in ("3", "1", "4", "2", "3")]
    merged = schelling.merge(tmp_path / "out", folders)
    assert content(tmp_path / "out") == whole
    assert merged.manifest.worlds == WORLDS
    schelling.merge(tmp_path / "out", folders)  # again, over itself
    assert content(tmp_path / "out") == whole


def test_more_shards_than_parts(case: Case, whole: dict[str, str], tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(1, 9)]
    for number, folder in enumerate(folders, 1):
        make(case, folder, shard=(number, 8))
    schelling.merge(tmp_path / "out", folders)
    assert content(tmp_path / "out") == whole


def test_what_cannot_be_merged(case: Case, tmp_path: Path) -> None:
    make(case, tmp_path / "1", shard=(1, 3))
    make(case, tmp_path / "2", shard=(2, 3))
    schelling.run(case, worlds=WORLDS, seed=5, replicates=4, folder=tmp_path / "3", shard=(3, 3))
    make(case, tmp_path / "all")
    wrong = {
        r"shards 3 of 3 are missing \(worlds/part-00002": ("1", "2"),
        r"different runs \(seed: 4 and 5\)": ("1", "2", "3"),
        "contains a complete run": ("1", "all"),
        "does not contain a shard": ("1", "nowhere"),
    }
    for message, names in wrong.items():
        with pytest.raises(RunError, match=message):
            schelling.merge(tmp_path / "out", [tmp_path / name for name in names])
    make(case, tmp_path / "3", shard=(3, 3))
    (tmp_path / "3" / tables.name(2)).write_bytes(b"rot")
    with pytest.raises(RunError, match=r"part-00002\.parquet' is not what was written"):
        schelling.merge(tmp_path / "out", [tmp_path / str(n) for n in (1, 2, 3)])
    with pytest.raises(RunError, match="no shards"):
        schelling.merge(tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"shard": (0, 3)}, "1 <= i <= n"),
        ({"shard": (4, 3)}, "1 <= i <= n"),
        ({"shard": (1, 3), "folder": None}, "needs a folder"),
        ({"shard": (1, 3), "until_error": 0.1}, "cannot stop at an error"),
        ({"until_error": 0.0}, "between 0 and 1"),
        ({"until_error": 0.1, "design": "lhs"}, "only `sobol` and `mc`"),
        (
            {"design": "halton"},
            "'halton' is not a design; the designs are sobol, lhs, mc, full-factorial",
        ),
        ({"paths": 0}, "`paths` must be at least 1"),
        ({"memory_limit": 10**8}, r"about \d\.\d GB of memory, and 0\.1 GB are allowed"),
        (
            {"worlds": 1_000_000_000, "memory_limit": 10**9},
            r"about 7\d\.\d GB of memory, and 1\.0 GB are allowed; run fewer worlds",
        ),
        ({"worlds": 4_000_000_000}, r"about 2\d\d\.\d GB of memory, and .* .what the machine has"),
        (
            {"paths": 10**8, "worlds": 10**8, "memory_limit": 10**15},
            r"paths of 100,000,000 worlds take .* fewer `--paths`",
        ),
    ],
)
def test_the_impossible_is_refused(
    wrong: dict[str, Any], message: str, case: Case, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match=message):
        schelling.run(case, **{"folder": tmp_path / "run", **wrong})
    assert list(tmp_path.iterdir()) == []


def test_the_script_of_a_job_array() -> None:
    text = sbatch.script("schelling run case", "case", Path("a b.run"), sbatch.Array(3))
    assert text.startswith("#!/bin/bash\n#SBATCH --job-name=case\n#SBATCH --array=1-3\n")
    assert '--shard "$i/3" --out \'a b.run.shards\'/"$i" --resume' in text


@pytest.fixture
def two_workers() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        worker_dashboard_address=None,
    ) as cluster:
        yield cluster


@pytest.mark.slow
def test_two_dask_workers_one_of_them_killed(
    case: Case, tmp_path: Path, two_workers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler gives its part to the other, and a new one is started: the same bytes."""
    monkeypatch.setattr(tables, "PART", 65_536)  # as the workers have it
    make_many(case, tmp_path / "whole")
    pids = [worker.process.pid for worker in two_workers.workers.values()]
    killed: list[int] = []

    def kill(_: int) -> None:
        if not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    with cluster.connect(two_workers.scheduler_address) as executor:
        make_many(case, tmp_path / "run", executor=executor, progress=kill)
    assert killed
    assert content(tmp_path / "run") == content(tmp_path / "whole")


def make_many(case: Case, folder: Path, **more: Any) -> schelling.Run:
    return schelling.run(case, worlds=600_000, seed=4, replicates=4, folder=folder, **more)


@pytest.mark.slow
def test_no_cluster_there() -> None:
    with (
        pytest.raises(RunError, match="no Dask scheduler answers at"),
        cluster.connect("tcp://127.0.0.1:9"),
    ):
        pass
