"""Cases with populations that between them use every rule an agent can have."""

from __future__ import annotations

CROWD = """
schelling: 1
title: A crowd and the world around it
time: {start: 2024-01-01, step: 1 week, until: 2024-02-19, substeps: 2}
phases: [calm, riot]
sets: {side: [south, north, west]}
assumptions:
  toll[side]: {prior: "uniform(0, 0.3)", why: planted}
  spread: {prior: "uniform(0, 0.4)", why: planted}
  level: {prior: "uniform(0.05, 0.6)", why: planted}
  pull: {prior: "uniform(0.1, 1.2)", why: planted}
stocks:
  anger: {start: level, change: "(protest - 0.3 * anger) / 1 week", within: [0, 3]}
  news: {start: 1, change: "-0.1 * news / 1 week"}
variables:
  protest: share(active[c] for c in citizens)
  loud: protest > 0.3
  price: 0.2 + 0.5 * protest
  priced_out: count(income[c] < price for c in citizens if not active[c])
  gap: max(opinion[c] for c in citizens) - min(opinion[c] for c in citizens)
  heat: 1 + sum(grievance[c] for c in citizens) / 1000 EUR
  heated_ones: share(heated[c] for c in citizens if angry[c] or poor[c])
  hopes:
    value: >-
      mean(opinion[c] * news for c in citizens if income[c] > 0.5) if any(income[c] > 0.5
      for c in citizens) else 0
populations:
  citizens:
    size: 9
    why: planted
    ties:
      peers: {network: random, degree: 3}
      ring: {network: small_world, degree: 2, rewire: 0.3}
      grid: {network: lattice, rows: 3, sight: von_neumann, torus: false}
      neighbours: {network: blocks, by: region, within: 1.4, between: 1}
      kin: {network: table, table: kin.csv, one: from, other: to}
      idols: {network: table, table: kin.csv, one: from, other: to, mutual: false}
    groups:
      media: {state: 0.5, mixed: level / 2, other: rest}
      region: {north: 0.3, south: 0.7}
    traits:
      threshold: normal(level, spread)
      income: uniform(0, 1)
      poor: income < 0.4
      debt: {value: "lognormal(100 EUR, 0.4)", unit: EUR}
      patience: exponential(2)
      place: triangular(0, 0.3, 1)
      reach: loguniform(0.5, 20)
      view: logitnormal(0.3, 0.8)
      skill: truncnormal(0.2, 0.3, 0, 1)
      born: bernoulli(level)
      steady: view + 0.1 * level
    states:
      opinion:
        start: clip(view + normal(0, 0.1), 0, 1)
        next: >-
          opinion + pull * (mean(opinion[o] for o in citizens if abs(opinion[o] -
          opinion) < 0.3) - opinion) * skill + 0.1 * (steady - view) + normal(0, 0.02)
        within: [0, 1]
      active:
        start: bernoulli(0.3)
        next: >-
          (protest + 0.1 * anger > threshold or count(active[o] and poor for o in
          citizens) > 5) and uniform(0, 1) < 0.9
      owed:
        start: debt / 2
        unit: EUR
        next: "owed * (0.9 if loud else 1.05) if phase == calm or born else debt"
      mood:
        one_of: [ignorant, spreader, stifler]
        start: "spreader if uniform(0, 1) < 0.3 else ignorant"
        next: >-
          (spreader if any(mood[o] == spreader and media[o] == media for o in citizens) else mood)
          if mood == ignorant else stifler if region == north and phase == calm else mood
      hope:
        start: mean(number[o] for o in grid) / 9
        next: >-
          (mean(hope[o] for o in peers) if any(true for o in peers) else hope)
          + 0.01 * max(opinion[o] - opinion for o in ring)
          - 0.01 * min(income[o] * level for o in grid if active[o] or not active)
          if all(media[o] != media or mood[o] == mood for o in grid)
          and any(active[o] for o in grid) else
          share(active[o] and born for o in peers) + 0.1 * count(lonely[o] for o in ring)
          + 0.01 * sum(hope[o] for o in ring if view[o] > view)
      nearest: {start: number / 9, next: "max(number[o] for o in citizens if number[o] < number)
        if number > 1 else nearest"}
      told:
        start: sum(number[o] for o in idols)
        next: >-
          told + sum(income[o] for o in kin) - max(income[o] - income for o in neighbours if
          region[o] != region or active[o] or not active) * count(media[o] == media for o in idols)
          if any(true for o in neighbours) else told
      lonely: {start: "poor", next: "all(income[o] >= income for o in citizens) or lonely"}
      seen:
        start: 0
        next: >-
          sum(reach[o] for o in citizens if reach[o] < reach) + share(active[o] or
          lonely for o in citizens)
      far:
        start: "place + patience"
        next: "max(view[o] - view for o in citizens) - min(place[o] * steady for o in citizens)"
      hot:
        start: "false"
        next: heated and not hot or count(heated[o] for o in ring) > 1 or sum(grievance[o] for o in
          citizens if pressure[o] < pressure) > 90 EUR * heat
    variables:
      heated: angry and pressure >= 0.1 * heat
      grievance: {value: owed * threshold, unit: EUR}
      angry: grievance > 20 EUR or loud
      pressure: share(active[o] or angry[o] for o in peers) + 0.1 * protest + toll[region]
events:
  riot_breaks_out:
    hazard: "protest / 3 weeks"
    while: phase == calm
    effects: {phase: riot, anger: anger + 1}
claims:
  heard:
    why: planted
    holds: >-
      final(share(mood[c] != ignorant for c in citizens if media[c] != state)) > 0.5
  stays: {why: planted, holds: "final(protest) > 0.3"}
  apart: {why: planted, holds: "final(gap) > 0.5"}
  owes: {why: planted, holds: "final(sum(owed[c] for c in citizens)) > 500 EUR"}
  drives:
    why: planted
    holds: >-
      final(mean(opinion[c] for c in citizens)) > (final(mean(opinion[c] for c in citizens))
      | do(level = 0.1))
  rich_first:
    why: planted
    holds: "always(any(active[c] and income[c] > level for c in citizens))"
  whole:
    why: planted
    holds: >-
      eventually(all(active[c] for c in citizens if income[c] > 0.8)) or final(mean(seen[c]
      + far[c] for c in citizens)) > 20
  hopeful:
    why: planted
    holds: >-
      mean(hopes) > 0.3 and final(mean(hope[c] for c in citizens)) > 0.4 and final(priced_out) < 4
  hot:
    why: planted
    holds: >-
      final(count(hot[c] for c in citizens)) > 3 and mean(heated_ones) > 0.2
      and final(mean(pressure[c] for c in citizens if hot[c] or angry[c] or not angry[c])) > 0.3
  hearsay: {why: planted, holds: "final(sum(told[c] for c in citizens if region[c] == south)) > 30"}
"""

