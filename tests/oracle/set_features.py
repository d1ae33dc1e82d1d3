"""Cases over sets: with so many members that what is alike is computed together, and with few."""

from __future__ import annotations

_MANY = """
schelling: 1
title: Towns that are besieged one after another, supply each other and send relief
time: {start: 2022-03-21, until: 2022-04-18}
sets: {town: [TOWNS], side: [red, blue]}
assumptions:
  garrison[town]: {prior: {t0: 1 to 2, others: 2 to 4}, unit: person, why: x}
  fire: {prior: 0.2 to 0.9, unit: person / week, why: x}
  reach: {prior: "beta(2, 2)", why: x}
stocks:
  standing[town]:
    start: garrison[town]
    change: "-fire if all(standing[c] <= 0 person for c in before(town)) else 0"
    within: [0, 10]
    unit: person
  supply[town]:
    start: 1
    change: "(mean_supply - supply[town] + shared[town] / 10) / 2 weeks"
  morale[town]: {start: 0.5 * reach, change: "-morale[town] ** 2 / (2 + rank(town)) / week"}
  alarm: {start: 0, change: "count(supply[c] < 1 for c in town) / 50 weeks"}
variables:
  mean_supply: mean(supply[c] for c in town)
  shared[town]: "sum(supply[c] * (rank(c) - rank(town)) for c in town if c != town) / size(town)"
  steady[town]: "supply[town] > 0.9 and morale[town] > 0.1"
  strength[town]: "(garrison[town] / 1 person) ** 2 + reach"
  largest: max(standing[c] for c in town if standing[c] > 0.1 * min(garrison[d] for d in town))
  open_towns: "any(steady[c] for c in town if supply[c] > 0.5)"
events:
  relief[town]:
    hazard: (0.05 * rank(town) + 0.2 * alarm) / week
    while: standing[town] > 0.2 person
    effects:
      "supply[town]": "supply[town] + 0.5"
      alarm: "alarm + supply[town] / 10"
  revolt[town]: {hazard: "morale[town] / 4 weeks", once: true, effects: {"supply[town]": 0.5}}
  truce: {hazard: "share(steady[c] for c in town) / 9 weeks", effects: {"supply[t1]": 1}}
  levy: {on: 2022-04-05, effects: {"standing[t2]": "standing[t2] + happened(truce) * 1 person"}}
claims:
  in_order[town]: {why: x, holds: "final(standing[town]) >= final(standing[previous(town)])"}
  somebody: {why: x, holds: "eventually(any(standing[c] < 0.5 person and c != t3 for c in town))"}
  all_told: {why: x, holds: "mean(sum(supply[c] * strength[c] for c in town)) > 50"}
  held:
    why: x
    holds: "(final(largest) | do(garrison = 3 person, shared = 0, morale = 0.3)) > 2 person"
  open: {why: x, holds: "always(open_towns)"}
  soonest: {why: x, holds: "min(first(supply[c] < 0.8) for c in town) < 3 weeks"}
"""


def large(members: int) -> str:
    """A case over a set of so many members."""
    return _MANY.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


_HELD = """
schelling: 1
title: Towns of which a twin holds one
time: {start: 2022-03-21, until: 2022-04-18}
sets: {town: [TOWNS], side: [red, blue]}
assumptions:
  fire[town]: {prior: 0.2 to 0.9, unit: 1 / week, why: x}
  gap[town, side]: {prior: "beta(2, 2)", why: x}
stocks:
  standing[town]:
    start: 3 + rank(town)
    change: "-fire[town] * share[town] + sum(standing[c] for c in town if c != town) / 90 weeks"
variables:
  share[town]: standing[town] / (total + gap[town, red])
  total: sum(standing[c] for c in town)
  wide[town]: gap[town, red] > gap[town, blue]
  number_wide: count(wide[c] for c in town)
claims:
  stock: {why: x, holds: "final(total) > (final(total) | do(standing[t1] = 0)) + 3"}
  assumption:
    why: x
    holds: "final(standing[t0]) < (final(standing[t0]) | do(fire[t0] = 0.1 / week))"
  variable: {why: x, holds: "mean(standing[t1]) > (mean(standing[t1]) | do(share[t1] = 0.4))"}
  other:
    why: x
    holds: "final(share[t0]) < (final(share[t0]) | do(standing[t1] = fire[t1] * 3 weeks))"
  of_two: {why: x, holds: "(mean(share[t1]) | do(gap[t1, red] = 0.9, fire = 0.5 / week)) > 0.1"}
  truth:
    why: x
    holds: "number_wide < (number_wide | do(wide[t0] = true))"
  each[town]: {why: x, holds: "(final(total) | do(standing[town] = 1)) > 0.8 * final(total)"}
  several:
    why: x
    holds: "sum((final(total) | do(standing[c] = 1)) for c in town) > size(town) * final(total)"
"""


def held(members: int) -> str:
    """A case over a set of so many members, single ones of which are held."""
    return _HELD.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


