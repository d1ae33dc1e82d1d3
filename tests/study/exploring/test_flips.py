"""Flips of a real case: proven by the flipped world, tipping points where they are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.analysis.flips.chance_crossing import Crossing, interval
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.report.exploration import exploration_words
from schelling.study.exploring import flips, luck_flips
from schelling.study.exploring.flip_results import Chance, ClaimFlips, Flip, Move, Nearest
from schelling.study.exploring.luck_flips import LuckStudy
from schelling.study.exploring.probe import Probe

CASE = """
schelling: 1
title: Flips that can be worked out by hand
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  a: {prior: "uniform(0, 10)", why: x}
  b: {prior: "uniform(-1, 1)", why: x}
  c: {prior: "choice(0, 1, 4)", why: x}
  d: {prior: 3, why: x}
  e: {prior: "normal(0, 1)", why: x}
phases: [calm, storm]
events:
  breaks: {hazard: "exp(-a / 3) / week", while: phase == calm, effects: {phase: storm}}
claims:
  one_tips: {why: x, holds: "a + b + d > 7"}
  two_needed: {why: x, holds: "b + 0.2 * e < 1.05"}
  listed: {why: x, holds: "c - 2 < 0.01 * b"}
  by_luck: {why: x, holds: "always(phase == calm)"}
  never: {why: x, holds: "a > -1"}
"""


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Probe:
    path: Path = tmp_path_factory.mktemp("flips") / "flips.yaml"
    path.write_text(CASE, encoding="utf-8")
    return Probe(plan.build(schelling.load(path)), seed=3)


@pytest.fixture(scope="module")
def samples(probe: Probe) -> np.ndarray:
    return draws.draw(probe.plan, seed=3, replicates=2, first=0, count=256)


@pytest.fixture(scope="module")
def central(probe: Probe, samples: np.ndarray) -> dict[str, ClaimFlips]:
    return {one.claim: one for one in flips.of_claims(probe, samples)}


def test_the_nearest_tipping_point_is_where_algebra_puts_it(central: dict[str, ClaimFlips]) -> None:
    """At the centre a = 5, b = 0, d = 3, so a tips at 4, 0.1 levels away; b only at -1, level 0,
    which is beyond the central 99 %. 1e-5: a line is cut to 5e-7 of a cell, values span 10.
    """
    found = central["one_tips"]
    assert found.holds
    assert [move.assumption for move in found.tippings] == ["a"]
    assert found.tippings[0].after == pytest.approx(4, abs=1e-5)
    assert found.tippings[0].change == pytest.approx(-0.1, abs=1e-6)
    assert found.smallest is not None
    assert [move.assumption for move in found.smallest.moves] == ["a"]
    assert found.luck_share == 1.0


def test_two_assumptions_are_moved_where_one_is_not_enough(central: dict[str, ClaimFlips]) -> None:
    """b reaches 0.99 within the central 99 %, and 0.2 e must then reach 0.06, so e 0.3: or less of
    b and more of e, if that is nearer; at least the flip is not larger than that one."""
    found = central["two_needed"]
    assert found.tippings == ()
    assert found.smallest is not None
    assert {move.assumption for move in found.smallest.moves} == {"b", "e"}
    # 0.495 levels of b, and from 0.5 to the level of 0.3 of e, which is 0.6179
    assert found.smallest.distance <= 0.495 + 0.1180
    assert found.map is not None
    assert {found.map.first, found.map.second} == {"b", "e"}


def test_listed_values_move_to_listed_values(central: dict[str, ClaimFlips]) -> None:
    found = central["listed"]
    assert found.smallest is not None
    (move,) = found.smallest.moves
    assert (move.assumption, move.before, move.after) == ("c", 1.0, 4.0)
    assert move.change == pytest.approx(1 / 3)


def test_what_cannot_fail_has_no_flip(central: dict[str, ClaimFlips]) -> None:
    assert central["never"].smallest is None
    assert central["never"].tippings == ()


def test_flipped_worlds_are_twins_that_have_flipped(
    probe: Probe, samples: np.ndarray, central: dict[str, ClaimFlips]
) -> None:
    """From the centre and from named worlds, every flip and every tipping point is run again."""
    names = [assumption.name for assumption in probe.plan.assumptions]
    everything = [*central.values()]
    for world in (5, 77):
        everything += flips.of_claims(probe, samples, (world, samples[world]))
    proven = 0
    for found in everything:
        if found.luck is None:
            continue
        start = probe.values(probe.centre()[np.newaxis]) if found.world is None else None
        base = start if start is not None else samples[found.world : found.world + 1]
        column = [claim.name for claim in probe.plan.claims].index(found.claim)
        assert bool(probe.ask_values(base, found.luck).holds[0, column]) == found.holds
        for moves in [*(flip.moves for flip in found.flips), *([m] for m in found.tippings)]:
            changed = base.copy()
            for move in moves:
                changed[0, names.index(move.assumption)] = move.after
            assert bool(probe.ask_values(changed, found.luck).holds[0, column]) != found.holds
            proven += 1
    assert proven > 10


def test_under_chance_a_claim_flips_where_its_chance_crosses_one_half(
    central: dict[str, ClaimFlips],
) -> None:
    """With hazard h = exp(-a / 3) over four weeks calm lasts with chance exp(-4 h).

    That is one half at a = -3 ln(ln 2 / 4) = 5.258; from 1,024 draws at the median of a, 5, its
    standard error is .0156, of which four are allowed.
    """
    found = central["by_luck"]
    assert found.luck is None
    assert found.chance is not None
    assert found.chance.share == pytest.approx(np.exp(-4 * np.exp(-5 / 3)), abs=0.0625)
    assert found.chance.low < found.chance.share < found.chance.high
    assert not found.holds
    (move,) = found.tippings
    assert move.assumption == "a"
    assert move.low < -3 * np.log(np.log(2) / 4) < move.high
    assert move.low < move.after < move.high
    assert found.map is not None
    assert found.map.chance is not None
    assert "its chance of holding crosses one half with a from 5 to" in exploration_words.flips(
        found
    )
    assert " to " in exploration_words.tipping_points(found)
    # what chance does not touch is exact and says nothing of chance
    assert central["one_tips"].chance is None
    assert "chance" not in exploration_words.flips(central["one_tips"])


def test_a_chance_of_exactly_one_half_crosses_it_where_it_is(
    probe: Probe, central: dict[str, ClaimFlips]
) -> None:
    """The change found has no size, but it has its assumption and that one's interval."""
    space = probe.space(probe.centre())
    end = np.where(np.arange(len(space.start)) == 0, 0.995, space.start)
    study = LuckStudy(probe, (3,), space, None)
    line = luck_flips._Line(3, space.start, end, 0.5, listed=False)  # pyright: ignore[reportPrivateUsage]
    found = study.flip(line, Crossing(0.0, 0.0, 0.1))
    (move,) = found.moves
    assert (move.assumption, move.before, move.after) == ("a", 5.0, 5.0)
    assert move.high == pytest.approx(10 * (0.5 + 0.1 * 0.495))
    said = exploration_words.flips(replace(central["by_luck"], smallest=found))
    assert said.endswith("; its chance of holding crosses one half there already")


