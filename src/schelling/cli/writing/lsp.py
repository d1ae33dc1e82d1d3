"""`schelling lsp`: problems, names and explanations while a case is written, in an editor."""

from __future__ import annotations

from typing import Annotated

import typer

NAME = "lsp"
HELP = (
    "Serve an editor while a case is written: problems, explanations, names. It speaks the "
    "Language Server Protocol over standard input and output; the editor starts it."
)
EPILOG = "How to set up VS Code, Neovim and Helix: docs/how-to/editor.md"


def command(
    stdio: Annotated[  # what many editors add by themselves
        bool, typer.Option("--stdio", help="Use standard input and output, as it does anyway.")
    ] = True,
) -> None:
    """Run the server until the editor ends the session."""
    del stdio
    from schelling.lsp.features import server  # noqa: PLC0415

    server().start_io()
