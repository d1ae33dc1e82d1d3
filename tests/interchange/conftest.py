"""Every model here is another program; what was compiled once is loaded again."""

from __future__ import annotations

import pytest

from oracle import compiled


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    compiled.keep(tmp_path_factory.mktemp("compiled"))
