"""Methods of a run that other rooms provide are there from whichever door one enters."""

from __future__ import annotations

from forks import fresh

DOORS = ("Run", "run", "open_run", "merge", "explore", "score")
METHODS = (
    "query to_xarray to_arviz to_ema plot_verdicts plot_series plot_game agents plot_population"
)
CHECK = (
    "import sys, schelling; schelling.{door}; from schelling.study.runs.results import Run; "
    "print(*(name for name in '{methods}'.split() if not hasattr(Run, name)), "
    "*({{'altair', 'duckdb'}} & set(sys.modules)))"
)


def test_every_door_puts_the_methods_on() -> None:
    """And loads no library that a method needs only when it is called."""
    missing = fresh.run([CHECK.format(door=door, methods=METHODS) for door in DOORS])
    assert dict(zip(DOORS, missing, strict=True)) == dict.fromkeys(DOORS, "\n")
