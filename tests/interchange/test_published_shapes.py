"""What goes out has the shape that its specification asks for, whatever is in it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from interchange.test_arguments import maps
from schelling.case.check import check, load
from schelling.compile.influence.causal_map import CausalMap, draw
from schelling.compile.planning.plan import build
from schelling.interchange.annotations import read as read_annotations
from schelling.interchange.annotations import write as write_annotations
from schelling.interchange.arguments import from_case
from schelling.interchange.arguments.argument_map import ArgumentMap
from schelling.interchange.arguments.write_aif import aif
from schelling.interchange.maps import write as write_maps

CASES = Path(__file__).parents[2] / "cases"


def assert_aif(whole: dict[str, Any]) -> None:
    """The rules of AIF as a graph: nothing leads from information to information but by a scheme.

    References:
        Chesñevar et al. (2006), Towards an argument interchange format.
    """
    types = {node["nodeID"]: node["type"] for node in whole["nodes"]}
    assert len(types) == len(whole["nodes"])
    assert set(types.values()) <= {"I", "RA", "CA"}
    assert all(isinstance(node["text"], str) and node["text"] for node in whole["nodes"])
    edges = [(edge["fromID"], edge["toID"]) for edge in whole["edges"]]
    assert len({edge["edgeID"] for edge in whole["edges"]}) == len(edges)
    assert all(start in types and end in types and start != end for start, end in edges)
    kinds = {(types[start], types[end]) for start, end in edges}
    assert kinds <= {("I", "RA"), ("I", "CA"), ("RA", "I"), ("CA", "I"), ("CA", "RA")}
    for scheme in (name for name, kind in types.items() if kind != "I"):
        assert sum(end == scheme and types[start] == "I" for start, end in edges) == 1
        assert sum(start == scheme for start, _ in edges) == 1
    assert whole["locutions"] == []


@given(maps())
def test_aif_of_any_map_obeys_the_rules_of_the_format(found: ArgumentMap) -> None:
    assert_aif(json.loads(aif(found)))
    extended = json.loads(aif(found, extended=True))
    assert_aif(extended["AIF"])
    assert set(extended) == {"AIF", "OVA", "dialog", "text"}
    assert extended["AIF"]["participants"] == extended["AIF"]["schemefulfillments"] == []


def test_aif_of_the_flagship_obeys_them_too() -> None:
    assert_aif(json.loads(aif(from_case.mapped(load(CASES / "widening-war")))))


MOTIVES = frozenset(
    (
        *("assessing", "bookmarking", "classifying", "commenting", "describing", "editing"),
        *("highlighting", "identifying", "linking", "moderating", "questioning", "replying"),
        "tagging",
    )
)
"""W3C (2017), Web Annotation Data Model, section 3.3.5."""


def assert_annotation(item: dict[str, Any]) -> None:
    """What the Web Annotation Data Model says that an annotation must have, of what is written."""
    assert set(item) == {"id", "type", "motivation", "body", "target"}
    assert re.fullmatch(r"urn:[a-z]+:[A-Za-z0-9._~:/%-]+", item["id"])
    assert item["type"] == "Annotation"
    assert item["motivation"] in MOTIVES
    for body in item["body"]:
        assert body["type"] == "TextualBody"
        assert isinstance(body["value"], str)
        assert body["purpose"] in MOTIVES
        assert body["format"] == "text/plain"
    target = item["target"]
    assert not set(target) - {"source", "selector", "schelling:sha256"}
    assert re.fullmatch(r"[\x21-\x7e]+", target["source"])  # an address, without blanks
    assert not set('<>"{}|\\^`') & set(target["source"])
    assert urlsplit(target["source"]).path
    selector = target["selector"]
    assert set(selector) == {"type", "start", "end"}
    assert selector["type"] == "TextPositionSelector"
    assert 0 <= selector["start"] < selector["end"]


def test_passages_are_web_annotations_whatever_their_file_is_called(tmp_path: Path) -> None:
    text = "Überall fehlt Korn. Niemand weiß, warum."
    (tmp_path / "Über {uns} 1.txt").write_text(text, encoding="utf-8")
    case = tmp_path / "case.yaml"
    case.write_text(
        "schelling: 1\ntitle: Words\nsources: {a: {file: 'Über {uns} 1.txt'}}\npassages:\n"
        "  P1.S1: {source: a, start: 0, end: 19, says: 'Es fehlt \"Korn\".'}\n"
        "  P1.S2: {source: a, start: 20, end: 40, scope: out, why: Ein Urteil.}\n",
        encoding="utf-8",
    )
    whole = json.loads(write_annotations.page(load(case)))
    assert whole["type"] == "AnnotationPage"
    for item in whole["items"]:
        assert_annotation(item)
    path = tmp_path / "notes.jsonld"
    path.write_text(json.dumps(whole), encoding="utf-8")
    again = read_annotations.imported(path).text
    assert "Über {uns} 1.txt" in again
    assert '"P1.S2": {source:' in again


def test_passages_of_the_flagship_are_web_annotations() -> None:
    for item in json.loads(write_annotations.page(load(CASES / "widening-war")))["items"]:
        assert_annotation(item)


HOSTILE = 'a "b" --> <x> & ]]> %% {{c}} \\ \x07\n---\nd: e // */'


@pytest.fixture(scope="module")
def drawn() -> CausalMap:
    case = check(CASES / "teaching" / "arms-race").case
    assert case is not None
    return draw(case, build(case))


def test_graphml_has_the_identifiers_that_its_schema_asks_for(drawn: CausalMap) -> None:
    """Brandes et al. (2013), `graphml-structure.xsd`: an id is an NMTOKEN, ends are declared."""
    root = ET.fromstring(write_maps.graphml(drawn, HOSTILE))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    tags = [child.tag.removeprefix(space) for child in root]
    assert tags == ["key"] * (len(tags) - 1) + ["graph"]
    named = {(key.get("for"), key.get("id")) for key in root.findall(f"{space}key")}
    graph = root.find(f"{space}graph")
    assert graph is not None
    nodes = [node.get("id", "") for node in graph.findall(f"{space}node")]
    assert len(set(nodes)) == len(nodes) == len(drawn.nodes)
    assert all(re.fullmatch(r"[A-Za-z0-9._:-]+", name) for name in (*nodes, graph.get("id", "")))
    ends = {edge.get(end) for edge in graph.findall(f"{space}edge") for end in ("source", "target")}
    assert ends <= set(nodes)
    for element in (graph, *graph):
        of = element.tag.removeprefix(space)
        for data in element.findall(f"{space}data"):
            assert (of, data.get("key")) in named
    (title,) = (one.text for one in graph.findall(f"{space}data") if one.get("key") == "title")
    assert title == " ".join(HOSTILE.replace("\x07", " ").split())


def test_titles_cannot_break_out_of_graphviz_or_mermaid(drawn: CausalMap) -> None:
    """A string of DOT ends at a quote without a backslash; front matter ends at three dashes."""
    first, *rest = write_maps.dot(drawn, HOSTILE).splitlines()
    string = re.fullmatch(r'digraph "((?:[^"\\]|\\.)*)" \{', first)
    assert string is not None
    assert rest[0] == "  rankdir=LR;"
    lines = write_maps.mermaid(drawn, HOSTILE).splitlines()
    assert [n for n, line in enumerate(lines) if line == "---"] == [0, 2]
    assert json.loads(lines[1].removeprefix("title: ")) == " ".join(
        HOSTILE.replace("\x07", " ").split()
    )
    assert lines[3] == "flowchart LR"
