"""Rules between definitions: order and cycles of variables, rates, correlations, claims."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from schelling.case.draft import Draft
from schelling.case.drawn import Correlation
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring import machines
from schelling.case.language.parsing.printer import brief, shorten
from schelling.case.language.parsing.syntax import Expression
from schelling.case.language.typed.reading import reads
from schelling.case.language.typed.scope import Scope, Symbol
from schelling.case.language.typed.types import UNKNOWN, Constant, Kind, Type, Typed, When
from schelling.case.language.typed.units import TIME, UNREAD, Unit, describe, multiply, said
from schelling.case.model import Variable
from schelling.case.schema.case_file import CaseFile
from schelling.case.sections import unknowns, untangling
from schelling.case.sections.about_agents.agent_variables import OfAgents
from schelling.case.sections.about_games.games import GameBook

MOST_CORRELATED = 200


def variables(
    draft: Draft, raw: CaseFile, scope: Scope, book: GameBook, people: OfAgents
) -> tuple[tuple[Variable, ...], Scope]:
    """Variables and unknowns, in an order in which each reads only earlier ones, and their scope.

    What an unknown's equation reads and what depends on the unknown itself comes after it. Games
    that they ask about are read before them. Variables of agents are defined in the same order.
    """
    written, told = _parsed(draft, raw), people.parsed()
    equations = unknowns.read(draft, raw)
    book.survey(scope)
    direct = _direct(draft, written, scope) | people.direct(told, scope)
    read = {name: book.through(names) for name, names in direct.items()}
    web = untangling.untangled(draft, equations, read, scope, book.through)
    order = _ordered(draft, web.reads, direct, book, people)
    here = _with_symbols(draft, raw, scope)
    inner, around = _in_order(order, web.inner), _in_order(order, web.around)

    def define(name: str, scope: Scope) -> Variable:
        if name in written:
            scope = book.known(direct[name], scope)
            return _variable(draft, raw, name, written[name], scope)
        anew = {*inner[name], *around.get(name, ())}
        asking = (web.direct[name], *(direct.get(one, frozenset()) for one in anew))
        _check_asked(draft, name, frozenset[str]().union(*asking), {name, *anew}, book)
        scope = book.known(web.direct[name], scope)
        return unknowns.unknown(draft, raw.unknowns[name], equations[name], scope, within)

    def taken(name: str, scope: Scope) -> tuple[Variable, Scope]:
        if name in told:
            return people.typed(name, told[name], scope)
        variable = define(name, scope)
        return variable, _with(scope, variable)

    def loop(names: tuple[str, ...], scope: Scope) -> tuple[tuple[Variable, ...], Scope]:
        parts: list[Variable] = []
        for one in names:
            part, scope = taken(one, scope)
            parts.append(part)
        return tuple(parts), scope

    def within(name: str, scope: Scope) -> tuple[tuple[Variable, ...], tuple[Variable, ...], Scope]:
        outer, scope = loop(around.get(name, ()), scope)
        parts, scope = loop(inner.get(name, ()), scope)
        return parts, outer, scope

    found, here = loop(tuple(order), here)
    people.keep(found)
    return tuple(variable for variable in found if variable.name not in told), here


def _parsed(draft: Draft, raw: CaseFile) -> dict[str, Expression]:
    """The expressions of variables, as far as they can be read."""
    parsed = {name: draft.parse(_value_path(draft, name)) for name in raw.variables}
    return {name: one for name, one in parsed.items() if one is not None}


def _with_symbols(draft: Draft, raw: CaseFile, scope: Scope) -> Scope:
    """A scope that has the names of variables and unknowns, whose types are found later."""
    symbols = dict(scope.symbols)
    for section in ("variables", "unknowns"):
        for name in getattr(raw, section):
            line = draft.root.key_span((section, name)).line
            symbols[name] = Symbol(name, section.removesuffix("s"), UNKNOWN, line)
    return replace(scope, symbols=symbols)


def _ordered(
    draft: Draft,
    web: Mapping[str, frozenset[str]],
    direct: Mapping[str, frozenset[str]],
    book: GameBook,
    people: OfAgents,
) -> list[str]:
    """Names in dependency order; variables that depend on themselves are reported."""
    order, cyclic = _order(web)
    for cycle in cyclic:
        links = [cycle[0]]
        for one, other in itertools.pairwise((*cycle, cycle[0])):
            game = book.behind(direct.get(one, frozenset()), other)
            links += [game, other] if game else [other]
        message = f"'{cycle[0]}' depends on itself: {' -> '.join(links)}"
        reason = "variables are computed anew in each step, so none can depend on itself"
        hint = "use a stock for what carries over from step to step"
        if any(name in people for name in cycle):
            hint = "use a state of agents, or a stock, for what carries over from step to step"
        if set(cycle) <= set(direct):
            path = people.path(cycle[0]) if cycle[0] in people else ("variables", cycle[0])
            draft.report_key("E308", message, path, reason, hint)
    return order


def _direct(
    draft: Draft, written: Mapping[str, Expression], scope: Scope
) -> dict[str, frozenset[str]]:
    """What each variable reads itself."""
    return {
        name: reads(expression, draft.inside(("variables", name), scope))
        for name, expression in written.items()
    }


def _in_order(order: list[str], loops: untangling.Reads) -> dict[str, tuple[str, ...]]:
    return {name: tuple(one for one in order if one in loop) for name, loop in loops.items()}


def _check_asked(
    draft: Draft, unknown: str, asking: frozenset[str], tried: set[str], book: GameBook
) -> None:
    """Report a game that reads an unknown whose equation asks about the game."""
    for game in sorted(asking & book.direct.keys()):
        if found := sorted(book.through(frozenset((game,))) & tried):
            message = f"the equation of '{unknown}' asks about the game '{game}', which reads "
            message += f"'{found[0]}'"
            reason = "a game is not solved again for every number that is tried"
            hint = "write the probabilities of the game as expressions"
            draft.report_key("E446", message, ("unknowns", unknown), reason, hint)


def _with(scope: Scope, variable: Variable) -> Scope:
    """A scope in which a variable has its type and unit."""
    name = variable.name
    symbol = replace(scope.symbols[name], type=variable.value.type)
    return replace(
        scope,
        symbols={**scope.symbols, name: symbol},
        factors={**scope.factors, name: variable.unit.factor},
    )


def _value_path(draft: Draft, name: str) -> Path:
    path: Path = ("variables", name)
    return (*path, "value") if draft.root.at(path).child("value") is not None else path


def _variable(
    draft: Draft, raw: CaseFile, name: str, expression: Expression, scope: Scope
) -> Variable:
    described = raw.variables[name]
    path: Path = ("variables", name)
    unit = draft.unit((*path, "unit")) if described.unit is not None else None
    unit = None if unit is UNREAD else unit
    typed = draft.typed(_value_path(draft, name), expression, scope, unit)
    if typed.type.known and typed.type.kind not in (Kind.NUMBER, Kind.TRUTH):
        message = f"a variable is a number or a condition; '{brief(expression)}' is "
        message += typed.type.kind.value
        draft.report("E306", message, _value_path(draft, name))
    own = unit or Unit(typed.type.dimensions or (), 1.0)
    origin = draft.origin(path, described.from_, described.why, described.says)
    return Variable(name, own, typed, typed.type.when, origin)


def _order(read: Mapping[str, frozenset[str]]) -> tuple[list[str], list[list[str]]]:
    """Names in dependency order, and every cycle found (their members are left out)."""
    place = {name: position for position, name in enumerate(read)}
    reads = {
        name: sorted(others & place.keys(), key=place.__getitem__) for name, others in read.items()
    }
    order: list[str] = []
    cycles: list[list[str]] = []
    state: dict[str, str] = {}

    for start in read:
        stack = [(start, iter(reads[start]))] if start not in state else []
        if stack:
            state[start] = "open"
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[name] = "done"
                order.append(name)
                stack.pop()
            elif following not in state:
                state[following] = "open"
                stack.append((following, iter(reads[following])))
            elif state[following] == "open":
                trail = [entry for entry, _ in stack]
                cycles.append(trail[trail.index(following) :])
    in_cycle = {name for cycle in cycles for name in cycle}
    return [name for name in order if name not in in_cycle], cycles


def zero(unit: Unit) -> Typed:
    """The rate of a stock that only effects change."""
    return Constant(0.0, Type(Kind.NUMBER, unit.dimensions))


def check_rate(draft: Draft, path: Path, typed: Typed, rate: Unit) -> None:
    """A rate of change or a hazard is per unit of time."""
    found = typed.type.dimensions
    if not typed.type.known:
        return
    if typed.type.kind is not Kind.NUMBER:
        draft.report("E306", f"a rate must be a number; this is {typed.type.kind.value}", path)
        return
    if found is None or found == rate.dimensions:
        return
    written = shorten(draft.root.at(path).text)
    message = f"a rate in {describe(rate.dimensions)} is needed, but '{written}' is {said(found)}"
    hint = ""
    if multiply(found, rate.dimensions, -1) == TIME.dimensions:
        hint = "divide by a time, such as (...) / 1 week"
    draft.report("E307", message, path, "a rate of change is per unit of time", hint)


def check_start(draft: Draft, path: Path, start: float, within: tuple[float, float]) -> None:
    """A stock starts within its bounds."""
    if not within[0] <= start <= within[1]:
        message = f"'{path[-1]}' starts outside its bounds"
        draft.report("E403", message, (*path, "start"), hint="change 'start' or 'within'")


def check_claim(draft: Draft, path: Path, typed: Typed, what: str = "a claim") -> None:
    """A claim, or its condition, is true or false of a whole world."""
    if not typed.type.known:
        return
    if typed.type.kind is not Kind.TRUTH:
        message = f"{what} must be true or false; this is {typed.type.kind.value}"
        draft.report("E409", message, path, hint=machines.as_condition(typed))
    elif typed.type.when is When.STEP:
        message = "this can hold at some steps and fail at others, but "
        message += f"{what} is about the whole run"
        hint = "use always(...), eventually(...), final(...), at(..., date) or mean(...) > ..."
        draft.report("E410", message, path, hint=hint)


def positive_definite(correlations: Sequence[Correlation]) -> bool:
    """Whether the correlation matrix has a Cholesky factor, by computing it."""
    involved = sorted({name for c in correlations for name in (c.first, c.second)})
    rho = {frozenset((c.first, c.second)): c.rho for c in correlations}
    rows: list[list[float]] = []
    for i, first in enumerate(involved):
        row: list[float] = []
        for j, second in enumerate(involved[: i + 1]):
            value = 1.0 if i == j else rho.get(frozenset((first, second)), 0.0)
            earlier = sum(row[k] * (rows[j] if j < i else row)[k] for k in range(j))
            value -= earlier
            if i == j:
                if value <= 1e-10:
                    return False
                row.append(value**0.5)
            else:
                row.append(value / rows[j][j])
        rows.append(row)
    return True
