"""How programs are compiled: quickly, to slow code, or slowly, to quick code.

Quick compilation leaves out nearly all that an optimising compiler does. On the flagship the
simulation is ready in a third of the time and takes four times as long, what asks the claims a half
longer (`benchmarks/bench_compiling.py`). Products and sums are rounded one by one then, and not
together, so that numbers differ in their last digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from schelling.compile.plan import Plan

Options = Mapping[str, bool | int]
"""Options of the compiler."""

QUICKLY: Final[Options] = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 0,
}
SLOWLY: Final[Options] = {}

SHORT: Final = 2**17
"""Steps of worlds, twins and agents up to which a simulation is compiled quickly: running it takes
at most a second longer then, and compiling it is some seconds shorter."""

FEW: Final = 2**16
"""Worlds up to which the claims are asked by a program that was compiled quickly."""


class Quickness(NamedTuple):
    """What is compiled quickly.

    Attributes:
        simulation: The program that runs worlds.
        answers: The one that asks claims.
    """

    simulation: bool = False
    answers: bool = False


def of(plan: Plan, worlds: int) -> Quickness:
    """What is compiled quickly for a number of worlds, whatever is compiled already.

    Examples:
        A case without time, and the same for many worlds:

        >>> from schelling.case.check import load
        >>> from schelling.compile.plan import build
        >>> plan = build(load("cases/teaching/bargaining-range"))
        >>> of(plan, 1000), of(plan, 100_000)
        (Quickness(simulation=True, answers=True), Quickness(simulation=True, answers=False))
    """
    agents = 1 + sum(population.computed for population in plan.populations)
    work = worlds * max(plan.steps * plan.substeps, 1) * len(plan.twins) * agents
    return Quickness(work <= SHORT, worlds <= FEW)


def options(quickly: bool) -> Options:
    """Options of the compiler."""
    return QUICKLY if quickly else SLOWLY