_MACHINES = """
schelling: 1
title: Towns in states, with events on days, and what is claimed of each
time: {start: 2022-03-21, until: 2022-05-16}
sets: {town: [TOWNS]}
states:
  mood[town]: [calm, alert, lost]
  gate[town]: [shut, open]
assumptions:
  garrison[town]: {prior: 1 to 4, why: x}
  pace: {prior: 0.1 to 0.6, unit: 1 / week, why: x}
  resolve: {prior: "uniform(0, 1)", why: x}
stocks:
  standing[town]: {start: "garrison[town]", within: [0, 10],
    change: "-pace * standing[town] * (1 if mood[town] == alert else 0.2)"}
  taken: {start: 0, change: 0}
variables:
  alert_share: share(mood[c] == alert for c in town)
  worst[town]: "standing[town] < 1 or mood[town] == lost"
events:
  alarm[town]: {hazard: "pace * (1 + alert_share)", while: "mood[town] == calm",
    effects: {"mood[town]": "alert if resolve > 0.2 else lost", "gate[town]": open}}
  loss[town]: {hazard: "pace / standing[town]", while: "mood[town] == alert", once: true,
    effects: {"mood[town]": lost, taken: taken + rank(town)}}
  fair[town]: {on: 2022-03-28, every: 2 weeks, while: "mood[town] != lost",
    effects: {"standing[town]": "standing[town] * 1.1 + happened(fair[town]) / 50",
              "gate[town]": "open if standing[town] > 2 else shut"}}
  post[town]: {on: 2022-04-11, every: 1 week, once: true, while: "gate[town] == shut",
    effects: {"standing[town]": "standing[town] + 0.3"}}
  chain[town]: {on: 2022-04-18, effects: {"standing[town]":
    "min(standing[c] for c in town if c != town) + 0.1"}}
claims:
  spared[town]: {why: x, holds: "always(mood[town] != lost)"}
  long_calm[town]: {why: x, holds: "duration(mood[town] == calm) > 2 weeks"}
  in_order[town]:
    {why: x, holds: "first(mood[town] == lost) >= first(mood[previous(town)] == lost)"}
  holds_out[town]:
    {why: x, holds: "at(standing[town], 2022-04-18) > 0.9 and not final(worst[town])"}
  first_to_fall: {why: x, holds: "first(worst[t0]) <= min(first(worst[c]) for c in town)"}
  falls_first:
    why: x
    holds: >-
      argmin(first(worst[c]) for c in town) == t1 or argmin(first(worst[c]) for c in town)
      != argmax(last(mood[c] == calm) + 1 week for c in town)
  weakest:
    why: x
    holds: >-
      final(standing[argmin(standing[c] for c in town)]) < 0.9
      or final(gate[argmax(standing[c] for c in town)] == open)
  strongest[town]: {why: x, holds: "argmax(final(standing[c]) for c in town) == town"}
  if_resolute[town]: {why: x, holds: "final(standing[town]) > 1", given: resolve > 0.3}
  held: {why: x, holds: "final(alert_share) <= (final(alert_share) | do(mood = alert))"}
  one_held: {why: x, holds: "final(taken) >= (final(taken) | do(mood[t1] = calm, gate[t2] = shut))"}
  opened[town]: {why: x, holds: "final(gate[town] == open) or final(taken) > 5"}
"""


def machines(members: int) -> str:
    """A case over a set of so many members, each with state machines and dated events."""
    return _MACHINES.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


CROSSED = """
schelling: 1
title: Members that are computed together, crossed with games, unknowns and time
time: {start: 2024-01-01, step: 1 week, until: 2024-01-22}
sets: {s: [m0, m1, m2, m3, m4, m5, m6, m7, m8]}
assumptions:
  a[s]: {prior: 0 to 1, why: x}
  w[s]: {prior: 0 to 0.2, why: x}
  cost: {prior: 1 to 4, why: x}
  p: {prior: 0 to 3, why: x}
actors: {red: {}, blue: {}, u: {}}
variables:
  v[s]: "a[s] + sum(a[i] * value(once, calm, red) for i in s)"
  grown[s]: "a[s] * k[s]"
unknowns:
  q: {between: [-20, 40], where: "q * 3 + sum(grown[i] for i in s) == cost", choose: only, why: x}
stocks:
  k[s]:
    start: "a[s]"
    change: "probability(g, u, l) * sum(w[i] * probability(g, u, r) * k[i] for i in s) / week"
  late[s]: {unit: week, start: "v[s] * 1 week", change: "a[s]"}
games:
  g:
    played: {every: 1 week}
    solve: {as: quantal, precision: 2}
    tree:
      u:
        l: {payoffs: {u: "p - max(k[i] for i in s)"}}
        r: {payoffs: {u: "sum(a[i] for i in s) / 5"}}
  once:
    solve: {precision: 1}
    discount: 0.5
    states:
      calm:
        moves: {red: [stay, push]}
        cells:
          stay: {payoffs: {red: 0.1, blue: 0}}
          push: {payoffs: {red: "cost / 8 + max(a[i] for i in s)", blue: -0.2}}
claims:
  total: {why: x, holds: "final(sum(k[i] for i in s)) > 3"}
  odds: {why: x, holds: "mean(probability(g, u, l)) > 0.5"}
  root: {why: x, holds: "final(q) > 0"}
  held: {why: x, holds: "(final(k[m3]) | do(a = 0.2)) > 1"}
  time: {why: x, holds: "eventually(max(elapsed, late[m0], late[m1], late[m2], late[m3],
    late[m4], late[m5], late[m6]) > 7 weeks)"}
"""

