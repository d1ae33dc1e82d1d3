"""Rivals: what a change changes, what it leaves alone, and where its problems stand."""

from pathlib import Path

import pytest

from schelling.case.check import check, load
from schelling.case.language.typed.typed_text import write
from schelling.case.model import Case
from schelling.errors import CaseError

CASE = """\
schelling: 1
title: A siege
sources: {letter: {title: A letter}}
passages: {P1.S1: {source: letter, start: 0, end: 10}}
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
phases: [war, peace]
assumptions:
  rate: {prior: 0.1 to 0.3, unit: 1 / week, why: a guess}
  cost: {prior: "uniform(0, 1)", why: a guess}
  will: {prior: "uniform(0, 1)", why: a guess}
correlations: [{between: [cost, will], rho: 0.5}]
stocks: {support: {start: 0.5, change: -rate * support, within: [0, 1]}}
variables: {gain: 1 - cost, grief: 2 * cost}
events:
  treaty: {hazard: rate, effects: {phase: peace}}
  relapse: {hazard: rate, while: phase == peace, effects: {phase: war}}
actors: {red: {}, blue: {}}
games:
  stage:
    solve: {precision: 4}
    tree:
      red:
        hold: {payoffs: {red: 0, blue: 0}}
        strike:
          blue:
            ignore: {payoffs: {red: gain, blue: -1}}
            respond: {payoffs: {red: -1, blue: will}}
claims:
  falls: {why: a question, holds: final(support) < 0.4}
  pays: {why: a question, holds: "dominates(stage, red, strike, hold)"}
rivals:
  dear:
    title: War costs more
    why: others say so
    says: The price is higher.
    from: Q1.S1
    sources: {reply: {title: A reply}}
    passages: {Q1.S1: {source: reply, start: 0, end: 5}}
    assumptions:
      cost: {prior: "uniform(0.5, 1)", from: Q1.S1}
      pride: {prior: "uniform(0, 1)", why: they are proud}
    variables: {gain: {value: pride - cost, why: pride counts}}
    remove: [events.relapse]
  third:
    why: there is a third answer
    extends: dear
    games:
      stage:
        why: the record knows it
        tree: {red: {strike: {blue: {consult: {payoffs: {red: -0.2, blue: 0.1}}}}}}
  apart: {file: apart.yaml, says: written beside the case}
"""
APART = """\
why: a view of its own
claims: {falls: {why: a question, holds: final(support) < 0.2}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    (tmp_path / "apart.yaml").write_text(APART, "utf-8")
    return tmp_path


def actions(case: Case) -> list[str]:
    (strike,) = (b for b in case.games[0].root.branches if b.action == "strike")
    assert strike.then is not None
    return [branch.action for branch in strike.then.branches]


def test_a_rival_changes_what_it_says_and_nothing_else(folder: Path) -> None:
    case, dear = load(folder), load(folder, rival="dear")
    assert (case.rival, dear.rival, dear.title) == ("", "dear", "A siege: War costs more")
    priors = {a.name: a.prior.written for a in dear.assumptions}
    assert priors == {
        "rate": "0.1 to 0.3",
        "cost": "uniform(0.5, 1)",
        "will": "uniform(0, 1)",
        "pride": "uniform(0, 1)",
    }
    values = {v.name: write(v.value) for v in dear.variables}
    assert values == {"gain": "(pride - cost)", "grief": "(2 * cost)"}
    assert [event.name for event in dear.events] == ["treaty"]
    assert dear.assumptions[1].origin.passages == ("Q1.S1",)
    assert dear.stocks == case.stocks
    assert dear.claims == case.claims
    assert dear.correlations == case.correlations
    assert [p.name for p in case.passages] == ["P1.S1"]


def test_a_rival_says_what_it_changes(folder: Path) -> None:
    dear, third, apart = load(folder).rivals
    changes = {(c.section, c.name): (c.what, c.why) for c in dear.changes if c.section != "sources"}
    assert changes == {
        ("events", "relapse"): ("removed", "others say so"),
        ("passages", "Q1.S1"): ("new", ""),
        ("assumptions", "cost"): ("changed", ""),
        ("assumptions", "pride"): ("new", "they are proud"),
        ("variables", "gain"): ("changed", "pride counts"),
    }
    assert (third.extends, len(third.changes)) == ("dear", len(dear.changes) + 1)
    assert (apart.why, apart.says) == ("a view of its own", "written beside the case")


def test_a_rival_builds_on_another_and_adds_a_branch(folder: Path) -> None:
    assert actions(load(folder)) == ["ignore", "respond"]
    third = load(folder, rival="third")
    assert actions(third) == ["ignore", "respond", "consult"]
    assert [a.name for a in third.assumptions] == ["rate", "cost", "will", "pride"]


def test_digests_differ_and_cover_the_rivals_own_file(folder: Path) -> None:
    digests = [load(folder, rival=name).digest for name in ("", "dear", "third", "apart")]
    assert len(set(digests)) == 4
    (folder / "apart.yaml").write_text(APART.replace("0.2", "0.3"), "utf-8")
    assert load(folder).digest not in digests
    assert load(folder).tables == (folder / "apart.yaml",)


def test_problems_stand_where_they_are_written(folder: Path) -> None:
    (folder / "apart.yaml").write_text(APART.replace("support", "suport"), "utf-8")
    (problem,) = check(folder).problems
    assert problem.path == folder / "apart.yaml"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 48)
    assert problem.reason.endswith("in the rival 'apart'")


def test_a_problem_of_the_case_is_told_once(folder: Path) -> None:
    (folder / "case.yaml").write_text(CASE.replace("0.5, change", "0.5 EUR, change"), "utf-8")
    assert [problem.code for problem in check(folder).problems] == ["E307"]


def test_unknown_rivals(folder: Path) -> None:
    with pytest.raises(CaseError, match="did you mean 'dear'"):
        load(folder, rival="deer")


CUT = """\
schelling: 1
title: A cut
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
assumptions: {rate: {prior: 0.1 to 0.3, unit: 1 / week, why: a guess}}
stocks: {support: {start: 0.5, change: -rate * support}}
claims: {matters: {why: a question, holds: final(support) < (final(support) | do(rate = 0))}}
rivals:
  steady:
    why: nothing moves it
    stocks: {support: {change: 0, why: nothing moves it}}
