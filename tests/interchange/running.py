"""One world of a case, computed as a run computes it: every series at every step."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from schelling.case.check import load
from schelling.case.model import Case
from schelling.compile import worlds
from schelling.compile.drawing import draws as of_priors
from schelling.compile.drawing import luck
from schelling.compile.planning import plan
from schelling.interchange.xmile.into_case import Imported


def course(case: Case) -> dict[str, np.ndarray]:
    """Every assumption, stock and variable of the world in which all priors are at their middle."""
    built = plan.build(case)
    middles = of_priors.middles(case)
    draws = jnp.array([[middles[a.name] for a in case.assumptions]], dtype=float)
    numbers = jnp.zeros(1, dtype=jnp.uint32)
    of = luck.of(built, 0)
    finished = jax.jit(worlds.simulation(built))(draws, numbers, of)
    paths = jax.jit(worlds.courses(built))(draws, finished)
    found = dict(zip(built.series, np.asarray(paths.series)[0].T, strict=True))
    steps = built.steps + 1
    frame = worlds.fixed(built)(draws)
    for name, value in frame.fixed.items():
        found[name] = np.broadcast_to(np.asarray(value), (steps,))
    return found


def imported_course(made: Imported, folder: Path) -> dict[str, np.ndarray]:
    path = folder / "case.yaml"
    path.write_text(made.text, encoding="utf-8")
    for name, table in made.beside.items():
        (folder / name).write_text(table, encoding="utf-8")
    return course(load(path))
