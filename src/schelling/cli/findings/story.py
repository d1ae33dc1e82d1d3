"""`schelling story`: one world as dated sentences, and what becomes of it when it is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.case.settings import given
from schelling.cli.arguments import computing, names_of_case
from schelling.cli.arguments.computing import NoCache
from schelling.cli.arguments.loading import load
from schelling.cli.writing.check import Changes, RivalName, SourcePath

if TYPE_CHECKING:
    from schelling.case.model import Case
    from schelling.study.stories.narrator import Narrator
    from schelling.study.stories.story import Story

NAME = "story"
HELP = "Tell what happened in one world, in dated sentences, and what if it had gone otherwise."
EPILOG = (
    "Example: schelling story cases/widening-war --world 3 "
    "--branch 'week 6: provocation.nato=respond'"
)

WORLDS = 1_024


def command(  # noqa: PLR0913 - one parameter an option
    case: Annotated[
        Path, typer.Argument(metavar="CASE|RUN", help="The case, or the folder of a run.")
    ],
    *,
    world: Annotated[
        int | None, typer.Option("--world", min=0, help="Number of the world.", show_default=False)
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(
            "--claim",
            help="A typical world in which this claim holds.",
            autocompletion=names_of_case.claims,
        ),
    ] = None,
    fails: Annotated[
        bool, typer.Option("--fails", help="With --claim: in which it fails instead.")
    ] = False,
    nearest_other: Annotated[
        bool,
        typer.Option(
            "--nearest-other",
            help="With --claim: beside it the nearest world in which the claim is otherwise.",
        ),
    ] = False,
    branch: Annotated[
        list[str] | None,
        typer.Option(
            "--branch",
            metavar="'WHEN: CHANGES'",
            help="Change the world from a date on, such as 'week 12: NAME=2', 'week 12: "
            "GAME.ACTOR=ACTION', 'week 12: EVENT=never' or 'week 12: luck=world 7'. May be "
            "repeated, in the order of the dates.",
        ),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option("--worlds", "-n", help="Number of worlds to choose from, if CASE is no run."),
    ] = WORLDS,
    seed: Annotated[int, typer.Option("--seed", help="The seed, if CASE is no run.")] = 0,
    source: SourcePath = None,
    rival: RivalName = None,
    set_: Changes = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_cache: NoCache = False,
) -> None:
    """Tell the story of a world."""
    _refuse(claim, world, branch, fails=fails, nearest_other=nearest_other)
    teller: Narrator
    if (case / "manifest.json").is_file():
        if rival or set_:
            message = "a run is what it is; give the case instead"
            raise typer.BadParameter(message, param_hint="--rival, --set")
        computing.prepare(no_cache=no_cache)
        teller = _of_run(case, source)
    else:
        checked = load(case, source=source, rival=rival, settings=given.options(set_ or ()))
        computing.prepare(no_cache=no_cache)
        known = world is not None and not nearest_other
        teller = _of_case(checked, None if known else max(worlds, (world or 0) + 1), seed)
    if world is not None:
        story, lead = teller.story(world), ""
    else:
        story = teller.typical(claim, holds=not fails)
        from schelling.report.stories import story_pages  # noqa: PLC0415

        lead = story_pages.why_typical(claim, holds=not fails)
    other: Story | None = None
    for text in branch or ():
        other = (other or story).branch(text)
    if nearest_other and claim is not None:
        other = story.nearest_other(claim)
    _show(story, other, lead, claim, json_=json_)


def _refuse(
    claim: str | None,
    world: int | None,
    branch: list[str] | None,
    *,
    fails: bool,
    nearest_other: bool,
) -> None:
    """Refuse options that do not go together.

    Raises:
        typer.BadParameter: Some do not.
    """
    if claim is None and (fails or nearest_other):
        message = "they go with --claim"
        raise typer.BadParameter(message, param_hint="--fails, --nearest-other")
    if world is not None and claim is not None and (fails or not nearest_other):
        message = "name a world or a claim that chooses one; both only with --nearest-other"
        raise typer.BadParameter(message, param_hint="--world, --claim")
    if nearest_other and branch:
        message = "one story can stand beside the first, not two"
        raise typer.BadParameter(message, param_hint="--nearest-other, --branch")


def _of_run(folder: Path, source: Path | None) -> Narrator:
    from schelling.study.runs.stored import open_run  # noqa: PLC0415
    from schelling.study.stories import narrator  # noqa: PLC0415

    return narrator.of_run(open_run(folder, source=source))


def _of_case(case: Case, worlds: int | None, seed: int) -> Narrator:
    """Who tells of a case; of so many worlds of it, where one is to be chosen among them."""
    from schelling.study.runs.run import run  # noqa: PLC0415
    from schelling.study.stories import narrator  # noqa: PLC0415

    if worlds is None:
        return narrator.of_case(case, seed)
    return narrator.of_run(run(case, worlds=worlds, seed=seed))


def _show(story: Story, other: Story | None, lead: str, claim: str | None, *, json_: bool) -> None:
    """Print a story, or two side by side."""
    if json_:
        from schelling.report.stories import story_json  # noqa: PLC0415

        typer.echo(json.dumps(story_json.to_json(story, other), indent=2, allow_nan=False))
        return
    from rich.console import Console  # noqa: PLC0415

    from schelling.report.stories import story_pages, story_terminal  # noqa: PLC0415

    if other is None:
        page = story_pages.one(story, lead)
    elif other.turns:
        page = story_pages.branched(story, other, lead)
    else:
        page = story_pages.neighbours(story, other, claim or "", lead)
    Console().print(story_terminal.shown(page))
