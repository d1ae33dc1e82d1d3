"""What leaves a block of worlds: outcomes of every world, paths of the first ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from jaxtyping import Array, Bool, Float, Int, Shaped

from schelling.compile.course.state import State


class Outcomes(NamedTuple):
    """What is known of every world of a block when its run is over.

    Attributes:
        holds: Whether each claim holds.
        margin: How far each claim is from flipping, in base units; NaN where it failed.
        status: `schelling.errors.Status` of the actual world.
        final: Each stock at the last step, in base units.
        states: The state of each machine at the last step.
        bounded: Whether each stock was ever held at a bound.
        counts: Whether each claim asks something of this world: not where it asks a game that was
            never played, nor where the condition fails that it is given under.
        played: For each game with a schedule, the step at which it was first played, or -1.
        answers: What each question asks: 1 or 0 for a truth, a number in base units; NaN where it
            failed, or asks a game that was never played.
        asked: Whether each question asks something of this world, as `counts` for a claim.
    """

    holds: Bool[Array, "world claim"]
    margin: Float[Array, "world claim"]
    status: Int[Array, " world"]
    final: Float[Array, "world stock"]
    states: Int[Array, "world machine"]
    bounded: Bool[Array, "world stock"]
    counts: Bool[Array, "world claim"]
    played: Int[Array, "world game"]
    answers: Float[Array, "world question"]
    asked: Bool[Array, "world question"]


class Paths(NamedTuple):
    """The whole course of the worlds of a block.

    Attributes:
        series: Stocks and moving variables over time, in base units.
        states: The state of each machine over time.
        choice: For each game, choice probabilities where it was first played, or else as it stood
            at the first step of its schedule; games with states come last.
        payoffs: For each game, the payoffs they answer to; with states, what follows included.
        precision: For each game without states, the precision of each actor.
        played: For each game without states, the step at which it was first played, or -1.
        status: For each game, how solving it ended.
        values: For each game with states, what they are worth.
    """

    series: Float[Array, "world time series"]
    states: Int[Array, "world time machine"]
    choice: tuple[Float[Array, "world _edge"], ...]
    payoffs: tuple[Float[Array, "world _end _player"], ...]
    precision: tuple[Float[Array, "world player"], ...]
    played: tuple[Int[Array, " world"], ...]
    status: tuple[Int[Array, " world"], ...]
    values: tuple[Float[Array, "world _state _player"], ...]


class Finished(NamedTuple):
    """A finished run, the world last in every axis.

    Attributes:
        seen: By twin and name, the course of what is looked at afterwards.
        last: The last state.
    """

    seen: Mapping[tuple[int, str], Shaped[Array, "time ... world"]]
    last: State

    @property
    def worlds(self) -> int:
        """How many worlds it has."""
        return self.last.sound.shape[-1]
