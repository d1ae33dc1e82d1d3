"""The Sobol' points are those of SciPy, whether its table is there or not."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from schelling.distributions import sobol_sequence


@pytest.mark.parametrize(
    ("things", "start", "stop"),
    [(1, 0, 5), (2, 0, 1), (7, 1000, 3100), (4, 6, 6)],  # the third lies across heads of 1,024
)
def test_points_are_those_of_scipy(things: int, start: int, stop: int) -> None:
    found = sobol_sequence.digits(things, start, stop)
    assert found.shape == (stop - start, things)
    assert np.array_equal(found, sobol_sequence.by_scipy(things, start, stop))


def test_every_direction_is_that_of_scipy() -> None:
    things = 21_201
    theirs: Any = qmc.Sobol(things, scramble=False, bits=sobol_sequence.BITS)
    assert np.array_equal(sobol_sequence.directions(things), theirs._sv)


@pytest.fixture
def no_table(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """SciPy's table is not there; whatever happens, it is looked for anew afterwards."""
    with monkeypatch.context() as here:
        here.setattr(sobol_sequence, "_FILE", "stats/not_there.npz")
        sobol_sequence.directions.cache_clear()
        yield
    sobol_sequence.directions.cache_clear()


@pytest.mark.usefixtures("no_table")
def test_without_the_table_of_scipy_its_generator_makes_the_points() -> None:
    with pytest.raises((OSError, KeyError)):
        sobol_sequence.directions(5)
    found = sobol_sequence.digits(5, 3, 2000)
    assert np.array_equal(found, sobol_sequence.by_scipy(5, 3, 2000))


def test_more_dimensions_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="21201"):
        sobol_sequence.digits(21_202, 0, 1)
