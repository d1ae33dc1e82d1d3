"""Sets with more and more members: compiling beside a set of 2, running beside NumPy by hand.

Also whole processes on stocks that each read all before them, which is mostly compiling.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from benchmarks.bench_process import measure
from schelling.case.check import load
from schelling.compile.drawing.draws import draw
from schelling.compile.planning.plan import Plan, build
from schelling.study.runs.computing.engine import Engine, use_cores

MEMBERS = (5, 10, 20, 40)
WORLDS = 1_024
COUPLED = """
schelling: 1
title: Cities that fall one after another
time: {{start: 2022-03-21, step: 1 week, until: 2023-03-20}}
sets: {{city: [{names}]}}
assumptions:
  garrison[city]: {{prior: 1000 to 2000, why: planted}}
  losses: {{prior: 100 to 400, unit: 1 / week, why: planted}}
stocks:
  standing[city]:
    start: garrison[city]
    change: "-losses if all(standing[c] < 1 for c in before(city)) else 0"
    within: [0, 100000]
claims:
  all_fall: {{holds: "final(sum(standing[c] for c in city)) < 1", why: planted}}
"""

SIZES = (2, 50, 200)
BATCH = 4_096
STEPS = 52
ALIKE = """
schelling: 1
title: Three stocks of every member
time: {{start: 2022-01-03, step: 1 week, until: 2023-01-02}}
sets: {{city: [{names}]}}
assumptions:
  garrison[city]: {{prior: 1000 to 2000, why: planted}}
  rate: {{prior: 0.01 to 0.05, unit: 1 / week, why: planted}}
stocks:
  standing[city]:
    {{start: "garrison[city]", change: "-rate * standing[city] * siege[city]", within: [0, 100000]}}
  siege[city]: {{start: 0.1, change: "rate * (1 - siege[city]) * mean_supply", within: [0, 1]}}
  supply[city]:
    {{start: 1, change: "rate * (mean_supply - supply[city]) - 0.01 * siege[city] / 1 week"}}
variables:
  mean_supply: {{value: "mean(supply[c] for c in city)"}}
claims:
  most_stand: {{holds: "final(sum(standing[c] for c in city)) > 700 * size(city)", why: planted}}
"""

OF_MEMBERS = """
schelling: 1
title: What every member claims, is in, and meets on days
time: {{start: 2022-01-03, step: 1 week, until: 2023-01-02}}
sets: {{city: [{names}]}}
states: {{"mood[city]": [calm, alert, lost]}}
assumptions:
  garrison[city]: {{prior: 1000 to 2000, why: planted}}
  rate: {{prior: 0.01 to 0.05, unit: 1 / week, why: planted}}
stocks:
  standing[city]: {{start: "garrison[city]", change: "-rate * standing[city]", within: [0, 100000]}}
events:
  alarm[city]:
    {{hazard: rate, while: "mood[city] == calm", effects: {{"mood[city]": alert}}}}
  loss[city]:
    {{hazard: 2 * rate, while: "mood[city] == alert", effects: {{"mood[city]": lost}}}}
  raid[city]:
    on: 2022-03-07
    every: 4 weeks
    while: "standing[city] > 1200"
    effects: {{"standing[city]": "standing[city] * 0.9"}}
claims:
  holds_out[city]: {{holds: "always(standing[city] > 900)", why: planted}}
  late[city]: {{holds: "first(mood[city] == lost) > 8 weeks", why: planted}}
