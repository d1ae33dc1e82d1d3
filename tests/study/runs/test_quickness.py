"""Programs compiled quickly and slowly: which of them, and that they say the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from schelling.case import check
from schelling.compile import draws
from schelling.compile import plan as plans
from schelling.compile.plan import Plan
from schelling.study.runs.computing import jobs, quickness
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.quickness import Quickness

CASE = """\
schelling: 1
title: A queue
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
assumptions:
  pull: {prior: 0.1 to 1, why: seen}
stocks:
  queue: {start: 1, change: pull / week - 0.1 * queue / week}
events:
  strike: {hazard: 0.1 / week, effects: {queue: queue + 1}}
claims:
  long: {why: it grows, holds: mean(exp(queue) * queue + pull) > 20}
"""


@pytest.fixture
def built(tmp_path: Path) -> Plan:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return plans.build(check.load(path))


def test_what_is_compiled_quickly_says_the_same(built: Plan) -> None:
    drawn = draws.draw(built, seed=0, replicates=16, first=0, count=256)
    ways = (Quickness(), Quickness(simulation=True, answers=True))
    engines = [Engine(built, seed=0, quickly=way) for way in ways]
    assert [engine.programs.quickly for engine in engines] == list(ways)
    assert quickness.options(True) != quickness.options(False)
    assert engines[0].programs is not engines[1].programs
    slow, quick = (next(iter(engine.run(drawn, 0))) for engine in engines)
    np.testing.assert_array_equal(quick.holds, slow.holds)
    # eight steps of some ten operations, each rounded to half of 2.2e-16
    np.testing.assert_allclose(quick.margin, slow.margin, rtol=1e-12)
    np.testing.assert_allclose(quick.final, slow.final, rtol=1e-12)


def test_few_short_worlds_are_compiled_quickly(built: Plan) -> None:
    most = quickness.FEW
    assert quickness.of(built, 16) == quickness.of(built, most) == Quickness(True, True)
    assert quickness.of(built, most + 1) == Quickness()
    assert quickness.of(replace(built, steps=quickness.SHORT + 1), 16) == Quickness(False, True)


def test_a_run_that_may_grow_is_compiled_for_the_most_it_may_have(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    job = jobs.job(check.load(path), jobs.Design(worlds=100_000))
    assert job.most == job.of(4096).most == job.of(4096).of(8192).most == 100_000
