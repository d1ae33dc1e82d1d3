"""Every case of `cases/` that has an `expected.toml` gives the numbers written there.

A row of `[[expected]]` says under which assumptions (`given`) which number is published, where
(`source`, with the equation or table) and how near the case must come (`tolerance`, whose comment
says why). It asks for one or more of

- `value`: expressions of claims, such as `reached(crisis, wait)`, in every world;
- `mean`: expressions of claims, on average over the worlds;
- `share`, `mean_margin`: of the claim named by `claim`;
- `final`, `last`: the last value of stocks, and of anything with a course.

`worlds` says how many worlds a tolerance needs where chance decides. Rows marked `slow` are left to
the slow tests.
"""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schelling
from schelling.case.model import Case
from schelling.study.runs.results import Run

CASES = Path(__file__).parents[2] / "cases"
LIBRARY = sorted(path.parent for path in CASES.rglob("expected.toml"))
WORLDS = 8192
EXACT = 1e-5
Row = dict[str, Any]


def rows(folder: Path) -> list[Row]:
    return tomllib.loads((folder / "expected.toml").read_text("utf-8"))["expected"]


ELSEWHERE = {  # what takes long to compile, and whose kind the gate has in quicker cases
    "abreu-gul-2000",  # a game beside states: `fearon-1994`
    "deterrence-crisis",  # a game with states: `eibelshaeuser-2019`; its page is run
    "falklands-1982",  # a game with types, played again: `private` of `tests/oracle`
    "hegselmann-krause-2002",  # its numbers: `tests/populations/test_models`
    "kuran-1991-turns",  # as `kuran-1991`, a turn at a time: `turns` of `tests/oracle`
    "holley-liggett-1975",  # pairs that meet: `deffuant-2000`, and `test_activation` has its law
    "morris-shin-2003",  # its numbers: `tests/dynamics/test_roots`
    "ochs-1995",  # its numbers: `tests/games/tables/test_logit`
    "smith-2004",  # many steps: `arms-race`, `maynard-smith-1982`
    "stackelberg-1934",  # looks for the best: `hirshleifer-1991`, `holmstrom-milgrom-1987`
    "zagare-kilgour-1993",  # a game with types: `myerson-1991`, `powell-1990`
}
PARTS = [
    pytest.param(
        folder,
        slow,
        id=f"{folder.relative_to(CASES)}{'-slow' if slow else ''}",
        marks=[pytest.mark.slow] if slow or folder.name in ELSEWHERE else [],
    )
    for folder in LIBRARY
    for slow in sorted({bool(row.get("slow")) for row in rows(folder)})
]


@pytest.mark.parametrize(("folder", "slow"), PARTS)
def test_a_case_gives_its_published_numbers(folder: Path, slow: bool, tmp_path: Path) -> None:
    asked = [row for row in rows(folder) if bool(row.get("slow")) == slow]
    questions = sorted({text for row in asked for text in expressions(row)})
    wrong = []
    asking_case = asking(folder, questions, tmp_path / folder.name)
    for row in asked:
        case = asking_case.replace(**row.get("given", {}))
        run = schelling.run(case, worlds=worlds_for(case, row), seed=1, course="last" in row)
        assert (run.verdicts.failed == 0).all(), row["source"]
        wrong += [f"{row['source']}: {text}" for text in differences(run, row, questions)]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("folder", LIBRARY, ids=lambda path: str(path.relative_to(CASES)))
def test_every_number_has_a_source_and_a_reason_for_its_tolerance(folder: Path) -> None:
    text = (folder / "expected.toml").read_text("utf-8")
    reasons = [line for line in text.splitlines() if line.startswith("tolerance")]
    assert len(reasons) == len(rows(folder))
    assert all(" # " in line for line in reasons)
    assert all(len(row["source"]) > 15 for row in rows(folder))


def expressions(row: Row) -> list[str]:
    return [*row.get("value", {}), *row.get("mean", {})]


def worlds_for(case: Case, row: Row) -> int:
    """Few where all worlds are alike, as many as the tolerance needs where they are not."""
    if "worlds" in row:
        return row["worlds"]
    if all(a.prior.family == "fixed" for a in case.assumptions):
        return 16
    return 1024 if row["tolerance"] < EXACT else WORLDS


def asking(folder: Path, questions: list[str], where: Path) -> Case:
    """The case of a folder with further claims.

    The margin of a claim `EXPRESSION > 0` is the value of the expression.
    """
    shutil.copytree(folder, where)
    lines = [
        f'  asked_{n}: {{holds: "({text}) > 0", why: asked}}' for n, text in enumerate(questions)
    ]
    text = (where / "case.yaml").read_text("utf-8")
    assert "\nclaims:\n" in text
    text = text.replace("\nclaims:\n", "\n".join(["\nclaims:", *lines, ""]))
    (where / "case.yaml").write_text(text, "utf-8")
    return schelling.load(where)


def differences(run: Run, row: Row, questions: list[str]) -> list[str]:
    """What of a row the run misses by more than its tolerance."""
    pairs: dict[str, tuple[Any, float]] = {}
    if "share" in row:
        pairs["share"] = (run.verdicts.share[row["claim"]], row["share"])
    if "mean_margin" in row:
        mean = run.draws[f"margin.{row['claim']}"].mean()
        pairs["mean margin"] = (mean, row["mean_margin"])
    for kind in ("value", "mean"):
        for text, number in row.get(kind, {}).items():
            found = run.draws[f"margin.asked_{questions.index(text)}"].to_numpy()
            pairs[text] = (found if kind == "value" else found.mean(), number)
    for stock, value in row.get("final", {}).items():
        pairs[f"final {stock}"] = (run.draws[f"final.{stock}"], value)
    for name, value in row.get("last", {}).items():
        pairs[f"last {name}"] = (run.series[name].isel(time=-1), value)
    assert pairs, f"{row['source']}: nothing is asked"
    return [
        f"{name} is {np.ravel(found)[0]:.10g}, not {expected:.10g} within {row['tolerance']}"
        for name, (found, expected) in pairs.items()
        # NaN is not within any tolerance
        if not (np.abs(np.asarray(found) - expected) <= row["tolerance"]).all()
    ]
