"""Exploration of small cases whose answers are known."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import RunError
from schelling.report.exploration import coherence_words, exploration_words, indicator_words
from schelling.study.exploring.explore import Exploration

CASE = """
schelling: 1
title: Known answers
time: {start: 2022-03-21, until: 2022-05-30}
actors: {north: {}}
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
  c: {prior: "normal(2, 1)", why: x}
  aid: {prior: "choice(0, 1, 2)", lever: north, why: x}
stocks:
  level: {start: 1, change: (a - 0.5) / 1 week}
  trail: {start: 0, change: (level - 1) / 1 week}
variables:
  twice: {value: 2 * level}
phases: [calm, storm]
events:
  breaks: {hazard: 0.1 / week, while: phase == calm, effects: {phase: storm}}
claims:
  sum: {why: x, holds: 2 * a + b > 1.5}
  rises: {why: x, holds: final(level) > 1}
  falls: {why: x, holds: final(level) < 1}
  high: {why: x, holds: final(level) > 3}
  trails: {why: x, holds: final(trail) > 0}
  lucky: {why: x, holds: always(phase == calm)}
  helped: {why: x, holds: "aid * (a - 0.25) > 0"}
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> schelling.Case:
    path: Path = tmp_path_factory.mktemp("explore") / "known.yaml"
    path.write_text(CASE, encoding="utf-8")
    return schelling.load(path)


@pytest.fixture(scope="module")
def found(case: schelling.Case) -> Exploration:
    extras = ["pawn"]
    return schelling.explore(case, worlds=4096, seed=2, series=["level"], extras=extras)


def test_indices_of_a_linear_margin(found: Exploration) -> None:
    """Var(2a) = 4/12, Var(b) = 1/12, so 0.8 and 0.2, alone as in all, and chance has none of it.

    Tolerance: the 95 % bars themselves, which bootstrap of a low-discrepancy design makes wide;
    twice as much allows for the one in twenty that misses.
    """
    assert found.sensitivity is not None
    table = found.sensitivity.table("sum", "margin")
    assert set(table.index) == {"a", "b", "(chance)"}  # the others cannot reach it
    for name, index in (("a", 0.8), ("b", 0.2), ("(chance)", 0.0)):
        for kind in ("s1", "st"):
            half = table.loc[name, f"{kind}_half_width"]
            assert table.loc[name, kind] == pytest.approx(index, abs=2 * half + 1e-12)
    assert table.index[0] == "a"
    assert table.loc["a", "rbd_fast"] == pytest.approx(0.8, abs=0.03)  # error near 1/sqrt(4096)
    assert table.loc["a", "pawn"] > table.loc["b", "pawn"] > table.loc["b", "pawn_noise"]


def test_chance_is_an_input(found: Exploration) -> None:
    """Whether calm lasts is luck alone: its indices are 1 for chance and 0 for everything else."""
    assert found.sensitivity is not None
    table = found.sensitivity.table("lucky")
    assert table.index[0] == "(chance)"
    assert table.loc["(chance)", "st"] == pytest.approx(1.0, abs=0.1)  # base 1,024, a yes or no
    assert len(table) == 1  # nothing else can reach it


def test_a_series_hinges_on_what_moves_it(found: Exploration) -> None:
    (level,) = found.series
    assert level.name == "level"
    assert level.st.shape == (len(level.inputs), 11)
    assert level.inputs == ("a",)  # nothing else can reach it
    np.testing.assert_allclose(level.st[0, 1:], 1.0, atol=0.1)  # base 1,024
    np.testing.assert_allclose(level.st[0, 0], 0.0, atol=1e-12)  # the same start everywhere


def test_boxes_say_where_a_claim_fails(found: Exploration) -> None:
    (boxes,) = (one for one in found.boxes if (one.claim, one.verb) == ("rises", "fails"))
    (rule,) = boxes.rules[:1]
    (limit,) = rule.limits
    assert (limit.assumption, limit.low) == ("a", -np.inf)
    assert limit.high == pytest.approx(0.5, abs=0.02)  # a peel takes 5 % of the worlds left
    assert exploration_words.rule_sentence(boxes, rule).startswith("fails when a is below 0.")
    assert rule.fit.density > 0.95
    assert rule.fit.coverage > 0.95


