"""The cases in `cases/`: every one sound, the teaching cases against their closed forms."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import expm

import schelling
from cases.writing import CASES, pinned

FOLDERS = sorted(path.parent for path in CASES.rglob("case.yaml"))
WORLDS = 8192
EXACT = 1e-5

EXPECTED = [
    pytest.param(
        path.parent,
        row,
        id=f"{path.parent.name}-{number}",
        marks=[pytest.mark.slow] if row.get("slow") else [],
    )
    for path in sorted(CASES.rglob("expected.toml"))
    for number, row in enumerate(tomllib.loads(path.read_text("utf-8"))["expected"])
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_case_is_sound_and_explained(folder: Path) -> None:
    case = schelling.load(folder)
    assert case.claims
    assert all(claim.origin.says for claim in case.claims)
    assert all(a.origin.why for a in case.assumptions)
    readme = (folder / "README.md").read_text("utf-8").lower()
    for heading in ("question", "sources", "cannot tell"):
        assert heading in readme


@pytest.mark.parametrize(("folder", "row"), EXPECTED)
def test_a_case_gives_its_published_numbers(
    folder: Path, row: dict[str, Any], tmp_path: Path
) -> None:
    """Shares, mean margins and last values of `expected.toml`, each with its source there.

    A row in which chance alone decides says how many worlds its tolerance needs.
    """
    case = pinned(folder, row.get("given", {}), tmp_path / "case")
    free = any(a.prior.family != "fixed" for a in case.assumptions)
    exact = row["tolerance"] < EXACT  # the same in every world: one block of them shows it
    worlds = row.get("worlds", 16 if not free else 1024 if exact else WORLDS)
    run = schelling.run(case, worlds=worlds, seed=1)
    assert (run.verdicts.failed == 0).all()
    tolerance = row["tolerance"]
    if "share" in row:
        assert_allclose(run.verdicts.share[row["claim"]], row["share"], rtol=0, atol=tolerance)
    if "mean_margin" in row:
        mean = run.draws[f"margin.{row['claim']}"].mean()
        assert_allclose(mean, row["mean_margin"], rtol=0, atol=tolerance)
    for stock, value in row.get("final", {}).items():
        assert_allclose(run.draws[f"final.{stock}"], value, rtol=0, atol=tolerance)
    for name, value in row.get("last", {}).items():
        last = run.series[name].isel(time=-1)
        assert_allclose(last, value, rtol=0, atol=tolerance)


def test_the_arms_race_follows_its_exact_path(tmp_path: Path) -> None:
    """Richardson (1960): the linear equations solved by the matrix exponential."""
    given = {
        "ash_reaction": 0.3,
        "birch_reaction": 0.2,
        "ash_burden": 0.4,
        "birch_burden": 0.5,
        "ash_grievance": 0.1,
        "birch_grievance": 0.2,
    }
    case = pinned(CASES / "teaching" / "arms-race", given, tmp_path / "case")
    run = schelling.run(case, worlds=16, seed=1)
    matrix = np.array([[-0.4, 0.3], [0.2, -0.5]])
    rest = -np.linalg.solve(matrix, [0.1, 0.2])
    start = np.array([1.0, 1.0])
    for step in (12, 60, 240):
        exact = rest + expm(matrix * step / 12) @ (start - rest)
        found = [float(run.series[name][0, step]) for name in ("ash", "birch")]
        # Euler by months: the error is of the order of a twelfth of a year times the rates
        assert_allclose(found, exact, rtol=0, atol=2e-3)


def test_richardsons_condition_agrees_with_the_experience() -> None:
    """Formula and simulation differ only where the slow rate is too near zero for forty years."""
    run = schelling.run(schelling.load(CASES / "teaching" / "arms-race"), worlds=2048, seed=1)
    d = run.draws
    mean, half = (
        -(d.ash_burden + d.birch_burden) / 2,
        (d.ash_burden - d.birch_burden) / 2,
    )
    slow = mean + np.sqrt(half**2 + d.ash_reaction * d.birch_reaction)
    stable = d.ash_burden * d.birch_burden > d.ash_reaction * d.birch_reaction
    assert (d["holds.reactions_are_outweighed"] == stable).all()
    clear = slow.abs() > 0.15  # exp(-0.15 * 39) is 0.3 %: below the 2 % the claim allows
    assert clear.mean() > 0.4
    assert (d["holds.race_settles"] == stable)[clear].all()
