"""Quantal response and all Nash equilibria of random tables, and Markov quantal response.

Measured in a child process bound to one core, so that cpu time is one thread's; the best of three
rounds counts, compiling apart. A time counts only if every draw is solved, if the first 1,000
answers lie on the branch that a walk in short steps finds, and if every equilibrium the peer lists
is listed here. Payoffs of tables are standard normal, of stochastic games uniform on [0, 1]. Peers
solve one game per call; building their games is not counted. Every row counts how its draws ended;
the counts must add up to the draws.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
GAMES = 20_000
CHECKED = 1_000
SIZES = (2, 3, 5)
PRECISIONS = (1.0, 2.0, 20.0)
ROUNDS = 3
SGAMESOLVER = 31_000.0
"""Microseconds a game on this kind of machine, seen once: it does not install beside NumPy 2."""


def rows() -> list[dict[str, object]]:
    """Microseconds of cpu per game, ours and the peers' where they are installed."""
    core = {min(os.sched_getaffinity(0))}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_games_tables"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        preexec_fn=partial(os.sched_setaffinity, 0, core),
    )
    return list(json.loads(done.stdout))


def _row(
    name: str,
    ours: float,
    ends: dict[str, int],
    peer: str | None = None,
    theirs: float | None = None,
) -> dict[str, object]:
    ratio = theirs / ours if theirs else None
    return {
        "name": name,
        "unit": "us cpu per game",
        "ours": ours,
        "peer": peer,
        "theirs": theirs,
        "ratio": ratio,
        "statuses": ends,
    }


def _ends(status: Any, draws: int) -> dict[str, int]:
    """How many draws ended how; all must be solved for a time to count."""
    from schelling.errors import Status

    found = Counter(Status(int(value)).name for value in np.asarray(status))
    assert found.total() == draws, "a draw was lost without a word"
    assert found == {"SOLVED": draws}, f"not all are solved: {found}"
    return dict(found)


def _best(solve: Callable[[], object], games: int) -> float:
    """Microseconds per game in the best round, the first left out for compiling."""
    spent: list[float] = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        solve()
        spent.append(time.process_time() - begun)
    return min(spent[1:]) / games * 1e6


def measure() -> list[dict[str, object]]:
    """What the child process finds."""
    return [*_large(), *_quantal(), *_nash(), _markov()]


def _tables(actions: int) -> np.ndarray:
    return np.random.default_rng(actions).normal(size=(GAMES, actions, actions, 2))


def _quantal() -> list[dict[str, object]]:
    from schelling.games.tables import logit

    found: list[dict[str, object]] = []
    for actions in SIZES:
        games = _tables(actions)
        for precision in PRECISIONS:
            answer = logit.solve(games, precision)
            ends = _ends(answer.status, GAMES)
            assert float(np.max(answer.residual)) < 1e-9
            odds = [np.log(own[:CHECKED, 1:] / own[:CHECKED, :1]) for own in answer.play]
            walked = fine_walk(games[:CHECKED], precision)
            gap = np.abs(np.concatenate(odds, axis=1) - walked).max()
            assert gap < 1e-6, f"{gap} off the principal branch"
            ours = _best(partial(logit.solve, games, precision), GAMES)
            peer, theirs = _gambit(games[:50], precision)
            name = f"quantal response of {actions}x{actions} tables at precision {precision:g}"
            found.append(_row(f"{name}, {GAMES:,} games, one core", ours, ends, peer, theirs))
    return found


def _large() -> list[dict[str, object]]:
    """One random table of 30 by 30: the first call counts, and what it compiles."""
    from schelling.games.tables import logit

    game = np.random.default_rng(30).normal(size=(1, 30, 30, 2))
    logit.solve(game[:, :2, :2], 1.0)  # starts the machinery, as importing does for the peer
    found: list[dict[str, object]] = []
    for precision in (1.0, 5.0):
        begun = time.process_time()
        answer = logit.solve(game, precision)
        ours = (time.process_time() - begun) * 1e6
        ends = _ends(answer.status, 1)
        assert float(np.max(answer.residual)) < 1e-9
        peer, theirs = _gambit(game, precision)
        name = f"quantal response of one 30x30 table at precision {precision:g}, first call"
        found.append(_row(name, ours, ends, peer, theirs))
    return found


