"""Spans over options beside each other: which differ, what is left out, and how it is told."""

import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

import schelling
from schelling.analysis.verdicts import Share
from schelling.report.comparison import comparison_json, comparison_sheets, comparison_words
from schelling.report.verdicts import sweep_text
from schelling.study.rivals.compare import CHOSEN, NO_NUMBER, Comparison, compare
from schelling.study.runs.before_after import VerdictMove
from schelling.study.runs.sweep import Axis, sweep

CASE = """
schelling: 1
title: Options that matter, that hardly do, and that fail
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
  higher:
    why: other draws
    assumptions: {u: {prior: "uniform(0.5, 1)", why: planted}}
"""
HEAD = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,\
author_low,author_high,direction,cluster,reference_class,persistence,registered_at,resolves,given
"""
ROW = "{},{},Is {} so?,,2030-01-07,2030-01-21,x,log,never,{},,,yes,{},,0.5,2029-12-30,{},{}\n"
ASKED = {
    "much": "u < lev",
    "hardly": "u < 0.6 + 0 * lev",
    "fails": "sqrt(u - 0.1 + 0 * lev) > 0.6",
    "where": "u > 0.5",
}
DONE = "{},yes,,2030-01-10,2030-02-01,first,log,sourced\n"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder: Path = tmp_path_factory.mktemp("spans")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    kinds = {"where": ("conditional", "u > lev")}
    rows = ""
    for name, what in ASKED.items():
        kind, given = kinds.get(name, ("binary", ""))
        rows += ROW.format(name, kind, name, "far" if given else "", name, what, given)
    (folder / "questions.csv").write_text(HEAD + rows, "utf-8")
    head = "forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark\n"
    (folder / "outcomes.csv").write_text(head + "".join(map(DONE.format, ASKED)), "utf-8")
    case = schelling.load(folder)
    return compare(case, [schelling.load(folder, rival="higher")], worlds=1024)


def test_questions_are_scored_where_options_hardly_matter(compared: Comparison) -> None:
    """Where they matter, and where numbers fail under each option alike, they are left out.

    Where they do not, the worlds under each differ a little by chance.
    """
    assert dict(compared.unscored) == {"much": CHOSEN, "fails": NO_NUMBER, "where": CHOSEN}
    (item,) = compared.items
    worlds = compared.runs[0].draws
    truth = worlds["u"] < 0.6
    ends = [truth[worlds["lev"] == lev].mean() for lev in (0.2, 0.8)]
    assert ends[0] != ends[1]
    assert item.p[0] == pytest.approx(sum(ends) / 2, abs=1e-12)  # rounding


def test_single_definitions_are_not_said_to_move_a_span(compared: Comparison) -> None:
    """`u` moves both claims, and of `chosen` there is no one number to move."""
    text = " ".join(comparison_sheets.text(compared).replace("\u00a0", " ").split())
    assert "Left out, as options of an actor differ: chosen." in text
    table = text.partition("Which definitions make the difference")[2].partition("Left out")[0]
    assert "plain" in table
    assert "chosen" not in table
    (told,) = (one for one in comparison_words.findings(compared) if one.startswith("chosen"))
    assert "Put into the case alone" not in told
    assert comparison_words.cell(compared, "chosen", "case").count("lev = ") == 2
    notes = comparison_words.notes(compared)
    assert any(note.startswith("By option: the least and the greatest") for note in notes)
    assert [one["claim"] for one in comparison_json.to_json(compared)["by_option"]] == [
        "chosen"
    ] * 2


def share(low: float, high: float, failed: int = 0, *, spans: bool = True) -> Share:
    """A span, or a share over all; error bars of one point."""
    each = math.nan if spans else (low + high) / 2
    return Share(each, each, each, low, high, 0.01, 0.01, 100, failed, 16, spans, spans)


@pytest.mark.parametrize(
    ("ours", "theirs", "gap"),
    [
        (share(0.2, 0.8), share(0.2, 0.9), 0.05),  # one end differs
        (share(0.2, 0.8), share(0.1, 0.8), -0.05),
        (share(0.2, 0.8), share(0.21, 0.81), None),  # within both error bars
        (share(0.5, 0.5, spans=False), share(0.4, 0.9, 40, spans=False), None),
        (share(0.2, 0.5), share(0.4, 0.9, 40), None),  # what failed may make them alike
        (share(0.1, 0.3), share(0.6, 0.9, 40), 0.55),
    ],
)
def test_spans_differ_at_an_end_whatever_failed_worlds_hold(
    ours: Share, theirs: Share, gap: float | None
) -> None:
    shares = {("c", "case"): ours, ("c", "rival"): theirs}
    seen: Any = SimpleNamespace(verdicts=pd.DataFrame(index=["c"]), shares=shares)
    found = list(comparison_words._gaps(cast("Comparison", seen), "rival"))
    assert [name for name, _ in found] == ([] if gap is None else ["c"])
    if gap is not None:
        assert found[0][1] == pytest.approx(gap)


@pytest.mark.parametrize(
    ("after", "clear"),
    [
        (share(0.35, 0.6), False),
        (share(0.37, 0.6), True),
        (share(0.35, 0.63), True),
        (share(0.35, 0.63, 10), False),  # not known, with worlds that have no number
    ],
)
def test_a_change_is_clear_at_either_end_of_a_span(after: Share, clear: bool) -> None:
    """All are contested; error bars of a difference are 1.4 points."""
    before, none = share(0.35, 0.6), math.nan
    move = VerdictMove("c", before, after, none, none, -0.25, 0.25, after.failed)
    assert move.clear is clear


def test_a_sweep_says_why_it_prints_a_range(compared: Comparison) -> None:
    why = "A range where options of an actor differ"
    for axis, spans in (
        (Axis("u", (0.1, 0.5)), [False, True]),
        (Axis("lev", (0.2, 0.8)), [False] * 2),
    ):
        seen = sweep(compared.case, [axis], worlds=256)
        told = [point["claims"][0]["by_option"] for point in sweep_text.to_json(seen)["points"]]
        assert told == spans
        text = sweep_text.text(seen, width=80)
        assert (why in text) is any(spans)
        assert bool(re.search(r"0\.0-100\.0", text)) is any(spans)
