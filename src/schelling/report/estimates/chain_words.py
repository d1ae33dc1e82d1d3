"""What a Bayesian fit of payoffs says of its chains and priors, in sentences."""

from __future__ import annotations

from typing import Any

from schelling.evidence.posterior import FitReading
from schelling.report.words.numerals import finite, percent
from schelling.study.estimating.fitted import PosteriorFit

_SAYS = {
    "r_hat": (
        "the chains agree (R-hat at most {value}, limit {limit})",
        "the chains disagree (R-hat up to {value}, limit {limit})",
    ),
    "effective": (
        "the draws are worth at least {value} independent ones (limit {limit})",
        "the draws of some coefficient are worth only {value} independent ones (limit {limit})",
    ),
    "divergences": (
        "{value} of the steps diverged (limit {limit})",
        "{value} of the steps diverged (limit {limit}): the posterior has corners that the chains "
        "do not reach",
    ),
}


def notes(found: PosteriorFit) -> list[str]:
    """Chains and priors, one thought each."""
    said = [f"posterior: {found.draws:,} draws by NUTS; {'; '.join(map(_said, found.readings))}"]
    said += [f"prior of {name}: {words}" for name, words in found.priors]
    return said


def priors(found: PosteriorFit) -> str:
    """The priors, in one line."""
    return "priors: " + "; ".join(f"{name} {words}" for name, words in found.priors)


def refusal(found: PosteriorFit) -> str:
    """Why a posterior is refused, and what may help."""
    reasons = "; ".join(_said(reading) for reading in found.readings if not reading.sound)
    return (
        f"the fit is refused, and nothing is said of its posterior: {reasons}. Narrower priors "
        "('prior(PLAYER.END) = NUMBER'), or fewer coefficients, may help."
    )


def to_json(found: PosteriorFit) -> dict[str, Any]:
    """A posterior's diagnostics and priors as plain data."""
    return {
        "draws": found.draws,
        "diagnostics": {
            one.name: {"value": finite(one.value), "limit": one.limit, "sound": one.sound}
            for one in found.readings
        },
        "priors": dict(found.priors),
        "coefficients": [
            {
                "probability_above_zero": finite(row.positive),
                "r_hat": finite(row.r_hat),
                "effective_sample_size": finite(row.effective),
            }
            for row in found.rows
        ],
    }


def _said(reading: FitReading) -> str:
    return _SAYS[reading.name][0 if reading.sound else 1].format(
        value=_number(reading, reading.value), limit=_number(reading, reading.limit)
    )


def _number(reading: FitReading, value: float) -> str:
    if reading.name == "divergences":
        return percent(value, 0.001)
    return f"{value:,.0f}" if reading.name == "effective" else f"{value:.4f}"
