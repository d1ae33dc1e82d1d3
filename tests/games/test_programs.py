"""Compiled programs are kept, but only so many."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from schelling.games import programs
from schelling.games.trees import build, recursion


class Counted:
    """A function of arrays that counts how often it is traced."""

    def __init__(self) -> None:
        self.traced: list[int] = []

    def __call__(self, number: int, array: jax.Array, power: int) -> jax.Array:
        self.traced.append(number)
        return number * array**power


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Keep four programs instead of `MOST`."""
    kept = lru_cache(maxsize=4)(programs._program.__wrapped__)
    monkeypatch.setattr(programs, "_program", kept)
    yield 4
    kept.cache_clear()


def test_a_program_is_made_once_for_a_structure_and_a_shape() -> None:
    counted = Counted()
    times = programs.compiled(0, 2)(counted)
    for _ in range(3):
        assert times(2, np.ones(3), 1).tolist() == [2.0] * 3
    assert times(2, jnp.asarray(np.full(3, 5.0)), 1).tolist() == [10.0] * 3
    assert counted.traced == [2]
    assert times(3, np.ones(3), 1).tolist() == [3.0] * 3
    assert times(2, np.full(1, 3.0), 2).tolist() == [18.0]
    assert times(2, 3, 1) == 6
    assert counted.traced == [2, 3, 2, 2]


def test_inside_another_program_there_is_none() -> None:
    counted = Counted()
    times = programs.compiled(0)(counted)
    before = programs._program.cache_info()
    slope = jax.jit(jax.grad(lambda x: times(2, x, 3)))(2.0)
    assert slope == 24.0
    assert programs._program.cache_info() == before


def test_the_latest_used_stay(few: int) -> None:
    counted = Counted()
    times = programs.compiled(0)(counted)
    for number in [*range(few), 0, few, 0]:
        times(number, np.ones(2), 1)
    assert counted.traced == [0, 1, 2, 3, 4]  # 1 made room, 0 stayed
    times(1, np.ones(2), 1)
    assert counted.traced[-1] == 1


def maps() -> int:
    """Regions of memory of this process; Linux allows 65,530."""
    return len(Path("/proc/self/maps").read_text().splitlines())


def test_programs_that_made_room_are_gone(few: int) -> None:
    """Every new structure would otherwise cost as many regions of memory as the first four."""

    def solve(number: int) -> None:
        """Games of one size, so that their programs are, and different names of actions."""
        root = build.decision("a", {f"{number} {k}": build.end() for k in range(8)})
        game = build.compile(root, ["a"])
        recursion.solve(game, jnp.zeros((1, 8, 1)), jnp.ones(1))

    solve(0)
    programs._program.cache_clear()  # what is left is JAX's own
    empty = maps()
    for number in range(few):
        solve(number)
    full = maps()
    for number in range(few, 4 * few):
        solve(number)
    assert full - empty > few  # else nothing is measured here
    assert maps() - full < (full - empty) / 2


CHILD = """
import sys
from pathlib import Path
import numpy as np
from schelling.games.states import markov
from schelling.games.states.stochastic import StochasticArrays, Structure
from schelling.games.tables import logit

rng = np.random.default_rng(0)
for number in range(int(sys.argv[1])):
    if number % 2:
        shape = (2 + number % 10, 2 + number // 10 % 5, 2 + number // 50)
        found = logit.solve(rng.normal(size=(1, *shape, 3)), 1.0)
    else:
        structure = Structure(tuple((1 + (number >> bit & 1), 2) for bit in range(1, 10)))
        cells = (1, 9, *structure.widths)
        chances = rng.dirichlet(np.ones(9), size=cells)
        game = StochasticArrays(rng.normal(size=(*cells, 2)), chances, 0.5)
        found = markov.solve(structure, game, 1.0)
    assert found.residual[0] < 1e-9, number
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
    maps = len(Path("/proc/self/maps").read_text().splitlines())
    print(number, round(resident), maps, flush=True)
"""


@pytest.mark.slow
def test_300_different_games_in_one_process() -> None:
    """Without a bound this took 6 GB and ended with 'Cannot allocate memory'."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, "300"], check=True, capture_output=True, text=True
    )
    rows = np.array([line.split() for line in child.stdout.splitlines()], dtype=int)
    assert len(rows) == 300
    # 32 programs of about 15 MB and 200 regions each, and what JAX remembers of tracing
    assert rows[:, 1].max() < 1500
    assert rows[:, 2].max() < 15_000
    assert rows[-100:, 2].max() < 1.3 * rows[100:200, 2].max()
