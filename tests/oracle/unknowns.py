"""Unknowns of one world: look along a fine grid, then let SciPy close in."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence

from scipy import optimize

from schelling.case.language.typed.types import Sought

CELLS = 47  # another grid than that of the engine, and a finer one
STEP = 1e-4  # of the central difference, in parts of the interval

Tried = Callable[[float], list[float]]


def solve(unknown: Sought, tried: Tried, ends: Sequence[float], near: float) -> float:
    """The number; NaN where there is none, or more than one where only one may be.

    Args:
        unknown: What is sought.
        tried: The sides of its equation, or its one value, at a number.
        ends: Of the interval.
        near: What it is to be nearest to.
    """
    low, high = ends
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return math.nan
    if unknown.seek != "equation":
        sign = 1.0 if unknown.seek == "largest" else -1.0
        return _peak(lambda x: sign * tried(x)[0], low, high, unknown.choose)
    found = _roots(tried, low, high)
    if not found or (unknown.choose == "only" and len(found) > 1):
        return math.nan
    match unknown.choose:
        case "highest":
            return found[-1]
        case "nearest":
            return min(found, key=lambda root: (abs(root - near), root))
        case _:
            return found[0]


def _grid(low: float, high: float) -> list[float]:
    return [low + (high - low) * i / CELLS for i in range(CELLS)] + [high]


def _roots(tried: Tried, low: float, high: float) -> list[float]:
    @functools.cache
    def gap(x: float) -> float:
        left, right = tried(x)
        same = abs(left - right) <= 1e-15 * max(abs(left), abs(right)) < math.inf
        return 0.0 if same else left - right

    nodes = _with_edges(gap, _grid(low, high))
    gaps = [gap(node) for node in nodes]
    found: list[float] = []
    for i, (node, here) in enumerate(zip(nodes, gaps, strict=True)):
        if here == 0:
            found.append(node)
        elif i and gaps[i - 1] * here < 0:
            root, report = optimize.brentq(
                gap, nodes[i - 1], node, xtol=1e-15, full_output=True, maxiter=500
            )
            before = max(abs(gaps[i - 1]), abs(here))
            if report.converged and (abs(gap(root)) < 1e-7 * before or before == math.inf):
                found.append(root)
    return found


def _with_edges(gap: Callable[[float], float], nodes: list[float]) -> list[float]:
    """A grid with a point more wherever the equation begins or ceases to have a value."""
    found = nodes[:1]
    for before, after in itertools.pairwise(nodes):
        inside, outside = (before, after) if math.isnan(gap(after)) else (after, before)
        if math.isnan(gap(before)) != math.isnan(gap(after)):
            for _ in range(60):
                middle = (inside + outside) / 2
                inside, outside = (inside, middle) if math.isnan(gap(middle)) else (middle, outside)
            found.append(inside)
        found.append(after)
    return sorted(set(found))


def _peak(height: Callable[[float], float], low: float, high: float, choose: str) -> float:
    """Where the slope changes its sign beside the highest grid point; or that, if it is an end."""
    nodes = _grid(low, high)
    heights = [value if math.isfinite(value := height(node)) else -math.inf for node in nodes]
    if max(heights) == -math.inf:
        return math.nan
    best = [i for i, value in enumerate(heights) if value == max(heights)]
    chosen = best[-1] if choose == "highest" else best[0]
    h = STEP * (high - low)
    ends = max(nodes[max(chosen - 1, 0)], low + h), min(nodes[min(chosen + 1, CELLS)], high - h)

    def slope(x: float) -> float:
        return height(x + h) - height(x - h)

    if slope(ends[0]) > 0 > slope(ends[1]):
        return optimize.brentq(slope, *ends, xtol=1e-14)
    return nodes[chosen]
