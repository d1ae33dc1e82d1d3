"""What pages are told unasked: nothing is missed, and a server that goes does not wait for them."""

import asyncio
import signal
import time
import urllib.request
from pathlib import Path

from e2e.serving import PATIENCE, served
from schelling.web.happenings import Happenings

CASE = "schelling: 1\nassumptions: {chance: {prior: 0 to 1}}\nclaims: {likely: chance > 0.5}\n"


def test_what_is_told_is_heard_until_the_end() -> None:
    async def heard() -> list[str]:
        told = Happenings()
        stream = told.stream()
        found = [await anext(stream)]
        told.tell("changed", {"problems": []})
        found.append(await anext(stream))
        told.end()
        found += [text async for text in stream]
        return found

    retry, changed = asyncio.run(heard())
    assert retry.startswith("retry:")
    assert changed == 'event: changed\ndata: {"problems": []}\n\n'


def test_a_reader_who_does_not_read_misses_the_end_no_more_than_others() -> None:
    async def heard() -> int:
        told = Happenings()
        stream = told.stream()
        await anext(stream)
        for _ in range(1000):
            told.tell("changed", {})
        told.end()
        await asyncio.sleep(0)
        return len([text async for text in stream])

    assert asyncio.run(heard()) < 1000


def test_a_page_that_listens_does_not_hold_the_server(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(CASE, "utf-8")
    with served(file) as (address, process):
        jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with jar.open(address, timeout=PATIENCE) as page:
            at = page.geturl()
        with jar.open(at.split("?")[0] + "events", timeout=PATIENCE) as stream:
            assert stream.readline().startswith(b"retry:")
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < PATIENCE
    assert "Traceback" not in said
    assert "Error" not in said
