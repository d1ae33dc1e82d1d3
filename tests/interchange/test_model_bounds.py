"""Models that cost too much, or hold numbers that are none: refused by code, in bounded time."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from schelling.errors import CaseError
from schelling.interchange.annotations import read as annotations
from schelling.interchange.foreign import MOST_LEFT_OUT, MOST_PROBLEMS, Findings, LeftOut
from schelling.interchange.maps import read_csv
from schelling.interchange.sdjson import read as sdjson
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.xmile.into_case import imported

SPECS = "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
END = "</variables></model>"


def aux(name: str, equation: str) -> str:
    return f'<aux name="{name}"><eqn>{equation}</eqn></aux>'


def bomb() -> str:
    """Each model uses the next one six times: 6^9 places, and no variable but in the first."""
    found = aux("x", "1")
    for level in range(9):
        found += "".join(f'<module name="m{n}" model="l{level}"/>' for n in range(6))
        found += f'{END}<model name="l{level}"><variables>'
    return found


def doubling(first: str) -> str:
    steps = (aux(f"x{n}", f"x{n - 1} + x{n - 1}") for n in range(1, 45))
    return aux("x0", first) + "".join(steps) + aux("y", "DELAYN(TIME, 2, x44)")


def drained(count: int) -> str:
    flows = "".join(f'<flow name="f{n}"><eqn>1</eqn></flow>' for n in range(count))
    names = "".join(f"<outflow>f{n}</outflow>" for n in range(count))
    return f'<stock name="s"><eqn>1</eqn>{names}<non_negative/></stock>{flows}'


def pipelines() -> str:
    return "".join(aux(f"x{n}", "DELAY(TIME, 400)") for n in range(60))


def chain() -> str:
    return aux("x0", "TIME") + "".join(aux(f"x{n}", f"x{n - 1} + 1") for n in range(1, 4_900))


MODELS = {
    "modules of modules": ("", bomb(), "E902"),
    "a constant that doubles": ("", doubling("1"), "E908"),
    "none that doubles": ("", doubling("TIME"), "E908"),
    "many dimensions": ("".join(f'<dim name="d{n}" size="900"/>' for n in range(20)), "", "E902"),
    "cells in all": (
        '<dim name="d" size="900"/>',
        "".join(
            f'<aux name="x{n}"><dimensions><dim name="d"/></dimensions><eqn>1</eqn></aux>'
            for n in range(150)
        ),
        "E902",
    ),
    "a long name": ("", aux("x" * 2_000, "1"), "E902"),
    "long pipelines": ("", pipelines(), "E902"),
    "many outflows": ("", drained(60), "E902"),
    "many flows": ("", drained(120), "E902"),
    "a digit that is none": ('<dim name="d" size="²"/>', aux("x", "1"), "E903"),
    "a size of many digits": (f'<dim name="d" size="{"9" * 5_000}"/>', aux("x", "1"), "E903"),
    "a number that is too large": ("", aux("x", "1e999"), "E904"),
}


def put(folder: Path, dims: str, variables: str, specs: str = SPECS) -> Path:
    path = folder / "model.xmile"
    body = f"<dimensions>{dims}</dimensions><model><variables>{variables}{END}"
    path.write_text(f"<xmile>{specs}{body}</xmile>", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", MODELS)
def test_it_is_refused_in_bounded_time(name: str, tmp_path: Path) -> None:
    dims, variables, code = MODELS[name]
    path = put(tmp_path, dims, variables)
    begun = time.process_time()
    with pytest.raises(CaseError) as refused:
        imported(path)
    assert time.process_time() - begun < 20  # about one alone; the machine may be shared
    assert {problem.code for problem in refused.value.problems} == {code}


def test_a_long_chain_of_definitions_is_read(tmp_path: Path) -> None:
    assert "x4899:" in imported(put(tmp_path, "", chain())).text


@pytest.mark.parametrize(
    ("start", "stop", "step"),
    [("0", "4", "1e-320"), ("-1e308", "1e308", "1e-3"), ("0", "1e300", "1e-300")],
)
def test_a_time_that_cannot_be_counted_is_refused(
    start: str, stop: str, step: str, tmp_path: Path
) -> None:
    specs = f"<sim_specs><start>{start}</start><stop>{stop}</stop><dt>{step}</dt></sim_specs>"
    with pytest.raises(CaseError) as refused:
        imported(put(tmp_path, "", aux("x", "1"), specs))
    assert {problem.code for problem in refused.value.problems} == {"E906"}


SOUND = {"type": "stock", "name": "S", "equation": "5", "inflows": ["g"]}
FLOW = {"type": "flow", "name": "g", "equation": "1"}
TIME = {"startTime": 0, "stopTime": 4, "dt": 1}


def graph(x: object) -> dict[str, object]:
    points = [{"x": 0, "y": 0}, {"x": x, "y": 1}]
    return {"variables": [FLOW | {"graphicalFunction": {"points": points}}, SOUND], "specs": TIME}


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ({"variables": [FLOW, SOUND], "specs": TIME | {"stopTime": 10**400}}, "E906"),
        ({"variables": [FLOW, SOUND], "specs": TIME | {"method": "Gear"}}, "E906"),
        ({"variables": [FLOW, SOUND | {"inflows": 5}], "specs": TIME}, "E903"),
        ({"variables": [FLOW, SOUND | {"inflows": "ab"}], "specs": TIME}, "E903"),
        ({"variables": [FLOW, SOUND | {"outflows": [1]}], "specs": TIME}, "E903"),
        (graph("NaN"), "E905"),
        (graph(10**400), "E905"),
    ],
)
def test_what_only_looks_like_a_model_is_refused(
    model: dict[str, object], code: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    with pytest.raises(CaseError) as refused:
        sdjson.imported(path)
    assert {problem.code for problem in refused.value.problems} == {code}


def test_a_hundred_problems_end_in_an_error_of_the_file(tmp_path: Path) -> None:
    table, notes = tmp_path / "loop.csv", tmp_path / "notes.jsonld"
    table.write_text("from,to,sign\n" + "x,y,strong\n" * 200, encoding="utf-8")
    notes.write_text(json.dumps([{"target": f"t{n}"} for n in range(200)]), encoding="utf-8")
    for read, path in ((read_csv.read, table), (annotations.imported, notes)):
        with pytest.raises(CaseError) as refused:
            read(path)
        assert len(refused.value.problems) == MOST_PROBLEMS


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loop.csv"
    path.write_bytes(b"from,to\nK\xe4lte,x\n")
    with pytest.raises(CaseError) as refused:
        read_csv.read(path)
    assert {problem.code for problem in refused.value.problems} == {"E901"}


def test_what_is_left_out_is_listed_once_bounded_and_printable() -> None:
    assert "\x1b" not in str(LeftOut(1, "'\x1b[2J'", "no"))
    findings = Findings(Path("model.json"), lenient=True)
    for _ in range(3):
        findings.skip("E903", "x", "no", 1)
    assert len(findings.left_out) == 1
    for number in range(MOST_LEFT_OUT - 1):
        findings.skip("E903", f"x{number}", "no", 1)
    with pytest.raises(CaseError) as refused:
        findings.skip("E903", "one more", "no", 1)
    assert {problem.code for problem in refused.value.problems} == {"E902"}


def test_names_alike_are_numbered_in_turn() -> None:
    spelling = Spelling()
    assert [spelling.of(str(n), "Käse") for n in range(3)] == ["kase", "kase_2", "kase_3"]