NO_NUMBER = """
schelling: 1
title: Members and agents of which some have no value
time: {start: 2024-01-01, step: 1 week, until: 2024-01-15}
sets: {s: [m0, m1, m2, m3, m4, m5, m6, m7, m8]}
assumptions:
  a[s]: {prior: -0.05 to 1, why: x}
  q: {prior: 0 to 0.3, why: x}
populations:
  village: {size: 20, why: x, traits: {r: "uniform(0, 1)", z: sqrt(r - q / 10)}}
stocks:
  k[s]: {start: "a[s]", change: -0.2 / week}
variables:
  wide[s]: "sqrt(a[s]) > 0.2"
  near[s]: "sqrt(k[s]) < 0.9"
  greatest: max(sqrt(a[i]) for i in s)
  least: min(sqrt(k[i]) for i in s)
  of_agents: max(z[p] for p in village) - min(z[p] for p in village)
claims:
  greatest: {why: x, holds: greatest > 0.9}
  least: {why: x, holds: mean(least) > 0.1}
  all_of_them: {why: x, holds: "all(wide[i] for i in s)"}
  some: {why: x, holds: "any(wide[i] for i in s)"}
  always_some: {why: x, holds: "always(any(near[i] for i in s))"}
  some_always: {why: x, holds: "any(always(near[i]) for i in s)"}
  of_agents: {why: x, holds: final(of_agents) > 0.9}
"""

ASKED_ON_A_DAY = """
schelling: 1
title: Alike events with dates, each of which asks a game that reads what all of them change
time: {start: 2022-03-21, until: 2022-04-18, step: 1 week}
sets: {town: [t0, t1, t2, t3, t4, t5, t6, t7, t8]}
assumptions:
  a: {prior: "uniform(1, 2)", why: x}
actors: {red: {}, blue: {}}
stocks:
  s[town]: {start: a, change: 0}
games:
  asked:
    solve: {precision: 0}
    tree:
      red:
        left: {blue: {top: {payoffs: {red: "sum(s[c] for c in town)", blue: 2}},
                      bottom: {payoffs: {red: "sum(s[c] for c in town)", blue: 8}}}}
        right: {payoffs: {red: 0, blue: 6}}
events:
  grow[town]: {on: 2022-03-28, effects: {"s[town]": "s[town] + payoff(asked, red, left)"}}
  halve[town]:
    on: 2022-04-11
    while: payoff(asked, red, left) > 1000
    effects: {"s[town]": "s[town] / 2"}
claims:
  last: {why: x, holds: "final(s[t8]) > 0"}
  first: {why: x, holds: "final(s[t0]) > 0"}
"""

NO_NUMBER_ON_A_DAY = """
schelling: 1
title: Alike events with dates whose conditions and effects have no value in some worlds
time: {start: 2024-01-01, step: 1 week, until: 2024-01-29}
sets: {s: [m0, m1, m2, m3, m4, m5, m6, m7, m8]}
states:
  mood[s]: [calm, alert, lost]
assumptions:
  a[s]: {prior: "uniform(0, 1)", why: x}
  q: {prior: "uniform(-0.2, 0.2)", why: x}
  r: {prior: "uniform(-0.2, 0.2)", why: x}
  t: {prior: "uniform(-0.2, 0.2)", why: x}
stocks:
  k[s]: {start: "a[s]"}
events:
  asked[s]: {on: 2024-01-08, once: true, while: "sqrt(a[s] - q) > 0.4",
    effects: {"k[s]": "k[s] / 2"}}
  moved[s]: {on: 2024-01-15, while: "k[s] < 0.4", effects: {"k[s]": "sqrt(a[s] - r)"}}
  turned[s]: {on: 2024-01-22,
    effects: {"mood[s]": "lost if sqrt(a[s] - t) > 0.5 else alert"}}
claims:
  kept[s]: {why: x, holds: "final(k[s]) > 0.4"}
  calm[s]: {why: x, holds: "final(mood[s] == lost)"}
  all_told: {why: x, holds: "final(sum(k[i] for i in s)) > 3"}
"""

LARGE_SETS = {
    "no_number_on_a_day": NO_NUMBER_ON_A_DAY,
    "asked_on_a_day": ASKED_ON_A_DAY,
    "large_set": large(17),
    "crossed_sets": CROSSED,
    "no_number": NO_NUMBER,
    "two_machines": machines(3),
    "nine_machines": machines(9),
}
HELD_MEMBERS = {"two_held": held(2), "nine_held": held(9)}
