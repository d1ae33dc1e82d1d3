"""The causal map of a case as GraphML, Graphviz and Mermaid, with its feedback loops.

An arrow has a sign where the direction of the influence is known: `+` where the target rises with
the source, `-` where it falls. A loop reinforces itself (`R`) or holds itself back (`B`), and is
open (`?`) where an arrow on it has no sign.

References:
    Brandes, Eiglsperger, Lerner & Pich (2013), Graph Markup Language (GraphML).
    Sterman (2000), Business Dynamics, chapter 5: signs of arrows and loops.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from schelling.compile.influence.causal_map import CausalMap, Loop
from schelling.compile.influence.monotone import Sign
from schelling.errors import printable

MOST_LOOPS = 100
_LETTER = {Sign.UP: "R", Sign.DOWN: "B", Sign.OPEN: "?"}
_SHAPES = {
    "assumption": ("ellipse", '(["{}"])'),
    "stock": ("box", '["{}"]'),
    "variable": ("plaintext", '("{}")'),
    "population": ("octagon", '{{{{"{}"}}}}'),
    "event": ("diamond", '{{"{}"}}'),
    "game": ("house", '[/"{}"\\]'),
    "state machine": ("hexagon", '{{{{"{}"}}}}'),
    "claim": ("note", '>"{}"]'),
}
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def loops(drawn: CausalMap) -> list[str]:
    """Its loops, shortest first, one line each."""
    found = [_line(drawn, number + 1, loop) for number, loop in enumerate(drawn.loops())]
    more = len(found) - MOST_LOOPS
    return found[:MOST_LOOPS] + ([f"and {more} more"] if more > 0 else [])


def _line(drawn: CausalMap, number: int, loop: Loop) -> str:
    names = [drawn.by_key[key].name for key in (*loop.keys, loop.keys[0])]
    return f"{_LETTER[loop.sign]}{number}: {' -> '.join(names)}"


def graphml(drawn: CausalMap, title: str) -> str:
    """As GraphML; identifiers are tokens of XML, as its schema asks, and names are data."""
    number = _numbered(drawn)
    keys = (("name", "node"), ("kind", "node"), ("sign", "edge"))
    keys += (("title", "graph"), ("loops", "graph"))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<graphml xmlns="{_GRAPHML}">']
    lines += [
        f'  <key id="{name}" for="{of}" attr.name="{name}" attr.type="string"/>'
        for name, of in keys
    ]
    lines.append('  <graph id="map" edgedefault="directed">')
    lines.append(f'    <data key="title">{escape(_plain(title))}</data>')
    lines.append(f'    <data key="loops">{escape("; ".join(loops(drawn)))}</data>')
    for node in drawn.nodes:
        data = f'<data key="name">{escape(node.name)}</data><data key="kind">{node.kind}</data>'
        lines.append(f'    <node id="{number[node.key]}">{data}</node>')
    for arrow in drawn.arrows:
        ends = f'source="{number[arrow.source]}" target="{number[arrow.target]}"'
        data = f'<data key="sign">{arrow.sign.value}</data>' if arrow.sign.value else ""
        lines.append(f"    <edge {ends}>{data}</edge>")
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"


def dot(drawn: CausalMap, title: str) -> str:
    """As Graphviz's DOT."""
    lines = [f"digraph {_quoted(_plain(title))} {{", "  rankdir=LR;"]
    lines += [f"  // {line}" for line in loops(drawn)]
    for node in drawn.nodes:
        shape = _SHAPES[node.kind][0]
        lines.append(f"  {_quoted(node.key)} [label={_quoted(node.name)}, shape={shape}];")
    for arrow in drawn.arrows:
        label = f" [label={_quoted(arrow.sign.value)}]" if arrow.sign.value else ""
        lines.append(f"  {_quoted(arrow.source)} -> {_quoted(arrow.target)}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(drawn: CausalMap, title: str) -> str:
    """As a flowchart of Mermaid."""
    number = _numbered(drawn)
    lines = ["---", f"title: {_quoted(_plain(title))}", "---", "flowchart LR"]
    lines += [f"  %% {line}" for line in loops(drawn)]
    for node in drawn.nodes:
        label = node.name.replace('"', "'")
        lines.append(f"  {number[node.key]}{_SHAPES[node.kind][1].format(label)}")
    for arrow in drawn.arrows:
        sign = f'|"{arrow.sign.value}"|' if arrow.sign.value else ""
        lines.append(f"  {number[arrow.source]} -->{sign} {number[arrow.target]}")
    return "\n".join(lines) + "\n"


def _numbered(drawn: CausalMap) -> dict[str, str]:
    """A short identifier of every node, by its key."""
    return {node.key: f"n{n + 1}" for n, node in enumerate(drawn.nodes)}


def _plain(title: str) -> str:
    """A title on one line, without signs that steer a terminal or that XML has no place for."""
    return " ".join(printable(title).split())


def _quoted(text: str) -> str:
    clean = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{clean}"'


FORMS = {"graphml": (".graphml", graphml), "dot": (".dot", dot), "mermaid": (".mmd", mermaid)}
"""By the name of the format: the ending of its files, and what writes one."""
