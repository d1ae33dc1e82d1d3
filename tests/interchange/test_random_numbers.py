"""Random numbers of every step: their distributions, their independence, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from interchange.running import imported_course
from schelling.case.check import load
from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.planning import plan
from schelling.errors import CaseError
from schelling.interchange.xmile.into_case import Imported, imported

WORLDS = 2_000
UNLIKELY = 1e-4
"""No p-value below it: with 2,000 worlds of a fixed seed, and some forty tests, one in 250 runs of
other seeds would fall below it by chance."""

EXACT = 1e-9  # of numbers of size 1 to 100, in sums of 20 terms


def made(folder: Path, variables: str, *, saved: float = 0.5, lenient: bool = False) -> Imported:
    path = folder / "model.xmile"
    specs = "<sim_specs><start>0</start><stop>6</stop><dt>0.5</dt>"
    specs += f"<save_step>{saved}</save_step></sim_specs>"
    sides = '<dimensions><dim name="side" size="2"/></dimensions>'
    text = f"<xmile>{specs}{sides}<model><variables>{variables}</variables></model></xmile>"
    path.write_text(text, encoding="utf-8")
    return imported(path, lenient=lenient)


def many(folder: Path, found: Imported) -> dict[str, np.ndarray]:
    """Every stock and variable that moves, (world, time), in many worlds."""
    path = folder / "case.yaml"
    path.write_text(found.text, encoding="utf-8")
    case = load(path)
    built = plan.build(case)
    values = [float(one.prior.written) for one in case.assumptions]
    draws = jnp.broadcast_to(jnp.array(values, dtype=float), (WORLDS, len(values)))
    of = luck.of(built, 7)
    numbers = jnp.arange(WORLDS, dtype=jnp.uint32)
    finished = worlds.simulation(built)(draws, numbers, of)
    series = np.asarray(worlds.courses(built)(draws, finished).series)
    return {name: series[:, :, n] for n, name in enumerate(built.series)}


def aux(name: str, equation: str, more: str = "") -> str:
    return f'<aux name="{name}">{more}<eqn>{equation}</eqn></aux>'


SIGMA = np.sqrt(np.log(1 + (2 / 5) ** 2))
DISTRIBUTIONS: dict[str, tuple[str, Any]] = {
    "normal": ("NORMAL(3, 2)", stats.norm(3, 2).cdf),
    "seeded": ("NORMAL(3, 2, 4711)", stats.norm(3, 2).cdf),
    "cut": ("NORMAL(3, 2, 1, 0, 4)", stats.truncnorm(-1.5, 0.5, 3, 2).cdf),
    "uniform": ("UNIFORM(-1, 3)", stats.uniform(-1, 4).cdf),
    "random": ("RANDOM(2, 3)", stats.uniform(2, 1).cdf),
    "waiting": ("EXPRND(4)", stats.expon(scale=4).cdf),
    "skewed": ("LOGNORMAL(5, 2)", stats.lognorm(SIGMA, scale=5 * np.exp(-(SIGMA**2) / 2)).cdf),
    "triangle": ("TRIANGULAR(1, 2, 5)", stats.triang(0.25, 1, 4).cdf),
    "logistic": ("LOGISTIC(1, 2)", stats.logistic(1, 2).cdf),
    "weibull": ("WEIBULL(2, 3)", stats.weibull_min(2, scale=3).cdf),
    "pareto": ("PARETO(3, 2)", stats.pareto(3, scale=2).cdf),
}


def test_each_function_has_its_distribution_at_every_step(tmp_path: Path) -> None:
    """Against SciPy, at the start, in the middle and at the end of the run."""
    text = "".join(aux(name, equation) for name, (equation, _) in DISTRIBUTIONS.items())
    case = made(tmp_path, text)
    found = many(tmp_path, case)
    for name, (_, cdf) in DISTRIBUTIONS.items():
        for step in (0, 6, 12):
            drawn = found[case.named.quantities[name]][:, step]
            assert stats.kstest(drawn, cdf).pvalue > UNLIKELY, (name, step)


def test_draws_are_independent_of_each_other_and_from_step_to_step(tmp_path: Path) -> None:
    """Two calls, two elements, two steps: correlations of nothing but chance."""
    over = '<dimensions><dim name="side"/></dimensions>'
    text = aux("both", "UNIFORM(0, 1) - UNIFORM(0, 1)") + aux("each", "UNIFORM(0, 1)", over)
    found = many(tmp_path, made(tmp_path, text))
    assert stats.kstest(found["both"][:, 3], stats.triang(0.5, -1, 2).cdf).pvalue > UNLIKELY
    one, other = found["each[side_1]"], found["each[side_2]"]
    pairs = [(one[:, 2], other[:, 2]), (one[:, 2], one[:, 3]), (one[:, 0], one[:, 1])]
    assert all(stats.pearsonr(*pair).pvalue > UNLIKELY for pair in pairs)


def test_parameters_may_move_and_a_stock_gathers_what_is_drawn(tmp_path: Path) -> None:
    """The mean is the stock's own; one draw a step of the model, whatever is saved."""
    text = '<stock name="S"><eqn>10</eqn><inflow>f</inflow></stock>'
    text += '<flow name="f"><eqn>NORMAL(S, 2)</eqn></flow>' + aux("twice", "f - S")
    found = many(tmp_path, made(tmp_path, text, saved=2.0))
    assert found["s"].shape[1] == 13
    assert stats.kstest(found["twice"][:, 9], stats.norm(0, 2).cdf).pvalue > UNLIKELY
    gathered = found["s"][:, :-1] + 0.5 * found["f"][:, :-1]
    assert found["s"][:, 1:] == pytest.approx(gathered, abs=EXACT)


