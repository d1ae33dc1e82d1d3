"""Margins of statements over time: signs, laws of logic, and brute force in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from schelling.claims import signal, temporal
from schelling.claims.signal import Signal

until_of = jax.jit(temporal.until)  # many small steps: compiled once
STEPS, WORLDS = 5, 3
HALF = jnp.asarray(0.5)
LEVELS = (-2.0, -1.0, 0.0, 0.5, 1.0, 2.0)  # few, so that ties happen


class Formula(NamedTuple):
    """A statement twice: as signals, and as truth in plain Python at a step of a world."""

    signals: Signal
    truth: Callable[[int, int], bool]
    written: str


path = st.lists(st.sampled_from(LEVELS), min_size=STEPS * WORLDS, max_size=STEPS * WORLDS).map(
    lambda values: np.array(values).reshape(STEPS, WORLDS)
)
signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
PLAIN: dict[str, Callable[[float, float], bool]] = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}


def comparison(left: np.ndarray, right: np.ndarray, sign: str) -> Formula:
    return Formula(
        signal.compare(sign, jnp.asarray(left), jnp.asarray(right)),
        lambda t, w: PLAIN[sign](left[t, w], right[t, w]),
        f"x {sign} y",
    )


def fact(values: np.ndarray) -> Formula:
    return Formula(signal.fact(jnp.asarray(values > 0)), lambda t, w: bool(values[t, w] > 0), "p")


def spread(found: Signal) -> Signal:
    """What has no time any more, at every step."""
    shape = (STEPS, WORLDS)
    return Signal(jnp.broadcast_to(found.truth, shape), jnp.broadcast_to(found.margin, shape))


def combine(children: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    def negation(a: Formula) -> Formula:
        return Formula(signal.negate(a.signals), lambda t, w: not a.truth(t, w), f"not {a.written}")

    def both(a: Formula, b: Formula) -> Formula:
        return Formula(
            signal.every([a.signals, b.signals]),
            lambda t, w: a.truth(t, w) and b.truth(t, w),
            f"({a.written} and {b.written})",
        )

    def either(a: Formula, b: Formula) -> Formula:
        return Formula(
            signal.some([a.signals, b.signals]),
            lambda t, w: a.truth(t, w) or b.truth(t, w),
            f"({a.written} or {b.written})",
        )

    def choice(a: Formula, b: Formula, c: Formula) -> Formula:
        return Formula(
            signal.choose(a.signals, b.signals, c.signals),
            lambda t, w: b.truth(t, w) if a.truth(t, w) else c.truth(t, w),
            f"({b.written} if {a.written} else {c.written})",
        )

    def always(a: Formula) -> Formula:
        return Formula(
            spread(temporal.always(a.signals)),
            lambda _, w: all(a.truth(t, w) for t in range(STEPS)),
            f"always({a.written})",
        )

    def eventually(a: Formula) -> Formula:
        return Formula(
            spread(temporal.eventually(a.signals)),
            lambda _, w: any(a.truth(t, w) for t in range(STEPS)),
            f"eventually({a.written})",
        )

    def until(a: Formula, b: Formula) -> Formula:
        return Formula(
            spread(until_of(a.signals, b.signals)),
            lambda _, w: any(
                b.truth(t, w) and all(a.truth(s, w) for s in range(t + 1)) for t in range(STEPS)
            ),
            f"until({a.written}, {b.written})",
        )

    return (
        st.builds(negation, children)
        | st.builds(both, children, children)
        | st.builds(either, children, children)
        | st.builds(choice, children, children, children)
        | st.builds(always, children)
        | st.builds(eventually, children)
        | st.builds(until, children, children)
    )


formulas = st.recursive(
    st.builds(comparison, path, path, signs) | st.builds(fact, path), combine, max_leaves=6
)
signals = st.builds(comparison, path, path, signs).map(lambda f: f.signals)


def same(one: Signal, other: Signal) -> bool:
    """Equal truth and equal margins: nothing here adds, so nothing rounds."""
    return bool((one.truth == other.truth).all() and (one.margin == other.margin).all())


@examples(120)
@given(formulas)
def test_truth_and_sign(formula: Formula) -> None:
    """The truth is the naive one; a positive margin means true, a negative one false."""
    for step in range(STEPS):
        for world in range(WORLDS):
            holds = formula.truth(step, world)
            margin = float(formula.signals.margin[step, world])
            assert bool(formula.signals.truth[step, world]) == holds, formula.written
            assert margin == 0 or (margin > 0) == holds, formula.written


@examples(40)
@given(signals, signals)
def test_de_morgan(a: Signal, b: Signal) -> None:
    not_both = signal.negate(signal.every([a, b]))
    assert same(not_both, signal.some([signal.negate(a), signal.negate(b)]))
    neither = signal.negate(signal.some([a, b]))
    assert same(neither, signal.every([signal.negate(a), signal.negate(b)]))


@examples(40)
@given(signals, signals)
def test_laws_of_time(a: Signal, b: Signal) -> None:
    opposite = signal.negate(temporal.eventually(signal.negate(a)))
    assert same(temporal.always(a), opposite)
    held = signal.fact(jnp.ones((STEPS, WORLDS), bool))._replace(
        margin=jnp.full((STEPS, WORLDS), jnp.inf)
    )
    assert same(until_of(held, b), temporal.eventually(b))
    both = temporal.always(signal.every([a, b]))
    assert same(both, signal.every([temporal.always(a), temporal.always(b)]))


@examples(60)
@given(path, path)
def test_until_margin(hold: np.ndarray, goal: np.ndarray) -> None:
    """Donze & Maler (2010), definition 3, over lists: the best moment, its worst part."""
    found = until_of(
        signal.compare(">", jnp.asarray(hold), jnp.zeros(())),
        signal.compare(">", jnp.asarray(goal), jnp.zeros(())),
    )
    for world in range(WORLDS):
        x, y = hold[:, world].tolist(), goal[:, world].tolist()
        best = max(min(y[t], *x[: t + 1]) for t in range(STEPS))
        assert float(found.margin[world]) == best
        assert bool(found.truth[world]) == (best > 0)


def test_one_step() -> None:
    """A window of one step: everything over time is the statement itself."""
    one = signal.compare(">", jnp.array([[2.0, -1.0]]), jnp.zeros(()))
    now = Signal(one.truth[0], one.margin[0])
    assert same(temporal.always(one), now)
    assert same(temporal.eventually(one), now)
    assert same(temporal.until(one, one), now)
    np.testing.assert_array_equal(temporal.share(one), [1.0, 0.0])


def test_share() -> None:
    truth = jnp.array([[True, False], [True, True], [False, False], [True, False]])
    np.testing.assert_array_equal(temporal.share(signal.fact(truth)), [0.75, 0.25])


@pytest.mark.parametrize("sign", list(PLAIN))
def test_rounding_decides_nothing(sign: str) -> None:
    """0.1 + 0.2 and 0.3 count as equal, 0.3 and 0.3 (1 + 1e-11) do not."""
    close = signal.compare(sign, jnp.asarray(0.1 + 0.2), jnp.asarray(0.3))
    assert bool(close.truth) == PLAIN[sign](0.3, 0.3)
    assert float(close.margin) == 0
    apart = signal.compare(sign, jnp.asarray(0.3 * (1 + 1e-11)), jnp.asarray(0.3))
    assert bool(apart.truth) == PLAIN[sign](0.4, 0.3)
    assert float(apart.margin) != 0


LOST: dict[str, Callable[[Any], Any]] = {
    "always": lambda x: temporal.always(signal.compare(">", x, HALF)).margin,
    "eventually": lambda x: temporal.eventually(signal.compare(">", x, HALF)).margin,
    "share": lambda x: temporal.share(signal.compare(">", x, HALF)),
    "until": lambda x: (
        temporal.until(
            signal.compare(">", x, HALF), signal.compare(">", x, jnp.asarray(0.7))
        ).margin
    ),
    "first": lambda x: temporal.first(signal.compare(">", x, HALF)),
    "last": lambda x: temporal.last(signal.compare(">", x, HALF)),
    "least": temporal.least,
    "largest": temporal.largest,
    "and": lambda x: signal.every([signal.compare(">", x, HALF), signal.fact(x == x)]).margin,  # noqa: PLR0124
    "or": lambda x: signal.some([signal.fact(x == x), signal.compare(">", x, HALF)]).margin,  # noqa: PLR0124
    "not": lambda x: signal.negate(signal.compare(">", x, HALF)).margin,
    "if": lambda x: signal.pick(signal.compare("<", x, HALF), x * 0, x * 0 + 1),
    "chosen": lambda x: (
        signal.choose(
            signal.compare("!=", x, HALF), signal.fact(x == 0), signal.fact(x == 1)
        ).margin
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_what_is_no_number_is_never_lost(name: str) -> None:
    """One NaN at any step of a world, and all that is said of the world (or the step) is NaN.

    XLA's maximum over an axis forgets NaN when it is compiled for a CPU.
    """
    values = np.random.default_rng(3).uniform(size=(9, 64))
    for world in range(0, 64, 7):
        values[world % 9, world] = np.nan
    found = np.isnan(np.asarray(jax.jit(LOST[name])(jnp.asarray(values))))
    gone = np.isnan(values)
    np.testing.assert_array_equal(found, gone if found.ndim == 2 else gone.any(axis=0))


@pytest.mark.parametrize("sign", PLAIN)
def test_never_is_later_than_every_time(sign: str) -> None:
    """Python's infinity compares as never does; margins are finite and agree with the truth."""
    times = (0.0, 3.0, 10.0, 40.0, math.inf)
    for left in times:
        for right in times:
            found = signal.compare_moments(sign, jnp.asarray(left), jnp.asarray(right), 11.0)
            truth, margin = bool(found.truth), float(found.margin)
            assert truth == PLAIN[sign](left, right), (left, right)
            assert math.isfinite(margin)
            assert margin >= 0 if truth else margin <= 0
            assert margin or left == right
    late = signal.compare_moments("<", jnp.asarray(3.0), jnp.asarray(math.inf), 11.0)
    assert float(late.margin) == 8


