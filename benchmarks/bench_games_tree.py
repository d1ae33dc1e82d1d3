"""Agent quantal response of the provocation tree over many uncertain payoffs.

Three players, five decision nodes, six ends, eighteen payoffs that differ in every draw. Measured
in a child process bound to one core, so that cpu time is one thread's; the best of several rounds
counts. The peer solves one game per call; building its games is not counted.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
DRAWS = 1_000_000
ROUNDS = 5
GAMES = 200
PRECISION = 2.0


def rows() -> list[dict[str, object]]:
    """Microseconds of cpu per draw, ours and the peer's where it is installed."""
    core = {min(os.sched_getaffinity(0))}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_games_tree"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        preexec_fn=partial(os.sched_setaffinity, 0, core),
    )
    seen = json.loads(done.stdout)
    name = "agent quantal response, tree of 5 decisions and 18 payoffs, one core"
    found = [_row(f"{name}, {draws:,} draws", us, None, None) for draws, us in seen["ours"]]
    peer, theirs = seen["peer"], seen["theirs"]
    found[-1] = _row(f"{name}, {DRAWS:,} draws", seen["ours"][-1][1], peer, theirs)
    found.append(_row("subgame perfection, same tree, 16,384 draws", seen["perfect"], None, None))
    return found


def _row(name: str, ours: float, peer: str | None, theirs: float | None) -> dict[str, object]:
    ratio = theirs / ours if theirs else None
    return {
        "name": name,
        "unit": "us cpu per draw",
        "ours": ours,
        "peer": peer,
        "theirs": theirs,
        "ratio": ratio,
    }


def measure() -> dict[str, object]:
    """What the child process finds."""
    import jax
    import numpy as np

    from schelling.games.trees import batch, build, certify, perfect
    from schelling.games.trees.build import decision, end

    last = decision("nato", {"settle": end(), "go on": end()})
    join = decision("ukraine", {"wait": end(), "join": last})
    again = decision("russia", {"stop": end(), "escalate": join})
    answer = decision("nato", {"ignore": end(), "respond": again})
    root = decision("russia", {"hold": end(), "strike": answer})
    game = build.compile(root, ["russia", "nato", "ukraine"])
    payoffs = np.random.default_rng(7).normal(size=(DRAWS, len(game.ends), 3))

    def best(draws: int) -> float:
        spent: list[float] = []
        for _ in range(ROUNDS + 1):
            begun = time.process_time()
            found = batch.solve_batch(game, payoffs[:draws], PRECISION)
            spent.append(time.process_time() - begun)
        sample = slice(0, draws, max(1, draws // 1000))
        residual = certify.logit_residual(game, payoffs[sample], found.choice[sample], PRECISION)
        assert residual.max() < 1e-12  # fast and wrong is not fast
        return min(spent[1:]) / draws * 1e6

    solve = jax.jit(perfect.solve, static_argnums=0)
    part = payoffs[:16_384]
    jax.block_until_ready(solve(game, part))
    begun = time.process_time()
    for _ in range(ROUNDS):
        jax.block_until_ready(solve(game, part))
    spent = (time.process_time() - begun) / ROUNDS / len(part) * 1e6
    ours = [(draws, best(draws)) for draws in (1_000, 100_000, DRAWS)]
    peer, theirs = _gambit(game, payoffs[:GAMES])
    return {"ours": ours, "perfect": spent, "peer": peer, "theirs": theirs}


def _gambit(game: object, payoffs: object) -> tuple[str | None, float | None]:
    """The same equilibrium by pygambit, if installed: solving only, games read beforehand."""
    try:
        import pygambit
    except ImportError:
        return None, None
    from schelling.games.files import efg_write

    texts = [efg_write.write(game, draw) for draw in payoffs]
    games = [pygambit.read_efg(io.BytesIO(text.encode())) for text in texts]
    begun = time.process_time()
    for one in games:
        pygambit.qre.logit_solve_lambda(one, lam=PRECISION)
    spent = (time.process_time() - begun) / len(games) * 1e6
    return f"pygambit {pygambit.__version__}", spent


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()))
