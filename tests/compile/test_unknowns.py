"""Unknowns in a case: published equilibria, twins, failed worlds, what depends on what."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

import schelling
from schelling.case.check import check
from schelling.compile import worlds
from schelling.compile.drawing import draws, luck
from schelling.compile.influence import causal_map
from schelling.compile.planning import plan
from schelling.errors import Status

GLOBAL_GAME = """
schelling: 1
title: A global game of regime change
assumptions:
  cost: {prior: "choice(0.3, 0.6)", why: T2.10}
  noise: {prior: 0.1, why: T2.10}
variables:
  attack: normal_cdf((cutoff - strength) / noise)
  belief: normal_cdf((strength - cutoff) / noise)
unknowns:
  strength: {between: [0, 1], where: attack == strength, why: the regime that just survives}
  cutoff: {between: [-1, 2], where: belief == cost, why: who is just indifferent}
claims:
  weak: {holds: strength > 0.5, why: x}
  cheap: {holds: cutoff > 0.5, why: x}
  held: {holds: (strength > 0.7) | do(cutoff = 1), why: x}
"""


def load(folder: Path, text: str) -> schelling.Case:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return schelling.load(path)


@pytest.mark.slow  # `test_roots` has its cutoffs, and `unknowns.md` is run
def test_a_global_game_is_two_lines(tmp_path: Path) -> None:
    """T2.10, Morris and Shin: theta* = 1 - p, x* = theta* + sd * Phi^-1(theta*)."""
    run = schelling.run(load(tmp_path, GLOBAL_GAME), worlds=64, seed=1, course=False)
    cheap = run.draws["cost"] < 0.5
    theta, x = run.draws["value.strength"], run.draws["value.cutoff"]
    assert np.allclose(theta, np.where(cheap, 0.7, 0.4), atol=1e-13)  # rounding, twice over
    # printed digits
    assert np.allclose(x, np.where(cheap, 0.752440, 0.374665), atol=5e-7)
    assert (run.draws["holds.weak"] == cheap).all()
    # with the cutoff held, attack == strength alone: normal_cdf((1 - t) / 0.1) == t near 0.905
    assert run.draws["holds.held"].all()


def test_what_depends_on_an_unknown_and_what_it_depends_on(tmp_path: Path) -> None:
    case = load(tmp_path, GLOBAL_GAME)
    built = plan.build(case)
    assert [v.name for v in built.fixed] == ["strength", "cutoff", "attack", "belief"]
    drawn = causal_map.draw(case, built)
    into = {arrow.source for arrow in drawn.into["strength"]}
    assert {"attack", "cutoff", "noise", "cost"} <= into
    assert {arrow.source for arrow in drawn.into["claim/weak"]} == {"strength"}
    shown = plan.show(built)
    assert "strength = the only strength in [0, 1] with attack == strength" in shown
    assert [unknown.name for unknown in case.unknowns] == ["strength", "cutoff"]


@pytest.mark.slow
def test_margins_have_slopes_through_unknowns(tmp_path: Path) -> None:
    """Of a peak, a root, a root inside a root, and through a moving one."""
    text = """
schelling: 1
title: slopes
time: {start: 2022-03-21, until: 2022-05-02}
assumptions:
  a: {prior: "uniform(0.3, 0.7)", why: x}
  b: {prior: "uniform(0.5, 1.5)", why: x}
stocks:
  s: {start: root / 2, change: (moving - s) / 3 weeks}
unknowns:
  root: {between: [-2, 3], where: normal_cdf(root / b) == a, why: x}
  one: {between: [0, 1], where: one == 0.5 * two + 0.1 * b, why: x}
  two: {between: [0, 1], where: two == a * one ** 2 + 0.2, why: x}
  peak: {between: [0, 5], maximizes: a * peak - b * peak ** 2 - peak ** 4, why: x}
  moving: {between: [0, 2], where: moving + moving ** 3 == b + s, why: x}
claims:
  root: {holds: root > 0.1, why: x}
  both: {holds: one > two, why: x}
  peak: {holds: peak > 0.2, why: x}
  end: {holds: final(s) > mean(moving), why: x}
  twin: {holds: root > (root | do(a = a ** 2)), why: x}
