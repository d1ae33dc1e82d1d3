"""`schelling import` and `schelling export` of cases, as somebody uses them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schelling.case.check import check
from schelling.cli.app import app
from schelling.compile.influence.causal_map import draw
from schelling.compile.planning.plan import build
from schelling.interchange.maps import write

FOLDER = Path(__file__).parent / "conformance"
RACE = Path(__file__).parents[2] / "cases/teaching/arms-race"


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words), catch_exceptions=True)
    told = f"{done.exception}" if done.exception is not None else ""
    return done.exit_code, done.stdout, done.stderr + told


def test_a_model_becomes_a_case_that_is_sound(tmp_path: Path) -> None:
    case = tmp_path / "hares.yaml"
    code, out, err = run("import", str(FOLDER / "modules.xmile"), "--into", str(case))
    assert (code, out) == (0, "")
    assert "written to" in err
    assert check(case).case is not None
    code, _, err = run("import", str(FOLDER / "modules.xmile"), "--into", str(case))
    assert code != 0
    assert "exists already" in err


def test_without_a_place_it_is_printed() -> None:
    code, out, _ = run("import", str(FOLDER / "abs.xmile"))
    assert code == 0
    assert out.startswith("# Made of abs.xmile.")


def test_what_is_left_out_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "m.stmx"
    text = (FOLDER / "abs.xmile").read_text("utf-8").replace("5-TIME", "POISSON(1)")
    path.write_text(text, encoding="utf-8")
    code, out, err = run("import", str(path))
    assert code != 0
    assert (out, "POISSON in 'inp'" in err) == ("", True)
    code, out, err = run("import", str(path), "--lenient")
    assert code == 0
    assert "left out of m.stmx:\n  line 7: POISSON in 'inp'" in err


def test_other_endings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.vmf").write_text("x = 1 ~~|", encoding="utf-8")
    code, _, err = run("import", str(tmp_path / "m.vmf"))
    assert code != 0
    assert "of no format that can be read" in err


@pytest.mark.parametrize("form", ["graphml", "dot", "mermaid"])
def test_a_causal_map_has_every_node_arrow_and_loop(form: str, tmp_path: Path) -> None:
    out = tmp_path / "map"
    code, _, _ = run("export", str(RACE), "--to", form, "--out", str(out))
    assert code == 0
    text = out.read_text("utf-8")
    case = check(RACE).case
    assert case is not None
    drawn = draw(case, build(case))
    assert all(node.name in text for node in drawn.nodes)
    loops = write.loops(drawn)
    assert loops == ["R1: ash -> birch -> ash"]
    assert loops[0].replace(">", "&gt;" if form == "graphml" else ">") in text
    if form == "graphml":
        spaces = {"g": "http://graphml.graphdrawing.org/xmlns"}
        root = ET.fromstring(text)  # our own text
        edges = root.findall(".//g:edge", spaces)
        assert len(edges) == len(drawn.arrows)
        signs = [edge.findtext("g:data", "", spaces) for edge in edges]
        assert signs == [arrow.sign.value for arrow in drawn.arrows]
    else:
        sign = '-->|"+"|' if form == "mermaid" else '[label="+"]'
        assert text.count(sign) == sum(arrow.sign.value == "+" for arrow in drawn.arrows)


def test_names_cannot_break_out_of_a_map() -> None:
    case = check(RACE).case
    assert case is not None
    drawn = draw(case, build(case))
    title = 'a "quoted" <title> \\ & more'
    assert '"a \\"quoted\\" <title> \\\\ & more"' in write.dot(drawn, title)
    ET.fromstring(write.graphml(drawn, title))
