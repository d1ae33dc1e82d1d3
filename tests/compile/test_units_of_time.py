"""The time since the start in units: whole months are whole, though each is 4.348... weeks."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from schelling.case.language.typed.types import Constant, Kind, Operation, Reference, Type
from schelling.compile.expressions.elements import function

CASE = """
schelling: 1
title: x
time: {start: 2030-01-01, until: UNTIL, step: STEP}
variables:
  passed: elapsed / 1 UNIT
  whole: floor(passed)
  rest: passed - 12 * floor(passed / 12)
claims: {a: {why: x, holds: final(whole + rest) >= 0}}
"""

NAMES = ("passed", "whole", "rest")


@pytest.mark.parametrize(
    ("step", "unit", "until", "parts"),
    [
        ("1 month", "month", "2040-01-01", 1),
        ("1 day", "day", "2030-05-01", 1),
        ("0.1 months", "month", "2032-01-01", 10),
    ],
)
def test_whole_units_are_whole(
    step: str, unit: str, until: str, parts: int, tmp_path: Path
) -> None:
    """Rounded twice, 15 months are 14.999999999999998, and `floor` of them 14."""
    path = tmp_path / "case.yaml"
    text = CASE.replace("UNTIL", until).replace("STEP", step).replace("UNIT", unit)
    path.write_text(text, "utf-8")
    run = schelling.run(schelling.load(path), worlds=2, replicates=2)
    steps = np.arange(run.series.sizes["time"])
    found = {name: run.series[name].values.reshape(-1, len(steps))[0] for name in NAMES}
    np.testing.assert_allclose(found["passed"], steps / parts, rtol=1e-15 * (parts > 1))
    np.testing.assert_array_equal(found["whole"], steps // parts)
    if parts == 1:
        np.testing.assert_array_equal(found["rest"], steps % 12)


def test_the_slope_is_that_of_the_quotient() -> None:
    """Also where it is a whole number, from which rounding took nothing."""
    number = Type(Kind.NUMBER, ())
    quotient = Operation("/", (Reference("elapsed", number), Constant(1.0, number)), number)
    slope = jax.grad(lambda unit: function(quotient)(jnp.array(5.0), unit))(jnp.array(2.5))
    assert slope == pytest.approx(-5.0 / 2.5**2, rel=1e-15)
