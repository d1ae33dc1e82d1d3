"""What is known of every word of the language: functions, keys, columns, codes of problems."""

from __future__ import annotations

from typing import Any, cast

from schelling.case.codes import codes
from schelling.case.language.words.agent_words import NETWORKS, WORDS
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.set_words import ABOUT_MEMBERS, CHOOSING, OVER_AGENTS, REDUCTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, RESERVED, Function
from schelling.case.registers.seal import SHAPES
from schelling.case.schema.keys import keys


def words() -> tuple[str, ...]:
    """Every word that has an entry."""
    columns = (name for shape in SHAPES.values() for name in shape.about)
    found = (
        *FUNCTIONS,
        *REDUCTIONS,
        *ABOUT_MEMBERS,
        *WORDS,
        *NETWORKS,
        *DISTRIBUTIONS,
        *RESERVED,
        *keys(),
        *columns,
        *codes(),
    )
    return tuple(dict.fromkeys(found))


def _written(function: Function) -> list[str]:
    """The positional arguments of a call, and the keywords that it cannot do without.

    Examples:
        >>> _written(FUNCTIONS["delay"][0]), _written(FUNCTIONS["smooth"][0])
        (['x', 'time', 'order='], ['x', 'time'])
    """
    return [*(p.name for p in function.parameters), *(f"{word}=" for word in function.needed)]


def entries(name: str) -> list[dict[str, Any]]:
    """Everything known under a name, as plain data."""
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "kind": f"function {function.purpose.value}",
            "summary": function.doc,
            "form": f"{name}({', '.join(_written(function))})",
            "arguments": [str(p) for p in function.parameters],
            "keywords": list(function.keywords),
            "example": function.example,
        }
        for function in FUNCTIONS.get(name, ())
    ]
    if name in DISTRIBUTIONS:
        distribution = DISTRIBUTIONS[name]
        found.append(
            {
                "name": name,
                "kind": "distribution",
                "summary": distribution.doc,
                "form": f"{name}({', '.join(distribution.parameters)})",
                "needs": [str(rule) for rule in distribution.rules],
                "support": distribution.support.value,
                "example": distribution.example,
            }
        )
    tables = (
        ("reduction over a set or over agents", OVER_AGENTS),
        ("reduction over a set", {name: REDUCTIONS[name] for name in CHOOSING}),
        ("word about members", ABOUT_MEMBERS),
        ("word of populations", WORDS),
        ("network of ties", NETWORKS),
    )
    for kind, words in tables:
        if name in words:
            word = words[name]
            found.append(
                {
                    "name": name,
                    "kind": kind,
                    "summary": word.doc,
                    "form": word.form,
                    "example": word.example,
                }
            )
    if name in RESERVED:
        found.append({"name": name, "kind": "word", "summary": RESERVED[name]})
    found += [
        {"name": name, "kind": f"key of {k.part}", "summary": k.meaning, "takes": k.takes}
        for k in keys().get(name, ())
    ]
    found += [
        {
            "name": name,
            "kind": f"column of the {shape.noun}",
            "summary": shape.about[name].meaning,
            "takes": shape.about[name].takes,
            "example": shape.about[name].example,
            "needed_by": shape.about[name].needed or "nothing; the column may be absent",
        }
        for shape in SHAPES.values()
        if name in shape.about
    ]
    if name in codes():
        code = codes()[name]
        kind = "note" if name.startswith("N") else "error"
        found.append(
            {
                "name": name,
                "kind": kind,
                "summary": code.title,
                "explanation": code.explanation,
                "wrong": code.wrong,
                "right": code.right,
            }
        )
    return found


def in_words(entry: dict[str, Any]) -> str:
    """An entry for a person."""
    lines = [f"{entry['name']}: {entry['summary']} ({entry['kind']})"]
    for key, value in entry.items():
        if key in ("name", "kind", "summary") or not value:
            continue
        listed = cast("list[str]", value) if isinstance(value, list) else [str(value)]
        shown = ", ".join(listed)
        first, *rest = shown.splitlines() or [""]
        lines.append(f"  {key.replace('_', ' ') + ':':<13}{first}")
        lines += [f"  {'':<13}{line}" for line in rest]
    return "\n".join(lines)