def fine_walk(games: np.ndarray, precision: float) -> np.ndarray:
    """Log-odds on the branch from uniform play, by steps of at most 0.1 turning below 2 degrees."""
    draws, actions = games.shape[:2]
    size = 2 * (actions - 1)
    span = np.ptp(games, axis=(1, 2)).max(axis=1)
    target, sharp = precision * span, (1.0 / span)[:, None, None]
    gains = (
        (games[:, 1:, :, 0] - games[:, :1, :, 0]) * sharp,
        np.swapaxes(games[:, :, 1:, 1] - games[:, :, :1, 1], 1, 2) * sharp,
    )
    answer = np.full((draws, size), np.nan)
    live, w, step = np.arange(draws), np.zeros((draws, size + 1)), np.full(draws, 0.02)
    flat = np.zeros_like(w)
    flat[:, -1] = 1.0
    tangent = _tangent(_border(*_linear(gains, w)[1:], flat))
    while live.size:
        here = (gains[0][live], gains[1][live])
        after, last, sound = w + step[:, None] * tangent, step, np.ones(live.size, dtype=bool)
        for _ in range(3):
            after, size_now = _newton(here, after, tangent)
            sound &= (size_now <= 0.3 * last) | (size_now < 1e-10)
            last = size_now
        matrix = _border(*_linear(here, after)[1:], tangent)
        new = _tangent(matrix)
        sound &= (last < 1e-8) & (np.sum(new * tangent, axis=1) > 0.9995)
        sound &= np.linalg.slogdet(matrix)[0] > 0
        crossed = sound & (after[:, -1] >= target[live])
        if crossed.any():
            share = (target[live] - w[:, -1]) / (after[:, -1] - w[:, -1])
            ends = (w + share[:, None] * (after - w))[crossed]
            part = (here[0][crossed], here[1][crossed])
            for _ in range(12):
                ends, _ = _newton(part, ends, flat[: len(ends)])
            answer[live[crossed]] = ends[:, :-1]
        onward = sound & ~crossed
        w, tangent = (np.where(onward[:, None], a, b) for a, b in ((after, w), (new, tangent)))
        step = np.where(onward, np.minimum(1.5 * step, 0.1), 0.5 * step)
        left = ~crossed & (step > 1e-10)
        live, w, tangent, step = live[left], w[left], tangent[left], step[left]
    return answer


_Gains = tuple[np.ndarray, np.ndarray]


