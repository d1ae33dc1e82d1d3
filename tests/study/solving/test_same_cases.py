"""Cases are the same only where some matching of their names makes every definition equal."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from schelling.case.check import load
from schelling.case.model import Case
from schelling.errors import RunError
from schelling.study.solving import same_cases

TIME = "time: {start: 2000-01-01, step: 1 month, until: 2001-01-01}"


def rings(folder: Path, name: str, *lengths: int) -> Case:
    """Stocks that each read the next of their ring, and say nothing else."""
    lines = ["schelling: 1", f"title: {name}", TIME, "stocks:"]
    for ring, length in enumerate(lengths):
        lines += [
            f"  {name}{ring}x{n}: {{start: 1, change: {name}{ring}x{(n + 1) % length} / (1 month)}}"
            for n in range(length)
        ]
    return written(folder, name, lines)


def written(folder: Path, name: str, lines: Sequence[str]) -> Case:
    path = folder / f"{name}.yaml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return load(path)


def symmetric(folder: Path, name: str, priors: Sequence[str], values: Sequence[str]) -> Case:
    lines = ["schelling: 1", f"title: {name}", "assumptions:"]
    lines += [f"  {a}: {{prior: {p}, why: x}}" for a, p in zip("pq", priors, strict=True)]
    lines += ["variables:", *(f"  v{n}: {{value: {value}}}" for n, value in enumerate(values))]
    return written(folder, name, lines)


def test_one_ring_of_six_is_not_two_of_three(tmp_path: Path) -> None:
    """No colours tell them apart: each stock reads one like itself and is read by one."""
    six, threes = rings(tmp_path, "a", 6), rings(tmp_path, "b", 3, 3)
    for pair in ((six, threes), (threes, six)):
        found = same_cases.cases(*pair)
        assert not found.same
        assert "do not read each other alike" in found.difference


@pytest.mark.parametrize("lengths", [(6,), (3, 3), (2, 4)])
def test_rings_with_other_names_are_the_same(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    one, other = rings(tmp_path, "a", *lengths), rings(tmp_path, "b", *lengths[::-1])
    found = same_cases.cases(one, other)
    assert found.same
    names = {a: b for _, a, b in found.names}
    for ring, length in enumerate(lengths):  # partners of a ring are a ring, in its order
        places = [names[f"a{ring}x{n}"].split("x") for n in range(length)]
        assert len({place[0] for place in places}) == 1
        steps = {(int(b[1]) - int(a[1])) % length for a, b in itertools.pairwise(places)}
        assert steps == {1}


@pytest.mark.parametrize(
    ("values", "alike"),
    [(("p * 2", "q * 2"), True), (("p * q",), True), (("p + 1 + q",), True), (("p - q",), False)],
)
def test_two_assumptions_may_swap_their_priors(
    tmp_path: Path, values: Sequence[str], alike: bool
) -> None:
    """Where they play the same part, their names are exchanged."""
    narrow, wide = "uniform(0, 1)", "uniform(0, 3)"
    one = symmetric(tmp_path, "one", (narrow, wide), values)
    other = symmetric(tmp_path, "other", (wide, narrow), values)
    found = same_cases.cases(one, other)
    assert found.same is alike
    assert (("assumption", "p", "q") in found.names) is alike
    assert alike or "the prior of 'p' is uniform(0, 1)" in found.difference
    assert same_cases.cases(one, one).names == ()
    third = symmetric(tmp_path, "third", (narrow, "uniform(0, 4)"), values)
    assert "the prior of" in same_cases.cases(one, third).difference


def test_a_prior_in_another_unit_is_another(tmp_path: Path) -> None:
    cases = [
        written(
            tmp_path,
            unit,
            [
                "schelling: 1",
                "title: x",
                f"assumptions: {{a: {{prior: 1 to 2, unit: {unit}s, why: x}}}}",
            ],
        )
        for unit in ("week", "day")
    ]
    found = same_cases.cases(*cases)
    assert not found.same
    assert "1 to 2 weeks in the first" in found.difference


def test_too_many_ways_are_not_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_cases, "_MOST_TRIALS", 2)
    with pytest.raises(RunError, match="not decided within 2 matchings"):
        same_cases.cases(rings(tmp_path, "a", 6), rings(tmp_path, "b", 3, 3))


ORDERS = {
    "a sum": ("a + b + c", "c + (a + b)", True),
    "a difference": ("a - b + c", "c - (b - a)", True),
    "a product": ("a * b / c", "b / (c / a)", True),
    "a sum of products": ("a * b + b * c", "c * b + b * a", True),
    "a condition": ("a > 0 and b > 0 and c > 0", "c > 0 and (b > 0 and a > 0)", True),
    "a minus before a product": ("-a * b + c", "c - (b * a)", True),
    "a minus before a sum": ("-(a - b) * c", "(b - a) * c", True),
    "two of them": ("(-a) / (-b)", "a / b", True),
    "a minus before a bracket": ("-(a * b) / c", "-b * a / c", True),
    "a sum in a sum": ("-(a - b) + c", "b - a + c", True),
    "a minus more": ("-a * b", "a * b", False),
    "a minus elsewhere": ("-(a - b) + c", "-a - b + c", False),
    "another sign": ("a - b + c", "a - (b + c)", False),
    "another divisor": ("a / b / c", "a / (b / c)", False),
    "another bracket": ("a * (b + c)", "a * b + c", False),
}


@pytest.mark.parametrize("name", ORDERS)
def test_sums_and_products_are_the_same_in_any_order(name: str, tmp_path: Path) -> None:
    first, second, same = ORDERS[name]
    priors = [f"  {n}: {{prior: uniform({i}, {i + 2}), why: x}}" for i, n in enumerate("abc", 1)]
    head = ["schelling: 1", "title: x", "assumptions:", *priors, "variables:"]
    both = [
        written(tmp_path, title, [*head, f'  v: "{formula}"'])
        for title, formula in (("one", first), ("other", second))
    ]
    assert same_cases.cases(*both).same is same
