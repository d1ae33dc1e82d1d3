"""Which unknowns read one another, and what is computed anew for every number that is tried.

An equation, or what is made largest, may read definitions that depend on its unknown. These are its
loop: it is computed anew for every number tried. Loops are cut one after the other, and whoever is
cut first has the others inside.

- What is made largest and takes another unknown as given has that one not in its loop: it does not
  answer what is tried.
- What is made largest and takes nothing as given comes before equations, as it foresees what solves
  them.
- Of two equations that read one another the second is solved for each number of the first.
- Where two take one another as given, one of them is looked for as the number that is its own best
  reply to the other's best reply to it: an equation around what it makes largest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from schelling.case.draft import Draft
from schelling.case.language.parsing.syntax import Expression, Name
from schelling.case.language.typed.reading import reads
from schelling.case.language.typed.scope import Scope, suggest
from schelling.case.sections.unknowns import Equation

MOST_TOGETHER = 2
"""How many unknowns may read one another: the inner is solved for every value of the outer."""

Reads = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Web:
    """What reads what, without the loops through unknowns.

    Attributes:
        reads: By name; of an unknown, what must be known before it.
        inner: By unknown, what its equation reads and what depends on it.
        around: By unknown that is looked for as its own best reply, likewise of that equation.
        direct: By unknown, the names that stand in it.
    """

    reads: Reads
    inner: Reads
    around: Reads
    direct: Reads


class _Untangling:
    """The web while loops are cut, and the problems on the way."""

    def __init__(
        self,
        draft: Draft,
        equations: Mapping[str, Equation],
        bodies: Reads,
        before: Reads,
        web: dict[str, frozenset[str]],
    ) -> None:
        self.draft, self.equations = draft, equations
        self.bodies, self.before, self.web = bodies, before, web
        self.inner: dict[str, frozenset[str]] = {}
        self.around: dict[str, frozenset[str]] = {}
        self.reported: set[str] = set()

    def cut(self, name: str, taken: frozenset[str]) -> None:
        """Take out of what an unknown needs all that is computed anew with it."""
        equation = self.equations[name]
        web = {one: read for one, read in self.web.items() if one not in taken}
        hanging = _reaching(web, name)
        body = self.bodies[name] - taken
        loop = _reached(body & hanging, {one: web[one] & hanging for one in web}) - {name}
        self._check_loop(equation, loop)
        if name not in body and not loop:
            what = "its equation" if equation.seek == "equation" else f"what it {equation.key}"
            message = f"'{name}' does not stand in {what}"
            self.draft.report("E442", message, (*equation.path, equation.key))
        if self.before[name] & (hanging | {name}):
            self._check_interval(equation, min(self.before[name] & (hanging | {name})))
        needed = self.bodies[name].union(self.before[name], *(web[one] for one in loop))
        self.web[name] = needed - hanging - loop - {name}
        self.inner[name] = loop

    def close(self, name: str) -> None:
        """Make an unknown an equation around its best reply, if others that it takes read it."""
        hanging = _reaching(self.web, name)
        if name not in hanging:
            return
        equation = self.equations[name]
        loop = _reached(self.web[name] & hanging, {n: self.web[n] & hanging for n in self.web})
        self._check_loop(equation, loop - {name})
        if self.before[name] & hanging:
            self._check_interval(equation, min(self.before[name] & hanging))
        loop = (loop | self.inner[name]) - {name}
        needed = self.web[name].union(*(self.web[one] for one in loop))
        self.web[name] = needed - hanging - loop - {name}
        self.around[name] = loop

    def _check_loop(self, equation: Equation, loop: frozenset[str]) -> None:
        """Two equations may read one another, or a maximum and an equation; two maxima may not."""
        others = [name for name in self.equations if name in loop]
        together = (equation.name, *others)
        if self.reported.issuperset(together):
            return
        listed = " and ".join(f"'{name}'" for name in together)
        foreseeing = [self.equations[n] for n in together if self.equations[n].foresees]
        if len(foreseeing) > 1 or (foreseeing and equation.takes is not None):
            message = (
                f"{listed} read one another, and more than one of them is a maximum or minimum"
            )
            reason = "it is not clear which of them takes the other as given"
            hint = f"give {' and '.join(repr(one.name) for one in foreseeing)} 'takes_as_given', "
            hint += "or write the reply of the one who follows as an equation ('where')"
        elif len(together) > MOST_TOGETHER:
            message = f"{len(together)} unknowns read one another: {listed}"
            reason = f"at most {MOST_TOGETHER} are solved together"
            hint = "if each reads the others only in a sum, make the sum the one unknown; "
            hint += "or use a stock that settles"
        else:
            return
        self.reported.update(together)
        self.draft.report_key("E446", message, equation.path, reason, hint)

    def _check_interval(self, equation: Equation, first: str) -> None:
        message = f"the interval of '{equation.name}' depends on '{equation.name}'"
        message += f" through '{first}'" if first != equation.name else ""
        hint = "its ends and what it is nearest to must be known before it"
        self.draft.report_key("E447", message, equation.path, hint=hint)


def untangled(
    draft: Draft,
    equations: Mapping[str, Equation],
    read: Reads,
    scope: Scope,
    through: Callable[[frozenset[str]], frozenset[str]],
) -> Web:
    """What reads what, with what depends on an unknown after it.

    Args:
        draft: Where problems go.
        equations: The unknowns.
        read: What each variable reads.
        scope: The families, and the members that names stand for.
        through: Adds what the games among some names read.
    """
    inside = {n: _names(draft, e, (e.body,), scope) for n, e in equations.items()}
    around = {
        n: _names(draft, e, (*e.ends, *([e.near] if e.near else [])), scope)
        for n, e in equations.items()
    }
    bodies = {name: through(names) for name, names in inside.items()}
    before = {name: through(names) for name, names in around.items()}
    web = {**read, **{name: bodies[name] | before[name] for name in equations}}
    found = _Untangling(draft, equations, bodies, before, web)
    for name in sorted(equations, key=lambda name: _rank(equations[name])):
        found.cut(name, _taken(draft, equations, name, scope))
    for name in sorted(equations, key=lambda name: equations[name].choose == "only"):
        if equations[name].takes is not None:
            found.close(name)
    direct = {name: inside[name] | around[name] for name in equations}
    return Web(found.web, found.inner, found.around, direct)


def _rank(equation: Equation) -> int:
    """When the loop of an unknown is cut."""
    if equation.takes is not None:
        return 0
    return 1 if equation.foresees else 2


def _taken(
    draft: Draft, equations: Mapping[str, Equation], name: str, scope: Scope
) -> frozenset[str]:
    """The unknowns that an unknown takes as given; anything else there is reported."""
    takes = equations[name].takes
    if takes is None:
        return frozenset()
    if isinstance(takes, Name) and takes.name in scope.families:
        known = frozenset(one for one in equations if one.startswith(f"{takes.name}["))
    else:
        known = _names(draft, equations[name], (takes,), scope)
    known -= {name}
    written = draft.root.at(("unknowns",)).value
    wrong = sorted(known.difference(equations, written if isinstance(written, dict) else ()))
    if wrong or not known:
        what = f"'{wrong[0]}'" if wrong else f"what '{name}' takes as given"
        message = f"{what} is not another unknown of this case"
        hint = suggest(wrong[0], [one for one in equations if one != name]) if wrong else ""
        hint = hint or "what is no unknown never answers, and is not named here"
        draft.report("E450", message, (*equations[name].path, "takes_as_given"), hint=hint)
    return known & equations.keys()


def _names(
    draft: Draft, equation: Equation, written: Iterable[Expression], scope: Scope
) -> frozenset[str]:
    inside = draft.inside(equation.path, scope)
    return frozenset[str]().union(*(reads(expression, inside) for expression in written))


def _reaching(web: Reads, name: str) -> frozenset[str]:
    """Everything that reads a name, through any chain."""
    readers: dict[str, list[str]] = {}
    for reader, read in web.items():
        for one in read:
            readers.setdefault(one, []).append(reader)
    return _reached(frozenset(readers.get(name, ())), readers)


def _reached(start: frozenset[str], web: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found, waiting = set(start), list(start)
    while waiting:
        fresh = [name for name in web.get(waiting.pop(), ()) if name not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return frozenset(found)
