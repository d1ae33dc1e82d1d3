"""Nothing that is printed is averaged over what an actor chooses, whatever command prints it.

`u < lev` for uniform u holds in the share `lev` of the worlds under each option; pooled over the
options of the case it would be 0.5, which is true under neither.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.report.comparison import comparison_json, comparison_sheets
from schelling.report.verdicts import changed_words, sweep_text
from schelling.study.rivals.compare import CHOSEN, Comparison, compare
from schelling.study.runs.results import Run
from schelling.study.runs.sweep import Axis, sweep
from schelling.study.scoring.forecasters import Weighting

CASE = """
schelling: 1
title: What an actor chooses
time: {start: 2030-01-07, step: 1 week, until: 2030-01-21}
actors: {north: {}}
assumptions:
  u: {prior: "uniform(0, 1)", why: planted}
  lev: {prior: "choice(0.2, 0.8)", lever: north, why: planted}
claims:
  chosen: {holds: u < lev, why: planted}
  plain: {holds: u > 0.3, why: planted}
forecasts: {table: questions.csv, outcomes: outcomes.csv, data_until: 2030-01-01}
rivals:
  closer:
    why: other options
    assumptions: {lev: {prior: "choice(0.4, 0.6)", lever: north, why: planted}}
"""
QUESTIONS = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,\
author_low,author_high,direction,cluster,reference_class,persistence,registered_at,resolves
Q,binary,Is it so?,,2030-01-07,2030-01-21,x,log,never,,,,yes,a,,0.5,2029-12-30,u < lev
"""
OUTCOMES = """forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark
Q,yes,,2030-01-10,2030-02-01,first,log,sourced
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("levers")
    for name, text in (
        ("case.yaml", CASE),
        ("questions.csv", QUESTIONS),
        ("outcomes.csv", OUTCOMES),
    ):
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def compared(folder: Path) -> Comparison:
    case = schelling.load(folder)
    return compare(case, [schelling.load(folder, rival="closer")], worlds=1024)


@pytest.fixture(scope="module")
def run(compared: Comparison) -> Run:
    return compared.runs[0]


def test_python_has_a_row_for_each_option_and_no_share_over_them(run: Run) -> None:
    """Twice the printed error bar: missed by chance in 1 of 10,000 tries."""
    chosen = run.verdicts.loc["chosen"]
    assert np.isnan(chosen["share"])
    assert chosen["by_option"]
    assert (chosen["verdict"], run.verdicts.loc["plain", "by_option"]) == ("by option", False)
    each = run.option_verdicts
    assert list(each["claim"]) == ["chosen", "chosen"]
    assert list(each["option"]) == ["lev = 0.2", "lev = 0.8"]
    for share, half, planted in zip(each["share"], each["half_width"], (0.2, 0.8), strict=True):
        assert share == pytest.approx(planted, abs=2 * half)
    assert (chosen["low"], chosen["high"]) == tuple(each["share"])


def test_a_comparison_tells_options_apart(compared: Comparison) -> None:
    assert np.isnan(compared.verdicts.loc["chosen"]).all()
    text = comparison_sheets.text(compared)
    for option in ("lev = 0.2", "lev = 0.8", "lev = 0.4", "lev = 0.6"):
        assert f"    {option} " in text
    plain = " ".join(text.replace("\u00a0", " ").split())
    assert re.search(r"chosen: \d+ to \d+ % of worlds in the case \(by option\), \d+ to", plain)
    told = comparison_json.to_json(compared)
    assert told["claims"]["chosen"] == {"case": None, "closer": None}
    assert [one["hypothesis"] for one in told["by_option"]] == ["case", "closer"]


def test_a_question_that_options_decide_is_forecast_by_its_span(compared: Comparison) -> None:
    """Its loss stands at both ends; among rivals, who need one number, it is not scored."""
    assert compared.unscored == (("Q", CHOSEN),)
    score = schelling.score(compared.case, run=compared.runs[0])
    model = next(row for row in score.rows if row.question.name == "Q").by("model")
    assert model is not None
    assert np.isnan(model.point)
    assert (model.low, model.high) == pytest.approx((0.2, 0.8), abs=0.06)  # 512 worlds each
    ends = [(1 - model.high) ** 2, (1 - model.low) ** 2]
    assert [model.best, model.worst] == pytest.approx(ends)


def test_the_ends_of_a_span_have_the_weights_of_worlds(compared: Comparison) -> None:
    """Of worlds weighed by u, `u < lev` holds in the share lev² of those under an option."""
    run = compared.runs[0]
    tilted = Weighting("more of u", run.column("u"))
    score = schelling.score(compared.case, run=run, weighting=tilted)
    model = next(row for row in score.rows if row.question.name == "Q").by("model")
    assert model is not None
    assert (model.low, model.high) == pytest.approx((0.04, 0.64), abs=0.06)  # 512 worlds each


def test_a_sweep_and_a_change_keep_the_span(run: Run) -> None:
    seen = sweep(run.case, [Axis("u", (0.1, 0.5))], worlds=256)
    low, high = (point["chosen"] for point in seen.shares)
    assert (low.word, high.word) == ("follows", "by option")
    assert (high.low, high.high) == (0.0, 1.0)
    assert "0.0-100.0" in sweep_text.text(seen, width=80)
    on_the_lever = sweep(run.case, [Axis("lev", (0.2, 0.8))], worlds=256)
    assert not any(point["chosen"].spans for point in on_the_lever.shares)
    changed = schelling.run(run.case.replace(u=0.5), worlds=1024)
    (line,) = (line for line in changed_words.lines(changed) if line.startswith("  chosen"))
    assert "0 to 100" in line.split("then")[1]
