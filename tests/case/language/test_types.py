"""Kinds, units and times of expressions; the examples of the vocabulary are typed like a case."""

import json
from collections.abc import Iterator
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from examples import examples
from schelling.case.check import check
from schelling.case.language.inferring.inference import infer, reserved_names
from schelling.case.language.parsing.parser import parse
from schelling.case.language.parsing.syntax import Call, Expression, parts
from schelling.case.language.typed import units
from schelling.case.language.typed.scope import Scope, Symbol
from schelling.case.language.typed.types import Kind, Type, Typed, When, operands
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.vocabulary import (
    FREE_FUNCTIONS,
    FUNCTIONS,
    RESERVED,
    Function,
    Purpose,
)
from strategies import product, quantities

KNOWN = {
    name: units.read(unit).dimensions
    for name, unit in (
        ("ratio", ""),
        ("money", "EUR"),
        ("people", "person"),
        ("wait", "week"),
        ("wage", "EUR / week"),
    )
}
DIMENSIONS = sorted(set(KNOWN.values()))
SCOPE = Scope(
    {
        name: Symbol(name, "assumption", Type(Kind.NUMBER, dimensions), 1)
        for name, dimensions in KNOWN.items()
    }
)
RIVALS = {"payoffs": {"russia": 1, "nato": 1}, "next": {"calm": 0.5, "crisis": 0.5}}
EXAMPLES = {
    "schelling": 1,
    "title": "What the examples of the vocabulary speak of",
    "time": {"start": "2022-03-21", "step": "1 week", "until": "2023-03-20"},
    "phases": ["war", "settlement"],
    "stocks": {
        "support": {"start": 0.58, "unit": "share"},
        "aid": {"start": "1 EUR", "unit": "EUR"},
        "arms": {"start": 1},
        "dissent": {"start": 0.1, "unit": "share"},
    },
    "events": {"raid": {"hazard": "1 / week", "effects": {"arms": "arms - 0.1"}}},
    "actors": {"russia": {}, "nato": {}},
    "games": {
        "provocation": {
            "solve": {"precision": 4},
            "tree": {
                "russia": {
                    "hold": {"payoffs": {"russia": 0, "nato": 0}},
                    "strike": {
                        "nato": {
                            "ignore": {"payoffs": {"russia": 1, "nato": -1}},
                            "respond": {"payoffs": {"russia": -1, "nato": 0}},
                        }
                    },
                }
            },
        },
        "rivalry": {
            "solve": {"precision": 2},
            "discount": 0.9,
            "states": {
                "calm": {"moves": {"russia": ["wait"]}, "cells": {"wait": RIVALS}},
                "crisis": {"moves": {"nato": ["wait"]}, "cells": {"wait": RIVALS}},
            },
        },
    },
}
PLAIN = ("demand", "pressure", "rally", "reach", "variance")


def functions() -> Iterator[tuple[str, Function]]:
    for name, forms in FUNCTIONS.items():
        for number, function in enumerate(forms):
            if function.result != "type":  # it stands in the trees of games with types alone
                yield f"{name}_{number}", function


def calls(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Call):
        yield expression.function
    for part in parts(expression):
        yield from calls(part)


def test_every_example_is_typed(tmp_path: Path) -> None:
    """One case that uses each example of the vocabulary, as a variable, a claim or a prior."""
    assumptions = {
        f"prior_{name}": {"prior": distribution.example, "why": "an example"}
        for name, distribution in DISTRIBUTIONS.items()
    }
    assumptions |= {name: {"prior": "0.1 to 0.6", "why": "an example"} for name in PLAIN}
    anywhere = (Purpose.ELEMENT, Purpose.ALONG)
    variables = {f"value_{k}": f.example for k, f in functions() if f.purpose in anywhere}
    claims = {
        f"claim_{key}": {"holds": claim(function), "why": "an example"}
        for key, function in functions()
        if function.purpose not in anywhere
    }
    case = EXAMPLES | {"assumptions": assumptions, "variables": variables, "claims": claims}
    (tmp_path / "case.yaml").write_text(json.dumps(case), encoding="utf-8")
    checked = check(tmp_path)
    assert not checked.problems, checked.rendered()
    assert checked.case is not None
    assert len(checked.case.variables) + len(checked.case.claims) == len(list(functions()))


def claim(function: Function) -> str:
    """The example as a claim: what is a number there is compared with itself."""
    compares = any(sign in function.example for sign in (" > 0", ") > p"))
    truth = function.result == "truth" or compares
    return function.example if truth else f"{function.example} >= {function.example}"


def test_every_example_uses_what_it_is_an_example_of() -> None:
    for _, function in functions():
        assert function.name in calls(parse(function.example))
    for name, distribution in DISTRIBUTIONS.items():
        assert distribution.example.startswith(f"{name}(")


def test_words_of_the_language_do_not_collide() -> None:
    functions = len(FUNCTIONS) - len(FREE_FUNCTIONS)
    assert len(reserved_names()) == functions + len(RESERVED)
    assert not reserved_names() & FREE_FUNCTIONS
    assert not reserved_names() & DISTRIBUTIONS.keys()


@given(st.sampled_from(DIMENSIONS).flatmap(lambda d: st.tuples(st.just(d), quantities(d, KNOWN))))
@examples(80)
def test_agreeing_units_are_never_refused(
    drawn: tuple[units.Dimensions, Expression],
) -> None:
    dimensions, expression = drawn
    typed, issues = infer(expression, SCOPE)
    assert not issues
    assert typed.type == Type(Kind.NUMBER, dimensions, When.FIXED)
    assert all(part.type.known for part in inside(typed))


@given(st.permutations(DIMENSIONS), st.sampled_from(("+", "-", "<", "==")), st.data())
@examples(60)
def test_disagreeing_units_are_always_refused(
    pair: list[units.Dimensions], sign: str, data: st.DataObject
) -> None:
    left = data.draw(quantities(pair[0], KNOWN, depth=2))
    right = product(pair[1], KNOWN)
    tree = parse(f"0 {sign} 0")
    mixed = type(tree)(tree.operator, left, right)
    _, issues = infer(mixed, SCOPE)
    assert [issue.code for issue in issues] == ["E307"]


def inside(typed: Typed) -> Iterator[Typed]:
    yield typed
    for part in operands(typed):
        yield from inside(part)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("money / wait", "EUR / week"),
        ("wage * 4 weeks", "EUR"),
        ("sqrt(money * money)", "EUR"),
        ("money ** 2 / money ** 3", "1 / EUR"),
        ("money ** 0.5", "EUR ** (1/2)"),
        ("0 + money", "EUR"),
        ("max(0, money)", "EUR"),
        ("money if ratio > 0.5 else 0", "EUR"),
        ("people / 2 people", "a pure number"),
        ("2 ** ratio", "a pure number"),
    ],
)
def test_units_follow_the_operators(text: str, unit: str) -> None:
    typed, issues = infer(parse(text), SCOPE)
    assert not issues
    assert units.describe(typed.type.dimensions or ()) == unit


def test_a_bare_number_takes_the_unit_of_its_place() -> None:
    typed, issues = infer(parse("-3"), SCOPE, units.read("EUR / day"))
    assert not issues
    assert typed.value == -21


def test_one_expression_gives_a_bounded_number_of_issues() -> None:
    _, issues = infer(parse(" + ".join(f"unknown{n}" for n in range(99))), SCOPE)
    assert len(issues) == 25