def test_contradictory_and_implied_claims(found: Exploration) -> None:
    """`rises` and `falls` exclude each other; `high` implies `rises`."""
    said = found.coherence
    assert said is not None
    assert said.shares.together.share == 0
    at = {claim: place for place, claim in enumerate(said.claims)}
    assert said.shares.pairs[at["rises"], at["falls"]] == 0
    assert said.shares.given[at["high"], at["rises"]] == 1
    assert ("rises", "falls") in [conflict.claims for conflict in said.conflicts]
    assert all(len(conflict.claims) == 2 for conflict in said.conflicts)
    words = " ".join(coherence_words.coherence(found))
    assert "rises and falls hold together in no world" in words
    assert "Whenever high holds, rises holds too, in all " in words


def test_the_earliest_sign_is_found(found: Exploration) -> None:
    """The level after a week tells which way its trail goes, nine weeks before the end.

    Nothing is a sign of itself: neither the level of the level, nor what is computed from it.
    """
    (sign, other) = (one for one in found.indicators if one.claim == "trails")
    assert {sign.series, other.series} == {"level", "twice"}
    assert (sign.time, sign.weeks, sign.failed) == ("2022-03-28", 9, 0)
    level = sign if sign.series == "level" else other
    assert level.seen.threshold == pytest.approx(1, abs=0.01)
    assert not level.seen.above
    words = indicator_words.indicator(level).replace("\u00a0", " ")
    assert words.startswith("level below 1")
    assert re.search(
        r"2022-03-28, 9 weeks ahead: seen in (9\d|100) % of failing worlds and [0-2] % of", words
    )
    of_level = [one for one in found.indicators if one.claim in ("rises", "falls", "high")]
    assert {one.series for one in of_level} <= {"trail"}
    assert not [one for one in found.indicators if one.claim == "sum"]  # known at the start


def test_options_in_closed_form(found: Exploration) -> None:
    """The margin is aid (a - 1/4), larger being better.

    Aid 0 never satisfies and has worst 0; aid 1 and 2 satisfy in 3/4 of worlds; regret of aid 0
    reaches 3/2, of aid 1 3/4, of aid 2 in bad worlds 1/2.
    """
    assert found.options is not None
    assert [one.words for one in found.options.options] == ["aid = 0", "aid = 1", "aid = 2"]
    assert "lucky" in found.options.beyond
    (helped,) = (one for one in found.options.claims if one.claim == "helped")
    seen = helped.holding
    # shares of 4,096 evenly spread points; extremes within 1/1000 of their ends
    np.testing.assert_allclose([s.share for s in seen.satisficing], [0, 0.75, 0.75], atol=0.005)
    np.testing.assert_allclose(seen.worst, [0, -0.25, -0.5], atol=0.001)
    np.testing.assert_allclose(seen.largest_regret, [1.5, 0.75, 0.5], atol=0.003)
    assert (seen.maximin, seen.minimax_regret) == (0, 2)


@pytest.mark.parametrize(("worlds", "told"), [(9, "unknown: 9 worlds"), (16, "one spread")])
def test_few_worlds_have_no_slope(worlds: int, told: str, case: schelling.Case) -> None:
    """Nine of one sign are no three standard errors, which is not a slope of 0 either."""
    run = schelling.run(case.replace(aid=1), worlds=worlds, seed=2, replicates=3)
    seen = schelling.explore(run.case, run, what=["gradients"])
    assert seen.gradients is not None
    pull = seen.gradients.pull[:, seen.gradients.claims.index("sum")]
    assert np.isnan(pull).all() == (worlds < 10)
    assert exploration_words.slopes(seen, "sum").startswith(told)


