"""A case of stocks and flows as SD-JSON, with the arrows of its causal map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from schelling.case.model import Case
from schelling.compile.influence.causal_map import CausalMap
from schelling.interchange.xmile.from_case import Exported
from schelling.interchange.xmile.model_entries import ModelEntry, taken_apart

_KINDS = {"aux": "variable"}


def exported(
    case: Case, middles: Mapping[str, float], drawn: CausalMap, *, lenient: bool = False
) -> Exported:
    """Write a case as SD-JSON.

    Args:
        case: The checked case.
        middles: The number that stands for each assumption, in its declared unit.
        drawn: Its causal map.
        lenient: Leave out what has no counterpart, and list it.

    Raises:
        CaseError: Something that decides how stocks move has no counterpart.
    """
    model = taken_apart(case, middles, lenient=lenient)
    clock, known = model.clock, model.names
    arrows = [
        {"from": known[a.source], "to": known[a.target], "polarity": a.sign.value}
        for a in drawn.arrows
        if a.source in known and a.target in known
    ]
    specs = {
        "startTime": 0,
        "stopTime": clock.step * clock.steps,
        "dt": clock.step / clock.substeps,
        "timeUnits": "Weeks",
        "method": "RK4" if clock.method == "rk4" else "Euler",
    }
    whole = {
        "title": model.title,
        "variables": list(map(_variable, model.entries)),
        "relationships": arrows,
        "specs": specs,
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
    return Exported(f"{text}\n", model.left_out, known)


def _variable(entry: ModelEntry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": entry.name,
        "type": _KINDS.get(entry.kind, entry.kind),
        "equation": entry.equation,
        "documentation": entry.says,
        "units": entry.unit,
    }
    if entry.inflow:
        found["inflows"] = [entry.inflow]
    if entry.above:
        found["uniflow"] = True
    if entry.points:
        found["graphicalFunction"] = {"points": [{"x": x, "y": y} for x, y in entry.points]}
    return {name: value for name, value in found.items() if value != ""}
