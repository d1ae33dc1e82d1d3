"""What a run answers: verdicts, draws, series, games; and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import schelling
from oracle.features import FAILING, TINY
from schelling.case.model import Case

WORLDS = 4096
CLAIMS = ["high", "settled", "odds", "peace", "same", "none_other", "twin"]


def load(folder: Path, text: str) -> Case:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return schelling.load(path)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load(tmp_path_factory.mktemp("tiny"), TINY)


@pytest.fixture(scope="module")
def run(case: Case) -> schelling.Run:
    counts: list[int] = []
    found = schelling.run(case, worlds=WORLDS, seed=7, progress=counts.append)
    assert sum(counts) == WORLDS
    return found


# worlds of 4096 in which each claim holds, and its median margin, as the engine gave them once it
# agreed with the oracle; they change only when what a case means, or chance, does
GOLDEN = {
    "high": (616, -0.15947791238046474),
    "settled": (2381, 0.006319048782378173),
    "odds": (3072, 0.1666781750240832),
    "peace": (2003, -1.0),
    "same": (4096, 0.0),
    "none_other": (4096, 0.0),
    "twin": (1989, -0.003630291693088844),
}


def test_golden(run: schelling.Run) -> None:
    """Counts exactly; medians to 1e-9, as other machines may round otherwise."""
    found = {
        name: (round(row["share"] * WORLDS), row["margin_median"])
        for name, row in run.verdicts.iterrows()
    }
    assert {name: count for name, (count, _) in found.items()} == {
        name: count for name, (count, _) in GOLDEN.items()
    }
    for name, (_, median) in GOLDEN.items():
        assert found[name][1] == pytest.approx(median, rel=1e-9, abs=1e-12)


def test_verdicts_are_counts_of_the_draws(run: schelling.Run) -> None:
    assert run.verdicts.index.tolist() == CLAIMS
    for name, row in run.verdicts.iterrows():
        holds, margin = run.draws[f"holds.{name}"], run.draws[f"margin.{name}"]
        assert row["share"] == holds.mean()
        assert row["low"] == row["high"] == row["share"]
        assert row["margin_median"] == pytest.approx(np.median(margin))
        shares = holds.groupby(run.draws["replicate"]).mean()
        # sixteen replicates of equal size: the standard error of their mean
        assert row["standard_error"] == pytest.approx(shares.std(ddof=1) / 4, abs=1e-15)


def test_columns(run: schelling.Run, case: Case) -> None:
    assert run.draws.index.tolist() == list(range(WORLDS))
    assert list(run.draws.columns) == [
        *("replicate", "status", "a", "b"),
        *(f"{what}.{name}" for name in CLAIMS for what in ("holds", "margin", "again")),
        *("final.s", "bounded.s", "final.phase", "counts.odds", "played.g", "value.crowd"),
    ]
    assert (run.draws["status"] == 0).all()
    assert set(run.draws["final.phase"]) == {"war", "peace"}
    assert run.table(["a", "final.s"]).column_names == ["a", "final.s"]
    assert run.manifest.digest == case.digest


def test_series(run: schelling.Run) -> None:
    """Paths begin at the start, end at the final values; bands are their quantiles."""
    paths = run.series["s"].to_numpy()
    assert paths.shape == (256, 5)
    np.testing.assert_array_equal(paths[:, 0], run.draws["a"].to_numpy()[:256])
    # two programs, rounding otherwise
    np.testing.assert_allclose(paths[:, -1], run.draws["final.s"].to_numpy()[:256], rtol=1e-12)
    assert str(run.series["time"].to_numpy()[-1])[:10] == "2022-04-18"
    last = np.quantile(run.draws["final.s"], run.bands["quantile"])
    np.testing.assert_allclose(run.bands["s"].to_numpy()[:, -1], last, rtol=1e-9)
    np.testing.assert_allclose(run.bands["phase_share"].sum("phase"), 1)
    war = (run.draws["final.phase"] == "war").mean()
    assert run.bands["phase_share"].sel(phase="war").to_numpy()[-1] == pytest.approx(war)


def test_games(run: schelling.Run) -> None:
    """At its first step the game is between a and a: even odds, whatever the precision."""
    game = run.games["g"]
    assert game["edge"].to_numpy().tolist() == ["up", "down"]
    np.testing.assert_allclose(game["choice"], 0.5, rtol=1e-12)
    own = run.draws["a"].to_numpy()
    np.testing.assert_allclose(game["payoffs"].sel(player="red", end="up"), own, rtol=1e-12)


def test_associations(run: schelling.Run) -> None:
    assert run.associations.shape == (len(CLAIMS), 2)
    assert run.associations.loc["odds", "b"] == pytest.approx(-1)  # the margin is 1/2 - b / 3
    assert run.leading("odds").index.tolist() == ["b", "a"]


def test_failed_worlds_bound_the_verdict(tmp_path: Path) -> None:
    """They are counted, shown as unknown, and widen the share on both sides."""
    run = schelling.run(load(tmp_path, FAILING), worlds=512, seed=1)
    assert set(run.draws["status"]) == {0, 3}
    for name, row in run.verdicts.iterrows():
        holds, margin = run.draws[f"holds.{name}"], run.draws[f"margin.{name}"]
        assert (holds.isna() == margin.isna()).all()
        assert row["failed"] + row["not_asked"] == margin.isna().sum()
        known, asked = holds.dropna().astype(bool), 512 - row["not_asked"]
        assert row["low"] == pytest.approx(known.sum() / asked)
        assert row["high"] == pytest.approx((known.sum() + row["failed"]) / asked)
    assert run.verdicts.loc["nan_at_some_step", "failed"] == 512
    assert run.verdicts.loc["nan_at_some_step", "verdict"] == "undecided"
    assert 0 < run.verdicts.loc["before_nan", "failed"] < 512


def test_asking_some_claims(case: Case) -> None:
    run = schelling.run(case, worlds=64, claims=["twin", "high", "twin"])
    assert run.manifest.claims == ("twin", "high")
    assert run.verdicts.index.tolist() == ["high", "twin"]
    assert run.manifest.command.endswith("--seed 0 --claim twin --claim high")
    none = schelling.run(case, worlds=64, claims=[])
    assert none.verdicts.empty
    assert "final.s" in none.draws


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"worlds": 8}, "at least 16 worlds, one in each of 16 replicates; got 8"),
        ({"replicates": 1}, "at least 2 replicates"),
        ({"worlds": 2**33}, "4,294,967,296"),
        ({"claims": ["hihg"]}, "'hihg' is not a claim"),
    ],
)
def test_the_impossible_is_refused(wrong: dict[str, object], message: str, case: Case) -> None:
    with pytest.raises(schelling.RunError, match=message):
        schelling.run(case, **wrong)


CHILD = """
import re, sys
from pathlib import Path
import schelling
run = schelling.run(schelling.load(sys.argv[1]), worlds=1_000_000, seed=7, folder=sys.argv[2])
assert len(run.verdicts) == 7
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
def test_a_million_worlds_fit_in_two_gigabytes(case: Case, tmp_path: Path) -> None:
    """Read from the system's own record: `ru_maxrss` of a child starts at its parent's."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(case.path), str(tmp_path / "run")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(child.stdout) < 2 * 1024**2  # kB
