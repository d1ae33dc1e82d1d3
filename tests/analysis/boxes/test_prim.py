"""Boxes: planted ones are found again, in any order of columns, with noise and with categories."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from examples import examples
from schelling.analysis.boxes.boxes import (
    CATEGORY,
    HIGH,
    LOW,
    Box,
    Fit,
    drop_idle,
    fit,
    inside,
    quasi_p,
    unrestricted,
    without,
)
from schelling.analysis.boxes.cart import tree_boxes
from schelling.analysis.boxes.prim import (
    Objective,
    PrimSettings,
    choose,
    find_boxes,
    paste,
    peel,
)
from schelling.analysis.boxes.reproducibility import reproducibility
from schelling.analysis.boxes.rounding import Label, round_bounds
from schelling.report.exploration.box_words import conditions, sentence


def planted(things, restricted, draws=8_000, noise=0.05, seed=1):
    """Worlds in a box of 20 % of the space, some labels turned over."""
    generator = np.random.default_rng(seed)
    x = generator.random((draws, things))
    edge = 0.2 ** (1.0 / len(restricted))
    low, high = np.full(things, -np.inf), np.full(things, np.inf)
    for place, thing in enumerate(restricted):
        (low if place % 2 else high)[thing] = 1.0 - edge if place % 2 else edge
    box = Box(low, high, (None,) * things)
    return x, inside(box, x) ^ (generator.random(draws) < noise), box


@pytest.mark.parametrize(
    ("things", "restricted"),
    [(2, (1,)), (2, (0, 1)), (4, (3, 1)), (6, (0, 5)), (10, (2, 7, 4)), (10, (9, 0, 4))],
)
def test_planted_boxes_are_found(things, restricted) -> None:
    """Five per cent of all labels are wrong, so the true box has density 0.95, coverage 0.826."""
    x, sought, truth = planted(things, restricted)
    (found, *others) = find_boxes(x, sought)
    assert not others
    assert found.box.restrictions == truth.restrictions
    for one in ("low", "high"):
        # a slice is 5 % of the box: of an edge that spans at most 0.6, less than 0.03, and noise
        assert_allclose(getattr(found.box, one), getattr(truth, one), atol=0.04)
    assert found.fit.density > 0.88
    assert found.fit.coverage > 0.74
    assert max(found.quasi_p.values()) < 1e-6


def test_a_planted_box_of_categories() -> None:
    generator = np.random.default_rng(5)
    x = np.column_stack([generator.random(4000), generator.integers(0, 4, size=(4000, 2))])
    truth = Box(np.array([0.55, -np.inf, -np.inf]), np.full(3, np.inf), (None, (1, 3), None))
    sought = inside(truth, x) ^ (generator.random(4000) < 0.05)
    (found,) = find_boxes(x, sought, (0, 4, 4))
    assert found.box.allowed == truth.allowed
    assert found.box.restrictions == truth.restrictions == ((0, LOW), (1, CATEGORY))
    assert_allclose(found.box.low[0], 0.55, atol=0.03)  # about a slice of 5 %
    (best, *_) = tree_boxes(x, sought, (0, 4, 4))
    assert best.box.allowed[1] == (1, 3)
    assert_allclose(best.box.low[0], 0.55, atol=0.03)


def test_the_original_objective_falls_for_categories() -> None:
    """Losing a category of two loses half the worlds, and the plain density pays no heed to it.

    That is the fault Kwakkel and Jaxa-Rozen (2016) mend; so the first peels differ.
    """
    generator = np.random.default_rng(6)
    x = np.column_stack([generator.random(4000), generator.integers(0, 2, 4000)])
    sought = (x[:, 0] > 0.3) & ((x[:, 1] == 1) | (generator.random(4000) < 0.7))
    first = [
        peel(x, sought, (0, 2), settings=PrimSettings(objective=objective))[1].box.restricted
        for objective in (Objective.DENSITY, Objective.GAIN_PER_WORLD)
    ]
    assert first == [(1,), (0,)]


def test_boxes_come_in_sequence() -> None:
    """Two corners of a square; each takes one, and coverage counts against all that is sought.

    No end of a column alone helps at first: the peeling must go through a dip to get there.
    """
    x = np.random.default_rng(2).random((6000, 3))
    one, other = (x[:, :2] > 0.6).all(axis=1), (x[:, :2] < 0.3).all(axis=1)
    first, second = find_boxes(x, one | other)
    assert first.box.restrictions == ((0, LOW), (1, LOW))
    assert second.box.restrictions == ((0, HIGH), (1, HIGH))
    assert first.fit.coverage + second.fit.coverage == pytest.approx(1.0, abs=0.08)
    assert first.added.coverage + second.added.coverage <= 1.0
    assert first.added == first.fit
    assert find_boxes(x, one | other, most=1)[0].fit == first.fit


@pytest.mark.parametrize(
    "runs", [range(6), pytest.param(range(6, 20), marks=pytest.mark.slow)], ids=["few", "more"]
)  # the same, more often
def test_noise_has_no_boxes(runs: range) -> None:
    """Labels that depend on nothing: 60 samples of three shares, and none gives a box."""
    for run, share in itertools.product(runs, (0.05, 0.4, 0.9)):
        generator = np.random.default_rng(run)
        assert find_boxes(generator.random((500, 6)), generator.random(500) < share) == ()


@pytest.mark.parametrize(("within", "elsewhere"), [(0.95, 0.4), (0.5, 0.02), (1.0, 0.8)])
def test_boxes_are_found_whatever_the_share_outside(within, elsewhere) -> None:
    generator = np.random.default_rng(7)
    x = generator.random((4000, 5))
    truth = Box(
        np.array([0.4, *[-np.inf] * 4]), np.array([np.inf, 0.6, *[np.inf] * 3]), (None,) * 5
    )
    sought = generator.random(4000) < np.where(inside(truth, x), within, elsewhere)
    (found, *_) = find_boxes(x, sought)
    assert found.box.restrictions == truth.restrictions
    assert found.box.low[0] == pytest.approx(0.4, abs=0.05)  # about a slice and noise
    assert found.box.high[1] == pytest.approx(0.6, abs=0.05)
    assert found.fit.density == pytest.approx(within, abs=0.05)


def slow_peel(x, sought, share=0.05, least=0.05):
    """The definition, word by word, sorting everything at every step."""
    left, restricted = np.arange(len(x)), set()
    shares = [(left.size, int(sought.sum()))]
    while not sought[left].all():
        best = None
        for thing, sign in itertools.product(range(x.shape[1]), (1.0, -1.0)):
            values = np.sort(sign * x[left, thing])
            stays = sign * x[left, thing] >= values[max(int(share * left.size), 1)]
            kept, gone = left[stays], left[~stays]
            gain = sought[kept].sum() / kept.size - sought[left].sum() / left.size
            rank = (gain / gone.size, thing in restricted, -gone.min(), -gone.sum())
            if kept.size >= max(least * sought.sum(), 20) and (best is None or rank > best[0]):
                best = rank, kept, thing
        if best is None:
            break
        left = best[1]
        restricted.add(best[2])
        shares.append((left.size, int(sought[left].sum())))
    return shares


@settings(max_examples=10)
@given(st.integers(1, 4), st.integers(100, 700), st.integers(0, 2**32))
def test_peeling_is_the_slow_definition(things, draws, seed) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(draws, things))
    sought = x[:, 0] + generator.normal(size=draws) > 0.5
    steps = peel(x, sought)
    expected = slow_peel(x, sought)
    assert [(step.fit.worlds, step.fit.caught) for step in steps] == expected
    for step in steps:
        measured = fit(step.box, x, sought)
        assert measured.worlds == step.fit.worlds
        assert measured.coverage == step.fit.coverage


@settings(max_examples=15)
@given(st.permutations(range(4)), st.integers(0, 2**32))
def test_the_order_of_columns_and_increasing_maps_do_not_matter(order, seed) -> None:
    x, sought, _ = planted(4, (0, 2), draws=600, seed=seed)
    plain, mixed = peel(x, sought), peel(np.exp(x[:, order]), sought)
    assert [one.fit for one in plain] == [one.fit for one in mixed]
    back = [tuple(sorted(order[thing] for thing in one.box.restricted)) for one in mixed]
    assert [one.box.restricted for one in plain] == back


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=40))
def test_ties_stay_together_and_counts_are_right(rows) -> None:
    table = np.array(rows, dtype=float).reshape(-1, 3)
    x, sought = table[:, :2], table[:, 2] == 1.0
    for kinds in ((0, 0), (0, 3)):
        for step in peel(x, sought, kinds, settings=PrimSettings(least_mass=0.0)):
            seen = fit(step.box, x, sought)
            assert (seen.worlds, seen.caught) == (step.fit.worlds, step.fit.caught)
            assert seen.dimensions == step.fit.dimensions


def test_pasting_gives_back_what_was_lost() -> None:
    """A box too narrow grows back to the edge if its surroundings are denser."""
    x, sought, truth = planted(3, (0, 1), noise=0.0)
    narrow = Box(truth.low + 0.2, truth.high - 0.2, truth.allowed)
    assert fit(narrow, x, sought).density == 1.0
    assert paste(narrow, x, sought) is narrow  # nothing can be gained
    noisy = sought & (np.arange(len(x)) % 10 > 0) | ~inside(narrow, x) & inside(truth, x)
    wide = paste(narrow, x, noisy)
    assert (inside(wide, x) >= inside(narrow, x)).all()
    assert fit(wide, x, noisy).density > fit(narrow, x, noisy).density
    for one in ("low", "high"):
        # pasting goes on while it gains; slices are 5 % of a box of a seventh of the space
        assert_allclose(getattr(wide, one), getattr(truth, one), atol=0.05)


def test_pasting_reaches_denser_worlds_beyond_a_bound() -> None:
    x = np.linspace(0.0, 1.0, 1001)[:, np.newaxis]
    sought = (x[:, 0] > 0.4) & (x[:, 0] < 0.8)
    narrow = Box(np.array([0.3]), np.array([0.6]), (None,))
    wide = paste(narrow, x, sought)
    assert wide.low[0] == 0.3
    assert wide.high[0] == pytest.approx(0.8, abs=0.02)  # half a slice of 5 % of 0.5
    codes = np.repeat(np.arange(4.0), 10)[:, np.newaxis]
    some = Box(np.array([-np.inf]), np.array([np.inf]), ((0, 1),))
    assert paste(some, codes, codes[:, 0] >= 1).allowed == (None,)


def test_quasi_p_is_scipys_binomial_test() -> None:
    x, sought, truth = planted(4, (0, 2), draws=400, noise=0.2)
    wider = Box(np.append(truth.low[:3], 0.05), truth.high, truth.allowed)
    within = inside(wider, x)
    for restriction, chance in quasi_p(wider, x, sought).items():
        free = inside(without(wider, restriction), x)
        theirs = stats.binomtest(
            int((within & sought).sum()), int(within.sum()), sought[free].mean(), "greater"
        ).pvalue
        assert chance == pytest.approx(theirs, rel=1e-9)  # another route to the same tail
    kept = drop_idle(wider, x, sought)
    assert kept.restricted == (0, 2)


def test_halves_find_the_same_dimensions() -> None:
    x, sought, _ = planted(5, (1, 3), draws=3000)
    (found,) = find_boxes(x, sought)
    seen = reproducibility(x, sought, found.fit, np.random.default_rng(0), parts=5)
    assert_array_equal(seen.same_coverage[[1, 3]], 1.0)
    assert_array_equal(seen.same_density[[1, 3]], 1.0)
    assert (seen.same_density[[0, 2, 4]] < 1.0).all()


def test_errors_of_a_fixed_box_cover_the_truth() -> None:
    """Density 0.5, coverage 5/7 of a box of mass 1/2; 200 runs of a 95 % bar, 16 replicates."""
    box = Box(np.array([0.5]), np.array([np.inf]), (None,))
    replicate, inside_bar = np.arange(480) % 16, []
    for run in range(200):
        generator = np.random.default_rng(run)
        x = generator.random((480, 1))
        sought = generator.random(480) < np.where(x[:, 0] >= 0.5, 0.5, 0.2)
        seen = fit(box, x, sought, replicate)
        bar = stats.t.ppf(0.975, 15)
        inside_bar.append(abs(seen.density - 0.5) <= bar * seen.density_error)
        inside_bar.append(abs(seen.coverage - 5.0 / 7.0) <= bar * seen.coverage_error)
    assert 0.90 <= np.mean(inside_bar) <= 0.99


def test_nothing_sought_everything_sought_and_bad_columns() -> None:
    x = np.random.default_rng(0).random((100, 2))
    none, every = np.zeros(100, dtype=bool), np.ones(100, dtype=bool)
    assert peel(x, none) == ()
    assert find_boxes(x, none) == ()
    (whole,) = peel(x, every)
    assert whole.fit == Fit(1.0, 1.0, 1.0, 100, 100, 0)
    assert find_boxes(x, every) == ()
    assert np.isnan(fit(unrestricted(2), x, none).coverage)
    with pytest.raises(ValueError, match="one entry a column, 2; got 1"):
        peel(x, every, (0,))
    with pytest.raises(ValueError, match="column 1 of `inputs` must hold categories 0 to 2"):
        peel(x, every, (0, 3))
    with pytest.raises(ValueError, match="column 0 of `inputs` must be finite"):
        tree_boxes(np.array([[np.nan]]), np.array([True]))


def test_the_tree_halves_at_the_best_place() -> None:
    """Against every possible cut of every column, by the Gini index."""
    generator = np.random.default_rng(3)
    x = np.round(generator.random((60, 2)), 1)
    sought = generator.random(60) < 0.2 + 0.6 * (x[:, 0] > 0.45)
    leaves = tree_boxes(x, sought, depth=1, least=0.1, least_gain=0.0)

    def impurity(part):
        return part.size * part.mean() * (1.0 - part.mean())

    cuts = {
        (thing, value): impurity(sought[below]) + impurity(sought[~below])
        for thing, value in itertools.product(range(2), np.unique(x))
        if 6 <= np.count_nonzero(below := x[:, thing] <= value) <= 54
    }
    (thing, value) = min(cuts, key=lambda one: cuts[one])
    assert {leaf.box.restricted for leaf in leaves} == {(thing,)}
    highs = max(leaf.box.high[thing] for leaf in leaves if np.isfinite(leaf.box.high[thing]))
    assert value < highs < value + 0.1


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_leaves_are_disjoint_and_hold_everything(seed) -> None:
    generator = np.random.default_rng(seed)
    x = np.column_stack([generator.random(300), generator.integers(0, 3, 300)])
    sought = generator.random(300) < 0.1 + 0.8 * x[:, 0] * (x[:, 1] != 1)
    leaves = tree_boxes(x, sought, (0, 3), depth=3)
    held = np.sum([inside(leaf.box, x) for leaf in leaves], axis=0)
    assert_array_equal(held, 1)
    for leaf in leaves:
        assert fit(leaf.box, x, sought) == leaf.fit
        assert leaf.fit.mass >= 0.05


def test_words() -> None:
    labels = [
        Label("aid", 0.01, "%"),
        Label("delay", unit="weeks"),
        Label("side", categories="rbg"),
    ]
    box = Box(
        np.array([0.123456, 2.0, -np.inf]), np.array([np.inf, 5.0, np.inf]), (None, None, (0, 2))
    )
    x = np.random.default_rng(0).random((1000, 3)) * [0.5, 10.0, 1.0]
    rounded = round_bounds(box, x, labels)
    assert conditions(rounded, labels) == (
        "`aid` above 12 %",
        "`delay` between 2 and 5 weeks",
        "`side` r or g",
    )
    seen = Fit(0.0, 0.999, 0.2, 1000, 999, 3)
    assert sentence(rounded, labels, seen, verb="fails", sought="failures") == (
        "fails when `aid` is above 12 %, `delay` between 2 and 5 weeks and `side` r or g: "
        ">99 % of those worlds, covering 0 % of the failures"
    )
    none = sentence(unrestricted(3), labels, seen, verb="fails", sought="failures")
    assert none == "fails in >99 % of all worlds, and no box describes these worlds"


def test_words_at_the_ends() -> None:
    box = Box(np.array([0.0]), np.array([np.inf]), (None,))
    x = np.linspace(-1.0, 1.0, 101)[:, np.newaxis]
    rounded = round_bounds(Box(box.low - 1e-9, box.high, box.allowed), x, [Label("aid")])
    few = Fit(0.001, np.nan, 0.0, 0, 0, 1)
    assert sentence(rounded, [Label("aid")], few, verb="fails", sought="failures") == (
        "fails when `aid` is above 0: none of those worlds, covering <1 % of the failures"
    )
    same = np.full((5, 1), 2.0)
    assert round_bounds(Box(box.low + 1.75, box.high, (None,)), same, [Label("aid")]).low[0] == 2.0
    # no decimal separates neighbouring floats: the bound stays
    tight = np.array([[1.0], [np.nextafter(1.0, 2.0)]])
    exact = Box(np.array([np.nextafter(1.0, 2.0)]), np.array([np.inf]), (None,))
    assert round_bounds(exact, tight, [Label("aid")], moved=0.0).low[0] == exact.low[0]


def test_errors_need_replicates_that_all_have_worlds() -> None:
    box = Box(np.array([0.5]), np.array([np.inf]), (None,))
    x, replicate = np.array([[0.7], [0.2], [0.1]]), np.array([0, 1, 1])
    seen = fit(box, x, np.array([True, True, False]), replicate)
    assert np.isnan(seen.density_error)  # without replicate 0 the box is empty
    assert seen.coverage_error == pytest.approx(0.5)  # half a world either way


def test_pasting_at_the_rim() -> None:
    """Ties at the rim go back together, and a restriction with nothing beyond it stays."""
    x = np.repeat([0.0, 1.0, 2.0], [10, 10, 10])[:, np.newaxis]
    box = Box(np.array([1.5]), np.array([2.5]), (None,))
    sought = np.arange(30) % 10 < np.repeat([2, 9, 5], 10)
    wide = paste(box, x, sought)
    assert (wide.low[0], wide.high[0]) == (0.5, 2.5)
    alone = Box(np.array([0.5]), np.array([np.inf]), (None,))
    assert paste(alone, x, x[:, 0] < 0.5).low[0] == -np.inf
    line = np.arange(100.0)[:, np.newaxis]
    narrow = Box(np.array([2.5]), np.array([np.inf]), (None,))
    assert paste(narrow, line, np.arange(100) % 50 < 25).low[0] == -np.inf  # 3 of 97 are a slice
    codes = Box(np.array([-np.inf]), np.array([np.inf]), ((0,),))
    assert paste(codes, x, x[:, 0] == 1).allowed == ((0, 1),)


@examples(40)
@given(st.floats(1e-6, 1e6), st.integers(0, 2**32))
def test_rounding_moves_few_worlds(size, seed) -> None:
    generator = np.random.default_rng(seed)
    x = size * generator.lognormal(sigma=2.0, size=(400, 1))
    box = Box(np.quantile(x, [0.2], axis=0)[0], np.quantile(x, [0.7], axis=0)[0], (None,))
    rounded = round_bounds(box, x, [Label("x")])
    assert np.count_nonzero(inside(box, x) != inside(rounded, x)) <= 2 * 0.005 * 400
    longest = max(len(f"{bound:.12g}") for bound in (rounded.low[0], rounded.high[0]))
    assert longest <= 12


def test_choice_balances_coverage_and_density() -> None:
    x, sought, truth = planted(4, (0, 2))
    chosen = choose(peel(x, sought))
    true_fit = fit(truth, x, sought)
    assert chosen.fit.coverage == pytest.approx(true_fit.coverage, abs=0.08)  # a slice or two
    assert chosen.fit.density == pytest.approx(true_fit.density, abs=0.08)
