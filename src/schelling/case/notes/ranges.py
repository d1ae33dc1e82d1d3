"""Notes on priors that leave the natural range of their unit, or are mostly cut by `within`."""

from __future__ import annotations

import math
from fractions import Fraction

from schelling.case.draft import Draft
from schelling.case.drawn import Prior
from schelling.case.language.typed.units import TIME
from schelling.case.model import Assumption
from schelling.case.notes import reach, tails
from schelling.case.notes.intervals import POSITIVE, Interval

COUNTED = frozenset(
    ("people", "vote", "weapon", "vehicle", "missile", "city", "country", "event", "person")
)
"""Units of things that are counted, of which there are never fewer than none."""

FEWEST = 1e-4
"""A smaller share of worlds is passed over: one in ten thousand, as many as a run has."""

CUT = 0.05
"""More than this outside `within` is noted: a bound of a central 90 % interval lies outside too."""

_WITHOUT_UNIT = {
    "below 0": "a difference that may be negative needs no unit",
    "above 1": "a ratio that may be above 1 needs no unit",
    "outside 0 to 1": "a difference or a ratio needs no unit",
}
_Z = 1.6448536269514722  # 95 % quantile of the standard normal


def note(draft: Draft, assumption: Assumption) -> None:
    """Note a prior whose values leave the range of its unit, or that `within` changes much."""
    natural, what = natural_range(assumption)
    prior = assumption.prior
    under, over = tails.below(prior, natural.low), tails.above(prior, natural.high)
    path = ("assumptions", assumption.name, "prior")
    if under + over >= FEWEST:
        where = "below 0" if over < FEWEST else "above 1" if under < FEWEST else "outside 0 to 1"
        share = "all worlds" if under + over >= 1 else f"{percent(under + over)} of all worlds"
        message = f"'{assumption.name}' is {where} in {share}, but {what} cannot be"
        without = f"; {_WITHOUT_UNIT[where]}" if natural.high == 1 else ""
        draft.report("N101", message, path, _ends(prior), _remedies(prior, natural) + without)
    lost = tails.cut(prior) if prior.within is not None else 0.0
    if lost > CUT:
        low, high = (f"{tails.quantile(prior, q):.2g}" for q in (0.05, 0.95))
        message = f"'within' cuts off {percent(lost)} of the prior of '{assumption.name}'"
        reason = f"what is left is drawn more often: its central 90 % is {low} to {high}"
        hint = "widen 'within', or write a prior that has its values inside"
        draft.report("N102", message, (*path[:-1], "within"), reason, hint)


def percent(share: float) -> str:
    """A share of worlds to two digits."""
    if share >= 1:
        return "100 %"
    shown = float(f"{100 * share:.2g}" if share < 0.995 else f"{100 * share:.3g}")
    return f"{shown:g} %" if shown < 100 else ">99.9 %"


def natural_range(assumption: Assumption) -> tuple[Interval, str]:
    """The range that the unit of an assumption has by nature, in that unit, and what it is."""
    unit = assumption.unit
    whole = [base for base, power in unit.dimensions if power == Fraction(1)]
    if unit.written.strip() in ("share", "shares"):
        return Interval(0.0, 1.0), "a share"
    if unit.dimensions == TIME.dimensions:
        return Interval(0.0, math.inf), "a length of time"
    if len(unit.dimensions) == 1 and whole and whole[0] in COUNTED:
        return Interval(0.0, math.inf), "a count"
    return Interval(-math.inf, math.inf), ""


def _ends(prior: Prior) -> str:
    """Which values the prior can take."""
    low, high = reach.prior(prior)
    name = f"this {prior.family}"
    if prior.family == "fixed":
        return ""
    if math.isinf(low) and math.isinf(high):
        return f"{name} has no lower and no upper end"
    low = 0.0 if low == POSITIVE.low else low
    if math.isinf(high):
        return f"{name} has values above {low:g} and no upper end"
    return f"{name} has values from {low:g} to {high:g}"


def _remedies(prior: Prior, natural: Interval) -> str:
    """Bounds, or a family that stays inside."""
    interval, half = reach.prior(prior), math.isinf(natural.high)
    if prior.family == "fixed":
        return "write a number inside the range"
    if prior.family == "choice":
        return "list numbers inside the range"
    low = max(natural.low, 0.0 if interval.low == POSITIVE.low else interval.low)
    high = min(natural.high, interval.high)
    if prior.within is not None:
        return f"narrow it to within: [{low:g}, {high:g}]"
    if math.isfinite(interval.high):
        return f"give it ends inside the range, such as {low:g} and {high:g}"
    top = _round_up(tails.quantile(prior, 0.9999)) if half else natural.high
    bounds = f"cut it with within: [{natural.low:g}, {top:g}]"
    return f"{bounds}, or use a family that stays inside, such as {_inside(prior, natural)}"


def _inside(prior: Prior, natural: Interval) -> str:
    """A prior inside the range with the same central 90 %, or the same mean and deviation."""
    low, high = (tails.quantile(prior, q) for q in (0.05, 0.95))
    half = math.isinf(natural.high)
    if half and low > 0:
        return f"{_short(low)} to {_short(high)}"
    if not half and 0 < low < high < 1:
        first, last = (math.log(share) - math.log1p(-share) for share in (low, high))
        median = 1 / (1 + math.exp(-(first + last) / 2))
        return f"logitnormal({median:.3g}, {(last - first) / (2 * _Z):.3g})"
    mean, sd = (low + high) / 2, (high - low) / (2 * _Z)  # of a normal
    if half:
        fits = mean > 0
        return (
            f"gamma({_short((mean / sd) ** 2)}, {_short(sd**2 / mean)})" if fits else "gamma(2, 1)"
        )
    size = mean * (1 - mean) / sd**2 - 1
    if not 0 < mean < 1 or size <= 0:
        return "uniform(0, 1)"
    return f"beta({mean * size:.3g}, {(1 - mean) * size:.3g})"


def _short(value: float) -> str:
    """A number to three digits, without an exponent if it can be helped."""
    return f"{float(f'{value:.3g}'):g}"


def _round_up(value: float) -> float:
    """The next number of one digit."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / size) * size
