"""A small case with every construct of several state machines; the oracle judges it."""

from __future__ import annotations

MACHINES = """
schelling: 1
title: several state machines, some over a set, some with states of one name
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
sets: {side: [red_side, blue_side]}
phases: [calm, war, peace]
states:
  alliance: [calm, alert]
  embargo: [none, partial, full]
  aid: [full, none]
  mood[side]: [none, alert]
actors: {red: {}, blue: {}}
assumptions:
  pace: {prior: "uniform(0, 1)", why: x}
  cost: {prior: "uniform(0, 1)", why: x}
stocks:
  heat: {start: 1 + pace, within: [0, 4],
    change: "(0.4 if embargo != none else -0.1) * (2 if aid == embargo else 1) / week"}
variables:
  grim: cost > 0.6
  on_guard: count(mood[s] == alert for s in side)
  strained: alliance == alert and not (embargo == none)
events:
  alarm: {hazard: pace / 2 weeks, while: alliance == calm,
    effects: {alliance: alert, heat: heat + 1}}
  rest: {hazard: "(1 if embargo == full else 0.2) / week", while: alliance == alert,
    effects: {alliance: calm, embargo: partial if grim else none, phase: peace if grim else phase}}
  tighten: {hazard: 0.5 / week, while: embargo != full,
    effects: {embargo: full if embargo == partial else partial, aid: none if pace > 0.5 else full}}
  "unrest[side]": {hazard: "pace / 3 weeks", while: "mood[side] == none",
    effects: {"mood[side]": alert, alliance: "alert if mood[red_side] == alert else alliance"}}
  unclear: {on: 2022-04-25, effects: {alliance: alert if log(pace - 0.05) < -1 else calm}}
games:
  clash:
    played: {every: 2 weeks, while: phase != war and alliance == alert}
    solve: {precision: 3}
    tree:
      red:
        hold: {payoffs: {red: 0.4, blue: cost}}
        strike: {payoffs: {red: "1 if embargo == none else 0.2", blue: -1},
          effects: {phase: war, embargo: full, "mood[blue_side]": none}}
claims:
  all_calm: {why: x, holds: always(alliance == calm)}
  lasts: {why: x, holds: duration(alliance == alert) > duration(phase == war)}
  counted: {why: x, holds: "count(embargo == full, since=1 week) >= 3"}
  order: {why: x, holds: first(embargo == full) < first(phase == war)}
  last_calm: {why: x, holds: last(alliance == calm) > 4 weeks}
  share: {why: x, holds: mean(aid == none) > 0.4}
  same: {why: x, holds: eventually(aid == embargo)}
  differ: {why: x, holds: always(phase != alliance or aid != embargo)}
  read: {why: x, holds: "mean(on_guard) > 0.7 or eventually(strained)"}
  until: {why: x, holds: "until(embargo == none, strained)"}
  after: {why: x, holds: final(heat) > 2, given: eventually(alliance == alert)}
  held: {why: x, holds: "final(heat) > (final(heat) | do(embargo = none))"}
  held_by: {why: x, holds: "mean(strained) > mean(strained | do(embargo = full if grim else none))"}
  held_all: {why: x, holds: "mean(on_guard | do(mood = alert)) > mean(on_guard)"}
  held_one: {why: x, holds: "first(on_guard > 1) > first((on_guard > 1) | do(pace = 0.9))"}
  held_several: {why: x, holds: "final(heat | do(alliance = alert, phase = war, aid = none)) > 3"}
  each[side]: {why: x, holds: "first(mood[side] == alert) < 5 weeks"}
premises:
  never_full: {why: x, grants: always(embargo != full)}
"""

STATES = {"state machines": MACHINES}
