"""The causal map of a case: what feeds what, in which direction, and in which loops. No arrays.

Arrows are the direct dependencies of the plan. An event stands between what sets it off and what it
changes; a claim at the end of the arrows from what it looks at. Chance has no arrow of its own.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from schelling.case.language.about_time.happenings import counter
from schelling.case.language.typed.types import Typed, mentions
from schelling.case.model import Branch, Case, Effect
from schelling.case.notes.reach import Reach
from schelling.case.populations import Population
from schelling.case.sections.about_games import tree_walks
from schelling.compile.influence import monotone
from schelling.compile.influence.monotone import Sign, Slopes
from schelling.compile.planning.plan import Plan

KINDS = (
    *("assumption", "stock", "variable", "population", "event", "game", "state machine"),
    "claim",
)
"""What a node can be."""


@dataclass(frozen=True)
class MapNode:
    """Something of a case.

    Attributes:
        key: Different for every node; the name, or kind and name of events and claims, which may
            have the name of something else.
        name: Its name.
        kind: One of `KINDS`.
    """

    key: str
    name: str
    kind: str


@dataclass(frozen=True)
class Arrow:
    """A direct dependence.

    Attributes:
        source: Key of what is read.
        target: Key of what reads it.
        sign: Whether the target rises or falls with the source, all else held, or neither is known.
    """

    source: str
    target: str
    sign: Sign


@dataclass(frozen=True)
class Loop:
    """A way from a node back to itself.

    Attributes:
        keys: The nodes on it, in the order of the arrows.
        sign: `UP` where it reinforces itself, `DOWN` where it holds itself back.
    """

    keys: tuple[str, ...]
    sign: Sign


@dataclass(frozen=True)
class CausalMap:
    """Who feeds whom.

    Attributes:
        nodes: Everything of the plan, in its order.
        arrows: Dependencies between different nodes, in the order of their targets.
    """

    nodes: tuple[MapNode, ...]
    arrows: tuple[Arrow, ...]

    @cached_property
    def by_key(self) -> Mapping[str, MapNode]:
        """Nodes by key."""
        return {node.key: node for node in self.nodes}

    @cached_property
    def into(self) -> Mapping[str, tuple[Arrow, ...]]:
        """Arrows by target."""
        found: defaultdict[str, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            found[arrow.target].append(arrow)
        return {key: tuple(found[key]) for key in self.by_key}

    @cached_property
    def out_of(self) -> Mapping[str, tuple[Arrow, ...]]:
        """Arrows by source."""
        found: defaultdict[str, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            found[arrow.source].append(arrow)
        return {key: tuple(found[key]) for key in self.by_key}

    def loops(self) -> tuple[Loop, ...]:
        """For every arrow on a loop, the shortest loop it is on; each loop once, short ones first.

        There may be longer loops beside them. That a stock reads itself is no loop here.
        """
        found: dict[tuple[str, ...], Loop] = {}
        place = {node.key: n for n, node in enumerate(self.nodes)}
        for arrow in self.arrows:
            way = self._way(arrow.target, arrow.source)
            if way is None:
                continue
            keys = (arrow.source, *(one.target for one in (arrow, *way[:-1])))
            first = min(range(len(keys)), key=lambda n: place[keys[n]])
            turned = (*keys[first:], *keys[:first])
            sign = Sign.UP
            for one in (arrow, *way):
                sign = sign.times(one.sign)
            found.setdefault(turned, Loop(turned, sign))
        return tuple(sorted(found.values(), key=lambda loop: (len(loop.keys), place[loop.keys[0]])))

    def _way(self, start: str, end: str) -> list[Arrow] | None:
        """A shortest way along the arrows; None where there is none."""
        came: dict[str, Arrow] = {}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for arrow in self.out_of[here]:
                if arrow.target not in came and arrow.target != start:
                    came[arrow.target] = arrow
                    waiting.append(arrow.target)
            if end in came:
                break
        if end not in came:
            return None
        way = [came[end]]
        while way[-1].source != start:
            way.append(came[way[-1].source])
        return way[::-1]


def draw(case: Case, plan: Plan) -> CausalMap:
    """The causal map of a case.

    Args:
        case: The checked case.
        plan: Its plan; claims that are not asked are left out.

    Returns:
        The map.
    """
    return _Drawing(case, plan).map()


class _Drawing:
    """Gathers the directions of every arrow; several ways from one to another are one arrow."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.plan = plan
        self.reach = Reach(case)
        self.parts: defaultdict[str, list[Slopes]] = defaultdict(list)

    def map(self) -> CausalMap:
        plan = self.plan
        for stock in plan.stocks:
            self._reads(stock.name, stock.start, stock.change)
        for variable in (*plan.fixed, *plan.moving):
            self._reads(variable.name, variable.value)
        for event in plan.events:
            key = f"event/{event.name}"
            self._reads(key, event.hazard, event.condition)
            self._affects(key, event.effects)
            self.parts[counter(event.name)].append({key: Sign.UP})
        for game in plan.games:
            branches = tree_walks.branches(game.root)
            self._plays(game.name, branches, *game.precisions, game.condition)
            self._affects(game.name, [e for b in branches for e in b.effects if game.schedule])
        for game in plan.stochastic:
            branches = [b for state in game.states for b in tree_walks.branches(state.root)]
            self._plays(game.name, branches, game.precision, game.discount)
        for claim in plan.claims:
            self._reads(f"claim/{claim.name}", claim.holds)
        for population in plan.populations:
            self._follow(population)
        self._fold()
        nodes = tuple(self._nodes())
        known = {node.key for node in nodes}
        arrows = tuple(
            Arrow(source, node.key, sign)
            for node in nodes
            for source, sign in sorted(monotone.together(self.parts[node.key]).items())
            if source in known and source != node.key
        )
        return CausalMap(nodes, arrows)

    def _follow(self, population: Population) -> None:
        """Agents read what their rules read; what they have themselves has no node."""
        own = {name for name, _ in population.rules()}
        for _, rules in population.rules():
            read = frozenset[str]().union(*(mentions(rule) for rule in rules)) - own
            self.parts[population.name].append(dict.fromkeys(sorted(read), Sign.OPEN))
        for tally in self.plan.tallies:
            if tally.population == population.name:
                read = (tally.reads - own) | {population.name}
                self.parts[tally.name].append(dict.fromkeys(sorted(read), Sign.OPEN))

    def _fold(self) -> None:
        """What `smooth` or `delay` keep and what is counted have no nodes.

        Their readers read what they are made of.
        """
        kept = (stock.name for stock in self.plan.stocks if stock.remembers)
        tallies = (tally.name for tally in self.plan.tallies)
        counts = (counter(event.name) for event in self.plan.events)
        for name in (*kept, *tallies, *counts):
            own = monotone.together(self.parts.pop(name, []))
            own.pop(name, None)
            for key, many in self.parts.items():
                self.parts[key] = [self._through(one, name, own) for one in many]

    @staticmethod
    def _through(slopes: Slopes, name: str, own: Slopes) -> Slopes:
        if name not in slopes:
            return slopes
        direct = {source: sign for source, sign in slopes.items() if source != name}
        passed = {source: slopes[name].times(sign) for source, sign in own.items()}
        return monotone.together([direct, passed])

    def _nodes(self) -> Iterator[MapNode]:
        plan = self.plan
        named = {
            "assumption": plan.assumptions,
            "stock": [stock for stock in plan.stocks if not stock.remembers],
            "variable": (*plan.fixed, *plan.moving),
            "population": plan.populations,
            "game": (*plan.games, *plan.stochastic),
            "state machine": plan.machines,
        }
        for kind, many in named.items():
            yield from (MapNode(one.name, one.name, kind) for one in many)
        for kind, many in {"event": plan.events, "claim": plan.claims}.items():
            yield from (MapNode(f"{kind}/{one.name}", one.name, kind) for one in many)

    def _reads(self, key: str, *expressions: Typed | None) -> None:
        self.parts[key] += [
            monotone.slopes(one, self.reach) for one in expressions if one is not None
        ]

    def _plays(self, key: str, branches: Iterable[Branch], *more: Typed | None) -> None:
        """A game reads payoffs, chances, and when and how well it is played; in no direction."""
        values = [value for b in branches for _, value in (*b.payoffs, *b.following)]
        chances = [b.probability for b in branches]
        for one in (*values, *chances, *more):
            if one is not None:
                self.parts[key].append(dict.fromkeys(monotone.slopes(one, self.reach), Sign.OPEN))

    def _affects(self, key: str, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self.parts[effect.target].append({key: monotone.jump(effect, self.reach)})
            self._reads(effect.target, effect.value)
