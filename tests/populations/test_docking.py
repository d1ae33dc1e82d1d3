"""Docking: whole cases against the same models in plain NumPy, run by run.

Two programs that claim to be one model must agree in the distribution of what comes out (Axtell,
Axelrod, Epstein and Cohen 1996, Computational and Mathematical Organization Theory 1, 123-141).
The same models are docked against Mesa and NDlib by `python -m benchmarks.docking`, which are no
dependencies of the tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import schelling

RUNS = 500
LEVEL = 0.001
"""Of five equal models one is found different with a chance of at most 0.005."""

TIED = 60
_ALL = np.argwhere(np.triu(np.ones((TIED, TIED)), 1))
TIES = _ALL[np.sort(np.random.default_rng(4).choice(len(_ALL), 180, replace=False))]
FRIENDS = [np.append(TIES[TIES[:, 0] == i, 1], TIES[TIES[:, 1] == i, 0]) for i in range(TIED)]

HEAD = """
schelling: 1
title: docking
time: {start: 2024-01-01, step: 1 day, until: 2024-01-UNTIL}
claims: {outcome: {holds: "final(OUTCOME) > 0", why: Its margin is the outcome.}}
populations:
  people:
    size: SIZE
    why: planted
"""
NETWORK = "    ties: {friends: {network: table, table: ties.csv, one: a, other: b}}\n"
VOTER = """
    acts: pair
    along: friends
    turns: 600
    states: {red: {start: number <= 20, next: "red[met] if my_turn else red"}}
"""
SIR = """
    states:
      is_in:
        one_of: [healthy, ill, over]
        start: ill if number <= 3 else healthy
        next: >-
          (ill if bernoulli(1 - 0.93 ** count(is_in[o] == ill for o in friends)) else healthy)
          if is_in == healthy else (over if bernoulli(0.25) else ill) if is_in == ill else over
"""
DEFFUANT = """
    acts: pair
    turns: 1200
    states:
      view:
        start: uniform(0, 1)
        next: view + 0.5 * (view[met] - view) if abs(view[met] - view) < 0.25 else view
"""
CROWD = """
    traits: {threshold: "normal(0.25, 0.12)"}
    states: {joins: {start: "false", next: "share(joins[o] for o in people) >= threshold"}}
"""
RUMOUR = """
    ties: {met: {network: contacts, degree: 3}}
    states:
      heard: {start: number <= 4, next: "heard or any(heard[o] for o in met) and bernoulli(0.3)"}
"""
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


@dataclass(frozen=True)
class Docked:
    """A model as a case and in NumPy, with its parameter and another value of it."""

    rules: str
    outcome: str
    size: int
    steps: int
    reference: Callable[[Luck, float], float]
    parameter: float
    changed: float


VARIANCE = "mean(view[p] * view[p] for p in people) - mean(view[p] for p in people) ** 2"
MODELS = {
    "voter": Docked(NETWORK + VOTER, "share(red[p] for p in people)", TIED, 1, voter, 20, 27),
    "epidemic": Docked(
        NETWORK + SIR, "share(is_in[p] != healthy for p in people)", TIED, 12, sir, 0.07, 0.1
    ),
    "bounded confidence": Docked(DEFFUANT, VARIANCE, 100, 1, deffuant, 0.25, 0.28),
    "thresholds": Docked(CROWD, "share(joins[p] for p in people)", 100, 12, crowd, 0.25, 0.27),
    "rumour": Docked(RUMOUR, "share(heard[p] for p in people)", 100, 7, rumour, 0.3, 0.36),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_a_case_is_the_model_that_numpy_runs(name: str, tmp_path: Path) -> None:
    """Kolmogorov and Smirnov find no difference, and find one where a parameter differs."""
    model = MODELS[name]
    text = HEAD.replace("UNTIL", f"{model.steps + 1:02}").replace("OUTCOME", model.outcome)
    (tmp_path / "case.yaml").write_text(text.replace("SIZE", str(model.size)) + model.rules)
    rows = [f"{one + 1},{other + 1}" for one, other in TIES]
    (tmp_path / "ties.csv").write_text("\n".join(["a,b", *rows]) + "\n")
    run = schelling.run(schelling.load(tmp_path), worlds=RUNS, replicates=4, seed=11)
    ours, rng = run.draws["margin.outcome"].to_numpy(), np.random.default_rng(2024)
    same, other = (
        np.array([model.reference(rng, value) for _ in range(RUNS)])
        for value in (model.parameter, model.changed)
    )
    assert stats.ks_2samp(ours, same).pvalue > LEVEL
    assert stats.ks_2samp(ours, other).pvalue < LEVEL
    error = math.hypot(ours.std(), same.std()) / math.sqrt(RUNS)
    assert abs(ours.mean() - same.mean()) < 4 * error
