"""What was typed in one reading is found in the next only where it is the same."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from schelling.case.check import CaseReader
from schelling.case.clock import Clock
from schelling.case.language.inferring import known_types
from schelling.case.language.inferring.inference import infer
from schelling.case.language.inferring.known_types import KnownTypes
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.syntax import Expression, Issue
from schelling.case.language.typed.remembered import Memory
from schelling.case.language.typed.scope import Budget, Indexed, Influence, Scope, Symbol
from schelling.case.language.typed.types import Kind, Type, Typed, When
from schelling.case.language.typed.units import Unit

CASES = Path(__file__).parents[3] / "cases"
TRUTH = Type(Kind.TRUTH)


def _symbol(name: str, type_: Type = Type(Kind.NUMBER, ())) -> Symbol:  # noqa: B008 - frozen
    return Symbol(name, "variable", type_, 1)


SCOPE = Scope({name: _symbol(name) for name in ("x", "y")})
TOWNS = replace(
    SCOPE,
    symbols={f"size[{town}]": _symbol(f"size[{town}]") for town in ("north", "south")},
    sets={"town": ("north", "south")},
    families={"size": Indexed(("town",))},
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Expression]:
    """Every expression that is really typed."""
    typed: list[Expression] = []

    def count(
        expression: Expression, scope: Scope, expected: Unit | None = None
    ) -> tuple[Typed, list[Issue]]:
        typed.append(expression)
        return infer(expression, scope, expected)

    monkeypatch.setattr(known_types, "infer", count)
    return typed


def test_what_it_does_not_read_may_change(asked: list[Expression]) -> None:
    known, written = KnownTypes(), parsed.parse("2 * x + 1")
    first = known.infer(written, SCOPE)
    symbols = {**SCOPE.symbols, "y": _symbol("y", TRUTH), "z": _symbol("z")}
    assert known.infer(written, replace(SCOPE, symbols=symbols)) == first
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(SCOPE, symbols={"x": _symbol("x", Type(Kind.NUMBER, (), When.STEP))}),
        replace(SCOPE, symbols={"y": _symbol("y")}),
        replace(SCOPE, families={"x": Indexed(("town",))}),
        replace(SCOPE, latest=When.HINDSIGHT),
        replace(SCOPE, influence=Influence({})),
    ],
)
def test_what_it_looked_at_may_not(asked: list[Expression], other: Scope) -> None:
    known, written = KnownTypes(), parsed.parse("2 * x + 1")
    known.infer(written, SCOPE)
    assert known.infer(written, other) == infer(written, other)
    assert len(asked) == 2


def test_the_unit_of_the_place_counts(asked: list[Expression]) -> None:
    known, written = KnownTypes(), parsed.parse("3")
    plain, _ = known.infer(written, SCOPE)
    scaled, _ = known.infer(written, SCOPE, Unit((), 0.01))
    assert plain != scaled
    assert len(asked) == 2


def test_what_can_change_the_body_of_an_intervention_counts(asked: list[Expression]) -> None:
    known, written = KnownTypes(), parsed.parse("x > 0 | do(y = 1)")
    claims = replace(SCOPE, latest=When.HINDSIGHT)
    for reads, wrong in (({"x": "y"}, False), ({"x": "y"}, False), ({"x": "x"}, True)):
        _, issues = known.infer(written, replace(claims, influence=Influence(reads)))
        assert [issue.code for issue in issues] == ["E418"] * wrong
    assert len(asked) == 2


def test_issues_are_found_again(asked: list[Expression]) -> None:
    known, written = KnownTypes(), parsed.parse("q + 1")
    assert known.infer(written, SCOPE)[1] == known.infer(written, SCOPE)[1] != []
    assert len(asked) == 2


def test_terms_are_counted_though_they_were_known(asked: list[Expression]) -> None:
    known, written = KnownTypes(), parsed.parse("sum(size[t] for t in town)")
    for left, terms in ((10, 2), (5, 2), (1, 2)):
        budget = Budget(left)
        _, issues = known.infer(written, replace(TOWNS, budget=budget))
        assert budget.left == left - terms
        assert bool(issues) == (left < terms)
    assert len(asked) == 2  # the last has too few left and says so


def test_what_remembers_by_a_stock_is_typed_in_each_reading(asked: list[Expression]) -> None:
    known, written = KnownTypes(), parsed.parse("smooth(x, 4 weeks)")
    clock = Clock(dt.date(2022, 3, 21), dt.date(2022, 6, 20), 1.0)
    moving = replace(SCOPE, symbols={"x": _symbol("x", Type(Kind.NUMBER, (), When.STEP))})
    for _ in range(2):
        memory = Memory()
        _, issues = known.infer(written, replace(moving, clock=clock, memory=memory))
        assert not issues
        assert len(memory.kept) == 1
    assert len(asked) == 2


def test_rivals_are_read_as_if_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    path = CASES / "widening-war"
    reader = CaseReader(path)
    quick = {name: reader.check(rival=name, noted=False).case for name in ("", *_rivals(reader))}

    def afresh(
        known: KnownTypes, expression: Expression, scope: Scope, expected: Unit | None = None
    ) -> tuple[Typed, list[Issue]]:
        del known
        return infer(expression, scope, expected)

    monkeypatch.setattr(KnownTypes, "infer", afresh)
    alone = CaseReader(path)
    assert len(quick) > 5
    for name, case in quick.items():
        assert case == alone.check(rival=name, noted=False).case
        assert case is not None


def _rivals(reader: CaseReader) -> tuple[str, ...]:
    case = reader.check(noted=False).case
    assert case is not None
    return tuple(rival.name for rival in case.rivals)
