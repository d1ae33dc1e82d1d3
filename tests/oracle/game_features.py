"""Cases for the oracle in which definitions ask about games, and games follow one another."""

from __future__ import annotations

ASKED = """
schelling: 1
title: games that definitions ask about, and that follow one another
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
assumptions:
  cost: {prior: 0.1 to 0.6, why: x}
  precision: {prior: loguniform(0.5, 5), why: x}
actors: {red: {}, blue: {}}
stocks:
  force: {start: 1, change: "-0.1 * strike * force / week"}
  fear: {start: fixed_worth, change: "(threat - fear) / 4 weeks"}
variables:
  threat: probability(later, red, hit)
  strike: probability(crisis, red, strike)
  pays: payoff(crisis, red, strike.answer) > cost
  calm_worth: value(rivalry, calm, red) - value(rivalry, calm, blue)
  fixed_worth: value(once, calm, red) + probability(settled, blue, a)
events:
  shock:
    hazard: reached(crisis, strike.answer) / 10 weeks
    effects: {force: 0.9 * force + 0.1 * value(rivalry, calm, red)}
games:
  crisis:
    played: {every: 2 weeks}
    solve: {precision: precision}
    tree:
      red:
        hold: {payoffs: {red: 0.3, blue: 0.4}}
        strike:
          blue:
            ignore: {payoffs: {red: force, blue: 0}}
            answer:
              payoffs: {red: -cost, blue: -cost}
              worth: rivalry.war
              effects: {force: force - 0.02}
  later:
    solve: {as: spe}
    tree:
      red:
        hit: {payoffs: {red: 0.2, blue: 0}}
        wait: {worth: once.calm}
        go_on: {worth: crisis.strike, payoffs: {blue: fear}}
  settled:
    solve: {precision: 2}
    tree: {blue: {a: {worth: once.calm}, b: {payoffs: {blue: -cost}}}}
  rivalry:
    solved: {every: 3 weeks}
    solve: {precision: precision}
    discount: 0.8
    states:
      calm:
        moves: {red: [stay, push]}
        cells:
          stay: {payoffs: {red: 1, blue: 1}, next: {war: 0.1}}
          push: {payoffs: {red: 1.2 * force, blue: 0}, next: {war: 0.4}}
      war:
        moves: {red: [stay, push]}
        cells:
          stay: {payoffs: {red: -cost, blue: -0.2}, next: {calm: 0.4}}
          push: {payoffs: {red: force - 1, blue: -1}}
  once:
    solve: {precision: 1}
    discount: 0.5
    states:
      calm:
        moves: {red: [stay, push]}
        cells: {stay: {payoffs: {red: 0.1, blue: 0}}, push: {payoffs: {red: cost, blue: -0.2}}}
claims:
  force: {why: x, holds: final(force) > 0.8}
  threat: {why: x, holds: mean(threat) > 0.5}
  loses: {why: x, holds: "value(rivalry, calm, red) > final(value(rivalry, calm, red))"}
  cheap: {why: x, holds: "final(force) > (final(force) | do(cost = 2))"}
  best: {why: x, holds: "always(dominates(rivalry, calm, red, push, stay))"}
  worths: {why: x, holds: final(calm_worth) < 0 or fixed_worth > 0.6}
  pays: {why: x, holds: eventually(pays)}
  onwards: {why: x, holds: "payoff(later, red, go_on) > 0.2"}
"""

CHOSEN = """
schelling: 1
title: Which city is besieged first?
time: {start: 2030-01-07, step: 1 week, until: 2030-02-18}
sets: {city: [harbour, mill, hill]}
assumptions:
  prize[city]: {prior: "uniform(0, 1)", why: What each is worth is not known.}
  walls[city]: {prior: {hill: 0.4 to 0.8, others: 0.1 to 0.5}, why: Maps of the walls.}
  precision: {prior: "loguniform(4, 20)", why: How sharply both see what pays.}
actors: {besieger: {}, relief: {}}
stocks:
  held[city]: {start: 1, within: [0, 1]}
games:
  campaign:
    played: {every: 3 weeks}
    solve: {precision: precision}
    tree:
      besieger:
        wait: {payoffs: {besieger: 0.1, relief: 0.5}}
        attack[city]:
          relief:
            abandon:
              payoffs: {besieger: "prize[city] * held[city]", relief: "-prize[city] * held[city]"}
              effects: {"held[city]": 0}
            send_to[c in city]:
              payoffs:
                besieger: 0.2 - walls[city] if c == city else prize[city] * held[city] - walls[c]
                relief: walls[city] - 0.2 if c == city else -prize[city] * held[city] - 0.1
variables:
  risk[city]: "reached(campaign, attack[city])"
claims:
  first_is[city]: {holds: "probability(campaign, besieger, attack[city]) > 0.5", why: x}
  saved[city]: {holds: "final(held[city]) == 1", why: x}
  mill_left: {holds: "probability(campaign, attack[mill].abandon) > 0.3", why: x}
  best: {why: x, holds: "sum(reached(campaign, attack[c].send_to[c]) for c in city) > 0.5"}
  harbour: {holds: "mean(risk[harbour]) > mean(risk[hill])", why: x}
"""

