"""What the rule of integration decides: Euler and Runge-Kutta against eight substeps of the latter.

The shipped cases with time, 2,048 worlds, the same draws and luck: the largest change of any
verdict, the largest share of worlds in which a claim flips, and the largest median change of a
stock's final value as a share of its central 90 %.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import schelling
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.quickness import Quickness

CASES = Path(__file__).parent.parent / "cases"
WORLDS = 2_048
TRIED = (("euler", 1), ("euler", 4), ("rk4", 1))


def rows() -> list[dict[str, object]]:
    """Three rows for each case and rule."""
    found: list[dict[str, object]] = []
    for name in ("widening-war", "teaching/arms-race"):
        built = plan.build(schelling.load(CASES / name))
        holds, final = outcomes(built, "rk4", 8)
        wide = np.subtract(*np.quantile(final, (0.95, 0.05), axis=0))
        for method, substeps in TRIED:
            own, ends = outcomes(built, method, substeps)
            moved = np.median(np.abs(ends - final), axis=0)
            numbers = {
                "points, verdict": 100 * np.abs(own.mean(axis=0) - holds.mean(axis=0)).max(),
                "% of worlds, flips": 100 * (own != holds).mean(axis=0).max(),
                "% of band, stock": 100 * (moved[wide > 0] / wide[wide > 0]).max(),
            }
            what = f"{name}, {method}, {substeps} substeps, error"
            found += [_row(what, unit, float(value)) for unit, value in numbers.items()]
    return found


def outcomes(built: Plan, method: str, substeps: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth of the claims and final values of the stocks, `(world, claim)` and `(world, stock)`."""
    given = draws.draw(built, seed=0, replicates=16, first=0, count=WORLDS)
    quickly = Quickness(simulation=True, answers=True)
    engine = Engine(replace(built, method=method, substeps=substeps), seed=0, quickly=quickly)
    parts = list(engine.run(given, 0))
    return (np.concatenate([p.holds for p in parts]), np.concatenate([p.final for p in parts]))


def _row(name: str, unit: str, value: float) -> dict[str, object]:
    return {"name": name, "unit": unit, "ours": value, "peer": None, "theirs": None, "ratio": None}
