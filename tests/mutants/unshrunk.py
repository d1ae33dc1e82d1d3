"""A plugin for pytest: Hypothesis stops at its first counterexample and shortens nothing."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Not at import: pytest wants to rewrite the assertions of Hypothesis first."""
    from hypothesis import Phase, settings  # noqa: PLC0415

    found = settings.get_profile("ci")
    settings.register_profile("unshrunk", found, phases=(Phase.explicit, Phase.generate))