FAILING = """
schelling: 1
title: A crowd of which some have no number
time: {start: 2024-01-01, step: 1 week, until: 2024-01-29}
assumptions:
  level: {prior: "uniform(-0.5, 1)", why: planted}
populations:
  drinkers:
    size: 5
    why: planted
    traits: {taste: "uniform(0, 1)"}
    ties: {mates: {network: random, degree: 2}}
    states:
      merry: {start: "true", next: "any(sqrt(level + 0.65 - taste[o]) > 0.3 for o in mates)"}
      glasses: {start: 1, next: "sqrt(level + 0.4 * taste) * glasses"}
      here: {start: bernoulli(0.3 + level), next: here}
      few: {start: 0, next: "count(true for o in mates if sqrt(taste[o] + 0.3 - level) > 0.3)"}
      full: {start: "true", next: "thirst > 0.1 or happy"}
    variables:
      thirst: sqrt(level + 0.3 - 0.2 * taste)
      happy: sqrt(level + 0.45) > 0.2
      choosy: sqrt(taste - 0.2) > 0.3
variables:
  richest: max(glasses[d] for d in drinkers if taste[d] > 2)
  thirsty: mean(thirst[d] for d in drinkers)
  glad: any(happy[d] for d in drinkers if here[d])
  some: any(sqrt(level + 0.8 - taste[d]) > 0.2 for d in drinkers)
claims:
  nobody_s: {why: planted, holds: final(richest) < 1}
  sober: {why: planted, holds: final(some) or eventually(level > 0)}
  glad: {why: planted, holds: "final(glad) or mean(thirsty) > 0.3"}
  full: {why: planted, holds: "final(mean(glasses[d] for d in drinkers if here[d])) > 0.2"}
  choosy: {why: planted, holds: "final(share(not choosy[d] for d in drinkers)) > 0.3"}
  few: {why: planted, holds: "final(mean(few[d] for d in drinkers)) > 1"}
"""

