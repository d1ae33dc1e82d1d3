"""A causal-loop diagram: what pushes what, and which way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schelling.interchange.foreign import Findings

SIGNS = {
    **dict.fromkeys(("+", "+1", "1", "s", "positive", "same", "reinforcing"), "+"),
    **dict.fromkeys(("-", "-1", "o", "negative", "opposite", "balancing", "\u2212", "\u2013"), "-"),
    **dict.fromkeys(("", "?", "0", "unknown", "directed"), ""),
}
"""Ways of writing the sign of an arrow."""

_AROUND = " ()[]"


def sign_in(label: str) -> str:
    """The sign that a label of an arrow is, also in brackets; nothing where it says something else.

    A bare 1 may number the arrow.

    Examples:
        >>> sign_in("(+)"), sign_in("Opposite"), sign_in("via trade")
        ('+', '-', '')
    """
    plain = label.strip(_AROUND).lower()
    return "" if plain == "1" else SIGNS.get(plain, "")


def sign_of(number: str) -> str:
    """The sign of a number; nothing of 0 and of what is none.

    Examples:
        >>> sign_of("0.4"), sign_of("-2"), sign_of("strong")
        ('+', '-', '')
    """
    try:
        value = float(number)
    except ValueError:
        return ""
    return "+" if value > 0 else "-" if value < 0 else ""


@dataclass(frozen=True)
class Link:
    """An arrow.

    Attributes:
        source: Name of what pushes.
        target: Name of what is pushed.
        sign: `+`, `-` or empty.
        why: What is said of it.
        line: Where it stands in its file; 0 where that cannot be said.
    """

    source: str
    target: str
    sign: str
    why: str = ""
    line: int = 0


def distinct(names: Mapping[str, str], findings: Findings) -> None:
    """Refuse two nodes of one name: they would become one thing."""
    seen: dict[str, str] = {}
    for identifier, name in names.items():
        if seen.setdefault(name, identifier) != identifier:
            message = f"the nodes '{seen[name]}' and '{identifier}' have one name, '{name}'"
            findings.refuse("E907", message, 0)


def alone(names: Iterable[str], links: Iterable[Link], findings: Findings) -> None:
    """Skip by name what no arrow leads to or from.

    Raises:
        CaseError: There is such a thing, and nothing may be left out.
    """
    ends = {end for link in links for end in (link.source, link.target)}
    for name in names:
        if name.strip() not in ends:
            findings.skip("E903", f"'{name}'", "no arrow leads to it or from it", 0)
    findings.close()
