"""The table of families, under the names a case uses.

Nothing here checks parameters: impossible ones are found with the case, before any number; what
slips through comes out as NaN. To add a family, write its functions and add it to the table.

Examples:
    >>> import numpy as np
    >>> normal = FAMILIES["normal"]
    >>> normal.quantile(np.array([0.05, 0.5, 0.95]), 10.0, 2.0).round(3)
    array([ 6.71, 10.  , 13.29])
    >>> FAMILIES["beta"].mean(11.0, 89.0)
    0.11
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schelling.distributions.bounded import BETA, LOGUNIFORM, TRIANGULAR, UNIFORM
from schelling.distributions.discrete import CHOICE, FIXED
from schelling.distributions.family import Family
from schelling.distributions.gaussian import LOGITNORMAL, LOGNORMAL, NORMAL
from schelling.distributions.truncated_normal import TRUNCNORMAL
from schelling.distributions.waiting import EXPONENTIAL, GAMMA

FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        family.name: family
        for family in (
            UNIFORM,
            NORMAL,
            LOGNORMAL,
            TRUNCNORMAL,
            BETA,
            GAMMA,
            EXPONENTIAL,
            TRIANGULAR,
            LOGUNIFORM,
            LOGITNORMAL,
            CHOICE,
            FIXED,
        )
    }
)
"""Every family by name; parameters in the order of `Family.parameters`."""
