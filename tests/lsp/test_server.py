"""The language server as an editor drives it: a process of its own, over its input and output."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from lsp import siege

SCHELLING = Path(sys.executable).with_name("schelling")
BAD_CASES = Path(__file__).parents[1] / "bad_cases"


@pytest_lsp.fixture(
    scope="module", config=ClientServerConfig(server_command=[str(SCHELLING), "lsp", "--stdio"])
)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await lsp_client.initialize_session(
        types.InitializeParams(capabilities=client_capabilities("neovim"))
    )
    yield
    await lsp_client.shutdown_session()


def document(path: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(path.as_uri())


def position(text: str, words: str, part: str = "") -> types.Position:
    line, column = siege.place(text, words, part)
    return types.Position(line - 1, column - 1)


async def opened(client: LanguageClient, path: Path, text: str = "") -> list[types.Diagnostic]:
    written = text or path.read_text(encoding="utf-8")
    item = types.TextDocumentItem(path.as_uri(), "yaml", 1, written)
    client.diagnostics.pop(path.as_uri(), None)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return await published(client, path)


async def published(client: LanguageClient, path: Path, *codes: str) -> list[types.Diagnostic]:
    """What the server says of a file, once it says it; of given codes, once these are they."""
    async with asyncio.timeout(60):
        while True:
            found = client.diagnostics.get(path.as_uri())
            if found is not None and (not codes or [one.code for one in found] == [*codes]):
                return list(found)
            await asyncio.sleep(0.01)


def changed(path: Path, text: str, version: int) -> types.DidChangeTextDocumentParams:
    identifier = types.VersionedTextDocumentIdentifier(version, path.as_uri())
    change = types.TextDocumentContentChangeWholeDocument(text)
    return types.DidChangeTextDocumentParams(identifier, [change])


async def typed(
    client: LanguageClient, path: Path, text: str, version: int, *codes: str
) -> list[types.Diagnostic]:
    client.diagnostics.pop(path.as_uri(), None)
    client.text_document_did_change(changed(path, text, version))
    return await published(client, path, *codes)


async def closed(client: LanguageClient, path: Path) -> None:
    client.diagnostics.pop(path.as_uri(), None)
    client.text_document_did_close(types.DidCloseTextDocumentParams(document(path)))
    assert await published(client, path) == []


def said(path: Path) -> list[tuple[str, int, int]]:
    """What `schelling check` says, as a process of its own."""
    done = subprocess.run(
        [SCHELLING, "check", "--json", path], capture_output=True, text=True, check=False
    )
    found: dict[str, Any] = json.loads(done.stdout)
    listed = [*found["problems"], *found["notes"]]
    return [(p["code"], p["line"], p["column"]) for p in listed if p["file"] == str(path)]


def shown(found: list[types.Diagnostic]) -> list[tuple[str, int, int]]:
    return [
        (str(one.code), one.range.start.line + 1, one.range.start.character + 1) for one in found
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["several-problems", "rivals"])
async def test_problems_are_those_of_check(client: LanguageClient, name: str) -> None:
    path = BAD_CASES / f"{name}.yaml"
    found = await opened(client, path)
    assert shown(found) == said(path) != []
    await closed(client, path)


@pytest.mark.asyncio
async def test_a_session_over_a_case_of_several_files(
    client: LanguageClient, tmp_path: Path
) -> None:
    """Typing, a table and a rival's file with problems, then every question an editor asks."""
    path = siege.write(tmp_path)
    found = await opened(client, path)
    assert {one.severity for one in found} <= {types.DiagnosticSeverity.Information}

    for version, end in enumerate(("n", "ne", "nee"), 2):  # faster than it is checked
        change = siege.CASE.replace("days * need", f"days * {end}")
        client.text_document_did_change(changed(path, change, version))
    wrong = siege.CASE.replace("days * need", "days * neeed")
    (unknown,) = await typed(client, path, wrong, 9, "E303")
    assert "did you mean 'need'" in unknown.message
    assert unknown.range.start == position(siege.CASE, "days * need", "need")
    await typed(client, path, siege.CASE, 10, *(str(one.code) for one in found))

    table = path.with_name("forts.csv")
    (bad,) = await opened(client, table, "name,guns\nnorth,4\nsouth,many\n")
    assert (bad.code, bad.range.start) == ("E424", types.Position(2, 6))
    await closed(client, table)

    await questions(client, path)
    await closed(client, path)


async def questions(client: LanguageClient, path: Path) -> None:
    name, here = document(path), position(siege.CASE, "days * need", "need")
    hover = await client.text_document_hover_async(types.HoverParams(name, here))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "tonne / day" in hover.contents.value

    definition = await client.text_document_definition_async(types.DefinitionParams(name, here))
    assert isinstance(definition, list)
    assert len(definition) == 1
    context = types.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(
        types.ReferenceParams(context, name, here)
    )
    assert references is not None
    assert len(references) == 5

    outline = await client.text_document_document_symbol_async(types.DocumentSymbolParams(name))
    assert outline is not None
    assert [one.name for one in outline][:3] == ["schelling", "title", "sources"]

    items = await client.text_document_completion_async(types.CompletionParams(name, here))
    assert isinstance(items, types.CompletionList)
    assert {"need", "food", "logistic"} <= {item.label for item in items.items}

    can = await client.text_document_prepare_rename_async(types.PrepareRenameParams(name, here))
    assert isinstance(can, types.Range)
    assert can.start == here
    hunger = position(siege.CASE, "resolve - hunger", "hunger")
    edit = await client.text_document_rename_async(types.RenameParams(name, hunger, "famine"))
    assert edit is not None
    assert edit.changes is not None
    assert {Path(uri).name: len(many) for uri, many in edit.changes.items()} == {
        "case.yaml": 4,
        "stubborn.yaml": 1,
    }
    with pytest.raises(JsonRpcException, match="something else"):
        await client.text_document_rename_async(types.RenameParams(name, here, "food"))


@pytest.mark.asyncio
async def test_files_that_are_no_cases_are_left_alone(
    client: LanguageClient, tmp_path: Path
) -> None:
    stranger = tmp_path / "compose.yaml"
    stranger.write_text("services: {a: [}\n", encoding="utf-8")
    item = types.TextDocumentItem(stranger.as_uri(), "yaml", 1, "services: {a: [}\n")
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    nowhere = types.TextDocumentItem("untitled:1", "yaml", 1, "schelling: 1\n")
    client.text_document_did_open(types.DidOpenTextDocumentParams(nowhere))
    path = BAD_CASES / "alias-bomb.yaml"  # which is answered after the others, if at all
    assert shown(await opened(client, path)) == said(path)
    assert stranger.as_uri() not in client.diagnostics
    hover = types.HoverParams(types.TextDocumentIdentifier("untitled:1"), types.Position(0, 0))
    assert await client.text_document_hover_async(hover) is None
    await closed(client, path)
