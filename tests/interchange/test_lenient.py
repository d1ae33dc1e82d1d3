"""What a case cannot have is refused by name and line, or left out and listed; never lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from schelling.errors import CaseError
from schelling.interchange.xmile.into_case import Imported, imported

SPECS = "<sim_specs{}><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
HIDDEN = {
    "a random number": ('<aux name="x"><eqn>POISSON(3)</eqn></aux>', "POISSON in 'x'"),
    "an unknown function": ('<aux name="x"><eqn>MYSTERY(3)</eqn></aux>', "MYSTERY in 'x'"),
    "a queue": (
        '<stock name="x"><eqn>3</eqn><outflow>y</outflow><queue/></stock>'
        '<flow name="y"><eqn>1</eqn></flow>',
        "queue 'x'",
    ),
    "a queue that nothing leaves": ('<stock name="x"><eqn>3</eqn><queue/></stock>', "queue 'x'"),
    "a conveyor of batches": (
        '<stock name="x"><eqn>3</eqn><outflow>y</outflow><conveyor discrete="true"><len>2</len>'
        '</conveyor></stock><flow name="y"><eqn>0</eqn></flow>',
        "conveyor 'x' in 'x': its batches are whole",
    ),
    "two equations": ('<aux name="x"><eqn>3</eqn><eqn>4</eqn></aux>', "<eqn> of 'x'"),
    "a flow named twice": (
        '<stock name="x"><eqn>3</eqn><inflow>y z</inflow><inflow>Y_Z</inflow></stock>'
        '<flow name="y z"><eqn>1</eqn></flow>',
        "<inflow> of 'x'",
    ),
    "another kind": ('<gadget name="x"/><aux name="y"><eqn>1</eqn></aux>', "<gadget> 'x'"),
    "a leak from half a step": (
        '<stock name="x"><eqn>3</eqn><outflow>y</outflow><outflow>z</outflow><conveyor>'
        '<len>2</len></conveyor></stock><flow name="y"><eqn>0</eqn></flow>'
        '<flow name="z" leak_start="0.25"><eqn>0.1</eqn><leak/></flow>',
        "conveyor 'x' in 'x': the zone of 'z'",
    ),
    "a leak of whole units": (
        '<stock name="x"><eqn>3</eqn><outflow>y</outflow><outflow>z</outflow><conveyor>'
        '<len>2</len></conveyor></stock><flow name="y"/><flow name="z"><eqn>0.1</eqn><leak/>'
        "<leak_integers/></flow>",
        "<leak_integers> of 'z'",
    ),
    "a queue that gives one batch at a time": (
        '<stock name="x"><eqn>3</eqn><outflow>y</outflow><queue/></stock><flow name="y">'
        '<eqn>0</eqn></flow><stock name="z"><eqn>0</eqn><inflow>y</inflow><conveyor '
        'discrete="true"><len>2</len></conveyor></stock>',
        "conveyor 'z' in 'z': it takes the batches",
    ),
    "what is spread over a conveyor": (
        '<flow name="x" isee:spreadflow="even"><eqn>1</eqn></flow><stock name="y"><eqn>0</eqn>'
        "<inflow>x</inflow><conveyor><len>2</len></conveyor></stock>",
        "isee:spreadflow='even' of 'x'",
    ),
    "a varying pipeline": ('<aux name="x"><eqn>DELAY(TIME, 1 + TIME)</eqn></aux>', "pipeline in"),
}


def read(tmp_path: Path, variables: str, *, lenient: bool = False, specs: str = "") -> Imported:
    path = tmp_path / "model.xmile"
    text = f"<xmile>{SPECS.format(specs)}\n<model><variables>\n{variables}\n</variables></model>"
    path.write_text(f"{text}</xmile>", encoding="utf-8")
    return imported(path, lenient=lenient)


@pytest.mark.parametrize("name", HIDDEN)
def test_it_is_refused_with_its_line_or_listed(name: str, tmp_path: Path) -> None:
    variables, what = HIDDEN[name]
    with pytest.raises(CaseError) as refused:
        read(tmp_path, variables)
    (problem,) = refused.value.problems
    assert what in problem.message
    assert problem.span is not None
    assert problem.span.line == 3
    left = read(tmp_path, variables, lenient=True).left_out
    assert [(one.line, what in f"{one.what}: {one.why}") for one in left] == [(3, True)]


def test_a_random_number_is_held_at_its_mean(tmp_path: Path) -> None:
    both = '<aux name="x"><eqn>POISSON(3) + BINOMIAL(4, 0.5)</eqn></aux>'
    made = read(tmp_path, both, lenient=True)
    assert len(made.left_out) == 2
    assert imported_course(made, tmp_path)["x"] == pytest.approx(np.full(5, 5.0))


@pytest.mark.parametrize(
    ("written", "mean"),
    [
        ("BETA(2, 3)", 0.4),
        ("BINOMIAL(10, 0.5)", 5.0),
        ("GAMMA(2, 3)", 6.0),
        ("GEOMETRIC(0.25)", 4.0),
    ],
)
def test_the_means_of_what_cannot_be_drawn(written: str, mean: float, tmp_path: Path) -> None:
    both = f'<aux name="x"><eqn>TIME * {written}</eqn></aux>'
    made = read(tmp_path, both, lenient=True)
    assert [one.what for one in made.left_out] == [f"{written.partition('(')[0]} in 'x'"]
    assert imported_course(made, tmp_path)["x"] == pytest.approx(mean * np.arange(5))


MACRO = """<macro name="SCALED"><parm>a</parm><parm default="2 * 3">b</parm><eqn>a * b</eqn>{}
</macro><macro name="REC"><parm>a</parm><eqn>REC(a)</eqn></macro>"""


def with_macro(
    tmp_path: Path, equation: str, inside: str = "", *, lenient: bool = False
) -> Imported:
    path = tmp_path / "model.xmile"
    model = f'<model><variables><aux name="x"><eqn>{equation}</eqn></aux></variables></model>'
    path.write_text(f"<xmile>{SPECS.format('')}{MACRO.format(inside)}{model}</xmile>")
    return imported(path, lenient=lenient)


def test_a_macro_takes_its_defaults(tmp_path: Path) -> None:
    made = with_macro(tmp_path, "SCALED(TIME) + SCALED(TIME, 1)")
    assert imported_course(made, tmp_path)["x"] == pytest.approx(7.0 * np.arange(5))


def test_a_default_sees_the_parameters_and_nothing_of_the_model(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    macro = "<macro name='R'><parm>a</parm><parm default='{}'>b</parm><eqn>a * b</eqn></macro>"
    model = "<model><variables><aux name='a'><eqn>100</eqn></aux><aux name='q'><eqn>5</eqn></aux>"
    model += "<aux name='x'><eqn>R(1)</eqn></aux></variables></model></xmile>"
    path.write_text(f"<xmile>{SPECS.format('')}{macro.format('a + 1')}{model}")
    assert imported_course(imported(path), tmp_path)["x"] == pytest.approx([2.0] * 5)
    path.write_text(f"<xmile>{SPECS.format('')}{macro.format('q + 1')}{model}")
    with pytest.raises(CaseError, match="'q' in the equation of 'b' is not defined"):
        imported(path)


@pytest.mark.parametrize(
    ("default", "equation", "said"),
    [
        ("2 *", "HALF(1, 2)", "a default of the macro 'HALF' cannot be read"),
        ("2", "HALF(1)", "HALF takes 2 arguments"),  # none is given for the last one
    ],
)
def test_a_default_that_cannot_be_used_is_told(
    default: str, equation: str, said: str, tmp_path: Path
) -> None:
    macro = f"<macro name='HALF'><parm default='{default}'>a</parm><parm>b</parm><eqn>a * b</eqn>"
    model = f"<model><variables><aux name='x'><eqn>{equation}</eqn></aux></variables></model>"
    path = tmp_path / "model.xmile"
    path.write_text(f"<xmile>{SPECS.format('')}{macro}</macro>{model}</xmile>")
    with pytest.raises(CaseError, match=said):
        imported(path)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("SCALED()", "SCALED takes 1 to 2 arguments"),
        ("REC(1, 2)", "REC takes 1 argument "),
        ("REC(1)", "more than 8 deep: REC"),
    ],
)
def test_a_macro_that_cannot_be_called_is_refused(equation: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=said):
        with_macro(tmp_path, equation)


def test_a_macro_with_a_time_of_its_own_is_not_run_at_another(tmp_path: Path) -> None:
    inside = "<sim_specs><start>0</start><stop>1</stop></sim_specs>"
    with pytest.raises(CaseError, match="<sim_specs> of the macro 'SCALED'"):
        with_macro(tmp_path, "SCALED(1)", inside)
    assert len(with_macro(tmp_path, "SCALED(1)", inside, lenient=True).left_out) == 1


def test_quotes_within_a_name_are_the_same_in_both_places(tmp_path: Path) -> None:
    variables = r"""<aux name="a \&quot;b\&quot; $c"><eqn>TIME</eqn></aux>
      <aux name="x"><eqn>"A \"B\" $c" * 2</eqn></aux>"""
    assert imported_course(read(tmp_path, variables), tmp_path)["x"][-1] == pytest.approx(8)


def test_a_method_that_a_case_has_not_becomes_rk4(tmp_path: Path) -> None:
    variables, specs = '<aux name="x"><eqn>1</eqn></aux>', ' method="RK2"'
    with pytest.raises(CaseError, match="the method 'RK2'"):
        read(tmp_path, variables, specs=specs)
    made = read(tmp_path, variables, specs=specs, lenient=True)
    assert "method: rk4" in made.text
    assert "the method 'RK2'" in made.left_out[0].what
    assert "method: rk4" in read(tmp_path, variables, specs=' method="RK2, RK4"').text


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    variables = "\n".join(
        (
            '<aux name="a"><eqn>1 +</eqn></aux>',
            '<aux name="b"><eqn>a[1]</eqn></aux>',
            '<aux name="c"><eqn>???</eqn></aux>',
            '<stock name="d"><eqn>1</eqn><oven/></stock>',
        )
    )
    with pytest.raises(CaseError) as refused:
        read(tmp_path, variables)
    lines = [problem.span.line for problem in refused.value.problems if problem.span]
    assert lines == [3, 5, 6]


def test_names_with_a_text_of_yaml_in_them_stay_names(tmp_path: Path) -> None:
    doc = "<doc>&quot;: {x: &amp;a *b}\n- !!python/object # no</doc>"
    made = read(tmp_path, f'<aux name="x: {{y}}"><eqn>1</eqn>{doc}</aux>')
    assert made.named.quantities == {"x: {y}": "x_y"}
    assert "!!python/object # no" in made.text


VARYING = {
    "DELAY(TIME, 2 + STEP(2, 3), 7)": ("delay time", "DELAY(TIME, 2, 7)"),
    "DELAY(TIME, 1 + STEP(1, 0) + STEP(2, 3), 7)": ("delay time", "DELAY(TIME, 2, 7)"),
    "DELAYN(TIME, 8, 2 + STEP(1, 3), 7)": ("order", "DELAYN(TIME, 8, 2, 7)"),
}
"""What changes of each, and what it is at the start: a step has been taken at its own time."""


@pytest.mark.parametrize("equation", VARYING)
def test_a_length_that_changes_is_held_at_the_start_or_refused(
    equation: str, tmp_path: Path
) -> None:
    """As Vensim's DELAY FIXED and the order of its DELAY N."""
    variables = f'<aux name="x"><eqn>{equation}</eqn></aux>'
    with pytest.raises(CaseError, match="must be a constant"):
        read(tmp_path, variables)
    changing = read(tmp_path, variables, lenient=True)
    what, held = VARYING[equation]
    assert [one.why for one in changing.left_out] == [
        f"its {what} changes, and is held at what it is at the start, 2"
    ]
    constant = read(tmp_path, f'<aux name="x"><eqn>{held}</eqn></aux>')
    found, wanted = (imported_course(made, tmp_path)["x"] for made in (changing, constant))
    assert found == pytest.approx(wanted)


def test_elements_of_a_vendors_namespace_are_no_part_of_a_model(tmp_path: Path) -> None:
    for vendor in ("isee", "https://simlin.com/XMILE/v1.0"):
        variables = f'<own xmlns="{vendor}" order="module"/><aux name="x"><eqn>1</eqn></aux>'
        assert not read(tmp_path, variables).left_out


def test_constants_may_have_empty_brackets(tmp_path: Path) -> None:
    made = read(tmp_path, '<aux name="x"><eqn>PI() - PI + TIME() / DT()</eqn></aux>')
    assert imported_course(made, tmp_path)["x"] == pytest.approx(np.arange(5.0))
