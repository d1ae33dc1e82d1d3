"""Two Dask workers beside one: worlds per second of the flagship, one thread and core a worker.

Both clusters are warm: their workers have compiled. A worker of one thread is held to one core, as
a batch system would; the scheduler and whoever asks share the two with them, so nothing else should
run. Needs `distributed`, which is in
`.venv` and not among the peers; without it there is no row.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import schelling

CASE = Path(__file__).parent.parent / "cases" / "widening-war"
WORLDS = 12 * 65_536


def speed(workers: int) -> float:
    """Worlds per second on so many workers."""
    import distributed

    from schelling.study.runs import cluster as clusters

    case = schelling.load(CASE)
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            worker_dashboard_address=None,
            memory_limit=0,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        clusters.connect(cluster.scheduler_address) as executor,
        tempfile.TemporaryDirectory() as folder,
    ):
        cores = sorted(os.sched_getaffinity(0))
        for core, worker in zip(cores, client.scheduler_info()["workers"], strict=False):
            client.run(os.sched_setaffinity, 0, {core}, workers=[worker])  # threads to come inherit
        warm = Path(folder) / "warm"
        schelling.run(case, worlds=3 * workers * 65_536, folder=warm, executor=executor)
        start = time.perf_counter()
        schelling.run(case, worlds=WORLDS, seed=0, folder=Path(folder) / "run", executor=executor)
        return WORLDS / (time.perf_counter() - start)


def rows() -> list[dict[str, object]]:
    """One row: two workers, with one as the peer."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        return []
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(everywhere)[:2]))
    try:
        one, two = speed(1), speed(2)
    finally:
        os.sched_setaffinity(0, everywhere)
    return [
        {
            "name": f"the flagship on two Dask workers of one thread, {WORLDS:,} worlds, two cores",
            "unit": "worlds per second",
            "ours": two,
            "peer": "one Dask worker",
            "theirs": one,
            "ratio": two / one,
        }
    ]


if __name__ == "__main__":  # workers are started by importing this file
    print(rows())
