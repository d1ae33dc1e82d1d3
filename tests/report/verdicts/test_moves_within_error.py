"""A verdict that has another word, but within the error bar, is told with that."""

from __future__ import annotations

import numpy as np
import pytest

from schelling.analysis.verdicts import share_of_worlds
from schelling.report.verdicts import changed_words
from schelling.report.words.numerals import NO_BREAK
from schelling.study.runs.before_after import VerdictMove


@pytest.mark.parametrize(("half_width", "within"), [(0.371, True), (0.201, False)])
def test_a_change_within_its_error_bar_is_said_to_be(half_width: float, within: bool) -> None:
    """From 4 of 16 worlds to 9 of 16: from mostly fails to contested."""
    count = np.arange(16)
    before, after = (share_of_worlds(count < n, count < 0, count) for n in (4, 9))
    move = VerdictMove("c", before, after, 5 / 16, half_width, 5 / 16, 5 / 16, 0)
    assert move.clear
    said = changed_words._both(move)
    assert "(mostly fails), then" in said
    bar = 38 if within else 21  # rounded up, as every error bar
    assert f"+31 ± {bar} points" in said.replace(NO_BREAK, " ")
    assert said.endswith(", within the error bar") is within
