"""A small case over several files, for the tests of this room."""

from pathlib import Path

CASE = """\
schelling: 1
title: A siege
sources: {letter: {file: letter.txt}}
passages:
  P1.S1: {source: letter, start: 0, end: 4, says: The garrison holds out.}
time: {start: 1915-02-15, step: 1 week, until: 1915-08-30}
phases: [siege, surrender]
sets:
  fort: {table: forts.csv, key: name, units: {guns: weapon}}
  side: [land, sea]
assumptions:
  need: {prior: 40 to 60, unit: tonne / day, why: "Rations of 100,000 people."}
  resolve: {prior: "beta(4, 3)", unit: share, from: P1.S1}
  precision: {prior: "loguniform(1, 10)", why: It is not known.}
correlations:
  - {between: [need, resolve], rho: -0.3, why: The hungry give in.}
stocks:
  food:
    start: 3000 tonnes
    change: >
      -need
      if phase == siege else 0
    unit: tonne
  wall[fort]: {start: 1, change: "-guns[fort] / (100 weapons * 10 weeks)", unit: share}
variables:
  hunger: {value: logistic(2 - food / (10 days * need)), unit: share}
  "breached": any(wall[f] < 0.5 for f in fort)
actors: {besieger: {}, garrison: {wants: [no_surrender]}}
games:
  parley:
    played: {every: 4 weeks, while: phase == siege}
    solve: {as: quantal, precision: precision}
    tree:
      garrison:
        hold: {payoffs: {garrison: resolve - hunger}}
        give_in: {payoffs: {garrison: 0}, effects: {phase: surrender, food: food / 2}}
claims:
  no_surrender: {from: P1.S1, holds: always(phase != surrender)}
  holds_north: {why: The reading., holds: "final(wall[north]) > final(wall[south])"}
  hungry: {why: The reading., holds: "final(hunger) > final(hunger | do(need = 50 tonne / day))"}
  likely: {why: The reading., holds: "probability(parley, garrison, hold) > 0.5"}
premises:
  resolute: {grants: resolve > 0.5, why: The chronicle says so.}
rivals:
  stubborn: {file: stubborn.yaml, why: They had nothing to lose.}
  fed:
    why: A convoy came through.
    remove: [correlations, claims.likely]
    stocks: {food: {start: 9000 tonnes, why: The convoy.}}
"""

FORTS = "name,guns\nnorth,4\nsouth,9\n"
STUBBORN = """\
assumptions:
  resolve: {prior: "beta(8, 2)", why: Nobody was spared.}
variables:
  pride: {value: resolve ** 2, why: They said so.}
  hunger: {value: 0.5 - pride / 4, why: They ate less.}
"""


def write(folder: Path, *, case: str = CASE) -> Path:
    """The case in a folder; its file."""
    files = {"case.yaml": case, "forts.csv": FORTS, "stubborn.yaml": STUBBORN, "letter.txt": "Text"}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "case.yaml"


def place(text: str, words: str, part: str = "", number: int = 1) -> tuple[int, int]:
    """Line and column, from 1, of a part of the words at their n-th place in a text."""
    start = -1
    for _ in range(number):
        start = text.index(words, start + 1)
    start += words.index(part or words)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
