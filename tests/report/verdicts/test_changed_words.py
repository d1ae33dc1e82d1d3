"""What was changed for a run is said in the terminal, the report, the brief and the JSON."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

import schelling
from schelling.report import html
from schelling.report.brief import brief_markdown
from schelling.report.verdicts import verdict_json, verdict_terminal
from schelling.report.words.numerals import NO_BREAK

CASE = """
schelling: 1
title: A toll
assumptions:
  toll: {prior: "uniform(0, 1)", why: a question}
  rest: {prior: "uniform(0, 1)", why: a question}
variables:
  pull: toll * rest
claims:
  high: {holds: pull > 0.25, why: a question}
  all_of_it: {holds: pull <= 1, why: a question}
"""


def made(folder: Path, **changes: object) -> schelling.Run:
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    case = schelling.load(folder)
    return schelling.run(case.replace(**changes) if changes else case, worlds=1024)


def printed(run: schelling.Run) -> str:
    out = io.StringIO()
    Console(file=out, width=100).print(verdict_terminal.summary(run))
    return out.getvalue().replace(NO_BREAK, " ")


def test_the_terminal_says_what_moved(tmp_path: Path) -> None:
    """P(toll rest > 1/4) is 1/4 + ln(4)/4 below one, 0.403; with toll at 1 it is 3/4."""
    said = printed(made(tmp_path, toll=1))
    assert "Changed for this run:\n  toll: 1 (in the case: uniform(0, 1))" in said
    assert "Verdicts without and with this change, in the same 1,024 worlds:" in said
    told = " ".join(said.split())
    assert re.search(r"high: 4[01](\.\d)? % ± [\d.]+ \(contested\), then 75(\.\d)? %", told), told
    assert "(mostly follows), +3" in told
    assert "1 other verdict does not change beyond the error bar" in said


def test_nothing_is_said_where_nothing_was_changed_or_moved(tmp_path: Path) -> None:
    plain = made(tmp_path)
    assert "Changed" not in printed(plain)
    assert "changed" not in verdict_json.to_json(plain)
    assert 'id="changed"' not in html.render(plain)
    said = printed(made(tmp_path, rest="uniform(0, 1.0)"))
    assert "No verdict changes beyond its error bar in the same 1,024 worlds." in said


def test_only_so_many_worlds_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schelling.study.runs.before_after.WORLDS", 512)
    assert "in the same first 512 worlds:" in printed(made(tmp_path, toll=1))


def test_the_page_and_the_brief_show_it_as_text(tmp_path: Path) -> None:
    run = made(tmp_path, pull="1 if toll < 0.5 else rest")
    page = html.render(run)
    assert '<section id="changed"' in page
    assert "1 if toll &lt; 0.5 else rest" in page
    assert "1 if toll < 0.5" not in page
    assert "Changed for this run" in html.render_brief(run)
    text = brief_markdown.text(run, html.brief_of(run))
    assert r"Changed for this run: pull is 1 if toll \< 0.5 else rest" in text


def test_the_data_hold_every_claim(tmp_path: Path) -> None:
    found = json.loads(json.dumps(verdict_json.to_json(made(tmp_path, toll=1)), allow_nan=False))
    change = {"section": "assumptions", "name": "toll", "before": "uniform(0, 1)", "after": "1"}
    assert found["changed"] == [change]
    assert found["before_after"]["worlds"] == 1024
    assert [one["claim"] for one in found["before_after"]["claims"]] == ["high", "all_of_it"]
