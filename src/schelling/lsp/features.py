"""What an editor asks, passed on to the files of this room, and their answers in its terms."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from schelling.case import meanings
from schelling.case.places import cursor
from schelling.case.places.things import Mention, Places
from schelling.errors import Span
from schelling.lsp import completion, navigation, outline, rename
from schelling.lsp.navigation import Spot
from schelling.lsp.positions import Positions
from schelling.lsp.server import CaseServer

_KINDS = {
    "key": types.CompletionItemKind.Property,
    "function": types.CompletionItemKind.Function,
    "word": types.CompletionItemKind.Keyword,
    "unit": types.CompletionItemKind.Unit,
    "phase": types.CompletionItemKind.EnumMember,
    "state": types.CompletionItemKind.EnumMember,
    "member": types.CompletionItemKind.EnumMember,
    "action": types.CompletionItemKind.Method,
    "game": types.CompletionItemKind.Interface,
    "actor": types.CompletionItemKind.Class,
    "assumption": types.CompletionItemKind.Constant,
}


def server() -> CaseServer:
    """A server that answers; `start_io` runs it."""
    made = CaseServer()
    made.feature(types.INITIALIZED)(_initialized)
    made.feature(types.TEXT_DOCUMENT_DID_OPEN)(_opened)
    made.feature(types.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    made.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    made.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    made.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_files_changed)
    made.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    signs = types.CompletionOptions(trigger_characters=[".", "[", "(", "{", " "])
    made.feature(types.TEXT_DOCUMENT_COMPLETION, signs)(_completion)
    made.feature(types.TEXT_DOCUMENT_DEFINITION)(_definition)
    made.feature(types.TEXT_DOCUMENT_REFERENCES)(_references)
    prepares = types.RenameOptions(prepare_provider=True)
    made.feature(types.TEXT_DOCUMENT_RENAME, prepares)(_rename)
    made.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(_can_rename)
    made.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(_outline)
    return made


def _initialized(ls: CaseServer, params: types.InitializedParams) -> None:
    del params
    folders = [folder.uri for folder in ls.workspace.folders.values()]
    roots = [ls.path(uri) for uri in (*folders, ls.workspace.root_uri or "")]
    ls.bench.roots = tuple(root for root in roots if root is not None)
    ls.bench.encoding = ls.server_capabilities.position_encoding


def _opened(ls: CaseServer, params: types.DidOpenTextDocumentParams) -> None:
    ls.changed(params.text_document.uri, params.text_document.text)


def _changed(ls: CaseServer, params: types.DidChangeTextDocumentParams) -> None:
    for change in params.content_changes[-1:]:
        ls.changed(params.text_document.uri, change.text)


def _closed(ls: CaseServer, params: types.DidCloseTextDocumentParams) -> None:
    ls.closed(params.text_document.uri)


def _saved(ls: CaseServer, params: types.DidSaveTextDocumentParams) -> None:
    _on_disk(ls, [params.text_document.uri])


def _files_changed(ls: CaseServer, params: types.DidChangeWatchedFilesParams) -> None:
    _on_disk(ls, [change.uri for change in params.changes])


def _on_disk(ls: CaseServer, uris: list[str]) -> None:
    """Files have changed on the disk: their cases, if one of them is open, are checked again."""
    ls.bench.forget()
    for path in filter(None, map(ls.path, uris)):
        ls.ask(path)


def _hover(ls: CaseServer, params: types.HoverParams) -> types.Hover | None:
    seen = ls.seen(params.text_document.uri)
    if seen is None:
        return None
    file, places, positions = seen
    line, column = positions.place(params.position)
    found = places.at(file, line, column)
    parts: list[str] = []
    if isinstance(found, Mention):
        parts.append(meanings.of_name(places, found, ls.sound(places.path)))
    elif found is not None:
        parts.append(meanings.of_word(found))
    checked = ls.last(places.path)
    for problem in () if checked is None else (*checked.problems, *checked.notes):
        span = problem.span
        if (
            span is not None
            and problem.path == file
            and ((span.line, span.column) <= (line, column) <= (span.end_line, span.end_column))
        ):
            parts.append(meanings.of_problem(problem))
    text = "\n\n---\n\n".join(dict.fromkeys(filter(None, parts)))
    if not text:
        return None
    span = None if found is None else positions.range(found.span)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), span)


def _completion(ls: CaseServer, params: types.CompletionParams) -> types.CompletionList | None:
    seen = ls.seen(params.text_document.uri)
    if seen is None:
        return None
    file, places, positions = seen
    if file != places.path and file.suffix == ".csv":
        return None
    offset = positions.offset(params.position)
    here = cursor.at(positions.text, offset)
    line, column = positions.place(params.position)
    start = Span(line, max(column - len(here.partial), 1), line, column)
    items = [
        _item(one, positions.range(start), number)
        for number, one in enumerate(completion.complete(here, places))
    ]
    return types.CompletionList(is_incomplete=False, items=items)


def _item(one: completion.Suggestion, place: types.Range, number: int) -> types.CompletionItem:
    return types.CompletionItem(
        label=one.label,
        kind=_KINDS.get(one.kind, types.CompletionItemKind.Variable),
        detail=one.detail or None,
        documentation=one.about or None,
        sort_text=f"{number:05}",
        text_edit=types.TextEdit(place, one.label + one.after),
    )


def _asked(ls: CaseServer, uri: str, position: types.Position) -> tuple[Places, Mention] | None:
    seen = ls.seen(uri)
    if seen is None:
        return None
    file, places, positions = seen
    found = navigation.thing_at(places, file, *positions.place(position))
    return None if found is None else (places, found)


def _locations(ls: CaseServer, spots: list[Spot]) -> list[types.Location]:
    kept: dict[Path, Positions] = {}
    for path, _ in spots:
        if path not in kept:
            kept[path] = ls.bench.positions(path)
    return [types.Location(ls.uri(path.resolve()), kept[path].range(span)) for path, span in spots]


def _definition(ls: CaseServer, params: types.DefinitionParams) -> list[types.Location]:
    asked = _asked(ls, params.text_document.uri, params.position)
    return [] if asked is None else _locations(ls, navigation.definitions(*asked))


def _references(ls: CaseServer, params: types.ReferenceParams) -> list[types.Location]:
    asked = _asked(ls, params.text_document.uri, params.position)
    if asked is None:
        return []
    declaration = params.context.include_declaration
    return _locations(ls, navigation.references(*asked, declaration=declaration))


def _can_rename(ls: CaseServer, params: types.PrepareRenameParams) -> types.Range | None:
    asked = _asked(ls, params.text_document.uri, params.position)
    return None if asked is None else ls.bench.positions(asked[1].file).range(asked[1].span)


def _rename(ls: CaseServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    asked = _asked(ls, params.text_document.uri, params.position)
    if asked is None:
        return None
    places, mention = asked
    try:
        found = rename.edits(places, mention.thing, params.new_name, dict(ls.bench.shown))
    except rename.RenameRefused as refused:
        raise JsonRpcInvalidParams(str(refused)) from None
    spots = [(path, span) for path, spans in found.items() for span in spans]
    changes: dict[str, list[types.TextEdit]] = {}
    for place in _locations(ls, spots):
        changes.setdefault(place.uri, []).append(types.TextEdit(place.range, params.new_name))
    return types.WorkspaceEdit(changes=changes)


def _outline(ls: CaseServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    seen = ls.seen(params.text_document.uri)
    return [] if seen is None else outline.outline(seen[1], seen[0], seen[2])
