"""`schelling run`: draw worlds, simulate them, print the verdicts and store the run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.case.settings import given
from schelling.cli.arguments import amounts, computing, names_of_case
from schelling.cli.arguments.computing import WAITS, NoCache
from schelling.cli.writing.check import CasePath, Changes, RivalName, SourcePath

if TYPE_CHECKING:
    from schelling.study.runs.files.posterior_file import WeightedWorlds
    from schelling.study.runs.results import Run

NAME = "run"
HELP = "Run a case over many worlds and print the share of worlds in which each claim holds."
EPILOG = "Example: schelling run cases/widening-war --worlds 100000 --report widening-war.html"

WORLDS, MOST = 10_000, 1_000_000

Worlds = Annotated[
    int | None,
    typer.Option(
        "--worlds",
        "-n",
        help=f"Number of worlds [{WORLDS:,}]; with --until-error the maximum [{MOST:,}].",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same numbers.")]
Replicates = Annotated[
    int, typer.Option("--replicates", help="Independent replicates of the design, for error bars.")
]
DesignName = Annotated[
    str, typer.Option("--design", metavar="NAME", help="sobol, lhs, mc or full-factorial.")
]
Paths = Annotated[
    int, typer.Option("--paths", help="Number of worlds whose whole paths are stored.")
]
PosteriorPath = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        metavar="FOLDER",
        help="Draw worlds from this posterior: a folder of 'schelling fit --into'.",
    ),
]
PosteriorPaths = Annotated[
    list[Path] | None,
    typer.Option(
        "--posterior",
        metavar="FOLDER",
        help="Draw worlds from fits: one of the case and one of each rival; repeat it.",
    ),
]
Claims = Annotated[
    list[str] | None,
    typer.Option(
        "--claim",
        help="Evaluate only this claim; may be repeated.",
        autocompletion=names_of_case.claims,
    ),
]


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    worlds: Worlds = None,
    seed: Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="Folder for the run [CASE.run]."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML report.")
    ] = None,
    claim: Claims = None,
    until_error: Annotated[
        str | None,
        typer.Option(
            "--until-error",
            metavar="X%",
            help="Stop when every verdict's error bar is below X points.",
        ),
    ] = None,
    design: DesignName = "sobol",
    replicates: Replicates = 16,
    paths: Paths = 256,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--no-resume",
            help="Resume an unfinished run or repair a damaged one, or start again.",
            show_default=False,
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="Compute part I of N, for 'schelling merge'."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Compute on a Dask cluster."),
    ] = None,
    memory_limit: Annotated[
        str | None,
        typer.Option(
            "--memory-limit",
            metavar="SIZE",
            help="Refuse a run that needs more memory, such as 4GB [all of the machine's].",
        ),
    ] = None,
    posterior: PosteriorPath = None,
    source: SourcePath = None,
    rival: RivalName = None,
    set_: Changes = None,
    granted: Annotated[
        bool,
        typer.Option("--granted", help="Also tell what follows where the case's premises hold."),
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Do not show a progress bar.")
    ] = False,
    no_cache: NoCache = False,
) -> None:
    """Run a case."""
    until = amounts.share(until_error) if until_error is not None else None
    part = amounts.shard(shard) if shard is not None else None
    limit = amounts.size(memory_limit) if memory_limit is not None else None
    changed = given.options(set_ or ())
    checked = computing.case(case, source=source, rival=rival, settings=changed, no_cache=no_cache)
    if granted and not checked.premises:
        message = "the case names no premises that could be granted"
        raise typer.BadParameter(message, param_hint="--granted")
    computing.prepare(no_cache=no_cache)
    from schelling.study.runs.cluster import connect  # noqa: PLC0415
    from schelling.study.runs.run import run  # noqa: PLC0415

    folder = out if out is not None else Path(f"{checked.name}.run")
    drawn_from = given_posterior(posterior)
    total = worlds if worlds is not None else WORLDS if until is None else MOST
    with (
        _bar(total, show=not quiet) as progress,
        connect(cluster) if cluster is not None else nullcontext() as executor,
    ):
        made = run(
            checked,
            worlds=worlds,
            seed=seed,
            replicates=replicates,
            claims=claim,
            folder=folder,
            progress=progress,
            design=design,
            until_error=until,
            paths=paths,
            resume=resume,
            shard=part,
            executor=executor,
            memory_limit=limit,
            posterior=drawn_from,
        )
    if part is not None:
        typer.echo(f"shard {part[0]} of {part[1]} kept in {folder}", err=True)
        return
    show(made, json_=json_)
    if granted and not json_:
        _show_granted(made)
    if until is not None:
        _say_how_many(made, until)
    notes = [f"run kept in {folder}"]
    if report is not None:
        from schelling.report import html  # noqa: PLC0415

        html.write(made, report)
        notes.append(f"report written to {report}")
    typer.echo("; ".join(notes), err=True)


def given_posterior(folder: Path | None) -> WeightedWorlds | None:
    """The posterior in a folder, if one is given."""
    if folder is None:
        return None
    from schelling.study.runs.files import posterior_file  # noqa: PLC0415

    return posterior_file.read(folder)


def show(made: Run, *, json_: bool) -> None:
    """Print the verdicts of a run."""
    if json_:
        from schelling.report.verdicts import verdict_json  # noqa: PLC0415

        typer.echo(json.dumps(verdict_json.to_json(made), indent=2))
        return
    from rich.console import Console  # noqa: PLC0415

    from schelling.report.verdicts import verdict_terminal  # noqa: PLC0415

    Console().print(verdict_terminal.summary(made))


def _show_granted(made: Run) -> None:
    """Print what follows where the premises hold."""
    from rich.console import Console  # noqa: PLC0415

    from schelling.report.verdicts import premises  # noqa: PLC0415
    from schelling.report.words.terminal_text import styled  # noqa: PLC0415
    from schelling.study.premises.granted import granted  # noqa: PLC0415

    found, console = granted(made), Console()
    for sentence in premises.sentences(found) if found is not None else ():
        console.print(styled(sentence, ascii_only=console.options.ascii_only))


def _say_how_many(made: Run, until: float) -> None:
    """Say how many worlds were enough, or that they were not."""
    if made.verdicts.empty:
        return
    bars = made.verdicts["half_width"].fillna(0.0)
    bar = float(bars.max())
    longest = f"the longest error bar is {100 * bar:.2g} points ('{bars.idxmax()}')"
    enough = "enough" if bar < until else f"not enough for {100 * until:g} %"
    typer.echo(f"{made.manifest.worlds:,} worlds were {enough}: {longest}", err=True)


@contextmanager
def _bar(total: int, *, show: bool) -> Generator[Callable[[int], None] | None]:
    """A progress bar with rate and time left, on a terminal; nothing elsewhere."""
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        MofNCompleteColumn(),
        TextColumn("worlds"),
        TextColumn("[progress.percentage]{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(WAITS, total=total, rate="")

        def advance(count: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, advance=count, description="running", rate=rate)

        yield advance
