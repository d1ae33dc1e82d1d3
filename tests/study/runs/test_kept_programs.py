"""Programs that are found compiled: the same bits, and never those of another case."""

from __future__ import annotations

import os
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from typer.testing import CliRunner

import schelling
from oracle.features import FEATURES
from oracle.population_features import KIN
from schelling.cli.app import app
from schelling.compile.expressions.constants import separated
from schelling.compile.planning import plan as plans
from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing import (
    cache_folder,
    kept_programs,
    own_sources,
    program_key,
    programs,
    worker,
)
from schelling.study.runs.computing.cache_folder import CacheFolder
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.quickness import Quickness

CASE = """\
schelling: 1
title: A queue
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
assumptions:
  pull: {prior: PRIOR, why: WHY}
stocks:
  queue: {start: START, change: pull / week - 0.1 * queue / week}
events:
  strike: {hazard: 0.1 / week, effects: {queue: queue + 1}}
claims:
  long: {why: it grows, holds: final(queue) > 2}
"""


def case(folder: Path, prior: str = "0.1 to 1", why: str = "seen", start: str = "1") -> Plan:
    text = CASE.replace("PRIOR", prior).replace("WHY", why).replace("START", start)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return plans.build(schelling.load(folder / "case.yaml"))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheFolder]:
    folder = cache_folder.enter(tmp_path / "programs")
    kept_programs.open_cache(folder)
    yield folder
    kept_programs.close_cache()


def numbers(made: Engine, worlds: int = 50) -> list[bytes]:
    """Everything a few worlds come to, bit by bit."""
    draws = np.linspace(0.1, 1.0, worlds)[:, None]
    found = [*made.run(draws, 0), *made.paths(draws, 0)]
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(found)]


def nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Plan) -> None:
        pytest.fail("traced again")

    known = {name: (refuse, *spread) for name, (_, *spread) in programs._FUNCTIONS.items()}
    monkeypatch.setattr(programs, "_FUNCTIONS", known)


@pytest.mark.parametrize(("quickly", "count"), [(Quickness(), 3), (Quickness(answers=True), 4)])
def test_a_program_found_gives_the_same_bits(
    cache: CacheFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    quickly: Quickness,
    count: int,
) -> None:
    plan = case(tmp_path)
    kept_programs.close_cache()
    fresh = numbers(Engine(plan, seed=3, quickly=quickly))
    assert cache.sizes() == []
    kept_programs.open_cache(cache)  # from now on the program must not come from JAX's own cache
    assert numbers(Engine(plan, seed=3, quickly=quickly)) == fresh
    assert len(cache.sizes()) == count
    nothing_is_traced(monkeypatch)
    assert numbers(Engine(plan, seed=3, quickly=quickly)) == fresh


