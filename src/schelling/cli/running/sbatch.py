"""`schelling sbatch`: the script that runs a case as a SLURM job array."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schelling.case.settings import given
from schelling.cli.arguments.loading import load
from schelling.cli.running.run import WORLDS, Claims, DesignName, Paths, Replicates, Seed, Worlds
from schelling.cli.writing.check import CasePath, Changes

NAME = "sbatch"
HELP = "Write the script of a SLURM job array that runs a case in shards."
EPILOG = "Example: schelling sbatch cases/widening-war -n 10000000 --shards 20 > war.sbatch"


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    shards: Annotated[
        int, typer.Option("--shards", min=1, help="Number of jobs in the array.")
    ] = 8,
    worlds: Worlds = None,
    seed: Seed = 0,
    design: DesignName = "sobol",
    replicates: Replicates = 16,
    paths: Paths = 256,
    claim: Claims = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="Folder for the run [CASE.run]."),
    ] = None,
    cores: Annotated[int, typer.Option("--cores", min=1, help="Cores of each job.")] = 4,
    memory: Annotated[
        str, typer.Option("--memory", metavar="SIZE", help="Memory of each job.")
    ] = "4G",
    time: Annotated[
        str, typer.Option("--time", metavar="H:MM:SS", help="Time of each job.")
    ] = "01:00:00",
    set_: Changes = None,
) -> None:
    """Write a job array."""
    checked = load(case, settings=given.options(set_ or ()))
    from schelling.study.runs.computing import jobs  # noqa: PLC0415
    from schelling.study.runs.sbatch import Array, script  # noqa: PLC0415

    wanted = jobs.Design(
        worlds if worlds is not None else WORLDS, seed, replicates, jobs.kind(design)
    )
    job = jobs.job(checked, wanted, claim, paths)
    folder = out if out is not None else Path(f"{checked.name}.run")
    typer.echo(
        script(job.command, checked.name, folder, Array(shards, cores, memory, time)), nl=False
    )
