"""Charts, small drawings and the pictures handed to notebooks."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.analysis.verdicts import Share
from schelling.errors import RunError
from schelling.report import plots
from schelling.report.charts import cell_charts, chart_svg, theme, world_charts
from schelling.report.charts.densities import density
from schelling.study.runs.results import Run

margins = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [theme.INK, theme.SOFT, theme.DEEP, theme.WARM])
def test_colours_of_text_can_be_read(colour: str) -> None:
    assert contrast(colour, theme.PAPER) >= 4.5


def test_neighbouring_areas_differ_in_grey() -> None:
    neighbours = pairwise(theme.STACK)
    assert min(contrast(one, two) for one, two in neighbours) > 1.6
    assert contrast(theme.EMPTY, theme.DEEP) > 3
    assert contrast(theme.PALE, theme.MIDDLE) > 1.5
    assert contrast(theme.MIDDLE, theme.INK) > 3


@given(margins)
def test_every_world_is_in_a_bin_of_its_sign(values: list[float]) -> None:
    margin = np.array(values)
    table, few = world_charts.bins(margin, margin > 0)
    assert table["holds"].sum() == pytest.approx((margin > 0).mean())  # sums of shares: rounding
    assert table["fails"].sum() == pytest.approx((margin <= 0).mean())
    assert len(table) <= 60
    if not few:
        width = float(table["high"].iloc[0] - table["low"].iloc[0])
        assert (table["low"].abs() < 1e-9 * width).sum() == 1  # zero is an edge
        assert (table.loc[table["high"] < 0.5 * width, "holds"] == 0).all()


def test_single_values_are_not_binned() -> None:
    table, few = world_charts.bins(
        np.array([-1.0, 1.0, 1.0, 2.0]), np.array([False, True, True, True])
    )
    assert few
    assert table["low"].tolist() == [-1.0, 1.0, 2.0]
    assert table["holds"].tolist() == [0.0, 0.5, 0.25]


def test_margins_far_from_zero_have_bins_of_their_own() -> None:
    """Otherwise a million empty bins would lead up to them."""
    margin = 1e6 + np.linspace(0, 1, 1001)
    table, few = world_charts.bins(margin, margin > 0)
    assert not few
    assert 20 <= len(table) <= 60
    assert table["low"].iloc[0] >= 1e6 - 0.1
    assert table["holds"].sum() == pytest.approx(1)


def test_rounding_makes_no_bins() -> None:
    """Margins that differ in the last digits are one value."""
    margin = 1e-9 + np.linspace(0, 1e-24, 1001)
    table, few = world_charts.bins(margin, margin > 0)
    assert few
    assert len(table) == 1
    chart = world_charts.histogram(table, few, "")
    assert "NaN" not in chart.to_json()


def test_margins_that_are_nearly_always_the_same_are_binned_over_their_range() -> None:
    margin = np.append(np.zeros(10_000), np.arange(1.0, 21.0))
    table, few = world_charts.bins(margin, margin > 0)
    assert not few
    assert table["low"].iloc[0] < 0
    assert table["high"].iloc[-1] >= 20
    assert table["holds"].sum() == pytest.approx(20 / 10_020)  # sums of shares: rounding


def _valid(chart: Any) -> dict[str, Any]:
    """The specification, held against Vega-Lite's schema."""
    return chart.to_dict(validate=True)


