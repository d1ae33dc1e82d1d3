"""Sources and passages: positions and digests, never a copy of the text."""

from __future__ import annotations

import hashlib
from pathlib import Path as FilePath

from schelling.case.draft import Draft
from schelling.case.file import disk
from schelling.case.language.typed.scope import suggest
from schelling.case.schema.case_file import CaseFile
from schelling.case.sources import Passage, Source
from schelling.errors import Problem


def sources(draft: Draft, raw: CaseFile, given: FilePath | None) -> tuple[Source, ...]:
    """The sources, with their text where the file is at hand and its digest matches.

    Args:
        draft: Takes the problems.
        raw: The case as read.
        given: A file named by the user, for the source whose digest it has (or the only one).
    """
    offered = disk.read(given) if given is not None else None
    if isinstance(offered, Problem):
        draft.note(offered)
        offered = None
    found: list[Source] = []
    for name, source in raw.sources.items():
        path = ("sources", name)
        dated = draft.day((*path, "dated")) if source.dated else None
        text = _own_text(draft, path, source.file)
        if offered is not None and (source.sha256 == offered.sha256 or len(raw.sources) == 1):
            text = offered
        content = text.content if text else None
        if text is not None and source.sha256 and source.sha256.lower() != text.sha256:
            message = f"the file of source '{name}' is not the text this case was written for"
            reason = f"its digest is {text.sha256}; every passage of it is orphaned"
            draft.report("E504", message, (*path, "sha256"), reason)
            content = None
        elif text is None and source.sha256 and not _is_digest(source.sha256):
            draft.report("E503", "not a SHA-256 digest (64 hex digits)", (*path, "sha256"))
        details = (source.file, source.sha256, source.title, source.author)
        found.append(Source(name, *details, dated, content))
    return tuple(found)


def _own_text(draft: Draft, path: tuple[str, ...], name: str | None) -> disk.Text | None:
    if name is None:
        return None
    place = draft.beside((*path, "file"))
    if place is None or not disk.exists(place):
        return None  # the text itself may be absent
    text = disk.read(place)
    if isinstance(text, Problem):
        draft.report(text.code, text.message, (*path, "file"))
        return None
    return text


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdefABCDEF" for c in text)


def passages(draft: Draft, raw: CaseFile, texts: tuple[Source, ...]) -> tuple[Passage, ...]:
    """The passages, each verified against its source where the text is at hand."""
    by_name = {source.name: source for source in texts}
    found: list[Passage] = []
    for name, passage in raw.passages.items():
        path = ("passages", name)
        source = by_name.get(passage.source)
        state = "absent"
        if source is None and passage.source not in draft.left_out:
            hint = suggest(passage.source, by_name)
            message = f"unknown source '{passage.source}'"
            draft.report("E503", message, (*path, "source"), hint=hint)
        if passage.end <= passage.start:
            message = f"the passage ends at {passage.end} and starts at {passage.start}"
            draft.report("E506", message, (*path, "end"), "positions are half-open: start < end")
        elif source is not None and source.text is not None:
            state = _verify(draft, path, passage.start, passage.end, passage.sha256, source.text)
        if passage.sha256 is not None and not _is_digest(passage.sha256):
            draft.report("E505", "not a SHA-256 digest (64 hex digits)", (*path, "sha256"))
        in_scope = passage.scope == "in"
        position = (passage.source, passage.start, passage.end, passage.sha256)
        found.append(
            Passage(name, *position, passage.says.strip(), in_scope, state, passage.why.strip())
        )
    return tuple(found)


def _verify(
    draft: Draft, path: tuple[str, ...], start: int, end: int, digest: str | None, text: str
) -> str:
    if end > len(text):
        message = f"the passage ends at {end:,}, but the source has {len(text):,} code points"
        draft.report("E506", message, (*path, "end"))
        return "orphaned"
    actual = hashlib.sha256(text[start:end].encode()).hexdigest()
    if digest is not None and _is_digest(digest) and digest.lower() != actual:
        message = "the text at this position is not the passage this case was written for"
        reason = "its digest differs; the passage is orphaned and is not searched for elsewhere"
        hint = f"if the position is right, its digest is {actual}"
        draft.report("E505", message, (*path, "sha256"), reason, hint)
        return "orphaned"
    return "verified"
