"""How slow this machine is now, for limits on processor time that only a hang should break."""

from __future__ import annotations

import time

_ADDITIONS = 1_000_000
_WRITTEN_ON = 0.08
"""Seconds of processor time for them where the limits were written, rounded up."""


def slowness() -> float:
    """How many times as long plain Python takes as where limits were written; at least 1.

    A processor that others share can take four times as long for the same work.
    """
    begun, total = time.process_time(), 0
    for number in range(_ADDITIONS):
        total += number
    assert total
    return max(1.0, (time.process_time() - begun) / _WRITTEN_ON)


def soon(spent: float, seconds: float) -> bool:
    """Whether processor time is within a limit; the machine is only measured if it seems not."""
    return spent < seconds or spent < seconds * slowness()
