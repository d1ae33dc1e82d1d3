"""How programs are compiled: quickly, to slow code, or slowly, to quick code.

Quick compilation leaves out nearly all that an optimising compiler does. On the flagship the
simulation is ready in a third of the time and takes four times as long, what asks the claims a half
longer (`benchmarks/bench_compiling.py`). Products and sums are rounded one by one then, and not
together, so that numbers differ in their last digits.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from schelling.compile.compiler_options import QUICKLY, SLOWLY, Options
from schelling.compile.planning.plan import Plan

FEW: Final = 2**14
"""Worlds up to which programs may be compiled quickly; the more there are, the less it pays."""

SHORT: Final = 2**7
"""Steps of a world, with its twins and agents, up to which its simulation is: one that is longer
is run again and again, with other numbers, and compiled once."""


class Quickness(NamedTuple):
    """What is compiled quickly.

    Attributes:
        simulation: The program that runs worlds.
        answers: The one that asks claims, and, beside a simulation that is compiled slowly, a
            program of its own for what is known before worlds run.
    """

    simulation: bool = False
    answers: bool = False


def of(plan: Plan, worlds: int) -> Quickness:
    """What is compiled quickly for a number of worlds, whatever is compiled already.

    Examples:
        >>> from schelling.case.check import load
        >>> from schelling.compile.planning.plan import build
        >>> of(build(load("cases/teaching/bargaining-range")), 1000)
        Quickness(simulation=True, answers=True)
        >>> of(build(load("cases/teaching/arms-race")), 1000)  # 480 steps
        Quickness(simulation=False, answers=True)
        >>> of(build(load("cases/teaching/arms-race")), 100_000)
        Quickness(simulation=False, answers=False)
    """
    agents = 1 + sum(population.computed for population in plan.populations)
    length = max(plan.steps * plan.substeps, 1) * len(plan.twins) * agents
    few = worlds <= FEW
    return Quickness(few and length <= SHORT, few)


def options(quickly: bool) -> Options:
    """Options of the compiler."""
    return QUICKLY if quickly else SLOWLY
