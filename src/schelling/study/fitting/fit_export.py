"""A fit as ArviZ reads it: a tree of groups with equally weighted draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy import ndarray

from schelling.errors import RunError
from schelling.evidence import diagnostics
from schelling.evidence.hamiltonian import CHAINS
from schelling.evidence.posterior import PosteriorWorlds
from schelling.study.fitting import summary
from schelling.study.fitting.fit import CaseFit
from schelling.study.fitting.handed_on import NO_POSTERIOR
from schelling.study.fitting.outcomes import OutcomeFit
from schelling.study.runs.files import manifest, posterior_file

ARVIZ = "posterior.arviz.zarr"


def to_arviz(fit: CaseFit) -> xr.DataTree:
    """A tree of groups as ArviZ 1 reads it.

    Groups: `posterior` and `prior` (assumptions in declared units), `posterior_predictive` and
    `observed_data` (records in the units of the series), `log_likelihood`. Draws are drawn by their
    weights, in one chain; of `nuts` they stand in the chains that made them.

    Raises:
        RunError: The fit is not sound.
    """
    fit.summary  # noqa: B018 - refuses a fit that is not sound
    problem, rng = fit.problem, np.random.default_rng([abs(fit.problem.seed), 41])
    after = _even(fit.found.worlds, rng) if fit.found.engine != "nuts" else fit.found.worlds
    chains = CHAINS if fit.found.engine == "nuts" else 1
    drawn = summary.records(problem, after, rng)
    likelihood = problem.log_likelihoods(after.points, after.numbers)
    groups: dict[str, xr.Dataset] = {
        "/": xr.Dataset(attrs=_provenance(fit)),
        "posterior": _assumptions(fit, after, chains),
        "prior": _assumptions(fit, fit.prior, 1),
    }
    names = [one.name for one in problem.series]
    factors = {one.name: one.factor for one in problem.series}
    groups["posterior_predictive"] = _rows(
        fit, names, [d / factors[n] for n, d in zip(names, drawn, strict=True)], 1
    )
    groups["log_likelihood"] = _rows(fit, names, likelihood, chains)
    groups["observed_data"] = xr.Dataset(
        {one.name: (f"{one.name}_date", one.values / one.factor) for one in problem.series},
        _dates(fit),
    )
    return xr.DataTree.from_dict(groups)


def _even(worlds: PosteriorWorlds, rng: np.random.Generator) -> PosteriorWorlds:
    """As many worlds, each drawn by its weight."""
    count = len(worlds.weights)
    chosen = diagnostics.systematic(worlds.weights, count, rng)
    return PosteriorWorlds(
        worlds.points[chosen],
        worlds.numbers[chosen],
        np.full(count, 1 / count),
        np.zeros(count, np.int64),
        worlds.log_likelihood[chosen],
    )


def _chained(values: ndarray, chains: int) -> ndarray:
    """Values with the axes (chain, draw); chains lie one after the other."""
    return values.reshape(chains, -1, *values.shape[1:])


def _assumptions(fit: CaseFit, worlds: PosteriorWorlds, chains: int) -> xr.Dataset:
    drawn = fit.problem.draws(worlds.points)
    data: dict[str, Any] = {
        one.name: (("chain", "draw"), _chained(drawn[:, place], chains))
        for place, one in enumerate(fit.problem.plan.assumptions)
    }
    data["world"] = (("chain", "draw"), _chained(worlds.numbers.astype(np.int64), chains))
    return xr.Dataset(data, _counted(len(drawn), chains))


def _counted(draws: int, chains: int) -> dict[str, Any]:
    return {"chain": np.arange(chains), "draw": np.arange(draws // chains)}


def _dates(fit: CaseFit) -> dict[str, Any]:
    return {
        f"{one.name}_date": np.array([str(row.date) for row in one.evidence.rows])
        for one in fit.problem.series
    }


def _rows(fit: CaseFit, names: list[str], values: list[ndarray], chains: int) -> xr.Dataset:
    data: dict[str, Any] = {
        name: (("chain", "draw", f"{name}_date"), _chained(own, chains))
        for name, own in zip(names, values, strict=True)
    }
    return xr.Dataset(data, _counted(len(values[0]), chains) | _dates(fit))


def _provenance(fit: CaseFit) -> dict[str, Any]:
    return {
        "title": fit.case.title,
        "inference_library": "schelling",
        "inference_library_version": manifest.versions()["schelling"],
        "engine": fit.found.engine,
        "case_digest": fit.case.digest,
        "seed": fit.problem.seed,
        "log_evidence": fit.found.log_evidence,
        "log_evidence_error": fit.found.log_evidence_error,
    }


def write(fit: CaseFit, folder: Path) -> None:
    """Write the tree of groups as a Zarr store, and the worlds for runs, into a new folder.

    Raises:
        RunError: The folder exists or cannot be written, or there are too many worlds.
    """
    _new(folder)
    if fit.found.engine != NO_POSTERIOR:
        posterior_file.check(len(fit.found.worlds.weights))
    tree: Any = to_arviz(fit)
    try:
        folder.mkdir(parents=True)
        tree.to_zarr(folder / ARVIZ, mode="w-", zarr_format=2, consolidated=True)
        if fit.found.engine != NO_POSTERIOR:
            posterior_file.write(fit.posterior, folder)
    except OSError as error:
        message = f"cannot write '{folder}': {error.strerror or error}"
        raise RunError(message) from error


def write_outcomes(fit: OutcomeFit, folder: Path) -> None:
    """Write the worlds that outcomes have weighed, for runs, into a new folder.

    Raises:
        RunError: The fit is not sound, or the folder exists or cannot be written.
    """
    _new(folder)
    posterior = fit.posterior
    try:
        folder.mkdir(parents=True)
        posterior_file.write(posterior, folder)
    except OSError as error:
        message = f"cannot write '{folder}': {error.strerror or error}"
        raise RunError(message) from error


def _new(folder: Path) -> None:
    if folder.exists():
        message = f"'{folder}' exists; choose another place"
        raise RunError(message)
