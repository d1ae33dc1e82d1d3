"""What the page of `report --play` must show, computed a second way: from the table of the run.

Nothing here is shared with the page: values are compared with quantiles from SciPy's or our own
distributions, weights come from SciPy's normal distribution, sums are NumPy's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np
from numpy import ndarray
from scipy.stats import norm, t

from schelling.compile.drawing import draws
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class Change:
    """What a reader does with an assumption: numbers of cuts, mean and deviation of scores."""

    low: int = 0
    high: int = 256
    shift: float = 0.0
    spread: float = 1.0
    kept: tuple[int, ...] | None = None

    @property
    def written(self) -> str:
        """As the end of the address has it."""
        if self.kept is not None:
            return "o" + ".".join(str(k) for k in self.kept)
        return f"{self.low}-{self.high}_{self.shift:.2f}_{self.spread:.2f}"


@dataclass
class Weighed:
    """The worlds of a run with the weights that changes give them.

    Attributes:
        run: The run.
        changes: What a reader does, by assumption.
        worlds: How many of its first worlds the page carries; all where None.
    """

    run: Run
    changes: dict[str, Change] = field(default_factory=dict)
    worlds: int | None = None

    def column(self, name: str) -> ndarray:
        """What a column of the run's table holds in the worlds that the page carries."""
        return np.asarray(self.run.column(name))[: self.worlds]

    @property
    def fragment(self) -> str:
        """The end of the address of this state."""
        pairs = [(f"a.{name}", change.written) for name, change in self.changes.items()]
        return "#" + urlencode([("run", self.run.manifest.digest[:12]), *pairs])

    @property
    def weights(self) -> ndarray:
        found = np.ones(len(self.column("replicate")))
        for name, change in self.changes.items():
            found *= self._pull(name, change)
        return found

    def _pull(self, name: str, change: Change) -> ndarray:
        values = self.column(name)
        if change.kept is not None:
            return np.isin(values, np.unique(values)[list(change.kept)]).astype(float)
        prior = next(one.prior for one in self.run.case.assumptions if one.name == name)
        cuts = draws.quantile(prior, np.arange(1, 256) / 256)
        ends = np.concatenate([[-np.inf], cuts, [np.inf]])
        inside = (ends[change.low] <= values) & (values < ends[change.high])
        scores = norm.ppf(np.arange(257) / 256)
        mass = np.diff(norm.cdf(scores, change.shift, change.spread)) * 256
        if change.shift == 0 and change.spread == 1:
            mass = np.ones(256)
        return mass[(values[:, np.newaxis] >= cuts).sum(axis=1)] * inside

    @property
    def effective(self) -> float:
        weights = self.weights
        return float(weights.sum() ** 2 / (weights**2).sum())

    def truths(self, claim: str) -> tuple[ndarray, ndarray, ndarray]:
        """Where it holds, where its numbers failed, where it asks something."""
        asked = self.run.counts(claim)[: self.worlds]
        failed = np.isnan(self.column(f"margin.{claim}")) & asked
        return self.column(f"holds.{claim}").astype(bool) & ~failed & asked, failed, asked

    def share(self, claim: str) -> tuple[float, float, float]:
        """Of the worlds with a number, and the bounds over all that ask it; a span over options."""
        if not self.run.verdict_shares[claim].spans:
            return self._share(claim, self.weights)
        (lever,) = (one.name for one in self.run.case.assumptions if one.lever)
        values, weights = self.column(lever), self.weights
        kept = [value for value in np.unique(values) if weights[values == value].any()]
        each = [self._share(claim, weights * (values == value)) for value in kept]
        if len(each) == 1:
            return each[0]
        return np.nan, min(low for _, low, _ in each), max(high for _, _, high in each)

    def _share(self, claim: str, weights: ndarray) -> tuple[float, float, float]:
        holds, failed, asked = self.truths(claim)
        held, lost, all_ = (float(weights[part].sum()) for part in (holds, failed, asked))
        return held / (all_ - lost), held / all_, (held + lost) / all_

    def half_width(self, claim: str) -> float:
        """Half the 95 % interval of the share, from the spread of the replicates' shares."""
        holds, failed, asked = self.truths(claim)
        weights, replicate = self.weights * (asked & ~failed), self.column("replicate")
        wholes = np.bincount(replicate, weights)
        means = (np.bincount(replicate, weights * holds) / wholes)[wholes > 0]
        error = means.std(ddof=1) / np.sqrt(means.size)
        tells = weights.sum() ** 2 / (weights**2).sum()
        return max(float(t.ppf(0.975, means.size - 1) * error), min(3 / float(tells), 1.0))

    def joint(self, first: str, second: str) -> list[float]:
        """Both hold, first alone, second alone, neither; of the worlds with both truths."""
        one, failed, asked = self.truths(first)
        other, failed_too, asked_too = self.truths(second)
        weights = self.weights * (asked & ~failed & asked_too & ~failed_too)
        cells = (one & other, one & ~other, ~one & other, ~one & ~other)
        return [float(weights[cell].sum() / weights.sum()) for cell in cells]

    def change(self, claim: str) -> tuple[float, float]:
        """How far the share lies from that of the case, and half the 95 % interval of that."""
        holds, failed, asked = self.truths(claim)
        replicate, rates, shares, tells = self.column("replicate"), [], [], []
        for weights in (self.weights * (asked & ~failed), 1.0 * (asked & ~failed)):
            rates.append(np.bincount(replicate, weights * holds) / np.bincount(replicate, weights))
            shares.append(float((weights * holds).sum() / weights.sum()))
            tells.append(float(weights.sum() ** 2 / (weights**2).sum()))
        gaps = rates[0] - rates[1]
        gaps = gaps[~np.isnan(gaps)]
        error = float(gaps.std(ddof=1) / np.sqrt(gaps.size))
        half = float(t.ppf(0.975, gaps.size - 1)) * error
        agreed = {0.0, 1.0} & set(shares) or error < 1e-15
        return shares[0] - shares[1], max(half, min(3 / min(tells), 1.0)) if agreed else half

    def given(self, second: str, first: ndarray) -> tuple[float, float, float]:
        """Share of the second claim in some worlds, half its 95 % interval, effective worlds."""
        holds, _, _ = self.truths(second)
        weights, replicate = self.weights * first, self.column("replicate")
        wholes = np.bincount(replicate, weights)
        means = (np.bincount(replicate, weights * holds)[wholes > 0]) / wholes[wholes > 0]
        tells = float(weights.sum() ** 2 / (weights**2).sum())
        half = t.ppf(0.975, means.size - 1) * means.std(ddof=1) / np.sqrt(means.size)
        return float((weights * holds).sum() / weights.sum()), max(float(half), 3 / tells), tells
