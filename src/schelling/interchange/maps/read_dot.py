"""Causal-loop diagrams as Graphviz's DOT, and causal graphs as texts of DAGitty.

Of a node its name is its label where it has one, else its identifier. Of an edge the sign is `sign`
or `polarity`, else its label where that is a sign, else that of the coefficient `beta`. An edge
that is not drawn (`style=invis`) is none, and one with `dir=back` leads the way it is drawn. All
else is about the picture. DAGitty's texts are alike; that a variable is an exposure, an outcome or
adjusted for has no counterpart in a draft.

References:
    Graphviz (2024), The DOT Language.
    Textor et al. (2016), Robust causal inference using directed acyclic graphs: the R package
    'dagitty'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from schelling.interchange.foreign import Findings, LeftOut, UnreadableFile
from schelling.interchange.maps.graph_tokens import GraphToken, tokens
from schelling.interchange.maps.links import SIGNS, Link, alone, distinct, sign_in, sign_of
from schelling.interchange.maps.read_csv import MOST_BYTES, MOST_LINKS, checked
from schelling.interchange.xml_tree import read_bytes

MOST_DEPTH = 50
_SIGNS = ("sign", "polarity")
_WORDS = ("label", "xlabel")
_READ = (*_SIGNS, *_WORDS, "beta", "style", "dir")
_GRAPHS = ("digraph", "dag")
_OTHERS = ("graph", "mag", "pdag", "pag")
_HIDDEN = "a hidden thing that pushes both is a thing of its own, with two arrows"
_TURNED = {"->": "<-", "<-": "->"}
_END = GraphToken("", 0)

_Attributes = Mapping[str, str]


def read(path: Path, *, lenient: bool = False) -> tuple[list[Link], list[LeftOut]]:
    """Read the arrows of a graph.

    Returns:
        The arrows, and with leniency the nodes that are left out because they have none.

    Raises:
        CaseError: It is no directed graph, cannot be read, or has no arrows.
    """
    findings = Findings(path, lenient=lenient)
    try:
        findings.text = read_bytes(path, findings, MOST_BYTES).decode("utf-8-sig")
        reader = _Reader(tokens(findings.text, findings), findings)
        reader.graph()
    except UnicodeDecodeError:
        findings.refuse("E901", "the file is not UTF-8 text", 0)
        raise findings.error() from None
    except UnreadableFile:
        raise findings.error() from None
    findings.close()
    found = checked(reader.links(), findings)
    alone(reader.names.values(), found, findings)
    return found, findings.left_out


@dataclass(frozen=True)
class _Edge:
    source: str
    target: str
    said: _Attributes
    line: int


@dataclass
class _Reader:
    """Reads statements one after another; what a graph says lies in it afterwards."""

    tokens: list[GraphToken]
    findings: Findings
    at: int = 0
    depth: int = 0
    names: dict[str, str] = field(default_factory=dict[str, str])
    edges: list[_Edge] = field(default_factory=list[_Edge])

    def links(self) -> list[Link]:
        """The arrows, between names."""
        distinct(self.names, self.findings)
        return [_link(edge, self.names) for edge in self.edges]

    def graph(self) -> None:
        """Read the whole graph."""
        if self._is("strict"):
            self.at += 1
        kind = self._next()
        word = kind.text.lower()
        if word in _OTHERS:
            message = f"the graph is a '{word}', whose edges have no direction or no certain one"
            self._stop(message, kind.line, "a digraph or a dag is read")
        if word not in _GRAPHS:
            self._stop("the file does not begin with 'digraph' or 'dag'", kind.line)
        if not self._is("{"):
            self._next()
        self._block({})
        if self._peek() is not _END:
            self._stop("something stands after the end of the graph", self._peek().line)

    def _block(self, outer: _Attributes) -> list[str]:
        """Statements in braces; the nodes named in them."""
        self._take("{")
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self._stop(f"graphs are nested more than {MOST_DEPTH} deep", self._peek().line)
        edge_words = dict(outer)
        found: list[str] = []
        while not self._is("}"):
            if self._peek() is _END:
                self._stop("the graph is not closed with '}'", self.tokens[-1].line)
            if self._is(";") or self._is(","):
                self.at += 1
                continue
            found += self._statement(edge_words)
        self._take("}")
        self.depth -= 1
        return found

    def _statement(self, edge_words: dict[str, str]) -> list[str]:
        word = self._peek()
        kind = word.text.lower() if word.bare else ""
        after = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else _END
        if kind in ("graph", "node", "edge") and after.text == "[":
            self.at += 1
            said = self._attributes()
            if kind == "edge":
                edge_words |= said
            return []
        if after.text == "=" and after.bare:
            self.at += 3  # an attribute of the graph
            return []
        return self._chain(edge_words)

    def _chain(self, edge_words: _Attributes) -> list[str]:
        """Nodes, or nodes with arrows between them, and what is said of them."""
        ends = [self._ends(edge_words)]
        arrows: list[GraphToken] = []
        while self._peek().arrow:
            arrows.append(self._next())
            ends.append(self._ends(edge_words))
        said = self._attributes()
        if not arrows and len(ends[0]) == 1 and said.get("label"):
            self.names[ends[0][0]] = said["label"]
        for number, arrow in enumerate(arrows):
            self._join(ends[number], arrow, ends[number + 1], {**edge_words, **said})
        return [one for many in ends for one in many]

    def _join(
        self, left: list[str], arrow: GraphToken, right: list[str], said: _Attributes
    ) -> None:
        if "invis" in said.get("style", "").lower():
            return
        way = _way(arrow.text, said)
        if way not in _TURNED:
            hint = _HIDDEN if way == "<->" else "-> is read"
            self.findings.refuse("E903", f"'{way}' has no one direction", arrow.line, hint=hint)
            return
        sources, targets = (left, right) if way == "->" else (right, left)
        if len(self.edges) + len(sources) * len(targets) > MOST_LINKS:
            message = f"there are more than {MOST_LINKS:,} arrows"
            self.findings.refuse("E902", message, arrow.line)
            raise UnreadableFile
        self.edges += [_Edge(a, b, said, arrow.line) for a in sources for b in targets]

    def _ends(self, edge_words: _Attributes) -> list[str]:
        """The nodes at one end of an arrow: one, or those of a graph in braces."""
        if self._is("subgraph"):
            self.at += 1
            if not self._is("{"):
                self._next()
        if self._is("{"):
            return list(dict.fromkeys(self._block(edge_words)))
        name = self._word()
        while self._is(":"):  # where an arrow meets the picture of the node
            self.at += 2
        self.names.setdefault(name, name)
        return [name]

    def _attributes(self) -> dict[str, str]:
        """Those that are read; all would be held for every edge."""
        found: dict[str, str] = {}
        while self._is("["):
            self.at += 1
            while not self._is("]"):
                if self._is(";") or self._is(","):
                    self.at += 1
                    continue
                name = self._word().lower()
                found[name] = ""
                if self._is("="):
                    self.at += 1
                    found[name] = self._word()
            self.at += 1
        return {name: found[name] for name in _READ if name in found}

    def _word(self) -> str:
        word = self._next()
        if word.arrow or (word.bare and word.text in "{}[]=;,:+"):
            self._stop(f"'{word.text}' stands where a name should", word.line)
        text = word.text
        while self._is("+") and not word.bare:
            self.at += 1
            text += self._next().text
        return text

    def _is(self, text: str) -> bool:
        token = self._peek()
        return token.bare and token is not _END and token.text.lower() == text

    def _take(self, text: str) -> None:
        if not self._is(text):
            token = self._peek()
            line = token.line or self.tokens[-1].line if self.tokens else 1
            self._stop(f"'{text}' is missing before '{token.text[:20]}'", line)
        self.at += 1

    def _peek(self) -> GraphToken:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _next(self) -> GraphToken:
        token = self._peek()
        if token is _END:
            self._stop("the text ends too early", self.tokens[-1].line if self.tokens else 1)
        self.at += 1
        return token

    def _stop(self, message: str, line: int, hint: str = "") -> NoReturn:
        self.findings.refuse("E901", message, line, hint=hint)
        raise UnreadableFile


def _way(arrow: str, said: _Attributes) -> str:
    """Which way an arrow is drawn: `->` or `<-`, or why it has no one direction."""
    drawn = said.get("dir", "forward").lower()
    if drawn == "back":
        return _TURNED.get(arrow, arrow)
    return arrow if drawn == "forward" else f"dir={drawn}"


def _link(edge: _Edge, names: Mapping[str, str]) -> Link:
    words = next((edge.said[one] for one in _WORDS if one in edge.said), "")
    said = next((edge.said[one] for one in _SIGNS if one in edge.said), None)
    sign = sign_in(words) or sign_of(edge.said.get("beta", "")) if said is None else said
    why = "" if words.strip().lower() in SIGNS else words
    return Link(names[edge.source], names[edge.target], sign, why, edge.line)
