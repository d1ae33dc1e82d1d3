"""The `schelling` command: its commands, its exit codes.

Exit codes: 0 success, 1 the case has problems, 2 the command was used wrongly, 3 a fit is refused.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from schelling.cli import leaving
from schelling.cli.exchange import export, import_, query, report, serve
from schelling.cli.findings import compare, explore, same, score, solve, story
from schelling.cli.running import cache, estimate, fit, merge, run, sbatch, sweep
from schelling.cli.writing import check, coverage, explain, freeze, lsp, new, passages, read
from schelling.errors import CaseError, MethodError, RunError

EPILOG = (
    "Exit codes: 0 success, 1 the case has problems, 2 the command was used wrongly, 3 a fit is "
    "refused."
)

app = typer.Typer(
    name="schelling",
    help="Test a strategic argument: what follows from it, and what it hinges on.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_COMMANDS = (
    *(check, run, serve, story, sweep, explore, fit, score, compare, freeze, solve, same),
    *(estimate, report, query, export, import_, merge, sbatch, explain, new, read, coverage),
    *(passages, cache, lsp),
)

for module in _COMMANDS:
    app.command(module.NAME, help=module.HELP, epilog=module.EPILOG)(module.command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"schelling {version('schelling')}")
        raise typer.Exit


@app.callback()
def _options(  # pyright: ignore[reportUnusedFunction] - typer calls it
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Options before the command."""
    del version


def main() -> None:
    """Run the command line and exit, without taking apart what is left (`leaving`)."""
    try:
        _run()
    except SystemExit as end:
        leaving.with_status(end.code)
        raise
    leaving.with_status(0)


def _run() -> None:
    """Run the command line; errors are told, and are exit codes."""
    gc.freeze()  # what is imported by now stays, and a case is many small objects that stay too
    gc.set_threshold(50_000, 20, 20)
    # matrices are narrow here: threads of OpenBLAS would only wait for each other, and in loops
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except CaseError as error:
        typer.echo(error.rendered, err=True)
        sys.exit(1)
    except (RunError, MethodError) as error:
        typer.echo("\n".join([f"schelling: {error}", *_notes(error)]), err=True)
        sys.exit(2)
    except SystemExit as end:  # typer turns an interrupt into an exit, without a word
        interrupt = getattr(end.__context__, "__cause__", None)
        if isinstance(interrupt, KeyboardInterrupt):
            left = _notes(interrupt) or ["no files were left behind"]
            typer.echo(f"\nschelling: interrupted; {'; '.join(left)}", err=True)
        raise
    except BrokenPipeError:  # the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _notes(error: BaseException) -> list[str]:
    """What was added to an error on its way."""
    return list(getattr(error, "__notes__", []))
