"""SD-JSON in and out: models with equations, and loop diagrams without."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from interchange.running import course, imported_course
from schelling.case.check import check, load
from schelling.cli.app import app
from schelling.compile.drawing.draws import middles
from schelling.compile.influence.causal_map import draw
from schelling.compile.planning.plan import build
from schelling.errors import CaseError
from schelling.interchange.sdjson import read, write
from schelling.interchange.xmile.into_case import imported

FOLDER = Path(__file__).parent / "conformance"
SMOOTHED = {  # as simlin 0.8.5 writes the model smooth_and_stock
    "variables": [
        {"type": "flow", "name": "g", "equation": "smoothed*0.1"},
        {"type": "stock", "name": "S", "equation": "5", "inflows": ["g"]},
        {"type": "variable", "name": "smoothed", "equation": "SMTH1(S, 3)"},
    ],
    "specs": {"startTime": 0.0, "stopTime": 10.0, "dt": 0.5, "timeUnits": "Months"},
}
LOOP = {
    "variables": [{"name": name, "type": "variable"} for name in ("Fear", "Arms", "Rain")],
    "relationships": [
        {"from": "Fear", "to": "Arms", "polarity": "+", "reasoning": "They buy."},
        {"from": "Arms", "to": "Fear", "polarity": "-"},
        {"from": "Rain", "to": "Fear", "polarity": ""},
    ],
}


def put(folder: Path, value: object) -> Path:
    path = folder / "model.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_a_model_of_another_tool_gives_the_numbers_of_its_xmile(tmp_path: Path) -> None:
    found = imported_course(read.imported(put(tmp_path, SMOOTHED)), tmp_path)
    wanted = imported_course(imported(FOLDER / "smooth_and_stock.xmile"), tmp_path)
    assert found["s"] == pytest.approx(wanted["s"], rel=1e-12)  # the same case


@pytest.mark.parametrize("name", ["lookups_inline", "delays2", "rk4_growth", "non_negative_flows"])
def test_out_and_in_again_gives_the_same_numbers(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(imported(FOLDER / f"{name}.xmile").text, encoding="utf-8")
    case = load(path)
    before = course(case)
    made = write.exported(case, middles(case), draw(case, build(case)))
    again = read.imported(put(tmp_path, made.text))
    after = imported_course(again, tmp_path)
    for own, there in made.names.items():
        now = after[again.named.quantities[there]]
        assert now == pytest.approx(before[own], rel=1e-9, abs=1e-9), own  # rounding
    arrows = json.loads(made.text)["relationships"]
    assert all(set(arrow) == {"from", "to", "polarity"} for arrow in arrows)


def test_a_loop_diagram_becomes_a_draft_that_is_sound(tmp_path: Path) -> None:
    text = read.imported(put(tmp_path, LOOP)).text
    path = tmp_path / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    case = check(path).case
    assert case is not None
    assert [stock.name for stock in case.stocks] == ["fear", "arms"]
    assert "(fear_on_arms * fear - arms) / time_to_settle" in text
    assert "(rain_on_fear * rain - arms_on_fear * arms - fear) / time_to_settle" in text
    assert "They buy." in text
    assert all(one.origin.why.startswith("DRAFT") for one in case.assumptions)
    signs = {(a.source, a.target): a.sign.value for a in draw(case, build(case)).arrows}
    assert (signs["fear", "arms"], signs["arms", "fear"]) == ("+", "-")
    assert signs["rain", "fear"] == ""


def test_a_table_of_arrows_is_the_same_draft(tmp_path: Path) -> None:
    rows = "From;To;Polarity\n".replace(";", ",") + "Fear,Arms,s\nArms,Fear,o\nRain,Fear,?\n"
    (tmp_path / "loop.csv").write_text(rows, encoding="utf-8")
    done = CliRunner().invoke(app, ["import", str(tmp_path / "loop.csv")])
    assert done.exit_code == 0
    wanted = read.imported(put(tmp_path, LOOP)).text.replace(" They buy.", "")
    assert done.stdout.replace('"loop"', '"model"') == wanted


WRONG = {
    "no JSON": ("{", "E901"),
    "no object": ("[]", "E901"),
    "not a number": ('{"variables": [], "specs": {"dt": NaN}}', "E901"),
    "deep": ("[" * 100_000, "E902"),
    "an empty diagram": ({"variables": [], "relationships": []}, "E902"),
    "an unknown sign": ({"variables": [], "relationships": [LOOP, {"polarity": "x"}]}, "E903"),
    "an unknown type": (
        {"variables": [{"name": "x", "type": "y", "equation": "1"}], "specs": SMOOTHED["specs"]},
        "E903",
    ),
    "no time": ({"variables": SMOOTHED["variables"]}, "E906"),
    "no equation": (
        SMOOTHED | {"variables": [{"name": "x", "type": "variable", "equation": "1 +"}]},
        "E904",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused(name: str, tmp_path: Path) -> None:
    value, code = WRONG[name]
    with pytest.raises(CaseError) as refused:
        read.imported(put(tmp_path, value), lenient=True)
    assert code in {problem.code for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("a,b\n1,2\n", "E903"),
        ("from,to,sign\nx,y,strong\n", "E903"),
        ("from,to\nx,\n", "E903"),
        ("from,to\n", "E902"),
        ('from,to\n"x,y\n', "E901"),
        ("from,to\n" + "x,y\n" * 3_000, "E902"),
    ],
)
def test_a_wrong_table_is_refused(rows: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "loop.csv"
    path.write_text(rows, encoding="utf-8")
    done = CliRunner().invoke(app, ["import", str(path)])
    assert isinstance(done.exception, CaseError)
    assert {problem.code for problem in done.exception.problems} == {code}


def test_the_strengths_stay_what_was_drawn(tmp_path: Path) -> None:
    """From today, where all is 0, only what is pushed from outside moves."""
    loop = {"variables": [], "relationships": LOOP["relationships"]}
    path = tmp_path / "case.yaml"
    path.write_text(read.imported(put(tmp_path, loop)).text, encoding="utf-8")
    found = course(load(path))
    assert found["rain"] == pytest.approx(np.zeros(53))  # the median
    assert found["fear"] == pytest.approx(np.zeros(53))
