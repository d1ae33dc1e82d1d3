"""One fit in a terminal, on its page and as JSON: numbers, roundings, words and counts agree.

Two records, an option of an actor, a claim without a number in half of the worlds, a tie, a value
that is one of few, and a fit that is refused. Cells are made again here, from the JSON alone.
"""

from __future__ import annotations

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import schelling
from schelling.evidence.posterior import FitReading
from schelling.report.fitting import fit_json, fit_page, fit_text
from schelling.report.words import readings
from schelling.report.words.numerals import NO_BREAK
from schelling.study.fitting.fit import CaseFit, fit

CASE = """schelling: 1
title: Two records
time: {start: 2030-01-07, step: 1 week, until: 2030-02-18}
actors: {a: {}}
assumptions:
  u: {prior: "normal(0, 1)", why: t}
  coin: {prior: "choice([0, 1])", why: t}
  way: {prior: "choice([0, 1])", why: t, lever: a}
  idle: {prior: "uniform(0, 1)", why: t}
stocks: {s: {start: u + coin, change: 0 / week}}
claims:
  high: {holds: u > 0, why: t}
  tie: {holds: coin > 0.5, why: t}
  half: {holds: sqrt(idle - 0.5) >= 0, why: t}
  sure: {holds: idle < 2, why: t}
  never: {holds: idle > 2, why: t}
  chosen: {holds: way + idle > 0.75, why: t}
observations:
  seen: {table: seen.csv, model: "normal(s, ERROR)"}
"""
ROWS = "date,value,source,vintage\n2030-01-14,1.4,lab,2030-01-15\n2030-02-11,1.9,lab,2030-02-12\n"


def fitted(folder: Path, error: float, engine: str) -> CaseFit:
    (folder / "case.yaml").write_text(CASE.replace("ERROR", str(error)), "utf-8")
    (folder / "seen.csv").write_text(ROWS, "utf-8")
    return fit(schelling.load(folder), engine=engine, worlds=2_048)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CaseFit:
    return fitted(tmp_path_factory.mktemp("two"), 0.7, "reweight")


def data(found: CaseFit) -> dict[str, Any]:
    return json.loads(json.dumps(fit_json.to_json(found), allow_nan=False))


