"""What Python's parser cannot read in an expression, replaced by names of equal length.

Dates, amounts, words that only Python reserves, and the members that `do(...)` holds: a stand-in
keeps every column where it was, and no case can use its name.
"""

from __future__ import annotations

import datetime as dt
import keyword
import math
import re
import string
from dataclasses import dataclass

from schelling.case.language.parsing.syntax import Amount, Date, Name, Place, SyntaxIssue
from schelling.case.language.words.vocabulary import KEYWORDS

_DATE = re.compile(r"(?<![\w.])\d{4}-\d{2}-\d{2}(?!\w)")
_AMOUNT = re.compile(
    r"(?<![\w.])(\d+(?:_\d+)*(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?\s+"
    r"(?!(?:and|or|not|if|then|else|for|in|is)\b)([A-Za-z]\w*)"
)
_WORD = re.compile(r"(?<!\w)(?<!\d\.)[a-z]{3,}(?!\w)")
_HELD = re.compile(r"\]\s*=(?!=)")
_DIGITS = string.digits + string.ascii_letters  # two of them number all that 4,000 characters hold

Literal = Amount | Date | Name


@dataclass(frozen=True)
class Masked:
    """An expression on one line, as Python's parser reads it.

    Attributes:
        text: As long as it was written.
        literals: What stands for a date, an amount or a word.
        held: What stands for a member before `=`, as in `do(troops[kyiv] = 0)`, with its text.
    """

    text: str
    literals: dict[str, Literal]
    held: dict[str, str]


def mask(text: str) -> Masked:
    """Put stand-ins into an expression whose brackets match.

    Raises:
        SyntaxIssue: A date or a number that there is not.
    """
    literals: dict[str, Literal] = {}

    def stand_in(match: re.Match[str], literal: Literal) -> str:
        name = _name(len(literals), match.end() - match.start())
        literals[name] = literal
        return name

    def date(match: re.Match[str]) -> str:
        place = Place(*match.span())
        try:
            day = dt.date.fromisoformat(match.group())
        except ValueError:
            message = f"'{match.group()}' is not a calendar date"
            raise SyntaxIssue("E301", message, place) from None
        return stand_in(match, Date(day, place))

    def amount(match: re.Match[str]) -> str:
        value = float(match.group(1) + (match.group(2) or ""))
        place = Place(*match.span())
        if not math.isfinite(value):
            raise too_large(place)
        return stand_in(match, Amount(value, match.group(3), place))

    def word(match: re.Match[str]) -> str:
        name = match.group()
        if not keyword.iskeyword(name) or name in KEYWORDS:
            return name
        return stand_in(match, Name(name, Place(*match.span())))

    masked = _WORD.sub(word, _AMOUNT.sub(amount, _DATE.sub(date, text)))
    line = re.sub(r"[\r\n\t]", " ", masked)  # so that columns are offsets
    held: dict[str, str] = {}
    for closing in _HELD.finditer(line):  # from the inside out
        start, end = _start(line, closing.start()), closing.start() + 1
        if start is not None:
            name = _name(len(literals) + len(held), end - start)
            held[name] = line[start:end]
            line = line[:start] + name + line[end:]
    return Masked(line, literals, held)


def too_large(place: Place) -> SyntaxIssue:
    """What is said of a number that is none in a computer."""
    return SyntaxIssue("E302", "this number is too large", place, "numbers must be below 1e308")


def two_readings(text: str, base: Literal | None, place: Place) -> None:
    """Refuse the power of an amount that no bracket keeps apart from its unit.

    Args:
        text: As written.
        base: What is raised to a power.
        place: Of the whole power.

    Raises:
        SyntaxIssue: It is an amount, such as in `49 km ** 3`, and not 1 of its unit.
    """
    if not isinstance(base, Amount) or base.value == 1:
        return
    before, _, power = text[base.place.end : place.end].partition("**")
    if ")" in before:
        return
    written, power = text[base.place.start : base.place.end], power.strip()
    number = written[: -len(base.unit)].strip()
    message = f"'{written} ** {power}' can be read in two ways; brackets decide"
    hint = f"write {number} * (1 {base.unit}) ** {power}, or ({written}) ** {power}"
    raise SyntaxIssue("E314", message, place, hint)


def _name(number: int, width: int) -> str:
    high, low = divmod(number, len(_DIGITS))
    return f"_{_DIGITS[high]}{_DIGITS[low]}".ljust(width, "_")


def _start(line: str, closing: int) -> int | None:
    """Where the name stands whose index ends with a bracket; None if it has none."""
    head = line[: _opening(line, closing)].rstrip()
    start = len(head)
    while start and (head[start - 1].isalnum() or head[start - 1] == "_"):
        start -= 1
    named = start < len(head) and not head[start].isdigit() and head[start - 1 : start] != "."
    return start if named else None


def _opening(line: str, closing: int) -> int:
    """Where the bracket opens that closes at a place."""
    depth = 0
    for offset in range(closing, -1, -1):
        depth += (line[offset] in ")]}") - (line[offset] in "([{")
        if depth == 0:
            return offset
    return 0
