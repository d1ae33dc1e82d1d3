"""A world is the same world whatever is computed around it, to the last bit."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from oracle.features import TINY
from schelling.case.model import Case
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.compile.steps.beforehand import DrawnRows
from schelling.compile.worlds import Lowered
from schelling.study.runs.computing import quickness
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.programs import LANES
from schelling.study.runs.files import tables

SEED, REPLICATES = 11, 4


def load(folder: Path, text: str = TINY) -> Case:
    path = folder / "tiny.yaml"
    path.write_text(text, encoding="utf-8")
    return schelling.load(path)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def many(case: Case) -> schelling.Run:
    """More worlds than one part of a stored run holds."""
    return schelling.run(case, worlds=70_000, seed=SEED, replicates=REPLICATES)


@pytest.fixture(scope="module")
def engine(case: Case) -> Engine:
    return Engine(plan.build(case), seed=SEED)


def drawn(case: Case, first: int, count: int) -> np.ndarray:
    return draws.draw(plan.build(case), seed=SEED, replicates=REPLICATES, first=first, count=count)


def bits(run: schelling.Run, worlds: int) -> dict[str, bytes]:
    """Every column of the first worlds, byte by byte."""
    table = run.table().slice(0, worlds)
    return {
        name: np.asarray(table.column(name).to_numpy(zero_copy_only=False)).astype("S64").tobytes()
        if name == "final.phase"
        else table.column(name).to_numpy(zero_copy_only=False).astype(float).tobytes()
        for name in table.column_names
    }


def outcome_bits(engine: Engine, points: np.ndarray, first: int) -> list[bytes]:
    """Every number of every world, in order."""
    calls = list(engine.run(points, first))
    return [np.concatenate(leaves).tobytes() for leaves in zip(*calls, strict=True)]


@pytest.fixture
def slowly_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few worlds by the program of many; by one that is compiled quickly they round otherwise."""
    monkeypatch.setattr(quickness, "FEW", 0)


@pytest.mark.usefixtures("slowly_compiled")
def test_number_of_worlds(case: Case, many: schelling.Run) -> None:
    few = schelling.run(case, worlds=40, seed=SEED, replicates=REPLICATES)
    assert bits(few, 40) == bits(many, 40)
    assert few.series.equals(many.series.isel(world=slice(0, 40)))


@pytest.mark.usefixtures("slowly_compiled")
def test_chunks(case: Case, many: schelling.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PART", 2 * LANES)
    parts = schelling.run(case, worlds=5_000, seed=SEED, replicates=REPLICATES)
    assert bits(parts, 5_000) == bits(many, 5_000)


def test_order_and_company(case: Case, engine: Engine) -> None:
    """A block alone, after others, or before them; a block that is full or has one world."""

    def margins(first: int, count: int) -> np.ndarray:
        calls = list(engine.run(drawn(case, first, count), first))
        return np.concatenate([outcomes.margin for outcomes in calls])

    whole = margins(0, 3 * LANES)
    assert margins(2 * LANES, LANES).tobytes() == whole[2 * LANES :].tobytes()
    assert margins(0, 1).tobytes() == whole[:1].tobytes()


def test_blocks_start_at_their_places(case: Case, engine: Engine) -> None:
    with pytest.raises(schelling.RunError, match="multiples of"):
        list(engine.run(drawn(case, 0, 10), 10))


CHILD = """
import hashlib, json, os, sys
import numpy as np
given = json.loads(sys.argv[1])
if given["pinned"]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import schelling
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.study.runs.computing import engine as engines
engines.use_cores(max(given["devices"]))
built = plan.build(schelling.load(given["case"]), given["claims"])
points = draws.draw(built, seed=11, replicates=4, first=0, count=5000)
for devices in given["devices"]:
    engine = engines.Engine(built, seed=11, devices=devices)
    assert engine.width == devices * 512
    calls = list(engine.run(points, 0))
    whole = [np.concatenate(leaves).tobytes() for leaves in zip(*calls, strict=True)]
    print(hashlib.sha256(b"".join(whole)).hexdigest())
"""


@pytest.mark.parametrize(
    ("devices", "pinned"), [([1, 2, 4], False), ([1], True)], ids=["devices", "one core"]
)
def test_cores(case: Case, devices: list[int], pinned: bool) -> None:
    """Another process with fewer or more devices, and one that may use a single core only."""
    claims = ["high", "settled", "peace"]
    engine = Engine(plan.build(case, claims), seed=SEED)
    what = {"case": str(case.path), "claims": claims, "devices": devices, "pinned": pinned}
    given = json.dumps(what)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, given], check=True, capture_output=True, text=True
    )
    ours = hashlib.sha256(b"".join(outcome_bits(engine, drawn(case, 0, 5_000), 0))).hexdigest()
    assert child.stdout.split() == [ours] * len(devices)


