"""Argdown as a map of an argument: own reader, of what the language says of structure.

Read are statements, arguments, relations by indentation in both directions, reconstructions with
premises and conclusions, headings (which do not matter), tags and data (kept as words), remarks
and the title in the front matter. A text without a title gets one by its place. Texts under one
title mean the same: the first is kept, and the others as words.

References:
    Voigt and Betz (2018), Argdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from schelling.interchange.arguments.argdown_lines import ArgdownLine, front, lines, titled
from schelling.interchange.arguments.argument_map import (
    ArgumentMap,
    MapRelation,
    MapStatement,
    RelationKind,
)
from schelling.interchange.foreign import Findings
from schelling.interchange.xml_tree import read_bytes

MOST_BYTES = 2_000_000
MOST_NODES = 4_000
MOST_RELATIONS = 20_000
MOST_TEXTS = 50
"""Under one title."""
_ALSO = "also said"
_BESIDE = " / "

_KINDS: dict[str, RelationKind] = {"+": "supports", "-": "attacks", "_": "undercuts"}
_TAG = re.compile(r"(?<!\\)#(?:\(([^()]{1,100})\)|([\w-]{1,100}))")
_BRACES = re.compile(r"(?<!\\)\{([^{}]{0,2000})\}\s*$")
_PAIR = re.compile(r"(?<![\w-])([\w-]+):\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^,]*))")


def read(path: Path, *, lenient: bool = False) -> tuple[ArgumentMap, Findings]:
    """Read an Argdown file.

    Raises:
        CaseError: It is no text, too large, or says nothing that is a statement.
    """
    findings = Findings(path, lenient=lenient)
    data = read_bytes(path, findings, MOST_BYTES)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        findings.refuse("E901", "the file is not UTF-8 text", 0)
        raise findings.error() from None
    return read_text(text, path, lenient=lenient)


def read_text(text: str, path: Path, *, lenient: bool = False) -> tuple[ArgumentMap, Findings]:
    """Read Argdown that is at hand.

    Args:
        text: All of it.
        path: Where it is said to come from; nothing is read there.
        lenient: Whether what makes no sense is left out and listed.

    Raises:
        CaseError: It says nothing that is a statement, or too much.
    """
    findings = Findings(path, text, lenient)
    title, body = front(text)
    reader = _Reader(findings)
    for line in lines(body):
        reader.take(line)
    reader.reconstructed()
    if not reader.nodes and not findings.problems:
        findings.refuse("E901", "the file has no statement and no argument", 1)
    findings.close()
    made = title or path.stem.replace("_", " ")
    return ArgumentMap(made, tuple(reader.nodes.values()), tuple(reader.relations)), findings


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.nodes: dict[str, MapStatement] = {}
        self.others: dict[str, dict[str, None]] = {}
        """Of a title, the texts behind its first one, each once."""
        self.relations: dict[MapRelation, None] = {}
        self.above: list[tuple[int, str]] = []
        self.premises: list[str] = []
        self.inferred: list[tuple[list[str], str, ArgdownLine]] = []
        self.owner = ""
        self.concludes = False

    def take(self, line: ArgdownLine) -> None:
        if line.kind == "heading":
            self.reconstructed()
            self.above, self.owner = [], ""
        elif line.kind == "rule":
            self.concludes = True
        elif line.kind == "step":
            self.step(line)
        elif line.kind == "include":
            why = "other files are not read; put what it says in its place"
            self.findings.skip("E903", f"'{line.text[:60]}'", why, line.number)
        else:
            self.node(line)

    def node(self, line: ArgdownLine) -> None:
        title = self.named(line)
        if not title:
            return
        while self.above and self.above[-1][0] >= line.indent:
            self.above.pop()
        if not line.sign:
            self.reconstructed()
            self.above = []
            self.owner = title if self.nodes[title].argument else ""
        elif self.above:
            self.relate(line, title, self.above[-1][1])
        else:
            what = f"the relation '{line.sign}' on this line"
            self.findings.skip("E903", what, "it stands below nothing", line.number)
        self.above.append((line.indent, title))

    def relate(self, line: ArgdownLine, title: str, parent: str) -> None:
        if line.sign == "><":
            self.relation(MapRelation(title, parent, "contradicts"), line)
            return
        away = line.sign.endswith(">")
        kind = _KINDS[line.sign.strip("<>")]
        ends = (parent, title) if away else (title, parent)
        self.relation(MapRelation(*ends, kind), line)

    def step(self, line: ArgdownLine) -> None:
        """A premise, or the conclusion of those since the last; it may be a premise further on."""
        title = self.named(line)
        if not title:
            return
        self.above = [(line.indent, title)]
        if not self.concludes:
            self.premises.append(title)
            return
        self.inferred.append((self.premises, title, line))
        self.premises, self.concludes = [title], False

    def reconstructed(self) -> None:
        """Relate the steps of a reconstruction: its argument leads to the last conclusion alone."""
        for n, (premises, conclusion, line) in enumerate(self.inferred, 1):
            through = self.owner if n == len(self.inferred) else ""
            for premise in premises:
                self.relation(MapRelation(premise, through or conclusion, "supports"), line)
            if through:
                self.relation(MapRelation(through, conclusion, "supports"), line)
        if self.premises and not self.inferred and self.owner:
            what = f"the steps of '{self.owner}'"
            why = "no rule of dashes with a conclusion below it follows them"
            self.findings.skip("E903", what, why, self.nodes[self.premises[0]].line)
        self.premises, self.inferred, self.concludes = [], [], False

    def relation(self, one: MapRelation, line: ArgdownLine) -> None:
        if one.source == one.target:
            what = f"'{one.source}'"
            self.findings.skip("E903", what, "it would speak for or against itself", line.number)
            return
        self.relations[one] = None
        if len(self.relations) > MOST_RELATIONS:
            message = f"more than {MOST_RELATIONS:,} relations"
            self.findings.refuse("E902", message, line.number)
            raise self.findings.error()

    def named(self, line: ArgdownLine) -> str:
        """The title of what a line says, which is remembered; empty where it says nothing."""
        begun = titled(line.text)
        name, words, argument = begun or ("", line.text, False)
        text, data = _data(words)
        title = " ".join(name.split()) if begun else f"statement {len(self.nodes) + 1}"
        if not title or (not begun and not text):
            self.findings.skip("E903", "a line", "it says nothing", line.number)
            return ""
        old = self.nodes.get(title)
        known = old or MapStatement(title, argument=argument, line=line.number)
        data |= known.data
        if known.text and text not in ("", known.text):
            data[_ALSO] = _BESIDE.join(self.also(known, text, line))
        self.nodes[title] = MapStatement(
            title, known.text or text, known.argument, data, known.line
        )
        if len(self.nodes) > MOST_NODES:
            message = f"more than {MOST_NODES:,} statements and arguments"
            self.findings.refuse("E902", message, line.number)
            raise self.findings.error()
        return title

    def also(self, known: MapStatement, text: str, line: ArgdownLine) -> Iterable[str]:
        """What a title stands for besides its first text: its texts mean the same."""
        others = self.others.setdefault(known.title, {})
        if text not in others and len(others) >= MOST_TEXTS - 1:
            what, why = f"'{known.title}'", f"it has more than {MOST_TEXTS} texts"
            self.findings.skip("E902", what, why, line.number, "the first are kept")
        else:
            others[text] = None
        return others


def _data(words: str) -> tuple[str, dict[str, str]]:
    """A text without its data and tags, and these."""
    data: dict[str, str] = {}
    braces = _BRACES.search(words)
    if braces:
        words = words[: braces.start()]
        for key, quoted, bare in _PAIR.findall(braces[1]):
            data[key] = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
    tags = [a or b for a, b in _TAG.findall(words)]
    if tags:
        data["tags"] = ", ".join(tags)
    text = re.sub(r"\\(.)", r"\1", _TAG.sub("", words))
    return " ".join(text.split()), data
