"""The script that runs a case as a SLURM job array: shards without a daemon, then one merge.

Any scheduler that numbers the jobs of an array can run the same two commands.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Array:
    """What a job array asks of the scheduler.

    Attributes:
        shards: Jobs of the array.
        cores: Cores of each.
        memory: Memory of each, as SLURM writes it.
        time: Time of each, as SLURM writes it.
    """

    shards: int
    cores: int = 4
    memory: str = "4G"
    time: str = "01:00:00"


def script(run: str, name: str, folder: Path, array: Array) -> str:
    """A script for `sbatch`, which a shell can run as well.

    Args:
        run: The command that makes the whole run, without a place.
        name: Name of the job.
        folder: Where the run is to be kept; the shards are kept in a folder beside it.
        array: What is asked of the scheduler.

    Returns:
        The script. A job that is killed or requeued resumes where it was.
    """
    place, parts = shlex.quote(str(folder)), shlex.quote(f"{folder}.shards")
    n = array.shards
    return f"""#!/bin/bash
#SBATCH --job-name={name}
#SBATCH --array=1-{n}
#SBATCH --cpus-per-task={array.cores}
#SBATCH --mem={array.memory}
#SBATCH --time={array.time}
#SBATCH --requeue
#SBATCH --output={name}-%a.log
#
# sbatch THIS_FILE, and when all {n} jobs are done:  schelling merge {place} {parts}/*
# or both at once:  sbatch --dependency=afterok:"$(sbatch --parsable THIS_FILE)" --wrap \
#   'schelling merge {place} {parts}/*'
# Nodes must be of one kind, so that worlds are the same to the last bit: add --constraint if the
# partition is mixed.
set -euo pipefail
i=${{SLURM_ARRAY_TASK_ID:-${{1:?which shard, 1 to {n}}}}}
{run} \\
  --shard "$i/{n}" --out {parts}/"$i" --resume --quiet
"""
