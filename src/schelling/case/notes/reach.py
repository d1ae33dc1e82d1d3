"""Between which numbers everything in a case lies, whatever its priors and its luck bring.

Assumptions have the ends of their priors; stocks their `within`, or where they start if they can
only rise or fall; a state machine can be in its first state and in those that effects set. A twin
holds what its `do(...)` says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from schelling.case.drawn import Prior
from schelling.case.language.typed.scope import Influence
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    FirstPlayed,
    GameValue,
    Given,
    Kind,
    OfOther,
    Operation,
    OverTies,
    OverTime,
    Reference,
    Sought,
    Twin,
    Typed,
    mentions,
)
from schelling.case.language.words.prior_words import DISTRIBUTIONS, Support
from schelling.case.model import Branch, Case, Choice, Effect, Stock
from schelling.case.notes import intervals
from schelling.case.notes.intervals import ALL, EITHER, Interval
from schelling.case.sections.about_games import private, tree_walks

States = frozenset[str]
"""Names of states."""

_PASSES = 2
_MOST = 20_000  # names in all twins: a second or so
_ABOVE_ZERO = ("lognormal", "exponential")  # never rounded to 0, as a gamma or a beta can be
_WIDEST = 50.0  # sigma of a lognormal whose draws stay above 0


def prior(written: Prior) -> Interval:
    """The least interval that holds every value of a prior, in its declared unit."""
    if written.family in ("choice", "fixed"):
        values = written.parameters[0]
        listed = values if isinstance(values, tuple) else (values,)
        return Interval(min(listed), max(listed))
    distribution = DISTRIBUTIONS[written.family]
    named = dict(zip(distribution.parameters, written.parameters, strict=True))
    found = ALL
    match distribution.support:
        case Support.BOUNDED:
            found = Interval(
                *(float(v) for n in ("low", "high") if isinstance(v := named[n], float))
            )
        case Support.SHARES:
            found = EITHER
        case Support.POSITIVE:
            sigma = named.get("sigma", 0.0)
            fine = written.family in _ABOVE_ZERO and isinstance(sigma, float) and sigma < _WIDEST
            found = intervals.POSITIVE if fine else Interval(0.0, math.inf)
        case _:
            pass
    if written.within is None:
        return found
    return Interval(max(found.low, written.within[0]), min(found.high, written.within[1]))


class Reach:
    """Intervals of the names of a case, in base units, in one twin of its worlds.

    Args:
        case: The case.
        held: Intervals of what the twin holds.
        states: States that the machines it holds can be in.
        actual: The same of the actual run, for a twin: what does not depend on what is held is
            taken from there, step by step, and not computed again.
    """

    def __init__(
        self,
        case: Case,
        held: dict[str, Interval] | None = None,
        states: dict[str, States] | None = None,
        actual: Reach | None = None,
    ) -> None:
        self.case = case
        self.held = held or {}
        self.actual = actual
        self.steps: list[dict[str, Interval]] = []
        self.step = 0
        self.twins: dict[Typed, Reach] = {}
        clock = case.clock
        self.elapsed = Interval(0.0, clock.steps * clock.step) if clock else intervals.FALSE
        self.effects = _effects(case)
        self.found: dict[str, Interval] = {}
        if actual is None:
            self.found = {
                a.name: intervals.scaled(prior(a.prior), a.unit.factor) for a in case.assumptions
            }
            self.found |= {stock.name: ALL for stock in case.stocks} | self.held
        self.states = _states(case, self.effects) | (states or {})
        self.influence = (
            Influence(_reads(case, self.effects)) if actual is None else (actual.influence)
        )
        self.touched = frozenset[str]().union(*map(self.influence.of, self.held))
        self.own = dict.fromkeys(self.touched, ALL) | self.held
        free = (v for v in case.variables if v.name not in self.held)
        self.moving = [v for v in free if actual is None or v.name in self.touched]
        self._settle()

    def _settle(self) -> None:
        """Variables and stocks from wide to narrow; every pass starts from what is certain.

        Whether a stock can only rise or fall is judged with all stocks unbounded, since a method of
        integration may look beyond their bounds within a step.
        """
        self._pass()
        self._keep()
        self._pass()
        self._keep()
        own = self.touched if self.actual is not None else self.found.keys()
        moving = [s for s in self.case.stocks if s.name in own and s.name not in self.held]
        rates = {stock.name: self.of(stock.change) for stock in moving}
        for _ in range(_PASSES):
            self._look()
            for stock in moving:
                self._set(stock.name, self._stock(stock, rates[stock.name]))
            self._keep()
            self._pass()
            self._keep()

    def _pass(self) -> None:
        self._look()
        for variable in self.moving:
            self._set(variable.name, self.of(variable.value))

    def _set(self, name: str, found: Interval) -> None:
        self.found[name] = self.own[name] = found

    def _keep(self) -> None:
        """In the actual run, keep what is known after this step, for its twins."""
        if self.actual is None:
            self.steps.append(dict(self.found))
        self.step += 1

    def _look(self) -> None:
        """In a twin, take what it does not change from this step of the actual run."""
        if self.actual is not None:
            self.found = self.actual.steps[self.step] | self.own

    def _stock(self, stock: Stock, rate: Interval) -> Interval:
        """What a stock can be: where it starts and is set, and beyond where it moves."""
        set_to = [self.of(e.value) for e in self.effects if e.target == stock.name]
        start = self.of(stock.start)
        low, high = intervals.hull([start, *set_to])
        found = Interval(low if rate.low >= 0 else -math.inf, high if rate.high <= 0 else math.inf)
        if stock.within is None:
            return found
        inside = [min(max(end, stock.within[0]), stock.within[1]) for end in found]
        return intervals.hull([Interval(*inside), start])

    def of(self, expression: Typed) -> Interval:
        """The least interval known to hold every value of an expression."""
        match expression:
            case Constant():
                return Interval(expression.value, expression.value)
            case Reference(name="elapsed"):
                return self.elapsed
            case Reference():
                return self.found.get(expression.name, ALL)
            case Operation():
                return self._operation(expression)
            case OverTime():
                return self._over_time(expression)
            case GameValue() | FirstPlayed():
                asked = expression if isinstance(expression, GameValue) else expression.value
                return self._game(asked)
            case Twin() | Given():
                here = self.twin(expression) if isinstance(expression, Twin) else self
                return ALL if here is None else here.of(expression.body)
            case Sought() | Drawn() | OfOther() | OverTies():
                return self._looked_for(expression)

    def _looked_for(self, expression: Sought | Drawn | OfOther | OverTies) -> Interval:
        """Of an unknown, where it is looked for; of agents nothing is known."""
        if not isinstance(expression, Sought):
            return ALL
        return intervals.hull([self.of(expression.low), self.of(expression.high)])

    def _operation(self, expression: Operation) -> Interval:
        """What an operator gives; of two states, whether they can be the same, and can differ."""
        first, *rest = expression.operands
        if first.type.kind is not Kind.STATE:
            return intervals.apply(expression.name, [self.of(o) for o in expression.operands])
        own, other = self.states_of(first), self.states_of(*rest)
        same = EITHER if own & other else intervals.FALSE
        if len(own) == 1 and own == other:
            same = intervals.TRUE
        return same if expression.name == "==" else intervals.apply("not", [same])

    def states_of(self, value: Typed) -> States:
        """The states that a value can be."""
        return _possible(value, self.states)

    def _over_time(self, expression: OverTime) -> Interval:
        clock, whole = self.case.clock, self.elapsed
        if clock is not None:
            self.elapsed = Interval(expression.first * clock.step, expression.last * clock.step)
        found = [self.of(operand) for operand in expression.operands]
        self.elapsed = whole
        if expression.name == "until":
            return found[1] if found[1].low == found[1].high else EITHER
        length = (expression.last - expression.first) * expression.step
        match expression.name:
            case "first" | "last":
                return Interval(expression.first * expression.step, math.inf)
            case "count":
                return Interval(0.0, length + 1)
            case "duration":
                return Interval(0.0, length)
            case _:
                pass
        return intervals.widened(found[0]) if expression.name == "mean" else found[0]

    def twin(self, expression: Twin) -> Reach | None:
        """The same in a twin; None after so many that looking on would take long."""
        key = Twin(Constant(0.0, expression.type), expression.interventions, expression.type)
        if key not in self.twins:
            if len(self.twins) * len(self.found) > _MOST:
                return None
            held = {name: self.of(value) for name, value in expression.interventions}
            states = {
                name: self.states_of(value)
                for name, value in expression.interventions
                if value.type.kind is Kind.STATE
            }
            self.twins[key] = Reach(self.case, held, states, self.actual or self)
        return self.twins[key]

    def _game(self, value: GameValue) -> Interval:
        if value.name in ("probability", "reached", "belief", "dominates"):
            return EITHER
        game = next((g for g in self.case.games if g.name == value.game), None)
        if game is None:
            return ALL
        branches = tree_walks.branches(game.root)
        if any(b.then is not None and _pays(b.payoffs, value.actor) for b in branches):
            return ALL  # payoffs on the way add up
        if value.place:
            roots = private.games(game.root, game.types)
            branches = [b for root in roots for b in _from(root, value.place)]
        elif value.actions:
            branches = _after(game.root, value)
        ends = [b for b in branches if b.then is None]
        paid = [dict(end.payoffs).get(value.actor) for end in ends]
        return intervals.widened(
            intervals.hull([self.of(p) if p else intervals.FALSE for p in paid])
        )


def _after(choice: Choice, asked: GameValue) -> list[Branch]:
    """The branches of an actor's action and everything that can follow it."""
    found: list[Branch] = []
    for branch in choice.branches:
        below = tree_walks.branches(branch.then) if branch.then else []
        if choice.actor == asked.actor and branch.action in asked.actions:
            found += [branch, *below]
        elif branch.then is not None:
            found += _after(branch.then, asked)
    return found


