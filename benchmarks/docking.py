"""Docking: the same models in Mesa and NDlib, run by hand: `python -m benchmarks.docking`.

Two programs that claim to be one model must agree in the distribution of what comes out (Axtell,
Axelrod, Epstein and Cohen 1996, Aligning simulation models: a case study and results, Computational
and Mathematical Organization Theory 1, 123-141). Each of five models is run `RUNS` times here and
`RUNS` times in a peer, from the same parameters and, where there are ties, the same table of them.
The outcomes are compared by the test of Kolmogorov and Smirnov at `LEVEL`: of five equal models it
finds one different with a chance of at most five times that, less where outcomes are whole numbers.
It finds a difference with a chance above one half once two distribution functions lie further apart
than `NOTICED`. As a check of that, our model with one parameter changed must be found different.

Each run adds a line to `benchmarks/history/docking.jsonl`. It takes some minutes.
"""

from __future__ import annotations

import datetime
import json
import math
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import mesa
import networkx as nx
import numpy as np
from scipy import stats

from benchmarks.__main__ import HERE, machine

sys.path.insert(0, str(HERE.parent / "tests"))

from populations.docked_cases import CASES, FIRST, TIED

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import ndlib.models.ModelConfig as model_config
    from ndlib.models import epidemics, opinions

RUNS = 1000
LEVEL = 0.001
NOTICED = math.sqrt(-math.log(LEVEL / 2) / RUNS)
"""Critical distance of two distribution functions, each from `RUNS` outcomes."""

TIES = sorted(nx.gnm_random_graph(TIED, 180, seed=4).edges)
"""Of the models with ties."""


def red_after_turns(rng: np.random.Generator) -> float:
    """NDlib's voter model: in each iteration a random node copies a random neighbour."""
    model = opinions.VoterModel(nx.Graph(TIES))
    _begin(model, range(FIRST), {}, rng)
    for _ in range(600):
        model.iteration(node_status=False)
    return _share(model, 1)


def ill_or_over(rng: np.random.Generator) -> float:
    """NDlib's SIR model: who is healthy after twelve steps, the others counted."""
    model = epidemics.SIRModel(nx.Graph(TIES))
    _begin(model, range(3), {"beta": 0.07, "gamma": 0.25}, rng)
    for _ in range(12):
        model.iteration(node_status=False)
    return 1 - _share(model, 0)


def _begin(
    model: object, first: Sequence[int], parameters: dict[str, float], rng: np.random.Generator
) -> None:
    """NDlib draws from NumPy's common generator; its first iteration only tells the start."""
    np.random.seed(int(rng.integers(2**32)))  # noqa: NPY002 - the generator that NDlib uses
    given = model_config.Configuration()
    for name, value in parameters.items():
        given.add_model_parameter(name, value)
    given.add_model_initial_configuration("Infected", list(first))
    model.set_initial_status(given)
    model.iteration(node_status=False)


def _share(model: object, status: int) -> float:
    return sum(one == status for one in model.status.values()) / TIED


class Person(mesa.Agent):
    """An agent with one number or truth, and what it will be next."""

    def __init__(self, model: mesa.Model, now: float, threshold: float = 0.0) -> None:
        super().__init__(model)
        self.now, self.then, self.threshold = now, now, threshold

    def meet(self) -> None:
        """Two whose views are near give way to each other."""
        other = self
        while other is self:
            other = self.model.random.choice(self.model.people)
        if abs(other.now - self.now) < 0.25:
            self.now, other.now = (
                self.now + 0.5 * (other.now - self.now),
                other.now + 0.5 * (self.now - other.now),
            )

    def count(self) -> None:
        """Join once enough of all have."""
        joined = sum(other.now for other in self.model.people) / len(self.model.people)
        self.then = float(joined >= self.threshold)

    def ask(self) -> None:
        """Hear from three random others with a chance."""
        others = [other for other in self.model.people if other is not self]
        told = any(other.now for other in self.model.random.sample(others, 3))
        self.then = float(self.now or (told and self.model.random.random() < 0.3))

    def act(self) -> None:
        """Be what was decided."""
        self.now = self.then


