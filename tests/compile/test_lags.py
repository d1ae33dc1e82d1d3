"""Smoothing and delays against their closed forms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.planning import plan

T = np.arange(0, 27, dtype=float)  # weeks
LAG = 6.0


def series(
    folder: Path, variables: str, *, time: str = "substeps: 10", more: str = ""
) -> schelling.Run:
    path = folder / "case.yaml"
    path.write_text(
        f"""
schelling: 1
title: x
time: {{start: 2022-03-21, until: 2022-09-19, {time}}}
variables:
{variables}
{more}
claims: {{}}
""",
        encoding="utf-8",
    )
    return schelling.run(schelling.load(path), worlds=16, seed=1, replicates=4)


def course(run: schelling.Run, name: str) -> np.ndarray:
    return run.series[name].values[0]


def erlang(order: int, time: np.ndarray) -> np.ndarray:
    """Distribution function of the sum of so many equal exponential waits with mean LAG in all."""
    u = np.maximum(time, 0) * order / LAG
    terms = [u**k / np.prod(range(1, k + 1)) for k in range(order)]
    return 1 - np.exp(-u) * np.sum(terms, axis=0)


@pytest.mark.parametrize("function", ["smooth", "delay"])
@pytest.mark.parametrize("order", [1, 3, 7])
def test_the_answer_to_a_step_is_erlangs_distribution(
    function: str, order: int, tmp_path: Path
) -> None:
    """Of order 1 exponential, of order 3 Erlang-3; the step comes at a step of the case.

    Runge and Kutta are off by (h / stage)**4 / 120 times the few stages that have passed: for a
    tenth of a week below 1e-8, 1e-6 and 3e-5.
    """
    run = series(tmp_path, f"  y: {function}(step(4 weeks), {LAG:g} weeks, order={order})")
    room = 5 * (0.1 * order / LAG) ** 4 / 120 * order
    assert course(run, "y") == pytest.approx(erlang(order, T - 4), abs=room)


def test_behind_a_slope_it_lags_by_its_time(tmp_path: Path) -> None:
    """x = t: t - T + T exp(-t / T). Runge and Kutta read a slope a millionth too early."""
    run = series(tmp_path, f"  y: smooth(elapsed / 1 week, {LAG:g} weeks)")
    wanted = T - LAG + LAG * np.exp(-T / LAG)
    assert course(run, "y") == pytest.approx(wanted, abs=1e-6)


def test_eulers_rule_is_the_recursion_of_exponential_smoothing(tmp_path: Path) -> None:
    """In whole steps: y += (x - y) / T, as in a loop over the steps."""
    run = series(
        tmp_path,
        "  x: 2 + sin(elapsed / 2 weeks)\n  y: smooth(x, 3 weeks, order=2)",
        time="method: euler",
    )
    x = 2 + np.sin(T / 2)
    first = second = x[0]
    wanted: list[float] = []
    for now in x:
        wanted.append(second)
        first, second = first + (now - first) * 2 / 3, second + (first - second) * 2 / 3
    assert course(run, "y") == pytest.approx(np.array(wanted), abs=1e-13)  # rounding


def test_what_does_not_move_is_followed_without_a_lag(tmp_path: Path) -> None:
    """It starts as if x had always been what it is, and stays there to the last digit."""
    more = "stocks: {s: {start: 0.7}}"
    run = series(
        tmp_path,
        "  y: smooth(s, 3 weeks, order=5)",
        more=more,
    )
    assert set(course(run, "y")) == {0.7}
    assert run.case.stocks[0].name == "s"
    assert [stock.remembers for stock in run.case.stocks] == [False] + 5 * [True]


def test_a_delay_loses_nothing_while_its_time_changes(tmp_path: Path) -> None:
    """What was sent is what has arrived and what is still under way; smoothing would not add up."""
    variables = """
  sent: 2 + sin(elapsed / 2 weeks)
  lasts: 4 weeks + 0.1 * elapsed
  arriving: delay(sent, lasts, order=3)
"""
    more = """
stocks:
  all_sent: {start: 0, change: sent / 1 week}
  arrived: {start: 0, change: arriving / 1 week}
"""
    run = series(tmp_path, variables, more=more)
    under_way = [s.name for s in run.case.stocks if s.remembers]
    assert len(under_way) == 3
    built = plan.build(run.case)
    seen = worlds.whole_course(built, np.zeros((1, 0)), np.zeros(1, np.uint32), luck.of(built, 1))
    held = np.sum([np.asarray(seen.look(name))[:, 0] for name in under_way], axis=0)
    left = course(run, "all_sent") - course(run, "arrived") - (held - held[0])
    assert np.abs(left).max() < 1e-12  # rounding of some 300 substeps
    assert held[0] == pytest.approx(2 * 4)  # sent for four weeks


def test_equal_calls_share_their_stocks(tmp_path: Path) -> None:
    variables = """
  x: sin(elapsed / 2 weeks)
  a: smooth(x, 3 weeks)
  b: smooth(x, 3 weeks) + smooth(x, 21 days)
  c: smooth(x, 3 weeks, order=2)
"""
    run = series(tmp_path, variables)
    assert [s.name for s in run.case.stocks] == [
        "smooth(x, 3 weeks)",
        "smooth(x, 3 weeks, order=2), stage 1",
        "smooth(x, 3 weeks, order=2)",
    ]


def test_a_time_that_is_drawn_below_zero_has_no_answer(tmp_path: Path) -> None:
    """Such worlds are counted as failed, not answered by something that explodes."""
    path = tmp_path / "case.yaml"
    path.write_text(
        """
schelling: 1
title: x
time: {start: 2022-03-21, until: 2022-09-19}
assumptions: {lag: {prior: "choice(-1, 0, 2)", unit: week, why: x}}
claims: {c: {why: x, holds: "final(smooth(elapsed, lag)) > 20 weeks"}}
""",
        encoding="utf-8",
    )
    draws = schelling.run(schelling.load(path), worlds=64, seed=1, replicates=4, course=False).draws
    assert ((draws["status"] != 0) == (draws["lag"] <= 0)).all()
