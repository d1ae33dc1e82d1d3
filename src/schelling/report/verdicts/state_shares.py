"""Shares of worlds in each state of the state machines of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Float
from numpy import ndarray

from schelling.case.language.inferring.machines import PHASE
from schelling.case.language.typed.types import references
from schelling.case.model import StateMachine
from schelling.errors import Status
from schelling.report.words.numerals import percent
from schelling.study.runs import state_series
from schelling.study.runs.results import Run

_MOST = 12
_TOLD = 4


@dataclass(frozen=True)
class StateShares:
    """A state machine and the share of worlds in each of its states over time."""

    machine: StateMachine
    values: Float[ndarray, "state time"]

    @property
    def kind(self) -> str:
        """What its states are called."""
        return "phase" if self.machine.name == PHASE else "state"

    @property
    def title(self) -> str:
        """What a picture of it is called."""
        name = self.machine.name
        return "Phases of the conflict" if name == PHASE else f"States of {name}"

    def at(self, step: int) -> str:
        """The shares at a step, in words: those of states that some world is in."""
        pairs = zip(self.machine.states, self.values[:, step], strict=True)
        return ", ".join(f"{state} {percent(float(share))}" for state, share in pairs)


def of(run: Run) -> tuple[StateShares, ...]:
    """Every state machine of a run, in the order of the case."""
    return tuple(
        StateShares(machine, run.bands[state_series.share_name(machine.name)].values)
        for machine in run.case.machines
    )


def main(run: Run) -> tuple[StateShares, ...]:
    """Those that have a figure: all, or of more than twelve those that claims speak of most."""
    found = of(run)
    spoken = Counter(chain.from_iterable(references(claim.holds) for claim in run.case.claims))
    chosen = sorted(found, key=lambda one: -spoken[one.machine.name])[:_MOST]
    return tuple(one for one in found if one in chosen)


def others(run: Run) -> tuple[StateShares, ...]:
    """Those that have none."""
    drawn = [one.machine.name for one in main(run)]
    return tuple(one for one in of(run) if one.machine.name not in drawn)


def at_end(run: Run) -> dict[str, dict[str, float]]:
    """For every state machine, the share of all worlds in each state at the end of the run.

    A world whose numbers failed is in none of them: where it would be is not known.
    """
    found: dict[str, dict[str, float]] = {}
    sound = run.column("status") == Status.SOLVED
    for machine in run.case.machines:
        column: Any = run.table([f"final.{machine.name}"]).column(0)
        states: list[str] = column.cast(pa.string()).to_pylist()
        counts = Counter(
            state for state, known in zip(states, sound.tolist(), strict=True) if known
        )
        found[machine.name] = {state: counts[state] / len(states) for state in machine.states}
    return found


def unknown(run: Run) -> float:
    """Share of worlds whose state is not known, as their numbers failed."""
    return np.count_nonzero(run.column("status")) / run.manifest.worlds


def as_they_went_on(run: Run) -> str:
    """How pictures over time count worlds whose numbers failed; empty without any."""
    lost = unknown(run)
    if not lost:
        return ""
    return f" Worlds whose numbers failed ({percent(lost)}) are counted as they went on."


def sentence(run: Run) -> str:
    """The same in words, of the first few machines; empty for a case that has none.

    Returns:
        Such as "At the end, alliance: calm 40 %, alert 60 %; embargo: none 100 %, full 0 %."
    """
    shares, lost = at_end(run), unknown(run)
    open_ = {"not known": lost} if lost else {}
    told = [
        f"{name}: {', '.join(f'{state} {percent(s)}' for state, s in (found | open_).items())}"
        for name, found in list(shares.items())[:_TOLD]
    ]
    more = f" ({len(shares) - _TOLD} more in the report)" if len(shares) > _TOLD else ""
    return f"At the end, {'; '.join(told)}{more}." if told else ""
