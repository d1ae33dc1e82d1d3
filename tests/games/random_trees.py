"""Random extensive games for the tests: any seed gives a game with perfect recall."""

from __future__ import annotations

import random
from fractions import Fraction

from schelling.games.trees.build import Sketch, chance, decision, end

_Past = dict[str, tuple[tuple[str, str], ...]]


def sketch(
    seed: int, players: int = 2, depth: int = 3, hidden: bool = True, chances: bool = True
) -> Sketch:
    """A random game with whole payoffs between -5 and 5.

    Nodes of one player with the same own past and as many actions are joined at random, which can
    never make the player forget.
    """
    names = [f"p{index}" for index in range(players)]
    source = random.Random(seed)

    def leaf() -> Sketch:
        return end(payoffs={name: source.randint(-5, 5) for name in names})

    def grow(level: int, past: _Past) -> Sketch:
        if level == 0 or (level < depth and source.random() < 0.15):
            return leaf()
        if chances and source.random() < 0.2:
            parts = [source.randint(1, 3) for _ in range(source.randint(2, 3))]
            return chance(
                {f"c{k}": (Fraction(w, sum(parts)), grow(level - 1, past))
                 for k, w in enumerate(parts)}
            )  # fmt: skip
        name = source.choice(names)
        count = source.choice([2, 2, 3])
        own = past.get(name, ())
        label = str((name, own, count, source.randint(0, 1) if hidden else source.random()))
        actions = {}
        for k in range(count):
            after = {**past, name: (*own, (label, str(k)))}
            actions[f"a{k}"] = grow(level - 1, after)
        return decision(name, actions, label if hidden else None)

    return grow(depth, {})
