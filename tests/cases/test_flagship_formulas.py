"""The flagship's formulas against published numbers."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

import schelling
from cases.writing import FLAGSHIP, flagship, write, written
from schelling.compile.tree import Board
from schelling.games.trees import statistical


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
