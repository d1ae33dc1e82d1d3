"""Cases with populations whose agents act one at a time or in pairs, with every kind of rule."""

from __future__ import annotations

TURNS = """
schelling: 1
title: A town that talks, an assembly that votes and walkers who look around
time: {start: 2024-01-01, step: 1 week, until: 2024-02-05}
assumptions:
  reach: {prior: "uniform(0.1, 0.5)", why: planted}
  odds: {prior: "uniform(0.05, 0.9)", why: planted}
stocks:
  heat: {start: 0.1, change: "(up - heat) / 2 weeks"}
variables:
  warmth: mean(opinion[t] for t in town)
  spread: max(opinion[t] for t in town) - min(opinion[t] for t in town)
  reds: share(side[t] == red for t in town)
  up: share(on[w] for w in walkers)
populations:
  town:
    size: 8
    why: planted
    acts: pair
    turns: 13
    traits:
      stubborn: bernoulli(odds)
      weight: uniform(0.1, 0.5)
    states:
      opinion:
        start: uniform(0, 1)
        next: >-
          opinion if stubborn or abs(opinion[met] - opinion) > reach else
          opinion + weight * (opinion[met] - opinion) + 0.01 * reds + normal(0, 0.01)
        within: [0, 1]
      side:
        one_of: [red, blue]
        start: "red if bernoulli(0.4) else blue"
        next: side[met] if my_turn else side
      drawn: {start: 0, next: "drawn + (1 if my_turn and not stubborn[met] else heat)"}
      luck: {start: 0, next: "uniform(0, 1) if bernoulli(odds) else number[met] + luck"}
      before: {start: opinion, next: opinion}
      firm_met: {start: 0, next: "firm_met + (swayed[met] - swayed if firm[met] else 0.01)"}
    variables:
      firm: not stubborn and swayed < 0.25
      swayed: opinion * weight + 0.01 * warmth
  assembly:
    size: 6
    why: planted
    acts: pair
    along: benches
    ties:
      benches: {network: random, degree: 1}
    states:
      told: {start: "number == 1", next: "told or told[met] and bernoulli(0.8)"}
  walkers:
    size: 9
    why: planted
    acts: one
    groups: {place: {north: odds, south: rest}}
    ties:
      near: {network: lattice, rows: 3, sight: von_neumann, torus: false}
      far: {network: random, degree: 1}
    states:
      on:
        start: bernoulli(odds)
        next: >-
          (share(on[o] and place[o] == place for o in near if number[o] != 5) > heat or
          any(on[o] for o in far) and uniform(0, 1) < 0.5 or all(on[o] for o in far)) and up < 0.95
      mood:
        start: uniform(0, 1)
        next: >-
          0.5 * mood + 0.1 * max(mood[o] - mood for o in near) + 0.2 * min(mood[o] for o in near)
          + 0.1 * (mean(mood[o] for o in far) if any(true for o in far) else mood)
          + 0.01 * count(on[o] for o in near) + 0.01 * sum(mood[o] * odds for o in far)
          + 0.01 * sum(bright[o] - bright for o in near if shines[o] or shines)
    variables:
      bright: 2 * mood + heat
      shines: bright > 0.6 + up
claims:
  near_each_other: {why: planted, holds: final(spread) < 0.5}
  red: {why: planted, holds: final(reds) > 0.5}
  told_all: {why: planted, holds: "final(share(told[a] for a in assembly)) > 0.6"}
  warm: {why: planted, holds: final(heat) > 0.3}
  moods: {why: planted, holds: "final(mean(mood[w] for w in walkers)) > 0.4"}
  drawn_often: {why: planted, holds: "final(sum(drawn[t] + luck[t] for t in town)) > 30"}
  firm: {why: planted, holds: "final(sum(firm_met[t] for t in town if firm[t])) > 0"}
  bright: {why: planted, holds: "final(share(shines[w] for w in walkers)) > 0.5"}
  remembers: {why: planted, holds: "final(mean(before[t] for t in town)) > 0.5"}
  odds_decide:
    why: planted
    holds: "final(warmth) > (final(warmth) | do(odds = 0.1))"
"""

FAILING_TURNS = """
schelling: 1
title: Pairs of whom some have no number
time: {start: 2024-01-01, step: 1 week, until: 2024-01-29}
assumptions: {level: {prior: "uniform(-0.5, 1)", why: planted}}
populations:
  drinkers:
    size: 5
    why: planted
    acts: pair
    turns: 2
    traits: {taste: "uniform(0, 1)"}
    states:
      glasses: {start: 1, next: "sqrt(level + 0.9 * taste[met])"}
      merry: {start: "true", next: "sqrt(level + 0.9 * taste) > 0.3"}
  sitters:
    size: 4
    why: planted
    acts: one
    turns: 1
    ties: {mates: {network: random, degree: 1}}
    states:
      calm: {start: 1, next: "mean(calm[o] for o in mates)"}
claims:
  drunk: {why: planted, holds: "final(mean(glasses[d] for d in drinkers)) > 0.8"}
  glad: {why: planted, holds: "final(all(merry[d] for d in drinkers))"}
  quiet: {why: planted, holds: "final(mean(calm[s] for s in sitters)) > 0.5"}
"""

ACTING = {"turns": TURNS, "failing_turns": FAILING_TURNS}