class _Page(HTMLParser):
    """Tables of a page, by their caption, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.text, self._caption, self._inside = "", "", ""
        self._rows: list[list[str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "caption":
            self._caption, self._rows = "", []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
        self._inside = tag if tag in ("caption", "td", "th", "wbr") else self._inside

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.tables[self._caption] = self._rows
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside == "caption":
            self._caption += data
        elif self._inside and self._rows:
            self._rows[-1][-1] += data


def bare(text: str) -> str:
    return " ".join(text.replace(NO_BREAK, " ").replace("\u200b", "").split())


@pytest.fixture(scope="module")
def page(found: CaseFit) -> _Page:
    return _Page(fit_page.render(found))


def share(told: dict[str, Any]) -> str:
    """The share and its error in points, or what worlds without a number leave of it."""
    if told["failed"]:
        return f"{100 * told['low']:.0f} to {100 * told['high']:.0f} %"
    value, error = 100 * told["share"], 100 * told["half_width"]
    places = 0 if error >= 1 else 1
    half = math.ceil(error * 10**places - 1e-9) / 10**places
    shown = round(value, places)
    down, up = min(half, shown), min(half, 100 - shown)
    bar = f"± {up:.{places}f}"
    if down != up:
        sides = (("+", up), ("−", down))
        bar = "".join(f"{sign}{side:.{places}f}" for sign, side in sides if side > 0)
    return f"{shown:.{places}f} % {bar}"


def word(told: dict[str, Any]) -> str:
    before, after = (told[side]["verdict"] for side in ("before", "after"))
    if not told["flips"]:
        return f"still {after}"
    sure = told["beyond_chance"]
    return f"{before}, then {after}" if sure else f"{before} or {after}: no change"


def test_every_verdict_is_told_alike(found: CaseFit, page: _Page) -> None:
    caption = "Share of worlds in which each claim holds, without and with the evidence"
    lines = [re.split(r" {2,}", one.strip()) for one in fit_text.text(found, width=200).split("\n")]
    rows = page.tables[caption][1:]
    claims = data(found)["claims"]
    assert [row[0] for row in rows] == [one["name"] for one in claims]
    for one, row in zip(claims, rows, strict=True):
        expected = [one["name"], share(one["before"]), share(one["after"]), word(one)]
        assert [bare(cell) for cell in row] == expected
        assert [bare(cell) for cell in next(x for x in lines if x[0] == one["name"])] == expected
    words = {one["name"]: word(one) for one in claims}
    assert words["sure"] == "still follows"
    assert words["never"] == "still fails"
    assert {one["name"] for one in claims if one["after"]["failed"]} == {"half"}


def numbers(cell: str) -> list[float]:
    return [float(one.replace("−", "-")) for one in re.findall(r"[−\d.]+", cell)]


def test_every_lesson_is_told_alike(found: CaseFit, page: _Page) -> None:
    """Median and ends to a twentieth of the interval, which is their last digit."""
    told = {one["name"]: one for one in data(found)["assumptions"]}
    taught = {name for name, one in told.items() if one["taught"]}
    assert taught == {"u", "coin"}
    rows = page.tables["What the evidence taught about assumptions"][1:]
    assert {row[0] for row in rows} == taught
    text = fit_text.text(found, width=200)
    for name, *cells, less in rows:
        for cell, key in zip(cells, ("prior", "posterior"), strict=True):
            low, middle, high = told[name][key]
            last = max((high - low) / 20, 1e-3)
            assert numbers(cell) == pytest.approx([middle, low, high], abs=last)
            assert bare(cell) in bare(text)
        if less != "the same":
            assert numbers(less)[0] == round(abs(100 * told[name]["narrower"]))
            assert ("narrower" in less) is (told[name]["narrower"] >= 0)
    said = " ".join(fit_text.untouched(found.summary))
    assert {one for one in told if not told[one]["reached"]} == {"way", "idle"}
    assert "Out of reach of the records: way, idle." in said
    assert said in bare(page.text)


def test_every_sentence_is_told_alike(found: CaseFit, page: _Page) -> None:
    """Records, method, diagnostics, evidence, options and checks, with the numbers of the JSON."""
    told, text = data(found), bare(fit_text.text(found, width=80))
    whole = bare(page.text)
    (series,), (check,) = told["observations"], told["checks"]
    sentences = [
        f"{series['rows']} records of seen enter",
        f"{told['worlds']:,} worlds, {told['simulated']:,} simulated",
        f"{check['inside_50']:,} of {check['rows']} records inside the 50 % band",
        f"{check['inside_90']:,} inside the 90 % band",
        "way is an option of an actor.",
        *(one["says"] for one in told["diagnostics"] if one["name"] in ("pareto_k", "effective")),
    ]
    for sentence in sentences:
        assert bare(sentence) in text
        assert bare(sentence) in whole
    assert bare(check["says"]) in whole
    at = re.search(r"Log evidence: (\S+) ± (\S+)", text)
    assert at is not None
    value, half = (float(one.replace("−", "-")) for one in at.groups())
    assert at[0] in whole
    places = len(at[1].partition(".")[2])
    assert places == len(at[2].partition(".")[2])  # one last digit for both
    assert value == pytest.approx(told["log_evidence"], abs=0.51 * 10.0**-places)
    assert half == pytest.approx(max(1.96 * told["log_evidence_error"], 0.01), rel=0.5)


def test_a_refused_fit_tells_no_verdict(tmp_path: Path) -> None:
    refused = fitted(tmp_path, 0.001, "reweight")
    told, text = data(refused), bare(fit_text.text(refused))
    assert told["sound"] is False
    assert not {"claims", "assumptions", "checks"} & told.keys()
    failed = [one["says"] for one in told["diagnostics"] if not one["sound"]]
    assert failed
    assert all(bare(one) in text for one in failed)
    assert "holds" not in text


@pytest.mark.parametrize(
    ("name", "value", "limit", "said"),
    [
        ("r_hat", 1.010_04, 1.01, "R-hat is 1.01004, above 1.01: parts that"),
        ("pareto_k", 0.7004, 0.7, "Pareto k is 0.7004, above 0.7: a few"),
        ("effective", 399.8, 400.0, "the effective sample size is 399.8, below 400"),
        ("ancestors", 12.0, 50.0, "come from 12 worlds of the prior, fewer than 50"),
    ],
)
def test_a_number_beyond_its_limit_is_not_told_as_the_limit(
    name: str, value: float, limit: float, said: str
) -> None:
    assert said in readings.said(FitReading(name, value, limit, above=value > limit))
