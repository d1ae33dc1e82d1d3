"""A map of an argument in the Argument Interchange Format, as the JSON of AIFdb and of xAIF.

A statement is an I-node. Support is an RA-node between the two (a rule of inference applied), an
attack a CA-node; an argument is an I-node that supports through an RA-node. A contradiction is two
conflicts, one each way. What undercuts attacks every rule by which its target supports something,
and the target itself where there is none. Data of a node, such as its passages, are not written.

References:
    Chesñevar et al. (2006), Towards an argument interchange format, The Knowledge Engineering
    Review 21(4), 293-316.
"""

from __future__ import annotations

import json
from typing import Any

from schelling.interchange.arguments.argument_map import ArgumentMap, MapRelation

_RULES = {
    "supports": ("RA", "Default Inference"),
    "attacks": ("CA", "Default Conflict"),
    "undercuts": ("CA", "Default Conflict"),
    "contradicts": ("CA", "Default Conflict"),
}


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []

    def node(self, text: str, kind: str) -> str:
        name = str(len(self.nodes) + 1)
        self.nodes.append({"nodeID": name, "text": text, "type": kind})
        return name

    def edge(self, source: str, target: str) -> None:
        name = str(len(self.edges) + 1)
        self.edges.append({"edgeID": name, "fromID": source, "toID": target})


def aif(found: ArgumentMap, *, extended: bool = False) -> str:
    """The map as JSON.

    Args:
        found: The map.
        extended: Whether it is wrapped as xAIF, with its text and without locutions.
    """
    graph = _Graph()
    own = {node.title: graph.node(node.text or node.title, "I") for node in found.nodes}
    rules: dict[str, list[str]] = {}
    for one in sorted(found.relations, key=lambda one: one.kind == "undercuts"):
        _relate(graph, one, own, rules)
    plain: dict[str, Any] = {"nodes": graph.nodes, "edges": graph.edges, "locutions": []}
    if not extended:
        return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
    whole: dict[str, Any] = {
        "AIF": plain | {"participants": [], "schemefulfillments": []},
        "OVA": {"firstname": "", "surname": "", "url": "", "nodes": [], "edges": []},
        "dialog": False,
        "text": {"txt": "\n".join(node.text or node.title for node in found.nodes)},
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _relate(
    graph: _Graph, one: MapRelation, own: dict[str, str], rules: dict[str, list[str]]
) -> None:
    kind, name = _RULES[one.kind]
    ways = [(one.source, own[one.target])]
    if one.kind == "undercuts":
        ways = [(one.source, rule) for rule in rules.get(one.target, (own[one.target],))]
    if one.kind == "contradicts":
        ways.append((one.target, own[one.source]))
    for source, target in ways:
        rule = graph.node(name, kind)
        graph.edge(own[source], rule)
        graph.edge(rule, target)
        if one.kind == "supports":
            rules.setdefault(source, []).append(rule)
