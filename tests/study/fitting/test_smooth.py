"""Where gradients reach from assumptions to records, and that they are right."""

from pathlib import Path

import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose

import schelling
from schelling.compile.records import smooth
from schelling.errors import RunError
from schelling.study.fitting import gradients
from schelling.study.fitting.fit import fit
from schelling.study.fitting.problem import problem
from study.fitting.lines import rows, write, written

STOCK = "stocks: {height: {start: level, change: slope}}"
ROUGH = {
    "chance": (
        STOCK,
        STOCK + "\nevents: {jump: {hazard: 0.1 / week, effects: {height: height + 1}}}",
        "chance reaches",
    ),
    "choice": (
        'prior: "normal(0, 2)"',
        'prior: "choice([0, 1])"',
        "'level' is a choice",
    ),
    "jump": (
        "change: slope",
        "change: slope if height > 1 else 0 / week",
        "'height' has a jump",
    ),
    "count": (
        STOCK,
        "stocks:\n  height: {start: level, change: slope * happened(tick)}\n"
        "  ticks: {start: 0, change: 0 / week}\n"
        "events: {tick: {on: 2022-01-10, while: level > 0, effects: {ticks: ticks + 1}}}",
        "'height' has a jump",
    ),
}


def changed(folder: Path, old: str, new: str) -> schelling.Case:
    write(folder, written(rows(6)))
    path = folder / "case.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return schelling.load(folder)


@pytest.mark.parametrize("kind", ROUGH)
def test_what_makes_a_case_rough_is_said(tmp_path: Path, kind: str) -> None:
    old, new, said = ROUGH[kind]
    case = changed(tmp_path, old, new)
    assert said in smooth.rough(problem(case).plan)
    with pytest.raises(RunError, match=f"cannot be fitted by 'nuts': .*{said[:12]}.*; use 'smc'"):
        fit(case, engine="nuts", worlds=512)


@pytest.mark.parametrize(
    "prior", ["normal(0, 2)", "beta(2, 3)", "gamma(2, 1.5)", "0.5 to 3", "uniform(-1, 2)"]
)
def test_the_smooth_way_gives_what_worlds_give(tmp_path: Path, prior: str) -> None:
    """Cubics through 4,097 values of a quantile function: 1e-8 of the spread of the prior."""
    posed = problem(changed(tmp_path, 'prior: "normal(0, 2)"', f'prior: "{prior}"'))
    points = posed.prior_points(512, 16)
    arguments, _ = posed.arguments(points, np.arange(512, dtype=np.uint32))
    found = np.asarray(jax.jit(smooth.columns(posed.plan))(points))[:, : len(rows(6))]
    assert_allclose(found, arguments[0][0], atol=1e-6)


def test_gradients_are_those_of_differences(tmp_path: Path) -> None:
    """Central differences with a step of 1e-4 are right to about 1e-6 of the values."""
    posed = problem(schelling.load(write(tmp_path, written(rows(6)))))
    density = jax.jit(gradients.log_likelihood(posed))
    here, step = np.array([0.3, -0.2]), 1e-4
    ahead = [density(here + step * unit) for unit in np.eye(2)]
    behind = [density(here - step * unit) for unit in np.eye(2)]
    differences = (np.array(ahead) - np.array(behind)) / (2 * step)
    assert_allclose(jax.grad(density)(here), differences, rtol=1e-5)
    worlds = posed.prior_points(512, 16)
    known = posed.log_likelihood(worlds, np.arange(512, dtype=np.uint32))
    assert float(density(worlds[0, list(posed.moved)])) == pytest.approx(known[0], rel=1e-9)
