"""Graphical functions of an XMILE file.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 3.1.4.
"""

from __future__ import annotations

import itertools
import math

from schelling.interchange.foreign import Findings
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.xml_tree import Element

KINDS = ("continuous", "extrapolate", "discrete")
MOST_POINTS = 2_000


def graph(element: Element, name: str, findings: Findings) -> Graph | None:
    """Read a graphical function; None where it is wrong, and the findings say so."""
    kind = element.attributes.get("type", "continuous").lower()
    ys = _numbers(element.first("ypts"), name, findings)
    xs = _numbers(element.first("xpts"), name, findings)
    if xs is None:
        xs = _scale(element.first("xscale"), 0 if ys is None else len(ys))
    if xs is not None and ys is not None and len(xs) == len(ys):
        once = dict.fromkeys(zip(xs, ys, strict=True))  # a point may be written twice
        xs, ys = [x for x, _ in once], [y for _, y in once]
    wrong = _wrong(kind, xs, ys)
    if wrong or xs is None or ys is None:
        findings.refuse("E905", f"the graph of '{name}' {wrong}", element.line)
        return None
    return Graph(kind, tuple(xs), tuple(ys))


def _wrong(kind: str, xs: list[float] | None, ys: list[float] | None) -> str:
    if kind not in KINDS:
        return f"is of the unknown type '{kind}'"
    if not ys:
        return "has no heights in 'ypts'"
    if xs is None or len(xs) != len(ys):
        return f"has {len(xs or ())} places for {len(ys)} heights"
    if not all(map(math.isfinite, (*xs, *ys))):
        return "has a point that is no finite number"
    if len(xs) > MOST_POINTS:
        return f"has more than {MOST_POINTS:,} points"
    if any(left >= right for left, right in itertools.pairwise(xs)):
        return "has places that do not rise"
    return ""


def _numbers(element: Element | None, name: str, findings: Findings) -> list[float] | None:
    if element is None or not element.text.strip():
        return None
    separator = element.attributes.get("sep", ",")
    try:
        return [float(piece) for piece in element.text.strip().split(separator or ",")]
    except ValueError as error:
        findings.refuse("E905", f"the graph of '{name}': {error}", element.line)
        return None


def _scale(element: Element | None, count: int) -> list[float] | None:
    """Evenly spread places between the ends of a scale."""
    if element is None or count < 2:
        return None
    try:
        low, high = (float(element.attributes[end]) for end in ("min", "max"))
    except (KeyError, ValueError):
        return None
    return [low + (high - low) * i / (count - 1) for i in range(count)]
