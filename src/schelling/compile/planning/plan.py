"""The plan of a case: what is computed, in which order, for which twins. No arrays.

A plan is the checked case put in order: assumptions are columns of the draws, fixed variables come
once per world, moving variables once per step, then games, events and flows. Claims are evaluated
on the finished run; every distinct `do(...)` in them is a twin, simulated beside the actual world.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from schelling.case.drawn import Correlation
from schelling.case.language.typed.tallied import AgentTally
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Kind, Reference, Typed, When
from schelling.case.language.typed.units import describe
from schelling.case.model import (
    CHANCE,
    Assumption,
    Case,
    Choice,
    Claim,
    Event,
    Game,
    StateMachine,
    StochasticGame,
    Stock,
    Variable,
)
from schelling.case.populations import Population
from schelling.compile.planning import cut_moments, rules
from schelling.compile.planning.moves import named_moves
from schelling.compile.planning.twins import Interventions, twins_of


@dataclass(frozen=True)
class Ask:
    """What is asked of the finished run beside the claims: questions, premises, what does not move.

    Attributes:
        what: `forecast` for what answers a question, `given` for its antecedent, `premise` for
            whether a premise holds, `value` for a variable that is computed once per world.
        name: Name of the question, premise or variable.
        expression: A truth value, or a number.
        factor: Base units in one unit of the answer.
    """

    what: Literal["forecast", "given", "premise", "value"]
    name: str
    expression: Typed
    factor: float = 1.0

    @property
    def column(self) -> str:
        """Where the answer is kept."""
        return f"{self.what}.{self.name}"


@dataclass(frozen=True)
class Record:
    """What was recorded of the finished run: the arguments of an error model, row by row.

    Attributes:
        name: Name of the series.
        arguments: Numbers in base units.
        steps: The step of each row.
    """

    name: str
    arguments: tuple[Typed, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """A case in the order in which it is computed.

    Attributes:
        case: Name of the case.
        digest: Digest of its files.
        steps: Number of the last step; 0 for a case without time.
        step: Length of a step in weeks.
        substeps: Parts of a step in which stocks flow and hazards act.
        method: How stocks flow within one: `rk4` or `euler`.
        assumptions: Columns of the draws.
        correlations: Dependence between them.
        fixed: Variables computed once per world, in order.
        moving: Variables computed at every step, in order.
        machines: State machines; each starts in its first state.
        stocks: What accumulates.
        games: Played in this order at their steps.
        events: Happen in this order, after the games.
        claims: What is asked of the finished run.
        twins: Interventions of each simulated world; the first is empty, the actual one.
        clocks: Names of the streams of chance that decide when events happen.
        moves: Names of the streams of chance that decide how moves of games fall.
        asks: What else is asked of the finished run.
        stochastic: Games with states, solved once per world or anew at steps of its run; each
            comes after those that it asks about.
        populations: Agents, who follow their rules once a step.
        tallies: What is counted over them, once a step.
        halvings: How many steps meet the luck of one; more than 1 only in the step check.
        records: What is compared with records; empty in what only runs the case.
        jumps: When, in weeks, what is integrated over a substep jumps.
    """

    case: str
    digest: str
    steps: int
    step: float
    substeps: int
    method: str
    assumptions: tuple[Assumption, ...]
    correlations: tuple[Correlation, ...]
    fixed: tuple[Variable, ...]
    moving: tuple[Variable, ...]
    machines: tuple[StateMachine, ...]
    stocks: tuple[Stock, ...]
    games: tuple[Game, ...]
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]
    twins: tuple[Interventions, ...]
    clocks: tuple[str, ...]
    moves: tuple[str, ...]
    asks: tuple[Ask, ...] = ()
    stochastic: tuple[StochasticGame, ...] = ()
    populations: tuple[Population, ...] = ()
    tallies: tuple[AgentTally, ...] = ()
    halvings: int = 1
    records: tuple[Record, ...] = ()
    jumps: tuple[float, ...] = ()

    @property
    def played(self) -> tuple[Game, ...]:
        """The games that are played over time."""
        return tuple(game for game in self.games if game.schedule)

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of all streams of chance."""
        return (*self.clocks, *self.moves, *self.drawn)

    @property
    def listed(self) -> tuple[tuple[str, str], ...]:
        """Populations with ties along which one agent at a time looks, or meets another."""
        return tuple((one.name, ties) for one in self.populations for ties in rules.looked(one))

    @property
    def drawn(self) -> tuple[str, ...]:
        """Names of the streams of chance that agents draw from, and that say whose turn it is."""
        return tuple(stream for one in self.populations for stream in rules.streams(one))

    @property
    def timed(self) -> bool:
        """Whether anything happens over time."""
        return self.steps > 0

    @property
    def questions(self) -> tuple[str, ...]:
        """Names of the questions asked."""
        return tuple(ask.name for ask in self.asks if ask.what == "forecast")

    @property
    def actual(self) -> Plan:
        """The actual world alone, of which nothing is asked."""
        return replace(self, claims=(), asks=(), twins=((),))

    @property
    def carried(self) -> tuple[str, ...]:
        """Names of what a world carries from step to step: stocks, state machines, tallies."""
        return tuple(thing.name for thing in (*self.stocks, *self.machines, *self.tallies))

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the numbers that vary over time: stocks, then moving variables."""
        moving = [v.name for v in self.moving if v.value.type.kind is Kind.NUMBER]
        return (*(stock.name for stock in self.stocks), *moving)


def build(case: Case, claims: Iterable[str] | None = None) -> Plan:
    """Put a checked case in order.

    Args:
        case: The checked case.
        claims: Names of the claims to ask; all of them, and all questions, when None. Premises are
            always asked.

    Returns:
        The plan.

    Raises:
        KeyError: A name that is no claim of the case.
    """
    by_name = {claim.name: claim for claim in case.claims}
    names = by_name if claims is None else dict.fromkeys(claims)
    asked = tuple(by_name[name] for name in names)
    every = (*_asks(case), *_premises(case))
    asks = every if claims is None else (*_premises(case),)
    clock, twins = case.clock, _twins(asked, asks)
    all_twins = twins if claims is None else _twins(case.claims, every)  # whatever is asked
    return Plan(
        case=case.name,
        digest=case.digest,
        steps=clock.steps if clock else 0,
        step=clock.step if clock else 1.0,
        substeps=clock.substeps if clock else 1,
        method=clock.method if clock else "rk4",
        assumptions=case.assumptions,
        correlations=case.correlations,
        fixed=tuple(v for v in case.variables if v.when is When.FIXED),
        moving=tuple(v for v in case.variables if v.when is not When.FIXED),
        machines=case.machines,
        stocks=case.stocks,
        games=case.games,
        stochastic=case.stochastic,
        events=case.events,
        populations=case.populations,
        tallies=case.tallies,
        claims=asked,
        twins=twins,
        clocks=tuple(f"event/{e.name}" for e in case.events if e.hazard is not None),
        moves=tuple(_moves(case)),
        jumps=cut_moments.of_case(case, all_twins),
        asks=(*asks, *_values(case)),
    )


def _twins(claims: Iterable[Claim], asks: Iterable[Ask]) -> tuple[Interventions, ...]:
    expressions = (*(claim.holds for claim in claims), *(ask.expression for ask in asks))
    return twins_of(expressions)


def _asks(case: Case) -> tuple[Ask, ...]:
    """What the questions ask that the model has a handle for and no later one replaces."""
    found: list[Ask] = []
    for question in case.questions:
        if question.superseded or question.resolves is None:
            continue
        truth = question.resolves.type.kind is Kind.TRUTH
        factor = 1.0 if truth or question.kind == "date" else question.unit.factor
        found.append(Ask("forecast", question.name, question.resolves, factor))
        if question.given is not None:
            found.append(Ask("given", question.name, question.given))
    return tuple(found)


def _premises(case: Case) -> list[Ask]:
    return [Ask("premise", premise.name, premise.grants) for premise in case.premises]


def _values(case: Case) -> list[Ask]:
    fixed = [variable for variable in case.variables if variable.when is When.FIXED]
    return [
        Ask("value", v.name, Reference(v.name, v.value.type), v.unit.factor)
        if v.value.type.kind is Kind.NUMBER
        else Ask("value", v.name, Reference(v.name, v.value.type))
        for v in fixed
    ]


def _moves(case: Case) -> list[str]:
    moves = [
        f"game/{game.name}/{own}"
        for game in case.games
        if game.schedule
        for own, _ in named_moves(game)
    ]
    return list(dict.fromkeys(moves))


def choices(root: Choice, place: str = "") -> list[tuple[str, Choice]]:
    """Every move of a tree with the actions that lead to it, in prefix order."""
    found = [(place or "start", root)]
    for branch in root.branches:
        if branch.then is not None:
            prefix = f"{place}/" if place else ""
            found += choices(branch.then, f"{prefix}{branch.action}")
    return found


def show(plan: Plan) -> str:
    """The plan as text, in the order in which it is computed."""
    lines = [f"plan of {plan.case} (digest {plan.digest[:12]})"]
    if plan.timed:
        how = {"euler": "Euler", "rk4": "Runge-Kutta"}[plan.method]
        parts = f"{plan.substeps} substeps" if plan.substeps > 1 else "one substep"
        parts += ", cut where rates jump" if plan.jumps and plan.method == "rk4" else ""
        lines.append(f"time: steps 0..{plan.steps} of {plan.step:g} weeks, {how} in {parts}")
    lines += _section("draws", (f"{a.name}: {a.prior.written}{_unit(a)}" for a in plan.assumptions))
    pairs = (f"{c.first} ~ {c.second}: rho {c.rho:g}" for c in plan.correlations)
    lines += _section("correlated", pairs)
    lines += _section("once per world", (_variable(v) for v in plan.fixed))
    states = (line for game in plan.stochastic for line in _states(game))
    lines += _section("then games with states", states)
    lines += _section("states", (f"{m.name}: {', '.join(m.states)}" for m in plan.machines))
    starts = (f"{s.name} = {write(s.start)}{_bounds(s)}" for s in plan.stocks)
    lines += _section("at the start", starts)
    lines += _section("every step", (_variable(v) for v in plan.moving))
    lines += _section("then games", (line for game in plan.games for line in _game(game)))
    lines += _section("then events", (_event(event) for event in plan.events))
    flows = (f"d {s.name} / d week = {write(s.change)}" for s in plan.stocks)
    lines += _section("then flows", flows)
    twins = ("; ".join(f"{n} = {write(v)}" for n, v in twin) for twin in plan.twins[1:])
    lines += _section("then agents", (n for one in plan.populations for n in _population(one)))
    tallies = (f"{tally.name}: {tally.function} over {tally.population}" for tally in plan.tallies)
    lines += _section("counted over agents at every opening", tallies)
    lines += _section("twins", twins)
    lines += _section("claims", (f"{c.name}: {write(c.holds)}" for c in plan.claims))
    questions = (a for a in plan.asks if a.what in ("forecast", "given"))
    lines += _section("questions", (f"{a.column}: {write(a.expression)}" for a in questions))
    premises = (a for a in plan.asks if a.what == "premise")
    lines += _section("premises", (f"{a.name}: {write(a.expression)}" for a in premises))
    return "\n".join(lines)


def _section(title: str, entries: Iterable[str]) -> list[str]:
    entries = [f"  {entry}" for entry in entries]
    return [f"{title}:", *entries] if entries else []


def _unit(assumption: Assumption) -> str:
    within = assumption.prior.within
    cut = f" within [{within[0]:g}, {within[1]:g}]" if within else ""
    return f"{cut} ({assumption.unit})" if assumption.unit.written else cut


def _bounds(stock: Stock) -> str:
    return f" within [{stock.within[0]:g}, {stock.within[1]:g}]" if stock.within else ""


def _variable(variable: Variable) -> str:
    kind = variable.value.type.kind
    unit = describe(variable.value.type.dimensions or ()) if kind is Kind.NUMBER else kind.value
    return f"{variable.name} = {write(variable.value)} ({unit})"


def _steps(steps: tuple[int, ...], drawn: Typed | None = None) -> str:
    """A schedule, perhaps at intervals that are drawn or computed."""
    gaps = {later - earlier for earlier, later in pairwise(steps)}
    every = f" every {gaps.pop()}" if len(gaps) == 1 else f", {len(steps)} times" if gaps else ""
    every = every if drawn is None else f" every {write(drawn)}"
    return f"steps {steps[0]}..{steps[-1]}{every}"


def _game(game: Game) -> list[str]:
    when = _steps(game.schedule, game.every) if game.schedule else "looked at by claims only"
    condition = f" while {write(game.condition_written)}" if game.condition_written else ""
    each = ", ".join(f"{actor} {write(value)}" for actor, value in game.precision)
    one = write(game.precisions[0]) if len(game.precisions) == 1 else each
    how = f"precision {one}" if game.concept == "quantal" else game.concept
    at_once = ", all at once" if game.simultaneous else ""
    lines = [f"{game.name}: {when}{condition}, {how}{at_once}"]
    for place, choice in choices(game.root):
        knows = f", knows: {choice.knows}" if choice.knows else ""
        lines.append(f"  {place}: {choice.actor}{knows}")
        for branch in choice.branches:
            what = [f"{actor} {write(value)}" for actor, value in branch.payoffs]
            what += [f"{effect.target} := {write(effect.value)}" for effect in branch.effects]
            if choice.actor == CHANCE and branch.probability is not None:
                what.insert(0, f"with probability {write(branch.probability)}")
            lines.append(f"    {branch.action}: {', '.join(what) or 'nothing'}")
    return lines


def _population(population: Population) -> list[str]:
    lines = [f"{population.name}: {population.counted}{population.followed}"]
    lines += [f"  {population.acting}"] if population.acts != "all" else []
    lines += [f"  ties {ties.name}: {ties.said}" for ties in population.ties]
    lines += [f"  {trait.name} {trait.said(write)}" for trait in population.traits]
    for state in population.states:
        lines.append(f"  {state.name}: at the start {write(state.start)}")
        lines.append(f"    then {write(state.following)}")
    lines += [f"  {one.name} = {write(one.value)}" for one in population.variables]
    return lines


def _states(game: StochasticGame) -> list[str]:
    how = f"precision {write(game.precision)}, discount {write(game.discount)}"
    when = f"solved at {_steps(game.schedule)}, " if game.schedule else ""
    lines = [f"{game.name}: {when}{how}, all at once"]
    for state in game.states:
        for place, choice in choices(state.root, state.name):
            lines.append(f"  {place}: {choice.actor}")
            for branch in choice.branches:
                what = [f"{actor} {write(value)}" for actor, value in branch.payoffs]
                what += [f"to {name} with {write(chance)}" for name, chance in branch.following]
                lines.append(f"    {branch.action}: {', '.join(what) or 'nothing'}")
    return lines


def _event(event: Event) -> str:
    cause = f"hazard {write(event.hazard)}" if event.hazard else event.dates
    condition = f" while {write(event.condition)}" if event.condition else ""
    what = ", ".join(f"{effect.target} := {write(effect.value)}" for effect in event.effects)
    return f"{event.name}: {cause}{condition}{' once' if event.once else ''}: {what}"
