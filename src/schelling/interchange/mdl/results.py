"""Further results of macros: `x = M(a, b: y)` defines y as well.

Each is a macro of its own with the same equations, so that it computes the same numbers. Where a
macro or what it is given draws random numbers that would not be so, and such a file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schelling.interchange.mdl.definitions import VensimDefinition
from schelling.interchange.mdl.equations import RESULTS
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Fn, Ref, Term, walk
from schelling.interchange.xmile.equations import NotAnEquation

_BEHIND = "\0"


def name(macro: str, number: int) -> str:
    """What the macro of a further result is called; no file can write it.

    Args:
        macro: Key of the macro.
        number: Of the result, from 1.
    """
    return f"{macro}{_BEHIND}{number}"


def macro_of(function: str) -> str:
    """The key of the macro of which a function is a further result; empty where it is none."""
    found, behind, _ = function.partition(_BEHIND)
    return found if behind else ""


def parted(args: Sequence[Term]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The arguments of a call, and the further results that it names."""
    last = args[-1] if args else None
    if isinstance(last, Fn) and last.name == RESULTS:
        return tuple(args[:-1]), last.args
    return tuple(args), ()


def defined(one: VensimDefinition) -> Iterator[VensimDefinition]:
    """What the calls in a definition define besides it.

    Raises:
        NotAnEquation: A result is no variable.
    """
    for call in () if isinstance(one.body, tuple | Graph) else walk(one.body):
        if not isinstance(call, Fn):
            continue
        args, results = parted(call.args)
        for number, result in enumerate(results, 1):
            if not isinstance(result, Ref) or not all(map(_is_name, result.subs)):
                message = "a further result of a macro has to be the name of a variable"
                raise NotAnEquation(message)
            subscripts = tuple(sub.name for sub in result.subs if isinstance(sub, Ref))
            body = Fn(name(call.name, number), args)
            yield replace(one, name=result.name, subscripts=subscripts, body=body, tables={})


def _is_name(sub: object) -> bool:
    return isinstance(sub, Ref) and not sub.subs


def draws(one: VensimDefinition) -> bool:
    """Whether a definition draws random numbers."""
    terms = () if isinstance(one.body, tuple | Graph) else walk(one.body)
    return any(isinstance(call, Fn) and call.name.startswith("random_") for call in terms)
