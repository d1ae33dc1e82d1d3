"""Cases over sets: games, unknowns, and claims that are given something."""

from __future__ import annotations

_SIEGES = """
schelling: 1
title: A game for every town, asked about and played, in which most things are a town's own
time: {start: 2022-03-21, until: 2022-04-18, step: 1 week}
sets: {town: [TOWNS]}
states: {"mood[town]": [calm, alert]}
actors: {red: {}, blue: {}}
assumptions:
  prize[town]: {prior: "uniform(0, 1)", why: x}
  share[town]: {prior: "uniform(-0.02, 1)", why: x}
  cost: {prior: "uniform(0.1, 0.6)", why: x}
  sharp: {prior: "loguniform(1, 9)", why: x}
stocks:
  held[town]: {start: 1, change: "(risk[town] - held[town]) / 20 weeks", within: [0, 1]}
  losses: {start: 0, change: 0}
variables:
  risk[town]: "probability(talks[town], red, push) * 0.9 + 0.1 * pays[town]"
  pays[town]: "payoff(board[town], red, push) if dominates(talks[town], red, push, wait) else 0.2"
  danger[town]: "risk[town] > 0.4"
  most: max(held[c] for c in town)
games:
  siege[town]:
    played: {every: 2 weeks, while: "held[town] > 0.3 or any(danger[c] for c in town if c != town)"}
    solve: {precision: sharp}
    tree:
      red:
        wait: {payoffs: {red: 0.1 * losses, blue: "prize[town]"}}
        attack:
          chance:
            storm:
              probability: share[town]
              payoffs: {red: "-cost", blue: "prize[town]"}
              effects: {"mood[town]": alert}
            calm:
              blue:
                yield:
                  payoffs: {red: "prize[town] * most", blue: 0}
                  effects:
                    "held[town]": "held[town] / 2 + 0.1 * min(held[c] for c in town if c != town)"
                resist:
                  payoffs: {red: "held[town] - cost", blue: "0.5 - cost"}
                  effects: {losses: "losses + held[town]", "held[town]": "0.9 * held[town]"}
  talks[town]:
    solve: {precision: {red: sharp, blue: 2 * sharp}}
    tree:
      red:
        wait: {payoffs: {red: "held[town]", blue: 0.3}}
        push:
          blue:
            agree: {payoffs: {red: "prize[town] + sum(held[c] for c in town) / 9", blue: 0.2}}
            refuse: {payoffs: {red: "-cost", blue: "prize[town] * held[town]"}}
  board[town]:
    solve: {precision: {red: 2, blue: rank(town)}}
    matrix:
      moves: {red: [wait, push], blue: [wait, push]}
      cells:
        wait:
          wait: {payoffs: {red: "prize[town]", blue: 0.5}}
          push: {payoffs: {red: 0.1, blue: 0.7}}
        push:
          wait: {payoffs: {red: 0.8, blue: 0}}
          push: {payoffs: {red: "-cost", blue: "-prize[town]"}}
  private[town]:
    solve: {precision: 3}
    types: {red: {hard: "prize[town] / 2", soft: "1 - prize[town] / 2"}}
    tree:
      red:
        stay: {payoffs: {red: 0.2, blue: 0.4}}
        dare:
          blue:
            fold: {payoffs: {red: 1, blue: 0}}
            fight: {payoffs: {red: "0.5 if type(red) == hard else -1", blue: "prize[town] - cost"}}
claims:
  falls[town]: {why: x, holds: "final(held[town]) < 0.5"}
  fought[town]: {why: x, holds: "probability(siege[town], red, attack) > 0.5"}
  yields[town]: {why: x, given: "final(losses) > 0.5",
    holds: "reached(siege[town], attack.calm.yield) > 0.1 * payoff(siege[town], blue)"}
  cheaper[town]: {why: x, holds: "probability(siege[town], red, attack)
    <= (probability(siege[town], red, attack) | do(cost = 0))"}
  anyone: {why: x, holds: "any(probability(siege[c], red, attack) > 0.8 for c in town)"}
  pushes[town]: {why: x, holds: "mean(probability(talks[town], red, push)) > 0.6"}
  stormed[town]: {why: x, holds: "final(mood[town] == alert)"}
  believes[town]: {why: x, holds: "belief(private[town], dare, red, hard) > 0.3 + cost"}
"""

_RESTED = """
schelling: 1
title: Unknowns over a set, with what depends on them, and claims that are given or hold something
time: {start: 2022-03-21, until: 2022-04-04, step: 1 week}
sets: {town: [TOWNS]}
assumptions:
  base[town]: {prior: "uniform(0.1, 0.6)", why: x}
  pull[town]: {prior: "uniform(0.2, 0.9)", why: x}
  noise: {prior: "uniform(0.05, 0.4)", why: x}
stocks:
  ready[town]: {start: "cutoff[town]", change: "(level[town] - ready[town]) / 3 weeks"}
variables:
  attack[town]: "normal_cdf((cutoff[town] - base[town]) / noise)"
unknowns:
  cutoff[town]: {between: [-1, 2], where: "cutoff[town] == attack[town] * pull[town]",
    choose: lowest, why: x}
  level[town]: {between: [0, 1], choose: nearest to 0.5, cells: 8, why: x,
    where: "level[town] == logistic(
      4 * (level[town] - 1 + base[town] * mean(ready[c] for c in town)))"}
  effort[town]: {between: [0, 2], maximizes: "pull[town] * effort[town] - effort[town] ** 2",
    why: x}
claims:
  high[town]: {why: x, holds: "attack[town] > 0.2", given: "pull[town] > effort[town] + 0.1"}
  readier[town]: {why: x, holds: "final(ready[town]) > (final(ready[town]) | do(noise = 0.2))"}
  after[town]: {why: x, given: "base[previous(town)] > 0.3",
    holds: "mean(ready[town]) > (final(ready[previous(town)]) | do(noise = 0.2))"}
  one: {why: x, holds: "(mean(ready[t1]) | do(cutoff[t1] = 0.4, level[t0] = 0.1)) > 0.2"}
"""


def sieges(members: int) -> str:
    """A case with games over a set of so many towns."""
    return _SIEGES.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


def rested(members: int) -> str:
    """A case with unknowns over a set of so many towns."""
    return _RESTED.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


ARRAYS = {"nine_sieges": sieges(9), "nine_rested": rested(9)}
