"""A solved game in a terminal, as a picture and as JSON: the same numbers and the same count."""

from __future__ import annotations

import json
import re
from math import prod
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from schelling.report.games import solution_picture, solution_text
from schelling.study.solving.answer import Solution
from schelling.study.solving.concept import Concept
from schelling.study.solving.solve import SolveOptions, solve

TABLES = {
    "hunt": 'NFG 1 R "Stag hunt" { "ann" "bob" } { { "stag" "hare" } { "stag" "hare" } } ""\n'
    "10 10 8 1 1 8 5 5",
    "pennies": 'NFG 1 R "Pennies" { "even" "odd" } { 2 2 } 1 -1 -1 1 -1 1 1 -1',
    "dilemma": 'NFG 1 R "Dilemma" { "a" "b" } { 2 2 } 3 3 5 0 0 5 1 1',
    "meet": 'NFG 1 R "Meet" { "a" "b" } { 4 4 } '
    + " ".join("1 1" if row == column else "0 0" for row in range(4) for column in range(4)),
    "flat": 'NFG 1 R "Flat" { "a" "b" } { 2 2 } 1 1 1 1 1 1 1 1',
}
CASE = """schelling: 1
title: Crossing
assumptions: {u: {prior: "uniform(-1, 1)", why: t}}
actors: {a: {}, b: {}}
games:
  cross:
    solve: {as: quantal, precision: 40}
    tree: {a: {go: {b: {yes: {payoffs: {a: u, b: 1}}, no: {payoffs: {a: -1, b: 0}}}},
      stay: {payoffs: {a: 0, b: 0}}}}
claims: {c: {holds: u > 0, why: t}}
"""
KINDS = [
    ("hunt", SolveOptions(Concept.NASH), 3),
    ("pennies", SolveOptions(Concept.NASH), 1),
    ("meet", SolveOptions(Concept.NASH), 15),
    ("flat", SolveOptions(Concept.NASH), 4),
    ("dilemma", SolveOptions(Concept.QUANTAL, precision=20.0), 1),
    ("dilemma", SolveOptions(Concept.QUANTAL, precision=0.0), 1),
]


def solved(folder: Path, name: str, options: SolveOptions) -> Solution:
    place = folder / f"{name}.nfg"
    place.write_text(TABLES[name], "utf-8")
    return solve(str(place), options)


def told(found: Solution, *, worlds: bool = False) -> tuple[dict[str, Any], list[list[str]]]:
    """The JSON, and the lines of the terminal as cells."""
    console = Console(width=300)
    with console.capture() as caught:
        console.print(solution_text.table(found, worlds=worlds))
    lines = [re.split(r" {2,}", line.strip()) for line in caught.get().splitlines()]
    return json.loads(json.dumps(solution_text.to_json(found), allow_nan=False)), lines


def close(cell: str, value: float, last: float) -> None:
    """A rounded number; "less than" and "more than" where it is neither none nor all."""
    if cell[0] in "<>":
        limit = float(cell[1:])
        assert value < limit if cell[0] == "<" else limit < value <= 1
        return
    assert float(cell) == pytest.approx(value, abs=last)


def rows_of(lines: list[list[str]], many: int) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of probabilities, and those of payoffs and regret, without their names."""
    end = next(k for k, line in enumerate(lines) if line[0] == "payoff")
    start = next(k for k, line in enumerate(lines) if line[0] == "set") + 1
    regret = next(k for k, line in enumerate(lines) if line[0] == "regret")
    shares = [line[-many:] for line in lines[start:end]]
    return shares, [line[-many:] for line in lines[end : regret + 1]]


@pytest.mark.parametrize(("name", "options", "count"), KINDS)
def test_every_number_is_told_alike(
    name: str, options: SolveOptions, count: int, tmp_path: Path
) -> None:
    found = solved(tmp_path, name, options)
    data, lines = told(found)
    every = data["equilibria"]
    assert len(every) == count
    shown = every[:6]
    shares, rest = rows_of(lines, len(shown))
    for place, one in enumerate(shown):
        play = [value for own in one["strategy"].values() for value in own]
        for row, value in zip(shares, play, strict=True):
            close(row[place], value, 0.51e-6)
            if options.concept is Concept.QUANTAL:
                assert row[place] not in ("0.000000", "1.000000")  # every action has some
        for row, value in zip(rest, (*one["payoffs"], one["regret"]), strict=True):
            close(row[place], value, max(0.006 * abs(value), 1e-300))
    words = " ".join(" ".join(line) for line in lines)
    at = "" if data["precision"] is None else f", precision {data['precision']:g}"
    assert f"{data['solution']}{at}: {data['status']}" in words
    if named := re.search(r"all (\d+)", data["solution"]):
        assert int(named[1]) == count
    left = re.search(r"(\d+) more equilibria: see --json", words)
    assert (int(left[1]) if left else 0) == count - len(shown)
    assert all(f"- {note}" in words for note in data["notes"])


@pytest.mark.parametrize(("name", "options", "count"), KINDS)
def test_every_picture_is_of_the_same_equilibrium(
    name: str, options: SolveOptions, count: int, tmp_path: Path
) -> None:
    found = solved(tmp_path, name, options)
    data, picture = told(found)[0], solution_picture.draw(found, ".html")
    parts = re.findall(r"<svg .*?</svg>", picture, re.DOTALL)
    assert len(parts) == min(count, solution_picture.MOST_EQUILIBRIA)
    captions = re.findall(r"<h2>(.*?)</h2>", picture)
    if count > 1:
        wanted = [f"Equilibrium {n + 1} of {count}" for n in range(len(parts))]
        assert [caption.split(";")[0] for caption in captions] == wanted
        left = count - len(parts)
        assert (f"; {left} more are not drawn" in captions[-1]) is (left > 0)
    for one, part in zip(data["equilibria"], parts, strict=False):
        plays = list(one["strategy"].values())
        cells = [prod(pair) for pair in ((p, q) for p in plays[0] for q in plays[1])]
        drawn = [text.replace("&lt;", "<").replace("&gt;", ">") for text in percents(part)]
        assert drawn == [whole(cell) for cell in cells]


def percents(part: str) -> list[str]:
    return re.findall(r">((?:&lt;|&gt;)?\d+) ?\u00a0?%</text>", part)


def whole(p: float) -> str:
    rounded = f"{100 * p:.0f}"
    return "<1" if rounded == "0" and p > 0 else ">99" if rounded == "100" and p < 1 else rounded


def test_means_over_worlds_are_of_the_worlds_in_the_data(tmp_path: Path) -> None:
    """b says yes but for a part in e^40; a goes where u is above zero, in half of the worlds."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    data, lines = told(solve(f"{tmp_path}:cross", SolveOptions(worlds=64)), worlds=True)
    shares, rest = rows_of(lines, 4)
    every = data["equilibria"]
    assert len(every) == 64
    keys = [(key, k) for key, own in every[0]["strategy"].items() for k in range(len(own))]
    for row, (key, k) in zip(shares, keys, strict=True):
        close(row[0], sum(one["strategy"][key][k] for one in every) / 64, 0.51e-6)
        assert row[0] not in ("0.000000", "1.000000")
    for row, player in zip(rest, range(2), strict=False):
        mean = sum(one["payoffs"][player] for one in every) / 64
        close(row[0], mean, 0.51e-5 * max(abs(mean), 1))
