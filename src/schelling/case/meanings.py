"""What is told of the name or word at a place of a case, as Markdown: of editors and the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schelling.case import explained
from schelling.case.file.yaml_tree import Node
from schelling.case.language.typed.scope import family_name
from schelling.case.language.typed.units import describe
from schelling.case.model import Case
from schelling.case.places.things import PASSAGE, Declaration, LanguageWord, Mention, Places, Thing
from schelling.errors import Problem

_LONGEST = 600
_SHOWN = (
    *("prior", "within", "start", "change", "value", "between", "where", "maximizes", "minimizes"),
    *(
        "takes_as_given",
        "choose",
        "hazard",
        "on",
        "every",
        "while",
        "holds",
        "given",
        "grants",
        "lever",
        "wants",
    ),
)
"""Keys of a definition that are shown, in this order; `unit`, `why` and `says` stand apart."""


def of_name(places: Places, mention: Mention, case: Case | None) -> str:
    """What is known of a named thing, as Markdown.

    Args:
        places: The names of the case.
        mention: The name.
        case: The case when it was last without problems, for units that are not written.
    """
    known = places.definitions.get(mention.thing, ())
    if not known:
        return ""
    first = known[0]
    head = f"**{_plain(first.written)}**: {first.role}"
    unit = _unit(first, case)
    lines = [", ".join(filter(None, (head, unit)))]
    body = [line for one in known[:8] for line in _written(one.node)]
    if body:
        lines.append("```yaml\n" + "\n".join(dict.fromkeys(body)) + "\n```")
    lines += _words(first.node, places)
    if first.role == "set" and places.sets.get(first.thing.name):
        members = places.sets[first.thing.name]
        lines.append(f"{len(members)} members: {_short(', '.join(members))}")
    return "\n\n".join(lines)


def _unit(found: Declaration, case: Case | None) -> str:
    written = found.node.child("unit") if found.node is not None else None
    if written is not None:
        return f"in {written.text}"
    valued = () if case is None else (*case.assumptions, *case.stocks, *case.variables)
    for one in valued:
        if family_name(one.name) == found.thing.name and found.thing.space == "name":
            return f"in {describe(one.unit.dimensions)}" if one.unit.dimensions else "a pure number"
    return ""


def _written(node: Node | None) -> Iterator[str]:
    """The lines of a definition that say what it is."""
    if node is None:
        return
    if not isinstance(node.value, dict | list):
        if node.text:
            yield _short(" ".join(node.text.split()))
        return
    for key in _SHOWN:
        child = node.child(key)
        if child is not None:
            yield f"{key}: {_short(_inline(child))}"


def _inline(node: Node) -> str:
    if isinstance(node.value, dict):
        return "{" + ", ".join(f"{k}: {_inline(v)}" for k, v in node.value.items()) + "}"
    if isinstance(node.value, list):
        return "[" + ", ".join(map(_inline, node.value)) + "]"
    return " ".join(node.text.split())


def _words(node: Node | None, places: Places) -> Iterator[str]:
    """What a definition says in words, and the passages it comes from."""
    if node is None:
        return
    for key in ("says", "why"):
        child = node.child(key)
        if child is not None and child.text.strip():
            yield _plain(_short(child.text.strip()))
    source = node.child("from")
    if source is None:
        return
    listed = source.value if isinstance(source.value, list) else [source]
    names = [name for one in listed for name in one.text.replace(",", " ").split()]
    for name in names[:8]:
        passage = places.definitions.get(Thing(PASSAGE, name), ())
        says = passage[0].node.child("says") if passage and passage[0].node is not None else None
        yield _plain(_short(f"{name}: {says.text.strip()}" if says is not None else name))


def of_word(word: LanguageWord) -> str:
    """What `schelling explain` says of a word of the language, as Markdown."""
    found = explained.entries(word.name)
    if word.part:
        own = [one for one in found if word.part in str(one["kind"])]
        found = own or [one for one in found if str(one["kind"]).startswith(("key", "column"))]
    else:
        found = [one for one in found if not str(one["kind"]).startswith(("key", "column"))]
    return "\n\n".join(map(_entry, found))


def of_problem(problem: Problem) -> str:
    """What `schelling explain` says of the code of a problem, as Markdown."""
    return "\n\n".join(map(_entry, explained.entries(problem.code)))


def _entry(entry: dict[str, Any]) -> str:
    lines = [f"**{entry.get('form', entry['name'])}** ({entry['kind']})", str(entry["summary"])]
    if entry.get("explanation"):
        lines.append(str(entry["explanation"]))
    if entry.get("takes"):
        lines.append(f"Takes {entry['takes']}.")
    if entry.get("example"):
        lines.append(f"```yaml\n{entry['example']}\n```")
    if entry.get("right"):
        lines.append(
            f"```yaml\n{entry['wrong']}  # wrong\n```\n```yaml\n{entry['right']}  # right\n```"
        )
    return "\n\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def _plain(text: str) -> str:
    """Text without the signs that Markdown would read."""
    for sign in "\\`*_{}[]<>()#|!":
        text = text.replace(sign, "\\" + sign)
    return text
