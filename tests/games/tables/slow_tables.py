"""Slow, obvious oracles for strategic games: fine-step continuation and exact enumeration.

Nothing here is shared with the solvers. `principal` walks the logit branch in NumPy with steps so
short that it cannot leave it, derivatives by differences; `nash_exactly` solves every pair of
supports in fractions.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np

Profile = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def response_gap(
    payoffs: np.ndarray, precision: np.ndarray, z: np.ndarray, t: np.ndarray
) -> np.ndarray:
    """Log-odds less t times precision times payoff differences, `(draw, unknown)`."""
    counts = payoffs.shape[1:-1]
    plays, start = [], 0
    for count in counts:
        odds = np.concatenate([np.zeros((len(z), 1)), z[:, start : start + count - 1]], axis=1)
        weights = np.exp(odds - odds.max(axis=1, keepdims=True))
        plays.append(weights / weights.sum(axis=1, keepdims=True))
        start += count - 1
    letters = "abcdef"[: len(counts)]
    gaps = []
    for player, own in enumerate(letters):
        others = [letter for letter in letters if letter != own]
        shape = ",".join([f"z{letters}", *(f"z{letter}" for letter in others)])
        mixed = [play for i, play in enumerate(plays) if i != player]
        values = np.einsum(f"{shape}->z{own}", payoffs[..., player], *mixed)
        gaps.append((values[:, 1:] - values[:, :1]) * precision[:, player, None])
    return z - t[:, None] * np.concatenate(gaps, axis=1)


def _bordered(
    payoffs: np.ndarray, precision: np.ndarray, w: np.ndarray, row: np.ndarray
) -> np.ndarray:
    size, step = w.shape[1], 1e-6
    columns = []
    for k in range(size):
        ahead, behind = w.copy(), w.copy()
        ahead[:, k] += step
        behind[:, k] -= step
        change = response_gap(payoffs, precision, ahead[:, :-1], ahead[:, -1]) - response_gap(
            payoffs, precision, behind[:, :-1], behind[:, -1]
        )
        columns.append(change / (2 * step))
    return np.concatenate([np.stack(columns, axis=2), row[:, None]], axis=1)


def principal(
    payoffs: np.ndarray, precision: np.ndarray, longest: float = 0.05, turn: float = 0.9998
) -> np.ndarray:
    """Log-odds where the branch from uniform play first reaches t = 1; NaN where it is lost.

    Steps are at most `longest`, measured with t in units of precision times span, and shorter
    where the tangent turns by more than the angle whose cosine is `turn`.
    """
    draws, size = len(payoffs), sum(payoffs.shape[1:-1]) - payoffs.ndim + 2
    span = np.ptp(payoffs.reshape(draws, -1, payoffs.shape[-1]), axis=1)
    target = np.max(span * precision, axis=1)
    scaled = precision / target[:, None]
    answer = np.full((draws, size), np.nan)
    w = np.zeros((draws, size + 1))
    live = np.arange(draws)
    flat = np.zeros_like(w)
    flat[:, -1] = 1.0
    tangent = _tangent(_bordered(payoffs, scaled, w, flat))
    step = np.full(draws, longest / 4)
    while live.size:
        here, sharp = payoffs[live], scaled[live]
        after, sound = _corrected(here, sharp, w + step[:, None] * tangent, tangent, step)
        matrix = _bordered(here, sharp, after, tangent)
        new = _tangent(matrix)
        sound &= np.linalg.det(matrix) > 0
        sound &= np.sum(new * tangent, axis=1) > turn
        crossed = sound & (after[:, -1] >= target[live])
        for k in np.flatnonzero(crossed):
            share = (target[live[k]] - w[k, -1]) / (after[k, -1] - w[k, -1])
            answer[live[k]] = w[k, :-1] + share * (after[k, :-1] - w[k, :-1])
        onward = sound & ~crossed
        w = np.where(onward[:, None], after, w)
        tangent = np.where(onward[:, None], new, tangent)
        step = np.where(onward, np.minimum(1.5 * step, longest), 0.5 * step)
        left = ~crossed & (step > 1e-9)
        live, w, tangent, step = live[left], w[left], tangent[left], step[left]
    found = np.flatnonzero(np.isfinite(answer).all(axis=1))
    answer[found] = _polished(payoffs[found], scaled[found], answer[found], target[found])
    return answer


def _tangent(matrix: np.ndarray) -> np.ndarray:
    right = np.zeros((*matrix.shape[:2], 1))
    right[:, -1] = 1.0
    raw = np.linalg.solve(matrix, right)[..., 0]
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


def _corrected(
    payoffs: np.ndarray, sharp: np.ndarray, w: np.ndarray, tangent: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    sound, last = np.ones(len(w), dtype=bool), step
    for _ in range(4):
        gap = response_gap(payoffs, sharp, w[:, :-1], w[:, -1])
        right = np.concatenate([-gap, np.zeros((len(w), 1))], axis=1)[..., None]
        change = np.linalg.solve(_bordered(payoffs, sharp, w, tangent), right)[..., 0]
        size = np.linalg.norm(change, axis=1)
        sound &= (size <= 0.3 * last) | (size < 1e-9)
        w, last = w + change, size
    return w, sound & (last < 1e-8)


def _polished(
    payoffs: np.ndarray, sharp: np.ndarray, z: np.ndarray, target: np.ndarray
) -> np.ndarray:
    flat = np.zeros((len(z), z.shape[1] + 1))
    flat[:, -1] = 1.0
    for _ in range(15):
        w = np.concatenate([z, target[:, None]], axis=1)
        gap = response_gap(payoffs, sharp, z, target)
        right = np.concatenate([-gap, np.zeros((len(z), 1))], axis=1)[..., None]
        z = z + np.linalg.solve(_bordered(payoffs, sharp, w, flat), right)[:, :-1, 0]
    return z


def nash_exactly(own: list[list[int]], other: list[list[int]]) -> tuple[set[Profile], bool]:
    """Equilibria with supports of equal size, and whether no best reply was tied beyond them.

    Args:
        own: Payoffs of the row player.
        other: Payoffs of the column player.
    """
    rows, columns = range(len(own)), range(len(own[0]))
    turned = [[other[i][j] for i in rows] for j in columns]
    found: set[Profile] = set()
    clean = True
    for k in range(1, min(len(rows), len(columns)) + 1):
        for mine in itertools.combinations(rows, k):
            for theirs in itertools.combinations(columns, k):
                y = _indifferent(own, mine, theirs, len(columns))
                x = _indifferent(turned, theirs, mine, len(rows))
                if x is None or y is None:
                    continue
                fits, tied = _best(own, mine, y)
                fits_too, tied_too = _best(turned, theirs, x)
                if fits and fits_too:
                    found.add((x, y))
                    clean = clean and not (tied or tied_too)
                    clean = clean and all(x[i] for i in mine) and all(y[j] for j in theirs)
    return found, clean


def _best(
    payoffs: list[list[int]], support: tuple[int, ...], mixed: tuple[Fraction, ...]
) -> tuple[bool, bool]:
    """Whether the support is best against the mixture, and whether something else is as good."""
    values = [sum(v * p for v, p in zip(row, mixed, strict=True)) for row in payoffs]
    top = max(values)
    best = {i for i, value in enumerate(values) if value == top}
    return set(support) <= best, len(best) > len(support)


def _indifferent(
    payoffs: list[list[int]], mine: tuple[int, ...], theirs: tuple[int, ...], width: int
) -> tuple[Fraction, ...] | None:
    """Mixture over `theirs` that makes `mine` equally good; None if there is not exactly one."""
    k = len(mine)
    rows = [[Fraction(payoffs[i][j]) for j in theirs] + [Fraction(-1), Fraction(0)] for i in mine]
    rows.append([Fraction(1)] * k + [Fraction(0), Fraction(1)])
    for column in range(k + 1):
        pivot = next((r for r in range(column, k + 1) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for r in range(k + 1):
            if r != column:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    weights = [rows[r][-1] for r in range(k)]
    if min(weights) < 0:
        return None
    mixed = [Fraction(0)] * width
    for j, weight in zip(theirs, weights, strict=True):
        mixed[j] = weight
    return tuple(mixed)
