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
from cases.writing import FLAGSHIP, write, written
from schelling.compile.games.tree import Board
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
    run = schelling.run(write(content, folder), worlds=16, seed=1, course=False)
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
    given |= {"sanction_turn": 1.0}
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


_TWO = {
    "precision_russia": 2,
    "precision_nato": 2,
    "firmness": 1,
    "nato_if_ignored": 0,
    "nato_if_consulted": -300,
    "soft_if_ignored": 0,
    "soft_if_consulted": 0,
    "soft_if_answered": 0,
    "gain_if_consulted": 0,
    "reassurance": 1,
    "attribution": 0,
    "consult_cost": -300,
    "posture_cost": 300,
    "grey_gain": 0,
    "grey_cost": 0,
}
"""With these NATO has the two answers of the text, and no act stays below the threshold."""

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
            **{name: {"prior": f"fixed({value})", "why": "test"} for name, value in _TWO.items()},
        },
        "variables": {
            "nato_if_answered": "logit(answer) / precision_nato",
            **{name: formula(name) for name in ("answer_chance", "consult_chance")},
            **{name: formula(name) for name in ("strike_worth", "strike_chance")},
            "grey_worth": "-posture_cost",
        },
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
    content["claims"]["alike"] = {
        "holds": "abs(strike_chance - probability(provocation, russia, strike)) < 1e-9",
        "why": "test",
    }
    draws = schelling.run(write(content, tmp_path), worlds=256, seed=1, course=False).draws
    assert draws["holds.either_way_a_gain"].all() == (critical is None)
    assert draws["holds.either_way_a_gain"].any() == (critical is None)
    below = draws.answer < (critical or 1.0)
    pays = below if ignored > 0 else ~below
    assert (draws["holds.worth_the_odds"] == pays).all()
    assert (draws["holds.pays"] == pays).all()
    assert draws["holds.alike"].all()  # the formula that `danger` uses is the game's own


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


def test_the_authors_tree_serves_the_statistical_forms_too(tmp_path: Path) -> None:
    """Signorino (1999), strategic probit on the text's tree: U11=0, U13=1, U14=-1, U24=.5."""
    ends = {"hold": {"payoffs": {"a": 0, "b": 0}}}
    ends["strike"] = {
        "b": {"ignore": {"payoffs": {"a": 0, "b": 0}}, "respond": {"payoffs": {"a": 0, "b": 0}}}
    }
    content = {
        "schelling": 1,
        "title": "two answers",
        "assumptions": {"precision": {"prior": "fixed(1)", "why": "test"}},
        "actors": {"a": {}, "b": {}},
        "games": {
            "two": {"solve": {"as": "quantal", "precision": "precision"}, "tree": {"a": ends}}
        },
        "claims": {"any": {"holds": "payoff(two, a) == 0", "why": "test", "says": "test"}},
    }
    tree = Board.of(write(content, tmp_path).games[0]).tree
    payoffs = jnp.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.5]])  # hold, ignored, answered
    for uncertainty, published in (
        (statistical.Uncertainty.PRIVATE_INFORMATION, (0.588155, 0.149021, 0.262824)),
        (statistical.Uncertainty.AGENT_ERROR, (0.577457, 0.152892, 0.269651)),
    ):
        play = statistical.solve(tree, payoffs, uncertainty=uncertainty)
        reached = play.reach[jnp.array(tree.ends)]
        assert_allclose(reached, published, rtol=0, atol=5e-7)  # printed digits


@pytest.mark.parametrize(
    ("outlook", "spread", "stays"), [(-1, 1, 0.1586553), (-1, 2, 0.3085375), (-1.5, 2, 0.2266274)]
)
def test_a_leader_gambles_where_the_outlook_is_poor(
    outlook: float, spread: float, stays: float, tmp_path: Path
) -> None:
    """Downs & Rocke (1994): staying in power with .1586553, .3085375 and .2266274."""
    given = {"home_weight": 1.0, "outlook": outlook, "needed": 0.0}
    given |= {"spread_wider": spread, "spread_war": 1e-3}  # without the gamble he is out
    found = value_of(formula("gamble"), given, tmp_path)
    assert_allclose(found, stays, rtol=0, atol=5e-8)  # printed digits
    good = given | {"outlook": -outlook, "spread_war": spread / 2}
    assert value_of(formula("gamble"), good, tmp_path / "good") < 0  # who stands well loses by it


def test_continuation_values_are_those_of_the_chain(tmp_path: Path) -> None:
    """The phases as a Markov chain with discounting, solved by matrices: an end of value 1 by rate
    1 / horizon, and a wider war that returns to the war at the rate of cooling."""
    end, impatience, cooling, burden = 1 / 2.0, 0.2, 3.0, 0.3
    leave = np.array([[impatience + end, 0.0], [-cooling, impatience + cooling]])  # war, wider war
    worth = np.linalg.solve(leave, [end, 0.0])
    given = {"impatience": impatience, "horizon": 1 / end, "cooling": cooling, "burden": burden}
    found = value_of(formula("ends_by"), given, tmp_path / "a")
    assert_allclose(found, worth[0], rtol=1e-12)
    costs = np.linalg.solve(leave, [-burden, -burden])
    found = value_of(formula("delay_cost"), given, tmp_path / "b")
    # the wider war puts off the end: what is lost is the burden until then
    assert_allclose(found, costs[0] - costs[1], rtol=1e-12)


def test_consulting_leaves_him_the_credit_that_it_does_not_save(tmp_path: Path) -> None:
    """What both sides have at stake in a consultation is a part of what they have in silence."""
    given = {"reassurance": 0.3, "attribution": 0.8, "give_up_chance": 0.4, "alliance_hope": 0.1}
    given |= {"ends_by": 0.7, "home_weight": 0.5, "rally_pulse": 0.04, "strike_price": 0.03}
    given |= {"posture_cost": 0.05}
    ignored, consulted = formula("gain_if_ignored"), formula("gain_if_consulted")
    saved = "home_weight * rally_pulse - strike_price"
    mixed = f"(1 - reassurance) * ({ignored}) + reassurance * ({saved}) - posture_cost"
    assert_allclose(value_of(f"({consulted}) - ({mixed})", given, tmp_path), 0, atol=1e-15)


def test_opponents_who_are_alike_are_the_ones_who_speak_out_at_once(tmp_path: Path) -> None:
    """The reason of `threshold_spread`: with half of adults opposed dissent runs away below a
    spread of 0.045 at a timidity of 2.2, and below 0.13 at 1.6."""

    def share(fear: float, spread: float) -> str:
        return (
            formula("dissent")
            .replace("opposition", "half")
            .replace("fear", str(fear))
            .replace("threshold_spread", str(spread))
        )

    runs = f"min({share(2.2, 0.044)}, {share(1.6, 0.13)})"
    stays = f"max({share(2.2, 0.046)}, {share(1.6, 0.134)})"
    found = value_of(f"({runs}) - 0.4", {"half": 0.5}, tmp_path / "a")
    assert found > 0
    assert value_of(f"({stays}) - 0.1", {"half": 0.5}, tmp_path / "b") < 0
