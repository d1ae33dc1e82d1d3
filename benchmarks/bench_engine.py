"""Worlds per cpu-second on one model of 20 stocks and 260 weeks: ours and four other ways.

The same equations, the same draws and the same two series kept; every way must agree to 1e-9
before its time counts. `x_i' = r_(i mod 10) (x_(i-1) - x_i) + 0.01 x_i (1 - x_i / 2)` per week.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

import schelling
from schelling.compile.planning import plan
from schelling.study.runs.computing.engine import Engine

STOCKS, WEEKS, RATES = 20, 260, 10
WORLDS = 65_536
CHUNK = 4_096
SLOW = 200


def case_text() -> str:
    """The model in the case language."""
    rates = "\n".join(
        f"  r{i}: {{prior: uniform(0.02, 0.2), unit: 1 / week, why: benchmark}}"
        for i in range(RATES)
    )
    stocks = "\n".join(
        f"  x{i}: {{start: {(i + 1) / STOCKS}, change: "
        f'"r{i % RATES} * (x{(i - 1) % STOCKS} - x{i}) + 0.01 * x{i} * (1 - x{i} / 2) / week"}}'
        for i in range(STOCKS)
    )
    claim = "  ends: {why: benchmark, holds: final(x19) > final(x0)}"
    time_ = "time: {start: 2022-01-03, step: 1 week, until: 2026-12-28, method: euler}"
    return (
        f"schelling: 1\ntitle: benchmark\n{time_}\nassumptions:\n{rates}\nstocks:\n{stocks}\n"
        f"claims:\n{claim}\n"
    )


def numpy_over_draws(draws: np.ndarray) -> np.ndarray:
    """Well-written NumPy, all draws of a chunk at once; `(draw, 2, time)`."""
    kept = np.empty((len(draws), 2, WEEKS + 1))
    rate = [np.ascontiguousarray(draws[:, i % RATES]) for i in range(STOCKS)]
    x = [np.full(len(draws), (i + 1) / STOCKS) for i in range(STOCKS)]
    for week in range(WEEKS + 1):
        kept[:, 0, week], kept[:, 1, week] = x[0], x[-1]
        x = [
            x[i] + rate[i] * (x[i - 1] - x[i]) + 0.01 * x[i] * (1 - x[i] / 2) for i in range(STOCKS)
        ]
    return kept


def one_draw(**rates: float) -> dict[str, np.ndarray]:
    """The function an EMA user would write: one draw, NumPy inside the week loop."""
    rate = np.array([rates[f"r{i % RATES}"] for i in range(STOCKS)])
    x = np.arange(1, STOCKS + 1) / STOCKS
    first, last = np.empty(WEEKS + 1), np.empty(WEEKS + 1)
    for week in range(WEEKS + 1):
        first[week], last[week] = x[0], x[-1]
        x = x + rate * (np.roll(x, 1) - x) + 0.01 * x * (1 - x / 2)
    return {"x0": first, "x19": last}


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def ours(draws: np.ndarray) -> tuple[float, np.ndarray]:
    """Worlds per cpu-second of the compiled case, compilation aside, and its two series."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "case.yaml").write_text(case_text())
        case = schelling.load(folder)
    built = plan.build(case)
    engine = Engine(built, seed=0)
    first, last = built.series.index("x0"), built.series.index("x19")
    next(iter(engine.run(draws[: engine.width], 0)))
    warm = next(iter(engine.paths(draws[: engine.width], 0)))
    series = np.stack([warm.series[:, :, first], warm.series[:, :, last]], axis=1)

    def work() -> None:
        for _ in engine.run(draws, 0):
            pass

    return len(draws) / _cpu(work), series


def ema(draws: np.ndarray) -> float:
    """EMA Workbench calling a Python function per draw."""
    from ema_workbench import ArrayOutcome, Model, RealParameter, perform_experiments
    from ema_workbench.em_framework.points import Scenario
    from ema_workbench.util import ema_logging

    ema_logging.log_to_stderr(logging.ERROR)
    model = Model("chain", function=one_draw)
    model.uncertainties = [RealParameter(f"r{i}", 0.02, 0.2) for i in range(RATES)]
    model.outcomes = [ArrayOutcome("x0"), ArrayOutcome("x19")]
    scenarios = [
        Scenario(str(n), **{f"r{i}": float(row[i]) for i in range(RATES)})
        for n, row in enumerate(draws)
    ]
    found: dict[str, np.ndarray] = {}

    def work() -> None:
        with contextlib.redirect_stderr(io.StringIO()):
            found.update(perform_experiments(model, scenarios)[1])

    speed = len(draws) / _cpu(work)
    expected = numpy_over_draws(draws)
    np.testing.assert_allclose(found["x0"], expected[:, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["x19"], expected[:, 1], rtol=0, atol=1e-9)
    return speed


def mdl() -> str:
    """The model in Vensim's text format, for PySD."""
    lines = ["{UTF-8}"]
    lines += [f"r{i} = 0.1 ~~|" for i in range(RATES)]
    lines += [
        f"x{i} = INTEG(r{i % RATES} * (x{(i - 1) % STOCKS} - x{i}) + "
        f"0.01 * x{i} * (1 - x{i} / 2), {(i + 1) / STOCKS}) ~~|"
        for i in range(STOCKS)
    ]
    lines += ["INITIAL TIME = 0 ~~|", f"FINAL TIME = {WEEKS} ~~|", "TIME STEP = 1 ~~|"]
    lines += ["SAVEPER = TIME STEP ~~|", "\\\\\\---/// Sketch information"]
    return "\n".join(lines)


def pysd(draws: np.ndarray) -> float:
    """PySD, one run per draw."""
    import pysd as pysd_package

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "chain.mdl"
        path.write_text(mdl())
        model = pysd_package.read_vensim(str(path))
        runs: list[np.ndarray] = []

        def work() -> None:
            for row in draws:
                frame = model.run(
                    params={f"r{i}": row[i] for i in range(RATES)}, return_columns=["x0", "x19"]
                )
                runs.append(frame.to_numpy().T)

        speed = len(draws) / _cpu(work)
    np.testing.assert_allclose(np.stack(runs), numpy_over_draws(draws), rtol=0, atol=1e-9)
    return speed


def rows() -> list[dict[str, object]]:
    """One row per peer."""
    rng = np.random.default_rng(7)
    draws = rng.uniform(0.02, 0.2, (WORLDS, RATES))
    mine, series = ours(draws)
    np.testing.assert_allclose(
        series, numpy_over_draws(draws[: len(series)]), rtol=0, atol=1e-9
    )  # fast and wrong is not fast

    def all_draws() -> None:
        for start in range(0, WORLDS, CHUNK):
            numpy_over_draws(draws[start : start + CHUNK])

    peers: list[tuple[str, Callable[[], float]]] = [
        ("plain NumPy over draws", lambda: WORLDS / _cpu(all_draws)),
        ("EMA Workbench, a Python function per draw", lambda: ema(draws[:SLOW])),
        ("PySD", lambda: pysd(draws[:20])),
    ]
    found: list[dict[str, object]] = []
    for peer, measure in peers:
        try:
            theirs: float | None = measure()
        except ImportError:
            theirs = None
        found.append(
            {
                "name": "20 stocks x 260 weeks",
                "unit": "worlds per cpu-second",
                "ours": mine,
                "peer": peer,
                "theirs": theirs,
                "ratio": mine / theirs if theirs else None,
                "devices": len(jax.devices("cpu")),
            }
        )
    return found
