"""Where the server listens, and by which names it may be asked."""

from __future__ import annotations

import socket

import pytest
import uvicorn

from schelling.errors import RunError
from schelling.web.desk import ServedCase
from schelling.web.serving import is_local, names, serve


def test_what_only_this_machine_can_reach() -> None:
    assert all(map(is_local, ("127.0.0.1", "127.0.0.9", "::1", "localhost")))
    assert not any(map(is_local, ("0.0.0.0", "::", "192.168.1.5", "machine.example")))


def test_everywhere_has_the_names_of_the_machine() -> None:
    found = names("0.0.0.0")
    assert found[0] == socket.gethostname().lower()
    assert {"127.0.0.1", "localhost"} <= set(found)
    assert names("192.168.1.5") == ("192.168.1.5",)


def test_a_port_that_is_taken_is_refused(place: ServedCase) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RunError, match=f"cannot listen at 127.0.0.1, port {port}"):
            serve({"two": place}, port=port, browser=False, tell=print)


def test_others_are_warned_of(place: ServedCase, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        del server
        sockets[0].close()

    monkeypatch.setattr(uvicorn.Server, "run", run)
    serve({"two": place}, host="0.0.0.0", browser=False, tell=said.append)
    assert said[0].startswith("warning: '0.0.0.0' can be reached from other machines")
    assert "token=" in said[1]
