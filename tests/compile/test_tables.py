"""One table, several readers: what the language declares is what can be computed."""

from __future__ import annotations

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, Purpose
from schelling.compile.expressions.elements import ELEMENTS, OPERATORS
from schelling.distributions.families import FAMILIES

INTERVALS = ["0.1 to 0.6", "2 to 2000", "-1 to 3", "0 to 5", "-7 to -2", "1e-9 to 1e9"]


def test_every_element_function_is_implemented() -> None:
    declared = {
        name
        for name, overloads in FUNCTIONS.items()
        if any(function.purpose is Purpose.ELEMENT for function in overloads)
    }
    assert set(ELEMENTS) == declared


def test_operators() -> None:
    assert set(OPERATORS) == {"+", "-", "*", "/", "**", "neg"}


def test_element_functions_take_as_many_arguments_as_declared() -> None:
    """Each is called with its declared arguments, and with more where more are declared."""
    for name, function in ELEMENTS.items():
        (declared,) = (f for f in FUNCTIONS[name] if f.purpose is Purpose.ELEMENT)
        count = len(declared.parameters)
        counts = [count, count + 2] if declared.parameters[-1].repeated else [count]
        counts = [1 + 2 * 3] if declared.parameters[-1].kind == "points" else counts
        for arguments in counts:
            values = [jnp.array([0.2, 0.5, 0.7])] * arguments
            assert function(*values).shape == (3,)


@pytest.mark.parametrize(
    ("name", "x", "wanted"),
    [
        ("normal_ppf", 0.975, 1.959963984540054),
        ("normal_ppf", 0.0, -np.inf),
        ("normal_ppf", 1.01, np.nan),
        ("atanh", 0.5, np.log(3) / 2),
        ("atanh", -1.5, np.nan),
        ("atan", 1.0, np.pi / 4),
        ("lgamma", 5.0, np.log(24)),
        ("lgamma", 0.5, np.log(np.pi) / 2),
        ("lgamma", 0.0, np.inf),
        ("lgamma", -0.5, np.nan),
        ("floor", -2.5, -3.0),
        ("ceil", -2.5, -2.0),
        ("round", -2.5, -2.0),
        ("round", 3.5, 4.0),
        ("sign", -0.1, -1.0),
        ("sign", 0.0, 0.0),
    ],
)
def test_values_and_domains(name: str, x: float, wanted: float) -> None:
    """Known values; what lies outside a domain is no number."""
    found = float(ELEMENTS[name](jnp.asarray(x)))
    assert found == pytest.approx(wanted, rel=1e-14, nan_ok=True)  # rounding of a few operations


def test_every_distribution_is_implemented_with_its_parameters() -> None:
    assert set(FAMILIES) == set(DISTRIBUTIONS)
    for name, declared in DISTRIBUTIONS.items():
        assert FAMILIES[name].parameters == declared.parameters


@pytest.mark.parametrize(
    "name", [n for n, d in DISTRIBUTIONS.items() if {"median", "mean"} & {*d.parameters[:1]}]
)
def test_a_location_is_what_it_is_called(name: str) -> None:
    """A parameter called median or mean is the median, or the mean, of the family."""
    known = {
        "normal": (0.4, 0.1),
        "lognormal": (0.4, 0.8),
        "truncnormal": (0.5, 0.2, 0.0, 1.0),  # symmetric: its mean stays where it was
        "exponential": (0.4,),
        "logitnormal": (0.3, 0.8),
    }
    parameters, family = known[name], FAMILIES[name]
    u = (np.arange(100_000) + 0.5) / 100_000
    values = family.quantile(u, *parameters)
    if DISTRIBUTIONS[name].parameters[0] == "median":
        assert family.quantile(np.array([0.5]), *parameters)[0] == pytest.approx(parameters[0])
    else:  # the midpoint rule loses some 1e-5 in an exponential tail of 100,000 cells
        assert values.mean() == pytest.approx(parameters[0], rel=1e-4)


def test_intervals_are_read_as_they_are_fitted(tmp_path: Path) -> None:
    """The ends of `a to b` are the 5 % and 95 % quantiles of the prior it becomes."""
    lines = [f"  a{n}: {{prior: {text}, why: x}}" for n, text in enumerate(INTERVALS)]
    path = tmp_path / "intervals.yaml"
    path.write_text("\n".join(["schelling: 1", "title: x", "assumptions:", *lines]))
    for assumption, text in zip(schelling.load(path).assumptions, INTERVALS, strict=True):
        low, high = (float(end) for end in text.split(" to "))
        prior = assumption.prior
        assert prior.interval
        assert prior.family == ("lognormal" if low > 0 else "normal")
        ends = FAMILIES[prior.family].quantile(np.array([0.05, 0.95]), *prior.parameters)
        assert ends == pytest.approx([low, high], rel=1e-12)  # rounding of a few operations
