"""Methods that other rooms provide: SQL, exports, pictures, changes, what a notebook shows.

A run holds numbers. What reads it stands above it, so the methods are put on here, where the
package is entered. Each loads its room when it is first called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from schelling.case.model import Case
    from schelling.study.runs.results import Run
    from schelling.study.stories.story import Story


def _replace(case: Case, /, **changes: object) -> Case:
    """The case with some definitions changed, checked again; see `schelling.case.change`.

    Raises:
        CaseError: Carries every problem found.
    """
    from schelling.case import change  # noqa: PLC0415

    return change.replaced(case, changes)


def query(run: Run, sql: str) -> pd.DataFrame:
    """Query the run with SQL: tables `worlds`, `verdicts`, `series` and `bands`.

    Raises:
        RunError: The query has a mistake, or would change something.
    """
    from schelling.study.runs.query import query  # noqa: PLC0415

    return query(run, sql).to_pandas()


def to_xarray(run: Run) -> xr.Dataset:
    """The table as a dataset over `world`."""
    from schelling.study.runs import export  # noqa: PLC0415

    return export.to_xarray(run)


def to_arviz(run: Run) -> xr.DataTree:
    """The run as ArviZ 1 reads it: groups `prior`, `prior_predictive`, `series`, ..."""
    from schelling.study.runs import export  # noqa: PLC0415

    return export.to_arviz(run)


def to_ema(run: Run, *, series: bool = False) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Experiments and outcomes of EMA Workbench; with `series` only of the worlds with paths."""
    from schelling.study.runs import export  # noqa: PLC0415

    return export.to_ema(run, series=series)


def plot_verdicts(run: Run) -> Any:
    """Bars of the share of worlds in which each claim holds, as an Altair chart."""
    from schelling.report import plots  # noqa: PLC0415

    return plots.verdicts(run)


def plot_series(run: Run, name: str) -> Any:
    """Fan of one series over time with sample worlds, as an Altair chart."""
    from schelling.report import plots  # noqa: PLC0415

    return plots.series(run, name)


def plot_game(run: Run, name: str) -> Any:
    """The tree of a game with its choice probabilities, as an SVG picture."""
    from schelling.report import plots  # noqa: PLC0415

    return plots.game(run, name)


def agents(run: Run, population: str, world: int = 0) -> xr.Dataset:
    """What the agents of a population had and did in one world; it is simulated again.

    Raises:
        RunError: There is no such population or world, or its agents take too much memory.
    """
    from schelling.study.runs.made_again import agent_worlds  # noqa: PLC0415

    return agent_worlds.of_run(run, population, world)


def network(run: Run, population: str, ties: str | None = None) -> pd.DataFrame:
    """Who of a population is tied to whom: a row for each tie, with the numbers of two agents.

    Raises:
        RunError: There are no such ties, they are too many, or the file that kept them is damaged.
    """
    from schelling.study.runs.made_again import networks  # noqa: PLC0415

    return networks.of_run(run, population, ties)


def plot_population(
    run: Run,
    name: str,
    state: str | None = None,
    *,
    by: str | None = None,
    ties: str | None = None,
    world: int = 0,
) -> Any:
    """One state of the agents of one world: over time as an Altair chart, or on their ties as SVG.

    Raises:
        RunError: There is no such population, state, division into groups, ties or world, or the
            agents are too many.
    """
    from schelling.report import plots  # noqa: PLC0415

    return plots.population(run, name, state, by=by, ties=ties, world=world)


def story(
    run: Run, world: int | None = None, *, claim: str | None = None, holds: bool = True
) -> Story:
    """What happened in one world; it is simulated again.

    Args:
        run: The run.
        world: Number of the world; a typical one when None.
        claim: Where no world is named: a claim that is to hold in the typical world.
        holds: Whether it is to hold there, or to fail.

    Returns:
        The story; its methods `branch` and `nearest_other` tell others.

    Raises:
        RunError: There is no such world or claim.
    """
    from schelling.study.stories import narrator  # noqa: PLC0415

    teller = narrator.of_run(run)
    return teller.typical(claim, holds=holds) if world is None else teller.story(world)


_SHOWN = (
    ("schelling.case.model", "Case", "case"),
    ("schelling.study.runs.results", "Run", "run"),
    ("schelling.study.exploring.explore", "Exploration", "exploration"),
    ("schelling.study.scoring.score_board", "Score", "score"),
    ("schelling.study.rivals.compare", "Comparison", "comparison"),
    ("schelling.study.stories.story", "Story", "story"),
)
"""What a notebook shows: where its class is, its name, and what shows it."""


def _shown_by(function: str) -> Callable[[object], str]:
    def show(self: object) -> str:
        """What a notebook shows, as HTML."""
        from schelling.report import notebook  # noqa: PLC0415

        return getattr(notebook, function)(self)

    return show


def put_on_case() -> None:
    """Make `_replace` the method `replace` of `Case`."""
    from schelling.case.model import Case  # noqa: PLC0415

    Case.replace = _replace  # pyright: ignore[reportAttributeAccessIssue]
    put_on_shown()


def put_on_shown() -> None:
    """Give what is loaded a method that notebooks call to show it."""
    for module, name, function in _SHOWN:
        if module in sys.modules:
            getattr(sys.modules[module], name)._repr_html_ = _shown_by(function)


def put_on() -> None:
    """Make these functions methods of `Run`."""
    from schelling.study.runs.results import Run  # noqa: PLC0415

    exports = (query, to_xarray, to_arviz, to_ema, agents, network, story)
    for method in (*exports, plot_verdicts, plot_series, plot_game, plot_population):
        setattr(Run, method.__name__, method)
    put_on_shown()
