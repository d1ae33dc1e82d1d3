"""All Nash equilibria of two-player strategic games, over many draws.

Every pair of supports of equal size is tested by the signs of minors (`supports`), what passes is
solved as a linear system, and what was solved is measured by its regret. In a nondegenerate game
that finds every equilibrium, and their number is odd. Where a draw is degenerate, or has more
equilibria than there was room for, `solve` lists its extreme equilibria exactly (`extreme`); that
takes milliseconds a draw. Two by two goes in closed form. More than two players: pure equilibria
only, `strategic.pure`.

Axes: draw, equilibrium, action. `find` is traceable; `solve` feeds it chunks of fixed shape.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.errors import Status
from schelling.games import programs
from schelling.games.errors import GameError
from schelling.games.paths import chunks, small_linear
from schelling.games.tables import extreme, strategic, supports, two_by_two

TOLERANCE = 1e-9
"""Probability, or gain as a share of a player's stake, that counts as none."""
MOST_PAIRS = 20_000
"""Pairs of supports beyond which a table is refused: 8 by 8 is the largest square one."""

_Answer = TypeVar("_Answer")
_SAME = 1e-7  # two profiles closer than this are one equilibrium
_REGRET = 1e-7  # largest regret, as a share of the stake, of a solved candidate


class Equilibria(NamedTuple):
    """The Nash equilibria of every draw, pure ones first, then by size of support.

    Attributes:
        row: Mixed action of player 1; NaN beyond `found`.
        column: Mixed action of player 2; NaN beyond `found`.
        payoffs: Expected payoff of each player; NaN beyond `found`.
        regret: Largest gain any player could make by deviating alone, in payoff units, computed
            from the payoffs and the profile only.
        found: How many equilibria are listed.
        degenerate: Whether some found equilibrium has more best replies than its support.
            Equilibria may then form continua; `solve` lists all extreme ones, `find` only those
            with supports of equal size.
        odd: Whether `found` is odd, as it must be in a nondegenerate game.
        status: SOLVED; DEGENERATE where degenerate or even; NO_CONVERGENCE where none was found
            or there was no room for all; OUT_OF_DOMAIN where a payoff is not finite.
    """

    row: Float[Array, "draw equilibrium row"]
    column: Float[Array, "draw equilibrium column"]
    payoffs: Float[Array, "draw equilibrium 2"]
    regret: Float[Array, "draw equilibrium"]
    found: Int[Array, " draw"]
    degenerate: Bool[Array, " draw"]
    odd: Bool[Array, " draw"]
    status: Int[Array, " draw"]


def solve(
    payoffs: Float[Array, "draw row column 2"] | Float[np.ndarray, "draw row column 2"],
    tolerance: float = TOLERANCE,
    chunk: int = 256,
) -> Equilibria:
    """All Nash equilibria of each draw, in chunks of fixed shape.

    Args:
        payoffs: Payoff of each player in each cell.
        tolerance: Probability, or gain relative to the stake, that counts as none.
        chunk: Draws worked on at a time; changes no answer.

    Returns:
        The equilibria; the axis of equilibria is as long as the largest number found.

    Raises:
        GameError: Not a two-player table, or too large a one.

    Examples:
        Battle of the sexes has two pure equilibria and one mixed.

        >>> import numpy as np
        >>> all_three = solve(np.array([[[[2.0, 1], [0, 0]], [[0, 0], [1, 2]]]]))
        >>> all_three.found.tolist(), all_three.row[0].round(6).tolist()
        ([3], [[1.0, 0.0], [0.0, 1.0], [0.666667, 0.333333]])

    References:
        Nash, Non-cooperative games, Annals of Mathematics 54, 1951; Wilson, Computing equilibria
        of n-person games, SIAM Journal on Applied Mathematics 21, 1971 (odd number).
    """
    table = np.asarray(payoffs, dtype=np.float64)
    _check(table.shape)

    def compiled(rows: chunks.Rows, _: int) -> Equilibria:
        return _compiled(rows, tolerance)

    whole = _completed(table, chunks.run(compiled, table, sizes=(16, chunk)))
    longest = int(np.asarray(whole.found).max(initial=1))
    return whole._replace(
        row=whole.row[:, :longest],
        column=whole.column[:, :longest],
        payoffs=whole.payoffs[:, :longest],
        regret=whole.regret[:, :longest],
    )


