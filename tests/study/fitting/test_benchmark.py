"""Posteriors against the reference draws of a published benchmark (Lueckmann and others, 2021)."""

from pathlib import Path

import numpy as np
import pytest
from numpy import ndarray
from scipy.spatial import cKDTree

import schelling
from schelling.evidence import diagnostics, pareto
from schelling.study.fitting.calibrate import _with_records
from schelling.study.fitting.fit import fit, fitted
from schelling.study.fitting.problem import FitProblem, problem

ROOT = Path(__file__).parents[3]
TASKS = {
    "sir": ("contact", "recovery"),
    "lotka_volterra": ("birth", "hunting", "starving", "feeding"),
}


def told_apart(one: ndarray, other: ndarray, *, neighbours: int = 25, folds: int = 5) -> float:
    """Share of draws that a vote of neighbours among the other folds puts on the right side.

    One half if nothing tells the two apart (the classifier two-sample score, C2ST).
    """
    rng, size = np.random.default_rng(0), min(len(one), len(other))
    both = [draws[rng.permutation(len(draws))[:size]] for draws in (one, other)]
    points = (np.concatenate(both) - both[0].mean(axis=0)) / both[0].std(axis=0)
    label, fold = np.repeat([0.0, 1.0], size), rng.permutation(2 * size) % folds
    right = 0
    for number in range(folds):
        known = fold != number
        _, near = cKDTree(points[known]).query(points[~known], neighbours)
        right += int(np.sum((label[known][near].mean(axis=1) > 0.5) == label[~known]))
    return right / (2 * size)


def reference(task: str) -> ndarray:
    path = Path(__file__).parent / "benchmark" / f"{task}_reference_posterior.csv.bz2"
    return np.loadtxt(path, delimiter=",", skiprows=1)


@pytest.mark.parametrize("task", TASKS)
def test_the_classifier_tells_what_differs(task: str) -> None:
    """Halves of the reference are alike; one that is half a deviation off is not."""
    first, second = np.split(reference(task), 2)
    assert told_apart(first, second) < 0.53
    assert told_apart(first, second + 0.5 * second.std(axis=0)) > 0.58


@pytest.mark.slow
@pytest.mark.parametrize(("task", "engine"), [(t, e) for t in TASKS for e in ("smc", "nuts")])
def test_the_posterior_is_that_of_the_benchmark(task: str, engine: str) -> None:
    """Published methods count as right below 0.6; means within a tenth of a deviation."""
    folder = ROOT / "cases/papers" / f"lueckmann-2021-{task.replace('_', '-')}"
    found = fit(schelling.load(folder), engine=engine)
    assert found.sound
    names = [one.name for one in found.problem.plan.assumptions]
    worlds = found.found.worlds
    even = diagnostics.systematic(worlds.weights, len(worlds.weights), np.random.default_rng(1))
    drawn = found.problem.draws(worlds.points[even])[:, [names.index(n) for n in TASKS[task]]]
    wanted = reference(task)
    assert told_apart(wanted, drawn) < 0.6
    off = (drawn.mean(axis=0) - wanted.mean(axis=0)) / wanted.std(axis=0)
    assert np.abs(off).max() < 0.1


MOONS = """
schelling: 1
title: Two moons
assumptions:
  a: {prior: "uniform(-1, 1)", why: The prior of the benchmark.}
  b: {prior: "uniform(-1, 1)", why: The prior of the benchmark.}
  angle: {prior: "uniform(-1.5707963, 1.5707963)", why: Where on the arc.}
  radius: {prior: "normal(0.1, 0.01)", why: Of the arc.}
claims: {above: {holds: a + b > 0, why: a test}}
observations:
  x: {table: x.csv, model: "normal(radius * cos(angle) + 0.25 - abs(a + b) / sqrt(2), 0.01)"}
  y: {table: y.csv, model: "normal(radius * sin(angle) + (b - a) / sqrt(2), 0.01)"}
"""


