"""The whole course of more worlds than a run keeps: its first worlds, simulated again.

A run keeps the paths of its first 256 worlds, or of as many as `--paths` says. A world has the same
course whenever the same plan is run, so those that are missing are computed when they are needed.
"""

from __future__ import annotations

import xarray as xr

from schelling.compile.planning import plan
from schelling.study.runs.computing import first_worlds, programs, worker
from schelling.study.runs.files import tables
from schelling.study.runs.results import Run


def first(run: Run, worlds: int) -> xr.Dataset:
    """Paths of the first worlds of a run.

    Args:
        run: The run.
        worlds: How many; no more than the run has are returned. Where agents take so much room that
            few worlds are computed side by side, only what the run keeps.

    Returns:
        As `Run.series`: dimensions `world` and `time`, in declared units.
    """
    wanted = min(worlds, run.manifest.worlds)
    kept = run.series.sizes["world"]
    if kept >= wanted:
        return run.series.isel(world=slice(0, wanted))
    what = run.manifest
    built = plan.build(run.case, None if what.questions else what.claims)
    if programs.crowded(built):
        return run.series
    table = run.head([*what.assumptions, what.numbered], wanted)
    draws, luck = tables.draws(table, what.assumptions), tables.luck_numbers(table)
    blocks = list(worker.engine_of(built, what.seed, what.worlds).ask_paths(draws, luck))
    return first_worlds.series(built, run.case.clock, blocks, wanted)