def _completed(table: Float[np.ndarray, "draw row column 2"], found: Equilibria) -> Equilibria:
    """With all extreme equilibria in the draws whose list may be short."""
    status = np.asarray(found.status)
    short = np.flatnonzero(np.isin(status, (int(Status.DEGENERATE), int(Status.NO_CONVERGENCE))))
    exact = {draw: extreme.every(table[draw]) for draw in short.tolist()}
    exact = {draw: listed for draw, listed in exact.items() if listed.complete}
    if not exact:
        return found
    parts = [np.array(part) for part in found]
    most = max(len(listed.profiles) for listed in exact.values())
    for place, part in enumerate(parts[:4]):
        more = np.full((len(part), max(0, most - part.shape[1]), *part.shape[2:]), np.nan)
        parts[place] = np.concatenate([part, more], axis=1)
    for draw, listed in exact.items():
        play = [np.array([one[i] for one in listed.profiles], dtype=float) for i in (0, 1)]
        repeated = np.repeat(table[draw][None], len(play[0]), axis=0)
        regret = strategic.regret(repeated, play).max(axis=1)
        for part, new in zip(
            parts[:4], (*play, strategic.expected(repeated, play), regret), strict=True
        ):
            part[draw] = np.nan
            part[draw, : len(new)] = new
        count, tied = len(play[0]), bool(parts[5][draw]) or listed.degenerate
        fine = Status.DEGENERATE if tied or count % 2 == 0 else Status.SOLVED
        for part, value in zip(parts[4:], (count, tied, count % 2 == 1, int(fine)), strict=True):
            part[draw] = value
    return Equilibria(*(jnp.asarray(part) for part in parts))


def find(
    payoffs: Float[Array, "draw row column 2"],
    tolerance: float = TOLERANCE,
    most: int | None = None,
) -> Equilibria:
    """All Nash equilibria of each draw; traceable.

    Args:
        payoffs: Payoff of each player in each cell.
        tolerance: Probability, or gain relative to the stake, that counts as none.
        most: Length of the axis of equilibria; enough for every nondegenerate game up to four
            actions unless given.

    Returns:
        The equilibria.

    Raises:
        GameError: Not a two-player table, or too large a one.
    """
    _check(payoffs.shape)
    finite = jnp.all(jnp.isfinite(payoffs), axis=(1, 2, 3))
    clean = jnp.where(finite[:, None, None, None], payoffs, 0.0)
    _, rows, columns, _ = payoffs.shape
    if (rows, columns) == (2, 2):
        room = tolerance * strategic.stakes(clean)
        steady = strategic.pure(clean, tolerance)
        row, column, listed = two_by_two.candidates(clean, steady, room)
        cut = jnp.zeros_like(finite)
    else:
        slots = most or max(rows * columns, min(2 ** min(rows, columns), 32))
        row, column, listed, cut = _by_supports(clean, tolerance, slots)
    return _measured(payoffs, row, column, listed & finite[:, None], cut, tolerance)


_compiled = programs.compiled(1)(find)


def _check(shape: tuple[int, ...]) -> None:
    if len(shape) != 4 or shape[3] != 2 or 0 in shape[1:3]:
        msg = f"payoffs must be (draw, row, column, 2) with at least one action each; got {shape}"
        raise GameError(msg)
    pairs = supports.count_pairs(shape[1], shape[2])
    if pairs > MOST_PAIRS:
        msg = (
            f"a {shape[1]} by {shape[2]} table has {pairs} pairs of supports; "
            f"at most {MOST_PAIRS} are enumerated"
        )
        raise GameError(msg)


class _Slots(NamedTuple):
    """Slots filled so far, lanes last."""

    left: Bool[Array, "pair lane"]
    slot: Int[Array, ""]
    row: Float[Array, "slot row lane"]
    column: Float[Array, "slot column lane"]
    listed: Bool[Array, "slot lane"]


