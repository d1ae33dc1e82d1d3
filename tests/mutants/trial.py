"""Tests run against a changed module, in a copy of the project and a process of their own.

The copy is the tree as it lies in the folder, uncommitted work included; the folder itself is never
written to. Processes are forked from one that has loaded the large libraries and none of our code,
which saves the few seconds of loading them each time.
"""

from __future__ import annotations

import compileall
import json
import multiprocessing
import os
import py_compile
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("src", "tests", "cases", "docs", "README.md", "pyproject.toml", "requirements", "Makefile")
LOADED = ["jax", "jax.numpy", "numpy", "scipy.stats", "pandas", "xarray", "pytest"]
ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    # as tests/conftest.py has it in the gate
    "XLA_FLAGS": "--xla_cpu_use_fusion_emitters=false",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2",
}


def forks(cache: Path) -> multiprocessing.context.ForkServerContext:
    """Where processes come from; what they compile is kept in one folder."""
    os.environ |= ENVIRONMENT | {"JAX_COMPILATION_CACHE_DIR": str(cache)}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    return context


@dataclass(frozen=True)
class Ran:
    """How a run of tests ended.

    Attributes:
        code: What pytest said: 0 all passed, 1 some failed; None where the time was over.
        seconds: How long it took.
    """

    code: int | None
    seconds: float


@dataclass(frozen=True)
class Copy:
    """A copy of the project in which modules may be changed.

    Attributes:
        place: Its folder.
    """

    place: Path

    @property
    def said(self) -> Path:
        """What pytest printed the last time."""
        return self.place / "said.txt"

    @classmethod
    def made(cls, place: Path) -> Copy:
        """Copy the project; compiled modules are known by their text, not by their date."""
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, place / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)
        mode = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(place / "src", quiet=1, invalidation_mode=mode)
        return cls(place)

    def run(
        self,
        context: multiprocessing.context.ForkServerContext,
        tests: list[str],
        *,
        limit: float,
        lines: tuple[str, Path] | None = None,
    ) -> Ran:
        """Run tests, until the first fails if no lines are counted.

        Args:
            context: From `forks`.
            tests: Files, from the project's folder.
            limit: Seconds after which they are stopped, and whatever they started.
            lines: A package, and a file for the lines of it that were reached, as JSON.
        """
        options = ["-q", "-m", "not slow", "-p", "no:cacheprovider", "-p", "no:xdist"]
        options += ["-p", "mutants.unshrunk", "--hypothesis-profile=unshrunk"]
        if lines is None:
            options += ["-x"]
        else:
            options += [f"--cov={lines[0]}", f"--cov-report=json:{lines[1]}"]
        start = time.monotonic()
        child = context.Process(
            target=_pytest, args=(str(self.place), str(self.said), [*options, *tests])
        )
        child.start()
        child.join(limit)
        over = child.is_alive()
        if child.pid is not None:
            _stop(child.pid)
        child.join()
        return Ran(None if over else child.exitcode, time.monotonic() - start)


def reached(lines: Path, module: Path) -> set[int]:
    """Lines of a module that a run of tests reached."""
    files = json.loads(lines.read_text("utf-8"))["files"]
    return set(files.get(str(module), {}).get("executed_lines", ()))


def _pytest(place: str, said: str, arguments: list[str]) -> None:
    """In a process of its own: pytest in a copy."""
    os.setsid()
    os.chdir(place)
    source, tests = str(Path(place) / "src"), str(Path(place) / "tests")
    os.environ["PYTHONPATH"] = source  # for the processes that tests start
    ours = [ROOT / "src", ROOT / "tests"]
    sys.path[:] = [source, tests, *(path for path in sys.path if Path(path) not in ours)]
    sys.argv = ["pytest", *arguments]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    import pytest  # noqa: PLC0415 - loaded already, in the process this one was forked from

    code = pytest.main(arguments)
    import schelling  # noqa: PLC0415 - only to see which it was

    sys.stdout.flush()

    if not str(schelling.__file__).startswith(source):
        code = 99
    os._exit(int(code))  # without waiting for what a changed module left behind


def _stop(group: int) -> None:
    """End a process and what it started."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
