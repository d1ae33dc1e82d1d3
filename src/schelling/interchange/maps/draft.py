"""A causal-loop diagram as the draft of a case.

A diagram says which way things push each other, and neither how strongly nor how fast. The draft
therefore counts everything as its distance from today, and gives every arrow a strength and all
things a time in which they settle, as wide priors that are marked as drafts. What nothing pushes is
an assumption.

References:
    Sterman (2000), Business Dynamics, chapter 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from schelling.case.language.parsing.syntax import Binary, Expression, Name, Number
from schelling.interchange import case_text
from schelling.interchange.case_text import WrittenCase, WrittenLine
from schelling.interchange.maps.links import Link
from schelling.interchange.stockflow.functions import negative
from schelling.interchange.stockflow.phrases import call, number, of
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.stockflow.terms import key

_HEAD = (
    "Draft made of a causal-loop diagram, which says neither how strong an arrow is nor how fast.",
    "Everything is counted as its distance from today, 0. Replace every prior marked DRAFT.",
)
_TIME = {"start": "2000-01-03", "step": "1 week", "until": "2001-01-01"}


def draft(links: Sequence[Link], title: str) -> str:
    """The text of a case.

    Args:
        links: The arrows; several from one thing to another, which have one sign, are one.
        title: What the case is called.
    """
    spelling = Spelling()
    ends = [end for link in links for end in (link.source, link.target)]
    written = {key(end): end for end in reversed(ends)}
    things = {thing: spelling.of(thing, written[thing]) for thing in dict.fromkeys(map(key, ends))}
    pushed: dict[str, dict[str, Link]] = {}
    for link in links:
        pushed.setdefault(key(link.target), {}).setdefault(key(link.source), link)
    settle = spelling.of("#settle", "time to settle")
    assumptions = [_assumption(settle, call("uniform", Number(2.0), Number(26.0)), "", "weeks")]
    stocks: list[WrittenLine] = []
    for thing, name in things.items():
        if thing not in pushed:
            values = call("normal", Number(0.0), Number(1.0))
            assumptions.append(_assumption(name, values, "How far it is from today.", ""))
            continue
        push: Expression = Number(0.0)
        ordered = sorted(pushed[thing].items(), key=lambda pair: pair[1].sign == "-")
        for source, link in ordered:
            strength = spelling.of(f"{source} on {thing}", f"{things[source]} on {name}")
            assumptions.append(_strength(strength, link))
            part = Binary("*", Name(strength), Name(things[source]))
            push = part if push == Number(0.0) else of("-" if link.sign == "-" else "+", push, part)
            if link.sign == "-" and push is part:
                push = negative(part)
        change = Binary("/", Binary("-", push, Name(name)), Name(settle))
        stocks.append(WrittenLine(name, {"start": Number(0.0), "change": change}))
    sections = {"assumptions": assumptions, "stocks": stocks}
    return case_text.text(WrittenCase(title, "", _HEAD, _TIME, {}, sections))


def _assumption(name: str, prior: Expression, says: str, unit: str) -> WrittenLine:
    words = {"why": f"DRAFT. {says}".strip()} | ({"unit": unit} if unit else {})
    return WrittenLine(name, {"prior": prior}, words)


def _strength(name: str, link: Link) -> WrittenLine:
    low = 0.0 if link.sign else -1.0
    says = f"How strongly '{link.source}' pushes '{link.target}'. {link.why}"
    return _assumption(name, call("uniform", number(low), Number(1.0)), says, "")
