"""The page of a fit: figures with their tables, no script, and what is said in the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

import schelling
from schelling.errors import RunError
from schelling.report.fitting import fit_charts, fit_page
from schelling.study.fitting.fit import CaseFit, fit
from study.fitting.lines import rows, write, written


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CaseFit:
    folder = write(tmp_path_factory.mktemp("line"), written(rows(8)))
    return fit(schelling.load(folder), engine="smc", worlds=2048)


def test_every_figure_has_its_table(found: CaseFit) -> None:
    page = fit_page.render(found)
    figures = re.findall(r"<figure id=\"([^\"]+)\"", page)
    wanted = ["figure-taught", "figure-of-level", "figure-of-slope", "figure-check-0"]
    assert sorted(figures) == sorted(wanted)
    assert page.count('<details class="numbers">') == len(wanted)
    assert page.count("<svg") == len(wanted)
    assert "<script" not in page
    assert "Out of reach of the records: idle." in page
    assert "rises" in page
    assert "8 records inside" in page or "of 8 records" in page


def test_levels_are_those_of_the_prior(found: CaseFit) -> None:
    """Level has the prior normal(0, 2): quantiles of the posterior as levels of that."""
    (one,) = [one for one in found.summary.learned if one.name == "level"]
    assert one.levels == pytest.approx(norm.cdf(np.array(one.after) / 2), abs=0.01)


def test_densities_are_densities() -> None:
    """A normal sample with unequal weights; the error of the kernel is that of its width."""
    rng = np.random.default_rng(1)
    values, at = 2 * rng.standard_normal(20_000), np.linspace(-6, 6, 121)
    weights = np.where(np.arange(20_000) % 2, 1.0, 3.0)
    height = fit_charts.smooth_heights(values, weights, at)
    exact = np.exp(-0.5 * (at / 2) ** 2) / (2 * np.sqrt(2 * np.pi))
    assert np.abs(height - exact).max() < 0.06 * exact.max()
    assert float(height.sum() * (at[1] - at[0])) == pytest.approx(1.0, abs=0.01)


def test_many_records_become_areas() -> None:
    days = [f"2022-{month:02}-{day:02}" for month in range(1, 4) for day in range(1, 28)]
    bands = np.tile([0.0, 1.0, 2.0, 3.0], (len(days), 1))
    chart = fit_charts.records(days, np.ones(len(days)), bands, bands, "share")
    assert [layer.mark.type for layer in chart.layer] == ["area", "area", "area", "point"]
    few = fit_charts.records(days[:3], np.ones(3), bands[:3], bands[:3], "")
    assert few.layer[0].mark.type == "rule"


def test_a_fit_that_is_refused_has_no_page(tmp_path: Path) -> None:
    folder = write(tmp_path, written(rows(8)), sd=0.1)
    refused = fit(schelling.load(folder), engine="reweight", worlds=512)
    with pytest.raises(RunError, match="not sound"):
        fit_page.write(refused, tmp_path / "page.html")
