"""Small cases that together use every construct of the language; the oracle judges each."""

from __future__ import annotations

from oracle.array_features import ARRAYS
from oracle.game_features import GAMES
from oracle.jump_features import JUMPING
from oracle.population_features import POPULATIONS
from oracle.set_features import HELD_MEMBERS, LARGE_SETS
from oracle.state_features import STATES
from oracle.turn_features import ACTING
from oracle.twin_features import TWINS
from oracle.unknown_features import UNKNOWNS

CONFLICT = """
schelling: 1
title: everything that can happen in time
time: {start: 2022-03-21, until: 2022-06-27, substeps: 2}
assumptions:
  kin: {prior: beta(11, 89), unit: share, why: x}
  pace: {prior: 0.02 to 0.3, unit: 1 / week, why: x}
  cost: {prior: 0.1 to 0.6, within: [0, 1], why: x}
  precision: {prior: loguniform(0.5, 20), why: x}
  alarm: {prior: uniform(0, 1), why: x}
stocks:
  support: {start: 0.58, within: [0, 1], change: "pace * (0.9 - support) * (0.5 if tense else 1.5)"}
  arms: {start: 3 * cost, change: "(1 - arms) / 1 month + 0.1 * sin(elapsed / 1 week) / week"}
  strain: {start: 0, within: [0, 0.3]}
phases: [war, raid, wider, peace]
variables:
  twice: 2 * cost
  grim: cost > 0.4
  exposure: kin * support + 0.1
  tense: exposure > 0.15 or phase == raid
  mood: support if phase == war else (exposure if grim else -arms)
events:
  thaw: {hazard: 0.2 * exposure / week, while: phase != peace and not grim, once: true,
    effects: {phase: peace, support: support + 0.05, strain: strain + support}}
  shock: {on: 2022-04-13, effects: {support: 0.5 * support, arms: arms + support}}
  relapse: {hazard: alarm / 4 weeks, while: phase == peace, effects: {phase: war if grim else raid}}
  early: {on: 2022-03-21, while: tense, once: true, effects: {strain: 0.1}}
actors: {red: {}, blue: {}, green: {}}
games:
  stage:
    played: {every: 3 weeks, while: phase != wider}
    solve: {precision: {red: precision * (1 + arms), blue: 2 * precision}}
    tree:
      red:
        hold: {payoffs: {red: 0, blue: 0.1, green: arms}}
        strike:
          payoffs: {red: -cost}
          effects: {strain: strain + 0.1}
          chance:
            seen:
              probability: alarm
              payoffs: {blue: -support}
              effects: {arms: arms + strain}
              blue:
                ignore: {payoffs: {red: 0.8, blue: -cost}, effects: {phase: raid}}
                respond:
                  payoffs: {red: -arms, blue: -0.3}
                  effects: {phase: wider, arms: 2 * arms}
            unseen: {payoffs: {red: 0.5, blue: -0.2}, effects: {support: support + strain}}
        talk:
          blue:
            ignore: {payoffs: {red: -0.1, blue: 0}}
            respond:
              red:
                hold: {payoffs: {red: 0.2, blue: 0.2}, effects: {phase: peace}}
                strike: {payoffs: {red: 0.3 - cost, blue: -support}, effects: {support: 1.5}}
  once_only:
    played: {on: 2022-05-02}
    solve: {precision: 3}
    tree:
      green:
        help: {payoffs: {green: support}, effects: {support: support + 0.1, phase: war}}
        wait: {payoffs: {green: cost}}
claims:
  always: {why: x, holds: always(support > 0.2)}
  eventually: {why: x, holds: eventually(phase == wider)}
  until: {why: x, holds: "until(phase != wider, support < 0.5)"}
  until_fixed: {why: x, holds: "until(true, phase == peace) or until(not grim, exposure > 0.17)"}
  final: {why: x, holds: final(arms) < mean(arms) and final(phase == war)}
  first: {why: x, holds: first(phase == raid) < first(support < 0.5)}
  first_or_never: {why: x, holds: "first(phase == wider) >= 90 weeks"}
  first_date: {why: x, holds: "first(tense, since=2 weeks) <= 2022-04-20"}
  first_moved: {why: x, holds: "4 weeks + first(tense) != (first(tense | do(tense = grim)))"}
  first_lost: {why: x, holds: "first(tense) < first(grim) + 1 week / (0 if grim else 1)"}
  first_unsound: {why: x, holds: first(log(support - 0.5) < -2) > 1 week}
  soonest: {why: x, holds: "min(first(tense), first(grim), 3 weeks) < max(last(tense), 1 week)"}
  latest: {why: x, holds: "max(first(phase == wider), first(arms > 90)) == first(arms > 91)"}
  soonest_unsound: {why: x, holds: "min(first(log(support - 0.5) < -2), first(tense)) > 1 week"}
  neither: {why: x, holds: first(arms > 900) <= first(arms > 901) - 1 week}
  last: {why: x, holds: last(phase == war) > last(tense) - 2 weeks}
  last_now: {why: x, holds: "eventually(now > last(phase == raid, until=6 weeks))"}
  either_time: {why: x, holds: "(first(tense) if grim else last(tense)) == first(tense)"}
  count: {why: x, holds: "count(tense, since=2 weeks, until=7 weeks) == 3 or count(grim) > 3"}
  duration: {why: x, holds: "duration(phase == war, since=1 week) > duration(phase == raid)"}
  rises: {why: x, holds: rises(support)}
  falls: {why: x, holds: "falls(arms, since=3 weeks, until=2022-05-16)"}
  extremes: {why: x, holds: max(arms) - min(arms) > cost}
  share: {why: x, holds: mean(phase == war) >= 0.25}
  at_date: {why: x, holds: "at(support, 2022-05-03) > at(support, 4 weeks)"}
  at_truth: {why: x, holds: "at(tense, 2 weeks) or at(phase == raid, 3 weeks)"}
  window: {why: x, holds: "mean(support, since=2022-04-10, until=2022-05-16) > 0.5"}
  one_step: {why: x, holds: "always(tense, since=5 weeks, until=5 weeks)"}
  one_step_until: {why: x, holds: "until(tense, grim, since=5 weeks, until=5 weeks)"}
  first_step: {why: x, holds: "max(mood, until=0 weeks) > 0.4"}
  last_step: {why: x, holds: "min(mood, since=2022-06-27) > 0.4"}
  nested: {why: x, holds: "always(support > min(support, until=4 weeks) - 0.05)"}
  deeper: {why: x, holds: "eventually(always(support > 0.4, since=6 weeks) and phase == raid)"}
  nested_window: {why: x, holds: "mean(max(arms, since=2 weeks) - arms, until=3 weeks) > 0.5"}
  dated: {why: x, holds: "always(support > 0.3 or now < 2022-04-20)"}
  odds: {why: x, holds: "probability(stage, red, strike) > 0.3"}
  odds_below: {why: x, holds: "probability(stage, blue, ignore) > 0.5"}
  odds_over_time: {why: x, holds: "max(probability(stage, red, strike)) > 0.4"}
  odds_window: {why: x, holds: "mean(probability(stage, blue, respond), since=3 weeks) > 0.4"}
  worth: {why: x, holds: "payoff(stage, red) > payoff(stage, red, hold)"}
  worth_other: {why: x, holds: "min(payoff(stage, blue, ignore)) > -0.4"}
  worth_third: {why: x, holds: "final(payoff(stage, green)) > 0.2"}
  place: {why: x, holds: "probability(stage, strike.seen.ignore) > reached(stage, strike.seen)"}
  place_worth: {why: x, holds: "payoff(stage, red, talk.respond) > payoff(stage, red, talk)"}
  place_chance: {why: x, holds: "max(probability(stage, strike.unseen)) > 0.5"}
  place_end: {why: x, holds: "mean(payoff(stage, green, strike.seen.respond)) > 0.1"}
  later_game: {why: x, holds: "probability(once_only, green, help) > 0.5"}
  dominant: {why: x, holds: "dominates(stage, red, hold, strike)"}
  dominant_always: {why: x, holds: "always(dominates(stage, blue, ignore, respond))"}
  choice: {why: x, holds: "(final(arms) > 1) if grim else always(phase != peace)"}
  do_assumption: {why: x, holds: mean(support) > mean(support | do(pace = 0.5))}
  do_expression: {why: x, holds: final(arms) > final(arms | do(cost = cost / 2))}
  do_fixed: {why: x, holds: eventually((twice > 1 | do(twice = 3)) or phase == raid)}
  do_truth: {why: x, holds: "mean(support | do(grim = false)) >= mean(support | do(grim = true))"}
  do_moving: {why: x, holds: final(support) > final(support | do(exposure = 0.4))}
  do_read: {why: x, holds: "mean(exposure + mood | do(exposure = 0.4)) > mean(exposure + mood)"}
  do_moving_truth: {why: x, holds: "final(support | do(tense = false)) > 0.7"}
  do_read_truth: {why: x, holds: "always(not (tense | do(tense = false))) and final(tense)"}
  do_stock: {why: x, holds: "mean((phase == raid) | do(arms = 0.2)) > mean(phase == raid)"}
  do_outside: {why: x, holds: "max(support | do(support = 2)) == 2"}
  do_phase: {why: x, holds: "mean(mood | do(phase = raid)) > mean(mood)"}
  do_several:
    why: x
    holds: always(support > (support | do(phase = war, arms = 0, cost = 0.9)))
  do_game:
    why: x
    holds: probability(stage, red, strike) > (probability(stage, red, strike) | do(arms = 5))
  do_whole: {why: x, holds: "(max(support) | do(alarm = 1)) > max(support, until=2 weeks)"}
"""

