"""Runs XMILE and Vensim models of a folder and compares them with the tables beside them.

    PYTHONPATH=tests .venv/bin/python -m interchange.collection FOLDER

A model is any `.xmile`, `.stmx` or `.mdl` below the folder. Its table is `NAME.tab` or
`NAME.csv` beside it, or `output.tab`, `output.csv` or `output_stella.csv`: columns of numbers
by time, empty cells meaning that nothing changed. The table of a `.mdl` has to begin and end
with the run. A column agrees when every number is within 1e-6 of the largest number of the
column, or within its last printed digit; how many columns and rows were compared, and how many
columns of the table were not, is printed. Models that are refused are tried again with
leniency. The folder is somebody else's and stays outside of the project.
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from interchange.running import imported_course
from schelling.errors import CaseError
from schelling.interchange.mdl import into_case as of_vensim
from schelling.interchange.stockflow.into_case import Imported
from schelling.interchange.stockflow.terms import key
from schelling.interchange.xmile import into_case as of_xmile

NEAR = 1e-6
_DIGITS = 6
"""Tables of the collection are printed with six digits, or with twelve and more."""


def table(path: Path) -> dict[str, list[str]]:
    """The cells of a table by column; an empty cell is what stood above it."""
    delimiter = "\t" if path.suffix == ".tab" else ","
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    found: dict[str, list[str]] = {name: [] for name in head}
    for row in rows:
        for name, cell in zip(head, row, strict=False):
            found[name].append(cell or found[name][-1])
    return found


def imported(model: Path, *, lenient: bool = False) -> Imported:
    """The case made of a model."""
    read = of_vensim if model.suffix.lower() == ".mdl" else of_xmile
    return read.imported(model, lenient=lenient)


def span(model: Path, time: np.ndarray) -> tuple[float, float]:
    """When a model starts and stops, as its text says; of Vensim, as its table says."""
    if model.suffix.lower() == ".mdl":
        return float(time[0]), float(time[-1])
    text = model.read_text(encoding="utf-8")
    start, stop = (re.search(rf"<{at}>(.*?)</{at}>", text) for at in ("start", "stop"))
    assert start is not None
    assert stop is not None
    return float(start[1]), float(stop[1])


def beside(model: Path) -> Path | None:
    """The table of a model."""
    names = [f"{model.stem}.tab", f"{model.stem}.csv", "output.tab", "output.csv"]
    paths = (model.parent / name for name in (*names, "output_stella.csv"))
    return next((path for path in paths if path.exists()), None)


def off(cells: list[str], found: np.ndarray) -> float:
    """The largest error of a column, as a share of the largest number in it."""
    wanted = np.array([float(cell) for cell in cells])
    slack = np.array([_rounding(cell) for cell in cells])
    scale = np.abs(wanted).max() or 1.0
    return float(np.maximum(np.abs(found - wanted) - slack, 0).max() / scale)


def _rounding(cell: str) -> float:
    digits = re.sub(r"[eE].*|[-.]", "", cell).lstrip("0")
    short = "." in cell and len(digits) <= _DIGITS
    size = abs(float(cell))
    return 0.5 * 10.0 ** (np.floor(np.log10(size)) - _DIGITS + 1) if short and size else 0.0


def compared(
    made: Imported, course: dict[str, np.ndarray], model: Path, against: Path
) -> tuple[list[str], str]:
    """What does not agree, a column at a time, and how much was compared."""
    cells = table(against)
    time = np.array([float(cell) for cell in cells.pop(next(iter(cells)))])
    start, stop = span(model, time)
    steps = len(next(iter(course.values()))) - 1
    rows = np.rint((time - start) / (stop - start) * steps).astype(int)
    names = {key(name): own for name, own in made.named.quantities.items()}
    wrong: list[str] = []
    skipped = 0
    for column, wanted in cells.items():
        match = re.fullmatch(r"(.*?)(?:\[(.*)\])?", column, re.DOTALL)
        own = names.get(key(match[1]))
        if own is None:
            skipped += 1
            continue  # times and save intervals, which tools list among the variables
        if match[2]:
            members = (made.named.members[key(one.strip())] for one in match[2].split(","))
            own = f"{own}[{', '.join(members)}]"
        error = off(wanted, course[own][rows])
        wrong += [] if error <= NEAR else [f"{column} is off by {error:.1e}"]  # NaN is no agreement
    size = f"{len(cells) - skipped} columns, {len(rows)} rows, {skipped} columns not in the model"
    return wrong, size


def verdict(model: Path) -> tuple[str, str]:
    """How a model did, in a word, and why."""
    why = ""
    try:
        made = imported(model)
    except CaseError as refused:
        why = refused.problems[0].message
        try:
            made = imported(model, lenient=True)
        except CaseError:
            return "refused", why
    with tempfile.TemporaryDirectory() as folder:
        course = imported_course(made, Path(folder))
    against = beside(model)
    if against is None:
        return "runs", why or "no table beside it"
    wrong, size = compared(made, course, model, against)
    word = "differs" if wrong else "lenient" if why else "agrees"
    if size.startswith("0 "):
        word = "nothing compared"
    return word, "; ".join((*filter(None, (why,)), *wrong[:2], size))


def main(folder: Path) -> None:
    """Print a line for each model, then the counts."""
    endings = (".xmile", ".stmx", ".mdl")
    models = sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)
    counts: dict[str, int] = {}
    for model in models:
        word, why = verdict(model)
        counts[word] = counts.get(word, 0) + 1
        print(f"{word:8} {model.relative_to(folder)}  {why}")  # noqa: T201, a command
    print(", ".join(f"{count} {word}" for word, count in sorted(counts.items())))  # noqa: T201, a command


if __name__ == "__main__":
    main(Path(sys.argv[1]))
