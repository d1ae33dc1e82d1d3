"""Where things stand on the page: fragments, and links from names to what they name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from schelling.case.model import Case

_NAME = re.compile(r"[A-Za-z_]\w*")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


def anchor(kind: str, name: str) -> str:
    """The fragment of a thing; different things have different fragments.

    Args:
        kind: What it is, such as `claim`.
        name: Its name; any text.

    Returns:
        A fragment of letters, digits and a few signs.

    Examples:
        >>> anchor("passage", "P1.S2"), anchor("passage", "a b")
        ('passage-P1.S2', 'passage-a~20~b')
    """
    return f"{kind}-{_UNSAFE.sub(lambda found: f'~{ord(found[0]):x}~', name)}"


def targets(case: Case) -> dict[str, str]:
    """Fragments of everything an expression of the case can name."""
    named = {
        "assumption": case.assumptions,
        "state": case.machines,
        "stock": case.stocks,
        "variable": case.variables,
        "population": case.populations,
        "event": case.events,
        "game": (*case.games, *case.stochastic),
    }
    return {thing.name: anchor(kind, thing.name) for kind, many in named.items() for thing in many}


def linked(text: str, known: Mapping[str, str]) -> Markup:
    """A text in which every known name links to what it names.

    Args:
        text: Any text; everything in it is escaped.
        known: Fragments by name.

    Returns:
        Markup.

    Examples:
        >>> str(linked("a < b_1", {"b_1": "stock-b_1"}))
        'a &lt; <a href="#stock-b_1">b_1</a>'
    """
    parts: list[Markup] = []
    end = 0
    for found in _NAME.finditer(text):
        if found[0] in known:
            parts.append(escape(text[end : found.start()]))
            parts.append(Markup('<a href="#{}">{}</a>').format(known[found[0]], found[0]))
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