"""


def problems(folder: Path, written: str) -> list[tuple[str, int]]:
    path = folder / "case.yaml"
    path.write_text(written, encoding="utf-8")
    return [(p.code, p.span.line if p.span else 0) for p in check(path).problems]


def test_a_rival_that_cuts_a_chain_is_still_asked_what_holding_its_start_would_do(
    tmp_path: Path,
) -> None:
    """What the rival says about it is the point; a claim of its own must depend on it."""
    assert problems(tmp_path, CUT) == []
    own = "    claims: {own: {why: x, holds: (final(support) | do(rate = 0)) > 0.1}}\n"
    assert problems(tmp_path, CUT + own) == [("E418", 11)]
    assert problems(tmp_path, CUT.replace("change: -rate * support", "change: 0")) == [("E418", 6)]


def test_a_rival_changes_the_rules_of_agents(tmp_path: Path) -> None:
    text = """
schelling: 1
title: a crowd
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
assumptions: {level: {prior: "uniform(0, 1)", why: x}}
populations:
  crowd:
    size: 9
    why: x
    traits: {threshold: normal(level, 0.1), income: "uniform(0, 1)"}
    states: {active: {start: "false", next: threshold < 0.2 or income > 0.9}}
claims: {grows: {holds: "final(share(active[c] for c in crowd)) > 0.5", why: x}}
rivals:
  bold:
    title: They dare more
    why: x
    populations: {crowd: {why: x, traits: {threshold: "normal(0, 0.1)"}}}
"""
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    case = load(path)
    (rival,) = case.rivals
    assert [(one.section, one.name) for one in rival.changes] == [("populations", "crowd")]
    threshold, income = load(path, rival="bold").populations[0].traits
    assert write(threshold.value) == "normal(0, 0.1)"
    assert income == case.populations[0].traits[1]
