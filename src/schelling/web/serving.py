"""The server itself: a port of this machine, a browser that is opened on it, an end on Ctrl-C."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import webbrowser
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final

import uvicorn

from schelling.errors import RunError
from schelling.web.app import application, sessions
from schelling.web.desk import ServedCase
from schelling.web.guard import TOKEN, Guard, new_token
from schelling.web.session import Session

LOOPBACK: Final = "127.0.0.1"

_PLAIN = 80  # the port that browsers do not name

_EVERYWHERE = ("0.0.0.0", "::")


def serve(
    places: Mapping[str, ServedCase],
    *,
    host: str = LOOPBACK,
    port: int = 0,
    browser: bool = True,
    tell: Callable[[str], None],
) -> None:
    """Serve pages until the process is interrupted.

    Args:
        places: The cases by the name their page has in addresses.
        host: The address to listen at.
        port: The port; any that is free when 0.
        browser: Whether to open a browser.
        tell: Says the address to open, and warns.

    Raises:
        RunError: The port cannot be had.
    """
    listening = _bound(host, port)
    at = listening.getsockname()[1]
    token, known = new_token(), names(host)
    hosts = tuple(f"{name}:{at}" for name in known) + (known if at == _PLAIN else ())
    opening = new_token()  # a browser's command line can be read by everybody on this machine
    served = sessions(places)
    door = Guard(application(served), token, hosts, {opening} if browser else set())
    address = f"http://{known[0]}:{at}/?{TOKEN}={token}"
    if not is_local(host):
        tell(
            f"warning: '{host}' can be reached from other machines; whoever reads the address "
            "below can run this case and change its file. It is not encrypted."
        )
    tell(f"open {address}")
    tell("Ctrl-C ends it")
    if browser:
        shown = f"http://{known[0]}:{at}/?{TOKEN}={opening}"
        threading.Thread(target=_open, args=(shown,), daemon=True).start()
    config = uvicorn.Config(
        door,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    _Server(config, tuple(served.values())).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server whose streams of events end when it is told to go, or it would wait for them."""

    def __init__(self, config: uvicorn.Config, served: tuple[Session, ...]) -> None:
        super().__init__(config)
        self._served = served

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        for session in self._served:
            session.happenings.end()
        super().handle_exit(sig, frame)


def names(host: str) -> tuple[str, ...]:
    """By which names a server may be asked that listens at an address, the best one first.

    One that listens at all addresses of this machine goes by each of them and by its host name.

    Examples:
        >>> names("127.0.0.1"), names("::1")
        (('127.0.0.1', 'localhost'), ('[::1]', 'localhost'))
    """
    own = [host]
    if host in _EVERYWHERE:
        own = [socket.gethostname()]
        with contextlib.suppress(OSError):
            own += [str(one[4][0]) for one in socket.getaddrinfo(own[0], None)]
        own.append(LOOPBACK)
    if host in _EVERYWHERE or is_local(host):
        own.append("localhost")
    return tuple(dict.fromkeys(f"[{one}]" if ":" in one else one.lower() for one in own))


def is_local(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _open(address: str) -> None:
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(address)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        message = f"cannot listen at {host}, port {port}: {error}"
        raise RunError(message) from error
    return made
