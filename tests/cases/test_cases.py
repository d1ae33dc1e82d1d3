"""The cases in `cases/`: every one sound, the teaching cases against their closed forms, and the
flagship's formulas against published numbers."""

import csv
import math
import shutil
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from numpy.testing import assert_allclose
from scipy.linalg import expm

import schelling
from schelling.case.model import Case
from schelling.case.registers import register
from schelling.compile.tree import Board
from schelling.games.trees import statistical
from schelling.study.runs.results import Run

CASES = Path(__file__).parents[2] / "cases"
FOLDERS = sorted(path.parent for path in CASES.rglob("case.yaml"))
FLAGSHIP = CASES / "widening-war"
RESTING_ON_THE_WEST = ("ukraine_fights_on", "west_keeps_paying", "sanctions_stay")


def written(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "case.yaml").read_text("utf-8"))


def write(content: Mapping[str, Any], folder: Path) -> Case:
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(dict(content), sort_keys=False)
    (folder / "case.yaml").write_text(text, "utf-8")
    return schelling.load(folder)


def pinned(folder: Path, given: Mapping[str, float], where: Path) -> Case:
    """The case of a folder with some assumptions taken as certain."""
    content = written(folder)
    for name, value in given.items():
        content["assumptions"][name]["prior"] = f"fixed({value})"
        content["assumptions"][name].pop("within", None)
    content.pop("forecasts", None)
    content.pop("correlations", None)
    where.mkdir(parents=True, exist_ok=True)
    for table in folder.glob("*.csv"):
        shutil.copy(table, where)
    return write(content, where)


@cache
def flagship() -> Case:
    return schelling.load(FLAGSHIP)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_case_is_sound_and_explained(folder: Path) -> None:
    case = schelling.load(folder)
    assert case.claims
    assert all(claim.origin.says for claim in case.claims)
    assert all(a.origin.why for a in case.assumptions)
    readme = (folder / "README.md").read_text("utf-8").lower()
    for heading in ("question", "sources", "cannot tell"):
        assert heading in readme


def test_the_arms_race_follows_its_exact_path(tmp_path: Path) -> None:
    """Richardson (1960): the linear equations solved by the matrix exponential."""
    given = {
        "ash_reaction": 0.3,
        "birch_reaction": 0.2,
        "ash_burden": 0.4,
        "birch_burden": 0.5,
        "ash_grievance": 0.1,
        "birch_grievance": 0.2,
    }
    case = pinned(CASES / "teaching" / "arms-race", given, tmp_path / "case")
    run = schelling.run(case, worlds=16, seed=1)
    matrix = np.array([[-0.4, 0.3], [0.2, -0.5]])
    rest = -np.linalg.solve(matrix, [0.1, 0.2])
    start = np.array([1.0, 1.0])
    for step in (12, 60, 240):
        exact = rest + expm(matrix * step / 12) @ (start - rest)
        found = [float(run.series[name][0, step]) for name in ("ash", "birch")]
        # Euler by months: the error is of the order of a twelfth of a year times the rates
        assert_allclose(found, exact, rtol=0, atol=2e-3)


def test_richardsons_condition_agrees_with_the_experience() -> None:
    """Formula and simulation differ only where the slow rate is too near zero for forty years."""
    run = schelling.run(schelling.load(CASES / "teaching" / "arms-race"), worlds=2048, seed=1)
    d = run.draws
    mean, half = (
        -(d.ash_burden + d.birch_burden) / 2,
        (d.ash_burden - d.birch_burden) / 2,
    )
    slow = mean + np.sqrt(half**2 + d.ash_reaction * d.birch_reaction)
    stable = d.ash_burden * d.birch_burden > d.ash_reaction * d.birch_reaction
    assert (d["holds.reactions_are_outweighed"] == stable).all()
    clear = slow.abs() > 0.15  # exp(-0.15 * 39) is 0.3 %: below the 2 % the claim allows
    assert clear.mean() > 0.4
    assert (d["holds.race_settles"] == stable)[clear].all()


# Formulas of the flagship


def formula(name: str) -> str:
    """A variable of the flagship as written."""
    return written(FLAGSHIP)["variables"][name]["value"]


def value_of(expression: str, given: Mapping[str, float], folder: Path) -> float:
    """The value of one of the flagship's expressions at given numbers."""
    content = {
        "schelling": 1,
        "title": "one formula",
        "assumptions": {n: {"prior": f"fixed({v})", "why": "test"} for n, v in given.items()},
        "claims": {"value": {"holds": f"({expression}) > 0", "why": "test", "says": "test"}},
    }
    run = schelling.run(write(content, folder), worlds=16, seed=1)
    return float(run.draws["margin.value"].iloc[0])


