"""SD-JSON: a model with equations, or a loop diagram of names and polarities."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from schelling.interchange import json_tree
from schelling.interchange.foreign import Findings, UnreadableFile
from schelling.interchange.json_tree import as_list, as_object
from schelling.interchange.maps import read_csv
from schelling.interchange.maps.draft import draft
from schelling.interchange.maps.links import Link
from schelling.interchange.stockflow.into_case import Imported, made
from schelling.interchange.stockflow.model import (
    ElementEquation,
    Graph,
    Quantity,
    StockFlow,
    Submodel,
    TimeSpan,
)
from schelling.interchange.stockflow.terms import Num, Term, key
from schelling.interchange.stockflow.to_case import Named
from schelling.interchange.xmile import equations

MOST_VARIABLES = 5_000

_KINDS = {"stock": "stock", "flow": "flow", "variable": "aux", "aux": "aux", "auxiliary": "aux"}
_KNOWN = frozenset(
    (
        *("name", "type", "equation", "eqn", "inflows", "outflows", "units", "documentation"),
        *("graphicalFunction", "uniflow", "crossLevelGhostOf"),
    )
)

Object = Mapping[str, Any]


def imported(path: Path, *, lenient: bool = False) -> Imported:
    """Read an SD-JSON file and make a case of it: a draft where it has no equations.

    Raises:
        CaseError: The file cannot be read whole, or is no model that runs.
    """
    root, findings = json_tree.read(path, lenient=lenient)
    model = as_object(as_object(root).get("model", root))
    if not isinstance(model.get("variables"), list):
        message = "the outermost value is no object with 'variables', nor are there questions in it"
        hint = "a model in SD-JSON has 'variables'; questions are those of forecasting-tools, "
        hint += "Metaculus or ForecastBench, and conditional ones are not read"
        if isinstance(model.get("nodes"), list) and isinstance(model.get("edges"), list):
            message = "this is AIF or another graph, which is written here but not read"
            hint = "a map of an argument is read from Argdown"
        findings.refuse("E901", message, 1, hint=hint)
        raise findings.error()
    variables = _objects(model.get("variables"), "variables", findings)
    if not any(_text(one, "equation", "eqn") for one in variables):
        return _drafted(model, findings, path)
    with findings.whole():
        whole = _model(model, variables, findings, path)
    return made(whole, findings)


def _drafted(model: Object, findings: Findings, path: Path) -> Imported:
    """A loop diagram as a draft."""
    rows = _objects(model.get("relationships"), "relationships", findings)
    links = [
        Link(_text(row, "from"), _text(row, "to"), _text(row, "polarity"), _text(row, "reasoning"))
        for row in rows
    ]
    title = path.stem.replace("_", " ")
    return Imported(draft(read_csv.checked(links, findings), title), (), Named({}, {}))


def _model(model: Object, variables: list[Object], findings: Findings, path: Path) -> StockFlow:
    if len(variables) > MOST_VARIABLES:
        message = f"a model has {len(variables):,} variables; at most {MOST_VARIABLES:,} are read"
        findings.refuse("E902", message, 0)
        raise UnreadableFile
    quantities = tuple(_quantity(one, findings) for one in variables)
    title = _text(model, "title") or path.stem.replace("_", " ")
    grid = _grid(model.get("specs"), findings)
    return StockFlow(title, _text(model, "explanation"), grid, {}, {}, Submodel(quantities))


def _quantity(one: Object, findings: Findings) -> Quantity:
    name, line = _text(one, "name"), 0
    kind = _KINDS.get(_text(one, "type").lower())
    if kind is None or not key(name):
        findings.refuse("E903", f"'{name}' is a variable of no known type", line)
    for other in sorted(set(one) - _KNOWN):
        if one[other]:
            findings.skip("E903", f"'{other}' of '{name}'", "this is not read here", line)
    graph = _graph(one.get("graphicalFunction"), name, findings)
    term = _term(_text(one, "equation", "eqn"), name, findings)
    given = {(): ElementEquation(term, graph)} if term is not None or graph is not None else {}
    into, out = (_flows(one.get(part), name, findings) for part in ("inflows", "outflows"))
    return Quantity(
        kind or "aux",
        name,
        equations=given,
        inflows=into,
        outflows=out,
        non_negative=one.get("uniflow") is True,
        units=_text(one, "units"),
        doc=" ".join(_text(one, "documentation").split()),
    )


def _flows(value: object, name: str, findings: Findings) -> tuple[str, ...]:
    rows = as_list(value)
    found = tuple(key(row) for row in rows if isinstance(row, str))
    if len(found) < len(rows) or (value is not None and not isinstance(value, list)):
        findings.refuse("E903", f"the flows of '{name}' are no list of names", 0)
    return found


def _term(text: str, name: str, findings: Findings) -> Term | None:
    if not equations.bare(text):
        return None
    try:
        return equations.parse(text)
    except equations.NotAnEquation as error:
        findings.refuse("E904", f"the equation of '{name}' cannot be read: {error}", 0)
        return Num(0.0)


def _graph(value: object, name: str, findings: Findings) -> Graph | None:
    if not isinstance(value, dict):
        return None
    rows = _objects(as_object(cast("object", value)).get("points"), "points", findings)
    pairs = [(_number(row.get("x")), _number(row.get("y"))) for row in rows]
    known = [(x, y) for x, y in pairs if x is not None and y is not None]
    xs, ys = tuple(x for x, _ in known), tuple(y for _, y in known)
    rising = all(left < right for left, right in itertools.pairwise(xs))
    if not xs or len(known) < len(pairs) or not rising:
        findings.refuse("E905", f"the graph of '{name}' needs points whose places rise", 0)
        return None
    return Graph("continuous", xs, ys)


def _grid(value: object, findings: Findings) -> TimeSpan:
    specs = as_object(value)
    start, stop = _number(specs.get("startTime")), _number(specs.get("stopTime"))
    dt = _number(specs.get("dt", 1.0))
    if start is None or stop is None or dt is None:
        findings.refuse("E906", "'specs' lacks a number for 'startTime', 'stopTime' or 'dt'", 0)
        raise UnreadableFile
    if not (dt > 0 and stop > start):
        message = f"time from {start:g} to {stop:g} in steps of {dt:g} cannot be run"
        findings.refuse("E906", message, 0)
        raise UnreadableFile
    method = _method(specs, findings)
    return TimeSpan(start, stop, dt, method, _text(specs, "timeUnits"), dt)


def _method(specs: Object, findings: Findings) -> str:
    """`euler`, also where nothing is said, or `rk4`, which stands for what a case has not."""
    written = specs.get("method") or "euler"
    if isinstance(written, str) and written.strip().lower() in ("euler", "rk4"):
        return written.strip().lower()
    why = "a case flows by Euler's rule or by RK4"
    findings.skip("E906", f"the method '{written}'", why, 0, "RK4 is taken")
    return "rk4"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _objects(value: object, what: str, findings: Findings) -> list[Object]:
    """A list of objects; anything else is found."""
    rows = as_list(value)
    found = [as_object(cast("object", row)) for row in rows if isinstance(row, dict)]
    if len(found) < len(rows) or (value is not None and not isinstance(value, list)):
        findings.refuse("E903", f"'{what}' is no list of objects", 0)
    return found


def _text(one: Object, *names: str) -> str:
    """The first of several texts that is there."""
    found = (one.get(name) for name in names)
    return next((text for text in found if isinstance(text, str) and text), "")
