"""`schelling fit`: condition the worlds of a case on what was recorded."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from schelling.case.model import Case
from schelling.case.settings import given
from schelling.cli.arguments import computing
from schelling.cli.arguments.computing import NoCache
from schelling.cli.arguments.loading import load
from schelling.cli.running.run import Seed
from schelling.cli.writing.check import CasePath, Changes, RivalName, SourcePath
from schelling.errors import RunError

NAME = "fit"
HELP = "Condition the worlds of a case on its observations and compare the verdicts."
EPILOG = "Example: schelling fit cases/teaching/waning-support --engine smc --into posterior"

WORLDS = 4_096
TELLS = 10.0
"""Seconds between two lines of progress."""

REFUSED = 3
"""Exit code of a fit that is refused."""


class FitEngine(Enum):
    """Engines there are."""

    SMC = "smc"
    REWEIGHT = "reweight"
    NUTS = "nuts"
    CONSISTENT = "consistent"


class FitEvidence(Enum):
    """What a case can be conditioned on."""

    OBSERVATIONS = "observations"
    OUTCOMES = "outcomes"


def command(  # noqa: PLR0913 - one parameter an option
    case: CasePath,
    *,
    engine: Annotated[
        FitEngine | None,
        typer.Option("--engine", help="How; chosen by what the records do to a run if not given."),
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(
            "--worlds",
            "-n",
            help="Number of worlds of the posterior: 4,096 if not given, and 2,048 with --sbc.",
        ),
    ] = None,
    seed: Seed = 0,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help="Use records up to this day, whatever the case says it may know.",
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="FOLDER",
            help="Write fit.json and the posterior there; with --sbc the ranks, to go on later.",
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML page of the fit.")
    ] = None,
    on: Annotated[
        FitEvidence,
        typer.Option("--on", help="On observations, or on resolved questions of the register."),
    ] = FitEvidence.OBSERVATIONS,
    sbc: Annotated[
        bool,
        typer.Option(
            "--sbc", help="Instead, fit the records of worlds of the prior: are they found?"
        ),
    ] = False,
    repeats: Annotated[
        int | None,
        typer.Option(
            "--repeats",
            help="With --sbc: how many worlds make records; at least 50, and 100 if not given.",
        ),
    ] = None,
    source: SourcePath = None,
    rival: RivalName = None,
    set_: Changes = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_cache: NoCache = False,
) -> None:
    """Fit a case."""
    day = _day(until)
    if on is FitEvidence.OUTCOMES and (engine or report or sbc or worlds is not None):
        message = "with --on outcomes go --seed, --until, --into, --rival, --set and --json alone"
        raise typer.BadParameter(message, param_hint="--on")
    if repeats is not None and not sbc:
        message = "goes with --sbc"
        raise typer.BadParameter(message, param_hint="--repeats")
    if sbc and report:
        message = "makes no page of a calibration"
        raise typer.BadParameter(message, param_hint="--report")
    checked = load(case, source=source, rival=rival, settings=given.options(set_ or ()))
    computing.prepare(no_cache=no_cache)
    chosen = engine.value if engine is not None else None
    if on is FitEvidence.OUTCOMES:
        known = [one.name for one in checked.opposed if rival is None]
        changed = given.options(set_ or ())
        others = [load(case, source=source, rival=name, settings=changed) for name in known]
        _weigh([checked, *others], seed, day, into, json_=json_)
        return
    if sbc:
        _calibrate(checked, chosen, seed, day, (repeats, worlds, into), json_=json_)
        return
    from schelling.report.fitting import fit_json, fit_text  # noqa: PLC0415
    from schelling.study.fitting import fit_export  # noqa: PLC0415
    from schelling.study.fitting.fit import fit  # noqa: PLC0415

    found = fit(
        checked, engine=chosen, worlds=WORLDS if worlds is None else worlds, seed=seed, until=day
    )
    if json_:
        typer.echo(json.dumps(fit_json.to_json(found), indent=2, allow_nan=False))
    else:
        typer.echo(fit_text.text(found, width=shutil.get_terminal_size().columns))
    if not found.sound:
        raise typer.Exit(REFUSED)
    if into is not None:
        fit_export.write(found, into)
        told = json.dumps(fit_json.to_json(found), indent=2, allow_nan=False)
        (into / "fit.json").write_text(f"{told}\n", encoding="utf-8")
        typer.echo(f"posterior written to {into}", err=True)
    if report is not None:
        from schelling.report.fitting import fit_page  # noqa: PLC0415

        fit_page.write(found, report)
        typer.echo(f"page written to {report}", err=True)


def _calibrate(
    case: Case,
    engine: str | None,
    seed: int,
    until: dt.date | None,
    wanted: tuple[int | None, int | None, Path | None],
    *,
    json_: bool,
) -> None:
    """Print whether fits of a case find again what made the records."""
    from schelling.report.fitting import calibration_text  # noqa: PLC0415
    from schelling.study.fitting.calibrate import REPEATS, WORLDS, calibrate  # noqa: PLC0415

    repeats = wanted[0] if wanted[0] is not None else REPEATS
    found = calibrate(
        case,
        engine=engine or "smc",
        repeats=repeats,
        worlds=wanted[1] if wanted[1] is not None else WORLDS,
        seed=seed,
        until=until,
        kept=wanted[2],
        progress=_progress(repeats),
    )
    if json_:
        typer.echo(json.dumps(calibration_text.to_json(found), indent=2, allow_nan=False))
    else:
        typer.echo(calibration_text.text(found, width=shutil.get_terminal_size().columns))
    if not found.sound:
        raise typer.Exit(REFUSED)


def _progress(repeats: int) -> Callable[[int], None]:
    """Say now and then how many fits are done, how long one takes, and how long the rest will.

    The first call tells how many are known, which took no time now.
    """
    began = told = 0.0
    known = before = -1

    def tell(done: int) -> None:
        nonlocal began, told, known, before
        now = time.monotonic()
        if known < 0:
            began, told, known, before = now, now, done, done
            return
        if now - told < TELLS and done < repeats:
            return
        each = (now - told) / max(done - before, 1)
        ago = f" ({known:,} known before)" if known else ""
        words = f"{done:,} of {repeats:,} fits{ago} after {now - began:,.0f} s; "
        words += f"at {each:.1f} s each some {each * (repeats - done):,.0f} s are left"
        typer.echo(words if done < repeats else words.partition(";")[0], err=True)
        told, before = now, done

    return tell


def _weigh(
    cases: list[Case], seed: int, until: dt.date | None, into: Path | None, *, json_: bool
) -> None:
    """Print what the outcomes of the register say of a case and its rivals."""
    from schelling.report.fitting import outcome_text  # noqa: PLC0415
    from schelling.study.fitting import fit_export  # noqa: PLC0415
    from schelling.study.fitting.outcomes import fit_on_outcomes  # noqa: PLC0415

    found = [fit_on_outcomes(case, seed=seed, until=until) for case in cases]
    if json_:
        typer.echo(json.dumps(outcome_text.to_json(found), indent=2, allow_nan=False))
    else:
        typer.echo(outcome_text.text(found, width=shutil.get_terminal_size().columns))
    if not found[0].found.sound:
        raise typer.Exit(REFUSED)
    if into is not None:
        fit_export.write_outcomes(found[0], into)
        data = json.dumps(outcome_text.to_json(found), indent=2, allow_nan=False)
        (into / "fit.json").write_text(f"{data}\n", encoding="utf-8")
        typer.echo(f"posterior written to {into}", err=True)


def _day(written: str | None) -> dt.date | None:
    if written is None:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        message = f"--until: '{written}' is not a date; dates are YYYY-MM-DD"
        raise RunError(message) from None
