"""The script that runs a case as a SLURM job array: shards without a daemon, then one merge.

Any scheduler that numbers the jobs of an array can run the same two commands.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from schelling.errors import RunError
from schelling.study.runs.files import reading


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

    Raises:
        RunError: A name or an amount would add lines to the script.
    """
    _check(array)
    for text in (run, str(folder)):
        if not reading.one_line(text):
            message = f"{reading.shown(text)} holds a line end or another control character, which "
            message += "would become a line of the script; rename the file or the folder"
            raise RunError(message)
    place, parts = shlex.quote(str(folder)), shlex.quote(f"{folder}.shards")
    merge = f"schelling merge {place} {parts}/*"
    job = re.sub(r"[^A-Za-z0-9._-]", "_", name)  # SLURM ends a name at a space, and reads `%`
    n = array.shards
    return f"""#!/bin/bash
#SBATCH --job-name={job}
#SBATCH --array=1-{n}
#SBATCH --cpus-per-task={array.cores}
#SBATCH --mem={array.memory}
#SBATCH --time={array.time}
#SBATCH --requeue
#SBATCH --output={job}-%a.log
#
# sbatch THIS_FILE, and when all {n} jobs are done:  {merge}
# or both at once:  sbatch --dependency=afterok:"$(sbatch --parsable THIS_FILE)" --wrap \
#   {_quoted(merge)}
# Nodes must be of one kind, so that worlds are the same to the last bit: add --constraint if the
# partition is mixed.
set -euo pipefail
i=${{SLURM_ARRAY_TASK_ID:-${{1:?which shard, 1 to {n}}}}}
{run} \\
  --shard "$i/{n}" --out {parts}/"$i" --resume --quiet
"""


def _check(array: Array) -> None:
    """Refuse amounts that SLURM does not read, or that would be more than an amount.

    Raises:
        RunError: Of the first of them.
    """
    if not re.fullmatch(r"[0-9]+[KMGT]?B?", array.memory):
        message = f"{reading.shown(array.memory)} is no memory as SLURM reads it; write 4G or 500M"
        raise RunError(message)
    if not re.fullmatch(r"[0-9]+(-[0-9]+)?(:[0-9]+){0,2}", array.time):
        message = f"{reading.shown(array.time)} is no time as SLURM reads it; write 01:00:00"
        raise RunError(message)


def _quoted(command: str) -> str:
    """A command as one word of a shell, in single quotes."""
    return "'" + command.replace("'", "'\"'\"'") + "'"
