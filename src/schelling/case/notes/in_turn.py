"""Notes on effects that most likely mean the value of before, and read what was just set."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed_text import write
from schelling.case.language.types import Reference, Typed, mentions, operands
from schelling.case.model import Case, Effect
from schelling.case.sections.tree_walks import branches


def note(draft: Draft, case: Case) -> None:
    """Note an effect that updates once more what one before has set, or two made of each other.

    Effects apply in their order, and a mapping does not look like one. Of members one is noted.

    Args:
        draft: Where notes go.
        case: The case.
    """
    told = set[tuple[str, str, str]]()
    for path, effects in _lists(case):
        owner = draft.written.get((str(path[0]), str(path[1])), str(path[1]))
        before: dict[str, _Made] = {}
        for effect in effects:
            late = _Made(effect)
            for name in sorted(late.reads & before.keys()):
                named = owner, _family(late.target), _family(name)
                if named not in told and (
                    _twice(before[name], late) or _swapped(before[name], late)
                ):
                    told.add(named)
                    _tell(draft, path, late.target, name)
            before[late.target] = late


class _Made:
    """An effect, what it reads, and its parts by size, which are written out only to be compared.

    A file may have thousands of effects, each as long as a page.
    """

    def __init__(self, effect: Effect) -> None:
        self.target = effect.target
        self.value = effect.value
        self.reads = mentions(effect.value)
        self._texts: dict[int, frozenset[str]] = {}

    @cached_property
    def text(self) -> str:
        return write(self.value)

    @cached_property
    def size(self) -> int:
        return max(self._parts)

    def texts(self, size: int) -> frozenset[str]:
        """Parts that are as large."""
        if size not in self._texts:
            self._texts[size] = frozenset(map(write, self._parts.get(size, ())))
        return self._texts[size]

    @cached_property
    def _parts(self) -> dict[int, list[Typed]]:
        found: dict[int, list[Typed]] = {}
        _measure(self.value, found)
        return found


def _lists(case: Case) -> Iterator[tuple[Path, tuple[Effect, ...]]]:
    """What is set together, and where it stands."""
    for event in case.events:
        yield ("events", event.name, "effects"), event.effects
    for game in case.games:
        for branch in branches(game.root):
            yield ("games", game.name), branch.effects


def _family(name: str) -> str:
    return name.partition("[")[0]


def _twice(early: _Made, late: _Made) -> bool:
    """Whether what the early effect makes of its target is made of it once more."""
    updates = early.target in early.reads and not isinstance(early.value, Reference)
    return updates and early.text in late.texts(early.size)


def _swapped(early: _Made, late: _Made) -> bool:
    """Whether each is made of the other."""
    return late.target in early.reads and early.target in late.reads


def _measure(expression: Typed, found: dict[int, list[Typed]]) -> int:
    """Size of an expression, the number of its parts; each part is added under its own."""
    size = 1 + sum(_measure(part, found) for part in operands(expression))
    found.setdefault(size, []).append(expression)
    return size


def _tell(draft: Draft, path: Path, target: str, read: str) -> None:
    message = f"the effect on '{target}' reads '{read}' as the effect before it has left it"
    reason = "effects that stand together apply in their order, each on what those before it left"
    hint = f"read '{read}' as it stands by then, or put '{target}' first; "
    hint += "a stock can keep the old value"
    draft.report_key("N115", message, path, reason, hint)
