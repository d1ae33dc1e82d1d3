"""What claims hinge on, in cases whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.report.exploration import exploration_words
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.indices import Indices, Sensitivity
from schelling.study.exploring.sensitivity import _unseen  # pyright: ignore[reportPrivateUsage]

NAMES = [f"x{n}" for n in range(6)]
SIX = (
    "schelling: 1\ntitle: Six normals, one correlation\nassumptions:\n"
    + "".join(f'  {name}: {{prior: "normal(0, 1)", why: x}}\n' for name in NAMES)
    + "correlations:\n  - {between: [x0, x1], rho: 0.5, why: x}\nclaims:\n"
)
SUM = " + ".join(NAMES)


def explored(folder: Path, text: str, **choices: object) -> Exploration:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    case = schelling.load(folder)
    return schelling.explore(case, worlds=512, what=["sensitivity"], **choices)  # pyright: ignore


def sensitivity(found: Exploration) -> Sensitivity:
    assert found.sensitivity is not None
    return found.sensitivity


def test_the_planted_correlation_in_closed_form(tmp_path: Path) -> None:
    """Variance 7: x0 and x1 have 3/14 each, the others 1/7; the pair as one has 3/7.

    Two bars allow for the one in twenty that misses.
    """
    found = explored(tmp_path, SIX + f"  c: {{why: x, holds: {SUM} > 0}}\n")
    seen = sensitivity(found)
    table = seen.table("c", "margin")
    for name in NAMES:
        share = 3 / 14 if name in ("x0", "x1") else 1 / 7
        bar = 2 * table.loc[name, "shapley_half_width"]
        assert table.loc[name, "shapley"] == pytest.approx(share, abs=bar)
    for of in ("truth", "margin"):
        assert seen.table("c", of)["shapley"].sum() == pytest.approx(1, abs=1e-12)  # rounding
        assert seen.table("c", of).loc["(chance)", "shapley"] == 0
    groups = seen.group_table("c", "margin")
    assert groups.index[0] == "x0 & x1"
    for kind in ("s1", "st"):
        bar = 2 * groups.loc["x0 & x1", f"{kind}_half_width"]
        assert groups.loc["x0 & x1", kind] == pytest.approx(3 / 7, abs=bar)
        assert np.isnan(table.loc["x0", kind])
    assert exploration_words.together(found, "c").startswith("total Sobol' index of x0 & x1 0.")


def test_what_cannot_reach_a_claim_is_never_listed_for_it(tmp_path: Path) -> None:
    """x1 moves with x0 and has no part in the claim: x0 has all that the pair has."""
    claims = "  one: {why: x, holds: x0 + x2 > 0}\n  both: {why: x, holds: x0 + x1 > 0}\n"
    claims += "  none: {why: x, holds: 1 > 2}\n"
    seen = sensitivity(explored(tmp_path, SIX + claims))
    one = seen.table("one", "margin")
    assert set(one.index) == {"x0", "x2", "(chance)"}
    for name in ("x0", "x2"):
        for key in ("shapley", "st", "s1"):
            bar = 2 * one.loc[name, f"{key}_half_width"]
            assert one.loc[name, key] == pytest.approx(0.5, abs=bar)
    assert set(seen.group_table("one").index) == {"x0", "x2", "(chance)"}
    assert set(seen.table("both").index) == {"x0", "x1", "(chance)"}
    assert set(seen.table("none").index) == {"(chance)"}


LUCK = """
schelling: 1
title: Luck among correlated assumptions
time: {start: 2022-03-21, until: 2022-05-30}
assumptions:
  a: {prior: "normal(0, 1)", why: x}
  b: {prior: "normal(0, 1)", why: x}
  idle: {prior: "normal(0, 1)", why: x}
stocks:
  struck: {start: 0, change: 0 / 1 week}
events:
  strike: {hazard: 0.07 / week, while: struck < 0.5, effects: {struck: 1}}
correlations:
  - {between: [a, b], rho: 0.8}
claims:
  lucky: {why: x, holds: final(struck) < 0.5}
  mixed: {why: x, holds: a + b + final(struck) > 0}
  certain: {why: x, holds: a + b > -100}
"""


@pytest.mark.parametrize("text", [LUCK, LUCK.replace("rho: 0.8", "rho: 0")])
def test_chance_keeps_its_row_with_and_without_correlations(tmp_path: Path, text: str) -> None:
    found = explored(tmp_path, text, extras=["shapley"])
    seen = sensitivity(found)
    lucky = seen.table("lucky")
    assert list(lucky.index) == ["(chance)"]
    assert lucky.loc["(chance)", "shapley"] == pytest.approx(1, abs=1e-12)  # rounding
    mixed = seen.table("mixed")
    assert set(mixed.index) == {"a", "b", "(chance)"}
    assert mixed["shapley"].sum() == pytest.approx(1, abs=1e-12)
    assert 0.01 < mixed.loc["(chance)", "shapley"] < 0.3
    assert "(chance) 0." in exploration_words.decides(found, "mixed")
    assert exploration_words.decides(found, "lucky").startswith("(chance) 1.0")
    assert exploration_words.decides(found, "certain").startswith(
        "cannot be told: the claim has the same answer in every point of the design"
    )


FAILED = """
schelling: 1
title: Numbers that fail
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
variables:
  bad: {value: "log(a - 0.02)"}