"""


def rows() -> list[dict[str, object]]:
    """Cpu seconds of compiling, members and worlds a cpu second, cpu seconds of whole processes."""
    _seconds(1)  # byte-compiles, as any installation does once
    whole = [
        _row(f"run a set of {n} coupled stocks, {WORLDS:,} worlds, cold", _seconds(n))
        for n in MEMBERS
    ]
    use_cores(1)
    _compiled(2)  # imports
    stocks = growing("3 stocks", ALIKE)
    others = growing("machines, claims and dated events", OF_MEMBERS)
    return [*whole, *stocks, *others, _speed()]


def growing(what: str, text: str) -> list[dict[str, object]]:
    """Cpu seconds from a file to programs for every size, beside those of the smallest."""
    first = min(_compiled(SIZES[0], text) for _ in range(3))
    found = [_row(f"read and compile {what} over {SIZES[0]} members", first)]
    for members in SIZES[1:]:
        own = min(_compiled(members, text) for _ in range(3))
        name = f"read and compile {what} over {members} members"
        found.append(_row(name, own, "over 2 members", first))
    return found


def _plan(text: str, members: int) -> Plan:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(text.format(names=_names(members)), "utf-8")
        return build(load(path))


def _names(members: int) -> str:
    return ", ".join(f"city_{n}" for n in range(members))


def _compiled(members: int, text: str = ALIKE) -> float:
    """Cpu seconds from a file to programs."""
    begun = process_time()
    _ = Engine(_plan(text, members), seed=0, devices=1).programs.run
    return process_time() - begun


def _speed() -> dict[str, object]:
    """Worlds times members a cpu second, beside NumPy written by hand for this one case."""
    plan, members = _plan(ALIKE, SIZES[-1]), SIZES[-1]
    drawn = draw(plan, seed=0, replicates=16, first=0, count=BATCH)
    engine = Engine(plan, seed=0, devices=1)

    def ours() -> Float[ndarray, "world stock"]:
        return np.concatenate([part.final for part in engine.run(drawn, 0)])

    def theirs() -> Float[ndarray, "world stock"]:
        blocks = [by_hand(part) for part in np.split(drawn, BATCH // 1_024)]
        return np.concatenate(blocks)

    np.testing.assert_allclose(ours(), theirs(), rtol=1e-9)
    own, other = (BATCH * members / min(map(_taken, [one] * 3)) for one in (ours, theirs))
    name = f"worlds x members, {members} members, 3 stocks, {STEPS} weeks"
    return _row(name, own, "NumPy by hand", other) | {"unit": "1 / cpu s"}


def _taken(function: Callable[[], object]) -> float:
    begun = process_time()
    function()
    return process_time() - begun


def by_hand(drawn: Float[ndarray, "world assumption"]) -> Float[ndarray, "world stock"]:
    """The case `ALIKE` by the classical rule of Runge and Kutta, every stock an array."""
    rate = drawn[:, -1]
    standing = np.ascontiguousarray(drawn[:, :-1].T)
    state = standing, np.full_like(standing, 0.1), np.ones_like(standing)

    def change(standing: ndarray, siege: ndarray, supply: ndarray) -> tuple[ndarray, ...]:
        mean = supply.mean(0)
        return (
            -rate * standing * siege,
            rate * (1 - siege) * mean,
            rate * (mean - supply) - 0.01 * siege,
        )

    def moved(rates: tuple[ndarray, ...], length: float) -> tuple[ndarray, ...]:
        one, two, three = (s + length * r for s, r in zip(state, rates, strict=True))
        return np.clip(one, 0, 100_000), np.clip(two, 0, 1), three

    for _ in range(STEPS):
        first = change(*state)
        second = change(*moved(first, 0.5))
        third = change(*moved(second, 0.5))
        last = change(*moved(third, 1.0))
        stages = zip(first, second, third, last, strict=True)
        state = moved(tuple((a + 2 * b + 2 * c + d) / 6 for a, b, c, d in stages), 1.0)
    return np.concatenate(state).T


def _seconds(members: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(COUPLED.format(names=_names(members)), "utf-8")
        return measure("run", str(path), "--worlds", str(WORLDS))[1]


def _row(
    name: str, ours: float, peer: str | None = None, theirs: float | None = None
) -> dict[str, object]:
    return {
        "name": name,
        "unit": "cpu s",
        "ours": ours,
        "peer": peer,
        "theirs": theirs,
        "ratio": None if theirs is None else ours / theirs,
    }
