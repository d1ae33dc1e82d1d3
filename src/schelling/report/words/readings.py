"""Diagnostics of a posterior in words: what was measured, and what it may be."""

from __future__ import annotations

import math
from typing import Final

from schelling.evidence.posterior import FitReading
from schelling.report.words.numerals import general, tenth_percent, whole_percent

_SAYS: Final = {
    "possible": ("some worlds allow the records", "no world allows all the records"),
    "prior_reach": (
        "in 99 of 100 worlds no assumption lies more than {value} standard deviations out in its "
        "prior",
        "in at least one of 100 worlds an assumption lies more than {limit} standard deviations "
        "out in its prior, on the scale on which that is normal: prior and records contradict each "
        "other, and quantiles so far out are not known",
    ),
    "complete": ("the whole likelihood was reached", "the whole likelihood was not reached"),
    "kept": (
        "{value} worlds are consistent with the records, of at least {limit}",
        "{value} worlds are consistent with the records, fewer than {limit}",
    ),
    "pareto_k": (
        "Pareto k is {value}, of at most {limit}",
        "Pareto k is {value}, above {limit}: a few worlds carry nearly all the weight",
    ),
    "effective": (
        "the effective sample size is {value}, of at least {limit}",
        "the effective sample size is {value}, below {limit}",
    ),
    "tail_effective": (
        "the effective sample size of the 5 % and 95 % quantiles is {value}, of at least {limit}",
        "the effective sample size of the 5 % and 95 % quantiles is {value}, below {limit}: the "
        "ends of intervals are not known well enough",
    ),
    "r_hat": (
        "R-hat is {value}, of at most {limit}",
        "R-hat is {value}, above {limit}: parts that were made apart disagree",
    ),
    "evidence_error": (
        "populations agree on the evidence (standard error {value}, of at most {limit})",
        "populations disagree on the evidence (standard error {value}, above {limit})",
    ),
    "ancestors": (
        "the worlds come from {value} worlds of the prior, of at least {limit}",
        "the worlds come from {value} worlds of the prior, fewer than {limit}",
    ),
    "accepted": (
        "{value} of the last moves were accepted, of at least {limit}",
        "only {value} of the last moves were accepted, of at least {limit}",
    ),
    "lucks": (
        "the worlds have {value} different lucks, of at least {limit}",
        "the worlds have {value} different lucks, fewer than {limit}: the records hang on luck "
        "that few worlds have",
    ),
    "divergences": (
        "{value} of the steps diverged, of at most {limit}",
        "{value} of the steps diverged, more than {limit}: the posterior has corners that the "
        "method does not reach",
    ),
}

_MOST: Final = 12  # digits


def said(reading: FitReading) -> str:
    """A diagnostic as part of a sentence."""
    if reading.name == "pareto_k" and reading.value == -math.inf:
        return "so many worlds share the largest weight that weights have no tail"
    value, limit = (_number(reading, one) for one in (reading.value, reading.limit))
    if value == limit and not reading.sound:  # as rounded: it is not "1.01, above 1.01"
        value = _apart(reading.value, reading.limit)
    return _SAYS[reading.name][0 if reading.sound else 1].format(value=value, limit=limit)


def _apart(value: float, limit: float) -> str:
    """A number with as many digits as set it apart from its limit."""
    texts = (general(value, digits) for digits in range(3, _MOST))
    return next((text for text in texts if text != general(limit, _MOST)), general(value, _MOST))


def _number(reading: FitReading, value: float) -> str:
    if reading.name == "divergences":
        return tenth_percent(value)
    if reading.name == "accepted":
        return whole_percent(value)
    if reading.name in ("effective", "tail_effective", "ancestors", "kept", "lucks"):
        return f"{value:,.0f}"
    return general(value, 4 if reading.name == "r_hat" else 2)
