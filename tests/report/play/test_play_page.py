"""The page of `report --play` as text: one script, a policy that names it, data that stay data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

import schelling
from schelling.cli.app import app
from schelling.compile.drawing import draws
from schelling.report import html
from schelling.report.play import brushes, packing, play_page, stored_worlds
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.results import Run


class Scripts(HTMLParser):
    """The elements of a page that hold raw text, its policy, its tags and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.raw: list[tuple[dict[str, str | None], str]] = []
        self.policy = ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"] or ""
        self._inside = tag in ("script", "style")
        if self._inside:
            self.raw.append(({"tag": tag, **dict(attrs)}, ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            what, text = self.raw[-1]
            self.raw[-1] = what, text + data


def read(page: str) -> Scripts:
    found = Scripts()
    found.feed(page)
    found.close()
    return found


@pytest.fixture(scope="module")
def hostile(run: Run) -> Run:
    """The run with hostile labels, made by hand, with paths of its phases."""
    phase = np.arange(run.series.sizes["time"]) // 2 * np.ones((run.series.sizes["world"], 1))
    series = run.series.assign(phase=(("world", "time"), phase.astype(np.int8)))
    return with_series(run, series)


def with_series(run: Run, series: xr.Dataset) -> Run:
    """The same run with other paths."""
    course = Course(series, run.bands, run.games)
    contents = replace(run._contents, course=course)  # pyright: ignore[reportPrivateUsage]
    return Run(contents, run.table())


def render(run: Run) -> str:
    """The page with no more paths than the run keeps: nothing is simulated again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_worlds, "PATH_WORLDS", run.series.sizes["world"])
        return play_page.render(run)


@pytest.fixture(scope="module")
def page(hostile: Run) -> str:
    return render(hostile)


def told(page: str) -> dict[str, Any]:
    (data,) = (text for what, text in read(page).raw if what.get("id") == "told")
    return json.loads(data)


def test_its_policy_lets_in_its_script_and_nothing_else(page: str) -> None:
    found = read(page)
    (script,) = (text for what, text in found.raw if what == {"tag": "script"})
    (style,) = (text for what, text in found.raw if what["tag"] == "style")

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert found.policy == (
        f"default-src 'none'; script-src 'sha256-{digest(script)}'; "
        f"style-src 'sha256-{digest(style)}'; base-uri 'none'; form-action 'none'"
    )
    assert "unsafe" not in found.policy
    kinds = [what.get("type") for what, _ in found.raw if what["tag"] == "script"]
    assert kinds == ["application/json", "text/plain", None]
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacent|document\.write", script)


def test_labels_stay_labels(page: str, run: Run) -> None:
    found = read(page)
    assert not {"img", "iframe", "object", "link", "form"} & found.tags
    assert not {name for name in found.attributes if name.startswith("on")}
    assert not {"src", "style"} & found.attributes
    (data,) = (text for what, text in found.raw if what.get("id") == "told")
    assert "<" not in data
    assert page.count("</script>") == 3
    assert run.case.title.startswith("<script>")
    (worlds,) = (text for what, text in found.raw if what.get("id") == "worlds")
    written = page.replace(worlds, "").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", written)


def test_it_is_the_same_for_the_same_run(page: str, hostile: Run) -> None:
    assert render(hostile) == page


def test_draws_and_truths_are_those_of_the_table(page: str, run: Run) -> None:
    facts = told(page)
    parts = facts["parts"]
    (text,) = (text for what, text in read(page).raw if what.get("id") == "worlds")
    whole = np.frombuffer(zlib.decompress(packing.read(text)), np.uint8)

    def part(name: str) -> np.ndarray:
        start, length = parts[name]
        return whole[start : start + length]

    pull = run.column("pull")
    np.testing.assert_array_equal(part("draws.0"), np.floor(256 * pull))
    assert "draws.3" not in parts  # a fixed number
    cuts = part("cuts.0").view("<f4")
    assumption = facts["assumptions"][0]
    np.testing.assert_allclose(
        assumption["middle"] + assumption["scale"] * cuts, np.arange(257) / 256, atol=1e-7
    )
    codes = np.unpackbits(part("truths.2")).reshape(-1, 2) @ [2, 1]
    failed = np.isnan(run.column("margin.broken"))
    holds = run.column("holds.broken").astype(bool)
    expected = np.where(failed, 2, holds.astype(int))
    np.testing.assert_array_equal(codes[: expected.size], expected)


def brush(folder: Path, written: str, more: str = "") -> brushes.Brush:
    """The brush of an assumption with this prior."""
    text = f"schelling: 1\ntitle: t\nassumptions: {{x: {{prior: '{written}', why: w{more}}}}}\n"
    (folder / "case.yaml").write_text(text + "claims: {c: {holds: x > 0, why: w}}\n", "utf-8")
    return brushes.of_case(schelling.load(folder))[0]


@pytest.mark.parametrize(
    ("written", "more", "ends"),
    [
        ("uniform(2, 6)", "", (2, 6)),
        ("normal(5, 1)", "", (-np.inf, np.inf)),
        ("0.1 to 0.6", ", within: [0.05, 0.5]", (0.05, 0.5)),
        ("exponential(3)", "", (0, np.inf)),
        ("beta(2, 5)", "", (0, 1)),
        ("triangular(0, 1, 4)", "", (0, 4)),
        ("normal(100000000, 0.001)", "", (-np.inf, np.inf)),
    ],
)
def test_slices_are_of_equal_probability(
    tmp_path: Path, written: str, more: str, ends: tuple[float, float]
) -> None:
    """16 of 4,096 evenly spaced quantiles lie in each, and cuts survive as 32 bits."""
    found = brush(tmp_path, written, more)
    assert (found.cuts[0], found.cuts[-1]) == ends
    even = draws.quantile(found.assumption.prior, (np.arange(4096) + 0.5) / 4096)
    np.testing.assert_array_equal(np.bincount(found.codes(even)), np.full(256, 16))
    offsets, middle, scale = found.offsets()
    again = middle + scale * offsets.astype(np.float32).astype(np.float64)
    spread = found.cuts[-2] - found.cuts[1]
    np.testing.assert_allclose(again[1:-1], found.cuts[1:-1], atol=1e-7 * spread + 1e-8, rtol=0)
    assert (np.diff(again) > 0).all()


def test_a_choice_has_options(tmp_path: Path) -> None:
    found = brush(tmp_path, "choice([3, 1, 2, 3], [1, 1, 0, 2])")
    assert found.options
    assert found.cuts.tolist() == [1, 3]
    assert found.codes(np.array([3.0, 1.0])).tolist() == [1, 0]
    assert brushes.told(found, [], changed=False)["weights"] == pytest.approx([0.25, 0.75])


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("4", "a fixed number"),
        ("choice([2, 2], [1, 1])", "a fixed number"),
        (f"choice({list(range(99))}, {[1] * 99})", "more numbers than can be ticked"),
        ("lognormal(1, 400)", "beyond the largest number"),
    ],
)
def test_what_cannot_be_brushed_says_why(tmp_path: Path, written: str, why: str) -> None:
    found = brush(tmp_path, written)
    assert why in found.why_not
    assert set(brushes.told(found, [], changed=False)) == {"name", "unit"}


BARE = """\
schelling: 1
title: Bare
assumptions: {x: {prior: "uniform(0, 1)", why: w}}
claims: {c: {holds: x > 0.25, why: w}}
"""


def test_the_command_writes_it_beside_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without time and with one claim there is no figure and no pair; the report has no script."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bare.yaml").write_text(BARE, "utf-8")
    schelling.run(schelling.load("bare.yaml"), worlds=512, seed=1).save("bare.run")
    made = CliRunner().invoke(app, ["report", "bare.run", "--play"])
    assert made.exit_code == 0, made.output
    assert "page written to bare-play.html" in made.output
    page = (tmp_path / "bare-play.html").read_text("utf-8")
    facts = told(page)
    assert facts["series"] == []
    assert facts["worlds"] == 512
    assert 'id="joint"' not in page
    assert 'id="series"' not in page
    assert "75" in re.search(r'class="case right"[^>]*>([^<]*)', page)[1]  # pyright: ignore
    assert "<script" not in html.render(schelling.open_run("bare.run"))
    for other in ("--brief", "--tables"):
        refused = CliRunner().invoke(app, ["report", "bare.run", "--play", other])
        assert refused.exit_code == 2
        assert "--play writes a page of its own" in refused.output


def test_levels_far_from_zero_stay_apart(hostile: Run) -> None:
    """And a frame holds them, where the values differ by a hundred-thousandth of themselves."""
    name = "support"
    values = 1e6 + 10.0 * np.random.default_rng(0).random(hostile.series[name].shape)
    series = hostile.series.assign({name: (("world", "time"), values)})
    page = told(render(with_series(hostile, series)))
    shown = next(one for one in page["series"] if one["name"] == name)
    assert np.ptp(shown["levels"]) == pytest.approx(10.0, rel=0.01)
    off = np.abs(np.array(shown["levels"])[:, np.newaxis] - values.ravel()).min(axis=1)
    assert off.max() < 10.0 / 250 / 100
    assert len(set(shown["levels"])) == len(shown["levels"]) > 50
    low, high = shown["frame"]
    assert high - low == pytest.approx(1.06 * 9.8, rel=0.03)
