"""Which inputs move with an output: Spearman's rank correlation, for many of each at once.

An association, not an effect: dependent inputs share it, and an input that acts both ways can show
none. Axes: (draw, thing) for inputs, (draw, output) for outputs.

References:
    Saltelli, A. et al. (2008), Global Sensitivity Analysis: The Primer, section 1.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray


@dataclass(frozen=True)
class Associations:
    """Rank correlations of inputs with outputs.

    Attributes:
        correlation: From -1 to 1; 0 where an input or an output does not vary.
        dropped: Draws left out for an output, because it or an input is not finite.
    """

    correlation: Float[ndarray, "thing output"]
    dropped: Int[ndarray, " output"]


def ranks(values: Float[ndarray, " draw"]) -> Float[ndarray, " draw"]:
    """Ranks from 1, ties sharing the mean of theirs.

    Args:
        values: Finite numbers.

    Returns:
        The rank of each.

    Examples:
        >>> ranks(np.array([10.0, 30.0, 10.0, 20.0]))
        array([1.5, 4. , 1.5, 3. ])
    """
    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: values.size])
    ends = np.append(starts[1:], values.size)
    ranked = np.empty(values.size)
    ranked[order] = np.repeat(0.5 * (starts + ends + 1), ends - starts)
    return ranked


def rank_correlations(
    inputs: Float[ndarray, "draw thing"],
    outputs: Float[ndarray, "draw output"] | Bool[ndarray, "draw output"],
) -> Associations:
    """Spearman's rank correlation of every input with every output.

    Args:
        inputs: One column an assumption.
        outputs: One column an outcome or margin; true and false count as 1 and 0.

    Returns:
        The correlations, and how many draws each output had to leave out.

    Examples:
        >>> inputs = np.array([[1.0, 9.0], [2.0, 7.0], [3.0, 8.0], [4.0, 6.0]])
        >>> seen = rank_correlations(inputs, np.array([[False], [False], [True], [True]]))
        >>> seen.correlation.round(3)
        array([[ 0.894],
               [-0.447]])
    """
    finite = np.isfinite(inputs).all(axis=1)
    correlation = np.zeros((inputs.shape[1], outputs.shape[1]))
    dropped = np.zeros(outputs.shape[1], dtype=np.int64)
    kept, scores = finite, _scores(inputs[finite])
    for column in range(outputs.shape[1]):
        output = outputs[:, column].astype(np.float64)
        usable = finite & np.isfinite(output)
        if not np.array_equal(usable, kept):
            kept, scores = usable, _scores(inputs[usable])
        correlation[:, column] = scores @ _scores(output[usable, np.newaxis])[0]
        dropped[column] = np.count_nonzero(~usable)
    return Associations(np.clip(correlation, -1.0, 1.0), dropped)


def rank_correlation(
    inputs: Float[ndarray, "draw thing"],
    output: Float[ndarray, " draw"] | Bool[ndarray, " draw"],
) -> tuple[Float[ndarray, " thing"], int]:
    """Spearman's rank correlation of every input with one output.

    Args:
        inputs: One column an assumption.
        output: An outcome or margin; true and false count as 1 and 0.

    Returns:
        The correlations, 0 where nothing varies, and how many draws were left out because a number
        in them is not finite.

    Examples:
        >>> correlation, dropped = rank_correlation(
        ...     np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([1.0, 8.0, 27.0, np.nan])
        ... )
        >>> correlation, dropped
        (array([1.]), 1)
    """
    seen = rank_correlations(inputs, output[:, np.newaxis])
    return seen.correlation[:, 0], int(seen.dropped[0])


def _scores(columns: Float[ndarray, "draw thing"]) -> Float[ndarray, "thing draw"]:
    """Centred ranks of unit length; a column that does not vary becomes 0."""
    scores = np.empty(columns.shape[::-1])
    for thing, column in enumerate(columns.T):
        ranked = ranks(column)
        ranked -= 0.5 * (ranked.size + 1)
        length = np.sqrt(ranked @ ranked)
        scores[thing] = ranked / length if length > 0.0 else 0.0
    return scores
