"""The flagship as a whole: what it covers, what it rests on, its rivals."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

import schelling
from cases.writing import CASES, FLAGSHIP, flagship, table, write, written
from schelling.study.runs.results import Run

RESTING_ON_THE_WEST = ("ukraine_fights_on", "west_keeps_paying", "sanctions_stay")


def test_the_flagship_covers_the_whole_text() -> None:
    case = flagship()
    sizes = {1: 7, 2: 4, 3: 5, 4: 4, 5: 4, 6: 6, 7: 1}
    names = {"P0.S1"} | {f"P{p}.S{s}" for p, n in sizes.items() for s in range(1, n + 1)}
    assert {passage.name for passage in case.passages} == names
    ends = [(p.start, p.end) for p in case.passages]
    assert ends == sorted(ends)
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    assert all(p.says and p.sha256 for p in case.passages)
    assert (len(case.assumptions) >= 20, len(case.claims) >= 8) == (True, True)


def test_labels_and_judgements_produce_no_model_term_and_no_score() -> None:
    case = flagship()
    out = {p.name for p in case.passages if not p.in_scope}
    assert {"P1.S6", "P1.S7"} <= out
    things = (*case.assumptions, *case.stocks, *case.variables, *case.events, *case.games)
    for thing in (*things, *case.claims):
        assert out.isdisjoint(thing.origin.passages), thing.name
    for question in case.questions:
        assert out.isdisjoint(question.passages), question.name


def test_every_assumption_and_claim_of_the_flagship_names_its_passage() -> None:
    for thing in (*flagship().assumptions, *flagship().claims):
        assert thing.origin.passages, thing.name


@pytest.fixture(scope="module")
def lone_wests(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The flagship with what rests on the West, asked with and without its acting as one."""
    content = written(FLAGSHIP)
    for tied in ("forecasts", "rivals", "observations"):
        del content[tied]  # their files stay where they are
    del content["variables"]["dissent"]  # not needed, and slow to compile
    content["claims"] = {
        f"{name}_{unity}": {
            "why": "test",
            "holds": f"({content['claims'][name]['holds']}) | do(unity = {unity})",
        }
        for name in RESTING_ON_THE_WEST
        for unity in (0, 1)
    }
    folder = tmp_path_factory.mktemp("lone_wests")
    (folder / "neighbours.csv").write_bytes((FLAGSHIP / "neighbours.csv").read_bytes())
    case = write(content, folder)
    return schelling.run(case, worlds=2048, seed=1)


@pytest.mark.slow
def test_removing_the_one_west_premise_weakens_what_rests_on_it(lone_wests: Run) -> None:
    """If the West acts as one, arms and sanctions hold; if each decides alone, less so."""
    share = lone_wests.verdicts.share
    for name in RESTING_ON_THE_WEST:
        assert share[f"{name}_1"] > share[f"{name}_0"] + 0.02, name
    assert share["sanctions_stay_1"] == 1.0  # nobody eases them alone


@pytest.mark.slow  # the gate has both in the author's tree: `test_flagship_formulas`
def test_the_plain_formula_of_the_provocation_is_the_games_own(lone_wests: Run) -> None:
    """The chances that `danger` uses are those of the solved game."""
    series, game = lone_wests.series["strike_chance"], lone_wests.games["provocation"]
    played = game["played"].to_numpy()[: len(series)]
    worlds = np.flatnonzero(played >= 0)
    assert len(worlds) > 100
    strike = series.to_numpy()[worlds, played[worlds]]
    first = game["choice"].sel(edge="strike").to_numpy()[worlds]
    assert_allclose(first, strike, rtol=0, atol=1e-12)  # rounding


def test_the_rivals_of_the_flagship_argue() -> None:
    """Each has a text of its own, verified passages, and a reason for every change."""
    case = schelling.load(FLAGSHIP)
    assert [rival.name for rival in case.opposed] == [
        *("deterred", "bluff", "drift", "consult", "compel", "grey", "inside", "commitment")
    ]
    for rival in case.opposed:
        own = schelling.load(FLAGSHIP, rival=rival.name)
        added = {p.name: p.state for p in own.passages}
        cited = {name for change in rival.changes for name in change.passages}
        assert set(rival.passages) <= added.keys()
        assert {added[name] for name in rival.passages} == {"verified"}
        assert cited <= added.keys()
        for change in rival.changes:
            if change.section not in ("sources", "passages"):
                assert change.why or change.passages, change


def test_every_sentence_in_scope_is_covered() -> None:
    """By a claim, a premise, an assumption, a forecast or a checked fact; the rest says why not."""
    case = flagship()
    named = {p for q in case.questions for p in q.passages}
    for thing in (*case.claims, *case.assumptions, *case.premises):
        named |= set(thing.origin.passages)
    facts = {row["passage"] for row in table("facts.csv")}
    for passage in case.passages:
        assert not passage.in_scope or passage.name in named, passage.name
        assert passage.in_scope or "model" in passage.says or "judgement" in passage.says
    asked = {p for thing in (*case.claims, *case.premises) for p in thing.origin.passages}
    asked |= {p for q in case.questions for p in q.passages} | facts
    # what only an assumption states: his aim, who has kin where, and that sanctions need a story
    assert {p.name for p in case.passages if p.in_scope} - asked == {"P1.S1", "P2.S2", "P5.S2"}


def test_the_public_is_that_of_the_population_case() -> None:
    """`public-at-home` computes citizens; what both take from surveys is the same."""
    citizens = {a.name: a.prior for a in schelling.load(CASES / "public-at-home").assumptions}
    shared = {a.name: a.prior for a in flagship().assumptions if a.name in citizens}
    assert {"kin_abroad", "captured", "reach", "deterrence", "hidden_view"} <= set(shared)
    assert all(citizens[name] == prior for name, prior in shared.items())


def test_the_public_as_people_is_the_same_argument() -> None:
    """Every prior and all that is not about the public is the case's; three assumptions are new."""
    case, people = flagship(), schelling.load(FLAGSHIP, rival="citizens")
    (rival,) = (one for one in case.rivals if one.restates)
    assert rival.name == "citizens"
    own = {a.name: (a.prior, a.unit) for a in case.assumptions}
    theirs = {a.name: (a.prior, a.unit) for a in people.assumptions}
    assert theirs.keys() - own.keys() == {"watched", "state_elsewhere", "retelling"}
    assert {name: theirs[name] for name in own} == own
    assert (people.games, people.events, people.premises) == (
        case.games,
        case.events,
        case.premises,
    )
    claims = {claim.name: claim.holds for claim in people.claims}
    assert claims.keys() - {claim.name for claim in case.claims} == {"calls_erode", "kin_erode"}
    (adults,) = people.populations
    assert {state.name for state in adults.states} == {
        *("told", "opinion", "outspoken", "wants_more")
    }
    for change in rival.changes:
        assert change.why or change.passages, change
