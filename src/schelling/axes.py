"""The axis law, and float64 for everything that computes.

Results have the draw (or world) first, then time, then the thing: `(draw, time, thing)`. A game's
payoffs are `(draw, end, player)`. Importing this module switches JAX to float64; every module that
uses JAX imports it.
"""

from __future__ import annotations

import jax

jax.config.update("jax_enable_x64", True)