COUNTED = """
schelling: 1
title: events that are counted
time: {start: 2022-03-21, step: 1 week, until: 2022-05-30, substeps: 1}
sets: {side: [left, right]}
assumptions:
  pace: {prior: 0.2 to 2, unit: 1 / week, why: x}
stocks:
  line: {start: 10, change: "-0.01 * happened(talks) / week"}
variables:
  fatigue: 1 / (1 + happened(raid[left]) / 5)
events:
  raid[side]: {hazard: pace * fatigue, effects: {line: "line - 0.1 * happened(raid[side])"}}
  talks:
    on: 2022-04-04
    every: 2 weeks
    while: happened(talks) < 3
    effects: {line: line + happened(talks)}
claims:
  many: {why: x, holds: "sum(final(happened(raid[s])) for s in side) > 12"}
  ever: {why: x, holds: "first(happened(raid[left]) >= 5) < first(happened(raid[right]) >= 5)"}
  less:
    why: x
    holds: "final(happened(raid[right])) > (final(happened(raid[right])) | do(pace = 0.1))"
  line: {why: x, holds: final(line) > 5}
"""

TYPED = """
schelling: 1
title: A price war between firms of unknown cost
assumptions:
  p_low: {prior: "uniform(0.2, 0.8)", why: x}
  prize: {prior: 1 to 2, why: x}
actors: {north: {}, south: {}, onlooker: {}}
games:
  market:
    solve: {precision: {north: 3, south: 2}}
    types: {north: {low: p_low, high: 1 - p_low}}
    matrix:
      moves: {north: [enter, stay_out], south: [fight, share]}
      cells:
        enter:
          fight:
            payoffs:
              north: 0.2 * prize if type(north) == low else -1
              south: -0.4 if type(north) == low else 0.6
              onlooker: 1
          share: {payoffs: {north: prize, south: 0}}
        stay_out:
          fight: {payoffs: {north: 0, south: 0.8}}
          share: {payoffs: {north: 0, south: 1}}
claims:
  enters: {holds: "probability(market, north, enter) > 0.5", why: x}
  low: {holds: "probability(market, enter, type=low) > 0.8", why: x}
  fights: {holds: "probability(market, south, fight) > 0.5", why: x}
  pays: {holds: "payoff(market, north, type=high) > 0", why: x}
  believes: {holds: "belief(market, enter, north, low) > 0.6", why: x}
  meet: {holds: "reached(market, enter.fight) > 0.2", why: x}
"""

UNASKED = """
schelling: 1
title: nothing asks about what is carried
time: {start: 2022-03-21, step: 1 week, until: 2022-04-11, method: euler}
assumptions:
  pace: {prior: 0.2 to 2, unit: 1 / week, why: x}
actors: {red: {}}
stocks:
  line: {start: 10}
variables:
  often: happened(raid) / 2
  worth_now: value(rivalry, only, red)
events:
  raid: {hazard: pace, effects: {line: line - 0.1}}
games:
  after:
    solve: {precision: 1}
    tree: {red: {a: {worth: rivalry.only}, b: {payoffs: {red: happened(raid)}}}}
  rivalry:
    solved: {every: 2 weeks}
    solve: {precision: 1}
    discount: 0.5
    states: {only: {moves: {red: [a]}, cells: {a: {payoffs: {red: line}}}}}
claims:
  line: {why: x, holds: final(line) > 9}
"""

SOLVED_IN_A_ROW = """
schelling: 1
title: two solved games, the asker first
time: {start: 2022-03-21, step: 1 week, until: 2022-05-02, method: euler}
assumptions:
  pace: {prior: 0.2 to 2, unit: 1 / week, why: x}
actors: {red: {}, blue: {}}
stocks:
  line: {start: 1, change: "0.05 * pace"}
games:
  asker:
    solved: {every: 2 weeks}
    solve: {precision: 2}
    discount: 0.5
    states:
      calm:
        moves: {red: [a, b]}
        cells:
          a: {worth: asked.only}
          b: {payoffs: {red: "0.5 + value(asked, only, red)", blue: 0}}
  asked:
    solved: {every: 3 weeks}
    solve: {precision: 1}
    discount: 0.5
    states:
      only:
        moves: {red: [a, b]}
        cells: {a: {payoffs: {red: line, blue: 1}}, b: {payoffs: {red: 1, blue: line}}}
claims:
  asker: {why: x, holds: "mean(value(asker, calm, red)) > 2.5"}
  later: {why: x, holds: "final(value(asker, calm, blue)) > value(asked, only, blue)"}
  line: {why: x, holds: final(line) > 1.3}
"""

GAMES = {
    "asked_games": ASKED,
    "chosen_members": CHOSEN,
    "counted_events": COUNTED,
    "typed_table": TYPED,
    "carried_unasked": UNASKED,
    "solved_in_a_row": SOLVED_IN_A_ROW,
}
