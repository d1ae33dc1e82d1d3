"""The engine against the oracle on cases written to use everything, and on random ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import schelling
from oracle import random_cases, random_people, random_twins
from oracle.compare import differences
from oracle.features import FEATURES
from oracle.population_features import KIN
from schelling.case.language.typed.types import (
    GameValue,
    Operation,
    OverTime,
    Twin,
    Typed,
    operands,
)
from schelling.case.language.words.vocabulary import FUNCTIONS
from schelling.case.model import Branch, Case, Choice

WORLDS = (*range(10), 300)
SLOWLY_SOLVED = {
    "private",
    "unknowns",
    "moving_unknowns",
    "replies",
    "crowd",
    "contacts",
    "asked_games",
    "typed_table",
    "large_set",
    "nine_sieges",
    "nine_rested",
    "nine_jump",
}  # the oracle looks for every root, agent and type on its own
SOUND_TWINS = (0, 1, 2, 5, 6, 7, 9, 10)  # in those between, a do(...) is on what changes nothing
OPERATORS = ["+", "-", "*", "/", "**", "neg", "<", "<=", ">", ">=", "==", "!="]
WORDS = ["not", "and", "or", "if"]
LOWERED = {
    "final",
    "rises",
    "falls",
    "step",
    "pulse",
    "ramp",
    "smooth",
    "delay",
    "happened",
    "type",
}  # made of other operations


def load(folder: Path, text: str) -> Case:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "kin.csv").write_text(KIN, encoding="utf-8")
    return schelling.load(path)


LARGE = {  # left to the slow tests
    "large_set",  # the cases of nine that stay have arrays of few members
    "nine_twins",  # `compile/test_twins_of_members`
    "nine_sieges",  # games over a set: `sets`, `chosen_members`
    "nine_held",  # single members of arrays: `nine_machines`; its claims: `two_held`
    "crossed_sets",  # arrays with unknowns: `nine_rested`; games that read them: `asked_on_a_day`
    "rivals",  # games with states: `asked_games`, `solved_in_a_row`
    "unknowns",  # `moving_unknowns`, `replies`, `nine_rested`; odd equations: `dynamics/test_roots`
    "contacts",  # whom one meets: `tests/compile/test_contacts`, `tests/populations/test_meetings`
    "nine_jump",  # jumps of single members: `two_jump`; arrays of machines: `nine_machines`
}
FEW_WORLDS = {  # the oracle solves each on its own
    "crossed_sets",
    "nine_sieges",
    "nine_rested",
    "nine_twins",
}
COURSE_LATER = {  # series, states over time and games first played are left to the slow tests
    "private",  # `typed_table`
    "at_once",  # `typed_table`; what is played stands in its claims too
    "functions",  # `conflict`
    "two_jump",  # `two_machines`
    "turns",  # `failing_turns`
    "asked_games",  # `asked_on_a_day`, `solved_in_a_row`
    "moving_unknowns",  # `nine_rested`
    "replies",  # `nine_rested`
}
EACH = [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in FEATURES]


@pytest.mark.parametrize("name", EACH)
def test_every_construct(name: str, tmp_path: Path) -> None:
    course = name not in COURSE_LATER
    assert differences(load(tmp_path, FEATURES[name]), looked_at(name), course=course) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(COURSE_LATER))
def test_the_course_of_large_cases(name: str, tmp_path: Path) -> None:
    assert differences(load(tmp_path, FEATURES[name]), looked_at(name)) == []


def looked_at(name: str) -> tuple[int, ...]:
    """The worlds of a case that the oracle runs."""
    if name in FEW_WORLDS:
        return WORLDS[:2]
    return (*WORLDS[:5], WORLDS[-1]) if name in SLOWLY_SOLVED else WORLDS


@pytest.mark.parametrize(("seed", "weeks"), [(7, 9), (3, 0)])
def test_random_case(seed: int, weeks: int, tmp_path: Path) -> None:
    case = load(tmp_path, random_cases.write(seed, weeks=weeks, claims=8))
    assert differences(case, WORLDS) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_random_cases(seed: int, tmp_path: Path) -> None:
    case = load(tmp_path, random_cases.write(seed, weeks=9 if seed % 4 else 0))
    assert differences(case, WORLDS, may_lose=True) == []  # a table may be beyond the oracle


@pytest.mark.slow
@pytest.mark.parametrize("seed", SOUND_TWINS)
def test_random_claims_of_members_that_are_held(seed: int, tmp_path: Path) -> None:
    assert differences(load(tmp_path, random_twins.write(seed)), WORLDS[:2]) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_many_random_populations(seed: int, tmp_path: Path) -> None:
    """Whose agents act at once, alone, in pairs or as a mean field."""
    assert differences(load(tmp_path, random_people.write(seed)), WORLDS[:5]) == []


def test_the_features_leave_nothing_out(tmp_path: Path) -> None:
    """Every operator and function, every kind of intervention, chance, `once`, `on`, bounds."""
    cases = [load(tmp_path, text) for text in FEATURES.values()]
    found = {name for case in cases for e in expressions(case) for name in names(e)}
    assert found >= {
        *OPERATORS,
        *WORDS,
        *(set(FUNCTIONS) - LOWERED),
        *("at", "month_of_year", "day_of_year"),
    }
    held = {"assumption", "fixed", "moving", "stock", "machine", "truth"}
    assert held <= {kind for case in cases for kind in interventions(case)}
    events = [event for case in cases for event in case.events]
    assert any(e.once for e in events)
    assert any(e.steps for e in events)
    assert any(e.condition is not None for e in events)
    assert any(s.within for case in cases for s in case.stocks)
    moves = [move for case in cases for game in case.games for move, _ in tree(game.root)]
    assert any(move.actor == "chance" for move in moves)
    branches = [b for move in moves for b in move.branches]
    assert any(b.then is not None and b.payoffs and b.effects for b in branches)


def tree(choice: Choice) -> Iterator[tuple[Choice, Branch]]:
    for branch in choice.branches:
        yield choice, branch
        if branch.then is not None:
            yield from tree(branch.then)


def expressions(case: Case) -> Iterator[Typed]:
    yield from (claim.holds for claim in case.claims)
    yield from (variable.value for variable in case.variables)
    yield from (stock.change for stock in case.stocks)
    yield from (event.hazard for event in case.events if event.hazard is not None)


def names(expression: Typed) -> Iterator[str]:
    if isinstance(expression, Operation | OverTime | GameValue):
        yield expression.name
    for part in operands(expression):
        yield from names(part)


def interventions(case: Case) -> Iterator[str]:
    """What sort of thing the twins of a case hold."""
    kinds = {a.name: "assumption" for a in case.assumptions} | {
        m.name: "machine" for m in case.machines
    }
    kinds |= {s.name: "stock" for s in case.stocks}
    for variable in case.variables:
        moves = "moving" if variable.when else "fixed"
        truth = variable.value.type.kind.name == "TRUTH"
        kinds[variable.name] = "truth" if truth else moves

    def visit(expression: Typed) -> Iterator[str]:
        if isinstance(expression, Twin):
            yield from (kinds[name] for name, _ in expression.interventions)
        for part in operands(expression):
            yield from visit(part)

    for claim in case.claims:
        yield from visit(claim.holds)
