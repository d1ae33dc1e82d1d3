"""Models that are sound XML and mean harm: refused by name and line, in bounded time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from schelling.errors import CaseError
from schelling.interchange.xmile.into_case import imported

SPECS = "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
DIMS = "".join(f'<dim name="D{n}" size="1000"/>' for n in range(3))
CUBE = "".join(f'<dim name="D{n}"/>' for n in range(3))
STAIRS = f"<ypts>{','.join(map(str, range(500)))}</ypts>"
STAIRS = f'<gf type="discrete"><xscale min="0" max="9"/>{STAIRS}</gf>'


def nested(function: str, more: str, times: int) -> str:
    return f"{function}(" * times + "TIME" + f"{more})" * times


def aux(name: str, equation: str, more: str = "") -> str:
    return f'<aux name="{name}">{more}<eqn>{equation}</eqn></aux>'


END = "</variables></model>"
MACRO = "<macro name='{0}'><parm>x</parm><eqn>{1}(x) + {1}(x)</eqn></macro>"
MODELS = {
    "a function that doubles": (aux("x", nested("SAFEDIV", ", TIME", 60)), "E904"),
    "one that doubles its divisor": (aux("x", "SAFEDIV(1, " * 60 + "TIME" + ")" * 60), "E904"),
    "stairs upon stairs": (
        f'<aux name="g">{STAIRS}</aux>' + aux("x", nested("g", "", 20)),
        "E902",
    ),
    "a long sum": (aux("x", "+".join(["TIME"] * 5_000)), "E904"),
    "many brackets": (aux("x", "(" * 20_000 + "1" + ")" * 20_000), "E904"),
    "brackets to the left": (aux("x", "(" * 70 + "1" + ("+1" * 90 + ")") * 70), "E904"),
    "many signs": (aux("x", "-" * 40_000 + "1"), "E904"),
    "a long text": (aux("x", "1" * 60_000), "E904"),
    "a cube": (aux("x", "1", f"<dimensions>{CUBE}</dimensions>"), "E902"),
    "a computed subscript": (
        aux("x", "1", '<dimensions><dim name="D1"/></dimensions>') + aux("y", "x[TIME]"),
        "E902",
    ),
    "modules in each other": (
        '<module name="m"/></variables></model><model name="m"><variables><module name="m"/>'
        + aux("x", "1"),
        "E902",
    ),
    "a macro of itself": (
        aux("x", "A(1)") + END + MACRO.format("A", "A") + "<model name='z'><variables>",
        "E908",
    ),
    "macros of macros": (
        aux("x", "M0(1)")
        + END
        + "".join(MACRO.format(f"M{n}", f"M{n + 1}") for n in range(30))
        + "<model name='z'><variables>",
        "E908",
    ),
    "two models of one name": (aux("x", "1") + END + "<model><variables>", "E907"),
    "a circle": (aux("x", "y + 1") + aux("y", "x + 1"), "E910"),
    "a stock that starts with itself": ('<stock name="s"><eqn>s + TIME</eqn></stock>', "E910"),
}


@pytest.mark.parametrize("name", MODELS)
def test_it_is_refused_in_bounded_time(name: str, tmp_path: Path) -> None:
    variables, code = MODELS[name]
    path = tmp_path / "model.xmile"
    body = f"<dimensions>{DIMS}</dimensions><model><variables>{variables}</variables></model>"
    path.write_text(f"<xmile>{SPECS}{body}</xmile>", encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(CaseError) as refused:
        imported(path, lenient=True)
    assert time.process_time() - begun < 20  # about one alone; the machine may be shared
    assert {problem.code for problem in refused.value.problems} == {code}


def test_what_an_order_is_at_the_start_is_found_in_bounded_time(tmp_path: Path) -> None:
    chain = "".join(aux(f"v{n}", f"v{n - 1} + v{n - 1}") for n in range(1, 24))
    variables = aux("v0", "1 + TIME") + chain + aux("y", f"DELAYN(TIME, 2, v23 / {2**23})")
    path = tmp_path / "model.xmile"
    path.write_text(f"<xmile>{SPECS}<model><variables>{variables}{END}</xmile>", encoding="utf-8")
    begun = time.process_time()
    assert "at the start, 1" in str(imported(path, lenient=True).left_out)
    assert time.process_time() - begun < 5  # some milliseconds alone; half a minute if doubled