def test_opinion_settles_between_the_two_voices(tmp_path: Path) -> None:
    """Friedkin & Johnsen (1990), identical citizens: l=.9, wp=.3, wt=.1, x0=.4 give .6739130."""
    # weights relative to all peers together, who keep 1 - .3 - .1 = .6 of a citizen's ear
    given = {"susceptibility": 0.9, "predisposition": 0.4}
    given |= {"state_voice": 0.3 / 0.6, "witness_voice": 0.1 / 0.6}
    found = value_of(formula("opinion_target"), given, tmp_path / "a")
    assert_allclose(found, 0.6739130434782609, rtol=1e-12)  # rounding only
    # a witness weight of .2777778 brings it to .5 (peers keep .4222222)
    peers = 1 - 0.3 - 0.2777777777777778
    given |= {"state_voice": 0.3 / peers, "witness_voice": 0.2777777777777778 / peers}
    found = value_of(formula("opinion_target"), given, tmp_path / "b")
    assert_allclose(found, 0.5, rtol=1e-12)


@pytest.mark.parametrize(
    ("demand", "face", "room"),
    [(0.9, 0.0, 0.25), (0.9, 0.2, 0.05), (0.9, 0.3, -0.05), (0.7, 0.3, 0.05)],
)
def test_face_and_demand_close_the_range_together(
    demand: float, face: float, room: float, tmp_path: Path
) -> None:
    """After Fearon (1995), p=.6, c_A=.1, c_B=.15: [.5,.75], [.7,.75], empty, [.7,.75]."""
    given = {"win_share": 0.6, "cost_russia": 0.1, "sanction_bite": 0.0, "sanctions": 1.0}
    given |= {"cost_ukraine": 0.15, "alliance_hope": 0.0, "demand": demand, "face_cost": face}
    limit = value_of(formula("ukraine_limit"), given, tmp_path / "a")
    assert_allclose(limit, 0.75, rtol=1e-12)
    given |= {"ukraine_limit": limit}
    rooms = [value_of(formula(name), given, tmp_path / name) for name in ("low_room", "high_room")]
    assert_allclose(max(rooms), room, rtol=0, atol=1e-12)  # rounding only


def test_a_rally_fades_as_an_autoregression(tmp_path: Path) -> None:
    """Mueller (1973) as AR(1), phi=.9: 12 points leave 6.377292 after 6 steps; half-life 6.58."""
    stock = dict(written(FLAGSHIP)["stocks"]["rally"])
    stock.pop("from")
    content = {
        "schelling": 1,
        "title": "a rally",
        "time": {"start": "2022-03-21", "until": "2022-09-26", "substeps": 4},
        "assumptions": {
            "rally_carry": {"prior": "fixed(0.9)", "why": "test"},
            "invasion_rally": {"prior": "fixed(12)", "why": "test"},
            "wider_rally": {"prior": "fixed(0)", "why": "test"},
        },
        "phases": ["war", "wider_war"],
        "stocks": {"rally": stock},
        "claims": {"any": {"holds": "final(rally) > 0", "why": "test", "says": "test"}},
    }
    run = schelling.run(write(content, tmp_path), worlds=16, seed=1)
    path = run.series["rally"][0].to_numpy()
    assert_allclose(path[6], 6.377292, atol=5e-7)  # printed digits
    steps = np.arange(len(path))
    half_life = np.interp(math.log(2), -np.log(path / 12), steps)
    assert_allclose(half_life, 6.578813, atol=5e-7)  # printed digits


@pytest.mark.parametrize(
    ("mean", "sd", "jumps", "level"),
    [
        (0.25, 0.1222, False, 0.0620033),
        (0.25, 0.1223, True, math.nan),
        (0.30, 0.1566, False, 0.0857852),
        (0.30, 0.1567, True, math.nan),
        (0.40, 0.2413, False, 0.1580309),
        (0.40, 0.2414, True, math.nan),
    ],
)
def test_dissent_runs_away_where_thresholds_spread_enough(
    mean: float, sd: float, jumps: bool, level: float, tmp_path: Path
) -> None:
    """Granovetter (1978), normal thresholds of mean .25, .30, .40: the jump at sd .1222209,
    .1566842, .2413456, and the share before it."""
    opposition = 0.6
    given = {"opposition": opposition, "threshold_spread": sd * opposition, "fear": mean / sd}
    share = value_of(formula("dissent"), given, tmp_path) / opposition
    assert (share > 0.5) == jumps
    if not jumps:
        # just below a tangency the share lags by the square root of the distance: 2e-5 / 0.12
        assert_allclose(share, level, rtol=0, atol=8e-3)


