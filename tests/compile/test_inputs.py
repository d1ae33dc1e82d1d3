"""Seasons, pulses, ramps and curves: what flows from them, against loops and closed forms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

import schelling


def final(folder: Path, text: str, name: str = "s") -> np.ndarray:
    """The last value of a stock in every world."""
    path = folder / "case.yaml"
    path.write_text(f"schelling: 1\ntitle: x\n{text}\nclaims: {{}}\n", encoding="utf-8")
    run = schelling.run(schelling.load(path), worlds=16, seed=1, replicates=4, course=False)
    return run.draws[f"final.{name}"].to_numpy()


@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_a_season_is_a_loop_over_days(method: str, tmp_path: Path) -> None:
    """Sixteen months with a leap day: what grows in summer and wears off all year."""
    start, until = dt.date(2023, 11, 15), dt.date(2025, 3, 10)
    text = f"""
time: {{start: {start}, until: {until}, step: 1 day, method: {method}}}
stocks: {{s: {{start: 10, change: grown - s / 90 days}}}}
variables: {{grown: (1 / day) if month_of_year >= 5 and month_of_year <= 9 else 0 / day}}
"""
    s = 10.0
    for number in range((until - start).days):
        day = start + dt.timedelta(days=number)
        rate = 1.0 if 5 <= day.month <= 9 else 0.0
        if method == "euler":
            s += rate - s / 90
        else:  # the exact flow within a day
            s = rate * 90 + (s - rate * 90) * np.exp(-1 / 90)
    # Runge and Kutta are off by (1 / 90)**5 / 120 a day of at most 90, for 481 days: below 1e-7
    assert final(tmp_path, text) == pytest.approx(s, abs=1e-7 if method == "rk4" else 1e-11)


def test_day_of_year_drives_a_wave(tmp_path: Path) -> None:
    text = """
time: {start: 2024-01-01, until: 2025-01-01, step: 1 day, method: euler}
stocks: {s: {start: 0, change: (1 + cos(6.283185307179586 * day_of_year / 366)) / day}}
"""
    days = np.arange(1, 367)
    wanted = np.sum(1 + np.cos(2 * np.pi * days / 366))
    assert final(tmp_path, text) == pytest.approx(wanted, rel=1e-12)  # 366 roundings


@pytest.mark.parametrize(
    ("rate", "wanted"),
    [
        ("step(4 weeks)", 16.0),
        ("step(2021-05-01)", 20.0),
        ("pulse(2022-04-04, 5 weeks)", 5.0),
        ("pulse(18 weeks, 5 weeks)", 2.0),
        ("pulse(3 weeks, 0 weeks)", 0.0),
        ("ramp(4 weeks, 12 weeks)", 12.0),
        ("ramp(12 weeks, 2022-09-26)", 0.5 * 8 * 8 / 15),
        ("interpolate(elapsed, [[0 weeks, 0], [10 weeks, 2], [20 weeks, 1]])", 10 + 15),
        ("interpolate(now, [[2022-03-28, 3], [2022-04-04, 0]])", 3 + 1.5),
        ("interpolate(s, [[0, 1], [100, 1]])", 20.0),
    ],
)
def test_what_is_poured_in_is_the_area_below(rate: str, wanted: float, tmp_path: Path) -> None:
    """Jumps and corners lie on steps here, where Runge and Kutta's rule is Simpson's: exact.

    The last stage stands a millionth of a substep before its end, which moves a slope by so much.
    """
    text = f"""
time: {{start: 2022-03-21, until: 2022-08-08}}
stocks: {{s: {{start: 0, change: "({rate}) / 1 week"}}}}
"""
    assert final(tmp_path, text) == pytest.approx(wanted, rel=1e-6, abs=1e-12)


def test_a_jump_inside_a_substep_is_late_by_the_rule_of_euler_only(tmp_path: Path) -> None:
    """By up to a substep: the error falls with their number. By Runge and Kutta it is exact."""
    errors: list[float] = []
    for parts in (1, 10, 100):
        text = f"""
time: {{start: 2022-03-21, until: 2022-08-08, substeps: {parts}, method: euler}}
stocks: {{s: {{start: 0, change: step(3.3 weeks) / 1 week}}}}
"""
        exact = final(tmp_path, text.replace(", method: euler", ""))[0]
        assert exact == pytest.approx(16.7, rel=1e-12)
        errors.append(abs(final(tmp_path, text)[0] - 16.7))
        assert errors[-1] <= 1 / parts
    assert errors[2] < errors[0] / 10


def test_moments_can_be_drawn(tmp_path: Path) -> None:
    """A landing at an unknown time: each world has its own."""
    text = """
time: {start: 2022-03-21, until: 2022-08-08, substeps: 100}
assumptions: {landing: {prior: "uniform(2, 8)", unit: week, why: x}}
stocks: {s: {start: 0, change: "ramp(landing, landing + 10 weeks) / 1 week"}}
"""
    path = tmp_path / "case.yaml"
    path.write_text(f"schelling: 1\ntitle: x\n{text}\nclaims: {{}}\n", encoding="utf-8")
    draws = schelling.run(schelling.load(path), worlds=16, seed=1, replicates=4, course=False).draws
    wanted = 5 + 10 - draws["landing"]
    gap = np.abs(draws["final.s"] - wanted).max()
    assert gap < 1e-3  # corners inside substeps: the slope, 0.1 a week, times a substep squared


def test_a_curve_is_met_at_its_points(tmp_path: Path) -> None:
    """Exactly there, on the line between them, and level outside."""
    text = """
time: {start: 2022-03-21, until: 2022-03-28}
assumptions: {x: {prior: "choice(-5, 0, 1, 1.5, 3, 9)", why: x}}
stocks: {s: {start: "interpolate(x, [[0, 0.1], [1, 0.3], [2, 1e6], [3, 0.7]])"}}
"""
    path = tmp_path / "case.yaml"
    path.write_text(f"schelling: 1\ntitle: x\n{text}\nclaims: {{}}\n", encoding="utf-8")
    draws = schelling.run(schelling.load(path), worlds=64, seed=1, replicates=4, course=False).draws
    wanted = {-5: 0.1, 0: 0.1, 1: 0.3, 1.5: 0.5 * 0.3 + 0.5 * 1e6, 3: 0.7, 9: 0.7}
    assert set(draws["x"]) == set(wanted)
    assert list(draws["final.s"]) == [wanted[x] for x in draws["x"]]
