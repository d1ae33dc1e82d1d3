"""Options of XLA's compiler with which a program is ready soon, and runs slowly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Options = Mapping[str, bool | int]
"""Options of the compiler."""

QUICKLY: Final[Options] = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 0,
}
