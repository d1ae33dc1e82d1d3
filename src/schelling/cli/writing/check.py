"""`schelling check`: every problem of a case, at once."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schelling.case.language.inferring.machines import PHASE
from schelling.case.language.typed.scope import family_name
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.case.settings.given import Settings
from schelling.cli.arguments import computing, names_of_case
from schelling.cli.arguments.computing import NoCache
from schelling.compile.planning.plan import build, show
from schelling.errors import CaseError, Problem

if TYPE_CHECKING:
    from schelling.case.check import CaseReader, Checked
    from schelling.study.runs.fidelity import Fidelity

NAME = "check"
HELP = "Report all problems of a case at once, without running it."
EPILOG = "Example: schelling check cases/widening-war --plan"

CasePath = Annotated[
    Path, typer.Argument(metavar="CASE", help="The case's folder, or its YAML file.")
]
SourcePath = Annotated[
    Path | None,
    typer.Option("--source", metavar="PATH", help="A file with the text that the case refers to."),
]

RivalName = Annotated[
    str | None,
    typer.Option(
        "--rival",
        metavar="NAME",
        help="Use this rival instead of the case.",
        autocompletion=names_of_case.rivals,
    ),
]

Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        autocompletion=names_of_case.settable,
        help="Change a definition, such as cost=0.3 or 'cost=uniform(0, 1)'; or FILE.toml. May be "
        "repeated.",
    ),
]


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print what a run computes, in order.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    source: SourcePath = None,
    rival: RivalName = None,
    set_: Changes = None,
    twins: Annotated[
        bool,
        typer.Option(
            "--twins", help="Run populations by mean field and by agents, and show the difference."
        ),
    ] = False,
    worlds: Annotated[
        int | None,
        typer.Option("--worlds", "-n", help="With --twins: number of worlds, 256 if left out."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="With --twins: the seed.")] = None,
    no_cache: NoCache = False,
) -> None:
    """Check a case and say what was found."""
    if (worlds, seed) != (None, None) and not twins:
        message = "they go with --twins"
        raise typer.BadParameter(message, param_hint="--worlds, --seed")
    changed = given.options(set_ or ())
    from schelling.case.check import CaseReader  # noqa: PLC0415 - as in `loading`

    reader = CaseReader(case, source=source)
    checked = reader.check(rival=rival, settings=changed)
    seen: dict[str, Fidelity] = {}
    if twins and checked.case is not None:
        computing.prepare(no_cache=no_cache)
        plain = _restated(reader, changed) if checked.case.restated else None
        seen = _compared(checked.case, plain, worlds, seed or 0)
    if json_:
        typer.echo(_in_json(checked, seen))
    elif checked.case is None:
        typer.echo(checked.rendered(), err=True)
    else:
        typer.echo(_in_words(checked.case, len(checked.notes)))
        if checked.notes:
            typer.echo("\n" + checked.noted())
        if plan:
            typer.echo("\n" + show(build(checked.case)))
        if seen:
            from schelling.report.page import fidelity_words  # noqa: PLC0415

            width = shutil.get_terminal_size().columns
            for one in seen.values():
                typer.echo("\n" + fidelity_words.text(one, width=width))
    if checked.case is None:
        raise typer.Exit(1)


def _restated(reader: CaseReader, settings: Settings) -> Case:
    """The case that a rival restates, with the changes of what it has too.

    Raises:
        CaseError: A change fits the rival and not the case.
    """
    plain = reader.check(noted=False).case
    from schelling.case.settings.apply import SETTABLE  # noqa: PLC0415 - as in `loading`

    own = {family_name(one.name) for part in SETTABLE for one in getattr(plain, part)}
    kept = [one for one in settings.given if family_name(one.name.split(".")[0]) in own]
    checked = reader.check(settings=replace(settings, given=kept), noted=False)
    if checked.case is None:
        raise CaseError(checked.problems, checked.rendered())
    return checked.case


def _compared(case: Case, plain: Case | None, worlds: int | None, seed: int) -> dict[str, Fidelity]:
    """The case by mean field and by agents; one that restates another also beside that."""
    if not case.populations:
        message = "the case has no populations"
        raise typer.BadParameter(message, param_hint="--twins")
    from schelling.study.runs import fidelity  # noqa: PLC0415

    worlds = fidelity.WORLDS if worlds is None else worlds
    found = {"twins": fidelity.compare(case, worlds=worlds, seed=seed)}
    if plain is not None:
        found["restated"] = fidelity.restated(plain, case, worlds=worlds, seed=seed)
    return found


def _in_json(checked: Checked, seen: dict[str, Fidelity]) -> str:
    found = as_json(checked)
    if seen:
        from schelling.report.page import fidelity_words  # noqa: PLC0415

        found |= {name: fidelity_words.to_json(one) for name, one in seen.items()}
    return json.dumps(found, indent=2, allow_nan=False)


def as_json(checked: Checked) -> dict[str, Any]:
    """What was found, as plain data of schema `schelling.check/1`."""
    case = checked.case
    return {
        "schema": "schelling.check/1",
        "ok": case is not None,
        "case": case.name if case else None,
        "digest": case.digest if case else None,
        "counts": counts(case) if case else None,
        "problems": [_problem(problem) for problem in checked.problems],
        "notes": [_problem(note) for note in checked.notes],
    }


def counts(case: Case) -> dict[str, int]:
    """How many of everything a case has."""
    before = ("assumptions", "stocks", "variables", "unknowns", "populations", "events")
    after = ("games", "claims", "premises", "passages")
    found = {name: len(getattr(case, name)) for name in (*before, *after)}
    found["stocks"] = sum(not stock.remembers for stock in case.stocks)
    found["variables"] -= found["unknowns"]
    found["games"] += len(case.stochastic)
    found["state_machines"] = sum(machine.name != PHASE for machine in case.machines)
    found["blanks"] = len(case.blanks)
    return found | {"questions": len(case.questions), "rivals": len(case.opposed)}


def _problem(problem: Problem) -> dict[str, Any]:
    span = problem.span
    place = {
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }
    text = {"message": problem.message, "reason": problem.reason, "hint": problem.hint}
    return {"code": problem.code, "file": str(problem.path), **place, **text}


def _in_words(case: Case, notes: int) -> str:
    found = counts(case).items()
    named = ((name.replace("_", " "), count) for name, count in found if count)
    parts = [f"{count} {name if count > 1 else name[:-1]}" for name, count in named]
    noted = f", {notes} note{'' if notes == 1 else 's'}" if notes else ""
    lines = [f"{case.name}: no problems{noted}", f"  {', '.join(parts)}"]
    states = [passage.state for passage in case.passages]
    if states:
        verified = states.count("verified")
        note = f"{verified} of {len(states)} passages verified against their source"
        lines.append(
            f"  {note}" if verified else "  the text of the source is not available; see --source"
        )
    return "\n".join(lines)