def test_first_and_last_by_hand() -> None:
    """Three worlds: true at steps 1 and 3, at 4 alone, and never."""
    truth = np.array([[0, 1, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]], dtype=bool).T
    seen = signal.fact(jnp.asarray(truth))
    np.testing.assert_array_equal(temporal.first(seen), [1, 4, math.inf])
    np.testing.assert_array_equal(temporal.last(seen), [3, 4, math.inf])


def test_infinity_is_equal_to_nothing() -> None:
    """A division by zero is no tie: it has no margin, and what else is said hides that nowhere."""
    found = signal.compare(">", jnp.array([jnp.inf, -jnp.inf]), jnp.array([1.0, 1.0]))
    np.testing.assert_array_equal(found.margin, [math.nan, math.nan])
    plain = signal.fact(jnp.array([True, False]))
    for whole in (signal.every([found, plain]), signal.some([plain, found]), signal.negate(found)):
        assert not whole.sound.any()


def test_labels() -> None:
    """Phases are the same or not, by a whole 1; an unknown one is neither."""
    found = signal.same(jnp.array([0, 1, 2]), jnp.asarray(1.0))
    np.testing.assert_array_equal(found.truth, [False, True, False])
    np.testing.assert_array_equal(found.margin, [-1, 1, -1])
    lost = signal.same(jnp.array([jnp.nan, 1.0]), jnp.asarray(1.0))
    np.testing.assert_array_equal(lost.sound, [False, True])
