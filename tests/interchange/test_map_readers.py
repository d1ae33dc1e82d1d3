"""Causal-loop diagrams in GraphML, DOT and the texts of DAGitty come in as they are meant."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from schelling.case.check import load
from schelling.compile.influence.causal_map import CausalMap, draw
from schelling.compile.planning.plan import build
from schelling.errors import CaseError
from schelling.interchange.maps import read_dot, read_graphml, write
from schelling.interchange.maps.links import Link

RACE = """
// two sides
digraph "Race" {
  rankdir=LR; node [shape=box]; edge [label="+"];
  "Trade volume" -> hostility [label="-"]
  hostility [label="Hostility\\nbetween them"]
  hostility -> arms -> hostility;
  /* both hold trade back */ { debt; arms } -> "Trade volume":e [label=<<B>o</B>>, color=red];
  subgraph cluster_1 { label="inner"; debt <- arms [label="by borrowing"] }
}
"""
DAG = """dag {
bb="0,0,1,1"
"Regime type" [exposure,pos="-2.2,-1.5"]
War [outcome,pos="1,1"]
"Regime type" -> War [beta=-0.4]
Wealth -> {War "Regime type"}
}"""
YED = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="d9" yfiles.type="x"/>
<graph edgedefault="directed" id="G">
<node id="n0"><data key="d6"><y:ShapeNode><y:Geometry height="30"/>
  <y:NodeLabel alignment="center">Arms of A</y:NodeLabel></y:ShapeNode></data></node>
<node id="n1"><graph edgedefault="directed"><node id="n1::n0"><data key="d6"><y:NodeLabel>Fear
 of B</y:NodeLabel></data></node><edge source="n1::n0" target="n0"/></graph></node>
<edge source="n0" target="n1::n0"><data key="d9"><y:EdgeLabel>+</y:EdgeLabel></data></edge>
</graph></graphml>"""
NETWORKX = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="edge" attr.name="weight" attr.type="double"/><graph edgedefault="directed">
<node id="inflation"/><node id="protest"/><node id="repression"/>
<edge source="inflation" target="protest"><data key="d0">0.6</data></edge>
<edge source="repression" target="protest"><data key="d0">-0.3</data></edge>
</graph></graphml>"""


def read(
    folder: Path, text: str, *, lenient: bool = False
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """The arrows, with their signs, and what is left out."""
    xml = text.lstrip().startswith("<")
    path = folder / "map"
    path.write_text(text, encoding="utf-8")
    links, left_out = (read_graphml if xml else read_dot).read(path, lenient=lenient)
    return [shown(link) for link in links], [one.what for one in left_out]


def shown(link: Link) -> tuple[str, str, str]:
    return link.source, link.sign or "?", link.target


def test_arrows_of_dot_have_the_names_and_signs_that_are_drawn(tmp_path: Path) -> None:
    found, _ = read(tmp_path, RACE)
    hostility = "Hostility between them"
    assert sorted(found) == [
        (hostility, "+", "arms"),
        ("Trade volume", "-", hostility),
        ("arms", "+", hostility),
        ("arms", "-", "Trade volume"),
        ("arms", "?", "debt"),
        ("debt", "-", "Trade volume"),
    ]


def test_a_text_of_dagitty_is_read_with_its_coefficients(tmp_path: Path) -> None:
    found, _ = read(tmp_path, DAG)
    assert sorted(found) == [
        ("Regime type", "-", "War"),
        ("Wealth", "?", "Regime type"),
        ("Wealth", "?", "War"),
    ]


def test_labels_that_yed_draws_are_names_and_signs_also_within_groups(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="'n1': no arrow leads to it"):
        read(tmp_path, YED)
    found, left_out = read(tmp_path, YED, lenient=True)
    assert sorted(found) == [("Arms of A", "+", "Fear of B"), ("Fear of B", "?", "Arms of A")]
    assert left_out == ["'n1'"]


def test_weights_are_signs_where_some_are_negative(tmp_path: Path) -> None:
    signs = {("inflation", "+", "protest"), ("repression", "-", "protest")}
    assert set(read(tmp_path, NETWORKX)[0]) == signs
    unsigned = read(tmp_path, NETWORKX.replace("-0.3", "0.3"))[0]
    assert {sign for _, sign, _ in unsigned} == {"?"}


def test_signs_may_be_numbers_and_stand_as_the_usual_one(tmp_path: Path) -> None:
    usual = '<key id="s" for="edge" attr.name="sign"><default>-1.0</default></key>'
    text = NETWORKX.replace('<key id="d0"', f'{usual}<key id="d0"')
    assert {sign for _, sign, _ in read(tmp_path, text)[0]} == {"-"}
    found, _ = read(tmp_path, 'digraph { a -> b [sign=2.5] b -> a [label="1"] }')
    assert {sign for _, sign, _ in found} == {"+", "?"}


def test_arrows_lead_the_way_they_are_drawn(tmp_path: Path) -> None:
    """Graphviz draws `dir=back` at the other end and `style=invis` not at all; yEd draws heads."""
    turned = """digraph { edge [label="\u2013"]; a -> b [dir=back]; a <- b; b -> c [dir=forward]
    c -> a [style="bold,invis"]; c -> a -> c [dir=Back, label=s] }"""
    found, _ = read(tmp_path, turned)
    expected = [("a", "+", "c"), ("b", "-", "a"), ("b", "-", "a"), ("b", "-", "c"), ("c", "+", "a")]
    assert sorted(found) == expected
    for heads, first in (
        ("source='none' target='delta'", "Arms of A"),
        ("source='t'", "Fear of B"),
    ):
        one = YED.replace('<edge source="n1::n0" target="n0"/>', "")
        drawn = one.replace("<y:EdgeLabel>", f"<y:Arrows {heads}/><y:EdgeLabel>")
        found, _ = read(tmp_path, drawn, lenient=True)
        assert [source for source, *_ in found] == [first]


def test_a_name_may_begin_with_a_digit(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "dag { 5HT -> mood; 1.10 -> 2nd_child [beta=-.5] }")
    assert found == [("5HT", "?", "mood"), ("1.10", "-", "2nd_child")]


@pytest.mark.parametrize("form", [write.graphml, write.dot])
def test_a_map_that_goes_out_comes_in_again(
    form: Callable[[CausalMap, str], str], tmp_path: Path
) -> None:
    case = load(Path("cases/teaching/arms-race"))
    drawn = draw(case, build(case))
    found, left_out = read(tmp_path, form(drawn, "Race"), lenient=True)
    names = {node.key: node.name for node in drawn.nodes}
    arrows = {(names[a.source], a.sign.value or "?", names[a.target]) for a in drawn.arrows}
    assert set(found) == arrows
    assert len(found) + len(left_out) >= len(arrows)


REFUSED = {
    "graph { a -- b }": "'graph', whose edges",
    "digraph { a -- b }": "has no one direction",
    "dag { a <-> b }": "'<->' has no one direction",
    "digraph { edge [dir=both] a -> b }": "'dir=both' has no one direction",
    YED.replace("<y:EdgeLabel>", "<y:Arrows source='none' target='none'/><y:EdgeLabel>"): (
        "has no one direction"
    ),
    "digraph { a -> b": "not closed",
    "digraph { a -> -> b }": "stands where a name should",
    "digraph { a -> b } digraph { c -> d }": "after the end",
    'digraph { a -> b; c [label="b"] }': "have one name",
    "digraph { a -> b [sign=strong] }": "'strong' is no sign",
    "digraph { a -> b; c }": "'c': no arrow",
    "digraph": "ends too early",
    "": "ends too early",
    "a,b": "does not begin with",
    "digraph { a -> \"b }": "is not understood",
    "<xmile/>": "not <graphml>",
    "<graphml><graph><node id='a'/><node id='b'/><edge source='a' target='b'/></graph></graphml>": (
        "has no one direction"
    ),
    "<graphml><graph edgedefault='directed'><node id='a'/><edge source='a' target='b'/></graph>"
    "</graphml>": "'b', which is no node",
    "<graphml><graph edgedefault='directed'><hyperedge/></graph></graphml>": "no arrow from one",
    "<graphml>" + "<key id='s' for='edge' attr.name='sign'><default>1</default></key>" * 40_000
    + "<graph edgedefault='directed'><node id='a'/>" + "<edge source='a' target='a'/>" * 2001
    + "</graph></graphml>": "more than 2,000 arrows",
    "<!DOCTYPE g [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><graphml>&b;</graphml>": "document type",
    "digraph {" + "{" * 60 + "a -> b" + "}" * 61: "nested more than",
    "digraph { {" + " ".join(f"a{n}" for n in range(3000)) + "} -> {"
    + " ".join(f"b{n}" for n in range(3000)) + "} }": "more than 2,000 arrows",
    "digraph {" + "a;" * 200_000 + "}": "more than 200,000 words",
    "digraph { a -> b [label=" + "<" * 100_000 + "] }": "is not understood",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_what_is_no_diagram_or_too_much_is_refused_soon(text: str, tmp_path: Path) -> None:
    begun = time.process_time()
    with pytest.raises(CaseError, match=REFUSED[text]):
        read(tmp_path, text)
    assert (
        time.process_time() - begun < 10
    )  # seconds of this process; no more than a few are needed
