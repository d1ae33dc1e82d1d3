"""A box as a sentence. Knows the names and units it is given, and no case."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schelling.analysis.boxes.boxes import Box, Fit
from schelling.analysis.boxes.rounding import Label
from schelling.report.words.numerals import general, half_width, whole_percent
from schelling.study.runs.lever_options import after_number


def conditions(box: Box, labels: Sequence[Label]) -> tuple[str, ...]:
    """Every restricted dimension in words, without a verb.

    Args:
        box: The box, its bounds rounded.
        labels: One an assumption.

    Returns:
        Such as ("`aid` above 0.23", "`side` red or blue").

    Examples:
        >>> import numpy as np
        >>> box = Box(np.array([0.23, 2.0]), np.array([np.inf, 5.0]), (None, None))
        >>> conditions(box, [Label("aid"), Label("delay", unit="weeks")])
        ('`aid` above 0.23', '`delay` between 2 and 5 weeks')
    """
    return tuple(
        f"`{labels[thing].name}` {_limits(box, thing, labels[thing])}" for thing in box.restricted
    )


_ALL = 0.99
_HALF = 1.96  # of a 95 % interval, in standard errors
WHEN = 0.67
"""Density from which on something happens in a box, and does not merely happen more often."""


def sentence(
    box: Box,
    labels: Sequence[Label],
    seen: Fit,
    *,
    verb: str,
    sought: str,
    base: float = math.nan,
    which: str = "",
) -> str:
    """The box and how well it does, as one clause.

    Args:
        box: The box, its bounds rounded.
        labels: One an assumption.
        seen: Its fit, measured after rounding.
        verb: What happens in the worlds sought, such as `fails`.
        sought: What those worlds are called, such as `failures`.
        base: Their share of all worlds, which a box of low density is compared with.
        which: Which of the worlds in a box count, after "worlds"; empty for all.

    Returns:
        Words; percentages are rounded to whole numbers, and 100 and 0 are kept for all and none.

    Examples:
        >>> import numpy as np
        >>> from dataclasses import replace
        >>> box = Box(np.array([0.23, -np.inf]), np.array([np.inf, 0.3]), (None, None))
        >>> labels = [Label("response_chance"), Label("gain_if_unanswered")]
        >>> seen = Fit(0.64, 0.91, 0.2, 200, 182, 2)
        >>> sentence(box, labels, seen, verb="fails", sought="failures")
        'fails when `response_chance` is above 0.23 and `gain_if_unanswered` below 0.3: 91 % of
        those worlds, covering 64 % of the failures'
        >>> seen = replace(seen, density_error=0.012)
        >>> sentence(box, labels, seen, verb="fails", sought="failures")
        'fails when `response_chance` is above 0.23 and `gain_if_unanswered` below 0.3: 91 % ± 3 of
        those worlds, covering 64 % of the failures'
    """
    if not box.restricted:
        whole = f"{_part(seen.density)} of all worlds{which}"
        return f"{verb} in {whole}, and no box describes these worlds"
    first, *others = [
        f"`{labels[thing].name}` {'is ' if not place else ''}{_limits(box, thing, labels[thing])}"
        for place, thing in enumerate(box.restricted)
    ]
    rule = first
    if others:
        rule = " and ".join((", ".join([first, *others[:-1]]), others[-1]))
    covering = f"covering {_part(seen.coverage)} of the {sought}"
    if seen.density >= WHEN or math.isnan(base):
        return f"{verb} when {rule}: {density(seen)} of those worlds{which}, {covering}"
    instead = f"{density(seen)} instead of {_part(base)} of worlds{which}"
    return f"{verb} more often when {rule}: {instead}, {covering}"


def density(seen: Fit) -> str:
    """The share of a box's worlds that are sought, with half its 95 % interval if it is known.

    Where all of few worlds are, no error shows; then the least share is told that leaves 5 % to
    chance, 3 divided by their number below 100 % (the rule of three).
    """
    share = _part(seen.density)
    if seen.worlds and seen.caught == seen.worlds:
        least = 1.0 - 3.0 / max(seen.worlds, 3)
        return share if least >= _ALL else f"{share} (at least {math.floor(100.0 * least)} %)"
    if not seen.density_error > 0.0 or share.startswith(("<", ">")):
        return share
    return f"{share} ± {half_width(100.0 * _HALF * seen.density_error, 0)}"


def _limits(box: Box, thing: int, label: Label) -> str:
    kept = box.allowed[thing]
    if kept is not None:
        return " or ".join(label.categories[one] if label.categories else str(one) for one in kept)
    low, high = (_number(float(bounds[thing]) / label.scale) for bounds in (box.low, box.high))
    unit = f" {after_number(label.unit)}".rstrip()
    if not math.isfinite(box.high[thing]):
        return f"above {low}{unit}"
    if not math.isfinite(box.low[thing]):
        return f"below {high}{unit}"
    return f"between {low} and {high}{unit}"


def _number(value: float) -> str:
    """The shortest decimal that reads back as the value up to rounding of the scale."""
    text = f"{value:.12g}"
    if "e" not in text:
        return "0" if text == "-0" else text.replace("-", "−")
    return general(value, 12)


def _part(share: float) -> str:
    """A share of worlds in whole percents; `none` where there are no worlds to take it of."""
    return "none" if math.isnan(share) else whole_percent(share)