MEAN_FIELD = """
schelling: 1
title: Few who stand for many
time: {start: 2024-01-01, step: 1 week, until: 2024-02-05}
assumptions:
  spread: {prior: "uniform(0, 0.4)", why: planted}
  level: {prior: "uniform(0.05, 0.6)", why: planted}
stocks:
  anger: {start: level, change: "(protest - 0.3 * anger) / 1 week", within: [0, 3]}
variables:
  protest: share(active[c] for c in citizens)
  wealth: sum(income[c] for c in citizens if media[c] == state)
  opinion_of_actives: "mean(opinion[c] for c in citizens if active[c]) if protest > 0 else 0"
populations:
  citizens:
    size: 90
    fidelity: mean_field
    representatives: 8
    why: planted
    ties:
      peers: {network: random, degree: 3}
      ring: {network: small_world, degree: 4, rewire: 0.3}
      grid: {network: lattice, rows: 9}
    groups:
      media: {state: 0.5, mixed: level / 2, other: rest}
    traits:
      threshold: normal(level, spread)
      income: {value: "lognormal(100 EUR, 0.4)", unit: EUR}
      wave: interpolate(number, [[1, 0], [90, 1]])
    states:
      active:
        start: bernoulli(0.3)
        next: >-
          share(active[o] for o in peers) + 0.1 * anger > threshold or
          any(active[o] for o in ring if media[o] == media)
          and all(income[o] > 70 EUR for o in peers)
      opinion:
        start: uniform(0, 1)
        next: >-
          opinion + 0.2 * (mean(opinion[o] for o in ring) - opinion) + normal(0, 0.02)
          + 0.01 * count(active[o] for o in peers) - 0.001 * sum(opinion[o] - wave for o in grid)
          + 0.001 * count(wave[o] > wave for o in citizens if active)
      early:
        start: share(opinion[o] > 0.5 for o in grid)
        next: >-
          0.5 * early if all(active[o] or opinion[o] > 0.1 for o in peers if media[o] == media)
          else early + (0.01 if astray and share(astray[o] for o in ring) > 0.1 else 0)
    variables:
      aside: abs(opinion - mean(opinion[o] for o in ring))
      astray: aside > 0.1 + 0.001 * count(opinion[o] > opinion for o in citizens)
claims:
  astray: {why: planted, holds: "final(count(astray[c] for c in citizens)) > 30"}
  riot: {why: planted, holds: final(protest) > 0.4}
  rich: {why: planted, holds: final(wealth) > 5000 EUR}
  calm: {why: planted, holds: "final(mean(early[c] for c in citizens)) < mean(opinion_of_actives)"}
  drives: {why: planted, holds: "final(protest) > (final(protest) | do(level = 0.1))"}
"""

