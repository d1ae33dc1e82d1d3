"""Groups by number and ties from tables, as a case has them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schelling
from oracle.interpreter import evaluate
from schelling.case.check import check
from schelling.case.sections.about_agents import tie_tables
from schelling.case.sections.about_agents.groups import sizes
from schelling.compile.expressions import frame

CASE = """
schelling: 1
title: Ties
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
populations:
  crowd:
    size: SIZE
    why: planted
    groups: {region: {GROUPS}}
    ties:
      contacts: {network: blocks, by: region, within: 3, between: 1}
      kin: {network: table, table: kin.csv, one: a, other: b}
    states: {active: {start: "bernoulli(0.5)"}}
claims: {some: {holds: "final(any(active[c] for c in crowd))", why: planted}}
"""
KIN = "a,b\n1,2\n3,2\n"


def written(folder: Path, *, size: int = 100, groups: str = "n: 0.3, s: rest") -> Path:
    path = folder / "case.yaml"
    path.write_text(CASE.replace("SIZE", str(size)).replace("GROUPS", groups), "utf-8")
    (folder / "kin.csv").write_text(KIN, "utf-8")
    return path


def test_sizes_of_ten_equal_groups_of_a_country() -> None:
    """A size that ten does not divide: nine groups are rounded up, and nobody is added."""
    found = sizes([0.1] * 10, 109_999_999)
    assert found == (11_000_000,) * 9 + (10_999_999,)
    assert sizes([0.1] * 9 + [None], 109_999_999) == found
    assert sizes([0.1] * 10, 110_000_000) == (11_000_000,) * 10


def test_a_third_of_a_country() -> None:
    """Decimals that miss one by less than the language allows are of their sum."""
    assert sizes([0.3333333333] * 3, 110_000_000) == (36_666_667, 36_666_667, 36_666_666)


@given(
    st.lists(st.decimals(0, 1, places=6), min_size=2, max_size=12).filter(any),
    st.integers(1, 200_000_000),
)
def test_sizes_add_up_and_are_rounded(written: list[Decimal], agents: int) -> None:
    """Hamilton's method keeps to quota: every size is its quota rounded up or down."""
    total = sum(written)
    found = sizes([float(share / total) for share in written], agents)
    assert sum(found) == agents
    parts = [Fraction(repr(float(share / total))) for share in written]
    quotas = [agents * part / sum(parts) for part in parts]
    assert all(abs(size - quota) < 1 for size, quota in zip(found, quotas, strict=True))


def test_agents_belong_to_groups_by_number(tmp_path: Path) -> None:
    """At both sides of every border, although numbers that agree in twelve digits are equal."""
    size, names = 109_999_999, [f"g{number}" for number in range(10)]
    groups = ", ".join(f"{name}: 0.1" for name in names)
    path = written(tmp_path, size=size, groups=groups)
    (population,) = schelling.load(path).populations
    (region,) = population.traits
    order = [float(number) for number in range(10)]
    assert sum(region.sizes) == size
    ends = np.cumsum(region.sizes)
    for number, group in [
        *((1 + end - own, n) for n, (end, own) in enumerate(zip(ends, region.sizes, strict=True))),
        *((end, n) for n, end in enumerate(ends)),
    ]:
        at = {"number": np.float64(number)}
        assert (
            float(frame.number(region.value, frame.Frame({"number": jnp.array(float(number))}, {})))
            == order[group]
        )
        assert evaluate(region.value, at) == order[group]


def test_groups_that_ties_leave_alone_are_drawn(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(
        path.read_text("utf-8").replace("groups: {", "groups: {media: {tv: 0.6, web: rest}, ")
    )
    (population,) = schelling.load(path).populations
    media, region = population.traits
    assert (media.sizes, region.sizes) == ((), (30, 70))


def test_a_table_of_ties_is_a_part_of_the_case(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = schelling.load(path)
    assert [file.name for file in before.tables] == ["kin.csv"]
    assert before.populations[0].ties[1].ends == ((1, 2), (3, 2))
    (tmp_path / "kin.csv").write_text(KIN + "4,2\n", "utf-8")
    assert schelling.load(path).digest != before.digest


def test_a_rival_may_know_other_ties(tmp_path: Path) -> None:
    """Its table is a part of the case too, as the case is kept with its rivals."""
    path = written(tmp_path)
    rival = (
        "rivals: {gossip: {why: x, populations: {crowd: {why: y, ties: {kin: {table: g.csv}}}}}}\n"
    )
    path.write_text(path.read_text("utf-8") + rival, "utf-8")
    (tmp_path / "g.csv").write_text("a,b\n7,8\n", "utf-8")
    own, other = schelling.load(path), schelling.load(path, rival="gossip")
    assert other.populations[0].ties[1].ends == ((7, 8),)
    assert own.populations[0].ties[1].ends == ((1, 2), (3, 2))
    assert (
        {file.name for file in own.tables}
        == {file.name for file in other.tables}
        == {"kin.csv", "g.csv"}
    )
    run = schelling.run(other, worlds=16, folder=tmp_path / "kept")
    assert (tmp_path / "kept" / "case" / "g.csv").is_file()
    assert schelling.open_run(tmp_path / "kept").manifest.digest == run.manifest.digest
    (tmp_path / "g.csv").write_text("a,b\n7,9\n", "utf-8")
    assert schelling.load(path).digest != own.digest


def test_a_table_with_too_many_ties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tie_tables, "MOST_ROWS", 1)
    (problem,) = check(written(tmp_path)).problems
    assert (problem.code, problem.message) == ("E602", "the table has more than 1 ties")
    assert problem.path is not None
    assert problem.path.name == "kin.csv"
