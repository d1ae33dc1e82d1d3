"""Small cases with every construct of unknowns; the oracle judges each."""

from __future__ import annotations

STILL = """
schelling: 1
title: unknowns of every kind, once a world
sets: {group: [east, west]}
assumptions:
  cost: {prior: "uniform(0.2, 0.8)", why: x}
  noise: {prior: "uniform(0.05, 0.4)", why: x}
  slope: {prior: "uniform(0, 2)", why: x}
  base[group]: {prior: "uniform(0.1, 0.6)", unit: percent, why: x}
variables:
  attack: normal_cdf((cutoff - strength) / noise)
  response: logistic(8 * slope * (level - 0.5))
unknowns:
  strength: {between: [0, 1], where: strength == 1 - cost, why: x}
  cutoff: {between: [-1, 2], where: attack == strength, why: x}
  level: {between: [0, 1], where: level == response, why: x}
  lowest_level: {between: [0, 1], where: lowest_level == logistic(8 * slope * (lowest_level - 0.5)),
    choose: lowest, why: x}
  high_level: {between: [0, 1], where: high_level == logistic(8 * slope * (high_level - 0.5)),
    choose: highest, why: x}
  near_level: {between: [0, 1], where: near_level == logistic(8 * slope * (near_level - 0.5)),
    choose: nearest to 2 * cost - noise, cells: 40, why: x}
  part[group]: {between: [0, 100], unit: percent, why: x,
    where: "part[group] * (1 + slope) == base[group] + 0.5 * sum(base[g] for g in group)"}
  jump: {between: [0, 1], where: (1 if jump > cost else -1) == 0 * slope, why: x}
  pole: {between: [0, 1], where: 1 / (pole - cost) == 0, why: x}
  domain: {between: [0, 1], where: sqrt(domain - cost) == noise, why: x}
  turned: {between: [cost, 0.5], where: turned == 0.5 - 0.1 * slope * (0.5 - cost), why: x}
  upper_end: {between: [0, 1], where: upper_end == 1, why: x}
  infinite: {between: [0, 1], where: logit(infinite) == 20 * cost, why: x}
  alpha: {between: [0, 1], where: alpha == 0.5 * beta_two + 0.1, why: x}
  beta_two: {between: [0, 1], where: beta_two == cost * alpha ** 2 + 0.2, why: x}
  effort: {between: [0, 5], maximizes: slope * effort - cost * effort ** 2, why: x}
  reply: {between: [0, 2], where: reply == max(0, (1 + slope - lead) / 2), why: x}
  lead: {between: [0, 3], maximizes: (1 + slope - lead - reply - cost) * lead, why: x}
  loss: {between: [0 EUR, 3 EUR], minimizes: (loss - 2 EUR * slope) ** 2, why: x}
claims:
  cutoff: {why: x, holds: cutoff > 0.5}
  level: {why: x, holds: level > 0.4}
  low: {why: x, holds: lowest_level > 0.4 and high_level > 0.7}
  near: {why: x, holds: near_level > 0.6}
  parts[group]: {why: x, holds: "part[group] > 0.4 percent"}
  no_jump: {why: x, holds: jump > 0.5 or pole > 0.5}
  domain: {why: x, holds: domain > 0.6}
  turned: {why: x, holds: turned > 0.4}
  ends: {why: x, holds: upper_end >= 1 and infinite > 0.999}
  system: {why: x, holds: alpha > 0.21 and beta_two < 0.23}
  peak: {why: x, holds: effort > 1}
  foreseen: {why: x, holds: lead > 0.9 and reply < 0.6}
  reply_held: {why: x, holds: lead > (lead | do(reply = 0.3))}
  trough: {why: x, holds: loss < 2 EUR}
  held: {why: x, holds: (attack > 0.5 | do(cutoff = 0.4))}
  upstream: {why: x, holds: cutoff > (cutoff | do(strength = 0.4, noise = 0.2))}
  inside: {why: x, holds: (cutoff > 0.5 | do(attack = 0.4))}
  inside_response: {why: x, holds: (level > 0.3 | do(response = 0.4))}
  half: {why: x, holds: (alpha > 0.25 | do(beta_two = 0.5))}
"""

MOVING = """
schelling: 1
title: unknowns that move
time: {start: 2022-03-21, until: 2022-05-02}
assumptions:
  cost: {prior: "uniform(0.2, 0.8)", why: x}
  pace: {prior: 0.02 to 0.3, unit: 1 / week, why: x}
phases: [calm, storm]
stocks:
  anger: {start: first_anger, change: pace * (crowd - anger), within: [0, 1]}
  money: {start: 1, unit: EUR}
variables:
  joined: normal_cdf((crowd - cost) / 0.3)
  late: bound > 0.6
unknowns:
  first_anger: {between: [0, 1], where: first_anger ** 2 == cost / 4, why: x}
  crowd: {between: [0, 1], where: crowd == 0.8 * joined + 0.2 * anger, choose: highest, why: x}
  bound: {between: [0, 0.5 + elapsed / 20 weeks], why: x,
    where: bound == anger * (2 if phase == storm else 1)}
  price: {between: [0 EUR, 4 EUR], maximizes: price * (money + 1 EUR - price) / 1 EUR, why: x}
events:
  break_out: {hazard: crowd / 4 weeks, while: phase == calm, effects: {phase: storm, money: price}}
actors: {red: {}}
games:
  stage:
    played: {every: 2 weeks}
    solve: {precision: 3}
    tree:
      red:
        go: {payoffs: {red: crowd}, effects: {anger: 0.9 * anger}}
        stay: {payoffs: {red: cost}}
claims:
  final: {why: x, holds: final(crowd) > 0.5}
  mean: {why: x, holds: mean(bound) > 0.4}
  late: {why: x, holds: eventually(late)}
  price: {why: x, holds: max(price) > 1 EUR}
  odds: {why: x, holds: "probability(stage, red, go) > 0.5"}
  held: {why: x, holds: (final(anger) | do(crowd = 0.3)) > 0.3}
  inside: {why: x, holds: final(crowd) > final(crowd | do(joined = 0.2))}
"""

REPLIES = """
schelling: 1
title: unknowns that take one another as given
sets: {side: [east, west]}
assumptions:
  cost: {prior: "uniform(0.2, 0.8)", why: x}
variables:
  all_arm: sum(arms[s] for s in side)
unknowns:
  arms[side]: {between: [0, 3], maximizes: "(2 - all_arm - cost * rank(side)) * arms[side]",
    takes_as_given: arms, why: x}
  surprise: {between: [-1, 6], maximizes: cost * (surprise - hoped) - surprise ** 2,
    takes_as_given: hoped, why: x}
  hoped: {between: [-1, 6], where: hoped == surprise, why: x}
claims:
  both: {why: x, holds: "arms[east] > 0.6 and arms[west] > 0.4"}
  held: {why: x, holds: "arms[east] > (arms[east] | do(arms[west] = 0.3))"}
  no_surprise: {why: x, holds: surprise > 0.2 and hoped < 0.3}
  alike: {why: x, holds: "(arms[east] > 0.6) == (cost < 0.3)"}
  apart: {why: x, holds: "(arms[east] > 0.6) != (cost < 0.3)"}
"""

UNKNOWNS = {"unknowns": STILL, "moving_unknowns": MOVING, "replies": REPLIES}
