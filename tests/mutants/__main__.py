"""`python -m mutants claims`: change the numerics of a room, list what its tests let live."""

from __future__ import annotations

import argparse
import os
import queue
import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from mutants import trial
from mutants.changes import Change, changes
from mutants.trial import ROOT, Copy, Ran

SOURCE = Path("src/schelling")
PATIENCE = 4.0
"""A change may slow its tests down by this factor before they are stopped, and by LEAST seconds."""
LEAST = 20.0


@dataclass(frozen=True)
class Mutant:
    """A module and a change of it."""

    module: Path
    source: str
    change: Change

    @property
    def told(self) -> str:
        return f"{self.module}:{self.change.line}: {self.change.told(self.source)}"


@dataclass
class Room:
    """The tests of a room, how long each file takes, and the lines it reaches."""

    tests: list[str]
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    lines: dict[str, Path] = field(default_factory=dict[str, Path])

    def of(self, mutant: Mutant) -> list[str]:
        """The examples of its module, then files that reach its statement, the quickest first."""
        examples = [str(mutant.module)] if ">>> " in mutant.source else []
        found = [
            test
            for test in self.seconds
            if mutant.change.statement in trial.reached(self.lines[test], mutant.module)
        ]
        return examples + sorted(found, key=lambda test: self.seconds[test])


def main() -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("room", help="a package or module of src/schelling, such as `explore/prim`")
    parser.add_argument("--sample", type=int, default=60, help="changes that are tried; 0 for all")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    parser.add_argument("--jobs", type=int, default=max((os.cpu_count() or 2) // 2, 1))
    given = parser.parse_args()
    mutants = listed(given.room)
    if given.sample and given.sample < len(mutants):
        chosen = random.Random(given.seed).sample(range(len(mutants)), given.sample)
        print(f"{given.sample} of {len(mutants)} changes, seed {given.seed}")
        mutants = [mutants[place] for place in sorted(chosen)]
    with tempfile.TemporaryDirectory(prefix="schelling-mutants-") as folder:
        tried(mutants, given.room, Path(folder), given.jobs)


def listed(room: str) -> list[Mutant]:
    """Every change of a room."""
    place = ROOT / SOURCE / room
    modules = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    if not all(module.is_file() for module in modules) or not modules:
        message = f"no package and no module: {SOURCE / room}"
        raise SystemExit(message)
    return [
        Mutant(module.relative_to(ROOT), source, change)
        for module in modules
        for source in [module.read_text("utf-8")]
        for change in changes(source)
    ]


def tests_of(room: str) -> list[str]:
    """The files of tests of a room."""
    folder = ROOT / "tests" / Path(room).parts[0]
    return sorted(str(file.relative_to(ROOT)) for file in folder.rglob("test_*.py"))


def tried(mutants: list[Mutant], name: str, folder: Path, jobs: int) -> None:
    """Run the tests of a room as they are, then once for every change."""
    tests, package = tests_of(name), f"schelling.{Path(name).parts[0]}"
    context = trial.forks(folder / "compiled")
    copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for number in range(jobs):
        copies.put(Copy.made(folder / f"copy{number}"))
    room, start = Room(tests), time.monotonic()

    def unchanged(number: int) -> tuple[str, Ran]:
        copy, lines = copies.get(), folder / f"lines{number}.json"
        ran = copy.run(context, [tests[number]], limit=1800, lines=(package, lines))
        if ran.code == 1:  # counting lines takes time, and some tests have little
            ran = copy.run(context, [tests[number]], limit=1800)
        if ran.code not in (0, 5):  # 5: nothing but slow tests
            message = f"{tests[number]} fails as it is:\n{copy.said.read_text('utf-8')[-4000:]}"
            raise SystemExit(message)
        copies.put(copy)
        room.lines[tests[number]] = lines
        return tests[number], ran

    def changed(mutant: Mutant) -> tuple[Mutant, str, float]:
        files = room.of(mutant)
        if not files:
            return mutant, "not reached", 0.0
        copy = copies.get()
        place = copy.place / mutant.module
        limit = LEAST + PATIENCE * sum(room.seconds.get(file, LEAST) for file in files)
        try:
            place.write_text(mutant.change.made(mutant.source), "utf-8")
            ran = copy.run(context, files, limit=limit)
        finally:
            place.write_text(mutant.source, "utf-8")
            copies.put(copy)
        ended = {0: "SURVIVED", None: "too slow"}.get(ran.code, "caught")
        return mutant, ended, ran.seconds

    found: dict[str, list[Mutant]] = {}
    with ThreadPoolExecutor(jobs) as pool:
        for test, ran in pool.map(unchanged, range(len(tests))):
            room.seconds[test] = ran.seconds
            print(f"as it is ({ran.seconds:.0f} s)  {test}", flush=True)
        print(f"{len(tests)} files of tests pass as they are, in {time.monotonic() - start:.0f} s")
        for number, (mutant, ended, seconds) in enumerate(pool.map(changed, mutants), 1):
            found.setdefault(ended, []).append(mutant)
            print(f"[{number}/{len(mutants)}] {ended} ({seconds:.0f} s)  {mutant.told}", flush=True)
    summary(found, time.monotonic() - start)


def summary(found: dict[str, list[Mutant]], seconds: float) -> None:
    """The changes that live, and how many there were of each sort."""
    counted = Counter({ended: len(mutants) for ended, mutants in found.items()})
    print(f"\n{dict(counted)} in {seconds / 60:.0f} min")
    for ended in ("not reached", "SURVIVED"):
        for mutant in found.get(ended, ()):
            print(f"{ended}: {mutant.told}")


if __name__ == "__main__":
    main()