def test_numbers_that_come_in_from_outside_compile_nothing(
    cache: CacheFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another seed, another prior, other words, another number in a formula."""
    first = numbers(Engine(case(tmp_path), seed=3))
    nothing_is_traced(monkeypatch)
    other = case(tmp_path, prior="uniform(0, 7)", why="other words")
    assert numbers(Engine(other, seed=3)) == first  # these draws are given by hand
    assert numbers(Engine(other, seed=4)) != first
    assert numbers(Engine(case(tmp_path, start="2"), seed=3)) != first
    assert cache.sizes()


def test_another_case_is_another_program(cache: CacheFolder, tmp_path: Path) -> None:
    first = numbers(Engine(case(tmp_path), seed=3))
    count = len(cache.sizes())
    assert numbers(Engine(case(tmp_path, start="2 + pull"), seed=3)) != first
    assert len(cache.sizes()) == 2 * count


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", marks=pytest.mark.slow),  # as the next: nothing that zlib wrote
        b"no pickle",
        zlib.compress(b"no pickle"),
    ],
)
def test_what_cannot_be_read_is_compiled_anew(
    content: bytes, cache: CacheFolder, tmp_path: Path
) -> None:
    """Also where its digest is right."""
    plan = case(tmp_path)
    fresh = numbers(Engine(plan, seed=3))
    keys = [file.stem for file in cache.path.iterdir()]
    for key in keys:
        cache.write(key, content)
    assert numbers(Engine(plan, seed=3)) == fresh
    assert all(cache.read(key) != content for key in keys)


def test_what_cannot_be_loaded_is_compiled_anew(cache: CacheFolder, tmp_path: Path) -> None:
    plan = case(tmp_path)
    fresh = numbers(Engine(plan, seed=3))
    for file in cache.path.iterdir():
        shapes, (_, *trees) = pickle.loads(zlib.decompress(cache.read(file.stem) or b""))
        broken = (shapes, (pickle.dumps("no program"), *trees))
        cache.write(file.stem, zlib.compress(pickle.dumps(broken)))
    assert numbers(Engine(plan, seed=3)) == fresh


def key(plan: Plan, name: str = "answers", **more: Any) -> str | None:
    given = {"arguments": np.zeros(3), "options": {}, "devices": [0]} | more
    return program_key.key(name, separated(plan)[0], **given)


def test_every_construct_has_a_key_of_its_own(tmp_path: Path) -> None:
    found: set[str | None] = set()
    (tmp_path / "kin.csv").write_text(KIN, encoding="utf-8")
    for text in FEATURES.values():
        (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
        found.add(key(plans.build(schelling.load(tmp_path / "case.yaml"))))
    assert None not in found
    assert len(found) == len(FEATURES)


def test_whatever_makes_a_difference_is_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = case(tmp_path)
    keys = [
        key(plan),
        key(plan, name="courses"),
        key(plan, arguments=np.zeros(4)),
        key(plan, arguments=np.zeros(3, np.float32)),
        key(plan, arguments={"a": np.zeros(3)}),
        key(plan, options={"xla_cpu_use_fusion_emitters": False}),
        key(plan, devices=[0, 1]),
    ]
    assert key(plan) == keys[0]
    monkeypatch.setenv("XLA_FLAGS", os.environ.get("XLA_FLAGS", "") + " --xla_dump_to=")
    keys.append(key(plan))
    for where, name, value in (
        (program_key, "_machine", ("other",)),
        (own_sources, "digest", "other"),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(where, name, lambda value=value: value)
            keys.append(key(plan))
    with jax.default_matmul_precision("float32"):
        keys.append(key(plan))
    assert len(set(keys)) == len(keys)


def test_what_is_not_understood_has_no_key(tmp_path: Path) -> None:
    plan = case(tmp_path)
    object.__setattr__(plan, "method", object())
    assert key(plan) is None


def test_commands_keep_programs_unless_told_not_to(
    cache: CacheFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache_folder.VARIABLE, str(cache.path))
    run = ("run", "case.yaml", "--worlds", "16", "--quiet")
    said = CliRunner().invoke(app, [*run, "--no-cache"])
    assert (said.exit_code, cache.sizes()) == (0, [])
    monkeypatch.setattr(worker, "_compiled", [])  # as if in another process
    again = CliRunner().invoke(app, run)
    assert (again.stdout, len(cache.sizes())) == (said.stdout, 3)
    told = CliRunner().invoke(app, ["cache", "info"])
    assert told.stdout.startswith("3 compiled programs and 1 checked case, 0.")
    done = CliRunner().invoke(app, ["cache", "clear"])
    assert done.stdout.startswith("3 compiled programs and 1 checked case removed from ")
    assert cache.sizes() == []


def test_a_cache_that_is_refused_is_said_and_done_without(
    cache: CacheFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache_folder.VARIABLE, str(cache.path))
    cache.path.chmod(0o777)
    done = CliRunner().invoke(app, ["run", "case.yaml", "--worlds", "16", "--quiet"])
    refusal = f"the cache is not used: other users can write to {cache.path}"
    assert done.exit_code == 0
    assert f"schelling: {refusal}\n" in done.stderr
    assert list(cache.path.iterdir()) == []
    told = CliRunner().invoke(app, ["cache", "info"])
    assert (told.exit_code, told.stderr) == (2, f"schelling: {refusal}\n")
    monkeypatch.setenv(cache_folder.VARIABLE, "off")
    said = CliRunner().invoke(app, ["cache", "info"]).stdout
    assert said == "compiled programs and checked cases are not kept\n"
