"""Models out and in again run as they did before."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interchange.running import course, imported_course
from schelling.case.check import load
from schelling.case.model import Case
from schelling.compile.drawing.draws import middles
from schelling.interchange.stockflow.terms import Fn, If, Neg, Not, Num, Op, Ref, Term
from schelling.interchange.xmile import equations, from_case
from schelling.interchange.xmile.into_case import imported

FOLDER = Path(__file__).parent / "conformance"
SAME = 1e-9
"""The same steps with other groupings of the same sums, over a few hundred steps."""

TRIED = ("chained_initialization", "delays2", "gf_extrapolate", "input_functions", "modules")
TRIED += ("macro_stock", "non_negative_stocks", "rk4_growth", "smooth", "subscripted_delays")
TRIED += ("subscript_switching", "trend")


HOUSE = ("papers/friedkin-johnsen-1999", "papers/lueckmann-2021-sir", "papers/richardson-1960")
"""Cases of the library whose quantities XMILE can all hold, by name."""


@pytest.mark.parametrize("name", TRIED)
def test_out_and_in_again_gives_the_same_numbers(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(imported(FOLDER / f"{name}.xmile").text, encoding="utf-8")
    assert not assert_comes_back(load(path), tmp_path)


@pytest.mark.parametrize("name", HOUSE)
def test_quantities_of_cases_of_the_library_come_back(name: str, tmp_path: Path) -> None:
    """What is left out is what no model of stocks has."""
    left_out = assert_comes_back(load(Path(__file__).parents[2] / "cases" / name), tmp_path)
    assert {what.split()[1] for what in left_out} <= {"claim", "claims", "priors"}


def assert_comes_back(case: Case, folder: Path) -> list[str]:
    """Every number that is written out runs as before; what is left out."""
    before = course(case)
    made = from_case.exported(case, middles(case))
    out = folder / "again.xmile"
    out.write_text(made.text, encoding="utf-8")
    again = imported(out)
    after = imported_course(again, folder)
    assert made.names
    for own, there in made.names.items():
        now = after[again.named.quantities[there]]
        assert now == pytest.approx(before[own], rel=SAME, abs=SAME), own
    return [one.what for one in made.left_out]


def test_a_case_of_the_house_comes_back(tmp_path: Path) -> None:
    """Its priors become their medians, and its claims are listed as left out."""
    case = load(Path(__file__).parents[2] / "cases/teaching/arms-race")
    made = from_case.exported(case, middles(case))
    assert [one.what for one in made.left_out] == ["4 claims", "6 priors"]
    out = tmp_path / "race.xmile"
    out.write_text(made.text, encoding="utf-8")
    after = imported_course(imported(out), tmp_path)
    assert after["ash"][-1] == pytest.approx(after["birch"][-1])
    assert after["ash"][-1] == pytest.approx(after["ash_balance"][-1], rel=1e-2)  # after 40 years


NAMES = st.sampled_from(["x", "y", "a_long_name"])
NUMBERS = st.integers(0, 9).map(float)


def _deeper(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    signs = st.sampled_from(["+", "-", "*", "/", "^", "<", ">=", "=", "<>", "and", "or", "mod"])
    return st.one_of(
        st.builds(Op, signs, inner, inner),
        st.builds(Neg, inner),
        st.builds(Not, inner),
        st.builds(If, inner, inner, inner),
        st.builds(Fn, st.sampled_from(["max", "min"]), st.tuples(inner, inner)),
    )


TERMS: st.SearchStrategy[Term] = st.recursive(
    st.one_of(st.builds(Num, NUMBERS), st.builds(Ref, NAMES)), _deeper, max_leaves=12
)


def written(term: Term) -> str:
    """With all brackets, and words in changing case."""
    match term:
        case Num():
            return f"{term.value:g}"
        case Ref():
            return term.name.upper().replace("_", "  _ ".strip())
        case Neg():
            return f"(-{written(term.x)})"
        case Not():
            return f"(Not {written(term.x)})"
        case Op():
            return f"({written(term.left)} {term.sign.upper()} {{why}} {written(term.right)})"
        case If():
            parts = map(written, (term.condition, term.then, term.otherwise))
            return "(IF {} Then {} else {})".format(*parts)
        case Fn():
            return f"{term.name.upper()}({', '.join(map(written, term.args))})"


@given(TERMS)
def test_an_equation_is_read_as_it_was_meant(term: Term) -> None:
    assert equations.parse(written(term)) == term


@given(
    starts=st.lists(st.integers(1, 20), min_size=2, max_size=3),
    rates=st.lists(st.integers(-9, 9), min_size=9, max_size=9),
    euler=st.booleans(),
)
@settings(max_examples=8)
def test_linear_models_follow_their_matrix(
    starts: list[int], rates: list[int], euler: bool
) -> None:
    """Euler's rule is I + hA a step, RK4 the series of exp(hA) up to the fourth power."""
    n, h = len(starts), 0.25
    matrix = np.array(rates[: n * n], dtype=float).reshape(n, n) / 50
    flows = (
        " + ".join(f"{float(matrix[i, j])!r} * s{j}" for j in range(n)).replace("+ -", "- ")
        for i in range(n)
    )
    variables = "".join(
        f'<stock name="s{i}"><eqn>{starts[i]}</eqn><inflow>f{i}</inflow></stock>'
        f'<flow name="f{i}"><eqn>{flow}</eqn></flow>'
        for i, flow in enumerate(flows)
    )
    method = "Euler" if euler else "RK4"
    specs = f'<sim_specs method="{method}"><start>0</start><stop>5</stop><dt>{h}</dt></sim_specs>'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.xmile"
        model = f"<model><variables>{variables}</variables></model>"
        path.write_text(f"<xmile>{specs}{model}</xmile>", encoding="utf-8")
        found = imported_course(imported(path), Path(folder))
    step, power = np.eye(n), np.eye(n)
    for k in range(1, 2 if euler else 5):
        power = power @ (h * matrix) / k
        step = step + power
    wanted = np.linalg.matrix_power(step, 20) @ starts
    assert [found[f"s{i}"][-1] for i in range(n)] == pytest.approx(wanted, rel=SAME)
