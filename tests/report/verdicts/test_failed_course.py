"""A claim that fails on what a course came to is told with that, not with its start."""

from __future__ import annotations

from pathlib import Path

import schelling
from schelling.report.verdicts.claim_verdicts import all_verdicts

CASE = """\
schelling: 1
title: Below zero
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
assumptions:
  p: {prior: "uniform(0, 1)", unit: EUR, why: x}
stocks:
  s: {start: p, change: -0.2 EUR / week, unit: EUR}
claims:
  low: {holds: "log(min(s) / 1 EUR) > -2", why: x}
  last: {holds: "sqrt(final(s) / 1 EUR) > p / 1 EUR", why: x}
"""


def test_the_value_is_that_of_the_course(tmp_path: Path) -> None:
    """Thirteen weeks at 0.2 EUR: every world ends between -2.6 and -1.6 EUR."""
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    run = schelling.run(schelling.load(tmp_path / "case.yaml"), worlds=64)
    low, last = (one.lost for one in all_verdicts(run))
    assert "log(min(s) / 1) with min(s) = \u22121." in low or "min(s) = \u22122." in low
    assert low.endswith("EUR")
    assert "sqrt(at(s, step 13) / 1) with at(s, step 13) = \u2212" in last
    assert "s = 0" not in low + last
