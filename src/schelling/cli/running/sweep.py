"""`schelling sweep`: the verdicts while one or two assumptions are set to number after number."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from schelling.case.settings import given
from schelling.cli.arguments import computing, names_of_case
from schelling.cli.arguments.computing import NoCache
from schelling.cli.arguments.loading import load
from schelling.cli.running.run import Claims
from schelling.cli.writing.check import CasePath, RivalName, SourcePath
from schelling.errors import RunError

NAME = "sweep"
HELP = "Set one or two assumptions to one number after the other and print every verdict's share."
EPILOG = "Example: schelling sweep cases/teaching/bargaining-range --set cost_a=0:0.5:6"

WORLDS = 4_096


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUES",
            autocompletion=names_of_case.swept,
            help="START:STOP:COUNT or A,B,C for one or two assumptions; other changes as for run.",
        ),
    ] = None,
    claim: Claims = None,
    worlds: Annotated[
        int, typer.Option("--worlds", "-n", help="Number of worlds at each point.")
    ] = WORLDS,
    seed: Annotated[int, typer.Option("--seed", help="The same seed at every point.")] = 0,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Also write the table as CSV.")
    ] = None,
    source: SourcePath = None,
    rival: RivalName = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not show progress.")] = False,
    no_cache: NoCache = False,
) -> None:
    """Sweep a case."""
    computing.prepare(no_cache=no_cache)
    from schelling.study.runs import sweep  # noqa: PLC0415

    read = given.options(set_ or ())
    axes = [one for s in read.given if (one := sweep.axis(s.name, s.text)) is not None]
    names = {one.name for one in axes}
    read.given[:] = [one for one in read.given if one.name not in names]
    checked = load(case, source=source, rival=rival, settings=read)
    asked = len(claim or checked.claims)
    if len(axes) == 2 and asked != 1:
        message = f"a sweep over two assumptions shows one claim, not {asked}; name it with --claim"
        raise RunError(message)
    seen = sweep.sweep(
        checked,
        axes,
        claims=claim,
        worlds=worlds,
        seed=seed,
        progress=_tell if sys.stderr.isatty() and not quiet else None,
    )
    from schelling.report.verdicts import sweep_text  # noqa: PLC0415

    if json_:
        typer.echo(json.dumps(sweep_text.to_json(seen), indent=2, allow_nan=False))
    else:
        typer.echo(sweep_text.text(seen, width=shutil.get_terminal_size().columns))
    if csv is not None:
        try:
            seen.table.to_csv(csv, index=False)
        except OSError as error:
            message = f"cannot write '{csv}': {error.strerror or error}"
            raise RunError(message) from error
        typer.echo(f"table written to {csv}", err=True)


def _tell(done: int, points: int) -> None:
    """One line that says how far it is, rewritten in place."""
    end = "\n" if done == points else ""
    typer.echo(f"\r{done} of {points} points{end}", err=True, nl=False)
