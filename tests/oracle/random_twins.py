"""Random claims over a set in which each member is held by itself, for the oracle to judge."""

from __future__ import annotations

from random import Random

from oracle.twin_features import held

_NUMBERS = (
    "held[town]",
    "gap[town]",
    "stress",
    "losses",
    "strength[town]",
    "base[town]",
    "edge",
    "elapsed / 10 weeks",
    "(1 if mood[town] == alert else 0)",
    "sum(held[c] for c in town) / 8",
    "max(gap[c] for c in town if c != town)",
    "rank(town) / 8",
    "held[t3]",
    "(0.2 if low[town] else 0.7)",
)
_WINDOWS = ("final({})", "mean({})", "min({})", "max({})", "at({}, 2022-04-04)")
_HELD = (
    "rate[town] = 0.02 / week",
    "held[town] = edge",
    "strength[town] = base[town] / 2",
    "gap[town] = 0.3",
    "mood[town] = alert",
    "stress = base[town]",
    "base[town] = 0.5",
    "losses = edge * base[town]",
)
_CLAIMS = (
    "({window} | {do}) < {window} * 0.9 + 0.05",
    "({window} | {do}) < ({window} | {do})",
    "(eventually({number} > 0.4) | {do}) and {window} > 0.1",
    "(always({number} < {number}) | {do}) or {window} > 0.5",
)


def write(seed: int, members: int = 8) -> str:
    """The case `twin_features.held` with one random claim in the place of its own."""
    dice = Random(seed)
    before, _, _ = held(members).partition("claims:")
    parts = {"window": _window, "number": _number, "do": _do}
    text = dice.choice(_CLAIMS)
    for name, written in parts.items():
        while f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", written(dice), 1)
    return f'{before}claims:\n  random[town]: {{why: x, holds: "{text}"}}\n'


def _number(dice: Random, depth: int = 2) -> str:
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(_NUMBERS)
    sides = (_number(dice, depth - 1), _number(dice, depth - 1))
    return f"({sides[0]} {dice.choice('+-*')} {sides[1]})"


def _window(dice: Random) -> str:
    return dice.choice(_WINDOWS).format(_number(dice))


def _do(dice: Random) -> str:
    return f"do({', '.join(dice.sample(_HELD, dice.choice([1, 1, 2])))})"
