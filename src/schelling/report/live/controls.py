"""The controls of assumptions: a slider on the median, a field for the prior, its density."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from schelling.case.model import Assumption, Case
from schelling.case.notes import ranges
from schelling.compile.drawing import draws
from schelling.compile.drawing.moved_priors import median, moved
from schelling.report.charts import cell_charts
from schelling.report.charts.densities import density
from schelling.report.page.anchors import anchor
from schelling.report.words.numerals import general

STEPS: Final = 200
"""At least so many steps has a slider from end to end."""

_BEYOND = 0.5  # of the width of a prior, that its slider goes on to either side
_LEVELS = np.array([0.005, 0.5, 0.995])


@dataclass(frozen=True)
class PriorShown:
    """A prior as a control shows it.

    Attributes:
        text: As the case language writes it.
        median: Its median.
        curve: Its density, drawn.
        band: Its central 90 %, in words.
    """

    text: str
    median: float
    curve: Markup
    band: str

    def to_json(self) -> dict[str, str | float]:
        """As plain data."""
        return {
            "text": self.text,
            "median": self.median,
            "curve": str(self.curve),
            "band": self.band,
        }


@dataclass(frozen=True)
class Control:
    """What an assumption is changed with.

    Attributes:
        name: Of the assumption.
        anchor: Fragment of the control.
        unit: Its unit; may be empty.
        says: What it means, in words; may be empty.
        why: The reason for its prior; may be empty.
        passages: What it rests on.
        prior: As the case has it.
        low: Where the slider begins.
        high: Where it ends; equal to `low` where there is nothing to slide.
        step: Length of a step of the slider: 1, 2 or 5 in the last digit.
        options: Values of a choice; empty of any other prior.
        lever: The actor who chooses among them; empty where nobody does.
    """

    name: str
    anchor: str
    unit: str
    says: str
    why: str
    passages: tuple[str, ...]
    prior: PriorShown
    low: float
    high: float
    step: float
    options: tuple[str, ...]
    lever: str


def controls(case: Case) -> tuple[Control, ...]:
    """The controls of a case, in the order of its assumptions."""
    return tuple(_control(one) for one in case.assumptions)


def shown(assumption: Assumption) -> PriorShown:
    """The prior of an assumption as its control shows it."""
    prior = assumption.prior
    curve = density(prior)
    low, _, high = curve.band
    band = "" if curve.points else f"90 %: {general(low)} to {general(high)}"
    drawn = cell_charts.density(curve, assumption.name)
    return PriorShown(prior.written, _finite(median(prior)), drawn, band)


def moved_to(assumption: Assumption, wanted: float) -> str | None:
    """The prior of an assumption moved to another median, as text; see `moved_priors.moved`."""
    return moved(assumption.prior, wanted, _natural(assumption))


def _control(one: Assumption) -> Control:
    low, high = _span(one)
    step = _step((high - low) / STEPS)
    values = one.prior.parameters[0] if one.prior.family == "choice" else ()
    return Control(
        name=one.name,
        anchor=anchor("assumption", one.name),
        unit=one.unit.written,
        says=one.origin.says,
        why=one.origin.why,
        passages=tuple(one.origin.passages),
        prior=shown(one),
        low=math.ceil(low / step) * step if step else low,
        high=math.floor(high / step) * step if step else high,
        step=step,
        options=tuple(f"{value:.12g}" for value in values) if isinstance(values, tuple) else (),
        lever=one.lever,
    )


def _natural(one: Assumption) -> tuple[float, float]:
    """Where the median may lie: within what the prior is cut to, and what its unit allows."""
    unit, _ = ranges.natural_range(one)
    low, high = unit.low, unit.high
    if one.prior.within is not None:
        low, high = max(low, one.prior.within[0]), min(high, one.prior.within[1])
    return low, high


def _span(one: Assumption) -> tuple[float, float]:
    """From where to where its slider goes."""
    if one.prior.family == "choice":
        return 0.0, 0.0
    first, middle, last = draws.quantile(one.prior, _LEVELS).tolist()
    first, middle, last = _finite(first), _finite(middle), _finite(last)
    width = last - first
    if width <= 0.0:
        width = abs(middle) or 1.0
        first = last = middle
    low, high = first - _BEYOND * width, last + _BEYOND * width
    if first >= 0.0:
        low = max(low, 0.0)
    natural = _natural(one)
    return max(low, natural[0]), min(high, natural[1])


def _step(most: float) -> float:
    """The largest 1, 2 or 5 times a power of ten up to a length.

    Examples:
        >>> _step(0.013), _step(0.0049), _step(0.0)
        (0.01, 0.002, 0.0)
    """
    if most <= 0.0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(float(f"{times * power:.3g}") for times in (5, 2, 1, 0.5) if times * power <= most)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
