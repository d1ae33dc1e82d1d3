"""Series that count: shares of worlds by number, never a band between two of them."""

from __future__ import annotations

import numpy as np
import pytest

import schelling
from schelling.report.verdicts import count_series, trajectories
from schelling.report.verdicts.count_series import CountShares
from schelling.study.runs.results import Run

TEXT = """\
schelling: 1
title: Counts
time: {start: 2022-01-03, step: 1 week, until: 2022-03-07}
assumptions:
  pace: {prior: "uniform(0.2, 3)", unit: 1 / week, why: it varies}
stocks:
  strikes: {start: 0, unit: missile}
  crowd: {start: 100}
  flag: {start: 0}
  level: {start: 0, change: pace}
  still: {start: 7}
events:
  strike: {hazard: pace, effects: {strikes: strikes + 1 missile, crowd: 2 * crowd}}
  raised: {hazard: 0.05 / week, once: true, effects: {flag: 1}}
claims:
  some: {why: they happen, holds: final(strikes) > 2 missiles}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("counts") / "case.yaml"
    path.write_text(TEXT, "utf-8")
    return schelling.run(schelling.load(path), worlds=512, seed=3)


def counted(run: Run, name: str) -> CountShares:
    found = count_series.of(run, name)
    assert found is not None
    return found


def test_shares_are_those_of_the_stored_worlds(run: Run) -> None:
    found = counted(run, "flag")
    assert found.names == ("0", "1")
    assert found.worlds == run.series.sizes["world"]
    np.testing.assert_array_equal(found.shares[1], run.series["flag"].values.mean(axis=0))
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0, rtol=1e-12)  # rounding


def test_many_numbers_are_told_in_classes_with_their_unit(run: Run) -> None:
    found = counted(run, "strikes")
    assert 2 <= len(found.names) <= 5
    assert found.names[0].startswith("0")
    assert all(name.endswith(" missile") for name in found.names)
    top = int(run.series["strikes"].values.max())
    assert found.names[-1].removesuffix(" missile").endswith(str(top))
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0, rtol=1e-12)  # rounding
    assert found.shares[0, 0] == 1.0  # nobody has struck at the start


def test_every_world_is_in_the_class_that_names_its_number(run: Run) -> None:
    found, values = counted(run, "strikes"), run.series["strikes"].values
    for name, share in zip(found.names, found.shares, strict=True):
        ends = [int(part) for part in name.removesuffix(" missile").split(" to ")]
        inside = (values >= ends[0]) & (values <= ends[-1])
        np.testing.assert_allclose(share, inside.mean(axis=0), rtol=1e-12)  # rounding


def test_what_flows_and_what_never_changes_keep_their_bands(run: Run) -> None:
    assert count_series.of(run, "level") is None
    assert count_series.of(run, "still") is None


def test_the_figure_has_layers_and_no_bands(run: Run) -> None:
    figure = trajectories.series_figure(run, "strikes")
    assert "share of the first 256 worlds with that number" in figure.reading
    assert "bands" not in figure.reading
    assert "missile" in str(figure.picture)
    assert "bands" in trajectories.series_figure(run, "level").reading