def test_asking_less_moves_nothing(case: Case, many: schelling.Run) -> None:
    """Another program rounds otherwise: 1e-12 of numbers of size 1, over four steps."""
    some = schelling.run(
        case, worlds=2_000, seed=SEED, replicates=REPLICATES, claims=["peace", "high"]
    )
    both = many.draws.loc[:1_999]
    for column in ("margin.high", "margin.peace", "final.s"):
        np.testing.assert_allclose(some.draws[column], both[column], rtol=1e-12, atol=1e-12)
    for column in ("holds.high", "holds.peace", "final.phase", "a", "b"):
        assert (some.draws[column] == both[column]).all()


def test_twins_meet_the_same_luck(many: schelling.Run) -> None:
    """Holding something at the value it has gives the same world, to the last bit.

    The margin of `difference == 0` is exactly zero only where the difference is.
    """
    assert (many.draws["margin.same"] == 0).all()
    assert (many.draws["margin.none_other"] == 0).all()
    assert (many.draws["margin.twin"] != 0).mean() > 0.9  # another value does change the world


def test_what_is_added_leaves_the_rest_alone(
    case: Case, many: schelling.Run, tmp_path: Path
) -> None:
    """An assumption at the end, an event that changes nothing, a game, a claim."""
    more = TINY.replace("phases:", "  c: {prior: normal(0, 1), why: x}\nphases:")
    more = more.replace("  e: {", "  f: {hazard: 0.5 / week, effects: {t: t + c}}\n  e: {")
    more = more.replace("stocks:", "stocks:\n  t: {start: 0}")
    more = more.replace("  high:", "  extra: {why: x, holds: final(t) > 1}\n  high:")
    again = schelling.run(load(tmp_path, more), worlds=2_000, seed=SEED, replicates=REPLICATES)
    assert again.draws["final.t"].abs().max() > 1
    both = many.draws.loc[:1_999]
    for column in ("a", "b", "final.phase", "holds.high"):
        assert (again.draws[column] == both[column]).all()
    for column in ("final.s", "margin.high", "margin.odds", "margin.twin"):
        # another program, rounding otherwise: see above
        np.testing.assert_allclose(again.draws[column], both[column], rtol=1e-12, atol=1e-12)
    assert not (again.draws["final.t"] == 0).all()


def test_seeds_differ(case: Case, many: schelling.Run) -> None:
    other = schelling.run(case, worlds=100, seed=SEED + 1, replicates=REPLICATES)
    assert (other.draws["a"] != many.draws["a"].loc[:99]).all()
    assert (other.draws["final.s"] != many.draws["final.s"].loc[:99]).all()


def test_layout_of_draws(case: Case) -> None:
    """Draws come as a matrix, column by column, or in rows of which each is an assumption."""
    both, drawn_ = Lowered(plan.build(case)), drawn(case, 0, 64)
    laid = drawn_, tuple(drawn_.T), DrawnRows(jnp.asarray(drawn_.T))
    one, *others = [jax.tree.leaves(jax.jit(both.fixed)(draws)) for draws in laid]
    for other in others:
        assert all(map(np.array_equal, one, other))