FUNCTIONS = """
schelling: 1
title: every function of the language
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  x: {prior: uniform(-2, 3), why: x}
  y: {prior: normal(0, 2), why: x}
  p: {prior: logitnormal(0.4, 1.5), why: x}
  sd: {prior: uniform(0.02, 0.6), why: x}
stocks:
  s: {start: x, change: (y - s) / 5 weeks}
variables:
  v_abs: abs(s) + abs(-x)
  v_min: min(s, y, 1) + min(x, y)
  v_max: max(s, y, 0) + max(x, y)
  v_clip: clip(s, -0.5, 0.5) + clip(x, p, 0)
  v_exp: exp(-s)
  v_log: log(s ** 2 + 1)
  v_sqrt: sqrt(abs(s)) + sqrt(p)
  v_sin: sin(s * elapsed / 1 week)
  v_cos: cos(s)
  v_tanh: tanh(s - x)
  v_logistic: logistic(4 * s) + logistic(-700)
  v_logit: logit(p) + logit(logistic(s))
  v_normal: normal_cdf(s) - normal_cdf(-9)
  v_angle: atan(9 * s) + atan(p)
  v_inverse: atanh(tanh(s)) + normal_ppf(p) + normal_ppf(normal_cdf(s)) + atanh(2 * p - 1)
  v_gamma: lgamma(s ** 2 + 0.1) + lgamma(p) + lgamma(40 * p)
  v_steps: floor(9 * s) + ceil(9 * x) * round(7 * s) + round(-2.5) + sign(s - x) + sign(0)
  v_domain: lgamma(s - 1) + normal_ppf(s + 0.3) + atanh(2 * s)
  v_fixed_share: threshold_share(p, sd)
  v_share: threshold_share(0.25 + 0.02 * s, sd)
  v_sums: s + x - y + 1
  v_product: -s * x / (1 + y ** 2)
  v_power: s ** 2 + abs(s) ** 0.5 + s ** 3 + abs(x) ** y + 2 ** s + s ** 1 + s ** -2 * s ** 2
  v_if: 1 if s > 0 and x > 0 else (2 if s <= 0 or not y >= 0 else 3)
claims:
  equal: {why: x, holds: x == x and x != y and not x != x}
  equal_to_rounding: {why: x, holds: always(s + 0.1 + 0.2 == s + 0.3)}
  sum: {why: x, holds: final(v_abs + v_min + v_max + v_clip + v_exp + v_log + v_sqrt) > 3}
  waves: {why: x, holds: mean(v_sin + v_cos + v_tanh + v_logistic + v_logit + v_normal) > 1}
  shares: {why: x, holds: max(v_share) > v_fixed_share}
  rest: {why: x, holds: eventually(v_sums < v_product) or max(v_power) < 5 or min(v_if) >= 2}
  inverses: {why: x, holds: mean(v_inverse) > mean(v_gamma)}
  steps: {why: x, holds: max(v_steps) > 3 or final(v_steps) == -1}
  outside: {why: x, holds: mean(v_domain) > 0}
"""

