"""Files that change are noticed, however they change; what stays is not."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from schelling.web.watching import EVERY, Watch


def test_changes_of_every_kind_are_noticed(tmp_path: Path) -> None:
    file, table = tmp_path / "case.yaml", tmp_path / "table.csv"
    file.write_text("1")
    table.write_text("1")
    seen: list[int] = []
    watch = Watch(file, lambda: seen.append(1))
    watch.follow([table])
    watch.look()
    assert not seen
    file.write_text("12")
    watch.look()
    assert len(seen) == 1
    other = tmp_path / "new"
    other.write_text("34")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)  # as editors do: the same size, the same time, another file
    watch.look()
    assert len(seen) == 2
    table.write_text("22")
    watch.look()
    watch.look()
    assert len(seen) == 3
    file.unlink()
    watch.look()
    assert len(seen) == 3


def test_it_looks_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("1")
    noticed = threading.Event()
    watch = Watch(file, noticed.set)
    watch.start()
    watch.start()
    file.write_text("12")
    assert noticed.wait(50 * EVERY)
