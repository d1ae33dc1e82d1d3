"""State machines among what a run keeps: paths and shares of states, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from schelling.case.model import StateMachine
from schelling.later import LaterModule

if TYPE_CHECKING:
    import xarray as xr
else:
    xr = LaterModule("xarray")

SHARES = {"units": "share of worlds"}
"""What is said of shares of states; no declared unit reads so."""


def share_name(machine: str) -> str:
    """What the shares of worlds in each state of a machine are called among the bands.

    Examples:
        >>> share_name("phase")
        'phase_share'
    """
    return f"{machine}_share"


def of(data: xr.Dataset) -> tuple[str, ...]:
    """The variables of paths or bands that tell of states and are no series of numbers."""
    return tuple(
        str(name)
        for name, variable in data.data_vars.items()
        if "flag_meanings" in variable.attrs or variable.attrs.get("units") == SHARES["units"]
    )


def positions(machine: StateMachine, numbers: Int[ndarray, "*place"]) -> Int[ndarray, "*place"]:
    """States as positions among those of their machine.

    Args:
        machine: The state machine.
        numbers: States as numbers among the names of all states of the case.
    """
    known = np.zeros(max(machine.numbers) + 1, np.int8)
    known[list(machine.numbers)] = np.arange(len(machine.numbers))
    return known[numbers]
