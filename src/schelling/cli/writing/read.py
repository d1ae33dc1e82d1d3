"""`schelling read`: the draft of a case from a text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.case.file import disk
from schelling.errors import RunError
from schelling.report.words.numerals import count

if TYPE_CHECKING:
    from schelling.reading.cues.marked import MarkedSentence
    from schelling.reading.cues.tables import CueTable
    from schelling.reading.documents.document import Document
    from schelling.reading.drafting.case_text import DraftedText
    from schelling.reading.drafting.loop import Drafting, Material

NAME = "read"
HELP = (
    "Draft a case from a text: its sentences as passages, marked by cue, to be completed by hand."
)
EPILOG = "Example: schelling read essay.pdf --into essay-case, then: schelling check essay-case"

TextPath = Annotated[
    Path,
    typer.Argument(metavar="TEXT", help="Plain text, Markdown, HTML, Word (.docx) or PDF."),
]
Language = Annotated[str, typer.Option("--language", metavar="CODE", help="Language of the text.")]


def command(  # noqa: PLR0913 - one parameter an option
    text: TextPath,
    *,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="CASE", help="Folder or YAML file to write the draft to."),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="With --into: add to the case that is there.")
    ] = False,
    title: Annotated[
        str, typer.Option("--title", metavar="WORDS", help="Title [the name of the file].")
    ] = "",
    paragraphs: Annotated[
        str, typer.Option("--paragraphs", metavar="A-B", help="Only these paragraphs, such as 3-8.")
    ] = "",
    language: Language = "en",
    cues: Annotated[
        Path | None,
        typer.Option("--cues", metavar="FILE", help="A table of cues, for another language."),
    ] = None,
    with_: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="COMMAND", help="Let a command draft entries: JSON in, JSON out."
        ),
    ] = None,
    rounds: Annotated[
        int,
        typer.Option("--rounds", metavar="N", help="With --with: how often it is asked.", min=1),
    ] = 3,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", help="With --with: for one answer.", min=0.1),
    ] = 300,
    by: Annotated[
        str,
        typer.Option("--by", metavar="NAME", help="With --with: what drafts [its program's name]."),
    ] = "",
    quote: Annotated[
        bool, typer.Option("--quote", help="Add the words of each sentence as a comment.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a text and draft a case."""
    from schelling.reading.cues import tables  # noqa: PLC0415
    from schelling.reading.documents.opening import open_document  # noqa: PLC0415

    if merge and (into is None or with_ is not None):
        message = "it needs --into and goes without --with"
        raise typer.BadParameter(message, param_hint="--merge")
    target = None if into is None else _target(into, merge=merge)
    table = tables.read(cues) if cues is not None else tables.known(language)
    document = open_document(text, language)
    sentences = _marked(document, table, paragraphs)
    material = _material(document, sentences, title=title, quote=quote)
    drafting = None
    if with_ is not None:
        drafting = _asked(material, with_, (rounds, timeout, by), target)
    draft = _small(document, material.written() if drafting is None else drafting.draft)
    from schelling.report.argument import reading_words  # noqa: PLC0415

    if target is not None and merge:
        _merge(target, document, draft)
    elif target is not None:
        _write(target, document, draft)
    if drafting is not None:
        typer.echo(reading_words.drafted(drafting), err=True)
    if json_:
        found = reading_words.to_json(document, sentences, draft, quote=quote)
        if drafting is not None:
            found["with"] = reading_words.drafted_json(drafting)
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    elif target is None:
        typer.echo(draft.text, nl=False)
        if document.is_extract:
            note = f"positions count in the words of {text.name}; --into also writes {draft.file}"
            typer.echo(f"note: {note}", err=True)
    else:
        typer.echo(reading_words.summary(document, sentences, draft))
        _say(target, document, draft)


def _marked(document: Document, table: CueTable, paragraphs: str) -> tuple[MarkedSentence, ...]:
    """The marked sentences, of some paragraphs if these are given."""
    from schelling.reading.cues.marked import marked  # noqa: PLC0415
    from schelling.reading.documents.opening import refusal  # noqa: PLC0415
    from schelling.reading.drafting.case_text import MOST_SENTENCES  # noqa: PLC0415

    low, high = _range(paragraphs)
    chosen = [one for one in document.sentences if low <= _paragraph(one.name) <= high]
    if not chosen:
        last = _paragraph(document.sentences[-1].name)
        message = f"the text has paragraphs 0 to {last}"
        raise typer.BadParameter(message, param_hint="--paragraphs")
    if len(chosen) > MOST_SENTENCES:
        past = chosen[MOST_SENTENCES]
        line = document.text.count("\n", 0, past.start) + 1
        message = f"'{document.path.name}' has {len(chosen):,} sentences; at most "
        message += f"{MOST_SENTENCES:,} are read at once, which end before line {line:,}"
        hint = f"choose a part, such as --paragraphs 0-{max(_paragraph(past.name) - 1, 0)}"
        raise refusal(document.path, "E123", message, hint)
    return marked(document, table, chosen)


