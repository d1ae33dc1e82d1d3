"""Words and signs of Graphviz's DOT and of the texts of DAGitty, each with its line.

References:
    Graphviz (2024), The DOT Language.
    Textor et al. (2016), Robust causal inference using directed acyclic graphs: the R package
    'dagitty'.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from schelling.interchange.foreign import Findings, UnreadableFile

MOST_TOKENS = 200_000

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\f\ufeff]+|//[^\n]*|/\*.*?\*/|\#[^\n]*)
    |(?P<newline>\n)
    |"(?P<quoted>(?:[^"\\]++|\\.)*+)"
    |(?P<arrow><->|->|<-|--|@->|<-@|@-@|@--|--@)
    |(?P<sign>[{}\[\]=;,:+])
    |(?P<word>-?(?:\.\d+|\d+(?:\.\d*)?)(?![\w.])|[\w.]+)""",
    re.VERBOSE | re.DOTALL,
)


_ANGLE = re.compile("[<>]")


@dataclass(frozen=True)
class GraphToken:
    """A word, a sign or an arrow.

    Attributes:
        text: What it says, without quotes.
        line: Where it stands.
        bare: Whether it stands without quotes.
        arrow: Whether it is an arrow.
    """

    text: str
    line: int
    bare: bool = True
    arrow: bool = False


def tokens(text: str, findings: Findings) -> list[GraphToken]:
    """Every token of a text.

    Raises:
        UnreadableFile: There is something that is none, or there are too many.
    """
    found: list[GraphToken] = []
    for token in _tokens(text, findings):
        found.append(token)
        if len(found) > MOST_TOKENS:
            findings.refuse("E902", f"more than {MOST_TOKENS:,} words and signs", token.line)
            raise UnreadableFile
    return found


def _tokens(text: str, findings: Findings) -> Iterator[GraphToken]:
    at, line = 0, 1
    while at < len(text):
        end = _end_of_html(text, at)
        if end:
            yield GraphToken(_words_of_html(text[at + 1 : end - 1]), line, bare=False)
            line += text.count("\n", at, end)
            at = end
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            message = f"'{text[at : at + 20]}' is not understood".replace("\n", " ")
            findings.refuse("E901", message, line)
            raise UnreadableFile
        kind, words = match.lastgroup, match[0]
        if kind == "quoted":
            yield GraphToken(_unquoted(match["quoted"]), line, bare=False)
        elif kind not in ("blank", "newline"):
            yield GraphToken(words, line, arrow=kind == "arrow")
        line += words.count("\n")
        at = match.end()


def _end_of_html(text: str, at: int) -> int:
    """Where a label in HTML ends that begins here; 0 where none does."""
    if text[at] != "<" or text[at : at + 2] == "<-":
        return 0
    depth = 0
    for end in _ANGLE.finditer(text, at):
        depth += 1 if end[0] == "<" else -1
        if depth == 0:
            return end.end()
    return 0


def _words_of_html(text: str) -> str:
    return " ".join(html.unescape(re.sub("<[^<>]*>", " ", text)).split())


def _unquoted(text: str) -> str:
    """A quoted text: a line break within a label is a blank, one after a backslash nothing."""
    plain = text.replace("\\\n", "")
    for mark in ("\\n", "\\l", "\\r"):
        plain = plain.replace(mark, " ")
    return " ".join(plain.replace('\\"', '"').replace("\\\\", "\\").split())
