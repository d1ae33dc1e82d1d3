"""Error models against SciPy, and their draws against their moments."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from schelling.case.language.words.error_words import ERROR_MODELS
from schelling.evidence import error_models, error_tails

# name, parameters, records, and the same in SciPy
KNOWN = [
    ("normal", (1.5, 2.0), [-1.0, 0.0, 4.0], stats.norm(1.5, 2.0)),
    ("lognormal", (3.0, 0.4), [0.5, 3.0, 9.0], stats.lognorm(0.4, scale=3.0)),
    ("student_t", (4.0, 1.0, 2.0), [-9.0, 1.0, 3.0], stats.t(4.0, 1.0, 2.0)),
    ("binomial", (20.0, 0.3), [0.0, 6.0, 20.0], stats.binom(20, 0.3)),
    ("beta_binomial", (20.0, 0.3, 15.0), [0.0, 6.0, 20.0], stats.betabinom(20, 4.5, 10.5)),
    ("negative_binomial", (4.0, 2.5), [0.0, 4.0, 17.0], stats.nbinom(2.5, 2.5 / 6.5)),
]


def arrays(parameters: tuple[float, ...]) -> list[np.ndarray]:
    return [np.array([[value]]) for value in parameters]


def test_the_language_and_the_numbers_know_the_same_models() -> None:
    assert list(ERROR_MODELS) == list(error_models.ERRORS)


@pytest.mark.parametrize(("name", "parameters", "records", "known"), KNOWN)
def test_densities_are_those_of_scipy(name, parameters, records, known) -> None:
    found = error_models.log_densities(name, jnp.array(records), arrays(parameters))
    wanted = known.logpmf(records) if hasattr(known.dist, "pmf") else known.logpdf(records)
    assert_allclose(found[0], wanted, rtol=1e-9)  # two roundings of the same formula


@pytest.mark.parametrize(("name", "parameters", "records", "known"), KNOWN)
def test_draws_have_the_moments_that_are_told(name, parameters, records, known) -> None:
    rng, count = np.random.default_rng(3), 20_000
    worlds = [np.broadcast_to(one, (count, 1)) for one in arrays(parameters)]
    drawn = error_models.draws(name, rng, worlds, rows=1)
    mean, sd = error_models.moments(name, arrays(parameters))
    assert_allclose([mean.item(), sd.item()], [known.mean(), known.std()], rtol=1e-9)
    assert abs(drawn.mean() - mean.item()) < 4 * sd.item() / np.sqrt(count)  # 4 standard errors
    assert_allclose(drawn.std(), sd.item(), rtol=0.1)  # t(4) has no fourth moment: a wide bound


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("normal", (0.0, 0.0)),
        ("normal", (np.nan, 1.0)),
        ("lognormal", (-1.0, 0.5)),
        ("binomial", (10.0, 1.2)),
        ("beta_binomial", (10.0, 0.5, -1.0)),
        ("negative_binomial", (-3.0, 2.0)),
        ("student_t", (3.0, 0.0, -1.0)),
    ],
)
def test_impossible_parameters_make_a_record_impossible(name, parameters) -> None:
    found = error_models.log_densities(name, jnp.array([1.0]), arrays(parameters))
    assert found[0, 0] == -np.inf
    assert np.isnan(error_models.draws(name, np.random.default_rng(0), arrays(parameters), 1)[0, 0])


def test_gradients_are_numbers_beside_impossible_parameters() -> None:
    def total(chance):
        trials = jnp.full((2, 1), 10.0)
        found = error_models.log_densities("binomial", jnp.array([3.0]), [trials, chance[:, None]])
        return jnp.where(jnp.isfinite(found), found, 0.0).sum()

    slopes = jax.grad(total)(jnp.array([0.3, 1.4]))
    assert_allclose(slopes, [3 / 0.3 - 7 / 0.7, 0.0], atol=1e-9)  # the score, exact but rounding


@pytest.mark.parametrize("name", ["binomial", "beta_binomial"])
def test_trials_are_whole_and_at_least_as_many_as_successes(name: str) -> None:
    """9.6 trials are 10: densities of 0 to 10 successes sum to one, and 11 are impossible."""
    given = [np.array([[9.6]]), np.array([[0.3]])] + [np.array([[5.0]])] * (name == "beta_binomial")
    found = np.exp(np.asarray(error_models.log_densities(name, np.arange(12.0), given)))[0]
    assert found.sum() == pytest.approx(1.0, abs=1e-9)  # rounding of gamma functions
    assert found[11] == 0.0


@pytest.mark.parametrize(
    ("name", "given"), [("binomial", (10.0, 1.0)), ("beta_binomial", (10.0, 0.2, 5.0))]
)
def test_more_successes_than_trials_are_impossible_at_the_ends_too(
    name: str, given: tuple[float, ...]
) -> None:
    """Where every trial succeeds, and where gamma functions have poles: 14 of 10, and 4 more."""
    arguments = [np.array([[one]]) for one in given]
    assert error_models.log_densities(name, np.array([14.0]), arguments)[0, 0] == -np.inf


def many_bits(name: str, y: int, given: tuple[float, ...]) -> float:
    """Counts by products of whole steps, in which no two large logarithms are subtracted."""
    if name == "negative_binomial":
        mean, size = given
        steps = [math.log((size + i) / (size + mean)) - math.log(i + 1) for i in range(y)]
        return math.fsum([*steps, y * math.log(mean), -size * math.log1p(mean / size)])
    n, mean, whole = int(given[0]), given[1], given[2]
    ups = [math.log(mean * whole + i) for i in range(y)]
    ups += [math.log((1 - mean) * whole + i) for i in range(n - y)]
    downs = [-math.log(whole + i) for i in range(n)]
    return math.fsum([math.log(math.comb(n, y)), *ups, *downs])


@pytest.mark.parametrize("large", [0.5, 999.0, 1001.0, 1e6, 1e9, 1e12, 1e15, 1e18])
def test_counts_that_hardly_vary_beyond_chance_keep_their_digits(large: float) -> None:
    """A size of 1e15 is how a Poisson count is written; log gamma alone is off by 8 there.

    The tolerance is rounding: that of log gamma at 1,000, some 6,000 in size, is 1e-12.
    """
    for name, given in (
        ("negative_binomial", (4.2, large)),
        ("beta_binomial", (20.0, 0.3, large)),
    ):
        found = error_models.log_densities(name, jnp.array([7.0]), arrays(given))
        assert_allclose(found[0, 0], many_bits(name, 7, given), rtol=0, atol=1e-11)


def test_a_t_with_endless_degrees_of_freedom_is_normal() -> None:
    found = error_models.log_densities("student_t", jnp.array([1.3]), arrays((1e15, 1.0, 0.5)))
    assert_allclose(found[0, 0], stats.norm(1.0, 0.5).logpdf(1.3), rtol=1e-12)


def test_poisson_counts_are_drawn_with_their_mean() -> None:
    """Four standard errors of 20,000 counts of mean and variance 4.2."""
    given = [np.full((20_000, 1), 4.2), np.full((1, 1), 1e15)]
    drawn = error_models.draws("negative_binomial", np.random.default_rng(5), given, rows=1)
    assert abs(drawn.mean() - 4.2) < 4 * np.sqrt(4.2 / 20_000)
    assert abs(drawn.var() - 4.2) < 4 * np.sqrt((4.2 + 2 * 4.2**2) / 20_000)


@pytest.mark.parametrize(("name", "parameters", "records", "known"), KNOWN)
def test_tails_are_those_of_scipy(name, parameters, records, known) -> None:
    low, high = error_tails.tails(name, np.array(records), arrays(parameters))
    counts = hasattr(known.dist, "pmf")
    assert_allclose(low[0], known.cdf(records), rtol=1e-9)
    assert_allclose(high[0], known.sf(np.array(records) - (1 if counts else 0)), rtol=1e-9)


@pytest.mark.parametrize("size", [1e12, 1e15, 1e18])
def test_tails_of_a_poisson_count_keep_their_digits(size: float) -> None:
    """The variance is larger than that of a Poisson count by 4.2 / size; the rest is rounding."""
    counts, known = np.array([0.0, 1.0, 4.0, 12.0]), stats.poisson(4.2)
    low, high = error_tails.tails("negative_binomial", counts, arrays((4.2, size)))
    assert_allclose(low[0], known.cdf(counts), rtol=1e-10)
    assert_allclose(high[0], known.sf(counts - 1), rtol=1e-10)


def test_tails_of_a_binomial_count_at_its_ends() -> None:
    """None, all, and one more than all of 3; and where every trial succeeds or none does."""
    counts = np.array([0.0, 3.0, 4.0])
    half, sure, never = (
        error_tails.tails("binomial", counts, arrays((3.0, chance))) for chance in (0.5, 1.0, 0.0)
    )
    assert [side.tolist() for side in half] == [[[0.125, 1.0, 1.0]], [[1.0, 0.125, 0.0]]]
    assert [side.tolist() for side in sure] == [[[0.0, 1.0, 1.0]], [[1.0, 1.0, 0.0]]]
    assert [side.tolist() for side in never] == [[[1.0, 1.0, 1.0]], [[1.0, 0.0, 0.0]]]


def test_tails_of_impossible_parameters_are_unknown() -> None:
    low, high = error_tails.tails("binomial", np.array([1.0]), arrays((10.0, 1.2)))
    assert np.isnan(low).all()
    assert np.isnan(high).all()