def _fan(times: np.ndarray) -> world_charts.Fan:
    rng = np.random.default_rng(2)
    bands = np.quantile(rng.normal(size=(99, times.size)), [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    return world_charts.Fan(times, bands, rng.normal(size=(20, times.size)) * 50, "share")


def test_days_are_days_in_every_time_zone() -> None:
    days = np.datetime64("2022-03-21", "ns") + np.arange(6) * np.timedelta64(7, "D")
    text = str(_valid(world_charts.fan(_fan(days))))
    assert "'type': 'utc'" in text
    assert "'2022-03-28'" in text
    assert "T00:00" not in text


def test_long_paths_are_thinned_and_wild_ones_cut() -> None:
    data = _fan(np.arange(1001))
    chart = _valid(world_charts.fan(data))
    assert max(len(rows) for rows in chart["datasets"].values()) <= 20 * 160
    low, high = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    width = data.bands.max() - data.bands.min()
    assert high - low <= 3.2 * width  # the band, its width on either side, and some air
    assert low <= data.bands.min()
    assert high >= data.bands.max()


def test_a_constant_series_has_a_frame() -> None:
    flat = world_charts.Fan(np.arange(3), np.full((5, 3), 7.0), np.full((2, 3), 7.0), "")
    low, high = _valid(world_charts.fan(flat))["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low < 7 < high


def test_a_series_that_failed_everywhere_is_an_empty_frame() -> None:
    lost = world_charts.Fan(np.arange(3), np.full((5, 3), np.nan), np.zeros((0, 3)), "")
    assert _valid(world_charts.fan(lost))["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 1]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_labels_beside_areas_keep_their_distance(parts: list[float]) -> None:
    whole = np.array(parts) + 1e-3
    shares = np.tile((whole / whole.sum())[:, None], (1, 2))
    chart = world_charts.shares(np.arange(2), [f"p{n}" for n in range(len(parts))], shares)
    labels = next(rows for rows in chart.to_dict()["datasets"].values() if rows and "at" in rows[0])
    at = [row["at"] for row in labels]
    assert all(b - a > 0.08 for a, b in pairwise(at))
    assert at[-1] <= 1


def _chart() -> Any:
    table = pd.DataFrame({"x": [0.0, 1.0], "y": [1.0, 2.0], "name": ["<b>&'\"", "</svg>"]})
    return world_charts.framed(
        alt.Chart(table).mark_line(clip=True).encode(x="x", y="y", color="name", href="name")
    )


def test_a_picture_is_one_clean_element() -> None:
    drawn = chart_svg.draw(_chart(), "mark", "<title> & 'more'", 'a "description"')
    root = ElementTree.fromstring(drawn.svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "rect", "path", "line", "text", "defs", "clipPath"}
    assert root[0].text == "<title> & 'more'"
    assert root.attrib["aria-labelledby"] == "mark-title mark-desc"
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if "href" in name or name.startswith("on")}
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("mark-") for name in ids)
    used = re.findall(r"url\(#([^)]*)\)", drawn.svg)
    assert used
    assert set(used) <= set(ids)
    assert "http" not in drawn.svg.replace('xmlns="http://www.w3.org/2000/svg"', "", 1)
    assert str(drawn) == drawn._repr_svg_() == drawn._repr_html_()


def test_the_same_chart_gives_the_same_picture() -> None:
    assert chart_svg.draw(_chart(), "m", "t", "d") == chart_svg.draw(_chart(), "m", "t", "d")


def test_small_drawings_are_well_formed(run: Run) -> None:
    bars = (0.05, 0.05)
    share = Share(0.4, 0.02, 0.05, 0.3, 0.6, *bars, worlds=100, failed=30, replicates=8)
    unknown = Share(np.nan, np.nan, np.nan, 0.0, 1.0, *bars, worlds=100, failed=100, replicates=8)
    drawings = [
        cell_charts.share_bar(share),
        cell_charts.share_bar(unknown),
        cell_charts.correlation_bar(-0.4),
        *(cell_charts.density(density(a.prior), "<&>") for a in run.case.assumptions),
    ]
    for drawing in drawings:
        ElementTree.fromstring(drawing)
    assert "stroke-dasharray" in drawings[0]
    assert "30 to 60\u00a0% of worlds, whatever" in drawings[0]
    assert "0 to 100\u00a0% of worlds, whatever" in drawings[1]
    assert "density of &lt;&amp;&gt;" in drawings[3]


def test_runs_plot_their_verdicts(run: Run, bare: Callable[[str], Run]) -> None:
    chart = _valid(run.plot_verdicts())
    rows = next(rows for rows in chart["datasets"].values() if "claim" in rows[0])
    assert [row["claim"] for row in rows] == list(run.manifest.claims)
    assert rows[1]["verdict"] == "100.0\u00a0% follows"
    with pytest.raises(RunError, match="no claim was asked"):
        plots.verdicts(bare("assumptions: {pull: {prior: uniform(0, 1), why: it varies}}\n"))


def test_runs_plot_their_series(run: Run) -> None:
    assert _valid(run.plot_series("support"))["title"]["text"] == "support"
    assert _valid(run.plot_series("phase"))["title"]["text"] == "Phases of the conflict"
    with pytest.raises(RunError, match="no series 'suport'; did you mean 'support'"):
        run.plot_series("suport")


def test_runs_plot_their_games(run: Run) -> None:
    drawn = run.plot_game("duel")
    ElementTree.fromstring(drawn.svg)
    assert "push" in drawn.svg
    with pytest.raises(RunError, match="no game 'dual'; did you mean 'duel'"):
        run.plot_game("dual")
