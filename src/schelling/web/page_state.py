"""The state of a page: what is changed in a case, and how it is run; typed and clamped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from schelling.case.settings import given
from schelling.case.settings.given import Settings

PREVIEW: Final = 1_024
"""Worlds while something is being changed: few, as a hand waits for them."""

REFINED: Final = 8_192
"""Worlds once the hand rests."""

SEEDS: Final = 2**53 - 1
"""The largest seed: the largest whole number that a browser is sure of."""


@dataclass(frozen=True)
class PageState:
    """What makes one page differ from the case as it stands in its file.

    Attributes:
        changes: New definitions by name, as `--set` takes them.
        rival: Name of the rival that is shown; empty for the case.
        seed: Seed of design and chance.
    """

    changes: Mapping[str, str] = field(default_factory=dict[str, str])
    rival: str = ""
    seed: int = 0

    @property
    def settings(self) -> Settings:
        """The changes as the checker takes them."""
        return given.mapping(self.changes, given.OPTION)

    def to_json(self) -> dict[str, Any]:
        """As a page sends it."""
        return {"changes": dict(self.changes), "rival": self.rival, "seed": self.seed}

    @property
    def key(self) -> tuple[object, ...]:
        """What tells states apart."""
        return (tuple(sorted(self.changes.items())), self.rival, self.seed)


def of_json(data: object) -> PageState:
    """A state as a page sends it.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(data, dict):
        message = "a state is an object"
        raise ValueError(message)
    told = cast("dict[str, Any]", data)
    changes, rival, seed = told.get("changes", {}), told.get("rival", ""), told.get("seed", 0)
    if not (isinstance(changes, dict) and isinstance(rival, str)):
        message = "'changes' are texts by name, 'rival' is a name"
        raise ValueError(message)
    if isinstance(seed, bool) or not isinstance(seed, int):
        message = "'seed' is a whole number"
        raise ValueError(message)
    named = cast("dict[str, Any]", changes)
    if not all(isinstance(text, str) for text in named.values()):
        message = "'changes' are texts"
        raise ValueError(message)
    return PageState(_bounded(named.items()), rival[: given.MAX_CHARACTERS], _seed(seed))


def of_query(pairs: Iterable[tuple[str, str]]) -> PageState:
    """A state as an address carries it: `set=NAME=VALUE` again and again, `rival`, `seed`.

    What is no state is left out.

    Examples:
        >>> of_query([("set", "cost=0.3"), ("seed", "7"), ("tab", "time")])
        PageState(changes={'cost': '0.3'}, rival='', seed=7)
        >>> of_query([("set", "nonsense"), ("seed", "seven")])
        PageState(changes={}, rival='', seed=0)
    """
    changes: list[tuple[str, str]] = []
    rival, seed = "", 0
    for key, value in pairs:
        name, equals, text = value.partition("=")
        if key == "set" and equals and name.strip():
            changes.append((name.strip(), text.strip()))
        elif key == "rival":
            rival = value[: given.MAX_CHARACTERS]
        elif key == "seed":
            try:
                seed = _seed(int(value[:32]))
            except ValueError:
                seed = 0
    return PageState(_bounded(changes), rival, seed)


def _bounded(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """As many changes, and as long ones, as the checker looks at."""
    kept = list(pairs)[: given.MOST]
    return {name[: given.MAX_CHARACTERS]: text[: given.MAX_CHARACTERS + 1] for name, text in kept}


def _seed(value: int) -> int:
    return min(max(value, 0), SEEDS)
