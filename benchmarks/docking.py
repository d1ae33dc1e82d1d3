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

import schelling
from benchmarks.__main__ import HERE, machine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import ndlib.models.ModelConfig as model_config
    from ndlib.models import epidemics, opinions

RUNS = 1000
LEVEL = 0.001
NOTICED = math.sqrt(-math.log(LEVEL / 2) / RUNS)
"""Critical distance of two distribution functions, each from `RUNS` outcomes."""

TIED = 60
TIES = sorted(nx.gnm_random_graph(TIED, 180, seed=4).edges)
FIRST = 20
"""Agents of the models with ties, their ties, and how many of them begin with an opinion."""

HEAD = """
schelling: 1
title: docking
time: {start: 2024-01-01, step: 1 day, until: 2024-01-STEPS}
claims: {outcome: {holds: "final(OUTCOME) > 0", why: Its margin is the outcome.}}
populations:
  people:
    size: SIZE
    why: The size of the peer's model.
"""

NETWORK = "    ties: {friends: {network: table, table: ties.csv, one: a, other: b}}\n"

VOTER = (
    NETWORK
    + """
    acts: pair
    along: friends
    turns: 600
    states: {red: {start: number <= FIRST, next: "red[met] if my_turn else red"}}
"""
)
SIR = (
    NETWORK
    + """
    states:
      is_in:
        one_of: [healthy, ill, over]
        start: ill if number <= 3 else healthy
        next: >-
          (ill if bernoulli(1 - (1 - 0.07) ** count(is_in[o] == ill for o in friends)) else healthy)
          if is_in == healthy else (over if bernoulli(0.25) else ill) if is_in == ill else over
"""
)
DEFFUANT = """
    acts: pair
    turns: 1200
    states:
      view:
        start: uniform(0, 1)
        next: view + 0.5 * (view[met] - view) if abs(view[met] - view) < 0.25 else view
"""
CROWD = """
    traits: {threshold: "normal(0.25, 0.12)"}
    states: {joins: {start: "false", next: "share(joins[o] for o in people) >= threshold"}}
"""
RUMOUR = """
    ties: {met: {network: contacts, degree: 3}}
    states:
      heard:
        start: number <= 4
        next: heard or any(heard[o] for o in met) and bernoulli(0.3)
"""


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
        name: What it is.
        peer: Of which program the other is.
        theirs: An outcome of the peer.
        rules: Ours, as a piece of a case.
        outcome: Ours, as an expression.
        size: Agents.
        steps: Of ours.
        changed: What is replaced in our rules, and by what, to make another model of it.
    """

    name: str
    peer: str
    theirs: Callable[[np.random.Generator], float]
    rules: str
    outcome: str
    size: int
    steps: int
    changed: tuple[str, str]

    def ours(self, folder: Path, rules: str) -> np.ndarray:
        """Outcomes of our worlds; nothing is assumed, so they differ by chance alone."""
        text = HEAD.replace("STEPS", f"{self.steps + 1:02}").replace("OUTCOME", self.outcome)
        text = text.replace("SIZE", str(self.size)) + rules.replace("FIRST", str(FIRST))
        (folder / "case.yaml").write_text(text, "utf-8")
        rows = [f"{one + 1},{other + 1}" for one, other in TIES]
        (folder / "ties.csv").write_text("\n".join(["a,b", *rows]) + "\n", "utf-8")
        run = schelling.run(schelling.load(folder), worlds=RUNS, replicates=4, seed=11)
        return run.draws["margin.outcome"].to_numpy()


DOCKS = (
    Dock("voter", "NDlib", red_after_turns, VOTER, "share(red[p] for p in people)", TIED, 1,
         ("number <= FIRST", "number <= 26")),
    Dock("epidemic", "NDlib", ill_or_over, SIR, "share(is_in[p] != healthy for p in people)", TIED,
         12, ("1 - 0.07", "1 - 0.09")),
    Dock("bounded confidence", "Mesa", spread_of_views, DEFFUANT,
         "mean(view[p] * view[p] for p in people) - mean(view[p] for p in people) ** 2", 100, 1,
         ("< 0.25", "< 0.28")),
    Dock("thresholds", "Mesa", joined, CROWD, "share(joins[p] for p in people)", 100, 12,
         ("0.25, 0.12", "0.26, 0.12")),
    Dock("rumour among contacts", "Mesa", heard, RUMOUR, "share(heard[p] for p in people)", 100, 7,
         ("degree: 3", "degree: 3.4")),
)  # fmt: skip


def compared(dock: Dock) -> dict[str, object]:
    """One model in two programs, and ours with a parameter changed."""
    start = time.process_time()
    rng = np.random.default_rng(2024)
    theirs = np.array([dock.theirs(rng) for _ in range(RUNS)])
    taken, start = time.process_time() - start, time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        ours = dock.ours(Path(folder), dock.rules)
        mine = time.process_time() - start
        assert dock.changed[0] in dock.rules
        other = dock.ours(Path(folder), dock.rules.replace(*dock.changed))
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