def test_a_macro_and_a_smooth_see_one_draw(tmp_path: Path) -> None:
    """What a call gives is one number, however often its copies are read."""
    text = aux("noise", "NORMAL(0, 1)") + aux("slow", "SMTH1(noise, 2)")
    text += aux("slow too", "SMTH1(NORMAL(0, 1), 2)")
    found = many(tmp_path, made(tmp_path, text))
    assert (found["slow"][:, 0] == found["noise"][:, 0]).all()
    rate = (found["noise"][:, :-1] - found["slow"][:, :-1]) / 2
    assert found["slow"][:, 1:] == pytest.approx(found["slow"][:, :-1] + 0.5 * rate, abs=EXACT)


REFUSED = {
    "arrivals": (aux("x", "POISSON(3)"), "POISSON in 'x'", "an event with a hazard"),
    "a start": (
        '<stock name="s"><eqn>NORMAL(3, 1)</eqn></stock>' + aux("x", "s"),
        "NORMAL in 's'",
        "give an assumption a prior",
    ),
    "an interval that moves": (
        aux("x", "NORMAL(0, 1, 1, -TIME, 9)"),
        "NORMAL in 'x'",
        "its parameters change",
    ),
    "an interval that jumps": (
        aux("x", "NORMAL(0, 1, 1, 0 - STEP(1, 2), 9)"),
        "NORMAL in 'x'",
        "its parameters change",
    ),
    "an interval of what moves": (
        aux("y", "TIME") + aux("x", "NORMAL(0, 1, 1, -y, 9)"),
        "NORMAL in 'x'",
        "its parameters change",
    ),
    "a start without a mean": (
        '<stock name="s"><eqn>WEIBULL(3, 1)</eqn></stock>',
        "WEIBULL in 's'",
        "nothing can start",
    ),
    "too few arguments": (
        aux("x", "NORMAL(3)"),
        "NORMAL in 'x'",
        "is read with 2 to 5 arguments, not 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_is_refused_with_what_to_do(name: str, tmp_path: Path) -> None:
    text, what, why = REFUSED[name]
    with pytest.raises(CaseError) as refused:
        made(tmp_path, text)
    (problem,) = refused.value.problems
    assert problem.code == "E908"
    assert what in problem.message
    assert why in problem.message


def test_with_leniency_means_stand_in_their_place(tmp_path: Path) -> None:
    text = aux("x", "POISSON(3)") + '<stock name="s"><eqn>NORMAL(4, 1)</eqn></stock>'
    found = imported_course(made(tmp_path, text, lenient=True), tmp_path)
    assert (found["x"][0], found["s"][0]) == (3, 4)


def test_npv_with_fewer_arguments_is_refused_by_name(tmp_path: Path) -> None:
    said = r"NPV in 'worth' is read with 4 arguments \(stream, discount rate, .*\), not 2"
    with pytest.raises(CaseError, match=said):
        made(tmp_path, aux("worth", "NPV(10 + TIME, 0.1)"))


def test_npv_and_sample_if_true_are_their_published_equations(tmp_path: Path) -> None:
    """Against the loops that the manual states, step by step."""
    text = aux("stream", "10 + TIME") + aux("worth", "NPV(stream, 0.1, 5, 2)")
    text += aux("kept", "SAMPLE_IF_TRUE(SIN(TIME) &gt; 0, TIME, -1)")
    found = imported_course(made(tmp_path, text), tmp_path)
    factor, gathered, kept = 1.0, 5.0, -1.0
    for step in range(13):
        time = 0.5 * step
        stream = 10 + time
        worth = (gathered + stream * 0.5 * factor) * 2
        kept = time if np.sin(time) > 0 else kept
        assert found["worth"][step] == pytest.approx(worth, abs=EXACT)
        assert found["kept"][step] == pytest.approx(kept, abs=EXACT)
        gathered, factor = gathered + 0.5 * stream * factor, factor - 0.5 * factor * 0.1 / 1.05