def _from(choice: Choice, place: tuple[str, ...]) -> list[Branch]:
    """The branch that ends at a place and everything that can follow it."""
    branch = next(b for b in choice.branches if b.action == place[0])
    if branch.then is None or len(place) == 1:
        return [branch, *(tree_walks.branches(branch.then) if branch.then else [])]
    return _from(branch.then, place[1:])


def _pays(payoffs: tuple[tuple[str, Typed], ...], actor: str) -> bool:
    return any(name == actor for name, _ in payoffs)


def _reads(case: Case, effects: tuple[Effect, ...]) -> dict[str, set[str]]:
    """What the interval of each name is found from, directly."""
    found = {variable.name: set(mentions(variable.value)) for variable in case.variables}
    found |= {s.name: {*mentions(s.start), *mentions(s.change)} for s in case.stocks}
    for effect in effects:
        found.setdefault(effect.target, set()).update(mentions(effect.value))
    for game in case.games:
        paid = (pay for branch in tree_walks.branches(game.root) for _, pay in branch.payoffs)
        found[game.name] = {name for pay in paid for name in mentions(pay)}
    return found


def _effects(case: Case) -> tuple[Effect, ...]:
    events = (effect for event in case.events for effect in event.effects)
    branches = (b for game in case.games if game.schedule for b in tree_walks.branches(game.root))
    return (*events, *(effect for branch in branches for effect in branch.effects))


def _states(case: Case, effects: tuple[Effect, ...]) -> dict[str, States]:
    """The states that every machine can be in: the first, and what effects set, step by step."""
    found = {machine.name: frozenset(machine.states[:1]) for machine in case.machines}
    set_to = [effect for effect in effects if effect.target in found]
    while True:
        before = dict(found)
        for effect in set_to:
            found[effect.target] |= _possible(effect.value, found)
        if found == before:
            return found


def _possible(value: Typed, machines: Mapping[str, States]) -> States:
    """The states that a value can be, of those that machines can be in."""
    match value:
        case Reference() if value.name in machines:
            return machines[value.name]
        case Operation(name="if", operands=(_, then, otherwise)):
            return _possible(then, machines) | _possible(otherwise, machines)
        case OverTime():
            return _possible(value.operands[0], machines)
        case Twin():
            return frozenset(value.body.type.states)
        case _:
            return frozenset(value.type.states)
