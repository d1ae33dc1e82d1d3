"""Enough worlds: the fewest at which every error bar is short, and the run of so many worlds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.analysis import verdicts
from schelling.case.model import Case
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.study.runs.computing import looks
from schelling.study.runs.computing.jobs import Design, job
from schelling.study.runs.files import tables
from study.runs.keeping import content, write


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("cases") / "tiny"))


def longest_bar(run: schelling.Run) -> tuple[str, float]:
    bars = run.verdicts["half_width"]
    return str(bars.idxmax()), float(bars.max())


def longest(run: schelling.Run) -> float:
    """The longest error bar, world by world."""
    replicate = run.column("replicate")
    return max(
        verdicts.share_of_worlds(
            run.column(f"holds.{claim}").astype(bool),
            np.isnan(run.column(f"margin.{claim}")),
            replicate,
        ).half_width
        for claim in run.manifest.claims
    )


@pytest.mark.parametrize(("part", "looks"), [(65_536, 2), (8_192, 3), (1_024, 3)])
def test_it_stops_at_the_first_look_that_is_enough(
    part: int, looks: int, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the first part of the table and beyond it; and as if asked for so many worlds."""
    monkeypatch.setattr(tables, "PART", part)
    worlds = 4_096 * 2 ** (looks - 1)
    enough = schelling.run(case, worlds=worlds, seed=4, folder=tmp_path / "asked")
    before = schelling.run(case, worlds=worlds // 2, seed=4)
    bar, earlier = longest(enough), longest(before)
    assert bar < earlier
    until = (bar + min(earlier, 2 * bar)) / 2
    found = schelling.run(
        case, worlds=100_000, seed=4, until_error=until, folder=tmp_path / "found"
    )
    assert found.manifest.worlds == worlds
    assert content(tmp_path / "found") == content(tmp_path / "asked")
    in_memory = schelling.run(case, worlds=100_000, seed=4, until_error=until)
    assert in_memory.table().equals(enough.table())
    claim, reached = longest_bar(found)
    assert claim in found.manifest.claims
    assert reached == pytest.approx(bar, rel=1e-12)  # the same sums in another order


def test_it_ends_when_there_may_be_no_more(case: Case) -> None:
    run = schelling.run(case, worlds=10_000, until_error=1e-6)
    assert run.manifest.worlds == 9_216  # nine blocks of 1,024
    assert longest_bar(run)[1] > 1e-6


def test_going_on_to_a_shorter_bar(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finished run that was stopped early is gone on with, its whole parts as they are."""
    monkeypatch.setattr(tables, "PART", 1024)
    asked = schelling.run(case, worlds=16_384, seed=4, folder=tmp_path / "asked")
    first = schelling.run(case, seed=4, worlds=16_384, until_error=0.5, folder=tmp_path / "run")
    assert first.manifest.worlds == 4_096
    again = schelling.run(
        case, seed=4, worlds=16_384, until_error=1e-6, folder=tmp_path / "run", resume=True
    )
    assert again.table().equals(asked.table())
    assert content(tmp_path / "run") == content(tmp_path / "asked")


@pytest.mark.parametrize("replicates", [2, 3, 16, 24])
def test_looks_are_whole_rounds_and_blocks(replicates: int) -> None:
    found = looks.schedule(500_000, replicates)
    assert found == sorted(set(found))
    assert all(look % replicates == 0 and look % 1024 == 0 for look in found)
    assert found[0] >= 4_096
    assert found[-1] <= 500_000
    assert all(look % tables.PART == 0 for look in found[:-1] if look > tables.PART)


@pytest.mark.parametrize("design", ["lhs", "mc", "full-factorial"])
def test_other_designs(design: str, case: Case) -> None:
    run = schelling.run(case, worlds=4_096, seed=2, replicates=4, design=design, claims=["odds"])
    assert f"--design {design}" in run.manifest.command
    if design == "full-factorial":  # 32 levels of two assumptions in 4 replicates
        assert run.manifest.worlds == 4_096
        assert {len(set(run.draws[name])) for name in "ab"} == {32}
        rows = run.draws[["replicate", "a", "b"]].drop_duplicates()
        assert len(rows) == 4_096
    if design == "lhs":  # each of the 1,024 slices of every replicate has one point
        slices = (run.draws["b"] * 1024).astype(int)
        assert all(sorted(s) == list(range(1024)) for _, s in slices.groupby(run.draws.replicate))


def test_a_full_factorial_design_needs_room(case: Case) -> None:
    """Two assumptions at two levels in 16 replicates."""
    with pytest.raises(schelling.RunError, match="are 64 worlds; got 60"):
        schelling.run(case, worlds=60, design="full-factorial")
    cut = job(case, Design(worlds=200, kind="full_factorial"))
    assert cut.design.worlds == 144  # three levels
    assert draws.levels_within(16 * 125, 16, 3) == 5
    levels = draws.draw(
        plan.build(case), seed=0, replicates=16, first=0, count=144, kind="full_factorial",
        worlds=144,
    )  # fmt: skip
    np.testing.assert_allclose(sorted(set(levels[:, 1])), [1 / 6, 1 / 2, 5 / 6])


def test_every_bar_must_be_short() -> None:
    """One claim that wavers between replicates is waited for, wherever it stands."""
    short, long = [50, 50, 50, 51], [20, 80, 35, 65]
    sound = np.full((4, 2), 100)
    for held in ([short, long], [long, short]):
        assert not looks.error_bars(looks.Tally(np.array(held).T, sound), 0.05).enough
    assert looks.error_bars(looks.Tally(np.array([short, short]).T, sound), 0.05).enough
