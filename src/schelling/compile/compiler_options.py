"""Options of XLA's compiler: a program is ready soon and runs slowly, or the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Options = Mapping[str, bool | int]
"""Options of the compiler."""

QUICKLY: Final[Options] = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_backend_optimization_level": 0,
}

SLOWLY: Final[Options] = {"xla_cpu_prefer_vector_width": 512}
"""XLA takes vectors of 256 bits even where a processor has wider ones. No number of the case in
`tests/study/runs/test_quickness` depends on how wide they are."""