claims:
  some: {why: x, holds: bad + b > -1}
  whole: {why: x, holds: a + b > 1}
  none: {why: x, holds: log(a - 2) + b > 0}
"""


def test_failed_worlds_are_unknown_and_counted(tmp_path: Path) -> None:
    """Of two independent values of a, one is below 0.02 in 3.96 % of base points."""
    found = explored(tmp_path, FAILED, base=4096)
    seen = sensitivity(found)
    assert seen.truth.dropped.tolist()[1] == 0
    assert seen.truth.dropped[0] / 4096 == pytest.approx(0.0396, abs=0.004)  # evenly spread points
    assert "left out: the 4 % of points" in exploration_words.decides(found, "some").replace(
        "\u00a0", " "
    )
    assert seen.truth.dropped[2] == 4096
    assert exploration_words.decides(found, "none").startswith(
        "unknown: the claim has no truth value"
    )


def test_pairs_and_pawn_come_when_they_are_asked_for(tmp_path: Path) -> None:
    """The margin a b - 1/4 of two uniform numbers: S1 3/7 each, and 1/7 is theirs together."""
    text = FAILED.replace("a + b > 1", "a * b > 0.25")
    plain = sensitivity(explored(tmp_path, text, claims=["whole"]))
    assert plain.margin.pawn is None
    assert len(plain.pairs("whole")) == 0
    found = explored(tmp_path, text, claims=["whole"], extras=["second-order", "pawn"], base=4096)
    seen = sensitivity(found)
    pairs = seen.pairs("whole", "margin")
    assert list(pairs.loc[0, ["first", "second"]]) == ["a", "b"]
    assert pairs.loc[0, "s2"] == pytest.approx(1 / 7, abs=2 * pairs.loc[0, "s2_half_width"])
    assert exploration_words.pairs(found, "whole").startswith("a with b 0.")
    assert {"pawn", "pawn_noise", "rbd_fast"} <= set(seen.table("whole"))
    assert exploration_words.sliced(found, "whole").startswith(("a 0.", "b 0."))


@pytest.mark.slow
def test_bars_cover_what_they_estimate(tmp_path: Path) -> None:
    """Sobol' and Shapley bars of a margin with an interaction, nominal 95 %, over 100 seeds.

    Y = x0 + x2 x3, x0 and x1 correlated: variance 2, x0 has 1/2 (x1 does not reach it), x2 and x3
    have 1/4 each by Shapley, total 1/2 each and nothing alone.
    """
    (tmp_path / "case.yaml").write_text(
        SIX + "  c: {why: x, holds: x0 + x2 * x3 > 0}\n", encoding="utf-8"
    )
    case = schelling.load(tmp_path)
    run = schelling.run(case, worlds=64)
    expected = {
        "shapley": {"x0": 0.5, "x2": 0.25, "x3": 0.25},
        "st": {"x0": 0.5, "x2": 0.5, "x3": 0.5},
        "s1": {"x0": 0.5, "x2": 0.0, "x3": 0.0},
    }
    hits: dict[str, list[bool]] = {key: [] for key in expected}
    from schelling.compile.planning import plan  # noqa: PLC0415
    from schelling.study.exploring import sample, sensitivity  # noqa: PLC0415
    from schelling.study.exploring.probe import Probe  # noqa: PLC0415

    probe, worlds = Probe(plan.build(case), 0), sample.of(run, ("c",))
    for seed in range(100):
        found = sensitivity.of_claims(probe, worlds, base=512, seed=seed, extras=["shapley"])
        table = found.table("c", "margin")
        for key, values in expected.items():
            for name, value in values.items():
                bar = table.loc[name, f"{key}_half_width"]
                hits[key].append(abs(table.loc[name, key] - value) <= bar)
    for key, covered in hits.items():
        assert 0.9 <= np.mean(covered) <= 0.99, key


def test_a_group_that_no_pair_shows_may_decide_what_the_rule_of_three_allows() -> None:
    """Of 100 pairs in a fifth of which it holds: at most 0.03 / (2 * 0.2 * 0.8) of its variance.

    Nothing is added where the group cannot reach the claim, or where some pair differs.
    """
    truth = np.repeat((np.arange(100) < 20)[:, np.newaxis, np.newaxis], 3, axis=1).astype(float)
    truth = np.concatenate([truth, np.full((50, 3, 1), np.nan)])  # where its numbers failed
    none, total = np.zeros((3, 1)), np.array([[0.0], [0.0], [0.5]])
    left_out = np.array([50])
    found = Indices(
        none, none, total, none, None, None, None, None, None, None, None, None, left_out, None
    )
    told = _unseen(found, truth, np.array([[True], [False], [True]]))
    assert told.st_half_width[:, 0] == pytest.approx([0.03 / 0.32, 0.0, 0.0])
