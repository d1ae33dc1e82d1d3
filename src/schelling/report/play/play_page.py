"""The page that weighs the worlds of a run: one file, one script of our own, no request."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Final

import numpy as np
from markupsafe import Markup
from numpy import ndarray
from scipy.special import stdtrit

from schelling.analysis import verdicts
from schelling.analysis.summary import widened
from schelling.analysis.verdicts import Share
from schelling.distributions.digits import rounded
from schelling.report.charts import theme, world_charts
from schelling.report.charts.cell_charts import share_bar
from schelling.report.page import document, provenance
from schelling.report.play import brushes, packing, stored_worlds
from schelling.report.play.stored_worlds import StoredSeries, StoredWorlds
from schelling.report.verdicts import changed_words, claim_verdicts
from schelling.report.words import numerals, shares
from schelling.study.runs.results import Run

FEW: Final = 200
"""Effective worlds below which the page says that a run is needed."""

_FEW_PATHS = 20  # effective worlds with paths below which no fan is drawn
_SCRIPTS = ("words.js", "worlds.js", "figures.js", "state.js", "controls.js")
_SHEET = "play.css"
_TICKS = 3
_ROOM = 0.03


@dataclass(frozen=True)
class ClaimWeighed:
    """What stands beside a claim as the case has it.

    Attributes:
        name: Its name.
        gist: The first sentence of what it says.
        share: In which share of the stored worlds it holds.
        number: The same in percent, or its bounds.
        error: Half its 95 % interval, in points; may be empty.
        word: The word for it.
        note: Of which worlds it is, and how many have no number; may be empty.
    """

    name: str
    gist: str
    share: Share
    number: str
    error: str
    word: str
    note: str


def render(run: Run) -> str:
    """The page as text; its one script stands in it, and its policy lets no other run."""
    worlds, case = stored_worlds.gather(run), run.case
    packed, places = packing.packed(stored_worlds.parts(worlds))
    told = _told(run, worlds, places)
    script, style = _script(), document.sheets(_sheet())
    question = claim_verdicts.SENTENCE_END.split(case.about.strip(), maxsplit=1)[0]
    return document.filled(
        "play.html",
        {
            "title": case.title,
            "version": run.manifest.versions["schelling"],
            "question": question,
            "run": run,
            "worlds": worlds,
            "claims": tuple(_claims(run, worlds)),
            "levers": [one.name for one in case.assumptions if one.lever],
            "brushes": worlds.brushes,
            "tied": brushes.tied(case),
            "changed_for_run": changed_words.sentence(case.changed),
            "scale": claim_verdicts.scale(),
            "few": FEW,
            "evidence": provenance.evidence_line(run),
            "failed": provenance.failed(run),
            "count": numerals.count,
            "general": numerals.general,
            "signed": numerals.signed,
            "share_bar": share_bar,
            "told": _data(told),
            "packed": packed,
            "script": script,
            "script_digest": _digest(script),
            "style_digest": _digest(f"\n{style}\n"),
        },
        style=style,
    )


def _digest(text: str) -> str:
    """What a policy lets a script or a style sheet in by."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _data(told: dict[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in, whatever names are in it."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


def _script() -> Markup:
    """The script of the page, which is ours and therefore safe."""
    parts = "\n".join(_file(name) for name in _SCRIPTS)
    data = 'const told = JSON.parse(document.getElementById("told").textContent);'
    return Markup(f'"use strict";\n(() => {{\n{data}\n{parts}}})();\n')


def _sheet() -> str:
    """The style of the page, with the colours that pictures of the report have."""
    layers = [f".play svg .layer-{k} {{ fill: {fill}; }}" for k, fill in enumerate(theme.STACK)]
    return "\n".join([f":root {{ --middle: {theme.MIDDLE}; }}", _file(_SHEET), *layers])


def _file(name: str) -> str:
    return resources.files("schelling.report.play").joinpath(name).read_text("utf-8")


