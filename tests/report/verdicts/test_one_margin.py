"""A margin that all worlds share is said, not drawn; days are told where steps are days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import schelling
from schelling.case.clock import Clock
from schelling.report.verdicts import claim_sections
from schelling.report.verdicts.claim_verdicts import all_verdicts
from schelling.report.words import shares

CASE = """\
schelling: 1
title: Nothing moves
assumptions:
  p: {prior: "uniform(0, 1)", why: x}
claims:
  touching: {holds: "0 * p >= 0", why: x}
  apart: {holds: "0 * p + 2 > 0.5", why: x}
  moving: {holds: p > 0.3, why: x}
"""


def test_one_margin_is_said_and_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    run = schelling.run(schelling.load(tmp_path / "case.yaml"), worlds=256)
    found = {one.claim.name: claim_sections.section(run, one) for one in all_verdicts(run)}
    assert found["touching"].margin == "0 in every world"
    assert found["apart"].margin == "1.5 in every world"
    assert found["touching"].figure is None
    assert found["moving"].figure is not None


def test_steps_that_are_no_weeks_have_days() -> None:
    begin, end = dt.date(2022, 3, 21), dt.date(2032, 3, 21)
    daily, yearly = Clock(begin, end, 1 / 7), Clock(begin, end, 365.2425 / 7)
    assert shares.moment(0, daily) == "on 2022-03-21"
    assert shares.moment(7, daily) == "on 2022-03-28"
    assert shares.moment(0, yearly) == "on 2022-03-21"
    assert shares.moment(3, Clock(begin, end, 1.0)) == "in week 3"
    assert shares.moment(3, Clock(begin, end, 2.0)) == "in week 6"
