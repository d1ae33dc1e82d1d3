"""An exploration as plain data under a versioned schema, for other programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from schelling.report.verdicts import verdict_json
from schelling.report.words.numerals import finite
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.indices import Sensitivity
from schelling.study.exploring.options import Options
from schelling.study.runs.lever_options import Option

SCHEMA = "schelling.exploration/2"


def to_json(found: Exploration) -> dict[str, Any]:
    """An exploration as data that `json.dumps` takes.

    Keys are only ever added under one schema. Numbers that do not exist, and bounds there are none,
    are None. Parts that were not asked for are absent.

    Args:
        found: The exploration.

    Returns:
        `schema, run, claims, base, world, findings`, and a key a part: `sensitivity, series, boxes,
        flips, coherence, indicators, options, gradients`. `run` is under `schelling.verdicts/3`.
    """
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "run": verdict_json.to_json(found.run),
        "claims": list(found.claims),
        "base": found.base,
        "world": found.world,
        "findings": [{"kind": one.kind, **_plain(one)} for one in found.findings],
    }
    if found.sensitivity is not None:
        told["sensitivity"] = _sensitivity(found.sensitivity)
    if found.series:
        told["series"] = _plain(found.series)
    for part in ("boxes", "flips", "coherence", "indicators", "gradients"):
        if part in found.what:
            told[part] = _plain(getattr(found, part))
    if "options" in found.what:
        told["options"] = None if found.options is None else _options(found.options)
    return told


def _sensitivity(found: Sensitivity) -> dict[str, Any]:
    return {
        "worlds": found.worlds,
        "base": found.base,
        "leading": found.leading,
        "groups": [list(group) for group in found.groups],
        "claims": [
            {
                "claim": claim,
                **{
                    of: [
                        {"input": str(name), **_plain(row)}
                        for name, row in found.table(claim, of).to_dict("index").items()
                    ]
                    for of in ("truth", "margin")
                },
                "groups": _rows(found.group_table(claim), "group"),
                "pairs": _rows(found.pairs(claim), "rank"),
            }
            for claim in found.claims
        ],
    }


def _rows(table: pd.DataFrame, index: str) -> list[dict[str, Any]]:
    rows = table.to_dict("index").items()
    return [{index: _plain(name), **_plain(row)} for name, row in rows]


def _options(found: Options) -> dict[str, Any]:
    return {
        "worlds": found.worlds,
        "options": [
            [
                {"lever": lever, "actor": actor, "value": value, "unit": unit}
                for lever, actor, value, unit in one.values
            ]
            for one in found.options
        ],
        "possible": found.possible,
        "claims": [
            {
                "claim": one.claim,
                "wanted_by": list(one.wanted_by),
                "options": [option.words for option in one.options],
                **_plain(one.holding),
                "failing": _plain(one.failing),
                "boxes": _plain(one.boxes),
            }
            for one in found.claims
        ],
        "beyond": list(found.beyond),
        "goals": list(found.goals),
        "undominated": list(found.undominated),
    }


def _plain(value: Any) -> Any:
    """Anything a result is made of, as what JSON knows."""
    if isinstance(value, Option):
        return value.numbers
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}  # pyright: ignore
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]  # pyright: ignore
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return finite(value)
    return value
