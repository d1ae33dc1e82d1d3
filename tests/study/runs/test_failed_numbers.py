"""Worlds without a number: found where they fail first, and never taken for a no."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.report import html
from schelling.report.comparison import comparison_json, comparison_sheets
from schelling.report.exploration import exploration_json, exploration_terminal
from schelling.report.verdicts import verdict_json, verdict_terminal
from schelling.report.verdicts.claim_verdicts import all_verdicts
from schelling.study.rivals.compare import compare
from schelling.study.runs.results import Run

Make = Callable[..., Run]

HEAD = "schelling: 1\ntitle: t\n"
CLOCK = "time: {start: 2022-03-21, until: 2022-05-16}\n"  # eight weeks


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(text: str, worlds: int = 256) -> Run:
        path = tmp_path / "case.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        return schelling.run(schelling.load(path), worlds=worlds, seed=2)

    return make


def printed(thing: object) -> str:
    out = io.StringIO()
    Console(file=out, width=400).print(thing)
    return out.getvalue()


def test_an_infinite_rate_fails_whatever_the_bounds(made: Make) -> None:
    """0.4 of the worlds have x = 0; with bounds they were once held at 1 and counted."""
    text = CLOCK + 'assumptions: {x: {prior: "choice([0, 1], [2, 3])", why: w}}\n'
    for within in ("", ", within: [0, 1]"):
        run = made(
            text + f"stocks: {{a: {{start: 0, change: 1 / x / 100 weeks{within}}}}}\n"
            "claims: {full: {holds: final(a) > 0.5, why: w}}",
            worlds=1000,
        )
        row = run.verdicts.loc["full"]
        assert row["failed"] == (run.column("x") == 0).sum()
        assert (row["low"], row["high"]) == (0, row["failed"] / 1000)
        assert row["verdict"] == "undecided"
        if within:
            assert not run.column("bounded.a").any()


HALF = """
assumptions:
  u0: {prior: "uniform(0, 1)", why: x}
  u1: {prior: "uniform(0, 1)", why: x}
variables:
  v: {value: "sqrt(u0 - 0.5)"}
claims:
  c: {holds: v > 0.3, why: x}
  d: {holds: u1 > 0.5, why: x}
"""


def test_everything_says_the_same_of_half_the_worlds(made: Make) -> None:
    """c holds where u0 > 0.59 and has no number below 0.5: between 41 and 91 % of worlds."""
    run = made(HALF, worlds=4096)
    words = "half of the worlds have no number, first when computing `v`: sqrt(u0 - 0.5) with u0 ="
    terminal = printed(verdict_terminal.summary(run))
    assert "1 is contested and 1 is undecided" in terminal
    assert f"c: 41 to 91 % of worlds: {words}" in terminal.replace("\N{NO-BREAK SPACE}", " ")
    assert "~" not in terminal
    data = json.loads(json.dumps(verdict_json.to_json(run), allow_nan=False))
    claim, sound = data["claims"]
    assert claim["verdict"] == "undecided"
    assert (claim["low"], claim["high"]) == (
        pytest.approx(0.41, abs=0.005),
        pytest.approx(0.91, abs=0.005),
    )
    assert claim["first_failure"]["name"] == "v"
    assert claim["first_failure"]["fed"][0]["value"] < 0.5
    assert sound["first_failure"] is None
    assert sound["verdict"] == "contested"
    page = html.render(run).replace("\N{NO-BREAK SPACE}", " ")
    assert "41 to 91 %" in page
    assert "Worlds whose numbers failed</dt><dd>2,048 of 4,096" in page
    assert "half of the worlds have no number, first when computing" in page
    found = schelling.explore(run.case, run, what=["flips", "coherence"])
    shown = printed(exploration_terminal.summary(found)).replace("\N{NO-BREAK SPACE}", " ")
    assert f"c: undecided, 41 to 91 % of worlds: {words}" in shown
    # both hold where u0 > 0.59 and u1 > 0.5, 0.205; unknown where u0 < 0.5 and u1 > 0.5, 0.25
    assert "Both claims hold together in 20" in shown
    assert " % of worlds it is not known whether they do, since a number of a claim failed" in shown
    assert json.dumps(exploration_json.to_json(found), allow_nan=False)


def test_bounds_hold_whatever_the_failed_worlds_would_say(made: Make) -> None:
    """Of 1,000 worlds three fail: the bounds are a tenth of a point apart and still said."""
    run = made(
        'assumptions: {u: {prior: "uniform(0, 1)", why: x}}\n'
        "claims: {c: {holds: log(u - 0.003) < 9, why: x}}",
        worlds=1000,
    )
    (verdict,) = all_verdicts(run)
    assert verdict.word == "follows"
    assert "3 of 1,000 worlds have no number" in verdict.says_how_many
    assert verdict.number.replace("\N{NO-BREAK SPACE}", " ") == "99.7 to 100.0 %"


def test_swapped_priors_count_worlds_without_a_number(tmp_path: Path) -> None:
    """Where x = 0 there is no number; over the worlds sound both ways nothing changes."""
    path = tmp_path / "case.yaml"
    path.write_text(
        HEAD + 'assumptions:\n  x: {prior: "choice(1, 2)", why: t}\n  y: {prior: 0 to 1, why: t}\n'
        "claims: {big: {holds: 1 / x > 0.1, why: t}}\n"
        'rivals: {zero: {why: t, assumptions: {x: {prior: "choice(0, 1)", why: t}}}}\n',
        encoding="utf-8",
    )
    case = schelling.load(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = compare(case, [schelling.load(path, rival="zero")], worlds=1024)
        text = comparison_sheets.text(seen)
        data = comparison_json.to_json(seen)
    (swap,) = data["swaps"]
    assert (swap["change"], swap["standard_error"], swap["failed"]) == (0, 0, 512)
    assert (swap["low"], swap["high"]) == (-0.5, 0)
    assert "50 to 100" in text
    assert "512: -50 to 0" in text
    assert "half of the worlds have no number" in " ".join(text.split())


EXTREME = """
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  a: {prior: "loguniform(1e-300, 1e300)", why: x}
  b: {prior: "normal(0, 1e308)", why: x}
  k: {prior: "uniform(-1e308, 1e308)", why: x}
stocks: {s: {start: a, change: b * a / week}}
variables: {v: {value: a * b}, w: {value: s * s}}
claims:
  p: {holds: v > 0, why: x}
  q: {holds: final(s) > 0, why: x}
  r: {holds: k * 10 < 5, why: x}
  t: {holds: b + k > 0, why: x}
"""


@pytest.mark.filterwarnings("error")
def test_extreme_priors_raise_no_warnings(made: Make) -> None:
    run = made(EXTREME, worlds=512)
    assert run.verdicts["failed"].gt(0).any()
    assert printed(verdict_terminal.summary(run))
    assert json.dumps(verdict_json.to_json(run), allow_nan=False)
    found = schelling.explore(run.case, run, base=64)
    assert printed(exploration_terminal.summary(found))
    assert json.dumps(exploration_json.to_json(found), allow_nan=False)
    assert html.render(run, found)
    run.plot_verdicts()
    assert np.isfinite(run.verdicts[["low", "high"]].to_numpy()).all()
