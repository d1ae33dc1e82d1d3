"""What a checked case means: steps, windows, base units, distributions, orders."""

import datetime as dt
import math
from pathlib import Path
from statistics import NormalDist

import pytest

from schelling.case.check import check
from schelling.case.clock import Clock
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Constant, GameValue, Kind, OverTime, Typed, When
from schelling.case.model import Case

EXAMPLE = Path(__file__).parents[1] / "example.yaml"
TIME = "time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}\n"


def case(folder: Path, body: str) -> Case:
    path = folder / "made.yaml"
    path.write_text(f"schelling: 1\ntitle: ' made '\n{body}", encoding="utf-8")
    checked = check(path)
    assert checked.case is not None, checked.rendered()
    return checked.case


def value(typed: Typed) -> float:
    assert isinstance(typed, Constant)
    return typed.value


def test_steps_and_days() -> None:
    clock = Clock(dt.date(2022, 3, 21), dt.date(2022, 4, 20), 2.0)
    assert clock.steps == 2  # 21 March, 4 April, 18 April; the next would be 2 May
    assert [clock.day(step).day for step in range(3)] == [21, 4, 18]
    assert clock.weeks(dt.date(2022, 4, 4)) == 2
    assert (clock.first_at_or_after(1.0), clock.last_at_or_before(1.0)) == (1, 0)
    assert (clock.first_at_or_after(2.0), clock.last_at_or_before(2.0)) == (1, 1)
    assert (clock.first_at_or_after(0.6 * 5), clock.last_at_or_before(0.6 * 5)) == (2, 1)
    tenth = Clock(dt.date(2022, 3, 21), dt.date(2022, 3, 28), 0.1)
    assert tenth.steps == 10  # though 1 / 0.1 is not exactly 10 times 0.1
    assert (tenth.first_at_or_after(0.3), tenth.last_at_or_before(0.3)) == (3, 3)


def test_the_example_reads_as_it_looks() -> None:
    checked = check(EXAMPLE)
    assert checked.case is not None, checked.rendered()
    found = checked.case
    assert (found.name, found.title) == ("example", "test")
    assert found.machines[0].states[0] == "war"
    assert found.clock == Clock(dt.date(2022, 3, 21), dt.date(2023, 3, 20), 1.0)
    (game,) = found.games
    assert game.schedule == tuple(range(0, 52, 4))
    assert game.actors == ("russia", "nato")
    assert write(game.condition) == "(phase == war)" if game.condition else False
    (event,) = found.events
    assert [effect.target for effect in event.effects] == ["phase", "support"]
    assert event.steps == ()
    holds = {claim.name: write(claim.holds) for claim in found.claims}
    assert holds["either"] == "dominates(provocation, russia, strike, hold) as first played"
    assert holds["peace"] == "always[0..52]((phase != settlement))"
    twin = "(mean[0..52](support) > mean[0..52]({support | do(phase=wider)}))"
    assert holds["twin"] == twin
    late = "((at[15..15](support) > 0.5) and (max[0..12](exposure) < 0.5))"
    assert holds["late"] == late  # 5 July is 15 weeks and a day after the start


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("always(phase == war)", (0, 52)),
        ("always(phase == war, since=2022-03-22)", (1, 52)),
        ("always(phase == war, until=2022-03-29)", (0, 1)),
        ("always(phase == war, since=2 weeks, until=20 days)", (2, 2)),
        ("always(phase == war, since=0, until=2023-03-20)", (0, 52)),
        ("at(phase == war, 10 days)", (1, 1)),
        ("at(phase == war, 11 days)", (2, 2)),
        ("at(phase == war, 2022-03-21 + 3 weeks)", (3, 3)),
        ("final(phase == war)", (52, 52)),
    ],
)
def test_windows_are_steps(written: str, window: tuple[int, int], tmp_path: Path) -> None:
    body = f"{TIME}phases: [peace, war]\nclaims: {{c: {{why: x, holds: '{written}'}}}}\n"
    (claim,) = case(tmp_path, body).claims
    assert isinstance(claim.holds, OverTime)
    assert (claim.holds.first, claim.holds.last) == window
    assert claim.holds.type.when is When.HINDSIGHT
    assert claim.written == written


