"""What every test shares: a browser test needs a browser, and says so when there is none."""

import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip browser tests where Debian's chromium is missing, unless it was promised."""
    if item.get_closest_marker("browser") is None:
        return
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if not missing:
        return
    reason = f"not installed: {', '.join(missing)} (Debian: chromium, chromium-driver)"
    if os.environ.get("SCHELLING_BROWSER") == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
