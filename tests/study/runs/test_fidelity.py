"""Mean fields beside agents and beside what is known in closed form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import schelling
from schelling.analysis.verdicts import Share
from schelling.case.model import Case
from schelling.cli.app import app
from schelling.report import html
from schelling.report.page import fidelity_words
from schelling.study.runs import fidelity
from schelling.study.runs.before_after import BeforeAfter, VerdictMove
from schelling.study.runs.fidelity import Fidelity

TOWN = """\
schelling: 1
title: Word travels
time: {{start: 2024-01-01, step: 1 week, until: 2024-03-25}}
assumptions:
  pull: {{prior: "uniform(0.2, 0.6)", why: planted}}
populations:
  people:
    size: {size}
    fidelity: {fidelity}
    why: planted
    ties: {{friends: {{network: random, degree: 3}}}}
    states:
      heard:
        start: bernoulli(0.1)
        next: {rule}
variables:
  news: share(heard[p] for p in people)
  listeners: count(heard[p] for p in people)
  forgotten: 1 - news
claims:
  spreads: {{why: planted, holds: final(news) > 0.5}}
"""
FORMULA = """\
schelling: 1
title: Word travels
time: {start: 2024-01-01, step: 1 week, until: 2024-03-25, method: euler}
assumptions:
  pull: {prior: "uniform(0.2, 0.6)", why: planted}
stocks:
  news: {start: 0.1, change: (1 - news) * pull * news / 1 week}
claims:
  spreads: {why: planted, holds: final(news) > 0.5}
rivals:
  people:
    restates: true
    why: The same, person by person.
    remove: [stocks.news]
    populations:
      people:
        size: 4096
        fidelity: mean_field
        why: planted
        states:
          heard:
            start: bernoulli(0.1)
            next: heard or bernoulli(pull * share(heard[o] for o in people))
    variables:
      news: {value: "share(heard[p] for p in people)", why: planted}
"""
Chance = Callable[[np.ndarray, np.ndarray], np.ndarray]
OVER_ALL = "heard or bernoulli(pull * share(heard[o] for o in people))"


def town(folder: Path, rule: str = OVER_ALL, *, how: str = "mean_field", size: int = 1024) -> Case:
    folder.mkdir(exist_ok=True)
    text = TOWN.format(size=size, fidelity=how, rule=rule)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return schelling.load(folder)


@pytest.mark.slow
def test_the_error_shrinks_with_the_root_of_the_number_of_agents(tmp_path: Path) -> None:
    """Closure over all is exact: what differs is the luck of agents, half as large for 4 times
    as many. Where all draw in each step, representatives have next to no luck of their own."""
    rule = "bernoulli(0.2 + pull * share(heard[o] for o in people))"
    few = fidelity.compare(town(tmp_path / "few", rule), worlds=64).gaps["news"]
    many = fidelity.compare(town(tmp_path / "many", rule, size=4_096), worlds=64).gaps["news"]
    # each is the root of 64 x 12 squared gaps, of which a good half are independent: 4 % error
    assert 2 * 0.85 < few.typical / many.typical < 2 * 1.15
    assert abs(many.bias) < 4 * many.typical / np.sqrt(64 * 6)


@pytest.mark.parametrize(
    ("rule", "chance"),
    [
        (OVER_ALL, lambda share, pull: pull * share),
        ("heard or any(heard[o] for o in friends)", lambda share, _: 1 - np.exp(-3 * share)),
        pytest.param(
            "heard or not all(not heard[o] for o in friends)",
            lambda share, _: 1 - np.exp(-3 * share),
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "heard or bernoulli(pull * count(heard[o] for o in friends) / 3)",
            lambda share, pull: pull * share,
            marks=pytest.mark.slow,
        ),
        (
            "heard or share(heard[o] for o in friends) > uniform(0, 1)",
            lambda share, _: share,
        ),
    ],
)
def test_it_follows_the_equation_of_the_limit(tmp_path: Path, rule: str, chance: Chance) -> None:
    """s' = s + (1 - s) c(s), of which luck of 256 representatives makes a few more or fewer."""
    run = schelling.run(town(tmp_path, rule), worlds=64, paths=64)
    pull = run.column("pull")
    share = np.full(64, 0.1)
    followed = [share]
    for _ in range(run.series.sizes["time"] - 1):
        share = share + (1 - share) * chance(share, pull)
        followed.append(share)
    gap = run.series["news"].to_numpy() - np.array(followed).T
    assert np.sqrt(np.mean(gap**2)) < 8 / 256
    assert abs(gap.mean()) < 2 / 256  # the luck of 64 worlds: an eighth of the line before
    np.testing.assert_allclose(run.series["listeners"], 1024 * run.series["news"], rtol=1e-12)