def test_slopes_of_a_linear_margin(found: Exploration) -> None:
    """d(2a + b - 1.5)/da = 2; half of a's central 68 % is 0.34. Rounding."""
    assert found.gradients is not None
    names, claims = found.gradients.assumptions, found.gradients.claims
    pull = found.gradients.pull[:, claims.index("sum")]
    assert pull[names.index("a")] == pytest.approx(0.68, rel=1e-6)
    assert pull[names.index("b")] == pytest.approx(0.34, rel=1e-6)
    assert found.gradients.smooth[claims.index("sum")] == 1
    assert found.gradients.smooth[claims.index("lucky")] == 0
    assert "aid" not in names  # its values are listed: it has no slope
    assert "c" not in names  # it reaches nothing
    words = exploration_words.slopes(found, "sum")
    assert words == (
        "one spread of an assumption up moves the margin, in the median, by: a (by 0.34) +0.68, "
        "b (by 0.34) +0.34"
    )
    assert np.isnan(found.gradients.pull[:, claims.index("lucky")]).all()


def test_the_same_seed_explores_the_same(case: schelling.Case, found: Exploration) -> None:
    again = schelling.explore(case, found.run, base=1024, what=["sensitivity", "flips"])
    assert again.sensitivity is not None
    assert found.sensitivity is not None
    np.testing.assert_array_equal(again.sensitivity.truth.st, found.sensitivity.truth.st)
    assert [one.smallest for one in again.flips] == [one.smallest for one in found.flips]
    assert again.boxes == ()


def test_correlated_assumptions_get_shapley_effects(tmp_path: Path) -> None:
    """Of a + b with the two equal in law, each has half, whatever the correlation.

    Tolerance: two bars.
    """
    text = CASE.replace("2 * a + b > 1.5", "a + b > 1")
    text += "correlations: [{between: [a, b], rho: 0.7}]\n"
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    case = schelling.load(tmp_path)
    seen = schelling.explore(case, worlds=4096, claims=["sum"], what=["sensitivity"])
    assert seen.sensitivity is not None
    table = seen.sensitivity.table("sum", "margin")
    for name in ("a", "b"):
        bar = 2 * table.loc[name, "shapley_half_width"]
        assert table.loc[name, "shapley"] == pytest.approx(0.5, abs=bar)
    text = CASE.replace("change: (a - 0.5)", "change: (a - b)")
    text += "correlations: [{between: [a, b], rho: 0.7}]\n"
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    case = schelling.load(tmp_path)
    again = schelling.explore(case, worlds=64, claims=["sum"], what=[], series=["level"])
    assert again.series[0].inputs == ("a & b",)
    np.testing.assert_allclose(again.series[0].st[0, 1:], 1.0, atol=0.15)  # base 1,024


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"what": ["colours"]}, "not a part of an exploration"),
        ({"base": 100}, "power of two"),
        ({"world": 9999}, "there is no world"),
        ({"claims": ["none"]}, "not a claim"),
        ({"what": [], "series": ["phase"]}, "not a stock"),
        ({"extras": ["everything"]}, "no extra"),
    ],
)
def test_what_does_not_exist_is_refused(
    case: schelling.Case, found: Exploration, wrong: dict[str, object], words: str
) -> None:
    with pytest.raises(RunError, match=words):
        schelling.explore(case, found.run, **wrong)  # pyright: ignore


def test_a_case_without_uncertainty_has_no_hinges(tmp_path: Path) -> None:
    text = "schelling: 1\ntitle: x\nassumptions: {a: {prior: 3, why: x}}\n"
    (tmp_path / "case.yaml").write_text(text + "claims: {c: {why: x, holds: a > 2}}\n", "utf-8")
    with pytest.raises(RunError, match="nothing to explore"):
        schelling.explore(schelling.load(tmp_path))


def test_flips_from_a_named_world(case: schelling.Case, found: Exploration) -> None:
    again = schelling.explore(case, found.run, what=["flips"], world=7)
    assert {one.world for one in again.flips} == {7}
    draws, exact = found.run.draws, [one for one in again.flips if one.luck is not None]
    assert exact
    for one in exact:  # under chance a claim is looked at over many chance draws, not those of 7
        assert one.holds == draws.loc[7, f"holds.{one.claim}"]
