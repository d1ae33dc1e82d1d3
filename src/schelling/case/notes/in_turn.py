"""Notes on effects that most likely mean the value of before, and read what was just set."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Typed, mentions, operands
from schelling.case.model import Case, Effect
from schelling.case.sections.about_games.tree_walks import branches


def note(draft: Draft, case: Case) -> None:
    """Note each effect that updates once more what one before it has set, or is swapped in vain.

    Effects apply in their order, and a mapping does not look like one. Of members one is noted.

    Args:
        draft: Where notes go.
        case: The case.
    """
    told = set[tuple[str, str, str]]()
    for path, effects in _lists(case):
        owner = draft.written.get((str(path[0]), str(path[1])), str(path[1]))
        for at, late in enumerate(effects):
            for early in effects[:at]:
                named = owner, _family(late.target), _family(early.target)
                if named not in told and (_twice(early, late) or _swapped(early, late)):
                    told.add(named)
                    _tell(draft, path, late.target, early.target)


def _lists(case: Case) -> Iterator[tuple[Path, tuple[Effect, ...]]]:
    """What is set together, and where it stands."""
    for event in case.events:
        yield ("events", event.name, "effects"), event.effects
    for game in case.games:
        for branch in branches(game.root):
            yield ("games", game.name), branch.effects


def _family(name: str) -> str:
    return name.partition("[")[0]


def _twice(early: Effect, late: Effect) -> bool:
    """Whether what the early effect makes of its target is made of it once more."""
    made = write(early.value)
    return early.target in mentions(early.value) and made in map(write, _parts(late.value))


def _swapped(early: Effect, late: Effect) -> bool:
    """Whether each is made of the other."""
    return late.target in mentions(early.value) and early.target in mentions(late.value)


def _parts(expression: Typed) -> Iterator[Typed]:
    yield expression
    for part in operands(expression):
        yield from _parts(part)


def _tell(draft: Draft, path: Path, target: str, read: str) -> None:
    message = f"the effect on '{target}' reads '{read}' as the effect before it has left it"
    reason = "effects that stand together apply in their order, each on what those before it left"
    hint = f"read '{read}' as it stands by then, or put '{target}' first; "
    hint += "a stock can keep the old value"
    draft.report_key("N115", message, path, reason, hint)
