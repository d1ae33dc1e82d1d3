"""Words for sets: reductions over members, and what stands beside a member.

A part of the language's tables, read by the checker, the reference pages and `schelling explain`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AboutSets:
    """A word for members of sets. Such words stay free as names of a case.

    Attributes:
        form: How it is written.
        kind: Of a reduction, what it takes together: `number` or `truth`; else what it stands for.
        doc: One line.
        example: An expression that uses it.
    """

    form: str
    kind: str
    doc: str
    example: str


REDUCTIONS: dict[str, AboutSets] = {
    name: AboutSets(f"{name}(x for c in set if condition)", kind, doc, example)
    for name, kind, doc, example in (
        ("sum", "number", "Sum over members; 0 of none.", "sum(troops[c] for c in city)"),
        ("mean", "number", "Mean over members.", "mean(troops[c] for c in city)"),
        ("min", "number", "Smallest over members, or earliest.", "min(troops[c] for c in city)"),
        (
            "max",
            "number",
            "Largest over members, or latest.",
            "max(troops[c] for c in before(city))",
        ),
        ("count", "truth", "For how many members it holds.", "count(troops[c] > 0 for c in city)"),
        ("share", "truth", "For which share of members.", "share(troops[c] > 0 for c in city)"),
        ("any", "truth", "Whether it holds for a member.", "any(troops[c] > 0 for c in city)"),
        ("all", "truth", "Whether for all; so of none.", "all(troops[c] > 0 for c in city)"),
        (
            "argmax",
            "number",
            "The member with the most, or to which something happens last, the first of several: "
            "compared with a member, or (not of times) in brackets after a name.",
            "argmax(troops[c] for c in city) == kyiv",
        ),
        (
            "argmin",
            "number",
            "The member with the least, or to which something happens first, likewise.",
            "troops[argmin(distance[c, kyiv] for c in city)]",
        ),
    )
}

CHOOSING = ("argmax", "argmin")
"""Reductions that give a member; they take nothing over agents, who have no names."""

OVER_AGENTS = {name: word for name, word in REDUCTIONS.items() if name not in CHOOSING}
"""Reductions that take agents together, and members alike."""

ABOUT_MEMBERS: dict[str, AboutSets] = {
    name: AboutSets(f"{name}({argument})", kind, doc, example)
    for name, argument, kind, doc, example in (
        ("rank", "member", "number", "Position in its set, from 1.", "0.1 * rank(city)"),
        ("size", "set", "number", "Number of members.", "1 / size(city)"),
        ("previous", "member", "member", "The member before it.", "troops[previous(city)]"),
        ("next", "member", "member", "The member after it.", "troops[next(city)]"),
        ("before", "member", "members", "Those before it.", "sum(troops[c] for c in before(city))"),
        ("after", "member", "members", "Those after it.", "sum(troops[c] for c in after(city))"),
    )
}
