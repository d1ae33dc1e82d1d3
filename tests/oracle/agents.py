"""Agents of a population, one at a time: what they draw, see and do."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from oracle.luck import WORD, key, threefry, uniform
from oracle.values import Truth, Value
from schelling.case.language.typed.tallied import AgentTally
from schelling.case.language.typed.types import Drawn, Kind, OverTies, Typed, references
from schelling.case.populations import Population, PopulationTies

Names = Mapping[str, Value]
Agent = dict[str, Value]
Ties = Mapping[str, list[list[int]]]
Evaluate = Callable[[Typed, "Seen"], Value]
NORMAL = NormalDist()


@dataclass
class Seen(dict[str, Value]):
    """What a rule of an agent can see, and how it looks around.

    Attributes:
        world: Numbers of the world.
        crowd: All agents of its population.
        me: Which of them it is; -1 for a tally.
        luck: The world's number, the seed and the step.
        others: What the neighbour has that is looked at.
        ties: Positions of those it has ties with, by the name of the ties.
        population: Whose agents they are.
    """

    world: Names
    crowd: list[Agent]
    me: int
    luck: tuple[int, int, int]
    others: Agent | None = None
    ties: Ties | None = None
    population: Population | None = None

    def __missing__(self, name: str) -> Value:
        own = self.crowd[self.me] if self.me >= 0 else {}
        return own[name] if name in own else self.world[name]


def draw(expression: Drawn, seen: Seen, evaluate: Evaluate) -> Value:
    u = _uniform(f"agents/{expression.stream}", seen)
    parameters: list[float] = []
    for part in expression.parameters:
        value = evaluate(part, seen)
        assert not isinstance(value, Truth)
        parameters.append(float(value))
    if expression.family == "bernoulli":
        known = 0 <= parameters[0] <= 1
        return Truth(u < parameters[0], (1.0 if u < parameters[0] else -1.0) if known else math.nan)
    return np.float64(_quantile(expression.family, u, parameters))


def _uniform(stream: str, seen: Seen, which: int = 0) -> float:
    """One of the numbers that an agent draws from a stream when it acts."""
    number, seed, step = seen.luck
    own = threefry(key(seed, stream), (number, step))
    assert seen.population is not None
    if seen.population.representatives:
        return _spread(own, seen.me, seen.population.representatives, which)
    high, low = threefry(own, (seen.me, which))
    assert max(high, low) < WORD
    return ((high >> 6) * 2**26 + (low >> 6) + 0.5) / 2**52


def _spread(own: tuple[int, int], me: int, count: int, which: int) -> float:
    """The number of a representative: in a cell of its own, all shifted alike."""
    (factor, addend), (factor_2, addend_2), (high, low) = (
        threefry(own, (n, which)) for n in range(3)
    )
    bits = count.bit_length() - 1
    place = me
    for times, plus in (
        (factor, addend),
        (factor_2, addend_2),
        (factor >> 16, addend >> 16),
        (factor_2 >> 16, addend_2 >> 16),
    ):
        place = (place * (times | 1) + plus) % count
        place ^= place >> max(bits // 2, 1)
    shift = (high >> (6 + bits)) * 2**26 + (low >> 6)
    return (place * 2 ** (52 - bits) + shift + 0.5) / 2**52


def _quantile(family: str, u: float, p: list[float]) -> float:
    z = NORMAL.inv_cdf(u)
    match family:
        case "uniform":
            return p[0] + (p[1] - p[0]) * u if p[0] <= p[1] else math.nan
        case "normal":
            return p[0] + p[1] * z if p[1] >= 0 else math.nan
        case "lognormal":
            return p[0] * math.exp(p[1] * z) if min(p) >= 0 else math.nan
        case "truncnormal":
            low, high = (NORMAL.cdf((end - p[0]) / p[1]) for end in p[2:])
            return p[0] + p[1] * NORMAL.inv_cdf(low + u * (high - low))
        case "exponential":
            return -p[0] * math.log1p(-u) if p[0] >= 0 else math.nan
        case "triangular":
            low, mode, high = p
            if u * (high - low) < mode - low:
                return low + math.sqrt(u * (high - low) * (mode - low))
            return high - math.sqrt((1 - u) * (high - low) * (high - mode))
        case "loguniform":
            return p[0] * (p[1] / p[0]) ** u
        case _:
            odds = p[0] / (1 - p[0]) * math.exp(p[1] * z)
            return odds / (1 + odds)


def met(ties: PopulationTies, seen: Seen) -> list[int]:
    """Whom an agent meets, in the order of the draws.

    From a list of n, k are drawn so: of its first n - k + 1 one, of its first n - k + 2 another,
    and so on; where one comes up again, the last of those that were drawn from takes its place.
    """
    assert seen.population is not None
    me, before, found = seen.me, 0, list[int]()
    everybody = range(len(seen.crowd))
    circles = [([other for other in everybody if other != me], ties.degree)]
    if ties.by:
        group = seen.crowd[me][ties.by]
        own = [other for other in everybody if seen.crowd[other][ties.by] == group]
        rest = [other for other in everybody if other not in own]
        own.remove(me)
        circles = [(own, ties.within), (rest, ties.between)]
    stream = f"contacts/{seen.population.name}/{ties.name}"
    for circle, mean in circles:
        most, chosen = math.ceil(mean), list[int]()
        fewer = most > mean and _uniform(stream, seen, before + most) >= mean % 1
        for which in range(1 if fewer else 0, most):
            last = len(circle) - most + which
            place = int(_uniform(stream, seen, before + which) * (last + 1))
            chosen.append(last if place in chosen else place)
        found += [circle[place] for place in chosen]
        before += most + 1
    return found


def over_ties(expression: OverTies, seen: Seen, evaluate: Evaluate) -> Value:
    places = range(len(seen.crowd))
    if seen.ties is not None and expression.over in seen.ties:
        places = seen.ties[expression.over][seen.me]
    contacts = {} if seen.population is None else {o.name: o for o in seen.population.contacts}
    if expression.over in contacts:
        places = met(contacts[expression.over], seen)
    found = fold(expression, [seen.crowd[place] for place in places], seen, evaluate)
    if seen.population is not None and expression.over == seen.population.name:
        counted = expression.function in ("sum", "count")
        found *= seen.population.size / len(seen.crowd) if counted else 1
    return told(found) if expression.type.kind is Kind.TRUTH else np.float64(found)


def told(number: float) -> Truth:
    """A truth that is kept as a number, which may be unknown."""
    return Truth(number > 0, number if math.isnan(number) else 1.0 if number > 0 else -1.0)


def fold(
    asked: OverTies | AgentTally, others: list[Agent], seen: Seen, evaluate: Evaluate
) -> float:
    """A function over some agents; 1 or 0 of a truth, NaN where a part is not known."""
    values: list[float] = []
    for other in others:
        inside = replace(seen, others=other)
        if asked.condition is not None:
            condition = evaluate(asked.condition, inside)
            assert isinstance(condition, Truth)
            if not condition.sound:
                return math.nan
            if not condition.holds:
                continue
        value = evaluate(asked.body, inside)
        if isinstance(value, Truth):
            values.append(float(value.holds) if value.sound else math.nan)
        else:
            values.append(float(value))
    return _taken_together(asked.function, values)


def _taken_together(function: str, values: list[float]) -> float:
    if any(math.isnan(value) for value in values):
        return math.nan
    endless = {math.inf, -math.inf} <= set(values)  # which `fsum` refuses to add
    total, count = math.nan if endless else math.fsum(values), len(values)
    if not count:
        nothing = {"mean": math.nan, "min": math.nan, "max": math.nan, "all": 1.0}
        return nothing.get(function, 0.0)
    return {
        "mean": total / count,
        "share": total / count,
        "any": float(total > 0),
        "all": float(total == count),
        "min": min(values),
        "max": max(values),
    }.get(function, total)


def informed(
    population: Population,
    crowd: list[Agent],
    seen: Seen,
    names: Iterable[str],
    evaluate: Evaluate,
) -> list[Agent]:
    """Agents with the variables among some names, and those behind these, of each of them."""
    found = [dict(agent) for agent in crowd]
    for variable in population.behind(names):
        values = [
            evaluate(variable.value, replace(seen, crowd=found, me=me)) for me in range(len(found))
        ]
        for agent, value in zip(found, values, strict=True):
            agent[variable.name] = value
    return found


def _followed(population: Population) -> frozenset[str]:
    """Names that the rules of agents read."""
    rules = (references(state.following) for state in population.states)
    return frozenset[str]().union(*rules)


def begin(
    population: Population,
    world: Names,
    luck: tuple[int, int, int],
    ties: Ties,
    evaluate: Evaluate,
) -> list[Agent]:
    """All agents as they begin."""
    count = population.representatives or population.size
    crowd: list[Agent] = [
        {"number": np.float64(math.floor((n + 0.5) * population.size / count) + 1)}
        for n in range(count)
    ]
    rules = [(trait.name, trait.value, None) for trait in population.traits]
    rules += [(state.name, state.start, state.within) for state in population.states]
    for name, rule, within in rules:
        values = [
            evaluate(rule, Seen(world, crowd, me, luck, None, ties, population))
            for me in range(count)
        ]
        for agent, value in zip(crowd, values, strict=True):
            agent[name] = _bound(value, within)
    return crowd


def act(
    population: Population,
    crowd: list[Agent],
    world: Names,
    luck: tuple[int, int, int],
    ties: Ties,
    evaluate: Evaluate,
) -> list[Agent]:
    """All agents a step later."""
    found = [dict(agent) for agent in crowd]
    seen = Seen(world, crowd, -1, luck, None, ties, population)
    seen.crowd = informed(population, crowd, seen, _followed(population), evaluate)
    for state in population.states:
        for me, agent in enumerate(found):
            value = evaluate(state.following, replace(seen, me=me))
            agent[state.name] = _bound(value, state.within)
    return found


def observed(ties: PopulationTies, size: int) -> list[list[int]]:
    """Whom every agent sees along the rows of a table."""
    seen: list[list[int]] = [[] for _ in range(size)]
    for one, other in ties.ends:
        seen[one - 1].append(other - 1)
        if ties.mutual:
            seen[other - 1].append(one - 1)
    return seen


def take_turns(
    population: Population,
    crowd: list[Agent],
    world: Names,
    luck: tuple[int, int, int],
    ties: Ties,
    evaluate: Evaluate,
) -> tuple[list[Agent], set[str]]:
    """All agents after the turns of a step, and what some had no number for in a turn."""
    number, seed, step = luck
    found, lost = [dict(agent) for agent in crowd], set[str]()
    for turn in range(step * population.turns, (step + 1) * population.turns):

        def below(count: int, which: int, turn: int = turn) -> int:
            u = uniform(seed, f"turns/{population.name}", 2 * turn + which, number)
            return int(u * count)

        who = below(population.size, 0)
        acting = [(who, None, True)]
        if population.acts == "pair":
            others = [other for other in range(population.size) if other != who]
            others = ties[population.along][who] if population.along else others
            if not others:
                continue
            whom = others[below(len(others), 1)]
            acting = [(who, whom, True), (whom, who, False)]
        now = (number, seed, turn)
        read, nobody = _followed(population), Seen(world, found, -1, now, None, ties, population)
        before = informed(population, found, nobody, read, evaluate)
        now_lost = doubtful(following(population), population, lost)
        for me, met, drawn in acting:
            told: Names = {**world, "my_turn": Truth(drawn, 1.0 if drawn else -1.0)}
            other = None if met is None else before[met]
            seen = Seen(told, before, me, now, other, ties, population)
            after = {
                state.name: _bound(evaluate(state.following, seen), state.within)
                for state in population.states
            }
            found[me] = {**found[me], **after}
            now_lost |= unknown([found[me]])
        lost |= now_lost
    return found, lost


def unknown_at_start(population: Population, crowd: list[Agent]) -> set[str]:
    """The traits and states that some agent has no number for, and what is made of them."""
    lost = unknown(crowd)
    for name, rules in population.lasting():
        lost |= doubtful({name: rules[0]}, population, lost)
    return lost


def following(population: Population) -> dict[str, Typed]:
    """What makes states a step later, where they move."""
    return {state.name: state.following for state in population.states if state.moves}


def doubtful(rules: dict[str, Typed], population: Population, lost: Iterable[str]) -> set[str]:
    """What is made of what some agent had no number for, be it of that agent or not."""
    gone = set(lost)
    return {name for name, rule in rules.items() if population.read_by(references(rule)) & gone}


def unknown(crowd: list[Agent]) -> set[str]:
    """What of an agent is no number, and no truth that means something."""
    return {
        name
        for agent in crowd
        for name, v in agent.items()
        if not (v.sound if isinstance(v, Truth) else math.isfinite(v))
    }


def _bound(value: Value, within: tuple[float, float] | None) -> Value:
    if within is None or isinstance(value, Truth):
        return value
    return np.float64(min(max(value, within[0]), within[1]) if math.isfinite(value) else math.nan)
