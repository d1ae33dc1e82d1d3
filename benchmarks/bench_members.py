"""Games, unknowns and claims over sets: compiling for 50 and 200 members beside 2."""

from __future__ import annotations

from benchmarks.bench_sets import growing
from schelling.study.runs.computing.engine import use_cores

HEAD = """
schelling: 1
title: Asked of every member
sets: {{city: [{names}]}}
"""
YEAR = "time: {{start: 2022-01-03, step: 1 week, until: 2023-01-02}}\n"
PLAYERS = """
actors: {{red: {{}}, blue: {{}}}}
assumptions:
  prize[city]: {{prior: "uniform(0, 1)", why: planted}}
  cost: {{prior: "uniform(0.1, 0.6)", why: planted}}
  precision: {{prior: "loguniform(1, 9)", why: planted}}
"""
ASKED = (
    HEAD
    + PLAYERS
    + """
games:
  siege[city]:
    solve: {{precision: precision}}
"""
)
FIGHTS = """
claims:
  fights[city]: {{holds: "probability(siege[city], red, attack) > 0.5", why: planted}}
"""
TREE_ASKED = (
    ASKED
    + """
    tree:
      red:
        wait: {{payoffs: {{red: 0.1, blue: "prize[city]"}}}}
        attack:
          blue:
            yield: {{payoffs: {{red: "prize[city]", blue: 0}}}}
            resist: {{payoffs: {{red: "prize[city] / 2 - cost", blue: "prize[city] / 2 - cost"}}}}
"""
    + FIGHTS
)
TREE_PLAYED = (
    HEAD
    + YEAR
    + PLAYERS
    + """
stocks:
  held[city]: {{start: 1, change: "(1 - held[city]) / 20 weeks", within: [0, 1]}}
games:
  siege[city]:
    played: {{every: 4 weeks}}
    solve: {{precision: precision}}
    tree:
      red:
        wait: {{payoffs: {{red: 0.1, blue: "prize[city]"}}}}
        attack:
          blue:
            yield:
              payoffs: {{red: "prize[city] * held[city]", blue: 0}}
              effects: {{"held[city]": 0}}
            resist:
              payoffs: {{red: "prize[city] / 2 - cost", blue: "prize[city] / 2 - cost"}}
              effects: {{"held[city]": "held[city] * 0.8"}}
claims:
  stands[city]: {{holds: "final(held[city]) > 0.5", why: planted}}
"""
)
TABLE_ASKED = (
    ASKED
    + """
    matrix:
      moves: {{red: [wait, attack], blue: [yield, resist]}}
      cells:
        wait:
          yield: {{payoffs: {{red: 0.1, blue: "prize[city]"}}}}
          resist: {{payoffs: {{red: 0, blue: "prize[city] / 2"}}}}
        attack:
          yield: {{payoffs: {{red: "prize[city]", blue: 0}}}}
          resist: {{payoffs: {{red: "prize[city] / 2 - cost", blue: "prize[city] / 2 - cost"}}}}
"""
    + FIGHTS
)
UNKNOWNS = (
    HEAD
    + """
assumptions:
  base[city]: {{prior: "uniform(0.1, 0.6)", why: planted}}
  noise: {{prior: "uniform(0.05, 0.4)", why: planted}}
unknowns:
  cutoff[city]:
    between: [-1, 2]
    where: "cutoff[city] == normal_cdf((cutoff[city] - base[city]) / noise) / 2"
    choose: lowest
    why: planted
claims:
  high[city]: {{holds: "cutoff[city] > 0.2", why: planted}}
"""
)
FALLING = (
    HEAD
    + YEAR
    + """
assumptions:
  base[city]: {{prior: "uniform(0.1, 0.6)", why: planted}}
  rate: {{prior: "uniform(0.01, 0.1)", unit: 1 / week, why: planted}}
stocks:
  held[city]: {{start: "base[city]", change: "-rate * held[city]", within: [0, 1]}}
claims:
  high[city]:"""
)
GIVEN = (
    FALLING
    + """
    {{holds: "final(held[city]) > 0.2", given: "base[city] > 0.3", why: planted}}
"""
)
HELD = (
    FALLING
    + """
    holds: "final(held[city]) > (final(held[city]) | do(rate = 0.05 / week))"
    why: planted
"""
)
OWN = (
    FALLING
    + """
    holds: "final(held[city]) > (final(held[city]) | do(base[city] = 0.4))"
    why: planted
"""
)


def rows() -> list[dict[str, object]]:
    """Cpu seconds from a file to programs, beside those for two members."""
    use_cores(1)
    texts = {
        "trees that claims ask about": TREE_ASKED,
        "trees that are played": TREE_PLAYED,
        "tables that claims ask about": TABLE_ASKED,
        "unknowns": UNKNOWNS,
        "claims given something": GIVEN,
        "claims in which all hold the same": HELD,
        "claims in which each holds its own": OWN,
    }
    return [row for what, text in texts.items() for row in growing(what, text)]
