"""How large a program is that runs a plan."""

from __future__ import annotations

from typing import Any, cast

import jax
import numpy as np

from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.expressions.constants import separated
from schelling.compile.planning.plan import Plan


def equations(plan: Plan) -> int:
    """Equations of the program that runs worlds, those within loops and branches too."""
    bare, numbers = separated(plan)
    drawn = jax.ShapeDtypeStruct((16, len(bare.assumptions)), np.float64)
    numbered = jax.ShapeDtypeStruct((16,), np.uint32)

    def run(numbers: Any, draws: Any, worlds_: Any, met: Any) -> Any:
        finished = worlds.simulation(bare, numbers, whole=False)(draws, worlds_, met)
        return worlds.answers(bare, numbers)(draws, finished)

    return _counted(jax.make_jaxpr(run)(numbers, drawn, numbered, luck.of(bare, 1)).jaxpr)


def _counted(program: Any) -> int:
    found = len(program.eqns)
    for equation in program.eqns:
        for value in equation.params.values():
            parts = cast("list[Any]", [*value] if isinstance(value, list | tuple) else [value])
            inside = [getattr(part, "jaxpr", part) for part in parts]
            found += sum(_counted(part) for part in inside if hasattr(part, "eqns"))
    return found
