"""What is printed can be typed in and holds: flips, indices of rare claims, infinite numbers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

import schelling
from schelling.analysis.sensitivity.resampling import jackknife
from schelling.analysis.sensitivity.saltelli import saltelli_design
from schelling.analysis.sensitivity.sobol import sobol_indices
from schelling.report.exploration import exploration_words, finding_words
from schelling.report.words.numerals import NO_BREAK
from schelling.study.exploring.sensitivity import FEWEST
from schelling.study.exploring.short_values import candidates, shortened

HEAD = "schelling: 1\ntitle: Planted\n"


def case_of(folder: Path, text: str) -> schelling.Case:
    (folder / "case.yaml").write_text(HEAD + text, "utf-8")
    return schelling.load(folder)


def test_no_part_of_a_claim_hides_an_infinite_number(tmp_path: Path) -> None:
    """Half of the worlds divide by zero; the log of zero is no number either."""
    text = """assumptions:
  a: {prior: "choice(0, 1)", why: t}
  b: {prior: "uniform(1, 2)", why: t}
claims:
  both: {holds: b / a > 5 and b > 1.5, why: t}
  either: {holds: b / a < 5 or b > 1.5, why: t}
  neither: {holds: "not (b / a > 5 and b > 1.5)", why: t}
  logs: {holds: log(a) < 0 and b > 1.5, why: t}
"""
    run = schelling.run(case_of(tmp_path, text), worlds=256)
    assert run.verdicts["failed"].tolist() == [128] * 4
    bounds = [(run.shares[c].low, run.shares[c].high) for c in ("both", "either", "logs")]
    assert bounds == [(0.0, 0.5), (0.5, 1.0), (0.0, 0.5)]


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ("x > log(2) / 2 + 0.5", ["x"]),  # 0.84657, which is 0.847 to three digits, above it
        ("x < 1 / 7", ["x"]),  # 0.142857, which is 0.143, above it
        ("abs(x - 0.5) >= 0.3 and y < -1.3333", ["x", "y"]),
        ("x + y < 0.1 and x > 0.8", ["x", "y"]),  # as much as x goes up, y has to go down
        ("abs(x - 0.123456789) < 1e-9", ["x"]),  # no short value flips it
    ],
)
def test_a_flip_flips_as_printed(held: str, names: list[str], tmp_path: Path) -> None:
    text = f"""assumptions:
  x: {{prior: "uniform(0, 1)", why: t}}
  y: {{prior: "normal(0, 1)", why: t}}
claims: {{c: {{holds: '{held}', why: t}}, ever: {{holds: x * y < 9, why: t}}}}
"""
    case = case_of(tmp_path, text)
    found = schelling.explore(case, worlds=256, what=("flips",)).flips[0]
    if found.smallest is None:
        assert "1e-9" in held
        return
    said = exploration_words.flip(found.smallest).replace("−", "-")
    at = dict(re.findall(r"(\w) from \S+ to ([-\d.]+)", said))
    assert sorted(at) == names
    x, y = (float(at.get(name, middle)) for name, middle in (("x", 0.5), ("y", 0.0)))
    assert eval(held.replace("log", "np.log"), {"np": np, "x": x, "y": y})


def test_a_value_is_shortened_away_from_where_it_comes_from() -> None:
    assert shortened(0.0, 0.27247, 3, away=1) == 0.273
    assert shortened(0.0, -0.27247, 3, away=1) == -0.273
    assert shortened(0.0, 0.9996, 3, away=1) == 1.0
    assert shortened(0.0, 0.27253, 3, away=1) == 0.273  # it lies further already
    assert shortened(2.0, 0.0, 3, away=20) == 0.0


def test_no_short_value_is_the_one_it_comes_from() -> None:
    """0.500001 is 0.5 to five digits: nothing would be said to move."""
    before, after = np.array([0.5, 0.0]), np.array([0.500001, 1.0])
    found = candidates(before, after, [0, 1])
    assert all((one != before).all() for one in found)
    assert found[-1].tolist() == after.tolist()


def test_no_index_is_told_of_a_claim_that_a_handful_of_worlds_decides(tmp_path: Path) -> None:
    """Of its thousand worlds about two hold: replicates that agree show no error there."""
    text = """assumptions:
  x: {prior: "uniform(0, 1)", why: t}
  y: {prior: "uniform(0, 1)", why: t}