"""
    built = plan.build(load(tmp_path, text))
    given = draws.draw(built, seed=3, replicates=1, first=0, count=4)
    kernel = worlds.kernel(built)
    keys = luck.of(built, 3)

    def margins(values: jax.Array) -> jax.Array:
        return kernel(values, jnp.arange(4, dtype=jnp.uint32), keys).margin.sum(0)

    margins = jax.jit(margins)
    slopes = jax.jit(jax.jacrev(margins))(jnp.asarray(given))
    h = 1e-5
    for column in range(2):
        for world in (0, 3):
            step = np.zeros_like(given)
            step[world, column] = h
            difference = (margins(given + step) - margins(given - step)) / (2 * h)
            # a central difference: h**2 times a third derivative, and 1e-15 / h of rounding
            assert np.allclose(slopes[:, world, column], difference, atol=1e-7)


def test_a_failed_world_is_counted(tmp_path: Path) -> None:
    text = """
schelling: 1
title: where nothing solves it
assumptions:
  x: {prior: "uniform(0, 2)", why: x}
unknowns:
  root: {between: [0, 1], where: root == x, why: x}
claims:
  high: {holds: root > 0.25, why: x}
"""
    run = schelling.run(load(tmp_path, text), worlds=256, seed=1, course=False)
    lost = run.draws["x"] > 1
    assert (np.isnan(run.draws["margin.high"]) == lost).all()
    assert (run.draws["status"] == Status.SOLVED).all()  # nothing in time hangs on it
    assert 0 < lost.sum() < 256


def test_a_rival_may_choose_another_solution(tmp_path: Path) -> None:
    text = """
schelling: 1
title: which crowd
assumptions:
  x: {prior: "uniform(0.4, 0.6)", why: x}
unknowns:
  crowd: {between: [0, 1], where: crowd == normal_cdf((crowd - x) / 0.1), choose: lowest, why: x}
claims:
  few: {holds: crowd < 0.5, why: x}
rivals:
  many:
    why: they see one another
    unknowns: {crowd: {choose: highest, why: everybody waits for a sign and gets it}}
"""
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    own = schelling.run(schelling.load(path), worlds=64, seed=1, course=False)
    other = schelling.run(schelling.load(path, rival="many"), worlds=64, seed=1, course=False)
    assert own.draws["holds.few"].all()
    assert not other.draws["holds.few"].any()


@pytest.mark.parametrize(
    ("between", "where", "codes"),
    [
        ("[0, 1]", "u == 1 - u", []),
        ("[0, 1]", "v == 0.3", []),  # v reads u
        ("[0 weeks, 1 week]", "u == 3 days", []),
        ("[0, 1]", "u == 3 days", ["E307"]),
        ("[0, 1]", "u > 0.5", ["E441"]),
        ("[0, 1]", "w == 0.5", ["E442"]),
        ("[0, w]", "u == 0.5", []),
        ("[0, v]", "u == 0.5", ["E447"]),
        ("[0, -1]", "u == 0.5", ["E443"]),
        ("[0, 1]", "sum(p[c] for c in city) == u", []),
    ],
)
def test_which_equations_can_be_read(
    between: str, where: str, codes: list[str], tmp_path: Path
) -> None:
    length = "week" in between
    text = f"""
schelling: 1
title: t
sets: {{city: [a, b]}}
assumptions:
  w: {{prior: "uniform(0, 1)", why: x}}
  p[city]: {{prior: "uniform(0, 1)", why: x}}
variables: {{v: "{"w" if length else "w * u"}"}}
unknowns: {{u: {{between: {between}, where: "{where}", why: x}}}}
claims: {{c: {{holds: "{"u > 1 day" if length else "v > 0.5"}", why: x}}}}
"""
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    found = check(path)
    assert [problem.code for problem in found.problems] == codes


def test_an_unknown_over_a_set(tmp_path: Path) -> None:
    text = """
schelling: 1
title: a cutoff a group
sets: {group: [east, west]}
assumptions:
  cost[group]: {prior: "uniform(0.2, 0.8)", why: x}
unknowns:
  cutoff[group]:
    between: [-3, 3]
    where: {east: "normal_cdf(cutoff[group]) == cost[group]", others: "cutoff[group] == 0.5"}
    why: x
claims:
  high[group]: {holds: "cutoff[group] > 0.1", why: x}
"""
    run = schelling.run(load(tmp_path, text), worlds=32, seed=1, course=False)
    expected = norm.ppf(run.draws["cost[east]"])
    assert np.allclose(run.draws["value.cutoff[east]"], expected, atol=1e-14)  # rounding
    assert np.allclose(run.draws["value.cutoff[west]"], 0.5, atol=1e-15)