STILL = """
schelling: 1
title: games and claims without time
assumptions:
  cost: {prior: 0.1 to 0.6, why: x}
  gain: {prior: normal(0.3, 0.3), why: x}
  odds: {prior: beta(2, 2), why: x}
  precision: {prior: loguniform(0.1, 300), why: x}
variables:
  net: gain - cost
  pays: net > 0
actors: {red: {}, blue: {}, green: {}}
games:
  g:
    solve: {precision: precision}
    tree:
      red:
        stay: {payoffs: {red: 0, blue: 0}}
        go:
          payoffs: {red: -cost, green: 1}
          chance:
            calm:
              probability: odds
              blue:
                yield_: {payoffs: {red: gain, blue: -0.1}}
                fight: {payoffs: {red: -gain, blue: -cost}}
            wild:
              probability: 1 - odds
              blue:
                yield_: {payoffs: {red: 1, blue: -1}}
                fight: {payoffs: {red: 0, blue: net}}
        wait:
          chance:
            calm: {probability: odds, payoffs: {red: gain, blue: 0}}
            wild: {probability: 1 - odds, payoffs: {red: -gain, blue: 0}}
            never: {payoffs: {red: 1000, blue: 0}}
  far:
    solve: {precision: 2000 * precision}
    tree:
      red:
        stay: {payoffs: {red: 0, blue: 0}}
        go:
          payoffs: {red: -2}
          blue:
            yield_: {payoffs: {blue: cost / 2000}}
            fight:
              payoffs: {blue: 0}
              red: {stay: {payoffs: {red: gain}}, go: {payoffs: {red: cost}}}
claims:
  hardly_reached: {why: x, holds: "probability(far, blue, yield_) > 0.5"}
  worth_there: {why: x, holds: "payoff(far, blue, fight) > -1 and payoff(far, red, go) < 0.2"}
  plain: {why: x, holds: net > 0 or not pays}
  branch: {why: x, holds: gain > 0.2 if pays else cost > 0.3}
  odds: {why: x, holds: "probability(g, red, go) > 0.3"}
  several_moves: {why: x, holds: "probability(g, blue, fight) > 0.5"}
  worth: {why: x, holds: "payoff(g, red) > 0 and payoff(g, blue, yield_) < -0.3"}
  unpaid: {why: x, holds: "payoff(g, green) > 0.3"}
  dominant: {why: x, holds: "dominates(g, red, go, stay)"}
  over_moves: {why: x, holds: "dominates(g, blue, yield_, fight)"}
  with_chance: {why: x, holds: "dominates(g, red, wait, stay)"}
  twin: {why: x, holds: "payoff(g, red) > (payoff(g, red) | do(odds = 0.5, gain = 2 * gain))"}
  twin_truth: {why: x, holds: "pays or (pays | do(net = 1)) and not (pays | do(pays = false))"}
"""