def _range(written: str) -> tuple[int, float]:
    if not written:
        return 0, float("inf")
    found = re.fullmatch(r"P?([0-9]{1,7})(?:-P?([0-9]{1,7}))?", written)
    if found is None:
        message = f"'{written}' is not like 3-8"
        raise typer.BadParameter(message, param_hint="--paragraphs")
    return int(found[1]), int(found[2] or found[1])


def _paragraph(name: str) -> int:
    return int(name[1 : name.index(".")])


def _material(
    document: Document, sentences: tuple[MarkedSentence, ...], *, title: str, quote: bool
) -> Material:
    from schelling.reading.drafting.loop import Material  # noqa: PLC0415
    from schelling.reading.drafting.proposed import proposals  # noqa: PLC0415

    return Material(document, sentences, proposals(sentences), title, quote)


def _asked(
    material: Material, written: str, how: tuple[int, float, str], target: Path | None
) -> Drafting:
    """The draft with the help of a command."""
    from schelling.reading.drafting import asking, loop  # noqa: PLC0415

    rounds, seconds, by = how
    command = asking.command(written, seconds)
    path = target if target is not None else material.document.path.parent / "case.yaml"
    return loop.draft(material, command.ask, by or command.name, path, rounds=rounds)


def _small(document: Document, draft: DraftedText) -> DraftedText:
    """The draft, if a case file may be so large."""
    from schelling.reading.documents.opening import refusal  # noqa: PLC0415

    if draft.is_too_large:
        message = f"the draft of '{document.path.name}' is larger than a case file may be"
        hint = "choose a part with --paragraphs, or leave --quote out"
        raise refusal(document.path, "E123", message, hint)
    return draft


def _merge(target: Path, document: Document, draft: DraftedText) -> None:
    """Add the draft to the case that is there."""
    from schelling.reading.drafting import merging  # noqa: PLC0415

    beside = target.parent / draft.file
    held = disk.read(target)
    if not isinstance(held, disk.Text):
        raise RunError(held.message)
    found = merging.merged(held.content, draft)
    begun: list[Path] = []
    new = target.with_name(f"{target.name}.new")
    texts = {new: found.text}
    if document.is_extract and not (beside.exists() or beside.is_symlink()):
        texts[beside] = document.text
    try:
        for path, content in texts.items():
            with path.open("x", encoding="utf-8", newline="") as out:
                begun.append(path)
                out.write(content)
        new.replace(target)
    except OSError as error:
        for path in begun:
            path.unlink(missing_ok=True)
        message = f"cannot write '{error.filename or target}': {error.strerror}"
        raise RunError(message) from error
    for one in found.conflicts:
        typer.echo(f"left out: {one}", err=True)
    told = ", ".join(
        count(number, section.removesuffix("s"), section) for section, number in found.added.items()
    )
    typer.echo(f"added to {target}: {told or 'nothing'}; {found.present} there already", err=True)


def _target(into: Path, *, merge: bool) -> Path:
    """The case file to be written; one that is there already is refused unless it is added to."""
    path = into if into.suffix in (".yaml", ".yml") else into / "case.yaml"
    if merge and path.is_file() and not path.is_symlink():
        return path
    if merge:
        message = f"there is no case at '{path}' to add to; leave --merge out"
        raise RunError(message)
    if path.exists() or path.is_symlink():
        message = f"'{path}' exists already; choose another name, or leave --into out and copy "
        message += "what you need from the draft"
        raise RunError(message)
    return path


def _write(target: Path, document: Document, draft: DraftedText) -> None:
    """Write the text where it was taken out of another file, then the draft: both or none."""
    contents: dict[Path, str] = {}
    beside = target.parent / draft.file
    if document.is_extract:
        if beside.exists() or beside.is_symlink():
            message = f"'{beside}' exists already; nothing was written"
            raise RunError(message)
        contents[beside] = document.text
    contents[target] = draft.text
    begun: list[Path] = []
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            with path.open("x", encoding="utf-8", newline="") as out:
                begun.append(path)
                out.write(content)
        for path in reversed(begun):
            typer.echo(f"wrote {path}", err=True)
    except OSError as error:
        for path in begun:
            path.unlink(missing_ok=True)
        message = f"cannot write into '{target.parent}': {error.strerror}"
        raise RunError(message) from error


def _say(target: Path, document: Document, draft: DraftedText) -> None:
    """What to do next."""
    case = target.parent if target.name == "case.yaml" else target
    source = ""
    if not document.is_extract and document.path.resolve().parent != target.parent.resolve():
        source = f" --source {document.path}"
    typer.echo(f"next: complete {target}, then: schelling check {case}{source}")
