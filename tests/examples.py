"""How many examples properties are tried with: fewer in the gate, all of them in `make test-all`.

The examples are the same every time, so those beyond the first find what is new in the code, not
what luck left out.
"""

from __future__ import annotations

from hypothesis import settings

ALL = 100
"""Examples of a property that does not say how many."""

IN_THE_GATE = 40
"""As many of each hundred are tried there."""


def fewer() -> None:
    """From now on, try as many examples as in the gate."""
    settings.register_profile("gate", settings.get_profile("ci"), max_examples=IN_THE_GATE)
    settings.load_profile("gate")


def examples(count: int) -> settings:
    """For a property that is tried with so many examples, or in the gate with the same part."""
    return settings(max_examples=-(-count * settings.default.max_examples // ALL))