FAILING = """
schelling: 1
title: whatever can go wrong with numbers
time: {start: 2022-03-21, until: 2022-05-02}
assumptions:
  a: {prior: "normal(0, 1)", why: x}
  b: {prior: "choice([0, 1, 2])", why: x}
  c: {prior: "choice([-1, 0, 1])", why: x}
phases: [one, two]
stocks:
  s: {start: 1, change: "-1 / 2 weeks"}
  t: {start: 0}
variables:
  frozen: log(a)
  moving: log(s)
  ratio: a / b
  dubious: log(s) > a
  known: 1 if log(s) > -3 else 0
events:
  negative: {hazard: (a + 1) / 9 weeks, while: c == 1, effects: {t: t + 1}}
  endless: {hazard: 1 / (b * 1 week), while: c == -1 and b < 2, effects: {phase: two}}
  unclear: {on: 2022-04-11, while: c == 0 and log(a + 1) < 0, effects: {phase: two}}
  labels: {on: 2022-04-18, effects: {phase: two if sqrt(a + 1) > 0.9 else one}}
actors: {red: {}}
games:
  wild:
    played: {on: 2022-04-04, while: c < 1}
    solve: {precision: 2 + 3 * a}
    tree:
      red:
        left: {payoffs: {red: 1}, effects: {t: t + 2}}
        right:
          payoffs: {red: 0}
          chance:
            up: {probability: 0.5 + a / 2, payoffs: {red: 1}}
            down: {payoffs: {red: sqrt(s)}}
  huge:
    played: {on: 2022-04-25, while: c == 1}
    solve: {precision: 1e200 if a > 0 else 1}
    tree:
      red:
        left: {payoffs: {red: -1 / b}, effects: {t: t + 3}}
        right: {payoffs: {red: 1e200 if b == 2 else 1}}
  sharp:
    solve: {precision: exp(400 * a)}
    tree:
      red: {left: {payoffs: {red: 1}}, right: {payoffs: {red: exp(300 * a)}}}
claims:
  nan_at_some_step: {why: x, holds: always(moving < 5)}
  nan_within_or: {why: x, holds: eventually(moving > -9 or s > -3)}
  nan_in_fixed: {why: x, holds: frozen < 9}
  guarded: {why: x, holds: (frozen if a > 0 else 0) < 9}
  infinite: {why: x, holds: ratio > 1}
  infinite_equal: {why: x, holds: ratio == 2 * ratio}
  mean_of_nan: {why: x, holds: mean(moving) > 0}
  share_of_nan: {why: x, holds: mean(dubious) > 0.5}
  extremes: {why: x, holds: max(moving) > -1 and min(moving) < 9}
  until_nan: {why: x, holds: "until(s > -9, moving < -0.5)"}
  before_nan: {why: x, holds: "max(moving, until=1 week) > -1"}
  silent: {why: x, holds: mean(known) > 0.5}
  odds: {why: x, holds: "probability(wild, red, left) > 0.5"}
  sharp: {why: x, holds: "probability(sharp, red, left) > 0.5"}
  dominant: {why: x, holds: "dominates(wild, red, left, right)"}
  twin: {why: x, holds: "final(t | do(a = 0.5, c = 1)) >= 0 and final(t) >= 0"}
  phase: {why: x, holds: final(phase == two)}
  unknown_phase: {why: x, holds: final(phase != (two if log(a) > 0 else one))}
"""

DAYS = """
schelling: 1
title: days, dates and units
time: {start: 2022-03-21, until: 2022-04-25, step: 1 day, substeps: 2, method: euler}
assumptions:
  inflow: {prior: 2 to 9, unit: EUR / month, why: x}
  toll: {prior: uniform(1, 30), unit: percent, why: x}
  delay: {prior: 3 to 12, unit: days, why: x}
  bonus: {prior: -1 to 3, unit: EUR, why: x}
stocks:
  chest: {start: 4, unit: EUR, within: [0, 9], change: inflow - toll * chest / 1 month}
  worry: {start: 50, unit: percent, within: [0, 80], change: 12 percent / week}
variables:
  late: {value: elapsed - delay, unit: days}
  pot: {value: chest * 2, unit: EUR}
events:
  spend: {hazard: 1 / delay, while: chest > 3 EUR, effects: {chest: chest - 2 EUR, worry: 10}}
  grant: {on: 2022-04-02, effects: {chest: 5}}
claims:
  rich: {why: x, holds: final(chest) > 4 EUR}
  calm: {why: x, holds: max(worry) < 80 percent}
  dates: {why: x, holds: "always(chest > 1 EUR or now <= 2022-04-01 or now - 2022-04-01 > delay)"}
  late: {why: x, holds: "at(late, 2022-04-20) > 2 weeks"}
  mean: {why: x, holds: "mean(pot, since=2022-04-01, until=20 days) > 8 EUR"}
  held: {why: x, holds: "final(chest | do(toll = 5, worry = 20)) > final(chest)"}
  bonus: {why: x, holds: final(chest) + bonus > 5 EUR}
"""

LUCK_ONLY = """
schelling: 1
title: no assumptions and no stocks
time: {start: 2022-03-21, until: 2022-05-30}
phases: [war, peace]
variables:
  pace: 0.1
  quick: pace > 0.05
events:
  end: {hazard: pace / week, while: quick, effects: {phase: peace}}
  again: {hazard: 0.2 / week, while: phase == peace, once: true, effects: {phase: war}}
claims:
  ends: {why: x, holds: eventually(phase == peace)}
  faster: {why: x, holds: "mean(phase == peace) < mean((phase == peace) | do(pace = 0.5))"}
  never: {why: x, holds: "always((phase == war) | do(quick = false))"}
  settled: {why: x, holds: "until(phase == war, true)"}
"""

NOTHING_ASKED = """
schelling: 1
title: a course of events and no claim
time: {start: 2022-03-21, until: 2022-04-25}
assumptions:
  a: {prior: uniform(0, 1), why: x}
stocks:
  s: {start: a, change: 0.1 * s / week}
"""

TINY = """
schelling: 1
title: as little as possible of everything
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  a: {prior: 0.1 to 0.9, why: x}
  b: {prior: uniform(0, 2), why: x}
phases: [war, peace]
stocks:
  s: {start: a, change: "(sin(b) - s) * exp(-s) / 3 weeks"}
events:
  e: {hazard: s / 3 weeks, effects: {phase: peace, s: s / 2}}
variables:
  crowd: threshold_share(b / 4, 0.05 + 0.1 * a)
  wave: threshold_share(0.3, 0.1 + 0.05 * s)
actors: {red: {}}
games:
  g:
    played: {every: 2 weeks}
    solve: {precision: 1 + b}
    tree: {red: {up: {payoffs: {red: s}, effects: {s: s + 0.1}}, down: {payoffs: {red: a}}}}
claims:
  high: {why: x, holds: mean(s) > 0.6}
  settled: {why: x, holds: mean(wave) > crowd}
  odds: {why: x, holds: "probability(g, red, up) > b / 3"}
  peace: {why: x, holds: eventually(phase == peace)}
  same: {why: x, holds: "final(s) - (final(s) | do(a = a, b = 0 + b)) == 0"}
  none_other: {why: x, holds: "max(abs(s - (s | do(a = a)))) == 0"}
  twin: {why: x, holds: mean(s) > mean(s | do(b = 1))}
"""

