"""What the modules that type single constructs need of the inference that they are part of."""

from __future__ import annotations

from typing import Protocol

from schelling.case.language.parsing.syntax import Expression, Issue, Place
from schelling.case.language.typed.scope import Scope, Symbol
from schelling.case.language.typed.types import Kind, Typed
from schelling.case.language.typed.units import Dimensions


class Visitor(Protocol):
    """One pass over one expression, which types its parts and collects the issues.

    Attributes:
        scope: What the present part can see.
        issues: What is wrong so far.
        over_time: How many functions over time stand around the present part.
        in_twin: Whether the present part stands inside `| do(...)`.
    """

    scope: Scope
    issues: list[Issue]
    over_time: int
    in_twin: bool

    def visit(self, expression: Expression) -> Typed:
        """Type a part."""
        ...

    def symbol(self, symbol: Symbol, place: Place) -> Typed:
        """The value of a name of the case."""
        ...

    def moment(self, name: str, place: Place) -> Typed:
        """`phase`, `now` or `elapsed`."""
        ...

    def want(self, written: Expression, typed: Typed, kind: Kind) -> bool:
        """Report a part of the wrong kind; true when it is right."""
        ...

    def same_unit(self, written: Expression, left: Typed, right: Typed, verb: str) -> None:
        """Report two parts of different units."""
        ...

    def scaled(
        self, written: Expression, value: float, factor: float, dimensions: Dimensions | None
    ) -> Typed:
        """A number written in a unit, in base units."""
        ...

    def report(
        self, code: str, message: str, place: Place, reason: str = "", hint: str = ""
    ) -> Typed:
        """Note an issue; what is returned has no type."""
        ...
