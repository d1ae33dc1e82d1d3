"""The data of a fit: covariates of every predictor, what was seen, and how often.

Axes: replicate first (a start, a resample), then row, then coefficient. The log-likelihood of a
replicate is the sum over rows of weight times the row's log-likelihood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from schelling.evidence.estimation import derivatives
from schelling.evidence.estimation.derivatives import GameForm

_OUTER = 30_000_000  # numbers in the products of covariates that are kept for many replicates
_LANES = 2_000_000  # rows times replicates evaluated at a time


class Hill(NamedTuple):
    """The log-likelihood of each replicate around its coefficients.

    Attributes:
        value: Log-likelihood.
        slope: Gradient by the coefficients.
        curvature: Hessian.
    """

    value: Float[np.ndarray, " replicate"]
    slope: Float[np.ndarray, "replicate coefficient"]
    curvature: Float[np.ndarray, "replicate coefficient coefficient"]


@dataclass(frozen=True)
class DecisionSample:
    """Observed decisions with their covariates.

    Attributes:
        specification: The game.
        covariates: Of each predictor, its columns; a predictor may have none.
        offsets: Fixed part of each predictor.
        seen: The ends that agree with each row; of the ultimatum game offer, pie and answer.
        weights: How many observations a row stands for.
        units: How large a change of each predictor counts as one; 1 throughout if empty.
    """

    specification: GameForm
    covariates: tuple[Float[np.ndarray, "row own"], ...]
    offsets: Float[np.ndarray, "predictor row"]
    seen: Bool[np.ndarray, "end row"] | Float[np.ndarray, "what row"]
    weights: Float[np.ndarray, " row"]
    units: tuple[float, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.weights)

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Where the coefficients of each predictor stand."""
        stops = np.cumsum([0, *(part.shape[1] for part in self.covariates)]).tolist()
        return tuple(slice(a, b) for a, b in pairwise(stops))

    @property
    def coefficients(self) -> int:
        """Number of coefficients."""
        return self.slices[-1].stop if self.slices else 0

    @cached_property
    def size(self) -> Float[np.ndarray, " coefficient"]:
        """Root mean square, over observations, of each coefficient's covariate; 1 for zero.

        In the unit of its predictor.
        """
        units = self.units or (1.0,) * len(self.covariates)
        parts = [
            np.sqrt(np.average(part**2, axis=0, weights=self.weights)) / unit
            for part, unit in zip(self.covariates, units, strict=True)
        ]
        found = np.concatenate(parts) if parts else np.zeros(0)
        return np.where(found > 0, found, 1.0)

    def largest_change(
        self, steps: Float[np.ndarray, "replicate coefficient"]
    ) -> Float[np.ndarray, " replicate"]:
        """Root mean square, over observations, of what steps change in a predictor, of the largest.

        In the unit of the predictor; at most as long as the coefficients' own changes in sum, and
        far less where columns that are nearly alike change by what cancels.

        Args:
            steps: Changes of the coefficients.
        """
        units = self.units or (1.0,) * len(self.covariates)
        found = np.zeros(len(steps))
        for own, gram, unit in zip(self.slices, self._grams, units, strict=True):
            square = np.einsum("bi,ij,bj->b", steps[:, own], gram, steps[:, own])
            found = np.maximum(found, np.sqrt(np.maximum(square, 0.0)) / unit)
        return found

    @cached_property
    def _grams(self) -> tuple[Float[np.ndarray, "own own"], ...]:
        """Mean products of the columns of each predictor."""
        shares = self.weights / self.weights.sum()
        return tuple(part.T @ (part * shares[:, None]) for part in self.covariates)

    @cached_property
    def _outer(self) -> dict[tuple[int, int], Float[np.ndarray, "row product"]]:
        """Products of the covariates of each pair of predictors, where they fit into memory."""
        total = sum(part.shape[1] for part in self.covariates) ** 2 * self.rows
        if total > _OUTER:
            return {}
        return {
            (a, b): np.einsum("np,nq->npq", self.covariates[a], self.covariates[b]).reshape(
                self.rows, -1
            )
            for a, b in self._pairs()
        }

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for a in range(len(self.covariates)):
            for b in range(a + 1):
                if self.covariates[a].shape[1] and self.covariates[b].shape[1]:
                    yield a, b

    def predictors(
        self, coefficients: Float[np.ndarray, "replicate coefficient"]
    ) -> Float[np.ndarray, "predictor replicate row"]:
        """Values of the predictors of every row under every set of coefficients."""
        found = [
            coefficients[:, own] @ part.T + offset
            for own, part, offset in zip(self.slices, self.covariates, self.offsets, strict=True)
        ]
        return np.stack(found)

    def row_derivatives(
        self, coefficients: Float[np.ndarray, "replicate coefficient"]
    ) -> derivatives.Derivatives:
        """Log-likelihood and derivatives by the predictors, of every replicate and row."""
        eta = self.predictors(coefficients)
        count = len(coefficients)
        lanes = eta.reshape(len(eta), -1)
        seen = np.tile(self.seen, (1, count)) if count > 1 else self.seen
        found = derivatives.derivatives(self.specification, lanes, seen)
        shape = (count, self.rows)
        return derivatives.Derivatives(
            found.value.reshape(shape),
            found.slope.reshape(-1, *shape),
            found.curvature.reshape(len(eta), len(eta), *shape),
        )

    def hill(
        self,
        coefficients: Float[np.ndarray, "replicate coefficient"],
        weights: Float[np.ndarray, "replicate row"] | None = None,
    ) -> Hill:
        """Log-likelihood, gradient and Hessian of every replicate.

        Args:
            coefficients: Of each replicate.
            weights: Weight of each row in each replicate; the sample's own if None.

        Returns:
            One entry per replicate.
        """
        block = max(1, _LANES // max(self.rows, 1))
        if len(coefficients) > block:
            parts = [
                self.hill(
                    coefficients[start : start + block],
                    None if weights is None else weights[start : start + block],
                )
                for start in range(0, len(coefficients), block)
            ]
            return Hill(*(np.concatenate(part) for part in zip(*parts, strict=True)))
        found = self.row_derivatives(coefficients)
        weight = self.weights[None] if weights is None else weights
        with np.errstate(over="ignore", invalid="ignore"):  # too far away; climbs look for it
            value = np.sum(found.value * weight, axis=1)
            slope = [
                (found.slope[k] * weight) @ part
                for k, part in enumerate(self.covariates)
                if part.shape[1]
            ]
            slopes = np.concatenate(slope, axis=1) if slope else np.zeros((len(value), 0))
            return Hill(value, slopes, self._curvature(found, weight))

    def _curvature(
        self, found: derivatives.Derivatives, weight: Float[np.ndarray, "#replicate row"]
    ) -> Float[np.ndarray, "replicate coefficient coefficient"]:
        count = found.value.shape[0]
        total = np.zeros((count, self.coefficients, self.coefficients))
        for a, b in self._pairs():
            bend = found.curvature[a, b] * weight
            left, right = self.covariates[a], self.covariates[b]
            if self._outer and count > 1:
                block = (bend @ self._outer[a, b]).reshape(count, left.shape[1], right.shape[1])
            else:
                block = np.stack([left.T @ (row[:, None] * right) for row in bend])
            total[:, self.slices[a], self.slices[b]] = block
            if a != b:
                total[:, self.slices[b], self.slices[a]] = np.swapaxes(block, 1, 2)
        return total