GAINS = [(0.3, 0.2, None), (0.3, -1.0, 0.2307692), (0.3, -2.7, 0.1), (-0.1, 0.4, 0.2)]


@pytest.mark.parametrize(("ignored", "answered", "critical"), GAINS)
def test_the_win_win_claim_reads_the_critical_risk(
    ignored: float, answered: float, critical: float | None, tmp_path: Path
) -> None:
    """Ellsberg's critical risk b / (b - r): dominant; q <= .2307692; q <= .1; q >= .2."""
    content = {
        "schelling": 1,
        "title": "the author's tree",
        "assumptions": {
            "answer": {"prior": "uniform(0.001, 0.999)", "why": "test"},
            "gain_if_ignored": {"prior": f"fixed({ignored})", "why": "test"},
            "gain_if_answered": {"prior": f"fixed({answered})", "why": "test"},
            "precision": {"prior": "fixed(2)", "why": "test"},
        },
        "variables": {"nato_if_answered": "logit(answer) / precision", "nato_if_ignored": "0"},
        "actors": {"russia": {}, "nato": {}},
        "games": {"provocation": _timeless(written(FLAGSHIP)["games"]["provocation"])},
        "claims": {
            name: {"holds": _at_start(name), "why": "test", "says": "test"}
            for name in ("either_way_a_gain", "worth_the_odds")
        },
    }
    content["claims"]["pays"] = {
        "holds": "payoff(provocation, russia, strike) > payoff(provocation, russia, hold)",
        "why": "test",
    }
    draws = schelling.run(write(content, tmp_path), worlds=256, seed=1).draws
    assert draws["holds.either_way_a_gain"].all() == (critical is None)
    assert draws["holds.either_way_a_gain"].any() == (critical is None)
    below = draws.answer < (critical or 1.0)
    pays = below if ignored > 0 else ~below
    assert (draws["holds.worth_the_odds"] == pays).all()
    assert (draws["holds.pays"] == pays).all()


def _timeless(game: Mapping[str, Any]) -> dict[str, Any]:
    """A game without time, effects and passages: its payoffs alone."""

    def bare(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {k: bare(v) for k, v in value.items() if k not in ("effects", "from", "played")}

    return bare(game)


def _at_start(claim: str) -> str:
    """A claim of the flagship about the first day, for a case without time."""
    holds = written(FLAGSHIP)["claims"][claim]["holds"]
    return holds.replace(", 0 weeks)", ")").replace("at(", "(")


def test_the_tree_serves_the_statistical_forms_too() -> None:
    """Signorino (1999), strategic probit on the same tree: U11=0, U13=1, U14=-1, U24=.5, U23=0."""
    tree = Board.of(flagship().games[0]).tree
    payoffs = jnp.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.5]])  # hold, ignored, answered
    for uncertainty, published in (
        (statistical.Uncertainty.PRIVATE_INFORMATION, (0.588155, 0.149021, 0.262824)),
        (statistical.Uncertainty.AGENT_ERROR, (0.577457, 0.152892, 0.269651)),
    ):
        play = statistical.solve(tree, payoffs, uncertainty=uncertainty)
        reached = play.reach[jnp.array(tree.ends)]
        assert_allclose(reached, published, rtol=0, atol=5e-7)  # printed digits


# The flagship as a whole


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