AT_ONCE = """
schelling: 1
title: tables, and best responses
time: {start: 2022-03-21, until: 2022-05-16}
assumptions:
  cost: {prior: 0.5 to 6, why: x}
  sharp: {prior: loguniform(0.5, 8), why: x}
  grudge: {prior: uniform(-1, 1), why: x}
stocks:
  heat: {start: 0.1, within: [0, 2], change: 0.05 / week}
phases: [calm, war]
actors: {red: {}, blue: {}, green: {}}
games:
  brink:
    played: {every: 3 weeks, while: phase == calm}
    solve: {as: quantal, precision: {red: sharp * (1 + heat), blue: 2}}
    matrix:
      moves: {blue: [swerve, straight], red: [swerve, straight, wait]}
      cells:
        swerve:
          swerve: {payoffs: {red: 0, blue: 0, green: heat}, effects: {heat: 0.5 * heat}}
          straight: {payoffs: {red: 1 + heat, blue: -0.5}}
          wait: {payoffs: {red: grudge, blue: 0.2}, effects: {heat: heat + cost / 20}}
        straight:
          swerve: {payoffs: {red: -0.5, blue: 1}, effects: {heat: heat + 0.1}}
          straight: {payoffs: {red: -cost, blue: -3}, effects: {phase: war, heat: 2 * heat}}
          wait: {payoffs: {red: -0.2, blue: heat}}
  three:
    solve: {precision: sharp}
    matrix:
      moves: {red: [a, b], blue: [a, b], green: [a, b]}
      cells:
        a:
          a: {a: {payoffs: {red: 1, blue: 1, green: 1}},
              b: {payoffs: {red: 0, blue: grudge, green: 0}}}
          b: {a: {payoffs: {red: grudge, blue: 0, green: 0}},
              b: {payoffs: {red: 0, blue: 1, green: 1}}}
        b:
          a: {a: {payoffs: {red: 0, blue: 0, green: grudge}},
              b: {payoffs: {red: 1, blue: 0, green: 1}}}
          b: {a: {payoffs: {red: 1, blue: 1, green: 0}},
              b: {payoffs: {red: -cost, blue: 0.5, green: 0.5}}}
  audit:
    played: {on: 2022-04-18}
    solve: {as: nash}
    matrix:
      moves: {red: [cheat, keep], blue: [look, trust]}
      cells:
        cheat:
          look: {payoffs: {red: -cost, blue: 1}, effects: {heat: heat + 0.2}}
          trust: {payoffs: {red: 1, blue: grudge}}
        keep:
          look: {payoffs: {red: 0, blue: -0.3}}
          trust: {payoffs: {red: 0, blue: 0.5}, effects: {heat: 0}}
  ladder:
    played: {every: 3 weeks}
    solve: {as: spe}
    tree:
      green:
        rest: {payoffs: {green: 0, blue: 0}}
        rise:
          payoffs: {green: grudge}
          effects: {heat: heat + 0.05}
          blue:
            fight: {payoffs: {green: -1, blue: heat - grudge}}
            fold: {payoffs: {green: 1, blue: 0.1}}
claims:
  lasts: {why: x, holds: always(phase == calm)}
  odds: {why: x, holds: "probability(brink, red, wait) > 0.3"}
  cell: {why: x, holds: "mean(reached(brink, straight.straight)) > 0.2"}
  cell_worth: {why: x, holds: "payoff(brink, green, swerve, swerve) > probability(brink, straight)"}
  corner: {why: x, holds: "reached(three, a.a.b) > reached(three, b)"}
  later: {why: x, holds: "mean(probability(brink, blue, straight), since=7 weeks) > 0.5"}
  worth: {why: x, holds: "payoff(brink, red, straight) > payoff(brink, red)"}
  column: {why: x, holds: "payoff(brink, blue, swerve) > payoff(brink, green)"}
  beats: {why: x, holds: "dominates(brink, red, wait, straight)"}
  beats_column: {why: x, holds: "dominates(brink, blue, swerve, straight)"}
  triple: {why: x, holds: "probability(three, green, a) > probability(three, red, a)"}
  triple_worth: {why: x, holds: "payoff(three, blue) > 0.5"}
  triple_beats: {why: x, holds: "dominates(three, red, a, b)"}
  cheats: {why: x, holds: "probability(audit, red, cheat) > 0.5"}
  audit_worth: {why: x, holds: "payoff(audit, blue, look) < 0.4"}
  rises: {why: x, holds: "probability(ladder, green, rise) > 0.5"}
  fights: {why: x, holds: "payoff(ladder, blue, fight) > payoff(ladder, blue, fold)"}
  cheap: {why: x, holds: "final(heat) > final(heat | do(cost = 6, sharp = 8))"}
  twin: {why: x, holds: "probability(brink, red, wait) > (probability(brink, red, wait)
    | do(grudge = 1))"}
"""

