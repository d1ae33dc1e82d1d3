"""What of an assumption can be kept or bent in the reader's browser: slices of its prior, options.

A continuous prior is cut into 256 slices of equal probability. A choice among few numbers has an
option a number. What is fixed, or so wide that its quantiles are no numbers, cannot be brushed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from schelling.case.drawn import Prior
from schelling.case.model import Assumption, Case
from schelling.compile.drawing import cut_priors, draws
from schelling.distributions.families import FAMILIES
from schelling.distributions.truncate import truncate
from schelling.report.play import packing

MOST_OPTIONS: Final = 64
"""Options that a reader can be asked to tick; what has more of them cannot be brushed."""

_FIXED = "a fixed number"
_WIDE = "so wide that its quantiles are beyond the largest number"
_LONG = "a choice among more numbers than can be ticked here"


@dataclass(frozen=True)
class Brush:
    """How an assumption can be brushed.

    Attributes:
        assumption: The assumption.
        cuts: Ends of the slices of a continuous prior; the outermost may be infinite. Of a choice
            its options, in ascending order. Empty for what cannot be brushed.
        options: Whether `cuts` are options.
        why_not: Why it cannot be brushed; empty where it can.
    """

    assumption: Assumption
    cuts: Float[ndarray, " cut"]
    options: bool = False
    why_not: str = ""

    @property
    def places(self) -> int:
        """How many slices or options there are."""
        return len(self.cuts) if self.options else len(self.cuts) - 1

    def codes(self, values: Float[ndarray, " world"]) -> UInt8[ndarray, " world"]:
        """In which slice, or which option, each value is."""
        if self.options:
            return np.searchsorted(self.cuts, values).astype(np.uint8)
        return packing.slices(values, self.cuts)

    def offsets(self) -> tuple[Float[ndarray, " cut"], float, float]:
        """The cuts as distances from the middle one, in units of the distance of the inner ones.

        The middle one and that distance follow. So 32 bits a cut are enough wherever a prior lies.
        """
        middle = float(self.cuts[len(self.cuts) // 2])
        scale = float(self.cuts[-2] - self.cuts[1]) or 1.0
        return (self.cuts - middle) / scale, middle, scale


def of_case(case: Case) -> tuple[Brush, ...]:
    """The brush of every assumption, in the order of the case."""
    return tuple(_brush(assumption) for assumption in case.assumptions)


def _brush(assumption: Assumption) -> Brush:
    prior, nothing = assumption.prior, np.zeros(0)
    if prior.family == "fixed":
        return Brush(assumption, nothing, why_not=_FIXED)
    if FAMILIES[prior.family].discrete:
        values, weights = (np.asarray(part, np.float64) for part in prior.parameters)
        points = np.unique(values[weights > 0.0])
        if points.size < 2:
            return Brush(assumption, nothing, why_not=_FIXED)
        if points.size > MOST_OPTIONS:
            return Brush(assumption, nothing, why_not=_LONG)
        return Brush(assumption, points, options=True)
    cuts = _cuts(prior)
    inner = cuts[1:-1]
    if not (np.isfinite(inner).all() and (np.diff(cuts) > 0.0).all()):
        return Brush(assumption, nothing, why_not=_WIDE)
    if not np.isfinite(inner[-1] - inner[0]):
        return Brush(assumption, nothing, why_not=_WIDE)
    return Brush(assumption, cuts)


def _cuts(prior: Prior) -> Float[ndarray, " cut"]:
    """Quantiles of a prior at every 256th, the ends being those of its support."""
    family = FAMILIES[prior.family]
    if prior.within is not None:
        family = truncate(family, *prior.within)
    low, high = (float(np.asarray(end)) for end in family.support(*prior.parameters))
    inner = draws.quantile(prior, np.arange(1, packing.SLICES) / packing.SLICES)
    return np.concatenate([[low], inner, [high]])


def tied(case: Case) -> dict[str, list[tuple[str, float]]]:
    """By assumption, with which others it is correlated, and how."""
    found: dict[str, list[tuple[str, float]]] = {}
    for pair in case.correlations:
        found.setdefault(pair.first, []).append((pair.second, pair.rho))
        found.setdefault(pair.second, []).append((pair.first, pair.rho))
    return found


def told(brush: Brush, others: list[tuple[str, float]], changed: bool) -> dict[str, Any]:
    """What the script of the page is told of an assumption.

    Args:
        brush: How it can be brushed.
        others: With which others it is correlated.
        changed: Whether it was set for the run, so that a command that sets it again would not do.
    """
    one, prior = brush.assumption, brush.assumption.prior
    found: dict[str, Any] = {"name": one.name, "unit": one.unit.written}
    if brush.why_not:
        return found
    found["tied"] = others
    found["set"] = changed
    if brush.options:
        values, weights = prior.parameters
        assert isinstance(values, tuple)
        assert isinstance(weights, tuple)
        mass = [sum(w for v, w in zip(values, weights, strict=True) if v == p) for p in brush.cuts]
        options = [f"{point:.12g}" for point in brush.cuts.tolist()]
        return found | {"options": options, "weights": mass, "lever": one.lever}
    _, middle, scale = brush.offsets()
    return found | {
        "family": prior.family,
        "written": prior.written,
        "ends": cut_priors.ends(prior),
        "parameters": prior.parameters,
        "within": prior.within,
        "middle": middle,
        "scale": scale,
        "logarithmic": _is_logarithmic(brush),
    }


def _is_logarithmic(brush: Brush) -> bool:
    """Whether the axis of a prior is logarithmic, by the rule of its picture in the report."""
    low, high = brush.cuts[13], brush.cuts[-14]  # about 5 and 95 %
    by_nature = brush.assumption.prior.family in ("lognormal", "loguniform")
    return by_nature and bool(brush.cuts[1] > 0.0 and high > 10.0 * low)
