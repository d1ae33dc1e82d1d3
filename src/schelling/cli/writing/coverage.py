"""`schelling coverage`: what a case makes of every sentence of its text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.cli.arguments.loading import load
from schelling.cli.writing.check import CasePath
from schelling.errors import RunError

if TYPE_CHECKING:
    from schelling.case.model import Case
    from schelling.reading.documents.document import Document

NAME = "coverage"
HELP = "Tell what a case makes of every sentence of its text, and which are uncovered."
EPILOG = "Example: schelling coverage strait, or: schelling coverage strait column.txt"


def command(
    case: CasePath,
    text: Annotated[
        Path | None,
        typer.Argument(metavar="TEXT", help="The text, if it is not in the case's folder."),
    ] = None,
    *,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="Which source the text is [the only one]."),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Language of the text.")
    ] = "en",
    quote: Annotated[
        bool, typer.Option("--quote", help="Show the words of each sentence.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what covers which sentence."""
    from schelling.report.argument import sentence_coverage  # noqa: PLC0415

    loaded = load(case)
    name = _source(loaded, source)
    document = _document(loaded, name, text, language)
    found = sentence_coverage.covered(loaded, name, document.text, document.sentences)
    if json_:
        data = sentence_coverage.to_json(found, document.text, quote=quote)
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        typer.echo(sentence_coverage.in_words(found, document.text, quote=quote))
    if found.states["ambiguous"] or found.states["orphaned"]:
        raise typer.Exit(1)


def _source(case: Case, source: str | None) -> str:
    names = [one.name for one in case.sources]
    if not names:
        message = f"'{case.path}' has no sources"
        raise RunError(message)
    if source is None and len(names) == 1:
        return names[0]
    if source is None or source not in names:
        message = f"choose one of the sources: {', '.join(names)}"
        raise typer.BadParameter(message, param_hint="--source")
    return source


def _document(case: Case, name: str, text: Path | None, language: str) -> Document:
    """The text that was named, or the file of the source in the case's folder."""
    from schelling.reading.documents.opening import open_document  # noqa: PLC0415

    if text is not None:
        return open_document(text, language)
    (source,) = (one for one in case.sources if one.name == name)
    if source.file is None or source.text is None:
        message = f"the text of '{name}' is not in the folder of the case"
        error = RunError(message)
        error.add_note(f"name it: schelling coverage {case.path.parent} TEXT")
        raise error
    return open_document(case.path.parent / source.file, language)
