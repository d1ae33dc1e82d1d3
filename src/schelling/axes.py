"""The axis law, and float64 for everything that computes.

Results have the draw (or world) first, then time, then the thing: `(draw, time, thing)`. A game's
payoffs are `(draw, end, player)`. JAX computes with 32 bits unless it is told otherwise; the
package tells it on being imported, before any of its modules can touch an array.
"""

from __future__ import annotations

import os
import sys


def use_float64() -> None:
    """Switch JAX to float64, whether or not it is loaded yet; loads nothing itself."""
    os.environ["JAX_ENABLE_X64"] = "1"
    loaded = sys.modules.get("jax")
    if loaded is not None:
        loaded.config.update("jax_enable_x64", True)
