"""The games of a case, each read once the names that it reads are known.

A definition may ask what a game gives, and the payoffs of a game may read definitions, or what
another game gives. So games are read along with variables: whoever asks about a game reads what the
game reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from schelling.case.clock import Clock
from schelling.case.draft import Draft
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed.reading import reads
from schelling.case.language.typed.scope import GameShape, Scope
from schelling.case.language.typed.types import When, latest
from schelling.case.language.typed.units import Unit
from schelling.case.model import Game, StochasticGame
from schelling.case.schema import game_parts
from schelling.case.sections.about_games import afterwards, solving, stochastic, tree_walks, trees
from schelling.case.sections.schedules import Schedules

Reads = Mapping[str, frozenset[str]]


@dataclass
class GameBook:
    """The games of a case, as they are read.

    Attributes:
        draft: Takes the problems.
        raw: The games as they are written.
        actors: Names of the case's actors.
        clock: None when the case has no time.
        targets: Units of the stocks an effect may change.
        machines: States of the case's state machines.
        direct: Names that each game reads, games among them.
        found: The sound ones so far, by name, in the order in which they were read.
        shapes: What expressions need to know of each that has been read.
    """

    draft: Draft
    raw: Mapping[str, game_parts.Game]
    actors: tuple[str, ...]
    clock: Clock | None
    targets: Mapping[str, Unit]
    machines: Mapping[str, tuple[str, ...]]
    direct: Reads = field(default_factory=dict[str, frozenset[str]])
    found: dict[str, Game | StochasticGame] = field(
        default_factory=dict[str, Game | StochasticGame]
    )
    shapes: dict[str, GameShape] = field(default_factory=dict[str, GameShape])
    _begun: list[str] = field(default_factory=list[str])

    def survey(self, scope: Scope) -> None:
        """Find out which names every game reads, before anything is typed."""
        self.direct = {
            name: _reads(raw, self.draft.inside(("games", name), scope))
            for name, raw in self.raw.items()
        }

    def through(self, read: frozenset[str]) -> frozenset[str]:
        """Some names, and all that games among them read."""
        found, waiting = set(read), [name for name in read if name in self.direct]
        while waiting:
            fresh = self.direct[waiting.pop()] - found
            found |= fresh
            waiting += [name for name in fresh if name in self.direct]
        return frozenset(found)

    def behind(self, reader: frozenset[str], name: str) -> str:
        """The game through which a name is read; empty where it is read directly."""
        if name in reader:
            return ""
        games = (one for one in sorted(reader) if one in self.direct)
        return next((one for one in games if name in self.through(frozenset((one,)))), "")

    def known(self, read: frozenset[str], scope: Scope) -> Scope:
        """A scope in which the games among some names can be asked about."""
        for name in sorted(read & self.direct.keys()):
            self._read(name, scope)
        return replace(scope, games=dict(self.shapes))

    def finish(self, scope: Scope) -> Scope:
        """Read the games that nobody has asked about, and effects; the scope where all can be."""
        for name in self.raw:
            self._read(name, scope)
        scope = replace(scope, games=dict(self.shapes))
        around = trees.Surroundings(self.actors, scope, self.targets, self.machines)
        for name, game in self.found.items():
            if isinstance(game, Game):
                table = self.raw[name].matrix is not None
                self.found[name] = afterwards.with_effects(self.draft, game, around, table=table)
        return scope

    @property
    def trees(self) -> tuple[Game, ...]:
        """Trees and tables, in the order of the case."""
        listed = (self.found.get(name) for name in self.raw)
        return tuple(game for game in listed if isinstance(game, Game))

    @property
    def stochastic(self) -> tuple[StochasticGame, ...]:
        """Games with states, each after those that it asks about."""
        return tuple(game for game in self.found.values() if isinstance(game, StochasticGame))

    def _read(self, name: str, scope: Scope) -> None:
        if name in self.shapes:
            return
        if name in self._begun:
            self._circular(name)
            return
        self._begun.append(name)
        scope = self.known(self.direct[name], scope)
        around = trees.Surroundings(self.actors, scope, self.targets, self.machines)
        raw, path = self.raw[name], ("games", name)
        times = Schedules(self.draft, self.clock, scope)
        if raw.states is not None:
            game, shape = stochastic.read(self.draft, raw, path, around, times)
        else:
            game, shape = self._tree(name, around, times)
        if game is not None:
            self.found[name] = game
        self.shapes.setdefault(name, shape)
        self._begun.remove(name)

    def _circular(self, name: str) -> None:
        """Report games that ask about each other in a circle."""
        circle = self._begun[self._begun.index(name) :]
        chain = " -> ".join((*circle, name))
        message = f"the game '{name}' depends on itself: {chain}"
        reason = "its payoffs must be known before it is solved"
        hint = "a game with 'states' is for what goes on and on"
        self.draft.report_key("E308", message, ("games", name), reason, hint)
        self.shapes[name] = GameShape({}, {}, played=False, left_out=True)

    def _tree(
        self, name: str, around: trees.Surroundings, times: Schedules
    ) -> tuple[Game | None, GameShape]:
        """A tree or a table."""
        raw, path, draft = self.raw[name], ("games", name), self.draft
        for key in ("discount", "solved"):
            if getattr(raw, key) is not None:
                message = f"'{key}' belongs only to games with 'states'"
                draft.report_key("E416", message, (*path, key))
        form = solving.form(draft, raw, path, around)
        schedule, condition, every = times.played((*path, "played"), raw.played)
        if form is None:
            return None, GameShape({}, {}, played=False, left_out=True)
        root, actors = form.root, form.actors
        precision = solving.solving(draft, raw.solve, (*path, "solve"), form, around.scope)
        shape = trees.shape(root, actors, played=bool(schedule), types=form.types)
        trees.check_units(draft, root, shape, dict(precision), path, form.key)
        if raw.played is None and any(branch.effects for branch in tree_walks.branches(root)):
            message = f"the game '{name}' has effects but is never played"
            hint = "add 'played: {every: 4 weeks}'"
            draft.report_key("E407", message, path, hint=hint)
        origin = draft.origin(path, raw.from_, raw.why, raw.says)
        how = form.at_once, raw.solve.as_, every
        game = Game(name, actors, schedule, condition, precision, root, origin, *how)
        when = latest(tree_walks.when(root), *(value.type.when for _, value in precision))
        shape = replace(shape, when=When.STEP if when is When.STEP else When.FIXED)
        return replace(game, types=form.types, private=shape.private), shape


def _reads(raw: game_parts.Game, scope: Scope) -> frozenset[str]:
    """Names that a game reads: in payoffs, chances, precisions and when it is played."""
    found: set[str] = set()
    for text in _texts(raw):
        try:
            found |= reads(parsed.parse(text), scope)
        except SyntaxIssue:
            continue  # which is reported once the game is read
    return frozenset(found)


def _texts(raw: game_parts.Game) -> Iterator[str]:
    yield from (raw.solve.precision or {}).values()
    for types in raw.types.values():
        yield from types.values()
    for schedule in (raw.played, raw.solved):
        yield from (schedule.while_ or "", schedule.every or "") if schedule is not None else ()
    yield raw.discount or ""
    for actions in (raw.tree or {}).values():
        yield from _of_branches(actions)
    for table in (raw.matrix, *(raw.states or {}).values()):
        yield from _of_cells(table.cells) if table is not None else ()


def _of_branches(actions: Mapping[str, game_parts.Branch | None]) -> Iterator[str]:
    for branch in filter(None, actions.values()):
        yield from branch.payoffs.values()
        yield branch.probability or ""
        yield branch.worth.partition(".")[0]
        for below in (branch.__pydantic_extra__ or {}).values():
            yield from _of_branches(below)


def _of_cells(cells: Mapping[str, game_parts.Cell | None]) -> Iterator[str]:
    for cell in filter(None, cells.values()):
        yield from (*cell.payoffs.values(), *cell.next.values())
        yield cell.worth.partition(".")[0]
        yield from _of_cells(cell.__pydantic_extra__ or {})
