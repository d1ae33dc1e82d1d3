"""The case that the page on the format shows: a bit of everything the language has."""

from __future__ import annotations

EXAMPLE = """\
schelling: 1
title: A siege
sources:
  letter: {file: letter.txt, author: The commander, dated: 1915-02-11}
passages:
  P1.S1: {source: letter, start: 0, end: 32, says: The garrison holds out.}
time: {start: 1915-02-15, step: 1 week, until: 1915-08-30}
phases: [siege, surrender, relief]
assumptions:
  daily_need: {prior: 40 to 60, unit: tonne / day, why: "Rations of 100,000 people."}
  hazard_of_relief: {prior: 0.01 to 0.05, unit: 1 / week, why: Two of five tries got through.}
  resolve: {prior: "beta(4, 3)", unit: share, from: P1.S1}
  precision: {prior: "loguniform(1, 10)", why: How sharply they choose is not known.}
correlations:
  - {between: [daily_need, resolve], rho: -0.3, why: The hungry give in.}
stocks:
  food:
    start: 3000 tonnes
    change: -daily_need if phase == siege else 0
    within: [0, 1e6]
    unit: tonne
variables:
  hunger: {value: logistic(2 - food / (10 days * daily_need)), unit: share}
events:
  relief_comes: {hazard: hazard_of_relief, while: phase == siege, effects: {phase: relief}}
actors: {besieger: {}, garrison: {says: Who holds the fortress}}
games:
  parley:
    played: {every: 4 weeks, while: phase == siege}
    solve: {as: quantal, precision: precision}
    tree:
      garrison:
        hold: {payoffs: {garrison: resolve - hunger}}
        surrender_it: {payoffs: {garrison: 0}, effects: {phase: surrender}}
claims:
  no_surrender: {from: P1.S1, holds: always(phase != surrender)}
  hunger_decides:
    why: The reading of the chronicle.
    holds: mean(hunger) < 0.5 or final(phase == surrender)
  relief_saves:
    why: The reading of the chronicle.
    holds: final(food) <= final(food | do(hazard_of_relief = 1 / week))
rivals:
  stubborn:
    why: The garrison had nothing to lose.
    assumptions:
      resolve: {prior: "beta(8, 2)", why: Nobody who had surrendered before was spared.}
"""
