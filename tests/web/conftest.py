"""A case beside which a page is served, and who asks for it as its browser does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from schelling.web.app import application, sessions
from schelling.web.desk import ServedCase

CASE = """\
schelling: 1
title: Two costs & <b>a war</b>
about: Whether costs leave room. More words.
assumptions:
  cost: {prior: "uniform(0, 1)", unit: share, says: What <i>war</i> costs., why: A guess.}
  gain: {prior: 0.1 to 0.4, why: "<script>alert(1)</script>"}
  kind: {prior: "choice([0, 1])", why: Either.}
claims:
  pays: {holds: gain > cost, says: War pays., why: The question.}
  is_one: {holds: kind > 0.5, says: It is the other kind., why: The question.}
"""

BASE = "/c/two/"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def place(tmp_path: Path) -> ServedCase:
    """A small case without time, whose words would be markup."""
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE, "utf-8")
    return ServedCase(folder)


@pytest.fixture
def client(place: ServedCase) -> Iterator[TestClient]:
    """A browser that is let in already: the door has tests of its own."""
    with TestClient(application(sessions({"two": place}))) as made:
        yield made


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """Ask the page's questions and read the answers."""

    def asked(path: str, **told: Any) -> dict[str, Any]:
        answer = client.post(f"{BASE}api/{path}", json=told)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asked
