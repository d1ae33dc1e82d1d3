"""What is said of boxes, in cases whose failures were planted."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.analysis.boxes.boxes import Fit
from schelling.errors import RunError
from schelling.report.exploration import exploration_words
from schelling.study.exploring import rare, scenarios
from schelling.study.exploring.box_search import Boxes, denser
from schelling.study.exploring.sample import Sample

HEAD = "schelling: 1\ntitle: Planted failures\nassumptions:\n" + "".join(
    f'  {name}: {{prior: "uniform(0, 1)", why: x}}\n' for name in "abcd"
)


def boxes(folder: Path, claim: str, *, verb: str = "fails", **choices: object) -> Boxes | None:
    (folder / "case.yaml").write_text(
        f"{HEAD}claims:\n  c: {{why: x, holds: {claim}}}\n", encoding="utf-8"
    )
    case = schelling.load(folder)
    found = schelling.explore(case, what=["boxes"], **choices)  # pyright: ignore
    return next((one for one in found.boxes if one.verb == verb), None)


@pytest.mark.parametrize(
    ("corner", "share", "worlds"),
    [((0.93, 0.07), 0.0049, 10_000), ((0.93, 0.07), 0.0049, 1_000), ((0.8, 0.2), 0.04, 10_000)],
)
def test_a_rare_corner_is_told_as_it_was_planted(
    tmp_path: Path, corner: tuple[float, float], share: float, worlds: int
) -> None:
    """A peel takes a twentieth of what is left: bounds within 0.02, nine tenths of both shares."""
    found = boxes(tmp_path, f"not (a > {corner[0]} and b < {corner[1]})", worlds=worlds)
    assert found is not None
    rule = found.rules[0]
    assert [one.assumption for one in rule.limits] == ["a", "b"]
    assert rule.limits[0].low == pytest.approx(corner[0], abs=0.02)
    assert rule.limits[1].high == pytest.approx(corner[1], abs=0.02)
    assert min(rule.fit.coverage, rule.fit.density) > 0.9
    assert rule.fit.mass == pytest.approx(share, rel=0.12)
    assert found.base == pytest.approx(share, rel=0.1)  # of some 8,192 evenly spread points
    words = spaced(exploration_words.rules(found)[0])
    assert re.match(
        r"fails when a is above 0\.\d+ and b below 0\.\d+: (9\d % ± \d|100 %) of", words
    )
    assert ("further worlds drawn around" in words) == (found.drawn > 0)
    assert (found.drawn > 0) == (worlds * share < 100)


def test_a_region_that_leaves_worlds_out_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if of any region it were unlikely that it holds as many of a kind as the run has."""
    monkeypatch.setattr(scenarios, "_UNLIKELY", 2.0)
    found = boxes(tmp_path, "not (a > 0.93 and b < 0.1)", worlds=2_000)
    assert found is not None
    assert found.anywhere
    assert found.base == pytest.approx(0.007, rel=0.1)  # of 8,192 evenly spread points
    words = spaced(exploration_words.rules(found)[0])
    assert words.endswith(f"8,192 further worlds as the run has {found.sought} only")


@pytest.mark.parametrize(
    ("density", "base", "dimensions", "told"),
    [
        (0.61, 0.5, 1, True),  # of 100 worlds the error is 5 points
        (0.59, 0.5, 1, False),
        (0.1049, 0.0951, 1, False),  # "10 % instead of 10 %"
        (1.0, 0.998, 1, True),  # all of them, however many there are elsewhere
        (0.5, 0.5, 0, True),  # no box
    ],
)
def test_a_box_has_clearly_more_of_a_kind(
    density: float, base: float, dimensions: int, told: bool
) -> None:
    worlds = 100 if density != 0.1049 else 1_000_000
    caught = round(density * worlds)
    assert denser(Fit(0.5, density, 0.1, worlds, caught, dimensions), base) == told


