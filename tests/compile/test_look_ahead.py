"""What a frame computes when it is first looked at belongs to it, not to a loop or a member.

A root is one of those numbers that jax ties to the function in which they are computed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from oracle.program_size import equations
from schelling.compile.expressions import rolling
from schelling.compile.planning import plan as plans

BASE = """
schelling: 1
title: A root that members read, and claims that read it in several places
time: {start: 2022-03-21, until: 2022-04-04, step: 1 week}
sets: {s: [m0, m1, m2, m3, m4, m5, m6, m7]}
actors: {red: {}}
assumptions:
  a[s]: {prior: "uniform(0, 1)", why: x}
  c: {prior: "uniform(0, 1)", why: x}
stocks:
  k[s]: {start: "a[s]", change: c / week}
unknowns:
  root: {between: [-2, 3], where: "root == tanh(root * c + k[m0])", choose: lowest, why: x}
  own[s]:
    between: [-2, 3]
    where: "own[s] == tanh(own[s] * a[s] + k[s])"
    choose: lowest
    cells: 4
    why: x
"""
IN_VARIABLES = """
variables:
  v[s]: root * a[s]
claims:
  one[s]: {why: x, holds: "mean(v[s]) > 0.4"}
  other: {why: x, holds: "mean(root) > 0.3"}
"""
IN_GAMES = """
games:
  t[s]:
    solve: {precision: 2}
    tree:
      red:
        wait: {payoffs: {red: "own[s]"}}
        push: {payoffs: {red: "k[s]"}}
claims:
  one[s]: {why: x, holds: "mean(sum(probability(t[i], red, push) for i in s)) > a[s]"}
  other: {why: x, holds: "mean(own[m3]) > 0.3"}
"""
IN_TWINS = """
variables:
  v[s]: root * k[s]
claims:
  one[s]: {why: x, holds: "sum((final(v[i] * root * a[s]) | do(c = 0.2)) * a[i] for i in s) > 3"}
  other: {why: x, holds: "(final(root + v[m3]) | do(c = 0.2)) > 1"}
"""


@pytest.mark.parametrize(
    ("text", "most"),
    [
        (IN_VARIABLES, rolling.MOST),
        (IN_GAMES, rolling.MOST),
        (IN_TWINS, rolling.MOST),
        (IN_TWINS, 1),
    ],
)
def test_what_is_kept_is_not_of_an_inner_trace(
    text: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "MOST", most)
    (tmp_path / "case.yaml").write_text(BASE + text, "utf-8")
    assert equations(plans.build(schelling.load(tmp_path))) > 0
