"""Programs compiled quickly and slowly: which of them, and that they say the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from schelling.case import check
from schelling.compile.compiler_options import QUICKLY, SLOWLY, Options
from schelling.compile.drawing import draws
from schelling.compile.planning import plan as plans
from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing import jobs, quickness, worker
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.programs import Programs
from schelling.study.runs.computing.quickness import Quickness
from study.runs.queueing import QUEUE

CASE = (
    QUEUE
    + """\
  long: {why: it grows, holds: mean(exp(queue) * queue + pull) > 20}
"""
)


@pytest.fixture
def built(tmp_path: Path) -> Plan:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return plans.build(check.load(path))


def test_what_is_compiled_quickly_says_the_same(
    built: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part once quickly and once slowly; nothing is taken from the other engine."""
    chosen: dict[str, Options] = {}
    make = Programs._program

    def noted(self: Programs, name: str, plan: Plan, given: Any, options: Options) -> Any:
        chosen[name] = options
        return make(self, name, plan, given, options)

    monkeypatch.setattr(Programs, "_program", noted)
    drawn = draws.draw(built, seed=0, replicates=16, first=0, count=256)
    first = Engine(built, seed=0, quickly=Quickness(answers=True))
    slow = next(iter(first.run(drawn, 0)))
    slowly = {"whole simulation of known": SLOWLY}
    assert chosen == {"known": QUICKLY, "answers": QUICKLY, **slowly}
    chosen.clear()
    second = Engine(built, seed=0, quickly=Quickness(simulation=True), known=[first.programs])
    quick = next(iter(second.run(drawn, 0)))
    assert chosen == {"whole simulation": QUICKLY, "answers": SLOWLY}
    np.testing.assert_array_equal(quick.holds, slow.holds)
    # eight steps of some ten operations, each rounded to half of 2.2e-16
    np.testing.assert_allclose(quick.margin, slow.margin, rtol=1e-12)
    np.testing.assert_allclose(quick.final, slow.final, rtol=1e-12)


@pytest.mark.parametrize("options", [{}, {"xla_cpu_prefer_vector_width": 128}])
def test_wide_vectors_change_no_bit(
    options: Options, built: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do narrow ones of 128 bits, as a processor without 512 takes 256 for both others."""
    drawn = draws.draw(built, seed=0, replicates=16, first=0, count=256)
    wide = next(iter(Engine(built, seed=0).run(drawn, 0)))
    monkeypatch.setattr("schelling.study.runs.computing.quickness.SLOWLY", options)
    narrow = next(iter(Engine(built, seed=0).run(drawn, 0)))
    for one, other in zip(wide, narrow, strict=True):
        np.testing.assert_array_equal(one, other)


def test_few_short_worlds_are_compiled_quickly(built: Plan) -> None:
    most = quickness.FEW
    assert quickness.of(built, 16) == quickness.of(built, most) == Quickness(True, True)
    assert quickness.of(built, most + 1) == Quickness()
    crowd = SimpleNamespace(computed=quickness.SHORT)
    for longer in (
        replace(built, steps=quickness.SHORT + 1),
        replace(built, substeps=quickness.SHORT),
        replace(built, twins=((),) * quickness.SHORT),
        replace(built, populations=(crowd,)),
    ):
        assert quickness.of(longer, 16) == Quickness(False, True)


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that know how they would be compiled, and no other of this process."""

    def made(plan: Plan, *, seed: int, quickly: Quickness, known: object) -> SimpleNamespace:
        del known
        return SimpleNamespace(plan=plan, seed=seed, programs=SimpleNamespace(quickly=quickly))

    monkeypatch.setattr(worker, "_compiled", [])
    monkeypatch.setattr(worker, "Engine", made)


@pytest.mark.usefixtures("uncompiled")
def test_an_engine_is_used_again_only_as_it_is_compiled(built: Plan) -> None:
    few = worker.engine_of(built, 0, 16)
    assert worker.engine_of(built, 0) is few  # for nobody knows how many worlds: any will do
    assert few.programs.quickly == Quickness(True, True)
    many = worker.engine_of(built, 0, quickness.FEW + 1)
    assert many.programs.quickly == Quickness()
    assert worker.engine_of(built, 0, 32) is few


@pytest.mark.usefixtures("uncompiled")
def test_a_run_that_may_grow_is_compiled_for_the_most_it_may_have(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    job = jobs.job(check.load(path), jobs.Design(worlds=100_000))
    assert job.most == job.of(4096).most == job.of(4096).of(8192).most == 100_000
    assert worker.engine(job.of(4096)).programs.quickly == Quickness()
