"""Cpu-seconds of a fit of 20 stocks, 260 weeks and 10 assumptions to two noisy series.

Ours is `schelling.fit` with tempered Monte Carlo, compilation included. The peer is the same method
written by hand in NumPy in its usual form: random walks only, a fixed number of them at each power.
Both have 2,048 worlds. Neither time counts unless the standard deviation of every assumption is
within a tenth of that of a long run of NUTS; how far off each is stands in the row.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import ndtr

import schelling
from benchmarks.bench_engine import RATES, case_text, numpy_over_draws
from schelling.evidence import pareto
from schelling.study.fitting.fit import CaseFit, fit

WORLDS = 2_048
EVERY, SD = 4, 0.02
LONG = 4_096
"""Draws of NUTS, in four chains."""

DRAWS, SEEDS = 40_000, 6

MOVES, LAST = 12, 60
"""Random walks at each power, and at the last."""

CLOSE = 0.1

Draws = Float[ndarray, "world assumption"]


def case_in(folder: Path) -> schelling.Case:
    """The case with records of `x0` and `x19` that one of its worlds made, with noise."""
    rng = np.random.default_rng(3)
    course = numpy_over_draws(rng.uniform(0.02, 0.2, (1, RATES)))[0]
    text = case_text() + "observations:\n"
    start = np.datetime64("2022-01-03")
    for name, values in zip(("x0", "x19"), course, strict=True):
        lines = ["date,value,source,vintage"]
        for week in range(0, values.size, EVERY):
            day = start + 7 * week
            lines.append(f"{day},{values[week] + SD * rng.standard_normal():.5f},lab,{day}")
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        text += f'  of_{name}: {{table: {name}.csv, model: "normal({name}, {SD})"}}\n'
    (folder / "case.yaml").write_text(text)
    return schelling.load(folder)


def by_hand(records: Float[ndarray, "two row"], seed: int) -> tuple[Draws, float]:
    """The posterior in NumPy; then how long it took, in cpu-seconds."""
    began, rng = time.process_time(), np.random.default_rng(seed)

    def density(points: Draws) -> Float[ndarray, " world"]:
        course = numpy_over_draws(0.02 + 0.18 * ndtr(points))[:, :, ::EVERY]
        return -0.5 * (((course - records) / SD) ** 2).sum(axis=(1, 2))

    points = rng.standard_normal((WORLDS, RATES))
    fits, power, scale = density(points), 0.0, 2.38 / np.sqrt(RATES)
    while power < 1.0:
        low, high = 0.0, 1.0 - power
        for _ in range(50):
            middle = 0.5 * (low + high) if _ else high
            weights = np.exp(middle * (fits - fits.max()))
            enough = weights.sum() ** 2 / (weights**2).sum() >= WORLDS / 2
            low, high = (middle, high) if enough else (low, middle)
        power = 1.0 if power + low > 1.0 - 1e-9 else power + low
        weights = np.exp(low * (fits - fits.max()))
        marks = (np.arange(WORLDS) + rng.uniform()) / WORLDS
        chosen = np.searchsorted(np.cumsum(weights) / weights.sum(), marks)
        points, fits = points[chosen], fits[chosen]
        root = np.linalg.cholesky(np.cov(points.T) + 1e-12 * np.eye(RATES))
        for _ in range(LAST if power == 1.0 else MOVES):
            new = points + scale * rng.standard_normal(points.shape) @ root.T
            there = density(new)
            ratio = power * (there - fits) + 0.5 * ((points**2).sum(1) - (new**2).sum(1))
            taken = np.log(rng.uniform(size=WORLDS)) < ratio
            points, fits = np.where(taken[:, None], new, points), np.where(taken, there, fits)
            scale *= np.exp(taken.mean() - 0.25)
    return points, time.process_time() - began


def by_importance(found: CaseFit) -> tuple[Float[ndarray, " assumption"], float]:
    """Standard deviations from draws of a wide t distribution, and what these are worth."""
    worlds, rng = found.found.worlds, np.random.default_rng(5)
    mean = worlds.weights @ worlds.points
    root = np.linalg.cholesky(np.cov(worlds.points.T, aweights=worlds.weights))
    scores = rng.standard_normal((DRAWS, RATES)) / np.sqrt(rng.chisquare(5, (DRAWS, 1)) / 5)
    points = mean + 1.15 * scores @ root.T
    proposed = -(5 + RATES) / 2 * np.log1p((scores**2).sum(axis=1) / 5)
    fits = found.problem.log_likelihood(points, np.zeros(DRAWS, np.uint32))
    known = pareto.smoothed(fits - 0.5 * (points**2).sum(axis=1) - proposed)
    own = known.weights @ points
    return np.sqrt(known.weights @ (points - own) ** 2), known.effective


def scatter() -> list[float]:
    """The farthest of ten standard deviations from the mean of all seeds, seed by seed."""
    with tempfile.TemporaryDirectory() as folder:
        case = case_in(Path(folder))
        found = [spread(fit(case, engine="smc", worlds=WORLDS, seed=seed)) for seed in range(SEEDS)]
    return [float(np.abs(one / np.mean(found, axis=0) - 1).max()) for one in found]


def spread(found: CaseFit) -> Float[ndarray, " assumption"]:
    """Standard deviations of the normal scores of the assumptions."""
    worlds = found.found.worlds
    mean = worlds.weights @ worlds.points
    return np.sqrt(worlds.weights @ (worlds.points - mean) ** 2)


def measured() -> dict[str, object]:
    """One measurement of both, side by side."""
    with tempfile.TemporaryDirectory() as folder:
        case = case_in(Path(folder))
        wanted = fit(case, engine="nuts", worlds=LONG)
        began = time.process_time()
        ours = fit(case, engine="smc", worlds=WORLDS)
        seconds = time.process_time() - began
        records = np.stack([one.values for one in ours.problem.series])
    weighed, worth = by_importance(ours)
    theirs, other = by_hand(records, 1)
    goal = spread(wanted)
    off = np.abs(spread(ours) / goal - 1).max(), np.abs(theirs.std(axis=0) / goal - 1).max()
    return {
        "nuts_sound": wanted.sound,
        "nuts": {one.name: one.value for one in wanted.found.readings},
        "sound": ours.sound,
        "smc": {one.name: one.value for one in ours.found.readings},
        "ours": seconds,
        "theirs": other,
        "importance": [float(np.abs(weighed / goal - 1).max()), worth],
        "off": [float(part) for part in off],
    }


def rows() -> list[dict[str, object]]:
    """The row of this benchmark."""
    found = measured()
    ours, theirs = float(str(found["ours"])), float(str(found["theirs"]))
    off = [float(part) for part in np.asarray(found["off"])]
    right = found["nuts_sound"] and found["sound"] and off[0] <= CLOSE
    return [
        {
            "name": f"fit of 20 stocks to two series; sd off by {off[0]:.0%} and {off[1]:.0%}",
            "unit": "cpu-s",
            "ours": round(ours, 1) if right else None,
            "peer": "tempered Monte Carlo in NumPy, by hand",
            "theirs": round(theirs, 1) if off[1] <= CLOSE else None,
            "ratio": round(theirs / ours, 2) if right and off[1] <= CLOSE else None,
        }
    ]


if __name__ == "__main__":
    print(scatter())
    print(measured())