@pytest.mark.parametrize(("there", "missed"), [(20, True), (60, True), (80, False), (400, False)])
def test_which_regions_leave_worlds_out(there: int, missed: bool) -> None:
    """A tenth of all worlds, of a thousand of which some are of the kind: 2, 6, 8 or 40 in 1,000.

    The run has 14 in 1,000, or more, by a chance of 3e-8, 0.004, 0.034 and 1 (Poisson).
    """
    worlds = np.arange(1_000) >= 0
    none = np.zeros((1_000, 0))
    sample = Sample((), (), none, none > 0, none, worlds.astype(int), worlds.astype(np.uint32))
    region = rare.Region(sample, 0.1, np.zeros(0), np.zeros(0))
    of_kind = np.arange(1_000) < there
    assert scenarios._missed(region, of_kind, worlds, (14, 1_000)) == missed
    everywhere = rare.Region(sample, 1.0, np.zeros(0), np.zeros(0))
    assert not scenarios._missed(everywhere, of_kind, worlds, (14, 1_000))


def test_what_raises_the_odds_a_little_is_not_said_to_decide(tmp_path: Path) -> None:
    """The sine is above cos(0.03 pi) in 3 % of its course, above cos(0.06 pi) in 6 %."""
    found = boxes(tmp_path, "sin(100000 * b) < (0.9823 if a > 0.5 else 0.99556)")
    assert found is not None
    for rule in found.rules:
        assert rule.fit.density < 0.67
        words = spaced(exploration_words.rule_sentence(found, rule))
        assert words.startswith("fails more often when")
        assert re.search(r": \d+ % ± \d instead of [345] % of worlds, covering", words)


def test_where_nothing_matters_no_box_is_told(tmp_path: Path) -> None:
    found = boxes(tmp_path, "sin(100000 * b) < 0.588", worlds=4096)
    assert found is not None
    assert all(not rule.limits or rule.fit.density < 0.67 for rule in found.rules)
    assert boxes(tmp_path, "a > -1") is None


def test_the_box_is_chosen_along_the_curve(tmp_path: Path) -> None:
    """Failures fill a triangle: the denser the box, the fewer of them it covers."""
    loose = boxes(tmp_path, "a + b < 1.5", density=0.5, worlds=4096)
    dense = boxes(tmp_path, "a + b < 1.5", density=0.95, worlds=4096)
    large = boxes(tmp_path, "a + b < 1.5", density=0.95, mass=0.9, worlds=4096)
    assert loose is not None
    assert dense is not None
    assert large is not None
    assert loose.rules[0].fit.density >= 0.45  # bounds are rounded and restrictions dropped after
    assert dense.rules[0].fit.density > 0.9
    assert dense.rules[0].fit.coverage < loose.rules[0].fit.coverage
    assert large.rules[0].fit.worlds >= 0.85 * large.sought
    counts = [len(one.limits) for one in loose.along]
    assert counts == sorted(set(counts))  # one box for each number of restrictions
    densities = [one.fit.density for one in loose.along]
    assert densities == sorted(densities)
    coverages = [one.fit.coverage for one in loose.along]
    assert coverages == sorted(coverages, reverse=True)
    with pytest.raises(RunError, match="density of a box"):
        boxes(tmp_path, "a + b < 1.5", density=1.5)


def test_failed_worlds_are_left_out_of_boxes_and_counted(tmp_path: Path) -> None:
    found = boxes(tmp_path, "log(a - 0.1) + b > -1", worlds=4096)
    assert found is not None
    assert found.failed / 4096 == pytest.approx(0.1, abs=0.001)  # evenly spread points
    assert found.worlds + found.failed == 4096
    words = spaced(exploration_words.rules(found)[0])
    assert words.endswith("left out: the 10 % of worlds without a truth value")


@pytest.mark.slow
def test_shares_of_a_second_sample_are_right(tmp_path: Path) -> None:
    """Weighted back, the share of failures is the corner's area, whatever the seed."""
    shares = []
    for seed in range(10):
        found = boxes(tmp_path, "not (a > 0.93 and b < 0.07)", worlds=2_000, seed=seed)
        assert found is not None
        shares.append(found.base)
    assert np.mean(shares) == pytest.approx(0.0049, rel=0.02)  # ten times some 0.5 to 2 %


def spaced(words: str) -> str:
    return words.replace("\u00a0", " ")