def _linear(gains: _Gains, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Residual, its slope and its drift in t."""
    k, t = gains[0].shape[1], w[:, -1, None]
    row, column = (_softmax(part) for part in (w[:, :k], w[:, k:-1]))
    up, across = (np.einsum("dij,dj->di", g, p) for g, p in zip(gains, (column, row), strict=True))
    slope = np.broadcast_to(np.eye(2 * k), (len(w), 2 * k, 2 * k)).copy()
    slope[:, :k, k:] = -t[..., None] * (gains[0][..., 1:] - up[..., None]) * column[:, None, 1:]
    slope[:, k:, :k] = -t[..., None] * (gains[1][..., 1:] - across[..., None]) * row[:, None, 1:]
    drift = -np.concatenate([up, across], axis=1)
    return w[:, :-1] + t * drift, slope, drift


def _softmax(odds: np.ndarray) -> np.ndarray:
    whole = np.concatenate([np.zeros((len(odds), 1)), odds], axis=1)
    weights = np.exp(whole - whole.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _border(slope: np.ndarray, drift: np.ndarray, row: np.ndarray) -> np.ndarray:
    upper = np.concatenate([slope, drift[..., None]], axis=2)
    return np.concatenate([upper, row[:, None]], axis=1)


def _tangent(matrix: np.ndarray) -> np.ndarray:
    right = np.zeros((*matrix.shape[:2], 1))
    right[:, -1] = 1.0
    raw = np.linalg.solve(matrix, right)[..., 0]
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


def _newton(gains: _Gains, w: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    value, slope, drift = _linear(gains, w)
    right = np.concatenate([-value, np.zeros((len(w), 1))], axis=1)[..., None]
    change = np.linalg.solve(_border(slope, drift, row), right)[..., 0]
    return w + change, np.linalg.norm(change, axis=1)


def _gambit(games: np.ndarray, precision: float) -> tuple[str | None, float | None]:
    try:
        import pygambit
    except ImportError:
        return None, None
    from schelling.games.files import nfg

    built = [pygambit.read_nfg(io.BytesIO(nfg.write(game).encode())) for game in games]
    begun = time.process_time()
    for game in built:
        pygambit.qre.logit_solve_lambda(game, lam=precision)
    spent = (time.process_time() - begun) / len(built) * 1e6
    return f"pygambit {pygambit.__version__}", spent


def _nash() -> list[dict[str, object]]:
    from schelling.games.tables import nash

    found: list[dict[str, object]] = []
    for actions in (3, 5):
        games = _tables(actions)
        answer = nash.solve(games)
        ends = _ends(answer.status, GAMES)  # none degenerate, even in number or incomplete
        ours = _best(partial(nash.solve, games), GAMES)
        peer, theirs = _quantecon(games[:CHECKED], answer)
        name = f"all Nash equilibria of {actions}x{actions} tables, {GAMES:,} games, one core"
        found.append(_row(name, ours, ends, peer, theirs))
        if actions == 3:
            peer, theirs = _gambit_enumeration(games[:CHECKED], answer)
            found.append(_row(name, ours, ends, peer, theirs))
    return found


def _gambit_enumeration(games: np.ndarray, answer: Any) -> tuple[str | None, float | None]:
    """Floating enumeration by pygambit, which must count as many equilibria."""
    try:
        import pygambit
    except ImportError:
        return None, None
    from schelling.games.files import nfg

    built = [pygambit.read_nfg(io.BytesIO(nfg.write(game).encode())) for game in games]
    begun = time.process_time()
    lists = [pygambit.nash.enummixed_solve(game, rational=False).equilibria for game in built]
    spent = (time.process_time() - begun) / len(built) * 1e6
    assert [len(each) for each in lists] == np.asarray(answer.found)[: len(built)].tolist()
    return f"pygambit {pygambit.__version__} floating enumeration", spent


def _quantecon(games: np.ndarray, answer: Any) -> tuple[str | None, float | None]:
    """The peer's time per game; every equilibrium it lists must be in `answer`."""
    try:
        import quantecon
        from quantecon.game_theory import (
            NormalFormGame,
            Player,
            support_enumeration,
        )
    except ImportError:
        return None, None
    built = [
        NormalFormGame((Player(game[..., 0].copy()), Player(game[..., 1].T.copy())))
        for game in games
    ]
    lists = [support_enumeration(game) for game in built]
    begun = time.process_time()
    for game in built:
        support_enumeration(game)
    spent = (time.process_time() - begun) / len(built) * 1e6
    for draw, listed in enumerate(lists):
        count = int(answer.found[draw])
        ours = np.concatenate([answer.row[draw, :count], answer.column[draw, :count]], axis=1)
        for profile in listed:
            assert np.min(np.abs(ours - np.concatenate(profile)).max(axis=1)) < 1e-6, (
                "one is missing"
            )
    return f"QuantEcon.py {quantecon.__version__}", spent


def _markov() -> dict[str, object]:
    from schelling.games.states import markov
    from schelling.games.states.stochastic import StochasticArrays, Structure

    rng = np.random.default_rng(0)
    payoffs = rng.random((1000, 10, 3, 3, 2))
    chances = rng.exponential(size=(1000, 10, 3, 3, 10))
    chances /= chances.sum(axis=-1, keepdims=True)
    game, structure = StochasticArrays(payoffs, chances, np.array(0.9)), Structure.full(10, (3, 3))
    answer = markov.solve(structure, game, 2.0)
    ends = _ends(answer.status, 1000)
    assert float(np.max(answer.residual)) < 1e-9
    ours = _best(partial(markov.solve, structure, game, 2.0), 1000)
    name = "Markov quantal response, 2 players, 10 states, 3 actions, precision 2, one core"
    return _row(name, ours, ends, "sgamesolver 1.0.2, as recorded", SGAMESOLVER)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()))