PRIVATE = """
schelling: 1
title: types, moves that somebody does not see, beliefs
time: {start: 2022-03-21, until: 2022-04-11}
assumptions:
  p_hard: {prior: uniform(-0.02, 1.3), why: x}
  sharp: {prior: loguniform(0.5, 6), why: x}
  cost: {prior: uniform(0, 1), why: x}
stocks:
  heat: {start: 0.1, within: [0, 2], change: 0.05 / week}
phases: [calm, war]
actors: {red: {}, blue: {}, green: {}}
games:
  crisis:
    played: {every: 2 weeks, while: phase == calm}
    solve: {precision: {red: sharp, blue: 2 + heat}}
    types:
      red: {hard: p_hard, soft: 1 - p_hard}
      blue: {firm: 0.2 if type(red) == hard else 0.7, lax: 0.8 if type(red) == hard else 0.3}
    tree:
      red:
        wait: {payoffs: {red: 0.6, blue: 1, green: heat}}
        bluster: {hidden: blue, payoffs: {red: 0.1}, blue: {
          concede: {payoffs: {red: 0.9, blue: 0.3}}, defy: {payoffs: {red: -heat, blue: cost}}}}
        demand:
          hidden: blue
          effects: {heat: heat + (0.2 if type(red) == hard else 0.1)}
          blue:
            concede: {payoffs: {red: 1, blue: 0.3, green: 0}}
            defy:
              payoffs: {blue: 0.1 if type(blue) == firm and type(red) != hard else 0}
              red:
                back: {payoffs: {red: 0.2, blue: 0.8, green: 0}}
                fight:
                  payoffs:
                    red: 0.4 - heat if type(red) == hard else -cost
                    blue: 0.5 if type(blue) == firm else 0
                    green: 1
                  effects: {phase: war}
claims:
  lasts: {why: x, holds: always(phase == calm)}
  heated: {why: x, holds: final(heat) > 0.5}
  demands: {why: x, holds: "probability(crisis, red, demand) > 0.5"}
  bluffs: {why: x, holds: "probability(crisis, demand, type=soft) > probability(crisis, red,
    demand, type=hard)"}
  fights: {why: x, holds: "reached(crisis, demand.defy.fight) > 0.1"}
  worth: {why: x, holds: "payoff(crisis, red, type=hard) > payoff(crisis, red)"}
  worth_there: {why: x, holds: "payoff(crisis, green, demand.defy) > payoff(crisis, blue,
    demand.defy, type=firm)"}
  own_action: {why: x, holds: "payoff(crisis, blue, defy, type=lax) > payoff(crisis, blue, defy)"}
  believes: {why: x, holds: "belief(crisis, demand, red, hard) > p_hard"}
  believes_later: {why: x, holds: "belief(crisis, demand.defy, blue, firm) > 0.5"}
  later: {why: x, holds: "final(belief(crisis, demand, red, hard)) > 0.5"}
  stands: {why: x, holds: "belief(crisis, demand) > belief(crisis, bluster)"}
  stands_alone: {why: x, holds: "belief(crisis, demand.defy) == 1"}
  concedes: {why: x, holds: "probability(crisis, blue, concede) > probability(crisis,
    bluster.concede, type=firm)"}
"""

RIVALS = """
schelling: 1
title: a game with states, and what hangs on it
time: {start: 2022-03-21, until: 2022-05-16}
assumptions:
  sharp: {prior: loguniform(0.3, 3), why: x}
  patience: {prior: uniform(0.3, 0.9), why: x}
  slip: {prior: uniform(0.1, 0.6), why: x}
  cost: {prior: uniform(1, 4), why: x}
  odd: {prior: "choice([0.5, 1.5], [0.9, 0.1])", why: x}
variables: {settling: 0.5 * slip}
stocks:
  fear: {start: "probability(rivalry, calm, red, press)", within: [0, 2],
    change: "(value(rivalry, calm, blue) - value(rivalry, crisis, blue)) / 100 weeks"}
phases: [calm, war]
actors: {red: {}, blue: {}, green: {}}
events:
  spark: {hazard: "probability(rivalry, crisis, blue, press) / 4 weeks", effects: {phase: war},
    while: "dominates(rivalry, calm, blue, press, hold) or fear > 0.2"}
games:
  rivalry:
    solve: {precision: sharp}
    discount: patience
    states:
      calm:
        moves: {blue: [hold, press], red: [hold, press, wait]}
        cells:
          hold:
            hold: {payoffs: {red: 2, blue: 2, green: 1}, next: {crisis: 0.1}}
            press: {payoffs: {red: 3, blue: 0}, next: {crisis: slip}}
            wait: {payoffs: {red: 1, blue: cost}}
          press:
            hold: {payoffs: {red: 0, blue: 3}, next: {crisis: slip, calm: 1 - slip}}
            press: {payoffs: {red: 1, blue: 1}, next: {crisis: 0.7, over: settling}}
            wait: {payoffs: {red: 0.5, blue: cost / 2}, next: {crisis: slip, over: 0.1}}
      crisis:
        moves: {blue: [press, hold, flee]}
        cells:
          press: {payoffs: {red: -cost, blue: -1}, next: {over: 0.5}}
          hold: {payoffs: {red: 1, blue: 0}, next: {calm: 0.6}}
          flee: {payoffs: {red: 2, blue: -2}, next: {calm: 1}}
      over:
        moves: {blue: [rest]}
        cells: {rest: {payoffs: {red: 0, blue: 0, green: 0.1}}}
  broken:
    solve: {precision: 1}
    discount: odd
    states:
      only:
        moves: {red: [a, b]}
        cells: {a: {payoffs: {red: 1}}, b: {payoffs: {red: cost}}}
  chain:
    solve: {precision: sharp}
    discount: patience
    states:
      up: {moves: {red: [go]}, cells: {go: {payoffs: {red: cost}, next: {down: slip}}}}
      down: {moves: {red: [go]}, cells: {go: {payoffs: {red: 0}, next: {up: 0.2}}}}
  enter:
    played: {every: 2 weeks, while: phase == calm}
    solve: {precision: sharp}
    tree:
      red:
        stay: {payoffs: {red: "value(rivalry, calm, red) + fear"}}
        move: {payoffs: {red: "payoff(rivalry, crisis, red)"}, effects: {fear: fear / 2}}
claims:
  calm_is_better: {why: x, holds: "value(rivalry, calm, red) > value(rivalry, crisis, red)"}
  green: {why: x, holds: "value(rivalry, over, green) < payoff(rivalry, calm, green)"}
  presses: {why: x, holds: "probability(rivalry, calm, red, press) > 0.4"}
  waits: {why: x, holds: "payoff(rivalry, calm, red, wait) > payoff(rivalry, calm, red)"}
  beats: {why: x, holds: "dominates(rivalry, calm, red, press, hold)"}
  beats_alone: {why: x, holds: "dominates(rivalry, crisis, blue, hold, press)"}
  stays: {why: x, holds: "probability(enter, red, stay) > 0.5"}
  fear_grows: {why: x, holds: final(fear) > at(fear, 2 weeks)}
  lasts: {why: x, holds: always(phase == calm)}
  chained: {why: x, holds: "value(chain, up, red) > 2 * value(chain, down, red)"}
  at_most: {why: x, holds: "value(broken, only, red) < 4"}
  patient: {why: x, holds: "value(rivalry, calm, red) >
    (value(rivalry, calm, red) | do(patience = 0.5, slip = 0.2))"}
  patient_fear: {why: x, holds: "final(fear) > final(fear | do(patience = 0.5, slip = 0.2))"}
"""