def _by_supports(
    payoffs: Array, tolerance: float, most: int
) -> tuple[Array, Array, Array, Bool[Array, " draw"]]:
    """Solve the system of every pair of supports whose minors have the right signs."""
    draws, rows, columns, _ = payoffs.shape
    own, other = _scaled(payoffs)
    fits, fits_too = _for_both(partial(supports.fits, slack=tolerance), (own,), (other,))
    passed = [a & jnp.swapaxes(b, 0, 1) for a, b in zip(fits, fits_too, strict=True)]
    candidate = jnp.concatenate([block.reshape(-1, draws) for block in passed])
    listing = supports.pairs(rows, columns)
    in_row, in_column = jnp.asarray(listing.row), jnp.asarray(listing.column)
    pairs = len(listing.row)
    index = jnp.arange(pairs)[:, None]

    def step(search: _Slots) -> _Slots:
        pair = jnp.min(jnp.where(search.left, index, pairs), axis=0)
        some = pair < pairs
        mine, theirs = (member[jnp.minimum(pair, pairs - 1)].T for member in (in_row, in_column))
        column, row = _for_both(_indifferent, (own, mine, theirs), (other, theirs, mine))
        listed = some & jnp.all(jnp.isfinite(row), axis=0) & jnp.all(jnp.isfinite(column), axis=0)
        return _Slots(
            search.left & (index != pair),
            search.slot + 1,
            search.row.at[search.slot].set(row),
            search.column.at[search.slot].set(column),
            search.listed.at[search.slot].set(listed),
        )

    def unfinished(search: _Slots) -> Bool[Array, ""]:
        return jnp.any(search.left) & (search.slot < most)

    empty = _Slots(
        candidate,
        jnp.asarray(0),
        jnp.zeros((most, rows, draws)),
        jnp.zeros((most, columns, draws)),
        jnp.zeros((most, draws), dtype=bool),
    )
    done: _Slots = jax.lax.while_loop(unfinished, step, empty)
    return (
        jnp.moveaxis(done.row, 2, 0),
        jnp.moveaxis(done.column, 2, 0),
        done.listed.T,
        jnp.any(done.left, axis=0),
    )


def _for_both(
    function: Callable[..., _Answer], first: tuple[Array, ...], second: tuple[Array, ...]
) -> tuple[_Answer, _Answer]:
    """Call for both players, at once where their arrays have the same shape."""
    if first[0].shape != second[0].shape:
        return function(*first), function(*second)
    lanes = first[0].shape[-1]
    joined = [jnp.concatenate(pair, axis=-1) for pair in zip(first, second, strict=True)]
    both = function(*joined)
    halves = [
        jax.tree.map(partial(_lanes, part=part), both)
        for part in (slice(lanes), slice(lanes, None))
    ]
    return cast("_Answer", halves[0]), cast("_Answer", halves[1])


def _lanes(leaf: Array, part: slice) -> Array:
    return leaf[..., part]


def _scaled(
    payoffs: Array,
) -> tuple[Float[Array, "row column lane"], Float[Array, "column row lane"]]:
    """Each player's payoffs, own action first, over its stake, the first own action at zero."""
    stake = strategic.stakes(payoffs)
    over = jnp.where(stake > 0, stake, 1.0).T
    own = jnp.moveaxis(payoffs[..., 0], 0, 2)
    other = jnp.swapaxes(jnp.moveaxis(payoffs[..., 1], 0, 2), 0, 1)
    return (own - own[:1]) / over[0], (other - other[:1]) / over[1]


def _indifferent(
    payoff: Float[Array, "own other lane"],
    mine: Bool[Array, "own lane"],
    theirs: Bool[Array, "other lane"],
) -> Float[Array, "other lane"]:
    """Mixture over the other's support that makes all own actions of the support equally good.

    The equation in the place of the other's r-th supported action says that one's r-th supported
    action is as good as the first (for r = 0: that probabilities sum to one); in the place of an
    unsupported action it says that its probability is zero.
    """
    actions = payoff.shape[1]
    rank = jnp.cumsum(mine, axis=0) - 1
    place = jnp.cumsum(theirs, axis=0) - 1
    chosen = (rank[:, None] == place[None]) & mine[:, None]
    leader = mine & (rank == 0)
    first = jnp.sum(jnp.where(leader[:, None], payoff, 0.0), axis=0)
    rows: list[Array] = []
    for j in range(actions):
        gap = jnp.sum(jnp.where(chosen[:, j, None], payoff, 0.0), axis=0) - first
        leading = (place[j] == 0)[None]
        supported = jnp.where(leading, 1.0, gap)
        unit = jnp.zeros_like(first).at[j].set(1.0)
        supported = jnp.where(theirs, supported, 0.0)
        rows.append(jnp.where(theirs[j], supported, unit))
    right = jnp.where(theirs & (place == 0), 1.0, 0.0)
    return small_linear.solve(jnp.stack(rows), right[:, None]).x[:, 0]


