"""Verdicts under each option of a lever: planted shares, and what is said where nothing turns."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.verdicts import option_lines
from schelling.study.exploring import option_shares
from schelling.study.runs.results import Run

CASE = """\
schelling: 1
title: A path to choose
actors: {chief: {}}
assumptions:
  path: {prior: "choice(0, 1, 2)", lever: chief, why: x}
  p: {prior: "uniform(0, 1)", why: x}
variables:
  worth: {value: "p if path == 0 else (0.5 if path == 1 else 1 - p)"}
claims:
  good: {holds: worth > 0.25, why: x}
  sure: {holds: worth > -9, why: x}
  apart: {holds: p > 0.5, why: x}
  broken: {holds: sqrt(p - 0.5 - path) > 0, why: x}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("options") / "case.yaml"
    path.write_text(CASE, "utf-8")
    return schelling.run(schelling.load(path), worlds=6_000)


def test_each_option_is_judged_by_its_own_worlds(run: Run) -> None:
    good, *_ = option_shares.of_run(run)
    assert good.levers == ("path",)
    shares = [share for _, share in good.options]
    assert [option.words for option, _ in good.options] == ["path = 0", "path = 1", "path = 2"]
    assert sum(share.worlds for share in shares) == 6_000
    for share, planted in zip(shares, (0.75, 1.0, 0.75), strict=True):
        # twice the printed 95 % interval: 1 in 10,000 by chance
        assert share.share == pytest.approx(planted, abs=2 * share.half_width)


def test_only_what_turns_is_told_option_by_option(run: Run) -> None:
    said = list(option_lines.sentences(run))
    assert said[0] == "The shares are over all options of path, each as often as its prior has it."
    assert said[1].startswith("good under each option: path = 0: 7")
    assert said[1].count("mostly follows") == 2
    assert "sure has the same verdict under each option." in said
    assert any(one.startswith("broken under each option:") for one in said)
    assert not any("apart" in one for one in said)


def test_failed_worlds_bound_the_share_of_an_option(run: Run) -> None:
    options = option_lines.to_json(run)["broken"]
    assert options[0]["verdict"] == "undecided"
    assert options[0]["high"] == pytest.approx(1.0)
    assert [one["verdict"] for one in options[1:]] == ["undecided", "undecided"]


def test_a_case_without_levers_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    text = CASE.replace("lever: chief, ", "")
    path.write_text(text, "utf-8")
    run = schelling.run(schelling.load(path), worlds=1_024)
    assert list(option_lines.sentences(run)) == []
    assert option_lines.to_json(run) == {}


def test_many_combinations_are_left_to_explore(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("choice(0, 1, 2)", "choice(0,1,2,3,4,5,6,7,8)"), "utf-8")
    run = schelling.run(schelling.load(path), worlds=1_024)
    assert any("More than 8 combinations" in one for one in option_lines.sentences(run))