def test_of_several_assumptions_only_the_one_a_line_moves_has_an_interval(probe: Probe) -> None:
    """From `a` at 9.95, `b` goes from 0 towards 0.99; the interval reaches beyond that end."""
    space = probe.space(probe.centre())
    begin, end = space.start.copy(), space.start.copy()
    begin[0], end[:2] = 0.995, 0.995
    line = luck_flips._Line(3, begin, end, 1.0, listed=False)  # pyright: ignore[reportPrivateUsage]
    a, b = LuckStudy(probe, (3,), space, None).flip(line, Crossing(0.5, 0.4, np.inf)).moves
    assert (a.low, a.after, a.high) == pytest.approx((9.95, 9.95, 9.95))
    assert (b.low, b.after, b.high) == pytest.approx((0.396, 0.495, np.inf))
    shown = LuckStudy(probe, (3,), replace(space, start=begin), None).map(3, [])
    assert shown is not None
    assert (shown.first, shown.start[0]) == ("a", 0.995)


def test_flips_on_both_sides_of_the_start_are_kept(central: dict[str, ClaimFlips]) -> None:
    """Of one assumption alone both are told; of two together the nearer."""
    move = central["by_luck"].tippings[0]
    other = replace(move, assumption="b")
    one, two = ((move,), (move, other))
    found = [Flip(m, n, np.nan, 0.5) for n, m in ((0.4, two), (0.3, one), (0.2, one), (0.1, two))]
    kept = luck_flips._nearest(found)  # pyright: ignore[reportPrivateUsage]
    assert [(flip.distance, len(flip.moves)) for flip in kept] == [(0.1, 2), (0.2, 1), (0.3, 1)]


