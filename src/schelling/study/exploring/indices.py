"""Sensitivity indices of every claim, and the tables of them. Knows no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.compile.influence.reach import CHANCE


@dataclass(frozen=True)
class Indices:
    """Sensitivity of the truth, or of the margin, of every claim; NaN where none can be known.

    Attributes:
        s1: Sobol' first-order index: what the group decides alone.
        s1_half_width: Half its 95 % interval, from the replicates of the design, as for all below.
        st: Total index: what it decides together with others too.
        st_half_width: Half its 95 % interval.
        s2: What two groups decide together beyond what each does alone, above the diagonal; None
            unless asked for.
        s2_half_width: Half its 95 % interval.
        shapley: Shapley effect; those of a claim add up to 1. None where no assumptions are
            correlated and it was not asked for.
        shapley_half_width: Half its 95 % interval.
        pawn: Median PAWN index, from the ordinary sample; None unless asked for.
        pawn_noise: What an assumption without influence stays below 19 times in 20.
        rbd_fast: First-order index from the ordinary sample; None unless PAWN was asked for.
        rbd_fast_noise: As for PAWN.
        dropped: Base points of the Sobol' design left out because the claim's numbers failed in a
            world of theirs.
        walks_dropped: The same of the walks behind Shapley effects; None without them.
    """

    s1: Float[ndarray, "group claim"]
    s1_half_width: Float[ndarray, "group claim"]
    st: Float[ndarray, "group claim"]
    st_half_width: Float[ndarray, "group claim"]
    s2: Float[ndarray, "group group claim"] | None
    s2_half_width: Float[ndarray, "group group claim"] | None
    shapley: Float[ndarray, "input claim"] | None
    shapley_half_width: Float[ndarray, "input claim"] | None
    pawn: Float[ndarray, "input claim"] | None
    pawn_noise: Float[ndarray, "input claim"] | None
    rbd_fast: Float[ndarray, "input claim"] | None
    rbd_fast_noise: Float[ndarray, "input claim"] | None
    dropped: Int[ndarray, " claim"]
    walks_dropped: Int[ndarray, " claim"] | None


@dataclass(frozen=True)
class Sensitivity:
    """What every claim hinges on.

    Attributes:
        inputs: Names of the assumptions that vary, and `(chance)`.
        groups: The same by dependence: inputs of different groups are independent.
        claims: Names of the claims.
        reaches: Whether an input can reach a claim; chance is listed whether it can or not.
        base: Base points of the Sobol' design, and walks behind Shapley effects.
        worlds: Worlds run for all of it.
        truth: Of whether the claim holds.
        margin: Of its margin.
    """

    inputs: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    claims: tuple[str, ...]
    reaches: Bool[ndarray, "input claim"]
    base: int
    worlds: int
    truth: Indices
    margin: Indices

    @property
    def correlated(self) -> bool:
        """Whether assumptions depend on one another."""
        return any(len(group) > 1 for group in self.groups)

    @property
    def chance(self) -> bool:
        """Whether chance can reach a claim."""
        return bool(self.reaches[-1].any())

    @property
    def leading(self) -> str:
        """What inputs are put in order by: `shapley` where assumptions are correlated, or `st`."""
        return "shapley" if self.correlated else "st"

    def table(self, claim: str, of: str = "truth") -> pd.DataFrame:
        """One claim's indices, one row an input that can reach it, what decides most first.

        Args:
            claim: Name of the claim.
            of: `truth` or `margin`.

        Returns:
            Columns `s1, s1_half_width, st, st_half_width`, which are NaN for an input that is
            correlated with another one of the claim; `shapley, shapley_half_width` and
            `pawn, pawn_noise, rbd_fast, rbd_fast_noise` where they are known. Of the last four
            chance has none.
        """
        column = self.claims.index(claim)
        found = self._of(of)
        rows = [n for n, one in enumerate(self.inputs) if self.reaches[n, column] or one == CHANCE]
        group_of = {name: n for n, group in enumerate(self.groups) for name in group}
        columns: dict[str, list[float]] = {}
        for part in ("s1", "s1_half_width", "st", "st_half_width"):
            values = getattr(found, part)[:, column]
            columns[part] = [
                float(values[group_of[self.inputs[n]]]) if self._alone(n, column) else np.nan
                for n in rows
            ]
        for key in ("shapley", "pawn", "rbd_fast"):
            for part in (key, f"{key}_half_width", f"{key}_noise"):
                values = getattr(found, part, None)
                if values is not None:
                    columns[part] = [float(values[n, column]) for n in rows]
        frame = pd.DataFrame(columns, index=[self.inputs[n] for n in rows])
        return frame.sort_values(self.leading, ascending=False, kind="stable")

    def group_table(self, claim: str, of: str = "truth") -> pd.DataFrame:
        """One claim's Sobol' indices by groups of inputs, the largest total first.

        Args:
            claim: Name of the claim.
            of: `truth` or `margin`.

        Returns:
            Columns `s1, s1_half_width, st, st_half_width`, by the names of those of the group that
            can reach the claim, such as `x0 & x1`.
        """
        column = self.claims.index(claim)
        found = self._of(of)
        shown = {n: self._members(n, column) for n in range(len(self.groups))}
        rows = [n for n, members in shown.items() if members]
        parts = ("s1", "s1_half_width", "st", "st_half_width")
        columns = {part: getattr(found, part)[rows, column] for part in parts}
        frame = pd.DataFrame(columns, index=[" & ".join(shown[n]) for n in rows])
        return frame.sort_values("st", ascending=False, kind="stable")

    def pairs(self, claim: str, of: str = "truth") -> pd.DataFrame:
        """What pairs of groups decide together beyond what each does alone, the largest first.

        Args:
            claim: Name of the claim.
            of: `truth` or `margin`.

        Returns:
            Columns `first, second, s2, s2_half_width`; no rows unless second order was asked for.
        """
        column = self.claims.index(claim)
        found = self._of(of)
        head = ["first", "second", "s2", "s2_half_width"]
        if found.s2 is None or found.s2_half_width is None:
            return pd.DataFrame(columns=head)
        shown = [" & ".join(self._members(n, column)) for n in range(len(self.groups))]
        rows = [
            (one, other, found.s2[i, j, column], found.s2_half_width[i, j, column])
            for i, one in enumerate(shown)
            for j, other in enumerate(shown)
            if i < j and one and other
        ]
        frame = pd.DataFrame(rows, columns=head)
        return frame.sort_values("s2", ascending=False, kind="stable", ignore_index=True)

    def _of(self, of: str) -> Indices:
        return self.truth if of == "truth" else self.margin

    def _members(self, group: int, column: int) -> tuple[str, ...]:
        """Inputs of a group that reach a claim; chance stays."""
        return tuple(
            name
            for name in self.groups[group]
            if name == CHANCE or self.reaches[self.inputs.index(name), column]
        )

    def _alone(self, row: int, column: int) -> bool:
        name = self.inputs[row]
        (group,) = (n for n, members in enumerate(self.groups) if name in members)
        return len(self._members(group, column)) == 1
