"""How much memory a run will take, estimated before anything is computed.

Counted are the blocks under way, one part being computed and one being written, the whole paths of
the first worlds, for a run in memory its table, and the columns of all worlds that its verdicts are
taken from in the end. What is not counted (the program itself, what
compiling takes, copies in between) is in the constants, which were measured.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schelling.compile.planning.plan import Plan
from schelling.errors import RunError
from schelling.populations import lists
from schelling.populations.networks import storing
from schelling.study.runs.computing.engine import cores
from schelling.study.runs.computing.first_worlds import BAND_WORLDS
from schelling.study.runs.computing.jobs import Job
from schelling.study.runs.computing.programs import agents, lanes
from schelling.study.runs.files import archive, tables

BASE: Final = 600 * 2**20
"""Bytes of the program with its libraries and what compiling takes."""

_NUMBER: Final = 8
_COPIES_OF_A_PART: Final = 6
_COPIES_OF_PATHS: Final = 3
_COPIES_OF_A_BLOCK: Final = 2
_COPIES_OF_AGENTS: Final = 3
_VERDICT: Final = 72
"""Bytes a world takes while a verdict is made of a claim's column: margins as read, as an array, of
sound worlds and in order; truth, failure and replicate."""
_MANY_TWINS: Final = 20
"""Twins beyond which they are named as what takes the room."""


@dataclass(frozen=True)
class Estimate:
    """Largest number of bytes that a run uses at one time.

    Attributes:
        blocks: Worlds being simulated.
        parts: Rows of the table on their way to where they are kept.
        paths: Whole paths of the first worlds.
        table: The table of a run in memory.
        verdicts: The columns of all worlds that a verdict is made of, when the worlds are done.
        agents: Of the blocks, what agents take.
        ties: Who sees whom, while it is made.
    """

    blocks: int
    parts: int
    paths: int
    table: int
    verdicts: int
    agents: int = 0
    ties: int = 0

    @property
    def total(self) -> int:
        """All of it, with the program."""
        done = self.table + self.verdicts
        return BASE + self.ties + self.blocks + self.parts + max(self.paths, done)


def estimate(job: Job, *, in_memory: bool, shard: bool = False) -> Estimate:
    """The memory a job takes.

    Args:
        job: The job.
        in_memory: Whether its table is kept in memory.
        shard: Whether it is a part of a run, of which no verdicts are made.
    """
    built, worlds = job.plan, job.design.worlds
    row = _row(built)
    steps = built.steps + 1
    series = (len(built.twins) + 1) * len(built.series) + len(built.streams)
    side_by_side = lanes(built) * cores()
    of_agents = side_by_side * _COPIES_OF_AGENTS * agents(built)
    block = side_by_side * steps * series * _NUMBER + of_agents
    ties = [(one.size, ties) for one in built.populations for ties in one.networks]
    along = set(built.listed)
    listed = [
        (one.size, ties)
        for one in built.populations
        for ties in one.ties
        if (one.name, ties.name) in along
    ]
    kept = min(max(BAND_WORLDS, job.paths), worlds)
    return Estimate(
        blocks=_COPIES_OF_A_BLOCK * block,
        parts=_COPIES_OF_A_PART * min(worlds, tables.PART) * row,
        paths=_COPIES_OF_PATHS * kept * steps * len(built.series) * _NUMBER,
        table=2 * worlds * row if in_memory else 0,
        verdicts=0 if shard or not built.claims else _VERDICT * worlds,
        agents=_COPIES_OF_A_BLOCK * of_agents,
        ties=sum(storing.memory(size, size * each.mean_degree) for size, each in ties)
        + sum(lists.memory(size, size * each.mean_degree) for size, each in listed),
    )


def _row(plan: Plan) -> int:
    """Bytes of one row of the table."""
    numbers = len(plan.assumptions) + len(plan.claims) + len(plan.stocks)
    return _NUMBER * numbers + len(plan.claims) + len(plan.stocks) + 16


def check(job: Job, *, in_memory: bool, limit: int | None, shard: bool = False) -> None:
    """Refuse a job that takes more memory than there is.

    Args:
        job: The job.
        in_memory: Whether its table is kept in memory.
        shard: Whether it is a part of a run, of which no verdicts are made.
        limit: Bytes; what the machine has when None.

    Raises:
        RunError: It would, with the numbers and what to do about it.
    """
    found = estimate(job, in_memory=in_memory, shard=shard)
    room = limit if limit is not None else available()
    if room is None or found.total <= room:
        _can_be_kept(job)
        return
    remedies = {
        found.verdicts: "run fewer worlds (`--worlds`), or compute them in shards (`schelling "
        "sbatch`) and query the merged run with SQL",
        found.table: "keep the run in a folder (`--out`), where its table is written part by part",
        found.paths: "ask for fewer `--paths`, or give the case a longer step",
        found.parts: "ask fewer claims (`--claim`)",
        found.blocks: "ask fewer claims (`--claim`), give the case a longer step, or use fewer "
        "cores (`taskset`)",
    }
    twins = len(job.plan.twins) - 1
    if twins > _MANY_TWINS:
        remedies[found.blocks] = (
            f"ask fewer claims (`--claim`): they hold {twins:,} different things in `do(...)`, "
            "each of which is a run of its own beside the actual one"
        )
    if found.agents + found.ties > found.total / 2:
        remedies[max(remedies)] = "give its populations fewer agents (`size`) or ties"
    message = f"the run would take about {_gigabytes(found.total)} of memory, and "
    message += f"{_gigabytes(room)} are allowed"
    message += "" if limit is not None else " (what the machine has)"
    message += f"; {remedies[max(remedies)]}, or raise `--memory-limit`"
    raise RunError(message)


def _can_be_kept(job: Job) -> None:
    """Refuse paths that make an array larger than a run folder holds.

    Raises:
        RunError: They do.
    """
    kept = min(job.paths, job.design.worlds)
    size = kept * (job.plan.steps + 1) * len(job.plan.series) * _NUMBER
    if size > archive.MOST_BYTES // 2:
        message = f"the whole paths of {kept:,} worlds take {_gigabytes(size)}, and a run keeps at "
        message += f"most {_gigabytes(archive.MOST_BYTES // 2)} of them; ask for fewer `--paths`"
        raise RunError(message)


def available() -> int | None:
    """Bytes there are: the memory of the machine, within the limit of the control group.

    This does not depend on how much is free at the moment, so that the same run is always refused
    or always accepted.
    """
    found = [value for value in (_machine(), _group_limit()) if value is not None]
    return min(found, default=None)


def _machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _group_limit() -> int | None:
    try:
        text = Path("/sys/fs/cgroup/memory.max").read_text("ascii").strip()
    except (OSError, ValueError):
        return None
    return int(text) if text.isdecimal() else None


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
