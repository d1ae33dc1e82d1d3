"""How browsers hear of what happens meanwhile: events sent by the server, one stream a page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

BEAT: Final = 15.0
"""Seconds after which a silent stream says that it is alive."""

_MOST = 64  # events that a slow reader may be behind before it misses some
_END = ""


def event(name: str, data: Any) -> str:
    """An event as a browser's EventSource reads it."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


class Happenings:
    """Streams of events; `tell` and `end` may be called from any thread."""

    def __init__(self) -> None:
        self._readers: dict[asyncio.Queue[str], asyncio.AbstractEventLoop] = {}
        self._ended = False

    def tell(self, name: str, data: Any) -> None:
        """Send an event to every page that is open."""
        text = event(name, data)
        for queue, loop in list(self._readers.items()):
            loop.call_soon_threadsafe(_put, queue, text)

    def end(self) -> None:
        """End every stream: the server goes."""
        self._ended = True
        for queue, loop in list(self._readers.items()):
            loop.call_soon_threadsafe(_put, queue, _END)

    async def stream(self) -> AsyncIterator[str]:
        """What happens from now on, as a browser's EventSource reads it.

        What is told after the first text was read from the stream is heard.
        """
        queue: asyncio.Queue[str] = asyncio.Queue(_MOST)
        self._readers[queue] = asyncio.get_running_loop()
        try:
            yield "retry: 1000\n\n"
            while not self._ended:
                try:
                    text = await asyncio.wait_for(queue.get(), BEAT)
                except TimeoutError:
                    text = ": alive\n\n"
                if text != _END:
                    yield text
        finally:
            self._readers.pop(queue, None)


def _put(queue: asyncio.Queue[str], text: str) -> None:
    if text == _END and queue.full():
        queue.get_nowait()  # nobody reads it any more
    if not queue.full():
        queue.put_nowait(text)