ALONE = """
schelling: 1
title: Decided by chance alone
time: {start: 2022-03-21, until: 2022-04-18}
assumptions: {k: {prior: "uniform(0, 1)", why: x}, m: {prior: "uniform(0, 1)", why: x}}
stocks: {s: {start: 0, change: 0 / week}}
events: {strike: {hazard: 0.4 / week, once: true, effects: {s: 1}}}
claims: {hit: {why: x, holds: final(s) > 0.5}}
"""


def from_the_centre(folder: Path, text: str) -> ClaimFlips:
    """Of the one claim of a case."""
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    probe = Probe(plan.build(schelling.load(path)), seed=1)
    drawn = draws.draw(probe.plan, seed=1, replicates=2, first=0, count=64)
    (found,) = flips.of_claims(probe, drawn)
    return found


def two_listed(folder: Path, largest: float) -> ClaimFlips:
    """Not hit with chance exp(-4 (0.02 + p + q)), of listed values 0, 0.001 and one more."""
    one = f'{{prior: "choice(0, 0.001, {largest})", why: x}}'
    text = ALONE.replace("k: {", f"p: {one}, q: {one}, k: {{").replace("0.4 /", "(0.02 + p + q) /")
    return from_the_centre(folder, text)


def test_where_nothing_flips_it_that_is_said(tmp_path: Path) -> None:
    """Hit with chance 1 - exp(-1.6) = 0.798, whatever the assumptions."""
    found = from_the_centre(tmp_path, ALONE)
    assert found.smallest is None
    assert found.tippings == ()
    assert found.chance is not None
    assert found.chance.low < 1 - np.exp(-1.6) < found.chance.high
    words = exploration_words.flips(found)
    assert "was found to bring its chance of holding across one half" in words
    assert "of 1,024 chance draws" in words


def test_listed_values_of_two_assumptions_flip_a_chance(tmp_path: Path) -> None:
    """Not hit with chance 0.92 at the start and below 1 % with either at 2."""
    found = two_listed(tmp_path, 2)
    assert {move.assumption: move.after for move in found.tippings} == {"p": 2.0, "q": 2.0}


def test_listed_values_that_flip_a_chance_only_together(tmp_path: Path) -> None:
    """Not hit with chance 0.57 with one at 0.12, 0.35 with both."""
    found = two_listed(tmp_path, 0.12)
    assert found.smallest is not None
    assert {move.assumption: move.after for move in found.smallest.moves} == {"p": 0.12, "q": 0.12}
    assert found.smallest.distance == pytest.approx(2 / 3)  # a third from one value to the next


@pytest.mark.parametrize(
    ("start", "tried", "says"),
    [
        (0.52, 0.0, "with rate from 1 to 2 / week: 0.0 % of 1,024 chance draws (0.0 to 0.4 %)"),
        (0.9, 0.7, "one half; nearest with rate from 1 to 2 / week: 70 %"),
        (0.0, 0.0, "one half; no assumption moved alone brought it nearer"),
        (0.9, 0.2, "on the other side of one half with rate from 1 to 2 / week: 20 %"),
    ],
)
def test_what_was_tried_is_told_beside_where_it_started(
    start: float, tried: float, says: str
) -> None:
    """A coin toss has no side to cross from, and what moves nothing is not "nearest"."""
    one, other = (Chance(share, *interval(share, 1024), 1024) for share in (start, tried))
    move = Move("rate", 1.0, 2.0, "1 / week", level=0.5, change=0.4)
    nothing = ClaimFlips(
        "c", None, None, start >= 0.5, 0.1, 1.0, None, (), (), None, one, Nearest(move, other)
    )
    words = exploration_words.flips(nothing)
    assert says in words
    assert words.startswith("a coin toss") == (start == 0.52)
    assert ("no change" in words) == says.startswith("one half;")


def test_a_start_at_a_tie_needs_no_number(tmp_path: Path) -> None:
    """`a + b > 1` at both medians: any change flips it, and no digits of rounding are printed."""
    path = tmp_path / "tie.yaml"
    path.write_text(
        "schelling: 1\ntitle: a tie\nassumptions:\n"
        '  a: {prior: "uniform(0, 1)", why: x}\n  b: {prior: "normal(0.5, 1)", why: x}\n'
        "claims: {c: {holds: a + b > 1, why: x}}\n",
        encoding="utf-8",
    )
    found = schelling.explore(schelling.load(path), worlds=256, what=["flips"])
    assert found.flips is not None
    words = exploration_words.flips(found.flips[0])
    assert "by the slightest change from 0.5" in words
    assert set(exploration_words.tipping_points(found.flips[0]).split(", ")) == {
        "a at 0.5",
        "b at 0.5",
    }
