"""Runs in other tools' forms: the same numbers under the names that people look for."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import schelling
from oracle.features import FAILING
from schelling.study.runs import export
from schelling.study.runs.files import tables
from study.runs.keeping import write

BENCH = Path(__file__).parents[3] / ".venv-bench" / "bin" / "python"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    folder = tmp_path_factory.mktemp("export")
    case = schelling.load(write(folder / "tiny"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "PART", 1024)
        return schelling.run(case, worlds=2_500, seed=4, folder=folder / "run", paths=40)


def test_csv(run: schelling.Run, tmp_path: Path) -> None:
    export.write_csv(run, tmp_path / "out")
    worlds = pd.read_csv(tmp_path / "out" / "worlds.csv", index_col="world")
    assert list(worlds.columns) == list(run.draws.columns)
    np.testing.assert_array_equal(worlds["margin.odds"], run.draws["margin.odds"])
    assert worlds["final.phase"].tolist() == run.draws["final.phase"].tolist()
    verdicts = pd.read_csv(tmp_path / "out" / "verdicts.csv", index_col="claim")
    np.testing.assert_array_equal(verdicts["share"], run.verdicts["share"])
    assert len(pd.read_csv(tmp_path / "out" / "series.csv")) == 40 * 4
    assert len(pd.read_csv(tmp_path / "out" / "bands.csv")) == 5 * 4


def test_xarray_and_arviz(run: schelling.Run, tmp_path: Path) -> None:
    table = run.to_xarray()
    np.testing.assert_array_equal(table["final.s"], run.draws["final.s"])
    assert table.sizes == {"world": 2_500}
    assert json.loads(table.attrs["manifest"])["digest"] == run.manifest.digest
    export.write_arviz(run, tmp_path / "out.zarr")
    tree = xr.open_datatree(tmp_path / "out.zarr", engine="zarr").load()
    assert set(tree.children) == {"prior", "prior_predictive", "series", "bands", "games"}
    assert dict(tree["prior"].sizes) == {"chain": 1, "draw": 2_500}
    assert set(tree["prior"].data_vars) == {"a", "b"}
    np.testing.assert_array_equal(tree["prior/a"][0], run.draws["a"])
    np.testing.assert_array_equal(tree["prior_predictive/holds.odds"][0], run.draws["holds.odds"])
    np.testing.assert_array_equal(tree["prior/replicate"], run.draws["replicate"])
    assert tree["series"].to_dataset().identical(run.series)
    assert tree["games/g"].to_dataset().identical(run.games["g"])


def test_netcdf_needs_a_library(run: schelling.Run, tmp_path: Path) -> None:
    with pytest.raises(schelling.RunError, match="h5netcdf"):
        export.into(run, tmp_path / "out.nc", export.write_arviz)


def test_nothing_is_overwritten(run: schelling.Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", "utf-8")
    with pytest.raises(schelling.RunError, match="exists"):
        export.into(run, tmp_path / "out", export.write_csv)
    with pytest.raises(schelling.RunError, match="cannot write"):
        export.into(run, tmp_path / "out" / "inside", export.write_csv)


def test_the_archive_of_ema(run: schelling.Run, tmp_path: Path) -> None:
    """Read as `load_results` of EMA Workbench 2.4 to 3.0 reads it, from its file format."""
    export.write_ema(run, tmp_path / "out.tar.gz", series=True)
    with tarfile.open(tmp_path / "out.tar.gz", "r:gz") as archive:
        read = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    about = json.loads(read["metadata.json"])
    experiments = pd.read_csv(io.BytesIO(read["experiments.csv"]))
    assert list(experiments.columns) == ["a", "b", "scenario", "policy", "model"]
    assert list(about["experiments"]) == list(experiments.columns)
    assert len(experiments) == 40
    np.testing.assert_array_equal(experiments["a"], run.draws["a"][:40])
    files = {name: (kind, file) for kind, name, file in about["outcomes"]}
    assert files["margin_odds"] == ("ScalarOutcome", "margin_odds.cls")
    assert files["s"] == ("ArrayOutcome", "s.csv")
    margin = pd.read_csv(io.BytesIO(read["margin_odds.cls"]), header=None).to_numpy()[:, 0]
    np.testing.assert_array_equal(margin, run.draws["margin.odds"][:40])
    s = pd.read_csv(io.BytesIO(read["s.csv"]), header=None, index_col=False).to_numpy()
    np.testing.assert_array_equal(s, run.series["s"])


def test_failed_worlds_are_missing(tmp_path: Path) -> None:
    """They are NaN, in a row of their own: none is left out."""
    case = schelling.load(write(tmp_path / "failing", FAILING))
    failed = schelling.run(case, worlds=512, seed=1)
    experiments, outcomes = failed.to_ema()
    assert len(experiments) == 512
    gone = np.isnan(outcomes["holds_before_nan"])
    assert gone.sum() == failed.verdicts.loc["before_nan", "failed"] > 0
    export.write_ema(failed, tmp_path / "out.tar.gz")
    with tarfile.open(tmp_path / "out.tar.gz", "r:gz") as archive:
        member = archive.extractfile("holds_before_nan.cls")
        assert member is not None
        read = pd.read_csv(member, header=None).to_numpy()[:, 0]
    np.testing.assert_array_equal(np.isnan(read), gone)


LOAD = """
import sys
from ema_workbench import load_results
experiments, outcomes = load_results(sys.argv[1])
print(experiments.shape, outcomes["s"].shape, outcomes["holds_odds"].sum())
"""


@pytest.mark.slow
@pytest.mark.skipif(not BENCH.exists(), reason="EMA Workbench is not installed: make bench")
def test_ema_loads_it(run: schelling.Run, tmp_path: Path) -> None:
    export.write_ema(run, tmp_path / "out.tar.gz", series=True)
    found = subprocess.run(
        [BENCH, "-W", "ignore", "-c", LOAD, tmp_path / "out.tar.gz"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    held = int(run.draws["holds.odds"][:40].sum())
    assert found.stdout.strip() == f"(40, 5) (40, 4) {held}"
