"""Causal-loop diagrams as GraphML: an edge for each arrow, with its sign among its data.

Of a node its name is read where one is given (as `name` or `label`, or as the label that yEd
draws), else its identifier. Of an edge the sign is `sign` or `polarity`, else its label where that
is a sign, else the sign of its `weight` in a file that has negative ones. It leads the way that yEd
draws its head. All else is about the picture.

References:
    Brandes, Eiglsperger, Lerner & Pich (2013), Graph Markup Language (GraphML).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from schelling.interchange import xml_tree
from schelling.interchange.foreign import Findings, LeftOut, UnreadableFile
from schelling.interchange.maps.links import SIGNS, Link, alone, distinct, sign_in, sign_of
from schelling.interchange.maps.read_csv import MOST_LINKS, checked
from schelling.interchange.xml_tree import Element

_NAMES = ("name", "label", "title")
_SIGNS = ("sign", "polarity")
_WORDS = ("label", "why", "description", "interaction")
_READ = (*_NAMES, *_SIGNS, *_WORDS, "weight")
_DRAWN = {"node": "NodeLabel", "edge": "EdgeLabel"}


def read(path: Path, *, lenient: bool = False) -> tuple[list[Link], list[LeftOut]]:
    """Read the arrows of a graph.

    Returns:
        The arrows, and with leniency the nodes that are left out because they have none.

    Raises:
        CaseError: It is no GraphML, an edge has no direction or no ends, or there are none.
    """
    root, findings = xml_tree.read(path, lenient=lenient)
    with findings.whole():
        names, links = _links(root, findings)
    found = checked(links, findings)
    alone(names.values(), found, findings)
    return found, findings.left_out


def _links(root: Element, findings: Findings) -> tuple[dict[str, str], list[Link]]:
    if _plain(root.tag) != "graphml":
        message = f"the outermost element is <{root.tag}>, not <graphml>"
        findings.refuse("E901", message, root.line, hint="is this a GraphML file?")
        raise UnreadableFile
    keys = _keys(root)
    usual = {tag: _usual(keys, tag) for tag in _DRAWN}
    names: dict[str, str] = {}
    edges: list[tuple[Element, bool]] = []
    for graph, part in _parts(root, False):
        match _plain(part.tag):
            case "node":
                identifier = part.attributes.get("id", "")
                if identifier in names:
                    message = f"there are two nodes '{identifier}'"
                    findings.refuse("E907", message, part.line)
                data = usual["node"] | _data(part, keys)
                names[identifier] = next(filter(None, map(data.get, _NAMES)), identifier)
            case "edge":
                edges.append((part, graph))
                if len(edges) > MOST_LINKS:
                    message = f"there are more than {MOST_LINKS:,} arrows"
                    findings.refuse("E902", message, part.line)
                    raise UnreadableFile
            case tag:
                message = f"<{tag}> is no arrow from one thing to another"
                findings.refuse("E903", message, part.line)
    distinct(names, findings)
    found = [(usual["edge"] | _data(edge, keys), edge, directed) for edge, directed in edges]
    weighed = any(sign_of(data.get("weight", "")) == "-" for data, *_ in found)
    return names, [
        _link(data, edge, names, weighed=weighed)
        for data, edge, directed in found
        if _sound(edge, names, findings, directed=directed)
    ]


def _keys(root: Element) -> dict[str, tuple[str, str, str]]:
    """By identifier of a kind of data, what it is called, for what, and where nothing is said."""
    found: dict[str, tuple[str, str, str]] = {}
    for one in root.children:
        if _plain(one.tag) == "key":
            identifier = one.attributes.get("id", "")
            name = one.attributes.get("attr.name", identifier).strip().lower()
            found[identifier] = name, one.attributes.get("for", "all"), one.words("default")
    return found


def _parts(place: Element, directed: bool) -> Iterator[tuple[bool, Element]]:
    """Nodes, edges and other arrows of all graphs, also of those in nodes, with their direction."""
    for child in place.children:
        tag = _plain(child.tag)
        if tag == "graph":
            own = child.attributes.get("edgedefault", "").strip().lower()
            yield from _parts(child, own == "directed" if own else directed)
        elif tag in ("node", "edge", "hyperedge"):
            yield directed, child
            yield from _parts(child, directed)


def _data(part: Element, keys: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
    """What is said of a node or an edge, by what it is called."""
    found: dict[str, str] = {}
    tag = _plain(part.tag)
    for data in (one for one in part.children if _plain(one.tag) == "data"):
        key = data.attributes.get("key", "")
        name = keys[key][0] if key in keys else key.lower()
        text = " ".join((data.text.strip() or _drawn(data, _DRAWN.get(tag, ""))).split())
        drawn = bool(data.children)
        if text:
            found.setdefault("label" if drawn else name, text)
    return found


def _usual(keys: Mapping[str, tuple[str, str, str]], tag: str) -> dict[str, str]:
    """What is read of every node or edge that says nothing else."""
    own = [(name, default) for name, of, default in keys.values() if of in (tag, "all") and default]
    return {name: default for name, default in own if name in _READ}


def _drawn(data: Element, label: str) -> str:
    """The text of the label that a drawing tool wrote within its own elements."""
    return next((one.text for one in _within(data, label) if one.text.strip()), "")


def _within(element: Element, tag: str) -> Iterator[Element]:
    """An element and all within it that have a tag."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if _plain(one.tag) == tag:
            yield one
        waiting += reversed(one.children)


def _ends(edge: Element) -> tuple[str, str] | None:
    """The identifiers of where an edge is drawn from and to; None where it has no one direction."""
    source, target = (edge.attributes.get(end, "") for end in ("source", "target"))
    for drawn in _within(edge, "Arrows"):
        tail, head = (drawn.attributes.get(end, "none") for end in ("source", "target"))
        if tail == head:
            return None
        return (target, source) if head == "none" else (source, target)
    return source, target


def _sound(edge: Element, names: Mapping[str, str], findings: Findings, *, directed: bool) -> bool:
    own = edge.attributes.get("directed", "").strip().lower()
    ends = _ends(edge)
    if ends is None or own == "false" or (not own and not directed):
        hint = "edgedefault='directed', and an edge for each arrow"
        findings.refuse("E903", "an edge has no one direction", edge.line, hint=hint)
        return False
    unknown = [end for end in ends if end not in names]
    for end in unknown:
        findings.refuse("E907", f"an edge leads to or from '{end}', which is no node", edge.line)
    return not unknown


def _link(
    data: Mapping[str, str], edge: Element, names: Mapping[str, str], *, weighed: bool
) -> Link:
    source, target = (names[end] for end in _ends(edge) or ())
    sign = next((data[one] for one in _SIGNS if one in data), None)
    words = next((data[one] for one in _WORDS if one in data), "")
    if sign is None:
        sign = sign_in(words)
        if not sign and weighed:
            sign = sign_of(data.get("weight", ""))
    words = "" if words.strip().lower() in SIGNS else words
    return Link(source, target, sign, words, edge.line)


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]