def moons(count: int) -> ndarray:
    """Draws of the posterior: arc and errors as they are drawn leave two values of a and b each."""
    rng = np.random.default_rng(7)
    angle, radius = rng.uniform(-np.pi / 2, np.pi / 2, count), rng.normal(0.1, 0.01, count)
    right = radius * np.cos(angle) + 0.25 + 0.64 + 0.01 * rng.standard_normal(count)
    up = 0.16 - radius * np.sin(angle) + 0.01 * rng.standard_normal(count)
    sign = rng.choice([-1.0, 1.0], count)
    return np.stack([sign * right - up, sign * right + up], axis=1) / np.sqrt(2)


@pytest.mark.slow
def test_the_two_moons_of_the_benchmark(tmp_path: Path) -> None:
    """With an error of 0.01 in place of none. Every arc has two solutions within the prior of
    density 1/4, so the records have the density 1/2.
    """
    (tmp_path / "case.yaml").write_text(MOONS)
    for name, value in (("x", -0.64), ("y", 0.16)):
        (tmp_path / f"{name}.csv").write_text(f"date,value,source\n2030-01-01,{value},benchmark\n")
    found = fit(schelling.load(tmp_path), engine="smc")
    assert found.sound
    assert found.found.log_evidence == pytest.approx(
        np.log(0.5), abs=4 * found.found.log_evidence_error
    )
    worlds = found.found.worlds
    even = diagnostics.systematic(worlds.weights, len(worlds.weights), np.random.default_rng(1))
    drawn = found.problem.draws(worlds.points[even])[:, :2]
    assert np.abs(moons(4096)).max() < 1  # all within the prior
    assert told_apart(moons(4096), drawn) < 0.55
    assert {one.name for one in found.summary.learned if one.places is not None} == {"a", "b"}


def weighed(posed: FitProblem, mean: ndarray, root: ndarray) -> tuple[ndarray, ndarray]:
    """Means and deviations by importance sampling: t draws of 5 degrees, a little wider."""
    rng, size, count = np.random.default_rng(5), len(mean), 40_000
    scores = rng.standard_normal((count, size)) / np.sqrt(rng.chisquare(5, (count, 1)) / 5)
    points = mean + 1.15 * scores @ root.T
    proposed = -(5 + size) / 2 * np.log1p((scores**2).sum(axis=1) / 5)
    found = posed.log_likelihood(points, np.zeros(count, np.uint32))
    smoothed = pareto.smoothed(found - 0.5 * (points**2).sum(axis=1) - proposed)
    assert smoothed.k < 0.5
    weights = smoothed.weights / smoothed.weights.sum()
    own = weights @ points
    return own, np.sqrt(weights @ (points - own) ** 2)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_other_records_are_fitted_as_well(task: str) -> None:
    """Six worlds of the prior make records: both engines, against importance sampling.

    By `smc` means within a tenth of a deviation and deviations within a tenth, some three errors
    of 1,000 independent worlds; by `nuts`, which is compiled anew each time, the first one.
    """
    case = schelling.load(ROOT / "cases/papers" / f"lueckmann-2021-{task.replace('_', '-')}")
    posed, rng = problem(case, seed=1), np.random.default_rng([77, 38])
    for repeat in range(6):
        own = rng.standard_normal((1, len(TASKS[task])))
        made = _with_records(posed, own, repeat, rng)
        for engine in ("smc", "nuts") if repeat == 0 else ("smc",):
            found = fitted(made, engine=engine, worlds=4096, stream=repeat + 1)
            assert found.sound
            worlds = found.found.worlds
            mean = worlds.weights @ worlds.points
            covariance = np.cov(worlds.points.T, aweights=worlds.weights)
            wanted, spread = weighed(made, mean, np.linalg.cholesky(covariance))
            assert np.abs((mean - wanted) / spread).max() < 0.1
            assert np.abs(np.sqrt(np.diag(covariance)) / spread - 1).max() < 0.1
