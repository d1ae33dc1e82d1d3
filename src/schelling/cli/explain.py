"""`schelling explain`: what an error code or a word of the case language means."""

from __future__ import annotations

import json
from typing import Annotated, Any, cast

import typer

from schelling.case.codes import codes
from schelling.case.language.prior_words import DISTRIBUTIONS
from schelling.case.language.scope import nearest
from schelling.case.language.set_words import ABOUT_MEMBERS, REDUCTIONS
from schelling.case.language.vocabulary import FUNCTIONS, RESERVED, Function
from schelling.case.registers.seal import SHAPES
from schelling.case.schema.keys import keys
from schelling.games.files import file_codes

NAME = "explain"
HELP = (
    "Explain an error code, a function, a distribution, a reserved word, a key of a case, or a "
    "column of its tables."
)
EPILOG = "Example: schelling explain E307, or: schelling explain dominates"


def command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A code or a name; without one, all are listed."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Explain a word of the language or an error code."""
    if name is None:
        found = [entry for word in _words() for entry in entries(word)]
        if json_:
            typer.echo(json.dumps({"schema": "schelling.explain/1", "entries": found}, indent=2))
        else:
            for entry in found:
                typer.echo(f"{entry['name']:<18} {entry['kind']:<22} {entry['summary']}")
        return
    found = entries(name) or entries(name.upper())
    if not found:
        guess = nearest(name, _words())
        hint = f"; did you mean '{guess}'?" if guess else ""
        typer.echo(f"schelling: no entry for '{name}'{hint}", err=True)
        raise typer.Exit(2)
    if json_:
        typer.echo(json.dumps({"schema": "schelling.explain/1", "entries": found}, indent=2))
    else:
        typer.echo("\n\n".join(_in_words(entry) for entry in found))


def _words() -> tuple[str, ...]:
    columns = (name for shape in SHAPES.values() for name in shape.about)
    words = (
        *FUNCTIONS,
        *REDUCTIONS,
        *ABOUT_MEMBERS,
        *DISTRIBUTIONS,
        *RESERVED,
        *keys(),
        *columns,
        *codes(),
        *file_codes.CODES,
    )
    return tuple(dict.fromkeys(words))


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
    about_sets = (("reduction over a set", REDUCTIONS), ("word about members", ABOUT_MEMBERS))
    for kind, words in about_sets:
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
    tables = (("error", codes()), ("error of game files", file_codes.CODES))
    for kind, table in tables:
        if name in table:
            code = table[name]
            found.append(
                {
                    "name": name,
                    "kind": "note" if name.startswith("N") else kind,
                    "summary": code.title,
                    "explanation": code.explanation,
                    "wrong": code.wrong,
                    "right": code.right,
                }
            )
    return found


def _in_words(entry: dict[str, Any]) -> str:
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
