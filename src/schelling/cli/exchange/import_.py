"""`schelling import`: make a case of another tool's file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.errors import RunError, printable

if TYPE_CHECKING:
    from schelling.interchange.stockflow.into_case import Imported

NAME = "import"
HELP = (
    "Make a case of another tool's file: a model of stocks and flows in XMILE, Vensim's .mdl or "
    "SD-JSON, or a "
    "causal-loop diagram or an argument in Argdown, which become drafts; questions of Metaculus, "
    "forecasting-tools or ForecastBench, which become a register; "
    "or Web Annotations, which become passages."
)
EPILOG = "Example: schelling import teacup.xmile --into teacup.yaml"

_XMILE = (".xmile", ".stmx", ".itmx", ".xml")
_ARGDOWN = (".argdown", ".ad")
_TABLES = (".csv", ".tsv")
_GRAPHML = ".graphml"
_DOT = (".dot", ".gv", ".dagitty")
_ENDINGS = (*_XMILE, ".mdl", ".json", *_TABLES, _GRAPHML, *_DOT, ".jsonld", *_ARGDOWN)


def command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="XMILE: .xmile, .stmx, .itmx; Vensim: .mdl; SD-JSON, questions or Web "
            "Annotations: .json; a loop diagram: .csv or .tsv with the columns from, to, sign, or "
            ".graphml, .dot, .gv, .dagitty; "
            "Argdown: .argdown, .ad; Web Annotations: .jsonld.",
        ),
    ],
    *,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="CASE", help="The case file to write; printed without it."),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="Leave out what a case cannot have, and list it."),
    ] = False,
) -> None:
    """Make a case of a file."""
    if file.suffix.lower() not in _ENDINGS:
        message = f"'{file.name}' is of no format that can be read: {', '.join(_ENDINGS)}"
        raise RunError(message)
    made = made_of(file, lenient=lenient)
    if made.left_out:
        typer.echo(f"left out of {file.name}:", err=True)
        for one in made.left_out:
            typer.echo(f"  {printable(str(one))}", err=True)
    if into is None:
        if made.beside:
            message = "the case is more than one file; say with --into where it goes"
            raise RunError(message)
        sys.stdout.write(made.text)
        return
    for name in (into, *map(into.with_name, made.beside)):
        if name.exists():
            message = f"'{name}' exists already; choose another name"
            raise RunError(message)
    for name, text in made.beside.items():
        _write(into.with_name(name), text)
    _write(into, made.text)
    typer.echo(f"written to {into}; next: schelling check {into}", err=True)


def made_of(file: Path, *, lenient: bool) -> Imported:
    """The case that is made of a file, by the ending of its name.

    Raises:
        CaseError: The file cannot be read whole, or makes no sound case.
    """
    ending = file.suffix.lower()
    if ending == ".json":
        return _of_json(file, lenient=lenient)
    if ending == ".jsonld":
        from schelling.interchange.annotations import read as read_annotations  # noqa: PLC0415

        return read_annotations.imported(file, lenient=lenient)
    if ending in _ARGDOWN:
        from schelling.interchange.arguments import draft as of_argument  # noqa: PLC0415

        return of_argument.imported(file, lenient=lenient)
    if ending in (*_TABLES, _GRAPHML, *_DOT):
        return _of_a_map(file, ending, lenient=lenient)
    if ending == ".mdl":
        from schelling.interchange.mdl import into_case as of_vensim  # noqa: PLC0415

        return of_vensim.imported(file, lenient=lenient)
    from schelling.interchange.xmile import into_case  # noqa: PLC0415

    return into_case.imported(file, lenient=lenient)


def _of_a_map(file: Path, ending: str, *, lenient: bool) -> Imported:
    """The draft made of a causal-loop diagram."""
    from schelling.interchange.maps import draft, read_csv, read_dot, read_graphml  # noqa: PLC0415
    from schelling.interchange.stockflow.into_case import Imported  # noqa: PLC0415
    from schelling.interchange.stockflow.to_case import Named  # noqa: PLC0415

    if ending in _TABLES:
        links, left_out = read_csv.read(file), []
    else:
        reader = read_graphml if ending == _GRAPHML else read_dot
        links, left_out = reader.read(file, lenient=lenient)
    text = draft.draft(links, file.stem.replace("_", " "))
    return Imported(text, tuple(left_out), Named({}, {}))


def _of_json(file: Path, *, lenient: bool) -> Imported:
    """The case made of a JSON file, which its shape tells apart."""
    from schelling.interchange.annotations import read as read_annotations  # noqa: PLC0415
    from schelling.interchange.questions import into_register  # noqa: PLC0415
    from schelling.interchange.sdjson import read  # noqa: PLC0415

    if into_register.holds_questions(file):
        return into_register.imported(file, lenient=lenient)
    if read_annotations.holds_annotations(file):
        return read_annotations.imported(file, lenient=lenient)
    return read.imported(file, lenient=lenient)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        message = f"'{path}' exists already; choose another name"
        raise RunError(message) from None
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror}"
        raise RunError(message) from error
