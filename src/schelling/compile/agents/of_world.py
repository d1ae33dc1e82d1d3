"""What rules of agents read of the world alone: computed once, and not again for every agent.

XLA merges cheap operations with what reads them, so that a formula of the world's numbers is worked
out for each agent that needs its value, and so is whatever such a number is itself made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import jax
from jaxtyping import Array, UInt32

from schelling import chance
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    OfOther,
    Operation,
    OverTies,
    Reference,
    Typed,
    operands,
)
from schelling.compile.expressions import reductions
from schelling.compile.expressions.constants import Argument
from schelling.compile.expressions.frame import Frame, Value, evaluate


def parts(rules: Iterable[Typed], own: frozenset[str]) -> tuple[Typed, ...]:
    """The largest parts of some rules in which nothing is of an agent, each of them once.

    Args:
        rules: Of agents.
        own: Names of what an agent has.
    """
    return tuple(dict.fromkeys(part for rule in rules for part in _parts(rule, own)))


def computed(
    expressions: Iterable[Typed], frame: Frame, key: UInt32[Array, "*cell"]
) -> Mapping[Typed, Value]:
    """The values of some expressions, each computed once.

    Args:
        expressions: In which nothing is of an agent.
        frame: What there is to see of the world.
        key: Any words; see `chance.once`.
    """
    names = list(expressions)
    values = [evaluate(one, frame) for one in names]
    leaves, tree = cast("tuple[list[Array], Any]", jax.tree.flatten(values))
    kept = chance.once(key, tuple(leaves)) if leaves else ()
    return dict(zip(names, cast("list[Value]", jax.tree.unflatten(tree, kept)), strict=True))


def reads_own(expression: Typed, own: frozenset[str]) -> bool:
    """Whether something in an expression is of an agent: its own, another's, drawn or seen."""
    if isinstance(expression, Drawn | OfOther | OverTies):
        return True
    if isinstance(expression, Reference):
        return expression.name in own
    return any(reads_own(part, own) for part in operands(expression))


def reads_self(expression: Typed, own: frozenset[str]) -> bool:
    """Whether what is seen of another also depends on who looks."""
    if isinstance(expression, Drawn | OverTies):
        return True
    if isinstance(expression, Reference):
        return expression.name in own
    return any(reads_self(part, own) for part in operands(expression))


def plain(expression: Typed, truths: frozenset[str]) -> bool:
    """Whether a statement is made of truths that agents have: it is never without a meaning."""
    if isinstance(expression, Reference | OfOther):
        return expression.name in truths
    if isinstance(expression, Operation) and expression.name in ("and", "or", "not"):
        return all(plain(part, truths) for part in expression.operands)
    return False


def _parts(expression: Typed, own: frozenset[str]) -> Iterator[Typed]:
    if isinstance(expression, Constant) and not isinstance(expression, Argument):
        return
    if not reads_own(expression, own):
        yield expression
        return
    if isinstance(expression, Operation) and reductions.reduction(expression) is not None:
        return  # computed for all its operands at once
    if isinstance(expression, Operation | Drawn | OverTies):
        for part in operands(expression):
            yield from _parts(part, own)