def _town(rng: np.random.Generator, first: Callable[[int], float]) -> mesa.Model:
    model = mesa.Model(seed=int(rng.integers(2**32)))
    model.people = [Person(model, first(number)) for number in range(100)]
    return model


def spread_of_views(rng: np.random.Generator) -> float:
    """Bounded confidence in Mesa: 1,200 meetings of random pairs, and the variance of views."""
    model = _town(rng, lambda _: float(rng.random()))
    for _ in range(1200):
        model.random.choice(model.people).meet()
    return float(np.var([one.now for one in model.people]))


def joined(rng: np.random.Generator) -> float:
    """Thresholds in Mesa: all look, then all act, for twelve steps."""
    model = _town(rng, lambda _: 0.0)
    for one in model.people:
        one.threshold = float(rng.normal(0.25, 0.12))
    return _at_once(model, "count", 12)


def heard(rng: np.random.Generator) -> float:
    """A rumour among random contacts in Mesa: all ask, then all know, for seven steps."""
    return _at_once(_town(rng, lambda number: float(number < 4)), "ask", 7)


def _at_once(model: mesa.Model, what: str, steps: int) -> float:
    for _ in range(steps):
        model.agents.do(what)
        model.agents.do("act")
    return sum(one.now for one in model.people) / len(model.people)


@dataclass(frozen=True)
class Dock:
    """A model in two programs.

    Attributes:
        name: What it is, in `CASES`.
        peer: Of which program the other is.
        theirs: An outcome of the peer.
        changed: What is replaced in our rules, and by what, to make another model of it.
    """

    name: str
    peer: str
    theirs: Callable[[np.random.Generator], float]
    changed: tuple[str, str]


DOCKS = (
    Dock("voter", "NDlib", red_after_turns, (f"number <= {FIRST}", "number <= 26")),
    Dock("epidemic", "NDlib", ill_or_over, ("1 - 0.07", "1 - 0.09")),
    Dock("bounded confidence", "Mesa", spread_of_views, ("< 0.25", "< 0.28")),
    Dock("thresholds", "Mesa", joined, ("0.25, 0.12", "0.26, 0.12")),
    Dock("rumour", "Mesa", heard, ("degree: 3", "degree: 3.4")),
)


def compared(dock: Dock) -> dict[str, object]:
    """One model in two programs, and ours with a parameter changed."""
    start = time.process_time()
    rng = np.random.default_rng(2024)
    theirs = np.array([dock.theirs(rng) for _ in range(RUNS)])
    taken, start = time.process_time() - start, time.process_time()
    case = CASES[dock.name]
    with tempfile.TemporaryDirectory() as folder:
        ours = case.outcomes(Path(folder), TIES, RUNS)
        mine = time.process_time() - start
        assert dock.changed[0] in case.rules
        rules = case.rules.replace(*dock.changed)
        other = case.outcomes(Path(folder), TIES, RUNS, rules)
    same, control = (stats.ks_2samp(theirs, one) for one in (ours, other))
    return {
        "model": dock.name,
        "peer": dock.peer,
        "mean": [float(ours.mean()), float(theirs.mean())],
        "deviation": [float(ours.std()), float(theirs.std())],
        "distance": float(same.statistic),
        "p": float(same.pvalue),
        "equal": bool(same.pvalue > LEVEL),
        "changed": " to ".join(dock.changed),
        "p of changed": float(control.pvalue),
        "change noticed": bool(control.pvalue <= LEVEL),
        "cpu-seconds": [mine, taken],
    }


def main() -> int:
    """Compare, print and keep; 1 where two are found different, or a change is not noticed."""
    found = [compared(dock) for dock in DOCKS]
    line = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "runs of each": RUNS,
        "level": LEVEL,
        "noticed from": NOTICED,
        "models": found,
        "machine": machine(),
    }
    print(json.dumps(line, indent=2))
    with (HERE / "history" / "docking.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return 0 if all(one["equal"] and one["change noticed"] for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