claims: {rare: {holds: x > 0.95 and y > 0.96, why: t}, plain: {holds: x > 0.3, why: t}}
"""
    case = case_of(tmp_path, text)
    found = schelling.explore(case, worlds=512, base=512, what=("sensitivity",))
    assert found.sensitivity is not None
    assert (found.sensitivity.table("rare")["st_half_width"][["x", "y"]] >= 1.0).all()
    assert "cannot be told: too few" in exploration_words.decides(found, "rare")
    said = " ".join(finding_words.sentences(found)).replace(NO_BREAK, " ")
    assert "rare hangs" not in said
    assert "plain hangs most on x" in said


def test_intervals_of_indices_that_are_told_cover() -> None:
    """A claim that holds where two of two inputs are low, in 3 % of worlds: exact by hand.

    At least 85 % of 60 designs: 95 % less three standard errors of a share.
    """
    a, b, points = 0.3, 0.1, 256
    exact = np.array([b * a * (1 - a), a * b * (1 - b)]) / (a * b * (1 - a * b))
    replicate = np.repeat(np.arange(16), points // 16)
    told = covered = 0
    for seed in range(60):
        scrambles = [qmc.Sobol(4, rng=16 * seed + r).random(points // 16) for r in range(16)]
        base = np.concatenate(scrambles)
        worlds = saltelli_design(base)
        holds = (worlds[:, 0] < a) & (worlds[:, 1] < b)
        if holds.reshape(points, -1)[:, [0, -1]].sum() < FEWEST:
            continue
        seen = sobol_indices(holds[:, np.newaxis], 2, resamples=jackknife(replicate))
        assert seen.st_error is not None
        told += 2
        covered += int((abs(seen.st - exact[:, None]) <= seen.multiplier * seen.st_error).sum())
    assert covered >= 0.85 * told > 50


CHANCE = """time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}
assumptions:
  h: {prior: "uniform(0, 0.02)", why: t}
stocks: {s: {start: 0, change: 0 / week}}
events: {e: {why: t, hazard: h / 1 week, once: true, effects: {s: 1}}}
claims:
  early: {holds: "at(s, 5 weeks) > 0", given: final(s) > 0, why: t}
"""


def test_a_chance_under_a_condition_rests_on_the_draws_that_ask(tmp_path: Path) -> None:
    """At h = 0.01 it happens in 1 - exp(-0.1) of the draws: 97 of 1,024, not more than 200."""
    case = case_of(tmp_path, CHANCE)
    found = schelling.explore(case, worlds=64, what=("flips",)).flips[0]
    seen = found.chance
    assert seen is not None
    assert seen.strokes == pytest.approx(1024 * (1 - np.exp(-0.1)), abs=40)  # four errors
    exact = (1 - np.exp(-0.05)) / (1 - np.exp(-0.1))
    assert seen.low < exact < seen.high
    assert seen.high - seen.low > 0.15
    said = exploration_words.begins(found).replace(NO_BREAK, " ")
    assert f"of {seen.strokes} chance draws that give it a truth value" in said


def test_a_box_without_more_of_them_is_not_told_and_units_with_numbers_are_products(
    tmp_path: Path,
) -> None:
    """What `x` has no part in fails as often everywhere: "38 % instead of 38 %" says nothing."""
    text = """time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}
assumptions:
  x: {prior: "uniform(0, 0.002)", why: t}
  size: {prior: "20 to 80", unit: 1000 person, why: t}
stocks: {s: {start: 0, change: 0 / week}}
events: {e: {why: t, hazard: (0.1 + x) / 1 week, once: true, effects: {s: 1}}}
claims:
  toss: {holds: final(s) == 0, why: t}
  big: {holds: size > 50 * 1000 person, why: t}
"""
    found = schelling.explore(case_of(tmp_path, text), worlds=512, what=("boxes", "flips"))
    for boxes in found.boxes:
        for said in exploration_words.rules(boxes):
            assert boxes.claim == "big" or " instead of " not in said
            assert not re.search(r"(\d+) % instead of \1 %", said.replace(NO_BREAK, " "))
    (toss, big) = found.flips
    assert toss.smallest is None
    assert "to 50.1 × 1000 person" in exploration_words.flips(big)
