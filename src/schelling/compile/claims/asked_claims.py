"""What claims and questions are told by a finished run. Axes: (world, claim)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any, TypeVar, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from schelling.case.language.typed.types import (
    FirstPlayed,
    Given,
    Kind,
    Reference,
    Twin,
    Typed,
    operands,
)
from schelling.claims.signal import Signal
from schelling.compile.alike_things.families import MemberFamily
from schelling.compile.claims.finished import columns
from schelling.compile.course.outcomes import Outcomes
from schelling.compile.course.state import State
from schelling.compile.expressions import rolling
from schelling.compile.expressions.forms import FEWEST
from schelling.compile.expressions.frame import Frame, evaluate, number_of, truth
from schelling.compile.expressions.many import Many, Names, fitted, stacked, together
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.twins import interventions
from schelling.errors import Status

_Asked = TypeVar("_Asked", Array, Signal)


@dataclass(frozen=True)
class Asking:
    """The claims and questions of a plan, asked of a finished run.

    Attributes:
        plan: The plan.
        families: Its alike claims.
    """

    plan: Plan
    families: Sequence[MemberFamily] = ()

    def outcomes(self, frame: Frame, last: State, worlds: int) -> Outcomes:
        """Every claim asked of a frame, in which its twins are."""
        plan = self.plan
        none = jnp.ones((0, worlds), bool)
        told = self.of_claims(truth, frame, Signal(none, none.astype(float)))
        holds, margin = told.truth.T, told.margin.T

        def met(holds: Typed, frame: Frame) -> Array:
            return self.met(holds, frame, last)

        claims = [claim.holds for claim in plan.claims]
        counts = self.of_claims(met, frame, none).T & self.all_played(claims, last)
        sound = self.all_sound(claims, last, worlds)
        failed = ~(jnp.isfinite(margin) & sound & counts)
        status = jnp.where(last.sound[0], int(Status.SOLVED), int(Status.OUT_OF_DOMAIN))
        stocks = tuple(stock.name for stock in plan.stocks)
        machines = tuple(machine.name for machine in plan.machines)
        games = tuple(game.name for game in plan.played)
        answers, asks = self.answered(frame, last, worlds)
        return Outcomes(
            holds=holds & ~failed,
            margin=jnp.where(failed, jnp.nan, margin),
            status=status.astype(jnp.int8),
            final=_of_actual(last.stocks, stocks, worlds, float),
            states=_of_actual(last.states, machines, worlds, jnp.int8),
            bounded=_of_actual(last.bounded, stocks, worlds, bool),
            counts=counts,
            played=_of_actual(last.played, games, worlds, jnp.int32),
            answers=answers,
            asked=asks,
        )

    def of_claims(
        self, ask: Callable[[Typed, Frame], _Asked], frame: Frame, nothing: _Asked
    ) -> _Asked:
        """What is asked of every claim; of alike ones it is asked all at once.

        Args:
            ask: What is asked of a claim in a frame: (world), or fit for it.
            frame: That of the actual world, in which its twins are.
            nothing: Of no claim, (claim, world).

        Returns:
            Of all claims, (claim, world).
        """
        families = () if frame.parts else self.families
        taken = {name for family in families for name in family.names}
        alone = [claim for claim in self.plan.claims if claim.name not in taken]
        found: list[Any] = [stacked([ask(claim.holds, frame)]) for claim in alone]
        found += [rolling.each_of(one.forms[0], len(one.names), frame, ask) for one in families]
        names = [*(claim.name for claim in alone), *(n for one in families for n in one.names)]
        order = [names.index(claim.name) for claim in self.plan.claims]

        def in_order(none: Array, *parts: Array) -> Array:
            rows = [cast("Array", fitted(part, none.shape[1:])) for part in parts]
            whole = jnp.concatenate([none, *rows])
            return whole if order == sorted(order) else whole[np.array(order)]

        return cast("_Asked", jax.tree.map(in_order, nothing, *found))

    def answered(
        self, frame: Frame, last: State, worlds: int
    ) -> tuple[Float[Array, "world question"], Bool[Array, "world question"]]:
        """What the questions ask, as numbers, NaN where it failed; and whether they ask it."""
        asks = [ask.expression for ask in self.plan.asks]
        told, finite = _told(asks, frame, worlds)
        asked = self.all_asked(asks, frame, last, worlds)
        known = self.all_sound(asks, last, worlds) & asked & finite
        return jnp.where(known, told, jnp.nan), asked

    def all_sound(
        self, expressions: Sequence[Typed], last: State, worlds: int
    ) -> Bool[Array, "world expression"]:
        """`sound` of several expressions."""
        if not expressions:
            return jnp.zeros((worlds, 0), bool)
        looked = [self.looked(one) for one in expressions]
        different = {twins: place for place, twins in enumerate(dict.fromkeys(looked))}
        each = (
            columns([_sound(twins, last) for twins in different], worlds, bool)
            if len(different) < FEWEST
            else _all_sound(list(different), last).T
        )
        return each[:, np.array([different[twins] for twins in looked])]

    def all_asked(
        self, expressions: Sequence[Typed], frame: Frame, last: State, worlds: int
    ) -> Bool[Array, "world expression"]:
        """Where questions are asked: their conditions hold, and their games were played."""
        given = np.array([isinstance(one, Given) for one in expressions], bool)
        some = [self.met(one, frame, last) for one in expressions if isinstance(one, Given)]
        places = np.where(given, np.cumsum(given), 0)
        met = columns([jnp.ones((), bool), *some], worlds, bool)[:, places]
        return met & self.all_played(expressions, last)

    def all_played(
        self, expressions: Sequence[Typed], last: State
    ) -> Bool[Array, "#world expression"]:
        """Where every game was played at all that is looked at where it is first played."""
        looked = [list(self.plays(one, 0)) for one in expressions]
        games = tuple(dict.fromkeys(game for one in looked for _, game in one))
        if not games:
            return jnp.ones((1, len(expressions)), bool)
        played = cast("Array", last.played.together(games)) >= 0
        rows = played.reshape(-1, played.shape[-1])
        twins, most = played.shape[1], max(map(len, looked))
        places = np.zeros((len(looked), most), int)
        for row, one in enumerate(looked):
            places[row, : len(one)] = [1 + games.index(game) * twins + twin for twin, game in one]
        always = jnp.ones_like(rows[:1])
        return jnp.all(jnp.concatenate([always, rows])[places], 1).T

    def plays(self, expression: Typed, twin: int) -> Iterator[tuple[int, str]]:
        """Each twin and game of which an expression looks at how it was first played."""
        match expression:
            case FirstPlayed():
                yield twin, expression.value.game
                return
            case Twin():
                twin = self.plan.twins.index(expression.interventions)
            case _:
                pass
        for part in operands(expression):
            yield from self.plays(part, twin)

    def looked(self, expression: Typed) -> tuple[int, ...]:
        """The actual world, and the twins that an expression looks at; none if it reads no run."""
        if not needs.looks_at_run(expression):
            return ()
        twins = [self.plan.twins.index(i) for i in interventions(expression)]
        return tuple(dict.fromkeys([0, *twins]))

    def sound(self, expression: Typed, last: State) -> Array:
        """Where the actual world, and every twin an expression looks at, kept finite numbers."""
        return _sound(self.looked(expression), last)

    def met(self, expression: Typed, frame: Frame, last: State) -> Array:
        """Where the condition holds that a claim is given under, or its numbers failed."""
        if not isinstance(expression, Given):
            return jnp.ones((), bool)
        met = truth(expression.condition, frame)
        known = self.sound(expression.condition, last) & jnp.isfinite(met.margin)
        return met.truth | ~known


def _told(
    asks: Sequence[Typed], frame: Frame, worlds: int
) -> tuple[Float[Array, "world question"], Bool[Array, "world question"]]:
    """What the questions ask, as numbers, and where it is finite; what is only named, together."""
    told, finite = [jnp.zeros((worlds, 0))], [jnp.zeros((worlds, 0), bool)]
    for named, run in itertools.groupby(asks, partial(_is_named, frame)):
        if named:
            names = tuple(one.name for one in run if isinstance(one, Reference))
            values = number_of(fitted(together(frame.fixed, names), (worlds,)))
            told.append(values.T.astype(float))
            finite.append(jnp.isfinite(told[-1]))
            continue
        found = [evaluate(one, frame) for one in run]
        told.append(columns([number_of(value) for value in found], worlds, float))
        margins = [value.margin if isinstance(value, Signal) else value for value in found]
        finite.append(jnp.isfinite(columns(margins, worlds, float)))
    return jnp.concatenate(told, 1), jnp.concatenate(finite, 1)


def _is_named(frame: Frame, expression: Typed) -> bool:
    """Whether a question only names a number that is the same at every step."""
    named = isinstance(expression, Reference) and expression.name in frame.fixed
    return named and expression.type.kind is Kind.NUMBER


def _of_actual(values: Many, names: Names, worlds: int, kind: type) -> Array:
    """Values of the actual world, side by side: (world, thing); 0 of what has none."""
    known = tuple(name for name in names if name in values)
    found = jnp.zeros((len(names), worlds), kind)
    if known:
        places = np.array([names.index(name) for name in known])
        own = number_of(values.together(known))[:, 0].astype(kind)
        found = own if known == names else found.at[places].set(own)
    return jnp.broadcast_to(found, (len(names), worlds)).T


def _all_sound(looked: Sequence[tuple[int, ...]], last: State) -> Bool[Array, "expression world"]:
    """`_sound` of several expressions."""
    places = np.zeros((len(looked), max(map(len, looked))), int)
    for row, twins in enumerate(looked):
        places[row, : len(twins)] = [1 + twin for twin in twins]
    everywhere = jnp.ones_like(last.sound[:1])
    return jnp.all(jnp.concatenate([everywhere, last.sound])[places], 1)


def _sound(twins: tuple[int, ...], last: State) -> Bool[Array, " world"]:
    """Where some twins kept finite numbers; everywhere where there are none."""
    everywhere = jnp.ones_like(last.sound[0])
    return reduce(jnp.logical_and, [last.sound[twin] for twin in twins], everywhere)