SETS = """
schelling: 1
title: cities in an order, sides in a table
time: {start: 2022-03-21, until: 2022-05-16}
sets: {city: [mariupol, kharkiv, kyiv], side: [red, blue]}
assumptions:
  garrison[city]: {prior: {mariupol: 1 to 2, others: 2 to 4}, why: x}
  fire: {prior: 0.2 to 0.9, unit: 1 / week, why: x}
  resolve[side]: {prior: "beta(2, 2)", per: world, why: x}
stocks:
  standing[city]:
    start: garrison[city]
    change: "-fire if all(standing[c] <= 0 for c in before(city)) else 0"
    within: [0, 10]
  mood[side]: {start: 0.5, change: "(resolve[side] - mean(mood[s] for s in side)) / 4 weeks"}
phases: [siege, over]
variables:
  load[city]: "0 if rank(city) == 1 else load[previous(city)] + standing[city] / size(city)"
  pull[c in city, s in side]: standing[c] * mood[s] - (1 if s == red else 0)
  largest: max(standing[c] for c in city if standing[c] > 0.1 * min(garrison[d] for d in city))
  fallen: count(standing[c] < 0.5 for c in city if c != kyiv)
events:
  relief[city]:
    hazard: 0.1 * rank(city) / week
    while: standing[city] > 0
    effects: {"standing[city]": "standing[city] + 0.5", "mood[red]": "mood[red] - 0.1"}
  truce: {hazard: "share(standing[c] < 1 for c in city) / 3 weeks", once: true,
    effects: {phase: over}}
actors: {red_side: {}, blue_side: {}}
games:
  sortie[city]:
    played: {every: 4 weeks, while: "standing[city] > 0.5"}
    solve: {precision: 4}
    tree:
      blue_side:
        hold: {payoffs: {blue_side: 0, red_side: 0}}
        sally:
          payoffs: {blue_side: "standing[city] - 1", red_side: "-standing[city]"}
          effects: {"standing[city]": "0.5 * standing[city]"}
claims:
  in_order[city]: {why: x, holds: "final(standing[city]) >= final(standing[previous(city)])"}
  somebody: {why: x, holds: "eventually(any(standing[c] < 0.5 and c != kyiv for c in city))"}
  pulled: {why: x, holds: "mean(sum(pull[c, s] for c in city for s in side if s != blue)) > 1"}
  held: {why: x, holds: "(final(largest) | do(garrison = 3, standing = 1)) > 0.9"}
  sallies[city]: {why: x, holds: "mean(load[city]) > 0.4 or fire > 0.5 / week"}
  fallen_one: {why: x, holds: final(fallen) > 0}
  fall_together:
    why: x
    holds: "max(first(standing[c] < 0.5) for c in city if c != kyiv) <=
      min(first(standing[c] < 0.5) for c in city) + 2 weeks"
"""

GIVEN = """
schelling: 1
title: claims under conditions
time: {start: 2030-01-07, until: 2030-03-18}
phases: [calm, crisis]
assumptions:
  x: {prior: uniform(-1, 1), why: x}
  rate: {prior: 0.06, unit: 1 / week, why: x}
stocks:
  s: {start: x, change: 0.1 / week}
events:
  go: {hazard: rate, once: true, while: phase == calm, effects: {phase: crisis}}
actors: {p: {}}
games:
  g:
    played: {every: 1 week, while: phase == crisis}
    solve: {precision: 1}
    tree: {p: {l: {payoffs: {p: s}}, r: {payoffs: {p: 0.5}}}}
claims:
  plain: {why: x, holds: final(s) > 1, given: x > 0}
  luck: {why: x, holds: x > 0, given: eventually(phase == crisis)}
  failing: {why: x, holds: final(s) > 1, given: sqrt(x) > 0.5}
  failing_body: {why: x, holds: sqrt(x) > 0.5, given: x > -0.5}
  twin: {why: x, holds: always(phase == calm) | do(rate = 0), given: eventually(phase == crisis)}
  twin_given: {why: x, holds: final(s) > 1, given: max(s) > 1 | do(x = -x)}
  game: {why: x, holds: "probability(g, p, l) > 0.5", given: final(s) > 0.9}
  by_game: {why: x, holds: final(s) > 1, given: "probability(g, p, l) > 0.5"}
  parts: {why: x, holds: final(s) > 1 and x < 0.5, given: x > 0 or eventually(late)}
premises:
  ahead: {why: x, grants: x > 0}
  lost: {why: x, grants: sqrt(x) > 0.5}
  played: {why: x, grants: "probability(g, p, l) > 0.5"}
  other_run: {why: x, grants: always(phase == calm) | do(rate = 0.2)}
variables:
  late: elapsed > 100 weeks
"""

