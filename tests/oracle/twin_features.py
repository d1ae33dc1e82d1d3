"""Cases over sets in which each member is held on its own, so that each has its own twins."""

from __future__ import annotations

_HELD = """
schelling: 1
title: What each town is held at by itself
time: {start: 2022-03-21, until: 2022-04-18, step: 1 week}
sets: {town: [TOWNS]}
states: {"mood[town]": [calm, alert]}
assumptions:
  base[town]: {prior: "uniform(0.1, 0.9)", why: x}
  rate[town]: {prior: "uniform(0.01, 0.3)", unit: 1 / week, why: x}
  edge: {prior: "uniform(0, 1)", why: x}
stocks:
  held[town]: {start: "strength[town]", change: "-rate[town] * held[town] * stress", within: [0, 1]}
  losses: {start: 0, change: "sum(gap[c] for c in town) / 10 weeks"}
variables:
  strength[town]: "base[town] * (1 + edge) / 2"
  safe[town]: "base[town] > 0.5"
  stress: "1 - mean(held[c] for c in town) / 2"
  gap[town]: "max(0, mean(held[c] for c in town) - held[town]) if safe[town] else 0.01 * stress"
  low[town]: "held[town] < edge or mood[town] == alert"
events:
  alarm[town]: {hazard: "gap[town] / 1 week + 0.1 / week", effects: {"mood[town]": alert}}
  raid[town]: {on: 2022-04-04, while: "low[town]", effects: {"held[town]": "held[town] * 0.9"}}
claims:
  own_rate[town]:
    why: x
    holds: "final(held[town]) < (final(held[town]) | do(rate[town] = 0.02 / week))"
  own_stock[town]:
    why: x
    holds: "(min(gap[town]) | do(held[town] = base[town] * edge)) < mean(gap[town])"
  own_variable[town]:
    why: x
    holds: "(final(losses) | do(strength[town] = edge)) > final(losses) * (0.9 + 0.01 * rank(town))"
  own_number[town]:
    why: x
    holds: "(mean(gap[town] + stress) | do(gap[town] = 0.1 * edge)) < 0.8"
  own_state[town]:
    why: x
    holds: "(eventually(low[town]) | do(mood[town] = alert)) and not eventually(low[town])"
  own_truth[town]:
    why: x
    holds: "(always(low[town]) | do(safe[town] = edge > 0.5)) or safe[town]"
  own_both[town]:
    why: x
    holds: "(first(low[town]) | do(base[town] = 0.5, held[town] = 0.4)) <= (first(low[town]) | do(
      stress = base[town]))"
    given: "base[town] > 0.3"
  whole[town]:
    why: x
    holds: "(final(sum(held[c] * rate[c] * 1 week for c in town)) | do(held[town] = 1)) > edge / 4"
  shocked[town]: {why: x, holds: "(final(stress) | do(stress = base[town])) < edge"}
  in_all: {why: x, holds: "sum((final(losses) | do(held[c] = 0)) for c in town) > 0.5 * size(town)"}
  many:
    why: x
    holds: "share((final(held[c]) | do(rate[c] = 0.1 / week)) > edge / 3 for c in town) > 0.3"
"""


def held(members: int) -> str:
    """Members that are held by themselves: stocks, machines, numbers and truths."""
    return _HELD.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


TWINS = {"nine_twins": held(9)}
