"""Whether one of two models contains the other, as far as their formulas tell.

A model contains another where every payoff and every scale of the other is among those that its own
formula can give: the other's columns, and the difference of what is fixed, are sums of its columns.
Which payoffs say the same by another route (only differences of them count) is not looked for.

References:
    Vuong (1989), Likelihood ratio tests for model selection and non-nested hypotheses.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

import numpy as np
from jaxtyping import Float

from schelling.evidence.estimation.moves import NOBODY, Specification
from schelling.evidence.estimation.sample import DecisionSample
from schelling.evidence.estimation.ultimatum import OfferGame

_REST: Final = 1e-9
"""Part of a column, per unit of it, that is no sum of others."""

Formulas = dict[Hashable, tuple[Float[np.ndarray, "row column"], Float[np.ndarray, " row"]]]
"""By payoff or scale, the columns that it is linear in, and what is fixed of it."""


def contains(whole: DecisionSample, part: DecisionSample) -> bool:
    """Whether every distribution that one model can give is one that the other can give.

    Args:
        whole: The model that may contain the other, with its rows.
        part: The other, with the same rows.

    Returns:
        False also where formulas do not tell.
    """
    forms = whole.specification, part.specification
    if isinstance(forms[0], OfferGame) or isinstance(forms[1], OfferGame):
        return False
    if (forms[0].link, forms[0].errors) != (forms[1].link, forms[1].errors):
        return False
    own, other = _formulas(whole, forms[0]), _formulas(part, forms[1])
    return all(_spans(own[key], other[key]) for key in own) and _tied(forms[0], forms[1])


def _formulas(sample: DecisionSample, form: Specification) -> Formulas:
    found: Formulas = {}
    for end, slots in enumerate(form.utility):
        for player, slot in enumerate(slots):
            found["payoff", end, player] = _formula(sample, slot, form.fixed[end][player])
    for player, slot in enumerate(form.scale):
        found["scale", player] = _formula(sample, slot, form.log_scale[player])
    return found


def _formula(
    sample: DecisionSample, slot: int, fixed: float
) -> tuple[Float[np.ndarray, "row column"], Float[np.ndarray, " row"]]:
    if slot == NOBODY:
        return np.zeros((sample.rows, 0)), np.full(sample.rows, fixed)
    return sample.covariates[slot], np.asarray(sample.offsets[slot])


def _spans(
    whole: tuple[Float[np.ndarray, "row column"], Float[np.ndarray, " row"]],
    part: tuple[Float[np.ndarray, "row other"], Float[np.ndarray, " row"]],
) -> bool:
    """Whether the columns of one are sums of those of the other, and what is fixed too."""
    (columns, fixed), (fewer, other) = whole, part
    wanted = np.column_stack([fewer, other - fixed])
    size = np.maximum(np.sqrt((columns**2).mean(axis=0)), 1e-300)
    scaled: Float[np.ndarray, "row column"] = columns / size
    weights: Float[np.ndarray, "column wanted"] = np.asarray(np.linalg.pinv(scaled) @ wanted)
    rest: Float[np.ndarray, "row wanted"] = wanted - scaled @ weights
    least = np.maximum(np.abs(wanted).max(axis=0), 1e-300)
    return bool((np.abs(rest).max(axis=0) <= _REST * least).all())


def _tied(whole: Specification, part: Specification) -> bool:
    """Whether payoffs or scales that share coefficients in one do so in the other."""

    def slots(form: Specification) -> list[tuple[int, float]]:
        """Predictors, each with what is fixed where there is none."""
        payoffs = zip(form.utility, form.fixed, strict=True)
        found = [pair for own in payoffs for pair in zip(*own, strict=True)]
        found += zip(form.scale, form.log_scale, strict=True)
        return [(slot, value if slot == NOBODY else 0.0) for slot, value in found]

    shared: dict[int, set[tuple[int, float]]] = {}
    for (own, _), other in zip(slots(whole), slots(part), strict=True):
        if own != NOBODY:
            shared.setdefault(own, set()).add(other)
    return all(len(others) == 1 for others in shared.values())