CONTACTS = """
schelling: 1
title: Whom one meets
time: {start: 2024-01-01, step: 1 week, until: 2024-02-05}
assumptions:
  level: {prior: "uniform(0.05, 0.6)", why: planted}
  odds: {prior: "uniform(0.2, 0.9)", why: planted}
variables:
  ill_ones: share(ill[v] for v in visitors)
  mood_of_few: mean(mood[f] for f in few)
  sold: share(buys[s] for s in shoppers)
populations:
  visitors:
    size: 11
    why: planted
    groups: {region: {north: 0.3, south: rest, west: 0.2}}
    ties:
      met: {network: contacts, degree: 2.6}
      seldom: {network: contacts, degree: 0.3}
      near: {network: contacts, by: region, within: 1, between: 1.5}
      everybody: {network: contacts, degree: 10}
    states:
      ill: {start: bernoulli(level), next: "ill or any(ill[o] for o in met) and bernoulli(odds)"}
      spirit:
        start: uniform(0, 1)
        next: >-
          spirit + 0.1 * (mean(spirit[o] - spirit for o in met)
          + odds * min(spirit[o] for o in near)
          - max(spirit[o] for o in near if region[o] != region or ill[o] or not ill[o]))
          + normal(0, 0.01)
          if any(true for o in near if region[o] != region) else spirit
      tally:
        start: number / 11
        next: >-
          tally + count(true for o in met) + sum(number[o] for o in seldom) / 11
          + 0.1 * share(region[o] == region for o in near) + sum(number[o] for o in everybody)
          + (1 if all(ill[o] for o in met if number[o] > number) else 0)
  few:
    size: 70
    why: planted
    fidelity: mean_field
    representatives: 8
    ties:
      seen: {network: contacts, degree: 3.4}
      known: {network: random, degree: 3}
    states:
      bad:
        start: bernoulli(level)
        next: count(bad[o] for o in seen) >= 2 or bad and bernoulli(odds)
      mood:
        start: uniform(0, 1)
        next: >-
          mood + 0.2 * (mean(mood[o] for o in seen) - mood) + 0.1 * share(bad[o] for o in known)
          - 0.01 * max(mood[o] * mood for o in seen)
  shoppers:
    size: 9
    why: planted
    acts: one
    turns: 14
    groups: {quarter: {old: 0.5, new: rest}}
    ties:
      passing: {network: contacts, degree: 2.5}
      about: {network: contacts, by: quarter, within: 1.2, between: 0.7}
      friends: {network: random, degree: 1}
    states:
      buys:
        start: bernoulli(level)
        next: >-
          (any(buys[o] for o in passing if quarter[o] == quarter) or share(buys[o] for o in about)
          > 0.6) and bernoulli(odds) or any(buys[o] for o in friends)
      spent:
        start: 0
        next: >-
          spent + sum(number[o] + keen[o] for o in passing if fond[o] or not fond) + keen
          + 0.1 * count(quarter[o] == quarter for o in about)
    variables:
      keen: number / 9 + (0.2 if buys else 0) + 0.001 * spent + sold
      fond: keen > 0.7
claims:
  fond: {why: planted, holds: "final(share(fond[s] for s in shoppers)) > 0.5"}
  ill: {why: planted, holds: final(ill_ones) > 0.6}
  spirited: {why: planted, holds: "final(mean(spirit[v] for v in visitors)) > 0.5"}
  counted: {why: planted, holds: "final(sum(tally[v] for v in visitors)) > 4000"}
  moody: {why: planted, holds: final(mood_of_few) > 0.5}
  bad: {why: planted, holds: "final(share(bad[f] for f in few)) > 0.5"}
  sold: {why: planted, holds: final(sold) > 0.4}
  spent: {why: planted, holds: "final(sum(spent[s] for s in shoppers)) > 800"}
  spreads: {why: planted, holds: "final(ill_ones) > (final(ill_ones) | do(odds = 0.1))"}
"""

NOISE = """
schelling: 1
title: Numbers drawn anew at every step, and what remembers them
time: {start: 2022-01-03, step: 1 week, until: 2022-04-04, method: euler}
assumptions:
  sd: {prior: 0.5 to 2, why: planted}
populations:
  luck:
    size: 1
    why: planted
    states:
      shock: {start: "normal(0, 1)", next: "normal(0, 1)"}
      gust: {start: "uniform(0, 1)", next: "uniform(0, sd)"}
stocks:
  level: {start: 10, change: noise / 1 week}
variables:
  noise: sd * mean(shock[a] for a in luck)
  calm: smooth(noise, 3 weeks)
  late: delay(mean(gust[a] for a in luck) + level, 2 weeks, order=2)
  windy: smooth(1 if any(gust[a] > 0.5 for a in luck) else 0, 4 weeks)
claims:
  rises: {why: planted, holds: final(level) > 10}
  calms: {why: planted, holds: max(calm) < 1}
  late: {why: planted, holds: final(late) > 10}
  windy: {why: planted, holds: mean(windy) > 0.5}
  louder: {why: planted, holds: "final(level) > (final(level) | do(sd = 0.1))"}
"""

KIN = "from,to,since\n1,9,1990\n9,3,1991\n4,3,2001\n2,5,1968\n"
"""The table of ties beside them."""

POPULATIONS = {
    "crowd": CROWD,
    "failing_crowd": FAILING,
    "mean_field": MEAN_FIELD,
    "contacts": CONTACTS,
    "noise": NOISE,
}