def test_a_restatement_is_set_beside_the_case(tmp_path: Path) -> None:
    """A formula that is the limit of its people differs from them by their luck alone."""
    (tmp_path / "case.yaml").write_text(FORMULA, encoding="utf-8")
    case = schelling.load(tmp_path)
    assert (case.opposed, [rival.restates for rival in case.rivals]) == ((), [True])
    asked = ["check", str(tmp_path), "--rival", "people", "--twins", "--worlds", "64"]
    changes = ["--set", "people.size=1024", "--set", "pull=uniform(0.3, 0.5)"]
    said = CliRunner().invoke(app, [*asked, *changes, "--json"])
    assert said.exit_code == 0, said.output
    twins, restated = (json.loads(said.output)[name] for name in ("twins", "restated"))
    assert set(restated["claims"]["spreads"]) == {"case", "rival", "difference", "half_width"}
    news = restated["numbers"]["news"]
    # the deviations of 256 representatives, as in the equation of the limit
    assert news["typical_gap"] < 8 / 256
    assert abs(news["bias"]) < 2 / 256
    assert twins["populations"] == {"people": {"representatives": 256, "agents": 1024}}
    alone = CliRunner().invoke(app, ["compare", str(tmp_path)])
    assert "give one or more rivals of the case" in str(alone.exception)


def test_the_case_beside_its_restatement_has_the_changes_that_it_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of its own people too; what only the rival has is changed there alone."""
    town(tmp_path)
    rival = "rivals:\n  twin:\n    restates: true\n    why: planted\n    variables:\n"
    rival += (
        "      noise: {value: 0.5 * news, why: planted}\n      forgotten: {value: noise, why: p}\n"
    )
    text = (tmp_path / "case.yaml").read_text("utf-8")
    (tmp_path / "case.yaml").write_text(text + rival, "utf-8")
    seen: list[Case] = []
    monkeypatch.setattr(fidelity, "compare", lambda *_, **__: stand_in())
    monkeypatch.setattr(
        fidelity, "restated", lambda case, version, **_: seen.extend((case, version)) or stand_in()
    )
    asked = ["check", str(tmp_path), "--rival", "twin", "--twins", "--json"]
    changes = ["people.size=512", "pull=0.3", "noise=0.1"]
    said = CliRunner().invoke(app, [*asked, *(part for one in changes for part in ("--set", one))])
    assert said.exit_code == 0, said.output
    assert [sorted(case.settings) for case in seen] == [
        ["people.size", "pull"],
        ["noise", "people.size", "pull"],
    ]
    assert json.loads(said.output)["counts"]["rivals"] == 0


def stand_in() -> Fidelity:
    """A comparison of nothing, of a case and a rival whose name is also that of a key."""
    share = Share(0.5, 0.1, 0.2, 0.5, 0.5, 0.2, 0.2, worlds=16, failed=0, replicates=4)
    moves = (VerdictMove("spreads", share, share, -0.25, 0.1, -0.25, -0.25, 0),)
    verdicts = BeforeAfter(moves, worlds=16, paired=True)
    return Fidelity(("case", "difference"), {}, verdicts, {}, 16)


def test_the_name_of_a_rival_is_no_key() -> None:
    """A rival may be called `difference`, which then is still the difference."""
    told = fidelity_words.to_json(stand_in())["claims"]["spreads"]
    assert (set(told), told["difference"]) == ({"case", "rival", "difference", "half_width"}, 0.25)
    [table] = fidelity_words.tables(stand_in())
    assert table.caption == "Claims of the case and of 'difference', which restates it"


def test_which_numbers_are_compared(tmp_path: Path) -> None:
    seen = fidelity.compare(town(tmp_path, how="agents"), worlds=16)
    assert seen.populations == {"people": (256, 1024)}
    assert set(seen.gaps) == {"news", "listeners"}
    assert seen.verdicts.paired
    assert seen.gaps["listeners"].typical == pytest.approx(1024 * seen.gaps["news"].typical)


def test_the_report_and_the_terminal_show_both(tmp_path: Path) -> None:
    run = schelling.run(town(tmp_path), worlds=16)
    html.write(run, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Claims by mean field and by agents: 256 representatives of 1,024 people" in page
    said = CliRunner().invoke(app, ["check", str(tmp_path), "--twins", "--worlds", "16"])
    assert said.exit_code == 0, said.output
    assert "the same 16 worlds both ways" in said.output
    assert "spreads" in said.output
    assert "listeners" in said.output


def test_a_report_compares_as_many_worlds_as_take_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = schelling.run(town(tmp_path), worlds=64)
    each = 1024 * 12  # agents and steps of a world
    monkeypatch.setattr(fidelity, "MOST_MOVES", 20 * each)
    seen = fidelity.of_run(run)
    assert seen is not None
    assert seen.worlds == 20
    monkeypatch.setattr(fidelity, "MOST_MOVES", 15 * each)
    assert fidelity.of_run(run) is None
    page = html.render(run)
    assert "Claims by mean field" not in page
    assert "By mean field: people; schelling check --twins compares it with agents." in page


@pytest.mark.parametrize("option", [["--worlds", "0"], ["--worlds", "15"]])
def test_too_few_worlds_are_refused(tmp_path: Path, option: list[str]) -> None:
    town(tmp_path)
    asked = ["check", str(tmp_path), "--twins", *option]
    with pytest.raises(schelling.RunError, match="worlds"):
        CliRunner().invoke(app, asked, catch_exceptions=False)


def test_a_case_without_a_mean_field_says_why(tmp_path: Path) -> None:
    case = town(tmp_path, rule="heard or max(number[o] for o in friends) > 5", how="agents")
    with pytest.raises(schelling.CaseError, match="does not know 'max' along ties"):
        fidelity.compare(case, worlds=16)