INPUTS = """
schelling: 1
title: the calendar, inputs over time, curves
time: {start: 2023-11-27, step: 10 days, until: 2024-06-30, substeps: 3}
assumptions:
  landing: {prior: uniform(0, 30), unit: week, why: x}
  stay: {prior: uniform(-2, 9), unit: week, why: x}
  peak: {prior: uniform(0.5, 2), why: x}
stocks:
  s: {start: 0, change: (winter + supply - 0.3 * s) / 5 weeks}
variables:
  winter: 1 if month_of_year >= 12 or month_of_year <= 2 else 0
  today: day_of_year + month_of_year / 100
  supply: "interpolate(now, [[2023-12-05, 0.1], [2024-02-01, peak], [2024-02-29, -0.5]])"
  push: pulse(landing, stay) + pulse(2024-01-10, 12 days) * s
  rising: ramp(landing, landing + stay) + ramp(2023-12-01, 2024-03-01) - step(landing)
  answer: "interpolate(s, [[-1, 2], [0, s], [0.5, 0.2], [3, log(peak - 1)]])"
  again: step(2024-01-31) * interpolate(peak, [[0, 0 EUR], [3, 4 EUR]]) / 1 EUR
claims:
  a: {why: x, holds: final(s) > mean(supply)}
  b: {why: x, holds: mean(push) > mean(rising)}
  c: {why: x, holds: "max(today) > 300 and at(today, 2024-02-29) == 60.02"}
  d: {why: x, holds: mean(answer) > mean(again)}
  e: {why: x, holds: "eventually(month_of_year == 2 and push > 0.5, since=2024-02-25)"}
  f: {why: x, holds: final(s) > (final(s) | do(winter = 0))}
"""

REGULAR = """
schelling: 1
title: what happens again and again
time: {start: 2023-12-11, step: 10 days, until: 2024-06-30, substeps: 2}
phases: [calm, tense]
assumptions:
  swing: {prior: uniform(-1, 1), why: x}
stocks:
  s: {start: 0, change: (swing - 0.3 * s) / 5 weeks}
  bills: {start: 0, within: [0, 40]}
events:
  payday: {on: 2023-10-31, every: 1 month, effects: {s: s + 0.1}}
  bill: {on: 2023-12-10, every: 3 days, while: bills < 30 or phase == tense,
    effects: {bills: bills + 1 + s, phase: tense if s > 0.4 else calm}}
  vote: {on: 2020-03-05, every: year, effects: {s: 2 * s + bills / 100}}
  first_only: {on: 2024-01-05, every: 4 days, once: true, while: swing > 0, effects: {s: -s}}
actors: {p: {}}
games:
  g:
    played: {on: 2023-01-31, every: 2 months}
    solve: {precision: 2}
    tree: {p: {l: {payoffs: {p: s}, effects: {bills: bills - 1}}, r: {payoffs: {p: 0.5}}}}
claims:
  a: {why: x, holds: final(s) > 0}
  b: {why: x, holds: final(bills) > 30}
  c: {why: x, holds: "probability(g, p, l) > 0.5"}
"""

LAGS = """
schelling: 1
title: numbers that lag behind others
time: {start: 2022-03-21, until: 2022-07-18, substeps: 2}
sets: {city: [a, b]}
assumptions:
  lag: {prior: uniform(-1, 9), unit: week, why: x}
  x: {prior: uniform(0, 1), why: x}
stocks:
  s: {start: 0, change: "(1 - smooth(s, 4 weeks)) / 6 weeks"}
  t[city]: {start: 2 + x, change: "(x - smooth(t[city], 6 weeks, order=2)) / 9 weeks"}
phases: [calm, tense]
variables:
  v: s + x
  drawn: smooth(v / (1 + x), lag)
  twice: smooth(smooth(v, 5 weeks, order=3), 5 weeks) + smooth(v, 5 weeks)
  d: delay(2 + v, 4 weeks + 1 week * v, order=3) + smooth(x, 2 weeks)
  mood: 1 if phase == tense else 0
events:
  go: {hazard: 0.3 * smooth(mood, 3 weeks) / week + 0.1 / week, once: true,
    effects: {phase: tense, s: s + smooth(s, 4 weeks)}}
claims:
  a: {why: x, holds: final(drawn) > mean(d)}
  b: {why: x, holds: "final(smooth(v, 4 weeks)) > (final(smooth(v, 4 weeks)) | do(s = 1))"}
  c: {why: x, holds: final(d) > (final(d) | do(v = 1)) - final(twice)}
  e: {why: x, holds: mean(smooth(mood, 9 weeks)) > 0.5, given: "final(t[a]) > 1"}
  f: {why: x, holds: mean(d) > (mean(d) | do(phase = tense, x = 0.5))}
"""

FEATURES = {
    "lags": LAGS,
    "inputs": INPUTS,
    "regular": REGULAR,
    "given": GIVEN,
    "conflict": CONFLICT,
    "functions": FUNCTIONS,
    "still": STILL,
    "failing": FAILING,
    "days": DAYS,
    "luck_only": LUCK_ONLY,
    "nothing_asked": NOTHING_ASKED,
    "at_once": AT_ONCE,
    "private": PRIVATE,
    "rivals": RIVALS,
    "sets": SETS,
    **LARGE_SETS,
    **HELD_MEMBERS,
    **ARRAYS,
    **TWINS,
    **STATES,
    **UNKNOWNS,
    **POPULATIONS,
    **ACTING,
    **GAMES,
    **JUMPING,
}
