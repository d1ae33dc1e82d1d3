"""What a finished run is looked at with: its course, its games solved when they are asked about.

Axes: (time, world).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array

from schelling.case.language.typed.types import GameValue, When
from schelling.claims.signal import Signal
from schelling.compile.alike_things import alike_games
from schelling.compile.alike_things.alike_games import AlikeGames
from schelling.compile.alike_things.families import PlayedFamily
from schelling.compile.course.courses import SideBySide
from schelling.compile.expressions.frame import Frame, Value, evaluate
from schelling.compile.expressions.many import Many, Names, stacked, taken, together
from schelling.compile.games.game_answers import GameAnswers
from schelling.compile.games.tree import Board, Solved


class FinishedCourse(dict[str, Value]):
    """What moves over a finished run; a variable is computed when first looked at.

    As a dict it holds, and iterates over, what was computed so far only.
    """

    variables: Mapping[str, Callable[[], Value]]
    families: Mapping[Names, Callable[[], Value]]

    def __init__(self, seen: Mapping[str, Array]) -> None:
        super().__init__()
        self._seen, self._alike = seen, Many()

    def __missing__(self, name: str) -> Value:
        if name not in self.variables:
            return self._seen[name]  # cut out anew: what is cut out in a trace stays in it
        self[name] = known = self.variables[name]()
        return known

    def together(self, names: Names) -> Value:
        """Some courses in one array, before all other axes."""
        if all(name in self for name in names):
            return stacked([self[name] for name in names])
        if not (self.variables.keys() | self.keys()) & frozenset(names):
            return together(self._seen, names)
        for family, compute in self.families.items():
            if family not in self._alike.kept and frozenset(names).issubset(family):
                self._alike.put(family, compute())
        if all(name in self._alike for name in names):
            return self._alike.together(names)
        return stacked([self[name] for name in names])


class OfTwin(Mapping[str, Value]):
    """What is fixed in one twin, of what may be the same in all of them."""

    def __init__(self, fixed: Mapping[str, Value], twin: int) -> None:
        self._fixed, self._twin = fixed, twin

    def __getitem__(self, name: str) -> Value:
        return pick(self._fixed[name], self._twin)

    def __contains__(self, name: object) -> bool:
        return name in self._fixed

    def __iter__(self) -> Iterator[str]:
        return iter(self._fixed)

    def __len__(self) -> int:
        return len(self._fixed)

    def together(self, names: Names) -> Value:
        """Some values in one array, before all other axes."""
        found = together(self._fixed, names)
        return jax.tree.map(self._own, found)

    def _own(self, array: Array) -> Array:
        return array if array.ndim < 3 else array[:, self._twin]


def of_twin(seen: Mapping[tuple[int, str], Array], twin: int) -> Mapping[str, Array]:
    """What was seen of one twin, by name."""
    if isinstance(seen, SideBySide):
        return seen.of(twin)
    return {name: path for (of, name), path in seen.items() if of == twin}


class BoardSolver:
    """Answers what is asked about games; each is solved once for every frame it is looked at in.

    Args:
        boards: The games by name.
    """

    def __init__(self, boards: Mapping[str, Board]) -> None:
        self._boards = boards
        self._alike: dict[Names, AlikeGames | None] = {}
        self._known: dict[tuple[str | Names, int, int], tuple[Frame, Solved]] = {}

    def __call__(self, frame: Frame, wanted: GameValue) -> Value:
        """What is asked about one game."""
        return self.answer(self._boards[wanted.game], wanted.game, frame, wanted)

    def together(self, frame: Frame, wanted: Sequence[GameValue]) -> Value:
        """What is asked about several games, (question, ...); alike ones are solved together."""
        names = tuple(dict.fromkeys(one.game for one in wanted))
        same = len({replace(one, game="") for one in wanted}) == 1
        if names not in self._alike:
            games = [self._boards[name].game for name in names if name in self._boards]
            self._alike[names] = alike_games.of(games) if len(games) == len(names) else None
        alike = self._alike[names]
        if alike is None or not same:
            return stacked([evaluate(one, frame) for one in wanted])
        value = self.answer(alike, names, frame, wanted[0])
        places = {name: place for place, name in enumerate(names)}
        return jax.tree.map(partial(taken, [places[one.game] for one in wanted]), value)

    def solved(
        self, one: Board | AlikeGames, name: str | Names, frame: Frame, steps: int
    ) -> Solved:
        """A game, or alike ones, solved in a frame."""
        key = (name, id(frame), steps)
        if key not in self._known:  # the frame is kept with it, so that its id stays its own
            self._known[key] = (frame, one.solve(frame, steps))
        return self._known[key][1]

    def answer(
        self, one: Board | AlikeGames, name: str | Names, frame: Frame, wanted: GameValue
    ) -> Value:
        """What is asked about a game, or about alike ones."""
        steps = frame.steps if wanted.type.when is When.STEP else 0
        board = one if isinstance(one, Board) else one.board
        return GameAnswers(board, self.solved(one, name, frame, steps)).value(wanted)


class Rows(Mapping[str, Value]):
    """What alike games read when they were first played, by the names that they read there.

    As a mapping it is empty: of what one name is, each of the games has its own.
    """

    def __init__(self, rows: Mapping[Names, Value]) -> None:
        self._rows = rows

    def __getitem__(self, name: str) -> Value:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def together(self, names: Names) -> Value:
        """What they read in one place, (game, world)."""
        return self._rows[names]


class FirstPlays(Mapping[str, Frame]):
    """The frames in which games were first played, in one twin.

    Args:
        met: What each read then, (twin, world), and alike ones together.
        twin: Which.
        fixed: What is fixed in that twin, for each game.
        solve: Solves games.
        families: The alike games.
    """

    def __init__(
        self,
        met: Many,
        twin: int,
        fixed: Callable[[str], Mapping[str, Value]],
        solve: BoardSolver,
        families: Sequence[PlayedFamily],
    ) -> None:
        self._met, self._twin, self._fixed, self._solve = met, twin, fixed, solve
        self._families = {name: one for one in families if self.has(one) for name in one.names}
        self._frames: dict[str | Names, Frame] = {}

    def __getitem__(self, game: str) -> Frame:
        if game not in self._frames:
            read = self._met[game]
            if game in self._families:
                place = self._families[game].names.index(game)
                read = {row[place]: value for row, value in read.items()}
            moving = {name: pick(value, self._twin) for name, value in read.items()}
            self._frames[game] = Frame(self._fixed(game), moving, solve=self._solve)
        return self._frames[game]

    def __iter__(self) -> Iterator[str]:
        return iter(self._met)

    def __len__(self) -> int:
        return len(self._met)

    def has(self, family: PlayedFamily) -> bool:
        """Whether it is known what some alike games read."""
        return family.names in self._met.kept

    def together(self, wanted: Sequence[GameValue]) -> Value:
        """What is asked about several games, (question, ...)."""
        family = self._families.get(wanted[0].game)
        same = len({replace(one, game="") for one in wanted}) == 1
        if family is None or not same or not {one.game for one in wanted} <= {*family.names}:
            return stacked([evaluate(one, self[one.game]) for one in wanted])
        found = self._solve.answer(family.solved, family.names, self.all(family), wanted[0])
        return jax.tree.map(partial(taken, [family.names.index(one.game) for one in wanted]), found)

    def all(self, family: PlayedFamily) -> Frame:
        """The frame in which all of some alike games are solved as they were first played."""

        def own(array: Array) -> Array:
            return array[:, self._twin]

        if family.names not in self._frames:
            rows = Rows(jax.tree.map(own, self._met.kept[family.names]))
            frame = Frame(self._fixed(family.names[0]), rows, solve=self._solve)
            self._frames[family.names] = frame
        return self._frames[family.names]


def pick(value: Value, twin: int) -> Value:
    """One twin of a value that may be the same in all of them."""
    if isinstance(value, Signal):
        return value if value.truth.ndim < 2 else Signal(value.truth[twin], value.margin[twin])
    return value if value.ndim < 2 else value[twin]


def columns(values: list[Array], worlds: int, kind: type) -> Array:
    """Values of every world side by side, the world first."""
    if not values:
        return jnp.zeros((worlds, 0), kind)
    return jnp.stack([jnp.broadcast_to(value, (worlds,)) for value in values]).T.astype(kind)