def _measured(
    payoffs: Array, row: Array, column: Array, listed: Array, cut: Array, tolerance: float
) -> Equilibria:
    """Clean up rounding, measure regret, drop what fails or repeats, and close the gaps."""
    row, column = _proper(row), _proper(column)
    expected = jnp.einsum("drcp,der,dec->dep", payoffs, row, column)
    incentives = strategic.incentives(payoffs)
    own = jnp.einsum("drc,dec->der", incentives[..., 0], column)
    other = jnp.einsum("drc,der->dec", incentives[..., 1], row)
    worth = jnp.stack([jnp.sum(own * row, axis=2), jnp.sum(other * column, axis=2)], axis=2)
    best = jnp.stack([jnp.max(own, axis=2), jnp.max(other, axis=2)], axis=2)
    stake = strategic.stakes(payoffs)[:, None]
    listed = listed & jnp.all(best - worth <= _REGRET * stake, axis=2)

    room = tolerance * stake
    replies = jnp.stack(
        [
            jnp.sum(own >= (best - room)[..., :1], axis=2) - jnp.sum(column > tolerance, axis=2),
            jnp.sum(other >= (best - room)[..., 1:], axis=2) - jnp.sum(row > tolerance, axis=2),
        ],
        axis=2,
    )
    tied = listed & jnp.any(replies > 0, axis=2)
    listed = _without_repeats(row, column, listed, jnp.any(tied))
    degenerate = jnp.any(tied, axis=1)
    count = jnp.sum(listed, axis=1)
    odd = count % 2 == 1
    status = jnp.where(degenerate | ~odd, int(Status.DEGENERATE), int(Status.SOLVED))
    status = jnp.where(cut | (count == 0), int(Status.NO_CONVERGENCE), status)
    finite = jnp.all(jnp.isfinite(payoffs), axis=(1, 2, 3))
    status = jnp.where(finite, status, int(Status.OUT_OF_DOMAIN))

    gain = jnp.max(best - worth, axis=2, keepdims=True)
    packed = _packed((row, column, expected, gain), listed)
    return Equilibria(
        packed[0], packed[1], packed[2], packed[3][..., 0], count, degenerate, odd, status
    )


def _packed(things: tuple[Array, ...], listed: Array) -> list[Array]:
    """Move what is listed to the front, in order, and blank the rest."""
    order: Array = jnp.argsort(~listed, axis=1, stable=True)[..., None]
    keep: Array = jnp.take_along_axis(listed[..., None], order, axis=1)
    return [jnp.where(keep, jnp.take_along_axis(t, order, axis=1), jnp.nan) for t in things]


def _proper(mixture: Float[Array, "draw slot action"]) -> Float[Array, "draw slot action"]:
    positive = jnp.maximum(mixture, 0.0)
    total = jnp.sum(positive, axis=2, keepdims=True)
    return positive / jnp.where(total > 0, total, 1.0)


def _without_repeats(
    row: Array, column: Array, listed: Array, needed: Bool[Array, ""]
) -> Bool[Array, "draw slot"]:
    """Drop slots whose profile an earlier slot lists; only ties can make repeats."""

    def drop() -> Array:
        profile = jnp.concatenate([row, column], axis=2)
        kept = [listed[:, 0]]
        for slot in range(1, listed.shape[1]):
            gap = jnp.max(jnp.abs(profile[:, :slot] - profile[:, slot, None]), axis=2)
            repeated = jnp.any((gap <= _SAME) & listed[:, :slot], axis=1)
            kept.append(listed[:, slot] & ~repeated)
        return jnp.stack(kept, axis=1)

    def keep() -> Array:
        return listed

    return cast("Array", jax.lax.cond(needed, drop, keep))
