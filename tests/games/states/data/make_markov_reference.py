"""Makes the stored Markov quantal response references; not run by the tests.

Needs sgamesolver 1.0.2 (MIT) in an environment of its own:

    python -m venv reference
    reference/bin/pip install "numpy<2" scipy pandas setuptools wheel cython
    reference/bin/pip install --no-build-isolation sgamesolver==1.0.2
    reference/bin/python make_markov_reference.py

Writes `markov-<name>.csv`, the game as sgamesolver's table, and `markov-reference.json`, per game
and precision sgamesolver's strategies and values (quantal response homotopy, its own `robust`
parameters with a corrector tolerance of 1e-10).
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
GAMES = {
    "ten-a": (1, 10, [[3, 3]] * 10, [0.9, 0.9]),
    "ten-b": (2, 10, [[3, 3]] * 10, [0.9, 0.9]),
    "ten-c": (3, 10, [[3, 3]] * 10, [0.9, 0.9]),
    "uneven": (4, 4, [[2, 3], [1, 3], [3, 1], [2, 2]], [0.95, 0.8]),
    "three-players": (5, 3, [[2, 2, 2], [3, 2, 1], [2, 3, 2]], [0.9, 0.7, 0.5]),
}
PRECISIONS = (1.0, 2.0, 10.0)


def table(seed: int, states: int, actions: list[list[int]], discount: list[float]) -> str:
    """A random game in decimals that are exact: payoffs in hundredths, chances in thousandths."""
    rng = np.random.default_rng(seed)
    players = range(len(discount))
    head = ["state", *(f"a_p{i}" for i in players), *(f"u_p{i}" for i in players)]
    rows = [[*head, *(f"phi_s{n}" for n in range(states))]]
    rows.append(["delta", *[""] * len(discount), *map(str, discount), *[""] * states])
    for state in range(states):
        for profile in itertools.product(*(range(count) for count in actions[state])):
            payoffs = rng.integers(0, 101, len(discount)) / 100
            chances = rng.multinomial(1000, rng.dirichlet(np.ones(states))) / 1000
            labels = [f"a{action}" for action in profile]
            rows.append([f"s{state}", *labels, *map(str, payoffs), *map(str, chances)])
    return "\n".join(",".join(row) for row in rows) + "\n"


def solve(path: Path, precision: float) -> dict[str, list[object]]:
    """Sgamesolver's answer at one precision, padding left out."""
    import sgamesolver  # noqa: PLC0415 - not installed where the tests run

    game = sgamesolver.SGame.from_table(str(path))
    homotopy = sgamesolver.homotopy.QRE(game)
    homotopy.solver_setup(target_lambda=precision)
    homotopy.solver.set_parameters(homotopy.robust_parameters, corrector_tol=1e-10)
    homotopy.solve()
    answer = homotopy.equilibrium
    strategies = [
        [
            answer.strategies[s, i, : game.nums_actions[s, i]].tolist()
            for i in range(game.num_players)
        ]
        for s in range(game.num_states)
    ]
    return {"strategies": strategies, "values": answer.values.tolist()}


def main() -> None:
    """Write the tables and the answers."""
    answers: dict[str, dict[str, object]] = {}
    for name, (seed, states, actions, discount) in GAMES.items():
        path = HERE / f"markov-{name}.csv"
        path.write_text(table(seed, states, actions, discount))
        answers[name] = {str(p): solve(path, p) for p in PRECISIONS}
    (HERE / "markov-reference.json").write_text(json.dumps(answers, indent=None) + "\n")


if __name__ == "__main__":
    main()
