"""Five cases of people that other programs run too, for `test_docking` and `benchmarks.docking`.

Nothing is assumed in them, so their worlds differ by chance alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import schelling

TIED = 60
"""Agents of the models with ties."""

FIRST = 20
"""Voters who begin with the opinion that is counted."""

HEAD = """
schelling: 1
title: docking
time: {start: 2024-01-01, step: 1 day, until: 2024-01-UNTIL}
claims: {outcome: {holds: "final(OUTCOME) > 0", why: Its margin is the outcome.}}
populations:
  people:
    size: SIZE
    why: The size of the other program's model.
"""
NETWORK = "    ties: {friends: {network: table, table: ties.csv, one: a, other: b}}\n"
VOTER = f"""
    acts: pair
    along: friends
    turns: 600
    states: {{red: {{start: number <= {FIRST}, next: "red[met] if my_turn else red"}}}}
"""
SIR = """
    states:
      is_in:
        one_of: [healthy, ill, over]
        start: ill if number <= 3 else healthy
        next: >-
          (ill if bernoulli(1 - (1 - 0.07) ** count(is_in[o] == ill for o in friends)) else healthy)
          if is_in == healthy else (over if bernoulli(0.25) else ill) if is_in == ill else over
"""
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
      heard: {start: number <= 4, next: "heard or any(heard[o] for o in met) and bernoulli(0.3)"}
"""
VARIANCE = "mean(view[p] * view[p] for p in people) - mean(view[p] for p in people) ** 2"


@dataclass(frozen=True)
class DockedCase:
    """A model as a case.

    Attributes:
        rules: What its people are and do, as a piece of YAML.
        outcome: What is compared, as an expression.
        size: People.
        steps: Steps of a day.
    """

    rules: str
    outcome: str
    size: int
    steps: int

    def outcomes(
        self, folder: Path, ties: Iterable[tuple[int, int]], runs: int, rules: str = ""
    ) -> np.ndarray:
        """The outcome of every run.

        Args:
            folder: An empty folder for the case.
            ties: Who is tied to whom, counted from 0.
            runs: How many.
            rules: Others than its own.
        """
        text = HEAD.replace("UNTIL", f"{self.steps + 1:02}").replace("OUTCOME", self.outcome)
        text = text.replace("SIZE", str(self.size)) + (rules or self.rules)
        (folder / "case.yaml").write_text(text, "utf-8")
        rows = [f"{one + 1},{other + 1}" for one, other in ties]
        (folder / "ties.csv").write_text("\n".join(["a,b", *rows]) + "\n", "utf-8")
        run = schelling.run(schelling.load(folder), worlds=runs, replicates=4, seed=11)
        return run.draws["margin.outcome"].to_numpy()


CASES = {
    "voter": DockedCase(NETWORK + VOTER, "share(red[p] for p in people)", TIED, 1),
    "epidemic": DockedCase(NETWORK + SIR, "share(is_in[p] != healthy for p in people)", TIED, 12),
    "bounded confidence": DockedCase(DEFFUANT, VARIANCE, 100, 1),
    "thresholds": DockedCase(CROWD, "share(joins[p] for p in people)", 100, 12),
    "rumour": DockedCase(RUMOUR, "share(heard[p] for p in people)", 100, 7),
}
