"""The evidence a page rests on: how the run was made, and what went wrong in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schelling.errors import Status
from schelling.report.page import fidelity_words, posterior_words
from schelling.report.page.figure import Table
from schelling.report.words.numerals import count, percent, points, tenth_percent
from schelling.study.runs import fidelity
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class Provenance:
    """What the footer says.

    Attributes:
        facts: Name and text of each fact.
        failures: Worlds by how their numbers ended; None when all are sound.
        bounds: Stocks that were held at a bound; None when none was.
        step_check: How far half the step moves every verdict; None in a case without time.
        mean_field: How far mean fields move verdicts and numbers; empty where there is none.
    """

    facts: tuple[tuple[str, str], ...]
    failures: Table | None
    bounds: Table | None
    step_check: Table | None
    mean_field: tuple[Table, ...]


def provenance(run: Run) -> Provenance:
    """Gather the evidence of a run."""
    what = run.manifest
    versions = ", ".join(f"{name} {version}" for name, version in what.versions.items())
    facts = (
        ("Case", f"{what.case}, digest (SHA-256) {what.digest}"),
        ("Worlds", f"{what.worlds:,}, {what.design}, {what.replicates} replicates"),
        ("Seed", str(what.seed)),
        *((("Posterior", told),) if (told := posterior_words.line(what)) else ()),
        ("Versions", versions),
        ("To make it again", what.command),
        ("Worlds whose numbers failed", f"{failed(run):,} of {what.worlds:,}"),
        *_changed(run),
        *_step(run),
        *((("Agents", few),) if (few := fidelity_words.line(run.case)) else ()),
        *((("Notes on the case", notes(run)),) if run.case.notes else ()),
    )
    return Provenance(facts, _failures(run), _bounds(run), _step_check(run), _mean_field(run))


def failed(run: Run) -> int:
    """Worlds in which some number failed: of the simulation, or of a claim."""
    lost = run.column("status") != 0
    for claim in run.manifest.claims:
        lost |= np.isnan(run.column(f"margin.{claim}")) & run.counts(claim)
    return int(np.count_nonzero(lost))


def notes(run: Run) -> str:
    """How many notes there are on the case, and where they are shown; empty when there are none."""
    found = len(run.case.notes)
    return f"{count(found, 'note')}; see schelling check" if found else ""


def _changed(run: Run) -> tuple[tuple[str, str], ...]:
    """What was changed for the run, in one line."""
    text = "; ".join(f"{one.name} from {one.before} to {one.after}" for one in run.case.changed)
    return (("Changed for this run", text),) if text else ()


def _step(run: Run) -> tuple[tuple[str, str], ...]:
    """What half the step changes, in the claim and the stock it changes most."""
    check = run.step_check
    if check is None:
        return ()
    parts: list[str] = []
    if check.verdicts:
        claim, found = max(check.verdicts.items(), key=lambda pair: pair[1].flipped)
        part = tenth_percent(found.flipped)
        most = f"the claim that changes most often is {claim}, in {part} of them"
        parts.append(most if found.flipped > 0 else "no claim changes")
    if check.moved:
        stock, change = max(check.moved.items(), key=lambda pair: pair[1])
        most = f"the stock that moves most is {stock}, by {tenth_percent(change)} of its 90 % band"
        parts.append(most if change > 0 else "no stock moves")
    text = f"In the first {check.worlds:,} worlds, {'; '.join(parts)}"
    return (("Half the step", text),)


def _step_check(run: Run) -> Table | None:
    """How far half the step moves every verdict."""
    check = run.step_check
    if check is None or not check.verdicts:
        return None
    rows = tuple(
        (
            name,
            percent(found.before, found.half_width),
            percent(found.after, found.half_width),
            f"{points(found.change, found.half_width)} points",
            tenth_percent(found.flipped),
        )
        for name, found in check.verdicts.items()
    )
    head = ("Claim", "With the step", "With half of it", "Change", "Worlds that change")
    caption = f"What half the step changes in the first {check.worlds:,} worlds"
    return Table(caption, head, rows)


def _mean_field(run: Run) -> tuple[Table, ...]:
    seen = fidelity.of_run(run)
    return () if seen is None else fidelity_words.tables(seen)


def evidence_line(run: Run) -> str:
    """The evidence in one line, for a terminal."""
    what = run.manifest
    return (
        f"{what.case} {what.digest[:12]}, seed {what.seed}, {count(what.worlds, 'world')} "
        f"({what.design}, {what.replicates} replicates), schelling {what.versions['schelling']}"
    )


def _failures(run: Run) -> Table | None:
    codes, counts = np.unique(run.column("status"), return_counts=True)
    rows = [
        (Status(code).name.lower().replace("_", " "), f"{many:,}", Status(code).advice)
        for code, many in zip(codes.tolist(), counts.tolist(), strict=True)
        if code != Status.SOLVED
    ]
    head = ("Status", "Worlds", "What it means")
    return Table("Worlds whose numbers failed", head, tuple(rows)) if rows else None


def _bounds(run: Run) -> Table | None:
    held = {s.name: run.column(f"bounded.{s.name}").mean() for s in run.case.stocks if s.within}
    rows = [(name, tenth_percent(float(share))) for name, share in held.items() if share > 0]
    caption = "Stocks that were held at a bound at some step"
    return Table(caption, ("Stock", "Share of worlds"), tuple(rows)) if rows else None
