"""Sobol' indices of 10 inputs from 2^14 base points: ours and SALib's, on the same outcomes.

Ishigami with a = 7, b = 0.1 plus `0.1 x_i` for the other seven inputs. A row's time is that of the
design and of the analysis; the model itself is nobody's and is not counted. The estimates must
agree to 1e-9 before a time counts, and lie near the closed form.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from schelling.analysis.sensitivity.resampling import bootstrap
from schelling.analysis.sensitivity.saltelli import saltelli_design
from schelling.analysis.sensitivity.sobol import SobolIndices, sobol_indices
from schelling.distributions import design

INPUTS, POINTS, RESAMPLES = 10, 2**14, 100
NAMES = [f"x{i}" for i in range(INPUTS)]


def model(u: np.ndarray) -> np.ndarray:
    """The outcome of every point of the unit cube."""
    x = (2.0 * u - 1.0) * np.pi
    waves = np.sin(x[:, 0]) * (1.0 + 0.1 * x[:, 2] ** 4) + 7.0 * np.sin(x[:, 1]) ** 2
    return waves + 0.1 * x[:, 3:].sum(axis=1)


def first_order() -> np.ndarray:
    """S1 in closed form."""
    weak = 0.01 * np.pi**2 / 3.0
    parts = np.full(INPUTS, weak)
    parts[:3] = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2, 49.0 / 8.0, 0.0
    return parts / (parts.sum() + 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0))


def ours(second_order: bool) -> np.ndarray:
    """Our worlds."""
    names = [f"{half}/{name}" for half in "ab" for name in NAMES]
    base = design.sobol(names, seed=1, replicates=1, first=0, count=POINTS)
    return saltelli_design(base, second_order=second_order)


def ours_analysed(outcome: np.ndarray, second_order: bool, resamples: int) -> SobolIndices:
    """Our indices."""
    drawn = bootstrap(POINTS, resamples, np.random.default_rng(1)) if resamples else None
    return sobol_indices(outcome[:, np.newaxis], INPUTS, second_order=second_order, resamples=drawn)


def salib(second_order: bool) -> np.ndarray:
    """SALib's worlds."""
    from SALib.sample import sobol as sample

    return sample.sample(problem(), POINTS, calc_second_order=second_order, seed=1)


def salib_analysed(outcome: np.ndarray, second_order: bool, resamples: int) -> dict[str, Any]:
    """SALib's indices; it always resamples, at least twice here, for it cannot be told not to."""
    from SALib.analyze import sobol as analyze

    return analyze.analyze(
        problem(),
        outcome,
        calc_second_order=second_order,
        num_resamples=max(resamples, 2),
        seed=1,
    )


def problem() -> dict[str, Any]:
    """The inputs, as SALib wants them."""
    return {"num_vars": INPUTS, "names": NAMES, "bounds": [[0.0, 1.0]] * INPUTS}


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Least cpu seconds of three runs, and the result."""
    least, result = np.inf, None
    for _ in range(3):
        start = time.process_time()
        result = work()
        least = min(least, time.process_time() - start)
    return least, result


def compare(second_order: bool, resamples: int) -> tuple[float, float | None]:
    """Cpu seconds of ours and of SALib's, once they agree."""
    ours(second_order)  # imports aside
    sampled, worlds = _cpu(lambda: ours(second_order))
    outcome = model(worlds)
    analysed, mine = _cpu(lambda: ours_analysed(outcome, second_order, resamples))
    # about three times the error seen
    np.testing.assert_allclose(mine.s1[:, 0], first_order(), atol=5e-3)
    try:
        salib(second_order)
    except ImportError:
        return sampled + analysed, None
    theirs_sampled, _ = _cpu(lambda: salib(second_order))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs_analysed, found = _cpu(lambda: salib_analysed(outcome, second_order, resamples))
    np.testing.assert_allclose(mine.s1[:, 0], found["S1"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(mine.st[:, 0], found["ST"], rtol=0, atol=1e-9)
    if mine.s2 is not None:
        pairs = np.triu_indices(INPUTS, 1)
        np.testing.assert_allclose(mine.s2[*pairs, 0], found["S2"][pairs], rtol=0, atol=1e-9)
    if mine.s1_error is not None:  # other resamples, so the same only up to their number
        np.testing.assert_allclose(1.96 * mine.s1_error[:, 0], found["S1_conf"], rtol=0.5)
    return sampled + analysed, theirs_sampled + theirs_analysed


def rows() -> list[dict[str, object]]:
    """One row for each question asked."""
    asked = [
        ("S1 and ST", False, 0),
        (f"S1 and ST, {RESAMPLES} resamples", False, RESAMPLES),
        (f"S1, ST and S2, {RESAMPLES} resamples", True, RESAMPLES),
    ]
    found: list[dict[str, object]] = []
    for what, second_order, resamples in asked:
        mine, theirs = compare(second_order, resamples)
        found.append(
            {
                "name": f"Sobol' {what}, base 2^14, 10 inputs",
                "unit": "cpu seconds, design and analysis",
                "ours": mine,
                "peer": "SALib",
                "theirs": theirs,
                "ratio": theirs / mine if theirs else None,
            }
        )
    return found
