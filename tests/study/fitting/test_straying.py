"""Signs of a wrong model at their limits, by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from numpy import ndarray

from schelling.evidence.posterior import PosteriorWorlds
from schelling.study.fitting import jointly, straying
from schelling.study.fitting.peaks import two_places
from schelling.study.fitting.straying import SeriesStraying
from schelling.study.fitting.summary import SeriesCheck


def strays(low: list[float], high: list[float]) -> SeriesStraying:
    rows = np.zeros(len(low), np.bool_)
    return straying._straying(np.array(low), np.array(high), rows, np.random.default_rng(1))


def test_the_farthest_of_many_is_held_to_how_many_there_are() -> None:
    found = strays([0.5, 0.001, 0.6], [0.5, 0.999, 0.4])
    assert (found.farthest, found.rows) == (1, 3)
    assert found.far == pytest.approx(3 * 2 * 0.001)
    assert strays([0.5, 0.4], [0.5, 0.6]).far == 1


def test_records_whose_chance_is_unknown_are_left_out() -> None:
    found = strays([math.nan, 0.999, 0.6], [math.nan, 0.001, 0.4])
    assert (found.farthest, found.rows) == (1, 2)
    assert found.far == pytest.approx(2 * 2 * 0.001)
    none = strays([math.nan, math.nan], [math.nan, math.nan])
    assert (none.rows, none.far) == (0, 1)
    assert [none.outlier, none.close, none.dependent] == [False] * 3


def test_twenty_records_are_too_close_from_seventeen_on() -> None:
    """Of 20 fair coins 16 or more are heads in 0.6 % of all cases, 17 or more in 0.13 %."""
    found = [SeriesStraying(0, 1.0, inside, 20, 0.0, 20, 1.0).close for inside in (16, 17)]
    assert found == [False, True]


def test_neighbours_are_alike_from_a_score_of_2_8_on() -> None:
    """The standard error of 36 rows is one sixth."""
    met = [SeriesStraying(0, 1.0, 18, 36, one, 36, 1.9).dependent for one in (0.46, 0.475, -0.9)]
    assert met == [False, True, False]


def test_few_rows_have_no_neighbours() -> None:
    assert all(map(math.isnan, straying._neighbours(np.ones(9))))
    assert straying._neighbours(np.ones(10)) == pytest.approx((0.9, 1 + 2 * 0.9))


def test_a_constant_series_strays_too_little_and_not_alike() -> None:
    """Twelve equal records, each a tenth of a deviation out: no posterior is too narrow for them.

    A mean of them has a hundredth of the variance of the error model, times at most three.
    """
    level = [0.54] * 12
    found = strays(level, [1 - one for one in level])
    assert found.alike == pytest.approx(11 / 12)
    assert (found.close, found.dependent) == (True, False)
    assert found.inflated < 0.03
    far = strays([0.9] * 12, [0.1] * 12)  # 1.28 deviations out, all on one side
    assert (far.close, far.dependent) == (False, True)


def test_bands_that_hold_too_few() -> None:
    """Of 20, inside the 50 % band up to 2 (0.02 %; 3: 0.13 %), or the 90 % band up to 12 (0.04 %).

    The limit is 0.125 % for each of the two.
    """
    none = np.zeros((20, 4))
    found = [
        SeriesCheck("polls", 20, inside, none, none, np.zeros(20)).signs
        for inside in ((3, 18), (2, 18), (10, 13), (9, 12))
    ]
    assert found == [(), ("bands",), (), ("bands",)]


def test_a_single_record_is_not_left_out() -> None:
    """Without it there is the prior alone, from which nothing but the prior can be learned."""
    tails = np.repeat([[0.2], [0.4]], 100, axis=0)
    fit = np.repeat([[0.0], [-1.0]], 100, axis=0)
    below, _, left_out = straying._left_out(tails, 1 - tails, fit)
    assert below.tolist() == pytest.approx([0.3])
    assert left_out.tolist() == [False]


def test_a_record_is_left_out_by_dividing_by_its_density() -> None:
    """Worlds that fit it well count less: by one to two of 100 and 100."""
    fit = np.repeat([[math.log(2.0), 0.0], [0.0, 0.0]], 100, axis=0)
    low = np.repeat([[0.3, 0.5], [0.6, 0.5]], 100, axis=0)
    below, above, left_out = straying._left_out(low, 1 - low, fit)
    assert below.tolist() == pytest.approx([(0.3 + 2 * 0.6) / 3, 0.5])
    assert above.tolist() == pytest.approx([1 - (0.3 + 2 * 0.6) / 3, 0.5])
    assert left_out.tolist() == [True, True]


def test_a_place_of_few_worlds_is_none() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([0.1 * rng.standard_normal(980), 10 + 0.1 * rng.standard_normal(20)])
    even = np.full(1000, 1 / 1000)
    assert two_places(values, values, even) is None
    more = np.where(np.arange(1000) < 60, values + 10, values)
    found = two_places(more, more, even)
    assert found is not None
    assert found.share == pytest.approx(0.08)


def told(before: ndarray, after: ndarray, effective: float) -> list[tuple[str, str]]:
    """Names of the pairs that are known together, of assumptions a, b, c and so on."""
    names = "abcdef"[: before.shape[1]]
    plan = SimpleNamespace(assumptions=[SimpleNamespace(name=name) for name in names])
    problem = SimpleNamespace(seed=0, moved=tuple(range(len(names))), plan=plan)
    worlds = [
        PosteriorWorlds(
            one,
            np.zeros(len(one), np.uint32),
            np.full(len(one), 1 / len(one)),
            np.arange(len(one)),
            np.zeros(len(one)),
        )
        for one in (before, after)
    ]
    found = jointly.pairs(problem, (worlds[0], worlds[1]), (before, after), effective)  # pyright: ignore
    return [(pair.first, pair.second) for pair in found]


def test_what_the_prior_ties_is_no_news_and_the_closest_pair_is_first() -> None:
    """In both c is d and e the square of f; the posterior ties a to b, and a to the square of c."""
    rng = np.random.default_rng(4)
    free = rng.standard_normal((2000, 6))
    free[:, 3], free[:, 4] = free[:, 2], free[:, 5] ** 2
    after = free.copy()
    after[:, 0] = after[:, 2] ** 2
    after[:, 1] = after[:, 0] + rng.standard_normal(2000) / 4
    found = told(free, after, 2000)
    assert ("a", "c") in found[:2]
    assert ("a", "d") in found[:2]
    assert ("a", "b") in found[2:]
    assert not {("c", "d"), ("e", "f")} & set(found)


def test_values_that_recur_are_in_no_order() -> None:
    """Worlds come sorted by the first thing and then by the second, which it does not tell.

    Of 600 the standard error is 0.026.
    """
    rng = np.random.default_rng(12)
    second = np.sort(rng.standard_normal((2, 300)), axis=1).ravel()
    both = np.stack([np.repeat([0.0, 1.0], 300), second], axis=1)
    assert abs(jointly.dependences(both, rng)[0, 1]) < 4 * 0.026


def test_near_copies_of_a_world_make_no_function() -> None:
    """Of 200 worlds there are 20 each, a little apart, and they are worth 100."""
    rng = np.random.default_rng(6)
    few = np.repeat(rng.standard_normal((200, 2)), 20, axis=0)
    near = few + 1e-6 * rng.standard_normal(few.shape)
    assert told(rng.standard_normal((4000, 2)), near, 100) == []
    assert told(rng.standard_normal((4000, 2)), few, 4000) == []


def test_a_pair_that_the_prior_has_correlated_is_no_news() -> None:
    """Of a normal pair correlated by 0.83 the ranks are so by 0.82; Chatterjee's is 0.45."""
    rng = np.random.default_rng(8)
    first, second = rng.standard_normal((2, 4000))
    before, after = (
        np.stack([first, rho * first + np.sqrt(1 - rho**2) * second], axis=1)
        for rho in (0.83, 0.99)
    )
    assert told(before, after, 4000) == []
    assert told(np.stack([first, second], axis=1), after, 4000) == [("a", "b")]