def test_the_register_is_complete_and_resolves_nothing() -> None:
    case = flagship()
    assert len(case.questions) == 47
    assert all(q.yes_if and q.source_type and q.void_if for q in case.questions)
    with (FLAGSHIP / "forecasts.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert set(header) <= set(register.SHAPE.about)
    for question in case.questions:
        low, high = question.columns["author_low"], question.columns["author_high"]
        assert (low == "") == (high == ""), question.name
        # half-open bands of ICD 203, or a union of neighbours; never a midpoint
        edges = (0.01, 0.05, 0.2, 0.45, 0.55, 0.8, 0.95, 0.99)
        assert low == "" or (float(low) in edges and float(high) in edges and low < high)


@pytest.fixture(scope="module")
def lone_wests(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The flagship with what rests on the West, asked with and without its acting as one."""
    content = written(FLAGSHIP)
    del content["forecasts"], content["rivals"]  # their files stay where they are
    del content["variables"]["dissent"]  # not needed, and slow to compile
    content["claims"] = {
        f"{name}_{unity}": {
            "why": "test",
            "holds": f"({content['claims'][name]['holds']}) | do(unity = {unity})",
        }
        for name in RESTING_ON_THE_WEST
        for unity in (0, 1)
    }
    case = write(content, tmp_path_factory.mktemp("lone_wests"))
    return schelling.run(case, worlds=2048, seed=1)


def test_removing_the_one_west_premise_weakens_what_rests_on_it(lone_wests: Run) -> None:
    """If the West acts as one, arms and sanctions hold; if each decides alone, less so."""
    share = lone_wests.verdicts.share
    for name in RESTING_ON_THE_WEST:
        assert share[f"{name}_1"] > share[f"{name}_0"] + 0.02, name
    assert share["sanctions_stay_1"] == 1.0  # nobody eases them alone


def test_the_plain_formula_of_the_provocation_is_the_games_own(lone_wests: Run) -> None:
    """The chances that `danger` uses are those of the solved game."""
    series, game = lone_wests.series["strike_chance"], lone_wests.games["provocation"]
    played = game["played"].to_numpy()[: len(series)]
    worlds = np.flatnonzero(played >= 0)
    assert len(worlds) > 100
    strike = series.to_numpy()[worlds, played[worlds]]
    first = game["choice"].sel(edge="strike").to_numpy()[worlds]
    assert_allclose(first, strike, rtol=0, atol=1e-12)  # rounding


def test_every_question_of_the_flagship_has_an_outcome_with_a_source() -> None:
    """Rows from memory keep their mark; a row that was looked up says where."""
    case = schelling.load(FLAGSHIP)
    assert [outcome.question for outcome in case.outcomes] == [q.name for q in case.questions]
    assert len(case.questions) == 47
    by_name = {outcome.question: outcome for outcome in case.outcomes}
    settled = [q for q in case.questions if by_name[q.name].settled]
    assert len(settled) == 42
    assert all(q.persistence is not None for q in settled)
    for outcome in case.outcomes:
        assert outcome.source
        if outcome.mark == "sourced" and outcome.status != "open":
            assert outcome.reference, outcome.question
    classes = {c.name for c in case.reference_classes}
    assert {q.reference_class for q in case.questions} - {""} <= classes


def test_persistence_reads_the_register_as_published() -> None:
    """Of the unconditional yes-or-no questions that lean one way, those the text gets right that
    persistence does not are F01 and F15 alone, and persistence gets the rest of them right too."""
    case = schelling.load(FLAGSHIP)
    by_name = {outcome.question: outcome for outcome in case.outcomes}
    right, persistent = set[str](), set[str]()
    for question in case.questions:
        status, leans = by_name[question.name].status, question.columns["direction"]
        if question.kind != "binary" or status not in ("yes", "no") or leans not in ("yes", "no"):
            continue
        if status == leans:
            right.add(question.name)
        if question.persistence == (1.0 if status == "yes" else 0.0):
            persistent.add(question.name)
    families = {name[:3] for name in right}
    assert families == {"F01", "F09", "F10", "F11", "F14", "F15", "F19"}
    assert right - persistent == {"F01", "F15"}


def test_the_rivals_of_the_flagship_argue() -> None:
    """Each has a text of its own, verified passages, and a reason for every change."""
    case = schelling.load(FLAGSHIP)
    assert [rival.name for rival in case.rivals] == ["deterred", "bluff", "drift", "consult"]
    for rival in case.rivals:
        own = schelling.load(FLAGSHIP, rival=rival.name)
        added = {p.name: p.state for p in own.passages}
        cited = {name for change in rival.changes for name in change.passages}
        assert set(rival.passages) <= added.keys()
        assert {added[name] for name in rival.passages} == {"verified"}
        assert cited <= added.keys()
        for change in rival.changes:
            if change.section not in ("sources", "passages"):
                assert change.why or change.passages, change
    third = schelling.load(FLAGSHIP, rival="consult").games[0].root
    (strike,) = (branch.then for branch in third.branches if branch.then is not None)
    assert [branch.action for branch in strike.branches] == ["ignore", "respond", "consult"]
