"""`schelling passages`: the sentences of a text as passages, and where they went after an edit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.case.file import disk
from schelling.errors import CaseError, Problem, RunError

if TYPE_CHECKING:
    from schelling.case.texts.case_passages import CasePassages
    from schelling.case.texts.moved import PassagePlace
    from schelling.case.texts.sentences import Stretch

NAME = "passages"
HELP = "Write the passages of a text as a section of a case, or find them again after an edit."
EPILOG = "Example: schelling passages essay.txt, or: schelling passages essay.txt --move essay-case"


def command(
    text: Annotated[Path, typer.Argument(metavar="TEXT", help="A text file.")],
    *,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="Name of the source [from the file's name]."),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Language of the text.")
    ] = "en",
    quote: Annotated[
        bool, typer.Option("--quote", help="Add the words of each passage as a comment.")
    ] = False,
    move: Annotated[
        Path | None,
        typer.Option("--move", metavar="CASE", help="Find the passages of this case in the text."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="With --move: write new positions into the case.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the passages of a text, or move those of a case."""
    if write and move is None:
        message = "--write changes a case, which --move names"
        raise typer.BadParameter(message, param_hint="--write")
    given = disk.read(text)
    if isinstance(given, Problem):
        raise CaseError((given,), given.message)
    if move is not None:
        _move(given, move, source, write=write, json_=json_)
        return
    from schelling.case.texts.sentences import sentences  # noqa: PLC0415

    found = sentences(given.content, language)
    name = source if source is not None else _named(text)
    if json_:
        passages = [vars(one) for one in found]
        data = {"schema": "schelling.passages/1", "source": name, "sha256": given.sha256}
        typer.echo(json.dumps({**data, "passages": passages}, indent=2))
    else:
        typer.echo(_section(given, name, found, quote=quote))


def _named(path: Path) -> str:
    """A name for a source, of the name of its file."""
    name = re.sub(r"\W+", "_", path.stem.lower()).strip("_")
    return name if name[:1].isalpha() else f"text_{name}".rstrip("_")


def _section(given: disk.Text, name: str, found: tuple[Stretch, ...], *, quote: bool) -> str:
    """The sources and passages of a case, ready to be pasted."""
    file = json.dumps(given.path.name, ensure_ascii=False)
    lines = ["sources:", f"  {name}: {{file: {file}, sha256: {given.sha256}}}", "passages:"]
    for one in found:
        words = " ".join(given.content[one.start : one.end].split())
        comment = f"  # {words}" if quote else ""
        place = f"source: {name}, start: {one.start}, end: {one.end}"
        lines.append(f'  {one.name}: {{{place}, sha256: {one.sha256}, says: ""}}{comment}')
    return "\n".join(lines)


def _move(given: disk.Text, path: Path, source: str | None, *, write: bool, json_: bool) -> None:
    """Say where the passages of a case stand now, and write it down if wanted."""
    from schelling.case.texts import case_passages, moved  # noqa: PLC0415

    case = case_passages.read(path)
    name = _source(case, source)
    found = moved.places(case.positions[name], given.content)
    starts = {one.position.name: one.starts[0] for one in found if one.state in ("same", "moved")}
    if json_:
        places = [
            {**vars(one.position), "state": one.state, "starts": list(one.starts)} for one in found
        ]
        data = {"schema": "schelling.passages/1", "source": name, "sha256": given.sha256}
        typer.echo(json.dumps({**data, "places": places}, indent=2))
    else:
        typer.echo(_said(found))
    if write:
        new = case_passages.rewritten(case, name, starts, given.sha256)
        try:
            case.file.path.write_bytes(new.encode())
        except OSError as error:
            message = f"cannot write '{case.file.path}': {error.strerror}"
            raise RunError(message) from error
        typer.echo(f"new positions written to {case.file.path}", err=True)
    if len(starts) < len(found):
        raise typer.Exit(1)


def _source(case: CasePassages, source: str | None) -> str:
    names = list(case.positions)
    if not names:
        message = f"'{case.file.path}' has no passages"
        raise RunError(message)
    if source is None and len(names) == 1:
        return names[0]
    if source is None or source not in case.positions:
        message = f"choose one of the sources that have passages: {', '.join(names)}"
        raise typer.BadParameter(message, param_hint="--source")
    return source


def _said(found: tuple[PassagePlace, ...]) -> str:
    """A line for every passage that is not at its old place, after the totals."""
    states = [one.state for one in found]
    names = ("same", "moved", "ambiguous", "orphaned")
    totals = [f"{states.count(name)} {name}" for name in names if name in states]
    passages = "passage" if len(found) == 1 else "passages"
    lines = [f"{len(found)} {passages}: {', '.join(totals)}"]
    for one in found:
        old, length = one.position, one.position.end - one.position.start
        if one.state == "moved":
            start = one.starts[0]
            now = f"{start} to {start + length}"
            lines.append(f"{old.name}: moved from {old.start} to {old.end}, now {now}")
        elif one.state == "ambiguous":
            where = ", ".join(str(start) for start in one.starts[:5])
            lines.append(f"{old.name}: its words stand in several places, at {where}")
        elif one.state == "orphaned":
            why = "has no digest" if old.sha256 is None else "its words are not in the text"
            lines.append(f"{old.name}: {why}")
    return "\n".join(lines)
