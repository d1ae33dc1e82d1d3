"""Cases whose rates, hazards and conditions jump within a substep, at several moments of one."""

from __future__ import annotations

_JUMPS = """
schelling: 1
title: A siege that is opened and closed on days within a substep
time: {start: 2022-03-21, step: 10 days, until: 2022-06-08, substeps: 2}
sets: {town: [TOWNS]}
assumptions:
  pace: {prior: 0.1 to 0.6, unit: 1 / week, why: x}
  drawn: {prior: "uniform(0, 8)", unit: week, why: x}
variables:
  late: 1.5 * 13 days
  opened: elapsed >= late - 1 week and not elapsed > late / 2 + 11.5 days
  joined: share(out[p] for p in people)
stocks:
  heat: {start: 0.2, change: "(1 + joined - heat * heat) / 1 week if elapsed < 16.5 days
    else (3 * pace if -elapsed > -18.25 days else -0.3 * heat / 1 week)"}
  standing[town]: {start: rank(town), within: [0, 20],
    change: "-pace * standing[town] * (heat if opened else 0.1) * (2 if elapsed > drawn else 1)"}
  raids: {start: 0}
events:
  raid[town]: {hazard: "pace * heat * (4 if elapsed * 2 > 17 days + elapsed else 0.5)",
    while: "opened or now < 2022-04-30", effects:
    {"standing[town]": "0.8 * standing[town]", raids: "raids + elapsed / 1 week"}}
  relief: {hazard: "2 * pace", once: true, while: "elapsed > 31 days and elapsed <= 33.5 days",
    effects: {heat: heat + 1}}
populations:
  people:
    size: 9
    why: x
    traits: {bears: "uniform(0.2, 2)"}
    states: {out: {start: bears < 0.4, next: "out or heat > bears and now > 2022-04-05"}}
claims:
  hot: {why: x, holds: final(heat) > 0.3}
  many_raids: {why: x, holds: final(raids) > 40}
  relieved: {why: x, holds: final(happened(relief)) > 0}
  all_out: {why: x, holds: final(joined) > 0.9}
  stands[town]: {why: x, holds: "final(standing[town]) > 0.4"}
  sooner: {why: x, holds: final(raids) > (final(raids) | do(late = 9 days))}
  later: {why: x, holds: "final(raids) > (final(raids) | do(late = 37.2 days, joined = 0.5))"}
  whenever: {why: x, holds: "final(standing[t1]) > (final(standing[t1]) | do(late = drawn))"}
"""


def jumps(members: int) -> str:
    """A case over a set of so many towns."""
    return _JUMPS.replace("TOWNS", ", ".join(f"t{n}" for n in range(members)))


JUMPING = {"two_jump": jumps(2), "nine_jump": jumps(9)}
