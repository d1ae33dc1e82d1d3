"""Expressions that were typed before, where all they looked at is the same.

A case with eight rivals is read nine times, and a change of one number reads it once more. Nearly
every expression means the same in all of these readings. While one is typed for the first time, its
scope notes what is looked up; the next reading looks up the same and compares.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, TypeVar, cast

from schelling.case.language.inferring.inference import infer
from schelling.case.language.parsing.syntax import Expression, Issue
from schelling.case.language.typed.scope import Influence, Scope
from schelling.case.language.typed.types import Typed
from schelling.case.language.typed.units import Unit

_LOOKED_UP = ("symbols", "games", "factors", "sets", "families", "curves")
_REMEMBERED = ("budget", "memory", "tallies", "influence")
_APART = ("bound", "crowds")  # by the first, what was typed is found; with the other, nothing is
_COMPARED = attrgetter(
    *(one.name for one in fields(Scope) if one.name not in (*_LOOKED_UP, *_REMEMBERED, *_APART))
)
_MOST_VARIANTS = 4
_MOST_EXPRESSIONS = 10_000  # a page that is served asks for one number after the other
_ABSENT = object()

V = TypeVar("V")


@dataclass
class _Notes:
    """What the typing of one expression looked at.

    Attributes:
        found: What stood under each name, by the field of the scope.
        moved: What can change with each name that is held.
        whole: Whether it looked at more than single names.
    """

    found: dict[tuple[str, Any], object] = field(default_factory=dict[tuple[str, Any], object])
    moved: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    whole: bool = False


class _Watched(Mapping[Any, V]):
    """A mapping of a scope that notes what is looked up in it."""

    def __init__(self, name: str, mapping: Mapping[Any, V], notes: _Notes) -> None:
        self._name, self._mapping, self._notes = name, mapping, notes

    def __getitem__(self, key: Any) -> V:
        found = self._mapping.get(key, _ABSENT)
        self._notes.found[self._name, key] = found
        if found is _ABSENT:
            raise KeyError(key)
        return cast("V", found)

    def __iter__(self) -> Iterator[Any]:
        self._notes.whole = True
        return iter(self._mapping)

    def __len__(self) -> int:
        self._notes.whole = True
        return len(self._mapping)


class _WatchedInfluence(Influence):
    """What can change what, with a note of what was asked."""

    def __init__(self, influence: Influence, notes: _Notes) -> None:
        super().__init__({})
        self._influence, self._notes = influence, notes

    def of(self, held: str) -> frozenset[str]:
        self._notes.moved[held] = self._influence.of(held)
        return self._notes.moved[held]

    def __getattribute__(self, name: str) -> Any:
        if name in ("learn", "beyond", "behind", "felt"):
            self._notes.whole = True
            return getattr(self._influence, name)
        return super().__getattribute__(name)


class _Untouched:
    """Stands for what a reading remembers, and notes that it is used."""

    def __init__(self, behind: object, notes: _Notes) -> None:
        self._behind, self._notes = behind, notes

    def __getattr__(self, name: str) -> Any:
        self._notes.whole = True
        return getattr(self._behind, name)


@dataclass(frozen=True)
class _Known:
    """A type that was found, and what it depends on beside the members that names stand for."""

    typed: Typed
    expected: Unit | None
    compared: tuple[object, ...]
    influenced: bool
    notes: _Notes
    spent: int

    def still(self, scope: Scope, expected: Unit | None) -> bool:
        """Whether another scope gives the same."""
        if expected != self.expected or scope.budget.left < self.spent:
            return False
        if _COMPARED(scope) != self.compared:
            return False
        for (name, key), value in self.notes.found.items():
            found = getattr(scope, name).get(key, _ABSENT)
            if found is not value and found != value:
                return False
        asked = scope.influence
        if (asked is not None) != self.influenced:
            return False
        return asked is None or all(asked.of(k) == v for k, v in self.notes.moved.items())


@dataclass
class KnownTypes:
    """What was typed in the readings of one case so far."""

    _found: dict[Hashable, tuple[Expression, list[_Known]]] = field(
        default_factory=dict[Hashable, tuple[Expression, list[_Known]]]
    )

    def infer(
        self, expression: Expression, scope: Scope, expected: Unit | None = None
    ) -> tuple[Typed, list[Issue]]:
        """Type an expression as `inference.infer` does, or find that it was.

        What has issues is not kept, nor what counts over agents or remembers by a stock.
        """
        if scope.crowds:
            return infer(expression, scope, expected)
        if len(self._found) >= _MOST_EXPRESSIONS:
            self._found.clear()
        own = id(expression), *scope.bound.items()
        _, variants = self._found.setdefault(own, (expression, []))
        for known in variants:
            if known.still(scope, expected):
                scope.budget.left -= known.spent
                return known.typed, []
        return self._first(expression, scope, expected, variants)

    def _first(
        self, expression: Expression, scope: Scope, expected: Unit | None, variants: list[_Known]
    ) -> tuple[Typed, list[Issue]]:
        notes, before = _Notes(), scope.budget.left
        watched: dict[str, Any] = {
            name: _Watched(name, getattr(scope, name), notes) for name in _LOOKED_UP
        }
        for name in ("memory", "tallies"):
            watched[name] = _Untouched(getattr(scope, name), notes)
        if scope.influence is not None:
            watched["influence"] = _WatchedInfluence(scope.influence, notes)
        typed, issues = infer(expression, replace(scope, **watched), expected)
        if not issues and not notes.whole and len(variants) < _MOST_VARIANTS:
            compared, influenced = _COMPARED(scope), scope.influence is not None
            spent = before - scope.budget.left
            variants.append(_Known(typed, expected, compared, influenced, notes, spent))
        return typed, issues
