"""Verdicts under each option of a lever: planted shares, and what is said where nothing turns."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.analysis.verdicts import share_of_worlds
from schelling.report import html
from schelling.report.live import claim_rows
from schelling.report.verdicts import option_lines, verdict_json, verdict_terminal
from schelling.report.verdicts.claim_verdicts import all_verdicts, tally
from schelling.report.words.numerals import NO_BREAK
from schelling.study.runs.lever_options import Option
from schelling.study.runs.option_shares import OptionShares
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
    good, *_ = run.by_option.values()
    assert good.levers == ("path",)
    shares = [share for _, share in good.options]
    assert [option.words for option, _ in good.options] == ["path = 0", "path = 1", "path = 2"]
    assert sum(share.worlds for share in shares) == 6_000
    for share, planted in zip(shares, (0.75, 1.0, 0.75), strict=True):
        # twice the printed 95 % interval: 1 in 10,000 by chance
        assert share.share == pytest.approx(planted, abs=2 * share.half_width)


def test_the_table_has_the_span_and_then_each_option(run: Run) -> None:
    found = {one.claim.name: one for one in all_verdicts(run)}
    good = found["good"]
    assert good.word == "by option"
    assert good.number.replace(NO_BREAK, " ") == "75 to 100 %"
    assert good.error == ""
    assert [words for words, _ in option_lines.rows(good)] == ["path = 0", "path = 1", "path = 2"]
    assert found["sure"].word == "follows"
    assert not option_lines.rows(found["sure"])
    assert found["apart"].options is None
    assert tally(tuple(found.values())) == (
        "Of 4 claims, 1 follows, 1 is contested, 1 is undecided and 1 depends on the option chosen."
    )


def test_numbers_that_failed_are_no_difference_of_options(run: Run) -> None:
    """Under path 0 half of the worlds have a number, under the others none: all may be alike."""
    broken = next(one for one in all_verdicts(run) if one.claim.name == "broken")
    assert broken.number.replace(NO_BREAK, " ") == "0 to 100 %"
    assert broken.word == "undecided"
    assert not broken.close
    assert len(option_lines.rows(broken)) == 3


def test_options_without_worlds_are_counted(run: Run) -> None:
    good = next(one for one in all_verdicts(run) if one.claim.name == "good")
    assert good.options is not None
    (option, share), *others = good.options.options
    none = replace(good.options, options=((option, replace(share, worlds=0)), *others))
    said = " ".join(option_lines.sentences([replace(good, options=none)]))
    assert "good: 1 of 3 combinations of options had no worlds" in said


def test_what_is_printed_averages_nothing_over_options(run: Run) -> None:
    page = Console(width=80, file=io.StringIO())
    page.print(verdict_terminal.summary(run))
    printed = page.file.getvalue()  # type: ignore[attr-defined]
    lines = [line.split() for line in printed.splitlines()]
    good = next(line for line in lines if line[:1] == ["good"])
    assert good[2:] == ["75", "to", "100", "by", "option"]
    assert sum(line[:3] == ["path", "=", "1"] for line in lines) == 2
    assert "no share in the table is averaged over options" in " ".join(printed.split())
    said = " ".join(printed.split())
    assert "sure has the same verdict under each option." in said
    assert "by option ~" not in said
    # the mean over the options, each a third of the worlds: 83 %
    assert "83" not in good


def test_few_worlds_have_no_star_where_they_say_nothing(tmp_path: Path) -> None:
    """Of two worlds none has the third option; differences of sixteen may be chance."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    case = schelling.load(tmp_path / "case.yaml")
    said: dict[int, str] = {}
    for worlds in (2, 16):
        page = io.StringIO()
        run = schelling.run(case, worlds=worlds, replicates=worlds)
        Console(width=80, file=page).print(verdict_terminal.summary(run))
        said[worlds] = " ".join(page.getvalue().split())
    assert "– unknown" in said[2]
    assert "unknown ~" not in said[2]
    assert "by option ~: the options differ by no more than chance" in said[16]


def test_data_and_page_say_the_span_too(run: Run) -> None:
    told = {one["name"]: one for one in verdict_json.to_json(run)["claims"]}
    good = told["good"]
    assert (good["verdict"], good["by_option"], good["share"]) == ("by option", True, None)
    assert good["low"] == pytest.approx(0.75, abs=0.02)
    assert good["high"] == 1.0
    assert good["over_options"]["share"] == pytest.approx(0.83, abs=0.02)
    assert told["apart"]["by_option"] is False
    assert told["apart"]["over_options"] is None
    live = {one.name: one for one in claim_rows.rows(run)}
    assert live["good"].word == "by option"
    assert "over the options of path" in live["good"].note
    text = html.render(run).replace(NO_BREAK, " ")
    assert "75 to 100 %" in text
    assert "by option" in text
    assert "over all of them" not in text


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
    assert list(option_lines.sentences(all_verdicts(run))) == []
    assert option_lines.to_json(run) == {}


def test_many_combinations_are_left_to_explore(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("choice(0, 1, 2)", "choice(0,1,2,3,4,5,6,7,8)"), "utf-8")
    run = schelling.run(schelling.load(path), worlds=1_024)
    found = all_verdicts(run)
    said = list(option_lines.sentences(found))
    assert any("More than 8 combinations of options can reach good, sure" in one for one in said)
    assert found[0].share.spans  # nine are still told apart, though not one by one
    assert not option_lines.rows(found[0])


def test_options_that_are_alike_are_seldom_told_apart() -> None:
    """In at most 5 % of samples, however many options; 2.2 % is the error of the share of 100."""
    draw, replicate = np.random.default_rng(0), np.arange(160) % 16
    sound = np.zeros(160, bool)

    def shares(*chances: float) -> OptionShares:
        found = [share_of_worlds(draw.random(160) < one, sound, replicate) for one in chances]
        each = tuple((Option((("a", "chief", n, ""),)), one) for n, one in enumerate(found))
        return OptionShares("claim", ("a",), each)

    for chances in ((0.5, 0.5), (0.5,) * 8):
        assert sum(shares(*chances).apart for _ in range(100)) <= 11  # 5 and three errors
    clear = shares(0.2, 0.8)
    assert clear.apart
    never = Option((("a", "chief", 2, ""),)), share_of_worlds(sound[:0], sound[:0], replicate[:0])
    assert replace(clear, options=(*clear.options, never)).apart  # an option that was not drawn
    for failed, apart in ((np.arange(160) % 4 == 1, True), (np.arange(160) % 4 != 1, False)):
        both = (share_of_worlds(np.full(160, one), failed, replicate) for one in (True, False))
        options = tuple(zip((one for one, _ in clear.options), both, strict=True))
        assert replace(clear, options=options).apart is apart  # 75 % or 25 % are known to differ


def test_long_names_take_room_from_the_bars(tmp_path: Path) -> None:
    long = "whoever_has_the_better_path_wins"
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("good:", f"{long}:"), "utf-8")
    made = schelling.run(schelling.load(path), worlds=64)
    page = Console(width=80, file=io.StringIO())
    page.print(verdict_terminal.summary(made))
    assert f"\n{long} " in page.file.getvalue()  # type: ignore[attr-defined]
