"""`schelling explain`: what an error code or a word of the case language means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schelling.case.language.typed.scope import nearest
from schelling.games.files import file_codes
from schelling.interchange import foreign_codes
from schelling.later import LaterModule
from schelling.study.estimating import estimate_codes

if TYPE_CHECKING:
    from schelling.case import explained
else:
    explained = LaterModule("schelling.case.explained")

NAME = "explain"
HELP = (
    "Explain an error code, a function, a distribution, a reserved word, a key of a case, or a "
    "column of its tables."
)
_CODES = {
    "game files": file_codes.CODES,
    "foreign files": foreign_codes.CODES,
    "estimations": estimate_codes.CODES,
}
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
        typer.echo("\n\n".join(explained.in_words(entry) for entry in found))


def _words() -> tuple[str, ...]:
    codes = (code for kind in _CODES.values() for code in kind)
    return tuple(dict.fromkeys((*explained.words(), *codes)))


def entries(name: str) -> list[dict[str, Any]]:
    """Everything known under a name, as plain data; codes of other files and estimations too."""
    found = explained.entries(name)
    for kind, codes in _CODES.items():
        if name in codes:
            code = codes[name]
            found.append(
                {
                    "name": name,
                    "kind": f"error of {kind}",
                    "summary": code.title,
                    "explanation": code.explanation,
                    "wrong": code.wrong,
                    "right": code.right,
                }
            )
    return found