def _told(run: Run, worlds: StoredWorlds, places: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """What the script is told, beside the worlds."""
    tied, changed = brushes.tied(run.case), run.manifest.changed
    copies = np.arange(2, worlds.replicates + 1)
    place = {one.assumption.name: number for number, one in enumerate(worlds.brushes)}
    moves = run.associations.reindex(index=[claim.name for claim in worlds.claims])
    return {
        "schema": "schelling.play/1",
        "digest": run.manifest.digest[:12],
        "command": run.manifest.command,
        "worlds": worlds.worlds,
        "pathWorlds": worlds.path_worlds,
        "replicates": worlds.replicates,
        "students": [0.0, 0.0, *stdtrit(copies - 1, 0.975).tolist()],
        "wider": _wider(worlds),
        "scale": verdicts.CUTS,
        "few": FEW,
        "fewPaths": _FEW_PATHS,
        "claims": [
            {"name": claim.name, "levers": [place[lever] for lever in claim.levers]}
            for claim in worlds.claims
        ],
        "assumptions": [
            brushes.told(one, tied.get(one.assumption.name, []), one.assumption.name in changed)
            for one in worlds.brushes
        ],
        "moves": np.nan_to_num(100.0 * moves.to_numpy(np.float64)).round().astype(int).tolist(),
        "series": [
            {
                "name": one.name,
                "unit": one.unit,
                "levels": _levels(one),
                "layers": one.layers,
                "frame": _frame(one),
            }
            for one in worlds.series
        ],
        "times": [str(moment) for moment in world_charts.moments(worlds.times)[0]],
        "ticks": _time_ticks(worlds.times),
        "parts": places,
    }


def _claims(run: Run, worlds: StoredWorlds) -> Iterator[ClaimWeighed]:
    found = claim_verdicts.all_verdicts(run)
    for claim, whole in zip(worlds.claims, found, strict=True):
        one = replace(whole, share=claim.share, options=claim.options)
        lost = shares.without_number(claim.share.failed, claim.share.worlds)
        levers = () if claim.options is None else claim.options.levers
        chosen = f"over all options kept of {', '.join(levers)}" if levers else ""
        if claim.levers:
            chosen = f"least and greatest under an option kept of {', '.join(levers)}"
        notes = (one.which_ask, lost if claim.share.failed else "", chosen)
        yield ClaimWeighed(
            claim.name,
            one.gist,
            claim.share,
            one.number,
            one.error,
            f"{one.word} ~" if one.close else one.word,
            "; ".join(note for note in notes if note),
        )


def _wider(worlds: StoredWorlds) -> list[float]:
    """By how many options are compared, the factor by which errors are lengthened."""
    most = max((len(one.options.options) for one in worlds.claims if one.options), default=0)
    found = [widened(math.comb(n, 2), worlds.replicates) for n in range(most + 1)]
    return np.nan_to_num(found).tolist()


def _levels(one: StoredSeries) -> list[float]:
    """What the codes of a series stand for, to digits that keep far smaller steps than a 250th."""
    levels = one.levels.tolist()
    width = levels[-1] - levels[0] if levels else 0.0
    return [rounded(level, width) for level in levels]


def _frame(one: StoredSeries) -> tuple[float, float]:
    """Lowest and highest value shown: nearly all worlds at every time, with some room."""
    sound = one.codes[one.codes[:, 0] != packing.NO_NUMBER] if not one.layers else one.codes[:0]
    if not len(sound):
        return 0.0, 1.0
    ends = np.quantile(one.levels[sound], (0.01, 0.99), axis=0)
    low, high = float(ends.min()), float(ends.max())
    room = _ROOM * (high - low) or max(0.05 * abs(high), 0.05)
    width = high - low + 2.0 * room
    return rounded(low - room, width), rounded(high + room, width)


def _time_ticks(times: ndarray) -> list[tuple[int, str]]:
    """Steps that are labelled, with their labels."""
    steps = np.unique(np.linspace(0, len(times) - 1, _TICKS).round().astype(int)).tolist()
    if not np.issubdtype(times.dtype, np.datetime64):
        return [(step, str(times[step])) for step in steps]
    days = (times[-1] - times[0]) / np.timedelta64(1, "D")
    style = "%-d %b" if days < 150 else "%b %Y" if days < 1500 else "%Y"
    moments = [times[step].astype("datetime64[s]").item() for step in steps]
    return [(step, day.strftime(style)) for step, day in zip(steps, moments, strict=True)]
