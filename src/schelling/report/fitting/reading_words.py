"""A fit in words: how it was made, whether its diagnostics allow its use, and what to do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from schelling.evidence.posterior import FittedWorlds
from schelling.report.words import readings
from schelling.report.words.numerals import decimals, fixed, general
from schelling.study.fitting.fit import CaseFit

METHODS: Final = {
    "smc": "tempered sequential Monte Carlo",
    "reweight": "weights for the worlds of a run",
    "nuts": "Hamiltonian Monte Carlo (NUTS)",
    "consistent": "no posterior, but the worlds of a run within the 95 % chi-square threshold",
}

_COUNTS = ("binomial", "beta_binomial", "negative_binomial")

_ADVICE: Final = {
    "kept": "use more worlds (-n); the model may not be able to follow the records",
    "possible": "look at the error models, and at priors that exclude what was recorded",
    "prior_reach": "widen the prior, or look for a mistake in units, records or the error model",
    "pareto_k": "use --engine smc",
    "lucks": "give the error model more room, or more worlds",
    "divergences": "use --engine smc",
}


_DISAGREE: Final = ("r_hat", "effective", "evidence_error")
"""Diagnostics that fail where worlds do not get from one listed value to another."""

_OF_CHAINS: Final = "use --engine smc, which can lie in several places, or more worlds (-n)"

_UNSAID: Final = ("possible", "complete", "prior_reach")
"""Diagnostics that need no words where they are sound."""


def refusal(found: FittedWorlds, listed: Sequence[str] = ()) -> list[str]:
    """Why a fit is refused, and what may help; a line each.

    Args:
        found: The fit.
        listed: Assumptions that are choices among listed values and can reach a record.
    """
    failed = [reading for reading in found.readings if not reading.sound]
    usual = _OF_CHAINS if found.engine == "nuts" else "use more worlds (-n)"
    advice = list(dict.fromkeys(_ADVICE.get(one.name, usual) for one in failed))
    if listed and any(one.name in _DISAGREE for one in failed):
        name = listed[0]
        advice.append(f"fit each value of {name} by itself (--set {name}=...) and compare evidence")
    reasons = [f"  - {readings.said(one)}" for one in failed]
    head = "The fit is refused, and nothing is said of its posterior:"
    return [head, *reasons, f"What may help: {'; '.join(advice)}."]


def trust(found: FittedWorlds, listed: Sequence[str] = ()) -> str:
    """Why a sound fit can be used, and what its diagnostics cannot see; see `refusal`."""
    told = [reading for reading in found.readings if reading.name not in _UNSAID]
    said = f"Diagnostics: {'; '.join(map(readings.said, told))}."
    if listed and found.engine == "reweight":
        said += (
            f" None of them sees a value of {listed[0]} that hardly any world of a run fits, so "
            "that weights miss it; compare with --engine smc."
        )
    return said


def why(fit: CaseFit) -> str:
    """Which engine was used, and why, in a sentence."""
    name = METHODS[fit.found.engine]
    reasons = {
        "told": "as told",
        "vague": "as enough of them go with the records for weights to suffice",
        "listed": "as the records tell of an assumption with listed values, and worlds of a value "
        "that hardly any world of a run fits would be missed by weights",
        "sharp": "as the records are too telling to weigh the worlds of a run, and it needs no "
        "gradients, keeps luck and gives the evidence",
    }
    worlds = f"{len(fit.found.worlds.weights):,} worlds, {fit.found.evaluations:,} simulated"
    return f"Method: {name}, {reasons[fit.why]}; {worlds}."


def evidence(fit: CaseFit) -> str:
    """The log evidence with its error, in a sentence."""
    value, error = fit.found.log_evidence, fit.found.log_evidence_error
    if math.isnan(value):
        return "Log evidence: not given by this method."
    counts = all(one.model in _COUNTS for one in fit.problem.series)
    what = "probability" if counts else "density"
    told = log_evidence(value, error)
    bar = "; ± half a 95 % interval" if "±" in told else ""
    return (
        f"Log evidence: {told} (natural logarithm of the {what} of the records under the prior"
        f"{bar}). It compares with that of a rival on the same records."
    )


def log_evidence(value: float, error: float) -> str:
    """A log evidence with half its 95 % interval, to the digit that this allows.

    Args:
        value: The log evidence.
        error: Its standard error; may be infinite.

    Examples:
        >>> log_evidence(-40.4189, 0.0153), log_evidence(-12959.21, 0.15)
        ('−40.42 ± 0.03', '−12,959.2 ± 0.3')
        >>> log_evidence(-3.204, 0.05), log_evidence(-3.204, 0.0001)
        ('−3.2 ± 0.1', '−3.20 ± 0.01')
    """
    if not (math.isfinite(error) and error > 0):
        return fixed(value, 2)
    half = max(float(f"{1.96 * error:.0e}"), 0.01)  # to its first digit, as it is told
    return f"{fixed(value, decimals(half))} ± {general(half, 1)}"
