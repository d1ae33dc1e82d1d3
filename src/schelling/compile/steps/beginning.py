"""What moves at the start of a step, computed when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from jaxtyping import Array

from schelling.compile.alike_things.families import MemberFamily
from schelling.compile.expressions.frame import Frame, Value
from schelling.compile.expressions.many import Many, Names


class ComputesVariables(Protocol):
    """What the values of variables are asked of."""

    def seeing(self, moving: Mapping[str, Value]) -> Frame:
        """A frame in which this moves."""
        ...

    def family_of(self, name: str) -> MemberFamily | None:
        """The family of a moving variable, if it has one."""
        ...

    def alike(self, family: MemberFamily, frame: Frame) -> Value:
        """Values of alike variables, (thing, twin, world)."""
        ...

    def value(self, name: str, frame: Frame) -> Value:
        """The value of a moving variable, (twin, world)."""
        ...


class Beginning(Mapping[str, Value]):
    """What moves; a variable, and a tally over agents, is computed when it is first looked at."""

    def __init__(self, scene: ComputesVariables, known: Many) -> None:
        self._scene, self.known = scene, known
        self.tallies: dict[str, Callable[[], Array]] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self.known:
            self.known.put(name, self._computed(name))
        return self.known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.known

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def together(self, names: Names) -> Value:
        """Some values in one array, before all other axes."""
        scene = self._scene
        for name in names:
            family = scene.family_of(name)
            if name in self.known:
                continue
            if family is not None and frozenset(names).issuperset(family.names):
                self.known.put(family.names, scene.alike(family, scene.seeing(self)))
            else:
                self.known.put(name, self._computed(name))
        return self.known.together(names)

    def _computed(self, name: str) -> Value:
        if name in self.tallies:
            return self.tallies[name]()
        return self._scene.value(name, self._scene.seeing(self))
