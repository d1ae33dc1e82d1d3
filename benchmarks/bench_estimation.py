"""Payoffs estimated from tables of decisions: from the file to standard errors.

Each row is measured in a fresh process whose imports are not counted: reading and checking the
table, compiling, climbing from all starts and standard errors are. Elapsed seconds depend on what
else runs; the load is kept with every row. BLAS has one thread: its threads wait by spinning, which
on a busy machine doubles the cpu time and helps with matrices of this size nowhere.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "study" / "estimating" / "data"
ROUNDS = 3
DISPUTES = [
    "choice(attacker) = esc",
    "choice(defender) = war",
    "attacker.status quo ~ s_wt_re1 + revis1",
    "attacker.war ~ regime1",
    "defender.war ~ balanc + regime2",
]
SIZES = {
    "disputes": "payoffs of 282 disputes, 10 coefficients",
    "private": "payoffs of 7,240 plays, 19 coefficients, private information",
    "many": "payoffs of 100,000 plays, 15 coefficients",
    "bootstrap": "1,000 bootstrap refits of 282 disputes",
}


def rows() -> list[dict[str, object]]:
    """Elapsed and cpu seconds of each, the best of several processes."""
    found: list[dict[str, object]] = []
    for name, words in SIZES.items():
        seen = [_child(name) for _ in range(ROUNDS)]
        for unit, key in (("s", "elapsed"), ("s cpu", "cpu")):
            best = min(one[key] for one in seen)
            found.append(
                {"name": words, "unit": unit, "ours": best}
                | dict.fromkeys(("peer", "theirs", "ratio"))
            )
    return [*found, *_ochs()]


def _ochs() -> list[dict[str, object]]:
    """Precision of quantal response from the data of Ochs: ours, and that of Gambit."""
    from schelling import estimate

    game = (
        'NFG 1 R "Ochs" { "row" "column" } { { "up" "down" } { "left" "right" } } ""\n'
        "1.1141 0 0 1.1141 0 1.1141 0.2785 0\n"
    )
    counts = {"row": {"up": 67.456, "down": 60.544}, "column": {"left": 46.848, "right": 81.152}}
    with tempfile.TemporaryDirectory() as folder:
        path, table = Path(folder) / "ochs.nfg", Path(folder) / "ochs.csv"
        path.write_text(game, encoding="utf-8")
        rows = [f"{who},{what},{n}" for who, own in counts.items() for what, n in own.items()]
        table.write_text("\n".join(["player,action,plays", *rows]), encoding="utf-8")
        model = ["decision = player", "action = action", "count = plays"]
        begin = time.process_time()
        ours = estimate(path, table, model)
        spent = time.process_time() - begin
    theirs = value = None
    try:
        import pygambit
    except ImportError:
        peer = None
    else:
        peer = f"pygambit {pygambit.__version__}"
        built = pygambit.read_nfg(io.BytesIO(game.encode()))
        seen = built.mixed_strategy_profile([list(own.values()) for own in counts.values()])
        begin = time.process_time()
        value = float(pygambit.qre.logit_estimate(seen).lam)
        theirs = time.process_time() - begin
    both = (
        ("precision of Ochs' data (McKelvey and Palfrey 1995)", "lambda", ours.found.value, value),
        ("precision of Ochs' data; ours with its interval", "s cpu", spent, theirs),
    )
    return [
        {"name": name, "unit": unit, "ours": own, "peer": peer, "theirs": other}
        | {"ratio": _ratio(unit, own, other)}
        for name, unit, own, other in both
    ]


def _ratio(unit: str, ours: float, theirs: float | None) -> float | None:
    """How many times faster ours is, as in other benchmarks; ours by theirs of what is no time."""
    if theirs is None:
        return None
    return theirs / ours if unit == "s cpu" else ours / theirs


def _child(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.bench_estimation", name]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, env=env)
    return json.loads(done.stdout)


def measure(name: str) -> dict[str, float]:
    """One estimation, timed."""
    from schelling import estimate
    from schelling.study.solving import from_case  # noqa: F401 - loads JAX, not to be timed

    with tempfile.TemporaryDirectory() as folder:
        table, model, options = _wanted(name, Path(folder))
        elapsed, cpu = time.perf_counter(), time.process_time()
        found = estimate(DATA / "crisis.efg", table, model, drop_missing=True, **options)
        taken = {"elapsed": time.perf_counter() - elapsed, "cpu": time.process_time() - cpu}
    assert found.sound
    return taken


def _wanted(name: str, folder: Path) -> tuple[Path, list[str], dict[str, int]]:
    if name in ("disputes", "bootstrap"):
        options = {"bootstrap": 1000} if name == "bootstrap" else {}
        return DATA / "war1800.csv", DISPUTES, options
    rows, counts = (7_240, (5, 5, 9)) if name == "private" else (100_000, (5, 5, 5))
    path = folder / "plays.csv"
    _simulate(path, rows, counts, private=name == "private")
    names = ("attacker.status quo", "attacker.war", "defender.war")
    model = ["outcome = end"] + (["errors = private"] if name == "private" else [])
    for k, (payoff, count) in enumerate(zip(names, counts, strict=True)):
        model.append(f"{payoff} ~ " + " + ".join(f"x{k}{j}" for j in range(1, count)))
    return path, model, {}


def _simulate(path: Path, rows: int, counts: tuple[int, ...], *, private: bool) -> None:
    """Plays of the crisis with random covariates and payoffs."""
    from scipy.stats import norm

    source = np.random.default_rng(1)
    columns: dict[str, np.ndarray] = {}
    payoffs: list[np.ndarray] = []
    for k, count in enumerate(counts):
        worth = np.full(rows, (-0.5, -1.0, 0.2)[k])
        for j in range(1, count):
            columns[f"x{k}{j}"] = source.normal(size=rows).round(4)
            worth = worth + source.normal(0, 0.4) * columns[f"x{k}{j}"]
        payoffs.append(worth)
    resist = norm.cdf(payoffs[2] / 2**0.5)
    spread = np.sqrt(1 + resist**2 + (1 - resist) ** 2) if private else 2**0.5
    go = source.random(rows) < norm.cdf((resist * payoffs[1] - payoffs[0]) / spread)
    war = source.random(rows) < resist
    ends = np.where(~go, "status quo", np.where(war, "war", "capitulation"))
    lines = [",".join(["end", *columns])]
    lines += [
        f"{end}," + ",".join(map(str, row))
        for end, *row in zip(ends, *columns.values(), strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
