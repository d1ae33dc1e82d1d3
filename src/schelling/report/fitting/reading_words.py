"""Diagnostics of a fit in words: what was measured, what it may be, and what to do."""

from __future__ import annotations

import math
from typing import Final

from schelling.evidence.posterior import FitReading, FittedWorlds
from schelling.report.words.numerals import general, percent, whole_percent
from schelling.study.fitting.fit import CaseFit

METHODS: Final = {
    "smc": "tempered sequential Monte Carlo",
    "reweight": "weights for the worlds of a run",
    "nuts": "Hamiltonian Monte Carlo (NUTS)",
    "consistent": "no posterior, but the worlds of a run within the 95 % chi-square threshold",
}

_COUNTS = ("binomial", "beta_binomial", "negative_binomial")

_SHARES = ("accepted", "luck_accepted")

_SAYS: Final = {
    "possible": ("some worlds allow the records", "no world allows all the records"),
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
    "stuck": (
        "worlds moved away from where they were (correlation {value}, of at most {limit})",
        "worlds hardly moved from where they were (correlation {value}, above {limit})",
    ),
    "luck_accepted": (
        "{value} of the last moves to other luck were accepted, of at least {limit}",
        "only {value} of the last moves to other luck were accepted, of at least {limit}: the "
        "records hang on luck that few worlds have",
    ),
    "divergences": (
        "{value} of the steps diverged, of at most {limit}",
        "{value} of the steps diverged, more than {limit}: the posterior has corners that the "
        "method does not reach",
    ),
}

_ADVICE: Final = {
    "kept": "use more worlds (-n); the model may not be able to follow the records",
    "possible": "look at the error models, and at priors that exclude what was recorded",
    "pareto_k": "use --engine smc",
    "luck_accepted": "give the error model more room, or more worlds",
    "divergences": "use --engine smc",
}


def said(reading: FitReading) -> str:
    """A diagnostic as part of a sentence."""
    if reading.name == "pareto_k" and reading.value == -math.inf:
        return "so many worlds share the largest weight that weights have no tail"
    return _SAYS[reading.name][0 if reading.sound else 1].format(
        value=_number(reading, reading.value), limit=_number(reading, reading.limit)
    )


def _number(reading: FitReading, value: float) -> str:
    if reading.name == "divergences":
        return percent(value, 0.001)
    if reading.name in _SHARES:
        return whole_percent(value)
    if reading.name in ("effective", "tail_effective", "ancestors", "kept"):
        return f"{value:,.0f}"
    return general(value, 4 if reading.name == "r_hat" else 2)


def refusal(found: FittedWorlds) -> list[str]:
    """Why a fit is refused, and what may help; a line each."""
    failed = [reading for reading in found.readings if not reading.sound]
    advice = list(dict.fromkeys(_ADVICE.get(one.name, "use more worlds (-n)") for one in failed))
    reasons = [f"  - {said(one)}" for one in failed]
    head = "The fit is refused, and nothing is said of its posterior:"
    return [head, *reasons, f"What may help: {'; '.join(advice)}."]


def trust(found: FittedWorlds) -> str:
    """Why a sound fit can be used, in a sentence."""
    told = [reading for reading in found.readings if reading.name not in ("possible", "complete")]
    return f"Diagnostics: {'; '.join(map(said, told))}."


def why(fit: CaseFit) -> str:
    """Which engine was used, and why, in a sentence."""
    name = METHODS[fit.found.engine]
    reasons = {
        "told": "as told",
        "vague": "as the records change the worlds of a run so little that weights suffice",
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
    bar = f" ± {general(1.96 * error, 1)}" if math.isfinite(error) else ""
    return (
        f"Log evidence: {value:.2f}{bar} (natural logarithm of the {what} of the records under the "
        "prior; ± half a 95 % interval). It compares with that of a rival on the same records."
    ).replace("-", "−", 1 if value < 0 else 0)
