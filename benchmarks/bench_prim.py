"""PRIM on 10 inputs with a planted box and 5 % label noise: ours and EMA Workbench's.

Both peel and paste until they have one trajectory, from which the step that tells most is taken
(the correlation between lying in the box and being sought). Both boxes must restrict the planted
dimensions only, on the planted sides and near the planted bounds, before a time counts. A million
worlds are ours alone.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from schelling.analysis.boxes.boxes import HIGH, LOW
from schelling.analysis.boxes.prim import find_boxes

INPUTS = 10
PLANTED = {(0, LOW): 0.6, (3, HIGH): 0.5, (7, LOW): 0.3}
NEAR = 0.03
"""A slice of 5 % of the box is at most 0.035 of an edge; bounds lie within about half of one."""


def worlds(draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs, and which worlds are sought."""
    generator = np.random.default_rng(1)
    x = generator.random((draws, INPUTS))
    inside = np.ones(draws, dtype=bool)
    for (thing, side), bound in PLANTED.items():
        inside &= x[:, thing] > bound if side == LOW else x[:, thing] < bound
    return x, inside ^ (generator.random(draws) < 0.05)


def ours(x: np.ndarray, sought: np.ndarray) -> dict[tuple[int, int], float]:
    """Bounds of our first box."""
    (found,) = find_boxes(x, sought, most=1)
    bounds = {LOW: found.box.low, HIGH: found.box.high}
    return {(thing, side): bounds[side][thing] for thing, side in found.box.restrictions}


def ema(x: np.ndarray, sought: np.ndarray) -> dict[tuple[int, int], float]:
    """Bounds of the step of EMA Workbench's trajectory that our rule would choose."""
    import pandas as pd
    from ema_workbench.analysis import prim
    from ema_workbench.util import ema_logging

    ema_logging.log_to_stderr(logging.ERROR)
    frame = pd.DataFrame(x, columns=[str(thing) for thing in range(INPUTS)])
    box = prim.Prim(frame, sought, threshold=0.5).find_box()
    curve = box.peeling_trajectory
    share, mass = sought.mean(), curve["mass"]
    tells = mass * (curve["density"] - share) / np.sqrt(mass * (1.0 - mass) + 1e-12)
    limits, whole = box.box_lims[int(tells.argmax())], box.box_lims[0]
    return {
        (int(name), side): float(limits[name].iloc[side])
        for name in limits.columns
        for side in (LOW, HIGH)
        if limits[name].iloc[side] != whole[name].iloc[side]
    }


def _check(bounds: dict[tuple[int, int], float]) -> None:
    assert bounds.keys() == PLANTED.keys(), bounds
    for restriction, bound in bounds.items():
        assert abs(bound - PLANTED[restriction]) < NEAR, bounds


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def rows() -> list[dict[str, object]]:
    """One row for each number of worlds."""
    found: list[dict[str, object]] = []
    for draws, peer in ((10**5, "EMA Workbench"), (10**6, None)):
        x, sought = worlds(draws)
        mine, bounds = _cpu(lambda x=x, sought=sought: ours(x, sought))
        _check(bounds)
        theirs: float | None = None
        if peer:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    ema(x[:2000], sought[:2000])  # imports aside
                    theirs, bounds = _cpu(lambda x=x, sought=sought: ema(x, sought))
                _check(bounds)
            except ImportError:
                theirs = None
        found.append(
            {
                "name": f"PRIM, {draws:,} worlds x 10 inputs",
                "unit": "cpu seconds to the first box",
                "ours": mine,
                "peer": peer,
                "theirs": theirs,
                "ratio": theirs / mine if theirs else None,
            }
        )
    return found
