"""What a Bayesian fit of payoffs says of its chains and priors, in sentences."""

from __future__ import annotations

from typing import Any

from schelling.report.words import readings
from schelling.report.words.numerals import finite
from schelling.study.estimating.fitted import PosteriorFit


def notes(found: PosteriorFit) -> list[str]:
    """Chains and priors, one thought each."""
    told = "; ".join(map(readings.said, found.readings))
    said = [f"posterior: {found.draws:,} draws by NUTS; {told}"]
    said += [f"prior of {name}: {words}" for name, words in found.priors]
    return said


def priors(found: PosteriorFit) -> str:
    """The priors, in one line."""
    return "priors: " + "; ".join(f"{name} {words}" for name, words in found.priors)


def refusal(found: PosteriorFit) -> str:
    """Why a posterior is refused, and what may help."""
    reasons = "; ".join(readings.said(one) for one in found.readings if not one.sound)
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
