"""Where an XMILE file says a thing twice, or what nothing uses: which counts, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from interchange.running import imported_course
from schelling.errors import CaseError
from schelling.interchange.stockflow.calendar import fit
from schelling.interchange.stockflow.terms import Num
from schelling.interchange.xmile import read
from schelling.interchange.xmile.into_case import imported

SPECS = "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
STOCK = '<stock name="s"><eqn>1</eqn></stock><flow name="f"><eqn>1</eqn></flow>'
YES, NO = "<non_negative/>", "<non_negative>false</non_negative>"


def put(folder: Path, body: str, specs: str = SPECS) -> Path:
    path = folder / "model.xmile"
    path.write_text(f"<xmile>{specs}{body}</xmile>", encoding="utf-8")
    return path


def model(variables: str, name: str = "", more: str = "") -> str:
    named = f' name="{name}"' if name else ""
    return f"<model{named}>{more}<variables>{variables}</variables></model>"


@pytest.mark.parametrize(
    ("outer", "inner", "wanted"),
    [
        (YES, "", (True, True)),
        (YES, NO, (False, False)),
        (YES, f"<stock>{NO}</stock>", (False, True)),
        (f"{YES}<flow>{NO}</flow>", "", (True, False)),
        (NO, f"<flow>{YES}</flow>", (False, True)),
    ],
)
def test_the_innermost_behavior_that_speaks_decides(
    outer: str, inner: str, wanted: tuple[bool, bool], tmp_path: Path
) -> None:
    whole = model(STOCK, more=f"<behavior>{inner}</behavior>")
    found, _ = read.read(put(tmp_path, f"<behavior>{outer}</behavior>{whole}"))
    assert tuple(one.non_negative for one in found.root.quantities) == wanted


def test_the_model_without_a_name_is_run_and_others_are_told(tmp_path: Path) -> None:
    path = put(tmp_path, model(STOCK, "other") + model(STOCK))
    with pytest.raises(CaseError) as refused:
        read.read(path)
    assert {problem.code for problem in refused.value.problems} == {"E903"}
    found, findings = read.read(path, lenient=True)
    assert found.root is found.models[""]
    assert [one.what for one in findings.left_out] == ["the model 'other'"]


def test_a_time_within_a_model_is_told(tmp_path: Path) -> None:
    inner = SPECS.replace("<stop>4", "<stop>9")
    found, findings = read.read(put(tmp_path, model(STOCK, more=inner)), lenient=True)
    assert found.grid.stop == 4
    assert [one.what for one in findings.left_out] == ["<sim_specs> of the model ''"]
    found, findings = read.read(put(tmp_path, model(STOCK, more=inner), ""))
    assert found.grid.stop == 9


def test_a_module_within_a_macro_is_told(tmp_path: Path) -> None:
    macro = "<macro name='m'><parm>x</parm><eqn>x</eqn><variables><module name='k'/>"
    path = put(tmp_path, f"{macro}</variables></macro>{model(STOCK)}")
    _, findings = read.read(path, lenient=True)
    assert [one.what for one in findings.left_out] == ["<module> 'k' in the macro 'm'"]


def test_a_save_step_that_does_not_divide_the_run_keeps_its_end(tmp_path: Path) -> None:
    specs = SPECS.replace("<stop>4", "<stop>10").replace("</dt>", "</dt><save_step>4</save_step>")
    found, findings = read.read(put(tmp_path, model(STOCK), specs))
    calendar = fit(found.grid, findings)
    assert (calendar.until - calendar.start).days == 70  # ten weeks, in steps of two
    assert calendar.substeps == 2


def test_a_flow_that_is_held_back_moves_whatever_its_name(tmp_path: Path) -> None:
    """What leaves a stock that cannot fall below 0 is another at the start than later."""
    drained = f'<stock name="The Stock"><eqn>2</eqn><outflow>Big_Flow</outflow>{YES}</stock>'
    drained += '<flow name="Big Flow"><eqn>1</eqn></flow>'
    drained += '<stock name="seen"><eqn>Big_Flow</eqn></stock>'
    assert "big_flow_at_start" in imported(put(tmp_path, model(drained))).text


ELEMENTS = {
    "<eqn>1</eqn><eqn>7</eqn><eqn>8</eqn>|<eqn>3</eqn>": ["<eqn> of 'x[a]'"],
    "<eqn>1</eqn>|<eqn>3</eqn></element><element subscript='B'><eqn>4</eqn>": ["<element> 'x[B]'"],
}


@pytest.mark.parametrize("written", ELEMENTS)
def test_an_element_that_is_given_twice_is_told_and_the_first_counts(
    written: str, tmp_path: Path
) -> None:
    first, second = written.split("|")
    array = f"<aux name='x'><dimensions><dim name='d'/></dimensions><element subscript='a'>{first}"
    array += f"</element><element subscript='b'>{second}</element></aux>"
    dims = "<dimensions><dim name='d'><elem name='a'/><elem name='b'/></dim></dimensions>"
    path = put(tmp_path, dims + model(array))
    with pytest.raises(CaseError, match="it is given more than once"):
        read.read(path)
    found, findings = read.read(path, lenient=True)
    assert [one.what for one in findings.left_out] == ELEMENTS[written]
    (quantity,) = found.root.quantities
    assert [one.term for one in quantity.equations.values()] == [Num(1.0), Num(3.0)]


TWICE = {
    "init_eqn": "<aux name='x'><eqn>1</eqn><init_eqn>2</init_eqn><init_eqn>3</init_eqn></aux>",
    "gf": "<aux name='x'><eqn>1</eqn>"
    + 2 * "<gf><xscale min='0' max='1'/><ypts>0,1</ypts></gf>"
    + "</aux>",
    "dimensions": "<aux name='x'>" + 2 * "<dimensions/>" + "<eqn>1</eqn></aux>",
    "non_negative": "<stock name='x'><eqn>1</eqn><non_negative/><non_negative/></stock>",
    "conveyor": "<stock name='x'><eqn>1</eqn><outflow>y</outflow>"
    + 2 * "<conveyor><len>2</len></conveyor>"
    + "</stock><flow name='y'/>",
    "outflow": "<stock name='x'><eqn>9</eqn><outflow>y</outflow><outflow>Y</outflow></stock>"
    "<flow name='y'><eqn>1</eqn></flow>",
}


@pytest.mark.parametrize("tag", TWICE)
def test_what_may_stand_once_and_stands_again_is_told(tag: str, tmp_path: Path) -> None:
    _, findings = read.read(put(tmp_path, model(TWICE[tag])), lenient=True)
    assert f"<{tag}> of 'x'" in [one.what for one in findings.left_out]


def test_a_flow_that_is_named_twice_flows_once(tmp_path: Path) -> None:
    made = imported(put(tmp_path, model(TWICE["outflow"])), lenient=True)
    assert imported_course(made, tmp_path)["x"][1] == pytest.approx(8.0)


def test_functions_of_arrays_take_so_many_arguments(tmp_path: Path) -> None:
    body = model("<aux name='x'><eqn>allocate_available(1)</eqn></aux>")
    with pytest.raises(CaseError, match="ALLOCATE AVAILABLE in 'x': it takes 3 arguments, not 1"):
        imported(put(tmp_path, body))


def over_ab(name: str, body: str) -> str:
    return f"<aux name='{name}'><dimensions><dim name='d'/></dimensions>{body}</aux>"


def element(name: str, body: str) -> str:
    return f"<element subscript='{name}'>{body}</element>"


DIMS = "<dimensions><dim name='d'><elem name='a'/><elem name='b'/></dim></dimensions>"
STEEP = "<gf><xpts>0,10</xpts><ypts>0,50</ypts></gf>"
BENT = "<gf><xpts>0,2,10</xpts><ypts>0,1,9</ypts></gf>"
NOW = "<eqn>TIME</eqn>"


def test_what_is_said_once_for_all_elements_holds_for_each(tmp_path: Path) -> None:
    variables = (
        over_ab("curves", NOW + element("a", STEEP) + element("b", BENT))
        + over_ab("inputs", BENT + element("a", NOW) + element("b", "<eqn>2 * TIME</eqn>"))
        + over_ab("counts", "<eqn>PREVIOUS(SELF, 10 * d) + 1</eqn>")
        + over_ab(
            "doubles",
            element("a", "<eqn>PREVIOUS(SELF, 3) + 1</eqn>")
            + element("b", "<eqn>PREVIOUS(SELF, 7) * 2</eqn>"),
        )
        + "<aux name='several'><eqn>SUM(TIME, 1, 4) + MEAN(TIME, 6)</eqn></aux>"
    )
    found = imported_course(imported(put(tmp_path, DIMS + model(variables))), tmp_path)
    assert found["curves[a]"].tolist() == [0, 5, 10, 15, 20]
    assert found["curves[b]"].tolist() == [0, 0.5, 1, 2, 3]
    assert found["inputs[a]"].tolist() == [0, 0.5, 1, 2, 3]
    assert found["inputs[b]"].tolist() == [0, 1, 3, 5, 7]
    assert found["counts[b]"].tolist() == [21, 22, 23, 24, 25]
    assert found["doubles[a]"].tolist() == [4, 5, 6, 7, 8]
    assert found["doubles[b]"].tolist() == [14, 28, 56, 112, 224]
    assert found["several"].tolist() == [8, 9.5, 11, 12.5, 14]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (over_ab("x", NOW + BENT + element("b", "<eqn>3</eqn>")), "whether the curve of all"),
        (
            f"<aux name='t'>{BENT}</aux><aux name='x'><eqn>t + 1</eqn></aux>",
            "'t' in the equation of 'x' is a curve, and is read only at a place",
        ),
        (
            over_ab("x", element("a", NOW) + element("b", BENT)),
            "element of 'x': it is a curve with",
        ),
        (over_ab("x", "<eqn>TIME, 2</eqn>" + element("b", BENT)), "it is a curve without an equ"),
        ("<aux name='x'><eqn>PULSE(3)</eqn></aux>", "is read with 2 to 3 arguments, not 1"),
    ],
)
def test_what_may_mean_two_things_is_refused(variables: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=said):
        imported(put(tmp_path, DIMS + model(variables)))
