"""Docking: whole cases against the same models in plain NumPy, run by run.

Two programs that claim to be one model must agree in the distribution of what comes out (Axtell,
Axelrod, Epstein and Cohen 1996, Computational and Mathematical Organization Theory 1, 123-141).
The same models are docked against Mesa and NDlib by `python -m benchmarks.docking`, which are no
dependencies of the tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from populations.docked_cases import CASES, TIED

RUNS = 500
LEVEL = 0.001
"""Of five equal models one is found different with a chance of at most 0.005; that a mean lies four
standard errors off adds 0.0003."""

_ALL = np.argwhere(np.triu(np.ones((TIED, TIED)), 1))
TIES = _ALL[np.sort(np.random.default_rng(4).choice(len(_ALL), 180, replace=False))]
FRIENDS = [np.append(TIES[TIES[:, 0] == i, 1], TIES[TIES[:, 1] == i, 0]) for i in range(TIED)]

Luck = np.random.Generator


def voter(rng: Luck, reds: float) -> float:
    """600 times a random agent takes over what a random neighbour has."""
    red = np.arange(TIED) < reds
    for who in rng.integers(TIED, size=600):
        if len(FRIENDS[who]):
            red[who] = red[rng.choice(FRIENDS[who])]
    return red.mean()


def sir(rng: Luck, infects: float) -> float:
    """Twelve steps; whoever is ill infects each healthy neighbour, and is over with chance 1/4."""
    ill, over = np.arange(TIED) < 3, np.zeros(TIED, bool)
    for _ in range(12):
        sick = np.array([ill[others].sum() for others in FRIENDS])
        caught = ~ill & ~over & (rng.random(TIED) < 1 - (1 - infects) ** sick)
        done = ill & (rng.random(TIED) < 0.25)
        ill, over = (ill & ~done) | caught, over | done
    return (ill | over).mean()


def deffuant(rng: Luck, bound: float) -> float:
    """1,200 meetings of two at random, who meet half way where their views are near."""
    view = rng.random(100)
    for _ in range(1200):
        one, other = rng.choice(100, 2, replace=False)
        if abs(view[one] - view[other]) < bound:
            view[[one, other]] = (view[one] + view[other]) / 2
    return view.var()


def crowd(rng: Luck, mean: float) -> float:
    """Twelve steps in which everybody joins whose threshold the share has reached."""
    threshold, share = rng.normal(mean, 0.12, 100), 0.0
    for _ in range(12):
        share = (threshold <= share).mean()
    return float(share)


def rumour(rng: Luck, believes: float) -> float:
    """Seven steps in which everybody asks three others."""
    heard = np.arange(100) < 4
    for _ in range(7):
        others = np.argsort(rng.random((100, 99)), axis=1)[:, :3]
        others += others >= np.arange(100)[:, np.newaxis]  # never oneself
        heard = heard | (heard[others].any(axis=1) & (rng.random(100) < believes))
    return heard.mean()


Reference = Callable[[Luck, float], float]
MODELS: dict[str, tuple[Reference, float, float]] = {
    "voter": (voter, 20, 27),
    "epidemic": (sir, 0.07, 0.1),
    "bounded confidence": (deffuant, 0.25, 0.28),
    "thresholds": (crowd, 0.25, 0.27),
    "rumour": (rumour, 0.3, 0.36),
}
"""Each model in NumPy, the parameter of the case, and another."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_case_is_the_model_that_numpy_runs(name: str, tmp_path: Path) -> None:
    """Kolmogorov and Smirnov find no difference, and find one where a parameter differs."""
    reference, parameter, changed = MODELS[name]
    ours, rng = CASES[name].outcomes(tmp_path, TIES, RUNS), np.random.default_rng(2024)
    same, other = (
        np.array([reference(rng, value) for _ in range(RUNS)]) for value in (parameter, changed)
    )
    assert stats.ks_2samp(ours, same).pvalue > LEVEL
    assert stats.ks_2samp(ours, other).pvalue < LEVEL
    error = math.hypot(ours.std(), same.std()) / math.sqrt(RUNS)
    assert abs(ours.mean() - same.mean()) < 4 * error
