"""Nobody sees anybody: a population whose agents meet through shares and contacts alone."""

from __future__ import annotations

import numpy as np

from schelling.populations.networks import storing
from schelling.populations.networks.network import Network


def nobody(agents: int) -> Network:
    """A network without ties."""
    storing.afford(agents, 0, limit=storing.LIMIT)
    return storing.stored(np.zeros(agents + 1, np.int32), np.empty(0, np.int32), None)
