"""What the findings of an exploration name, from indices that are made up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from schelling.study.exploring.findings import standing_out


@pytest.mark.parametrize(
    ("index", "bar", "named"),
    [
        ((0.9, 0.3), (0.2, 0.1), ["u", "fort"]),
        ((0.9, 0.3), (0.2, 0.4), ["u"]),
        ((0.91, 0.46), (0.6, 0.45), []),  # what matters most may be u
        ((0.46, 0.3), (0.45, 0.6), ["u"]),
    ],
)
def test_nothing_is_named_beside_a_larger_index_that_cannot_be_told(
    index: tuple[float, float], bar: tuple[float, float], named: list[str]
) -> None:
    """A long error bar says nothing of its own input, nor that a smaller index leads."""
    table = pd.DataFrame({"st": index, "st_half_width": bar}, index=["u", "fort"])
    nothing = SimpleNamespace(walks_dropped=None, dropped=np.zeros(1))
    found: Any = SimpleNamespace(
        claims=["safe"], base=64, truth=nothing, leading="st", table=lambda _: table
    )
    assert [name for name, _ in standing_out(cast("Any", found), "safe")] == named
