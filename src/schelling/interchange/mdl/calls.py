"""Calls in the equations of Vensim as calls that every model here knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from schelling.interchange.foreign import Findings
from schelling.interchange.mdl import results
from schelling.interchange.mdl.definitions import VensimDefinition
from schelling.interchange.mdl.equations import RESULTS
from schelling.interchange.stockflow import vensim_functions as functions
from schelling.interchange.stockflow.terms import Fn, Num, Ref, Term, parts, rebuilt

_OF_XMILE = frozenset(("pi", "dt", "inf", "starttime", "stoptime"))
_WHOLE = {"integ": "INTEG", "active_initial": "ACTIVE INITIAL"}


def macro_key(name: str) -> str:
    """A macro of a file under a key that is no function's, as its name may be that of one."""
    return f"{name} "


@dataclass(frozen=True)
class Calls:
    """Reads the calls of one model.

    Attributes:
        findings: Takes what is wrong.
        dims: Elements of every range.
        tables: Keys of what can be called like a function.
        macros: Keys of what the file defines as functions, with how many further results each has.
        unread: Keys of what is refused already, and may be a table or a macro.
    """

    findings: Findings
    dims: Mapping[str, tuple[str, ...]]
    tables: Collection[str]
    macros: Mapping[str, int]
    unread: Collection[str] = ()

    def read(self, term: Term, owner: VensimDefinition) -> Term:
        """A term whose calls are those of the model; what is not known is refused by name."""
        found = rebuilt(term, lambda part: self.read(part, owner))
        return self._call(found, owner) if isinstance(found, Fn) else found

    def _call(self, call: Fn, owner: VensimDefinition) -> Term:
        name = call.name
        if name == RESULTS:
            return call
        args, further = results.parted(call.args)
        if further:
            self._further(name, len(further), owner)
        if name in self.macros:
            return Fn(macro_key(name), args)
        if results.macro_of(name):  # where it has no such result, the call that names it is refused
            return Fn(macro_key(name), args) if self._is_result(name) else Num(0.0)
        return self._function(name, args, owner)

    def _function(self, name: str, args: tuple[Term, ...], owner: VensimDefinition) -> Term:
        line = owner.entry.line
        if name == "lookup" or (name in self.tables and len(args) == 1):
            return Fn(name, args)
        if name == "elmcount" and len(args) == 1 and isinstance(args[0], Ref):
            return self._count(args[0].name, owner)
        found = functions.built(name, args)
        if found is not None:
            return found
        if name in self.unread:
            return Num(0.0)
        said = f"{name.replace('_', ' ').upper()} in '{owner.name}'"
        if name in _WHOLE:
            message = f"{said}: it has two arguments and is a whole equation"
            self.findings.refuse("E904", message, line)
        elif name in functions.FUNCTIONS:
            message = f"{said} takes {functions.taken(name)}, not {len(args)}"
            self.findings.refuse("E908", message, line)
        else:
            why = "a case has no such function"
            self.findings.skip("E908", said, why, line, "0 stands in its place")
        return Num(0.0)

    def _further(self, name: str, count: int, owner: VensimDefinition) -> None:
        """Refuse further results where there are others, or none."""
        has = self.macros.get(name, 0)
        if count != has and name not in self.unread:
            message = f"{name.replace('_', ' ').upper()} in '{owner.name}' has {has} further "
            message += f"result{'s' * (has != 1)}, not {count}"
            self.findings.refuse("E908", message, owner.entry.line)

    def _is_result(self, name: str) -> bool:
        macro = results.macro_of(name)
        has = range(1, self.macros.get(macro, 0) + 1)
        return any(results.name(macro, number) == name for number in has)

    def _count(self, name: str, owner: VensimDefinition) -> Num:
        """The number of elements of a range."""
        if name not in self.dims:
            message = f"ELMCOUNT in '{owner.name}' counts '{name}', which is no range"
            self.findings.refuse("E909", message, owner.entry.line)
        return Num(float(len(self.dims.get(name, ()))))


def xmile_words(term: Term) -> Iterator[Ref]:
    """Names in a term, but for subscripts, that XMILE gives a meaning and Vensim does not."""
    if isinstance(term, Ref):
        if term.name in _OF_XMILE:
            yield term
        return
    for part in parts(term):
        yield from xmile_words(part)
