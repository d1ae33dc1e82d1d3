"""Slips in expressions: what was probably meant where the text cannot be read.

Knows words and signs only, never the tree. The words are our own, since those of Python's parser
differ from version to version.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from schelling.case.language.parsing.syntax import Place
from schelling.case.language.words.set_words import REDUCTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, KEYWORDS

_NUMBER = re.compile(r"\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?")
_TOKEN = re.compile(r"\d[\w.]*|\w+|[<>=!]+|[&|]+|[-+*/]+|\S")
_MULTIPLE = re.compile(r"\b(?:thousand|million|billion)s?$")
_WORDS = frozenset(("and", "or", "not", "if", "else", "for", "in"))
_UNUSED = KEYWORDS - _WORDS - {"True", "False"}
_SIGNS = {
    "&&": "write 'and'",
    "&": "write 'and'",
    "||": "write 'or'",
    "!": "write 'not'",
    "<>": "write '!='",
    "=<": "write '<='",
    "=>": "write '>='",
    "===": "write '=='",
    "?": "write: x if condition else y",
    "%": "write 5 % as 0.05 or 5 percent; the unit is 'percent'",
    ":": "",
}
_INSTEAD = {
    "per": "write '/', as in 0.1 / month",
    "then": "write: x if condition else y",
    **dict.fromkeys(
        ("by", "before", "until"),
        "such as eventually(x, until=2022-06-01), or first(x) < 2022-06-01",
    ),
    **dict.fromkeys(
        ("after", "since", "from"), "such as always(x, since=2022-06-01), or first(x) > 2022-06-01"
    ),
}
"""What is written instead of a word of plain speech."""
_HELD = re.compile(r"\|\s*(?!do\b)(\w+(?:\[[^\]]*\])?)\s*=(?!=)\s*([^)]*)")
_MONTH = re.compile(r"(?<![\w-])(\d{4}-\d{2})(?![\w-])")
PLAIN_WORDS = {
    "BitAnd": "'&' is not part of the language; write 'and'",
    "BitXor": "'^' is not part of the language; a power is '**'",
    "FloorDiv": "'//' is not part of the language",
    "Mod": "'%' is not part of the language; write 5 % as 0.05",
    "Attribute": "a name has no dot; dots are used only in numbers, and in places of a game",
    "List": "a list is not a value; only interpolate(...) takes one, and choice(...) in a prior",
    "Starred": "'*' before an argument is not part of the language",
    "Subscript": "an index names members of sets, such as siege[city] or siege[previous(city)]",
    "Invert": "'~' is not part of the language; write 'not'",
    "LShift": "'<<' is not part of the language",
    "RShift": "'>>' is not part of the language",
    "ListComp": "no square brackets here: write sum(x[c] for c in city)",
    "NamedExpr": "':=' is not part of the language",
    "Tuple": "a comma may only separate arguments",
    "Set": "braces are not part of the language",
    "Dict": "braces are not part of the language",
}
"""What to say of the kinds of Python's tree that are not part of the language."""


@dataclass(frozen=True)
class Slip:
    """What is wrong, where, and how to mend it."""

    message: str
    place: Place
    hint: str = ""


def explain(text: str, masked: str, offset: int) -> Slip:
    """Why a text is not an expression.

    Args:
        text: As written; its brackets match.
        masked: The same with a word of the same length for every date and amount.
        offset: Where reading stopped.
    """
    tokens = list(_TOKEN.finditer(masked))
    return (
        _held_without_do(text)
        or _month(text, offset)
        or _first_bad_token(text, tokens)
        or _missing_operator(text, tokens)
        or _unfinished(tokens)
        or _unreadable(text, tokens, offset)
    )


def _held_without_do(text: str) -> Slip | None:
    """`x | y = 0`, which is a conditional of textbooks and no intervention yet."""
    found = _HELD.search(text)
    if found is None:
        return None
    hint = f"write | do({found.group(1)} = {found.group(2).strip()})"
    return Slip("what is held stands in do(...)", Place(*found.span()), hint)


def _month(text: str, offset: int) -> Slip | None:
    """`2022-05`, a month, which is no date."""
    for found in _MONTH.finditer(text):
        if found.start() <= offset <= found.end() and found.group()[-2] == "0":
            hint = f"a date has a day, such as {found.group()}-01"
            return Slip(f"'{found.group()}' is a month and no date", Place(*found.span()), hint)
    return None


def _first_bad_token(text: str, tokens: list[re.Match[str]]) -> Slip | None:
    depth = 0
    for token in tokens:
        word, place = text[token.start() : token.end()], Place(*token.span())
        depth += (word in "([{") - (word in ")]}")
        if word in _SIGNS:
            return Slip(f"'{word}' is not part of the language", place, _SIGNS[word])
        if word == "=" and depth == 0:
            return Slip("'=' is not a comparison", place, "write '=='")
        if token.group()[0].isdigit() and not _NUMBER.fullmatch(word):
            hint = "a product is written 2 * x, a length of time 2 weeks"
            return Slip(f"'{word}' is neither a number nor a name", place, hint)
        if re.fullmatch(r"0\d+", word):
            return Slip(f"the number '{word}' starts with 0", place, f"write {word.lstrip('0')}")
        if word in _UNUSED:
            return Slip(f"'{word}' is not a word of the language", place)
    return None


def _missing_operator(text: str, tokens: list[re.Match[str]]) -> Slip | None:
    for before, after in itertools.pairwise(tokens):
        first, second = before.group(), after.group()
        ends = first in (")", "]") or (first[0].isalnum() and first not in _WORDS)
        starts = (second[0].isalnum() or second[0] == "_") and second not in _WORDS - {"not"}
        if (ends or first[0] == "_") and starts:
            word = text[after.start() : after.end()]
            earlier = text[before.start() : before.end()]
            hint = _INSTEAD.get(word) or _bracketed(earlier) or _multiple(earlier, word)
            return Slip(f"an operator is missing before '{word}'", Place(*after.span()), hint)
    return None


def _bracketed(function: str) -> str:
    """How a function is written whose brackets are missing."""
    if function in FUNCTIONS or function in REDUCTIONS:
        return f"write {function}(...)"
    return ""


def _multiple(before: str, word: str) -> str:
    """What to write for `billion USD`, a unit, and `5 billion USD`, an amount; else nothing."""
    if not _MULTIPLE.search(before) or not word[0].isalpha():
        return ""
    return f"write {before} * {'1 ' if before[0].isdigit() else ''}{word}"


def _unfinished(tokens: list[re.Match[str]]) -> Slip | None:
    last = tokens[-1]
    if last.group() in _WORDS or not re.search(r"[\w)\]}]$", last.group()):
        return Slip(f"something must follow '{last.group()}'", Place(*last.span()))
    conditions = [token for token in tokens if token.group() == "if"]
    if len(conditions) > sum(token.group() == "else" for token in tokens):
        return Slip("'if' without 'else'", Place(*conditions[-1].span()), "x if condition else y")
    return None


def _unreadable(text: str, tokens: list[re.Match[str]], offset: int) -> Slip:
    token = next((token for token in tokens if token.end() > offset), tokens[-1])
    word = text[token.start() : token.end()]
    return Slip(f"the expression cannot be read from '{word}' on", Place(*token.span()))
