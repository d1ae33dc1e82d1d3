"""Worlds per cpu-second of a model of 20 stocks: the case written by hand, and that of its XMILE.

The model is that of `bench_engine`. An imported model is a case like any other; what is measured is
what its flows, each a variable of its own, cost beside rates written in one line.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

import jax
import numpy as np

import schelling
from benchmarks.bench_engine import RATES, STOCKS, WEEKS, case_text, numpy_over_draws
from schelling.compile.planning import plan
from schelling.interchange.xmile.into_case import imported
from schelling.study.runs.computing.engine import Engine

WORLDS = 65_536


def xmile() -> str:
    """The model as XMILE, with a flow for each stock."""
    aux = "".join(f'<aux name="r{i}"><eqn>0.1</eqn></aux>\n' for i in range(RATES))
    stocks = "".join(
        f'<stock name="x{i}"><eqn>{(i + 1) / STOCKS}</eqn><inflow>f{i}</inflow></stock>\n'
        f'<flow name="f{i}"><eqn>r{i % RATES} * (x{(i - 1) % STOCKS} - x{i}) + '
        f"0.01 * x{i} * (1 - x{i} / 2)</eqn></flow>\n"
        for i in range(STOCKS)
    )
    specs = f"<start>0</start><stop>{WEEKS}</stop><dt>1</dt>"
    specs = f'<sim_specs method="Euler" time_units="Weeks">{specs}</sim_specs>'
    return f"<xmile>{specs}\n<model><variables>\n{aux}{stocks}</variables></model></xmile>"


def imported_text(folder: Path) -> str:
    """The case that is made of it, with the priors and the claim of the one written by hand."""
    path = folder / "chain.xmile"
    path.write_text(xmile())
    text = imported(path).text.replace('prior: "0.1"', 'prior: "uniform(0.02, 0.2)"')
    claim = "claims:\n  ends: {why: benchmark, holds: final(x19) > final(x0)}\n"
    assert len(re.findall(r"uniform\(0.02, 0.2\)", text)) == RATES
    return text + claim


def speed(text: str, draws: np.ndarray) -> float:
    """Worlds per cpu-second of a case, compilation aside; its numbers are checked first."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "case.yaml").write_text(text)
        case = schelling.load(folder)
    built = plan.build(case)
    engine = Engine(built, seed=0)
    next(iter(engine.run(draws[: engine.width], 0)))
    warm = next(iter(engine.paths(draws[: engine.width], 0)))
    columns = [built.series.index(name) for name in ("x0", "x19")]
    series = np.stack([warm.series[:, :, column] for column in columns], axis=1)
    wanted = numpy_over_draws(draws[: len(series)])
    np.testing.assert_allclose(series, wanted, rtol=0, atol=1e-9)
    start = time.process_time()
    for _ in engine.run(draws, 0):
        pass
    return len(draws) / (time.process_time() - start)


def rows() -> list[dict[str, object]]:
    """One row: by hand is the peer."""
    draws = np.random.default_rng(7).uniform(0.02, 0.2, (WORLDS, RATES))
    with tempfile.TemporaryDirectory() as folder:
        ours = speed(imported_text(Path(folder)), draws)
    theirs = speed(case_text(), draws)
    return [
        {
            "name": "20 stocks x 260 weeks, imported from XMILE",
            "unit": "worlds per cpu-second",
            "ours": ours,
            "peer": "the case written by hand",
            "theirs": theirs,
            "ratio": ours / theirs,
            "devices": len(jax.devices("cpu")),
        }
    ]