def test_everything_is_in_base_units(tmp_path: Path) -> None:
    body = f"""{TIME}
assumptions:
  tariff: {{prior: 2 to 5, unit: percent, within: [1, 9], why: x}}
stocks:
  part: {{start: 20, within: [0, 100], unit: percent, change: -0.5 / day}}
  wait: {{start: 3 days, within: [0, 14], unit: days}}
events:
  jump: {{on: 2022-03-22, effects: {{part: 30, wait: 7}}}}
variables:
  later: {{value: 14, unit: days}}
  money: 3 EUR + 0
claims:
  held:
    why: x
    holds: final(part | do(part = 40, tariff = -2, wait = 7)) > 0.1
"""
    found = case(tmp_path, body)
    part, wait = found.stocks
    assert value(part.start) == pytest.approx(0.2)
    assert part.within == (0.0, 1.0)
    assert value(part.change.operands[1]) == pytest.approx(1 / 7)
    assert value(wait.start) == pytest.approx(3 / 7)
    assert wait.within == (0.0, 2.0)
    assert value(wait.change) == 0
    (tariff,) = found.assumptions
    assert tariff.prior.within == (1.0, 9.0)  # a prior stays in its own unit
    (event,) = found.events
    assert event.steps == (1,)
    assert [value(effect.value) for effect in event.effects] == pytest.approx([0.3, 1.0])
    assert [variable.unit.factor for variable in found.variables] == pytest.approx([1 / 7, 1.0])
    text = write(found.claims[0].holds)
    assert "do(part=0.4, tariff=-0.02, wait=1)" in text


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.6), (-1.0, 3.0), (0.0, 2.0), (3.0, 3.5)])
def test_an_interval_holds_the_central_ninety_percent(
    low: float, high: float, tmp_path: Path
) -> None:
    body = f"assumptions: {{a: {{prior: {low} to {high}, why: x}}}}\n"
    prior = case(tmp_path, body).assumptions[0].prior
    centre, spread = (float(p) for p in prior.parameters if isinstance(p, float))
    assert prior.interval
    assert prior.family == ("lognormal" if low > 0 else "normal")
    scale = math.log if low > 0 else float
    normal = NormalDist(scale(centre), spread)
    quantiles = [normal.inv_cdf(0.05), normal.inv_cdf(0.95)]
    assert quantiles == pytest.approx([scale(low), scale(high)], abs=1e-12)  # rounding only


@pytest.mark.parametrize(
    ("written", "family", "parameters"),
    [
        ("0.9", "fixed", (0.9,)),
        (" -3e-2 ", "fixed", (-0.03,)),
        ("1_500", "fixed", (1500.0,)),
        ("beta(2, 5)", "beta", (2.0, 5.0)),
        ("beta( a = 2 , b=5 )", "beta", (2.0, 5.0)),
        ("uniform(-1, +1)", "uniform", (-1.0, 1.0)),
        ("triangular(0, 0, 1)", "triangular", (0.0, 0.0, 1.0)),
        ("choice([0, 1], [1, 3])", "choice", ((0.0, 1.0), (0.25, 0.75))),
        ("choice([0, 1], weights=[1, 3,])", "choice", ((0.0, 1.0), (0.25, 0.75))),
        ("choice([4])", "choice", ((4.0,), (1.0,))),
        ("choice(1, 2)", "choice", ((1.0, 2.0), (0.5, 0.5))),
    ],
)
def test_priors_are_read(
    written: str, family: str, parameters: tuple[object, ...], tmp_path: Path
) -> None:
    body = f"assumptions: {{a: {{prior: '{written}', why: x}}}}\n"
    prior = case(tmp_path, body).assumptions[0].prior
    assert (prior.family, prior.parameters, prior.interval) == (family, parameters, False)
    assert prior.written == written.strip()


def test_variables_come_in_an_order_that_can_be_computed(tmp_path: Path) -> None:
    body = "variables: {d: b + c, b: a, c: a + b, a: 1, e: d > 2}\n"
    found = case(tmp_path, body).variables
    assert [variable.name for variable in found] == ["a", "b", "c", "d", "e"]
    assert found[-1].value.type.kind is Kind.TRUTH
    assert {variable.when for variable in found} == {When.FIXED}


GAME = """
actors: {russia: {}, nato: , china: {}}
games:
  g:
    PLAYED
    solve: {precision: 2}
    tree:
      russia:
        hold: {payoffs: {russia: 0, nato: 0, china: 1}}
        strike:
          chance:
            rain: {probability: 0.25, payoffs: {russia: 1, nato: 0}}
            sun:
              nato:
                wait: {payoffs: {russia: 2, nato: 1}}
                act: {payoffs: {russia: 0, nato: 1}}
claims:
  c: {why: x, holds: "probability(g, nato, act) > payoff(g, russia, hold)"}
  d: {why: x, holds: "always(payoff(g, china) >= 0)"}
"""


def test_games_and_what_claims_ask_of_them(tmp_path: Path) -> None:
    found = case(tmp_path, TIME + GAME.replace("PLAYED", "played: {on: 2022-05-01}"))
    (game,) = found.games
    assert game.schedule == (6,)  # 1 May is a Sunday, 41 days after the start
    assert game.actors == ("russia", "nato", "china")
    first, second = found.claims
    assert write(first.holds) == (
        "(probability(g, nato, act) as first played > payoff(g, russia, hold) as first played)"
    )
    assert write(second.holds) == "always[0..52]((payoff(g, china) >= 0))"


def test_a_case_without_time_asks_its_games_once(tmp_path: Path) -> None:
    body = GAME.replace("PLAYED", "why: x")
    body = body[: body.index("  d: {")]
    (claim,) = case(tmp_path, body).claims
    assert write(claim.holds) == "(probability(g, nato, act) > payoff(g, russia, hold))"
    left = claim.holds.operands[0]
    assert isinstance(left, GameValue)
    assert left.type.when is When.FIXED
