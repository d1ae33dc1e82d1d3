"""Alike things of a plan, computed together: definitions over a set, mostly."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.scope import family_name
from schelling.case.language.typed.types import (
    Given,
    Reference,
    Sought,
    Typed,
    When,
    asks_game,
    references,
)
from schelling.case.model import Event, Game, StateMachine, Stock, Variable
from schelling.case.sections import influence
from schelling.case.sections.about_games import tree_walks
from schelling.compile.alike_things import alike_games
from schelling.compile.alike_things.alike_games import AlikeGames
from schelling.compile.expressions import alike, reductions
from schelling.compile.expressions.forms import FEWEST, Form, Names, OpenPlace, leaves
from schelling.compile.planning import asking
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.twins import interventions


@dataclass(frozen=True)
class MemberFamily:
    """Alike things.

    Attributes:
        names: Theirs, in the order of the plan.
        forms: What defines them; of a stock its start and its change, of a variable its value.
        within: Of stocks, the bounds of all of them.
    """

    names: Names
    forms: tuple[Form, ...]
    within: tuple[float, float] | None = None


@dataclass(frozen=True)
class EventFamily:
    """Alike events by chance.

    Attributes:
        names: Theirs, in the order of the plan.
        hazard: Their hazards.
        condition: On which they happen; None where they always may.
        once: Whether each happens once at most.
        effects: What each effect changes, and the values. It is a stock or a machine that all of
            them change, or a family of either of which each changes its own.
    """

    names: Names
    hazard: Form
    condition: Form | None
    once: bool
    effects: tuple[tuple[str | Names, Form], ...]


@dataclass(frozen=True)
class DatedFamily:
    """Alike events with dates that stand one after the other in the plan.

    Attributes:
        events: They, in the order of the plan.
        condition: On which they happen; None where they always do.
        effects: What each effect changes of its own, as in `EventFamily`, and the values.
    """

    events: tuple[Event, ...]
    condition: Form | None
    effects: tuple[tuple[Names, Form], ...]

    @property
    def names(self) -> Names:
        """Of the events."""
        return tuple(event.name for event in self.events)


@dataclass(frozen=True)
class PlayedFamily:
    """Alike games that are played one after the other.

    Attributes:
        games: They, in the order of the plan.
        whole: Their form, with conditions and effects.
        solved: Their form without these, in which all that moves is open.
        targets: For every action, what each of its effects changes: one thing all of them, or of
            a family of stocks or machines each its own.
    """

    games: tuple[Game, ...]
    whole: AlikeGames
    solved: AlikeGames
    targets: tuple[tuple[str | Names, ...], ...]

    @property
    def names(self) -> Names:
        """Of the games."""
        return self.solved.names

    @property
    def read(self) -> tuple[Names, ...]:
        """What they read that moves, of each open place the names in the order of the games."""
        places = (one for one in self.solved.form.places if one.type.when is When.STEP)
        rows = (cast("tuple[Reference, ...]", one.row) for one in places)
        return tuple(tuple(leaf.name for leaf in row) for row in rows)


@dataclass(frozen=True)
class Families:
    """The alike things of a plan.

    Attributes:
        assumptions: Columns of the draws that have one unit, by their names.
        stocks: Families of stocks.
        events: Families of events by chance.
        fixed: What is computed once per world, in order: variables, and families of them.
        moving: What is computed at every step, likewise.
        claims: Families of claims about the actual world.
        machines: Families of state machines, each of which has the same states; without forms.
        dated: Families of events with dates, none of which sees what another of them does.
        played: Families of games that are played.
    """

    assumptions: tuple[Names, ...]
    stocks: tuple[MemberFamily, ...]
    events: tuple[EventFamily, ...]
    fixed: tuple[Variable | MemberFamily, ...]
    moving: tuple[Variable | MemberFamily, ...]
    claims: tuple[MemberFamily, ...] = ()
    machines: tuple[MemberFamily, ...] = ()
    dated: tuple[DatedFamily, ...] = ()
    played: tuple[PlayedFamily, ...] = ()

    @cached_property
    def beside(self) -> dict[str, Names]:
        """For each thing that moves and is in a family, all that are in it."""
        moving = (one for one in self.moving if isinstance(one, MemberFamily))
        kept = (*self.stocks, *moving, *self.machines)
        return {name: one.names for one in kept for name in one.names}


NONE = Families((), (), (), (), ())
"""None at all."""


def of(plan: Plan, pinned: Collection[str] = ()) -> Families:
    """The alike things of a plan.

    Args:
        plan: The plan.
        pinned: What may be held from outside.
    """
    held = frozenset(pinned).union(name for twin in plan.twins for name, _ in twin)
    columns = _alike((one.name, (one.unit.factor,)) for one in plan.assumptions)
    stocks = _stocks(plan.stocks)
    states = _alike((one.name, (one.states, one.numbers)) for one in plan.machines)
    machines = tuple(MemberFamily(names, ()) for names in states.values())
    kept = (*stocks, *machines)
    return Families(
        tuple(columns.values()),
        tuple(stocks),
        tuple(_events(plan, kept)),
        _in_order(plan, plan.fixed, held),
        _in_order(plan, plan.moving, held),
        tuple(_claims(plan)),
        machines,
        tuple(_dated(plan, kept)),
        tuple(_played(plan, kept, held)),
    )


_Kept = TypeVar("_Kept", Stock, StateMachine)


def single(things: Iterable[_Kept], families: Iterable[MemberFamily]) -> tuple[_Kept, ...]:
    """The stocks, or the state machines, that are in no family."""
    taken = {name for family in families for name in family.names}
    return tuple(one for one in things if one.name not in taken)


def _alike(things: Iterable[tuple[str, Hashable]]) -> dict[Hashable, Names]:
    """Names of things over one set, or of one kind of name, that have something in common."""
    found: dict[Hashable, list[str]] = {}
    for name, likeness in things:
        found.setdefault((family_name(name), likeness), []).append(name)
    return {key: tuple(names) for key, names in found.items() if len(names) >= FEWEST}


def _stocks(stocks: Sequence[Stock]) -> list[MemberFamily]:
    parts = ((one.name, (one.start, one.change)) for one in stocks)
    defined = {name: tuple(map(reductions.rolled, both)) for name, both in parts}
    bounds = {one.name: one.within for one in stocks}
    known_before = {one.name: one.start.type.when is When.FIXED for one in stocks}
    likeness = (
        (name, (bounds[name], *map(alike.likeness, parts)))
        for name, parts in defined.items()
        if known_before[name]
    )
    found: list[MemberFamily] = []
    for names in _alike(likeness).values():
        forms = _forms([defined[name] for name in names])
        if forms is not None:
            found.append(MemberFamily(names, forms, bounds[names[0]]))
    return found


def _events(plan: Plan, kept: Sequence[MemberFamily]) -> Iterator[EventFamily]:
    events = {event.name: event for event in plan.events if event.hazard is not None}
    parts = {name: tuple(map(reductions.rolled, _parts(event))) for name, event in events.items()}
    likeness = (
        (name, (event.once, event.condition is None, *map(alike.likeness, parts[name])))
        for name, event in events.items()
    )
    for names in _alike(likeness).values():
        family = [events[name] for name in names]
        columns = zip(*((e.target for e in event.effects) for event in family), strict=True)
        targets = [_target(column, kept) for column in columns]
        forms = _forms([parts[name] for name in names])
        if forms is not None and all(targets):
            effects = zip(targets, forms[len(forms) - len(targets) :], strict=True)
            condition = None if family[0].condition is None else forms[1]
            yield EventFamily(names, forms[0], condition, family[0].once, tuple(effects))


def _dated(plan: Plan, kept: Sequence[MemberFamily]) -> Iterator[DatedFamily]:
    """Alike events with dates, where it is the same whether they come all at once."""
    events = [event for event in plan.events if event.steps]
    place = {event.name: position for position, event in enumerate(events)}
    parts = {event.name: tuple(map(reductions.rolled, _parts(event))) for event in events}
    likeness = (
        (e.name, (e.once, e.condition is None, *map(alike.likeness, parts[e.name])))
        for e in events
        if len(set(e.steps)) == len(e.steps)
    )
    for names in _alike(likeness).values():
        first, forms = place[names[0]], _forms([parts[name] for name in names])
        family = events[first : first + len(names)]
        together = tuple(event.name for event in family) == names
        if forms is None or not together or not _apart(family):
            continue
        columns = zip(*((e.target for e in event.effects) for event in family), strict=True)
        targets = [_target(column, kept) for column in columns]
        own = [target for target in targets if target and not isinstance(target, str)]
        if len(own) == len(targets):
            effects = zip(own, forms[len(forms) - len(own) :], strict=True)
            condition = None if family[0].condition is None else forms[0]
            yield DatedFamily(tuple(family), condition, tuple(effects))


def _apart(events: Sequence[Event]) -> bool:
    """Whether no event reads, or counts, what another of them changes; a game may read anything."""
    changed = [
        {effect.target for effect in event.effects} | {counter(event.name)} for event in events
    ]
    everything = frozenset[str]().union(*changed)
    return all(
        not asks_game(part) and not (references(part) & (everything - own))
        for event, own in zip(events, changed, strict=True)
        for part in _parts(event)
    )


def _played(
    plan: Plan, kept: Sequence[MemberFamily], held: frozenset[str]
) -> Iterator[PlayedFamily]:
    """Alike games that stand one after the other in the plan and change nothing that is held."""
    games = plan.played
    place = {game.name: position for position, game in enumerate(games)}
    likeness = ((game.name, alike_games.structure(game, whole=True)) for game in games)
    for names in _alike(likeness).values():
        family = games[place[names[0]] :][: len(names)]
        if tuple(game.name for game in family) != names:
            continue
        whole, solved = alike_games.of(family, whole=True), alike_games.of(family, apart=True)
        if whole is None or solved is None or any(map(_asks, whole.form.places)):
            continue
        targets = _targets(family, kept)
        changed = [target for edge in targets for target in edge]
        own = (name for target in changed if not isinstance(target, str) for name in target)
        if all(changed) and held.isdisjoint(own):
            yield PlayedFamily(tuple(family), whole, solved, targets)


def _targets(
    games: Sequence[Game], kept: Sequence[MemberFamily]
) -> tuple[tuple[str | Names, ...], ...]:
    """What alike games change with every action; nothing of what is no family."""
    edges = zip(*(tree_walks.branches(game.root) for game in games), strict=True)
    columns = (zip(*(branch.effects for branch in edge), strict=True) for edge in edges)
    return tuple(
        tuple(_target(tuple(effect.target for effect in column), kept) for column in edge)
        for edge in columns
    )


def _asks(place: OpenPlace) -> bool:
    """Whether an open place asks about games."""
    row = place.row
    return not isinstance(row, Reference) and any(map(asks_game, leaves(row)))


def _claims(plan: Plan) -> Iterator[MemberFamily]:
    """Alike claims: such as look at the same twins, and of the others, such as differ in these."""
    asked = {claim.name: reductions.rolled(claim.holds) for claim in plan.claims}
    own = {name for name, holds in asked.items() if _may_differ_in_twins(holds)}
    for twins in (False, True):
        some = own if twins else asked.keys()
        likeness = [
            (name, alike.likeness(asked[name], twins=twins)) for name in asked if name in some
        ]
        for names in _alike(likeness).values():
            common = alike.form([asked[name] for name in names], twins=twins)
            if common is not None:
                own.difference_update(names)
                yield MemberFamily(names, (common,))


def _may_differ_in_twins(holds: Typed) -> bool:
    """Whether a claim looks at twins, and not to find out whether it is asked at all."""
    given = holds.condition if isinstance(holds, Given) else None
    return bool(interventions(holds)) and not (given and interventions(given))


def _parts(event: Event) -> list[Typed]:
    """The hazard of an event, its condition if it has one, and the values of its effects."""
    found = (event.hazard, event.condition, *(effect.value for effect in event.effects))
    return [part for part in found if part is not None]


def _target(names: Names, kept: Sequence[MemberFamily]) -> str | Names:
    """What alike effects change: one thing all of them, or each its own; else nothing."""
    if all(name == names[0] for name in names):
        return names[0]
    return next((family.names for family in kept if family.names == names), ())


def _forms(defined: Sequence[Sequence[Typed]]) -> tuple[Form, ...] | None:
    """The form of each part of some definitions; None where one has none."""
    found = [alike.form(column) for column in zip(*defined, strict=True)]
    forms = tuple(form for form in found if form is not None)
    return forms if len(forms) == len(found) else None


def _in_order(
    plan: Plan, variables: Sequence[Variable], held: frozenset[str]
) -> tuple[Variable | MemberFamily, ...]:
    """Variables and families of them, each after what it reads."""
    depths = _depths(plan, variables)
    values = {one.name: reductions.rolled(one.value) for one in variables}
    known = (name for name, value in values.items() if not _holds_inside(value, held))
    likeness = ((name, (depths[name], alike.likeness(values[name]))) for name in known)
    families: list[MemberFamily] = []
    for names in _alike(likeness).values():
        forms = _forms([(values[name],) for name in names])
        if forms is not None:
            families.append(MemberFamily(names, forms))
    if not families:
        return tuple(variables)
    taken = {name for family in families for name in family.names}
    alone = [one for one in variables if one.name not in taken]
    found = [
        *((depths[family.names[0]], family) for family in families),
        *((depths[one.name], one) for one in alone),
    ]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _holds_inside(value: Typed, held: frozenset[str]) -> bool:
    """Whether something is held that is computed anew for every number tried in an equation."""
    return isinstance(value, Sought) and any(name in held for name, _ in value.inner)


def _depths(plan: Plan, variables: Sequence[Variable]) -> dict[str, int]:
    """How many other variables, one after the other, have to be known before each."""
    found: dict[str, int] = {}
    for one in variables:
        asked = asking.behind(plan, one.value)
        parts = [one.value, *(part for game in asked for part in influence.decides(game))]
        read = found.keys() & frozenset[str]().union(*map(references, parts))
        found[one.name] = 1 + max((found[name] for name in read), default=0)
    return found
