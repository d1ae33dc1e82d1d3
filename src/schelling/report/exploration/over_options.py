"""Over which options of the levers the numbers of an exploration are, where these are not apart."""

from __future__ import annotations

import numpy as np

from schelling.compile.drawing.draws import quantile
from schelling.report.words.listing import joined
from schelling.study.exploring.explore import Exploration
from schelling.study.runs.lever_options import option

_OVER_OPTIONS = {
    "sensitivity": "indices",
    "coherence": "parts and pairs of claims",
    "gradients": "slopes",
    "indicators": "warnings",
}
"""Parts of an exploration that tell no options apart."""


def drawn_options(found: Exploration) -> str:
    """Over what the numbers are that tell no options apart; empty where there are none."""
    levers = [one.name for one in found.case.assumptions if one.lever]
    if not levers:
        return ""
    parts = [words for part, words in _OVER_OPTIONS.items() if part in found.what]
    said: list[str] = []
    if parts:
        named = joined(parts)
        said.append(
            f"{named[:1].upper()}{named[1:]} are over worlds that draw the options of "
            f"{', '.join(levers)} like anything else: what they tell holds for somebody who does "
            f"not know what will be chosen. To see what holds under one option, set it: "
            f"--set {levers[0]}=VALUE."
        )
    return " ".join([*said, *_central(found)])


def _central(found: Exploration) -> list[str]:
    """Which options the central world has, where flips start from it."""
    if not found.flips or found.flips[0].world is not None:
        return []
    own = [one for one in found.case.assumptions if one.lever]
    middle = np.array([0.5])
    values = [float(np.asarray(quantile(one.prior, middle))[0]) for one in own]
    return [f"The central world has {option(own, values).words}."]
